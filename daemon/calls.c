/* calls.c - waymarkctl: questions go to the reader, changes to the engine, `reload` is ours. */
#include <assert.h>
#include <stdlib.h>

#include "daemon/host/clock.h"
#include "daemon/server.h"

enum {
    CALLS_EACH = 8,          /* questions of one asker under way at most */
    STUCK_MAX_MS = 5 * 1000, /* an asker that takes nothing is given up then, if others wait */
    PIECES_MAX = 512         /* pieces that one turn of the loop passes on */
};

void
wm_server_end(struct wm_server *server, struct wm_request **request, enum wm_verb verb,
              struct wm_span json)
{
    if (wm_control_end(server->control, request, verb, json) == WM_AGAIN) {
        wm_control_drop(server->control, request);
    }
}

void
wm_server_error(struct wm_server *server, struct wm_request **request, const char *code,
                const char *message)
{
    struct wm_fault fault;
    wm_fault_set(&fault, code, "", "%s", message);
    char *json = wm_fault_json(&fault, 0);
    wm_server_end(server, request, WM_VERB_ERROR, wm_span(json != NULL ? json : "{}"));
    free(json);
}

/* ---- in -------------------------------------------------------------------------------------- */

/* What the engine does; everything else is asked of the reader, which knows what it does not know.
 */
static bool
is_change(const char *op)
{
    static const char *const ops[] = {"publish",      "clock.set",          "clock.advance",
                                      "clock.follow", "dead-letters.retry", "dead-letters.drop"};
    for (size_t i = 0; i < WM_COUNT(ops); i++) {
        if (strcmp(op, ops[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Who looked at a case stands in the journal (interfaces.md). */
static void
note_reader(struct wm_server *server, const char *op, const json_t *call)
{
    const char *ref = json_string_value(json_object_get(call, "ref"));
    const char *user = json_string_value(json_object_get(call, "user"));
    if (ref == NULL || strncmp(op, "case.", strlen("case.")) != 0) {
        return;
    }
    struct wm_text text = {.arena = server->scratch};
    wm_arena_reset(server->scratch);
    wm_text_printf(&text, "%s: shown (%s) to %s", ref, op, user != NULL ? user : "somebody");
    const struct wm_entry entry = {
        .priority = WM_PRIORITY_INFO,
        .kind = "case.shown",
        .text = wm_text_span(&text),
        .ref = wm_span(ref),
        .actor = wm_span(user),
    };
    wm_journal_write(server->journal, &entry);
}

static struct wm_call *
make_call(struct wm_request *request, const char *op, struct wm_span json)
{
    struct wm_call *call = calloc(1, sizeof *call);
    char *copy = malloc(json.size + 1);
    if (call == NULL || copy == NULL) {
        free(call);
        free(copy);
        return NULL;
    }
    memcpy(copy, json.data, json.size);
    copy[json.size] = '\0';
    call->request = request;
    call->json = copy;
    call->size = json.size;
    (void)snprintf(call->op, sizeof call->op, "%.*s", WM_OP_MAX - 1, op); /* no op is longer */
    return call;
}

/* Questions under way of the one who sent `request`. */
static size_t
calls_of(const struct wm_server *server, const struct wm_request *request)
{
    size_t count = 0;
    for (size_t i = 0; i < server->call_count; i++) {
        count += wm_request_same_peer(server->calls[i]->request, request) ? 1 : 0;
    }
    return count;
}

static bool
ask_reader(struct wm_server *server, struct wm_request *request, const char *op,
           struct wm_span json)
{
    if (server->call_count == WM_ASKED_MAX || calls_of(server, request) >= CALLS_EACH) {
        return false;
    }
    struct wm_call *call = make_call(request, op, json);
    if (call == NULL) {
        return false;
    }
    if (wm_actor_send(server->reader_actor, (struct wm_parcel){WM_PARCEL_CALL, call}) != WM_OK) {
        call->request = NULL; /* still the caller's */
        wm_call_free(&call);
        return false;
    }
    server->calls[server->call_count++] = call;
    return true;
}

static bool
ask_engine(struct wm_server *server, struct wm_request *request, struct wm_span json)
{
    struct wm_job *job = wm_job_new(WM_JOB_CONTROL);
    char *copy = malloc(json.size);
    if (job == NULL || copy == NULL) {
        wm_job_free(&job);
        free(copy);
        return false;
    }
    memcpy(copy, json.data, json.size);
    job->bytes = copy;
    job->size = json.size;
    job->tag = request;
    job->first_real_us = wm_clock_real_us();
    if (!wm_server_send(server, job)) {
        wm_job_free(&job);
        return false;
    }
    return true;
}

void
wm_server_call(void *context, struct wm_request *request, struct wm_span json)
{
    struct wm_server *server = context;
    assert(server != NULL && request != NULL);
    json_t *call = wm_json_depth_ok(json)
                       ? json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES, NULL)
                       : NULL;
    const char *op = json_string_value(json_object_get(call, "op"));
    if (op == NULL) {
        wm_server_error(server, &request, "bad-call", "a call is a JSON object with \"op\"");
    } else if (server->stopping) {
        wm_server_error(server, &request, "shutting-down", "the daemon is stopping");
    } else if (strcmp(op, "reload") == 0) {
        wm_server_reload(server, request);
    } else {
        const bool taken = is_change(op) ? ask_engine(server, request, json)
                                         : ask_reader(server, request, op, json);
        if (taken) {
            note_reader(server, op, call);
        } else {
            wm_server_error(server, &request, "overloaded", "too much at once; try again");
        }
    }
    json_decref(call);
}

/* ---- out ------------------------------------------------------------------------------------- */

void
wm_server_called(struct wm_server *server, struct wm_job *job)
{
    struct wm_request *request = job->tag;
    assert(job->kind == WM_JOB_CONTROL && request != NULL);
    char *made = NULL;
    const char *json = job->detail;
    if (json == NULL && job->fault.code != NULL) {
        made = wm_fault_json(&job->fault, 0);
        json = made;
    }
    if (job->reply == 0) {
        wm_server_error(server, &request, "store-unavailable", "the store failed");
    } else {
        wm_server_end(server, &request, job->reply == WM_REPLY_OK ? WM_VERB_RESULT : WM_VERB_ERROR,
                      wm_span(json != NULL ? json : "{}"));
    }
    free(made);
}

static void
forget(struct wm_server *server, struct wm_call *call)
{
    for (size_t i = 0; i < server->call_count; i++) {
        if (server->calls[i] == call) {
            server->calls[i] = server->calls[--server->call_count];
            break;
        }
    }
    wm_call_free(&call);
}

/* The asker is told, or gone. False: it does not take it yet. */
static bool
pass_on_more(struct wm_server *server, const struct wm_piece *piece)
{
    struct wm_call *call = piece->call;
    if (atomic_load(&call->gone)) {
        return true;
    }
    const enum wm_status status =
        wm_control_more(server->control, call->request, (struct wm_span){piece->json, piece->size});
    if (status == WM_NOTFOUND) {
        atomic_store(&call->gone, true);
    }
    return status != WM_AGAIN;
}

/* Likewise; then the call is over. */
static bool
pass_on_last(struct wm_server *server, const struct wm_piece *piece)
{
    struct wm_call *call = piece->call;
    struct wm_span json = {piece->json, piece->size};
    const bool is_status = piece->verb == WM_VERB_RESULT && strcmp(call->op, "status") == 0;
    char *more = is_status ? wm_server_status(server, json) : NULL;
    if (more != NULL) {
        json = wm_span(more);
    }
    const enum wm_status status =
        wm_control_end(server->control, &call->request, piece->verb, json);
    free(more);
    if (status == WM_AGAIN && !atomic_load(&call->gone)) {
        return false;
    }
    if (status == WM_AGAIN) {
        wm_control_drop(server->control, &call->request);
    }
    forget(server, call);
    return true;
}

/* Sends a piece, and frees it unless its asker does not take it yet: false. */
static bool
pass_on(struct wm_server *server, struct wm_piece *piece)
{
    const bool passed =
        piece->verb == WM_VERB_MORE ? pass_on_more(server, piece) : pass_on_last(server, piece);
    if (passed) {
        free(piece);
    }
    return passed;
}

/* Whoever reads an answer page by page may take as long as nobody else is waiting; then all of its
 * questions are given up. */
static void
judge_stuck(struct wm_server *server)
{
    const struct wm_request *slow = server->stuck->call->request;
    if (wm_clock_steady_ms() - server->stuck_ms <= STUCK_MAX_MS ||
        calls_of(server, slow) == server->call_count) {
        return;
    }
    for (size_t i = 0; i < server->call_count; i++) {
        if (wm_request_same_peer(server->calls[i]->request, slow)) {
            atomic_store(&server->calls[i]->gone, true);
        }
    }
}

/* Whether the piece that was stuck is gone. */
static bool
unstick(struct wm_server *server)
{
    if (server->stuck == NULL) {
        return true;
    }
    judge_stuck(server);
    if (pass_on(server, server->stuck)) {
        server->stuck = NULL;
    }
    return server->stuck == NULL;
}

void
wm_server_pieces(struct wm_server *server)
{
    struct wm_parcel parcel;
    for (int i = 0; i < PIECES_MAX && unstick(server); i++) {
        if (wm_actor_receive(server->reader_actor, &parcel) != WM_OK) {
            return;
        }
        if (parcel.kind == WM_PARCEL_POLICY) {
            wm_server_reloaded(server, parcel.object, false);
        } else if (!pass_on(server, parcel.object)) {
            server->stuck = parcel.object;
            server->stuck_ms = wm_clock_steady_ms();
        }
    }
}
