/* open.c - the parts of the daemon made, and unmade in the order that loses nothing. */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/bus/socket.h"
#include "daemon/host/clock.h"
#include "daemon/host/signals.h"
#include "daemon/server.h"

enum {
    SCRATCH_BYTES = 1024 * 1024,
    ENGINE_ROOM_EXTRA = 1024, /* jobs beside events: all of them are bounded, and fewer than this */
    READER_ROOM = 2 * WM_ASKED_MAX
};

_Static_assert(WM_REFUSALS_MAX + WM_ANSWER_JOBS_MAX + WM_CALLS_MAX + 64 < ENGINE_ROOM_EXTRA,
               "the engine's pipe has room for all that may be under way");

static int64_t
real_us(void *context)
{
    (void)context;
    return wm_clock_real_us();
}

/* Says in the journal why the daemon cannot start. Frees `why`. */
static bool
give_up(struct wm_server *server, const char *what, char *why)
{
    wm_journal_say(server->journal, WM_PRIORITY_ERROR, "daemon.stopped", "%s%s%s", what,
                   why != NULL ? ": " : "", why != NULL ? why : "");
    free(why);
    return false;
}

/* ---- the store ------------------------------------------------------------------------------- */

static struct wm_engine_options
engine_options(const struct wm_server *server, struct wm_versions *versions)
{
    const struct wm_settings *settings = &server->current->settings;
    return (struct wm_engine_options){
        .organisation = settings->organisation,
        .store = settings->store,
        .policy = &server->current->policy,
        .real_us = real_us,
        .load_workflow = wm_versions_load,
        .context = versions,
        .manual_clock = settings->clock == WM_CLOCK_MANUAL,
        .clock_start_us = settings->clock_start_us,
        .batch = (uint32_t)settings->limits.batch,
        .lease_ms = (uint32_t)settings->limits.lease_ms,
        .max_attempts = (uint32_t)settings->limits.max_attempts,
        .retry_ms = (uint32_t)settings->limits.retry_ms,
        .retry_max_ms = (uint32_t)settings->limits.retry_max_ms,
        .not_yet_ms = (uint32_t)settings->limits.not_yet_ms,
        .min_free_mib = (uint32_t)settings->limits.min_free_mib,
    };
}

static bool
open_store(struct wm_server *server)
{
    const struct wm_settings *settings = &server->current->settings;
    char *why = NULL;
    const struct wm_engine_options for_engine = engine_options(server, &server->engine_versions);
    if (wm_engine_new(&for_engine, &server->engine, &why) != WM_OK) {
        return give_up(server, "the store cannot be used", why);
    }
    const struct wm_engine_options for_reader = engine_options(server, &server->reader_versions);
    if (wm_reader_new(&for_reader, &server->reader, &why) != WM_OK) {
        return give_up(server, "the store cannot be read", why);
    }
    server->turner = (struct wm_turner){
        .engine = server->engine,
        .batch = (size_t)settings->limits.batch,
        .real_us = real_us,
    };
    server->asker = (struct wm_asker){server->reader};
    server->turner.jobs = calloc(server->turner.batch, sizeof(struct wm_job *));
    return server->turner.jobs != NULL || give_up(server, "out of memory", NULL);
}

/* ---- sockets --------------------------------------------------------------------------------- */

/* In the arena of the policy; NULL when it is full. */
static const char *const *
strings_of(struct wm_server *server, const struct wm_settings_list *list)
{
    struct wm_arena *arena = server->current->arena;
    const char **strings = WM_NEW_ARRAY(arena, const char *, list->count + 1);
    for (size_t i = 0; i < list->count && !wm_arena_failed(arena); i++) {
        strings[i] = wm_arena_string(arena, list->items[i]);
    }
    return wm_arena_failed(arena) ? NULL : strings;
}

static bool
open_intake(struct wm_server *server, char **ret_why)
{
    const struct wm_settings *settings = &server->current->settings;
    const struct wm_intake_options options = {
        .endpoints = strings_of(server, &settings->intake),
        .endpoint_count = settings->intake.count,
        .in_flight = (uint32_t)settings->limits.in_flight,
        .message_bytes = (uint32_t)settings->limits.message_bytes,
        .take = wm_server_take,
        .refuse = wm_server_refuse,
        .context = server,
    };
    server->intake = options.endpoints != NULL ? wm_intake_new(&options, ret_why) : NULL;
    return server->intake != NULL;
}

static bool
open_dispatch(struct wm_server *server, char **ret_why)
{
    const struct wm_settings *settings = &server->current->settings;
    const struct wm_dispatch_options options = {
        .endpoints = strings_of(server, &settings->dispatch),
        .endpoint_count = settings->dispatch.count,
        .heartbeat_ms = (uint32_t)settings->limits.heartbeat_ms,
        .lease_ms = (uint32_t)settings->limits.lease_ms,
        .claim = wm_server_claim,
        .answer = wm_server_outcome,
        .news = wm_server_news,
        .context = server,
    };
    server->dispatch = options.endpoints != NULL ? wm_dispatch_new(&options, ret_why) : NULL;
    return server->dispatch != NULL;
}

static bool
open_control(struct wm_server *server, char **ret_why)
{
    const struct wm_control_options options = {
        .endpoint = wm_arena_string(server->current->arena, server->current->settings.control),
        .call = wm_server_call,
        .context = server,
    };
    server->control = options.endpoint != NULL ? wm_control_new(&options, ret_why) : NULL;
    return server->control != NULL;
}

static bool
open_changes(struct wm_server *server, char **ret_why)
{
    const struct wm_settings_list *list = &server->current->settings.changes;
    const char *const *endpoints = strings_of(server, list);
    server->changes = endpoints != NULL ? wm_changes_new(endpoints, list->count, ret_why) : NULL;
    return server->changes != NULL;
}

/* Control comes first: its file is what a second daemon of the same configuration trips over. */
static bool
open_sockets(struct wm_server *server)
{
    char *why = NULL;
    if (open_control(server, &why) && open_intake(server, &why) && open_dispatch(server, &why) &&
        open_changes(server, &why)) {
        return true;
    }
    (void)give_up(server, why != NULL ? why : "out of memory", NULL); /* always false */
    free(why);
    return false;
}

/* ---- threads --------------------------------------------------------------------------------- */

/* What comes back after nobody is there to be told. */
static void
drop(void *owner, struct wm_parcel parcel)
{
    struct wm_server *server = owner;
    if (parcel.kind == WM_PARCEL_TURN) {
        struct wm_turn *turn = parcel.object;
        wm_server_turn(server, turn);
    } else if (parcel.kind == WM_PARCEL_POLICY) {
        struct wm_handover *handover = parcel.object;
        wm_handover_free(&handover);
    } else if (parcel.kind == WM_PARCEL_PIECE) {
        struct wm_piece *piece = parcel.object;
        if (piece->verb != WM_VERB_MORE) {
            struct wm_call *call = piece->call;
            wm_control_drop(server->control, &call->request);
            wm_call_free(&call);
        }
        free(piece);
    }
}

static bool
start_threads(struct wm_server *server)
{
    const struct wm_settings *settings = &server->current->settings;
    const struct wm_actor_options engine = {
        .work = wm_turner_work,
        .drop = drop,
        .context = &server->turner,
        .owner = server,
        .batch = server->turner.batch,
        .room = (size_t)settings->limits.in_flight + ENGINE_ROOM_EXTRA,
    };
    const struct wm_actor_options reader = {
        .work = wm_asker_work,
        .drop = drop,
        .context = &server->asker,
        .owner = server,
        .batch = 1,
        .room = READER_ROOM,
    };
    server->engine_actor = wm_actor_new(&engine);
    server->reader_actor = server->engine_actor != NULL ? wm_actor_new(&reader) : NULL;
    return server->reader_actor != NULL || give_up(server, "no thread can be started", NULL);
}

/* ---- the whole ------------------------------------------------------------------------------- */

bool
wm_server_open(struct wm_server *server)
{
    assert(server != NULL && server->journal != NULL && server->current != NULL);
    server->scratch = wm_arena_new(SCRATCH_BYTES);
    server->signal_fd = wm_signals_open();
    server->clock_fd = wm_clock_watch();
    if (server->scratch == NULL || server->signal_fd < 0 || server->clock_fd < 0) {
        return give_up(server, "the system has no room for a daemon", NULL);
    }
    return open_sockets(server) && open_store(server) && start_threads(server);
}

static void
close_fd(int fd)
{
    if (fd >= 0) {
        (void)close(fd); /* nothing was written */
    }
}

void
wm_server_close(struct wm_server *server)
{
    assert(server != NULL);
    /* Threads first: what they hand back is still told. Sockets last: their linger lets the last
     * replies leave. */
    wm_actor_free(&server->reader_actor);
    wm_actor_free(&server->engine_actor);
    wm_reader_free(&server->reader);
    wm_engine_free(&server->engine);
    free(server->turner.jobs);
    wm_arena_free(&server->engine_versions.arena);
    wm_arena_free(&server->reader_versions.arena);
    wm_job_free(&server->answers);
    wm_intake_free(&server->intake);
    wm_dispatch_free(&server->dispatch);
    wm_changes_free(&server->changes);
    wm_control_free(&server->control);
    wm_socket_finish();
    wm_arena_free(&server->scratch);
    wm_load_free(&server->coming);
    wm_load_free(&server->retired);
    wm_load_free(&server->current);
    close_fd(server->signal_fd);
    close_fd(server->clock_fd);
}
