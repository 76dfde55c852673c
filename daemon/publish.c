/* publish.c - events in, answers out. */
#include <assert.h>
#include <stdlib.h>

#include "daemon/host/clock.h"
#include "daemon/server.h"

bool
wm_server_send(struct wm_server *server, struct wm_job *job)
{
    if (wm_actor_send(server->engine_actor, (struct wm_parcel){WM_PARCEL_JOB, job}) != WM_OK) {
        return false;
    }
    server->jobs++;
    return true;
}

static void
retry(struct wm_server *server, struct wm_request *request, const char *code, const char *message)
{
    struct wm_fault fault;
    wm_fault_set(&fault, code, "", "%s", message);
    char *json = wm_fault_json(&fault, WM_RETRY_AFTER_MS);
    server->retried++;
    wm_intake_answer(server->intake, &request, WM_VERB_RETRY, wm_span(json != NULL ? json : "{}"));
    free(json);
}

void
wm_server_refuse(void *context, struct wm_request *request, const struct wm_fault *fault)
{
    struct wm_server *server = context;
    assert(server != NULL && request != NULL);
    char *json = wm_fault_json(fault, 0);
    server->rejected++;
    wm_intake_answer(server->intake, &request, WM_VERB_REJECT, wm_span(json != NULL ? json : "{}"));
    free(json);
}

/* A refusal that names its case is told, and kept with the case. */
static void
keep_refusal(struct wm_server *server, struct wm_job *job)
{
    const struct wm_cloudevent *event = &job->event;
    wm_arena_reset(server->scratch);
    const struct wm_span text =
        wm_arena_printf(server->scratch, "%.*s %.*s: refused (%s)", WM_SPAN_ARG(event->subject),
                        WM_SPAN_ARG(event->type), job->fault.code);
    const struct wm_entry entry = {
        .priority = WM_PRIORITY_INFO,
        .kind = "event.rejected",
        .text = text,
        .ref = event->subject,
        .event_id = event->id,
        .event_type = event->type,
        .actor = event->actor,
    };
    wm_journal_write(server->journal, &entry);
    if (server->refusals < WM_REFUSALS_MAX && wm_server_send(server, job)) {
        server->refusals++;
    } else {
        wm_job_free(&job);
    }
}

void
wm_server_take(void *context, struct wm_request *request, struct wm_span event)
{
    struct wm_server *server = context;
    assert(server != NULL && request != NULL);
    if (server->stopping) {
        retry(server, request, "shutting-down", "the daemon is stopping; send it again later");
        return;
    }
    const struct wm_judge judge = {server->current->schemas, server->scratch};
    struct wm_job *job = NULL;
    struct wm_fault fault;
    const enum wm_status status = wm_judge(&judge, event, wm_clock_real_us(), &job, &fault);
    if (status == WM_OK) {
        job->tag = request;
        if (wm_server_send(server, job)) {
            return;
        }
        wm_job_free(&job);
    }
    if (status == WM_EINVAL) {
        wm_server_refuse(server, request, &fault);
        if (job != NULL) {
            keep_refusal(server, job);
        }
    } else {
        retry(server, request, "overloaded", "the daemon has no room for it now; send it later");
    }
}

void
wm_server_answer(struct wm_server *server, const struct wm_job *job)
{
    struct wm_request *request = job->tag;
    assert(job->kind == WM_JOB_EVENT && request != NULL);
    if (job->reply == 0) { /* the engine is dead: it may have been applied or not */
        retry(server, request, "store-unavailable", "the store failed; send it again later");
        return;
    }
    char *made = NULL;
    const char *detail = job->detail;
    if (detail == NULL && job->fault.code != NULL) {
        made = wm_fault_json(&job->fault, job->reply == WM_REPLY_RETRY ? WM_RETRY_AFTER_MS : 0);
        detail = made;
    }
    const enum wm_verb verb = job->reply == WM_REPLY_OK       ? WM_VERB_OK
                              : job->reply == WM_REPLY_REJECT ? WM_VERB_REJECT
                                                              : WM_VERB_RETRY;
    wm_intake_answer(server->intake, &request, verb, wm_span(detail != NULL ? detail : "{}"));
    free(made);
}
