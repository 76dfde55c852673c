/* caller.h - asks a running waymarkd over its control socket: CALL, and MORE, RESULT or ERROR back.
 */
#ifndef WM_CTL_CALLER_H
#define WM_CTL_CALLER_H

#include <jansson.h>

#include "ctl/command.h"

struct wm_caller;

/* Connects to the endpoint of --control, of WAYMARK_CONTROL or of the default config. NULL: there
 * is none to try, which is said on standard error. Whether anybody is there shows with the first
 * call.
 */
struct wm_caller *wm_caller_new(const struct wm_ctl *ctl);
void wm_caller_free(struct wm_caller **caller);

/* Told each object of a long answer; the bytes are borrowed for the call. */
typedef void wm_caller_fn(void *context, struct wm_span json);

struct wm_call {
    json_t *request;  /* {"op": …}; taken over */
    wm_caller_fn *fn; /* NULL: objects are passed over */
    void *context;
    bool is_long; /* may take as long as the daemon lives; else 5 s without a sign is too much */
};

/* Asks and waits. WM_EXIT_DONE: *ret_result is the closing document (a new reference, the
 * caller's). Else what went wrong has been said on standard error: WM_EXIT_REFUSED by the daemon's
 * own sentence, WM_EXIT_NO_DAEMON when nobody answers. */
WM_MUSTCHECK enum wm_exit wm_caller_call(struct wm_caller *caller, const struct wm_call *call,
                                         json_t **ret_result);

#endif
