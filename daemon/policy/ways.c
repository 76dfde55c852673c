/* ways.c - every way from state to state. */
#include <assert.h>

#include "daemon/policy/check.h"

bool
wm_state_takes_all(const struct wm_state *state, struct wm_span event)
{
    for (size_t i = 0; i < state->on_count; i++) {
        if (state->on[i].when == NULL && wm_span_equal(state->on[i].event, event)) {
            return true;
        }
    }
    return false;
}

/* The clock that a condition demands by `data.clock`, or -1. */
static int32_t
clock_of(const struct wm_workflow *workflow, const struct wm_condition *when)
{
    assert(workflow != NULL);
    const struct wm_condition *tests = when;
    size_t count = when != NULL ? 1 : 0;
    if (when != NULL && when->test == WM_TEST_ALL) {
        tests = when->children;
        count = when->child_count;
    }
    for (size_t i = 0; i < count; i++) {
        if (tests[i].test == WM_TEST_IS && tests[i].field.root == WM_ROOT_DATA &&
            wm_span_is(tests[i].field.path, "clock")) {
            return wm_workflow_clock(workflow, wm_value_text(&tests[i].value));
        }
    }
    return -1;
}

/* To stay is no way. */
static void
add(struct wm_build *build, struct wm_ways *ways, struct wm_way way)
{
    assert(ways->items != NULL || ways->count == 0);
    if (way.to >= 0 && way.to != way.from) {
        way.moment = wm_moment_of(way.event);
        way.clock =
            clock_of(&build->workflow, way.transition != NULL ? way.transition->when : NULL);
        *WM_PUSH(build->reader.arena, ways) = way;
    }
}

/* A transition as a way out of one state. */
static void
add_transition(struct wm_build *build, struct wm_ways *ways, int32_t from,
               const struct wm_transition *transition)
{
    assert(ways->items != NULL || ways->count == 0);
    add(build, ways,
        (struct wm_way){.from = from,
                        .to = transition->to,
                        .event = transition->event,
                        .transition = transition});
}

/* A final state is left by nothing; elsewhere a state's own transitions come before `anywhere`. */
static void
add_state(struct wm_build *build, struct wm_ways *ways, int32_t index)
{
    assert(ways->items != NULL || ways->count == 0);
    assert(index >= -1);
    const struct wm_state *state = &build->states[index];
    if (state->final) {
        return;
    }
    for (size_t i = 0; i < state->on_count; i++) {
        add_transition(build, ways, index, &state->on[i]);
    }
    for (size_t i = 0; i < build->workflow.anywhere_count; i++) {
        const struct wm_transition *transition = &build->workflow.anywhere[i];
        if (!wm_state_takes_all(state, transition->event)) {
            add_transition(build, ways, index, transition);
        }
    }
}

/* Marks what one more step reaches; false when there was nothing more. */
static bool
reach_further(struct wm_ways *ways)
{
    assert(ways->items != NULL || ways->count == 0);
    bool more = false;
    for (size_t i = 0; i < ways->count; i++) {
        const struct wm_way *way = &ways->items[i];
        if ((way->from < 0 || ways->reached[way->from]) && !ways->reached[way->to]) {
            ways->reached[way->to] = true;
            more = true;
        }
    }
    return more;
}

void
wm_ways_find(struct wm_build *build, struct wm_ways *ret_ways)
{
    assert(build->workflow.state_count > 0);
    struct wm_ways ways = {0};
    ways.reached = WM_MAKE(build->reader.arena, bool, build->workflow.state_count);
    for (size_t i = 0; i < build->workflow.opening_count; i++) {
        const struct wm_opening *opening = &build->workflow.openings[i];
        add(build, &ways,
            (struct wm_way){
                .from = -1, .to = opening->state, .event = opening->event, .opening = opening});
    }
    for (size_t i = 0; i < build->workflow.state_count; i++) {
        add_state(build, &ways, (int32_t)i);
    }
    if (!wm_arena_failed(build->reader.arena)) {
        while (reach_further(&ways)) {
            /* each round marks a state more */
        }
    }
    *ret_ways = ways;
}
