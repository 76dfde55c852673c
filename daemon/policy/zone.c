/* zone.c - a zone's changes, asked of libical offset by offset.
 *
 * libical answers "which offset holds at this instant"; the changes are where the answer differs.
 */
#include "daemon/policy/zone.h"

#include <assert.h>

#include <libical/ical.h>

enum {
    FIRST_YEAR = 2000,
    END_YEAR = 2041,
    NAME_MAX_BYTES = 64,
    STRIDE_S = 12 * 3600 /* no place has changed its clocks twice within half a day */
};

struct changes {
    struct wm_zone_change *items;
    size_t count;
    size_t room;
};

/* Seconds east of Greenwich at an instant. */
static int32_t
offset_at(icaltimezone *zone, int64_t second)
{
    struct icaltimetype time =
        icaltime_from_timet_with_zone((time_t)second, 0, icaltimezone_get_utc_timezone());
    int summer = 0;
    return icaltimezone_get_utc_offset_of_utc_time(zone, &time, &summer);
}

/* The first second in (from, to] at which the offset is no longer `old`. */
static int64_t
first_changed(icaltimezone *zone, int64_t from, int64_t to, int32_t old)
{
    assert(from < to);
    while (to - from > 1) {
        const int64_t middle = from + (to - from) / 2;
        if (offset_at(zone, middle) == old) {
            from = middle;
        } else {
            to = middle;
        }
    }
    return to;
}

/* The first second of a year, in UTC. */
static int64_t
second_of_year(int32_t year)
{
    const int64_t day = wm_day_of((struct wm_date){.year = year, .month = 1, .day = 1});
    return day * (WM_US_PER_DAY / WM_US_PER_SECOND);
}

/* libical opens a file of this name below the system's zone folder: nothing may lead out of it. */
static bool
is_zone_name(struct wm_span zone)
{
    for (size_t i = 0; i < zone.size; i++) {
        const char c = zone.data[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool other = (c >= '0' && c <= '9') || (c != '\0' && strchr("_+-", c) != NULL);
        if (!letter && !(i > 0 && (other || c == '/'))) {
            return false;
        }
    }
    return zone.size > 0 && zone.size <= NAME_MAX_BYTES;
}

/* UTC stands in no zone file. */
static icaltimezone *
find(struct wm_arena *arena, struct wm_span zone)
{
    if (!is_zone_name(zone)) {
        return NULL;
    }
    if (wm_span_is(zone, "UTC")) {
        return icaltimezone_get_utc_timezone();
    }
    return icaltimezone_get_builtin_timezone(wm_arena_string(arena, zone));
}

enum wm_status
wm_zone_changes(struct wm_arena *arena, struct wm_span zone,
                const struct wm_zone_change **ret_changes, size_t *ret_count)
{
    assert(ret_changes != NULL && ret_count != NULL);
    icaltimezone *found = find(arena, zone);
    if (found == NULL) {
        return WM_NOTFOUND;
    }
    struct changes changes = {0};
    const int64_t end = second_of_year(END_YEAR);
    int64_t at = second_of_year(FIRST_YEAR);
    int32_t offset = offset_at(found, at);
    *WM_PUSH(arena, &changes) = (struct wm_zone_change){INT64_MIN, offset};
    for (; at < end; at += STRIDE_S) {
        const int32_t next = offset_at(found, at + STRIDE_S);
        if (next != offset) {
            const int64_t from = first_changed(found, at, at + STRIDE_S, offset);
            *WM_PUSH(arena, &changes) = (struct wm_zone_change){from * WM_US_PER_SECOND, next};
            offset = next;
        }
    }
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    *ret_changes = changes.items;
    *ret_count = changes.count;
    return WM_OK;
}
