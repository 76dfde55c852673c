/* assign.c - who should have a case, and why nobody else. */
#include <assert.h>

#include "daemon/core/away.h"

/* One assignment under way: what the candidates come to so far. Every count is of candidates. */
struct outcome {
    struct wm_scene scene;
    struct wm_arena *arena;
    struct wm_span *lacks; /* "lacks the skill damp" for each wanted skill; made when needed */
    const struct wm_officer *best;
    size_t free;     /* could have it */
    size_t as_light; /* of these, with the load of the best */
    size_t conflicts;
    size_t unskilled;
    size_t away;
    size_t full;
};

static bool
has_skill(const struct wm_officer *officer, struct wm_span skill)
{
    assert(officer->skill_count == 0 || officer->skills != NULL);
    for (size_t i = 0; i < officer->skill_count; i++) {
        if (wm_span_equal(officer->skills[i], skill)) {
            return true;
        }
    }
    return false;
}

/* Index of the first wanted skill that the officer has not; skill_count: none. */
static size_t
missing_skill(const struct wm_want *want, const struct wm_officer *officer)
{
    size_t index = 0;
    assert(want->skill_count == 0 || want->skills != NULL);
    while (index < want->skill_count && has_skill(officer, want->skills[index])) {
        index++;
    }
    return index;
}

/* The same words for all who lack one skill: a team of hundreds is told apart in one text each. */
static struct wm_span
say_lacks(struct outcome *outcome, size_t skill)
{
    const struct wm_want *want = outcome->scene.want;
    assert(skill < want->skill_count);
    if (outcome->lacks == NULL) {
        outcome->lacks = WM_NEW_ARRAY(outcome->arena, struct wm_span, want->skill_count);
    }
    if (wm_arena_failed(outcome->arena)) {
        return wm_span("lacks a skill");
    }
    if (outcome->lacks[skill].data == NULL) {
        outcome->lacks[skill] = wm_arena_printf(outcome->arena, "lacks the skill %.*s",
                                                WM_SPAN_ARG(want->skills[skill]));
    }
    return outcome->lacks[skill];
}

/* Why an officer cannot have it, told in the order in which a person would ask; absent: they can.
 */
static struct wm_span
why_not(struct outcome *outcome, const struct wm_officer *officer)
{
    const struct wm_scene *scene = &outcome->scene;
    const struct wm_want *want = scene->want;
    assert(officer != NULL);
    if (officer->left) {
        outcome->away++;
        return wm_span("has left");
    }
    const struct wm_span conflict = wm_people_conflict(scene->people, want, officer);
    if (conflict.size > 0) {
        outcome->conflicts++;
        return conflict;
    }
    const size_t missing = missing_skill(want, officer);
    if (missing < want->skill_count) {
        outcome->unskilled++;
        return say_lacks(outcome, missing);
    }
    const struct wm_span away = wm_scene_away(scene, officer, outcome->arena);
    if (away.size > 0) {
        outcome->away++;
        return away;
    }
    if (officer->open_cases >= wm_people_limit(scene->people, officer, want->team)) {
        outcome->full++;
        return wm_span("has as many open cases as they may have");
    }
    return (struct wm_span){0};
}

/* True if `a` should have it rather than `b`. Equal in all else, the lower id: candidates come in
 * the order of ids, so `a`, met later, must be truly better. */
static bool
is_better(const struct wm_want *want, const struct wm_officer *a, const struct wm_officer *b)
{
    assert(a != b);
    assert(wm_span_compare(b->id, a->id) < 0);
    if (a->kind != b->kind) {
        return a->kind == WM_OFFICER;
    }
    const bool a_knows = wm_span_equal(a->id, want->same_customer);
    const bool b_knows = wm_span_equal(b->id, want->same_customer);
    if (a_knows != b_knows) {
        return a_knows;
    }
    if (a->open_weight != b->open_weight) {
        return a->open_weight < b->open_weight;
    }
    return a->last_assigned < b->last_assigned;
}

static void
take_up(struct outcome *outcome, const struct wm_officer *officer)
{
    const struct wm_officer *best = outcome->best;
    assert(officer != NULL);
    outcome->free++;
    if (best == NULL) {
        outcome->best = officer;
        outcome->as_light = 1;
        return;
    }
    const bool better = is_better(outcome->scene.want, officer, best);
    if (best->kind == officer->kind && best->open_weight == officer->open_weight) {
        outcome->as_light++;
    } else if (better) {
        outcome->as_light = 1;
    }
    outcome->best = better ? officer : best;
}

/* ---- saying why ---- */

/* " in complaints", or nothing when any team will do. */
static struct wm_span
in_team(const struct outcome *outcome)
{
    const struct wm_span team = outcome->scene.want->team;
    assert(team.size == 0 || team.data != NULL);
    return team.size > 0 ? wm_arena_printf(outcome->arena, " in %.*s", WM_SPAN_ARG(team))
                         : wm_span("");
}

static struct wm_span
say_load(const struct outcome *outcome)
{
    const struct wm_officer *best = outcome->best;
    assert(best != NULL);
    if (best->open_weight == best->open_cases) {
        return wm_arena_printf(outcome->arena, "Fewest open cases (%d)", best->open_cases);
    }
    return wm_arena_printf(outcome->arena, "Lightest load (%d open cases, by weight %d)",
                           best->open_cases, best->open_weight);
}

static struct wm_span
say_chosen(const struct outcome *outcome)
{
    const struct wm_officer *best = outcome->best;
    const struct wm_span team = in_team(outcome);
    assert(best != NULL);
    if (best->kind == WM_OFFICER_EXTERNAL) {
        return wm_arena_printf(outcome->arena, "External: nobody else%.*s can have it.",
                               WM_SPAN_ARG(team));
    }
    if (wm_span_equal(best->id, outcome->scene.want->same_customer)) {
        return wm_span("Has another open case of the same customer.");
    }
    if (outcome->free == 1) {
        return wm_arena_printf(outcome->arena, "The only one%.*s who can have it (%d open cases).",
                               WM_SPAN_ARG(team), best->open_cases);
    }
    const struct wm_span load = say_load(outcome);
    const char *tie = outcome->as_light > 1 ? " and longest without a new one" : "";
    return wm_arena_printf(outcome->arena, "%.*s%s of %zu available%.*s.", WM_SPAN_ARG(load), tie,
                           outcome->free, WM_SPAN_ARG(team));
}

static struct wm_span
say_nobody(const struct outcome *outcome, size_t count)
{
    const struct wm_span team = in_team(outcome);
    assert(outcome->free == 0);
    if (count == 0) {
        return wm_arena_printf(outcome->arena, "There is nobody%.*s.", WM_SPAN_ARG(team));
    }
    return wm_arena_printf(
        outcome->arena,
        "Nobody%.*s can have it: %zu away, %zu with all they may have, %zu in conflict, "
        "%zu without the skills.",
        WM_SPAN_ARG(team), outcome->away, outcome->full, outcome->conflicts, outcome->unskilled);
}

/* ---- choosing ---- */

static bool
is_candidate(const struct wm_officer *officer, struct wm_span team)
{
    assert(officer != NULL);
    return team.size == 0 || wm_officer_in_team(officer, team);
}

static size_t
count_candidates(const struct wm_people *people, struct wm_span team)
{
    size_t count = 0;
    assert(people->officer_count == 0 || people->officers != NULL);
    for (size_t i = 0; i < people->officer_count; i++) {
        count += is_candidate(&people->officers[i], team) ? 1 : 0;
    }
    return count;
}

/* Judges every candidate, in the order of ids. */
static struct wm_choice
judge(struct outcome *outcome)
{
    const struct wm_people *people = outcome->scene.people;
    const struct wm_span team = outcome->scene.want->team;
    struct wm_candidate *candidates =
        WM_NEW_ARRAY(outcome->arena, struct wm_candidate, count_candidates(people, team) + 1);
    struct wm_choice choice = {.candidates = candidates};
    for (size_t i = 0; !wm_arena_failed(outcome->arena) && i < people->officer_count; i++) {
        const struct wm_officer *officer = &people->officers[i];
        if (!is_candidate(officer, team)) {
            continue;
        }
        const struct wm_span reason = why_not(outcome, officer);
        candidates[choice.candidate_count++] =
            (struct wm_candidate){officer->id, reason, officer->open_cases, officer->open_weight};
        if (reason.size == 0) {
            take_up(outcome, officer);
        }
    }
    return choice;
}

struct wm_choice
wm_assign(const struct wm_people *people, const struct wm_calendar *calendar,
          const struct wm_want *want, struct wm_arena *arena)
{
    struct outcome outcome = {.scene = wm_scene_of(people, calendar, want), .arena = arena};
    assert(people != NULL);
    assert(arena != NULL);
    struct wm_choice choice = judge(&outcome);
    if (outcome.best != NULL) {
        choice.officer = outcome.best->id;
        choice.why = say_chosen(&outcome);
    } else {
        choice.why = say_nobody(&outcome, choice.candidate_count);
    }
    return choice;
}
