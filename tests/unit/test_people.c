/* test_people.c - goal: who answers to whom, and who hears of what, are as workflow.md 5 says.
 * Method: one small staff, rows by table. */
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
        const struct wm_span below = wm_span(lines[i].who);
        const struct wm_span above = wm_span(lines[i].boss);
        assert_int_equal(wm_people_reports_to(&staff.people, below, above), lines[i].reports);
        assert_int_equal(wm_people_manages(&staff.people, above, below), lines[i].managed);
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
    const struct wm_want want = staff_want(&calendar, "2026-01-08T10:00:00Z", "2026-01-15");
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
    const struct wm_want want = staff_want(&calendar, "2026-01-08T10:00:00Z", "2026-01-15");
    staff_leave(&staff, MIA, "2026-01-08", "2026-01-08");
    assert_hears("manager", "ben", &want, "ann");
    staff_absent(&staff, ANN, "2026-01-08", NULL);
    assert_hears("manager", "ben", &want, "head");
    assert_hears("officer", "ann", &want, "head");
    staff_leave(&staff, HEAD, "2026-01-08", "2026-01-08");
    assert_hears("manager", "ben", &want, "head"); /* the last resort, away or not */
    const struct wm_want tomorrow = staff_want(&calendar, "2026-01-09T10:00:00Z", "2026-01-15");
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
    struct wm_want want = staff_want(&calendar, "2026-01-08T10:00:00Z", "2026-01-15");
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
        cmocka_unit_test_setup(test_recipients, fresh_staff),
        cmocka_unit_test_setup(test_recipients_away, fresh_staff),
        cmocka_unit_test_setup(test_recipients_in_conflict, fresh_staff),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
