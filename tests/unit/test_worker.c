/* test_worker.c - goal: libwaymark's worker says what dispatch needs to hear (READY, ACK, PONG …)
 * and comes back by itself after silence and restarts. Method: the test plays the daemon; each step
 * lets the worker wait until the awaited message comes. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "proto/waymark.h"
#include "tests/unit/fake_daemon.h"

enum { PATIENCE_MS = 10000, STEP_MS = 2, TIMEOUT_MS = 600, LONG_MS = 30000 };

#define EVENT "{\"id\":\"m1\"}"

static int64_t
now_ms(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct wm_worker *
worker_to(const struct fake_daemon *daemon, uint32_t timeout_ms)
{
    static const char *const topics[] = {"letters", "alerts"};
    struct wm_worker *worker = wm_worker_new(&(struct wm_worker_options){
        .endpoint = daemon->endpoint,
        .topics = topics,
        .topic_count = WM_COUNT(topics),
        .credit = 3,
        .timeout_ms = timeout_ms,
    });
    assert_non_null(worker);
    return worker;
}

/* The next message of this verb among those that have come; PINGs on the way are answered if `pong`
 * says so. */
static bool
take_verb(struct fake_daemon *daemon, const char *verb, bool pong, struct fake_message *ret_message)
{
    while (fake_take(daemon, ret_message)) {
        assert_string_equal(ret_message->frames[0], "WMP1");
        if (pong && strcmp(ret_message->frames[1], "PING") == 0) {
            fake_send(daemon, ret_message, "WMP1", "PONG", NULL);
        }
        if (strcmp(ret_message->frames[1], verb) == 0) {
            return true;
        }
    }
    return false;
}

/* Plays on until the daemon gets this verb. No delivery may come meanwhile. */
static struct fake_message
await(struct wm_worker *worker, struct fake_daemon *daemon, const char *verb, bool pong)
{
    struct fake_message message = {0};
    struct wm_delivery delivery;
    const int64_t until = now_ms() + PATIENCE_MS;
    while (now_ms() < until) {
        if (take_verb(daemon, verb, pong, &message)) {
            return message;
        }
        assert_int_equal(wm_worker_receive(worker, STEP_MS, &delivery), WM_AGAIN);
    }
    fail_msg("no %s came", verb);
    return message;
}

/* The READY of each topic, in their order. */
static struct fake_message
await_ready(struct wm_worker *worker, struct fake_daemon *daemon)
{
    struct fake_message message = await(worker, daemon, "READY", true);
    assert_int_equal(message.count, 4);
    assert_string_equal(message.frames[2], "letters");
    assert_string_equal(message.frames[3], "3");
    message = await(worker, daemon, "READY", true);
    assert_string_equal(message.frames[2], "alerts");
    assert_string_equal(message.frames[3], "3");
    return message;
}

static void
test_deliver(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    fake_start(&daemon);
    struct wm_worker *worker = worker_to(&daemon, LONG_MS);
    const struct fake_message greeting = await(worker, &daemon, "PING", true);
    assert_int_equal(greeting.count, 2);
    const struct fake_message ready = await_ready(worker, &daemon);

    fake_send(&daemon, &ready, "WMP1", "DELIVER", "d-1", "letters", "1", EVENT, NULL);
    fake_send(&daemon, &ready, "WMP1", "DELIVER", "d-2", "alerts", "12", "{\"id\":\"m2\"}", NULL);
    struct wm_delivery first = {0};
    struct wm_delivery second = {0};
    assert_int_equal(wm_worker_receive(worker, PATIENCE_MS, &first), WM_OK);
    assert_int_equal(wm_worker_receive(worker, PATIENCE_MS, &second), WM_OK);
    assert_true(wm_span_is(first.id, "d-1"));
    assert_true(wm_span_is(first.topic, "letters"));
    assert_int_equal(first.attempt, 1);
    assert_true(wm_span_is(first.event, EVENT));
    assert_true(wm_span_is(second.id, "d-2"));
    assert_int_equal(second.attempt, 12);

    assert_int_equal(wm_worker_extend(worker, &second), WM_OK);
    struct fake_message message = await(worker, &daemon, "EXTEND", true);
    assert_int_equal(message.count, 3);
    assert_string_equal(message.frames[2], "d-2");
    assert_int_equal(wm_worker_ack(worker, &first), WM_OK);
    message = await(worker, &daemon, "ACK", true);
    assert_int_equal(message.count, 3);
    assert_string_equal(message.frames[2], "d-1");
    assert_int_equal(wm_worker_nack(worker, &second, 2500, "downstream"), WM_OK);
    message = await(worker, &daemon, "NACK", true);
    assert_int_equal(message.count, 5);
    assert_string_equal(message.frames[2], "d-2");
    assert_string_equal(message.frames[3], "2500");
    assert_string_equal(message.frames[4], "downstream");
    assert_int_equal(wm_worker_refuse(worker, &second, "no address"), WM_OK);
    message = await(worker, &daemon, "REFUSE", true);
    assert_int_equal(message.count, 4);
    assert_string_equal(message.frames[3], "no address");
    wm_delivery_free(&first);
    wm_delivery_free(&second);
    wm_delivery_free(&second);
    wm_delivery_free(NULL);

    wm_worker_free(&worker);
    assert_null(worker);
    const int64_t until = now_ms() + PATIENCE_MS;
    bool is_gone = false;
    while (!is_gone && now_ms() < until) {
        is_gone = fake_take(&daemon, &message) && strcmp(message.frames[1], "BYE") == 0;
    }
    assert_true(is_gone);
    wm_worker_free(&worker);
    fake_free(&daemon);
}

/* A reason is cut at a character, and never leaves as what the daemon would drop. */
static void
test_reasons(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    fake_start(&daemon);
    struct wm_worker *worker = worker_to(&daemon, LONG_MS);
    const struct fake_message ready = await_ready(worker, &daemon);
    fake_send(&daemon, &ready, "WMP1", "DELIVER", "d-1", "letters", "1", EVENT, NULL);
    struct wm_delivery delivery = {0};
    assert_int_equal(wm_worker_receive(worker, PATIENCE_MS, &delivery), WM_OK);
    assert_int_equal(wm_worker_refuse(worker, &delivery, "\xFF"), WM_OK);
    const struct fake_message message = await(worker, &daemon, "REFUSE", true);
    assert_non_null(strstr(message.frames[3], "UTF-8"));
    assert_int_equal(wm_worker_nack(worker, &delivery, 0, NULL), WM_OK);
    assert_string_equal(await(worker, &daemon, "NACK", true).frames[4], "");
    wm_delivery_free(&delivery);
    wm_worker_free(&worker);
    fake_free(&daemon);
}

static void
test_ping(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    fake_start(&daemon);
    struct wm_worker *worker = worker_to(&daemon, LONG_MS);
    const struct fake_message ready = await_ready(worker, &daemon);
    /* What is not of this port or of this protocol changes nothing. */
    fake_send(&daemon, &ready, "WMP1", "DELIVER", "d-1", "letters", "9999999999", EVENT, NULL);
    fake_send(&daemon, &ready, "WMP1", "DELIVER", "d-1", "letters", EVENT, NULL);
    fake_send(&daemon, &ready, "WMP1", "READY", "letters", "1", NULL);
    fake_send(&daemon, &ready, "WMP2", "DELIVER", "d-1", "letters", "1", EVENT, NULL);
    fake_send(&daemon, &ready, "WMP1", "BYE", NULL);
    fake_send(&daemon, &ready, "WMP1", "PING", NULL);
    assert_int_equal(await(worker, &daemon, "PONG", true).count, 2);
    /* It may have been given up meanwhile, so it says again what it is here for. */
    (void)await_ready(worker, &daemon);
    wm_worker_free(&worker);
    fake_free(&daemon);
}

static void
test_silence(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    fake_start(&daemon);
    struct wm_worker *worker = worker_to(&daemon, TIMEOUT_MS);
    const struct fake_message first = await_ready(worker, &daemon);
    const int64_t start_ms = now_ms();
    /* Nothing is said to it: it asks, then comes anew, as another peer. */
    const struct fake_message ping = await(worker, &daemon, "PING", false);
    assert_int_equal(ping.id_size, first.id_size);
    assert_memory_equal(ping.id, first.id, first.id_size);
    assert_true(now_ms() - start_ms >= TIMEOUT_MS / 2);
    struct fake_message again = first;
    while (memcmp(again.id, first.id, first.id_size) == 0) {
        again = await(worker, &daemon, "READY", false);
    }
    assert_string_equal(again.frames[2], "letters");
    assert_string_equal(await(worker, &daemon, "READY", false).frames[2], "alerts");
    wm_worker_free(&worker);
    fake_free(&daemon);
}

static void
test_restart(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    fake_start(&daemon);
    struct wm_worker *worker = worker_to(&daemon, LONG_MS);
    const struct fake_message ready = await_ready(worker, &daemon);
    fake_send(&daemon, &ready, "WMP1", "DELIVER", "d-1", "letters", "1", EVENT, NULL);
    struct wm_delivery delivery = {0};
    assert_int_equal(wm_worker_receive(worker, PATIENCE_MS, &delivery), WM_OK);
    const int64_t start_ms = now_ms();
    fake_stop(&daemon);
    struct wm_delivery none;
    assert_int_equal(wm_worker_receive(worker, 100, &none), WM_AGAIN);
    fake_start(&daemon);
    (void)await_ready(worker, &daemon);
    assert_true(now_ms() - start_ms < LONG_MS / 2);
    /* What it still holds it may answer: the daemon judges that by the delivery's id. */
    assert_int_equal(wm_worker_ack(worker, &delivery), WM_OK);
    assert_string_equal(await(worker, &daemon, "ACK", true).frames[2], "d-1");
    wm_delivery_free(&delivery);
    wm_worker_free(&worker);
    fake_free(&daemon);
}

/* True when the descriptor fires in time. */
static bool
fires(int fd, int timeout_ms)
{
    struct pollfd item = {.fd = fd, .events = POLLIN};
    return poll(&item, 1, timeout_ms) == 1;
}

static void
test_descriptor(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    fake_start(&daemon);
    struct wm_worker *worker = worker_to(&daemon, LONG_MS);
    const int fd = wm_worker_fd(worker);
    for (int i = 0; i < 2; i++) {
        const struct fake_message ready = await_ready(worker, &daemon);
        struct wm_delivery delivery;
        while (fires(fd, 50)) {
            assert_int_equal(wm_worker_receive(worker, 0, &delivery), WM_AGAIN);
        }
        fake_send(&daemon, &ready, "WMP1", "DELIVER", "d-1", "letters", "1", EVENT, NULL);
        enum wm_status status = WM_AGAIN;
        while (status != WM_OK && fires(fd, PATIENCE_MS)) {
            status = wm_worker_receive(worker, 0, &delivery);
        }
        assert_int_equal(status, WM_OK);
        wm_delivery_free(&delivery);
        /* Also over a reconnect, of which it tells as well. */
        fake_stop(&daemon);
        assert_true(fires(fd, PATIENCE_MS));
        assert_int_equal(wm_worker_receive(worker, 100, &delivery), WM_AGAIN);
        assert_int_equal(wm_worker_fd(worker), fd);
        fake_start(&daemon);
    }
    wm_worker_free(&worker);
    fake_free(&daemon);
}

static void
test_options(void **state)
{
    (void)state;
    static const char *const topics[] = {"letters"};
    struct wm_worker_options options = {.endpoint = "nowhere", .topics = topics, .topic_count = 1};
    errno = 0;
    assert_null(wm_worker_new(&options));
    assert_int_equal(errno, EINVAL);
    options.endpoint = "tcp://127.0.0.1:9";
    options.keys.public_key = "short";
    assert_null(wm_worker_new(&options));
    assert_int_equal(errno, EINVAL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options),    cmocka_unit_test(test_deliver),
        cmocka_unit_test(test_reasons),    cmocka_unit_test(test_ping),
        cmocka_unit_test(test_silence),    cmocka_unit_test(test_restart),
        cmocka_unit_test(test_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
