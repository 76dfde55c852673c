/* explain.c - a clock's reckoning, day by day, in words for the person who must answer for it. */
#include <assert.h>

#include "daemon/engine/query.h"

enum {
    DAYS_MAX = 400, /* days told one by one; longer reckonings are summed up */
    DAYS_SPELT = 60
};

static const char *const weekdays[WM_WEEK] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                              "Friday", "Saturday", "Sunday"};

static void
put_day(struct wm_text *text, int32_t day)
{
    wm_text_printf(text, "%s ", weekdays[wm_weekday(day)]);
    wm_text_put(text, wm_day_text(text->arena, day));
}

static void
put_moment(struct wm_text *text, const struct wm_calendar *calendar, int64_t us)
{
    enum { HOUR_S = 3600, MINUTE_S = 60 };
    const int32_t second = wm_calendar_second(calendar, us);
    put_day(text, wm_calendar_day(calendar, us));
    wm_text_printf(text, " %02d:%02d", second / HOUR_S, second / MINUTE_S % MINUTE_S);
}

/* The days between day 0 and the due day, and why some of them do not count. */
static void
count_days(struct wm_text *text, const struct wm_clock *clock, const struct wm_calendar *calendar)
{
    const bool every_day = clock->target.unit == WM_UNIT_DAYS;
    const int32_t last = clock->due.day;
    int32_t counted = 0;
    int32_t listed = 0;
    for (int32_t day = clock->day0 + 1; day <= last && day - clock->day0 <= DAYS_MAX; day++) {
        const bool counts = every_day || wm_calendar_is_working(calendar, day);
        counted += counts ? 1 : 0;
        if (++listed > DAYS_SPELT) {
            continue;
        }
        wm_text_puts(text, "  ");
        put_day(text, day);
        if (counts) {
            wm_text_printf(text, ": day %d\n", counted);
        } else {
            const struct wm_span why = wm_calendar_why_off(calendar, day);
            wm_text_printf(text, ": not counted (%.*s)\n", WM_SPAN_ARG(why));
        }
    }
    if (listed > DAYS_SPELT) {
        wm_text_printf(text, "  and so on up to day %d\n", counted);
    }
}

static void
put_pauses(struct wm_text *text, const struct wm_clock *clock, const struct wm_calendar *calendar)
{
    for (size_t i = 0; i < clock->pause_count; i++) {
        wm_text_puts(text, "Paused from ");
        put_moment(text, calendar, clock->pauses[i].from_us);
        if (clock->pauses[i].to_us == WM_NEVER) {
            wm_text_puts(text, ", and still paused.\n");
        } else {
            wm_text_puts(text, " to ");
            put_moment(text, calendar, clock->pauses[i].to_us);
            wm_text_puts(text, ".\n");
        }
    }
}

/* How the due moment came about. */
static void
put_reckoning(struct wm_text *text, const struct wm_clock *clock,
              const struct wm_calendar *calendar)
{
    const bool in_days = clock->until == INT32_MIN && (clock->target.unit == WM_UNIT_DAYS ||
                                                       clock->target.unit == WM_UNIT_WORKING_DAYS);
    wm_text_puts(text, "Started ");
    put_moment(text, calendar, clock->started_us);
    if (clock->until != INT32_MIN) {
        wm_text_puts(text, "; the day was given: ");
        put_day(text, clock->until);
        wm_text_puts(text, ".\n");
    } else {
        const struct wm_span target = wm_duration_text(text->arena, clock->target);
        wm_text_printf(text, "; %.*s from then.\n", WM_SPAN_ARG(target));
    }
    if (in_days) {
        wm_text_puts(text, "  ");
        put_day(text, clock->day0);
        wm_text_puts(text, ": day 0, whatever the hour\n");
    }
    if (in_days && clock->due.us != WM_NEVER && clock->pause_count == 0) {
        count_days(text, clock, calendar);
    }
    if (clock->extended > 0) {
        wm_text_printf(text, "Extended by %d working days in all%s.\n", clock->extended,
                       clock->extension_open
                           ? ", void unless the notice is sent before the day it was due before"
                           : "");
    }
    put_pauses(text, clock, calendar);
}

static void
put_due(struct wm_text *text, const struct wm_clock *clock, const struct wm_calendar *calendar)
{
    if (clock->due.us == WM_NEVER) {
        wm_text_puts(text, "No due moment while it is paused.\n");
        return;
    }
    if (clock->until == INT32_MIN &&
        (clock->target.unit == WM_UNIT_HOURS || clock->target.unit == WM_UNIT_MINUTES)) {
        wm_text_puts(text, "Due ");
        put_moment(text, calendar, clock->due.us);
    } else {
        wm_text_puts(text, "Due by the end of ");
        put_day(text, clock->due.day);
    }
    wm_text_puts(text, ".\n");
}

static void
put_status(struct wm_text *text, const struct wm_clock *clock, const struct wm_calendar *calendar,
           int64_t now_us)
{
    wm_text_printf(text, "Now: %s", wm_clock_status_at(clock, now_us));
    if (clock->stopped_us != WM_NEVER) {
        wm_text_puts(text, ", since ");
        put_moment(text, calendar, clock->stopped_us);
        if (clock->due.us != WM_NEVER && clock->stopped_us >= clock->due.us) {
            const int64_t late_h = (clock->stopped_us - clock->due.us) / WM_US_PER_HOUR;
            wm_text_printf(text, ", %lld hours late", (long long)late_h);
        }
    }
    wm_text_puts(text, ".\n");
}

void
wm_explain_clock(struct wm_text *text, const struct wm_case *a_case, const struct wm_clock *clock,
                 const struct wm_calendars *calendars, int64_t now_us)
{
    const struct wm_clock_def *def = &a_case->workflow->clocks[clock->def];
    const struct wm_calendar *calendar = wm_calendar_find(calendars, def->calendar);
    const struct wm_span name = wm_clock_name(text->arena, a_case, clock);
    if (calendar == NULL) {
        calendar = wm_calendar_find(calendars, a_case->workflow->calendar);
    }
    wm_text_printf(text, "%.*s, run %d: %.*s\n", WM_SPAN_ARG(name), clock->run,
                   WM_SPAN_ARG(def->promise));
    if (calendar == NULL) {
        wm_text_puts(text, "Its calendar is not loaded, so its days can't be told.\n");
        return;
    }
    put_reckoning(text, clock, calendar);
    put_due(text, clock, calendar);
    if (clock->calendar_version.size > 0 &&
        !wm_span_equal(clock->calendar_version, calendar->version)) {
        wm_text_puts(text, "It was reckoned with an earlier version of the calendar.\n");
    }
    put_status(text, clock, calendar, now_us);
}
