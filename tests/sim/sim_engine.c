/* sim_engine.c - the engine in virtual time over a store that fails on purpose, from a seed.
 *
 * Publishers resend what had no OK and sometimes what had one; workers acknowledge, refuse, fall
 * silent; the clock is moved; the daemon crashes. After every round and at the end the invariants
 * of reliability.md 2.1 that the engine can break are checked: I1, I2, I3, I5, I6. A failure names
 * its seed: `sim_engine SEED` tells that story again. */
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

enum {
    EVENTS = 240, /* of one story */
    CASES = 40,
    ROUNDS = 90,
    AT_ONCE = 6,   /* events in one turn */
    HELD_MAX = 16, /* deliveries that the worker has in hand */
    ID_BYTES = 96,
    SEEN_MAX = 1024,
    HEAL_MAX = 400 /* turns in which all must be done once nothing fails any more */
};

struct sent {
    char json[512];
    enum { NEW = 1, UNKNOWN, TAKEN, REFUSED } state;
};

struct held {
    char id[ID_BYTES];
    int64_t lease;
};

struct story {
    struct bench bench;
    uint64_t seed;
    struct sent events[EVENTS];
    size_t event_count;
    struct held held[HELD_MAX];
    size_t held_count;
    /* The highest message of each case that a worker has seen for the first time. */
    long newest[CASES];
    char (*seen)[ID_BYTES]; /* messages that a worker has had in hand */
    size_t seen_count;
    bool heals;
};

/* splitmix64: neighbouring draws must not hang together, or faults only ever meet the same calls.
 */
static uint32_t
roll(struct story *s, uint32_t sides)
{
    uint64_t z = s->seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ z >> 31) >> 32) % sides;
}

/* ---- the world ------------------------------------------------------------------------------- */

static void
make_event(struct story *s)
{
    static const struct kind {
        const char *type;
        const char *data;
    } kinds[] = {
        {"complaint.received", "{\"channel\":\"phone\",\"customer\":{\"ref\":\"T-1\"}}"},
        {"complaint.received", "{\"channel\":\"letter\"}"},
        {"complaint.received", "{\"channel\":\"email\"}"},
        {"contact.made", "{\"method\":\"phone\",\"by\":\"ann\"}"},
        {"letter.sent",
         "{\"letter\":\"acknowledgement\",\"letter_id\":\"L0\",\"channel\":\"email\"}"},
        {"letter.sent", "{\"letter\":\"stage1\",\"letter_id\":\"L1\",\"channel\":\"email\"}"},
        {"complaint.closed", "{\"outcome\":\"upheld\",\"lesson\":\"none\"}"},
        {"case.amended", "{\"set\":{\"consent\":false},\"why\":\"asked\"}"},
        {"case.amended", "{\"set\":{\"consent\":true},\"why\":\"asked\"}"},
        {"complaint.withdrawn", "{}"},
    };
    static const struct kind staff[] = {
        {"officer.leave.booked", "{\"leave\":\"L\",\"from\":\"2026-01-05\",\"to\":\"2026-01-30\"}"},
        {"officer.leave.cancelled", "{\"leave\":\"L\"}"},
        {"officer.absent", "{\"from\":\"2026-01-05\"}"},
        {"officer.returned", "{}"},
    };
    static const char *const officers[] = {"ann", "ben", "cat"};
    if (s->event_count == EVENTS) {
        return;
    }
    char subject[16];
    const bool is_staff = roll(s, 12) == 0;
    const struct kind *kind =
        is_staff ? &staff[roll(s, WM_COUNT(staff))] : &kinds[roll(s, WM_COUNT(kinds))];
    (void)snprintf(subject, sizeof subject, "C-%u", roll(s, CASES));
    struct sent *sent = &s->events[s->event_count++];
    sent->state = NEW;
    (void)snprintf(sent->json, sizeof sent->json,
                   "{\"specversion\":\"1.0\",\"id\":\"e%zu\",\"source\":\"/sim\",\"type\":\"%s\","
                   "\"subject\":\"%s\",\"data\":%s}",
                   s->event_count, kind->type,
                   is_staff ? officers[roll(s, WM_COUNT(officers))] : subject, kind->data);
}

static void
arm(struct story *s)
{
    static const enum wm_status with[] = {WM_AGAIN, WM_FULL,    WM_NOMEM,
                                          WM_IO,    WM_UNKNOWN, WM_EXISTS};
    const bool on_commit = roll(s, 2) == 0; /* of which a turn has one or two */
    const struct faulty_store how = {
        .fail_at = s->heals || roll(s, 3) == 0 ? 0 : 1 + roll(s, on_commit ? 2 : 30),
        .with = with[roll(s, WM_COUNT(with))],
        .commit_is_done = on_commit,
    };
    faulty_store_arm(&how);
}

static void
crash(struct story *s)
{
    struct bench *b = &s->bench;
    enum wm_status status = WM_AGAIN;
    bench_stop(b);
    for (int i = 0; i < 3 && status != WM_OK; i++) {
        char *why = NULL;
        status = wm_engine_new(&b->options, &b->engine, &why);
        free(why);
    }
    assert_int_equal(status, WM_OK);
}

/* A turn; a daemon that must stop starts anew. */
static bool
turn(struct story *s, struct wm_job **jobs, size_t count)
{
    const enum wm_status status = bench_turn(&s->bench, jobs, count);
    for (size_t i = 0; i < count; i++) {
        assert_true(jobs[i]->reply != 0);
    }
    if (status != WM_OK) {
        assert_true(status == WM_IO || status == WM_CORRUPT);
        crash(s);
    }
    return status == WM_OK;
}

/* ---- publishers ------------------------------------------------------------------------------ */

static void
publish(struct story *s)
{
    struct wm_job *jobs[AT_ONCE];
    struct sent *which[AT_ONCE];
    size_t count = 0;
    for (size_t i = 0; i < s->event_count && count < AT_ONCE; i++) {
        struct sent *sent = &s->events[i];
        const bool again = sent->state == TAKEN && roll(s, 40) == 0;
        if (sent->state == NEW || sent->state == UNKNOWN || again) {
            which[count] = sent;
            jobs[count++] = bench_event(sent->json);
        }
    }
    (void)turn(s, jobs, count);
    for (size_t i = 0; i < count; i++) {
        const bool was_taken = which[i]->state == TAKEN;
        switch (jobs[i]->reply) {
        case WM_REPLY_OK:
            if (was_taken) {
                assert_non_null(strstr(jobs[i]->detail, "\"outcome\":\"duplicate\""));
            }
            which[i]->state = TAKEN;
            break;
        case WM_REPLY_REJECT:
            assert_false(was_taken);
            which[i]->state = REFUSED;
            break;
        case WM_REPLY_RETRY:
            which[i]->state = was_taken ? TAKEN : UNKNOWN;
            break;
        }
        wm_job_free(&jobs[i]);
    }
}

/* ---- workers --------------------------------------------------------------------------------- */

/* I5: the first deliveries of a case's messages come in the order in which they were made. */
static void
note_delivery(struct story *s, const struct wm_claimed *claimed)
{
    assert_true(s->seen_count < SEEN_MAX);
    char *text = s->seen[s->seen_count++];
    (void)snprintf(text, ID_BYTES, "%.*s", WM_SPAN_ARG(claimed->id));
    if (strstr(text, "/withdrawn") != NULL) {
        return;
    }
    char *end = NULL;
    const unsigned long number = strtoul(text + strlen("C-"), &end, 10);
    const long seq = strtol(end + strlen("/"), NULL, 10);
    assert_true(number < CASES);
    if (claimed->attempt == 1 && seq < s->newest[number]) {
        fail_msg("%s came after message %ld of its case", text, s->newest[number]);
    }
    if (seq > s->newest[number]) {
        s->newest[number] = seq;
    }
}

static void
claim(struct story *s)
{
    struct wm_job *job = bench_claim("letters", 1 + roll(s, 4));
    const bool lives = turn(s, &job, 1);
    for (size_t i = 0; lives && job->reply == WM_REPLY_OK && i < job->claimed_count; i++) {
        const struct wm_claimed *claimed = &job->claimed[i];
        note_delivery(s, claimed);
        if (s->held_count < HELD_MAX) {
            struct held *held = &s->held[s->held_count++];
            (void)snprintf(held->id, sizeof held->id, "%.*s", WM_SPAN_ARG(claimed->id));
            held->lease = claimed->lease;
        }
    }
    wm_job_free(&job);
}

static void
answer(struct story *s)
{
    if (s->held_count == 0) {
        return;
    }
    const struct held held = s->held[--s->held_count];
    struct wm_job *job = wm_job_new(WM_JOB_ANSWER);
    assert_non_null(job);
    job->arena = wm_arena_new(1 << 16);
    job->answers = WM_NEW(job->arena, struct wm_delivery_row);
    job->answers[0] = (struct wm_delivery_row){
        .id = wm_arena_copy(job->arena, wm_span(held.id)),
        .lease = held.lease,
        .answer = s->heals || roll(s, 3) > 0 ? WM_DELIVERY_ACK : WM_DELIVERY_LATER,
        .counts = false};
    job->answer_count = 1;
    (void)turn(s, &job, 1);
    wm_job_free(&job);
}

/* ---- time ------------------------------------------------------------------------------------ */

static void
move_clock(struct story *s)
{
    char call[96];
    (void)snprintf(call, sizeof call, "{\"op\":\"clock.advance\",\"duration\":\"%u hours\"}",
                   1 + roll(s, 30));
    struct wm_job *job = bench_control(call);
    (void)turn(s, &job, 1);
    wm_job_free(&job);
}

/* What the engine counts in memory agrees with what is stored, after every turn. */
static void
check_counts(struct story *s)
{
    char want[96];
    if (s->bench.report == NULL) {
        return; /* it has just begun */
    }
    faulty_store_arm(&(struct faulty_store){.fail_at = 0});
    const char *status = s->bench.report->status;
    const long open = strtol(status, NULL, 10);
    const long nobody = strtol(strstr(status, ", ") + strlen(", "), NULL, 10);
    (void)snprintf(want, sizeof want, "\"open_cases\":%ld,\"unassigned\":%ld,", open, nobody);
    assert_int_equal(bench_count(bench_ask(&s->bench, "{\"op\":\"status\"}"), want), 1);
}

static void
one_round(struct story *s)
{
    arm(s);
    switch (roll(s, 8)) {
    case 0:
        crash(s);
        break;
    case 1:
        move_clock(s);
        break;
    case 2:
        claim(s);
        break;
    case 3:
        answer(s);
        break;
    default:
        for (uint32_t i = 1 + roll(s, 4); i > 0; i--) {
            make_event(s);
        }
        publish(s);
        break;
    }
    check_counts(s);
    s->bench.real_us += (int64_t)roll(s, 40) * 1000000;
}

/* ---- the end --------------------------------------------------------------------------------- */

static bool
is_settled(struct story *s)
{
    for (size_t i = 0; i < s->event_count; i++) {
        if (s->events[i].state == NEW || s->events[i].state == UNKNOWN) {
            return false;
        }
    }
    const struct wm_span left = bench_ask(&s->bench, "{\"op\":\"outbox.list\"}");
    return bench_count(left, "\"topic\":\"letters\"") == 0 && !s->bench.report->more;
}

static void
heal(struct story *s)
{
    s->heals = true;
    arm(s);
    for (int i = 0; i < HEAL_MAX; i++) {
        publish(s);
        claim(s);
        answer(s);
        s->bench.real_us += 61000000; /* leases lapse, waiting for a case ends */
        if (is_settled(s)) {
            return;
        }
    }
    fail_msg("not everything was settled");
}

static bool
has_seen(const struct story *s, struct wm_span id)
{
    for (size_t i = 0; i < s->seen_count; i++) {
        if (wm_span_is(id, s->seen[i])) {
            return true;
        }
    }
    return false;
}

/* I5: what the histories say was sent has reached a worker. */
static void
check_sent(struct story *s, struct wm_span histories)
{
    static const char start[] = "{\"kind\":\"send\",\"id\":\"";
    static const char topic[] = "\",\"topic\":\"letters\"";
    const char *at = histories.data;
    while ((at = strstr(at, start)) != NULL) {
        at += sizeof start - 1;
        const struct wm_span id = {at, strcspn(at, "\"")};
        const bool is_letter = strncmp(at + id.size, topic, sizeof topic - 1) == 0;
        if (is_letter && !has_seen(s, id)) {
            fail_msg("%.*s was sent and never delivered", WM_SPAN_ARG(id));
        }
    }
}

/* I1, I2: what was answered OK is in one history once, what was refused in none. */
static void
check_once(struct story *s)
{
    struct wm_text all = {.arena = s->bench.arena};
    char call[64];
    for (int i = 0; i < CASES; i++) {
        (void)snprintf(call, sizeof call, "{\"op\":\"case.history\",\"ref\":\"C-%d\"}", i);
        wm_text_put(&all, bench_ask(&s->bench, call));
    }
    const struct wm_span text = wm_text_span(&all);
    check_sent(s, text);
    for (size_t i = 0; i < s->event_count; i++) {
        char needle[48];
        (void)snprintf(needle, sizeof needle, "\"id\":\"e%zu\",\"source\":\"/sim\"", i + 1);
        const bool is_staff = strstr(s->events[i].json, "officer.") != NULL;
        const size_t want = s->events[i].state == TAKEN && !is_staff ? 1 : 0;
        if (bench_count(text, needle) != want) {
            print_error("%s is %zu times in the histories\n", s->events[i].json,
                        bench_count(text, needle));
        }
        assert_int_equal(bench_count(text, needle), want);
    }
}

static void
check(struct story *s)
{
    struct bench *b = &s->bench;
    check_once(s);
    check_counts(s);
    const struct wm_span officers = bench_ask(b, "{\"op\":\"officer.list\"}");
    crash(s);
    assert_true(wm_span_equal(officers, bench_ask(b, "{\"op\":\"officer.list\"}")));
    /* I3, I6: no gap, and the fold of the history is the case. */
    const struct wm_span list = bench_ask(b, "{\"op\":\"case.list\"}");
    bench_verify(b, (int)bench_count(list, "{\"ref\":"));
}

/* How many events were taken. */
static size_t
tell(uint64_t seed)
{
    static struct story story;
    story = (struct story){.seed = seed};
    faulty_store_arm(&(struct faulty_store){.fail_at = 0});
    bench_begin(&story.bench, true);
    story.seen = (char(*)[ID_BYTES])wm_arena_alloc(story.bench.arena, SEEN_MAX, ID_BYTES);
    for (int i = 0; i < ROUNDS; i++) {
        one_round(&story);
    }
    heal(&story);
    check(&story);
    bench_end(&story.bench);
    size_t taken = 0;
    for (size_t i = 0; i < story.event_count; i++) {
        taken += story.events[i].state == TAKEN ? 1 : 0;
    }
    return taken;
}

static uint64_t first_seed;
static uint64_t last_seed;

static void
stories(void **state)
{
    (void)state;
    size_t taken = 0;
    for (uint64_t seed = first_seed; seed <= last_seed; seed++) {
        print_message("seed %llu\n", (unsigned long long)seed);
        taken += tell(seed);
    }
    /* A run in which nothing was taken, or nothing failed, shows nothing. */
    const uint64_t told = last_seed - first_seed + 1;
    print_message("%zu events taken, %lld faults\n", taken, (long long)faulty_store_landed());
    assert_true(taken >= 10 * told && faulty_store_landed() >= (int64_t)(2 * told));
}

/* sim_engine FIRST [LAST] */
int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stories)};
    first_seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    last_seed = argc > 2 ? strtoull(argv[2], NULL, 10) : first_seed;
    return cmocka_run_group_tests_name("sim_engine", tests, NULL, NULL);
}
