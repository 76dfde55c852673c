/* test_calendar.c - goal: due moments and rungs are exact, on both sides of each boundary, over
 * every bank holiday and both changes of the clocks. Method: the published vectors and hand-made
 * rows by table; then random dates against a second, slow calendar that walks day by day and asks
 * libc's zone database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "tests/unit/slow_calendar.h"
#include "tests/unit/uk_calendar.h"

enum { RANDOM_ROUNDS = 100000 };

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

static struct wm_duration
working_days(int32_t count)
{
    return (struct wm_duration){.count = count, .unit = WM_UNIT_WORKING_DAYS};
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

/* ---- the vectors of the counting rule ---- */

struct vector {
    const char *received;
    const char *wd1;
    const char *wd3;
    const char *acknowledge; /* 5 working days */
    const char *respond;     /* 10 from the acknowledgement's due day */
    const char *respond_more;
    const char *stage2; /* 20 from the acknowledgement's due day */
    const char *stage2_more;
};

static const struct vector vectors[] = {
    {"2024-03-28", "2024-04-02", "2024-04-04", "2024-04-08", "2024-04-22", "2024-05-07",
     "2024-05-07", "2024-06-05"},
    {"2025-12-19", "2025-12-22", "2025-12-24", "2025-12-30", "2026-01-14", "2026-01-28",
     "2026-01-28", "2026-02-25"},
    {"2025-12-27", "2025-12-29", "2025-12-31", "2026-01-05", "2026-01-19", "2026-02-02",
     "2026-02-02", "2026-03-02"},
    {"2026-04-02", "2026-04-07", "2026-04-09", "2026-04-13", "2026-04-27", "2026-05-12",
     "2026-05-12", "2026-06-10"},
    {"2026-12-24", "2026-12-29", "2026-12-31", "2027-01-05", "2027-01-19", "2027-02-02",
     "2027-02-02", "2027-03-02"},
    {"2027-12-24", "2027-12-29", "2027-12-31", "2028-01-05", "2028-01-19", "2028-02-02",
     "2028-02-02", "2028-03-01"},
    {"2027-12-31", "2028-01-04", "2028-01-06", "2028-01-10", "2028-01-24", "2028-02-07",
     "2028-02-07", "2028-03-06"},
    {"2028-04-13", "2028-04-18", "2028-04-20", "2028-04-24", "2028-05-09", "2028-05-23",
     "2028-05-23", "2028-06-21"},
};

/* The whole row, for a receipt at one instant of the day. */
static void
check_vector(const struct vector *vector, int64_t received_us)
{
    assert_day(wm_calendar_due(&statutory, received_us, working_days(1)).day, vector->wd1);
    assert_day(wm_calendar_due(&statutory, received_us, working_days(3)).day, vector->wd3);
    const struct wm_due ack = wm_calendar_due(&statutory, received_us, working_days(5));
    assert_day(ack.day, vector->acknowledge);
    const struct wm_due respond = wm_calendar_due_from_day(&statutory, ack.day, working_days(10));
    assert_day(respond.day, vector->respond);
    /* The acknowledgement in the last microsecond that is in time makes the same day. */
    assert_int_equal(wm_calendar_due(&statutory, ack.us - 1, working_days(10)).us, respond.us);
    assert_int_not_equal(wm_calendar_due(&statutory, ack.us, working_days(10)).us, respond.us);
    assert_day(wm_calendar_due_from_day(&statutory, respond.day, working_days(10)).day,
               vector->respond_more);
    const struct wm_due stage2 = wm_calendar_due_from_day(&statutory, ack.day, working_days(20));
    assert_day(stage2.day, vector->stage2);
    assert_day(wm_calendar_due_from_day(&statutory, stage2.day, working_days(20)).day,
               vector->stage2_more);
}

static void
test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < WM_COUNT(vectors); i++) {
        const int32_t day = uk_day(vectors[i].received);
        const int64_t start_us = wm_calendar_start(&statutory, day);
        const int64_t end_us = wm_calendar_start(&statutory, day + 1);
        check_vector(&vectors[i], start_us);
        check_vector(&vectors[i], start_us + 12 * WM_US_PER_HOUR);
        check_vector(&vectors[i], end_us - 1);
    }
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

/* ---- due moments ---- */

static const struct {
    const char *start;
    int32_t count;
    enum wm_unit unit;
    bool roll;
    const char *us;
    const char *day;
} dues[] = {
    /* Friday before the clocks go forward: the end of Monday is an hour earlier in UTC. */
    {"2026-03-27T10:00:00Z", 1, WM_UNIT_WORKING_DAYS, false, "2026-03-30T23:00:00Z", "2026-03-30"},
    {"2026-10-23T10:00:00Z", 1, WM_UNIT_WORKING_DAYS, false, "2026-10-27T00:00:00Z", "2026-10-26"},
    /* 23:30 UTC in summer is the next local day. */
    {"2026-07-07T22:59:59.999999Z", 1, WM_UNIT_WORKING_DAYS, false, "2026-07-08T23:00:00Z",
     "2026-07-08"},
    {"2026-07-07T23:00:00Z", 1, WM_UNIT_WORKING_DAYS, false, "2026-07-09T23:00:00Z", "2026-07-09"},
    {"2026-07-07T12:00:00Z", 0, WM_UNIT_WORKING_DAYS, false, "2026-07-07T23:00:00Z", "2026-07-07"},
    /* Every local day, over the change; then rolled over a weekend and over Easter. */
    {"2026-03-27T10:00:00Z", 2, WM_UNIT_DAYS, false, "2026-03-29T23:00:00Z", "2026-03-29"},
    {"2026-03-27T10:00:00Z", 2, WM_UNIT_DAYS, true, "2026-03-30T23:00:00Z", "2026-03-30"},
    {"2026-04-01T10:00:00Z", 2, WM_UNIT_DAYS, true, "2026-04-07T23:00:00Z", "2026-04-07"},
    {"2026-04-01T10:00:00Z", 1, WM_UNIT_DAYS, true, "2026-04-02T23:00:00Z", "2026-04-02"},
    /* Exact elapsed time: the night is an hour shorter, the promise is not. */
    {"2026-03-28T23:40:00.000001Z", 24, WM_UNIT_HOURS, false, "2026-03-29T23:40:00.000001Z",
     "2026-03-30"},
    {"2026-10-24T22:40:00Z", 24, WM_UNIT_HOURS, false, "2026-10-25T22:40:00Z", "2026-10-25"},
    {"2026-12-24T23:59:00Z", 2, WM_UNIT_MINUTES, false, "2026-12-25T00:01:00Z", "2026-12-25"},
    {"2026-12-24T23:59:00Z", 0, WM_UNIT_MINUTES, false, "2026-12-24T23:59:00Z", "2026-12-24"},
};

static void
test_due(void **state)
{
    (void)state;
    for (size_t i = 0; i < WM_COUNT(dues); i++) {
        const struct wm_duration duration = {dues[i].count, dues[i].unit, dues[i].roll};
        const struct wm_due due = wm_calendar_due(&statutory, uk_time(dues[i].start), duration);
        assert_time(due.us, dues[i].us);
        assert_day(due.day, dues[i].day);
    }
}

/* For every day of ten years: in time is what happened up to the last microsecond of the day. */
static void
test_ends_of_days(void **state)
{
    (void)state;
    for (int32_t day = uk_day("2019-01-01"); day <= uk_day("2028-12-31"); day++) {
        const struct wm_due due = wm_calendar_due_on(&statutory, day);
        assert_int_equal(due.day, day);
        assert_int_equal(wm_calendar_day(&statutory, due.us - 1), day);
        assert_int_equal(wm_calendar_day(&statutory, due.us), day + 1);
        assert_int_equal(wm_calendar_second(&statutory, due.us), 0);
        assert_int_equal(wm_calendar_second(&statutory, due.us - 1), 86399);
    }
}

static void
test_hours_from_a_day(void **state)
{
    (void)state;
    const struct wm_duration day_long = {24, WM_UNIT_HOURS, false};
    const struct wm_duration minutes = {90, WM_UNIT_MINUTES, false};
    const int32_t day = uk_day("2026-03-29");
    assert_time(wm_calendar_due_from_day(&statutory, day, day_long).us, "2026-03-30T00:00:00Z");
    assert_time(wm_calendar_due_from_day(&statutory, day, minutes).us, "2026-03-29T01:30:00Z");
}

/* The largest durations, and dates beyond which nothing can be written. */
static void
test_limits(void **state)
{
    (void)state;
    const int64_t start_us = uk_time("2026-01-01T12:00:00Z");
    static const enum wm_unit units[] = {WM_UNIT_WORKING_DAYS, WM_UNIT_DAYS, WM_UNIT_HOURS,
                                         WM_UNIT_MINUTES};
    for (size_t i = 0; i < WM_COUNT(units); i++) {
        const struct wm_duration most = {WM_DURATION_MAX, units[i], true};
        const struct wm_due due = wm_calendar_due(&statutory, start_us, most);
        assert_true(due.us > start_us);
        const struct wm_duration back = {-WM_DURATION_MAX, units[i], false};
        assert_true(wm_calendar_rung(&statutory, due, back) <= start_us + WM_US_PER_DAY);
        assert_day(wm_calendar_due(&statutory, uk_time("9999-12-31T23:59:59Z"), most).day,
                   units[i] == WM_UNIT_WORKING_DAYS || units[i] == WM_UNIT_DAYS ? "9999-12-29"
                                                                                : "9999-12-30");
    }
    const struct wm_due last = wm_calendar_due_on(&statutory, uk_day("9999-12-31"));
    assert_time(last.us, "9999-12-30T00:00:00Z");
    assert_time(wm_calendar_rung(&statutory, last, working_days(20)), "9999-12-30T09:00:00Z");
}

/* ---- rungs ---- */

static const struct {
    const char *due;
    int32_t count;
    enum wm_unit unit;
    const char *want;
} rungs[] = {
    /* Due Tuesday after Easter 2026. */
    {"2026-04-07", -1, WM_UNIT_WORKING_DAYS, "2026-04-02T08:00:00Z"},
    {"2026-04-07", -2, WM_UNIT_WORKING_DAYS, "2026-04-01T08:00:00Z"},
    {"2026-04-07", 0, WM_UNIT_WORKING_DAYS, "2026-04-07T08:00:00Z"},
    {"2026-04-07", 1, WM_UNIT_WORKING_DAYS, "2026-04-08T08:00:00Z"},
    {"2026-04-02", 1, WM_UNIT_WORKING_DAYS, "2026-04-07T08:00:00Z"},
    /* Over the change of the clocks: 09:00 is what people see. */
    {"2026-03-30", -1, WM_UNIT_WORKING_DAYS, "2026-03-27T09:00:00Z"},
    {"2026-03-27", 1, WM_UNIT_WORKING_DAYS, "2026-03-30T08:00:00Z"},
    /* Days move off days off: on to the due day, but not beyond it. */
    {"2026-04-07", -1, WM_UNIT_DAYS, "2026-04-07T08:00:00Z"},
    {"2026-04-07", -5, WM_UNIT_DAYS, "2026-04-02T08:00:00Z"},
    {"2026-04-06", -1, WM_UNIT_DAYS, "2026-04-02T08:00:00Z"},
    {"2026-04-06", 0, WM_UNIT_DAYS, "2026-04-02T08:00:00Z"},
    {"2026-04-06", 0, WM_UNIT_WORKING_DAYS, "2026-04-02T08:00:00Z"},
    {"2026-04-06", 1, WM_UNIT_WORKING_DAYS, "2026-04-07T08:00:00Z"},
    {"2026-04-03", 1, WM_UNIT_DAYS, "2026-04-07T08:00:00Z"},
    /* Exact, from the end of the day. */
    {"2026-04-07", -2, WM_UNIT_HOURS, "2026-04-07T21:00:00Z"},
    {"2026-04-07", 30, WM_UNIT_MINUTES, "2026-04-07T23:30:00Z"},
};

static void
test_rungs(void **state)
{
    (void)state;
    for (size_t i = 0; i < WM_COUNT(rungs); i++) {
        const struct wm_due due = wm_calendar_due_on(&statutory, uk_day(rungs[i].due));
        const struct wm_duration offset = {rungs[i].count, rungs[i].unit, false};
        assert_time(wm_calendar_rung(&statutory, due, offset), rungs[i].want);
    }
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
    assert_true(wm_span_is(wm_duration_text(arena, working_days(-2)), "-2 working days"));
}

/* ---- against the slow calendar ---- */

static uint64_t
roll(uint64_t *seed, uint64_t below)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed % below;
}

/* An instant of 2019 to 2028, often within an hour or a microsecond of where local days and clocks
 * change. */
static int64_t
random_instant(uint64_t *seed)
{
    const int32_t first = uk_day("2019-01-01");
    const int32_t days = uk_day("2029-01-01") - first;
    const int32_t day = first + (int32_t)roll(seed, (uint64_t)days);
    const int64_t midnight_us = day * WM_US_PER_DAY;
    static const int64_t nudges_us[] = {-3600000001, -3600000000, -3599999999, -1,        0,
                                        1,           3599999999,  3600000000,  3600000001};
    if (roll(seed, 3) == 0) {
        return midnight_us + nudges_us[roll(seed, WM_COUNT(nudges_us))];
    }
    return midnight_us + (int64_t)roll(seed, (uint64_t)WM_US_PER_DAY);
}

static bool
same_date(int32_t day, struct slow_date date)
{
    return wm_day_of((struct wm_date){date.year, date.month, date.day}) == day;
}

static const struct {
    enum wm_unit unit;
    bool roll;
    enum slow_unit slow;
    uint64_t most;
} kinds[] = {
    {WM_UNIT_WORKING_DAYS, false, SLOW_WORKING_DAYS, 61}, {WM_UNIT_DAYS, false, SLOW_DAYS, 91},
    {WM_UNIT_DAYS, true, SLOW_ROLLED_DAYS, 91},           {WM_UNIT_HOURS, false, SLOW_HOURS, 200},
    {WM_UNIT_MINUTES, false, SLOW_MINUTES, 3000},
};

/* One random start and duration, and a random rung of it, both ways. */
static void
compare_once(const struct wm_calendar *fast, const struct slow_calendar *slow, uint64_t *seed)
{
    const uint64_t began = *seed;
    const int64_t start_us = random_instant(seed);
    const size_t kind = roll(seed, WM_COUNT(kinds));
    const struct wm_duration duration = {(int32_t)roll(seed, kinds[kind].most), kinds[kind].unit,
                                         kinds[kind].roll};
    const struct wm_due due = wm_calendar_due(fast, start_us, duration);
    const struct slow_due want = slow_due(slow, start_us, duration.count, kinds[kind].slow);
    const size_t rung = roll(seed, WM_COUNT(kinds));
    const struct wm_duration offset = {(int32_t)roll(seed, 23) - 11, kinds[rung].unit, false};
    const enum slow_unit slow_unit =
        kinds[rung].slow == SLOW_ROLLED_DAYS ? SLOW_DAYS : kinds[rung].slow;
    const int64_t rung_us = wm_calendar_rung(fast, due, offset);
    const int64_t want_us = slow_rung(slow, want, offset.count, slow_unit);
    if (due.us != want.us || !same_date(due.day, want.date) || rung_us != want_us) {
        char text[WM_TIME_SIZE];
        wm_time_format(start_us, text);
        fail_msg("seed %llu: from %s, %d of unit %d: due %lld, slowly %lld; rung %d of unit %d: "
                 "%lld, slowly %lld",
                 (unsigned long long)began, text, duration.count, (int)duration.unit,
                 (long long)due.us, (long long)want.us, offset.count, (int)offset.unit,
                 (long long)rung_us, (long long)want_us);
    }
}

static void
test_random_against_slow(void **state)
{
    (void)state;
    struct slow_calendar slow;
    struct slow_calendar slow_closed;
    assert_true(slow_init(&slow, WM_HOLIDAYS));
    slow_closed = slow;
    for (int year = 2019; year <= 2028; year++) {
        slow_add_closure(&slow_closed, (struct slow_date){year, 12, 24},
                         (struct slow_date){year + 1, 1, 1});
    }
    slow_add_closure(&slow_closed, (struct slow_date){2026, 5, 4}, (struct slow_date){2026, 5, 4});
    slow_add_closure(&slow_closed, (struct slow_date){2026, 7, 5}, (struct slow_date){2026, 7, 7});
    uint64_t seed = 20260404;
    for (int i = 0; i < RANDOM_ROUNDS; i++) {
        compare_once(&statutory, &slow, &seed);
        if (i % 3 == 0) {
            compare_once(&service, &slow_closed, &seed);
        }
    }
}

/* Every day of ten years: working or not, local starts and hours, and additions that are undone. */
static void
test_every_day_against_slow(void **state)
{
    (void)state;
    struct slow_calendar slow;
    assert_true(slow_init(&slow, WM_HOLIDAYS));
    for (int32_t day = uk_day("2019-01-01"); day <= uk_day("2028-12-31"); day++) {
        const struct wm_date date = wm_date_of(day);
        const struct slow_date plain = {date.year, date.month, date.day};
        assert_int_equal(wm_calendar_is_working(&statutory, day), slow_is_working(&slow, plain));
        assert_int_equal(wm_calendar_start(&statutory, day), slow_instant(plain, 0));
        assert_int_equal(wm_calendar_at(&statutory, day, 9 * 3600), slow_instant(plain, 9));
        assert_true(same_date(day, slow_date_at(wm_calendar_start(&statutory, day))));
        const int32_t n = 1 + day % 40;
        const int32_t later = wm_calendar_add(&statutory, day, n);
        assert_int_equal(wm_calendar_count(&statutory, day, later), n);
        assert_int_equal(wm_calendar_count(&statutory, day, later - 1), n - 1);
        const int32_t earlier = wm_calendar_add(&statutory, day, -n);
        assert_int_equal(wm_calendar_count(&statutory, earlier - 1, day - 1), n);
        assert_int_equal(wm_calendar_count(&statutory, earlier, day - 1), n - 1);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_working_days_a_year),
        cmocka_unit_test(test_local_times),
        cmocka_unit_test(test_reading_instants),
        cmocka_unit_test(test_zone_that_skips_midnight),
        cmocka_unit_test(test_due),
        cmocka_unit_test(test_ends_of_days),
        cmocka_unit_test(test_hours_from_a_day),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_rungs),
        cmocka_unit_test(test_why_off),
        cmocka_unit_test(test_known_years),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_long_closure),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_random_against_slow),
        cmocka_unit_test(test_every_day_against_slow),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
