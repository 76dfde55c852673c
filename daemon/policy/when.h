/* when.h - days, times of day and weekly hours, as policy files write them. */
#ifndef WM_POLICY_WHEN_H
#define WM_POLICY_WHEN_H

#include "daemon/policy/reader.h"

/* "mon" to "sun". */
extern const char *const wm_weekday_keys[WM_WEEK + 1];

/* A date "2025-12-25"; false with a finding when it is absent or no date. */
bool wm_reader_day(struct wm_reader *reader, const struct wm_node *group, const char *key,
                   int32_t *ret_day);
/* "09:00" as minutes of the day, 0 to 1440; -1 if it is none. */
int32_t wm_minutes_parse(struct wm_span text);
/* { mon = "09:00-17:00"; … }: weekdays that are absent stay closed. False when the key is absent.
 */
bool wm_reader_hours(struct wm_reader *reader, const struct wm_node *group, const char *key,
                     struct wm_hours hours[static WM_WEEK]);

#endif
