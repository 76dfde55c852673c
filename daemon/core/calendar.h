/* calendar.h - working days, local days and the due moments of promises (workflow.md 3 and 4).
 *
 * All arithmetic is on civil days; instants come in only at the ends of local days. Nothing adds
 * 86,400 s. */
#ifndef WM_CORE_CALENDAR_H
#define WM_CORE_CALENDAR_H

#include "base/civil.h"

enum {
    WM_WEEK = 7,
    WM_DURATION_MAX = 100000, /* largest count of a duration, in its own unit */
    WM_DAY_LAST = 2932895 /* 9999-12-30: later days count as this one, so that every moment can be
                             written as RFC 3339 whatever date came from outside */
};

enum wm_unit {
    WM_UNIT_WORKING_DAYS =
        1,         /* day of the start is day 0; due at the end of the N-th working day after */
    WM_UNIT_DAYS,  /* the same with every local day */
    WM_UNIT_HOURS, /* exact elapsed time, day and night, no calendar */
    WM_UNIT_MINUTES
};

struct wm_duration {
    int32_t count;
    enum wm_unit unit;
    bool roll; /* days only: move to the end of the next working day if it ends on a day off */
};

/* Offset from UTC that holds from `from_us` on. */
struct wm_zone_change {
    int64_t from_us;
    int32_t offset_s;
};

struct wm_day_off {
    int32_t day;
    struct wm_span name;
};

struct wm_closure {
    int32_t from; /* inclusive */
    int32_t to;   /* inclusive */
    struct wm_span name;
};

/* Minutes of the local day, [from, to); from == to: closed. */
struct wm_hours {
    int32_t from_min;
    int32_t to_min;
};

/* Invariants: changes and holidays ascend and the first change covers every instant in use (its
 * from_us is INT64_MIN); closures ascend and do not overlap. Immutable once loaded. */
struct wm_calendar {
    struct wm_span name; /* "statutory", "service" */
    struct wm_span
        version; /* digest of all that follows, hex: two calendars with one version are equal */
    struct wm_span zone; /* "Europe/London" */
    const struct wm_zone_change *changes;
    size_t change_count;
    const struct wm_day_off *holidays;
    size_t holiday_count;
    const struct wm_closure *closures;
    size_t closure_count;
    uint32_t working_week; /* bit 0 Monday */
    struct wm_hours opening[WM_WEEK];
    int32_t warn_at_s;   /* rungs of day clocks, seconds of the local day */
    int32_t first_known; /* first and last day for which the holidays are known */
    int32_t last_known;
};

struct wm_calendars {
    const struct wm_calendar *items;
    size_t count;
};

/* NULL if there is none of that name. */
const struct wm_calendar *wm_calendar_find(const struct wm_calendars *calendars,
                                           struct wm_span name);

/* Local day of an instant; local time of day in seconds. */
int32_t wm_calendar_day(const struct wm_calendar *calendar, int64_t us);
int32_t wm_calendar_second(const struct wm_calendar *calendar, int64_t us);
/* The instant of a local time of a day. A time that the clocks skip: the instant they jump. A time
 * that comes twice: the first. wm_calendar_start is 00:00; the end of a day is the start of the
 * next, exclusive. */
int64_t wm_calendar_at(const struct wm_calendar *calendar, int32_t day, int32_t second);
int64_t wm_calendar_start(const struct wm_calendar *calendar, int32_t day);

bool wm_calendar_is_working(const struct wm_calendar *calendar, int32_t day);
/* Why a day is off: the holiday's or closure's name, "Saturday", "Sunday"…; absent on a working
 * day. */
struct wm_span wm_calendar_why_off(const struct wm_calendar *calendar, int32_t day);
/* The n-th working day after `day` (before it if n < 0); n = 0 is `day` itself, working or not. */
int32_t wm_calendar_add(const struct wm_calendar *calendar, int32_t day, int32_t n);
/* Working days after `from` up to and with `to`; 0 if to <= from. */
int32_t wm_calendar_count(const struct wm_calendar *calendar, int32_t from, int32_t to);
/* True if the holidays of every day from `from` to `to` are known. */
bool wm_calendar_knows(const struct wm_calendar *calendar, int32_t from, int32_t to);

/* A due moment: in time is what happened before `us` (exclusive). `day` is the local day that
 * people see: for clocks in hours the day of the moment itself. */
struct wm_due {
    int64_t us;
    int32_t day;
};

/* Due moment of a promise that starts at an instant, or on a local day 0 (hours and minutes then
 * count from its 00:00). Counts are 0 to WM_DURATION_MAX. */
struct wm_due wm_calendar_due(const struct wm_calendar *calendar, int64_t start_us,
                              struct wm_duration duration);
struct wm_due wm_calendar_due_from_day(const struct wm_calendar *calendar, int32_t day0,
                                       struct wm_duration duration);
/* Due at the end of a day. */
struct wm_due wm_calendar_due_on(const struct wm_calendar *calendar, int32_t day);
/* The moment `duration` before (negative count) or after an instant that a ladder counts from: for
 * working days and days, `warn_at` of the k-th (working) day from `due.day`; for hours and minutes
 * exact from `due.us`. Never on a day off: it moves to the next working day, or to the one before
 * where a warning would come after the due day. */
int64_t wm_calendar_rung(const struct wm_calendar *calendar, struct wm_due due,
                         struct wm_duration offset);

/* "5 working days", "1 day", "24 hours", "30 minutes"; also "5wd", "24h", "30m", "30d". WM_EPROTO
 * otherwise. */
WM_MUSTCHECK enum wm_status wm_duration_parse(struct wm_span text,
                                              struct wm_duration *ret_duration);
/* "5 working days", "1 hour". */
struct wm_span wm_duration_text(struct wm_arena *arena, struct wm_duration duration);

#endif
