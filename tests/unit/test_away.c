/* test_away.c - goal: who counts as away is as workflow.md 5 says, on both sides of each boundary.
 * Method: one small staff, rows by table; times are UTC, in winter London's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "tests/unit/staff.h"

static struct wm_arena *arena;
static struct wm_calendar calendar;
static struct staff staff;

static int
set_up(void **state)
{
    (void)state;
    arena = wm_arena_new(4 << 20);
    calendar = uk_statutory(arena, WM_HOLIDAYS);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    wm_arena_free(&arena);
    return 0;
}

static int
fresh_staff(void **state)
{
    (void)state;
    staff_init(&staff);
    return 0;
}

static struct wm_span
away(enum staff_index who, const struct wm_want *want)
{
    return wm_people_away(&staff.people, &calendar, &staff.officers[who], want, arena);
}

static void
assert_row(size_t row, bool got, bool wanted)
{
    if (got != wanted) {
        fail_msg("row %zu: %d, not %d", row, got, wanted);
    }
}

/* ---- away, by days ---- */

static const struct {
    const char *from; /* leave */
    const char *to;
    const char *now;
    const char *due; /* NULL: no clock */
    bool is_away;
} leaves[] = {
    /* The due day itself, on each side. Thursday 15 January 2026. */
    {"2026-01-15", "2026-01-15", "2026-01-08T10:00:00Z", "2026-01-15", true},
    {"2026-01-15", "2026-01-15", "2026-01-08T10:00:00Z", "2026-01-14", false},
    {"2026-01-15", "2026-01-15", "2026-01-08T10:00:00Z", "2026-01-16", false},
    {"2026-01-15", "2026-01-15", "2026-01-15T23:59:59.999999Z", "2026-01-15", true},
    /* More than two working days before it. */
    {"2026-01-12", "2026-01-13", "2026-01-08T10:00:00Z", "2026-01-15", false},
    {"2026-01-12", "2026-01-14", "2026-01-08T10:00:00Z", "2026-01-15", true},
    {"2026-01-09", "2026-01-12", "2026-01-08T10:00:00Z", "2026-01-15", false},
    {"2026-01-09", "2026-01-13", "2026-01-08T10:00:00Z", "2026-01-15", true},
    /* Only what is still to come counts: two days of it are over. */
    {"2026-01-12", "2026-01-14", "2026-01-12T23:59:59.999999Z", "2026-01-15", true},
    {"2026-01-12", "2026-01-14", "2026-01-13T00:00:00Z", "2026-01-15", false},
    /* Good Friday to Easter Monday are no working days. */
    {"2026-04-02", "2026-04-07", "2026-04-01T10:00:00Z", "2026-04-10", false},
    {"2026-04-02", "2026-04-08", "2026-04-01T10:00:00Z", "2026-04-10", true},
    /* Beyond the due day, and before now. */
    {"2026-01-16", "2026-02-16", "2026-01-08T10:00:00Z", "2026-01-15", false},
    {"2025-12-01", "2026-01-07", "2026-01-08T10:00:00Z", "2026-01-15", false},
    /* Overdue: today decides. */
    {"2026-01-15", "2026-01-15", "2026-01-15T10:00:00Z", "2026-01-09", true},
    {"2026-01-16", "2026-01-20", "2026-01-15T10:00:00Z", "2026-01-09", false},
    /* No clock: a long time away that begins soon. */
    {"2026-01-15", "2026-01-16", "2026-01-15T10:00:00Z", NULL, false},
    {"2026-01-15", "2026-01-19", "2026-01-15T10:00:00Z", NULL, true},
    {"2026-01-16", "2026-01-20", "2026-01-15T10:00:00Z", NULL, true},
    {"2026-01-19", "2026-02-20", "2026-01-15T10:00:00Z", NULL, false},
};

static void
test_away_on_leave(void **state)
{
    (void)state;
    for (size_t i = 0; i < WM_COUNT(leaves); i++) {
        staff_init(&staff);
        staff_leave(&staff, ANN, leaves[i].from, leaves[i].to);
        const struct wm_want want = staff_want(&calendar, leaves[i].now, leaves[i].due);
        assert_row(i, away(ANN, &want).size > 0, leaves[i].is_away);
    }
}

static void
test_away_in_words(void **state)
{
    (void)state;
    const struct wm_want want = staff_want(&calendar, "2026-01-08T10:00:00Z", "2026-01-15");
    staff_leave(&staff, ANN, "2026-01-12", "2026-01-16");
    staff_absent(&staff, BEN, "2026-01-07", NULL);
    staff_absent(&staff, CAT, "2026-01-07", "2026-01-15");
    staff_leave(&staff, NIGHT, "2026-01-01", "2026-12-31");
    staff.officers[DAN].left = true;
    assert_true(wm_span_is(away(ANN, &want), "on leave from 2026-01-12 to 2026-01-16"));
    assert_true(wm_span_is(away(BEN, &want), "absent from 2026-01-07 with no date of return"));
    assert_true(wm_span_is(away(CAT, &want), "absent from 2026-01-07 to 2026-01-15"));
    assert_true(wm_span_is(away(DAN, &want), "has left"));
    assert_null(away(EVE, &want).data);
    assert_null(away(NIGHT, &want).data);
}

/* Leaves that overlap count once; with an absence they add up. */
static void
test_away_adds_up(void **state)
{
    (void)state;
    const struct wm_want want = staff_want(&calendar, "2026-01-08T10:00:00Z", "2026-01-19");
    staff_leave(&staff, ANN, "2026-01-12", "2026-01-13");
    staff_leave(&staff, ANN, "2026-01-13", "2026-01-13");
    staff_leave(&staff, ANN, "2026-01-12", "2026-01-12");
    assert_null(away(ANN, &want).data);
    staff_leave(&staff, ANN, "2026-01-15", "2026-01-15");
    assert_true(away(ANN, &want).size > 0);
    staff_leave(&staff, BEN, "2026-01-12", "2026-01-13");
    staff_absent(&staff, BEN, "2026-01-08", "2026-01-08");
    assert_true(away(BEN, &want).size > 0);
    staff.people.handover_after = 3;
    assert_null(away(ANN, &want).data);
}

/* ---- away, by hours ---- */

static const struct {
    const char *now;
    bool by_hours;  /* 09:00 to 17:00 on working days */
    bool part_time; /* Monday and Tuesday, 08:00 to 12:30 */
} reaches[] = {
    /* Saturday night, 23:40; Sunday; early on Monday 19 January. */
    {"2026-01-17T23:40:00Z", false, false},
    {"2026-01-18T12:00:00Z", false, false},
    {"2026-01-19T05:59:59.999999Z", false, false},
    {"2026-01-19T06:00:00Z", false, true},
    {"2026-01-19T06:59:59.999999Z", false, true},
    {"2026-01-19T07:00:00Z", true, true},
    {"2026-01-19T12:29:59.999999Z", true, true},
    {"2026-01-19T12:30:00Z", true, false},
    {"2026-01-19T16:59:59.999999Z", true, false},
    {"2026-01-19T17:00:00Z", false, false},
    {"2026-01-21T10:00:00Z", true, false},
    /* Good Friday, and a summer's morning. */
    {"2026-04-03T10:00:00Z", false, false},
    {"2026-07-07T05:59:59.999999Z", false, true},
    {"2026-07-07T06:00:00Z", true, true},
};

static void
test_reach(void **state)
{
    (void)state;
    staff.officers[BEN].hours[0] = (struct wm_hours){8 * 60, 12 * 60 + 30};
    staff.officers[BEN].hours[1] = (struct wm_hours){8 * 60, 12 * 60 + 30};
    for (size_t i = 0; i < WM_COUNT(reaches); i++) {
        const struct wm_want want = staff_want_hours(&calendar, reaches[i].now);
        assert_row(i, away(ANN, &want).size == 0, reaches[i].by_hours);
        assert_row(i, away(BEN, &want).size == 0, reaches[i].part_time);
        assert_null(away(NIGHT, &want).data);
    }
}

static void
test_reach_on_duty(void **state)
{
    (void)state;
    staff_duty(&staff, ANN, "2026-01-17T20:00:00Z", "2026-01-18T08:00:00Z");
    staff.duties[BEN][0] = (struct wm_duty){uk_time("2026-07-04T00:00:00Z"),
                                            uk_time("2026-07-06T00:00:00Z"), true, true};
    staff.officers[BEN].duty_count = 1;
    static const struct {
        const char *now;
        enum staff_index who;
        bool in_reach;
    } rows[] = {
        {"2026-01-17T17:59:59.999999Z", ANN, false},
        {"2026-01-17T18:00:00Z", ANN, true},
        {"2026-01-18T07:59:59.999999Z", ANN, true},
        {"2026-01-18T08:00:00Z", ANN, false},
        /* Whole days are local: in July they begin at 23:00 UTC. */
        {"2026-07-03T20:59:59.999999Z", BEN, false},
        {"2026-07-03T21:00:00Z", BEN, true},
        {"2026-07-05T22:59:59.999999Z", BEN, true},
        {"2026-07-05T23:00:00Z", BEN, false},
    };
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        const struct wm_want want = staff_want_hours(&calendar, rows[i].now);
        assert_int_equal(away(rows[i].who, &want).size == 0, rows[i].in_reach);
    }
}

/* A day of leave is no day of work or duty, but the evening before it is. */
static void
test_reach_and_leave(void **state)
{
    (void)state;
    staff_leave(&staff, ANN, "2026-01-20", "2026-01-20");
    staff_duty(&staff, ANN, "2026-01-19T20:00:00Z", "2026-01-20T08:00:00Z");
    const struct wm_want evening = staff_want_hours(&calendar, "2026-01-19T23:59:59.999999Z");
    const struct wm_want morning = staff_want_hours(&calendar, "2026-01-20T00:00:00Z");
    const struct wm_want noon = staff_want_hours(&calendar, "2026-01-20T12:00:00Z");
    const struct wm_want after = staff_want_hours(&calendar, "2026-01-21T08:00:00Z");
    assert_null(away(ANN, &evening).data);
    assert_true(wm_span_is(away(ANN, &morning), "on leave from 2026-01-20 to 2026-01-20"));
    assert_true(away(ANN, &noon).size > 0);
    assert_null(away(ANN, &after).data);
    /* Duty that is all on the day of leave is none, though it begins within reach. */
    staff_leave(&staff, BEN, "2026-01-20", "2026-01-20");
    staff_duty(&staff, BEN, "2026-01-20T00:30:00Z", "2026-01-20T08:00:00Z");
    assert_true(away(BEN, &evening).size > 0);
    const struct wm_want night = staff_want_hours(&calendar, "2026-01-22T02:00:00Z");
    assert_true(wm_span_is(away(ANN, &night), "neither at work nor on duty, now or soon enough"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_away_on_leave, fresh_staff),
        cmocka_unit_test_setup(test_away_in_words, fresh_staff),
        cmocka_unit_test_setup(test_away_adds_up, fresh_staff),
        cmocka_unit_test_setup(test_reach, fresh_staff),
        cmocka_unit_test_setup(test_reach_on_duty, fresh_staff),
        cmocka_unit_test_setup(test_reach_and_leave, fresh_staff),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
