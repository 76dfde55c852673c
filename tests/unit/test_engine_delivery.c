/* test_engine_delivery.c - goal: a message reaches a worker at least once, in the order of its
 * case, under one id, and is given up in the sight of a person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engine_fixture.h"

#define RECEIVED "{\"channel\":\"phone\"}"
#define CLOSED   "{\"outcome\":\"upheld\",\"lesson\":\"none\"}"
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

static struct wm_job *
claim(struct bench *b, const char *topic, size_t want)
{
    struct wm_job *job = bench_claim(topic, 10);
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    assert_int_equal(job->claimed_count, want);
    return job;
}

static void
answer(struct bench *b, const struct wm_job *claimed, enum wm_delivery_answer with, bool counts)
{
    struct wm_job *job = bench_answer(claimed, 0, with, counts);
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    wm_job_free(&job);
}

static void
close_case(struct bench *b, const char *ref)
{
    open_case(b, ref);
    bench_ok(b, bench_make(b, "letter.sent", ref, NULL, ANSWERED), "applied");
    bench_ok(b, bench_make(b, "complaint.closed", ref, NULL, CLOSED), "applied");
}

static void
claimed_acknowledged_gone(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    struct wm_job *job = claim(b, "letters", 1);
    assert_int_equal(job->claimed[0].attempt, 1);
    assert_non_null(strstr(job->claimed[0].body.data, "waymark.letter.requested"));
    assert_non_null(strstr(job->claimed[0].body.data, "\"source\":\"/waymark/ovh\""));
    struct wm_job *second = claim(b, "letters", 0);
    wm_job_free(&second);
    answer(b, job, WM_DELIVERY_ACK, false);
    assert_int_equal(b->report->counters.delivered, 1);
    wm_job_free(&job);
    second = claim(b, "letters", 0);
    assert_int_equal(second->next_real_us, WM_NEVER);
    wm_job_free(&second);
    assert_int_equal(bench_count(bench_ask(b, "{\"op\":\"outbox.list\"}"), "\"id\""), 0);
}

/* A message made and claimed in the same turn is durable before the worker has it. */
static void
made_and_claimed_in_one_turn(void **state)
{
    struct bench *b = *state;
    struct wm_job *jobs[2] = {bench_claim("letters", 1),
                              bench_make(b, "complaint.received", "C-1", NULL, RECEIVED)};
    assert_int_equal(bench_turn(b, jobs, 2), WM_OK);
    assert_int_equal(jobs[0]->claimed_count, 1);
    wm_job_free(&jobs[0]);
    wm_job_free(&jobs[1]);
}

static void
a_nack_waits_and_comes_again(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    struct wm_job *job = claim(b, "letters", 1);
    struct wm_job *nack = bench_answer(job, 0, WM_DELIVERY_LATER, true);
    nack->answers[0].available_real_us = b->real_us + 5000000;
    assert_int_equal(bench_run(b, nack), WM_REPLY_OK);
    assert_int_equal(b->report->next_real_us, b->real_us + 5000000);
    wm_job_free(&nack);
    struct wm_job *again = claim(b, "letters", 0);
    assert_int_equal(again->next_real_us, b->real_us + 5000000);
    wm_job_free(&again);
    b->real_us += 5000000;
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    assert_int_equal(b->report->topic_count, 1);
    again = claim(b, "letters", 1);
    assert_int_equal(again->claimed[0].attempt, 2);
    assert_true(wm_span_equal(again->claimed[0].id, job->claimed[0].id));
    /* The answer to the first delivery comes too late to change anything. */
    answer(b, job, WM_DELIVERY_ACK, false);
    assert_int_equal(b->report->counters.delivered, 0);
    wm_job_free(&job);
    wm_job_free(&again);
}

static void
a_lease_lapses_with_back_off(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    struct wm_job *job = claim(b, "letters", 1);
    wm_job_free(&job);
    assert_int_equal(b->report->next_real_us, b->real_us + 60000001);
    b->real_us += 60000001;
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    job = claim(b, "letters", 0);
    assert_int_equal(job->next_real_us, b->real_us + 1000000);
    wm_job_free(&job);
    b->real_us += 1000000;
    job = claim(b, "letters", 1);
    wm_job_free(&job);
    b->real_us += 60000001;
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    job = claim(b, "letters", 0);
    assert_int_equal(job->next_real_us, b->real_us + 2000000);
    wm_job_free(&job);
}

static void
an_extended_lease_holds(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    struct wm_job *job = claim(b, "letters", 1);
    b->real_us += 50000000;
    answer(b, job, WM_DELIVERY_EXTEND, false);
    b->real_us += 50000000;
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    answer(b, job, WM_DELIVERY_ACK, false);
    assert_int_equal(b->report->counters.delivered, 1);
    wm_job_free(&job);
}

static void
too_many_attempts_are_a_dead_letter(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    for (int attempt = 1; attempt <= 3; attempt++) {
        struct wm_job *job = claim(b, "letters", 1);
        assert_int_equal(job->claimed[0].attempt, attempt);
        answer(b, job, WM_DELIVERY_LATER, true);
        wm_job_free(&job);
        b->real_us += 10000000;
    }
    assert_int_equal(bench_lines(b, "delivery.dead"), 1);
    struct wm_job *job = claim(b, "letters", 0);
    wm_job_free(&job);
    const struct wm_span rows = bench_ask(b, "{\"op\":\"case.history\",\"ref\":\"C-1\"}");
    assert_int_equal(bench_count(rows, "waymark.delivery.dead"), 1);
    const struct wm_span dead = bench_ask(b, "{\"op\":\"dead-letters.list\"}");
    assert_int_equal(bench_count(dead, "\"state\":\"dead\""), 1);
    bench_verify(b, 1);
    job = bench_control("{\"op\":\"dead-letters.retry\",\"topic\":\"letters\"}");
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    assert_string_equal(job->detail, "{\"retried\":1}");
    wm_job_free(&job);
    job = claim(b, "letters", 1);
    assert_int_equal(job->claimed[0].attempt, 1);
    wm_job_free(&job);
}

/* What lies downstream is not the message's fault. */
static void
rests_of_a_topic_do_not_count(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    for (int attempt = 1; attempt <= 5; attempt++) {
        struct wm_job *job = claim(b, "letters", 1);
        assert_int_equal(job->claimed[0].attempt, 1);
        answer(b, job, WM_DELIVERY_LATER, false);
        wm_job_free(&job);
    }
    assert_int_equal(bench_count(bench_ask(b, "{\"op\":\"dead-letters.list\"}"), "dead"), 0);
}

static void
a_refusal_is_a_dead_letter_at_once(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    struct wm_job *job = claim(b, "letters", 1);
    answer(b, job, WM_DELIVERY_DEAD, true);
    assert_int_equal(bench_lines(b, "delivery.dead"), 1);
    wm_job_free(&job);
    job = bench_control("{\"op\":\"dead-letters.drop\"}");
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    assert_string_equal(job->detail, "{\"dropped\":1}");
    wm_job_free(&job);
}

/* A crash gives every lease back, and counts no attempt. */
static void
leases_are_given_back_at_start(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    struct wm_job *job = claim(b, "letters", 1);
    wm_job_free(&job);
    bench_stop(b);
    bench_start(b);
    job = claim(b, "letters", 1);
    assert_int_equal(job->claimed[0].attempt, 1);
    wm_job_free(&job);
}

/* ---- conditional messages -------------------------------------------------------------------- */

static void
what_is_no_longer_wanted_is_withdrawn(void **state)
{
    struct bench *b = *state;
    close_case(b, "C-1");
    bench_ok(b,
             bench_make(b, "case.amended", "C-1", NULL,
                        "{\"set\":{\"consent\":false},\"why\":\"asked\"}"),
             "applied");
    struct wm_job *job = claim(b, "surveys", 0);
    wm_job_free(&job);
    const struct wm_span rows = bench_ask(b, "{\"op\":\"case.history\",\"ref\":\"C-1\"}");
    assert_int_equal(bench_count(rows, "\"kind\":\"withdraw\""), 1);
    bench_verify(b, 1);
}

static void
what_has_gone_out_is_followed_by_its_withdrawal(void **state)
{
    struct bench *b = *state;
    close_case(b, "C-1");
    struct wm_job *job = claim(b, "surveys", 1);
    bench_ok(b,
             bench_make(b, "case.amended", "C-1", NULL,
                        "{\"set\":{\"consent\":false},\"why\":\"asked\"}"),
             "applied");
    /* One case's messages of a topic keep their order. */
    struct wm_job *next = claim(b, "surveys", 0);
    wm_job_free(&next);
    answer(b, job, WM_DELIVERY_ACK, false);
    next = claim(b, "surveys", 1);
    assert_non_null(strstr(next->claimed[0].body.data, "waymark.survey.withdrawn"));
    assert_non_null(strstr(next->claimed[0].body.data, "C-1-survey"));
    wm_job_free(&next);
    wm_job_free(&job);
}

static void
made_and_withdrawn_in_one_turn(void **state)
{
    struct bench *b = *state;
    open_case(b, "C-1");
    bench_ok(b, bench_make(b, "letter.sent", "C-1", NULL, ANSWERED), "applied");
    struct wm_job *jobs[2] = {bench_make(b, "complaint.closed", "C-1", NULL, CLOSED),
                              bench_make(b, "case.amended", "C-1", NULL,
                                         "{\"set\":{\"consent\":false},\"why\":\"asked\"}")};
    assert_int_equal(bench_turn(b, jobs, 2), WM_OK);
    assert_int_equal(jobs[1]->reply, WM_REPLY_OK);
    wm_job_free(&jobs[0]);
    wm_job_free(&jobs[1]);
    struct wm_job *job = claim(b, "surveys", 0);
    wm_job_free(&job);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(claimed_acknowledged_gone, begin, end),
        cmocka_unit_test_setup_teardown(made_and_claimed_in_one_turn, begin, end),
        cmocka_unit_test_setup_teardown(a_nack_waits_and_comes_again, begin, end),
        cmocka_unit_test_setup_teardown(a_lease_lapses_with_back_off, begin, end),
        cmocka_unit_test_setup_teardown(an_extended_lease_holds, begin, end),
        cmocka_unit_test_setup_teardown(too_many_attempts_are_a_dead_letter, begin, end),
        cmocka_unit_test_setup_teardown(rests_of_a_topic_do_not_count, begin, end),
        cmocka_unit_test_setup_teardown(a_refusal_is_a_dead_letter_at_once, begin, end),
        cmocka_unit_test_setup_teardown(leases_are_given_back_at_start, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_longer_wanted_is_withdrawn, begin, end),
        cmocka_unit_test_setup_teardown(what_has_gone_out_is_followed_by_its_withdrawal, begin,
                                        end),
        cmocka_unit_test_setup_teardown(made_and_withdrawn_in_one_turn, begin, end),
    };
    return cmocka_run_group_tests_name("engine_delivery", tests, NULL, NULL);
}
