/* intake.h - where publishers come: ROUTER, PUBLISH and PING (wire.md "Intake"). */
#ifndef WM_BUS_INTAKE_H
#define WM_BUS_INTAKE_H

#include "daemon/bus/request.h"
#include "proto/event.h"

struct wm_intake_options {
    const char *const *endpoints;
    size_t endpoint_count;
    uint32_t in_flight;     /* events taken and not answered at most */
    uint32_t message_bytes; /* of an event at most */
    /* An event. `request` is the hook's from now on: it ends in wm_intake_answer. The event's bytes
     * are borrowed for the call. */
    void (*take)(void *context, struct wm_request *request, struct wm_span event);
    /* Something that is no event: `fault` says why. The request likewise. */
    void (*refuse)(void *context, struct wm_request *request, const struct wm_fault *fault);
    void *context;
};

struct wm_intake_counters {
    uint64_t dropped;  /* messages that are not WMP1 and have no token to be answered by */
    uint64_t unheard;  /* answers whose asker was gone or did not read */
    size_t in_flight;  /* events taken and not answered now */
    size_t held_bytes; /* of these */
};

struct wm_intake;

/* NULL with a sentence in *ret_why (malloc'd, caller frees; NULL: out of memory). */
struct wm_intake *wm_intake_new(const struct wm_intake_options *options, char **ret_why);
void wm_intake_free(struct wm_intake **intake);
/* For zmq_poll. */
void *wm_intake_socket(struct wm_intake *intake);
/* False at a bound: do not read, so that ZeroMQ pushes back to the publishers. */
bool wm_intake_has_room(const struct wm_intake *intake);
/* Takes what waits, until a bound is reached, at most WM_READS_MAX messages. Several publishers
 * take turns: ROUTER reads one message of each in turn. */
void wm_intake_read(struct wm_intake *intake);
/* Answers and frees the request. */
void wm_intake_answer(struct wm_intake *intake, struct wm_request **request, enum wm_verb verb,
                      struct wm_span detail);
struct wm_intake_counters wm_intake_counters(const struct wm_intake *intake);

#endif
