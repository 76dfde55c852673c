/* test_engine_clock.c - goal: the manual clock stands at each due moment in turn, so that no rung
 * is late; it runs on when told to follow; and the machine's clock wakes what is due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engine_fixture.h"

#define RECEIVED "{\"channel\":\"phone\"}"

static int
begin(void **state)
{
    static struct bench bench;
    bench_begin(&bench, true);
    *state = &bench;
    return 0;
}

static int
begin_system(void **state)
{
    static struct bench bench;
    bench_begin(&bench, false);
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
control(struct bench *b, const char *call, const char *want)
{
    struct wm_job *job = bench_control(call);
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    assert_non_null(job->detail);
    if (strstr(job->detail, want) == NULL) {
        print_error("%s -> %s, not %s\n", call, job->detail, want);
    }
    assert_non_null(strstr(job->detail, want));
    wm_job_free(&job);
}

static struct wm_span
history(struct bench *b, const char *ref)
{
    char call[96];
    (void)snprintf(call, sizeof call, "{\"op\":\"case.history\",\"ref\":\"%s\"}", ref);
    return bench_ask(b, call);
}

/* ---- the manual clock ------------------------------------------------------------------------ */

static void
time_stands_still(void **state)
{
    struct bench *b = *state;
    b->real_us += INT64_C(86400000000);
    const struct wm_span now = bench_ask(b, "{\"op\":\"clock.show\"}");
    assert_true(wm_span_is(now, "{\"now\":\"2026-01-05T09:00:00Z\",\"mode\":\"manual\","
                                "\"following\":false}\n"));
}

static void
each_rung_comes_at_its_moment(void **state)
{
    struct bench *b = *state;
    bench_ok(b, bench_make(b, "complaint.received", "C-1", NULL, RECEIVED), "applied");
    control(b, "{\"op\":\"clock.advance\",\"duration\":\"20 working days\"}",
            "\"now\":\"2026-02-02T09:00:00Z\"");
    const struct wm_span rows = history(b, "C-1");
    /* Warned two days and one before Monday the 12th, breached on the 13th, escalated on the 14th;
     * each was recorded when it happened. */
    assert_int_equal(bench_count(rows, "\"type\":\"waymark.clock.warned\",\"occurred\":"
                                       "\"2026-01-08T09:00:00Z\",\"recorded\":"
                                       "\"2026-01-08T09:00:00Z\""),
                     1);
    assert_int_equal(bench_count(rows, "\"type\":\"waymark.clock.warned\",\"occurred\":"
                                       "\"2026-01-09T09:00:00Z\",\"recorded\":"
                                       "\"2026-01-09T09:00:00Z\""),
                     1);
    assert_int_equal(bench_count(rows, "\"type\":\"waymark.clock.breached\",\"occurred\":"
                                       "\"2026-01-13T09:00:00Z\",\"recorded\":"
                                       "\"2026-01-13T09:00:00Z\""),
                     1);
    assert_int_equal(bench_count(rows, "waymark.clock.breached"), 2);
    assert_int_equal(bench_count(rows, "waymark.clock.escalated"), 1);
    assert_int_equal(bench_lines(b, "clock.breached"), 2);
    bench_verify(b, 1);
}

static void
many_cases_come_in_due_order(void **state)
{
    struct bench *b = *state;
    enum { CASES = 60 };
    struct wm_job *jobs[CASES];
    for (int i = 0; i < CASES; i++) {
        char ref[16];
        (void)snprintf(ref, sizeof ref, "C-%d", i);
        jobs[i] = bench_make(b, "complaint.received", ref, NULL, RECEIVED);
    }
    assert_int_equal(bench_turn(b, jobs, CASES), WM_OK);
    for (int i = 0; i < CASES; i++) {
        wm_job_free(&jobs[i]);
    }
    control(b, "{\"op\":\"clock.set\",\"time\":\"2026-03-02T09:00:00Z\"}", "2026-03-02");
    assert_int_equal(bench_lines(b, "clock.breached"), 2 * CASES);
    assert_int_equal(bench_lines(b, "clock.escalated"), CASES);
    const struct wm_span list = bench_ask(b, "{\"op\":\"case.list\",\"overdue\":true}");
    assert_int_equal(bench_count(list, "\"ref\""), CASES);
    bench_verify(b, CASES);
}

static void
it_moves_forward_only(void **state)
{
    struct bench *b = *state;
    bench_refused(b, bench_control("{\"op\":\"clock.set\",\"time\":\"2026-01-05T08:59:59Z\"}"),
                  WM_REPLY_REJECT, "guard");
    bench_refused(b, bench_control("{\"op\":\"clock.set\",\"time\":\"soon\"}"), WM_REPLY_REJECT,
                  "bad-call");
    bench_refused(b, bench_control("{\"op\":\"clock.advance\",\"duration\":\"much\"}"),
                  WM_REPLY_REJECT, "bad-call");
    bench_refused(b, bench_control("{\"op\":\"clock.turn\"}"), WM_REPLY_REJECT, "bad-call");
    control(b, "{\"op\":\"clock.set\",\"time\":\"2026-01-05T09:00:00Z\"}", "09:00:00Z");
}

static void
it_is_stored(void **state)
{
    struct bench *b = *state;
    control(b, "{\"op\":\"clock.advance\",\"duration\":\"36 hours\"}", "2026-01-06T21:00:00Z");
    bench_stop(b);
    b->real_us += 1000000;
    bench_start(b);
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    assert_int_equal(bench_count(bench_ask(b, "{\"op\":\"clock.show\"}"), "2026-01-06T21:00:00Z"),
                     1);
}

static void
it_follows_and_goes_on_after_a_restart(void **state)
{
    struct bench *b = *state;
    control(b, "{\"op\":\"clock.follow\"}", "\"following\":true");
    b->real_us += 5000000;
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    assert_int_equal(bench_count(bench_ask(b, "{\"op\":\"clock.show\"}"), "2026-01-05T09:00:05Z"),
                     1);
    bench_stop(b);
    /* An hour in which nobody was there. */
    b->real_us += INT64_C(3600000000);
    bench_start(b);
    b->real_us += 2000000;
    const struct wm_span now = bench_ask(b, "{\"op\":\"clock.show\"}");
    assert_int_equal(bench_count(now, "2026-01-05T09:00:07Z"), 1);
    control(b, "{\"op\":\"clock.set\",\"time\":\"2026-01-06T09:00:00Z\"}", "\"following\":false");
}

static void
a_following_clock_wakes_what_falls_due(void **state)
{
    struct bench *b = *state;
    bench_ok(b, bench_make(b, "complaint.received", "C-1", NULL, RECEIVED), "applied");
    control(b, "{\"op\":\"clock.set\",\"time\":\"2026-01-08T08:59:58Z\"}", "08:59:58Z");
    control(b, "{\"op\":\"clock.follow\"}", "\"following\":true");
    assert_true(b->report->next_real_us <= b->real_us + 2000000);
    b->real_us += 2000000;
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    assert_int_equal(bench_lines(b, "clock.warned"), 1);
    bench_verify(b, 1);
}

/* ---- the machine's clock --------------------------------------------------------------------- */

static void
the_machines_clock_wakes(void **state)
{
    struct bench *b = *state;
    bench_ok(b, bench_make(b, "complaint.received", "C-1", NULL, RECEIVED), "applied");
    assert_int_equal(b->report->next_real_us, bench_time("2026-01-08T09:00:00Z"));
    b->real_us = b->report->next_real_us - 1;
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    assert_int_equal(bench_lines(b, "clock.warned"), 0);
    b->real_us += 1;
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    assert_int_equal(bench_lines(b, "clock.warned"), 1);
    bench_refused(b, bench_control("{\"op\":\"clock.follow\"}"), WM_REPLY_REJECT, "guard");
}

/* After an outage the message of the highest rung alone is sent; the history has them all. */
static void
an_outage_is_caught_up(void **state)
{
    struct bench *b = *state;
    bench_ok(b, bench_make(b, "complaint.received", "C-1", NULL, RECEIVED), "applied");
    bench_stop(b);
    b->real_us = bench_time("2026-01-20T12:00:00Z");
    bench_start(b);
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    const struct wm_span rows = history(b, "C-1");
    assert_int_equal(bench_count(rows, "waymark.clock.warned\",\"occurred\""), 3);
    assert_int_equal(bench_count(rows, "waymark.clock.escalated\",\"occurred\""), 1);
    assert_int_equal(bench_count(rows, "\"recorded\":\"2026-01-20T12:00:00Z\""), 6);
    assert_int_equal(bench_lines(b, "clock.breached"), 2);
    bench_verify(b, 1);
}

/* In a batch a case's events come before its wake-up. */
static void
an_event_in_time_is_not_late(void **state)
{
    struct bench *b = *state;
    bench_ok(b, bench_make(b, "complaint.received", "C-1", NULL, RECEIVED), "applied");
    b->real_us = bench_time("2026-01-13T09:00:00Z");
    bench_ok(b,
             bench_make(b, "letter.sent", "C-1", "2026-01-12T23:59:59.999999Z",
                        "{\"letter\":\"acknowledgement\",\"letter_id\":\"L0\","
                        "\"channel\":\"email\"}"),
             "recorded");
    assert_int_equal(bench_lines(b, "clock.breached"), 0);
    assert_int_equal(bench_count(history(b, "C-1"), "waymark.clock.breached"), 0);
    bench_verify(b, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(time_stands_still, begin, end),
        cmocka_unit_test_setup_teardown(each_rung_comes_at_its_moment, begin, end),
        cmocka_unit_test_setup_teardown(many_cases_come_in_due_order, begin, end),
        cmocka_unit_test_setup_teardown(it_moves_forward_only, begin, end),
        cmocka_unit_test_setup_teardown(it_is_stored, begin, end),
        cmocka_unit_test_setup_teardown(it_follows_and_goes_on_after_a_restart, begin, end),
        cmocka_unit_test_setup_teardown(a_following_clock_wakes_what_falls_due, begin, end),
        cmocka_unit_test_setup_teardown(the_machines_clock_wakes, begin_system, end),
        cmocka_unit_test_setup_teardown(an_outage_is_caught_up, begin_system, end),
        cmocka_unit_test_setup_teardown(an_event_in_time_is_not_late, begin_system, end),
    };
    return cmocka_run_group_tests_name("engine_clock", tests, NULL, NULL);
}
