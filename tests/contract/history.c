/* history.c - contract: history, once-only, refusals. */
#include <stdio.h>

#include "tests/contract/contract.h"

static struct wm_event_row *
load(struct contract *contract, enum wm_aggregate kind, const char *ref, int64_t after,
     size_t limit, size_t want)
{
    struct wm_event_row *rows = NULL;
    size_t count = 0;
    assert_ok(wm_store_events_load(contract->store, kind, wm_span(ref), after, limit,
                                   contract->arena, &rows, &count));
    assert_int_equal(count, want);
    return rows;
}

static void
all_fields_come_back(void **state)
{
    struct contract *contract = *state;
    struct wm_event_row full = contract_event("C-1", 2);
    full.group = 1;
    full.primary = false;
    full.actor = wm_span("s.brook");
    full.from = wm_span("received");
    full.to = wm_span("closed");
    full.officer = wm_span("p.adeyemi");
    full.outcome = wm_span("applied");
    full.transition = 1003;
    full.violations = wm_span("[\"ACK-1\"]");
    full.effects = wm_span("[{\"kind\":\"note\"}]");
    full.inputs = wm_span("{\"officer\":\"s.brook\"}");
    full.body = wm_span("{\"id\": \"e-1\",  \"data\":{}}");
    const struct wm_event_row bare = contract_event("C-1", 1);
    contract_begin(contract);
    assert_ok(wm_store_events_add(contract->store, (struct wm_event_row[]){full, bare}, 2));
    contract_commit(contract);
    contract_reopen(contract);

    const struct wm_event_row *rows = load(contract, WM_AGGREGATE_CASE, "C-1", 0, 0, 2);
    assert_int_equal(rows[0].seq, 1);
    assert_true(rows[0].primary);
    assert_absent(rows[0].actor);
    assert_absent(rows[0].outcome);
    assert_absent(rows[0].body);
    const struct wm_event_row *row = &rows[1];
    assert_int_equal(row->kind, WM_AGGREGATE_CASE);
    assert_span(row->ref, "C-1");
    assert_int_equal(row->seq, 2);
    assert_int_equal(row->group, 1);
    assert_false(row->primary);
    assert_span(row->source, "/nec/housing");
    assert_span(row->id, "e-1");
    assert_span(row->type, "contact.made");
    assert_int_equal(row->occurred_us, CONTRACT_NOW);
    assert_int_equal(row->recorded_us, CONTRACT_NOW + 2);
    assert_true(wm_span_equal(row->actor, full.actor) && wm_span_equal(row->from, full.from));
    assert_true(wm_span_equal(row->to, full.to) && wm_span_equal(row->officer, full.officer));
    assert_true(wm_span_equal(row->outcome, full.outcome));
    assert_int_equal(row->transition, 1003);
    assert_true(wm_span_equal(row->violations, full.violations));
    assert_true(wm_span_equal(row->effects, full.effects));
    assert_true(wm_span_equal(row->inputs, full.inputs));
    assert_true(wm_span_equal(row->body, full.body));
}

static void
history_is_by_aggregate_and_in_order(void **state)
{
    struct contract *contract = *state;
    contract_begin(contract);
    for (int64_t seq = 12; seq >= 1; seq--) {
        const struct wm_event_row row = contract_event("C-1", seq);
        assert_ok(wm_store_events_add(contract->store, &row, 1));
    }
    struct wm_event_row other = contract_event("C-1", 1);
    other.kind = WM_AGGREGATE_OFFICER;
    assert_ok(wm_store_events_add(contract->store, &other, 1));
    contract_commit(contract);
    const struct wm_event_row *rows = load(contract, WM_AGGREGATE_CASE, "C-1", 0, 0, 12);
    for (int64_t i = 0; i < 12; i++) {
        assert_int_equal(rows[i].seq, i + 1);
    }
    assert_int_equal(load(contract, WM_AGGREGATE_CASE, "C-1", 7, 3, 3)[0].seq, 8);
    (void)load(contract, WM_AGGREGATE_CASE, "C-1", 12, 3, 0);
    (void)load(contract, WM_AGGREGATE_OFFICER, "C-1", 0, 0, 1);
    (void)load(contract, WM_AGGREGATE_CALENDAR, "C-1", 0, 0, 0);
}

static void
a_place_in_history_is_taken_once(void **state)
{
    struct contract *contract = *state;
    const struct wm_event_row row = contract_event("C-1", 1);
    const struct wm_case_row saved = contract_case("C-1");
    contract_begin(contract);
    assert_ok(wm_store_events_add(contract->store, &row, 1));
    contract_commit(contract);

    contract_begin(contract);
    assert_ok(wm_store_cases_save(contract->store, &saved, 1));
    assert_int_equal(wm_store_events_add(contract->store, &row, 1), WM_EXISTS);
    assert_true(strlen(wm_store_why(contract->store)) > 0);
    /* Whoever commits all the same is told, and has committed nothing. */
    assert_int_equal(wm_store_commit(contract->store), WM_EXISTS);
    struct wm_case_row *cases = NULL;
    size_t count = 0;
    assert_ok(wm_store_cases_load(contract->store, &saved.ref, 1, contract->arena, &cases, &count));
    assert_int_equal(count, 0);
    contract_begin(contract);
    contract_commit(contract);
}

static struct wm_seen_row
seen(const char *source, const char *id)
{
    return (struct wm_seen_row){
        .source = wm_span(source),
        .id = wm_span(id),
        .digest = {0, 1, 0xFF, 0, 7},
        .kind = WM_AGGREGATE_CASE,
        .ref = wm_span("C-1"),
        .seq = 4,
        .state = wm_span("received"),
        .recorded_us = CONTRACT_NOW,
    };
}

static void
what_was_seen_is_known_again(void **state)
{
    struct contract *contract = *state;
    const struct wm_seen_row rows[] = {seen("/a", "1"), seen("/b", "1"), seen("/a", "2")};
    contract_begin(contract);
    assert_ok(wm_store_seen_add(contract->store, rows, 3));
    contract_commit(contract);
    contract_reopen(contract);
    const struct wm_seen_row keys[] = {seen("/b", "2"), seen("/b", "1"), seen("/A", "1")};
    struct wm_seen_row *found = NULL;
    size_t count = 0;
    assert_ok(wm_store_seen_load(contract->store, keys, 3, contract->arena, &found, &count));
    assert_int_equal(count, 1);
    assert_span(found[0].source, "/b");
    assert_span(found[0].id, "1");
    assert_memory_equal(found[0].digest, rows[1].digest, WM_STORE_DIGEST);
    assert_int_equal(found[0].kind, WM_AGGREGATE_CASE);
    assert_span(found[0].ref, "C-1");
    assert_int_equal(found[0].seq, 4);
    assert_span(found[0].state, "received");
    assert_int_equal(found[0].recorded_us, CONTRACT_NOW);

    contract_begin(contract);
    assert_int_equal(wm_store_seen_add(contract->store, &rows[1], 1), WM_EXISTS);
    wm_store_rollback(contract->store);
}

static void
a_touch_is_a_batch_like_any(void **state)
{
    struct contract *contract = *state;
    for (int i = 0; i < 3; i++) {
        contract_begin(contract);
        assert_ok(wm_store_touch(contract->store));
        contract_commit(contract);
        wm_store_idle(contract->store);
    }
    struct wm_span *names = NULL;
    size_t count = 0;
    assert_ok(
        wm_store_meta_list(contract->store, (struct wm_span){0}, contract->arena, &names, &count));
    assert_int_equal(count, 0);
}

static struct wm_refusal_row
refusal(struct contract *contract, const char *ref, int number)
{
    return (struct wm_refusal_row){
        .ref = wm_span(ref),
        .source = wm_span("/a"),
        .id = wm_arena_printf(contract->arena, "e-%d", number),
        .type = wm_span("complaint.closed"),
        .actor = wm_span("s.brook"),
        .code = wm_span("guard"),
        .field = wm_span("CLO-1"),
        .message = wm_span("not yet"),
        .recorded_us = number,
    };
}

static void
the_newest_fifty_refusals_are_kept(void **state)
{
    struct contract *contract = *state;
    struct wm_refusal_row *rows = NULL;
    size_t count = 0;
    contract_begin(contract);
    for (int i = 1; i <= 53; i++) {
        const struct wm_refusal_row row = refusal(contract, "C-1", i);
        assert_ok(wm_store_refusals_add(contract->store, &row, 1));
    }
    const struct wm_refusal_row bare = {.ref = wm_span("C-2"),
                                        .code = wm_span("malformed"),
                                        .message = wm_span("no JSON"),
                                        .recorded_us = 5};
    assert_ok(wm_store_refusals_add(contract->store, &bare, 1));
    contract_commit(contract);
    assert_ok(
        wm_store_refusals_load(contract->store, wm_span("C-1"), contract->arena, &rows, &count));
    assert_int_equal(count, 50);
    assert_span(rows[0].id, "e-4");
    assert_span(rows[49].id, "e-53");
    assert_span(rows[49].ref, "C-1");
    assert_span(rows[49].source, "/a");
    assert_span(rows[49].type, "complaint.closed");
    assert_span(rows[49].actor, "s.brook");
    assert_span(rows[49].code, "guard");
    assert_span(rows[49].field, "CLO-1");
    assert_span(rows[49].message, "not yet");
    assert_int_equal(rows[49].recorded_us, 53);
    assert_ok(
        wm_store_refusals_load(contract->store, wm_span("C-2"), contract->arena, &rows, &count));
    assert_int_equal(count, 1);
    assert_absent(rows[0].id);
    assert_ok(
        wm_store_refusals_load(contract->store, wm_span("C-3"), contract->arena, &rows, &count));
    assert_int_equal(count, 0);
}

int
contract_run_history(void)
{
    const struct CMUnitTest tests[] = {
        contract_test(all_fields_come_back),
        contract_test(history_is_by_aggregate_and_in_order),
        contract_test(a_place_in_history_is_taken_once),
        contract_test(what_was_seen_is_known_again),
        contract_test(a_touch_is_a_batch_like_any),
        contract_test(the_newest_fifty_refusals_are_kept),
    };
    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
