/* sim_parts.h - private to the simulation: its state, and what its files ask of each other. */
#ifndef WM_CTL_SIM_PARTS_H
#define WM_CTL_SIM_PARTS_H

#include <czmq.h>

#include "ctl/sim.h"
#include "daemon/codec/snapshot.h"

enum { WM_SIM_WHY = 240 };

/* A row of history, kept as bytes: folding anew is rare. */
struct wm_sim_row {
    int64_t group; /* seq of the first row of its step */
    bool primary;
    int32_t transition;
    struct wm_span from; /* states */
    struct wm_span to;
    struct wm_span officer;
    struct wm_span inputs; /* JSON; absent: none */
    struct wm_span body;
    int64_t occurred_us;
    int64_t recorded_us;
};

struct wm_sim_rows {
    struct wm_sim_row *items;
    size_t count;
    size_t room;
};

/* A case between two steps: a snapshot, as in a store, so that nothing of a step outlives it. */
struct wm_sim_case {
    struct wm_span ref;
    const struct wm_workflow *workflow;
    char *snapshot; /* malloc'd */
    size_t snapshot_size;
    struct wm_sim_rows rows; /* row i has seq i + 1 */
    int64_t wake_us;
    size_t heap_index;
    struct wm_span customer; /* absent: none */
    struct wm_span officer;  /* absent: nobody */
    int32_t weight;
    bool is_open;
    bool is_final;
};

struct wm_sim_entry {
    struct wm_sim_case *of;
};

struct wm_sim_cases {
    struct wm_sim_entry *items;
    size_t count;
    size_t room;
};

struct wm_sim {
    struct wm_sim_options options;
    wm_sim_fn *fn;
    void *context;
    struct wm_arena *kept;  /* what lasts: cases, history, officers */
    struct wm_arena *brief; /* one step; reset before the next */
    struct wm_people people;
    size_t officer_room;
    int64_t now_us;
    struct wm_sim_cases cases; /* in the order of opening */
    struct wm_sim_entry *heap; /* by wake_us, then reference; as many as cases */
    size_t heap_room;
    zhashx_t *by_ref;   /* reference -> case */
    zhashx_t *by_alias; /* alias -> case */
    zhashx_t *seen;     /* "source\nid" -> digest and answer */
    char why[WM_SIM_WHY];
};

/* sim.c */
struct wm_sim_case *wm_sim_find(const struct wm_sim *sim, struct wm_span ref_or_alias);
/* A new case; NULL when out of memory. */
struct wm_sim_case *wm_sim_add(struct wm_sim *sim, struct wm_span ref,
                               const struct wm_workflow *workflow);
/* Sets when the case wants attention. */
void wm_sim_wake_at(struct wm_sim *sim, struct wm_sim_case *of, int64_t wake_us);
enum wm_status wm_sim_fail(struct wm_sim *sim, enum wm_status status, const char *format, ...)
    WM_FORMAT(3, 4);

/* sim_step.c: steps a case by an event (NULL: a wake-up) and keeps what came of it, unless it is
 * rejected. `body` are the event's bytes. *ret_result lives in sim->brief, but may borrow from what
 * is gone: read its outcome, code, message, field, accepts, violations alone. WM_FULL: a named
 * bound of the case or the step; nothing was done. */
WM_MUSTCHECK enum wm_status wm_sim_step(struct wm_sim *sim, struct wm_sim_case *of,
                                        const struct wm_cloudevent *event, struct wm_span body,
                                        struct wm_step_result *ret_result);
/* The case as the core sees it, in the arena. */
WM_MUSTCHECK enum wm_status wm_sim_decode(const struct wm_sim *sim, const struct wm_sim_case *of,
                                          struct wm_arena *arena, struct wm_case **ret_case);

/* sim_people.c */
WM_MUSTCHECK bool wm_sim_people_init(struct wm_sim *sim);
void wm_sim_people_deinit(struct wm_sim *sim);
/* An officer.* event. WM_NOTFOUND: nobody of that id; WM_EINVAL with a sentence. */
WM_MUSTCHECK enum wm_status wm_sim_people_event(struct wm_sim *sim, const struct wm_event *event,
                                                struct wm_span *ret_why);
/* Keeps the counters when a case has changed hands, weight or openness. */
void wm_sim_people_count(struct wm_sim *sim, struct wm_sim_case *of, const struct wm_case *now);
void wm_sim_people_assigned(struct wm_sim *sim, struct wm_span officer);
/* Who has another open case of the customer; absent: nobody. */
struct wm_span wm_sim_same_customer(const struct wm_sim *sim, const struct wm_sim_case *of,
                                    struct wm_span customer);

#endif
