/* intake.c - where publishers come: ROUTER, PUBLISH and PING. Whether an event is a good one is
 * judged by whoever set the hooks. */
#include "daemon/bus/intake.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/bus/socket.h"

enum {
    RECEIVE_MAX = 100,     /* events of one publisher that wait in memory unread */
    ANSWERS_EXTRA = 1000,  /* answers beyond those of events: PONG and refusals */
    BYTES_EACH = 4 * 1024, /* mean size that the bound of events is meant for */
    BYTES_LEAST = 4 * 1024 * 1024
};

struct wm_intake {
    zsock_t *socket;
    struct wm_intake_options options;
    size_t bytes_max; /* of all events in flight together */
    struct wm_intake_counters counters;
};

struct wm_intake *
wm_intake_new(const struct wm_intake_options *options, char **ret_why)
{
    assert(options != NULL && options->take != NULL && options->refuse != NULL);
    assert(options->in_flight >= 1 && options->message_bytes >= 1);
    assert(ret_why != NULL);

    struct wm_intake *intake = calloc(1, sizeof *intake);
    if (intake == NULL) {
        *ret_why = NULL;
        return NULL;
    }
    intake->options = *options;
    const size_t bytes = (size_t)options->in_flight * BYTES_EACH;
    intake->bytes_max = bytes > BYTES_LEAST ? bytes : BYTES_LEAST;
    const struct wm_socket_options socket = {
        .purpose = "intake",
        .kind = WM_SOCKET_ROUTER,
        .endpoints = options->endpoints,
        .endpoint_count = options->endpoint_count,
        /* Whoever has all events in flight still has room for their answers. */
        .send_max = (int)options->in_flight + ANSWERS_EXTRA,
        .receive_max = RECEIVE_MAX,
        .frame_bytes = WM_FRAME_BYTES,
    };
    intake->socket = wm_socket_new(&socket, ret_why);
    if (intake->socket == NULL) {
        wm_intake_free(&intake);
    }
    return intake;
}

void
wm_intake_free(struct wm_intake **intake)
{
    assert(intake != NULL);
    if (*intake != NULL) {
        wm_socket_free(&(*intake)->socket);
        free(*intake);
        *intake = NULL;
    }
}

void *
wm_intake_socket(struct wm_intake *intake)
{
    assert(intake != NULL);
    return zsock_resolve(intake->socket);
}

bool
wm_intake_has_room(const struct wm_intake *intake)
{
    assert(intake != NULL);
    return intake->counters.in_flight < intake->options.in_flight &&
           intake->counters.held_bytes < intake->bytes_max;
}

static void
pong(struct wm_intake *intake, const struct wm_message *message, struct wm_span token)
{
    const struct wm_span frames[] = {wm_span(WM_PROTOCOL), wm_span(wm_verb_name(WM_VERB_PONG)),
                                     token};
    if (wm_message_send(wm_intake_socket(intake), &message->route, frames, WM_COUNT(frames)) !=
        WM_OK) {
        intake->counters.unheard++;
    }
}

/* The request of a message, counted as in flight; NULL when out of memory: no answer then, the
 * publisher asks again. */
static struct wm_request *
admit(struct wm_intake *intake, const struct wm_message *message, struct wm_span token, size_t size)
{
    struct wm_request *request = wm_request_new(message, token, size);
    if (request == NULL) {
        intake->counters.unheard++;
        return NULL;
    }
    intake->counters.in_flight++;
    intake->counters.held_bytes += size;
    return request;
}

static bool
is_too_large(const struct wm_intake *intake, const struct wm_message *message)
{
    for (size_t i = 0; i < message->frame_count; i++) {
        if (message->frames[i].size > intake->options.message_bytes) {
            return true;
        }
    }
    return false;
}

static void
refuse(struct wm_intake *intake, const struct wm_message *message, struct wm_span token,
       const struct wm_fault *fault)
{
    struct wm_request *request = admit(intake, message, token, 0);
    if (request != NULL) {
        intake->options.refuse(intake->options.context, request, fault);
    }
}

static void
handle(struct wm_intake *intake, const struct wm_message *message)
{
    struct wm_frames frames;
    struct wm_span token;
    struct wm_fault fault;
    const enum wm_status status =
        wm_frames_read(WM_PORT_INTAKE, message->frames, message->frame_count, &frames, &token);
    if (is_too_large(intake, message)) {
        wm_fault_set(&fault, "too-large", "",
                     "the event is larger than %u bytes; leave attachments where they are and name "
                     "their place instead",
                     intake->options.message_bytes);
        refuse(intake, message, token, &fault);
    } else if (status == WM_OK && frames.verb == WM_VERB_PING) {
        pong(intake, message, frames.args[0]);
    } else if (status == WM_OK) {
        assert(frames.verb == WM_VERB_PUBLISH);
        struct wm_request *request = admit(intake, message, frames.args[0], frames.args[1].size);
        if (request != NULL) {
            intake->options.take(intake->options.context, request, frames.args[1]);
        }
    } else if (token.size > 0) {
        wm_fault_set(&fault, "malformed", "",
                     "these are not the frames of WMP/1 that come here: WMP1, PUBLISH, token, "
                     "event; or WMP1, PING, token");
        refuse(intake, message, token, &fault);
    } else {
        intake->counters.dropped++;
    }
}

void
wm_intake_read(struct wm_intake *intake)
{
    assert(intake != NULL);
    struct wm_message message;
    for (int i = 0; i < WM_READS_MAX && wm_intake_has_room(intake); i++) {
        if (wm_message_receive(wm_intake_socket(intake), &message) != WM_OK) {
            return;
        }
        handle(intake, &message);
        wm_message_deinit(&message);
    }
}

void
wm_intake_answer(struct wm_intake *intake, struct wm_request **request, enum wm_verb verb,
                 struct wm_span detail)
{
    assert(intake != NULL && request != NULL && *request != NULL);
    assert(verb == WM_VERB_OK || verb == WM_VERB_REJECT || verb == WM_VERB_RETRY);
    assert(intake->counters.in_flight >= 1);
    assert(intake->counters.held_bytes >= wm_request_size(*request));

    if (wm_request_answer(wm_intake_socket(intake), *request, verb, detail) != WM_OK) {
        intake->counters.unheard++;
    }
    intake->counters.in_flight--;
    intake->counters.held_bytes -= wm_request_size(*request);
    wm_request_free(request);
}

struct wm_intake_counters
wm_intake_counters(const struct wm_intake *intake)
{
    assert(intake != NULL);
    return intake->counters;
}
