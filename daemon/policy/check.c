/* check.c - what can't be right in a workflow as a whole. */
#include "daemon/policy/check.h"

#include <assert.h>

/* ---- transitions that are never taken ---- */

/* The transition before this one that leaves it nothing; NULL: none does. */
static const struct wm_transition *
shadow_of(const struct wm_transition *transitions, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (transitions[i].when == NULL &&
            wm_span_equal(transitions[i].event, transitions[index].event)) {
            return &transitions[i];
        }
    }
    return NULL;
}

/* A transition that is never taken is a rule that its author believes in and nobody keeps. */
static void
check_shadows(struct wm_build *build, const struct wm_transition *transitions, size_t count)
{
    assert(build->reader.arena != NULL);
    for (size_t i = 0; i < count; i++) {
        const struct wm_transition *shadow = shadow_of(transitions, i);
        if (shadow != NULL) {
            wm_reader_bad(&build->reader, transitions[i].line,
                          "never taken: the transition on line %d takes every %.*s first",
                          shadow->line, WM_SPAN_ARG(transitions[i].event));
        }
    }
}

/* True if every state that is not final takes all such events by itself. */
static bool
taken_everywhere(const struct wm_build *build, struct wm_span event)
{
    assert(build->reader.arena != NULL);
    for (size_t i = 0; i < build->workflow.state_count; i++) {
        if (!build->states[i].final && !wm_state_takes_all(&build->states[i], event)) {
            return false;
        }
    }
    return true;
}

/* States first, then what holds anywhere, then what opens a case. */
static void
check_transitions(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    for (size_t i = 0; i < build->workflow.state_count; i++) {
        wm_build_where(build, "state", build->states[i].name);
        check_shadows(build, build->states[i].on, build->states[i].on_count);
    }
    wm_build_where(build, "anywhere", (struct wm_span){0});
    check_shadows(build, build->workflow.anywhere, build->workflow.anywhere_count);
    for (size_t i = 0; i < build->workflow.anywhere_count; i++) {
        const struct wm_transition *transition = &build->workflow.anywhere[i];
        if (taken_everywhere(build, transition->event)) {
            wm_reader_bad(&build->reader, transition->line,
                          "never taken: every state takes %.*s by itself",
                          WM_SPAN_ARG(transition->event));
        }
    }
    wm_build_where(build, "opens", (struct wm_span){0});
    for (size_t i = 0; i < build->workflow.opening_count; i++) {
        const struct wm_span event = build->workflow.openings[i].event;
        if (wm_workflow_opening(&build->workflow, event) != &build->workflow.openings[i]) {
            wm_reader_bad(&build->reader, wm_node_get(build->root, "opens")->line,
                          "%.*s opens a case twice", WM_SPAN_ARG(event));
        }
    }
}

/* ---- states ---- */

/* By its own transitions, or by what holds anywhere. */
static bool
is_left(const struct wm_ways *ways, int32_t index)
{
    assert(ways->items != NULL || ways->count == 0);
    assert(index >= -1);
    for (size_t i = 0; i < ways->count; i++) {
        if (ways->items[i].from == index) {
            return true;
        }
    }
    return false;
}

/* Final states are the end: no way out is asked of them. */
static void
check_states(struct wm_build *build, const struct wm_ways *ways)
{
    assert(ways->items != NULL || ways->count == 0);
    for (size_t i = 0; i < build->workflow.state_count; i++) {
        const struct wm_state *state = &build->states[i];
        wm_build_where(build, "state", state->name);
        if (!ways->reached[i]) {
            wm_reader_bad(&build->reader, state->line, "nothing leads here");
        }
        if (!state->final && !is_left(ways, (int32_t)i)) {
            wm_reader_bad(&build->reader, state->line,
                          "nothing leaves it, and it is not final: a case would lie here for ever");
        }
    }
}

/* ---- clocks and touch points ---- */

/* A clock that nothing starts is a promise that is never made; one that nothing ends is broken
 * always. */
static void
check_clocks(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    for (size_t i = 0; i < build->workflow.clock_count; i++) {
        const struct wm_clock_def *clock = &build->clocks[i];
        wm_build_where(build, "clock", clock->name);
        if (clock->start_count == 0) {
            wm_reader_bad(&build->reader, clock->line,
                          "nothing starts it: starts = ( … ) is missing");
        }
        if (clock->met_count == 0 && clock->cancel_count == 0 && !clock->due_is_met &&
            !build->cancelled[i]) {
            wm_reader_bad(&build->reader, clock->line,
                          "nothing ends it: neither met_by nor cancelled_by, no action cancels it, "
                          "and at_due is not \"met\"");
        }
    }
}

/* The picture of the journey would show a box in which nothing happens. */
static void
check_touchpoints(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    for (size_t i = 0; i < build->workflow.touchpoint_count; i++) {
        bool served = false;
        for (size_t k = 0; k < build->workflow.state_count; k++) {
            served = served || build->states[k].touchpoint == (int32_t)i;
        }
        for (size_t k = 0; k < build->workflow.clock_count; k++) {
            served = served || build->clocks[k].touchpoint == (int32_t)i;
        }
        if (!served) {
            wm_build_where(build, "touch point", build->touchpoints[i].name);
            wm_reader_bad(&build->reader, build->touchpoints[i].line,
                          "no state and no clock serves it");
        }
    }
}

/* Where a way leads is not known while a state's name is misspelt, nor what runs while a clock's or
 * an event's is: what would be found then would be wrong. */
static void
check_ways(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    if (build->lost_state || build->workflow.opening_count == 0 ||
        build->workflow.state_count == 0) {
        return;
    }
    struct wm_ways ways;
    wm_ways_find(build, &ways);
    if (wm_arena_failed(build->reader.arena)) {
        return;
    }
    check_states(build, &ways);
    if (!build->lost_other) {
        wm_check_running(build, &ways);
    }
}

void
wm_check_workflow(struct wm_build *build)
{
    assert(build->root != NULL);
    check_transitions(build);
    check_clocks(build);
    check_touchpoints(build);
    check_ways(build);
    build->reader.where = (struct wm_span){0};
}
