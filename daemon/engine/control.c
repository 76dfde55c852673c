/* control.c - what waymarkctl asks to be changed: the manual clock, dead letters, an event. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/engine/parts.h"

enum { DETAIL_TEXT = 96 };

static void
reply(struct wm_job *job, enum wm_reply verdict, struct wm_span detail)
{
    free(job->detail);
    job->reply = verdict;
    job->detail = detail.data != NULL ? strndup(detail.data, detail.size) : NULL;
}

static void
refuse(struct wm_job *job, const char *code, const char *message)
{
    wm_fault_set(&job->fault, code, "", "%s", message);
    reply(job, WM_REPLY_REJECT, (struct wm_span){0});
}

/* ---- publish --------------------------------------------------------------------------------- */

static bool
is_own(const struct wm_cloudevent *event)
{
    return wm_span_starts(event->type, "waymark.") || wm_span_starts(event->source, "/waymark/");
}

/* The checks that the intake makes of what comes from outside. */
static enum wm_status
check(struct wm_engine *engine, struct wm_job *made, struct wm_fault *fault)
{
    const enum wm_status status =
        wm_cloudevent_parse((struct wm_span){made->bytes, made->size}, &made->event, fault);
    if (status != WM_OK) {
        return status == WM_NOMEM ? WM_NOMEM : WM_EINVAL;
    }
    if (is_own(&made->event)) {
        wm_fault_set(fault, "forbidden", "type",
                     "types waymark.* and sources under /waymark/ are Waymark's own");
        return WM_EINVAL;
    }
    const struct wm_type_info *info = wm_catalogue_find(engine, made->event.type);
    if (info == NULL) {
        wm_fault_set(fault, "unknown-type", "type", "there is no event type %.*s",
                     WM_SPAN_ARG(made->event.type));
        return WM_EINVAL;
    }
    struct wm_text warnings = {.arena = engine->work_arena};
    if (wm_schema_check(info->schema, made->event.data, fault, &warnings) != WM_OK) {
        return WM_EINVAL;
    }
    const struct wm_span text = wm_text_span(&warnings);
    made->warnings = text.size > 0 ? strndup(text.data, text.size) : NULL;
    made->schema = info->schema;
    return WM_OK;
}

/* The event of a `publish` call, as if the intake had read it. */
static enum wm_status
make_event(struct wm_engine *engine, const struct wm_value *call, struct wm_job **ret_made,
           struct wm_fault *fault)
{
    const struct wm_value *event = wm_value_get(call, wm_span("event"));
    const struct wm_span bytes = wm_value_json(engine->work_arena, event);
    struct wm_job *made = wm_job_new(WM_JOB_EVENT);
    if (made == NULL || bytes.data == NULL) {
        wm_job_free(&made);
        return WM_NOMEM;
    }
    engine->made[engine->made_count++] = made;
    made->bytes = strndup(bytes.data, bytes.size);
    made->size = bytes.size;
    made->first_real_us = wm_engine_real(engine);
    *ret_made = made;
    return made->bytes != NULL ? check(engine, made, fault) : WM_NOMEM;
}

static enum wm_status
prepare_publish(struct wm_engine *engine, struct wm_job *job, const struct wm_value *call,
                struct wm_work *work)
{
    if (engine->made_count == WM_MADE_MAX) {
        job->reply = WM_REPLY_RETRY;
        wm_fault_set(&job->fault, "overloaded", "", "too many calls at once; try again");
        return WM_OK;
    }
    struct wm_fault fault = {0};
    work->kind = WM_WORK_EVENT;
    work->job = job;
    const enum wm_status status = make_event(engine, call, &work->event, &fault);
    if (status == WM_EINVAL) {
        struct wm_batch batch = {.engine = engine, .arena = engine->work_arena};
        wm_answer_reject(&batch, work, &fault, NULL);
        wm_answer_tell(engine, work);
        *work = (struct wm_work){.job = NULL}; /* answered: nothing left to do */
        return WM_OK;
    }
    return status == WM_OK ? wm_cloudevent_digest(&work->event->event, work->digest) : status;
}

enum wm_status
wm_control_prepare(struct wm_engine *engine, struct wm_job *job, struct wm_work *ret_work)
{
    *ret_work = (struct wm_work){.job = NULL};
    struct wm_value call = {.number = 0};
    const enum wm_status status =
        wm_value_parse(engine->work_arena, (struct wm_span){job->bytes, job->size}, &call);
    if (status == WM_NOMEM) {
        return status;
    }
    const struct wm_span op = wm_value_text(wm_value_get(&call, wm_span("op")));
    if (wm_span_is(op, "publish")) {
        return prepare_publish(engine, job, &call, ret_work);
    }
    if (wm_span_is(op, "dead-letters.retry") || wm_span_is(op, "dead-letters.drop")) {
        *ret_work = (struct wm_work){.kind = WM_WORK_LETTERS, .job = job, .call = call};
    } else if (wm_span_starts(op, "clock.")) {
        *ret_work = (struct wm_work){.kind = WM_WORK_CLOCK, .job = job, .call = call};
    } else {
        wm_fault_set(&job->fault, "bad-call", "op", "there is no call \"%.*s\"", WM_SPAN_ARG(op));
        reply(job, WM_REPLY_REJECT, (struct wm_span){0});
    }
    return WM_OK;
}

/* ---- the manual clock ------------------------------------------------------------------------ */

static enum wm_status
store_clock(struct wm_engine *engine, struct wm_told *told)
{
    struct wm_work work = {.kind = WM_WORK_CLOCK};
    return wm_batch_work(engine, &work, 1, told);
}

/* Stands the clock at each due moment in turn, so that no rung is late, and at last at `target`. */
static enum wm_status
move_to(struct wm_engine *engine, int64_t target_us, struct wm_told *told)
{
    struct wm_domain_clock *clock = &engine->clock;
    clock->stands_us = wm_engine_now(engine, wm_engine_real(engine));
    clock->is_following = false;
    engine->wake_rest_us = 0;
    enum wm_status status = wm_engine_due(engine, told);
    while (status == WM_OK) {
        int64_t next_us = WM_NEVER;
        status = wm_store_next_wake(engine->store, &next_us);
        if (status != WM_OK || next_us > target_us) {
            break;
        }
        clock->stands_us = next_us > clock->stands_us ? next_us : clock->stands_us;
        status = wm_engine_due(engine, told);
    }
    if (status == WM_OK) {
        clock->stands_us = target_us;
    }
    wm_nudge_all(engine);
    const enum wm_status stored = store_clock(engine, told);
    return status == WM_OK ? stored : status;
}

static enum wm_status
follow(struct wm_engine *engine, struct wm_told *told)
{
    struct wm_domain_clock *clock = &engine->clock;
    const int64_t real_us = wm_engine_real(engine);
    clock->stands_us = wm_engine_now(engine, real_us);
    clock->base_real_us = real_us;
    clock->is_following = true;
    wm_nudge_all(engine);
    const enum wm_status status = store_clock(engine, told);
    return status == WM_OK ? wm_engine_due(engine, told) : status;
}

/* Where the call wants the clock; false with the job refused. */
static bool
find_target(struct wm_engine *engine, struct wm_job *job, const struct wm_value *call,
            int64_t *ret_us)
{
    const int64_t now_us = wm_engine_now(engine, wm_engine_real(engine));
    const struct wm_span op = wm_value_text(wm_value_get(call, wm_span("op")));
    const struct wm_span time = wm_value_text(wm_value_get(call, wm_span("time")));
    const struct wm_span text = wm_value_text(wm_value_get(call, wm_span("duration")));
    const struct wm_calendars *calendars = &engine->policy->calendars;
    struct wm_duration duration;
    if (wm_span_is(op, "clock.advance")) {
        if (wm_duration_parse(text, &duration) != WM_OK || duration.count < 0) {
            refuse(job, "bad-call",
                   "duration: write for example \"5 working days\" or \"24 hours\"");
            return false;
        }
        *ret_us =
            wm_moment_after(calendars->count > 0 ? &calendars->items[0] : NULL, now_us, duration);
        return true;
    }
    if (!wm_span_is(op, "clock.set")) {
        refuse(job, "bad-call", "the clock can be set, advanced or told to follow");
        return false;
    }
    if (wm_time_parse(time, ret_us) != WM_OK) {
        refuse(job, "bad-call", "time: write for example \"2026-01-05T09:00:00Z\"");
        return false;
    }
    if (*ret_us < now_us) {
        char now[WM_TIME_SIZE];
        wm_time_format(now_us, now);
        wm_fault_set(&job->fault, "guard", "time", "the clock shows %s, and it moves forward only",
                     now);
        reply(job, WM_REPLY_REJECT, (struct wm_span){0});
        return false;
    }
    return true;
}

enum wm_status
wm_control_clock(struct wm_engine *engine, struct wm_job *job, const struct wm_value *call,
                 struct wm_told *told)
{
    if (!engine->clock.is_manual) {
        refuse(job, "guard",
               "the clock is the machine's; with clock = \"manual\" in the config it can be moved");
        return WM_OK;
    }
    int64_t target_us = 0;
    enum wm_status status = WM_OK;
    if (wm_span_is(wm_value_text(wm_value_get(call, wm_span("op"))), "clock.follow")) {
        status = follow(engine, told);
    } else if (find_target(engine, job, call, &target_us)) {
        status = move_to(engine, target_us, told);
    } else {
        return WM_OK;
    }
    char now[WM_TIME_SIZE];
    wm_time_format(wm_engine_now(engine, wm_engine_real(engine)), now);
    if (status == WM_AGAIN) {
        wm_fault_set(&job->fault, "store-unavailable", "",
                     "the clock stands at %s: something that fell due there could not be done; "
                     "the journal says what",
                     now);
        reply(job, WM_REPLY_RETRY, (struct wm_span){0});
        return WM_OK;
    }
    if (status != WM_OK) {
        refuse(job, "store-unavailable", wm_store_why(engine->store));
        return status;
    }
    char detail[DETAIL_TEXT];
    (void)snprintf(detail, sizeof detail, "{\"now\":\"%s\",\"mode\":\"manual\",\"following\":%s}",
                   now, engine->clock.is_following ? "true" : "false");
    reply(job, WM_REPLY_OK, wm_span(detail));
    return WM_OK;
}
