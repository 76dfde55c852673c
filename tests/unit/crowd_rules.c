/* crowd_rules.c - the rules of workflow.md 5 written naively: day by day, every five minutes. */
#include "tests/unit/crowd.h"

bool
crowd_in(struct wm_span id, const struct wm_span *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (wm_span_equal(list[i], id)) {
            return true;
        }
    }
    return false;
}

size_t
crowd_index(struct wm_span id)
{
    for (size_t i = 0; i < CROWD; i++) {
        if (wm_span_equal(crowd_ids[i], id)) {
            return i;
        }
    }
    return CROWD;
}

/* Whom somebody answers to in a team; absent: nobody there. */
static struct wm_span
answers_to(const struct wm_officer *officer, const struct wm_team *team)
{
    if (officer->manager.size > 0) {
        return officer->manager;
    }
    if (!crowd_in(team->name, officer->teams, officer->team_count)) {
        return (struct wm_span){0};
    }
    return wm_span_equal(team->manager, officer->id) ? team->head : team->manager;
}

/* Marks whom one officer answers to; true if somebody is new. */
static bool
mark_leaders(const struct wm_people *people, const struct wm_officer *officer, bool above[CROWD])
{
    bool grew = false;
    for (size_t i = 0; i < people->team_count; i++) {
        const size_t up = crowd_index(answers_to(officer, &people->teams[i]));
        grew = grew || (up < CROWD && !above[up]);
        if (up < CROWD) {
            above[up] = true;
        }
    }
    return grew;
}

/* Marks everybody above each marked one, until nobody new is found. */
static void
mark_above(const struct wm_people *people, bool above[CROWD])
{
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < people->officer_count; i++) {
            grew = (above[i] && mark_leaders(people, &people->officers[i], above)) || grew;
        }
    }
}

bool
crowd_in_conflict(const struct crowd *s, size_t who)
{
    const struct wm_people *people = &s->staff.people;
    const struct wm_want *want = &s->want;
    bool above[CROWD] = {false};
    above[who] = true;
    mark_above(people, above);
    for (size_t i = 0; i < CROWD; i++) {
        if (above[i] && (crowd_in(crowd_ids[i], want->excluded, want->excluded_count) ||
                         crowd_in(crowd_ids[i], want->previous, want->previous_count))) {
            return true;
        }
    }
    return crowd_in(crowd_ids[who], want->barred, want->barred_count);
}

bool
crowd_off_on(const struct wm_officer *officer, int32_t day)
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
works_at(const struct wm_calendar *calendar, const struct wm_officer *officer, int64_t us)
{
    const int32_t day = wm_calendar_day(calendar, us);
    const int32_t minute = wm_calendar_second(calendar, us) / 60;
    const struct wm_hours *week = calendar->opening;
    for (size_t i = 0; i < WM_WEEK; i++) {
        if (officer->hours[i].to_min > officer->hours[i].from_min) {
            week = officer->hours;
        }
    }
    const struct wm_hours hours = week[wm_weekday(day)];
    return wm_calendar_is_working(calendar, day) && minute >= hours.from_min &&
           minute < hours.to_min;
}

static bool
reached(const struct crowd *s, const struct wm_calendar *calendar, const struct wm_officer *officer)
{
    const int64_t now_us = s->want.now_us;
    for (int64_t us = now_us; us <= now_us + s->staff.people.reach_us; us += 5 * WM_US_PER_MINUTE) {
        bool there = works_at(calendar, officer, us);
        for (size_t i = 0; i < officer->duty_count; i++) {
            there = there || (us >= officer->duties[i].from_us && us < officer->duties[i].to_us);
        }
        if (there && !crowd_off_on(officer, wm_calendar_day(calendar, us))) {
            return true;
        }
    }
    return false;
}

static bool
is_away(const struct crowd *s, const struct wm_calendar *calendar, const struct wm_officer *officer)
{
    const struct wm_people *people = &s->staff.people;
    const struct wm_want *want = &s->want;
    const bool has_clock = want->due.us != WM_NEVER;
    const int32_t today = wm_calendar_day(calendar, want->now_us);
    if (officer->left || officer->kind == WM_OFFICER_EXTERNAL) {
        return officer->left;
    }
    if (has_clock && want->in_hours) {
        return !reached(s, calendar, officer);
    }
    int32_t last = has_clock && want->due.day > today ? want->due.day : today;
    if (!has_clock) {
        last = today - 1;
        for (int32_t i = 0; i <= people->handover_lead + people->handover_after; i++) {
            last = wm_calendar_add(calendar, last, 1);
        }
    }
    int32_t away = 0;
    for (int32_t day = today; day <= last; day++) {
        away += crowd_off_on(officer, day) && wm_calendar_is_working(calendar, day) ? 1 : 0;
    }
    return (has_clock && crowd_off_on(officer, last)) || away > people->handover_after;
}

static bool
is_full(const struct crowd *s, const struct wm_officer *officer)
{
    int32_t limit = officer->max_open;
    for (size_t i = 0; limit == 0 && i < CROWD_TEAMS; i++) {
        const bool member = crowd_in(crowd_teams[i], officer->teams, officer->team_count);
        const bool wanted = crowd_in(s->want.team, officer->teams, officer->team_count);
        if (member && (!wanted || wm_span_equal(crowd_teams[i], s->want.team))) {
            limit = s->staff.teams[i].max_open;
            break;
        }
    }
    return limit > 0 && officer->open_cases >= limit;
}

bool
crowd_could_have_it(const struct crowd *s, const struct wm_calendar *calendar, size_t who)
{
    const struct wm_officer *officer = &s->staff.officers[who];
    if (s->want.team.size > 0 && !crowd_in(s->want.team, officer->teams, officer->team_count)) {
        return false;
    }
    for (size_t i = 0; i < s->want.skill_count; i++) {
        if (!crowd_in(s->want.skills[i], officer->skills, officer->skill_count)) {
            return false;
        }
    }
    return !crowd_in_conflict(s, who) && !is_full(s, officer) && !is_away(s, calendar, officer);
}

/* Greater is worse; the index settles what is equal. */
int64_t
crowd_rank(const struct crowd *s, size_t who)
{
    const struct wm_officer *officer = &s->staff.officers[who];
    int64_t rank = officer->kind == WM_OFFICER_EXTERNAL ? 1 : 0;
    rank = rank * 2 + (wm_span_equal(officer->id, s->want.same_customer) ? 0 : 1);
    rank = rank * 100 + officer->open_weight;
    rank = rank * 100 + officer->last_assigned;
    return rank * 100 + (int64_t)who;
}
