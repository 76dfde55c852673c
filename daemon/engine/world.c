/* world.c - brings the core's step what it may look at: version, people, the customer's other case,
 * and the history when facts come out of order. */
#include <assert.h>

#include "daemon/engine/parts.h"

/* The customer whom an opening event names. */
static struct wm_span
named_customer(const struct wm_workflow *workflow, const struct wm_event *event)
{
    for (size_t i = 0; i < workflow->attribute_count; i++) {
        const struct wm_attribute *attribute = &workflow->attributes[i];
        if (!wm_span_is(attribute->key, "customer")) {
            continue;
        }
        const struct wm_span path = attribute->from.size > 0 ? attribute->from : attribute->name;
        const struct wm_span text = wm_value_text(wm_value_at(&event->data, path));
        if (text.size > 0) {
            return text;
        }
    }
    return (struct wm_span){0};
}

/* Who has another open case of the customer: in this batch first, then in the store. */
static enum wm_status
same_customer(struct wm_batch *batch, const struct wm_slot *slot, struct wm_span customer,
              struct wm_span *ret_officer)
{
    for (size_t i = 0; i < batch->slots.count; i++) {
        const struct wm_slot *other = batch->slots.items[i];
        if (other != slot && other->is_dirty && other->counted.is_open &&
            other->counted.officer.size > 0 &&
            wm_span_equal(wm_case_key(other->c, "customer"), customer)) {
            *ret_officer = other->counted.officer;
            return WM_OK;
        }
    }
    const struct wm_case_filter filter = {
        .customer = customer, .open = true, .due_before_us = WM_NEVER, .limit = WM_FAN_OUT};
    struct wm_case_row *rows = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_cases_list(batch->store, &filter, false, batch->arena, &rows, &count);
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        if (rows[i].officer.size > 0 && !wm_span_equal(rows[i].ref, slot->ref)) {
            *ret_officer = rows[i].officer;
            break;
        }
    }
    return status;
}

static bool
assigns(const struct wm_step_result *result)
{
    for (size_t i = 0; i < result->effect_count; i++) {
        if (result->effects[i].kind == WM_EFFECT_ASSIGNED) {
            return true;
        }
    }
    return false;
}

/* A named bound of the case or the step is reached: an answer, and no trouble of the store. */
static void
refuse_too_much(struct wm_batch *batch, const struct wm_slot *slot,
                struct wm_step_result *ret_result)
{
    *ret_result = (struct wm_step_result){
        .outcome = WM_OUTCOME_REJECTED,
        .code = "guard",
        .message = wm_arena_printf(batch->arena,
                                   "%.*s would go beyond what one case may hold or one event may "
                                   "set off.",
                                   WM_SPAN_ARG(slot->ref)),
        .transition = WM_NO_TRANSITION,
    };
}

static enum wm_status
run(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_world *world,
    const struct wm_event *event, struct wm_step_result *ret_result)
{
    *ret_result = (struct wm_step_result){.after = NULL};
    const enum wm_status status =
        event == NULL ? wm_wake(world, slot->c, batch->now_us, batch->arena, ret_result)
                      : wm_step(world, slot->c, event, batch->arena, ret_result);
    if (status != WM_FULL) {
        return status;
    }
    refuse_too_much(batch, slot, ret_result);
    return WM_OK;
}

/* Again, with the history: the event is out of order. */
static enum wm_status
run_with_past(struct wm_batch *batch, const struct wm_slot *slot, struct wm_world *world,
              const struct wm_event *event, struct wm_step_result *ret_result)
{
    struct wm_pasts pasts = {NULL, 0};
    enum wm_status status = wm_batch_flush(batch);
    if (status == WM_OK) {
        status = wm_past_load(batch->store, batch->engine->policy->schemas, slot->ref, batch->arena,
                              &pasts);
    }
    world->past = pasts.items;
    world->past_count = pasts.count;
    return status == WM_OK ? run(batch, slot, world, event, ret_result) : status;
}

enum wm_status
wm_world_step(struct wm_batch *batch, const struct wm_slot *slot,
              const struct wm_workflow *workflow, const struct wm_event *event,
              struct wm_step_result *ret_result)
{
    assert(slot->c != NULL || event != NULL);
    struct wm_world world = {
        .workflow = workflow,
        .calendars = &batch->engine->policy->calendars,
        .people = &batch->people,
        .organisation = batch->engine->options.organisation,
    };
    const struct wm_span customer =
        slot->c != NULL ? wm_case_key(slot->c, "customer") : named_customer(workflow, event);
    bool asked = customer.size == 0;
    enum wm_status status = WM_OK;
    if (!asked && slot->c == NULL) {
        /* An opening nearly always assigns: ask before, instead of stepping twice. */
        status = same_customer(batch, slot, customer, &world.same_customer);
        asked = true;
    }
    if (status == WM_OK) {
        status = run(batch, slot, &world, event, ret_result);
    }
    if (status == WM_OK && ret_result->needs_past) {
        status = run_with_past(batch, slot, &world, event, ret_result);
    }
    if (status == WM_OK && !asked && assigns(ret_result)) {
        status = same_customer(batch, slot, customer, &world.same_customer);
        if (status == WM_OK && world.same_customer.size > 0) {
            status = run(batch, slot, &world, event, ret_result);
        }
    }
    return status;
}
