/* clock.c - one run of a clock: its due moment, and what moves it. */
#include <assert.h>

#include "daemon/core/fold.h"

bool
wm_clock_live(const struct wm_clock *clock)
{
    return clock->status == WM_CLOCK_RUNNING || clock->status == WM_CLOCK_PAUSED;
}

const struct wm_clock_def *
wm_clock_def(const struct wm_fold *fold, const struct wm_clock *clock)
{
    assert(clock->def >= 0 && (size_t)clock->def < fold->workflow->clock_count);
    return &fold->workflow->clocks[clock->def];
}

const struct wm_calendar *
wm_fold_calendar(const struct wm_fold *fold, const struct wm_clock *clock)
{
    const struct wm_calendar *calendar =
        wm_calendar_find(fold->world->calendars, wm_clock_def(fold, clock)->calendar);
    assert(calendar != NULL); /* the policy's checker saw to it */
    return calendar;
}

static bool
in_days(const struct wm_clock *clock)
{
    return clock->until != INT32_MIN || clock->target.unit == WM_UNIT_WORKING_DAYS ||
           clock->target.unit == WM_UNIT_DAYS;
}

/* Working days that were kept at each pause are counted anew from the day it ended; hours are kept
 * exactly. */
static struct wm_due
after_pauses(const struct wm_calendar *calendar, const struct wm_clock *clock, struct wm_due due)
{
    for (size_t i = 0; i < clock->pause_count; i++) {
        const struct wm_pause *pause = &clock->pauses[i];
        if (pause->to_us == WM_NEVER) {
            continue;
        }
        if (in_days(clock)) {
            const int32_t kept =
                wm_calendar_count(calendar, wm_calendar_day(calendar, pause->from_us), due.day);
            const int32_t resumed = wm_calendar_day(calendar, pause->to_us);
            due = wm_calendar_due_on(calendar, wm_calendar_add(calendar, resumed, kept));
        } else {
            due.us += pause->to_us - pause->from_us;
            due.day = wm_calendar_day(calendar, due.us);
        }
    }
    return due;
}

/* Sets the due moment from the reckoning that the run keeps. */
static void
reckon(struct wm_fold *fold, struct wm_clock *clock)
{
    const struct wm_calendar *calendar = wm_fold_calendar(fold, clock);
    struct wm_due due;
    if (clock->until != INT32_MIN) {
        due = wm_calendar_due_on(calendar, clock->until);
    } else if (in_days(clock)) {
        due = wm_calendar_due_from_day(calendar, clock->day0, clock->target);
    } else {
        due = wm_calendar_due(calendar, clock->started_us, clock->target);
    }
    due = after_pauses(calendar, clock, due);
    if (clock->extended > 0) {
        due = wm_calendar_due_on(calendar, wm_calendar_add(calendar, due.day, clock->extended));
    }
    clock->due = due;
    clock->known_us = fold->now_us;
    clock->fired = 0;
    clock->due_passed = false;
    clock->calendar_version = calendar->version;
    clock->outside = !wm_calendar_knows(calendar, clock->day0, due.day);
    if (clock->outside) {
        const struct wm_date date = wm_date_of(due.day);
        wm_fold_note(fold,
                     "The due day of %.*s lies outside the holidays that calendar %.*s knows (%d).",
                     WM_SPAN_ARG(wm_clock_def(fold, clock)->name), WM_SPAN_ARG(calendar->name),
                     (int)date.year);
    }
}

/* The count of a target that is read from a field; its own count where the field says nothing
 * sensible. */
static int32_t
target_count(struct wm_fold *fold, const struct wm_target *target)
{
    if (target->days.root != 0) {
        const struct wm_value value = wm_operand_value(fold, &target->days);
        if (value.kind == WM_VALUE_INT && value.number > 0 && value.number <= WM_DURATION_MAX) {
            return (int32_t)value.number;
        }
    }
    return target->duration.count;
}

/* Chooses the first target that holds and can be told. False: none, the clock does not start. */
static bool
choose_target(struct wm_fold *fold, struct wm_clock *clock)
{
    const struct wm_clock_def *def = wm_clock_def(fold, clock);
    for (size_t i = 0; i < def->target_count; i++) {
        const struct wm_target *target = &def->targets[i];
        if (!wm_condition_holds(fold, target->when)) {
            continue;
        }
        if (target->until.root != 0) {
            const struct wm_value value = wm_operand_value(fold, &target->until);
            int32_t day = 0;
            if (wm_day_parse(wm_value_text(&value), &day) != WM_OK) {
                continue;
            }
            clock->until = day;
            clock->target = (struct wm_duration){0};
            return true;
        }
        clock->target = target->duration;
        clock->target.count = target_count(fold, target);
        clock->until = INT32_MIN;
        if (clock->target.count > 0) {
            return true;
        }
    }
    return false;
}

void
wm_clock_start(struct wm_fold *fold, int32_t def, const struct wm_item *item, int32_t day0,
               int64_t at_us)
{
    const struct wm_clock_def *rules = &fold->workflow->clocks[def];
    const struct wm_span key = rules->item_kind >= 0 ? item->id : (struct wm_span){0};
    struct wm_clock *clock = wm_case_clock(fold->c, def, key);
    if (clock != NULL && (wm_clock_live(clock) || rules->once)) {
        return;
    }
    struct wm_clock run = {.def = def, .item = key, .run = clock != NULL ? clock->run + 1 : 1};
    run.status = WM_CLOCK_RUNNING;
    run.started_us = at_us;
    run.day0 = day0;
    run.stopped_us = WM_NEVER;
    run.until = INT32_MIN;
    const struct wm_item *before = fold->item;
    fold->item = rules->item_kind >= 0 ? item : before;
    const bool chosen = choose_target(fold, &run);
    fold->item = before;
    if (!chosen) {
        return;
    }
    if (clock == NULL) {
        if (fold->c->clocks.count >= WM_CLOCKS_MAX) {
            fold->too_much = true;
            return;
        }
        clock = WM_PUSH(fold->arena, &fold->c->clocks);
    }
    *clock = run;
    reckon(fold, clock);
    clock->agreed = clock->due;
    wm_fold_clock_effect(fold, clock, "started");
}

void
wm_clock_stop(struct wm_fold *fold, struct wm_clock *clock, enum wm_clock_status status)
{
    assert(wm_clock_live(clock));
    assert(status == WM_CLOCK_MET || status == WM_CLOCK_CANCELLED);
    /* Where nothing heard by the due moment is the good end, nothing is late. */
    const bool late = clock->status == WM_CLOCK_RUNNING && fold->at_us >= clock->due.us &&
                      !wm_clock_def(fold, clock)->due_is_met;
    if (clock->status == WM_CLOCK_PAUSED) {
        /* Stopped while paused: the pause ends here, so that the due moment can be told. */
        clock->pauses[clock->pause_count - 1].to_us = fold->at_us;
        clock->status = WM_CLOCK_RUNNING;
        reckon(fold, clock);
    }
    /* A promise that was broken stays broken, even when nobody waits for it any more. */
    if (late) {
        wm_timeline_breach(fold, clock);
    }
    clock->stopped_us = fold->at_us;
    clock->status = late ? WM_CLOCK_BREACHED : status;
    clock->extension_open = false;
    wm_fold_clock_effect(fold, clock, status == WM_CLOCK_CANCELLED ? "cancelled" : "met");
}

void
wm_clock_pause(struct wm_fold *fold, struct wm_clock *clock)
{
    if (clock->status != WM_CLOCK_RUNNING || fold->at_us >= clock->due.us) {
        return;
    }
    const struct wm_calendar *calendar = wm_fold_calendar(fold, clock);
    struct wm_pause *pauses = WM_NEW_ARRAY(fold->arena, struct wm_pause, clock->pause_count + 1);
    if (wm_arena_failed(fold->arena)) {
        return;
    }
    if (clock->pause_count > 0) {
        memcpy(pauses, clock->pauses, clock->pause_count * sizeof *pauses);
    }
    pauses[clock->pause_count] = (struct wm_pause){fold->at_us, WM_NEVER};
    clock->pauses = pauses;
    clock->pause_count++;
    clock->status = WM_CLOCK_PAUSED;
    clock->paused_rest =
        wm_calendar_count(calendar, wm_calendar_day(calendar, fold->at_us), clock->due.day);
    clock->paused_rest_us = clock->due.us - fold->at_us;
    clock->due = (struct wm_due){WM_NEVER, 0};
    wm_fold_clock_effect(fold, clock, "paused");
}

void
wm_clock_resume(struct wm_fold *fold, struct wm_clock *clock)
{
    if (clock->status != WM_CLOCK_PAUSED) {
        return;
    }
    assert(clock->pause_count > 0);
    clock->pauses[clock->pause_count - 1].to_us = fold->at_us;
    clock->status = WM_CLOCK_RUNNING;
    reckon(fold, clock);
    wm_fold_clock_effect(fold, clock, "resumed");
}

void
wm_clock_extend(struct wm_fold *fold, struct wm_clock *clock, int32_t days)
{
    const struct wm_clock_def *def = wm_clock_def(fold, clock);
    const int32_t room = def->limit.count - clock->extended;
    /* Only what is asked for before it was due, and together at most the limit (workflow.md 3). */
    if (clock->status != WM_CLOCK_RUNNING || fold->at_us >= clock->due.us || days <= 0 ||
        room <= 0) {
        return;
    }
    if (!clock->extension_open) {
        clock->agreed = clock->due;
    }
    clock->extended += days < room ? days : room;
    clock->extension_open = def->void_unless != NULL;
    reckon(fold, clock);
    wm_fold_clock_effect(fold, clock, "extended");
}

void
wm_clock_retarget(struct wm_fold *fold, struct wm_clock *clock)
{
    if (clock->status != WM_CLOCK_RUNNING) {
        return;
    }
    struct wm_clock anew = *clock;
    if (!choose_target(fold, &anew)) {
        return;
    }
    const struct wm_due before = clock->due;
    const int64_t known = clock->known_us;
    const uint32_t fired = clock->fired;
    const bool passed = clock->due_passed;
    *clock = anew;
    reckon(fold, clock);
    if (clock->due.us == before.us) {
        clock->known_us = known;
        clock->fired = fired;
        clock->due_passed = passed;
        return;
    }
    wm_fold_clock_effect(fold, clock, "retargeted");
}
