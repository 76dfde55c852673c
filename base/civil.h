/* civil.h - dates without clocks: the proleptic Gregorian calendar and RFC 3339.
 *
 * Instants are int64_t microseconds since 1970-01-01T00:00:00Z; days are int32_t since 1970-01-01.
 */
#ifndef WM_BASE_CIVIL_H
#define WM_BASE_CIVIL_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

/* NOLINTBEGIN(readability-magic-numbers): how long a minute is needs no name. */
#define WM_US_PER_SECOND INT64_C(1000000)
#define WM_US_PER_MINUTE (60 * WM_US_PER_SECOND)
#define WM_US_PER_HOUR   (60 * WM_US_PER_MINUTE)
#define WM_US_PER_DAY    (24 * WM_US_PER_HOUR)
/* NOLINTEND(readability-magic-numbers) */
/* No instant: later than every instant that RFC 3339 can write. */
#define WM_NEVER INT64_MAX

enum { WM_TIME_SIZE = sizeof "2024-01-01T00:00:00.000000Z", WM_DAY_SIZE = sizeof "2024-01-01" };

struct wm_date {
    int32_t year;
    int32_t month; /* 1 to 12 */
    int32_t day;   /* 1 to 31 */
};

/* Day number of a date that exists. */
int32_t wm_day_of(struct wm_date date);
struct wm_date wm_date_of(int32_t day);
/* 0 Monday to 6 Sunday. */
int wm_weekday(int32_t day);
/* "2024-02-29" -> day number; WM_EPROTO unless it is exactly such a date and exists (years 1600 to
 * 9999). */
WM_MUSTCHECK enum wm_status wm_day_parse(struct wm_span text, int32_t *ret_day);
/* Writes "2024-02-29" (10 characters and a NUL). */
void wm_day_format(int32_t day, char text[static WM_DAY_SIZE]);
/* RFC 3339 with offset ("Z", "+01:00"); more than 6 decimals are cut, a leap second counts as the
 * next second. WM_EPROTO otherwise. */
WM_MUSTCHECK enum wm_status wm_time_parse(struct wm_span text, int64_t *ret_us);
/* UTC with Z; six decimals only where they are not zero. */
void wm_time_format(int64_t us, char text[static WM_TIME_SIZE]);
/* The same in an arena. */
struct wm_span wm_time_text(struct wm_arena *arena, int64_t us);
struct wm_span wm_day_text(struct wm_arena *arena, int32_t day);
/* Floor division of an instant into its UTC day. */
int32_t wm_day_of_time(int64_t us);

#endif
