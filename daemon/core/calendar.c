/* calendar.c - local days and working days. */
#include "daemon/core/calendar.h"

#include <assert.h>

enum {
    SECONDS_PER_DAY = 86400,
    JUMP_MAX = 1 << 22, /* working days that one addition may span: far beyond any duration */
    DAY_LIMIT = 1 << 26 /* days this far from 1970 are a mistake of ours */
};

/* Instants this far from 1970 are a mistake of ours (WM_NEVER above all). */
static const int64_t us_limit = INT64_MAX / 4;

const struct wm_calendar *
wm_calendar_find(const struct wm_calendars *calendars, struct wm_span name)
{
    assert(calendars != NULL);
    assert(calendars->count == 0 || calendars->items != NULL);
    for (size_t i = 0; i < calendars->count; i++) {
        if (wm_span_equal(calendars->items[i].name, name)) {
            return &calendars->items[i];
        }
    }
    return NULL;
}

/* ---- local time ---- */

/* The offset that holds at an instant. */
static int64_t
offset_us(const struct wm_calendar *calendar, int64_t us)
{
    size_t low = 0; /* the last change known to be at or before us */
    size_t high = calendar->change_count;
    assert(calendar->change_count > 0);
    assert(calendar->changes[0].from_us == INT64_MIN);
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (calendar->changes[middle].from_us <= us) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return calendar->changes[low].offset_s * WM_US_PER_SECOND;
}

int32_t
wm_calendar_day(const struct wm_calendar *calendar, int64_t us)
{
    assert(calendar != NULL);
    assert(us > -us_limit && us < us_limit);
    return wm_day_of_time(us + offset_us(calendar, us));
}

int32_t
wm_calendar_second(const struct wm_calendar *calendar, int64_t us)
{
    assert(calendar != NULL);
    assert(us > -us_limit && us < us_limit);
    const int64_t local_us = us + offset_us(calendar, us);
    const int64_t rest_us = local_us - wm_day_of_time(local_us) * WM_US_PER_DAY;
    return (int32_t)(rest_us / WM_US_PER_SECOND);
}

/* True if the local time that clocks show is reached only after change `index` was left: the next
 * change comes first. */
static bool
is_behind(const struct wm_calendar *calendar, size_t index, int64_t local_us)
{
    assert(index + 1 < calendar->change_count);
    assert(calendar->changes[index].from_us < calendar->changes[index + 1].from_us);
    const int64_t end_us = calendar->changes[index + 1].from_us;
    return end_us + calendar->changes[index].offset_s * WM_US_PER_SECOND <= local_us;
}

int64_t
wm_calendar_at(const struct wm_calendar *calendar, int32_t day, int32_t second)
{
    assert(calendar->change_count > 0);
    assert(second >= 0 && second < SECONDS_PER_DAY);
    assert(day > -DAY_LIMIT);
    const int32_t seen = day < WM_DAY_LAST ? day : WM_DAY_LAST;
    const int64_t local_us = seen * WM_US_PER_DAY + second * WM_US_PER_SECOND;
    /* The first stretch of constant offset whose clocks get beyond this local time shows it, or,
     * where the clocks skip it, begins at their jump. */
    size_t low = 0;
    size_t high = calendar->change_count - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_behind(calendar, middle, local_us)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const struct wm_zone_change *change = &calendar->changes[low];
    const int64_t us = local_us - change->offset_s * WM_US_PER_SECOND;
    return us > change->from_us ? us : change->from_us;
}

int64_t
wm_calendar_start(const struct wm_calendar *calendar, int32_t day)
{
    return wm_calendar_at(calendar, day, 0);
}

/* ---- working days ---- */

static bool
in_week(const struct wm_calendar *calendar, int32_t day)
{
    assert(calendar->working_week != 0);
    assert(calendar->working_week < 1U << WM_WEEK);
    return (calendar->working_week >> (unsigned)wm_weekday(day) & 1U) != 0;
}

/* Days of one working week. (The compiler's popcount may be a call into its library, which a pure
 * archive does not make.) */
static int32_t
days_a_week(const struct wm_calendar *calendar)
{
    int32_t count = 0;
    for (uint32_t rest = calendar->working_week; rest != 0; rest &= rest - 1) {
        count++;
    }
    assert(count > 0);
    assert(count <= WM_WEEK);
    return count;
}

/* Index of the first holiday on or after the day. */
static size_t
first_holiday(const struct wm_calendar *calendar, int32_t day)
{
    size_t low = 0;
    size_t high = calendar->holiday_count;
    assert(calendar->holiday_count == 0 || calendar->holidays != NULL);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (calendar->holidays[middle].day < day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    assert(low <= calendar->holiday_count);
    return low;
}

/* Index of the first closure that ends on or after the day. */
static size_t
first_closure(const struct wm_calendar *calendar, int32_t day)
{
    size_t low = 0;
    size_t high = calendar->closure_count;
    assert(calendar->closure_count == 0 || calendar->closures != NULL);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (calendar->closures[middle].to < day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    assert(low <= calendar->closure_count);
    return low;
}

static const struct wm_day_off *
holiday_on(const struct wm_calendar *calendar, int32_t day)
{
    const size_t at = first_holiday(calendar, day);
    assert(at <= calendar->holiday_count);
    const bool found = at < calendar->holiday_count && calendar->holidays[at].day == day;
    return found ? &calendar->holidays[at] : NULL;
}

static const struct wm_closure *
closure_on(const struct wm_calendar *calendar, int32_t day)
{
    const size_t at = first_closure(calendar, day);
    assert(at <= calendar->closure_count);
    const bool found = at < calendar->closure_count && calendar->closures[at].from <= day;
    return found ? &calendar->closures[at] : NULL;
}

bool
wm_calendar_is_working(const struct wm_calendar *calendar, int32_t day)
{
    assert(calendar != NULL);
    return in_week(calendar, day) && holiday_on(calendar, day) == NULL &&
           closure_on(calendar, day) == NULL;
}

struct wm_span
wm_calendar_why_off(const struct wm_calendar *calendar, int32_t day)
{
    static const char *const weekdays[WM_WEEK] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};
    assert(calendar != NULL);
    const struct wm_day_off *holiday = holiday_on(calendar, day);
    if (holiday != NULL) {
        return holiday->name;
    }
    const struct wm_closure *closure = closure_on(calendar, day);
    if (closure != NULL) {
        return closure->name;
    }
    const int weekday = wm_weekday(day);
    assert(weekday >= 0 && weekday < WM_WEEK);
    return in_week(calendar, day) ? (struct wm_span){0} : wm_span(weekdays[weekday]);
}

/* Days of the working week from `from` to `to`, holidays or not. */
static int32_t
week_days(const struct wm_calendar *calendar, int32_t from, int32_t to)
{
    assert(from <= to);
    const int32_t weeks = (to - from + 1) / WM_WEEK;
    int32_t count = weeks * days_a_week(calendar);
    for (int32_t day = from + weeks * WM_WEEK; day <= to; day++) {
        count += in_week(calendar, day) ? 1 : 0;
    }
    assert(count <= to - from + 1);
    return count;
}

/* Days of the working week from `from` to `to` that lie in closures. */
static int32_t
days_closed(const struct wm_calendar *calendar, int32_t from, int32_t to)
{
    int32_t count = 0;
    assert(from <= to);
    for (size_t i = first_closure(calendar, from); i < calendar->closure_count; i++) {
        const struct wm_closure *closure = &calendar->closures[i];
        if (closure->from > to) {
            break;
        }
        const int32_t first = closure->from > from ? closure->from : from;
        const int32_t last = closure->to < to ? closure->to : to;
        count += week_days(calendar, first, last);
    }
    assert(count <= to - from + 1);
    return count;
}

/* Days of the working week from `from` to `to` that are off all the same. A holiday within a
 * closure is one day off, not two. */
static int32_t
days_lost(const struct wm_calendar *calendar, int32_t from, int32_t to)
{
    int32_t count = days_closed(calendar, from, to);
    assert(from <= to);
    for (size_t i = first_holiday(calendar, from); i < calendar->holiday_count; i++) {
        const int32_t day = calendar->holidays[i].day;
        if (day > to) {
            break;
        }
        count += in_week(calendar, day) && closure_on(calendar, day) == NULL ? 1 : 0;
    }
    assert(count <= to - from + 1);
    return count;
}

/* The n-th day of the working week after (step 1) or before (step -1) a day, holidays or not. */
static int32_t
skip_week_days(const struct wm_calendar *calendar, int32_t day, int32_t n, int32_t step)
{
    const int32_t a_week = days_a_week(calendar);
    assert(n > 0);
    assert(step == 1 || step == -1);
    /* Whole weeks but the last, so that the walk ends on a day of the working week. */
    const int32_t weeks = (n - 1) / a_week;
    int32_t left = n - weeks * a_week;
    day += step * weeks * WM_WEEK;
    while (left > 0) {
        day += step;
        left -= in_week(calendar, day) ? 1 : 0;
    }
    return day;
}

int32_t
wm_calendar_add(const struct wm_calendar *calendar, int32_t day, int32_t n)
{
    assert(n >= -JUMP_MAX && n <= JUMP_MAX);
    assert(day > -DAY_LIMIT && day < DAY_LIMIT);
    const int32_t step = n < 0 ? -1 : 1;
    int32_t left = n * step;
    /* Each jump is short by the days that were lost on its way: these are still to go. */
    while (left > 0) {
        const int32_t to = skip_week_days(calendar, day, left, step);
        left = step > 0 ? days_lost(calendar, day + 1, to) : days_lost(calendar, to, day - 1);
        day = to;
    }
    return day;
}

int32_t
wm_calendar_count(const struct wm_calendar *calendar, int32_t from, int32_t to)
{
    assert(calendar != NULL && calendar->working_week != 0);
    assert(from > -DAY_LIMIT && to < DAY_LIMIT);
    if (to <= from) {
        return 0;
    }
    return week_days(calendar, from + 1, to) - days_lost(calendar, from + 1, to);
}

bool
wm_calendar_knows(const struct wm_calendar *calendar, int32_t from, int32_t to)
{
    assert(calendar != NULL);
    assert(calendar->first_known <= calendar->last_known);
    return from >= calendar->first_known && to <= calendar->last_known;
}
