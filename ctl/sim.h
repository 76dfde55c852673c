/* sim.h - events folded in memory, in virtual time: no daemon, no store (simulate, publish
 * --check).
 *
 * The rules are the core's, the order is the engine's: what falls due up to an event's time comes
 * first, then the event. Workers are not played: messages are sent and nobody answers. */
#ifndef WM_CTL_SIM_H
#define WM_CTL_SIM_H

#include "daemon/codec/schema.h"
#include "daemon/core/step.h"

struct wm_sim;

/* All borrowed for the simulation's life. */
struct wm_sim_options {
    const struct wm_workflow *const *workflows;
    size_t workflow_count;
    const struct wm_calendars *calendars;
    const struct wm_people *people; /* as they are at the beginning */
    const struct wm_schemas *schemas;
    struct wm_span organisation;
};

/* One step that changed a case. Borrowed for the call. */
struct wm_sim_step {
    struct wm_span ref;
    const struct wm_cloudevent *event; /* NULL: a wake-up */
    const struct wm_step_result *result;
    struct wm_span before; /* state before; absent: the case was opened */
    int64_t first_seq;     /* of its rows */
    int64_t now_us;
};

typedef void wm_sim_fn(void *context, const struct wm_sim_step *step);

enum wm_sim_verdict {
    WM_SIM_OK = 1,
    WM_SIM_REJECT,
    WM_SIM_UNKNOWN /* its case or officer is not among these events: only its form was checked */
};

struct wm_sim_answer {
    enum wm_sim_verdict verdict;
    struct wm_span detail; /* as on the wire; valid until the next event */
};

/* NULL when out of memory. `fn` may be NULL. */
struct wm_sim *wm_sim_new(const struct wm_sim_options *options, wm_sim_fn *fn, void *context);
void wm_sim_free(struct wm_sim **sim);
/* Lets time pass to the event's, then folds it. `bytes` are the event's. WM_NOMEM, WM_CORRUPT: the
 * simulation can't go on; wm_sim_why says why. */
WM_MUSTCHECK enum wm_status wm_sim_event(struct wm_sim *sim, const struct wm_cloudevent *event,
                                         struct wm_span bytes, struct wm_sim_answer *ret_answer);
/* Lets time pass: does all that falls due up to then, in order. */
WM_MUSTCHECK enum wm_status wm_sim_run(struct wm_sim *sim, int64_t until_us);

/* The sentence of the last failure; never NULL. */
const char *wm_sim_why(const struct wm_sim *sim);
int64_t wm_sim_now(const struct wm_sim *sim);
/* Cases in the order of their opening. */
size_t wm_sim_count(const struct wm_sim *sim);
struct wm_span wm_sim_ref(const struct wm_sim *sim, size_t index);
/* What `case show --json` would say of it now; absent when out of memory. */
struct wm_span wm_sim_show(const struct wm_sim *sim, size_t index, struct wm_arena *arena);

#endif
