/* local.h - moments as people at the landlord's read them. */
#ifndef WM_CTL_LOCAL_H
#define WM_CTL_LOCAL_H

#include "ctl/command.h"
#include "daemon/core/calendar.h"

/* Where "local" is: the zone of the landlord's calendar, so that a case reads the same on every
 * machine; the machine's own when there is no calendar to be found. */
struct wm_local {
    const struct wm_calendar *calendar; /* NULL: the machine's zone */
};

/* Loads the default config's calendar into the arena, if it can. */
struct wm_local wm_local_find(struct wm_arena *arena);
/* "Wed 2025-10-01 09:12"; WM_NEVER: nothing. */
struct wm_span wm_local_time(struct wm_arena *arena, const struct wm_local *local, int64_t us);
/* "Wed 2025-10-01". */
struct wm_span wm_local_day(struct wm_arena *arena, int32_t day);
/* The local day of an instant, and the second of that day. */
int32_t wm_local_day_of(const struct wm_local *local, int64_t us);
int32_t wm_local_second_of(const struct wm_local *local, int64_t us);
/* RFC 3339 text as local time; other text stays as it is. */
struct wm_span wm_local_text(struct wm_arena *arena, const struct wm_local *local,
                             struct wm_span text);
/* "3 days 4 h", "2 h 10 min", "40 s": the two largest units. */
struct wm_span wm_local_elapsed(struct wm_arena *arena, int64_t us);

#endif
