/* judge.h - the checks of an event that are the bus's, in the order of wire.md. */
#ifndef WM_DAEMON_JUDGE_H
#define WM_DAEMON_JUDGE_H

#include "daemon/engine/job.h"

struct wm_judge {
    const struct wm_schemas *schemas;
    struct wm_arena *scratch; /* reset by each call */
};

/* Makes a job of an event's bytes (which are copied): WM_JOB_EVENT for the engine to decide, with
 * the warnings of its schema. WM_EINVAL: *ret_fault says why not; *ret_job is then a WM_JOB_REFUSED
 * to be kept with its case, or NULL where the event could not even be read. WM_NOMEM: neither. The
 * caller owns the job. */
WM_MUSTCHECK enum wm_status wm_judge(const struct wm_judge *judge, struct wm_span bytes,
                                     int64_t real_us, struct wm_job **ret_job,
                                     struct wm_fault *ret_fault);
/* {"code","message","field"?} or, with after_ms > 0, {"code","message","retry_after_ms"}. malloc'd;
 * NULL when out of memory. */
char *wm_fault_json(const struct wm_fault *fault, int64_t after_ms);

#endif
