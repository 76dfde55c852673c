/* calendar_text.c - the canonical text of a calendar: what is stored with the cases it judged. */
#include <assert.h>

#include "base/text.h"
#include "daemon/policy/calendar.h"
#include "daemon/policy/when.h"

enum { MINUTES_PER_HOUR = 60, SECONDS_PER_MINUTE = 60, PRINTABLE = 0x20 };

/* A text in quotes as libconfig reads it back. */
static void
put_text(struct wm_text *out, struct wm_span text)
{
    assert(out->arena != NULL);
    wm_text_puts(out, "\"");
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        if (c == '"' || c == '\\') {
            wm_text_printf(out, "\\%c", c);
        } else if (c < PRINTABLE) {
            wm_text_printf(out, "\\x%02x", c);
        } else {
            wm_text_put(out, (struct wm_span){text.data + i, 1});
        }
    }
    wm_text_puts(out, "\"");
}

/* A setting that is a day. */
static void
put_day(struct wm_text *out, const char *key, int32_t day)
{
    wm_text_printf(out, "%s = \"%.*s\"; ", key, WM_SPAN_ARG(wm_day_text(out->arena, day)));
}

/* A time of day as people write it. */
static void
put_minutes(struct wm_text *out, int32_t minutes)
{
    assert(minutes >= 0);
    wm_text_printf(out, "%02d:%02d", minutes / MINUTES_PER_HOUR, minutes % MINUTES_PER_HOUR);
}

/* Days that are off are left out: hours that are empty mean closed. */
static void
put_week(struct wm_text *out, const struct wm_calendar *calendar)
{
    assert(out->arena != NULL);
    wm_text_puts(out, "working_week = [");
    const char *comma = "";
    for (unsigned i = 0; i < WM_WEEK; i++) {
        if ((calendar->working_week >> i & 1U) != 0) {
            wm_text_printf(out, "%s \"%s\"", comma, wm_weekday_keys[i]);
            comma = ",";
        }
    }
    wm_text_puts(out, " ];\nopening_hours = { ");
    for (size_t i = 0; i < WM_WEEK; i++) {
        const struct wm_hours hours = calendar->opening[i];
        if (hours.from_min < hours.to_min) {
            wm_text_printf(out, "%s = \"", wm_weekday_keys[i]);
            put_minutes(out, hours.from_min);
            wm_text_puts(out, "-");
            put_minutes(out, hours.to_min);
            wm_text_puts(out, "\"; ");
        }
    }
    wm_text_puts(out, "};\nwarn_at = \"");
    put_minutes(out, calendar->warn_at_s / SECONDS_PER_MINUTE);
    wm_text_puts(out, "\";\n");
}

/* Empty lists are written too, so that a text that was cut short is told from one that has none.
 * */
static void
put_days_off(struct wm_text *out, const struct wm_calendar *calendar)
{
    assert(out->arena != NULL);
    wm_text_puts(out, "holidays = (");
    for (size_t i = 0; i < calendar->holiday_count; i++) {
        wm_text_puts(out, i > 0 ? ",\n  { " : "\n  { ");
        put_day(out, "date", calendar->holidays[i].day);
        wm_text_puts(out, "name = ");
        put_text(out, calendar->holidays[i].name);
        wm_text_puts(out, "; }");
    }
    wm_text_puts(out, ");\nclosures = (");
    for (size_t i = 0; i < calendar->closure_count; i++) {
        wm_text_puts(out, i > 0 ? ",\n  { " : "\n  { ");
        put_day(out, "from", calendar->closures[i].from);
        put_day(out, "to", calendar->closures[i].to);
        wm_text_puts(out, "name = ");
        put_text(out, calendar->closures[i].name);
        wm_text_puts(out, "; }");
    }
    wm_text_puts(out, ");\n");
}

struct wm_span
wm_calendar_text(struct wm_arena *arena, const struct wm_calendar *calendar)
{
    assert(calendar->change_count > 0);
    struct wm_text out = {.arena = arena};
    wm_text_puts(&out, "zone = ");
    put_text(&out, calendar->zone);
    wm_text_puts(&out, ";\n");
    put_week(&out, calendar);
    wm_text_puts(&out, "known = { ");
    put_day(&out, "from", calendar->first_known);
    put_day(&out, "to", calendar->last_known);
    wm_text_puts(&out, "};\n");
    put_days_off(&out, calendar);
    wm_text_printf(&out, "offset = %d;\nchanges = (", calendar->changes[0].offset_s);
    for (size_t i = 1; i < calendar->change_count; i++) {
        wm_text_printf(&out, "%s\n  { from = \"%.*s\"; offset = %d; }", i > 1 ? "," : "",
                       WM_SPAN_ARG(wm_time_text(arena, calendar->changes[i].from_us)),
                       calendar->changes[i].offset_s);
    }
    wm_text_puts(&out, ");\n");
    return wm_text_span(&out);
}
