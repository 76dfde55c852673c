/* test_publisher.c - goal: libwaymark's publisher keeps its promises (window, one unanswered event
 * per case, RETRY, silence, restarts, several daemons) against a daemon played by hand. Method: the
 * test is the daemon; each step polls the publisher until the awaited message comes. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <zmq.h>

#include "proto/client/subject.h"
#include "proto/waymark.h"
#include "tests/unit/fake_daemon.h"

enum { PATIENCE_MS = 10000, STEP_MS = 2, TIMEOUT_MS = 1000, LONG_MS = 30000 };

#define EVENT(id, subject) \
    "{\"specversion\":\"1.0\",\"id\":\"" id "\",\"source\":\"/t\",\"subject\":\"" subject "\"}"

/* What the publisher told so far. */
struct heard {
    size_t count;
    struct wm_answer last;
    char detail[256];
    size_t retries;
    struct wm_publisher *publisher; /* set: each answer sends one more event */
};

static int64_t
now_ms(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
on_answer(void *context, const struct wm_answer *answer)
{
    struct heard *heard = context;
    heard->count++;
    heard->last = *answer;
    (void)snprintf(heard->detail, sizeof heard->detail, "%.*s", WM_SPAN_ARG(answer->detail));
    if (heard->publisher != NULL) {
        assert_int_equal(wm_publisher_send(heard->publisher, wm_span(EVENT("n", "C-9")), NULL),
                         WM_OK);
        heard->publisher = NULL;
    }
}

static void
on_retry(void *context, void *tag, struct wm_span detail)
{
    struct heard *heard = context;
    heard->retries++;
    assert_true(detail.size > 0);
    assert_ptr_equal(tag, heard);
}

static struct wm_publisher *
publisher_to(const struct fake_daemon *daemons, size_t count, uint32_t window, uint32_t timeout_ms)
{
    const char *endpoints[4];
    for (size_t i = 0; i < count; i++) {
        endpoints[i] = daemons[i].endpoint;
    }
    struct wm_publisher *publisher =
        wm_publisher_new(&(struct wm_publisher_options){.endpoints = endpoints,
                                                        .endpoint_count = count,
                                                        .window = window,
                                                        .timeout_ms = timeout_ms});
    assert_non_null(publisher);
    return publisher;
}

/* The next message of this verb among those that have come; PINGs on the way are answered if `pong`
 * says so. */
static bool
take_verb(struct fake_daemon *daemon, const char *verb, bool pong, struct fake_message *ret_message)
{
    while (fake_take(daemon, ret_message)) {
        assert_string_equal(ret_message->frames[0], "WMP1");
        if (pong && strcmp(ret_message->frames[1], "PING") == 0) {
            fake_send(daemon, ret_message, "WMP1", "PONG", ret_message->frames[2], NULL);
        }
        if (strcmp(ret_message->frames[1], verb) == 0) {
            return true;
        }
    }
    return false;
}

/* Plays on until the daemon gets this verb. */
static struct fake_message
await_with(struct wm_publisher *publisher, struct fake_daemon *daemon, const char *verb,
           struct heard *heard, bool pong)
{
    struct fake_message message = {0};
    const int64_t until = now_ms() + PATIENCE_MS;
    while (now_ms() < until) {
        (void)wm_publisher_poll(publisher, STEP_MS, on_answer, heard);
        if (take_verb(daemon, verb, pong, &message)) {
            return message;
        }
    }
    fail_msg("no %s came", verb);
    return message;
}

static struct fake_message
await(struct wm_publisher *publisher, struct fake_daemon *daemon, const char *verb,
      struct heard *heard)
{
    return await_with(publisher, daemon, verb, heard, true);
}

static void
await_answers(struct wm_publisher *publisher, struct heard *heard, size_t count)
{
    const int64_t until = now_ms() + PATIENCE_MS;
    while (heard->count < count && now_ms() < until) {
        (void)wm_publisher_poll(publisher, STEP_MS, on_answer, heard);
    }
    assert_int_equal(heard->count, count);
}

/* Nothing but PINGs arrives for a while. */
static void
assert_quiet(struct wm_publisher *publisher, struct fake_daemon *daemon, struct heard *heard,
             int64_t quiet_ms)
{
    struct fake_message message;
    const int64_t until = now_ms() + quiet_ms;
    while (now_ms() < until) {
        (void)wm_publisher_poll(publisher, STEP_MS, on_answer, heard);
        assert_false(take_verb(daemon, "PUBLISH", false, &message));
    }
}

static void
test_ok_and_reject(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    struct heard heard = {0};
    fake_start(&daemon);
    struct wm_publisher *publisher = publisher_to(&daemon, 1, 0, LONG_MS);
    assert_false(wm_publisher_heard(publisher));
    (void)await(publisher, &daemon, "PING", &heard);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("1", "C-1")), &heard), WM_OK);
    assert_int_equal(wm_publisher_pending(publisher), 1);
    struct fake_message message = await(publisher, &daemon, "PUBLISH", &heard);
    assert_int_equal(message.count, 4);
    assert_string_equal(message.frames[3], EVENT("1", "C-1"));
    assert_in_range(strlen(message.frames[2]), 1, 64);
    assert_true(wm_publisher_heard(publisher));

    fake_answer(&daemon, &message, "OK", "{\"seq\":1}");
    await_answers(publisher, &heard, 1);
    assert_int_equal(heard.last.kind, WM_ANSWER_OK);
    assert_ptr_equal(heard.last.tag, &heard);
    assert_int_equal(heard.last.retries, 0);
    assert_string_equal(heard.detail, "{\"seq\":1}");
    assert_int_equal(wm_publisher_pending(publisher), 0);

    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("2", "C-1")), NULL), WM_OK);
    message = await(publisher, &daemon, "PUBLISH", &heard);
    fake_answer(&daemon, &message, "REJECT", "{\"code\":\"guard\"}");
    await_answers(publisher, &heard, 2);
    assert_int_equal(heard.last.kind, WM_ANSWER_REJECT);
    assert_string_equal(heard.detail, "{\"code\":\"guard\"}");
    /* Nothing is left to wait for: -1 comes back at once. */
    assert_int_equal(wm_publisher_poll(publisher, -1, on_answer, &heard), 0);
    wm_publisher_free(&publisher);
    assert_null(publisher);
    wm_publisher_free(&publisher);
    fake_free(&daemon);
}

static void
test_one_per_case(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    struct heard heard = {0};
    fake_start(&daemon);
    struct wm_publisher *publisher = publisher_to(&daemon, 1, 4, LONG_MS);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("1", "a/1")), NULL), WM_OK);
    /* The same case, spelt otherwise. */
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("2", "a\\/1")), NULL), WM_OK);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("3", "a/1")), NULL), WM_OK);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("4", "b")), NULL), WM_OK);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("5", "c")), NULL), WM_FULL);
    const struct fake_message first = await(publisher, &daemon, "PUBLISH", &heard);
    const struct fake_message other = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(first.frames[3], EVENT("1", "a/1"));
    assert_string_equal(other.frames[3], EVENT("4", "b"));
    assert_quiet(publisher, &daemon, &heard, 50);

    fake_answer(&daemon, &first, "OK", "{}");
    const struct fake_message second = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(second.frames[3], EVENT("2", "a\\/1"));
    /* An answer heard twice, answers to nobody and nonsense change nothing. */
    fake_answer(&daemon, &first, "OK", "{}");
    fake_send(&daemon, &first, "WMP1", "OK", "zzzzzzzzzzzzzzzz", "{}", NULL);
    fake_send(&daemon, &first, "WMP1", "OK", "ffffffff00000000", "{}", NULL);
    fake_send(&daemon, &first, "WMP1", "SHOUT", second.frames[2], "{}", NULL);
    fake_send(&daemon, &first, "WMP2", "OK", second.frames[2], "{}", NULL);
    fake_send(&daemon, &first, "", NULL);
    fake_send(&daemon, &first, "WMP1", "OK", second.frames[2], "{}", "4", "5", "6", "7", "8", "9",
              "10", NULL);
    assert_quiet(publisher, &daemon, &heard, 50);
    assert_int_equal(heard.count, 1);

    fake_answer(&daemon, &second, "REJECT", "{}");
    const struct fake_message third = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(third.frames[3], EVENT("3", "a/1"));
    fake_answer(&daemon, &third, "OK", "{}");
    fake_answer(&daemon, &other, "OK", "{}");
    await_answers(publisher, &heard, 4);
    assert_int_equal(wm_publisher_pending(publisher), 0);
    wm_publisher_free(&publisher);
    fake_free(&daemon);
}

static void
test_retry(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    struct heard heard = {0};
    fake_start(&daemon);
    struct wm_publisher *publisher = publisher_to(&daemon, 1, 8, LONG_MS);
    wm_publisher_on_retry(publisher, on_retry, &heard);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("1", "a")), &heard), WM_OK);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("2", "a")), &heard), WM_OK);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("3", "b")), &heard), WM_OK);
    const struct fake_message first = await(publisher, &daemon, "PUBLISH", &heard);
    const struct fake_message other = await(publisher, &daemon, "PUBLISH", &heard);
    /* The one that rests longer was told first; the other overtakes it. */
    const int64_t told_ms = now_ms();
    fake_answer(&daemon, &first, "RETRY", "{\"code\":\"not-yet\",\"retry_after_ms\":200}");
    fake_answer(&daemon, &other, "RETRY", "{\"code\":\"overloaded\",\"retry_after_ms\":50}");
    const struct fake_message again_b = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(again_b.frames[3], EVENT("3", "b"));
    assert_true(now_ms() - told_ms >= 50);
    const struct fake_message again_a = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(again_a.frames[3], EVENT("1", "a"));
    assert_true(now_ms() - told_ms >= 200);
    assert_int_equal(heard.retries, 2);

    fake_answer(&daemon, &again_a, "RETRY", "not JSON: the default time counts");
    const struct fake_message third_a = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(third_a.frames[3], EVENT("1", "a"));
    fake_answer(&daemon, &third_a, "OK", "{}");
    await_answers(publisher, &heard, 1);
    assert_int_equal(heard.last.retries, 2);
    const struct fake_message second = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(second.frames[3], EVENT("2", "a"));
    wm_publisher_free(&publisher);
    fake_free(&daemon);
}

static void
test_silence(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    struct heard heard = {0};
    fake_start(&daemon);
    struct wm_publisher *publisher = publisher_to(&daemon, 1, 8, TIMEOUT_MS);
    (void)await(publisher, &daemon, "PING", &heard);
    const int64_t sent_ms = now_ms();
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("1", "a")), NULL), WM_OK);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("2", "a")), NULL), WM_OK);
    const struct fake_message first = await_with(publisher, &daemon, "PUBLISH", &heard, false);
    /* Silence: asked half-way, then a new connection, which is another peer to a ROUTER. */
    (void)await_with(publisher, &daemon, "PING", &heard, false);
    assert_true(now_ms() - sent_ms >= TIMEOUT_MS / 2 - STEP_MS);
    const struct fake_message again = await_with(publisher, &daemon, "PUBLISH", &heard, false);
    assert_in_range(now_ms() - sent_ms, TIMEOUT_MS - STEP_MS, 2 * TIMEOUT_MS - 100);
    assert_string_equal(again.frames[3], first.frames[3]);
    assert_true(again.id_size != first.id_size || memcmp(again.id, first.id, first.id_size) != 0);
    assert_false(wm_publisher_heard(publisher));
    fake_answer(&daemon, &again, "OK", "{}");
    await_answers(publisher, &heard, 1);
    assert_true(wm_publisher_heard(publisher));
    const struct fake_message second = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(second.frames[3], EVENT("2", "a"));

    /* A daemon that answers PING but never this: it goes again as well. */
    const struct fake_message third = await_with(publisher, &daemon, "PUBLISH", &heard, true);
    assert_string_equal(third.frames[3], EVENT("2", "a"));
    wm_publisher_free(&publisher);
    fake_free(&daemon);
}

static void
test_restart(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    struct heard heard = {0};
    fake_start(&daemon);
    struct wm_publisher *publisher = publisher_to(&daemon, 1, 8, LONG_MS);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("1", "a")), NULL), WM_OK);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("2", "b")), NULL), WM_OK);
    const struct fake_message first = await(publisher, &daemon, "PUBLISH", &heard);
    const struct fake_message other = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(other.frames[3], EVENT("2", "b"));
    const int64_t killed_ms = now_ms();
    fake_stop(&daemon);
    /* What is sent while nobody is there is kept as well. */
    (void)wm_publisher_poll(publisher, 100, on_answer, &heard);
    assert_false(wm_publisher_heard(publisher));
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("3", "c")), NULL), WM_OK);
    fake_start(&daemon);
    const struct fake_message again = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(again.frames[3], EVENT("1", "a"));
    assert_string_equal(again.frames[2], first.frames[2]);
    assert_string_equal(await(publisher, &daemon, "PUBLISH", &heard).frames[3], EVENT("2", "b"));
    assert_string_equal(await(publisher, &daemon, "PUBLISH", &heard).frames[3], EVENT("3", "c"));
    /* Long before silence would have told. */
    assert_true(now_ms() - killed_ms < LONG_MS / 2);
    assert_quiet(publisher, &daemon, &heard, 50);
    assert_int_equal(heard.count, 0);
    wm_publisher_free(&publisher);
    fake_free(&daemon);
}

static void
test_nobody_there_at_first(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    struct heard heard = {0};
    fake_start(&daemon);
    fake_stop(&daemon);
    struct wm_publisher *publisher = publisher_to(&daemon, 1, 8, LONG_MS);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("1", "a")), NULL), WM_OK);
    assert_int_equal(wm_publisher_poll(publisher, 200, on_answer, &heard), 0);
    fake_start(&daemon);
    const struct fake_message message = await(publisher, &daemon, "PUBLISH", &heard);
    fake_answer(&daemon, &message, "OK", "{}");
    await_answers(publisher, &heard, 1);
    wm_publisher_free(&publisher);
    fake_free(&daemon);
}

/* Which of two daemons a case goes to; the answer is OK. */
static size_t
where(struct wm_publisher *publisher, struct fake_daemon *daemons, const char *event,
      struct heard *heard)
{
    struct fake_message message;
    const size_t before = heard->count;
    const int64_t until = now_ms() + PATIENCE_MS;
    assert_int_equal(wm_publisher_send(publisher, wm_span(event), NULL), WM_OK);
    for (size_t i = 0; now_ms() < until; i = 1 - i) {
        (void)wm_publisher_poll(publisher, 1, on_answer, heard);
        if (daemons[i].router != NULL && take_verb(&daemons[i], "PUBLISH", true, &message)) {
            fake_answer(&daemons[i], &message, "OK", "{}");
            await_answers(publisher, heard, before + 1);
            return i;
        }
    }
    fail_msg("%s went nowhere", event);
    return 0;
}

static void
test_two_daemons(void **state)
{
    (void)state;
    struct fake_daemon daemons[2] = {0};
    struct heard heard = {0};
    fake_start(&daemons[0]);
    fake_start(&daemons[1]);
    struct wm_publisher *publisher = publisher_to(daemons, 2, 8, LONG_MS);
    (void)await(publisher, &daemons[0], "PING", &heard);
    (void)await(publisher, &daemons[1], "PING", &heard);
    (void)wm_publisher_poll(publisher, 50, on_answer, &heard);
    /* Cases are spread, and each stays where it was. */
    size_t seen[2] = {0};
    for (int i = 0; i < 20; i++) {
        char event[128];
        (void)snprintf(event, sizeof event, "{\"subject\":\"C-%d\"}", i);
        const size_t home = where(publisher, daemons, event, &heard);
        assert_int_equal(where(publisher, daemons, event, &heard), home);
        seen[home]++;
    }
    assert_true(seen[0] > 0 && seen[1] > 0);
    const char *mine = EVENT("1", "C-1");
    const size_t home = where(publisher, daemons, mine, &heard);
    const size_t other = 1 - home;
    /* Its daemon goes while an event is under way: the other one takes over. */
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("2", "C-1")), NULL), WM_OK);
    (void)await(publisher, &daemons[home], "PUBLISH", &heard);
    fake_stop(&daemons[home]);
    const struct fake_message moved = await(publisher, &daemons[other], "PUBLISH", &heard);
    assert_string_equal(moved.frames[3], EVENT("2", "C-1"));
    fake_answer(&daemons[other], &moved, "OK", "{}");
    await_answers(publisher, &heard, heard.count + 1);
    assert_int_equal(where(publisher, daemons, mine, &heard), other);
    /* And gives the case back. */
    fake_start(&daemons[home]);
    (void)await(publisher, &daemons[home], "PING", &heard);
    (void)wm_publisher_poll(publisher, 50, on_answer, &heard);
    assert_int_equal(where(publisher, daemons, mine, &heard), home);
    wm_publisher_free(&publisher);
    fake_free(&daemons[0]);
    fake_free(&daemons[1]);
}

static void
test_send_from_the_answer(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    struct heard heard = {0};
    fake_start(&daemon);
    /* A window of one: the place is free when the answer is told. */
    struct wm_publisher *publisher = publisher_to(&daemon, 1, 1, LONG_MS);
    heard.publisher = publisher;
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("1", "a")), NULL), WM_OK);
    struct fake_message message = await(publisher, &daemon, "PUBLISH", &heard);
    fake_answer(&daemon, &message, "OK", "{}");
    message = await(publisher, &daemon, "PUBLISH", &heard);
    assert_string_equal(message.frames[3], EVENT("n", "C-9"));
    wm_publisher_free(&publisher);
    fake_free(&daemon);
}

static void
test_call(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    struct heard heard = {0};
    fake_start(&daemon);
    struct wm_publisher *publisher = publisher_to(&daemon, 1, 1, LONG_MS);
    enum wm_answer_kind kind = WM_ANSWER_REJECT;
    char *detail = NULL;
    assert_int_equal(wm_publisher_call(publisher, wm_span("{}"), 0, &kind, &detail), WM_EPROTO);
    assert_int_equal(wm_publisher_call(publisher, wm_span(EVENT("1", "a")), 30, &kind, &detail),
                     WM_AGAIN);
    assert_null(detail);
    assert_int_equal(wm_publisher_pending(publisher), 0);
    /* A late answer is nobody's. The window of one is free again. */
    struct fake_message message = await(publisher, &daemon, "PUBLISH", &heard);
    fake_answer(&daemon, &message, "OK", "{\"late\":true}");
    /* The daemon answers before it is asked: the token is the next one's. */
    assert_string_equal(message.frames[2], "0000000000000000");
    fake_send(&daemon, &message, "WMP1", "OK", "0000000000000001", "{\"seq\":2}", NULL);
    assert_int_equal(
        wm_publisher_call(publisher, wm_span(EVENT("1", "a")), PATIENCE_MS, &kind, &detail), WM_OK);
    assert_int_equal(kind, WM_ANSWER_OK);
    assert_string_equal(detail, "{\"seq\":2}");
    free(detail);
    assert_int_equal(heard.count, 0);
    /* Answers of others would go astray. */
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("2", "a")), NULL), WM_OK);
    assert_int_equal(wm_publisher_call(publisher, wm_span(EVENT("3", "a")), 10, &kind, &detail),
                     WM_FULL);
    wm_publisher_free(&publisher);
    fake_free(&daemon);
}

static void
test_options(void **state)
{
    (void)state;
    struct sigaction action;
    const char *none[] = {"nonsense"};
    const char *good[] = {"tcp://127.0.0.1:9"};
    struct wm_publisher_options options = {.endpoints = none, .endpoint_count = 1};
    errno = 0;
    assert_null(wm_publisher_new(&options));
    assert_int_equal(errno, EINVAL);
    options.endpoints = good;
    options.keys = (struct wm_keys){"short", "short", "short"};
    assert_null(wm_publisher_new(&options));
    assert_int_equal(errno, EINVAL);
    /* Of three keys, one alone is a mistake; forty characters that are no Z85 as well. */
    options.keys = (struct wm_keys){.server_key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"};
    assert_null(wm_publisher_new(&options));
    options.keys = (struct wm_keys){"~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~",
                                    "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~",
                                    "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"};
    assert_null(wm_publisher_new(&options));
    assert_int_equal(errno, EINVAL);
    /* Signals stay the program's. */
    assert_int_equal(sigaction(SIGINT, NULL, &action), 0);
    assert_true(action.sa_handler == SIG_DFL);
    assert_int_equal(sigaction(SIGTERM, NULL, &action), 0);
    assert_true(action.sa_handler == SIG_DFL);
}

static void
test_curve(void **state)
{
    (void)state;
    char server_public[41];
    char server_secret[41];
    char client_public[41];
    char client_secret[41];
    assert_int_equal(zmq_curve_keypair(server_public, server_secret), 0);
    assert_int_equal(zmq_curve_keypair(client_public, client_secret), 0);
    struct fake_daemon daemon = {.secret_key = server_secret};
    struct heard heard = {0};
    fake_start(&daemon);
    const char *endpoints[] = {daemon.endpoint};
    struct wm_publisher_options options = {
        .endpoints = endpoints, .endpoint_count = 1, .timeout_ms = TIMEOUT_MS};
    options.keys = (struct wm_keys){client_public, client_secret, server_public};
    struct wm_publisher *publisher = wm_publisher_new(&options);
    assert_non_null(publisher);
    assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("1", "a")), NULL), WM_OK);
    const struct fake_message message = await(publisher, &daemon, "PUBLISH", &heard);
    fake_answer(&daemon, &message, "OK", "{}");
    await_answers(publisher, &heard, 1);
    wm_publisher_free(&publisher);

    /* The wrong server key, and none: never heard, never counted as sent. */
    for (int i = 0; i < 2; i++) {
        options.keys = i == 0 ? (struct wm_keys){client_public, client_secret, client_public}
                              : (struct wm_keys){0};
        publisher = wm_publisher_new(&options);
        assert_non_null(publisher);
        assert_int_equal(wm_publisher_send(publisher, wm_span(EVENT("2", "a")), NULL), WM_OK);
        assert_quiet(publisher, &daemon, &heard, TIMEOUT_MS / 2);
        assert_false(wm_publisher_heard(publisher));
        assert_int_equal(wm_publisher_pending(publisher), 1);
        wm_publisher_free(&publisher);
    }
    fake_free(&daemon);
}

enum { EVENTS = 20000, CASES = 700, MANY_WINDOW = 1000 };

/* As many events as the window takes; returns how many have been sent in all. */
static int
fill(struct wm_publisher *publisher, int sent)
{
    enum wm_status status = WM_OK;
    while (sent < EVENTS && status == WM_OK) {
        char event[128];
        (void)snprintf(event, sizeof event, "{\"id\":%d,\"subject\":\"C-%d\"}", sent + 1,
                       (sent * 7) % CASES);
        status = wm_publisher_send(publisher, wm_span(event), NULL);
        sent += status == WM_OK ? 1 : 0;
    }
    return sent;
}

/* Answers all that has come; `last` is the last id of each case. Returns how many there were. */
static int
answer_all(struct fake_daemon *daemon, int last[CASES])
{
    int taken = 0;
    struct fake_message message;
    while (take_verb(daemon, "PUBLISH", true, &message)) {
        const char *subject = strstr(message.frames[3], "C-");
        assert_non_null(subject);
        const long id = strtol(message.frames[3] + strlen("{\"id\":"), NULL, 10);
        const long number = strtol(subject + 2, NULL, 10);
        assert_in_range(number, 0, CASES - 1);
        assert_true(last[number] < id);
        last[number] = (int)id;
        taken++;
        fake_answer(daemon, &message, "OK", "{}");
    }
    return taken;
}

/* Many events of many cases through a wide window, each answered once, the order of each case kept.
 */
static void
test_many(void **state)
{
    (void)state;
    struct fake_daemon daemon = {0};
    struct heard heard = {0};
    fake_start(&daemon);
    struct wm_publisher *publisher = publisher_to(&daemon, 1, MANY_WINDOW, LONG_MS);
    int last[CASES] = {0};
    int sent = 0;
    int taken = 0;
    const int64_t until = now_ms() + LONG_MS;
    while (heard.count < EVENTS && now_ms() < until) {
        sent = fill(publisher, sent);
        taken += answer_all(&daemon, last);
        (void)wm_publisher_poll(publisher, STEP_MS, on_answer, &heard);
    }
    assert_int_equal(heard.count, EVENTS);
    assert_int_equal(taken, EVENTS);
    assert_int_equal(wm_publisher_pending(publisher), 0);
    wm_publisher_free(&publisher);
    fake_free(&daemon);
}

static void
test_subjects(void **state)
{
    static const struct {
        const char *event;
        const char *want; /* NULL: none */
    } cases[] = {
        {"{\"subject\":\"C-1\"}", "C-1"},
        {" {\n\t\"a\" : [1,{\"subject\":\"no\"},\"]}\\\"\"] , \"subject\" : \"C-1\" } ", "C-1"},
        {"{\"a\":{\"subject\":\"no\"},\"b\":-1.5e3,\"c\":null,\"subject\":\"C-2\",\"z\":1}", "C-2"},
        {"{\"subject\":\"a\\/1\"}", "a/1"},
        {"{\"s\\u0075bject\":\"C-3\"}", "C-3"},
        {"{\"subject\":\"C-1\", then no JSON", "C-1"},
        {"{\"subject\":\"\"}", NULL},
        {"{\"subject\":7}", NULL},
        {"{\"subject\":null}", NULL},
        {"{\"subject\":\"C-1", NULL},
        {"{\"subject\"", NULL},
        {"{\"subject\":", NULL},
        {"{\"a\":\"b", NULL},
        {"{\"a\":\"b\\", NULL},
        {"{\"a\":[[[", NULL},
        {"{\"a\":1}", NULL},
        {"{\"s\\u0075bject\":7}", NULL},
        {"{\"\\a\":1,\"b\":2}", NULL},
        {"[\"subject\"]", NULL},
        {"{}", NULL},
        {"{", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < WM_COUNT(cases); i++) {
        char subject[WM_SUBJECT_BYTES];
        size_t size = 0;
        const enum wm_status status = wm_subject_read(wm_span(cases[i].event), subject, &size);
        assert_int_equal(status, cases[i].want != NULL ? WM_OK : WM_EPROTO);
        if (cases[i].want != NULL) {
            assert_true(wm_span_is((struct wm_span){subject, size}, cases[i].want));
        }
    }
    assert_int_equal(
        wm_subject_read((struct wm_span){0}, (char[WM_SUBJECT_BYTES]){0}, &(size_t){0}), WM_EPROTO);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options),       cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_ok_and_reject), cmocka_unit_test(test_one_per_case),
        cmocka_unit_test(test_retry),         cmocka_unit_test(test_silence),
        cmocka_unit_test(test_restart),       cmocka_unit_test(test_nobody_there_at_first),
        cmocka_unit_test(test_two_daemons),   cmocka_unit_test(test_send_from_the_answer),
        cmocka_unit_test(test_call),          cmocka_unit_test(test_curve),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
