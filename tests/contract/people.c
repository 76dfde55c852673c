/* people.c - contract: officers and their counters, immutable texts, small named values. */
#include "tests/contract/contract.h"

static void
officers_come_with_their_counters(void **state)
{
    struct contract *contract = *state;
    const struct wm_officer_row officers[] = {
        {.id = wm_span("bob"),
         .body = wm_span("{\"b\":1}"),
         .seq = 3,
         .last_assigned_us = 77,
         .open_cases = 99},
        {.id = wm_span("anna"), .body = wm_span("{\"a\":1}"), .seq = 1},
    };
    struct wm_case_row cases[4];
    const char *refs[] = {"C-1", "C-2", "C-3", "C-4"};
    for (size_t i = 0; i < 4; i++) {
        cases[i] = contract_case(refs[i]);
        cases[i].officer = wm_span("bob");
        cases[i].weight = (int32_t)i + 1;
    }
    cases[2].is_open = false;
    cases[2].closed_us = 5;
    cases[3].officer = (struct wm_span){0};
    contract_begin(contract);
    assert_ok(wm_store_officers_save(contract->store, officers, 2));
    assert_ok(wm_store_cases_save(contract->store, cases, 4));
    contract_commit(contract);
    contract_reopen(contract);

    struct wm_officer_row *rows = NULL;
    size_t count = 0;
    assert_ok(wm_store_officers_load(contract->store, contract->arena, &rows, &count));
    assert_int_equal(count, 2);
    assert_span(rows[0].id, "anna");
    assert_int_equal(rows[0].open_cases, 0);
    assert_int_equal(rows[0].open_weight, 0);
    assert_int_equal(rows[0].last_assigned_us, 0);
    assert_span(rows[1].id, "bob");
    assert_span(rows[1].body, "{\"b\":1}");
    assert_int_equal(rows[1].seq, 3);
    assert_int_equal(rows[1].last_assigned_us, 77);
    assert_int_equal(rows[1].open_cases, 2);
    assert_int_equal(rows[1].open_weight, 3);

    cases[0].officer = wm_span("anna");
    contract_begin(contract);
    assert_ok(wm_store_cases_save(contract->store, cases, 1));
    assert_ok(wm_store_officers_load(contract->store, contract->arena, &rows, &count));
    contract_commit(contract);
    assert_int_equal(rows[0].open_cases, 1);
    assert_int_equal(rows[1].open_cases, 1);
    assert_int_equal(rows[1].open_weight, 2);
}

static enum wm_status
add(struct contract *contract, enum wm_text_kind kind, const char *name, const char *version,
    const char *text)
{
    contract_begin(contract);
    const enum wm_status status = wm_store_text_add(contract->store, kind, wm_span(name),
                                                    wm_span(version), wm_span("d1"), wm_span(text));
    if (status == WM_OK) {
        contract_commit(contract);
    } else {
        wm_store_rollback(contract->store);
    }
    return status;
}

static void
texts_do_not_change(void **state)
{
    struct contract *contract = *state;
    assert_ok(add(contract, WM_TEXT_WORKFLOW, "complaint", "1", "one"));
    assert_ok(add(contract, WM_TEXT_WORKFLOW, "complaint", "1", "one"));
    assert_ok(add(contract, WM_TEXT_CALENDAR, "complaint", "1", "a calendar"));
    assert_int_equal(add(contract, WM_TEXT_WORKFLOW, "complaint", "1", "two"), WM_EXISTS);
    assert_non_null(strstr(wm_store_why(contract->store), "complaint"));
    contract_reopen(contract);
    struct wm_span digest;
    struct wm_span text;
    assert_ok(wm_store_text_load(contract->store, WM_TEXT_WORKFLOW, wm_span("complaint"),
                                 wm_span("1"), contract->arena, &digest, &text));
    assert_span(digest, "d1");
    assert_span(text, "one");
    assert_int_equal(wm_store_text_load(contract->store, WM_TEXT_WORKFLOW, wm_span("complaint"),
                                        wm_span("2"), contract->arena, &digest, &text),
                     WM_NOTFOUND);
}

static void
texts_are_listed_with_their_open_cases(void **state)
{
    struct contract *contract = *state;
    assert_ok(add(contract, WM_TEXT_WORKFLOW, "complaint", "10", "ten"));
    assert_ok(add(contract, WM_TEXT_WORKFLOW, "complaint", "2", "two"));
    assert_ok(add(contract, WM_TEXT_WORKFLOW, "asb", "1", "one"));
    assert_ok(add(contract, WM_TEXT_CALENDAR, "complaint", "2", "a calendar"));
    struct wm_case_row cases[3] = {contract_case("C-1"), contract_case("C-2"),
                                   contract_case("C-3")};
    for (size_t i = 0; i < 3; i++) {
        cases[i].version = 2;
    }
    cases[2].is_open = false;
    cases[2].closed_us = 1;
    contract_save(contract, cases, 3);
    struct wm_text_row *rows = NULL;
    size_t count = 0;
    assert_ok(
        wm_store_texts_list(contract->store, WM_TEXT_WORKFLOW, contract->arena, &rows, &count));
    assert_int_equal(count, 3);
    assert_span(rows[0].name, "asb");
    assert_span(rows[1].version, "2");
    assert_int_equal(rows[1].cases, 2);
    assert_span(rows[2].version, "10");
    assert_int_equal(rows[2].cases, 0);
    assert_ok(
        wm_store_texts_list(contract->store, WM_TEXT_CALENDAR, contract->arena, &rows, &count));
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].cases, 0);
}

static void
set(struct contract *contract, const char *name, const char *value)
{
    contract_begin(contract);
    assert_ok(wm_store_meta_set(contract->store, wm_span(name), wm_span(value)));
    contract_commit(contract);
}

static void
small_values_are_set_and_dropped(void **state)
{
    struct contract *contract = *state;
    struct wm_span value = {0};
    struct wm_span *names = NULL;
    size_t count = 0;
    assert_int_equal(wm_store_meta_get(contract->store, wm_span("clock"), contract->arena, &value),
                     WM_NOTFOUND);
    set(contract, "clock", "2024-01-01T00:00:00Z");
    set(contract, "sweep:b", "");
    set(contract, "sweep:a", "C-1");
    set(contract, "sweep%", "x");
    set(contract, "clock", "2025-01-01T00:00:00Z");
    contract_reopen(contract);
    assert_ok(wm_store_meta_get(contract->store, wm_span("clock"), contract->arena, &value));
    assert_span(value, "2025-01-01T00:00:00Z");
    assert_ok(wm_store_meta_get(contract->store, wm_span("sweep:b"), contract->arena, &value));
    assert_non_null(value.data);
    assert_int_equal(value.size, 0);
    assert_ok(
        wm_store_meta_list(contract->store, wm_span("sweep:"), contract->arena, &names, &count));
    assert_int_equal(count, 2);
    assert_span(names[0], "sweep:a");
    assert_span(names[1], "sweep:b");
    set(contract, "sweep:a", NULL);
    set(contract, "sweep:a", NULL);
    assert_ok(
        wm_store_meta_list(contract->store, wm_span("sweep"), contract->arena, &names, &count));
    assert_int_equal(count, 2);
    assert_int_equal(
        wm_store_meta_get(contract->store, wm_span("sweep:a"), contract->arena, &value),
        WM_NOTFOUND);
}

int
contract_run_people(void)
{
    const struct CMUnitTest tests[] = {
        contract_test(officers_come_with_their_counters),
        contract_test(texts_do_not_change),
        contract_test(texts_are_listed_with_their_open_cases),
        contract_test(small_values_are_set_and_dropped),
    };
    return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
