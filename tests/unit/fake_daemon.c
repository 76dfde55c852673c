/* fake_daemon.c - the daemon's side of the wire, without a daemon. */
#include "tests/unit/fake_daemon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zmq.h>

enum { BIND_ATTEMPTS = 200, PAUSE_US = 10000 };

/* The old socket gives its port back a moment after it was closed. */
static void
bind_again(struct fake_daemon *daemon)
{
    int attempts = 0;
    while (zmq_bind(daemon->router, daemon->endpoint) != 0) {
        assert_true(++attempts < BIND_ATTEMPTS);
        (void)usleep(PAUSE_US);
    }
}

void
fake_start(struct fake_daemon *daemon)
{
    const int none = 0;
    const int yes = 1;
    if (daemon->context == NULL) {
        daemon->context = zmq_ctx_new();
        assert_non_null(daemon->context);
        strcpy(daemon->endpoint, "tcp://127.0.0.1:*");
    }
    daemon->router = zmq_socket(daemon->context, ZMQ_ROUTER);
    assert_non_null(daemon->router);
    assert_int_equal(zmq_setsockopt(daemon->router, ZMQ_LINGER, &none, sizeof none), 0);
    assert_int_equal(zmq_setsockopt(daemon->router, ZMQ_ROUTER_MANDATORY, &yes, sizeof yes), 0);
    if (daemon->secret_key != NULL) {
        assert_int_equal(zmq_setsockopt(daemon->router, ZMQ_CURVE_SERVER, &yes, sizeof yes), 0);
        assert_int_equal(
            zmq_setsockopt(daemon->router, ZMQ_CURVE_SECRETKEY, daemon->secret_key, 40), 0);
    }
    bind_again(daemon);
    size_t size = sizeof daemon->endpoint;
    assert_int_equal(zmq_getsockopt(daemon->router, ZMQ_LAST_ENDPOINT, daemon->endpoint, &size), 0);
}

void
fake_stop(struct fake_daemon *daemon)
{
    assert_int_equal(zmq_close(daemon->router), 0);
    daemon->router = NULL;
}

void
fake_free(struct fake_daemon *daemon)
{
    if (daemon->router != NULL) {
        fake_stop(daemon);
    }
    if (daemon->context != NULL) {
        assert_int_equal(zmq_ctx_term(daemon->context), 0);
    }
    *daemon = (struct fake_daemon){0};
}

static bool
is_more(void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    assert_int_equal(zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size), 0);
    return more != 0;
}

bool
fake_take(struct fake_daemon *daemon, struct fake_message *ret_message)
{
    const int id_size = zmq_recv(daemon->router, ret_message->id, FAKE_ID, ZMQ_DONTWAIT);
    if (id_size < 0) {
        return false;
    }
    assert_true(id_size <= FAKE_ID);
    ret_message->id_size = (size_t)id_size;
    ret_message->count = 0;
    while (is_more(daemon->router)) {
        assert_true(ret_message->count < FAKE_FRAMES);
        char *frame = ret_message->frames[ret_message->count++];
        const int size = zmq_recv(daemon->router, frame, FAKE_BYTES - 1, ZMQ_DONTWAIT);
        assert_in_range(size, 0, FAKE_BYTES - 1);
        frame[size] = '\0';
    }
    return true;
}

void
fake_send(struct fake_daemon *daemon, const struct fake_message *to, ...)
{
    va_list args;
    va_start(args, to);
    assert_true(zmq_send(daemon->router, to->id, to->id_size, ZMQ_SNDMORE) >= 0);
    const char *frame = va_arg(args, const char *);
    while (frame != NULL) {
        const char *next = va_arg(args, const char *);
        assert_true(zmq_send(daemon->router, frame, strlen(frame),
                             ZMQ_DONTWAIT | (next != NULL ? ZMQ_SNDMORE : 0)) >= 0);
        frame = next;
    }
    va_end(args);
}

void
fake_answer(struct fake_daemon *daemon, const struct fake_message *to, const char *verb,
            const char *detail)
{
    assert_string_equal(to->frames[1], "PUBLISH");
    fake_send(daemon, to, "WMP1", verb, to->frames[2], detail, NULL);
}
