/* control.h - where waymarkctl comes: ROUTER, CALL (wire.md "Control"). */
#ifndef WM_BUS_CONTROL_H
#define WM_BUS_CONTROL_H

#include "daemon/bus/request.h"

enum { WM_CALLS_MAX = 64 }; /* calls taken and not answered at most */

struct wm_control_options {
    const char *endpoint;
    /* A call; `request` is the hook's from now on and ends in wm_control_end. The JSON is borrowed
     * for the call and not judged yet. */
    void (*call)(void *context, struct wm_request *request, struct wm_span json);
    void *context;
};

struct wm_control;

/* NULL with a sentence in *ret_why (malloc'd, caller frees; NULL: out of memory). */
struct wm_control *wm_control_new(const struct wm_control_options *options, char **ret_why);
void wm_control_free(struct wm_control **control);
/* For zmq_poll. */
void *wm_control_socket(struct wm_control *control);
/* False when WM_CALLS_MAX calls wait for their answers: do not read. */
bool wm_control_has_room(const struct wm_control *control);
void wm_control_read(struct wm_control *control);
/* One piece of a long answer. WM_AGAIN: the asker does not keep up, send it again later;
 * WM_NOTFOUND: the asker is gone. */
WM_MUSTCHECK enum wm_status wm_control_more(struct wm_control *control,
                                            const struct wm_request *request, struct wm_span json);
/* The last piece: WM_VERB_RESULT or WM_VERB_ERROR. Frees the request, heard or not, except on
 * WM_AGAIN. */
WM_MUSTCHECK enum wm_status wm_control_end(struct wm_control *control, struct wm_request **request,
                                           enum wm_verb verb, struct wm_span json);
/* Ends a call without a word: its asker is given up. Frees the request. */
void wm_control_drop(struct wm_control *control, struct wm_request **request);

#endif
