/* test_bus_actor.c - goal: pointers go to a thread and back, each once, in order, in bounded
 * batches, and nothing is lost at the end. Method: an actor that sums up what it is given; run with
 * ThreadSanitizer it shows that the hand-over is clean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "daemon/bus/actor.h"
#include "daemon/bus/socket.h"

enum { KIND = WM_PARCEL_FIRST, BATCH = 16, ROOM = 64, MANY = 20000 };

struct load {
    int number;
    int doubled; /* written by the actor */
};

/* Lives in the actor's thread while it runs; looked at by the test only after its end. */
struct worker {
    size_t calls;
    size_t idle_calls;
    size_t largest;
    size_t taken;
    int64_t wait_ms;
    size_t dropped; /* counted in the owner's thread */
    bool chatty;    /* hands back more than it gets */
};

static int64_t
work(void *context, struct wm_actor_port *port, const struct wm_parcel *parcels, size_t count)
{
    struct worker *worker = context;
    worker->calls++;
    worker->idle_calls += count == 0 ? 1 : 0;
    worker->largest = count > worker->largest ? count : worker->largest;
    for (size_t i = 0; i < count; i++) {
        struct load *load = parcels[i].object;
        load->doubled = 2 * load->number;
        worker->taken++;
        for (int k = 0; worker->chatty && k < 3; k++) {
            wm_actor_tell(port, (struct wm_parcel){KIND + 1, NULL});
        }
        wm_actor_tell(port, parcels[i]);
    }
    return worker->wait_ms;
}

static void
drop(void *owner, struct wm_parcel parcel)
{
    struct worker *worker = owner;
    worker->dropped++;
    free(parcel.object);
}

static struct wm_actor *
start(struct worker *worker)
{
    const struct wm_actor_options options = {.work = work,
                                             .drop = drop,
                                             .context = worker,
                                             .owner = worker,
                                             .batch = BATCH,
                                             .room = ROOM};
    struct wm_actor *actor = wm_actor_new(&options);
    assert_non_null(actor);
    return actor;
}

static struct load *
make(int number)
{
    struct load *load = calloc(1, sizeof *load);
    assert_non_null(load);
    load->number = number;
    return load;
}

static void
wait_for_parcel(struct wm_actor *actor)
{
    zmq_pollitem_t item = {.socket = wm_actor_socket(actor), .events = ZMQ_POLLIN};
    assert_true(zmq_poll(&item, 1, 5000) > 0);
}

static void
test_each_once_in_order(void **state)
{
    (void)state;
    struct worker worker = {.wait_ms = -1};
    struct wm_actor *actor = start(&worker);
    int sent = 0;
    int back = 0;
    while (back < MANY) {
        while (sent < MANY) {
            struct load *load = make(sent);
            if (wm_actor_send(actor, (struct wm_parcel){KIND, load}) != WM_OK) {
                free(load); /* full: the owner keeps it */
                break;
            }
            sent++;
        }
        wait_for_parcel(actor);
        struct wm_parcel parcel;
        while (wm_actor_receive(actor, &parcel) == WM_OK) {
            struct load *load = parcel.object;
            assert_int_equal(load->number, back);
            assert_int_equal(load->doubled, 2 * back);
            free(load);
            back++;
        }
    }
    wm_actor_free(&actor);
    assert_null(actor);
    assert_int_equal(worker.taken, MANY);
    assert_true(worker.largest <= BATCH);
    assert_int_equal(worker.dropped, 0);
}

/* What was sent before the end is worked on, and what it gives is handed to `drop`, though both
 * directions are full. */
static void
test_end_with_full_pipes(void **state)
{
    (void)state;
    struct worker worker = {.wait_ms = -1, .chatty = true};
    struct wm_actor *actor = start(&worker);
    size_t sent = 0;
    for (int idle = 0; idle < 20;) {
        struct load *load = make(1);
        if (wm_actor_send(actor, (struct wm_parcel){KIND, load}) == WM_OK) {
            sent++;
        } else {
            free(load);
            idle++;
            (void)zmq_poll(NULL, 0, 1);
        }
    }
    assert_true(sent >= ROOM);
    wm_actor_free(&actor);
    assert_int_equal(worker.taken, sent);
    assert_int_equal(worker.dropped, 4 * sent);
}

/* It is called at once when it starts, and then whenever the time that it asked for has come. */
static void
test_called_by_time(void **state)
{
    (void)state;
    struct worker worker = {.wait_ms = 2};
    struct wm_actor *actor = start(&worker);
    (void)zmq_poll(NULL, 0, 200);
    wm_actor_free(&actor);
    assert_true(worker.idle_calls >= 10);
    assert_true(worker.idle_calls <= 150);

    struct worker sleeper = {.wait_ms = -1};
    actor = start(&sleeper);
    (void)zmq_poll(NULL, 0, 50);
    wm_actor_free(&actor);
    assert_int_equal(sleeper.idle_calls, 1);
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_once_in_order),
        cmocka_unit_test(test_end_with_full_pipes),
        cmocka_unit_test(test_called_by_time),
    };
    return cmocka_run_group_tests_name("bus actor", tests, prepare, finish);
}
