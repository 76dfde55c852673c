/* step.h - the heart: folds one event into one case and says what must follow (architecture.md "The
 * one idea").
 *
 * Order inside a step: the rungs due up to the event's time; the clocks and items; the transition;
 * the case's officer; the case's conditional messages; the next moment that wants attention. */
#ifndef WM_CORE_STEP_H
#define WM_CORE_STEP_H

#include "daemon/core/case.h"

enum {
    WM_ROWS_MAX = 128,
    WM_EFFECTS_MAX = 512
}; /* of one step: more is refused as too much at once */

/* What the step may look at besides the case. All borrowed, none changed. */
struct wm_world {
    const struct wm_workflow
        *workflow; /* of the case; for an opening: the one that the type opens */
    const struct wm_calendars *calendars;
    /* NULL: replaying; then `inputs` of the event's row say what was decided. */
    const struct wm_people *people;
    /* An officer who has another open case of this customer; absent: nobody. */
    struct wm_span same_customer;
    struct wm_span organisation; /* "ovh": sources of our own are /waymark/ovh */
    /* Recorded inputs to follow instead of `people` (an object as wm_step_result.inputs); kind 0:
     * none. */
    struct wm_value inputs;
    /* History, for events out of order; NULL: not loaded. */
    const struct wm_past *past;
    size_t past_count;
};

enum wm_outcome {
    WM_OUTCOME_APPLIED = 1,
    WM_OUTCOME_RECORDED,
    WM_OUTCOME_CORRECTED,
    WM_OUTCOME_REJECTED
};

/* A row of history that the step writes. */
struct wm_row {
    bool primary;        /* the event's own */
    struct wm_span type; /* primary: the event's; else waymark.clock.breached and such */
    struct wm_span id;   /* not primary: stable, derived from the cause */
    int64_t occurred_us;
    struct wm_value data; /* not primary: an object, no personal data */
    int32_t from;         /* states before and after */
    int32_t to;
    struct wm_span officer; /* after */
    size_t effect_from;     /* its effects are effects[effect_from .. effect_to) */
    size_t effect_to;
};

enum wm_effect_kind {
    WM_EFFECT_SEND = 1, /* a message to a topic */
    WM_EFFECT_WITHDRAW, /* a conditional message is no longer wanted: id */
    WM_EFFECT_RETRACT,  /* messages whose cause is the row `id` would not have been sent: nobody
                           acted, drop them */
    WM_EFFECT_CLOCK,    /* a clock started, stopped or moved, for the history: name, text */
    WM_EFFECT_ASSIGNED, /* the officer changed: to `officer` (absent: nobody) from `previous` */
    WM_EFFECT_KEY,      /* the cross-case index gains kind `name`, value `text` */
    WM_EFFECT_UNKEY,
    WM_EFFECT_NOTE /* a sentence for the history: text */
};

struct wm_effect {
    enum wm_effect_kind kind;
    struct wm_span id;   /* SEND, WITHDRAW: message id; RETRACT: row id */
    struct wm_span name; /* SEND, WITHDRAW: topic; CLOCK: clock; KEY: kind */
    struct wm_span
        type; /* SEND: event type; WITHDRAW: type of the follow-up; CLOCK: "started" "met"
                 "breached" "cancelled" "paused" "resumed" "extended" "retargeted" "corrected" */
    struct wm_span cause; /* SEND: id of the row that made it */
    struct wm_span text;  /* words: CLOCK, NOTE, ASSIGNED (why), KEY (value), WITHDRAW (why) */
    struct wm_span officer;
    struct wm_span previous;
    struct wm_value
        data; /* SEND: the message's data; ASSIGNED: the candidates; CLOCK: due, due_day */
    int64_t not_before_us; /* SEND; 0: at once */
    bool conditional;      /* SEND: the case watches it */
};

struct wm_violation {
    struct wm_span rule;
    struct wm_span text;
};

struct wm_step_result {
    enum wm_outcome outcome;
    struct wm_case *after; /* NULL when rejected */
    /* REJECTED: a code of wire.md, a sentence, the field or rule; `accepts`: event types the state
     * takes. */
    const char *code;
    struct wm_span message;
    struct wm_span field;
    const struct wm_span *accepts;
    size_t accepts_count;
    const struct wm_row *rows; /* in order; exactly one primary for an event, none for a wake-up */
    size_t row_count;
    const struct wm_effect *effects;
    size_t effect_count;
    const struct wm_violation *violations; /* a fact that breaks a rule happened all the same */
    size_t violation_count;
    struct wm_value
        inputs; /* what was taken from the world: {"officer", "why", …}; kind 0: nothing */
    int32_t transition; /* as in wm_past */
    bool needs_past;    /* nothing was done: call again with the history */
};

/* Folds an event. `before` is NULL for an opening event of a new reference. WM_OK: *ret_result is
 * filled (outcome may be REJECTED, or needs_past set); WM_NOMEM: the arena's limit, nothing to rely
 * on; WM_FULL: a named bound of the case or the step. `before` is never changed. Same inputs, same
 * result. */
WM_MUSTCHECK enum wm_status wm_step(const struct wm_world *world, const struct wm_case *before,
                                    const struct wm_event *event, struct wm_arena *arena,
                                    struct wm_step_result *ret_result);
/* A wake-up: does all that fell due up to now, in due order, judges the officer anew, tries to
 * assign. `now` is when; everything else as wm_step. Rows only if something happened. */
WM_MUSTCHECK enum wm_status wm_wake(const struct wm_world *world, const struct wm_case *before,
                                    int64_t now_us, struct wm_arena *arena,
                                    struct wm_step_result *ret_result);

/* What the case counts in its officer's load (the workflow's `weight`). */
int32_t wm_case_load(const struct wm_world *world, const struct wm_case *a_case, int64_t now_us,
                     struct wm_arena *arena);

#endif
