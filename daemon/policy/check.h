/* check.h - private to the policy folder: the ways through a workflow, and what runs on them. */
#ifndef WM_POLICY_CHECK_H
#define WM_POLICY_CHECK_H

#include "daemon/policy/parts.h"

/* One way into a state: an opening, or a transition that changes the state. */
struct wm_way {
    int32_t from; /* state, or -1: the case opens */
    int32_t to;
    struct wm_span event;
    enum wm_moment moment;                  /* MET, CANCELLED, DUE where the event is a clock's */
    int32_t clock;                          /* whose, where `when` says so; else -1 */
    const struct wm_transition *transition; /* NULL: the case opens */
    const struct wm_opening *opening;       /* NULL: a transition */
};

struct wm_ways {
    struct wm_way *items;
    size_t count;
    size_t room;
    bool *reached; /* a state: some way from an opening leads to it */
};

/* All ways of the workflow, in the arena. */
void wm_ways_find(struct wm_build *build, struct wm_ways *ret_ways);
/* True if a state's own transitions take every such event. */
bool wm_state_takes_all(const struct wm_state *state, struct wm_span event);

/* Finds states that a case could lie in unseen, and clocks that outlive their case. */
void wm_check_running(struct wm_build *build, const struct wm_ways *ways);

#endif
