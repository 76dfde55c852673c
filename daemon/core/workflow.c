/* workflow.c - looking up names in a workflow. */
#include "daemon/core/workflow.h"

#include <assert.h>

int32_t
wm_workflow_state(const struct wm_workflow *workflow, struct wm_span name)
{
    assert(workflow != NULL);
    assert(workflow->state_count == 0 || workflow->states != NULL);
    for (size_t i = 0; i < workflow->state_count; i++) {
        if (wm_span_equal(workflow->states[i].name, name)) {
            return (int32_t)i;
        }
    }
    return -1;
}

int32_t
wm_workflow_clock(const struct wm_workflow *workflow, struct wm_span name)
{
    assert(workflow != NULL);
    assert(workflow->clock_count == 0 || workflow->clocks != NULL);
    for (size_t i = 0; i < workflow->clock_count; i++) {
        if (wm_span_equal(workflow->clocks[i].name, name)) {
            return (int32_t)i;
        }
    }
    return -1;
}

int32_t
wm_workflow_attribute(const struct wm_workflow *workflow, struct wm_span name)
{
    assert(workflow != NULL);
    assert(workflow->attribute_count == 0 || workflow->attributes != NULL);
    for (size_t i = 0; i < workflow->attribute_count; i++) {
        if (wm_span_equal(workflow->attributes[i].name, name)) {
            return (int32_t)i;
        }
    }
    return -1;
}

int32_t
wm_workflow_item(const struct wm_workflow *workflow, struct wm_span name)
{
    assert(workflow != NULL);
    assert(workflow->item_count == 0 || workflow->items != NULL);
    for (size_t i = 0; i < workflow->item_count; i++) {
        if (wm_span_equal(workflow->items[i].name, name)) {
            return (int32_t)i;
        }
    }
    return -1;
}

int32_t
wm_item_status(const struct wm_item_kind *kind, struct wm_span name)
{
    assert(kind != NULL);
    assert(kind->status_count == 0 || kind->statuses != NULL);
    for (size_t i = 0; i < kind->status_count; i++) {
        if (wm_span_equal(kind->statuses[i], name)) {
            return (int32_t)i;
        }
    }
    return -1;
}

const struct wm_opening *
wm_workflow_opening(const struct wm_workflow *workflow, struct wm_span type)
{
    assert(workflow != NULL);
    assert(workflow->opening_count == 0 || workflow->openings != NULL);
    for (size_t i = 0; i < workflow->opening_count; i++) {
        if (wm_span_equal(workflow->openings[i].event, type)) {
            return &workflow->openings[i];
        }
    }
    return NULL;
}

static bool
among_transitions(const struct wm_transition *transitions, size_t count, struct wm_span type)
{
    assert(count == 0 || transitions != NULL);
    for (size_t i = 0; i < count; i++) {
        if (wm_span_equal(transitions[i].event, type)) {
            return true;
        }
    }
    return false;
}

static bool
among_states(const struct wm_workflow *workflow, struct wm_span type)
{
    assert(workflow->state_count == 0 || workflow->states != NULL);
    for (size_t i = 0; i < workflow->state_count; i++) {
        const struct wm_state *state = &workflow->states[i];
        if (among_transitions(state->on, state->on_count, type)) {
            return true;
        }
    }
    return false;
}

static bool
among_triggers(const struct wm_trigger *triggers, size_t count, struct wm_span type)
{
    assert(count == 0 || triggers != NULL);
    for (size_t i = 0; i < count; i++) {
        if (triggers[i].moment == WM_MOMENT_EVENT && wm_span_equal(triggers[i].event, type)) {
            return true;
        }
    }
    return false;
}

static bool
among_clocks(const struct wm_workflow *workflow, struct wm_span type)
{
    assert(workflow->clock_count == 0 || workflow->clocks != NULL);
    for (size_t i = 0; i < workflow->clock_count; i++) {
        const struct wm_clock_def *clock = &workflow->clocks[i];
        if (among_triggers(clock->starts, clock->start_count, type) ||
            among_triggers(clock->met_by, clock->met_count, type) ||
            among_triggers(clock->cancelled_by, clock->cancel_count, type) ||
            among_triggers(clock->pauses, clock->pause_count, type) ||
            among_triggers(clock->resumes, clock->resume_count, type) ||
            among_triggers(clock->void_unless, clock->void_unless != NULL ? 1 : 0, type)) {
            return true;
        }
    }
    return false;
}

static bool
among_item_rules(const struct wm_item_rule *rules, size_t count, struct wm_span type)
{
    assert(count == 0 || rules != NULL);
    for (size_t i = 0; i < count; i++) {
        if (wm_span_equal(rules[i].event, type)) {
            return true;
        }
    }
    return false;
}

static bool
among_items(const struct wm_workflow *workflow, struct wm_span type)
{
    assert(workflow->item_count == 0 || workflow->items != NULL);
    for (size_t i = 0; i < workflow->item_count; i++) {
        const struct wm_item_kind *kind = &workflow->items[i];
        if (among_item_rules(kind->rules, kind->rule_count, type)) {
            return true;
        }
    }
    return false;
}

static bool
among_tallies(const struct wm_workflow *workflow, struct wm_span type)
{
    assert(workflow->tally_count == 0 || workflow->tallies != NULL);
    for (size_t i = 0; i < workflow->tally_count; i++) {
        const struct wm_tally *tally = &workflow->tallies[i];
        if (wm_span_equal(tally->event, type) || wm_span_equal(tally->since, type)) {
            return true;
        }
    }
    return false;
}

/* The event from which on a conditional message is let go is a place as well: refusing it as
 * unknown would keep the message watched for ever. */
static bool
among_sends(const struct wm_workflow *workflow, struct wm_span type)
{
    assert(workflow->send_count == 0 || workflow->sends != NULL);
    for (size_t i = 0; i < workflow->send_count; i++) {
        if (wm_span_equal(workflow->sends[i]->until, type)) {
            return true;
        }
    }
    return false;
}

bool
wm_workflow_takes(const struct wm_workflow *workflow, struct wm_span type)
{
    assert(workflow != NULL);
    assert(type.size > 0); /* absent `since` and `until` would match an empty type */
    return wm_workflow_opening(workflow, type) != NULL ||
           among_transitions(workflow->anywhere, workflow->anywhere_count, type) ||
           among_states(workflow, type) || among_clocks(workflow, type) ||
           among_items(workflow, type) || among_tallies(workflow, type) ||
           among_sends(workflow, type);
}
