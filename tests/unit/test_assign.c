/* test_assign.c - goal: a case goes to the right person for the right reason, and everybody else is
 * told apart in plain words. Method: rows by hand on a small staff. test_assign_random.c has the
 * properties. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

static struct wm_want
plain_want(void)
{
    return (struct wm_want){.team = wm_span("complaints"),
                            .weight = 1,
                            .now_us = uk_time("2026-01-08T10:00:00Z"),
                            .due = wm_calendar_due_on(&calendar, uk_day("2026-01-15"))};
}

static struct wm_choice
assign(const struct wm_want *want)
{
    return wm_assign(&staff.people, &calendar, want, arena);
}

static void
load(enum staff_index who, int32_t cases, int32_t weight, int64_t last)
{
    staff.officers[who].open_cases = cases;
    staff.officers[who].open_weight = weight;
    staff.officers[who].last_assigned = last;
}

static void
assert_choice(const struct wm_want *want, const char *officer, const char *why)
{
    const struct wm_choice choice = assign(want);
    if (!wm_span_is(choice.officer, officer) || !wm_span_is(choice.why, why)) {
        fail_msg("got \"%.*s\": \"%.*s\"", WM_SPAN_ARG(choice.officer), WM_SPAN_ARG(choice.why));
    }
}

static void
assert_reason(const struct wm_want *want, const char *officer, const char *why)
{
    const struct wm_choice choice = assign(want);
    for (size_t i = 0; i < choice.candidate_count; i++) {
        if (wm_span_is(choice.candidates[i].officer, officer)) {
            assert_true(wm_span_is(choice.candidates[i].why_not, why));
            return;
        }
    }
    fail_msg("%s is no candidate", officer);
}

static void
test_order(void **state)
{
    (void)state;
    struct wm_want want = plain_want();
    load(ANN, 3, 3, 9);
    load(BEN, 2, 2, 9);
    load(CAT, 2, 2, 8);
    load(DAN, 2, 2, 8);
    load(MIA, 5, 5, 0);
    assert_choice(&want, "cat",
                  "Fewest open cases (2) and longest without a new one of 5 available in "
                  "complaints.");
    load(MIA, 1, 1, 99);
    assert_choice(&want, "mia", "Fewest open cases (1) of 5 available in complaints.");
    load(ANN, 7, 0, 99);
    assert_choice(&want, "ann",
                  "Lightest load (7 open cases, by weight 0) of 5 available in complaints.");
    want.same_customer = wm_span("ben");
    assert_choice(&want, "ben", "Has another open case of the same customer.");
    staff_leave(&staff, BEN, "2026-01-15", "2026-01-15");
    assert_choice(&want, "ann",
                  "Lightest load (7 open cases, by weight 0) of 4 available in complaints.");
    want.skills = (const struct wm_span[]){wm_span("damp")};
    want.skill_count = 1;
    assert_choice(&want, "dan", "The only one in complaints who can have it (2 open cases).");
}

static void
test_reasons(void **state)
{
    (void)state;
    struct wm_want want = plain_want();
    const struct wm_span mia = wm_span("mia");
    const struct wm_span damp[] = {wm_span("damp"), wm_span("gas")};
    staff.officers[ANN].left = true;
    staff.officers[BEN].manager = wm_span("eve");
    load(BEN, 40, 40, 0);
    staff_leave(&staff, DAN, "2026-01-12", "2026-01-16");
    assert_reason(&want, "ann", "has left");
    assert_reason(&want, "ben", "has as many open cases as they may have");
    assert_reason(&want, "dan", "on leave from 2026-01-12 to 2026-01-16");
    assert_reason(&want, "mia", "");
    want.excluded = &mia;
    want.excluded_count = 1;
    assert_reason(&want, "mia", "in conflict: the case is about them, or was taken from them");
    assert_reason(&want, "cat", "in conflict: reports to somebody whom the case is about");
    assert_choice(&want, "",
                  "Nobody in complaints can have it: 1 away, 1 with all they may have, 3 in "
                  "conflict, 0 without the skills.");
    want.excluded_count = 0;
    want.previous = &mia;
    want.previous_count = 1;
    assert_reason(&want, "mia", "had the case before, and this stage needs a fresh pair of eyes");
    assert_reason(&want, "cat", "reports to somebody who had the case before");
    want.previous_count = 0;
    want.barred = &mia;
    want.barred_count = 1;
    assert_reason(&want, "mia", "in conflict: the case is about them, or was taken from them");
    assert_choice(&want, "cat", "The only one in complaints who can have it (0 open cases).");
    want.skills = damp;
    want.skill_count = 2;
    assert_reason(&want, "cat", "lacks the skill damp");
    assert_reason(&want, "dan", "lacks the skill gas");
    want.team = wm_span("gardens");
    assert_choice(&want, "", "There is nobody in gardens.");
}

/* Saturday night, 23:40: who is on duty, else the contractor, who otherwise gets what nobody else
 * can have. */
static void
test_saturday_night(void **state)
{
    (void)state;
    struct wm_want want = plain_want();
    want.team = wm_span("asb");
    want.now_us = uk_time("2026-01-17T23:40:00Z");
    want.due =
        wm_calendar_due(&calendar, want.now_us, (struct wm_duration){24, WM_UNIT_HOURS, false});
    want.in_hours = true;
    assert_choice(&want, "night", "External: nobody else in asb can have it.");
    staff_duty(&staff, CAT, "2026-01-17T17:00:00Z", "2026-01-19T09:00:00Z");
    load(CAT, 30, 30, 0);
    assert_choice(&want, "cat", "Fewest open cases (30) of 2 available in asb.");
    want = plain_want();
    want.team = wm_span("asb");
    load(NIGHT, 0, 0, 0);
    load(EVE, 20, 20, 0);
    assert_choice(&want, "eve", "Fewest open cases (20) of 3 available in asb.");
}

static void
test_any_team(void **state)
{
    (void)state;
    struct wm_want want = plain_want();
    want.team = (struct wm_span){0};
    const struct wm_choice choice = assign(&want);
    assert_int_equal(choice.candidate_count, STAFF_COUNT);
    assert_true(wm_span_is(choice.officer, "ann"));
    staff.people.officer_count = 0;
    assert_choice(&want, "", "There is nobody.");
}

static void
test_no_memory(void **state)
{
    (void)state;
    struct wm_arena *tight = wm_arena_new(64 << 10);
    const struct wm_want want = plain_want();
    for (int i = 0; i < 10000 && !wm_arena_failed(tight); i++) {
        (void)wm_assign(&staff.people, &calendar, &want, tight);
    }
    assert_true(wm_arena_failed(tight));
    assert_int_equal(wm_assign(&staff.people, &calendar, &want, tight).candidate_count, 0);
    wm_arena_free(&tight);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_order, fresh_staff),
        cmocka_unit_test_setup(test_reasons, fresh_staff),
        cmocka_unit_test_setup(test_saturday_night, fresh_staff),
        cmocka_unit_test_setup(test_any_team, fresh_staff),
        cmocka_unit_test_setup(test_no_memory, fresh_staff),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
