/* transition.c - which transition takes an event, and taking it. */
#include <assert.h>

#include "daemon/core/fold.h"

static const struct wm_transition *
find_in(struct wm_fold *fold, const struct wm_transition *transitions, size_t count,
        int32_t *ret_at)
{
    for (size_t i = 0; i < count; i++) {
        if (wm_span_equal(transitions[i].event, fold->event->type) &&
            wm_condition_holds(fold, transitions[i].when)) {
            *ret_at = (int32_t)i;
            return &transitions[i];
        }
    }
    return NULL;
}

const struct wm_transition *
wm_transition_find(struct wm_fold *fold, int32_t *ret_index)
{
    assert(fold->event != NULL);
    const struct wm_state *state = &fold->workflow->states[fold->c->state];
    int32_t at = 0;
    const struct wm_transition *found = find_in(fold, state->on, state->on_count, &at);
    *ret_index = found != NULL ? at : WM_NO_TRANSITION;
    if (found == NULL && !state->final) {
        found = find_in(fold, fold->workflow->anywhere, fold->workflow->anywhere_count, &at);
        *ret_index = found != NULL ? WM_ANYWHERE + at : WM_NO_TRANSITION;
    }
    return found;
}

const struct wm_transition *
wm_transition_at(const struct wm_fold *fold, int32_t state, int32_t index)
{
    const struct wm_workflow *workflow = fold->workflow;
    if (index >= WM_ANYWHERE && (size_t)(index - WM_ANYWHERE) < workflow->anywhere_count) {
        return &workflow->anywhere[index - WM_ANYWHERE];
    }
    if (index >= 0 && state >= 0 && (size_t)index < workflow->states[state].on_count) {
        return &workflow->states[state].on[index];
    }
    return NULL;
}

/* Clocks that end with the case are cancelled when it closes. */
static void
end_clocks(struct wm_fold *fold)
{
    for (size_t i = 0; i < fold->c->clocks.count; i++) {
        struct wm_clock *clock = &fold->c->clocks.items[i];
        if (wm_clock_live(clock) && wm_clock_def(fold, clock)->ends_with_case) {
            wm_clock_stop(fold, clock, WM_CLOCK_CANCELLED);
        }
    }
}

static void
enter(struct wm_fold *fold, int32_t to)
{
    assert(to >= 0 && (size_t)to < fold->workflow->state_count);
    const bool was_open = wm_case_is_open(fold->c);
    fold->c->state = to;
    if (!fold->silent && fold->rows.count > 0) {
        fold->rows.items[fold->row].to = to;
    }
    const bool is_open = wm_case_is_open(fold->c);
    if (was_open && !is_open) {
        fold->c->closed_us = fold->at_us;
    }
    if (!is_open && (was_open || fold->workflow->states[to].final)) {
        end_clocks(fold);
    }
    if (!was_open && is_open) {
        fold->c->closed_us = WM_NEVER;
    }
}

void
wm_transition_take(struct wm_fold *fold, const struct wm_transition *transition)
{
    assert(transition != NULL);
    const struct wm_state *from = &fold->workflow->states[fold->c->state];
    const bool moves = transition->to >= 0 && transition->to != fold->c->state;
    if (moves) {
        wm_actions_run(fold, from->on_exit, from->on_exit_count);
    }
    wm_actions_run(fold, transition->actions, transition->action_count);
    if (moves) {
        enter(fold, transition->to);
        const struct wm_state *to = &fold->workflow->states[transition->to];
        wm_actions_run(fold, to->on_entry, to->on_entry_count);
    }
}

/* An event of our own, which has no sender: its id is that of its row. In the arena: the messages
 * that it asks for are rendered when the step ends. */
static const struct wm_event *
own_event(const struct wm_fold *fold, struct wm_span type, struct wm_span id, struct wm_value data)
{
    struct wm_event *event = WM_NEW(fold->arena, struct wm_event);
    *event = (struct wm_event){.type = type, .id = id, .subject = fold->c->ref, .data = data};
    event->occurred_us = fold->at_us;
    event->recorded_us = fold->now_us;
    return event;
}

void
wm_transition_follow(struct wm_fold *fold, struct wm_span type, struct wm_value data)
{
    const struct wm_event *before = fold->event;
    fold->event = own_event(fold, type, (struct wm_span){0}, data);
    int32_t index = 0;
    const struct wm_transition *transition = wm_transition_find(fold, &index);
    if (transition != NULL) {
        wm_transition_take(fold, transition);
    }
    fold->event = before;
}

void
wm_transition_internal(struct wm_fold *fold, const char *type, struct wm_value data)
{
    assert(!fold->silent);
    const struct wm_event *before = fold->event;
    const size_t row = fold->row;
    const struct wm_span id = wm_arena_printf(
        fold->arena, "%.*s/%lld/%s", WM_SPAN_ARG(fold->c->ref), (long long)fold->c->seq + 1, type);
    fold->event = own_event(fold, wm_span(type), id, data);
    wm_fold_row(fold, false, wm_span(type), id, data);
    wm_judge_tallies(fold);
    wm_judge_items(fold);
    wm_judge_clocks(fold);
    wm_transition_follow(fold, wm_span(type), data);
    fold->event = before;
    fold->row = before != NULL ? row : fold->row;
}
