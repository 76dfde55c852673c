/* test_engine.c - goal: what happens to one event, by the order of checks of wire.md, and what is
 * the same after a restart. Method: events as a dialogue with an engine on a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engine_fixture.h"

#define RECEIVED "{\"channel\":\"phone\",\"customer\":{\"ref\":\"T-1\"}}"
#define CALLED   "{\"method\":\"phone\",\"by\":\"ann\"}"
#define ANSWERED "{\"letter\":\"stage1\",\"letter_id\":\"L1\",\"channel\":\"email\"}"

static int
begin(void **state)
{
    static struct bench bench;
    bench_begin(&bench, true);
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
open_case(struct bench *b, const char *ref)
{
    bench_ok(b, bench_make(b, "complaint.received", ref, NULL, RECEIVED), "applied");
}

/* ---- the order of checks --------------------------------------------------------------------- */

static void
an_opening_is_answered_with_its_place(void **state)
{
    struct bench *b = *state;
    struct wm_job *job = bench_make(b, "complaint.received", "C-1", NULL, RECEIVED);
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    assert_string_equal(job->detail, "{\"id\":\"e1\",\"case\":\"C-1\",\"seq\":1,"
                                     "\"state\":\"received\",\"outcome\":\"applied\"}");
    assert_int_equal(bench_lines(b, "case.opened"), 1);
    assert_int_equal(b->report->change_count, 1);
    assert_int_equal(b->report->topic_count, 1);
    wm_job_free(&job);
    bench_verify(b, 1);
}

static void
a_duplicate_is_answered_as_the_first_time(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    bench_ok(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), "applied");
    b->next_id = 0;
    struct wm_job *job = bench_make(b, "complaint.received", "C-1", NULL, RECEIVED);
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    assert_string_equal(job->detail, "{\"id\":\"e1\",\"case\":\"C-1\",\"seq\":1,"
                                     "\"state\":\"received\",\"outcome\":\"duplicate\"}");
    wm_job_free(&job);
    bench_stop(b);
    bench_start(b);
    b->next_id = 0;
    bench_ok(b, bench_make(b, "complaint.received", "C-1", NULL, RECEIVED), "duplicate");
    const struct wm_span history = bench_ask(b, "{\"op\":\"case.history\",\"ref\":\"C-1\"}");
    assert_int_equal(bench_count(history, "\"source\":\"/test\""), 2);
}

static void
duplicates_within_a_batch_are_seen(void **state)
{
    struct bench *b = *state;
    struct wm_job *jobs[2];
    jobs[0] = bench_make(b, "complaint.received", "C-1", NULL, RECEIVED);
    b->next_id = 0;
    jobs[1] = bench_make(b, "complaint.received", "C-1", NULL, RECEIVED);
    assert_int_equal(bench_turn(b, jobs, 2), WM_OK);
    assert_non_null(strstr(jobs[0]->detail, "applied"));
    assert_non_null(strstr(jobs[1]->detail, "duplicate"));
    wm_job_free(&jobs[0]);
    wm_job_free(&jobs[1]);
}

static void
an_id_with_other_content_is_refused(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    b->next_id = 0;
    bench_refused(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), WM_REPLY_REJECT,
                  "id-reused");
}

static void
the_future_waits_or_is_refused(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    struct wm_job *job = bench_make(b, "contact.made", "C-1", "2026-01-05T09:00:30Z", CALLED);
    assert_int_equal(bench_run(b, job), WM_REPLY_RETRY);
    assert_string_equal(job->fault.code, "not-yet");
    assert_non_null(strstr(job->detail, "\"retry_after_ms\":30000"));
    wm_job_free(&job);
    bench_refused(b, bench_make(b, "contact.made", "C-1", "2026-01-05T09:01:00.000001Z", CALLED),
                  WM_REPLY_REJECT, "future-time");
}

static void
an_event_before_its_opening_waits_for_it(void **state)
{
    struct bench *b = *state;
    bench_refused(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), WM_REPLY_RETRY, "not-yet");
    open_case(b, "C-1");
    b->next_id = 0;
    bench_ok(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), "applied");
}

static void
waiting_for_a_case_ends(void **state)
{
    struct bench *b = *state;
    const int64_t first_us = b->real_us;
    bench_refused(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), WM_REPLY_RETRY, "not-yet");
    b->real_us = first_us + 59999999;
    b->next_id = 0;
    bench_refused(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), WM_REPLY_RETRY, "not-yet");
    b->real_us = first_us + 60000000;
    b->next_id = 0;
    bench_refused(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), WM_REPLY_REJECT,
                  "no-such-case");
    /* It was not remembered: once the case is there, the same event is taken. */
    open_case(b, "C-1");
    b->next_id = 0;
    bench_ok(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), "applied");
}

static void
a_second_opening_is_refused(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    bench_refused(b, bench_make(b, "complaint.received", "C-1", NULL, RECEIVED), WM_REPLY_REJECT,
                  "ref-in-use");
}

static void
requests_are_judged_and_facts_are_not(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    struct wm_job *job = bench_make(b, "complaint.closed", "C-1", NULL,
                                    "{\"outcome\":\"upheld\",\"lesson\":\"none\"}");
    assert_int_equal(bench_run(b, job), WM_REPLY_REJECT);
    assert_string_equal(job->fault.code, "not-allowed-now");
    assert_non_null(strstr(job->detail, "\"accepts\":[\"letter.sent\""));
    wm_job_free(&job);
    bench_ok(b, bench_make(b, "letter.sent", "C-1", NULL, ANSWERED), "applied");
    bench_refused(b,
                  bench_make(b, "complaint.closed", "C-1", NULL,
                             "{\"outcome\":\"withdrawn\",\"lesson\":\"none\"}"),
                  WM_REPLY_REJECT, "guard");
    bench_ok(b,
             bench_make(b, "complaint.closed", "C-1", NULL,
                        "{\"outcome\":\"upheld\",\"lesson\":\"none\"}"),
             "applied");
    bench_ok(b, bench_make(b, "case.voided", "C-1", NULL, "{\"why\":\"test\"}"), "applied");
    bench_refused(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), WM_REPLY_REJECT,
                  "case-closed");
    const struct wm_span refused =
        bench_ask(b, "{\"op\":\"case.history\",\"ref\":\"C-1\",\"refused\":true}");
    assert_int_equal(bench_count(refused, "\"code\":"), 3);
    bench_verify(b, 1);
}

static void
an_unknown_type_is_refused(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    bench_refused(b, bench_make(b, "asb.reported", "C-2", NULL, "{\"channel\":\"phone\"}"),
                  WM_REPLY_REJECT, "unknown-type");
}

/* ---- subjects -------------------------------------------------------------------------------- */

static void
a_new_case_gets_a_reference(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-2026-0002");
    struct wm_job *jobs[3];
    for (size_t i = 0; i < 3; i++) {
        jobs[i] = bench_make(b, "complaint.received", "new", NULL, RECEIVED);
    }
    assert_int_equal(bench_turn(b, jobs, 3), WM_OK);
    assert_non_null(strstr(jobs[0]->detail, "\"case\":\"C-2026-0001\""));
    assert_non_null(strstr(jobs[1]->detail, "\"case\":\"C-2026-0003\""));
    assert_non_null(strstr(jobs[2]->detail, "\"case\":\"C-2026-0004\""));
    for (size_t i = 0; i < 3; i++) {
        wm_job_free(&jobs[i]);
    }
    b->next_id = 1;
    struct wm_job *again = bench_make(b, "complaint.received", "new", NULL, RECEIVED);
    assert_int_equal(bench_run(b, again), WM_REPLY_OK);
    assert_non_null(strstr(again->detail, "\"case\":\"C-2026-0001\""));
    assert_non_null(strstr(again->detail, "duplicate"));
    wm_job_free(&again);
    bench_verify(b, 4);
}

static void
an_alias_finds_its_case(void **state)
{
    struct bench *b = *state;
    bench_refused(b, bench_make(b, "contact.made", "react:7", NULL, CALLED), WM_REPLY_RETRY,
                  "not-yet");
    struct wm_job *jobs[3];
    jobs[0] = bench_make(b, "complaint.received", "C-1", NULL, RECEIVED);
    jobs[1] = bench_make(b, "case.alias_added", "C-1", NULL, "{\"alias\":\"react:7\"}");
    jobs[2] = bench_make(b, "contact.made", "react:7", NULL, CALLED);
    assert_int_equal(bench_turn(b, jobs, 3), WM_OK);
    assert_non_null(jobs[2]->detail);
    assert_non_null(strstr(jobs[2]->detail, "\"case\":\"C-1\",\"seq\":3"));
    for (size_t i = 0; i < 3; i++) {
        wm_job_free(&jobs[i]);
    }
    const struct wm_span shown = bench_ask(b, "{\"op\":\"case.show\",\"ref\":\"react:7\"}");
    assert_int_equal(bench_count(shown, "\"ref\":\"C-1\""), 1);
}

static void
events_of_a_merged_case_go_to_the_survivor(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    open_case(b, "C-2");
    const char *nowhere = "{\"into\":\"C-9\",\"why\":\"the same\"}";
    bench_refused(b, bench_make(b, "case.merged", "C-1", NULL, nowhere), WM_REPLY_REJECT, "guard");
    bench_ok(b, bench_make(b, "case.merged", "C-1", NULL, "{\"into\":\"C-2\",\"why\":\"same\"}"),
             "applied");
    struct wm_job *job = bench_make(b, "contact.made", "C-1", NULL, CALLED);
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    assert_non_null(strstr(job->detail, "\"case\":\"C-2\",\"seq\":2"));
    wm_job_free(&job);
    bench_verify(b, 2);
}

static void
a_customer_is_told_once_and_everywhere(void **state)
{
    struct bench *b = *state;
    const char *changed = "{\"customer\":{\"phone\":\"01632 960177\"}}";
    struct wm_job *job = bench_make(b, "customer.changed", "T-1", NULL, changed);
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    assert_non_null(strstr(job->detail, "\"case\":null"));
    assert_non_null(strstr(job->detail, "recorded"));
    wm_job_free(&job);
    open_case(b, "C-1");
    open_case(b, "C-2");
    bench_ok(b, bench_make(b, "customer.changed", "T-1", NULL, changed), "applied");
    const struct wm_span one = bench_ask(b, "{\"op\":\"case.history\",\"ref\":\"C-1\"}");
    const struct wm_span two = bench_ask(b, "{\"op\":\"case.history\",\"ref\":\"C-2\"}");
    assert_int_equal(bench_count(one, "customer.changed"), 1);
    assert_int_equal(bench_count(two, "customer.changed"), 1);
    assert_int_equal(
        bench_count(one, "\"source\":\"/test\"") + bench_count(two, "\"source\":\"/test\""), 3);
    bench_verify(b, 2);
}

/* ---- people ---------------------------------------------------------------------------------- */

static void
cases_are_shared_out_and_counted(void **state)
{
    struct bench *b = *state;
    struct wm_job *jobs[6];
    char data[64];
    for (size_t i = 0; i < 6; i++) {
        char ref[16];
        (void)snprintf(ref, sizeof ref, "C-%zu", i);
        (void)snprintf(data, sizeof data,
                       "{\"channel\":\"phone\",\"customer\":{\"ref\":\"T-%zu\"}}", i);
        jobs[i] = bench_make(b, "complaint.received", ref, NULL, data);
    }
    assert_int_equal(bench_turn(b, jobs, 6), WM_OK);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(jobs[i]->reply, WM_REPLY_OK);
        wm_job_free(&jobs[i]);
    }
    const struct wm_span officers = bench_ask(b, "{\"op\":\"officer.list\"}");
    assert_int_equal(bench_count(officers, "\"open\":2"), 3);
    /* What memory has agrees with what the store counts. */
    bench_stop(b);
    bench_start(b);
    bench_ok(b, bench_make(b, "complaint.withdrawn", "C-0", NULL, "{}"), "applied");
    assert_int_equal(bench_count(bench_ask(b, "{\"op\":\"officer.list\"}"), "\"open\":1"), 1);
    bench_verify(b, 6);
}

static void
cases_of_one_customer_stay_together(void **state)
{
    struct bench *b = *state;
    struct wm_job *jobs[2];
    jobs[0] = bench_make(b, "complaint.received", "C-1", NULL, RECEIVED);
    jobs[1] = bench_make(b, "complaint.received", "C-2", NULL, RECEIVED);
    assert_int_equal(bench_turn(b, jobs, 2), WM_OK);
    wm_job_free(&jobs[0]);
    wm_job_free(&jobs[1]);
    open_case(b, "C-3");
    const struct wm_span list = bench_ask(b, "{\"op\":\"case.list\"}");
    assert_int_equal(bench_count(list, "\"officer\":\"ann\""), 3);
}

static void
leave_moves_cases_and_joining_takes_those_that_wait(void **state)
{
    struct bench *b = *state;
    const char *leave = "{\"leave\":\"L-1\",\"from\":\"2026-01-05\",\"to\":\"2026-02-27\"}";
    open_case(b, "C-1");
    bench_ok(b, bench_make(b, "officer.leave.booked", "ann", NULL, leave), "applied");
    while (b->report->more) {
        assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    }
    assert_int_equal(bench_count(bench_ask(b, "{\"op\":\"case.list\"}"), "\"officer\":\"ben\""), 1);
    bench_ok(b, bench_make(b, "officer.leave.booked", "ben", NULL, leave), "applied");
    bench_ok(b, bench_make(b, "officer.left", "cat", NULL, "{}"), "applied");
    bench_ok(b,
             bench_make(b, "complaint.received", "C-2", NULL,
                        "{\"channel\":\"phone\",\"customer\":{\"ref\":\"T-2\"}}"),
             "applied");
    assert_int_equal(bench_lines(b, "case.unassigned"), 1);
    struct wm_job *job = bench_make(b, "officer.joined", "dan", NULL,
                                    "{\"name\":\"Dan Dale\",\"teams\":[\"front\"]}");
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    assert_non_null(strstr(job->detail, "\"case\":null,\"officer\":\"dan\",\"seq\":1"));
    wm_job_free(&job);
    while (b->report->more) {
        assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    }
    struct wm_span list = bench_ask(b, "{\"op\":\"case.list\"}");
    assert_int_equal(bench_count(list, "\"officer\":\"dan\""), 1);
    /* No second move of a case within a day. */
    job = bench_control("{\"op\":\"clock.advance\",\"duration\":\"1 day\"}");
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    wm_job_free(&job);
    list = bench_ask(b, "{\"op\":\"case.list\"}");
    assert_int_equal(bench_count(list, "\"officer\":\"dan\""), 2);
    bench_verify(b, 2);
}

static void
an_unknown_officer_waits_as_a_case_does(void **state)
{
    struct bench *b = *state;
    const char *leave = "{\"leave\":\"L-1\",\"from\":\"2026-01-08\",\"to\":\"2026-01-06\"}";
    bench_refused(b, bench_make(b, "officer.left", "zoe", NULL, "{}"), WM_REPLY_RETRY, "not-yet");
    bench_refused(b, bench_make(b, "officer.leave.booked", "ann", NULL, leave), WM_REPLY_REJECT,
                  "schema");
}

/* ---- at random ------------------------------------------------------------------------------- */

static uint32_t
roll(uint64_t *seed, uint32_t sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % sides;
}

static struct wm_job *
random_event(struct bench *b, uint64_t *seed, const char *now)
{
    static const struct kind {
        const char *type;
        const char *data;
    } kinds[] = {
        {"complaint.received", RECEIVED},
        {"contact.made", CALLED},
        {"contact.made", CALLED},
        {"letter.sent",
         "{\"letter\":\"acknowledgement\",\"letter_id\":\"L0\",\"channel\":\"email\"}"},
        {"letter.sent", ANSWERED},
        {"complaint.closed", "{\"outcome\":\"upheld\",\"lesson\":\"none\"}"},
        {"case.amended", "{\"set\":{\"consent\":false},\"why\":\"asked\"}"},
        {"complaint.withdrawn", "{}"},
        {"survey.completed", "{\"row\":\"x\"}"},
    };
    char ref[16];
    char time[32];
    const struct kind *kind = &kinds[roll(seed, WM_COUNT(kinds))];
    (void)snprintf(ref, sizeof ref, "C-%u", roll(seed, 40));
    /* One in three was typed in late, by up to some days. */
    int64_t us = bench_time(now);
    us -= roll(seed, 3) == 0 ? (int64_t)roll(seed, 400000) * 1000000 : 0;
    wm_time_format(us, time);
    return bench_make(b, kind->type, ref, time, kind->data);
}

static void
verify_is_clean_after_a_thousand_random_events(void **state)
{
    enum { ROUNDS = 100, EACH = 10 };
    struct bench *b = *state;
    uint64_t seed = 20260105;
    char now[WM_TIME_SIZE];
    char call[128];
    int64_t clock_us = b->real_us;
    for (int round = 0; round < ROUNDS; round++) {
        struct wm_job *jobs[EACH];
        wm_time_format(clock_us, now);
        for (int i = 0; i < EACH; i++) {
            jobs[i] = random_event(b, &seed, now);
        }
        assert_int_equal(bench_turn(b, jobs, EACH), WM_OK);
        for (int i = 0; i < EACH; i++) {
            assert_true(jobs[i]->reply != 0);
            wm_job_free(&jobs[i]);
        }
        clock_us += (int64_t)roll(&seed, 40000) * 1000000;
        wm_time_format(clock_us, now);
        (void)snprintf(call, sizeof call, "{\"op\":\"clock.set\",\"time\":\"%s\"}", now);
        struct wm_job *set = bench_control(call);
        assert_int_equal(bench_run(b, set), WM_REPLY_OK);
        wm_job_free(&set);
        if (round % 25 == 24) {
            bench_stop(b);
            bench_start(b);
        }
    }
    const size_t cases = bench_count(bench_ask(b, "{\"op\":\"case.list\"}"), "\"ref\"");
    assert_in_range(cases, 30, 40);
    bench_verify(b, (int)cases);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_opening_is_answered_with_its_place, begin, end),
        cmocka_unit_test_setup_teardown(a_duplicate_is_answered_as_the_first_time, begin, end),
        cmocka_unit_test_setup_teardown(duplicates_within_a_batch_are_seen, begin, end),
        cmocka_unit_test_setup_teardown(an_id_with_other_content_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(the_future_waits_or_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(an_event_before_its_opening_waits_for_it, begin, end),
        cmocka_unit_test_setup_teardown(waiting_for_a_case_ends, begin, end),
        cmocka_unit_test_setup_teardown(a_second_opening_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(requests_are_judged_and_facts_are_not, begin, end),
        cmocka_unit_test_setup_teardown(an_unknown_type_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_new_case_gets_a_reference, begin, end),
        cmocka_unit_test_setup_teardown(an_alias_finds_its_case, begin, end),
        cmocka_unit_test_setup_teardown(events_of_a_merged_case_go_to_the_survivor, begin, end),
        cmocka_unit_test_setup_teardown(a_customer_is_told_once_and_everywhere, begin, end),
        cmocka_unit_test_setup_teardown(cases_are_shared_out_and_counted, begin, end),
        cmocka_unit_test_setup_teardown(cases_of_one_customer_stay_together, begin, end),
        cmocka_unit_test_setup_teardown(leave_moves_cases_and_joining_takes_those_that_wait, begin,
                                        end),
        cmocka_unit_test_setup_teardown(an_unknown_officer_waits_as_a_case_does, begin, end),
        cmocka_unit_test_setup_teardown(verify_is_clean_after_a_thousand_random_events, begin, end),
    };
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
