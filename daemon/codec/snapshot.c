/* snapshot.c - writes a case as compact JSON.
 *
 * Keys come in one order and what has its ordinary value is left out, so equal cases give equal
 * bytes. snapshot_read.c reads exactly this order back; a key is only ever added behind those that
 * stand there, for stored snapshots stay as they are. */
#include "daemon/codec/snapshot.h"

#include <assert.h>

#include "daemon/codec/words.h"

/* The calendar versions in use: a digest each, named once for all clocks. */
struct versions {
    struct wm_span *items;
    size_t count;
    size_t room;
};

static void
put_int_unless(struct wm_text *text, const char *name, int64_t number, int64_t ordinary)
{
    if (number != ordinary) {
        wm_json_put_int(text, name, number);
    }
}

static void
put_present(struct wm_text *text, const char *name, struct wm_span string)
{
    if (string.data != NULL) {
        wm_json_put_field(text, name, string);
    }
}

static void
put_flag(struct wm_text *text, const char *name, bool flag)
{
    if (flag) {
        wm_json_put_name(text, name);
        wm_text_puts(text, "true");
    }
}

/* A number in a list. */
static void
put_number(struct wm_text *text, int64_t number)
{
    const struct wm_value value = wm_value_int(number);
    wm_json_put_value(text, &value);
}

static void
begin_list(struct wm_text *text, const char *name)
{
    wm_json_put_name(text, name);
    wm_text_puts(text, "[");
}

static void
begin_element(struct wm_text *text, size_t index, const char *bracket)
{
    if (index > 0) {
        wm_text_puts(text, ",");
    }
    wm_text_puts(text, bracket);
}

static void
put_attributes(struct wm_text *text, const struct wm_case *c)
{
    bool is_first = true;
    wm_text_puts(text, ",\"attributes\":{");
    for (size_t i = 0; i < c->workflow->attribute_count; i++) {
        if (c->attributes[i].kind != 0) {
            wm_text_puts(text, is_first ? "" : ",");
            wm_json_put_string(text, c->workflow->attributes[i].name);
            wm_text_puts(text, ":");
            wm_json_put_value(text, &c->attributes[i]);
            is_first = false;
        }
    }
    wm_text_puts(text, "}");
}

static void
put_items(struct wm_text *text, const struct wm_case *c)
{
    begin_list(text, "items");
    for (size_t i = 0; i < c->items.count; i++) {
        const struct wm_item *item = &c->items.items[i];
        const struct wm_item_kind *kind = &c->workflow->items[item->kind];
        begin_element(text, i, "{");
        wm_json_put_field(text, "kind", kind->name);
        wm_json_put_field(text, "id", item->id);
        wm_json_put_field(text, "status", kind->statuses[item->status]);
        wm_json_put_int(text, "opened", item->opened_us);
        wm_json_put_name(text, "fields");
        wm_json_put_value(text, &item->fields);
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
}

static size_t
find_version(const struct versions *versions, struct wm_span version)
{
    size_t i = 0;
    while (i < versions->count && !wm_span_equal(versions->items[i], version)) {
        i++;
    }
    return i;
}

static void
put_versions(struct wm_text *text, const struct wm_case *c, struct versions *versions)
{
    for (size_t i = 0; i < c->clocks.count; i++) {
        const struct wm_span version = c->clocks.items[i].calendar_version;
        if (version.data != NULL && find_version(versions, version) == versions->count) {
            *WM_PUSH(text->arena, versions) = version;
        }
    }
    begin_list(text, "calendars");
    for (size_t i = 0; i < versions->count && !wm_arena_failed(text->arena); i++) {
        begin_element(text, i, "");
        wm_json_put_string(text, versions->items[i]);
    }
    wm_text_puts(text, "]");
}

static void
put_duration(struct wm_text *text, const char *name, struct wm_duration duration)
{
    if (duration.unit == 0) {
        return;
    }
    begin_list(text, name);
    put_number(text, duration.count);
    wm_text_puts(text, ",\"");
    wm_text_puts(text, wm_words_unit[duration.unit]);
    wm_text_puts(text, duration.roll ? "\",true]" : "\"]");
}

static void
put_pauses(struct wm_text *text, const struct wm_clock *clock)
{
    if (clock->pause_count == 0) {
        return;
    }
    begin_list(text, "pauses");
    for (size_t i = 0; i < clock->pause_count; i++) {
        begin_element(text, i, "[");
        put_number(text, clock->pauses[i].from_us);
        if (clock->pauses[i].to_us != WM_NEVER) {
            wm_text_puts(text, ",");
            put_number(text, clock->pauses[i].to_us);
        }
        wm_text_puts(text, "]");
    }
    wm_text_puts(text, "]");
}

static void
put_clock(struct wm_text *text, const struct wm_case *c, const struct wm_clock *clock)
{
    wm_json_put_field(text, "clock", c->workflow->clocks[clock->def].name);
    put_present(text, "item", clock->item);
    wm_json_put_int(text, "run", clock->run);
    wm_json_put_field(text, "status", wm_span(wm_words_clock_status[clock->status]));
    wm_json_put_int(text, "started", clock->started_us);
    put_int_unless(text, "day0", clock->day0, 0);
    put_duration(text, "target", clock->target);
    put_int_unless(text, "until", clock->until, INT32_MIN);
    put_int_unless(text, "due", clock->due.us, WM_NEVER);
    put_int_unless(text, "due_day", clock->due.day, 0);
    put_int_unless(text, "agreed", clock->agreed.us, 0);
    put_int_unless(text, "agreed_day", clock->agreed.day, 0);
    put_int_unless(text, "extended", clock->extended, 0);
    put_int_unless(text, "stopped", clock->stopped_us, WM_NEVER);
    put_int_unless(text, "known", clock->known_us, 0);
    put_int_unless(text, "fired", clock->fired, 0);
    put_flag(text, "due_passed", clock->due_passed);
    put_flag(text, "outside", clock->outside);
    put_flag(text, "extension_open", clock->extension_open);
    put_int_unless(text, "rest_days", clock->paused_rest, 0);
    put_int_unless(text, "rest", clock->paused_rest_us, 0);
    put_pauses(text, clock);
}

static void
put_clocks(struct wm_text *text, const struct wm_case *c)
{
    struct versions versions = {0};
    put_versions(text, c, &versions);
    begin_list(text, "clocks");
    for (size_t i = 0; i < c->clocks.count; i++) {
        const struct wm_clock *clock = &c->clocks.items[i];
        assert(clock->def >= 0 && (size_t)clock->def < c->workflow->clock_count);
        begin_element(text, i, "{");
        put_clock(text, c, clock);
        if (clock->calendar_version.data != NULL) {
            wm_json_put_int(text, "calendar",
                            (int64_t)find_version(&versions, clock->calendar_version));
        }
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
}

static void
put_hits(struct wm_text *text, const struct wm_hits *hits)
{
    for (size_t i = 0; i < hits->count; i++) {
        begin_element(text, i, "[");
        put_number(text, hits->items[i].occurred_us);
        if (hits->items[i].key.data != NULL) {
            wm_text_puts(text, ",");
            wm_json_put_string(text, hits->items[i].key);
        }
        wm_text_puts(text, "]");
    }
}

/* A list of hits for each tally of the workflow, which have no names. */
static void
put_tallies(struct wm_text *text, const struct wm_case *c)
{
    begin_list(text, "tallies");
    for (size_t i = 0; i < c->workflow->tally_count; i++) {
        begin_element(text, i, "[");
        put_hits(text, &c->tallies[i]);
        wm_text_puts(text, "]");
    }
    wm_text_puts(text, "]");
}

static void
put_wanted(struct wm_text *text, const struct wm_case *c)
{
    begin_list(text, "wanted");
    for (size_t i = 0; i < c->wanted.count; i++) {
        const struct wm_wanted *wanted = &c->wanted.items[i];
        begin_element(text, i, "{");
        wm_json_put_field(text, "id", wanted->id);
        wm_json_put_int(text, "send", wanted->send);
        put_present(text, "item", wanted->item);
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
}

static void
put_people(struct wm_text *text, const struct wm_case *c)
{
    begin_list(text, "tenures");
    for (size_t i = 0; i < c->tenures.count; i++) {
        const struct wm_tenure *tenure = &c->tenures.items[i];
        begin_element(text, i, "{");
        wm_json_put_field(text, "officer", tenure->officer);
        wm_json_put_int(text, "from", tenure->from_us);
        put_flag(text, "conflict", tenure->conflict);
        put_flag(text, "by_hand", tenure->by_hand);
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
    begin_list(text, "aliases");
    for (size_t i = 0; i < c->aliases.count; i++) {
        begin_element(text, i, "");
        wm_json_put_string(text, c->aliases.items[i]);
    }
    wm_text_puts(text, "]");
}

struct wm_span
wm_case_encode(struct wm_arena *arena, const struct wm_case *a_case)
{
    const struct wm_workflow *workflow = a_case->workflow;
    assert(workflow != NULL);
    assert(a_case->state >= 0 && (size_t)a_case->state < workflow->state_count);
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "ref", a_case->ref);
    wm_json_put_field(&text, "workflow", workflow->name);
    wm_json_put_int(&text, "version", workflow->version);
    wm_json_put_field(&text, "state", workflow->states[a_case->state].name);
    put_present(&text, "officer", a_case->officer);
    wm_json_put_int(&text, "seq", a_case->seq);
    wm_json_put_int(&text, "opened", a_case->opened_us);
    put_int_unless(&text, "closed", a_case->closed_us, WM_NEVER);
    wm_json_put_int(&text, "folded", a_case->folded_us);
    put_int_unless(&text, "moved", a_case->moved_us, 0);
    put_int_unless(&text, "check", a_case->check_us, WM_NEVER);
    put_int_unless(&text, "wake", a_case->wake_us, WM_NEVER);
    put_attributes(&text, a_case);
    put_items(&text, a_case);
    put_clocks(&text, a_case);
    put_tallies(&text, a_case);
    put_wanted(&text, a_case);
    put_people(&text, a_case);
    wm_text_puts(&text, "}");
    return wm_text_span(&text);
}
