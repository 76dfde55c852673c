/* local.c - writes moments in local time. */
#include "ctl/local.h"

#include <assert.h>
#include <time.h>

#include "ctl/setup.h"

enum { MINUTES_PER_HOUR = 60, SECONDS_PER_MINUTE = 60, SECONDS_PER_HOUR = 3600 };

struct wm_local
wm_local_find(struct wm_arena *arena)
{
    struct wm_setup setup;
    wm_setup_init(&setup, arena, NULL);
    struct wm_local local = {0};
    if (setup.config.data != NULL && wm_setup_settings(&setup) &&
        wm_setup_calendars(&setup, setup.settings.calendar_file) && setup.calendars.count > 0) {
        local.calendar = &setup.calendars.items[0];
    }
    wm_setup_deinit(&setup);
    return local;
}

struct wm_span
wm_local_day(struct wm_arena *arena, int32_t day)
{
    static const char *const names[WM_WEEK] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    char text[sizeof "2026-01-01"];
    wm_day_format(day, text);
    return wm_arena_printf(arena, "%s %s", names[wm_weekday(day)], text);
}

/* Seconds east of UTC at an instant in the machine's zone. */
static int32_t
machine_offset(int64_t us)
{
    const time_t seconds = (time_t)(us / WM_US_PER_SECOND);
    struct tm parts;
    return localtime_r(&seconds, &parts) != NULL ? (int32_t)parts.tm_gmtoff : 0;
}

int32_t
wm_local_day_of(const struct wm_local *local, int64_t us)
{
    assert(local != NULL);
    return local->calendar != NULL ? wm_calendar_day(local->calendar, us)
                                   : wm_day_of_time(us + machine_offset(us) * WM_US_PER_SECOND);
}

int32_t
wm_local_second_of(const struct wm_local *local, int64_t us)
{
    assert(local != NULL);
    if (local->calendar != NULL) {
        return wm_calendar_second(local->calendar, us);
    }
    const int64_t shifted = us + machine_offset(us) * WM_US_PER_SECOND;
    return (int32_t)((shifted - wm_day_of_time(shifted) * WM_US_PER_DAY) / WM_US_PER_SECOND);
}

struct wm_span
wm_local_time(struct wm_arena *arena, const struct wm_local *local, int64_t us)
{
    if (us == WM_NEVER) {
        return (struct wm_span){0};
    }
    const struct wm_span day = wm_local_day(arena, wm_local_day_of(local, us));
    const int32_t second = wm_local_second_of(local, us);
    return wm_arena_printf(arena, "%.*s %02d:%02d", WM_SPAN_ARG(day), second / SECONDS_PER_HOUR,
                           second / SECONDS_PER_MINUTE % MINUTES_PER_HOUR);
}

struct wm_span
wm_local_text(struct wm_arena *arena, const struct wm_local *local, struct wm_span text)
{
    int64_t us = 0;
    return wm_time_parse(text, &us) == WM_OK ? wm_local_time(arena, local, us) : text;
}

struct wm_span
wm_local_elapsed(struct wm_arena *arena, int64_t us)
{
    assert(us >= 0);
    const int64_t days = us / WM_US_PER_DAY;
    const int64_t hours = us % WM_US_PER_DAY / WM_US_PER_HOUR;
    const int64_t minutes = us % WM_US_PER_HOUR / WM_US_PER_MINUTE;
    const int64_t seconds = us % WM_US_PER_MINUTE / WM_US_PER_SECOND;
    if (days > 0) {
        const char *unit = days == 1 ? "day" : "days";
        return hours == 0 ? wm_arena_printf(arena, "%lld %s", (long long)days, unit)
                          : wm_arena_printf(arena, "%lld %s %lld h", (long long)days, unit,
                                            (long long)hours);
    }
    if (hours > 0) {
        return minutes == 0 ? wm_arena_printf(arena, "%lld h", (long long)hours)
                            : wm_arena_printf(arena, "%lld h %lld min", (long long)hours,
                                              (long long)minutes);
    }
    return minutes > 0 ? wm_arena_printf(arena, "%lld min", (long long)minutes)
                       : wm_arena_printf(arena, "%lld s", (long long)seconds);
}
