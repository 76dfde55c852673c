/* step.c - one event, one case: what it comes to, and what must follow. */
#include <assert.h>

#include "daemon/core/fold.h"

/* ---- refusing
 * ------------------------------------------------------------------------------------------ */

static bool
reject(struct wm_step_result *result, const char *code, struct wm_span field,
       struct wm_span message)
{
    result->outcome = WM_OUTCOME_REJECTED;
    result->code = code;
    result->field = field;
    result->message = message;
    return false;
}

/* The requests and facts that the state has a place for. */
static void
list_accepted(struct wm_fold *fold, struct wm_step_result *result)
{
    const struct wm_state *state = &fold->workflow->states[fold->c->state];
    const size_t room = state->on_count + fold->workflow->anywhere_count + 1;
    struct wm_span *types = WM_NEW_ARRAY(fold->arena, struct wm_span, room);
    size_t count = 0;
    for (size_t i = 0; !wm_arena_failed(fold->arena) && i + 1 < room; i++) {
        const struct wm_transition *transition =
            i < state->on_count ? &state->on[i] : &fold->workflow->anywhere[i - state->on_count];
        bool known = wm_span_starts(transition->event, "waymark.");
        for (size_t j = 0; j < count && !known; j++) {
            known = wm_span_equal(types[j], transition->event);
        }
        if (!known) {
            types[count++] = transition->event;
        }
    }
    result->accepts = types;
    result->accepts_count = count;
}

static bool
reject_not_now(struct wm_fold *fold, struct wm_step_result *result)
{
    const struct wm_state *state = &fold->workflow->states[fold->c->state];
    list_accepted(fold, result);
    return reject(result, "not-allowed-now", (struct wm_span){0},
                  wm_arena_printf(fold->arena, "%.*s is %.*s, where %.*s has no place.",
                                  WM_SPAN_ARG(fold->c->ref), WM_SPAN_ARG(state->name),
                                  WM_SPAN_ARG(fold->event->type)));
}

/* ---- rules
 * --------------------------------------------------------------------------------------------- */

/* A request that breaks a rule is refused, with the sentence of each rule; a fact has happened all
 * the same. */
static bool
judge_rules(struct wm_fold *fold, const struct wm_transition *transition,
            struct wm_step_result *result)
{
    struct wm_span message = {0};
    struct wm_span first = {0};
    for (size_t i = 0; i < transition->require_count; i++) {
        const struct wm_require *require = &transition->require[i];
        if (wm_condition_holds(fold, &require->condition)) {
            continue;
        }
        if (!fold->event->request) {
            struct wm_violation *violation = WM_PUSH(fold->arena, &fold->violations);
            *violation = (struct wm_violation){require->rule, require->text};
            wm_message_alert(fold, "violation", "manager",
                             wm_arena_printf(fold->arena, "%.*s: %.*s: %.*s",
                                             WM_SPAN_ARG(fold->c->ref), WM_SPAN_ARG(require->rule),
                                             WM_SPAN_ARG(require->text)));
            continue;
        }
        first = first.size == 0 ? require->rule : first;
        message = wm_arena_printf(fold->arena, "%.*s%s%.*s: %.*s", WM_SPAN_ARG(message),
                                  message.size > 0 ? " " : "", WM_SPAN_ARG(require->rule),
                                  WM_SPAN_ARG(require->text));
    }
    return first.size == 0 || reject(result, "guard", first, message);
}

/* ---- requests that every workflow takes
 * ---------------------------------------------------------------- */

static bool
corrects_something(const struct wm_fold *fold)
{
    const struct wm_value *data = &fold->event->data;
    const struct wm_span source = wm_value_text(wm_value_get(data, wm_span("event_source")));
    const struct wm_span id = wm_value_text(wm_value_get(data, wm_span("event_id")));
    for (size_t i = 0; i < fold->world->past_count; i++) {
        const struct wm_past *past = &fold->world->past[i];
        if (past->primary && wm_span_equal(past->event.source, source) &&
            wm_span_equal(past->event.id, id)) {
            return true;
        }
    }
    return false;
}

static bool
corrects_to_future(const struct wm_fold *fold)
{
    int64_t us = 0;
    const struct wm_span time = wm_value_text(wm_value_get(&fold->event->data, wm_span("time")));
    return wm_time_parse(time, &us) == WM_OK && us > fold->now_us;
}

/* Requests about the case itself, which need no place in a workflow. *ret_taken: it was one. */
static bool
take_generic(struct wm_fold *fold, struct wm_step_result *result, bool *ret_taken)
{
    struct wm_span why = {0};
    struct wm_span field = {0};
    *ret_taken = true;
    if (wm_refold_is_correction(fold->event)) {
        if (corrects_to_future(fold)) {
            return reject(result, "future-time", wm_span("data.time"),
                          wm_span("A record can't be corrected to a time that has not come yet."));
        }
        return corrects_something(fold) ||
               reject(result, "schema", wm_span("data.event_id"),
                      wm_span("The history of this case has no event with that source and id."));
    }
    if (wm_span_is(fold->event->type, "case.amended")) {
        const char *problem = wm_amend_check(fold, &field);
        if (problem != NULL) {
            return reject(result, "schema", field, wm_span(problem));
        }
        wm_amend_apply(fold);
        return true;
    }
    if (wm_span_is(fold->event->type, "case.assigned")) {
        return wm_desk_assign(fold, &why) || reject(result, "guard", wm_span("CON-1"), why);
    }
    *ret_taken = wm_span_is(fold->event->type, "case.alias_added");
    wm_alias_add(fold);
    return true;
}

/* ---- the event at hand
 * --------------------------------------------------------------------------------- */

static bool
take_transition(struct wm_fold *fold, struct wm_step_result *result)
{
    bool generic = false;
    if (!take_generic(fold, result, &generic)) {
        return false;
    }
    const struct wm_transition *transition = wm_transition_find(fold, &result->transition);
    if (transition == NULL) {
        result->outcome = generic ? WM_OUTCOME_APPLIED : WM_OUTCOME_RECORDED;
        return generic || !fold->event->request || reject_not_now(fold, result);
    }
    if (!judge_rules(fold, transition, result)) {
        return false;
    }
    result->outcome = WM_OUTCOME_APPLIED;
    wm_transition_take(fold, transition);
    return true;
}

bool
wm_step_event(struct wm_fold *fold, struct wm_step_result *result)
{
    assert(!fold->silent);
    assert(fold->event != NULL);
    wm_fold_row(fold, true, fold->event->type, fold->event->id, fold->event->data);
    fold->primary_row = fold->row;
    const struct wm_opening *opening = NULL;
    if (fold->c->seq == 0) {
        opening = wm_workflow_opening(fold->workflow, fold->event->type);
        wm_opening_fill(fold, opening);
    }
    wm_judge_tallies(fold);
    wm_judge_items(fold);
    wm_judge_clocks(fold);
    if (opening == NULL) {
        return take_transition(fold, result);
    }
    result->outcome = WM_OUTCOME_APPLIED;
    result->transition = WM_OPENING;
    fold->rows.items[fold->row].from = fold->c->state;
    fold->rows.items[fold->row].to = fold->c->state;
    wm_opening_run(fold, opening);
    return true;
}

/* ---- putting the result together
 * ----------------------------------------------------------------------- */

/* Effects in the order of their rows, so that each row has a run of them. */
static void
group_effects(struct wm_fold *fold, struct wm_step_result *result)
{
    struct wm_effect *sorted = WM_NEW_ARRAY(fold->arena, struct wm_effect, fold->effects.count + 1);
    size_t count = 0;
    for (size_t row = 0; !wm_arena_failed(fold->arena) && row < fold->rows.count; row++) {
        fold->rows.items[row].effect_from = count;
        fold->rows.items[row].officer = fold->c->officer;
        for (size_t i = 0; i < fold->effects.count; i++) {
            if (fold->effects.items[i].row == row) {
                sorted[count++] = fold->effects.items[i].effect;
            }
        }
        fold->rows.items[row].effect_to = count;
    }
    result->effects = sorted;
    result->effect_count = count;
}

static enum wm_status
finish(struct wm_fold *fold, const struct wm_case *before, struct wm_step_result *result)
{
    wm_desk_judge(fold);
    wm_messages_judge(fold);
    wm_messages_render(fold);
    if (fold->rows.count > 0) {
        fold->row = fold->event != NULL ? fold->primary_row : 0;
        wm_keys_tell(fold, before);
    }
    if (fold->too_much) {
        return WM_FULL;
    }
    fold->c->wake_us = wm_timeline_next(fold);
    if (fold->c->check_us < fold->c->wake_us) {
        fold->c->wake_us = fold->c->check_us;
    }
    fold->c->seq += (int64_t)fold->rows.count;
    group_effects(fold, result);
    if (wm_arena_failed(fold->arena)) {
        return WM_NOMEM;
    }
    wm_case_check(fold->c);
    result->after = fold->c;
    result->rows = fold->rows.items;
    result->row_count = fold->rows.count;
    result->violations = fold->violations.items;
    result->violation_count = fold->violations.count;
    result->inputs = fold->inputs;
    return WM_OK;
}

/* Refusals that need nothing folded. */
static bool
may_begin(struct wm_fold *fold, const struct wm_case *before, struct wm_step_result *result)
{
    const struct wm_opening *opening = wm_workflow_opening(fold->workflow, fold->event->type);
    if (before == NULL) {
        assert(opening != NULL); /* the engine steps a new reference for an opening event alone */
        return true;
    }
    const struct wm_state *state = &fold->workflow->states[before->state];
    if (opening != NULL && !opening->again) {
        return reject(result, "ref-in-use", wm_span("subject"),
                      wm_arena_printf(fold->arena, "There is a case %.*s already.",
                                      WM_SPAN_ARG(before->ref)));
    }
    if (state->final) {
        return reject(result, "case-closed", wm_span("subject"),
                      wm_arena_printf(fold->arena, "%.*s is %.*s: it takes no more events.",
                                      WM_SPAN_ARG(before->ref), WM_SPAN_ARG(state->name)));
    }
    return true;
}

/* Folds the event in place, at the end of what is known. */
static bool
fold_in_place(struct wm_fold *fold, struct wm_step_result *result)
{
    wm_timeline_advance(fold, fold->event->occurred_us);
    fold->at_us = fold->event->occurred_us;
    fold->c->folded_us = fold->at_us;
    return wm_step_event(fold, result);
}

static bool
fold_event(struct wm_fold *fold, const struct wm_case *before, struct wm_step_result *result)
{
    const bool late = before != NULL && (fold->event->occurred_us < before->folded_us ||
                                         wm_refold_is_correction(fold->event));
    if (!late) {
        return fold_in_place(fold, result);
    }
    if (fold->world->past == NULL) {
        result->needs_past = true;
        return false;
    }
    wm_refold(fold, before, result);
    if (result->outcome == WM_OUTCOME_REJECTED) {
        return false;
    }
    if (fold->corrected || wm_refold_is_correction(fold->event)) {
        result->outcome = WM_OUTCOME_CORRECTED;
    }
    return true;
}

enum wm_status
wm_step(const struct wm_world *world, const struct wm_case *before, const struct wm_event *event,
        struct wm_arena *arena, struct wm_step_result *ret_result)
{
    assert(world != NULL && event != NULL && ret_result != NULL);
    assert(before == NULL || before->workflow == world->workflow);
    struct wm_event placed = *event;
    struct wm_step_result result = {.transition = WM_NO_TRANSITION};
    struct wm_fold fold = {.world = world, .workflow = world->workflow, .arena = arena};
    fold.event = &placed;
    fold.now_us = event->recorded_us;
    fold.at_us = event->occurred_us;
    if (before != NULL && placed.occurred_us < before->opened_us &&
        !wm_refold_is_correction(event)) {
        placed.occurred_us = before->opened_us;
    }
    bool done = may_begin(&fold, before, &result);
    if (done && before == NULL) {
        fold.c = wm_case_new(arena, world->workflow, event->subject);
        fold.c->opened_us = event->occurred_us;
    } else if (done) {
        fold.c = wm_case_copy(arena, before);
    }
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    done = done && fold_event(&fold, before, &result);
    const enum wm_status status = done ? finish(&fold, before, &result) : WM_OK;
    if (status == WM_OK && wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    if (status == WM_OK) {
        *ret_result = result;
    }
    return status;
}

enum wm_status
wm_wake(const struct wm_world *world, const struct wm_case *before, int64_t now_us,
        struct wm_arena *arena, struct wm_step_result *ret_result)
{
    assert(world != NULL && before != NULL && ret_result != NULL);
    assert(before->workflow == world->workflow);
    struct wm_step_result result = {.outcome = WM_OUTCOME_APPLIED, .transition = WM_NO_TRANSITION};
    struct wm_fold fold = {.world = world, .workflow = world->workflow, .arena = arena};
    fold.now_us = now_us;
    fold.at_us = now_us;
    fold.c = wm_case_copy(arena, before);
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    wm_timeline_advance(&fold, now_us);
    fold.at_us = now_us;
    const enum wm_status status = finish(&fold, before, &result);
    if (status == WM_OK) {
        *ret_result = result;
    }
    return status;
}
