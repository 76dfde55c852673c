/* snapshot_read.c - reads a case back from what snapshot.c wrote, and trusts none of it. */
#include <assert.h>

#include "daemon/codec/scan.h"
#include "daemon/codec/snapshot.h"
#include "daemon/codec/words.h"

/* What is being read, and the sentence that says what is wrong with it. */
struct reading {
    struct wm_scan scan;
    struct wm_arena *arena;
    const struct wm_workflow *workflow;
    struct wm_case *c;
    struct wm_span *calendars;
    size_t calendar_count;
    struct wm_span why;
};

static void
complain(struct reading *reading, const char *what, struct wm_span name)
{
    if (reading->why.data == NULL) {
        reading->why = wm_arena_printf(
            reading->arena, "%s \"%.*s\" is not in %.*s version %d", what, WM_SPAN_ARG(name),
            WM_SPAN_ARG(reading->workflow->name), (int)reading->workflow->version);
    }
    reading->scan.bad = true;
}

/* A key that must be there. */
static void
key(struct reading *reading, const char *text)
{
    wm_scan_expect(&reading->scan, text);
}

static void
read_head(struct reading *reading)
{
    struct wm_scan *scan = &reading->scan;
    struct wm_case *c = reading->c;
    key(reading, "{\"ref\":");
    c->ref = wm_scan_string(scan);
    key(reading, ",\"workflow\":");
    const struct wm_span workflow = wm_scan_string(scan);
    key(reading, ",\"version\":");
    const int32_t version = wm_scan_int32(scan);
    if (!scan->bad && (!wm_span_equal(workflow, reading->workflow->name) ||
                       version != reading->workflow->version)) {
        reading->why =
            wm_arena_printf(reading->arena, "it belongs to %.*s version %d, not to %.*s version %d",
                            WM_SPAN_ARG(workflow), (int)version,
                            WM_SPAN_ARG(reading->workflow->name), (int)reading->workflow->version);
        scan->bad = true;
    }
    key(reading, ",\"state\":");
    const struct wm_span state = wm_scan_string(scan);
    c->state = wm_workflow_state(reading->workflow, state);
    if (!scan->bad && c->state < 0) {
        complain(reading, "the state", state);
    }
    wm_scan_key_string(scan, "officer", &c->officer);
    key(reading, ",\"seq\":");
    c->seq = wm_scan_int(scan);
    key(reading, ",\"opened\":");
    c->opened_us = wm_scan_int(scan);
    wm_scan_key_int(scan, "closed", &c->closed_us);
    key(reading, ",\"folded\":");
    c->folded_us = wm_scan_int(scan);
    wm_scan_key_int(scan, "moved", &c->moved_us);
    wm_scan_key_int(scan, "check", &c->check_us);
    wm_scan_key_int(scan, "wake", &c->wake_us);
}

static void
read_attributes(struct reading *reading)
{
    struct wm_scan *scan = &reading->scan;
    key(reading, ",\"attributes\":{");
    for (bool is_first = true; !scan->bad && !wm_scan_try(scan, "}"); is_first = false) {
        key(reading, is_first ? "" : ",");
        const struct wm_span name = wm_scan_string(scan);
        key(reading, ":");
        const struct wm_value value = wm_scan_value(scan);
        const int32_t index = scan->bad ? -1 : wm_workflow_attribute(reading->workflow, name);
        if (index >= 0) {
            reading->c->attributes[index] = value;
        } else if (!scan->bad) {
            complain(reading, "the attribute", name);
        }
    }
}

static void
read_item(struct reading *reading, struct wm_item *item)
{
    struct wm_scan *scan = &reading->scan;
    key(reading, "{\"kind\":");
    const struct wm_span kind = wm_scan_string(scan);
    key(reading, ",\"id\":");
    item->id = wm_scan_string(scan);
    key(reading, ",\"status\":");
    const struct wm_span status = wm_scan_string(scan);
    key(reading, ",\"opened\":");
    item->opened_us = wm_scan_int(scan);
    key(reading, ",\"fields\":");
    item->fields = wm_scan_value(scan);
    key(reading, "}");
    if (scan->bad) {
        return;
    }
    item->kind = wm_workflow_item(reading->workflow, kind);
    if (item->kind < 0) {
        complain(reading, "the kind of item", kind);
        return;
    }
    item->status = wm_item_status(&reading->workflow->items[item->kind], status);
    if (item->status < 0) {
        complain(reading, "the item's status", status);
    }
}

static void
read_items(struct reading *reading)
{
    key(reading, ",\"items\":");
    for (size_t count = 0; wm_scan_element(&reading->scan, &count);) {
        if (count > WM_ITEMS_MAX) {
            reading->scan.bad = true;
            return;
        }
        read_item(reading, WM_PUSH(reading->arena, &reading->c->items));
    }
}

static void
read_calendars(struct reading *reading)
{
    struct wm_spans versions = {0};
    key(reading, ",\"calendars\":");
    for (size_t count = 0; wm_scan_element(&reading->scan, &count);) {
        *WM_PUSH(reading->arena, &versions) = wm_scan_string(&reading->scan);
    }
    reading->calendars = versions.items;
    reading->calendar_count = versions.count;
}

static void
read_target(struct reading *reading, struct wm_clock *clock)
{
    struct wm_scan *scan = &reading->scan;
    if (!wm_scan_try(scan, ",\"target\":[")) {
        return;
    }
    clock->target.count = wm_scan_int32(scan);
    key(reading, ",");
    const struct wm_span unit = wm_scan_string(scan);
    clock->target.unit = (enum wm_unit)wm_word_find(wm_words_unit, WM_COUNT(wm_words_unit), unit);
    clock->target.roll = wm_scan_try(scan, ",true");
    key(reading, "]");
    scan->bad = scan->bad || clock->target.unit == 0;
}

struct pauses {
    struct wm_pause *items;
    size_t count;
    size_t room;
};

static void
read_pauses(struct reading *reading, struct wm_clock *clock)
{
    struct wm_scan *scan = &reading->scan;
    struct pauses pauses = {0};
    if (!wm_scan_try(scan, ",\"pauses\":")) {
        return;
    }
    for (size_t count = 0; wm_scan_element(scan, &count);) {
        struct wm_pause *pause = WM_PUSH(reading->arena, &pauses);
        key(reading, "[");
        pause->from_us = wm_scan_int(scan);
        pause->to_us = wm_scan_try(scan, ",") ? wm_scan_int(scan) : WM_NEVER;
        key(reading, "]");
    }
    clock->pauses = pauses.items;
    clock->pause_count = pauses.count;
}

/* What the core asserts of every clock must hold before it sees this one. */
static bool
is_sound(const struct reading *reading, const struct wm_clock *clock)
{
    const bool is_live = clock->status == WM_CLOCK_RUNNING || clock->status == WM_CLOCK_PAUSED;
    const bool is_paused = clock->status == WM_CLOCK_PAUSED;
    return clock->run >= 1 && clock->status != 0 && is_live == (clock->stopped_us == WM_NEVER) &&
           is_paused == (clock->due.us == WM_NEVER && is_live) &&
           (clock->item.data == NULL || reading->workflow->clocks[clock->def].item_kind >= 0);
}

static void
read_due(struct reading *reading, struct wm_clock *clock)
{
    struct wm_scan *scan = &reading->scan;
    int64_t fired = 0;
    wm_scan_key_int32(scan, "day0", &clock->day0);
    read_target(reading, clock);
    wm_scan_key_int32(scan, "until", &clock->until);
    wm_scan_key_int(scan, "due", &clock->due.us);
    wm_scan_key_int32(scan, "due_day", &clock->due.day);
    wm_scan_key_int(scan, "agreed", &clock->agreed.us);
    wm_scan_key_int32(scan, "agreed_day", &clock->agreed.day);
    wm_scan_key_int32(scan, "extended", &clock->extended);
    wm_scan_key_int(scan, "stopped", &clock->stopped_us);
    wm_scan_key_int(scan, "known", &clock->known_us);
    wm_scan_key_int(scan, "fired", &fired);
    wm_scan_key_true(scan, "due_passed", &clock->due_passed);
    wm_scan_key_true(scan, "outside", &clock->outside);
    wm_scan_key_true(scan, "extension_open", &clock->extension_open);
    wm_scan_key_int32(scan, "rest_days", &clock->paused_rest);
    wm_scan_key_int(scan, "rest", &clock->paused_rest_us);
    read_pauses(reading, clock);
    scan->bad = scan->bad || fired < 0 || fired > UINT32_MAX;
    clock->fired = (uint32_t)fired;
}

static void
read_clock(struct reading *reading, struct wm_clock *clock)
{
    struct wm_scan *scan = &reading->scan;
    int64_t calendar = -1;
    clock->until = INT32_MIN;
    clock->due.us = WM_NEVER;
    clock->stopped_us = WM_NEVER;
    key(reading, "{\"clock\":");
    const struct wm_span name = wm_scan_string(scan);
    wm_scan_key_string(scan, "item", &clock->item);
    key(reading, ",\"run\":");
    clock->run = wm_scan_int32(scan);
    key(reading, ",\"status\":");
    const struct wm_span status = wm_scan_string(scan);
    key(reading, ",\"started\":");
    clock->started_us = wm_scan_int(scan);
    read_due(reading, clock);
    wm_scan_key_int(scan, "calendar", &calendar);
    key(reading, "}");
    if (scan->bad) {
        return;
    }
    clock->def = wm_workflow_clock(reading->workflow, name);
    if (clock->def < 0) {
        complain(reading, "the clock", name);
        return;
    }
    clock->status = (enum wm_clock_status)wm_word_find(wm_words_clock_status,
                                                       WM_COUNT(wm_words_clock_status), status);
    if (calendar >= 0 && (size_t)calendar < reading->calendar_count) {
        clock->calendar_version = reading->calendars[calendar];
    }
    scan->bad = calendar >= (int64_t)reading->calendar_count || !is_sound(reading, clock);
}

static void
read_clocks(struct reading *reading)
{
    read_calendars(reading);
    key(reading, ",\"clocks\":");
    for (size_t count = 0; wm_scan_element(&reading->scan, &count);) {
        if (count > WM_CLOCKS_MAX) {
            reading->scan.bad = true;
            return;
        }
        read_clock(reading, WM_PUSH(reading->arena, &reading->c->clocks));
    }
}

static void
read_hits(struct reading *reading, struct wm_hits *hits)
{
    struct wm_scan *scan = &reading->scan;
    for (size_t count = 0; wm_scan_element(scan, &count);) {
        struct wm_hit *hit = WM_PUSH(reading->arena, hits);
        key(reading, "[");
        hit->occurred_us = wm_scan_int(scan);
        if (wm_scan_try(scan, ",")) {
            hit->key = wm_scan_string(scan);
        }
        key(reading, "]");
    }
}

static void
read_tallies(struct reading *reading)
{
    size_t count = 0;
    key(reading, ",\"tallies\":");
    while (wm_scan_element(&reading->scan, &count)) {
        if (count > reading->workflow->tally_count) {
            reading->scan.bad = true;
            return;
        }
        read_hits(reading, &reading->c->tallies[count - 1]);
    }
    reading->scan.bad = reading->scan.bad || count != reading->workflow->tally_count;
}

static void
read_wanted(struct reading *reading)
{
    struct wm_scan *scan = &reading->scan;
    key(reading, ",\"wanted\":");
    for (size_t count = 0; wm_scan_element(scan, &count);) {
        struct wm_wanted *wanted = WM_PUSH(reading->arena, &reading->c->wanted);
        key(reading, "{\"id\":");
        wanted->id = wm_scan_string(scan);
        key(reading, ",\"send\":");
        wanted->send = wm_scan_int32(scan);
        wm_scan_key_string(scan, "item", &wanted->item);
        key(reading, "}");
        if (count > WM_WANTED_MAX || wanted->send < 0 ||
            (size_t)wanted->send >= reading->workflow->send_count) {
            scan->bad = true;
        }
    }
}

static void
read_people(struct reading *reading)
{
    struct wm_scan *scan = &reading->scan;
    key(reading, ",\"tenures\":");
    for (size_t count = 0; wm_scan_element(scan, &count);) {
        struct wm_tenure *tenure = WM_PUSH(reading->arena, &reading->c->tenures);
        key(reading, "{\"officer\":");
        tenure->officer = wm_scan_string(scan);
        key(reading, ",\"from\":");
        tenure->from_us = wm_scan_int(scan);
        wm_scan_key_true(scan, "conflict", &tenure->conflict);
        wm_scan_key_true(scan, "by_hand", &tenure->by_hand);
        key(reading, "}");
    }
    key(reading, ",\"aliases\":");
    for (size_t count = 0; wm_scan_element(scan, &count);) {
        *WM_PUSH(reading->arena, &reading->c->aliases) = wm_scan_string(scan);
    }
    key(reading, "}");
}

static void
read_case(struct reading *reading)
{
    static void (*const parts[])(struct reading *) = {
        read_head, read_attributes, read_items, read_clocks, read_tallies, read_wanted, read_people,
    };
    for (size_t i = 0; i < WM_COUNT(parts) && !reading->scan.bad; i++) {
        parts[i](reading);
    }
}

enum wm_status
wm_case_decode(struct wm_arena *arena, struct wm_span text, const struct wm_workflow *workflow,
               struct wm_case **ret_case, struct wm_span *ret_why)
{
    assert(workflow != NULL);
    struct reading reading = {
        .scan = wm_scan_begin(arena, text),
        .arena = arena,
        .workflow = workflow,
        .c = wm_case_new(arena, workflow, (struct wm_span){0}),
    };
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    /* An attribute that is not stored has no value, whatever its default. */
    memset(reading.c->attributes, 0, workflow->attribute_count * sizeof(struct wm_value));
    const char *start = reading.scan.at;
    read_case(&reading);
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    if (!wm_scan_is_whole(&reading.scan) || reading.c->ref.size == 0) {
        *ret_why = reading.why.data != NULL
                       ? reading.why
                       : wm_arena_printf(arena, "it is not a snapshot from byte %zd on",
                                         reading.scan.at - start);
        return WM_CORRUPT;
    }
    *ret_case = reading.c;
    return WM_OK;
}
