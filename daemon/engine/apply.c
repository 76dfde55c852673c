/* apply.c - what a step decided, turned into rows, messages, keys, counters and lines. Nothing is
 * decided here. */
#include <assert.h>

#include "daemon/engine/parts.h"

const char *
wm_outcome_text(enum wm_outcome outcome)
{
    switch (outcome) {
    case WM_OUTCOME_APPLIED:
        return "applied";
    case WM_OUTCOME_RECORDED:
        return "recorded";
    case WM_OUTCOME_CORRECTED:
        return "corrected";
    case WM_OUTCOME_REJECTED:
        return "rejected";
    }
    return "unknown";
}

/* What only the event's own row carries. */
static void
fill_primary(struct wm_batch *batch, const struct wm_work *work,
             const struct wm_step_result *result, struct wm_event_row *row)
{
    const struct wm_job *job = work->event;
    row->source = job->event.source;
    row->id = job->event.id;
    row->actor = job->event.actor;
    row->outcome = wm_span(wm_outcome_text(result->outcome));
    row->transition = result->transition;
    row->body = (struct wm_span){job->bytes, job->size};
    if (result->violation_count > 0) {
        row->violations = wm_violations_encode(batch->arena, result);
    }
}

static void
fill_own(struct wm_batch *batch, struct wm_span ref, const struct wm_row *from,
         struct wm_event_row *row)
{
    const struct wm_engine *engine = batch->engine;
    row->source = engine->source;
    row->id = from->id;
    row->transition = WM_NO_TRANSITION;
    row->body = wm_row_encode(batch->arena, engine->options.organisation, ref, from);
}

static bool
has_primary(const struct wm_step_result *result)
{
    for (size_t i = 0; i < result->row_count; i++) {
        if (result->rows[i].primary) {
            return true;
        }
    }
    return false;
}

/* Inputs stand in the row of the event; those of a wake-up in its first row. */
static bool
carries_inputs(const struct wm_step_result *result, size_t i)
{
    return result->inputs.kind != 0 &&
           (result->rows[i].primary || (i == 0 && !has_primary(result)));
}

static void
add_row(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_work *work,
        const struct wm_step_result *result, size_t i)
{
    const struct wm_row *from = &result->rows[i];
    const struct wm_workflow *workflow = result->after->workflow;
    struct wm_event_row *row = WM_PUSH(batch->arena, &batch->events);
    if (wm_arena_failed(batch->arena)) {
        return;
    }
    const int64_t before = slot->c != NULL ? slot->c->seq : 0;
    *row = (struct wm_event_row){
        .kind = WM_AGGREGATE_CASE,
        .ref = slot->ref,
        .seq = before + 1 + (int64_t)i,
        .group = before + 1,
        .primary = from->primary,
        .type = from->type,
        .occurred_us = from->occurred_us,
        .recorded_us = batch->now_us,
        .to = workflow->states[from->to].name,
        .officer = from->officer,
    };
    if (slot->c != NULL || i > 0) {
        row->from = workflow->states[from->from].name;
    }
    if (from->primary) {
        assert(work != NULL);
        fill_primary(batch, work, result, row);
    } else {
        fill_own(batch, slot->ref, from, row);
    }
    if (from->effect_to > from->effect_from) {
        row->effects = wm_effects_encode(batch->arena, result, from->effect_from, from->effect_to);
    }
    if (carries_inputs(result, i)) {
        row->inputs = wm_value_json(batch->arena, &result->inputs);
    }
}

static void
send(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_work *work,
     const struct wm_effect *effect, int64_t time_us)
{
    struct wm_message_row *row = WM_PUSH(batch->arena, &batch->messages);
    if (wm_arena_failed(batch->arena)) {
        return;
    }
    const struct wm_span trace =
        work != NULL ? work->event->event.traceparent : (struct wm_span){0};
    *row = (struct wm_message_row){
        .id = effect->id,
        .topic = effect->name,
        .ref = slot->ref,
        .type = effect->type,
        .cause = effect->cause,
        .state = WM_MESSAGE_WAITING,
        .made_us = batch->now_us,
        .not_before_us = effect->not_before_us,
        .body = wm_message_encode(batch->arena, batch->engine->options.organisation, slot->ref,
                                  effect, time_us, trace),
    };
    if (effect->not_before_us > batch->now_us) {
        wm_nudge_ask(batch, effect->name,
                     wm_engine_real_of(batch->engine, effect->not_before_us, batch->real_us));
    }
    wm_batch_topic(batch, effect->name);
}

static enum wm_status
follow(struct wm_batch *batch, struct wm_slot *slot, const struct wm_work *work,
       const struct wm_effect *effect, int64_t time_us)
{
    const struct wm_key_row key = {
        .kind = effect->name, .value = effect->text, .ref = slot->ref, .since_us = time_us};
    switch (effect->kind) {
    case WM_EFFECT_SEND:
        send(batch, slot, work, effect, time_us);
        return WM_OK;
    case WM_EFFECT_WITHDRAW:
    case WM_EFFECT_RETRACT:
        return wm_batch_withdraw(batch, slot, effect);
    case WM_EFFECT_KEY:
        return wm_batch_key(batch, &key, false);
    case WM_EFFECT_UNKEY:
        return wm_batch_key(batch, &key, true);
    case WM_EFFECT_ASSIGNED:
        wm_people_assigned(batch, effect->officer);
        return WM_OK;
    case WM_EFFECT_CLOCK:
    case WM_EFFECT_NOTE:
        return WM_OK; /* for the history alone */
    }
    return WM_EINVAL;
}

static enum wm_status
follow_row(struct wm_batch *batch, struct wm_slot *slot, const struct wm_work *work,
           const struct wm_step_result *result, const struct wm_row *row)
{
    assert(row->effect_from <= row->effect_to && row->effect_to <= result->effect_count);
    for (size_t i = row->effect_from; i < row->effect_to; i++) {
        const enum wm_status status =
            follow(batch, slot, work, &result->effects[i], row->occurred_us);
        if (status != WM_OK) {
            return status;
        }
    }
    return WM_OK;
}

/* Facts that come from outside show that a case is not quiet. */
static void
note_life(const struct wm_batch *batch, struct wm_slot *slot, const struct wm_work *work,
          const struct wm_step_result *result)
{
    if (work == NULL || wm_span_equal(work->event->event.source, batch->engine->source)) {
        return;
    }
    for (size_t i = 0; i < result->row_count; i++) {
        const struct wm_row *row = &result->rows[i];
        if (row->primary && row->occurred_us > slot->last_us) {
            slot->last_us = row->occurred_us;
        }
    }
}

enum wm_status
wm_apply(struct wm_batch *batch, struct wm_slot *slot, const struct wm_work *work,
         const struct wm_step_result *result, int64_t *ret_seq)
{
    assert(result->after != NULL);
    assert(result->outcome != WM_OUTCOME_REJECTED);
    const int64_t before = slot->c != NULL ? slot->c->seq : 0;
    assert(result->after->seq == before + (int64_t)result->row_count);
    for (size_t i = 0; i < result->row_count; i++) {
        add_row(batch, slot, work, result, i);
        if (result->rows[i].primary) {
            *ret_seq = before + 1 + (int64_t)i;
        }
    }
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < result->row_count && status == WM_OK; i++) {
        status = follow_row(batch, slot, work, result, &result->rows[i]);
    }
    if (status != WM_OK || wm_arena_failed(batch->arena)) {
        return status != WM_OK ? status : WM_NOMEM;
    }
    const struct wm_case *was = slot->c;
    note_life(batch, slot, work, result);
    slot->c = result->after;
    slot->is_dirty = true;
    wm_people_count(batch, slot);
    wm_batch_lines(batch, slot, was, work, result);
    return WM_OK;
}
