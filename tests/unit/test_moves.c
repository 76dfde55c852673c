/* test_moves.c - goal: cases move because of leave and absence when workflow.md 5 says, to the
 * microsecond, and the next check is the moment at which they do. Method: one small staff, rows by
 * table; times are UTC, in winter London's own. */
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

static bool
moves(enum staff_index who, const struct wm_want *want)
{
    struct wm_span why = {0};
    const bool move =
        wm_people_should_move(&staff.people, &calendar, &staff.officers[who], want, arena, &why);
    assert_int_equal(move, why.size > 0);
    return move;
}

static void
assert_check(enum staff_index who, const struct wm_want *want, const char *expected)
{
    const int64_t us = wm_people_next_check(&staff.people, &calendar, &staff.officers[who], want);
    assert_int_equal(us, expected != NULL ? uk_time(expected) : WM_NEVER);
}

/* Leave from Monday 19 January to Friday 30: cases move from the start of Friday 16 on. */
static void
test_moves_before_leave(void **state)
{
    (void)state;
    staff_leave(&staff, ANN, "2026-01-19", "2026-01-30");
    const struct wm_want early = staff_want(&calendar, "2026-01-08T10:00:00Z", "2026-01-21");
    const struct wm_want eve = staff_want(&calendar, "2026-01-15T23:59:59.999999Z", "2026-01-21");
    const struct wm_want now = staff_want(&calendar, "2026-01-16T00:00:00Z", "2026-01-21");
    const struct wm_want done_before = staff_want(&calendar, "2026-01-16T00:00:00Z", "2026-01-16");
    assert_true(away(ANN, &early).size > 0);
    assert_false(moves(ANN, &early));
    assert_check(ANN, &early, "2026-01-16T00:00:00Z");
    assert_false(moves(ANN, &eve));
    assert_check(ANN, &eve, "2026-01-16T00:00:00Z");
    assert_true(moves(ANN, &now));
    assert_check(ANN, &now, NULL);
    assert_false(moves(ANN, &done_before));
    assert_check(ANN, &done_before, NULL);
    struct wm_span why = {0};
    assert_true(
        wm_people_should_move(&staff.people, &calendar, &staff.officers[ANN], &now, arena, &why));
    assert_true(wm_span_is(why, "ann is on leave from 2026-01-19 to 2026-01-30."));
}

/* Short leave now does not draw forward the long leave that comes later. */
static void
test_moves_for_what_has_come(void **state)
{
    (void)state;
    staff_leave(&staff, ANN, "2026-01-09", "2026-01-09");
    staff_leave(&staff, ANN, "2026-01-19", "2026-01-30");
    const struct wm_want want = staff_want(&calendar, "2026-01-09T10:00:00Z", "2026-01-21");
    assert_true(away(ANN, &want).size > 0);
    assert_false(moves(ANN, &want));
    assert_check(ANN, &want, "2026-01-16T00:00:00Z");
}

/* Leave that follows on other leave over a weekend is one time away, and has one lead. */
static void
test_moves_for_leave_in_parts(void **state)
{
    (void)state;
    staff_leave(&staff, ANN, "2026-01-19", "2026-01-20");
    staff_leave(&staff, ANN, "2026-01-15", "2026-01-16");
    const struct wm_want want = staff_want(&calendar, "2026-01-13T23:59:59.999999Z", "2026-01-21");
    const struct wm_want then = staff_want(&calendar, "2026-01-14T00:00:00Z", "2026-01-21");
    assert_false(moves(ANN, &want));
    assert_check(ANN, &want, "2026-01-14T00:00:00Z");
    assert_true(moves(ANN, &then));
}

/* Absent without an end from Thursday 8: what is due within a working day at once, the rest when
 * Thursday and Friday are over. */
static void
test_moves_on_absence(void **state)
{
    (void)state;
    staff_absent(&staff, ANN, "2026-01-08", NULL);
    static const struct {
        const char *now;
        const char *due; /* NULL: no clock */
        bool moves;
        const char *check;
    } rows[] = {
        {"2026-01-08T08:00:00Z", "2026-01-08", true, NULL},
        {"2026-01-08T08:00:00Z", "2026-01-09", true, NULL},
        {"2026-01-08T08:00:00Z", "2026-01-12", false, "2026-01-09T00:00:00Z"},
        {"2026-01-08T23:59:59.999999Z", "2026-01-12", false, "2026-01-09T00:00:00Z"},
        {"2026-01-09T00:00:00Z", "2026-01-12", true, NULL},
        {"2026-01-09T23:59:59.999999Z", "2026-01-30", false, "2026-01-10T00:00:00Z"},
        {"2026-01-10T00:00:00Z", "2026-01-30", true, NULL},
        {"2026-01-09T23:59:59.999999Z", NULL, false, "2026-01-10T00:00:00Z"},
        {"2026-01-10T00:00:00Z", NULL, true, NULL},
        /* Known before it begins. */
        {"2026-01-07T10:00:00Z", "2026-01-08", false, "2026-01-08T00:00:00Z"},
    };
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        const struct wm_want want = staff_want(&calendar, rows[i].now, rows[i].due);
        assert_int_equal(moves(ANN, &want), rows[i].moves);
        assert_check(ANN, &want, rows[i].check);
    }
}

/* With an end it is as leave that has begun: by the predicate, at once. */
static void
test_moves_on_absence_with_an_end(void **state)
{
    (void)state;
    staff_absent(&staff, ANN, "2026-01-08", "2026-01-12");
    const struct wm_want during = staff_want(&calendar, "2026-01-08T08:00:00Z", "2026-01-12");
    const struct wm_want long_after = staff_want(&calendar, "2026-01-08T08:00:00Z", "2026-01-30");
    const struct wm_want back = staff_want(&calendar, "2026-01-13T00:00:00Z", "2026-01-13");
    assert_true(moves(ANN, &during));
    assert_true(moves(ANN, &long_after));
    assert_false(moves(ANN, &back));
    staff_absent(&staff, ANN, "2026-01-08", "2026-01-09");
    const struct wm_want short_while = staff_want(&calendar, "2026-01-08T08:00:00Z", "2026-01-30");
    assert_false(moves(ANN, &short_while));
}

/* Promises in hours: going home is no reason, a day of leave is. */
static void
test_moves_in_hours(void **state)
{
    (void)state;
    staff_leave(&staff, ANN, "2026-01-20", "2026-01-23");
    struct wm_want want = staff_want_hours(&calendar, "2026-01-19T16:00:00Z");
    assert_false(moves(ANN, &want));
    assert_check(ANN, &want, "2026-01-20T00:00:00Z");
    want.now_us = uk_time("2026-01-19T23:59:59.999999Z");
    assert_true(away(ANN, &want).size > 0);
    assert_false(moves(ANN, &want));
    want.now_us = uk_time("2026-01-20T00:00:00Z");
    assert_true(moves(ANN, &want));
    staff_absent(&staff, BEN, "2026-01-19", NULL);
    want.now_us = uk_time("2026-01-19T10:00:00Z");
    assert_true(moves(BEN, &want));
    assert_false(moves(NIGHT, &want));
}

static void
test_moves_of_others(void **state)
{
    (void)state;
    staff_leave(&staff, NIGHT, "2026-01-01", "2026-12-31");
    staff.officers[BEN].left = true;
    const struct wm_want want = staff_want(&calendar, "2026-01-08T10:00:00Z", "2026-01-15");
    assert_false(moves(NIGHT, &want));
    assert_check(NIGHT, &want, NULL);
    assert_true(moves(BEN, &want));
    assert_check(BEN, &want, NULL);
    assert_false(moves(CAT, &want));
    assert_check(CAT, &want, NULL);
}

/* Overdue: judged by today, so the first day away is the next to look at. */
static void
test_checks_when_overdue(void **state)
{
    (void)state;
    staff_leave(&staff, ANN, "2026-01-16", "2026-01-16");
    const struct wm_want before = staff_want(&calendar, "2026-01-15T10:00:00Z", "2026-01-13");
    const struct wm_want then = staff_want(&calendar, "2026-01-16T00:00:00Z", "2026-01-13");
    assert_false(moves(ANN, &before));
    assert_check(ANN, &before, "2026-01-16T00:00:00Z");
    assert_true(moves(ANN, &then));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_moves_before_leave, fresh_staff),
        cmocka_unit_test_setup(test_moves_for_what_has_come, fresh_staff),
        cmocka_unit_test_setup(test_moves_for_leave_in_parts, fresh_staff),
        cmocka_unit_test_setup(test_moves_on_absence, fresh_staff),
        cmocka_unit_test_setup(test_moves_on_absence_with_an_end, fresh_staff),
        cmocka_unit_test_setup(test_moves_in_hours, fresh_staff),
        cmocka_unit_test_setup(test_moves_of_others, fresh_staff),
        cmocka_unit_test_setup(test_checks_when_overdue, fresh_staff),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
