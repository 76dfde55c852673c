/* crowd.h - random people and a random case, from a seed; and what should be said of them, by rules
 * written naively. */
#ifndef WM_TESTS_CROWD_H
#define WM_TESTS_CROWD_H

#include "tests/unit/staff.h"

enum { CROWD = 12, CROWD_TEAMS = 2 };

/* Everything a case and its people are made of; the times stay on five minutes. */
struct crowd {
    struct staff staff;
    struct wm_want want;
    struct wm_span teams[CROWD][2];
    struct wm_span skills[CROWD][3];
    struct wm_span excluded[2];
    struct wm_span barred[2];
    struct wm_span previous[2];
    struct wm_span wanted[2];
};

extern const struct wm_span crowd_teams[CROWD_TEAMS];
/* The officers of a crowd are the first of these, in their order. */
extern const struct wm_span crowd_ids[CROWD];

void crowd_random(struct crowd *s, const struct wm_calendar *calendar, uint64_t *seed);

/* CROWD if there is none. */
size_t crowd_index(struct wm_span id);
bool crowd_in(struct wm_span id, const struct wm_span *list, size_t count);
bool crowd_off_on(const struct wm_officer *officer, int32_t day);
bool crowd_in_conflict(const struct crowd *s, size_t who);
/* By team, skills, conflict, load and being away. */
bool crowd_could_have_it(const struct crowd *s, const struct wm_calendar *calendar, size_t who);
/* Greater is worse; no two are equal. */
int64_t crowd_rank(const struct crowd *s, size_t who);

#endif
