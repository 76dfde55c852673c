/* test_ctl_calendar.c - goal: `calendar add` answers every row of the counting table of the Code,
 * received at any hour of the day, and refuses what it can't read. Method: the table's rows over
 * the shipped calendars, the due day's end against the first moment of the day after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/calendar.h"

enum { ARENA_BYTES = 1 << 24, COLUMNS = 7 };

/* Received; then what falls due 1, 3 and 5 working days later, 10 more and 20 more after that, and
 * for stage 2: 20 and 40 after the acknowledgement. */
static const struct row {
    const char *received;
    const char *due[COLUMNS];
} rows[] = {
    {"2024-03-28",
     {"2024-04-02", "2024-04-04", "2024-04-08", "2024-04-22", "2024-05-07", "2024-05-07",
      "2024-06-05"}},
    {"2025-12-19",
     {"2025-12-22", "2025-12-24", "2025-12-30", "2026-01-14", "2026-01-28", "2026-01-28",
      "2026-02-25"}},
    {"2025-12-27",
     {"2025-12-29", "2025-12-31", "2026-01-05", "2026-01-19", "2026-02-02", "2026-02-02",
      "2026-03-02"}},
    {"2026-04-02",
     {"2026-04-07", "2026-04-09", "2026-04-13", "2026-04-27", "2026-05-12", "2026-05-12",
      "2026-06-10"}},
    {"2026-12-24",
     {"2026-12-29", "2026-12-31", "2027-01-05", "2027-01-19", "2027-02-02", "2027-02-02",
      "2027-03-02"}},
    {"2027-12-24",
     {"2027-12-29", "2027-12-31", "2028-01-05", "2028-01-19", "2028-02-02", "2028-02-02",
      "2028-03-01"}},
    {"2027-12-31",
     {"2028-01-04", "2028-01-06", "2028-01-10", "2028-01-24", "2028-02-07", "2028-02-07",
      "2028-03-06"}},
    {"2028-04-13",
     {"2028-04-18", "2028-04-20", "2028-04-24", "2028-05-09", "2028-05-23", "2028-05-23",
      "2028-06-21"}},
};

/* From which column each promise counts: -1 the receipt, else that column's day. */
static const struct promise {
    int from;
    const char *duration;
} promises[COLUMNS] = {{-1, "1 working day"},  {-1, "3 working days"}, {-1, "5 working days"},
                       {2, "10 working days"}, {3, "10 working days"}, {2, "20 working days"},
                       {5, "20 working days"}};

static struct wm_setup shared; /* the shipped calendars, loaded once */

static const struct wm_calendar *
calendar_named(const char *name)
{
    const struct wm_calendar *calendar = wm_calendar_find(&shared.calendars, wm_span(name));
    assert_non_null(calendar);
    return calendar;
}

static void
check_due(const char *start, const char *duration, const char *want_day)
{
    struct wm_due due;
    struct wm_span why;
    const struct wm_span line = wm_arena_printf(shared.arena, "%s %s\r\n", start, duration);
    assert_int_equal(wm_ctl_due_line(calendar_named("statutory"), shared.arena, line, &due, &why),
                     WM_OK);
    char text[sizeof "2024-01-01"];
    wm_day_format(due.day, text);
    assert_string_equal(text, want_day);
    assert_true(due.us == wm_calendar_start(calendar_named("statutory"), due.day + 1));
}

static void
test_row(void **state)
{
    const struct row *row = *state;
    for (size_t i = 0; i < COLUMNS; i++) {
        const char *from = promises[i].from < 0 ? row->received : row->due[promises[i].from];
        check_due(from, promises[i].duration, row->due[i]);
        /* The hour of the receipt is of no account: the day is day 0. */
        static const char *const hours[] = {"T00:30:00+01:00", "T12:00:00Z", "T22:59:59.999999Z"};
        for (size_t k = 0; k < WM_COUNT(hours); k++) {
            const bool is_winter = strcmp(from + 5, "03-29") < 0 || strcmp(from + 5, "10-25") > 0;
            if (k > 0 || !is_winter) {
                check_due(wm_arena_printf(shared.arena, "%s%s", from, hours[k]).data,
                          promises[i].duration, row->due[i]);
            }
        }
    }
}

static void
test_closure_moves_service_alone(void **state)
{
    (void)state;
    struct wm_due statutory;
    struct wm_due service;
    struct wm_span why;
    const struct wm_span line = wm_span("2025-12-19T10:00:00Z 5 working days");
    assert_int_equal(
        wm_ctl_due_line(calendar_named("statutory"), shared.arena, line, &statutory, &why), WM_OK);
    assert_int_equal(wm_ctl_due_line(calendar_named("service"), shared.arena, line, &service, &why),
                     WM_OK);
    assert_true(service.us > statutory.us);
}

static void
test_hours_are_exact(void **state)
{
    (void)state;
    struct wm_due due;
    struct wm_span why;
    const struct wm_span line = wm_span("  2026-03-28T12:00:00.000001+00:00\t24 hours ");
    assert_int_equal(wm_ctl_due_line(calendar_named("statutory"), shared.arena, line, &due, &why),
                     WM_OK);
    char text[WM_TIME_SIZE];
    wm_time_format(due.us, text);
    assert_string_equal(text, "2026-03-29T12:00:00.000001Z");
}

static void
test_bad_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *why;
    } bad[] = {{"", "is no duration"},
               {"2026-04-02", "is no duration"},
               {"2026-04-02T10:00:00Z soon", "\"soon\" is no duration"},
               {"2026-02-30 5 working days", "\"2026-02-30\" is no time"},
               {"2026-04-02T10:00:00 5 working days", "is no time"}};
    for (size_t i = 0; i < WM_COUNT(bad); i++) {
        struct wm_due due;
        struct wm_span why = {0};
        assert_int_equal(wm_ctl_due_line(calendar_named("statutory"), shared.arena,
                                         wm_span(bad[i].line), &due, &why),
                         WM_EPROTO);
        assert_non_null(strstr(why.data, bad[i].why));
    }
}

static int
load(void **state)
{
    (void)state;
    wm_setup_init(&shared, wm_arena_new(ARENA_BYTES), NULL);
    return wm_setup_calendars(&shared, wm_span(WM_CONFIG_DIR "/calendars/england-and-wales.cfg"))
               ? 0
               : 1;
}

static int
unload(void **state)
{
    (void)state;
    wm_setup_deinit(&shared);
    wm_arena_free(&shared.arena);
    return 0;
}

int
main(void)
{
    struct CMUnitTest tests[WM_COUNT(rows) + 3];
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        tests[i] = (struct CMUnitTest){.name = rows[i].received,
                                       .test_func = test_row,
                                       .initial_state = (void *)(uintptr_t)&rows[i]};
    }
    tests[WM_COUNT(rows)] = (struct CMUnitTest)cmocka_unit_test(test_closure_moves_service_alone);
    tests[WM_COUNT(rows) + 1] = (struct CMUnitTest)cmocka_unit_test(test_hours_are_exact);
    tests[WM_COUNT(rows) + 2] = (struct CMUnitTest)cmocka_unit_test(test_bad_lines);
    return cmocka_run_group_tests(tests, load, unload);
}
