/* staff.h - a small landlord's people, for tests. */
#ifndef WM_TESTS_STAFF_H
#define WM_TESTS_STAFF_H

#include "daemon/core/people.h"
#include "tests/unit/uk_calendar.h"

enum { STAFF_MAX = 16 };

/* Who is in the staff, in the order of ids: indices into `officers`. */
enum staff_index { ANN = 0, BEN, CAT, DAN, EVE, HEAD, MIA, NIGHT, STAFF_COUNT };

struct staff {
    struct wm_officer officers[STAFF_MAX];
    struct wm_leave leaves[STAFF_MAX][8];
    struct wm_duty duties[STAFF_MAX][4];
    struct wm_team teams[2];
    struct wm_people people;
};

/* Team "complaints" (manager mia, head head): ann, ben, cat, dan (skill damp), mia. Team "asb"
 * (manager eve, head head): eve, cat, night (external). Mia's deputy is ann; head has no team and
 * is the last resort. handover_after 2, lead 1, grace 2, reach 2 h; opening hours. */
void staff_init(struct staff *staff);
void staff_leave(struct staff *staff, enum staff_index who, const char *from, const char *to);
void staff_duty(struct staff *staff, enum staff_index who, const char *from, const char *to);
/* `until` NULL: nobody knows. */
void staff_absent(struct staff *staff, enum staff_index who, const char *from, const char *until);
/* What a case in complaints needs; `due` is a day, or NULL: no clock runs. */
struct wm_want staff_want(const struct wm_calendar *calendar, const char *now, const char *due);
/* The same with a clock of 24 hours from now. */
struct wm_want staff_want_hours(const struct wm_calendar *calendar, const char *now);

#endif
