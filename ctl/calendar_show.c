/* calendar_show.c - calendar show: the days off of a year, and what is left of each month. */
#include <assert.h>
#include <time.h>

#include "ctl/calendar.h"
#include "ctl/local.h"
#include "ctl/run.h"
#include "ctl/table.h"
#include "daemon/codec/json.h"

enum { MONTHS = 12, YEAR_FIRST = 1970, YEAR_LAST = 9998, YEAR_CHARACTERS = 4, DECIMAL = 10 };

/* The year that was asked for, else the present one; 0: it is none. */
static int32_t
wanted_year(const struct wm_ctl *ctl)
{
    if (ctl->args->word_count == 0) {
        return wm_date_of(wm_day_of_time((int64_t)time(NULL) * WM_US_PER_SECOND)).year;
    }
    const struct wm_span text = wm_span(ctl->args->words[0]);
    int32_t year = 0;
    for (size_t i = 0; i < text.size && i < YEAR_CHARACTERS; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return 0;
        }
        year = year * DECIMAL + (text.data[i] - '0');
    }
    return text.size == YEAR_CHARACTERS && year >= YEAR_FIRST && year <= YEAR_LAST ? year : 0;
}

static bool
is_weekend(const struct wm_calendar *calendar, int32_t day)
{
    return (calendar->working_week >> wm_weekday(day) & 1U) == 0;
}

/* True for a day that is off though its weekday is worked. A holiday on a weekend changes nothing.
 */
static bool
is_day_off(const struct wm_calendar *calendar, int32_t day)
{
    return !is_weekend(calendar, day) && !wm_calendar_is_working(calendar, day);
}

/* A row for a day that is off in one of the calendars. */
static void
add_day(struct wm_table *table, const struct wm_calendars *calendars, int32_t day)
{
    struct wm_text names = {.arena = table->arena};
    struct wm_span why = {0};
    for (size_t i = 0; i < calendars->count; i++) {
        if (is_day_off(&calendars->items[i], day)) {
            wm_text_puts(&names, names.count == 0 ? "" : ", ");
            wm_text_put(&names, calendars->items[i].name);
            why = why.data != NULL ? why : wm_calendar_why_off(&calendars->items[i], day);
        }
    }
    if (names.count > 0) {
        struct wm_span *cells = wm_table_row(table);
        cells[0] = wm_local_day(table->arena, day);
        cells[1] = why;
        cells[2] = wm_text_span(&names);
    }
}

static void
print_days(const struct wm_ctl *ctl, const struct wm_calendars *calendars, int32_t from, int32_t to)
{
    static const struct wm_column columns[] = {
        {"day off", WM_ALIGN_LEFT}, {"why", WM_ALIGN_LEFT}, {"off in", WM_ALIGN_LEFT}};
    struct wm_table table = {
        .arena = ctl->arena, .columns = columns, .column_count = WM_COUNT(columns)};
    for (int32_t day = from; day <= to; day++) {
        add_day(&table, calendars, day);
    }
    wm_table_print(&table, ctl->out, 0);
}

static void
print_months(const struct wm_ctl *ctl, const struct wm_calendars *calendars, int32_t year)
{
    struct wm_column columns[WM_TABLE_COLUMNS] = {{"working days", WM_ALIGN_LEFT}};
    const size_t count =
        calendars->count < WM_TABLE_COLUMNS ? calendars->count : WM_TABLE_COLUMNS - 1;
    for (size_t i = 0; i < count; i++) {
        columns[i + 1].title = wm_arena_string(ctl->arena, calendars->items[i].name);
        columns[i + 1].align = WM_ALIGN_RIGHT;
    }
    struct wm_table table = {.arena = ctl->arena, .columns = columns, .column_count = count + 1};
    for (int32_t month = 1; month <= MONTHS; month++) {
        const int32_t first = wm_day_of((struct wm_date){year, month, 1});
        const int32_t next = month < MONTHS ? wm_day_of((struct wm_date){year, month + 1, 1})
                                            : wm_day_of((struct wm_date){year + 1, 1, 1});
        struct wm_span *cells = wm_table_row(&table);
        cells[0] = wm_arena_printf(ctl->arena, "%d-%02d", year, month);
        for (size_t i = 0; i < count; i++) {
            cells[i + 1] = wm_arena_printf(
                ctl->arena, "%d", wm_calendar_count(&calendars->items[i], first - 1, next - 1));
        }
    }
    (void)fputc('\n', ctl->out); /* a broken pipe shows when the stream is closed */
    wm_table_print(&table, ctl->out, 0);
}

static void
print_day_json(const struct wm_ctl *ctl, const struct wm_calendar *calendar, int32_t day)
{
    struct wm_text text = {.arena = ctl->arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "calendar", calendar->name);
    wm_json_put_field(&text, "day", wm_day_text(ctl->arena, day));
    wm_json_put_field(&text, "name", wm_calendar_why_off(calendar, day));
    wm_text_puts(&text, "}");
    (void)fprintf(ctl->out, "%.*s\n", WM_SPAN_ARG(wm_text_span(&text))); /* shows at the close */
}

static void
print_json(const struct wm_ctl *ctl, const struct wm_calendar *calendar, int32_t from, int32_t to)
{
    for (int32_t day = from; day <= to; day++) {
        if (is_day_off(calendar, day)) {
            print_day_json(ctl, calendar, day);
        }
    }
}

static void
print_year(const struct wm_ctl *ctl, const struct wm_calendars *calendars, int32_t year)
{
    const int32_t from = wm_day_of((struct wm_date){year, 1, 1});
    const int32_t to = wm_day_of((struct wm_date){year + 1, 1, 1}) - 1;
    for (size_t i = 0; i < calendars->count; i++) {
        const struct wm_calendar *calendar = &calendars->items[i];
        if (!wm_calendar_knows(calendar, from, to)) {
            wm_ctl_say(ctl, "the %.*s calendar does not know all holidays of %d",
                       WM_SPAN_ARG(calendar->name), year);
        }
        if (ctl->args->json) {
            print_json(ctl, calendar, from, to);
        }
    }
    if (!ctl->args->json) {
        print_days(ctl, calendars, from, to);
        print_months(ctl, calendars, year);
    }
}

enum wm_exit
wm_run_calendar_show(struct wm_ctl *ctl)
{
    const int32_t year = wanted_year(ctl);
    if (year == 0) {
        return wm_ctl_fail(ctl, WM_EXIT_USAGE, "\"%s\" is no year between %d and %d",
                           ctl->args->words[0], YEAR_FIRST, YEAR_LAST);
    }
    struct wm_setup setup;
    const bool is_loaded = wm_ctl_calendar_setup(ctl, &setup);
    if (is_loaded) {
        print_year(ctl, &setup.calendars, year);
    }
    wm_setup_deinit(&setup);
    return is_loaded ? WM_EXIT_DONE : WM_EXIT_REFUSED;
}
