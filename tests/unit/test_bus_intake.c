/* test_bus_intake.c - goal: every row of wire.md's "Intake" and of "Changes", nonsense on both, and
 * the bounds. Method: a real socket on a free port, a client played by hand, hooks that keep what
 * they were given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zmq.h>

#include "daemon/bus/changes.h"
#include "daemon/bus/intake.h"
#include "daemon/bus/socket.h"
#include "tests/unit/bus_peer.h"

enum { IN_FLIGHT = 4, MESSAGE_BYTES = 2000, KEPT_MAX = 64, LARGE = 5 * 1024 };

struct fixture {
    struct wm_intake *intake;
    struct peer peer;
    struct wm_request *kept[KEPT_MAX]; /* taken and not answered */
    char events[KEPT_MAX][64];
    size_t kept_count;
    struct wm_fault fault; /* of the last refusal */
    size_t refusals;
};

static void
take(void *context, struct wm_request *request, struct wm_span event)
{
    struct fixture *fixture = context;
    assert_true(fixture->kept_count < KEPT_MAX);
    peer_copy(fixture->events[fixture->kept_count], sizeof fixture->events[0], event);
    fixture->kept[fixture->kept_count++] = request;
}

static void
refuse(void *context, struct wm_request *request, const struct wm_fault *fault)
{
    struct fixture *fixture = context;
    fixture->fault = *fault;
    fixture->refusals++;
    wm_intake_answer(fixture->intake, &request, WM_VERB_REJECT, wm_span(fault->code));
}

static void
pump(void *context)
{
    struct fixture *fixture = context;
    wm_intake_read(fixture->intake);
}

static int
set_up_as(void **state, int type)
{
    static const char *const endpoints[] = {"tcp://127.0.0.1:*"};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    const struct wm_intake_options options = {
        .endpoints = endpoints,
        .endpoint_count = 1,
        .in_flight = IN_FLIGHT,
        .message_bytes = MESSAGE_BYTES,
        .take = take,
        .refuse = refuse,
        .context = fixture,
    };
    char *why = NULL;
    fixture->intake = wm_intake_new(&options, &why);
    assert_non_null(fixture->intake);
    fixture->peer.pump = pump;
    fixture->peer.pumped = fixture;
    peer_start(&fixture->peer, type, wm_intake_socket(fixture->intake), NULL);
    *state = fixture;
    return 0;
}

static int
set_up(void **state)
{
    return set_up_as(state, ZMQ_DEALER);
}

static int
set_up_req(void **state)
{
    return set_up_as(state, ZMQ_REQ);
}

static int
tear_down(void **state)
{
    struct fixture *fixture = *state;
    peer_stop(&fixture->peer);
    for (size_t i = 0; i < fixture->kept_count; i++) {
        wm_request_free(&fixture->kept[i]);
    }
    wm_intake_free(&fixture->intake);
    free(fixture);
    return 0;
}

static void
answer(struct fixture *fixture, size_t index, enum wm_verb verb, const char *detail)
{
    wm_intake_answer(fixture->intake, &fixture->kept[index], verb, wm_span(detail));
    fixture->kept_count--;
    memmove(&fixture->kept[index], &fixture->kept[index + 1],
            (fixture->kept_count - index) * sizeof fixture->kept[0]);
    memmove(&fixture->events[index], &fixture->events[index + 1],
            (fixture->kept_count - index) * sizeof fixture->events[0]);
}

static void
wait_for(struct fixture *fixture, size_t count)
{
    for (int i = 0; i < PEER_WAIT_MS && fixture->kept_count < count; i++) {
        peer_settle(&fixture->peer, 1);
    }
    assert_int_equal(fixture->kept_count, count);
}

/* ---- the rows of the table ---- */

static void
test_publish(void **state)
{
    struct fixture *fixture = *state;
    static const enum wm_verb verbs[] = {WM_VERB_OK, WM_VERB_REJECT, WM_VERB_RETRY};
    for (size_t i = 0; i < WM_COUNT(verbs); i++) {
        peer_send(&fixture->peer, "WMP1", "PUBLISH", "t1", "{\"id\":1}", NULL);
        wait_for(fixture, 1);
        assert_string_equal(fixture->events[0], "{\"id\":1}");
        answer(fixture, 0, verbs[i], "{}");
        peer_expect(&fixture->peer, "WMP1", wm_verb_name(verbs[i]), "t1", "{}", NULL);
    }
    assert_int_equal(wm_intake_counters(fixture->intake).in_flight, 0);
    assert_int_equal(wm_intake_counters(fixture->intake).held_bytes, 0);
}

static void
test_ping(void **state)
{
    struct fixture *fixture = *state;
    peer_send(&fixture->peer, "WMP1", "PING", "p", NULL);
    peer_expect(&fixture->peer, "WMP1", "PONG", "p", NULL);
}

static void
test_token_of_any_bytes(void **state)
{
    struct fixture *fixture = *state;
    static const char token[] = {0, '\xff', '\n', 0};
    const struct wm_span frames[] = {
        wm_span("WMP1"), wm_span("PUBLISH"), {token, sizeof token}, wm_span("{}")};
    peer_send_spans(&fixture->peer, frames, WM_COUNT(frames));
    wait_for(fixture, 1);
    answer(fixture, 0, WM_VERB_OK, "{}");
    assert_true(peer_receive(&fixture->peer, PEER_WAIT_MS));
    assert_int_equal(fixture->peer.sizes[2], sizeof token);
    assert_memory_equal(fixture->peer.frames[2], token, sizeof token);
}

/* A REQ gets its empty delimiter back, or it would never see the answer. */
static void
test_req(void **state)
{
    struct fixture *fixture = *state;
    peer_send(&fixture->peer, "WMP1", "PING", "p", NULL);
    peer_expect(&fixture->peer, "WMP1", "PONG", "p", NULL);
    peer_send(&fixture->peer, "WMP1", "PUBLISH", "t", "{}", NULL);
    wait_for(fixture, 1);
    answer(fixture, 0, WM_VERB_OK, "{}");
    peer_expect(&fixture->peer, "WMP1", "OK", "t", "{}", NULL);
    peer_send(&fixture->peer, "nonsense", "PUBLISH", "t", NULL);
    peer_expect(&fixture->peer, "WMP1", "REJECT", "t", "malformed", NULL);
}

static void
test_dealer_with_delimiter(void **state)
{
    struct fixture *fixture = *state;
    peer_send(&fixture->peer, "", "WMP1", "PING", "p", NULL);
    peer_expect(&fixture->peer, "", "WMP1", "PONG", "p", NULL);
}

/* ---- nonsense ---- */

static void
test_refused_with_token(void **state)
{
    struct fixture *fixture = *state;
    static const char *const rows[][6] = {
        {"WMP2", "PUBLISH", "t", "{}", NULL}, {"WMP1", "SHOUT", "t", "{}", NULL},
        {"WMP1", "PUBLISH", "t", NULL},       {"WMP1", "PUBLISH", "t", "{}", "more", NULL},
        {"WMP1", "OK", "t", "{}", NULL},      {"WMP1", "READY", "t", "4", NULL},
        {"WMP1", "PING", "t", "more", NULL},  {"wmp1", "PING", "t", NULL},
    };
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        struct wm_span frames[WM_COUNT(rows[0])];
        size_t count = 0;
        while (rows[i][count] != NULL) {
            frames[count] = wm_span(rows[i][count]);
            count++;
        }
        peer_send_spans(&fixture->peer, frames, count);
        peer_expect(&fixture->peer, "WMP1", "REJECT", "t", "malformed", NULL);
    }
    assert_int_equal(fixture->refusals, WM_COUNT(rows));
    assert_int_equal(fixture->kept_count, 0);
}

static void
test_dropped_without_token(void **state)
{
    struct fixture *fixture = *state;
    peer_send(&fixture->peer, "", NULL);
    peer_send(&fixture->peer, "WMP1", NULL);
    peer_send(&fixture->peer, "WMP1", "PUBLISH", NULL);
    peer_send(&fixture->peer, "\x16\x03\x01", NULL);
    peer_send(&fixture->peer, "WMP1", "PUBLISH",
              "a token that is longer than the sixty-four bytes which it may have at most", "{}",
              NULL);
    peer_expect_silence(&fixture->peer);
    assert_int_equal(wm_intake_counters(fixture->intake).dropped, 5);
    assert_int_equal(fixture->kept_count, 0);
}

/* More frames than any message has: the rest is thrown away, the next message is unharmed. */
static void
test_many_frames(void **state)
{
    struct fixture *fixture = *state;
    struct wm_span frames[300];
    for (size_t i = 0; i < WM_COUNT(frames); i++) {
        frames[i] = wm_span("x");
    }
    frames[0] = wm_span("WMP1");
    frames[1] = wm_span("PUBLISH");
    frames[2] = wm_span("t");
    peer_send_spans(&fixture->peer, frames, WM_COUNT(frames));
    peer_send(&fixture->peer, "WMP1", "PING", "p", NULL);
    peer_expect(&fixture->peer, "WMP1", "REJECT", "t", "malformed", NULL);
    peer_expect(&fixture->peer, "WMP1", "PONG", "p", NULL);
}

/* ---- bounds ---- */

static void
test_too_large(void **state)
{
    struct fixture *fixture = *state;
    static char body[WM_FRAME_BYTES];
    memset(body, '[', sizeof body);
    static const size_t sizes[] = {MESSAGE_BYTES + 1, LARGE, WM_FRAME_BYTES};
    for (size_t i = 0; i < WM_COUNT(sizes); i++) {
        const struct wm_span frames[] = {
            wm_span("WMP1"), wm_span("PUBLISH"), wm_span("t"), {body, sizes[i]}};
        peer_send_spans(&fixture->peer, frames, WM_COUNT(frames));
        peer_expect(&fixture->peer, "WMP1", "REJECT", "t", "too-large", NULL);
    }
    const struct wm_span lone = {body, LARGE};
    peer_send_spans(&fixture->peer, &lone, 1);
    peer_expect(&fixture->peer, "WMP1", "REJECT", "", "too-large", NULL);

    const struct wm_span fits[] = {
        wm_span("WMP1"), wm_span("PUBLISH"), wm_span("t"), {body, MESSAGE_BYTES}};
    peer_send_spans(&fixture->peer, fits, WM_COUNT(fits));
    wait_for(fixture, 1);
}

/* A frame above 1 MiB ends the connection; others go on, and so does the same client with a new
 * connection. */
static void
test_frame_too_large(void **state)
{
    struct fixture *fixture = *state;
    static char body[WM_FRAME_BYTES + 1];
    const struct wm_span frames[] = {
        wm_span("WMP1"), wm_span("PUBLISH"), wm_span("t"), {body, sizeof body}};
    peer_send_spans(&fixture->peer, frames, WM_COUNT(frames));
    peer_expect_silence(&fixture->peer);
    struct peer other = {.pump = pump, .pumped = fixture};
    peer_start(&other, ZMQ_DEALER, wm_intake_socket(fixture->intake), NULL);
    peer_send(&other, "WMP1", "PING", "p", NULL);
    peer_expect(&other, "WMP1", "PONG", "p", NULL);
    peer_stop(&other);
    assert_int_equal(fixture->kept_count, 0);
}

/* At the bound nothing more is read; each answer makes room for one more. */
static void
test_in_flight(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 3 * IN_FLIGHT; i++) {
        char token[8];
        (void)snprintf(token, sizeof token, "t%d", i);
        peer_send(&fixture->peer, "WMP1", "PUBLISH", token, token, NULL);
    }
    wait_for(fixture, IN_FLIGHT);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    assert_int_equal(fixture->kept_count, IN_FLIGHT);
    assert_false(wm_intake_has_room(fixture->intake));
    for (int i = 0; i < 3 * IN_FLIGHT; i++) {
        char token[8];
        (void)snprintf(token, sizeof token, "t%d", i);
        wait_for(fixture, i <= 2 * IN_FLIGHT ? IN_FLIGHT : (size_t)(3 * IN_FLIGHT - i));
        assert_string_equal(fixture->events[0], token); /* in the order of sending */
        answer(fixture, 0, WM_VERB_OK, "{}");
        peer_expect(&fixture->peer, "WMP1", "OK", token, "{}", NULL);
    }
}

/* Two publishers share the room: one that sends without end does not shut the other out. */
static void
test_fair(void **state)
{
    struct fixture *fixture = *state;
    struct peer other = {.pump = pump, .pumped = fixture};
    peer_start(&other, ZMQ_DEALER, wm_intake_socket(fixture->intake), NULL);
    peer_send(&other, "WMP1", "PING", "p", NULL);
    peer_expect(&other, "WMP1", "PONG", "p", NULL);
    for (int i = 0; i < 50; i++) {
        peer_send(&fixture->peer, "WMP1", "PUBLISH", "t", "greedy", NULL);
    }
    wait_for(fixture, IN_FLIGHT);
    peer_send(&other, "WMP1", "PUBLISH", "t", "modest", NULL);
    peer_settle(&other, PEER_QUIET_MS);
    for (int i = 0; i < IN_FLIGHT; i++) {
        answer(fixture, 0, WM_VERB_OK, "{}");
    }
    wait_for(fixture, IN_FLIGHT);
    size_t modest = 0;
    for (size_t i = 0; i < fixture->kept_count; i++) {
        modest += strcmp(fixture->events[i], "modest") == 0 ? 1 : 0;
    }
    assert_int_equal(modest, 1);
    peer_stop(&other);
}

/* An answer to somebody who left is counted, and nothing else happens. */
static void
test_asker_gone(void **state)
{
    struct fixture *fixture = *state;
    struct peer other = {.pump = pump, .pumped = fixture};
    peer_start(&other, ZMQ_DEALER, wm_intake_socket(fixture->intake), NULL);
    peer_send(&other, "WMP1", "PUBLISH", "t", "{}", NULL);
    wait_for(fixture, 1);
    peer_stop(&other);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    answer(fixture, 0, WM_VERB_OK, "{}");
    assert_int_equal(wm_intake_counters(fixture->intake).unheard, 1);
    assert_int_equal(wm_intake_counters(fixture->intake).in_flight, 0);
}

static void
test_port_in_use(void **state)
{
    struct fixture *fixture = *state;
    char endpoint[64];
    size_t size = sizeof endpoint;
    assert_int_equal(
        zmq_getsockopt(wm_intake_socket(fixture->intake), ZMQ_LAST_ENDPOINT, endpoint, &size), 0);
    const char *const endpoints[] = {endpoint};
    const struct wm_intake_options options = {
        .endpoints = endpoints,
        .endpoint_count = 1,
        .in_flight = 1,
        .message_bytes = 1,
        .take = take,
        .refuse = refuse,
    };
    char *why = NULL;
    assert_null(wm_intake_new(&options, &why));
    assert_non_null(strstr(why, "intake cannot listen on tcp://127.0.0.1:"));
    assert_non_null(strstr(why, "another waymarkd"));
    free(why);
}

/* ---- changes ---- */

static void
pump_changes(void *context)
{
    wm_changes_read(context);
}

static void
test_changes(void **state)
{
    (void)state;
    static const char *const endpoints[] = {"tcp://127.0.0.1:*"};
    char *why = NULL;
    struct wm_changes *changes = wm_changes_new(endpoints, 1, &why);
    assert_non_null(changes);
    wm_changes_publish(changes, wm_span("case.asb.A-1"), wm_span("{}")); /* nobody is there */
    struct peer screen = {.pump = pump_changes, .pumped = changes};
    peer_start(&screen, ZMQ_SUB, wm_changes_socket(changes), NULL);
    assert_int_equal(zmq_setsockopt(screen.socket, ZMQ_SUBSCRIBE, "case.complaint.", 15), 0);
    peer_settle(&screen, PEER_QUIET_MS);
    wm_changes_publish(changes, wm_span("case.asb.A-1"), wm_span("{}"));
    wm_changes_publish(changes, wm_span("case.complaint.C-1"), wm_span("{\"seq\":1}"));
    peer_expect(&screen, "case.complaint.C-1", "{\"seq\":1}", NULL);
    for (int i = 0; i < 5000; i++) { /* far beyond what waits for one screen: dropped, not stuck */
        wm_changes_publish(changes, wm_span("case.complaint.C-2"), wm_span("{}"));
    }
    peer_stop(&screen);
    wm_changes_free(&changes);
}

static int
prepare(void **state)
{
    (void)state;
    (void)setenv("ZSYS_SNDHWM", "1", 1);
    wm_socket_prepare();
    assert_null(getenv("ZSYS_SNDHWM"));
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
        ROW(test_publish),
        ROW(test_ping),
        ROW(test_token_of_any_bytes),
        cmocka_unit_test_setup_teardown(test_req, set_up_req, tear_down),
        ROW(test_dealer_with_delimiter),
        ROW(test_refused_with_token),
        ROW(test_dropped_without_token),
        ROW(test_many_frames),
        ROW(test_too_large),
        ROW(test_frame_too_large),
        ROW(test_in_flight),
        ROW(test_fair),
        ROW(test_asker_gone),
        ROW(test_port_in_use),
        cmocka_unit_test(test_changes),
    };
    return cmocka_run_group_tests_name("bus intake", tests, prepare, finish);
}
