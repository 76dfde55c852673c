/* away.h - shared by the files that judge people: the days at stake, and who may not have a case.
 */
#ifndef WM_CORE_AWAY_H
#define WM_CORE_AWAY_H

#include "daemon/core/people.h"

/* What a want comes to in local days; worked out once for all candidates. */
struct wm_scene {
    const struct wm_people *people;
    const struct wm_calendar *calendar;
    const struct wm_want *want;
    int32_t today;
    int32_t last;   /* last day that counts: the due day, or without a clock a few days on */
    bool has_clock; /* being away on the last day alone is enough */
};

struct wm_scene wm_scene_of(const struct wm_people *people, const struct wm_calendar *calendar,
                            const struct wm_want *want);
/* wm_people_away over a scene. */
struct wm_span wm_scene_away(const struct wm_scene *scene, const struct wm_officer *officer,
                             struct wm_arena *arena);
/* True if at work or on duty now or within the people's reach; a day of leave or absence is
 * neither.
 */
bool wm_scene_in_reach(const struct wm_scene *scene, const struct wm_officer *officer);
/* True if a day of leave or absence. */
bool wm_officer_off(const struct wm_calendar *calendar, const struct wm_officer *officer,
                    int32_t day);
bool wm_officer_in_team(const struct wm_officer *officer, struct wm_span team);
/* Why somebody may not have the case, nor hear of it, because of what it is about and who had it;
 * absent: no conflict. */
struct wm_span wm_people_conflict(const struct wm_people *people, const struct wm_want *want,
                                  struct wm_span who);

#endif
