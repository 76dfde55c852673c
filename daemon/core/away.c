/* away.c - the one predicate of being away, and when it wants a case moved. */
#include "daemon/core/away.h"

#include <assert.h>

struct wm_scene
wm_scene_of(const struct wm_people *people, const struct wm_calendar *calendar,
            const struct wm_want *want)
{
    assert(people != NULL && calendar != NULL);
    assert(want != NULL);
    struct wm_scene scene = {.people = people, .calendar = calendar, .want = want};
    scene.today = wm_calendar_day(calendar, want->now_us);
    scene.has_clock = want->due.us != WM_NEVER;
    if (!scene.has_clock) {
        /* As far as leave must reach to be too long on the day on which it would move cases. */
        const int32_t working_days = people->handover_lead + people->handover_after + 1;
        scene.last = wm_calendar_add(calendar, scene.today - 1, working_days);
    } else {
        /* What is overdue is due today. */
        scene.last = want->due.day > scene.today ? want->due.day : scene.today;
    }
    wm_scene_reach(&scene);
    return scene;
}

/* ---- days away ---- */

/* Where the time away really begins: leave that follows on other leave, with at most days off
 * between, is one time away. */
static int32_t
real_start(const struct wm_calendar *calendar, const struct wm_officer *officer, int32_t from)
{
    int32_t start = from;
    assert(officer->leave_count > 0);
    for (size_t round = 0; round < officer->leave_count; round++) {
        const int32_t before = wm_calendar_add(calendar, start, -1);
        int32_t earlier = start;
        for (size_t i = 0; i < officer->leave_count; i++) {
            const struct wm_leave *leave = &officer->leaves[i];
            const bool joins = leave->from <= before && before <= leave->to;
            earlier = joins && leave->from < earlier ? leave->from : earlier;
        }
        if (earlier == start) {
            break;
        }
        start = earlier;
    }
    assert(start <= from);
    return start;
}

/* When leave that begins on a day wants cases moved. */
static int64_t
lead_us(const struct wm_scene *scene, const struct wm_officer *officer, int32_t from)
{
    const int32_t start = real_start(scene->calendar, officer, from);
    assert(scene->people->handover_lead >= 0);
    return wm_calendar_start(
        scene->calendar, wm_calendar_add(scene->calendar, start, -scene->people->handover_lead));
}

/* When patience with an absence of unknown length ends: its working days are over. */
static int64_t
grace_us(const struct wm_scene *scene, int32_t from)
{
    assert(scene->people->absence_grace >= 0);
    const int32_t last = wm_calendar_add(scene->calendar, from - 1, scene->people->absence_grace);
    return wm_calendar_start(scene->calendar, last + 1);
}

/* The moment from which on the clock falls due within a working day. */
static int64_t
urgent_us(const struct wm_scene *scene)
{
    assert(scene->has_clock);
    return wm_calendar_start(scene->calendar,
                             wm_calendar_add(scene->calendar, scene->want->due.day, -1));
}

/* When a period begins to count for moving what the officer has. */
static int64_t
comes_us(const struct wm_scene *scene, const struct wm_officer *officer, struct wm_period period)
{
    if (!period.absence) {
        return lead_us(scene, officer, period.from);
    }
    const int64_t begins_us = wm_calendar_start(scene->calendar, period.from);
    if (period.to != INT32_MAX) {
        return begins_us;
    }
    const int64_t patience_us = grace_us(scene, period.from);
    const int64_t soon_us = scene->has_clock ? urgent_us(scene) : WM_NEVER;
    const int64_t first_us = soon_us < patience_us ? soon_us : patience_us;
    assert(first_us != WM_NEVER);
    return first_us > begins_us ? first_us : begins_us;
}

/* The officer's days away from today to the last day: all of them, or only what has come. */
struct reckoning {
    int32_t working_days;
    bool on_last_day;
    size_t first; /* index of the earliest period that counts */
    bool any;
};

/* Of the periods that reach `day` or lie after it, the one that begins first (of two the longer).
 */
static bool
next_period(const struct wm_scene *scene, const struct wm_officer *officer, int32_t day,
            bool come_only, size_t *ret_index)
{
    struct wm_period best = {.from = INT32_MAX};
    bool found = false;
    for (size_t i = 0; i < wm_period_count(officer); i++) {
        const struct wm_period period = wm_period_at(scene->calendar, officer, i);
        const int32_t from = period.from > day ? period.from : day;
        const int32_t best_from = best.from > day ? best.from : day;
        if (period.to < day || from > scene->last ||
            (found && (from > best_from || (from == best_from && period.to <= best.to)))) {
            continue;
        }
        if (come_only && comes_us(scene, officer, period) > scene->want->now_us) {
            continue;
        }
        best = period;
        found = true;
        *ret_index = i;
    }
    return found;
}

static struct reckoning
reckon(const struct wm_scene *scene, const struct wm_officer *officer, bool come_only)
{
    struct reckoning sum = {0};
    int32_t day = scene->today;
    size_t index = 0;
    assert(scene->today <= scene->last);
    if (!wm_officer_may_be_off(officer, scene->today, scene->last)) {
        return sum;
    }
    while (day <= scene->last && next_period(scene, officer, day, come_only, &index)) {
        const struct wm_period period = wm_period_at(scene->calendar, officer, index);
        const int32_t from = period.from > day ? period.from : day;
        const int32_t to = period.to < scene->last ? period.to : scene->last;
        assert(from <= to);
        if (!sum.any) {
            sum.first = index;
            sum.any = true;
        }
        sum.working_days += wm_calendar_count(scene->calendar, from - 1, to);
        sum.on_last_day = to == scene->last;
        day = to + 1;
    }
    return sum;
}

static bool
is_too_long(const struct wm_scene *scene, struct reckoning sum)
{
    assert(sum.working_days >= 0);
    return sum.any && ((scene->has_clock && sum.on_last_day) ||
                       sum.working_days > scene->people->handover_after);
}

/* ---- the predicate ---- */

/* A promise in hours is judged by who can be reached, any other by days. */
static bool
by_reach(const struct wm_scene *scene)
{
    assert(scene->want != NULL);
    assert(scene->has_clock == (scene->want->due.us != WM_NEVER));
    return scene->has_clock && scene->want->in_hours;
}

struct wm_span
wm_scene_away(const struct wm_scene *scene, const struct wm_officer *officer,
              struct wm_arena *arena)
{
    size_t index = 0;
    assert(scene != NULL);
    assert(officer != NULL);
    if (officer->left) {
        return wm_span("has left");
    }
    if (officer->kind == WM_OFFICER_EXTERNAL) {
        return (struct wm_span){0};
    }
    if (!by_reach(scene)) {
        const struct reckoning sum = reckon(scene, officer, false);
        return is_too_long(scene, sum) ? wm_period_words(scene->calendar, officer, sum.first, arena)
                                       : (struct wm_span){0};
    }
    if (wm_scene_in_reach(scene, officer)) {
        return (struct wm_span){0};
    }
    return wm_period_find(scene->calendar, officer, scene->today, &index)
               ? wm_period_words(scene->calendar, officer, index, arena)
               : wm_span("neither at work nor on duty, now or soon enough");
}

struct wm_span
wm_people_away(const struct wm_people *people, const struct wm_calendar *calendar,
               const struct wm_officer *officer, const struct wm_want *want, struct wm_arena *arena)
{
    assert(arena != NULL);
    const struct wm_scene scene = wm_scene_of(people, calendar, want);
    return wm_scene_away(&scene, officer, arena);
}

/* The next moment at which a period may change what should be done; WM_NEVER: none. */
static int64_t
check_us(const struct wm_scene *scene, const struct wm_officer *officer, struct wm_period period)
{
    const int64_t now_us = scene->want->now_us;
    const bool overdue = scene->has_clock && scene->want->due.us <= now_us;
    const int64_t begins_us = wm_calendar_start(scene->calendar, period.from);
    assert(period.from <= period.to);
    if (period.to < scene->today || (scene->has_clock && !overdue && period.from > scene->last)) {
        return WM_NEVER;
    }
    const int64_t us = by_reach(scene) ? begins_us : comes_us(scene, officer, period);
    if (us > now_us) {
        return us;
    }
    /* What is overdue is judged by today: nothing but the first day away tells. */
    return overdue && begins_us > now_us ? begins_us : WM_NEVER;
}

int64_t
wm_people_next_check(const struct wm_people *people, const struct wm_calendar *calendar,
                     const struct wm_officer *officer, const struct wm_want *want)
{
    const struct wm_scene scene = wm_scene_of(people, calendar, want);
    int64_t next_us = WM_NEVER;
    assert(officer != NULL);
    if (officer->left || officer->kind == WM_OFFICER_EXTERNAL) {
        return WM_NEVER;
    }
    for (size_t i = 0; i < wm_period_count(officer); i++) {
        const int64_t us = check_us(&scene, officer, wm_period_at(calendar, officer, i));
        next_us = us < next_us ? us : next_us;
    }
    assert(next_us > want->now_us);
    return next_us;
}

/* The period that wants a case moved now; false: none does. */
static bool
moving_period(const struct wm_scene *scene, const struct wm_officer *officer, size_t *ret_index)
{
    assert(officer->kind == WM_OFFICER);
    if (by_reach(scene)) {
        return wm_period_find(scene->calendar, officer, scene->today, ret_index) &&
               !wm_scene_in_reach(scene, officer);
    }
    const struct reckoning sum = reckon(scene, officer, true);
    assert(scene->today <= scene->last);
    *ret_index = sum.first;
    return is_too_long(scene, sum);
}

bool
wm_people_should_move(const struct wm_people *people, const struct wm_calendar *calendar,
                      const struct wm_officer *officer, const struct wm_want *want,
                      struct wm_arena *arena, struct wm_span *ret_why)
{
    const struct wm_scene scene = wm_scene_of(people, calendar, want);
    size_t index = 0;
    assert(officer != NULL);
    assert(ret_why != NULL);
    if (officer->left) {
        *ret_why = wm_arena_printf(arena, "%.*s has left.", WM_SPAN_ARG(officer->name));
        return true;
    }
    if (officer->kind == WM_OFFICER_EXTERNAL || !moving_period(&scene, officer, &index)) {
        return false;
    }
    const struct wm_span words = wm_period_words(calendar, officer, index, arena);
    *ret_why =
        wm_arena_printf(arena, "%.*s is %.*s.", WM_SPAN_ARG(officer->name), WM_SPAN_ARG(words));
    return true;
}
