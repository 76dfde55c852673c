/* test_engine_faults.c - goal: whatever call of the store fails, an event that was answered OK is
 * in the history once, and nothing else is (I1, I2, I5). Method: one story, told again for every n
 * with the n-th call failing; publishers send again what had no OK, and a daemon that must stop
 * starts anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engine_fixture.h"
#include "tests/unit/faulty_store.h"

enum { TRIES_MAX = 8, CHAPTER_MAX = 4 };

/* Events that arrive together; sent again until each has its OK. */
static const char *const chapters[][CHAPTER_MAX] = {
    {"\"id\":\"a1\",\"type\":\"complaint.received\",\"subject\":\"C-1\","
     "\"data\":{\"channel\":\"phone\",\"customer\":{\"ref\":\"T-1\"},\"aliases\":[\"react:1\"]}",
     "\"id\":\"b1\",\"type\":\"complaint.received\",\"subject\":\"C-2\","
     "\"data\":{\"channel\":\"phone\",\"customer\":{\"ref\":\"T-1\"}}"},
    {"\"id\":\"a2\",\"type\":\"contact.made\",\"subject\":\"react:1\","
     "\"data\":{\"method\":\"phone\",\"by\":\"ann\"}",
     "\"id\":\"b2\",\"type\":\"letter.sent\",\"subject\":\"C-2\","
     "\"data\":{\"letter\":\"stage1\",\"letter_id\":\"L1\",\"channel\":\"email\"}",
     "\"id\":\"c1\",\"type\":\"complaint.received\",\"subject\":\"new\","
     "\"data\":{\"channel\":\"letter\"}"},
    {"\"id\":\"b3\",\"type\":\"complaint.closed\",\"subject\":\"C-2\","
     "\"data\":{\"outcome\":\"upheld\",\"lesson\":\"none\"}",
     "\"id\":\"o1\",\"type\":\"officer.leave.booked\",\"subject\":\"ann\","
     "\"data\":{\"leave\":\"L-1\",\"from\":\"2026-01-05\",\"to\":\"2026-03-01\"}"},
    {"\"id\":\"b4\",\"type\":\"case.amended\",\"subject\":\"C-2\","
     "\"data\":{\"set\":{\"consent\":false},\"why\":\"asked\"}",
     "\"id\":\"a3\",\"type\":\"contact.made\",\"subject\":\"C-1\","
     "\"time\":\"2026-01-05T08:00:00Z\",\"data\":{\"method\":\"phone\",\"by\":\"ben\"}",
     "\"id\":\"u1\",\"type\":\"customer.changed\",\"subject\":\"T-1\",\"data\":{}"},
};

/* Starts it again until it comes up; a fault hits one call alone. */
static void
start_anew(struct bench *b)
{
    bench_stop(b);
    enum wm_status status = WM_AGAIN;
    for (int i = 0; i < TRIES_MAX && status != WM_OK; i++) {
        char *why = NULL;
        status = wm_engine_new(&b->options, &b->engine, &why);
        free(why);
    }
    assert_int_equal(status, WM_OK);
}

static struct wm_job *
line(const char *part)
{
    char json[BENCH_TEXT];
    (void)snprintf(json, sizeof json, "{\"specversion\":\"1.0\",\"source\":\"/test\",%s}", part);
    return bench_event(json);
}

/* One turn with what has no OK yet; true if it all has now. */
static bool
send_rest(struct bench *b, const char *const parts[CHAPTER_MAX], bool done[CHAPTER_MAX])
{
    struct wm_job *jobs[CHAPTER_MAX];
    size_t which[CHAPTER_MAX];
    size_t count = 0;
    bool all = true;
    for (size_t i = 0; i < CHAPTER_MAX && parts[i] != NULL; i++) {
        if (!done[i]) {
            which[count] = i;
            jobs[count++] = line(parts[i]);
        }
    }
    const enum wm_status status = bench_turn(b, jobs, count);
    for (size_t i = 0; i < count; i++) {
        if (jobs[i]->reply == WM_REPLY_REJECT) {
            print_error("%s -> %s\n", jobs[i]->bytes, jobs[i]->detail);
        }
        assert_true(jobs[i]->reply == WM_REPLY_OK || jobs[i]->reply == WM_REPLY_RETRY);
        done[which[i]] = jobs[i]->reply == WM_REPLY_OK;
        all = all && done[which[i]];
        wm_job_free(&jobs[i]);
    }
    if (status != WM_OK) {
        start_anew(b);
    }
    return all;
}

static void
tell_chapter(struct bench *b, const char *const parts[CHAPTER_MAX])
{
    bool done[CHAPTER_MAX] = {false};
    for (int i = 0; i < TRIES_MAX; i++) {
        if (send_rest(b, parts, done)) {
            return;
        }
    }
    fail_msg("not all events were taken");
}

static void
advance(struct bench *b, const char *time)
{
    char call[96];
    (void)snprintf(call, sizeof call, "{\"op\":\"clock.set\",\"time\":\"%s\"}", time);
    for (int i = 0; i < TRIES_MAX; i++) {
        struct wm_job *job = bench_control(call);
        const enum wm_status status = bench_turn(b, &job, 1);
        const enum wm_reply reply = job->reply;
        wm_job_free(&job);
        if (status != WM_OK) {
            start_anew(b);
        }
        if (status == WM_OK && reply == WM_REPLY_OK) {
            return;
        }
        b->real_us += 20000000; /* what could not be done rests for a while */
    }
    fail_msg("the clock could not be moved");
}

/* A worker takes a topic's messages until none is left; returns how many it acknowledged. */
static size_t
work_off(struct bench *b, const char *topic)
{
    size_t acknowledged = 0;
    for (int i = 0; i < 4 * TRIES_MAX; i++) {
        struct wm_job *job = bench_claim(topic, 1);
        enum wm_status status = bench_turn(b, &job, 1);
        const bool is_empty =
            status == WM_OK && job->reply == WM_REPLY_OK && job->claimed_count == 0;
        if (status == WM_OK && job->reply == WM_REPLY_OK && job->claimed_count == 1) {
            struct wm_job *ack = bench_answer(job, 0, WM_DELIVERY_ACK, false);
            status = bench_turn(b, &ack, 1);
            acknowledged += status == WM_OK && ack->reply == WM_REPLY_OK ? 1 : 0;
            wm_job_free(&ack);
        }
        wm_job_free(&job);
        if (status != WM_OK) {
            start_anew(b);
        }
        if (is_empty && i > TRIES_MAX) {
            return acknowledged;
        }
        b->real_us += 70000000; /* longer than a lease */
    }
    fail_msg("messages are left over");
    return 0;
}

static void
tell_story(struct bench *b)
{
    for (size_t i = 0; i < WM_COUNT(chapters); i++) {
        tell_chapter(b, chapters[i]);
    }
    advance(b, "2026-01-20T12:00:00Z");
    /* An acknowledgement whose answer was lost counts one less, never one more. */
    assert_in_range(work_off(b, "letters"), 2, 3);
}

static size_t
in_history(struct bench *b, const char *ref, const char *needle)
{
    char call[96];
    (void)snprintf(call, sizeof call, "{\"op\":\"case.history\",\"ref\":\"%s\"}", ref);
    return bench_count(bench_ask(b, call), needle);
}

static void
check(struct bench *b)
{
    static const struct want {
        const char *ref;
        const char *id;
    } wants[] = {{"C-1", "\"id\":\"a1\""}, {"C-1", "\"id\":\"a2\""}, {"C-1", "\"id\":\"a3\""},
                 {"C-2", "\"id\":\"b1\""}, {"C-2", "\"id\":\"b2\""}, {"C-2", "\"id\":\"b3\""},
                 {"C-2", "\"id\":\"b4\""}};
    faulty_store_arm(&(struct faulty_store){.fail_at = 0});
    for (size_t i = 0; i < WM_COUNT(wants); i++) {
        assert_int_equal(in_history(b, wants[i].ref, wants[i].id), 1);
    }
    const struct wm_span list = bench_ask(b, "{\"op\":\"case.list\"}");
    assert_int_equal(bench_count(list, "\"ref\""), 3);
    assert_int_equal(bench_count(list, "\"ref\":\"C-2026-"), 1);
    assert_int_equal(in_history(b, "C-1", "waymark.clock.breached\",\"occurred\""), 2);
    assert_int_equal(
        in_history(b, "C-1", "customer.changed") + in_history(b, "C-2", "customer.changed"), 2);
    const struct wm_span left = bench_ask(b, "{\"op\":\"outbox.list\"}");
    assert_int_equal(bench_count(left, "\"topic\":\"letters\""), 0);
    assert_int_equal(bench_count(left, "\"topic\":\"surveys\""), 0);
    /* What the engine counts in memory agrees with the store after all that. */
    const struct wm_span before = bench_ask(b, "{\"op\":\"officer.list\"}");
    start_anew(b);
    assert_true(wm_span_equal(before, bench_ask(b, "{\"op\":\"officer.list\"}")));
    bench_verify(b, 3);
}

/* Tells the story once without a fault to count the calls, then once for every `step`-th call. */
static void
fail_at_every_call(enum wm_status with, bool commit_is_done, int64_t step)
{
    static struct bench bench;
    int64_t last = INT64_MAX;
    for (int64_t n = 0; n <= last; n += n == 0 ? 1 : step) {
        faulty_store_arm(&(struct faulty_store){.fail_at = 0});
        bench_begin(&bench, true);
        const struct faulty_store how = {
            .fail_at = n, .with = with, .commit_is_done = commit_is_done};
        faulty_store_arm(&how);
        tell_story(&bench);
        if (n == 0) {
            last = faulty_store_calls();
        }
        check(&bench);
        bench_end(&bench);
    }
    assert_in_range(last, commit_is_done ? 20 : 200, 2000);
}

static void
a_busy_store(void **state)
{
    (void)state;
    fail_at_every_call(WM_AGAIN, false, 1);
}

static void
a_full_disk(void **state)
{
    (void)state;
    fail_at_every_call(WM_FULL, false, 5);
}

static void
no_memory(void **state)
{
    (void)state;
    fail_at_every_call(WM_NOMEM, false, 5);
}

static void
a_broken_disk(void **state)
{
    (void)state;
    fail_at_every_call(WM_IO, false, 3);
}

static void
a_commit_of_unknown_outcome(void **state)
{
    (void)state;
    fail_at_every_call(WM_UNKNOWN, true, 1);
}

static void
a_commit_that_fails_after_it_was_done(void **state)
{
    (void)state;
    fail_at_every_call(WM_IO, true, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_busy_store),
        cmocka_unit_test(a_full_disk),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(a_broken_disk),
        cmocka_unit_test(a_commit_of_unknown_outcome),
        cmocka_unit_test(a_commit_that_fails_after_it_was_done),
    };
    return cmocka_run_group_tests_name("engine_faults", tests, NULL, NULL);
}
