/* cases.c - contract: cases come back as they were saved; wake-ups; sweeps; the cross-case index.
 */
#include "tests/contract/contract.h"

static struct wm_case_row *
load(struct contract *contract, const struct wm_span *refs, size_t count, size_t want)
{
    struct wm_case_row *rows = NULL;
    size_t found = 0;
    assert_ok(wm_store_cases_load(contract->store, refs, count, contract->arena, &rows, &found));
    assert_int_equal(found, want);
    return rows;
}

static void
assert_same(const struct wm_case_row *a, const struct wm_case_row *b)
{
    assert_true(wm_span_equal(a->ref, b->ref) && wm_span_equal(a->workflow, b->workflow));
    assert_true(wm_span_equal(a->state, b->state) && wm_span_equal(a->snapshot, b->snapshot));
    assert_true(wm_span_equal(a->officer, b->officer) && wm_span_equal(a->customer, b->customer));
    assert_true(wm_span_equal(a->next_clock, b->next_clock));
    assert_int_equal(a->version, b->version);
    assert_int_equal(a->seq, b->seq);
    assert_int_equal(a->opened_us, b->opened_us);
    assert_int_equal(a->closed_us, b->closed_us);
    assert_int_equal(a->wake_us, b->wake_us);
    assert_int_equal(a->last_us, b->last_us);
    assert_int_equal(a->next_due_us, b->next_due_us);
    assert_int_equal(a->weight, b->weight);
    assert_int_equal(a->is_open, b->is_open);
    assert_int_equal(a->breached, b->breached);
}

static void
all_fields_come_back(void **state)
{
    struct contract *contract = *state;
    struct wm_case_row full = contract_case("C-1/a_b.c-D");
    full.officer = wm_span("s.brook");
    full.customer = wm_span("T-40101");
    full.snapshot = wm_span("{\"name\":\"Z\xC3\xB6"
                            "e\"}");
    full.closed_us = INT64_C(1767225600123456);
    full.wake_us = -5;
    full.next_due_us = INT64_C(253402300799999999);
    full.next_clock = wm_span("action:17");
    full.weight = -3;
    full.is_open = false;
    full.breached = true;
    const struct wm_case_row bare = contract_case("C-2");
    contract_save(contract, (struct wm_case_row[]){full, bare}, 2);

    assert_same(load(contract, &full.ref, 1, 1), &full);
    const struct wm_case_row *row = load(contract, &bare.ref, 1, 1);
    assert_same(row, &bare);
    assert_absent(row->officer);
    assert_absent(row->next_clock);

    struct wm_case_row again = bare;
    again.seq = 9;
    again.state = wm_span("closed");
    again.officer = wm_span("p.adeyemi");
    contract_save(contract, &again, 1);
    assert_same(load(contract, &bare.ref, 1, 1), &again);
    contract_reopen(contract);
    assert_same(load(contract, &bare.ref, 1, 1), &again);
    assert_same(load(contract, &full.ref, 1, 1), &full);
}

static void
unknown_references_are_left_out(void **state)
{
    struct contract *contract = *state;
    const struct wm_case_row row = contract_case("C-1");
    contract_save(contract, &row, 1);
    const struct wm_span refs[] = {wm_span("C-0"), wm_span("C-1"), wm_span("c-1"), wm_span("")};
    assert_span(load(contract, refs, 4, 1)->ref, "C-1");
    (void)load(contract, refs, 0, 0);
}

static void
rolled_back_is_not_there(void **state)
{
    struct contract *contract = *state;
    const struct wm_case_row row = contract_case("C-1");
    contract_begin(contract);
    assert_ok(wm_store_cases_save(contract->store, &row, 1));
    (void)load(contract, &row.ref, 1, 1);
    wm_store_rollback(contract->store);
    (void)load(contract, &row.ref, 1, 0);
    /* A second time is harmless: whoever sees a failure rolls back. */
    wm_store_rollback(contract->store);
}

static void
due_cases_come_earliest_first(void **state)
{
    struct contract *contract = *state;
    const int64_t wakes[] = {500, WM_NEVER, 100, 300, 400};
    const char *refs[] = {"A", "B", "C", "D", "E"};
    struct wm_case_row rows[5];
    int64_t next = 0;
    assert_ok(wm_store_next_wake(contract->store, &next));
    assert_true(next == WM_NEVER);
    for (size_t i = 0; i < 5; i++) {
        rows[i] = contract_case(refs[i]);
        rows[i].wake_us = wakes[i];
    }
    contract_save(contract, rows, 5);
    struct wm_span *due = NULL;
    size_t count = 0;
    assert_ok(wm_store_cases_due(contract->store, 400, 10, contract->arena, &due, &count));
    assert_int_equal(count, 3);
    assert_span(due[0], "C");
    assert_span(due[1], "D");
    assert_span(due[2], "E");
    assert_ok(wm_store_cases_due(contract->store, 399, 1, contract->arena, &due, &count));
    assert_int_equal(count, 1);
    assert_span(due[0], "C");
    assert_ok(wm_store_cases_due(contract->store, 99, 10, contract->arena, &due, &count));
    assert_int_equal(count, 0);
    assert_ok(wm_store_next_wake(contract->store, &next));
    assert_int_equal(next, 100);
}

/* One turn of a sweep; "" at its end. */
static struct wm_span
touch(struct contract *contract, struct wm_span officer, struct wm_span after, size_t limit)
{
    struct wm_span last = wm_span("untouched");
    contract_begin(contract);
    assert_ok(
        wm_store_cases_touch(contract->store, officer, after, 700, limit, contract->arena, &last));
    contract_commit(contract);
    return last;
}

static void
a_sweep_goes_through_an_officers_open_cases(void **state)
{
    struct contract *contract = *state;
    struct wm_case_row rows[7];
    const char *refs[] = {"A1", "A2", "A3", "A4", "B1", "N1", "X1"};
    for (size_t i = 0; i < 7; i++) {
        rows[i] = contract_case(refs[i]);
        rows[i].officer = i < 4 ? wm_span("anna") : i == 5 ? (struct wm_span){0} : wm_span("bob");
    }
    rows[1].wake_us = 650; /* due before the sweep: keeps its place */
    rows[2].wake_us = 9000;
    rows[6].is_open = false;
    rows[6].closed_us = 600;
    contract_save(contract, rows, 7);

    const struct wm_span anna = wm_span("anna");
    struct wm_span last = touch(contract, anna, (struct wm_span){0}, 3);
    assert_span(last, "A3");
    last = touch(contract, anna, last, 3);
    assert_span(last, "A4");
    last = touch(contract, anna, last, 3);
    assert_absent(last);
    assert_int_equal(load(contract, &rows[0].ref, 1, 1)->wake_us, 700);
    assert_int_equal(load(contract, &rows[1].ref, 1, 1)->wake_us, 650);
    assert_int_equal(load(contract, &rows[2].ref, 1, 1)->wake_us, 700);
    assert_true(load(contract, &rows[4].ref, 1, 1)->wake_us == WM_NEVER);

    assert_span(touch(contract, (struct wm_span){0}, (struct wm_span){0}, 3), "N1");
    assert_span(touch(contract, wm_span("bob"), (struct wm_span){0}, 9), "B1");
    assert_true(load(contract, &rows[6].ref, 1, 1)->wake_us == WM_NEVER);
    assert_absent(touch(contract, wm_span("nobody"), (struct wm_span){0}, 3));
}

static void
keys_find_cases_newest_first(void **state)
{
    struct contract *contract = *state;
    const struct wm_span customer = wm_span("customer");
    const struct wm_key_row rows[] = {
        {customer, wm_span("T-1"), wm_span("C-1"), 10},
        {customer, wm_span("T-1"), wm_span("C-2"), 30},
        {customer, wm_span("T-1"), wm_span("C-3"), 20},
        {customer, wm_span("T-2"), wm_span("C-1"), 99},
        {wm_span("alias"), wm_span("T-1"), wm_span("C-4"), 99},
    };
    struct wm_key_row *found = NULL;
    size_t count = 0;
    contract_begin(contract);
    assert_ok(wm_store_keys_add(contract->store, rows, 5));
    /* Adding it again keeps the moment at which it was first known. */
    const struct wm_key_row again = {customer, wm_span("T-1"), wm_span("C-1"), 1000};
    assert_ok(wm_store_keys_add(contract->store, &again, 1));
    contract_commit(contract);
    assert_ok(wm_store_keys_find(contract->store, customer, wm_span("T-1"), 10, contract->arena,
                                 &found, &count));
    assert_int_equal(count, 3);
    assert_span(found[0].ref, "C-2");
    assert_span(found[1].ref, "C-3");
    assert_span(found[2].ref, "C-1");
    assert_int_equal(found[2].since_us, 10);
    assert_span(found[2].kind, "customer");
    assert_span(found[2].value, "T-1");

    contract_begin(contract);
    assert_ok(wm_store_keys_drop(contract->store, &rows[1], 1));
    assert_ok(wm_store_keys_drop(contract->store, &rows[1], 1));
    contract_commit(contract);
    assert_ok(wm_store_keys_find(contract->store, customer, wm_span("T-1"), 1, contract->arena,
                                 &found, &count));
    assert_int_equal(count, 1);
    assert_span(found[0].ref, "C-3");
    assert_ok(wm_store_keys_find(contract->store, customer, wm_span("T-9"), 1, contract->arena,
                                 &found, &count));
    assert_int_equal(count, 0);
}

static void
organisations_do_not_meet(void **state)
{
    struct contract *contract = *state;
    const struct wm_case_row row = contract_case("C-1");
    contract_save(contract, &row, 1);
    const struct wm_span mine = contract->organisation;
    contract->organisation = wm_span("somebody-else");
    contract_reopen(contract);
    (void)load(contract, &row.ref, 1, 0);
    int64_t next = 0;
    assert_ok(wm_store_next_wake(contract->store, &next));
    assert_true(next == WM_NEVER);
    contract->organisation = mine;
    contract_reopen(contract);
    (void)load(contract, &row.ref, 1, 1);
}

int
contract_run_cases(void)
{
    const struct CMUnitTest tests[] = {
        contract_test(all_fields_come_back),
        contract_test(unknown_references_are_left_out),
        contract_test(rolled_back_is_not_there),
        contract_test(due_cases_come_earliest_first),
        contract_test(a_sweep_goes_through_an_officers_open_cases),
        contract_test(keys_find_cases_newest_first),
        contract_test(organisations_do_not_meet),
    };
    return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
