/* calendar.h - the parts of reading calendars that the policy folder shares. */
#ifndef WM_POLICY_CALENDAR_H
#define WM_POLICY_CALENDAR_H

#include "daemon/policy/reader.h"

/* The canonical text: libconfig syntax, days in order, zone changes included. Equal calendars give
 * equal bytes; wm_calendar_load_text reads it back. Its digest is the calendar's version. */
struct wm_span wm_calendar_text(struct wm_arena *arena, const struct wm_calendar *calendar);

#endif
