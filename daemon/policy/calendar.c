/* calendar.c - working days, holidays and closures from a file, or from a stored text. */
#include "daemon/policy/calendar.h"

#include <assert.h>

#include "base/sort.h"
#include "daemon/policy/digest.h"
#include "daemon/policy/when.h"
#include "daemon/policy/zone.h"

enum { SECONDS_PER_MINUTE = 60, MINUTES_PER_DAY = 1440, OFFSET_MAX_S = 86400 };

/* What is missing in a calendar that extends another has been said of the other. */
static bool
extends(const struct wm_node *group)
{
    return wm_node_get(group, "extends") != NULL;
}

/* ---- days off ---- */

/* Holidays ascend in the model, whatever their order in the file. */
static int
by_day(const void *a, const void *b)
{
    const struct wm_day_off *left = a;
    const struct wm_day_off *right = b;
    return (left->day > right->day) - (left->day < right->day);
}

/* Those of the calendar it extends, and its own. */
static void
read_holidays(struct wm_reader *reader, const struct wm_node *group, struct wm_calendar *calendar)
{
    assert(group->kind == WM_NODE_GROUP);
    static const char *const known[] = {"date", "name", NULL};
    const struct wm_nodes nodes = wm_reader_groups(reader, group, "holidays");
    const size_t before = calendar->holiday_count;
    const size_t most = before + nodes.count;
    struct wm_day_off *days = WM_MAKE(reader->arena, struct wm_day_off, 2 * most);
    if (days == NULL) {
        return;
    }
    size_t count = before;
    if (before > 0) {
        memcpy(days, calendar->holidays, before * sizeof *days);
    }
    for (size_t i = 0; i < nodes.count; i++) {
        wm_reader_keys(reader, &nodes.items[i], known);
        if (wm_reader_day(reader, &nodes.items[i], "date", &days[count].day)) {
            days[count++].name = wm_reader_text(reader, &nodes.items[i], "name");
        }
    }
    wm_sort(days, count, sizeof *days, by_day, days + most);
    for (size_t i = 1; nodes.count > 0 && i < count; i++) {
        if (days[i].day == days[i - 1].day) {
            wm_reader_bad(reader, group->line, "%.*s is a holiday twice",
                          WM_SPAN_ARG(wm_day_text(reader->arena, days[i].day)));
        }
    }
    calendar->holidays = days;
    calendar->holiday_count = count;
}

/* So do closures. */
static int
by_from(const void *a, const void *b)
{
    const struct wm_closure *left = a;
    const struct wm_closure *right = b;
    return (left->from > right->from) - (left->from < right->from);
}

/* A closure needs a name, for a deadline is explained by naming what lay in between. */
static bool
read_closure(struct wm_reader *reader, const struct wm_node *node, struct wm_closure *closure)
{
    assert(node->kind == WM_NODE_GROUP);
    static const char *const known[] = {"from", "to", "name", NULL};
    wm_reader_keys(reader, node, known);
    const bool from = wm_reader_day(reader, node, "from", &closure->from);
    if (!wm_reader_day(reader, node, "to", &closure->to) || !from) {
        return false;
    }
    if (closure->to < closure->from) {
        wm_reader_bad(reader, node->line, "the closure ends before it begins");
        return false;
    }
    closure->name = wm_reader_text(reader, node, "name");
    if (closure->name.size == 0) {
        wm_reader_bad(reader, node->line, "the closure needs a name, such as \"Office closed\"");
    }
    return true;
}

/* Those of the calendar it extends, and its own. Overlaps are refused: the days that are lost
 * would be counted twice. */
static void
read_closures(struct wm_reader *reader, const struct wm_node *group, struct wm_calendar *calendar)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_nodes nodes = wm_reader_groups(reader, group, "closures");
    const size_t before = calendar->closure_count;
    const size_t most = before + nodes.count;
    struct wm_closure *closures = WM_MAKE(reader->arena, struct wm_closure, 2 * most);
    if (closures == NULL) {
        return;
    }
    size_t count = before;
    if (before > 0) {
        memcpy(closures, calendar->closures, before * sizeof *closures);
    }
    for (size_t i = 0; i < nodes.count; i++) {
        count += read_closure(reader, &nodes.items[i], &closures[count]) ? 1 : 0;
    }
    wm_sort(closures, count, sizeof *closures, by_from, closures + most);
    for (size_t i = 1; nodes.count > 0 && i < count; i++) {
        if (closures[i].from <= closures[i - 1].to) {
            wm_reader_bad(reader, group->line, "the closures \"%.*s\" and \"%.*s\" overlap",
                          WM_SPAN_ARG(closures[i - 1].name), WM_SPAN_ARG(closures[i].name));
        }
    }
    calendar->closures = closures;
    calendar->closure_count = count;
}

/* Holidays are known for whole years: from the first that has one to the last. */
static void
read_known(struct wm_reader *reader, const struct wm_node *group, struct wm_calendar *calendar)
{
    assert(group->kind == WM_NODE_GROUP);
    static const char *const keys[] = {"from", "to", NULL};
    const struct wm_node *node = wm_node_get(group, "known");
    if (node != NULL && node->kind == WM_NODE_GROUP) {
        wm_reader_keys(reader, node, keys);
        if (wm_reader_day(reader, node, "from", &calendar->first_known) &&
            wm_reader_day(reader, node, "to", &calendar->last_known) &&
            calendar->last_known < calendar->first_known) {
            wm_reader_bad(reader, node->line, "known ends before it begins");
        }
    } else if (node != NULL) {
        wm_reader_bad(reader, node->line, "known must be a group { from; to; }, not %s",
                      wm_node_words(node));
    } else if (calendar->holiday_count > 0) {
        const int32_t first = wm_date_of(calendar->holidays[0].day).year;
        const int32_t last = wm_date_of(calendar->holidays[calendar->holiday_count - 1].day).year;
        calendar->first_known = wm_day_of((struct wm_date){first, 1, 1});
        calendar->last_known = wm_day_of((struct wm_date){last + 1, 1, 1}) - 1;
    } else if (!extends(group)) {
        wm_reader_bad(reader, group->line, "holidays are missing: ( { date; name; }, … )");
    }
}

/* ---- the week ---- */

/* The bit of a weekday; 0 with a finding for anything else. */
static uint32_t
weekday_bit(struct wm_reader *reader, int32_t line, struct wm_span name)
{
    assert(reader->findings != NULL);
    for (unsigned i = 0; i < WM_WEEK; i++) {
        if (wm_span_is(name, wm_weekday_keys[i])) {
            return 1U << i;
        }
    }
    wm_reader_bad(reader, line, "\"%.*s\" is no day; write mon, tue … sun", WM_SPAN_ARG(name));
    return 0;
}

/* A calendar without a working day would have no end of any promise. */
static void
read_week(struct wm_reader *reader, const struct wm_node *group, struct wm_calendar *calendar)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_node *node = wm_node_get(group, "working_week");
    const struct wm_names days = wm_reader_texts(reader, group, "working_week");
    calendar->working_week = node != NULL ? 0 : calendar->working_week;
    for (size_t i = 0; node != NULL && i < days.count; i++) {
        calendar->working_week |= weekday_bit(reader, node->line, days.items[i]);
    }
    if (calendar->working_week == 0 && (node != NULL || !extends(group))) {
        wm_reader_bad(reader, node != NULL ? node->line : group->line,
                      "working_week must name at least one day");
    }
    (void)wm_reader_hours(reader, group, "opening_hours", calendar->opening);
}

/* Midnight at the end of a day is no time to tell anybody anything. */
static void
read_warn_at(struct wm_reader *reader, const struct wm_node *group, struct wm_calendar *calendar)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_span warn_at = wm_reader_text(reader, group, "warn_at");
    const int32_t minutes = wm_minutes_parse(warn_at);
    if (warn_at.data != NULL && (minutes < 0 || minutes == MINUTES_PER_DAY)) {
        wm_reader_bad(reader, wm_node_get(group, "warn_at")->line,
                      "warn_at must be a time of day such as \"09:00\"");
    } else if (warn_at.data != NULL) {
        calendar->warn_at_s = minutes * SECONDS_PER_MINUTE;
    }
}

/* ---- the zone ---- */

/* A calendar that extends another has its zone unless it names one. */
static void
read_zone(struct wm_reader *reader, const struct wm_node *group, struct wm_calendar *calendar)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_span zone = wm_reader_text(reader, group, "zone");
    if (zone.data == NULL && !extends(group)) {
        (void)wm_reader_need(reader, group, "zone", "the time zone, such as \"Europe/London\"");
    }
    if (zone.data == NULL) {
        return;
    }
    calendar->zone = zone;
    if (wm_zone_changes(reader->arena, zone, &calendar->changes, &calendar->change_count) !=
        WM_OK) {
        wm_reader_bad(reader, wm_node_get(group, "zone")->line,
                      "the time zone \"%.*s\" is not known here (package tzdata)",
                      WM_SPAN_ARG(zone));
    }
}

/* A stored calendar brings its changes along: what the zone data says by now does not count. */
static void
read_changes(struct wm_reader *reader, const struct wm_node *group, struct wm_calendar *calendar)
{
    assert(group->kind == WM_NODE_GROUP);
    static const char *const known[] = {"from", "offset", NULL};
    static const struct wm_bounds offsets = {-OFFSET_MAX_S, OFFSET_MAX_S, 0};
    const struct wm_nodes nodes = wm_reader_groups(reader, group, "changes");
    struct wm_zone_change *changes = WM_MAKE(reader->arena, struct wm_zone_change, nodes.count + 1);
    if (changes == NULL) {
        return;
    }
    if (wm_reader_need(reader, group, "zone", "the time zone, such as \"Europe/London\"") != NULL) {
        calendar->zone = wm_reader_text(reader, group, "zone");
    }
    changes[0].from_us = INT64_MIN;
    changes[0].offset_s = wm_reader_number(reader, group, "offset", offsets);
    for (size_t i = 0; i < nodes.count; i++) {
        const struct wm_node *node = &nodes.items[i];
        struct wm_zone_change *change = &changes[i + 1];
        wm_reader_keys(reader, node, known);
        const struct wm_span from = wm_reader_text(reader, node, "from");
        change->offset_s = wm_reader_number(reader, node, "offset", offsets);
        if (wm_time_parse(from, &change->from_us) != WM_OK ||
            change->from_us <= changes[i].from_us) {
            wm_reader_bad(reader, node->line, "from must be a time, later than the one before it");
            return;
        }
    }
    calendar->changes = changes;
    calendar->change_count = nodes.count + 1;
}

/* ---- whole calendars ---- */

/* The version is taken over the canonical text, so that comments and order make no new one. */
static void
finish(struct wm_reader *reader, struct wm_calendar *calendar, struct wm_span *ret_text)
{
    *ret_text = wm_calendar_text(reader->arena, calendar);
    calendar->version = wm_digest_of(reader->arena, *ret_text);
}

/* What files and stored texts have in common. */
static void
read_calendar(struct wm_reader *reader, const struct wm_node *group, struct wm_calendar *calendar)
{
    assert(group->kind == WM_NODE_GROUP);
    read_week(reader, group, calendar);
    read_warn_at(reader, group, calendar);
    read_holidays(reader, group, calendar);
    read_closures(reader, group, calendar);
    read_known(reader, group, calendar);
}

/* The calendar that another extends stands before it in the file. */
static void
read_member(struct wm_reader *reader, const struct wm_node *node, struct wm_calendar *items,
            size_t index)
{
    assert(node->kind == WM_NODE_GROUP);
    static const char *const known[] = {"zone",    "working_week", "opening_hours",
                                        "warn_at", "holidays",     "closures",
                                        "extends", "known",        NULL};
    enum { NINE = 9 * 3600 };
    struct wm_calendar *calendar = &items[index];
    const struct wm_span base_name = wm_reader_text(reader, node, "extends");
    wm_reader_keys(reader, node, known);
    calendar->warn_at_s = NINE;
    if (base_name.data != NULL) {
        const struct wm_calendars before = {items, index};
        const struct wm_calendar *base = wm_calendar_find(&before, base_name);
        if (base == NULL) {
            wm_reader_bad(reader, wm_node_get(node, "extends")->line,
                          "no calendar \"%.*s\" stands before this one", WM_SPAN_ARG(base_name));
            calendar->name = node->name;
            return;
        }
        *calendar = *base;
    }
    calendar->name = node->name;
    read_zone(reader, node, calendar);
    read_calendar(reader, node, calendar);
}

bool
wm_calendars_load(struct wm_arena *arena, struct wm_span path, struct wm_findings *findings,
                  struct wm_calendars *ret_calendars, struct wm_span **ret_texts)
{
    assert(ret_calendars != NULL);
    assert(ret_texts != NULL);
    static const char *const known[] = {"calendars", NULL};
    struct wm_reader reader = {.arena = arena, .findings = findings, .file = path};
    const size_t before = findings->count;
    const size_t errors = wm_findings_errors(findings);
    const struct wm_node *root = wm_reader_open(&reader);
    if (root == NULL) {
        return false;
    }
    wm_reader_keys(&reader, root, known);
    const struct wm_nodes nodes = wm_reader_members(&reader, root, "calendars");
    struct wm_calendar *items = WM_MAKE(arena, struct wm_calendar, nodes.count + 1);
    struct wm_span *texts = WM_MAKE(arena, struct wm_span, nodes.count + 1);
    if (nodes.count == 0) {
        wm_reader_bad(&reader, 0, "calendars = { statutory = { … }; … } is missing");
    }
    for (size_t i = 0; items != NULL && i < nodes.count; i++) {
        reader.where =
            wm_arena_printf(arena, "calendar \"%.*s\"", WM_SPAN_ARG(nodes.items[i].name));
        read_member(&reader, &nodes.items[i], items, i);
    }
    reader.where = (struct wm_span){0};
    if (wm_arena_failed(arena)) {
        wm_reader_bad(&reader, 0, "the file is too large");
    }
    wm_findings_sort(findings, before);
    if (wm_findings_errors(findings) > errors || items == NULL || texts == NULL) {
        return false;
    }
    for (size_t i = 0; i < nodes.count; i++) {
        finish(&reader, &items[i], &texts[i]);
    }
    if (wm_arena_failed(arena)) {
        wm_reader_bad(&reader, 0, "the file is too large");
        return false;
    }
    *ret_calendars = (struct wm_calendars){items, nodes.count};
    *ret_texts = texts;
    return true;
}

bool
wm_calendar_load_text(struct wm_arena *arena, struct wm_span name, struct wm_span text,
                      struct wm_findings *findings, struct wm_calendar *ret_calendar)
{
    assert(ret_calendar != NULL);
    static const char *const known[] = {
        "zone",     "working_week", "opening_hours", "warn_at", "known",
        "holidays", "closures",     "offset",        "changes", NULL};
    struct wm_reader reader = {.arena = arena, .findings = findings, .file = name};
    struct wm_calendar calendar = {.name = name};
    struct wm_span again = {0};
    const size_t errors = wm_findings_errors(findings);
    const struct wm_node *root = wm_reader_parse(&reader, text);
    if (root == NULL) {
        return false;
    }
    wm_reader_keys(&reader, root, known);
    read_changes(&reader, root, &calendar);
    read_calendar(&reader, root, &calendar);
    if (wm_findings_errors(findings) == errors && !wm_arena_failed(arena)) {
        finish(&reader, &calendar, &again);
    }
    if (wm_arena_failed(arena)) {
        wm_reader_bad(&reader, 0, "the calendar is too large");
    }
    if (wm_findings_errors(findings) > errors) {
        return false;
    }
    *ret_calendar = calendar;
    return true;
}
