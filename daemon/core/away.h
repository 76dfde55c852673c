/* away.h - shared by the files that judge people: the days at stake, and who may not have a case.
 */
#ifndef WM_CORE_AWAY_H
#define WM_CORE_AWAY_H

#include "daemon/core/people.h"

enum { WM_REACH_DAYS = 8 /* whoever is not at work within a week is not in reach */ };

/* The part of a local day within reach: [from_us, to_us]. */
struct wm_stretch {
    int32_t day;
    bool working;
    int64_t from_us;
    int64_t to_us;
};

/* What a want comes to in local days; worked out once for all candidates. */
struct wm_scene {
    const struct wm_people *people;
    const struct wm_calendar *calendar;
    const struct wm_want *want;
    int32_t today;
    int32_t last;   /* last day that counts: the due day, or without a clock a few days on */
    bool has_clock; /* being away on the last day alone is enough */
    struct wm_stretch reach[WM_REACH_DAYS]; /* for clocks in hours */
    size_t reach_days;
};

struct wm_scene wm_scene_of(const struct wm_people *people, const struct wm_calendar *calendar,
                            const struct wm_want *want);
/* Works out `reach`, if the clock is one in hours; part of wm_scene_of. */
void wm_scene_reach(struct wm_scene *scene);
/* wm_people_away over a scene. */
struct wm_span wm_scene_away(const struct wm_scene *scene, const struct wm_officer *officer,
                             struct wm_arena *arena);
/* True if at work or on duty now or within the people's reach; a day of leave or absence is
 * neither.
 */
bool wm_scene_in_reach(const struct wm_scene *scene, const struct wm_officer *officer);
/* Days of one leave, or of the absence. */
struct wm_period {
    int32_t from;
    int32_t to;   /* INT32_MAX: nobody knows */
    bool absence; /* unforeseen */
};

/* The leaves in their order, then the absence. */
size_t wm_period_count(const struct wm_officer *officer);
struct wm_period wm_period_at(const struct wm_calendar *calendar, const struct wm_officer *officer,
                              size_t index);
/* The first that holds a day; false: none does. */
bool wm_period_find(const struct wm_calendar *calendar, const struct wm_officer *officer,
                    int32_t day, size_t *ret_index);
/* "on leave from 2025-12-22 to 2026-01-02" */
struct wm_span wm_period_words(const struct wm_calendar *calendar, const struct wm_officer *officer,
                               size_t index, struct wm_arena *arena);
/* A quick look before a closer one: false for nearly everybody, who is simply there. */
bool wm_officer_may_be_off(const struct wm_officer *officer, int32_t from, int32_t to);
/* True if a day of leave or absence. */
bool wm_officer_off(const struct wm_calendar *calendar, const struct wm_officer *officer,
                    int32_t day);
bool wm_officer_in_team(const struct wm_officer *officer, struct wm_span team);
/* Why somebody may not have the case, nor hear of it, because of what it is about and who had it;
 * absent: no conflict. */
struct wm_span wm_people_conflict(const struct wm_people *people, const struct wm_want *want,
                                  const struct wm_officer *officer);

#endif
