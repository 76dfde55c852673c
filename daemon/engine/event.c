/* event.c - one event: the checks of wire.md that are the engine's, in their order, then the step.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/engine/parts.h"

/* Keeps a refusal with its case, for `case history --refused`. A reference that nobody has could be
 * anything: keeping those would let any sender fill the disk. */
static void
keep_refusal(struct wm_batch *batch, struct wm_span ref, const struct wm_cloudevent *event,
             const struct wm_fault *fault)
{
    struct wm_refusal_row *row = WM_PUSH(batch->arena, &batch->refusals);
    if (wm_arena_failed(batch->arena)) {
        return;
    }
    *row = (struct wm_refusal_row){
        .ref = ref,
        .source = event->source,
        .id = event->id,
        .type = event->type,
        .actor = event->actor,
        .code = wm_span(fault->code),
        .field = wm_arena_copy(batch->arena, wm_span(fault->field)),
        .message = wm_arena_copy(batch->arena, wm_span(fault->message)),
        .recorded_us = batch->now_us,
    };
}

static void
refuse(struct wm_batch *batch, struct wm_work *work, const struct wm_slot *slot,
       const struct wm_fault *fault, const struct wm_step_result *result)
{
    const struct wm_cloudevent *event = &work->event->event;
    wm_answer_reject(batch, work, fault, result);
    if (slot != NULL && slot->c != NULL) {
        keep_refusal(batch, slot->ref, event, fault);
    }
    struct wm_line *line = wm_batch_line(batch, WM_LEVEL_INFO, "event.rejected");
    line->text =
        wm_arena_printf(batch->arena, "%.*s %.*s: refused (%s)", WM_SPAN_ARG(event->subject),
                        WM_SPAN_ARG(event->type), fault->code);
    line->ref = slot != NULL ? slot->ref : event->subject;
    line->event_id = event->id;
    line->event_type = event->type;
    line->actor = event->actor;
}

void
wm_event_missing(struct wm_batch *batch, struct wm_work *work, const char *what)
{
    const struct wm_cloudevent *event = &work->event->event;
    struct wm_fault fault;
    if (wm_not_yet(batch->engine, event, work->event->first_real_us, batch->real_us)) {
        wm_fault_set(&fault, "not-yet", "subject",
                     "there is no %s %.*s yet; what opens it may be on its way", what,
                     WM_SPAN_ARG(event->subject));
        wm_answer_retry(batch, work, "not-yet", fault.message, WM_RETRY_MS);
        return;
    }
    wm_fault_set(&fault, "no-such-case", "subject", "there is no %s %.*s", what,
                 WM_SPAN_ARG(event->subject));
    refuse(batch, work, NULL, &fault, NULL);
}

void
wm_event_refuse(struct wm_batch *batch, struct wm_work *work, const struct wm_fault *fault)
{
    refuse(batch, work, NULL, fault, NULL);
}

/* An event from the future is a clock that is wrong, here or there. */
static bool
is_from_the_future(struct wm_batch *batch, struct wm_work *work)
{
    const struct wm_cloudevent *event = &work->event->event;
    if (!event->has_time || event->time_us <= batch->now_us) {
        return false;
    }
    char now[WM_TIME_SIZE];
    wm_time_format(batch->now_us, now);
    const int64_t ahead_ms = (event->time_us - batch->now_us + 999) / 1000;
    struct wm_fault fault;
    if (ahead_ms <= (int64_t)batch->engine->options.not_yet_ms) {
        wm_fault_set(&fault, "not-yet", "time", "its time has not come yet; it is %s here", now);
        wm_answer_retry(batch, work, "not-yet", fault.message, ahead_ms);
        return true;
    }
    wm_fault_set(&fault, "future-time", "time",
                 "it says that it happened in the future; it is %s here", now);
    refuse(batch, work, NULL, &fault, NULL);
    return true;
}

static bool
is_known(struct wm_batch *batch, struct wm_work *work)
{
    const struct wm_cloudevent *event = &work->event->event;
    const struct wm_seen_row *seen = wm_once_find(batch, event->source, event->id);
    if (seen == NULL) {
        return false;
    }
    if (memcmp(seen->digest, work->digest, sizeof seen->digest) != 0) {
        struct wm_fault fault;
        wm_fault_set(&fault, "id-reused", "id",
                     "source %.*s has used id %.*s before, for an event with other content",
                     WM_SPAN_ARG(event->source), WM_SPAN_ARG(event->id));
        refuse(batch, work, NULL, &fault, NULL);
        return true;
    }
    wm_answer_ok(batch, work, seen, "duplicate", NULL);
    batch->duplicate = true;
    return true;
}

struct wm_seen_row
wm_event_seen(struct wm_batch *batch, const struct wm_work *work, enum wm_aggregate kind,
              struct wm_span ref, int64_t seq)
{
    struct wm_seen_row row = {
        .source = work->event->event.source,
        .id = work->event->event.id,
        .kind = kind,
        .ref = ref,
        .seq = seq,
        .recorded_us = batch->now_us,
    };
    memcpy(row.digest, work->digest, sizeof row.digest);
    return row;
}

void
wm_event_take(struct wm_batch *batch, const struct wm_seen_row *seen)
{
    struct wm_seen_row *row = WM_PUSH(batch->arena, &batch->seen);
    if (!wm_arena_failed(batch->arena)) {
        *row = *seen;
        wm_once_add(batch, seen);
    }
}

/* A type that opens cases may also be an ordinary event of a living one, if its workflow says so.
 */
static bool
is_second_opening(const struct wm_case *c, const struct wm_type_info *info)
{
    if (info->opens == NULL) {
        return false;
    }
    const struct wm_opening *opening = wm_workflow_opening(c->workflow, info->schema->type);
    if (opening != NULL) {
        return !opening->again;
    }
    return !wm_workflow_takes(c->workflow, info->schema->type);
}

/* Steps the case and takes what came of it. */
static enum wm_status
step(struct wm_batch *batch, struct wm_work *work, struct wm_slot *slot,
     const struct wm_type_info *info)
{
    struct wm_event event = wm_event_of(batch->arena, &work->event->event, batch->now_us,
                                        info->schema->kind == WM_KIND_REQUEST);
    event.subject = slot->ref;
    struct wm_step_result result;
    struct wm_fault fault;
    enum wm_status status = wm_world_step(
        batch, slot, slot->c != NULL ? slot->c->workflow : info->opens, &event, &result);
    if (status != WM_OK) {
        return status;
    }
    if (result.outcome == WM_OUTCOME_REJECTED) {
        wm_fault_set(&fault, result.code, wm_arena_string(batch->arena, result.field), "%.*s",
                     WM_SPAN_ARG(result.message));
        refuse(batch, work, slot, &fault, &result);
        return WM_OK;
    }
    int64_t seq = 0;
    status = wm_apply(batch, slot, work, &result, &seq);
    if (status == WM_OK) {
        status = wm_merge_note(batch, slot, &event);
    }
    if (status == WM_OK) {
        struct wm_seen_row seen = wm_event_seen(batch, work, WM_AGGREGATE_CASE, slot->ref, seq);
        seen.state = slot->c->workflow->states[slot->c->state].name;
        wm_event_take(batch, &seen);
        wm_answer_ok(batch, work, &seen, wm_outcome_text(result.outcome), &result);
    }
    return status;
}

enum wm_status
wm_event_case(struct wm_batch *batch, struct wm_work *work, const struct wm_type_info *info,
              struct wm_span ref)
{
    struct wm_slot *slot = NULL;
    enum wm_status status = wm_slots_get(batch, ref, &slot);
    if (status != WM_OK) {
        return status;
    }
    if (slot->trouble.data != NULL) {
        struct wm_line *line = wm_batch_line(batch, WM_LEVEL_ERROR, "store.trouble");
        line->text = slot->trouble;
        line->ref = slot->ref;
        wm_answer_retry(batch, work, "store-unavailable",
                        wm_arena_string(batch->arena, slot->trouble), WM_RETRY_MS);
        return WM_OK;
    }
    if (wm_merge_is_merged(slot)) {
        status = wm_merge_survivor(batch, &slot);
    }
    if (status != WM_OK) {
        return status;
    }
    if (slot->c == NULL && info->opens == NULL) {
        wm_event_missing(batch, work, "case");
        return WM_OK;
    }
    if (slot->c == NULL) {
        status = wm_catalogue_store(batch);
    } else if (is_second_opening(slot->c, info)) {
        struct wm_fault fault;
        wm_fault_set(&fault, "ref-in-use", "subject", "case %.*s has been opened already",
                     WM_SPAN_ARG(slot->ref));
        refuse(batch, work, slot, &fault, NULL);
        return WM_OK;
    }
    struct wm_fault fault = {.code = NULL};
    if (status == WM_OK && slot->c != NULL) {
        status = wm_merge_check(batch, slot, work, &fault);
    }
    if (status == WM_OK && fault.code != NULL) {
        refuse(batch, work, slot, &fault, NULL);
        return WM_OK;
    }
    return status == WM_OK ? step(batch, work, slot, info) : status;
}

/* The reference that the subject comes to: made anew, looked up, or as it is. */
static enum wm_status
resolve(struct wm_batch *batch, const struct wm_cloudevent *event, const struct wm_type_info *info,
        struct wm_span *ret_ref)
{
    if (wm_span_is(event->subject, "new")) {
        *ret_ref = (struct wm_span){0};
        return info->opens != NULL ? wm_slots_reference(batch, info->opens, ret_ref) : WM_OK;
    }
    if (memchr(event->subject.data, ':', event->subject.size) != NULL) {
        return wm_slots_alias(batch, event->subject, ret_ref);
    }
    *ret_ref = event->subject;
    return WM_OK;
}

static enum wm_status
run_case(struct wm_batch *batch, struct wm_work *work, const struct wm_type_info *info)
{
    struct wm_span ref = {0};
    const enum wm_status status = resolve(batch, &work->event->event, info, &ref);
    if (status != WM_OK) {
        return status;
    }
    if (ref.size == 0) {
        wm_event_missing(batch, work, "case");
        return WM_OK;
    }
    return wm_event_case(batch, work, info, ref);
}

static enum wm_status
dispatch(struct wm_batch *batch, struct wm_work *work, const struct wm_type_info *info)
{
    switch (info->schema->subject) {
    case WM_SUBJECT_CASE:
    case WM_SUBJECT_ITEM:
        return run_case(batch, work, info);
    case WM_SUBJECT_OFFICER:
        return wm_people_event(batch, work);
    case WM_SUBJECT_CUSTOMER:
        return wm_customer_event(batch, work, info);
    case WM_SUBJECT_CALENDAR:
        return wm_other_event(batch, work, WM_AGGREGATE_CALENDAR);
    case WM_SUBJECT_BATCH:
        return wm_other_event(batch, work, WM_AGGREGATE_BATCH);
    }
    return WM_EINVAL;
}

enum wm_status
wm_event_run(struct wm_batch *batch, struct wm_work *work)
{
    const struct wm_cloudevent *event = &work->event->event;
    const struct wm_type_info *info = wm_catalogue_find(batch->engine, event->type);
    struct wm_fault fault;
    if (info == NULL || !info->is_taken) {
        wm_fault_set(&fault, "unknown-type", "type", "no workflow here takes %.*s",
                     WM_SPAN_ARG(event->type));
        refuse(batch, work, NULL, &fault, NULL);
        return WM_OK;
    }
    if (is_known(batch, work) || is_from_the_future(batch, work)) {
        return WM_OK;
    }
    if (event->import.data != NULL) {
        /* Folding it as if it came today would send letters about cases closed years ago. */
        wm_fault_set(&fault, "guard", "wmimport", "old cases can't be taken in here yet");
        refuse(batch, work, NULL, &fault, NULL);
        return WM_OK;
    }
    return dispatch(batch, work, info);
}

enum wm_status
wm_event_refused(struct wm_batch *batch, const struct wm_work *work)
{
    const struct wm_job *job = work->event;
    struct wm_span ref = job->event.subject;
    struct wm_slot *slot = NULL;
    if (ref.size == 0) {
        return WM_OK;
    }
    const enum wm_status status = wm_slots_get(batch, ref, &slot);
    if (status == WM_OK && slot->c != NULL) {
        keep_refusal(batch, ref, &job->event, &job->fault);
    }
    return status;
}
