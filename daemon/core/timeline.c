/* timeline.c - what falls due between events: voided extensions, due moments, rungs. In the order
 * of their moments. */
#include <assert.h>

#include "daemon/core/fold.h"

/* A rung that fires later than this after its moment is marked late in the history. */
#define LATE_US WM_US_PER_MINUTE

enum point_kind { POINT_VOID = 1, POINT_DUE, POINT_RUNG };

struct point {
    int64_t us;
    enum point_kind kind;
    size_t clock; /* index in the case's clocks */
    size_t rung;
};

static int64_t
rung_moment(const struct wm_fold *fold, const struct wm_clock *clock, const struct wm_rung *rung)
{
    const bool in_hours = clock->until == INT32_MIN && (clock->target.unit == WM_UNIT_HOURS ||
                                                        clock->target.unit == WM_UNIT_MINUTES);
    if (rung->kind != WM_RUNG_BREACH) {
        return wm_calendar_rung(wm_fold_calendar(fold, clock), clock->due, rung->offset);
    }
    if (in_hours) {
        return clock->due.us;
    }
    /* People hear of it on the first working day after the due day; the status says so from the due
     * moment on. */
    const struct wm_duration next = {1, WM_UNIT_WORKING_DAYS, false};
    return wm_calendar_rung(wm_fold_calendar(fold, clock), clock->due, next);
}

/* When the rung fires; WM_NEVER if it never will. One whose moment lay before the event that made
 * it known waits for the rest of a late batch. */
static int64_t
rung_fires(const struct wm_fold *fold, const struct wm_clock *clock, size_t index)
{
    const struct wm_rung *rung = &wm_clock_def(fold, clock)->rungs[index];
    if ((clock->fired >> index & 1U) != 0) {
        return WM_NEVER;
    }
    const int64_t moment = rung_moment(fold, clock, rung);
    if (moment < clock->started_us && rung->kind == WM_RUNG_WARN) {
        return WM_NEVER;
    }
    if (moment >= clock->known_us) {
        return moment;
    }
    const struct wm_duration settle = fold->workflow->settle;
    const int64_t unit = settle.unit == WM_UNIT_HOURS ? WM_US_PER_HOUR : WM_US_PER_MINUTE;
    const int64_t settled = clock->known_us + settle.count * unit;
    /* A warning of what has passed by then warns of nothing. */
    return rung->kind == WM_RUNG_WARN && settled >= clock->due.us ? WM_NEVER : settled;
}

static struct wm_fired *
find_fired(struct wm_fold *fold, const struct wm_clock *clock, size_t rung)
{
    const struct wm_span name = wm_clock_name(fold->arena, fold->c, clock);
    for (size_t i = 0; i < fold->fired_count; i++) {
        struct wm_fired *fired = &fold->fired[i];
        if (fired->due_us == clock->due.us && fired->rung == (int64_t)rung &&
            wm_span_equal(fired->clock, name)) {
            return fired;
        }
    }
    return NULL;
}

/* While folding the past: the moment at which history says the rung fired; WM_NEVER: it did not. */
static int64_t
rung_fired(struct wm_fold *fold, const struct wm_clock *clock, size_t index)
{
    if ((clock->fired >> index & 1U) != 0 || find_fired(fold, clock, index) == NULL) {
        return WM_NEVER;
    }
    return rung_moment(fold, clock, &wm_clock_def(fold, clock)->rungs[index]);
}

static bool
has_dependents(const struct wm_fold *fold, int32_t def)
{
    for (size_t i = 0; i < fold->workflow->clock_count; i++) {
        const struct wm_clock_def *other = &fold->workflow->clocks[i];
        for (size_t j = 0; j < other->start_count; j++) {
            if (other->starts[j].moment == WM_MOMENT_DUE && other->starts[j].clock == def) {
                return true;
            }
        }
    }
    return false;
}

static void
consider(struct point *best, int64_t us, enum point_kind kind, const size_t at[2])
{
    if (us < best->us) {
        *best = (struct point){us, kind, at[0], at[1]};
    }
}

/* The earliest thing of one run that is still to come. */
static void
consider_run(struct wm_fold *fold, size_t index, struct point *best)
{
    const struct wm_clock *clock = &fold->c->clocks.items[index];
    const struct wm_clock_def *def = wm_clock_def(fold, clock);
    if (clock->status != WM_CLOCK_RUNNING) {
        return;
    }
    if (clock->extension_open) {
        consider(best, clock->agreed.us, POINT_VOID, (const size_t[]){index, 0});
    }
    if (!clock->due_passed && (def->due_is_met || has_dependents(fold, clock->def))) {
        consider(best, clock->due.us, POINT_DUE, (const size_t[]){index, 0});
    }
    for (size_t i = 0; i < def->rung_count; i++) {
        const int64_t us = fold->silent ? rung_fired(fold, clock, i) : rung_fires(fold, clock, i);
        consider(best, us, POINT_RUNG, (const size_t[]){index, i});
    }
}

static struct point
next_point(struct wm_fold *fold)
{
    struct point best = {.us = WM_NEVER};
    for (size_t i = 0; i < fold->c->clocks.count; i++) {
        consider_run(fold, i, &best);
    }
    return best;
}

/* A higher rung of the same run has come as well: it speaks for this one. */
static bool
is_overtaken(const struct wm_fold *fold, const struct wm_clock *clock, size_t index)
{
    const struct wm_clock_def *def = wm_clock_def(fold, clock);
    for (size_t i = index + 1; i < def->rung_count; i++) {
        const int64_t fires = rung_fires(fold, clock, i);
        if (wm_clock_live(clock) && fires > fold->at_us && fires <= fold->now_us) {
            return true;
        }
    }
    return false;
}

static const char *
rung_type(enum wm_rung_kind kind)
{
    switch (kind) {
    case WM_RUNG_WARN:
        return "waymark.clock.warned";
    case WM_RUNG_BREACH:
        return "waymark.clock.breached";
    case WM_RUNG_ESCALATE:
        return "waymark.clock.escalated";
    }
    return "waymark.clock.warned";
}

static struct wm_value
clock_data(struct wm_fold *fold, const struct wm_clock *clock)
{
    struct wm_value data = wm_value_object(NULL, 0);
    wm_value_put(fold->arena, &data, wm_span("clock"),
                 wm_value_string(wm_clock_name(fold->arena, fold->c, clock)));
    wm_value_put(fold->arena, &data, wm_span("run"), wm_value_int(clock->run));
    wm_value_put(fold->arena, &data, wm_span("due"),
                 wm_value_string(wm_time_text(fold->arena, clock->due.us)));
    wm_value_put(fold->arena, &data, wm_span("due_day"),
                 wm_value_string(wm_day_text(fold->arena, clock->due.day)));
    return data;
}

/* Ids are derived from case, clock, run, due moment and what happened: the same rung, the same id.
 */
static struct wm_span
point_id(struct wm_fold *fold, const struct wm_clock *clock, const char *what, size_t index)
{
    const struct wm_span name = wm_clock_name(fold->arena, fold->c, clock);
    return wm_arena_printf(fold->arena, "%.*s/%.*s/%d/%lld/%s%zu.%lld", WM_SPAN_ARG(fold->c->ref),
                           WM_SPAN_ARG(name), (int)clock->run,
                           (long long)(clock->due.us / WM_US_PER_SECOND), what, index,
                           (long long)fold->c->seq + 1);
}

static void
fire(struct wm_fold *fold, struct wm_clock *clock, size_t index)
{
    const struct wm_clock_def *def = wm_clock_def(fold, clock);
    const struct wm_rung *rung = &def->rungs[index];
    clock->fired |= 1U << index;
    struct wm_value data = clock_data(fold, clock);
    wm_value_put(fold->arena, &data, wm_span("rung"), wm_value_int((int64_t)index));
    const int64_t moment = rung_moment(fold, clock, rung);
    if (fold->now_us - moment > LATE_US) {
        wm_value_put(fold->arena, &data, wm_span("late"), wm_value_bool(true));
        wm_value_put(fold->arena, &data, wm_span("moment"),
                     wm_value_string(wm_time_text(fold->arena, moment)));
    }
    const bool overtaken = is_overtaken(fold, clock, index);
    wm_fold_row(fold, false, wm_span(rung_type(rung->kind)), point_id(fold, clock, "rung", index),
                data);
    const struct wm_item *before = fold->item;
    fold->item =
        clock->item.data != NULL ? wm_case_item(fold->c, def->item_kind, clock->item) : before;
    fold->clock = clock;
    fold->mute = overtaken;
    wm_actions_run(fold, rung->actions, rung->action_count);
    fold->mute = false;
    wm_transition_follow(fold, wm_span(rung_type(rung->kind)), data);
    fold->clock = NULL;
    fold->item = before;
}

/* A rung that history has already is only marked; a new one fires. */
static void
fire_or_mark(struct wm_fold *fold, struct wm_clock *clock, size_t index)
{
    struct wm_fired *fired = find_fired(fold, clock, index);
    if (fired != NULL) {
        fired->seen = true;
        clock->fired |= 1U << index;
        return;
    }
    const bool silent = fold->silent;
    fold->silent = false;
    fire(fold, clock, index);
    fold->silent = silent;
}

void
wm_timeline_breach(struct wm_fold *fold, struct wm_clock *clock)
{
    const struct wm_clock_def *def = wm_clock_def(fold, clock);
    const size_t row = fold->row;
    for (size_t i = 0; i < def->rung_count; i++) {
        if (def->rungs[i].kind == WM_RUNG_BREACH && (clock->fired >> i & 1U) == 0) {
            fire_or_mark(fold, clock, i);
        }
    }
    /* What the event itself does goes on in the event's own row. */
    fold->row = row;
}

/* No written notice came in time: the extension falls, and the old due day counts. */
static void
void_extension(struct wm_fold *fold, struct wm_clock *clock)
{
    const struct wm_calendar *calendar = wm_fold_calendar(fold, clock);
    const int32_t fallen = wm_calendar_count(calendar, clock->agreed.day, clock->due.day);
    wm_fold_row(fold, false, wm_span("waymark.clock.corrected"), point_id(fold, clock, "void", 0),
                clock_data(fold, clock));
    clock->extension_open = false;
    clock->extended = fallen < clock->extended ? clock->extended - fallen : 0;
    clock->due = clock->agreed;
    clock->known_us = fold->at_us;
    clock->fired = 0;
    wm_fold_clock_effect(fold, clock, "corrected");
    wm_fold_note(fold,
                 "The extension is void: no written notice with proof was sent before it was due.");
}

static void
pass_due(struct wm_fold *fold, struct wm_clock *clock)
{
    clock->due_passed = true;
    const bool met = wm_clock_def(fold, clock)->due_is_met;
    const struct wm_span type = wm_span(met ? "waymark.clock.met" : "waymark.clock.due");
    const struct wm_value data = clock_data(fold, clock);
    const struct wm_item *before = fold->item;
    if (clock->item.data != NULL) {
        fold->item = wm_case_item(fold->c, wm_clock_def(fold, clock)->item_kind, clock->item);
    }
    wm_fold_row(fold, false, type, point_id(fold, clock, "due", 0), data);
    if (met) {
        wm_judge_meet(fold, clock);
    } else {
        wm_judge_clock_moment(fold, clock, WM_MOMENT_DUE);
    }
    wm_transition_follow(fold, type, data);
    fold->item = before;
}

void
wm_timeline_advance(struct wm_fold *fold, int64_t to_us)
{
    for (;;) {
        const struct point point = next_point(fold);
        if (point.us > to_us || fold->too_much || wm_arena_failed(fold->arena)) {
            return;
        }
        struct wm_clock *clock = &fold->c->clocks.items[point.clock];
        fold->at_us = point.us;
        if (fold->c->folded_us < point.us) {
            fold->c->folded_us = point.us;
        }
        switch (point.kind) {
        case POINT_VOID:
            void_extension(fold, clock);
            break;
        case POINT_DUE:
            pass_due(fold, clock);
            break;
        case POINT_RUNG:
            if (fold->silent) {
                fire_or_mark(fold, clock, point.rung);
            } else {
                fire(fold, clock, point.rung);
            }
            break;
        }
    }
}

int64_t
wm_timeline_next(struct wm_fold *fold)
{
    assert(!fold->silent);
    return next_point(fold).us;
}
