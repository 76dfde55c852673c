/* people.c - who is who: officers, teams, and the lines between them. */
#include "daemon/core/people.h"

#include <assert.h>

#include "daemon/core/away.h"

enum { LINE_MAX = 64 /* people above one officer, by all ways up */ };

struct wm_officer *
wm_people_officer(const struct wm_people *people, struct wm_span id)
{
    size_t low = 0;
    assert(people != NULL);
    assert(people->officer_count == 0 || people->officers != NULL);
    size_t high = people->officer_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = wm_span_compare(people->officers[middle].id, id);
        if (order == 0) {
            return &people->officers[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const struct wm_team *
wm_people_team(const struct wm_people *people, struct wm_span name)
{
    assert(people != NULL);
    assert(people->team_count == 0 || people->teams != NULL);
    for (size_t i = 0; i < people->team_count; i++) {
        if (wm_span_equal(people->teams[i].name, name)) {
            return &people->teams[i];
        }
    }
    return NULL;
}

static bool
is_among(struct wm_span span, const struct wm_span *spans, size_t count)
{
    assert(count == 0 || spans != NULL);
    for (size_t i = 0; i < count; i++) {
        if (wm_span_equal(spans[i], span)) {
            return true;
        }
    }
    return false;
}

bool
wm_officer_in_team(const struct wm_officer *officer, struct wm_span team)
{
    assert(officer != NULL);
    return is_among(team, officer->teams, officer->team_count);
}

/* Who leads this officer in a team: its manager, or for the manager its head; absent: nobody. */
static struct wm_span
leader(const struct wm_team *team, struct wm_span officer)
{
    assert(team != NULL);
    if (team->manager.size > 0 && !wm_span_equal(team->manager, officer)) {
        return team->manager;
    }
    return wm_span_equal(team->head, officer) ? (struct wm_span){0} : team->head;
}

/* ---- lines ---- */

/* People above somebody, nearest first; each once, so that a cycle ends. */
struct line {
    struct wm_span ids[LINE_MAX];
    size_t count;
};

static void
add_above(struct line *line, struct wm_span id)
{
    assert(line->count <= LINE_MAX);
    if (id.size > 0 && line->count < LINE_MAX && !is_among(id, line->ids, line->count)) {
        line->ids[line->count++] = id;
    }
}

/* Adds whom one officer (NULL: nobody) reports to: their manager, else whoever leads their teams.
 */
static void
add_leaders(const struct wm_people *people, const struct wm_officer *officer, struct line *line)
{
    assert(line != NULL);
    if (officer == NULL) {
        return;
    }
    add_above(line, officer->manager);
    for (size_t i = 0; officer->manager.size == 0 && i < officer->team_count; i++) {
        const struct wm_team *team = wm_people_team(people, officer->teams[i]);
        if (team != NULL) {
            add_above(line, leader(team, officer->id));
        }
    }
}

static void
climb(const struct wm_people *people, const struct wm_officer *who, struct line *ret_line)
{
    assert(people != NULL);
    ret_line->count = 0;
    add_leaders(people, who, ret_line);
    for (size_t i = 0; i < ret_line->count; i++) {
        add_leaders(people, wm_people_officer(people, ret_line->ids[i]), ret_line);
    }
}

bool
wm_people_reports_to(const struct wm_people *people, struct wm_span who, struct wm_span boss)
{
    struct line line;
    assert(people != NULL);
    climb(people, wm_people_officer(people, who), &line);
    return !wm_span_equal(who, boss) && is_among(boss, line.ids, line.count);
}

static bool
leads_team(const struct wm_people *people, struct wm_span who, struct wm_span name)
{
    const struct wm_team *team = wm_people_team(people, name);
    assert(who.size > 0);
    return team != NULL && (wm_span_equal(team->manager, who) || wm_span_equal(team->head, who) ||
                            wm_people_reports_to(people, team->manager, who) ||
                            wm_people_reports_to(people, team->head, who));
}

bool
wm_people_manages(const struct wm_people *people, struct wm_span who, struct wm_span officer)
{
    assert(people != NULL);
    const struct wm_officer *managed = wm_people_officer(people, officer);
    if (who.size == 0 || managed == NULL || wm_span_equal(who, officer)) {
        return false;
    }
    for (size_t i = 0; i < managed->team_count; i++) {
        if (leads_team(people, who, managed->teams[i])) {
            return true;
        }
    }
    return wm_people_reports_to(people, managed->id, who);
}

int32_t
wm_people_limit(const struct wm_people *people, const struct wm_officer *officer,
                struct wm_span team)
{
    assert(people != NULL);
    assert(officer != NULL);
    struct wm_span name = team;
    if (!wm_officer_in_team(officer, team)) {
        name = officer->team_count > 0 ? officer->teams[0] : (struct wm_span){0};
    }
    const struct wm_team *own = wm_people_team(people, name);
    const int32_t of_team = own != NULL ? own->max_open : 0;
    const int32_t limit = officer->max_open > 0 ? officer->max_open : of_team;
    return limit > 0 ? limit : INT32_MAX;
}

/* ---- conflict ---- */

/* The first of those above somebody who is in the list. */
static bool
any_above(const struct line *line, const struct wm_span *spans, size_t count)
{
    for (size_t i = 0; i < line->count; i++) {
        if (is_among(line->ids[i], spans, count)) {
            return true;
        }
    }
    assert(count == 0 || spans != NULL);
    return false;
}

struct wm_span
wm_people_conflict(const struct wm_people *people, const struct wm_want *want,
                   const struct wm_officer *officer)
{
    struct line line;
    const struct wm_span who = officer->id;
    assert(people != NULL);
    assert(want != NULL);
    line.count = 0; /* the rest is written before it is read */
    if (want->excluded_count + want->barred_count + want->previous_count == 0) {
        return (struct wm_span){0};
    }
    if (is_among(who, want->excluded, want->excluded_count) ||
        is_among(who, want->barred, want->barred_count)) {
        return wm_span("in conflict: the case is about them, or was taken from them");
    }
    if (want->excluded_count + want->previous_count > 0) {
        climb(people, officer, &line);
    }
    if (any_above(&line, want->excluded, want->excluded_count)) {
        return wm_span("in conflict: reports to somebody whom the case is about");
    }
    if (is_among(who, want->previous, want->previous_count)) {
        return wm_span("had the case before, and this stage needs a fresh pair of eyes");
    }
    return any_above(&line, want->previous, want->previous_count)
               ? wm_span("reports to somebody who had the case before")
               : (struct wm_span){0};
}
