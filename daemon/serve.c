/* serve.c - the reactor: wait, take what came, do what is due. It never touches the database. */
#include "daemon/serve.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/bus/socket.h"
#include "daemon/host/clock.h"
#include "daemon/host/notify.h"
#include "daemon/host/signals.h"
#include "daemon/server.h"

enum {
    WAIT_MAX_MS = 1000,   /* the longest sleep: upkeep is done at least so often */
    STUCK_RETRY_MS = 5,   /* an asker that does not keep up is tried again after this */
    DRAIN_MAX_MS = 15000, /* what is under way when asked to stop has so long */
    FAREWELLS_MAX = 64,   /* rounds of telling publishers to come back later */
    TURNS_MAX = 64        /* turns of the engine taken in one round */
};

/* What is polled, in this order. */
enum {
    ITEM_INTAKE = 0,
    ITEM_DISPATCH,
    ITEM_CHANGES,
    ITEM_CONTROL,
    ITEM_ENGINE,
    ITEM_READER,
    ITEM_SIGNAL,
    ITEM_CLOCK,
    ITEM_COUNT
};

/* ---- waiting --------------------------------------------------------------------------------- */

/* At a bound a socket is not polled, so that ZeroMQ pushes back to its peers. */
static void
lay_out(struct wm_server *server, zmq_pollitem_t items[static ITEM_COUNT])
{
    items[ITEM_INTAKE] = (zmq_pollitem_t){.socket = wm_intake_socket(server->intake)};
    items[ITEM_DISPATCH] = (zmq_pollitem_t){.socket = wm_dispatch_socket(server->dispatch)};
    items[ITEM_CHANGES] = (zmq_pollitem_t){.socket = wm_changes_socket(server->changes)};
    items[ITEM_CONTROL] = (zmq_pollitem_t){.socket = wm_control_socket(server->control)};
    items[ITEM_ENGINE] = (zmq_pollitem_t){.socket = wm_actor_socket(server->engine_actor)};
    items[ITEM_READER] = (zmq_pollitem_t){.socket = wm_actor_socket(server->reader_actor)};
    items[ITEM_SIGNAL] = (zmq_pollitem_t){.fd = server->signal_fd};
    items[ITEM_CLOCK] = (zmq_pollitem_t){.fd = server->clock_fd};
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        items[i].events = ZMQ_POLLIN;
    }
    if (!wm_intake_has_room(server->intake)) {
        items[ITEM_INTAKE].events = 0;
    }
    if (server->answer_jobs >= WM_ANSWER_JOBS_MAX) {
        items[ITEM_DISPATCH].events = 0;
    }
    if (!wm_control_has_room(server->control)) {
        items[ITEM_CONTROL].events = 0;
    }
    if (server->stuck != NULL) {
        items[ITEM_READER].events = 0;
    }
}

/* Waits for anything to happen. Every socket is looked at afterwards, whatever the poll says: to
 * ask one that has nothing costs little, and none can be overlooked. */
static void
wait_for(struct wm_server *server, int64_t wait_ms)
{
    zmq_pollitem_t items[ITEM_COUNT];
    lay_out(server, items);
    if (wait_ms < 0 || wait_ms > WAIT_MAX_MS) {
        wait_ms = WAIT_MAX_MS;
    }
    if (server->stuck != NULL && wait_ms > STUCK_RETRY_MS) {
        wait_ms = STUCK_RETRY_MS;
    }
    (void)zmq_poll(items, ITEM_COUNT, (long)wait_ms); /* cut short: the round comes earlier */
}

/* ---- a round --------------------------------------------------------------------------------- */

static void
stop(struct wm_server *server)
{
    if (server->stopping) {
        /* Asked twice: at once. What was acknowledged is durable, the rest will be sent again. */
        _exit(WM_EXIT_FAILED);
    }
    server->stopping = true;
    server->stop_ms = wm_clock_steady_ms();
    wm_notify_stopping();
    wm_journal_say(server->journal, WM_PRIORITY_NOTICE, "daemon.stopped",
                   "asked to stop: finishing %zu jobs under way", server->jobs);
    wm_dispatch_bye(server->dispatch);
}

static void
take_signals(struct wm_server *server)
{
    enum wm_signal signal;
    while ((signal = wm_signals_next(server->signal_fd)) != WM_SIGNAL_NONE) {
        if (signal == WM_SIGNAL_STOP) {
            stop(server);
        } else if (!server->stopping) {
            wm_server_reload(server, NULL);
        }
    }
}

static void
take_turns(struct wm_server *server)
{
    struct wm_parcel parcel;
    for (int i = 0; i < TURNS_MAX; i++) {
        if (wm_actor_receive(server->engine_actor, &parcel) != WM_OK) {
            return;
        }
        if (parcel.kind == WM_PARCEL_POLICY) {
            wm_server_reloaded(server, parcel.object, true);
        } else {
            wm_server_turn(server, parcel.object);
        }
    }
}

/* Somebody set the machine's clock: what is due by it may be due now. */
static void
look_at_clock(struct wm_server *server)
{
    if (!wm_clock_was_set(server->clock_fd)) {
        return;
    }
    wm_journal_say(server->journal, WM_PRIORITY_WARNING, "daemon.clock-set",
                   "the machine's clock was set; what is due is looked at anew");
    /* Without room the engine is at work, and looks by itself. */
    (void)!wm_actor_send(server->engine_actor, (struct wm_parcel){WM_PARCEL_WAKE, NULL});
}

/* One round; returns how long to wait for the next. */
static int64_t
go_round(struct wm_server *server)
{
    const int64_t now_ms = wm_clock_steady_ms();
    take_signals(server);
    take_turns(server);
    wm_server_pieces(server);
    wm_intake_read(server->intake);
    if (server->answer_jobs < WM_ANSWER_JOBS_MAX) {
        wm_dispatch_read(server->dispatch, now_ms);
    }
    wm_control_read(server->control);
    wm_changes_read(server->changes);
    look_at_clock(server);
    /* Answers before claims: an acknowledged message makes room for its case's next one. */
    wm_server_flush(server);
    const int64_t wait_ms = server->stopping ? -1 : wm_dispatch_tick(server->dispatch, now_ms);
    wm_server_flush(server);
    wm_server_upkeep(server, now_ms);
    return wait_ms;
}

static bool
is_done(const struct wm_server *server)
{
    if (server->failed) {
        return true;
    }
    if (!server->stopping) {
        return false;
    }
    return (server->jobs == 0 && server->call_count == 0) ||
           wm_clock_steady_ms() - server->stop_ms > DRAIN_MAX_MS;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void
greet(struct wm_server *server)
{
    const struct wm_settings *settings = &server->current->settings;
    if (settings->security.insecure) {
        wm_journal_say(server->journal, WM_PRIORITY_WARNING, "daemon.security",
                       "security.insecure is set: whoever reaches the loopback endpoints of this "
                       "machine may publish, work and read");
    }
    wm_journal_say(server->journal, WM_PRIORITY_NOTICE, "daemon.ready",
                   "waymarkd %s serves %.*s: %zu workflows, policy %.*s, control %.*s", WM_VERSION,
                   WM_SPAN_ARG(settings->organisation), server->current->policy.workflow_count,
                   WM_SPAN_ARG(server->current->policy.version), WM_SPAN_ARG(settings->control));
    wm_notify_ready();
}

/* Publishers that still send are told to come back; questions under way are broken off. */
static void
say_farewell(struct wm_server *server)
{
    server->stopping = true;
    for (int i = 0; i < FAREWELLS_MAX && !server->failed; i++) {
        wm_intake_read(server->intake);
    }
    for (size_t i = 0; i < server->call_count; i++) {
        atomic_store(&server->calls[i]->gone, true);
    }
    wm_server_pieces(server);
}

enum wm_exit
wm_serve(const char *config, struct wm_loaded **loaded)
{
    assert(config != NULL && loaded != NULL && *loaded != NULL);
    struct wm_server server = {
        .config = config,
        .started_ms = wm_clock_steady_ms(),
        .current = *loaded,
        .signal_fd = -1,
        .clock_fd = -1,
        .watchdog_ms = wm_notify_watchdog_ms(),
        .journal = wm_journal_new(),
    };
    *loaded = NULL;
    if (server.journal == NULL) {
        wm_load_free(&server.current);
        return WM_EXIT_FAILED;
    }
    wm_socket_prepare();
    const bool opened = wm_server_open(&server);
    if (opened) {
        int64_t wait_ms = 0;
        greet(&server);
        while (!is_done(&server)) {
            wait_for(&server, wait_ms);
            wait_ms = go_round(&server);
        }
        say_farewell(&server);
    }
    wm_server_close(&server);
    const bool good = opened && !server.failed;
    wm_journal_say(server.journal, good ? WM_PRIORITY_NOTICE : WM_PRIORITY_ERROR, "daemon.stopped",
                   good ? "stopped" : "stopped, because it could not go on");
    wm_journal_free(&server.journal);
    return good ? WM_EXIT_STOPPED : WM_EXIT_FAILED;
}
