/* due.c - due moments and the rungs around them. */
#include <assert.h>

#include "daemon/core/calendar.h"

struct wm_due
wm_calendar_due_on(const struct wm_calendar *calendar, int32_t day)
{
    assert(calendar != NULL);
    const int32_t seen = day < WM_DAY_LAST - 1 ? day : WM_DAY_LAST - 1;
    const struct wm_due due = {.us = wm_calendar_start(calendar, seen + 1), .day = seen};
    assert(due.us > wm_calendar_start(calendar, seen));
    return due;
}

/* Due a length of time after an instant. */
static struct wm_due
due_after(const struct wm_calendar *calendar, int64_t start_us, int64_t length_us)
{
    const int64_t last_us = wm_calendar_start(calendar, WM_DAY_LAST);
    assert(start_us > INT64_MIN / 4 && start_us < INT64_MAX / 4);
    assert(length_us >= 0);
    const int64_t us = start_us + length_us < last_us ? start_us + length_us : last_us;
    return (struct wm_due){.us = us, .day = wm_calendar_day(calendar, us)};
}

struct wm_due
wm_calendar_due_from_day(const struct wm_calendar *calendar, int32_t day0,
                         struct wm_duration duration)
{
    assert(calendar != NULL);
    assert(duration.count >= 0 && duration.count <= WM_DURATION_MAX);
    assert(duration.unit >= WM_UNIT_WORKING_DAYS && duration.unit <= WM_UNIT_MINUTES);
    switch (duration.unit) {
    case WM_UNIT_WORKING_DAYS:
        return wm_calendar_due_on(calendar, wm_calendar_add(calendar, day0, duration.count));
    case WM_UNIT_DAYS:
        break;
    case WM_UNIT_HOURS:
        return due_after(calendar, wm_calendar_start(calendar, day0),
                         duration.count * WM_US_PER_HOUR);
    case WM_UNIT_MINUTES:
        return due_after(calendar, wm_calendar_start(calendar, day0),
                         duration.count * WM_US_PER_MINUTE);
    }
    const int32_t day = day0 + duration.count;
    const bool moves = duration.roll && !wm_calendar_is_working(calendar, day);
    return wm_calendar_due_on(calendar, moves ? wm_calendar_add(calendar, day, 1) : day);
}

struct wm_due
wm_calendar_due(const struct wm_calendar *calendar, int64_t start_us, struct wm_duration duration)
{
    assert(calendar != NULL);
    assert(duration.count >= 0 && duration.count <= WM_DURATION_MAX);
    if (duration.unit == WM_UNIT_HOURS) {
        return due_after(calendar, start_us, duration.count * WM_US_PER_HOUR);
    }
    if (duration.unit == WM_UNIT_MINUTES) {
        return due_after(calendar, start_us, duration.count * WM_US_PER_MINUTE);
    }
    return wm_calendar_due_from_day(calendar, wm_calendar_day(calendar, start_us), duration);
}

/* The day on which a rung `offset` days from the due day is heard: never on a day off, and a
 * warning not after the due day that it warns of. */
static int32_t
rung_day(const struct wm_calendar *calendar, int32_t due_day, struct wm_duration offset)
{
    assert(offset.unit == WM_UNIT_WORKING_DAYS || offset.unit == WM_UNIT_DAYS);
    assert(offset.count >= -WM_DURATION_MAX && offset.count <= WM_DURATION_MAX);
    const int32_t day = offset.unit == WM_UNIT_DAYS
                            ? due_day + offset.count
                            : wm_calendar_add(calendar, due_day, offset.count);
    if (wm_calendar_is_working(calendar, day)) {
        return day;
    }
    const int32_t next = wm_calendar_add(calendar, day, 1);
    const bool warns = offset.count <= 0;
    return warns && next > due_day ? wm_calendar_add(calendar, day, -1) : next;
}

int64_t
wm_calendar_rung(const struct wm_calendar *calendar, struct wm_due due, struct wm_duration offset)
{
    assert(calendar != NULL);
    assert(due.us != WM_NEVER);
    assert(offset.count >= -WM_DURATION_MAX && offset.count <= WM_DURATION_MAX);
    switch (offset.unit) {
    case WM_UNIT_HOURS:
        return due.us + offset.count * WM_US_PER_HOUR;
    case WM_UNIT_MINUTES:
        return due.us + offset.count * WM_US_PER_MINUTE;
    case WM_UNIT_WORKING_DAYS:
    case WM_UNIT_DAYS:
        break;
    }
    return wm_calendar_at(calendar, rung_day(calendar, due.day, offset), calendar->warn_at_s);
}
