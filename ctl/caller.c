/* caller.c - the control socket, as a client sees it. */
#include "ctl/caller.h"

#include <assert.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include <czmq.h>

#include "ctl/setup.h"
#include "proto/frame.h"

enum {
    PATIENCE_MS = 5000,  /* without a sign of life */
    LOOK_AGAIN_MS = 500, /* how long one poll lasts, so that signals are heard */
    TOKEN_BYTES = 24,
    NAME_BYTES = 64,
    MONITORED = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED
};

struct wm_caller {
    const struct wm_ctl *ctl;
    const char *endpoint; /* in the command's arena */
    zsock_t *socket;
    zsock_t *monitor;  /* tells when the connection comes and goes */
    bool is_connected; /* somebody who speaks ZMTP is there */
    bool is_lost;      /* and was there when the call went out, but is gone */
    uint64_t call_count;
    char token[TOKEN_BYTES]; /* of the call under way */
};

/* ---- whom to ask ----------------------------------------------------------------------------- */

static const char *
find_endpoint(const struct wm_ctl *ctl)
{
    if (ctl->args->control != NULL) {
        return ctl->args->control;
    }
    const char *from_environment = getenv("WAYMARK_CONTROL");
    if (from_environment != NULL && from_environment[0] != '\0') {
        return from_environment;
    }
    struct wm_setup setup;
    wm_setup_init(&setup, ctl->arena, NULL);
    const char *endpoint = NULL;
    if (setup.config.data == NULL) {
        wm_ctl_say(ctl, "no waymark.cfg was found that says where waymarkd answers; name its "
                        "endpoint with --control or WAYMARK_CONTROL");
    } else if (!wm_setup_settings(&setup)) {
        wm_setup_print(ctl, &setup, ctl->err);
    } else {
        endpoint = wm_arena_string(ctl->arena, setup.settings.control);
    }
    wm_setup_deinit(&setup);
    return endpoint;
}

/* ---- the socket ------------------------------------------------------------------------------ */

static bool
open_monitor(struct wm_caller *caller)
{
    char name[NAME_BYTES];
    (void)snprintf(name, sizeof name, "inproc://waymarkctl-%p", (void *)caller); /* fits */
    caller->monitor = zsock_new(ZMQ_PAIR);
    return caller->monitor != NULL &&
           zmq_socket_monitor(zsock_resolve(caller->socket), name, MONITORED) == 0 &&
           zsock_connect(caller->monitor, "%s", name) == 0;
}

static bool
open_sockets(struct wm_caller *caller)
{
    zsys_handler_set(NULL); /* a signal ends the command, as any other */
    caller->socket = zsock_new(ZMQ_DEALER);
    if (caller->socket == NULL || !open_monitor(caller)) {
        return false;
    }
    zsock_set_linger(caller->socket, 0);
    zsock_set_rcvhwm(caller->socket, 1000);
    zsock_set_maxmsgsize(caller->socket, WM_FRAME_BYTES * 64);
    return zsock_connect(caller->socket, "%s", caller->endpoint) == 0;
}

struct wm_caller *
wm_caller_new(const struct wm_ctl *ctl)
{
    assert(ctl != NULL);
    const char *endpoint = find_endpoint(ctl);
    if (endpoint == NULL) {
        return NULL;
    }
    struct wm_caller *caller = calloc(1, sizeof *caller);
    if (caller == NULL) {
        wm_ctl_say(ctl, "out of memory");
        return NULL;
    }
    caller->ctl = ctl;
    caller->endpoint = endpoint;
    if (!open_sockets(caller)) {
        wm_ctl_say(ctl, "%s: %s", endpoint, zmq_strerror(zmq_errno()));
        wm_caller_free(&caller);
    }
    return caller;
}

void
wm_caller_free(struct wm_caller **caller)
{
    assert(caller != NULL);
    if (*caller != NULL) {
        if ((*caller)->socket != NULL) {
            (void)zmq_socket_monitor(zsock_resolve((*caller)->socket), NULL,
                                     0); /* it goes anyway */
        }
        zsock_destroy(&(*caller)->monitor);
        zsock_destroy(&(*caller)->socket);
        free(*caller);
        *caller = NULL;
    }
}

/* ---- a call ---------------------------------------------------------------------------------- */

/* Whose question it is: the journal of what was shown names them. */
static void
put_user(json_t *request)
{
    const struct passwd *user = getpwuid(geteuid());
    if (user != NULL) {
        (void)json_object_set_new(request, "user", json_string(user->pw_name)); /* not vital */
    }
}

static bool
send_call(struct wm_caller *caller, json_t *request)
{
    put_user(request);
    char *text = json_dumps(request, JSON_COMPACT);
    caller->call_count++;
    (void)snprintf(caller->token, sizeof caller->token, "%llu",
                   (unsigned long long)caller->call_count); /* fits */
    const bool is_sent = text != NULL && zstr_sendx(caller->socket, WM_PROTOCOL, "CALL",
                                                    caller->token, text, NULL) == 0;
    free(text);
    return is_sent;
}

static void
read_monitor(struct wm_caller *caller)
{
    zmq_msg_t part;
    while (zmq_msg_init(&part) == 0 &&
           zmq_msg_recv(&part, zsock_resolve(caller->monitor), ZMQ_DONTWAIT) >= 0) {
        uint16_t event = 0;
        /* The first part begins with the event's number; the second is the address. */
        if (zmq_msg_more(&part) != 0 && zmq_msg_size(&part) >= sizeof event) {
            memcpy(&event, zmq_msg_data(&part), sizeof event);
            caller->is_lost |= caller->is_connected && event == ZMQ_EVENT_DISCONNECTED;
            caller->is_connected = event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
        }
        (void)zmq_msg_close(&part); /* cannot fail */
    }
}

/* A message for the call under way, or NULL; what belongs to no call of ours is passed over. */
static zmsg_t *
receive(struct wm_caller *caller, struct wm_frames *ret_frames)
{
    zmsg_t *message = zmsg_recv_nowait(caller->socket);
    while (message != NULL) {
        struct wm_span frames[WM_FRAMES_MAX];
        size_t count = 0;
        for (zframe_t *frame = zmsg_first(message); frame != NULL && count < WM_FRAMES_MAX;
             frame = zmsg_next(message)) {
            frames[count++] =
                (struct wm_span){(const char *)zframe_data(frame), zframe_size(frame)};
        }
        struct wm_span token;
        if (wm_frames_read(WM_PORT_CLIENT, frames, count, ret_frames, &token) == WM_OK &&
            wm_span_is(ret_frames->args[0], caller->token)) {
            return message;
        }
        zmsg_destroy(&message);
        message = zmsg_recv_nowait(caller->socket);
    }
    return NULL;
}

static enum wm_exit
take_error(struct wm_caller *caller, struct wm_span detail)
{
    json_t *error = json_loadb(detail.data, detail.size, 0, NULL);
    const char *message = json_string_value(json_object_get(error, "message"));
    const enum wm_exit code =
        message != NULL
            ? wm_ctl_fail(caller->ctl, WM_EXIT_REFUSED, "%s", message)
            : wm_ctl_fail(caller->ctl, WM_EXIT_REFUSED, "refused: %.*s", WM_SPAN_ARG(detail));
    json_decref(error);
    return code;
}

static enum wm_exit
take_result(struct wm_caller *caller, struct wm_span detail, json_t **ret_result)
{
    json_t *result = json_loadb(detail.data, detail.size, 0, NULL);
    if (result == NULL) {
        return wm_ctl_fail(caller->ctl, WM_EXIT_REFUSED,
                           "%s gives an answer that is no JSON; is it a waymarkd of another "
                           "version?",
                           caller->endpoint);
    }
    *ret_result = result;
    return WM_EXIT_DONE;
}

/* Takes what has come. True when the answer is complete, with its *ret_code. */
static bool
take_messages(struct wm_caller *caller, const struct wm_call *call, enum wm_exit *ret_code,
              json_t **ret_result)
{
    struct wm_frames frames;
    zmsg_t *message = receive(caller, &frames);
    while (message != NULL) {
        const struct wm_span detail = frames.args[1];
        const enum wm_verb verb = frames.verb;
        if (verb == WM_VERB_MORE && call->fn != NULL) {
            call->fn(call->context, detail);
        } else if (verb == WM_VERB_RESULT) {
            *ret_code = take_result(caller, detail, ret_result);
        } else if (verb == WM_VERB_ERROR) {
            *ret_code = take_error(caller, detail);
        }
        zmsg_destroy(&message);
        if (verb != WM_VERB_MORE) {
            return true;
        }
        message = receive(caller, &frames);
    }
    return false;
}

static enum wm_exit
nobody(const struct wm_caller *caller)
{
    if (caller->is_lost) {
        return wm_ctl_fail(caller->ctl, WM_EXIT_NO_DAEMON,
                           "waymarkd at %s went away before it had answered", caller->endpoint);
    }
    if (caller->is_connected) {
        return wm_ctl_fail(caller->ctl, WM_EXIT_NO_DAEMON,
                           "something listens at %s, but has not answered for %d s",
                           caller->endpoint, PATIENCE_MS / 1000);
    }
    return wm_ctl_fail(caller->ctl, WM_EXIT_NO_DAEMON,
                       "nobody answers at %s: is waymarkd running there? (--control ENDPOINT names "
                       "another place)",
                       caller->endpoint);
}

static enum wm_exit
wait_for_answer(struct wm_caller *caller, const struct wm_call *call, json_t **ret_result)
{
    zmq_pollitem_t items[] = {
        {.socket = zsock_resolve(caller->socket), .events = ZMQ_POLLIN},
        {.socket = zsock_resolve(caller->monitor), .events = ZMQ_POLLIN},
    };
    enum wm_exit code = WM_EXIT_DONE;
    int64_t deadline_ms = zclock_mono() + PATIENCE_MS;
    read_monitor(caller); /* what came before the call is of no account to it */
    caller->is_lost = false;
    while (!take_messages(caller, call, &code, ret_result)) {
        read_monitor(caller);
        const int64_t left_ms = deadline_ms - zclock_mono();
        const bool may_last = call->is_long && caller->is_connected;
        if (caller->is_lost || (left_ms <= 0 && !may_last)) {
            return nobody(caller);
        }
        const bool is_brief = !may_last && left_ms < LOOK_AGAIN_MS;
        if (zmq_poll(items, WM_COUNT(items), is_brief ? (long)left_ms : LOOK_AGAIN_MS) > 0 &&
            (items[0].revents & ZMQ_POLLIN) != 0) {
            deadline_ms = zclock_mono() + PATIENCE_MS;
        }
    }
    return code;
}

enum wm_exit
wm_caller_call(struct wm_caller *caller, const struct wm_call *call, json_t **ret_result)
{
    assert(caller != NULL && call != NULL && ret_result != NULL);
    const bool is_sent = call->request != NULL && send_call(caller, call->request);
    json_decref(call->request);
    if (!is_sent) {
        return wm_ctl_fail(caller->ctl, WM_EXIT_REFUSED, "the question can't be sent: %s",
                           zmq_strerror(zmq_errno()));
    }
    return wait_for_answer(caller, call, ret_result);
}
