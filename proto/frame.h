/* frame.h - WMP/1 frames: names of the verbs, and checks of what arrived. See proto/README.md. */
#ifndef WM_PROTO_FRAME_H
#define WM_PROTO_FRAME_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "base/status.h"

#define WM_PROTOCOL "WMP1"

enum {
    WM_TOKEN_MAX = 64, /* bytes of a token */
    WM_FRAMES_MAX = 8, /* frames of a message behind the routing id and the empty delimiter */
    WM_MESSAGE_BYTES = 256 * 1024, /* default bound of an event */
    WM_FRAME_BYTES = 1024 * 1024   /* a frame above ends the connection (ZMQ_MAXMSGSIZE) */
};

enum wm_verb {
    WM_VERB_PUBLISH = 1,
    WM_VERB_OK,
    WM_VERB_REJECT,
    WM_VERB_RETRY,
    WM_VERB_PING,
    WM_VERB_PONG,
    WM_VERB_READY,
    WM_VERB_DELIVER,
    WM_VERB_ACK,
    WM_VERB_EXTEND,
    WM_VERB_NACK,
    WM_VERB_REFUSE,
    WM_VERB_BYE,
    WM_VERB_CALL,
    WM_VERB_MORE,
    WM_VERB_RESULT,
    WM_VERB_ERROR,
    WM_VERB_COUNT
};

/* Who the message is for: which verbs may arrive there. */
enum wm_port {
    WM_PORT_INTAKE = 1, /* the daemon's intake: PUBLISH, PING */
    WM_PORT_PUBLISHER,  /* a publisher: OK, REJECT, RETRY, PONG */
    WM_PORT_DISPATCH, /* the daemon's dispatch: READY, ACK, EXTEND, NACK, REFUSE, PING, PONG, BYE */
    WM_PORT_WORKER,   /* a worker: DELIVER, PING, PONG, BYE */
    WM_PORT_CONTROL,  /* the daemon's control: CALL */
    WM_PORT_CLIENT    /* waymarkctl: MORE, RESULT, ERROR */
};

/* A message without routing id and delimiter; spans borrow the frames they were made from. */
struct wm_frames {
    enum wm_verb verb;
    size_t count; /* arguments behind the verb */
    struct wm_span args[WM_FRAMES_MAX - 2];
};

/* "PUBLISH"; never NULL for a verb. */
const char *wm_verb_name(enum wm_verb verb);
/* Checks protocol, verb for this port, number and sizes of the arguments. WM_EPROTO if anything is
 * off; then *ret_token is the token if one could be read (else absent), so that it can be answered.
 */
WM_MUSTCHECK enum wm_status wm_frames_read(enum wm_port port, const struct wm_span *frames,
                                           size_t count, struct wm_frames *ret_frames,
                                           struct wm_span *ret_token);
/* A decimal argument of READY (credit), NACK (milliseconds), DELIVER (attempt): 0 to max. */
WM_MUSTCHECK enum wm_status wm_frames_number(struct wm_span text, uint32_t max,
                                             uint32_t *ret_number);

#endif
