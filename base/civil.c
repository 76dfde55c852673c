/* civil.c - day numbers, RFC 3339. */
#include "base/civil.h"

#include <assert.h>
#include <stdio.h>

enum {
    YEAR_MIN = 1600,
    YEAR_MAX = 9999,
    ERA_DAYS = 146097,   /* days in 400 years */
    EPOCH_SHIFT = 719468 /* days from 0000-03-01 to 1970-01-01 */
};

/* The numbers below are the calendar's own.
 * NOLINTBEGIN(readability-magic-numbers) */

/* Years begin in March, so that the leap day is the last of its year. */
int32_t
wm_day_of(struct wm_date date)
{
    assert(date.month >= 1 && date.month <= 12);
    const int32_t year = date.month <= 2 ? date.year - 1 : date.year;
    const int32_t era = (year >= 0 ? year : year - 399) / 400;
    const int32_t of_era = year - era * 400;
    const int32_t month = date.month > 2 ? date.month - 3 : date.month + 9;
    const int32_t of_year = (153 * month + 2) / 5 + date.day - 1;
    const int32_t day = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * ERA_DAYS + day - EPOCH_SHIFT;
}

struct wm_date
wm_date_of(int32_t day)
{
    const int32_t shifted = day + EPOCH_SHIFT;
    const int32_t era = (shifted >= 0 ? shifted : shifted - (ERA_DAYS - 1)) / ERA_DAYS;
    const int32_t of_era = shifted - era * ERA_DAYS;
    const int32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const int32_t month = (5 * of_year + 2) / 153;
    struct wm_date date;
    date.day = of_year - (153 * month + 2) / 5 + 1;
    date.month = month < 10 ? month + 3 : month - 9;
    date.year = year + era * 400 + (date.month <= 2 ? 1 : 0);
    return date;
}

int
wm_weekday(int32_t day)
{
    const int32_t monday_based = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return monday_based < 0 ? monday_based + 7 : monday_based;
}

static bool
digits(struct wm_span text, size_t at, size_t count, int32_t *ret_number)
{
    int32_t number = 0;
    if (text.size < at + count) {
        return false;
    }
    for (size_t i = at; i < at + count; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        number = number * 10 + (text.data[i] - '0');
    }
    *ret_number = number;
    return true;
}

enum wm_status
wm_day_parse(struct wm_span text, int32_t *ret_day)
{
    struct wm_date date = {0};
    if (text.size != 10 || text.data[4] != '-' || text.data[7] != '-' ||
        !digits(text, 0, 4, &date.year) || !digits(text, 5, 2, &date.month) ||
        !digits(text, 8, 2, &date.day)) {
        return WM_EPROTO;
    }
    if (date.year < YEAR_MIN || date.month < 1 || date.month > 12 || date.day < 1) {
        return WM_EPROTO;
    }
    /* A day that does not exist (30 February) comes back as another date. */
    const int32_t day = wm_day_of(date);
    const struct wm_date back = wm_date_of(day);
    if (back.day != date.day || back.month != date.month) {
        return WM_EPROTO;
    }
    *ret_day = day;
    return WM_OK;
}

void
wm_day_format(int32_t day, char text[static WM_DAY_SIZE])
{
    const struct wm_date date = wm_date_of(day);
    assert(date.year >= 0 && date.year <= YEAR_MAX);
    (void)snprintf(text, WM_DAY_SIZE, "%04u-%02u-%02u", (unsigned)date.year % 10000U,
                   (unsigned)date.month % 100U, (unsigned)date.day % 100U);
}

/* ".123456789" -> microseconds; *at moves behind the digits. */
static bool
fraction(struct wm_span text, size_t *at, int64_t *ret_us)
{
    int64_t us = 0;
    int64_t unit = WM_US_PER_SECOND / 10;
    size_t i = *at;
    if (i < text.size && text.data[i] == '.') {
        const size_t first = ++i;
        for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
            us += (text.data[i] - '0') * unit;
            unit /= 10;
        }
        if (i == first) {
            return false;
        }
    }
    *at = i;
    *ret_us = us;
    return true;
}

/* "Z" or "+01:00", which must end the text. */
static bool
offset(struct wm_span text, size_t at, int64_t *ret_us)
{
    if (at >= text.size) {
        return false;
    }
    const char sign = text.data[at];
    if (sign == 'Z' || sign == 'z') {
        *ret_us = 0;
        return text.size == at + 1;
    }
    int32_t hours = 0;
    int32_t minutes = 0;
    if ((sign != '+' && sign != '-') || text.size != at + 6 || text.data[at + 3] != ':' ||
        !digits(text, at + 1, 2, &hours) || !digits(text, at + 4, 2, &minutes) || hours > 23 ||
        minutes > 59) {
        return false;
    }
    const int64_t us = hours * WM_US_PER_HOUR + minutes * WM_US_PER_MINUTE;
    *ret_us = sign == '+' ? us : -us;
    return true;
}

enum wm_status
wm_time_parse(struct wm_span text, int64_t *ret_us)
{
    int32_t day = 0;
    int32_t hour = 0;
    int32_t minute = 0;
    int32_t second = 0;
    int64_t us = 0;
    int64_t east = 0;
    size_t at = 19;
    if (text.size < 20 || wm_day_parse((struct wm_span){text.data, 10}, &day) != WM_OK ||
        (text.data[10] != 'T' && text.data[10] != 't' && text.data[10] != ' ') ||
        text.data[13] != ':' || text.data[16] != ':' || !digits(text, 11, 2, &hour) ||
        !digits(text, 14, 2, &minute) || !digits(text, 17, 2, &second) || hour > 23 ||
        minute > 59 || second > 60 || !fraction(text, &at, &us) || !offset(text, at, &east)) {
        return WM_EPROTO;
    }
    *ret_us = day * WM_US_PER_DAY + hour * WM_US_PER_HOUR + minute * WM_US_PER_MINUTE +
              second * WM_US_PER_SECOND + us - east;
    return WM_OK;
}

int32_t
wm_day_of_time(int64_t us)
{
    const int64_t day = us / WM_US_PER_DAY - (us % WM_US_PER_DAY < 0 ? 1 : 0);
    return (int32_t)day;
}

void
wm_time_format(int64_t us, char text[static WM_TIME_SIZE])
{
    const int32_t day = wm_day_of_time(us);
    const int64_t rest = us - day * WM_US_PER_DAY;
    char date[WM_DAY_SIZE];
    wm_day_format(day, date);
    const unsigned hour = (unsigned)(rest / WM_US_PER_HOUR) % 24U;
    const unsigned minute = (unsigned)(rest / WM_US_PER_MINUTE % 60) % 60U;
    const unsigned second = (unsigned)(rest / WM_US_PER_SECOND % 60) % 60U;
    const unsigned micro = (unsigned)(rest % WM_US_PER_SECOND) % 1000000U;
    if (micro == 0) {
        (void)snprintf(text, WM_TIME_SIZE, "%sT%02u:%02u:%02uZ", date, hour, minute, second);
    } else {
        (void)snprintf(text, WM_TIME_SIZE, "%sT%02u:%02u:%02u.%06uZ", date, hour, minute, second,
                       micro);
    }
}

struct wm_span
wm_time_text(struct wm_arena *arena, int64_t us)
{
    char text[WM_TIME_SIZE];
    wm_time_format(us, text);
    return wm_arena_copy(arena, wm_span(text));
}

struct wm_span
wm_day_text(struct wm_arena *arena, int32_t day)
{
    char text[WM_DAY_SIZE];
    wm_day_format(day, text);
    return wm_arena_copy(arena, wm_span(text));
}

/* NOLINTEND(readability-magic-numbers) */
