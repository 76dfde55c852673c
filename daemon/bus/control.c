/* control.c - where waymarkctl comes: ROUTER, CALL. */
#include "daemon/bus/control.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/bus/socket.h"

enum {
    RECEIVE_MAX = 100,
    SEND_MAX = 10000 /* pieces of long answers that wait for one asker */
};

struct wm_control {
    zsock_t *socket;
    struct wm_control_options options;
    size_t call_count;
};

struct wm_control *
wm_control_new(const struct wm_control_options *options, char **ret_why)
{
    assert(options != NULL && options->endpoint != NULL && options->call != NULL);
    assert(ret_why != NULL);

    struct wm_control *control = calloc(1, sizeof *control);
    if (control == NULL) {
        *ret_why = NULL;
        return NULL;
    }
    control->options = *options;
    const struct wm_socket_options socket = {
        .purpose = "control",
        .kind = WM_SOCKET_ROUTER,
        .endpoints = &options->endpoint,
        .endpoint_count = 1,
        .send_max = SEND_MAX,
        .receive_max = RECEIVE_MAX,
        .frame_bytes = WM_FRAME_BYTES,
    };
    control->socket = wm_socket_new(&socket, ret_why);
    if (control->socket == NULL) {
        wm_control_free(&control);
    }
    return control;
}

void
wm_control_free(struct wm_control **control)
{
    assert(control != NULL);
    if (*control != NULL) {
        wm_socket_free(&(*control)->socket);
        free(*control);
        *control = NULL;
    }
}

void *
wm_control_socket(struct wm_control *control)
{
    assert(control != NULL);
    return zsock_resolve(control->socket);
}

bool
wm_control_has_room(const struct wm_control *control)
{
    assert(control != NULL);
    return control->call_count < WM_CALLS_MAX;
}

static void
handle(struct wm_control *control, const struct wm_message *message)
{
    static const char complaint[] =
        "{\"code\":\"malformed\",\"message\":\"these are not the frames of a call: WMP1, CALL, "
        "token, JSON\"}";
    struct wm_frames frames;
    struct wm_span token;
    const bool good = wm_frames_read(WM_PORT_CONTROL, message->frames, message->frame_count,
                                     &frames, &token) == WM_OK;
    struct wm_request *request =
        token.size > 0 ? wm_request_new(message, token, good ? frames.args[1].size : 0) : NULL;
    if (request == NULL) {
        return; /* nothing to answer by, or no memory: the asker's own time-out tells it */
    }
    control->call_count++;
    if (good) {
        control->options.call(control->options.context, request, frames.args[1]);
    } else if (wm_control_end(control, &request, WM_VERB_ERROR, wm_span(complaint)) == WM_AGAIN) {
        wm_control_drop(control, &request); /* it talks nonsense and does not read */
    }
}

void
wm_control_read(struct wm_control *control)
{
    assert(control != NULL);
    struct wm_message message;
    for (int i = 0; i < WM_READS_MAX && wm_control_has_room(control); i++) {
        if (wm_message_receive(wm_control_socket(control), &message) != WM_OK) {
            return;
        }
        handle(control, &message);
        wm_message_deinit(&message);
    }
}

enum wm_status
wm_control_more(struct wm_control *control, const struct wm_request *request, struct wm_span json)
{
    assert(control != NULL && request != NULL);
    return wm_request_answer(wm_control_socket(control), request, WM_VERB_MORE, json);
}

enum wm_status
wm_control_end(struct wm_control *control, struct wm_request **request, enum wm_verb verb,
               struct wm_span json)
{
    assert(control != NULL && request != NULL && *request != NULL);
    assert(verb == WM_VERB_RESULT || verb == WM_VERB_ERROR);
    assert(control->call_count >= 1);

    const enum wm_status status =
        wm_request_answer(wm_control_socket(control), *request, verb, json);
    if (status != WM_AGAIN) {
        wm_request_free(request);
        control->call_count--;
    }
    return status;
}

void
wm_control_drop(struct wm_control *control, struct wm_request **request)
{
    assert(control != NULL && request != NULL && *request != NULL);
    assert(control->call_count >= 1);
    wm_request_free(request);
    control->call_count--;
}
