/* test_assign.c - goal: a case never goes to the excluded or those who answer to them, to the away,
 * or beyond the maximum; every candidate who cannot have it has a reason; nobody is chosen only if
 * every candidate has one; what is given is not taken away at once, and no moment at which it
 * should be is missed. Method: rows by hand on a small staff; then random people, hours, leave,
 * conflicts and loads from a seed, against rules written naively: day by day, minute by minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "tests/unit/staff.h"

enum { SEEDS = 4000, MOMENT_SEEDS = 300, CROWD = 12 };

static struct wm_arena *arena;
static struct wm_arena *scratch; /* reset for each seed */
static struct wm_calendar calendar;
static struct staff staff;

static int
set_up(void **state)
{
    (void)state;
    arena = wm_arena_new(4 << 20);
    scratch = wm_arena_new(4 << 20);
    calendar = uk_statutory(arena, WM_HOLIDAYS);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    wm_arena_free(&arena);
    wm_arena_free(&scratch);
    return 0;
}

static int
fresh_staff(void **state)
{
    (void)state;
    staff_init(&staff);
    return 0;
}

/* ---- by hand ---- */

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

/* ---- random people ---- */

static uint64_t
roll(uint64_t *seed, uint64_t below)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (*seed >> 11) % below;
}

static bool
one_in(uint64_t *seed, uint64_t times)
{
    return roll(seed, times) == 0;
}

static const struct wm_span team_names[] = {{"asb", 3}, {"complaints", 10}};
static const struct wm_span skill_names[] = {{"damp", 4}, {"gas", 3}, {"hate", 4}};
static const struct wm_span ids[CROWD] = {{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1},
                                          {"e", 1}, {"f", 1}, {"g", 1}, {"h", 1},
                                          {"i", 1}, {"j", 1}, {"k", 1}, {"l", 1}};

/* Everything a case and its people are made of; the times stay on five minutes. */
struct scenario {
    struct staff staff;
    struct wm_want want;
    struct wm_span teams[CROWD][2];
    struct wm_span skills[CROWD][3];
    struct wm_span excluded[2];
    struct wm_span barred[2];
    struct wm_span previous[2];
    struct wm_span wanted[2];
};

static int32_t
near(uint64_t *seed, int32_t day, uint64_t days)
{
    return day + (int32_t)roll(seed, days) - (int32_t)(days / 3);
}

static void
random_time_away(struct scenario *s, size_t who, int32_t today, uint64_t *seed)
{
    struct wm_officer *officer = &s->staff.officers[who];
    officer->leave_count = one_in(seed, 2) ? roll(seed, 5) : 0;
    for (size_t i = 0; i < officer->leave_count; i++) {
        const int32_t from = near(seed, today, 40);
        s->staff.leaves[who][i] =
            (struct wm_leave){.from = from, .to = from + (int32_t)roll(seed, 12)};
    }
    officer->absent_from = WM_NEVER;
    if (one_in(seed, 6)) {
        const int32_t from = near(seed, today, 12);
        officer->absent_from = from * WM_US_PER_DAY + WM_US_PER_DAY / 2;
        officer->absent_until = one_in(seed, 2) ? INT32_MAX : from + (int32_t)roll(seed, 12);
    }
    officer->duty_count = one_in(seed, 4) ? 1 + roll(seed, 3) : 0;
    for (size_t i = 0; i < officer->duty_count; i++) {
        const int64_t from_us =
            near(seed, today, 5) * WM_US_PER_DAY + (int64_t)roll(seed, 288) * 5 * WM_US_PER_MINUTE;
        s->staff.duties[who][i] = (struct wm_duty){
            .from_us = from_us,
            .to_us = from_us + (1 + (int64_t)roll(seed, 400)) * 5 * WM_US_PER_MINUTE};
    }
}

static void
random_officer(struct scenario *s, size_t who, size_t count, uint64_t *seed)
{
    struct wm_officer *officer = &s->staff.officers[who];
    *officer = (struct wm_officer){.id = ids[who],
                                   .name = ids[who],
                                   .kind = one_in(seed, 8) ? WM_OFFICER_EXTERNAL : WM_OFFICER,
                                   .teams = s->teams[who],
                                   .skills = s->skills[who],
                                   .leaves = s->staff.leaves[who],
                                   .duties = s->staff.duties[who],
                                   .left = one_in(seed, 12)};
    for (size_t i = 0; i < WM_COUNT(team_names); i++) {
        if (!one_in(seed, 3)) {
            s->teams[who][officer->team_count++] = team_names[i];
        }
    }
    for (size_t i = 0; i < WM_COUNT(skill_names); i++) {
        if (!one_in(seed, 4)) {
            s->skills[who][officer->skill_count++] = skill_names[i];
        }
    }
    if (one_in(seed, 3)) {
        officer->manager = ids[roll(seed, count)]; /* of themselves too, and in circles */
    }
    for (size_t day = 0; one_in(seed, 2) && day < WM_WEEK; day++) {
        const int32_t from = (int32_t)roll(seed, 20) * 60;
        officer->hours[day] = (struct wm_hours){from, from + (int32_t)roll(seed, 5) * 60};
    }
    officer->max_open = one_in(seed, 3) ? 1 + (int32_t)roll(seed, 6) : 0;
    officer->open_cases = (int32_t)roll(seed, 7);
    officer->open_weight = officer->open_cases + (one_in(seed, 3) ? (int32_t)roll(seed, 3) : 0);
    officer->last_assigned = (int64_t)roll(seed, 3);
}

static size_t
random_ids(struct wm_span *to, size_t most, size_t count, uint64_t *seed)
{
    const size_t n = one_in(seed, 3) ? roll(seed, most + 1) : 0;
    for (size_t i = 0; i < n; i++) {
        to[i] = ids[roll(seed, count)];
    }
    return n;
}

static void
random_want(struct scenario *s, int32_t today, size_t count, uint64_t *seed)
{
    struct wm_want *want = &s->want;
    *want = (struct wm_want){.excluded = s->excluded,
                             .barred = s->barred,
                             .previous = s->previous,
                             .skills = s->wanted,
                             .weight = 1,
                             .due = {.us = WM_NEVER}};
    want->now_us = today * WM_US_PER_DAY + (int64_t)roll(seed, 288) * 5 * WM_US_PER_MINUTE;
    if (!one_in(seed, 6)) {
        want->team = team_names[roll(seed, WM_COUNT(team_names))];
    }
    want->excluded_count = random_ids(s->excluded, 2, count, seed);
    want->barred_count = random_ids(s->barred, 2, count, seed);
    want->previous_count = random_ids(s->previous, 2, count, seed);
    if (one_in(seed, 3)) {
        s->wanted[want->skill_count++] = skill_names[roll(seed, WM_COUNT(skill_names))];
    }
    if (one_in(seed, 3)) {
        want->same_customer = ids[roll(seed, count)];
    }
    if (one_in(seed, 4)) {
        want->in_hours = true;
        want->due = wm_calendar_due(&calendar, want->now_us,
                                    (struct wm_duration){24, WM_UNIT_HOURS, false});
    } else if (!one_in(seed, 5)) {
        want->due = wm_calendar_due_on(&calendar, near(seed, today, 30));
    }
}

static void
random_scenario(struct scenario *s, uint64_t *seed)
{
    const size_t count = 1 + roll(seed, CROWD);
    const int32_t today = uk_day("2025-12-01") + (int32_t)roll(seed, 150);
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < count; i++) {
        random_officer(s, i, count, seed);
        random_time_away(s, i, today, seed);
    }
    for (size_t i = 0; i < WM_COUNT(team_names); i++) {
        s->staff.teams[i] = (struct wm_team){.name = team_names[i],
                                             .manager = ids[roll(seed, count)],
                                             .head = ids[roll(seed, count)],
                                             .max_open = (int32_t)roll(seed, 7)};
    }
    s->staff.people = (struct wm_people){.officers = s->staff.officers,
                                         .officer_count = count,
                                         .teams = s->staff.teams,
                                         .team_count = WM_COUNT(team_names),
                                         .last_resort = ids[roll(seed, count)],
                                         .handover_after = (int32_t)roll(seed, 4),
                                         .handover_lead = (int32_t)roll(seed, 3),
                                         .absence_grace = (int32_t)roll(seed, 4),
                                         .reach_us = (int64_t)roll(seed, 5) * WM_US_PER_HOUR};
    random_want(s, today, count, seed);
}

/* ---- the rules, naively ---- */

static bool
is_in(struct wm_span id, const struct wm_span *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (wm_span_equal(list[i], id)) {
            return true;
        }
    }
    return false;
}

static size_t
index_of(struct wm_span id)
{
    for (size_t i = 0; i < CROWD; i++) {
        if (wm_span_equal(ids[i], id)) {
            return i;
        }
    }
    return CROWD;
}

/* Marks everybody above each marked one, until nobody new is found. */
static void
mark_above(const struct wm_people *people, bool above[CROWD])
{
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < people->officer_count; i++) {
            const struct wm_officer *officer = &people->officers[i];
            for (size_t t = 0; above[i] && t < people->team_count; t++) {
                const struct wm_team *team = &people->teams[t];
                const bool leads = wm_span_equal(team->manager, officer->id);
                struct wm_span up = leads ? team->head : team->manager;
                if (officer->manager.size > 0) {
                    up = officer->manager;
                } else if (!is_in(team->name, officer->teams, officer->team_count)) {
                    continue;
                }
                grew = grew || !above[index_of(up)];
                above[index_of(up)] = true;
            }
        }
    }
}

static bool
in_conflict(const struct wm_people *people, const struct wm_want *want, size_t who)
{
    bool above[CROWD] = {false};
    above[who] = true;
    mark_above(people, above);
    for (size_t i = 0; i < CROWD; i++) {
        if (above[i] && (is_in(ids[i], want->excluded, want->excluded_count) ||
                         is_in(ids[i], want->previous, want->previous_count))) {
            return true;
        }
    }
    return is_in(ids[who], want->barred, want->barred_count);
}

static bool
off_on(const struct wm_officer *officer, int32_t day)
{
    for (size_t i = 0; i < officer->leave_count; i++) {
        if (day >= officer->leaves[i].from && day <= officer->leaves[i].to) {
            return true;
        }
    }
    return officer->absent_from != WM_NEVER && day >= wm_day_of_time(officer->absent_from) &&
           day <= officer->absent_until;
}

static bool
works_at(const struct wm_officer *officer, int64_t us)
{
    const int32_t day = wm_calendar_day(&calendar, us);
    const int32_t minute = wm_calendar_second(&calendar, us) / 60;
    const struct wm_hours *week = calendar.opening;
    for (size_t i = 0; i < WM_WEEK; i++) {
        if (officer->hours[i].to_min > officer->hours[i].from_min) {
            week = officer->hours;
        }
    }
    const struct wm_hours hours = week[wm_weekday(day)];
    return wm_calendar_is_working(&calendar, day) && minute >= hours.from_min &&
           minute < hours.to_min;
}

static bool
reached(const struct wm_people *people, const struct wm_officer *officer, int64_t now_us)
{
    for (int64_t us = now_us; us <= now_us + people->reach_us; us += 5 * WM_US_PER_MINUTE) {
        bool there = works_at(officer, us);
        for (size_t i = 0; i < officer->duty_count; i++) {
            there = there || (us >= officer->duties[i].from_us && us < officer->duties[i].to_us);
        }
        if (there && !off_on(officer, wm_calendar_day(&calendar, us))) {
            return true;
        }
    }
    return false;
}

static bool
is_away(const struct wm_people *people, const struct wm_officer *officer,
        const struct wm_want *want)
{
    const bool has_clock = want->due.us != WM_NEVER;
    const int32_t today = wm_calendar_day(&calendar, want->now_us);
    if (officer->left || officer->kind == WM_OFFICER_EXTERNAL) {
        return officer->left;
    }
    if (has_clock && want->in_hours) {
        return !reached(people, officer, want->now_us);
    }
    int32_t last = has_clock && want->due.day > today ? want->due.day : today;
    if (!has_clock) {
        last = today - 1;
        for (int32_t i = 0; i <= people->handover_lead + people->handover_after; i++) {
            last = wm_calendar_add(&calendar, last, 1);
        }
    }
    int32_t away = 0;
    for (int32_t day = today; day <= last; day++) {
        away += off_on(officer, day) && wm_calendar_is_working(&calendar, day) ? 1 : 0;
    }
    return (has_clock && off_on(officer, last)) || away > people->handover_after;
}

static bool
is_full(const struct scenario *s, const struct wm_officer *officer)
{
    int32_t limit = officer->max_open;
    for (size_t i = 0; limit == 0 && i < WM_COUNT(team_names); i++) {
        const bool member = is_in(team_names[i], officer->teams, officer->team_count);
        const bool wanted = is_in(s->want.team, officer->teams, officer->team_count);
        if (member && (!wanted || wm_span_equal(team_names[i], s->want.team))) {
            limit = s->staff.teams[i].max_open;
            break;
        }
    }
    return limit > 0 && officer->open_cases >= limit;
}

static bool
could_have_it(const struct scenario *s, size_t who)
{
    const struct wm_officer *officer = &s->staff.officers[who];
    for (size_t i = 0; i < s->want.skill_count; i++) {
        if (!is_in(s->want.skills[i], officer->skills, officer->skill_count)) {
            return false;
        }
    }
    return !in_conflict(&s->staff.people, &s->want, who) && !is_full(s, officer) &&
           !is_away(&s->staff.people, officer, &s->want);
}

/* Greater is worse; the index settles what is equal. */
static int64_t
rank(const struct scenario *s, size_t who)
{
    const struct wm_officer *officer = &s->staff.officers[who];
    int64_t rank = officer->kind == WM_OFFICER_EXTERNAL ? 1 : 0;
    rank = rank * 2 + (wm_span_equal(officer->id, s->want.same_customer) ? 0 : 1);
    rank = rank * 100 + officer->open_weight;
    rank = rank * 100 + officer->last_assigned;
    return rank * 100 + (int64_t)who;
}

/* ---- what must hold ---- */

static void
check_choice(const struct scenario *s, uint64_t began)
{
    const struct wm_choice choice = wm_assign(&s->staff.people, &calendar, &s->want, scratch);
    size_t at = 0;
    size_t best = CROWD;
    for (size_t i = 0; i < s->staff.people.officer_count; i++) {
        const struct wm_officer *officer = &s->staff.officers[i];
        if (s->want.team.size > 0 && !is_in(s->want.team, officer->teams, officer->team_count)) {
            continue;
        }
        assert_true(at < choice.candidate_count);
        const struct wm_candidate *candidate = &choice.candidates[at++];
        assert_true(wm_span_equal(candidate->officer, officer->id));
        const bool could = could_have_it(s, i);
        if (could != (candidate->why_not.size == 0)) {
            fail_msg("seed %llu: %.*s, \"%.*s\"", (unsigned long long)began,
                     WM_SPAN_ARG(officer->id), WM_SPAN_ARG(candidate->why_not));
        }
        if (could && (best == CROWD || rank(s, i) < rank(s, best))) {
            best = i;
        }
    }
    assert_int_equal(at, choice.candidate_count);
    assert_true(choice.why.size > 0);
    const struct wm_span want = best < CROWD ? ids[best] : (struct wm_span){0};
    if (!wm_span_equal(choice.officer, want)) {
        fail_msg("seed %llu: chose \"%.*s\", not \"%.*s\"", (unsigned long long)began,
                 WM_SPAN_ARG(choice.officer), WM_SPAN_ARG(want));
    }
}

/* The same once more: the same words. */
static void
check_again(const struct scenario *s)
{
    const struct wm_choice a = wm_assign(&s->staff.people, &calendar, &s->want, scratch);
    const struct wm_choice b = wm_assign(&s->staff.people, &calendar, &s->want, scratch);
    assert_true(wm_span_equal(a.officer, b.officer));
    assert_true(wm_span_equal(a.why, b.why));
    for (size_t i = 0; i < a.candidate_count; i++) {
        assert_true(wm_span_equal(a.candidates[i].why_not, b.candidates[i].why_not));
    }
}

/* Whoever is told can hear it: no conflict, and not away today unless as the last resort. */
static void
check_recipient(const struct scenario *s, uint64_t began)
{
    static const char *const roles[] = {"officer", "manager", "head", "a"};
    const struct wm_people *people = &s->staff.people;
    const int32_t today = wm_calendar_day(&calendar, s->want.now_us);
    for (size_t i = 0; i < WM_COUNT(roles); i++) {
        const struct wm_span who = wm_people_recipient(
            people, &calendar, wm_span(roles[i]), ids[began % people->officer_count], &s->want);
        const size_t at = index_of(who);
        assert_true(at < people->officer_count);
        const struct wm_officer *officer = &s->staff.officers[at];
        const bool last = wm_span_equal(who, people->last_resort);
        const bool off = officer->left || (officer->kind == WM_OFFICER && off_on(officer, today));
        if (!last && (off || in_conflict(people, &s->want, at))) {
            fail_msg("seed %llu: %s goes to %.*s", (unsigned long long)began, roles[i],
                     WM_SPAN_ARG(who));
        }
    }
}

static void
test_random_people(void **state)
{
    (void)state;
    static struct scenario s;
    uint64_t seed = 20260108;
    for (int i = 0; i < SEEDS; i++) {
        const uint64_t began = seed;
        wm_arena_reset(scratch);
        random_scenario(&s, &seed);
        check_choice(&s, began);
        check_again(&s);
        check_recipient(&s, began);
    }
}

/* ---- moments ---- */

static bool
moves_at(const struct scenario *s, const struct wm_officer *officer, int64_t us)
{
    struct wm_want want = s->want;
    struct wm_span why = {0};
    want.now_us = us;
    const bool moves =
        wm_people_should_move(&s->staff.people, &calendar, officer, &want, scratch, &why);
    assert_int_equal(moves, why.size > 0);
    /* What moves is away by the same predicate: so nobody is given what is taken at once. */
    assert_true(!moves ||
                wm_people_away(&s->staff.people, &calendar, officer, &want, scratch).size > 0);
    return moves;
}

/* The first moment at which the chain of checks finds that a case should move. */
static int64_t
first_found(const struct scenario *s, const struct wm_officer *officer)
{
    struct wm_want want = s->want;
    for (int i = 0; i < 100; i++) {
        if (moves_at(s, officer, want.now_us)) {
            return want.now_us;
        }
        const int64_t next_us = wm_people_next_check(&s->staff.people, &calendar, officer, &want);
        if (next_us == WM_NEVER) {
            return WM_NEVER;
        }
        assert_true(next_us > want.now_us);
        want.now_us = next_us;
    }
    fail_msg("the checks of %.*s do not end", WM_SPAN_ARG(officer->id));
    return WM_NEVER;
}

/* No hour up to the due moment at which a case should move comes before it is found. */
static void
check_moments(const struct scenario *s, const struct wm_officer *officer, uint64_t began)
{
    const int64_t found_us = first_found(s, officer);
    const int64_t until_us =
        s->want.due.us != WM_NEVER ? s->want.due.us : s->want.now_us + 30 * WM_US_PER_DAY;
    for (int64_t us = s->want.now_us; us < until_us && us < found_us; us += WM_US_PER_HOUR) {
        if (moves_at(s, officer, us)) {
            char text[WM_TIME_SIZE];
            wm_time_format(us, text);
            fail_msg("seed %llu: %.*s should move at %s, found at %lld", (unsigned long long)began,
                     WM_SPAN_ARG(officer->id), text, (long long)found_us);
        }
    }
}

static void
test_random_moments(void **state)
{
    (void)state;
    static struct scenario s;
    uint64_t seed = 20260402;
    for (int i = 0; i < MOMENT_SEEDS; i++) {
        const uint64_t began = seed;
        random_scenario(&s, &seed);
        for (size_t j = 0; j < s.staff.people.officer_count; j++) {
            wm_arena_reset(scratch);
            check_moments(&s, &s.staff.officers[j], began);
        }
    }
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
        cmocka_unit_test(test_random_people),
        cmocka_unit_test(test_random_moments),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
