/* test_due.c - goal: due moments and rungs are exact, on both sides of each boundary, over every
 * bank holiday and both changes of the clocks. Method: the published vectors and hand-made rows by
 * table. */
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

static int
set_up(void **state)
{
    (void)state;
    arena = wm_arena_new(4 << 20);
    statutory = uk_statutory(arena, WM_HOLIDAYS);
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),      cmocka_unit_test(test_due),
        cmocka_unit_test(test_ends_of_days), cmocka_unit_test(test_hours_from_a_day),
        cmocka_unit_test(test_limits),       cmocka_unit_test(test_rungs),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
