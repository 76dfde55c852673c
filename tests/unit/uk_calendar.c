/* uk_calendar.c - the calendars of England and Wales for tests. */
#include "tests/unit/uk_calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

enum { YEAR_FIRST = 1996, YEAR_LAST = 2040, KNOWN_FIRST = 2019, KNOWN_LAST = 2028 };

int32_t
uk_day(const char *text)
{
    int32_t day = 0;
    assert_int_equal(wm_day_parse(wm_span(text), &day), WM_OK);
    return day;
}

int64_t
uk_time(const char *text)
{
    int64_t us = 0;
    assert_int_equal(wm_time_parse(wm_span(text), &us), WM_OK);
    return us;
}

static int64_t
last_sunday(int32_t year, int32_t month)
{
    int32_t day = wm_day_of((struct wm_date){year, month, 31});
    while (wm_weekday(day) != 6) {
        day--;
    }
    return day * WM_US_PER_DAY + WM_US_PER_HOUR;
}

static void
add_zone(struct wm_arena *arena, struct wm_calendar *calendar)
{
    const size_t count = 1 + 2 * (YEAR_LAST - YEAR_FIRST + 1);
    struct wm_zone_change *changes = WM_NEW_ARRAY(arena, struct wm_zone_change, count);
    changes[0] = (struct wm_zone_change){INT64_MIN, 0};
    for (int32_t year = YEAR_FIRST; year <= YEAR_LAST; year++) {
        const size_t at = 1 + 2 * (size_t)(year - YEAR_FIRST);
        changes[at] = (struct wm_zone_change){last_sunday(year, 3), 3600};
        changes[at + 1] = (struct wm_zone_change){last_sunday(year, 10), 0};
    }
    calendar->zone = wm_span("Europe/London");
    calendar->changes = changes;
    calendar->change_count = count;
}

static void
add_holidays(struct wm_arena *arena, struct wm_calendar *calendar, const char *json_path)
{
    json_error_t error;
    json_t *file = json_load_file(json_path, 0, &error);
    if (file == NULL) {
        fail_msg("%s: %s", json_path, error.text);
    }
    const json_t *events = json_object_get(json_object_get(file, "england-and-wales"), "events");
    struct wm_day_off *holidays = WM_NEW_ARRAY(arena, struct wm_day_off, json_array_size(events));
    size_t i = 0;
    const json_t *event = NULL;
    json_array_foreach(events, i, event)
    {
        holidays[i].day = uk_day(json_string_value(json_object_get(event, "date")));
        holidays[i].name =
            wm_arena_copy(arena, wm_span(json_string_value(json_object_get(event, "title"))));
        assert_true(i == 0 || holidays[i - 1].day < holidays[i].day);
    }
    assert_true(i > 70);
    calendar->holidays = holidays;
    calendar->holiday_count = i;
    json_decref(file);
}

struct wm_calendar
uk_statutory(struct wm_arena *arena, const char *json_path)
{
    struct wm_calendar calendar = {
        .name = wm_span("statutory"),
        .version = wm_span("test"),
        .working_week = 0x1F,
        .warn_at_s = 9 * 3600,
        .first_known = wm_day_of((struct wm_date){KNOWN_FIRST, 1, 1}),
        .last_known = wm_day_of((struct wm_date){KNOWN_LAST, 12, 31}),
    };
    for (int i = 0; i < 5; i++) {
        calendar.opening[i] = (struct wm_hours){9 * 60, 17 * 60};
    }
    add_zone(arena, &calendar);
    add_holidays(arena, &calendar, json_path);
    return calendar;
}

struct wm_calendar
uk_service(struct wm_arena *arena, const char *json_path)
{
    struct wm_calendar calendar = uk_statutory(arena, json_path);
    const size_t years = KNOWN_LAST - KNOWN_FIRST + 1;
    struct wm_closure *closures = WM_NEW_ARRAY(arena, struct wm_closure, years + 2);
    size_t count = 0;
    for (int32_t year = KNOWN_FIRST; year <= KNOWN_LAST; year++) {
        if (year == 2026) {
            /* A closure that is only a holiday, and one that begins on a Sunday. */
            closures[count++] = (struct wm_closure){uk_day("2026-05-04"), uk_day("2026-05-04"),
                                                    wm_span("Early May closure")};
            closures[count++] = (struct wm_closure){uk_day("2026-07-05"), uk_day("2026-07-07"),
                                                    wm_span("Office move")};
        }
        closures[count++] = (struct wm_closure){wm_day_of((struct wm_date){year, 12, 24}),
                                                wm_day_of((struct wm_date){year + 1, 1, 1}),
                                                wm_span("Christmas closure")};
    }
    calendar.name = wm_span("service");
    calendar.closures = closures;
    calendar.closure_count = count;
    return calendar;
}
