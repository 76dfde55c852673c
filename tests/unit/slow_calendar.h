/* slow_calendar.h - a second calendar, written differently: it walks day by day and asks libc's
 * time zone database for the ends of days. Only for comparing. */
#ifndef WM_TESTS_SLOW_CALENDAR_H
#define WM_TESTS_SLOW_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct slow_date {
    int year;
    int month; /* 1 to 12 */
    int day;
};

struct slow_closure {
    struct slow_date from; /* inclusive */
    struct slow_date to;   /* inclusive */
};

enum { SLOW_DAYS_MAX = 200, SLOW_CLOSURES_MAX = 16 };

struct slow_calendar {
    struct slow_date holidays[SLOW_DAYS_MAX];
    int holiday_count;
    struct slow_closure closures[SLOW_CLOSURES_MAX];
    int closure_count;
};

enum slow_unit { SLOW_WORKING_DAYS = 1, SLOW_DAYS, SLOW_ROLLED_DAYS, SLOW_HOURS, SLOW_MINUTES };

struct slow_due {
    int64_t us;
    struct slow_date date;
};

/* Sets the process's zone to Europe/London and reads the holidays. False if it cannot. */
bool slow_init(struct slow_calendar *calendar, const char *json_path);
void slow_add_closure(struct slow_calendar *calendar, struct slow_date from, struct slow_date to);
bool slow_is_working(const struct slow_calendar *calendar, struct slow_date date);
/* Local date of an instant. */
struct slow_date slow_date_at(int64_t us);
/* The instant of a local time of a date; the first, where it comes twice. */
int64_t slow_instant(struct slow_date date, int hour);
/* Due `n` units after an instant. */
struct slow_due slow_due(const struct slow_calendar *calendar, int64_t start_us, int n,
                         enum slow_unit unit);
/* The instant of a rung k units from what is due. */
int64_t slow_rung(const struct slow_calendar *calendar, struct slow_due due, int k,
                  enum slow_unit unit);
int slow_compare(struct slow_date a, struct slow_date b);

#endif
