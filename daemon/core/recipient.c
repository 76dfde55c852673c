/* recipient.c - who hears of something: never whom it is about, and nobody who is away. */
#include <assert.h>

#include "daemon/core/away.h"

enum { STEPS_MAX = 16 /* ways up before the last resort */ };

/* What is asked, worked out once. */
struct search {
    const struct wm_people *people;
    const struct wm_calendar *calendar;
    const struct wm_want *want;
    int32_t today;
};

static bool
can_hear(const struct search *search, struct wm_span id)
{
    const struct wm_officer *officer = wm_people_officer(search->people, id);
    assert(search->want != NULL);
    if (officer == NULL || officer->left) {
        return false;
    }
    const bool away = officer->kind != WM_OFFICER_EXTERNAL &&
                      wm_officer_off(search->calendar, officer, search->today);
    return !away && wm_people_conflict(search->people, search->want, officer).size == 0;
}

/* Manager of a team as somebody in it sees it: for the manager, the head. */
static struct wm_span
leader_of(const struct search *search, struct wm_span team_name, struct wm_span id)
{
    const struct wm_team *team = wm_people_team(search->people, team_name);
    assert(search->people != NULL);
    if (team == NULL) {
        return (struct wm_span){0};
    }
    const bool leads = id.size > 0 && wm_span_equal(team->manager, id);
    return leads || team->manager.size == 0 ? team->head : team->manager;
}

/* Whom somebody reports to in the case's team, or else in their first one; absent: nobody. */
static struct wm_span
above(const struct search *search, struct wm_span id)
{
    const struct wm_officer *officer = wm_people_officer(search->people, id);
    assert(search->want != NULL);
    if (officer == NULL) {
        return leader_of(search, search->want->team, id);
    }
    if (officer->manager.size > 0) {
        return officer->manager;
    }
    const bool in_team = wm_officer_in_team(officer, search->want->team);
    if (in_team || officer->team_count == 0) {
        return in_team ? leader_of(search, search->want->team, id) : (struct wm_span){0};
    }
    return leader_of(search, officer->teams[0], id);
}

static struct wm_span
head_of(const struct search *search, struct wm_span officer)
{
    const struct wm_officer *known = wm_people_officer(search->people, officer);
    const struct wm_team *team = wm_people_team(search->people, search->want->team);
    assert(search->people != NULL);
    if (team == NULL && known != NULL && known->team_count > 0) {
        team = wm_people_team(search->people, known->teams[0]);
    }
    return team != NULL ? team->head : (struct wm_span){0};
}

/* Whoever it is meant for, before asking whether they can hear it. */
static struct wm_span
meant(const struct search *search, struct wm_span role, struct wm_span officer)
{
    assert(role.size > 0);
    if (wm_span_is(role, "officer") && officer.size > 0) {
        return officer;
    }
    if (wm_span_is(role, "officer") || wm_span_is(role, "manager")) {
        return above(search, officer);
    }
    return wm_span_is(role, "head") ? head_of(search, officer) : role;
}

static struct wm_span
hearing_or_deputy(const struct search *search, struct wm_span id)
{
    const struct wm_officer *officer = wm_people_officer(search->people, id);
    assert(search->people != NULL);
    if (officer == NULL || can_hear(search, id)) {
        return officer == NULL ? (struct wm_span){0} : officer->id;
    }
    return can_hear(search, officer->deputy) ? officer->deputy : (struct wm_span){0};
}

/* The last resort hears it though they are away; but if it is about them, whoever leads any team is
 * better. */
static struct wm_span
last_resort(const struct search *search)
{
    const struct wm_span last = search->people->last_resort;
    const struct wm_span found = hearing_or_deputy(search, last);
    assert(last.size > 0);
    const struct wm_officer *officer = wm_people_officer(search->people, last);
    const bool about_them =
        officer != NULL && wm_people_conflict(search->people, search->want, officer).size > 0;
    if (found.size > 0 || !about_them) {
        return found.size > 0 ? found : last;
    }
    for (size_t i = 0; i < search->people->team_count; i++) {
        const struct wm_team *team = &search->people->teams[i];
        if (can_hear(search, team->head) || can_hear(search, team->manager)) {
            return can_hear(search, team->head) ? team->head : team->manager;
        }
    }
    return last;
}

struct wm_span
wm_people_recipient(const struct wm_people *people, const struct wm_calendar *calendar,
                    struct wm_span role, struct wm_span officer, const struct wm_want *want)
{
    assert(people != NULL && calendar != NULL);
    assert(want != NULL);
    const struct search search = {.people = people,
                                  .calendar = calendar,
                                  .want = want,
                                  .today = wm_calendar_day(calendar, want->now_us)};
    struct wm_span id = meant(&search, role, officer);
    for (int steps = 0; steps < STEPS_MAX && id.size > 0; steps++) {
        const struct wm_span found = hearing_or_deputy(&search, id);
        if (found.size > 0) {
            return found;
        }
        id = above(&search, id);
    }
    return last_resort(&search);
}
