/* fold.h - private to the core: the state of one step while it works. */
#ifndef WM_CORE_FOLD_H
#define WM_CORE_FOLD_H

#include "daemon/core/step.h"

/* A message to be rendered when the step knows its officer: what was at hand when it was asked for.
 */
struct wm_pending {
    const struct wm_send *send;
    struct wm_span item; /* id; the item is looked up again */
    int32_t item_kind;
    const struct wm_value *each;
    const struct wm_event *event;
    struct wm_span clock; /* name of the clock at hand, for alerts */
    size_t row;
    /* An alert of the engine's own: send is NULL. */
    const char *level;
    const char *to;
    struct wm_span text;
};

struct wm_effect_entry {
    size_t row;
    struct wm_effect effect;
};

struct wm_effects {
    struct wm_effect_entry *items;
    size_t count;
    size_t room;
};

struct wm_rows {
    struct wm_row *items;
    size_t count;
    size_t room;
};

struct wm_pendings {
    struct wm_pending *items;
    size_t count;
    size_t room;
};

struct wm_violations {
    struct wm_violation *items;
    size_t count;
    size_t room;
};

/* A rung that history says has fired, while the past is folded anew. */
struct wm_fired {
    struct wm_span row_id;
    struct wm_span clock;
    int64_t due_us;
    int64_t rung;
    bool seen; /* the new fold has it as well */
};

/* Invariants: row indexes rows while loud; item is NULL or an item of the case. */
struct wm_fold {
    const struct wm_world *world;
    const struct wm_workflow *workflow;
    struct wm_arena *arena;
    struct wm_case *c;
    const struct wm_event *event; /* NULL in a wake-up */
    int64_t now_us;               /* when we heard */
    int64_t at_us;                /* the moment being folded */
    bool silent;                  /* folding what was told before: no effects but corrections */
    bool too_much;                /* a named bound was reached */
    bool mute;                    /* a higher rung speaks for this one: no messages */
    /* At hand, for operands: */
    const struct wm_item *item;
    const struct wm_value *each;
    const struct wm_clock *clock;
    int32_t cascade; /* depth of clocks setting off clocks */
    /* What follows: */
    struct wm_rows rows;
    size_t row; /* effects belong to this row */
    struct wm_effects effects;
    struct wm_pendings pendings;
    struct wm_violations violations;
    const struct wm_action *assign; /* asked for by an action of this step */
    struct wm_value inputs;         /* what was taken from the world, to be recorded */
    /* While folding anew: */
    struct wm_fired *fired;
    size_t fired_count;
    bool corrected;     /* a clock came out otherwise */
    size_t primary_row; /* the event's own row */
};

/* operand.c */
struct wm_value wm_operand_value(struct wm_fold *fold, const struct wm_operand *operand);
struct wm_value wm_expr_value(struct wm_fold *fold, const struct wm_expr *expr);
/* The value as an item id or such: a string, or a number in digits; else absent. */
struct wm_span wm_expr_text(struct wm_fold *fold, const struct wm_expr *expr);
/* condition.c; NULL holds. */
bool wm_condition_holds(struct wm_fold *fold, const struct wm_condition *condition);

/* output.c: rows and effects; no effect is kept while silent. */
void wm_fold_row(struct wm_fold *fold, bool primary, struct wm_span type, struct wm_span id,
                 struct wm_value data);
struct wm_effect *wm_fold_effect(struct wm_fold *fold, enum wm_effect_kind kind);
void wm_fold_clock_effect(struct wm_fold *fold, const struct wm_clock *clock, const char *what);
void wm_fold_note(struct wm_fold *fold, const char *format, ...) WM_FORMAT(2, 3);
/* Remembers something taken from the world, under a name. */
void wm_fold_input(struct wm_fold *fold, const char *name, struct wm_value value);

/* clock.c: one run. */
const struct wm_calendar *wm_fold_calendar(const struct wm_fold *fold,
                                           const struct wm_clock *clock);
void wm_clock_start(struct wm_fold *fold, int32_t def, const struct wm_item *item, int32_t day0,
                    int64_t at_us);
void wm_clock_stop(struct wm_fold *fold, struct wm_clock *clock, enum wm_clock_status status);
void wm_clock_pause(struct wm_fold *fold, struct wm_clock *clock);
void wm_clock_resume(struct wm_fold *fold, struct wm_clock *clock);
void wm_clock_extend(struct wm_fold *fold, struct wm_clock *clock, int32_t days);
void wm_clock_retarget(struct wm_fold *fold, struct wm_clock *clock);
bool wm_clock_live(const struct wm_clock *clock); /* running or paused */
const struct wm_clock_def *wm_clock_def(const struct wm_fold *fold, const struct wm_clock *clock);

/* judge.c: what an event does to clocks and items. */
void wm_judge_items(struct wm_fold *fold);
void wm_judge_clocks(struct wm_fold *fold);
void wm_judge_item_moment(struct wm_fold *fold, const struct wm_item *item, enum wm_moment moment);
void wm_judge_clock_moment(struct wm_fold *fold, const struct wm_clock *clock,
                           enum wm_moment moment);
/* Meets a live run now: what the policy does then, what it sets off, the next run. */
void wm_judge_meet(struct wm_fold *fold, struct wm_clock *clock);
/* tally.c */
void wm_judge_tallies(struct wm_fold *fold);
/* Opens (or updates) an item, or moves a known one. */
void wm_item_open(struct wm_fold *fold, int32_t kind, struct wm_span id, int32_t status,
                  const struct wm_field_rule *fields, size_t field_count);
void wm_item_move(struct wm_fold *fold, int32_t kind, struct wm_span id, int32_t status,
                  const struct wm_field_rule *fields, size_t field_count);

/* timeline.c: what falls due. */
void wm_timeline_advance(struct wm_fold *fold, int64_t to_us);
/* Fires the breach of a run that stops late before its rung had come. */
void wm_timeline_breach(struct wm_fold *fold, struct wm_clock *clock);
int64_t wm_timeline_next(struct wm_fold *fold);

/* action.c */
void wm_actions_run(struct wm_fold *fold, const struct wm_action *actions, size_t count);

/* message.c */
void wm_message_ask(struct wm_fold *fold, const struct wm_send *send);
/* An alert of the engine's own. */
void wm_message_alert(struct wm_fold *fold, const char *level, const char *to, struct wm_span text);
void wm_messages_render(struct wm_fold *fold);
void wm_messages_judge(struct wm_fold *fold);

/* desk.c: who has the case. */
void wm_desk_judge(struct wm_fold *fold);
/* A person's hand on it (`case.assigned`): false with a sentence when it may not be. */
bool wm_desk_assign(struct wm_fold *fold, struct wm_span *ret_why_not);
/* want.c */
bool wm_desk_in_conflict(struct wm_fold *fold, struct wm_span who);
bool wm_desk_is_manager(const struct wm_fold *fold, struct wm_span who);
struct wm_want wm_desk_want(struct wm_fold *fold, const struct wm_action *action);
struct wm_value wm_desk_person(struct wm_fold *fold, struct wm_span path, enum wm_aspect aspect);

/* transition.c */
/* The transition that takes the event in the case's state: index as in wm_past, and the transition;
 * NULL: none. */
const struct wm_transition *wm_transition_find(struct wm_fold *fold, int32_t *ret_index);
const struct wm_transition *wm_transition_at(const struct wm_fold *fold, int32_t state,
                                             int32_t index);
void wm_transition_take(struct wm_fold *fold, const struct wm_transition *transition);
/* The transition, if any, that a moment of a clock (waymark.clock.met …) sets off; its row stands
 * already. */
void wm_transition_follow(struct wm_fold *fold, struct wm_span type, struct wm_value data);
/* An event of our own (waymark.case.reassigned …): a row, the clocks, a transition. */
void wm_transition_internal(struct wm_fold *fold, const char *type, struct wm_value data);

/* True for record.withdrawn and record.corrected: records about another event, no facts themselves.
 */
bool wm_refold_is_correction(const struct wm_event *event);
/* refold.c: folds the whole past anew with `fold->event` in its place; what was decided (state,
 * officer) stays. */
void wm_refold(struct wm_fold *fold, const struct wm_case *before, struct wm_step_result *result);

/* opening.c */
/* Fills a new case from the opening event at hand; its actions are run after the clocks are judged.
 */
void wm_opening_fill(struct wm_fold *fold, const struct wm_opening *opening);
void wm_opening_run(struct wm_fold *fold, const struct wm_opening *opening);
/* `case.amended`: NULL, or why it may not be (a sentence; the attribute in *ret_field). */
const char *wm_amend_check(struct wm_fold *fold, struct wm_span *ret_field);
void wm_amend_apply(struct wm_fold *fold);
/* Aliases that the event gives the case. */
void wm_alias_add(struct wm_fold *fold);
/* The cross-case index: what the case gained and lost. */
void wm_keys_tell(struct wm_fold *fold, const struct wm_case *before);

/* step.c: the event at hand in its place; false when it was rejected. */
bool wm_step_event(struct wm_fold *fold, struct wm_step_result *result);

#endif
