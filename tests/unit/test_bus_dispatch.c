/* test_bus_dispatch.c - goal: every row of wire.md's "Dispatch": credit, order, leases, heartbeats,
 * BYE, late answers, workers that vanish. Method: a real socket on a free port, workers played by
 * hand, a clock that the test moves, hooks that write down what they were told. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zmq.h>

#include "daemon/bus/dispatch.h"
#include "daemon/bus/socket.h"
#include "tests/unit/bus_peer.h"

enum { HEARTBEAT_MS = 1000, LEASE_MS = 12000, LOG_SIZE = 16384, BODIES = 1000 };

struct fixture {
    struct wm_dispatch *dispatch;
    struct peer peer;
    int64_t now_ms;
    size_t waiting;  /* messages of the store that a claim finds */
    size_t given;    /* of these: claimed so far */
    bool answering;  /* claims are answered at once */
    char topic[64];  /* of the last claim */
    uint32_t wanted; /* by the last claim */
    size_t claims;
    char log[LOG_SIZE]; /* outcomes and news, one a line */
};

static void note(struct fixture *fixture, const char *format, ...) WM_FORMAT(2, 3);

static void
note(struct fixture *fixture, const char *format, ...)
{
    const size_t size = strlen(fixture->log);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(fixture->log + size, sizeof fixture->log - size, format, args);
    va_end(args);
}

static void
give(struct fixture *fixture, const struct wm_claim *items, size_t count, int64_t wait_ms)
{
    const struct wm_claims claims = {wm_span(fixture->topic), items, count, wait_ms};
    wm_dispatch_deliver(fixture->dispatch, &claims, fixture->now_ms);
}

/* Answers the claim under way from the store. */
static void
serve(struct fixture *fixture)
{
    struct wm_claim claims[BODIES];
    char ids[BODIES][24];
    size_t count = 0;
    while (count < fixture->wanted && fixture->given < fixture->waiting) {
        (void)snprintf(ids[count], sizeof ids[count], "m%zu", ++fixture->given);
        claims[count] = (struct wm_claim){wm_span(ids[count]), 7, 1, wm_span("{}")};
        count++;
    }
    give(fixture, claims, count, -1);
}

static void
on_claim(void *context, struct wm_span topic, uint32_t limit)
{
    struct fixture *fixture = context;
    peer_copy(fixture->topic, sizeof fixture->topic, topic);
    fixture->wanted = limit;
    fixture->claims++;
}

static void
on_answer(void *context, const struct wm_outcome_of_delivery *outcome)
{
    static const char *const words[] = {"", "ack", "extend", "later", "never"};
    struct fixture *fixture = context;
    note(fixture, "%s %.*s#%" PRId64, words[outcome->word], WM_SPAN_ARG(outcome->message),
         outcome->lease);
    if (outcome->word == WM_WORD_LATER) {
        note(fixture, " %s %s %u", outcome->counts ? "counts" : "free",
             outcome->back_off ? "back-off" : "after", outcome->after_ms);
    }
    note(fixture, "%s%.*s\n", outcome->reason.size > 0 ? " " : "", WM_SPAN_ARG(outcome->reason));
}

static void
on_news(void *context, enum wm_worker_news news, struct wm_span topic, size_t number)
{
    static const char *const words[] = {"", "ready", "left", "silent", "no-room"};
    note(context, "%s %.*s%s%zu\n", words[news], WM_SPAN_ARG(topic), topic.size > 0 ? " " : "",
         number);
}

static void
pump(void *context)
{
    struct fixture *fixture = context;
    wm_dispatch_read(fixture->dispatch, fixture->now_ms);
    const size_t before = fixture->claims;
    (void)wm_dispatch_tick(fixture->dispatch, fixture->now_ms);
    if (fixture->answering && fixture->claims > before) {
        serve(fixture);
    }
}

static int
set_up(void **state)
{
    static const char *const endpoints[] = {"tcp://127.0.0.1:*"};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    const struct wm_dispatch_options options = {
        .endpoints = endpoints,
        .endpoint_count = 1,
        .heartbeat_ms = HEARTBEAT_MS,
        .lease_ms = LEASE_MS,
        .claim = on_claim,
        .answer = on_answer,
        .news = on_news,
        .context = fixture,
    };
    char *why = NULL;
    fixture->dispatch = wm_dispatch_new(&options, &why);
    assert_non_null(fixture->dispatch);
    fixture->answering = true;
    fixture->now_ms = 1000000;
    fixture->peer.pump = pump;
    fixture->peer.pumped = fixture;
    peer_start(&fixture->peer, ZMQ_DEALER, wm_dispatch_socket(fixture->dispatch), NULL);
    *state = fixture;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *fixture = *state;
    peer_stop(&fixture->peer);
    wm_dispatch_free(&fixture->dispatch);
    free(fixture);
    return 0;
}

static void
expect_log(struct fixture *fixture, const char *lines)
{
    for (int i = 0; i < PEER_WAIT_MS && strcmp(fixture->log, lines) != 0; i++) {
        peer_settle(&fixture->peer, 1);
    }
    assert_string_equal(fixture->log, lines);
    fixture->log[0] = '\0';
}

static void
ready(struct fixture *fixture, const char *topic, const char *credit)
{
    peer_send(&fixture->peer, "WMP1", "READY", topic, credit, NULL);
    char line[80];
    (void)snprintf(line, sizeof line, "ready %s %s\n", topic, credit);
    expect_log(fixture, line);
}

/* ---- deliveries and answers ---- */

static void
test_deliver_and_ack(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = 1;
    ready(fixture, "alerts", "3");
    assert_string_equal(fixture->topic, "alerts");
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m1#7", "alerts", "1", "{}", NULL);
    assert_int_equal(wm_dispatch_counters(fixture->dispatch).held, 1);
    peer_send(&fixture->peer, "WMP1", "ACK", "m1#7", NULL);
    expect_log(fixture, "ack m1#7\n");
    assert_int_equal(wm_dispatch_counters(fixture->dispatch).held, 0);
    peer_send(&fixture->peer, "WMP1", "ACK", "m1#7", NULL); /* a second time changes nothing */
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    expect_log(fixture, "");
    assert_int_equal(wm_dispatch_counters(fixture->dispatch).late, 1);
}

static void
test_credit(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = 5;
    ready(fixture, "alerts", "2");
    assert_int_equal(fixture->wanted, 2);
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m1#7", "alerts", "1", "{}", NULL);
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m2#7", "alerts", "1", "{}", NULL);
    peer_expect_silence(&fixture->peer);
    peer_send(&fixture->peer, "WMP1", "ACK", "m2#7", NULL); /* in any order */
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m3#7", "alerts", "1", "{}", NULL);
    assert_int_equal(fixture->wanted, 1);
    peer_expect_silence(&fixture->peer);
    peer_send(&fixture->peer, "WMP1", "READY", "alerts", "3", NULL); /* more */
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m4#7", "alerts", "1", "{}", NULL);
    peer_send(&fixture->peer, "WMP1", "READY", "alerts", "0", NULL); /* none */
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    peer_send(&fixture->peer, "WMP1", "ACK", "m1#7", NULL);
    peer_expect_silence(&fixture->peer);
    assert_int_equal(fixture->given, 4);
}

static void
test_two_workers_in_turn(void **state)
{
    struct fixture *fixture = *state;
    struct peer other = {.pump = pump, .pumped = fixture};
    peer_start(&other, ZMQ_DEALER, wm_dispatch_socket(fixture->dispatch), NULL);
    ready(fixture, "alerts", "2");
    peer_send(&other, "WMP1", "READY", "alerts", "2", NULL);
    expect_log(fixture, "ready alerts 2\n");
    fixture->waiting = 4;
    wm_dispatch_stir(fixture->dispatch, wm_span("alerts"));
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    assert_int_equal(fixture->wanted, 4);
    /* One each in turn, whoever is first. */
    assert_true(peer_receive(&fixture->peer, PEER_WAIT_MS));
    const bool first = strcmp(fixture->peer.frames[2], "m1#7") == 0;
    peer_expect(&fixture->peer, "WMP1", "DELIVER", first ? "m3#7" : "m4#7", "alerts", "1", "{}",
                NULL);
    peer_expect(&other, "WMP1", "DELIVER", first ? "m2#7" : "m1#7", "alerts", "1", "{}", NULL);
    peer_expect(&other, "WMP1", "DELIVER", first ? "m4#7" : "m3#7", "alerts", "1", "{}", NULL);
    /* What one holds the other cannot answer. */
    peer_send(&other, "WMP1", "ACK", first ? "m1#7" : "m2#7", NULL);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    expect_log(fixture, "");
    peer_stop(&other);
}

static void
test_extend(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = 1;
    ready(fixture, "letters", "1");
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m1#7", "letters", "1", "{}", NULL);
    for (int i = 0; i < 3; i++) {
        fixture->now_ms += LEASE_MS - 2 * HEARTBEAT_MS;
        peer_send(&fixture->peer, "WMP1", "EXTEND", "m1#7", NULL);
        expect_log(fixture, "extend m1#7\n");
    }
    peer_send(&fixture->peer, "WMP1", "ACK", "m1#7", NULL);
    expect_log(fixture, "ack m1#7\n");
}

static void
test_nack(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = 2;
    ready(fixture, "letters", "2");
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m1#7", "letters", "1", "{}", NULL);
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m2#7", "letters", "1", "{}", NULL);
    peer_send(&fixture->peer, "WMP1", "NACK", "m1#7", "1500", "printer out of paper", NULL);
    expect_log(fixture, "later m1#7 counts after 1500 printer out of paper\n");
    peer_send(&fixture->peer, "WMP1", "NACK", "m2#7", "0", "", NULL); /* at least 100 ms */
    expect_log(fixture, "later m2#7 counts after 100\n");
}

/* `downstream` rests the topic and does not count. */
static void
test_nack_downstream(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = 3;
    ready(fixture, "actions", "1");
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m1#7", "actions", "1", "{}", NULL);
    peer_send(&fixture->peer, "WMP1", "NACK", "m1#7", "400", "downstream", NULL);
    expect_log(fixture, "later m1#7 free after 400 downstream\n");
    peer_expect_silence(&fixture->peer);
    assert_true(wm_dispatch_tick(fixture->dispatch, fixture->now_ms) == 400);
    fixture->now_ms += 399;
    peer_expect_silence(&fixture->peer);
    fixture->now_ms += 1;
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m2#7", "actions", "1", "{}", NULL);
}

static void
test_refuse(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = 1;
    ready(fixture, "letters", "1");
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m1#7", "letters", "1", "{}", NULL);
    peer_send(&fixture->peer, "WMP1", "REFUSE", "m1#7", "no such letter", NULL);
    expect_log(fixture, "never m1#7 no such letter\n");
}

/* ---- time ---- */

static void
test_heartbeat(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = 2;
    ready(fixture, "alerts", "2");
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m1#7", "alerts", "1", "{}", NULL);
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m2#7", "alerts", "1", "{}", NULL);
    for (int i = 0; i < 5; i++) { /* as long as it answers, it stays */
        fixture->now_ms += HEARTBEAT_MS;
        peer_expect(&fixture->peer, "WMP1", "PING", NULL);
        peer_send(&fixture->peer, "WMP1", "PONG", NULL);
        peer_settle(&fixture->peer, PEER_QUIET_MS);
    }
    fixture->now_ms += HEARTBEAT_MS - 1;
    peer_expect_silence(&fixture->peer);
    fixture->now_ms += 1;
    peer_expect(&fixture->peer, "WMP1", "PING", NULL);
    fixture->now_ms += HEARTBEAT_MS;
    peer_expect(&fixture->peer, "WMP1", "PING", NULL);
    expect_log(fixture, "");
    fixture->now_ms += HEARTBEAT_MS; /* the third */
    expect_log(fixture, "later m1#7 counts back-off 0 the worker fell silent\n"
                        "later m2#7 counts back-off 0 the worker fell silent\n"
                        "silent 2\n");
    peer_expect_silence(&fixture->peer);
    /* Given up: it must say READY again. */
    peer_send(&fixture->peer, "WMP1", "ACK", "m1#7", NULL);
    peer_send(&fixture->peer, "WMP1", "PONG", NULL);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    expect_log(fixture, "");
    fixture->waiting = 3;
    ready(fixture, "alerts", "1");
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m3#7", "alerts", "1", "{}", NULL);
}

/* When the daemon itself stood still, its workers are asked before they are given up. */
static void
test_own_standstill(void **state)
{
    struct fixture *fixture = *state;
    ready(fixture, "alerts", "1");
    fixture->now_ms += 100 * HEARTBEAT_MS;
    peer_expect(&fixture->peer, "WMP1", "PING", NULL);
    expect_log(fixture, "");
    peer_send(&fixture->peer, "WMP1", "PONG", NULL);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    assert_int_equal(wm_dispatch_counters(fixture->dispatch).workers, 1);
}

static void
test_ping_from_worker(void **state)
{
    struct fixture *fixture = *state;
    peer_send(&fixture->peer, "WMP1", "PING", NULL); /* before READY, too */
    peer_expect(&fixture->peer, "WMP1", "PONG", NULL);
    ready(fixture, "alerts", "1");
    fixture->now_ms += HEARTBEAT_MS - 1;
    peer_send(&fixture->peer, "WMP1", "PING", NULL);
    peer_expect(&fixture->peer, "WMP1", "PONG", NULL);
    fixture->now_ms += HEARTBEAT_MS - 1; /* any frame is a sign of life */
    peer_expect_silence(&fixture->peer);
}

/* A delivery beyond its lease frees the credit; a late answer changes nothing. */
static void
test_lease_ends(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = 2;
    ready(fixture, "alerts", "1");
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m1#7", "alerts", "1", "{}", NULL);
    for (int64_t ms = 0; ms < LEASE_MS; ms += HEARTBEAT_MS) {
        fixture->now_ms += HEARTBEAT_MS;
        peer_expect(&fixture->peer, "WMP1", ms + HEARTBEAT_MS < LEASE_MS ? "PING" : "*", NULL);
        peer_send(&fixture->peer, "WMP1", "PONG", NULL);
        peer_settle(&fixture->peer, PEER_QUIET_MS);
    }
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m2#7", "alerts", "1", "{}", NULL);
    peer_send(&fixture->peer, "WMP1", "ACK", "m1#7", NULL);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    expect_log(fixture, "");
    assert_int_equal(wm_dispatch_counters(fixture->dispatch).late, 1);
}

/* ---- asking ---- */

static void
test_asks_when_told(void **state)
{
    struct fixture *fixture = *state;
    fixture->answering = false;
    ready(fixture, "alerts", "4");
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    assert_int_equal(fixture->claims, 1); /* one at a time */
    give(fixture, NULL, 0, -1);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    assert_int_equal(fixture->claims, 1); /* nothing there: not before it is stirred */
    wm_dispatch_stir(fixture->dispatch, wm_span("letters"));
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    assert_int_equal(fixture->claims, 1);
    wm_dispatch_stir(fixture->dispatch, wm_span("alerts"));
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    assert_int_equal(fixture->claims, 2);
    /* New work while the claim is under way is not forgotten. */
    wm_dispatch_stir(fixture->dispatch, wm_span("alerts"));
    give(fixture, NULL, 0, -1);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    assert_int_equal(fixture->claims, 3);
    /* A time to try again. */
    give(fixture, NULL, 0, 250);
    assert_true(wm_dispatch_tick(fixture->dispatch, fixture->now_ms) == 250);
    fixture->now_ms += 250;
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    assert_int_equal(fixture->claims, 4);
}

/* An acknowledged message may let its case's next one go: the topic is asked for again. */
static void
test_asks_after_answer(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = 1;
    ready(fixture, "alerts", "4");
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m1#7", "alerts", "1", "{}", NULL);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    const size_t claims = fixture->claims;
    peer_send(&fixture->peer, "WMP1", "EXTEND", "m1#7", NULL);
    expect_log(fixture, "extend m1#7\n");
    assert_int_equal(fixture->claims, claims);
    peer_send(&fixture->peer, "WMP1", "ACK", "m1#7", NULL);
    expect_log(fixture, "ack m1#7\n");
    assert_int_equal(fixture->claims, claims + 1);
}

/* The worker leaves while the claim is under way: everything goes back, at once and for free. */
static void
test_claim_outlives_worker(void **state)
{
    struct fixture *fixture = *state;
    fixture->answering = false;
    ready(fixture, "alerts", "2");
    peer_send(&fixture->peer, "WMP1", "BYE", NULL);
    expect_log(fixture, "left 0\n");
    fixture->waiting = 2;
    fixture->wanted = 2;
    serve(fixture);
    expect_log(fixture, "later m1#7 free after 0 no worker could be reached\n"
                        "later m2#7 free after 0 no worker could be reached\n");
    assert_int_equal(wm_dispatch_counters(fixture->dispatch).undelivered, 2);
}

/* The connection is gone while the claim is under way: the send says so. */
static void
test_claim_outlives_connection(void **state)
{
    struct fixture *fixture = *state;
    struct peer other = {.pump = pump, .pumped = fixture};
    peer_start(&other, ZMQ_DEALER, wm_dispatch_socket(fixture->dispatch), NULL);
    fixture->answering = false;
    peer_send(&other, "WMP1", "READY", "alerts", "1", NULL);
    expect_log(fixture, "ready alerts 1\n");
    peer_stop(&other);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    fixture->waiting = 1;
    serve(fixture);
    expect_log(fixture, "later m1#7 free after 0 no worker could be reached\n");
    /* And its heartbeat finds it gone at once. */
    fixture->now_ms += HEARTBEAT_MS;
    expect_log(fixture, "silent 0\n");
}

static void
test_bye(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = 2;
    ready(fixture, "alerts", "2");
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m1#7", "alerts", "1", "{}", NULL);
    peer_expect(&fixture->peer, "WMP1", "DELIVER", "m2#7", "alerts", "1", "{}", NULL);
    peer_send(&fixture->peer, "WMP1", "BYE", NULL);
    expect_log(fixture, "later m1#7 free after 0 the worker left\n"
                        "later m2#7 free after 0 the worker left\n"
                        "left 2\n");
    ready(fixture, "alerts", "1");
    wm_dispatch_bye(fixture->dispatch);
    peer_expect(&fixture->peer, "WMP1", "BYE", NULL);
}

/* ---- names, bounds, nonsense ---- */

/* A message id that is no word of the wire still gets a delivery id that is one. */
static void
test_delivery_ids(void **state)
{
    struct fixture *fixture = *state;
    static const char *const ids[] = {
        "a reference that is very long/and holds spaces, which no delivery id may have at all/1",
        "C-1042/17/alerts \xC3\xA9",
        "012345678901234567890123456789012345678901234567890123456789012345678901234567890123",
    };
    fixture->answering = false;
    ready(fixture, "alerts", "10");
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    struct wm_claim claims[WM_COUNT(ids)];
    for (size_t i = 0; i < WM_COUNT(ids); i++) {
        claims[i] = (struct wm_claim){wm_span(ids[i]), INT64_MAX, UINT32_MAX, wm_span("{}")};
    }
    give(fixture, claims, WM_COUNT(ids), -1);
    for (size_t i = 0; i < WM_COUNT(ids); i++) {
        peer_expect(&fixture->peer, "WMP1", "DELIVER", "*", "alerts", "4294967295", "{}", NULL);
        char delivery[128];
        (void)snprintf(delivery, sizeof delivery, "%s", fixture->peer.frames[2]);
        assert_true(strlen(delivery) <= 64);
        peer_send(&fixture->peer, "WMP1", "ACK", delivery, NULL);
        char line[160];
        (void)snprintf(line, sizeof line, "ack %s#%" PRId64 "\n", ids[i], INT64_MAX);
        expect_log(fixture, line);
    }
}

static void
test_nonsense(void **state)
{
    struct fixture *fixture = *state;
    static const char *const rows[][6] = {
        {"", NULL},
        {"WMP1", NULL},
        {"WMP2", "READY", "alerts", "1", NULL},
        {"WMP1", "READY", "alerts", NULL},
        {"WMP1", "READY", "alerts", "-1", NULL},
        {"WMP1", "READY", "alerts", "one", NULL},
        {"WMP1", "READY", "alerts", "99999999999", NULL},
        {"WMP1", "READY", "a topic", "1", NULL},
        {"WMP1", "READY", "", "1", NULL},
        {"WMP1", "PUBLISH", "t", "{}", NULL},
        {"WMP1", "DELIVER", "m1#7", "alerts", "1", NULL},
        {"WMP1", "ACK", "m1#7", NULL}, /* of no worker */
        {"WMP1", "NACK", "m1#7", "10", "\xff", NULL},
        {"WMP1", "PONG", NULL},
        {"WMP1", "BYE", NULL},
    };
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        struct wm_span frames[WM_COUNT(rows[0])];
        size_t count = 0;
        while (rows[i][count] != NULL) {
            frames[count] = wm_span(rows[i][count]);
            count++;
        }
        peer_send_spans(&fixture->peer, frames, count);
    }
    peer_expect_silence(&fixture->peer);
    assert_true(wm_dispatch_counters(fixture->dispatch).dropped >= WM_COUNT(rows) - 1);
    fixture->log[0] = '\0';
    ready(fixture, "alerts", "1"); /* unharmed */
}

/* A worker may ask for 32 topics; the next one is not heard, and somebody is told. */
static void
test_many_topics(void **state)
{
    struct fixture *fixture = *state;
    char topic[16];
    for (int i = 0; i < 32; i++) {
        (void)snprintf(topic, sizeof topic, "topic%d", i);
        ready(fixture, topic, "1");
    }
    peer_send(&fixture->peer, "WMP1", "READY", "topic32", "1", NULL);
    expect_log(fixture, "no-room topic32 1\n");
    peer_send(&fixture->peer, "WMP1", "BYE", NULL);
    expect_log(fixture, "left 0\n");
    ready(fixture, "topic32", "1"); /* the topics' places are free again */
}

/* A huge credit is cut to what one worker may hold; a worker that does not read stops nothing. */
static void
test_slow_worker(void **state)
{
    struct fixture *fixture = *state;
    fixture->waiting = BODIES + 500;
    peer_send(&fixture->peer, "WMP1", "READY", "alerts", "4294967295", NULL);
    expect_log(fixture, "ready alerts 1000\n");
    peer_settle(&fixture->peer, 4 * PEER_QUIET_MS);
    assert_int_equal(wm_dispatch_counters(fixture->dispatch).held, BODIES);
    for (int i = 1; i <= BODIES; i++) {
        char delivery[24];
        (void)snprintf(delivery, sizeof delivery, "m%d#7", i);
        peer_expect(&fixture->peer, "WMP1", "DELIVER", delivery, "alerts", "1", "{}", NULL);
    }
}

static int
prepare(void **state)
{
    (void)state;
    wm_socket_prepare();
    return 0;
}

static int
finish(void **state)
{
    (void)state;
    wm_socket_finish();
    return 0;
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(test_deliver_and_ack),
        ROW(test_credit),
        ROW(test_two_workers_in_turn),
        ROW(test_extend),
        ROW(test_nack),
        ROW(test_nack_downstream),
        ROW(test_refuse),
        ROW(test_heartbeat),
        ROW(test_own_standstill),
        ROW(test_ping_from_worker),
        ROW(test_lease_ends),
        ROW(test_asks_when_told),
        ROW(test_asks_after_answer),
        ROW(test_claim_outlives_worker),
        ROW(test_claim_outlives_connection),
        ROW(test_bye),
        ROW(test_delivery_ids),
        ROW(test_nonsense),
        ROW(test_many_topics),
        ROW(test_slow_worker),
    };
    return cmocka_run_group_tests_name("bus dispatch", tests, prepare, finish);
}
