/* lists.c - contract: lists of cases by every filter, page by page; totals. */
#include <stdio.h>

#include "tests/contract/contract.h"

/* Which references a filter finds, with a space between; the fixture is that of make_cases(). */
static const char *
list(struct contract *contract, struct wm_case_filter filter)
{
    struct wm_case_row *rows = NULL;
    size_t count = 0;
    filter.now_us = 500;
    filter.limit = filter.limit == 0 ? WM_STORE_PAGE : filter.limit;
    filter.due_before_us = filter.due_before_us == 0 ? WM_NEVER : filter.due_before_us;
    assert_ok(wm_store_cases_list(contract->store, &filter, false, contract->arena, &rows, &count));
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        assert_absent(rows[i].snapshot);
        text = wm_arena_printf(contract->arena, "%s%s%.*s", text, i > 0 ? " " : "",
                               WM_SPAN_ARG(rows[i].ref))
                   .data;
    }
    return text;
}

static void
make_cases(struct contract *contract)
{
    struct wm_case_row rows[6];
    const char *refs[] = {"C1", "C2", "C3", "A4", "C5", "C6"};
    for (size_t i = 0; i < 6; i++) {
        rows[i] = contract_case(refs[i]);
        rows[i].last_us = 100 * (int64_t)(i + 1);
    }
    rows[0].officer = wm_span("anna");
    rows[0].customer = wm_span("T-1");
    rows[0].next_due_us = 499;
    rows[1].officer = wm_span("bob");
    rows[1].next_due_us = 500;
    rows[2].next_due_us = 501;
    rows[2].state = wm_span("investigating");
    rows[3].workflow = wm_span("asb");
    rows[3].officer = wm_span("anna");
    rows[4].is_open = false;
    rows[4].closed_us = 450;
    rows[4].officer = wm_span("anna");
    rows[4].breached = true;
    rows[5].customer = wm_span("T-1");
    rows[5].wake_us = 499;
    contract_save(contract, rows, 6);
}

static void
filters_find_what_they_say(void **state)
{
    struct contract *contract = *state;
    make_cases(contract);
    const struct {
        struct wm_case_filter filter;
        const char *want;
    } rows[] = {
        {{.limit = 0}, "A4 C1 C2 C3 C5 C6"},
        {{.workflow = wm_span("asb")}, "A4"},
        {{.state = wm_span("investigating")}, "C3"},
        {{.officer = wm_span("anna")}, "A4 C1 C5"},
        {{.officer = wm_span("anna"), .open = true}, "A4 C1"},
        {{.customer = wm_span("T-1")}, "C1 C6"},
        {{.unassigned = true}, "C3 C6"},
        {{.open = true}, "A4 C1 C2 C3 C6"},
        {{.breached = true}, "C1 C2 C5"},
        {{.breached = true, .open = true}, "C1 C2"},
        {{.due_before_us = 500}, "C1"},
        {{.due_before_us = 502}, "C1 C2 C3"},
        {{.quiet_since_us = 300}, "C1 C2"},
        {{.officer = wm_span("anna"), .workflow = wm_span("complaint"), .open = true}, "C1"},
        {{.officer = wm_span("nobody")}, ""},
        {{.unassigned = true, .open = true}, "C3 C6"},
        {{.unassigned = true, .officer = wm_span("anna"), .open = true}, ""},
        {{.customer = wm_span("T-1"), .unassigned = true, .open = true}, "C6"},
        {{.customer = wm_span("T-1"), .officer = wm_span("anna")}, "C1"},
        {{.customer = wm_span("T-9"), .open = true}, ""},
    };
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        assert_string_equal(list(contract, rows[i].filter), rows[i].want);
    }
}

static void
pages_follow_each_other(void **state)
{
    struct contract *contract = *state;
    make_cases(contract);
    assert_string_equal(list(contract, (struct wm_case_filter){.limit = 2}), "A4 C1");
    assert_string_equal(list(contract, (struct wm_case_filter){.limit = 2, .after = wm_span("C1")}),
                        "C2 C3");
    assert_string_equal(
        list(contract,
             (struct wm_case_filter){.limit = 2, .after = wm_span("C1"), .unassigned = true}),
        "C3 C6");
    assert_string_equal(list(contract, (struct wm_case_filter){.limit = 2, .after = wm_span("C6")}),
                        "");
}

static void
snapshots_come_when_asked_for(void **state)
{
    struct contract *contract = *state;
    make_cases(contract);
    struct wm_case_row *rows = NULL;
    size_t count = 0;
    const struct wm_case_filter filter = {.due_before_us = WM_NEVER, .limit = 1};
    assert_ok(wm_store_cases_list(contract->store, &filter, true, contract->arena, &rows, &count));
    assert_int_equal(count, 1);
    assert_span(rows[0].snapshot, "{}");
}

static void
totals_count(void **state)
{
    struct contract *contract = *state;
    struct wm_totals totals;
    assert_ok(wm_store_totals(contract->store, 500, &totals));
    assert_int_equal(totals.open_cases + totals.unassigned + totals.overdue_wakes, 0);
    make_cases(contract);
    assert_ok(wm_store_totals(contract->store, 500, &totals));
    assert_int_equal(totals.open_cases, 5);
    assert_int_equal(totals.unassigned, 2);
    assert_int_equal(totals.overdue_wakes, 1);
    assert_int_equal(totals.dead_letters, 0);
    assert_ok(wm_store_totals(contract->store, 499, &totals));
    assert_int_equal(totals.overdue_wakes, 0);
}

static void
a_reader_sees_what_is_committed(void **state)
{
    struct contract *contract = *state;
    make_cases(contract);
    struct wm_store *reader = NULL;
    assert_ok(contract_open(contract, WM_STORE_READER, &reader));
    assert_true(strlen(wm_store_describe(reader)) > 0);
    struct wm_totals totals;
    const struct wm_case_row more = contract_case("C7");
    contract_begin(contract);
    assert_ok(wm_store_cases_save(contract->store, &more, 1));
    assert_ok(wm_store_totals(reader, 500, &totals));
    assert_int_equal(totals.open_cases, 5);

    /* In a batch a reader sees one moment throughout. */
    assert_ok(wm_store_begin(reader));
    assert_ok(wm_store_totals(reader, 500, &totals));
    contract_commit(contract);
    assert_ok(wm_store_totals(reader, 500, &totals));
    assert_int_equal(totals.open_cases, 5);
    assert_ok(wm_store_commit(reader));
    assert_ok(wm_store_totals(reader, 500, &totals));
    assert_int_equal(totals.open_cases, 6);
    wm_store_free(&reader);
}

int
contract_run_lists(void)
{
    const struct CMUnitTest tests[] = {
        contract_test(filters_find_what_they_say),      contract_test(pages_follow_each_other),
        contract_test(snapshots_come_when_asked_for),   contract_test(totals_count),
        contract_test(a_reader_sees_what_is_committed),
    };
    return cmocka_run_group_tests_name("lists", tests, NULL, NULL);
}
