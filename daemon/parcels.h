/* parcels.h - what travels between the reactor and its two threads. */
#ifndef WM_DAEMON_PARCELS_H
#define WM_DAEMON_PARCELS_H

#include <stdatomic.h>

#include "daemon/bus/actor.h"
#include "daemon/bus/request.h"
#include "daemon/engine/engine.h"

enum wm_parcel_kind {
    WM_PARCEL_JOB = WM_PARCEL_FIRST, /* to the engine: struct wm_job */
    WM_PARCEL_WAKE,                  /* to the engine: NULL; the machine's clock was set */
    WM_PARCEL_TURN,                  /* from the engine: struct wm_turn */
    WM_PARCEL_POLICY,                /* to both and back: struct wm_handover */
    WM_PARCEL_CALL,                  /* to the reader: struct wm_call */
    WM_PARCEL_PIECE                  /* from the reader: struct wm_piece */
};

/* What a turn of the engine came to. */
struct wm_turn {
    enum wm_status status;
    struct wm_report *report; /* NULL when the engine was dead before */
    size_t job_count;
    struct wm_job *jobs[]; /* each with its reply, unless the engine is dead */
};

void wm_turn_free(struct wm_turn **turn);

/* A new policy; comes back with what the engine thinks of it. */
struct wm_handover {
    const struct wm_policy *policy;
    enum wm_status status;
    char *why; /* malloc'd, or NULL */
};

void wm_handover_free(struct wm_handover **handover);

enum { WM_OP_MAX = 32, WM_ASKED_MAX = 64 };

/* A call of waymarkctl under way. */
struct wm_call {
    struct wm_request *request;
    char op[WM_OP_MAX];
    char *json; /* malloc'd */
    size_t size;
    _Atomic bool gone; /* the asker does not listen any more: stop. The only thing that two threads
                          look at at once */
};

/* Frees the request as well. */
void wm_call_free(struct wm_call **call);

/* A piece of its answer. */
struct wm_piece {
    struct wm_call *call;
    enum wm_verb verb; /* MORE, RESULT, ERROR */
    size_t size;
    char json[];
};

#endif
