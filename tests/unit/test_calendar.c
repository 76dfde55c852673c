/* test_calendar.c - goal: local days and times, working days and durations in words are exact, over
 * both changes of the clocks. Method: rows by hand. test_due.c has the due moments,
 * test_calendar_random.c the comparison with a second calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "tests/unit/uk_calendar.h"

static struct wm_arena *arena;
static struct wm_calendar statutory;
static struct wm_calendar service;

static int
set_up(void **state)
{
    (void)state;
    arena = wm_arena_new(4 << 20);
    statutory = uk_statutory(arena, WM_HOLIDAYS);
    service = uk_service(arena, WM_HOLIDAYS);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    wm_arena_free(&arena);
    return 0;
}

static void
assert_day(int32_t day, const char *want)
{
    char text[11];
    wm_day_format(day, text);
    assert_string_equal(text, want);
}

static void
assert_time(int64_t us, const char *want)
{
    char text[WM_TIME_SIZE];
    wm_time_format(us, text);
    assert_string_equal(text, want);
}

/* ---- local time ---- */

static const struct {
    const char *day;
    int32_t second;
    const char *want;
} moments[] = {
    {"2026-01-15", 0, "2026-01-15T00:00:00Z"},
    {"2026-07-15", 0, "2026-07-14T23:00:00Z"},
    {"2026-07-15", 86399, "2026-07-15T22:59:59Z"},
    /* The night that has no hour from 01:00 to 02:00. */
    {"2026-03-29", 0, "2026-03-29T00:00:00Z"},
    {"2026-03-29", 3599, "2026-03-29T00:59:59Z"},
    {"2026-03-29", 3600, "2026-03-29T01:00:00Z"},
    {"2026-03-29", 5400, "2026-03-29T01:00:00Z"},
    {"2026-03-29", 7199, "2026-03-29T01:00:00Z"},
    {"2026-03-29", 7200, "2026-03-29T01:00:00Z"},
    {"2026-03-29", 7201, "2026-03-29T01:00:01Z"},
    {"2026-03-30", 0, "2026-03-29T23:00:00Z"},
    /* The night that has it twice: the first. */
    {"2026-10-25", 0, "2026-10-24T23:00:00Z"},
    {"2026-10-25", 3599, "2026-10-24T23:59:59Z"},
    {"2026-10-25", 3600, "2026-10-25T00:00:00Z"},
    {"2026-10-25", 5400, "2026-10-25T00:30:00Z"},
    {"2026-10-25", 7199, "2026-10-25T00:59:59Z"},
    {"2026-10-25", 7200, "2026-10-25T02:00:00Z"},
    {"2026-10-26", 0, "2026-10-26T00:00:00Z"},
    {"1970-01-01", 0, "1970-01-01T00:00:00Z"},
};

static void
test_local_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < WM_COUNT(moments); i++) {
        assert_time(wm_calendar_at(&statutory, uk_day(moments[i].day), moments[i].second),
                    moments[i].want);
    }
}

static const struct {
    const char *time;
    const char *day;
    int32_t second;
} readings[] = {
    {"2026-07-14T22:59:59.999999Z", "2026-07-14", 86399},
    {"2026-07-14T23:00:00Z", "2026-07-15", 0},
    {"2026-03-29T00:59:59.999999Z", "2026-03-29", 3599},
    {"2026-03-29T01:00:00Z", "2026-03-29", 7200},
    {"2026-10-25T00:59:59.999999Z", "2026-10-25", 7199},
    {"2026-10-25T01:00:00Z", "2026-10-25", 3600},
    {"2026-10-25T23:59:59.999999Z", "2026-10-25", 86399},
    {"1969-12-31T23:59:59.999999Z", "1969-12-31", 86399},
};

static void
test_reading_instants(void **state)
{
    (void)state;
    for (size_t i = 0; i < WM_COUNT(readings); i++) {
        const int64_t us = uk_time(readings[i].time);
        assert_day(wm_calendar_day(&statutory, us), readings[i].day);
        assert_int_equal(wm_calendar_second(&statutory, us), readings[i].second);
    }
}

/* A zone whose clocks skip midnight and change by half an hour: nothing is London's alone. */
static void
test_zone_that_skips_midnight(void **state)
{
    (void)state;
    const int64_t jump_us = uk_time("2026-10-04T03:00:00Z"); /* 00:00 at -03:00 */
    const int64_t back_us = uk_time("2026-12-01T12:00:00Z");
    const struct wm_zone_change changes[] = {
        {INT64_MIN, -3 * 3600}, {jump_us, -2 * 3600}, {back_us, -2 * 3600 - 1800}};
    struct wm_calendar calendar = statutory;
    calendar.changes = changes;
    calendar.change_count = WM_COUNT(changes);
    const int32_t day = uk_day("2026-10-04");
    assert_int_equal(wm_calendar_start(&calendar, day), jump_us);
    assert_int_equal(wm_calendar_day(&calendar, jump_us - 1), day - 1);
    assert_int_equal(wm_calendar_day(&calendar, jump_us), day);
    assert_int_equal(wm_calendar_second(&calendar, jump_us), 3600);
    assert_int_equal(wm_calendar_at(&calendar, day, 1800), jump_us);
    const int32_t doubled = uk_day("2026-12-01");
    assert_time(wm_calendar_at(&calendar, doubled, 9 * 3600 + 45 * 60), "2026-12-01T11:45:00Z");
    assert_time(wm_calendar_at(&calendar, doubled, 10 * 3600), "2026-12-01T12:30:00Z");
}

/* ---- days off ---- */

static const struct {
    const char *day;
    const char *statutory; /* NULL: a working day */
    const char *service;
} offs[] = {
    {"2026-04-02", NULL, NULL},
    {"2026-04-03", "Good Friday", "Good Friday"},
    {"2026-04-04", "Saturday", "Saturday"},
    {"2026-04-05", "Sunday", "Sunday"},
    {"2026-12-28", "Boxing Day", "Boxing Day"},
    {"2026-12-24", NULL, "Christmas closure"},
    {"2026-12-26", "Saturday", "Christmas closure"},
    {"2026-05-04", "Early May bank holiday", "Early May bank holiday"},
    {"2026-07-06", NULL, "Office move"},
    {"2026-07-08", NULL, NULL},
};

static void
check_off(const struct wm_calendar *calendar, const char *day, const char *want)
{
    const struct wm_span why = wm_calendar_why_off(calendar, uk_day(day));
    assert_int_equal(wm_calendar_is_working(calendar, uk_day(day)), want == NULL);
    assert_true(want != NULL ? wm_span_is(why, want) : why.data == NULL);
}

static void
test_why_off(void **state)
{
    (void)state;
    for (size_t i = 0; i < WM_COUNT(offs); i++) {
        check_off(&statutory, offs[i].day, offs[i].statutory);
        check_off(&service, offs[i].day, offs[i].service);
    }
}

static void
test_known_years(void **state)
{
    (void)state;
    const int32_t first = uk_day("2019-01-01");
    const int32_t last = uk_day("2028-12-31");
    assert_true(wm_calendar_knows(&statutory, first, last));
    assert_true(wm_calendar_knows(&statutory, last, last));
    assert_false(wm_calendar_knows(&statutory, first - 1, last));
    assert_false(wm_calendar_knows(&statutory, first, last + 1));
}

static void
test_find(void **state)
{
    (void)state;
    const struct wm_calendar both[] = {statutory, service};
    const struct wm_calendars calendars = {both, WM_COUNT(both)};
    assert_ptr_equal(wm_calendar_find(&calendars, wm_span("statutory")), &both[0]);
    assert_ptr_equal(wm_calendar_find(&calendars, wm_span("service")), &both[1]);
    assert_null(wm_calendar_find(&calendars, wm_span("servic")));
    assert_null(wm_calendar_find(&(struct wm_calendars){0}, wm_span("service")));
}

/* Closed for years on end, four days a week: additions still end, and count takes them back. */
static void
test_long_closure(void **state)
{
    (void)state;
    const struct wm_closure years = {uk_day("2026-01-01"), uk_day("2031-12-31"), wm_span("shut")};
    struct wm_calendar calendar = statutory;
    calendar.working_week = 0x1D; /* not Tuesdays */
    calendar.closures = &years;
    calendar.closure_count = 1;
    assert_day(wm_calendar_add(&calendar, uk_day("2025-12-29"), 2), "2032-01-01");
    assert_day(wm_calendar_add(&calendar, uk_day("2032-01-01"), -1), "2025-12-31");
    assert_int_equal(wm_calendar_count(&calendar, uk_day("2025-12-29"), uk_day("2032-01-01")), 2);
}

static void
test_working_days_a_year(void **state)
{
    (void)state;
    static const int32_t want[] = {254, 253, 253, 253, 252};
    for (int32_t i = 0; i < 5; i++) {
        const int32_t from = wm_day_of((struct wm_date){2023 + i, 12, 31});
        const int32_t to = wm_day_of((struct wm_date){2024 + i, 12, 31});
        assert_int_equal(wm_calendar_count(&statutory, from, to), want[i]);
    }
    assert_int_equal(wm_calendar_count(&statutory, 100, 100), 0);
    assert_int_equal(wm_calendar_count(&statutory, 100, 50), 0);
}

/* ---- durations in words ---- */

static const struct {
    const char *text;
    int32_t count; /* -1: refused */
    enum wm_unit unit;
    const char *want;
} durations[] = {
    {"5 working days", 5, WM_UNIT_WORKING_DAYS, "5 working days"},
    {"1 working day", 1, WM_UNIT_WORKING_DAYS, "1 working day"},
    {"5wd", 5, WM_UNIT_WORKING_DAYS, "5 working days"},
    {"1 day", 1, WM_UNIT_DAYS, "1 day"},
    {"30d", 30, WM_UNIT_DAYS, "30 days"},
    {"24 hours", 24, WM_UNIT_HOURS, "24 hours"},
    {"24h", 24, WM_UNIT_HOURS, "24 hours"},
    {"30 minutes", 30, WM_UNIT_MINUTES, "30 minutes"},
    {"30m", 30, WM_UNIT_MINUTES, "30 minutes"},
    {"0 minutes", 0, WM_UNIT_MINUTES, "0 minutes"},
    {"100000d", 100000, WM_UNIT_DAYS, "100000 days"},
    {"100001d", -1, WM_UNIT_DAYS, NULL},
    {"99999999999999999999d", -1, WM_UNIT_DAYS, NULL},
    {"", -1, WM_UNIT_DAYS, NULL},
    {"5", -1, WM_UNIT_DAYS, NULL},
    {"5 ", -1, WM_UNIT_DAYS, NULL},
    {"days", -1, WM_UNIT_DAYS, NULL},
    {"-5 days", -1, WM_UNIT_DAYS, NULL},
    {"5.5 days", -1, WM_UNIT_DAYS, NULL},
    {"5days", -1, WM_UNIT_DAYS, NULL},
    {"5 wd", -1, WM_UNIT_DAYS, NULL},
    {"5 weeks", -1, WM_UNIT_DAYS, NULL},
    {"5 days ", -1, WM_UNIT_DAYS, NULL},
    {" 5 days", -1, WM_UNIT_DAYS, NULL},
    {"5 Days", -1, WM_UNIT_DAYS, NULL},
};

static void
test_durations(void **state)
{
    (void)state;
    for (size_t i = 0; i < WM_COUNT(durations); i++) {
        struct wm_duration duration = {.count = 77};
        const enum wm_status status = wm_duration_parse(wm_span(durations[i].text), &duration);
        if (durations[i].count < 0) {
            assert_int_equal(status, WM_EPROTO);
            assert_int_equal(duration.count, 77);
            continue;
        }
        assert_int_equal(status, WM_OK);
        assert_int_equal(duration.count, durations[i].count);
        assert_int_equal(duration.unit, durations[i].unit);
        assert_false(duration.roll);
        assert_true(wm_span_is(wm_duration_text(arena, duration), durations[i].want));
    }
    const struct wm_duration before = {-2, WM_UNIT_WORKING_DAYS, false};
    assert_true(wm_span_is(wm_duration_text(arena, before), "-2 working days"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_local_times),
        cmocka_unit_test(test_reading_instants),
        cmocka_unit_test(test_zone_that_skips_midnight),
        cmocka_unit_test(test_why_off),
        cmocka_unit_test(test_known_years),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_long_closure),
        cmocka_unit_test(test_working_days_a_year),
        cmocka_unit_test(test_durations),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
