/* uk_calendar.h - the calendars of England and Wales for tests, built by hand: no policy code takes
 * part. */
#ifndef WM_TESTS_UK_CALENDAR_H
#define WM_TESTS_UK_CALENDAR_H

#include "daemon/core/calendar.h"

/* Monday to Friday, 09:00 to 17:00, warnings at 09:00; holidays from the government's JSON file,
 * known from 2019 to 2028; zone changes of 1996 to 2040 by the rule (last Sundays of March and
 * October, 01:00 UTC). Fails the test when the file cannot be read. */
struct wm_calendar uk_statutory(struct wm_arena *arena, const char *json_path);
/* The same with closures: Christmas Eve to New Year's Day of each year, and two days of 2026 that
 * fall on and beside holidays. */
struct wm_calendar uk_service(struct wm_arena *arena, const char *json_path);

/* "2026-03-28" -> day number. */
int32_t uk_day(const char *text);
/* "2026-03-28T23:40:00Z" -> instant. */
int64_t uk_time(const char *text);

#endif
