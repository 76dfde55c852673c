/* test_people.c - goal: being away, when a case moves because of it, and who hears of what are as
 * workflow.md 5 says, on both sides of each boundary. Method: one small staff, rows by table; times
 * are UTC, in winter London's own. */
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

/* What a case in complaints needs; `due` is a day, or NULL: no clock runs. */
static struct wm_want
want_at(const char *now, const char *due)
{
    struct wm_want want = {.team = wm_span("complaints"),
                           .weight = 1,
                           .now_us = uk_time(now),
                           .due = {.us = WM_NEVER}};
    if (due != NULL) {
        want.due = wm_calendar_due_on(&calendar, uk_day(due));
    }
    return want;
}

static struct wm_want
want_hours(const char *now)
{
    const struct wm_duration day = {24, WM_UNIT_HOURS, false};
    struct wm_want want = want_at(now, NULL);
    want.due = wm_calendar_due(&calendar, want.now_us, day);
    want.in_hours = true;
    return want;
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

/* ---- lines ---- */

static void
test_lookups(void **state)
{
    (void)state;
    for (size_t i = 0; i < STAFF_COUNT; i++) {
        assert_ptr_equal(wm_people_officer(&staff.people, staff.officers[i].id),
                         &staff.officers[i]);
    }
    assert_null(wm_people_officer(&staff.people, wm_span("")));
    assert_null(wm_people_officer(&staff.people, wm_span("zoe")));
    assert_null(wm_people_officer(&(struct wm_people){0}, wm_span("ann")));
    assert_ptr_equal(wm_people_team(&staff.people, wm_span("asb")), &staff.teams[1]);
    assert_null(wm_people_team(&staff.people, wm_span("as")));
}

static const struct {
    const char *who;
    const char *boss;
    bool reports;
    bool managed;
} lines[] = {
    {"ann", "mia", true, true},   {"ann", "head", true, true},  {"ann", "eve", false, false},
    {"cat", "mia", true, true},   {"cat", "eve", true, true},   {"mia", "head", true, true},
    {"mia", "ann", false, false}, {"ann", "ann", false, false}, {"head", "mia", false, false},
    {"zoe", "mia", false, false}, {"ann", "zoe", false, false},
};

static void
test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < WM_COUNT(lines); i++) {
        const struct wm_span who = wm_span(lines[i].who);
        const struct wm_span boss = wm_span(lines[i].boss);
        assert_int_equal(wm_people_reports_to(&staff.people, who, boss), lines[i].reports);
        assert_int_equal(wm_people_manages(&staff.people, boss, who), lines[i].managed);
    }
    /* With a manager of their own, the team's has no say over them but still leads their team. */
    staff.officers[ANN].manager = wm_span("eve");
    assert_true(wm_people_reports_to(&staff.people, wm_span("ann"), wm_span("eve")));
    assert_false(wm_people_reports_to(&staff.people, wm_span("ann"), wm_span("mia")));
    assert_true(wm_people_manages(&staff.people, wm_span("mia"), wm_span("ann")));
}

static void
test_lines_end_on_cycles(void **state)
{
    (void)state;
    staff.officers[ANN].manager = wm_span("ben");
    staff.officers[BEN].manager = wm_span("cat");
    staff.officers[CAT].manager = wm_span("ann");
    assert_true(wm_people_reports_to(&staff.people, wm_span("ann"), wm_span("cat")));
    assert_false(wm_people_reports_to(&staff.people, wm_span("ann"), wm_span("mia")));
    assert_false(wm_people_reports_to(&staff.people, wm_span("ann"), wm_span("ann")));
}

static void
test_limits(void **state)
{
    (void)state;
    const struct wm_people *people = &staff.people;
    assert_int_equal(wm_people_limit(people, &staff.officers[CAT], wm_span("complaints")), 40);
    assert_int_equal(wm_people_limit(people, &staff.officers[CAT], wm_span("asb")), INT32_MAX);
    assert_int_equal(wm_people_limit(people, &staff.officers[CAT], wm_span("none")), 40);
    assert_int_equal(wm_people_limit(people, &staff.officers[HEAD], wm_span("asb")), INT32_MAX);
    staff.officers[CAT].max_open = 50;
    assert_int_equal(wm_people_limit(people, &staff.officers[CAT], wm_span("complaints")), 50);
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
        const struct wm_want want = want_at(leaves[i].now, leaves[i].due);
        if ((away(ANN, &want).size > 0) != leaves[i].is_away) {
            fail_msg("row %zu: away is not %d", i, leaves[i].is_away);
        }
    }
}

static void
test_away_in_words(void **state)
{
    (void)state;
    const struct wm_want want = want_at("2026-01-08T10:00:00Z", "2026-01-15");
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
    const struct wm_want want = want_at("2026-01-08T10:00:00Z", "2026-01-19");
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
        const struct wm_want want = want_hours(reaches[i].now);
        const bool ann = away(ANN, &want).size == 0;
        const bool ben = away(BEN, &want).size == 0;
        if (ann != reaches[i].by_hours || ben != reaches[i].part_time) {
            fail_msg("row %zu: in reach %d and %d", i, ann, ben);
        }
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
        const struct wm_want want = want_hours(rows[i].now);
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
    const struct wm_want evening = want_hours("2026-01-19T23:59:59.999999Z");
    const struct wm_want morning = want_hours("2026-01-20T00:00:00Z");
    const struct wm_want noon = want_hours("2026-01-20T12:00:00Z");
    const struct wm_want after = want_hours("2026-01-21T08:00:00Z");
    assert_null(away(ANN, &evening).data);
    assert_true(wm_span_is(away(ANN, &morning), "on leave from 2026-01-20 to 2026-01-20"));
    assert_true(away(ANN, &noon).size > 0);
    assert_null(away(ANN, &after).data);
    const struct wm_want night = want_hours("2026-01-22T02:00:00Z");
    assert_true(wm_span_is(away(ANN, &night), "neither at work nor on duty, now or soon enough"));
}

/* ---- moving ---- */

/* Leave from Monday 19 January to Friday 30: cases move from the start of Friday 16 on. */
static void
test_moves_before_leave(void **state)
{
    (void)state;
    staff_leave(&staff, ANN, "2026-01-19", "2026-01-30");
    const struct wm_want early = want_at("2026-01-08T10:00:00Z", "2026-01-21");
    const struct wm_want eve = want_at("2026-01-15T23:59:59.999999Z", "2026-01-21");
    const struct wm_want now = want_at("2026-01-16T00:00:00Z", "2026-01-21");
    const struct wm_want done_before = want_at("2026-01-16T00:00:00Z", "2026-01-16");
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
    const struct wm_want want = want_at("2026-01-09T10:00:00Z", "2026-01-21");
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
    const struct wm_want want = want_at("2026-01-13T23:59:59.999999Z", "2026-01-21");
    const struct wm_want then = want_at("2026-01-14T00:00:00Z", "2026-01-21");
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
        const struct wm_want want = want_at(rows[i].now, rows[i].due);
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
    const struct wm_want during = want_at("2026-01-08T08:00:00Z", "2026-01-12");
    const struct wm_want long_after = want_at("2026-01-08T08:00:00Z", "2026-01-30");
    const struct wm_want back = want_at("2026-01-13T00:00:00Z", "2026-01-13");
    assert_true(moves(ANN, &during));
    assert_true(moves(ANN, &long_after));
    assert_false(moves(ANN, &back));
    staff_absent(&staff, ANN, "2026-01-08", "2026-01-09");
    const struct wm_want short_while = want_at("2026-01-08T08:00:00Z", "2026-01-30");
    assert_false(moves(ANN, &short_while));
}

/* Promises in hours: going home is no reason, a day of leave is. */
static void
test_moves_in_hours(void **state)
{
    (void)state;
    staff_leave(&staff, ANN, "2026-01-20", "2026-01-23");
    struct wm_want want = want_hours("2026-01-19T16:00:00Z");
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
    const struct wm_want want = want_at("2026-01-08T10:00:00Z", "2026-01-15");
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
    const struct wm_want before = want_at("2026-01-15T10:00:00Z", "2026-01-13");
    const struct wm_want then = want_at("2026-01-16T00:00:00Z", "2026-01-13");
    assert_false(moves(ANN, &before));
    assert_check(ANN, &before, "2026-01-16T00:00:00Z");
    assert_true(moves(ANN, &then));
}

/* ---- who hears of it ---- */

static void
assert_hears(const char *role, const char *officer, const struct wm_want *want, const char *who)
{
    const struct wm_span found =
        wm_people_recipient(&staff.people, &calendar, wm_span(role), wm_span(officer), want);
    if (!wm_span_is(found, who)) {
        fail_msg("%s of %s: %.*s, not %s", role, officer, WM_SPAN_ARG(found), who);
    }
}

static void
test_recipients(void **state)
{
    (void)state;
    const struct wm_want want = want_at("2026-01-08T10:00:00Z", "2026-01-15");
    assert_hears("officer", "ann", &want, "ann");
    assert_hears("manager", "ann", &want, "mia");
    assert_hears("head", "ann", &want, "head");
    assert_hears("officer", NULL, &want, "mia");
    assert_hears("manager", NULL, &want, "mia");
    assert_hears("manager", "mia", &want, "head");
    assert_hears("eve", "ann", &want, "eve");
    assert_hears("nobody", "ann", &want, "mia");
    assert_hears("manager", "cat", &want, "mia");
    struct wm_want asb = want;
    asb.team = wm_span("asb");
    assert_hears("manager", "cat", &asb, "eve");
    assert_hears("manager", NULL, &asb, "eve");
    staff.officers[ANN].manager = wm_span("eve");
    assert_hears("manager", "ann", &want, "eve");
}

static void
test_recipients_away(void **state)
{
    (void)state;
    const struct wm_want want = want_at("2026-01-08T10:00:00Z", "2026-01-15");
    staff_leave(&staff, MIA, "2026-01-08", "2026-01-08");
    assert_hears("manager", "ben", &want, "ann");
    staff_absent(&staff, ANN, "2026-01-08", NULL);
    assert_hears("manager", "ben", &want, "head");
    assert_hears("officer", "ann", &want, "head");
    staff_leave(&staff, HEAD, "2026-01-08", "2026-01-08");
    assert_hears("manager", "ben", &want, "head"); /* the last resort, away or not */
    const struct wm_want tomorrow = want_at("2026-01-09T10:00:00Z", "2026-01-15");
    assert_hears("manager", "ben", &tomorrow, "mia");
    staff.officers[MIA].left = true;
    assert_hears("manager", "ben", &tomorrow, "head");
}

/* A complaint about the team's own manager never reaches that manager, nor those who answer to
 * them. */
static void
test_recipients_in_conflict(void **state)
{
    (void)state;
    struct wm_want want = want_at("2026-01-08T10:00:00Z", "2026-01-15");
    const struct wm_span mia = wm_span("mia");
    const struct wm_span both[] = {wm_span("mia"), wm_span("head")};
    want.excluded = &mia;
    want.excluded_count = 1;
    assert_hears("manager", "ann", &want, "head");
    assert_hears("officer", "ann", &want, "head");
    assert_hears("manager", NULL, &want, "head");
    assert_hears("mia", NULL, &want, "head");
    /* About the last resort as well: whoever leads another team, if they do not answer to them. */
    want.excluded = both;
    want.excluded_count = 2;
    assert_hears("manager", "ann", &want, "head");
    staff.officers[EVE].manager = wm_span("board");
    assert_hears("manager", "ann", &want, "eve");
    want.excluded_count = 0;
    want.barred = &mia;
    want.barred_count = 1;
    assert_hears("manager", "ben", &want, "ann");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_lookups, fresh_staff),
        cmocka_unit_test_setup(test_lines, fresh_staff),
        cmocka_unit_test_setup(test_lines_end_on_cycles, fresh_staff),
        cmocka_unit_test_setup(test_limits, fresh_staff),
        cmocka_unit_test_setup(test_away_on_leave, fresh_staff),
        cmocka_unit_test_setup(test_away_in_words, fresh_staff),
        cmocka_unit_test_setup(test_away_adds_up, fresh_staff),
        cmocka_unit_test_setup(test_reach, fresh_staff),
        cmocka_unit_test_setup(test_reach_on_duty, fresh_staff),
        cmocka_unit_test_setup(test_reach_and_leave, fresh_staff),
        cmocka_unit_test_setup(test_moves_before_leave, fresh_staff),
        cmocka_unit_test_setup(test_moves_for_what_has_come, fresh_staff),
        cmocka_unit_test_setup(test_moves_for_leave_in_parts, fresh_staff),
        cmocka_unit_test_setup(test_moves_on_absence, fresh_staff),
        cmocka_unit_test_setup(test_moves_on_absence_with_an_end, fresh_staff),
        cmocka_unit_test_setup(test_moves_in_hours, fresh_staff),
        cmocka_unit_test_setup(test_moves_of_others, fresh_staff),
        cmocka_unit_test_setup(test_checks_when_overdue, fresh_staff),
        cmocka_unit_test_setup(test_recipients, fresh_staff),
        cmocka_unit_test_setup(test_recipients_away, fresh_staff),
        cmocka_unit_test_setup(test_recipients_in_conflict, fresh_staff),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
