/* test_assign_random.c - goal: a case never goes to the excluded or those who answer to them, to
 * the away, or beyond the maximum; every candidate who cannot have it has a reason; nobody is
 * chosen only if every candidate has one; what is given is not taken away at once, and no moment at
 * which it should be is missed. Method: random people, hours, leave, conflicts and loads from a
 * seed, against rules written naively (crowd_rules.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "tests/unit/crowd.h"

enum { SEEDS = 4000, MOMENT_SEEDS = 300, CHECKS_MAX = 100 };

static struct wm_arena *arena;
static struct wm_arena *scratch; /* reset for each seed */
static struct wm_calendar calendar;

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

static void
check_candidate(const struct crowd *s, const struct wm_candidate *candidate, bool could,
                uint64_t began)
{
    if (could != (candidate->why_not.size == 0)) {
        fail_msg("seed %llu: %.*s of %zu, \"%.*s\"", (unsigned long long)began,
                 WM_SPAN_ARG(candidate->officer), s->staff.people.officer_count,
                 WM_SPAN_ARG(candidate->why_not));
    }
}

/* The best of those who could have it; CROWD: nobody. */
static size_t
best_of(const struct crowd *s)
{
    size_t best = CROWD;
    for (size_t i = 0; i < s->staff.people.officer_count; i++) {
        if (crowd_could_have_it(s, &calendar, i) &&
            (best == CROWD || crowd_rank(s, i) < crowd_rank(s, best))) {
            best = i;
        }
    }
    return best;
}

static void
check_choice(const struct crowd *s, uint64_t began)
{
    const struct wm_choice choice = wm_assign(&s->staff.people, &calendar, &s->want, scratch);
    size_t members = 0;
    for (size_t i = 0; i < s->staff.people.officer_count; i++) {
        const struct wm_officer *officer = &s->staff.officers[i];
        members +=
            s->want.team.size == 0 || crowd_in(s->want.team, officer->teams, officer->team_count);
    }
    assert_int_equal(choice.candidate_count, members);
    for (size_t i = 0; i < choice.candidate_count; i++) {
        const size_t who = crowd_index(choice.candidates[i].officer);
        check_candidate(s, &choice.candidates[i], crowd_could_have_it(s, &calendar, who), began);
    }
    const size_t best = best_of(s);
    const struct wm_span want = best < CROWD ? crowd_ids[best] : (struct wm_span){0};
    assert_true(choice.why.size > 0);
    if (!wm_span_equal(choice.officer, want)) {
        fail_msg("seed %llu: chose \"%.*s\", not \"%.*s\"", (unsigned long long)began,
                 WM_SPAN_ARG(choice.officer), WM_SPAN_ARG(want));
    }
}

/* The same once more: the same words. */
static void
check_again(const struct crowd *s)
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
static bool
can_hear(const struct crowd *s, struct wm_span who)
{
    const size_t at = crowd_index(who);
    const int32_t today = wm_calendar_day(&calendar, s->want.now_us);
    assert_true(at < s->staff.people.officer_count);
    const struct wm_officer *officer = &s->staff.officers[at];
    const bool off = officer->kind == WM_OFFICER && crowd_off_on(officer, today);
    return !officer->left && !off && !crowd_in_conflict(s, at);
}

static void
check_recipient(const struct crowd *s, uint64_t began)
{
    static const char *const roles[] = {"officer", "manager", "head", "a"};
    const struct wm_people *people = &s->staff.people;
    for (size_t i = 0; i < WM_COUNT(roles); i++) {
        const struct wm_span whose = crowd_ids[began % people->officer_count];
        const struct wm_span who =
            wm_people_recipient(people, &calendar, wm_span(roles[i]), whose, &s->want);
        assert_true(can_hear(s, who) || wm_span_equal(who, people->last_resort));
    }
}

static void
test_random_people(void **state)
{
    (void)state;
    static struct crowd s;
    uint64_t seed = 20260108;
    for (int i = 0; i < SEEDS; i++) {
        const uint64_t began = seed;
        wm_arena_reset(scratch);
        crowd_random(&s, &calendar, &seed);
        check_choice(&s, began);
        check_again(&s);
        check_recipient(&s, began);
    }
}

/* ---- moments ---- */

static bool
moves_at(const struct crowd *s, const struct wm_officer *officer, int64_t us)
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
first_found(const struct crowd *s, const struct wm_officer *officer)
{
    struct wm_want want = s->want;
    for (int i = 0; i < CHECKS_MAX; i++) {
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
check_moments(const struct crowd *s, const struct wm_officer *officer, uint64_t began)
{
    const int64_t found_us = first_found(s, officer);
    const int64_t due_us =
        s->want.due.us != WM_NEVER ? s->want.due.us : s->want.now_us + 30 * WM_US_PER_DAY;
    const int64_t until_us = found_us < due_us ? found_us : due_us;
    int64_t us = s->want.now_us;
    while (us < until_us && !moves_at(s, officer, us)) {
        us += WM_US_PER_HOUR;
    }
    if (us < until_us) {
        fail_msg("seed %llu: %.*s should move at %lld, found at %lld", (unsigned long long)began,
                 WM_SPAN_ARG(officer->id), (long long)us, (long long)found_us);
    }
}

static void
test_random_moments(void **state)
{
    (void)state;
    static struct crowd s;
    uint64_t seed = 20260402;
    for (int i = 0; i < MOMENT_SEEDS; i++) {
        const uint64_t began = seed;
        crowd_random(&s, &calendar, &seed);
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
        cmocka_unit_test(test_random_people),
        cmocka_unit_test(test_random_moments),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
