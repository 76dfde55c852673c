/* reload.c - a new policy as a whole, or the old one goes on. */
#include <assert.h>
#include <stdlib.h>

#include "daemon/host/clock.h"
#include "daemon/host/notify.h"
#include "daemon/server.h"

/* Ends the reload, one way or the other. `why` NULL: the new policy holds. */
static void
conclude(struct wm_server *server, const char *why)
{
    char version[64] = "";
    wm_notify_ready();
    if (why == NULL) {
        server->refusal[0] = '\0';
        (void)snprintf(version, sizeof version, "{\"policy\":\"%.16s\"}",
                       server->current->policy.version.data); /* fits: it is hex */
    } else {
        (void)snprintf(server->refusal, sizeof server->refusal, "%.255s", why);
        server->refused_us = wm_clock_real_us();
        wm_journal_say(server->journal, WM_PRIORITY_ERROR, "daemon.policy",
                       "the new policy was refused, the old one goes on: %s", why);
    }
    if (server->reloads != NULL && why == NULL) {
        wm_server_end(server, &server->reloads, WM_VERB_RESULT, wm_span(version));
    } else if (server->reloads != NULL) {
        wm_server_error(server, &server->reloads, "bad-policy", why);
    }
}

/* Every finding is a line; the first error is what the refusal says. */
static struct wm_span
tell_findings(struct wm_server *server, const struct wm_loaded *loaded)
{
    struct wm_span first = {0};
    for (size_t i = 0; i < loaded->findings.count; i++) {
        const struct wm_finding *finding = &loaded->findings.items[i];
        const struct wm_span text = wm_finding_text(loaded->arena, finding);
        wm_journal_say(server->journal, finding->warning ? WM_PRIORITY_WARNING : WM_PRIORITY_ERROR,
                       "daemon.policy", "%.*s", WM_SPAN_ARG(text));
        if (!finding->warning && first.data == NULL) {
            first = text;
        }
    }
    return first;
}

void
wm_server_reload(struct wm_server *server, struct wm_request *request)
{
    if (server->coming != NULL || server->reader_told) {
        static const char busy[] = "a reload is under way already; try again when it is over";
        if (request != NULL) {
            wm_server_error(server, &request, "busy", busy);
        } else {
            wm_journal_say(server->journal, WM_PRIORITY_WARNING, "daemon.policy", "%s", busy);
        }
        return;
    }
    wm_notify_reloading();
    server->reloads = request;
    struct wm_loaded *loaded = wm_load(server->config);
    struct wm_handover *handover = calloc(1, sizeof *handover);
    if (loaded == NULL || handover == NULL) {
        wm_load_free(&loaded);
        wm_handover_free(&handover);
        conclude(server, "out of memory");
        return;
    }
    const struct wm_span first = tell_findings(server, loaded);
    if (!wm_loaded_is_good(loaded)) {
        const char *why = wm_arena_string(loaded->arena, first);
        conclude(server, why != NULL ? why : "out of memory");
        wm_load_free(&loaded);
        wm_handover_free(&handover);
        return;
    }
    handover->policy = &loaded->policy;
    if (wm_actor_send(server->engine_actor, (struct wm_parcel){WM_PARCEL_POLICY, handover}) !=
        WM_OK) {
        conclude(server, "the daemon is too busy; try again");
        wm_load_free(&loaded);
        wm_handover_free(&handover);
        return;
    }
    server->coming = loaded;
}

/* The engine has taken the new policy: from now on it is the one. */
static void
swap(struct wm_server *server, struct wm_handover *handover)
{
    const struct wm_span fixed = wm_loaded_fixed(server->current, server->coming);
    wm_load_free(&server->retired);
    server->retired = server->current;
    server->current = server->coming;
    server->coming = NULL;
    wm_journal_say(server->journal, WM_PRIORITY_NOTICE, "daemon.policy",
                   "the new policy holds (version %.*s)",
                   WM_SPAN_ARG(server->current->policy.version));
    if (fixed.size > 0) {
        wm_journal_say(server->journal, WM_PRIORITY_WARNING, "daemon.policy",
                       "changed in %s, but not by a reload: %.*s; restart for that", server->config,
                       WM_SPAN_ARG(fixed));
    }
    if (wm_actor_send(server->reader_actor, (struct wm_parcel){WM_PARCEL_POLICY, handover}) ==
        WM_OK) {
        server->reader_told = true;
    } else {
        /* The reader's pipe has room for all calls and for this: it does not happen. */
        assert(false);
    }
}

void
wm_server_reloaded(struct wm_server *server, struct wm_handover *handover, bool by_engine)
{
    if (!by_engine) {
        server->reader_told = false;
        wm_handover_free(&handover);
        return;
    }
    assert(server->coming != NULL);
    if (handover->status == WM_OK) {
        swap(server, handover);
        conclude(server, NULL);
        return;
    }
    conclude(server, handover->why != NULL ? handover->why : wm_status_text(handover->status));
    wm_load_free(&server->coming);
    wm_handover_free(&handover);
}
