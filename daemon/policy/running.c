/* running.c - which clocks may run where: what no clock watches, and what outlives its case.
 *
 * A forward walk over all ways until nothing changes. It errs on the side of "may run": a case that
 * is watched only perhaps is a warning, one that is watched by nothing is an error. */
#include <assert.h>

#include "daemon/policy/check.h"

struct walk {
    struct wm_build *build;
    const struct wm_workflow *workflow;
    const struct wm_ways *ways;
    bool *may; /* [state][clock]: may run at some moment in the state */
};

/* The clocks of one state. */
static bool *
row(const struct walk *walk, int32_t state)
{
    assert(state >= 0);
    return walk->may + (size_t)state * walk->workflow->clock_count;
}

/* ---- what one event does ---- */

/* With or without condition. */
static bool
has_event(const struct wm_trigger *triggers, size_t count, struct wm_span event)
{
    for (size_t i = 0; i < count; i++) {
        if (triggers[i].moment == WM_MOMENT_EVENT && wm_span_equal(triggers[i].event, event)) {
            return true;
        }
    }
    return false;
}

/* True if what happens on the way is what the trigger names: the event, or the clock's moment. */
static bool
is_named(const struct wm_trigger *trigger, const struct wm_way *way)
{
    if (trigger->moment != way->moment) {
        return false;
    }
    return way->moment == WM_MOMENT_EVENT ? wm_span_equal(trigger->event, way->event)
                                          : trigger->clock == way->clock;
}

/* True if a trigger matches without condition, and for every item. */
static bool
surely(const struct wm_trigger *triggers, size_t count, const struct wm_way *way)
{
    for (size_t i = 0; i < count; i++) {
        if (triggers[i].when == NULL && triggers[i].key.part_count == 0 &&
            is_named(&triggers[i], way)) {
            return true;
        }
    }
    return false;
}

/* A clock that repeats is not ended by being met: that starts its next run. */
static bool
event_ends(const struct walk *walk, const struct wm_way *way, int32_t index)
{
    assert(walk->may != NULL);
    assert(index >= -1);
    const struct wm_clock_def *clock = &walk->workflow->clocks[index];
    const bool itself =
        way->moment != WM_MOMENT_EVENT && way->moment != WM_MOMENT_DUE && way->clock == index;
    return surely(clock->cancelled_by, clock->cancel_count, way) ||
           (!clock->repeat && (itself || surely(clock->met_by, clock->met_count, way)));
}

/* Only what is cancelled whatever the case is like counts as surely over. */
static bool
actions_cancel(const struct wm_action *actions, size_t count, int32_t clock)
{
    for (size_t i = 0; i < count; i++) {
        if (actions[i].kind == WM_ACTION_CANCEL && actions[i].index == clock &&
            actions[i].when == NULL && actions[i].key.part_count == 0) {
            return true;
        }
    }
    return false;
}

/* True if the clock is surely over behind this way. */
static bool
way_ends(const struct walk *walk, const struct wm_way *way, int32_t index)
{
    assert(walk->may != NULL);
    assert(index >= -1);
    const struct wm_clock_def *clock = &walk->workflow->clocks[index];
    const struct wm_state *to = &walk->workflow->states[way->to];
    if (event_ends(walk, way, index) || (clock->ends_with_case && (to->closed || to->final)) ||
        actions_cancel(to->on_entry, to->on_entry_count, index)) {
        return true;
    }
    if (way->transition == NULL) {
        return actions_cancel(way->opening->actions, way->opening->action_count, index);
    }
    const struct wm_state *from = &walk->workflow->states[way->from];
    return actions_cancel(way->transition->actions, way->transition->action_count, index) ||
           actions_cancel(from->on_exit, from->on_exit_count, index);
}

/* ---- what starts ---- */

/* By some transition, whatever its condition. */
static bool
is_taken(const struct wm_transition *transitions, size_t count, struct wm_span event)
{
    for (size_t i = 0; i < count; i++) {
        if (wm_span_equal(transitions[i].event, event)) {
            return true;
        }
    }
    return false;
}

/* True if every such event leads out of the state: what it starts, it starts elsewhere. */
static bool
leads_out(const struct wm_state *state, int32_t index, struct wm_span event)
{
    assert(index >= -1);
    for (size_t i = 0; i < state->on_count; i++) {
        const struct wm_transition *transition = &state->on[i];
        if (wm_span_equal(transition->event, event)) {
            return transition->when == NULL && transition->to >= 0 && transition->to != index;
        }
    }
    return false;
}

/* True if the event may come while the case stays in the state. A request that nothing takes there
 * is refused and starts nothing; a fact may always come. */
static bool
can_come(const struct walk *walk, int32_t index, struct wm_span event)
{
    assert(walk->may != NULL);
    assert(index >= -1);
    const struct wm_catalogue *catalogue = walk->build->around->catalogue;
    const struct wm_workflow *workflow = walk->workflow;
    const struct wm_state *state = &workflow->states[index];
    bool request = false;
    if (leads_out(state, index, event)) {
        return false;
    }
    if (catalogue == NULL || !catalogue->type(catalogue->context, event, &request) || !request) {
        return true;
    }
    return is_taken(state->on, state->on_count, event) ||
           is_taken(workflow->anywhere, workflow->anywhere_count, event);
}

/* Items may come and go in any state: their moments count as possible everywhere. */
static bool
start_may_come(const struct walk *walk, int32_t state, const struct wm_trigger *start)
{
    assert(walk->may != NULL);
    switch (start->moment) {
    case WM_MOMENT_EVENT:
        return can_come(walk, state, start->event);
    case WM_MOMENT_MET:
    case WM_MOMENT_DUE:
    case WM_MOMENT_CANCELLED:
        return start->clock >= 0 && row(walk, state)[start->clock];
    case WM_MOMENT_OPEN:
    case WM_MOMENT_CLOSE:
        break;
    }
    return true;
}

/* One start that may come is enough. */
static bool
may_start_in(const struct walk *walk, int32_t state, const struct wm_clock_def *clock)
{
    assert(walk->may != NULL);
    for (size_t i = 0; i < clock->start_count; i++) {
        if (start_may_come(walk, state, &clock->starts[i])) {
            return true;
        }
    }
    return false;
}

/* True if the event of the way may start the clock: by itself, or by meeting another one. */
static bool
may_start_on(const struct walk *walk, const struct wm_way *way, const struct wm_clock_def *clock)
{
    assert(walk->may != NULL);
    for (size_t i = 0; i < clock->start_count; i++) {
        const struct wm_trigger *start = &clock->starts[i];
        if (is_named(start, way)) {
            return true;
        }
        if (start->moment != WM_MOMENT_MET || start->clock < 0) {
            continue;
        }
        const struct wm_clock_def *other = &walk->workflow->clocks[start->clock];
        const bool ran = way->from >= 0 ? row(walk, way->from)[start->clock]
                                        : has_event(other->starts, other->start_count, way->event);
        if (ran && has_event(other->met_by, other->met_count, way->event)) {
            return true;
        }
    }
    return false;
}

/* Running before or started by the event, and not surely over. */
static bool
may_run_behind(const struct walk *walk, const struct wm_way *way, int32_t index)
{
    const bool ran = way->from >= 0 && row(walk, way->from)[index];
    const bool starts = may_start_on(walk, way, &walk->workflow->clocks[index]);
    return (ran || starts) && !way_ends(walk, way, index);
}

/* ---- the walk ---- */

/* Ways from states that nothing reaches bring nothing. */
static bool
step_way(struct walk *walk, const struct wm_way *way)
{
    assert(walk->may != NULL);
    bool changed = false;
    if (way->from >= 0 && !walk->ways->reached[way->from]) {
        return false;
    }
    for (size_t i = 0; i < walk->workflow->clock_count; i++) {
        bool *cell = &row(walk, way->to)[i];
        if (!*cell && may_run_behind(walk, way, (int32_t)i)) {
            *cell = true;
            changed = true;
        }
    }
    return changed;
}

/* What may start while the case stays. */
static bool
step_state(struct walk *walk, int32_t state)
{
    assert(walk->may != NULL);
    bool changed = false;
    for (size_t i = 0; i < walk->workflow->clock_count; i++) {
        bool *cell = &row(walk, state)[i];
        if (!*cell && may_start_in(walk, state, &walk->workflow->clocks[i])) {
            *cell = true;
            changed = true;
        }
    }
    return changed;
}

/* Cells turn true and never back, so that this ends. */
static void
go(struct walk *walk)
{
    assert(walk->may != NULL);
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < walk->ways->count; i++) {
            more = step_way(walk, &walk->ways->items[i]) || more;
        }
        for (size_t i = 0; i < walk->workflow->state_count; i++) {
            const bool live = walk->ways->reached[i] && !walk->workflow->states[i].final;
            more = (live && step_state(walk, (int32_t)i)) || more;
        }
    }
}

/* ---- what follows ---- */

enum watch { WATCH_NONE = 1, WATCH_ITEM, WATCH_CASE };

/* What watches a case behind this way: its own clock, an item's alone (if there is an item), none.
 */
static enum watch
watched(const struct walk *walk, const struct wm_way *way)
{
    assert(walk->may != NULL);
    enum watch watch = WATCH_NONE;
    for (size_t i = 0; i < walk->workflow->clock_count; i++) {
        if (!may_run_behind(walk, way, (int32_t)i)) {
            continue;
        }
        if (walk->workflow->clocks[i].item_kind < 0) {
            return WATCH_CASE;
        }
        watch = WATCH_ITEM;
    }
    return watch;
}

/* The best way in tells whether it is a mistake, the worst is named in the warning. */
static void
check_state(const struct walk *walk, int32_t index)
{
    assert(walk->may != NULL);
    assert(index >= -1);
    struct wm_reader *reader = &walk->build->reader;
    const struct wm_state *state = &walk->workflow->states[index];
    const struct wm_way *worst = NULL;
    enum watch best = WATCH_NONE;
    for (size_t i = 0; i < walk->ways->count; i++) {
        const struct wm_way *way = &walk->ways->items[i];
        if (way->to != index || (way->from >= 0 && !walk->ways->reached[way->from])) {
            continue;
        }
        const enum watch watch = watched(walk, way);
        best = watch > best ? watch : best;
        worst = watch != WATCH_CASE && worst == NULL ? way : worst;
    }
    wm_build_where(walk->build, "state", state->name);
    if (worst == NULL) {
        return;
    }
    if (best == WATCH_NONE) {
        wm_reader_bad(
            reader, state->line,
            "no clock runs here: a case could lie here unseen; start a clock, or say what "
            "it waits_for");
    } else {
        wm_reader_warn(reader, state->line,
                       "after %.*s perhaps no clock of the case runs here; say what it waits_for",
                       WM_SPAN_ARG(worst->event));
    }
}

/* The first final state is enough: the cure is the same for all. */
static void
check_clock(const struct walk *walk, int32_t index)
{
    assert(walk->may != NULL);
    assert(index >= -1);
    const struct wm_clock_def *clock = &walk->workflow->clocks[index];
    for (size_t i = 0; i < walk->ways->count; i++) {
        const struct wm_way *way = &walk->ways->items[i];
        const struct wm_state *to = &walk->workflow->states[way->to];
        const bool live = way->from < 0 || walk->ways->reached[way->from];
        if (!to->final || !live || !may_run_behind(walk, way, index)) {
            continue;
        }
        wm_build_where(walk->build, "clock", clock->name);
        wm_reader_bad(
            &walk->build->reader, clock->line,
            "it may still run when %.*s leads to the final state \"%.*s\"; cancel it then, "
            "or let it end with the case (ends_with_case = true)",
            WM_SPAN_ARG(way->event), WM_SPAN_ARG(to->name));
        return;
    }
}

void
wm_check_running(struct wm_build *build, const struct wm_ways *ways)
{
    assert(ways->items != NULL || ways->count == 0);
    const struct wm_workflow *workflow = &build->workflow;
    const size_t cells = workflow->state_count * workflow->clock_count + 1;
    struct walk walk = {.build = build, .workflow = workflow, .ways = ways};
    walk.may = WM_MAKE(build->reader.arena, bool, cells);
    if (walk.may == NULL || wm_arena_failed(build->reader.arena)) {
        return;
    }
    go(&walk);
    for (size_t i = 0; i < workflow->state_count; i++) {
        const struct wm_state *state = &workflow->states[i];
        if (ways->reached[i] && !state->final && state->waits_for.size == 0) {
            check_state(&walk, (int32_t)i);
        }
    }
    for (size_t i = 0; i < workflow->clock_count; i++) {
        if (!workflow->clocks[i].ends_with_case) {
            check_clock(&walk, (int32_t)i);
        }
    }
}
