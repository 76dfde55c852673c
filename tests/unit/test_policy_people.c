/* test_policy_people.c - goal: teams and officers as teams.cfg says, each slip told; the shipped
 * file has the people whom the workflows count on. Method: a small file and slips in it by table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/policy_fixture.h"

#define assert_span(arena, span, want) assert_string_equal(wm_arena_string((arena), (span)), (want))

struct row {
    const char *name;
    const char *from;
    const char *to;
    const char *told;
};

static const struct row rows[] = {
    {"unknown_key", "handover_after", "hand_over_after",
     "3: unknown setting \"hand_over_after\"; did you mean \"handover_after\"?\n"},
    {"no_last_resort", "last_resort = \"h.oakes\";", "",
     "0: \"last_resort\" is missing: who hears what nobody else can be told\n"},
    {"last_resort_unknown", "last_resort = \"h.oakes\"", "last_resort = \"h.oaks\"",
     "1: last_resort \"h.oaks\" is not among the officers; did you mean \"h.oakes\"?\n"},
    {"calendar_unknown", "\"service\"", "\"servise\"", "2: unknown calendar \"servise\"\n"},
    {"reach_in_days", "90 minutes", "1 day",
     "4: reach must be in hours or minutes, such as \"2 hours\"\n"},
    {"team_without_manager", "manager = \"p.one\"; head", "head",
     "5: team \"front\": \"manager\" is missing: who gets its queue and its alerts\n"},
    {"team_manager_unknown", "manager = \"p.one\"; head", "manager = \"p.won\"; head",
     "5: team \"front\": manager \"p.won\" is not among the officers\n"},
    {"team_max", "max_open = 40", "max_open = 0",
     "5: team \"front\": max_open must be from 1 to 10000, not 0\n"},
    {"officer_team_unknown", "teams = [ \"front\" ]; skills", "teams = [ \"fornt\" ]; skills",
     "7: officer \"p.two\": unknown team \"fornt\"\n"},
    {"deputy_unknown", "deputy = \"p.one\"", "deputy = \"p.on\"",
     "7: officer \"p.two\": deputy \"p.on\" is not among the officers; did you mean \"p.one\"?\n"},
    {"own_deputy", "deputy = \"p.one\"", "deputy = \"p.two\"",
     "7: officer \"p.two\": nobody is their own deputy\n"},
    {"officer_twice", "id = \"p.one\"", "id = \"p.two\"",
     "5: team \"front\": manager \"p.one\" is not among the officers\n"
     "7: officer \"p.two\": manager \"p.one\" is not among the officers\n"
     "7: officer \"p.two\": deputy \"p.one\" is not among the officers\n"
     "9: the officer \"p.two\" stands here twice\n"},
    {"no_id", "id = \"n.ight\"; ", "", "10: each officer needs an id of 1 to 64 bytes\n"},
    {"no_name", "name = \"Night\"; ", "",
     "10: officer \"n.ight\": name is missing: what customers are told\n"},
    {"kind", "kind = \"external\"", "kind = \"extern\"",
     "10: officer \"n.ight\": kind must be \"officer\" or \"external\", not \"extern\"\n"},
    {"hours", "\"09:00-13:00\"", "\"09.00-13.00\"",
     "8: officer \"p.two\": tue must be hours such as \"09:00-17:00\"\n"},
    {"hours_no_group", "hours = { mon = \"09:00-17:00\"; tue = \"09:00-13:00\"; }", "hours = 5",
     "8: officer \"p.two\": hours must be a group { mon = \"09:00-17:00\"; … }, not a whole "
     "number\n"},
    {"line_of_managers", "name = \"Hazel Oakes\";", "name = \"Hazel Oakes\"; manager = \"p.one\";",
     "9: officer \"p.one\" reports to themselves through their managers\n"
     "11: officer \"h.oakes\" reports to themselves through their managers\n"},
    {"nobody", "officers = (", "oficers = (",
     "0: teams = { … } and officers = ( … ) must hold at least one each\n"
     "6: unknown setting \"oficers\"; did you mean \"officers\"?\n"},
};

static const struct wm_calendar calendar_items[] = {{.name = {"statutory", 9}},
                                                    {.name = {"service", 7}}};
static const struct wm_calendars calendars = {calendar_items, WM_COUNT(calendar_items)};

static void
test_row(void **state)
{
    const struct row *row = *state;
    struct wm_arena *arena = wm_arena_new(4 << 20);
    struct wm_findings findings = {.arena = arena};
    struct wm_people people;
    const struct wm_span text =
        policy_change(arena, policy_file(arena, "teams.cfg"), row->from, row->to);
    const struct wm_span path = policy_write(arena, "teams.cfg", text);
    assert_false(wm_people_load(arena, path, &calendars, &findings, &people));
    policy_forget(arena, path);
    assert_string_equal(policy_told(arena, &findings).data, row->told);
    wm_arena_free(&arena);
}

static struct wm_people
load(struct wm_arena *arena, const char *path)
{
    struct wm_findings findings = {.arena = arena};
    struct wm_people people;
    const bool good = wm_people_load(arena, wm_span(path), &calendars, &findings, &people);
    assert_string_equal(policy_told(arena, &findings).data, "");
    assert_true(good);
    return people;
}

static void
test_small(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(4 << 20);
    const struct wm_people people = load(arena, WM_POLICY_DATA "/teams.cfg");
    assert_span(arena, people.last_resort, "h.oakes");
    assert_span(arena, people.calendar, "service");
    assert_int_equal(people.handover_after, 3);
    assert_int_equal(people.handover_lead, 1);
    assert_int_equal(people.absence_grace, 2);
    assert_int_equal(people.reach_us, 90 * WM_US_PER_MINUTE);
    assert_int_equal(people.team_count, 1);
    assert_int_equal(people.teams[0].max_open, 40);
    assert_int_equal(people.officer_count, 4);
    static const char *const ids[] = {"h.oakes", "n.ight", "p.one", "p.two"}; /* in order */
    for (size_t i = 0; i < WM_COUNT(ids); i++) {
        assert_span(arena, people.officers[i].id, ids[i]);
        assert_int_equal(people.officers[i].absent_from, WM_NEVER);
    }
    const struct wm_officer *two = &people.officers[3];
    assert_int_equal(two->kind, WM_OFFICER);
    assert_span(arena, two->email, "p.two@example.org");
    assert_span(arena, two->skills[0], "repairs");
    assert_int_equal(two->max_open, 12);
    assert_int_equal(two->hours[1].to_min, 13 * 60);
    assert_int_equal(two->hours[2].to_min, 0);
    assert_int_equal(people.officers[1].kind, WM_OFFICER_EXTERNAL);
    assert_int_equal(people.officers[1].team_count, 1);
    assert_int_equal(people.officers[0].max_open, 0);
    wm_arena_free(&arena);
}

static int32_t
room(const struct wm_people *people, const char *team, size_t *ret_count)
{
    int32_t sum = 0;
    *ret_count = 0;
    for (size_t i = 0; i < people->officer_count; i++) {
        const struct wm_officer *officer = &people->officers[i];
        if (officer->team_count > 0 && wm_span_is(officer->teams[0], team)) {
            const int32_t own = officer->max_open;
            sum += own > 0 ? own : wm_people_team(people, wm_span(team))->max_open;
            *ret_count += 1;
        }
    }
    return sum;
}

static void
test_shipped(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(4 << 20);
    const struct wm_people people = load(arena, WM_CONFIG_DIR "/teams.cfg");
    size_t complaints = 0;
    size_t asb = 0;
    const int32_t all = room(&people, "complaints", &complaints) + room(&people, "asb", &asb);
    assert_true(complaints >= 6 && asb >= 4);
    assert_true(all >= 300);
    assert_span(arena, people.last_resort, "h.oakes");
    const struct wm_officer *night = wm_people_officer(&people, wm_span("o.nightline"));
    assert_int_equal(night->kind, WM_OFFICER_EXTERNAL);
    for (size_t i = 0; i < people.officer_count; i++) {
        assert_int_equal(people.officers[i].leave_count, 0);
    }
    wm_arena_free(&arena);
}

/* An arena that is too small is an answer, not a crash. */
static void
test_no_memory(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(4 << 20);
    for (size_t limit = 1; limit < 12; limit++) {
        struct wm_arena *small = wm_arena_new(limit << 16);
        struct wm_findings findings = {.arena = arena};
        struct wm_people people;
        const bool good = wm_people_load(small, wm_span(WM_CONFIG_DIR "/teams.cfg"), &calendars,
                                         &findings, &people);
        assert_int_equal(good, wm_findings_errors(&findings) == 0);
        wm_arena_free(&small);
    }
    wm_arena_free(&arena);
}

int
main(void)
{
    static struct CMUnitTest tests[WM_COUNT(rows)];
    static struct row copies[WM_COUNT(rows)];
    const struct CMUnitTest others[] = {cmocka_unit_test(test_small),
                                        cmocka_unit_test(test_shipped),
                                        cmocka_unit_test(test_no_memory)};
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        copies[i] = rows[i];
        tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, &copies[i]};
    }
    int failed = cmocka_run_group_tests_name("policy people, slips", tests, NULL, NULL);
    failed += cmocka_run_group_tests_name("policy people", others, NULL, NULL);
    return failed;
}
