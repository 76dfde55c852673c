/* zone.h - when a place changes its clocks. */
#ifndef WM_POLICY_ZONE_H
#define WM_POLICY_ZONE_H

#include "daemon/core/calendar.h"

/* Offsets of a zone such as "Europe/London" from 2000 to 2040 by the system's zone data, in the
 * arena; the first holds for all time before, the last for all time after. WM_NOTFOUND: no such
 * zone; WM_NOMEM. */
WM_MUSTCHECK enum wm_status wm_zone_changes(struct wm_arena *arena, struct wm_span zone,
                                            const struct wm_zone_change **ret_changes,
                                            size_t *ret_count);

#endif
