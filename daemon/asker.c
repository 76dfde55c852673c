/* asker.c - the reader's thread: answers waymarkctl's questions beside the engine. */
#include "daemon/asker.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/judge.h"

/* An answer on its way out. The newest document is held back, for only at the end it is known to be
 * the last. */
struct answer {
    struct wm_actor_port *port;
    struct wm_call *call;
    struct wm_piece *held;
    bool lost; /* out of memory: the answer is not whole */
};

struct wm_piece *
wm_piece_new(struct wm_call *call, enum wm_verb verb, struct wm_span json)
{
    assert(call != NULL);
    struct wm_piece *piece = malloc(sizeof *piece + json.size);
    if (piece != NULL) {
        piece->call = call;
        piece->verb = verb;
        piece->size = json.size;
        memcpy(piece->json, json.data, json.size);
    }
    return piece;
}

static void
tell(const struct answer *answer, struct wm_piece *piece)
{
    wm_actor_tell(answer->port, (struct wm_parcel){WM_PARCEL_PIECE, piece});
}

static bool
emit(void *context, struct wm_span json)
{
    struct answer *answer = context;
    if (answer->held != NULL) {
        tell(answer, answer->held);
    }
    answer->held = wm_piece_new(answer->call, WM_VERB_MORE, json);
    answer->lost = answer->lost || answer->held == NULL;
    return answer->held != NULL && !atomic_load(&answer->call->gone);
}

/* Lists are one MORE an object and an empty RESULT; other answers are one document, or objects and
 * a document that sums them up. */
static bool
is_list(const char *op)
{
    static const char suffix[] = ".list";
    const size_t size = strlen(op);
    return strcmp(op, "stuck") == 0 || strcmp(op, "case.history") == 0 ||
           (size >= strlen(suffix) && strcmp(op + size - strlen(suffix), suffix) == 0);
}

static void
finish(struct answer *answer, const struct wm_fault *fault)
{
    struct wm_piece *last = answer->held;
    if (fault != NULL || answer->lost) {
        char *json = fault != NULL ? wm_fault_json(fault, 0) : NULL;
        free(answer->held);
        last = wm_piece_new(answer->call, WM_VERB_ERROR,
                            wm_span(json != NULL ? json : "{\"code\":\"out-of-memory\"}"));
        free(json);
    } else if (last != NULL && !is_list(answer->call->op)) {
        last->verb = WM_VERB_RESULT;
    } else {
        if (last != NULL) {
            tell(answer, last);
        }
        last = wm_piece_new(answer->call, WM_VERB_RESULT, wm_span("{}"));
    }
    assert(last != NULL); /* a few bytes: without them the call could never end */
    tell(answer, last);
}

static void
ask(struct wm_asker *asker, struct wm_actor_port *port, struct wm_call *call)
{
    struct answer answer = {.port = port, .call = call};
    struct wm_fault fault = {.code = NULL};
    const enum wm_status status = wm_reader_call(
        asker->reader, (struct wm_span){call->json, call->size}, emit, &answer, &fault);
    if (status == WM_NOTFOUND) {
        wm_fault_set(&fault, "bad-call", "op", "there is no call \"%s\"", call->op);
    } else if (status != WM_OK && fault.code == NULL) {
        wm_fault_set(&fault, "unavailable", "", "the store cannot be read: %s",
                     wm_status_text(status));
    }
    finish(&answer, status != WM_OK ? &fault : NULL);
}

int64_t
wm_asker_work(void *context, struct wm_actor_port *port, const struct wm_parcel *parcels,
              size_t count)
{
    struct wm_asker *asker = context;
    assert(asker != NULL);
    for (size_t i = 0; i < count; i++) {
        if (parcels[i].kind == WM_PARCEL_CALL) {
            ask(asker, port, parcels[i].object);
        } else if (parcels[i].kind == WM_PARCEL_POLICY) {
            const struct wm_handover *handover = parcels[i].object;
            wm_reader_reload(asker->reader, handover->policy);
            wm_actor_tell(port, parcels[i]);
        }
    }
    return -1;
}
