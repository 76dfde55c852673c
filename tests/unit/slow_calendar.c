/* slow_calendar.c - walks day by day, with dates as people write them. */
#include "tests/unit/slow_calendar.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <jansson.h>

static const int64_t second_us = 1000000;

int
slow_compare(struct slow_date a, struct slow_date b)
{
    if (a.year != b.year) {
        return a.year - b.year;
    }
    return a.month != b.month ? a.month - b.month : a.day - b.day;
}

static int
days_in_month(int year, int month)
{
    assert(month >= 1 && month <= 12);
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static struct slow_date
tomorrow(struct slow_date date)
{
    if (++date.day > days_in_month(date.year, date.month)) {
        date.day = 1;
        if (++date.month > 12) {
            date.month = 1;
            date.year++;
        }
    }
    return date;
}

static struct slow_date
yesterday(struct slow_date date)
{
    if (--date.day == 0) {
        if (--date.month == 0) {
            date.month = 12;
            date.year--;
        }
        date.day = days_in_month(date.year, date.month);
    }
    return date;
}

/* Zeller's congruence: 0 Saturday, 1 Sunday, 2 Monday, … */
static int
zeller(struct slow_date date)
{
    const int month = date.month < 3 ? date.month + 12 : date.month;
    const int year = date.month < 3 ? date.year - 1 : date.year;
    const int of_century = year % 100;
    const int century = year / 100;
    return (date.day + 13 * (month + 1) / 5 + of_century + of_century / 4 + century / 4 +
            5 * century) %
           7;
}

bool
slow_init(struct slow_calendar *calendar, const char *json_path)
{
    *calendar = (struct slow_calendar){0};
    json_t *file = json_load_file(json_path, 0, NULL);
    if (file == NULL || setenv("TZ", "Europe/London", 1) != 0) {
        json_decref(file);
        return false;
    }
    tzset();
    const json_t *events = json_object_get(json_object_get(file, "england-and-wales"), "events");
    bool sound = json_array_size(events) > 0 && json_array_size(events) <= SLOW_DAYS_MAX;
    for (size_t i = 0; sound && i < json_array_size(events); i++) {
        struct slow_date *date = &calendar->holidays[calendar->holiday_count++];
        const json_t *text = json_object_get(json_array_get(events, i), "date");
        struct tm parsed = {0};
        sound = strptime(json_string_value(text), "%Y-%m-%d", &parsed) != NULL;
        *date = (struct slow_date){parsed.tm_year + 1900, parsed.tm_mon + 1, parsed.tm_mday};
    }
    json_decref(file);
    return sound;
}

void
slow_add_closure(struct slow_calendar *calendar, struct slow_date from, struct slow_date to)
{
    if (calendar->closure_count == SLOW_CLOSURES_MAX) {
        abort();
    }
    calendar->closures[calendar->closure_count++] = (struct slow_closure){from, to};
}

bool
slow_is_working(const struct slow_calendar *calendar, struct slow_date date)
{
    if (zeller(date) < 2) {
        return false;
    }
    for (int i = 0; i < calendar->holiday_count; i++) {
        const bool near = calendar->holidays[i].year == date.year;
        if (near && slow_compare(calendar->holidays[i], date) == 0) {
            return false;
        }
    }
    for (int i = 0; i < calendar->closure_count; i++) {
        if (slow_compare(calendar->closures[i].from, date) <= 0 &&
            slow_compare(date, calendar->closures[i].to) <= 0) {
            return false;
        }
    }
    return true;
}

struct slow_date
slow_date_at(int64_t us)
{
    int64_t seconds = us / second_us;
    if (us % second_us < 0) {
        seconds--;
    }
    const time_t when = (time_t)seconds;
    struct tm local;
    if (localtime_r(&when, &local) == NULL) {
        abort();
    }
    return (struct slow_date){local.tm_year + 1900, local.tm_mon + 1, local.tm_mday};
}

int64_t
slow_instant(struct slow_date date, int hour)
{
    struct tm local = {.tm_year = date.year - 1900,
                       .tm_mon = date.month - 1,
                       .tm_mday = date.day,
                       .tm_hour = hour,
                       .tm_isdst = -1};
    const time_t when = mktime(&local);
    return (int64_t)when * second_us;
}

static struct slow_date
next_working(const struct slow_calendar *calendar, struct slow_date date)
{
    do {
        date = tomorrow(date);
    } while (!slow_is_working(calendar, date));
    return date;
}

static struct slow_date
last_working(const struct slow_calendar *calendar, struct slow_date date)
{
    do {
        date = yesterday(date);
    } while (!slow_is_working(calendar, date));
    return date;
}

struct slow_due
slow_due(const struct slow_calendar *calendar, int64_t start_us, int n, enum slow_unit unit)
{
    struct slow_due due = {0};
    if (unit == SLOW_HOURS || unit == SLOW_MINUTES) {
        due.us = start_us + n * second_us * (unit == SLOW_HOURS ? 3600 : 60);
        due.date = slow_date_at(due.us);
        return due;
    }
    due.date = slow_date_at(start_us);
    for (int i = 0; i < n; i++) {
        due.date =
            unit == SLOW_WORKING_DAYS ? next_working(calendar, due.date) : tomorrow(due.date);
    }
    if (unit == SLOW_ROLLED_DAYS && !slow_is_working(calendar, due.date)) {
        due.date = next_working(calendar, due.date);
    }
    due.us = slow_instant(tomorrow(due.date), 0);
    return due;
}

/* The day k steps away, later or earlier. */
static struct slow_date
walk(const struct slow_calendar *calendar, struct slow_date date, int k, enum slow_unit unit)
{
    for (; k > 0; k--) {
        date = unit == SLOW_WORKING_DAYS ? next_working(calendar, date) : tomorrow(date);
    }
    for (; k < 0; k++) {
        date = unit == SLOW_WORKING_DAYS ? last_working(calendar, date) : yesterday(date);
    }
    return date;
}

int64_t
slow_rung(const struct slow_calendar *calendar, struct slow_due due, int k, enum slow_unit unit)
{
    if (unit == SLOW_HOURS || unit == SLOW_MINUTES) {
        return due.us + k * second_us * (unit == SLOW_HOURS ? 3600 : 60);
    }
    struct slow_date date = walk(calendar, due.date, k, unit);
    const struct slow_date wanted = date;
    while (!slow_is_working(calendar, date)) {
        date = tomorrow(date);
    }
    if (k <= 0 && slow_compare(date, due.date) > 0) {
        for (date = wanted; !slow_is_working(calendar, date);) {
            date = yesterday(date);
        }
    }
    return slow_instant(date, 9);
}
