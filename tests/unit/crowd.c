/* crowd.c - random people and a random case, from a seed. */
#include "tests/unit/crowd.h"

#include "base/attributes.h"

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

const struct wm_span crowd_teams[CROWD_TEAMS] = {{"asb", 3}, {"complaints", 10}};
const struct wm_span crowd_ids[CROWD] = {{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1},
                                         {"e", 1}, {"f", 1}, {"g", 1}, {"h", 1},
                                         {"i", 1}, {"j", 1}, {"k", 1}, {"l", 1}};
static const struct wm_span skill_names[] = {{"damp", 4}, {"gas", 3}, {"hate", 4}};

static int32_t
near(uint64_t *seed, int32_t day, uint64_t days)
{
    return day + (int32_t)roll(seed, days) - (int32_t)(days / 3);
}

static void
random_time_away(struct crowd *s, size_t who, int32_t today, uint64_t *seed)
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
random_officer(struct crowd *s, size_t who, size_t count, uint64_t *seed)
{
    struct wm_officer *officer = &s->staff.officers[who];
    *officer = (struct wm_officer){.id = crowd_ids[who],
                                   .name = crowd_ids[who],
                                   .kind = one_in(seed, 8) ? WM_OFFICER_EXTERNAL : WM_OFFICER,
                                   .teams = s->teams[who],
                                   .skills = s->skills[who],
                                   .leaves = s->staff.leaves[who],
                                   .duties = s->staff.duties[who],
                                   .left = one_in(seed, 12)};
    for (size_t i = 0; i < CROWD_TEAMS; i++) {
        if (!one_in(seed, 3)) {
            s->teams[who][officer->team_count++] = crowd_teams[i];
        }
    }
    for (size_t i = 0; i < WM_COUNT(skill_names); i++) {
        if (!one_in(seed, 4)) {
            s->skills[who][officer->skill_count++] = skill_names[i];
        }
    }
    if (one_in(seed, 3)) {
        officer->manager = crowd_ids[roll(seed, count)]; /* of themselves too, and in circles */
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
        to[i] = crowd_ids[roll(seed, count)];
    }
    return n;
}

static void
random_want(struct crowd *s, const struct wm_calendar *calendar, int32_t today, uint64_t *seed)
{
    struct wm_want *want = &s->want;
    const size_t count = s->staff.people.officer_count;
    *want = (struct wm_want){.excluded = s->excluded,
                             .barred = s->barred,
                             .previous = s->previous,
                             .skills = s->wanted,
                             .weight = 1,
                             .due = {.us = WM_NEVER}};
    want->now_us = today * WM_US_PER_DAY + (int64_t)roll(seed, 288) * 5 * WM_US_PER_MINUTE;
    if (!one_in(seed, 6)) {
        want->team = crowd_teams[roll(seed, CROWD_TEAMS)];
    }
    want->excluded_count = random_ids(s->excluded, 2, count, seed);
    want->barred_count = random_ids(s->barred, 2, count, seed);
    want->previous_count = random_ids(s->previous, 2, count, seed);
    if (one_in(seed, 3)) {
        s->wanted[want->skill_count++] = skill_names[roll(seed, WM_COUNT(skill_names))];
    }
    if (one_in(seed, 3)) {
        want->same_customer = crowd_ids[roll(seed, count)];
    }
    if (one_in(seed, 4)) {
        want->in_hours = true;
        want->due =
            wm_calendar_due(calendar, want->now_us, (struct wm_duration){24, WM_UNIT_HOURS, false});
    } else if (!one_in(seed, 5)) {
        want->due = wm_calendar_due_on(calendar, near(seed, today, 30));
    }
}

void
crowd_random(struct crowd *s, const struct wm_calendar *calendar, uint64_t *seed)
{
    const size_t count = 1 + roll(seed, CROWD);
    const int32_t today = uk_day("2025-12-01") + (int32_t)roll(seed, 150);
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < count; i++) {
        random_officer(s, i, count, seed);
        random_time_away(s, i, today, seed);
    }
    for (size_t i = 0; i < CROWD_TEAMS; i++) {
        s->staff.teams[i] = (struct wm_team){.name = crowd_teams[i],
                                             .manager = crowd_ids[roll(seed, count)],
                                             .head = crowd_ids[roll(seed, count)],
                                             .max_open = (int32_t)roll(seed, 7)};
    }
    s->staff.people = (struct wm_people){.officers = s->staff.officers,
                                         .officer_count = count,
                                         .teams = s->staff.teams,
                                         .team_count = CROWD_TEAMS,
                                         .last_resort = crowd_ids[roll(seed, count)],
                                         .handover_after = (int32_t)roll(seed, 4),
                                         .handover_lead = (int32_t)roll(seed, 3),
                                         .absence_grace = (int32_t)roll(seed, 4),
                                         .reach_us = (int64_t)roll(seed, 5) * WM_US_PER_HOUR};
    random_want(s, calendar, today, seed);
}
