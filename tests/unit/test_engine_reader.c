/* test_engine_reader.c - goal: each question of waymarkctl is answered in the form that
 * interfaces.md gives, while the engine is at work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engine_fixture.h"

#define RECEIVED "{\"channel\":\"letter\",\"customer\":{\"ref\":\"T-1\"}}"

static int
begin(void **state)
{
    static struct bench bench;
    bench_begin(&bench, true);
    bench_ok(&bench, bench_make(&bench, "complaint.received", "C-1", NULL, RECEIVED), "applied");
    *state = &bench;
    return 0;
}

static int
end(void **state)
{
    bench_end(*state);
    return 0;
}

static void
has(struct bench *b, const char *call, const char *needle)
{
    const struct wm_span got = bench_ask(b, call);
    if (bench_count(got, needle) == 0) {
        print_error("%s: no %s in\n%.*s\n", call, needle, WM_SPAN_ARG(got));
    }
    assert_true(bench_count(got, needle) > 0);
}

static void
advance(struct bench *b, const char *duration)
{
    char call[96];
    (void)snprintf(call, sizeof call, "{\"op\":\"clock.advance\",\"duration\":\"%s\"}", duration);
    struct wm_job *job = bench_control(call);
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    wm_job_free(&job);
}

static void
a_case_is_shown(void **state)
{
    struct bench *b = *state;
    const char *call = "{\"op\":\"case.show\",\"ref\":\"C-1\"}";
    has(b, call, "\"ref\":\"C-1\",\"workflow\":\"complaint\",\"version\":1,\"state\":\"received\"");
    has(b, call, "\"officer\":\"ann\"");
    has(b, call, "\"name\":\"acknowledge\"");
    has(b, "{\"op\":\"case.show\",\"ref\":\"C-9\"}", "refused no-such-case");
}

static void
a_history_has_a_line_for_each_row(void **state)
{
    struct bench *b = *state;
    advance(b, "20 working days");
    const struct wm_span rows = bench_ask(b, "{\"op\":\"case.history\",\"ref\":\"C-1\"}");
    assert_int_equal(bench_count(rows, "{\"seq\":"), bench_count(rows, "\n"));
    assert_int_equal(bench_count(rows, "\"source\":\"/test\""), 1);
    has(b, "{\"op\":\"case.history\",\"ref\":\"C-1\"}",
        "{\"seq\":1,\"id\":\"e1\",\"source\":\"/test\",\"type\":\"complaint.received\","
        "\"occurred\":\"2026-01-05T09:00:00Z\",\"recorded\":\"2026-01-05T09:00:00Z\","
        "\"from\":null,\"to\":\"received\",\"officer\":\"ann\",\"actor\":null,"
        "\"outcome\":\"applied\",\"violations\":[],\"effects\":[{\"kind\":");
}

static void
lists_are_filtered(void **state)
{
    struct bench *b = *state;
    bench_ok(b, bench_make(b, "complaint.received", "C-2", NULL, "{\"channel\":\"phone\"}"),
             "applied");
    bench_ok(b, bench_make(b, "complaint.withdrawn", "C-2", NULL, "{}"), "applied");
    static const struct filter {
        const char *call;
        size_t want;
    } filters[] = {
        {"{\"op\":\"case.list\"}", 2},
        {"{\"op\":\"case.list\",\"open\":true}", 1},
        {"{\"op\":\"case.list\",\"state\":\"withdrawn\"}", 1},
        {"{\"op\":\"case.list\",\"officer\":\"ann\"}", 1},
        {"{\"op\":\"case.list\",\"customer\":\"T-1\"}", 1},
        {"{\"op\":\"case.list\",\"workflow\":\"asb\"}", 0},
        {"{\"op\":\"case.list\",\"unassigned\":true}", 0},
        {"{\"op\":\"case.list\",\"due_within\":\"5 working days\"}", 0},
        {"{\"op\":\"case.list\",\"due_within\":\"6 working days\"}", 1},
        {"{\"op\":\"case.list\",\"quiet_for\":\"1 day\"}", 0},
        {"{\"op\":\"case.list\",\"overdue\":true}", 0},
        {"{\"op\":\"case.list\",\"sample\":1,\"seed\":7}", 1},
        {"{\"op\":\"case.list\",\"sample\":9,\"seed\":7}", 2},
    };
    for (size_t i = 0; i < WM_COUNT(filters); i++) {
        const struct wm_span got = bench_ask(b, filters[i].call);
        if (bench_count(got, "{\"ref\":") != filters[i].want) {
            print_error("%s\n%.*s\n", filters[i].call, WM_SPAN_ARG(got));
        }
        assert_int_equal(bench_count(got, "{\"ref\":"), filters[i].want);
    }
    has(b, "{\"op\":\"case.list\",\"quiet_for\":\"long\"}", "refused bad-call");
    has(b, "{\"op\":\"case.list\",\"sample\":1000000}", "refused bad-call");
    advance(b, "20 working days");
    has(b, "{\"op\":\"case.list\",\"overdue\":true}", "{\"ref\":\"C-1\"");
    has(b, "{\"op\":\"case.list\",\"breached\":true}", "{\"ref\":\"C-1\"");
    has(b, "{\"op\":\"case.list\",\"quiet_for\":\"10 days\"}", "{\"ref\":\"C-1\"");
}

static void
a_promise_is_explained_day_by_day(void **state)
{
    struct bench *b = *state;
    const char *call = "{\"op\":\"case.explain\",\"ref\":\"C-1\",\"clock\":\"acknowledge\"}";
    has(b, call, "We acknowledge your complaint within five working days.");
    has(b, call, "Monday 2026-01-05: day 0, whatever the hour");
    has(b, call, "Saturday 2026-01-10: not counted (Saturday)");
    has(b, call, "Monday 2026-01-12: day 5");
    has(b, call, "Due by the end of Monday 2026-01-12.");
    has(b, "{\"op\":\"case.explain\",\"ref\":\"C-1\"}", "We answer within ten working days.");
    has(b, "{\"op\":\"case.explain\",\"ref\":\"C-1\",\"clock\":\"officer\"}", "C-1 is with ann.");
    has(b, "{\"op\":\"case.explain\",\"ref\":\"C-1\",\"clock\":\"officer\"}", "ben: 0 open");
    has(b, "{\"op\":\"case.explain\",\"ref\":\"C-1\",\"clock\":\"aknowledge\"}",
        "did you mean acknowledge");
}

static void
why_tells_what_happened_meanwhile(void **state)
{
    struct bench *b = *state;
    advance(b, "6 working days");
    bench_refused(b, bench_make(b, "complaint.closed", "C-1", NULL, "{}"), WM_REPLY_REJECT,
                  "not-allowed-now");
    advance(b, "4 working days");
    bench_ok(b,
             bench_make(b, "contact.made", "C-1", "2026-01-07T10:00:00Z",
                        "{\"method\":\"phone\",\"by\":\"ann\"}"),
             "applied");
    const char *call = "{\"op\":\"case.why\",\"ref\":\"C-1\",\"clock\":\"acknowledge\"}";
    has(b, call, "ann from 2026-01-05T09:00:00Z");
    has(b, call, "2026-01-13T09:00:00Z waymark.clock.breached, with ann");
    has(b, call, "2026-01-07T10:00:00Z contact.made, with ann; recorded late");
    has(b, call, "complaint.closed: C-1 is received, where complaint.closed has no place.");
    has(b, call, "Now: breached");
}

static void
people_are_listed_with_their_load(void **state)
{
    struct bench *b = *state;
    has(b, "{\"op\":\"officer.list\"}",
        "{\"id\":\"ann\",\"name\":\"Ann Ash\",\"teams\":[\"front\"],\"open\":1,\"weight\":3,");
    bench_ok(b,
             bench_make(b, "officer.leave.booked", "ann", NULL,
                        "{\"leave\":\"L-1\",\"from\":\"2026-01-05\",\"to\":\"2026-02-27\"}"),
             "applied");
    has(b, "{\"op\":\"officer.show\",\"id\":\"ann\"}",
        "\"leave\":[{\"leave\":\"L-1\",\"from\":\"2026-01-05\",\"to\":\"2026-02-27\"");
    assert_int_equal(
        bench_count(bench_ask(b, "{\"op\":\"officer.show\",\"id\":\"ann\"}"), "\"away\":null"), 0);
    assert_int_equal(
        bench_count(bench_ask(b, "{\"op\":\"officer.show\",\"id\":\"ben\"}"), "\"away\":null"), 1);
    has(b, "{\"op\":\"officer.show\",\"id\":\"zoe\"}", "refused no-such-officer");
}

static void
status_and_stuck_agree_with_the_store(void **state)
{
    struct bench *b = *state;
    has(b, "{\"op\":\"status\"}", "\"organisation\":\"ovh\"");
    has(b, "{\"op\":\"status\"}", "\"open_cases\":1");
    has(b, "{\"op\":\"status\"}", "\"outbox\":{\"letters\":1}");
    assert_int_equal(bench_ask(b, "{\"op\":\"stuck\"}").size, 0);
    advance(b, "20 days");
    const char *call = "{\"op\":\"stuck\"}";
    has(b, call, "{\"what\":\"quiet\",\"ref\":\"C-1\"");
    has(b, call, "{\"what\":\"waiting\",\"ref\":\"C-1\",\"topic\":\"letters\"");
    has(b, call, "no worker has taken it");
    has(b, "{\"op\":\"workflow.list\"}", "\"name\":\"complaint\",\"version\":1");
    has(b, "{\"op\":\"outbox.list\",\"topic\":\"letters\"}", "\"state\":\"waiting\"");
    has(b, "{\"op\":\"dead-letters.show\",\"id\":\"x\"}", "refused not-found");
}

static void
verify_takes_references(void **state)
{
    struct bench *b = *state;
    has(b, "{\"op\":\"verify\",\"refs\":[\"C-1\"]}", "{\"cases\":1,\"differences\":0}");
    has(b, "{\"op\":\"verify\",\"refs\":[\"C-9\"]}", "no such case");
}

/* A snapshot that somebody has changed is found out. */
static void
verify_finds_a_difference(void **state)
{
    struct bench *b = *state;
    struct wm_store *store = NULL;
    struct wm_span why = {0};
    const struct wm_span ref = wm_span("C-1");
    struct wm_case_row *rows = NULL;
    size_t count = 0;
    bench_stop(b);
    assert_int_equal(wm_store_open(b->options.store, b->options.organisation, WM_STORE_WRITER,
                                   b->arena, &store, &why),
                     WM_OK);
    assert_int_equal(wm_store_begin(store), WM_OK);
    assert_int_equal(wm_store_cases_load(store, &ref, 1, b->arena, &rows, &count), WM_OK);
    struct wm_span snapshot = wm_arena_copy(b->arena, rows[0].snapshot);
    char *at = strstr(snapshot.data, "ann");
    assert_non_null(at);
    at[0] = 'b';
    at[1] = 'e';
    rows[0].snapshot = snapshot;
    assert_int_equal(wm_store_cases_save(store, rows, 1), WM_OK);
    assert_int_equal(wm_store_commit(store), WM_OK);
    wm_store_free(&store);
    bench_start(b);
    has(b, "{\"op\":\"verify\"}", "\"what\":\"officer\"");
}

static bool
nobody_listens(void *context, struct wm_span json)
{
    (void)context;
    (void)json;
    return false;
}

static void
what_is_no_question_is_said_so(void **state)
{
    struct bench *b = *state;
    struct wm_reader *reader = NULL;
    char *why = NULL;
    struct wm_fault fault = {.code = NULL};
    assert_int_equal(wm_reader_new(&b->options, &reader, &why), WM_OK);
    assert_int_equal(
        wm_reader_call(reader, wm_span("{\"op\":\"clock.set\"}"), nobody_listens, NULL, &fault),
        WM_NOTFOUND);
    assert_int_equal(wm_reader_call(reader, wm_span("nonsense"), nobody_listens, NULL, &fault),
                     WM_EINVAL);
    assert_string_equal(fault.code, "bad-call");
    wm_reader_free(&reader);
}

/* ---- publish --------------------------------------------------------------------------------- */

static void
an_event_may_come_by_control(void **state)
{
    struct bench *b = *state;
    static const struct call {
        const char *event;
        const char *want;
    } calls[] = {
        {"{\"specversion\":\"1.0\",\"id\":\"p1\",\"source\":\"/ctl\",\"type\":\"case.assigned\","
         "\"subject\":\"C-1\",\"data\":{\"officer\":\"ben\",\"why\":\"knows them\"}}",
         "{\"verdict\":\"OK\",\"id\":\"p1\",\"case\":\"C-1\","},
        {"{\"specversion\":\"1.0\",\"id\":\"p2\",\"source\":\"/ctl\",\"type\":\"case.assigned\","
         "\"subject\":\"C-1\",\"data\":{\"officer\":\"ben\"}}",
         "{\"verdict\":\"REJECT\",\"code\":\"schema\","},
        {"{\"specversion\":\"1.0\",\"id\":\"p3\",\"source\":\"/waymark/ovh\","
         "\"type\":\"contact.made\",\"subject\":\"C-1\"}",
         "{\"verdict\":\"REJECT\",\"code\":\"forbidden\","},
        {"{\"specversion\":\"1.0\",\"id\":\"p4\",\"source\":\"/ctl\",\"type\":\"no.such\","
         "\"subject\":\"C-1\"}",
         "{\"verdict\":\"REJECT\",\"code\":\"unknown-type\","},
        {"{\"specversion\":\"1.0\",\"id\":\"p5\",\"source\":\"/ctl\",\"type\":\"case.assigned\","
         "\"subject\":\"C-7\",\"data\":{\"officer\":\"ben\",\"why\":\"x\"}}",
         "{\"verdict\":\"RETRY\",\"code\":\"not-yet\","},
    };
    char call[BENCH_TEXT];
    for (size_t i = 0; i < WM_COUNT(calls); i++) {
        (void)snprintf(call, sizeof call, "{\"op\":\"publish\",\"event\":%s}", calls[i].event);
        struct wm_job *job = bench_control(call);
        assert_int_equal(bench_run(b, job), WM_REPLY_OK);
        if (strncmp(job->detail, calls[i].want, strlen(calls[i].want)) != 0) {
            print_error("%s\n", job->detail);
        }
        assert_int_equal(strncmp(job->detail, calls[i].want, strlen(calls[i].want)), 0);
        wm_job_free(&job);
    }
    has(b, "{\"op\":\"case.show\",\"ref\":\"C-1\"}", "\"officer\":\"ben\"");
    bench_verify(b, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_case_is_shown, begin, end),
        cmocka_unit_test_setup_teardown(a_history_has_a_line_for_each_row, begin, end),
        cmocka_unit_test_setup_teardown(lists_are_filtered, begin, end),
        cmocka_unit_test_setup_teardown(a_promise_is_explained_day_by_day, begin, end),
        cmocka_unit_test_setup_teardown(why_tells_what_happened_meanwhile, begin, end),
        cmocka_unit_test_setup_teardown(people_are_listed_with_their_load, begin, end),
        cmocka_unit_test_setup_teardown(status_and_stuck_agree_with_the_store, begin, end),
        cmocka_unit_test_setup_teardown(verify_takes_references, begin, end),
        cmocka_unit_test_setup_teardown(verify_finds_a_difference, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_question_is_said_so, begin, end),
        cmocka_unit_test_setup_teardown(an_event_may_come_by_control, begin, end),
    };
    return cmocka_run_group_tests_name("engine_reader", tests, NULL, NULL);
}
