/* show.c - a case as people and programs see it (`case show --json`). */
#include <assert.h>

#include "daemon/codec/snapshot.h"

static void
put_null(struct wm_text *text, const char *name)
{
    wm_json_put_name(text, name);
    wm_text_puts(text, "null");
}

static void
put_named(struct wm_text *text, struct wm_span name, const struct wm_value *value)
{
    const bool is_first = text->items[text->count - 1] == '{';
    wm_text_puts(text, is_first ? "" : ",");
    wm_json_put_string(text, name);
    wm_text_puts(text, ":");
    wm_json_put_value(text, value);
}

static void
put_attributes(struct wm_text *text, const struct wm_case *c)
{
    wm_json_put_name(text, "attributes");
    wm_text_puts(text, "{");
    for (size_t i = 0; i < c->workflow->attribute_count && text->count > 0; i++) {
        put_named(text, c->workflow->attributes[i].name, &c->attributes[i]);
    }
    wm_text_puts(text, "}");
}

/* Days that are kept while it is paused; seconds of a clock in hours, below 0 when it is late. Of a
 * running clock in days the calendar would have to count. */
static void
put_remaining(struct wm_text *text, const struct wm_clock *clock, int64_t now_us)
{
    const bool is_exact =
        clock->target.unit == WM_UNIT_HOURS || clock->target.unit == WM_UNIT_MINUTES;
    if (clock->status == WM_CLOCK_PAUSED) {
        wm_json_put_int(text, "remaining",
                        is_exact ? clock->paused_rest_us / WM_US_PER_SECOND : clock->paused_rest);
    } else if (clock->status == WM_CLOCK_RUNNING && is_exact) {
        wm_json_put_int(text, "remaining", (clock->due.us - now_us) / WM_US_PER_SECOND);
    } else {
        put_null(text, "remaining");
    }
}

static void
put_clock(struct wm_text *text, const struct wm_case *c, const struct wm_clock *clock,
          int64_t now_us)
{
    const struct wm_clock_def *def = &c->workflow->clocks[clock->def];
    const bool has_due = clock->due.us != WM_NEVER;
    wm_json_put_field(text, "name", wm_clock_name(text->arena, c, clock));
    wm_json_put_int(text, "run", clock->run);
    wm_json_put_field(text, "status", wm_span(wm_clock_status_at(clock, now_us)));
    wm_json_put_time(text, "started", clock->started_us);
    wm_json_put_time(text, "due", clock->due.us);
    wm_json_put_field(text, "due_day",
                      has_due ? wm_day_text(text->arena, clock->due.day) : (struct wm_span){0});
    wm_json_put_time(text, "stopped", clock->stopped_us);
    wm_json_put_int(text, "extended", clock->extended);
    put_remaining(text, clock, now_us);
    wm_json_put_field(text, "touchpoint",
                      def->touchpoint >= 0 ? c->workflow->touchpoints[def->touchpoint].name
                                           : (struct wm_span){0});
}

static void
put_clocks(struct wm_text *text, const struct wm_case *c, int64_t now_us)
{
    wm_json_put_name(text, "clocks");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < c->clocks.count; i++) {
        wm_text_puts(text, i > 0 ? ",{" : "{");
        put_clock(text, c, &c->clocks.items[i], now_us);
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
}

static bool
is_shown(struct wm_span field)
{
    static const char *const shown[] = {"kind", "id", "status", "due"};
    for (size_t i = 0; i < WM_COUNT(shown); i++) {
        if (wm_span_is(field, shown[i])) {
            return true;
        }
    }
    return false;
}

static void
put_item(struct wm_text *text, const struct wm_case *c, const struct wm_item *item)
{
    const struct wm_item_kind *kind = &c->workflow->items[item->kind];
    wm_json_put_field(text, "kind", kind->name);
    wm_json_put_field(text, "id", item->id);
    wm_json_put_field(text, "status", kind->statuses[item->status]);
    wm_json_put_name(text, "due");
    wm_json_put_value(text, wm_value_get(&item->fields, wm_span("due")));
    for (size_t i = 0; item->fields.kind == WM_VALUE_OBJECT && i < item->fields.object.count; i++) {
        const struct wm_field *field = &item->fields.object.fields[i];
        if (!is_shown(field->name)) {
            put_named(text, field->name, &field->value);
        }
    }
}

static void
put_items(struct wm_text *text, const struct wm_case *c)
{
    wm_json_put_name(text, "items");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < c->items.count && text->count > 0; i++) {
        wm_text_puts(text, i > 0 ? ",{" : "{");
        put_item(text, c, &c->items.items[i]);
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
}

struct wm_span
wm_case_show(struct wm_arena *arena, const struct wm_case *a_case, int64_t now_us)
{
    const struct wm_workflow *workflow = a_case->workflow;
    assert(workflow != NULL);
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "ref", a_case->ref);
    wm_json_put_field(&text, "workflow", workflow->name);
    wm_json_put_int(&text, "version", workflow->version);
    wm_json_put_field(&text, "state", workflow->states[a_case->state].name);
    wm_json_put_field(&text, "officer", a_case->officer);
    wm_json_put_time(&text, "opened", a_case->opened_us);
    wm_json_put_time(&text, "closed", a_case->closed_us);
    wm_json_put_int(&text, "seq", a_case->seq);
    put_attributes(&text, a_case);
    put_clocks(&text, a_case, now_us);
    put_items(&text, a_case);
    wm_json_put_name(&text, "aliases");
    wm_text_puts(&text, "[");
    for (size_t i = 0; i < a_case->aliases.count; i++) {
        wm_text_puts(&text, i > 0 ? "," : "");
        wm_json_put_string(&text, a_case->aliases.items[i]);
    }
    wm_text_puts(&text, "]}");
    return wm_text_span(&text);
}
