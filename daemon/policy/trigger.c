/* trigger.c - what starts, meets, cancels, pauses or resumes a clock. */
#include <assert.h>

#include "daemon/policy/parts.h"

static const char *const trigger_keys[] = {"event", "when", "at", "clock", "key", NULL};

enum wm_moment
wm_moment_of(struct wm_span type)
{
    static const struct {
        const char *type;
        enum wm_moment moment;
    } moments[] = {{"waymark.clock.met", WM_MOMENT_MET},
                   {"waymark.clock.due", WM_MOMENT_DUE},
                   {"waymark.clock.cancelled", WM_MOMENT_CANCELLED},
                   {"item.opened", WM_MOMENT_OPEN},
                   {"item.closed", WM_MOMENT_CLOSE}};
    for (size_t i = 0; i < WM_COUNT(moments); i++) {
        if (wm_span_is(type, moments[i].type)) {
            return moments[i].moment;
        }
    }
    return WM_MOMENT_EVENT;
}

/* Ordinary events alone have data of their own; a due moment is nobody's event. */
static enum wm_data_scope
data_of(enum wm_moment moment)
{
    switch (moment) {
    case WM_MOMENT_EVENT:
        return WM_DATA_EVENTS;
    case WM_MOMENT_DUE:
        return WM_DATA_NONE;
    case WM_MOMENT_MET:
    case WM_MOMENT_CANCELLED:
    case WM_MOMENT_OPEN:
    case WM_MOMENT_CLOSE:
        break;
    }
    return WM_DATA_ANY;
}

/* Day 0 comes from the event that starts the clock, and from no other. */
static struct wm_span
read_at(struct wm_build *build, const struct wm_node *node)
{
    assert(node->kind == WM_NODE_GROUP);
    static const char prefix[] = "data.";
    const struct wm_span shown = wm_reader_text(&build->reader, node, "at");
    if (shown.data == NULL) {
        return shown;
    }
    const int32_t line = wm_node_get(node, "at")->line;
    struct wm_span path = shown;
    if (wm_span_starts(path, prefix)) {
        path = (struct wm_span){path.data + strlen(prefix), path.size - strlen(prefix)};
    }
    struct wm_sort sort;
    if (wm_build_data(build, line, path, shown, &sort) &&
        !wm_sort_fits((struct wm_sort){.type = WM_TYPE_DATE}, sort)) {
        wm_reader_bad(&build->reader, line, "at needs a date; \"%.*s\" is %s", WM_SPAN_ARG(shown),
                      wm_sort_words(sort));
    }
    return path;
}

/* Each moment has its own companions; those of another would be ignored in silence. */
static void
check_moment(struct wm_build *build, const struct wm_node *node, const struct wm_trigger *trigger,
             int32_t item_kind)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    const bool of_clock = trigger->moment == WM_MOMENT_MET || trigger->moment == WM_MOMENT_DUE ||
                          trigger->moment == WM_MOMENT_CANCELLED;
    const struct wm_node *clock = wm_node_get(node, "clock");
    const struct wm_node *key = wm_node_get(node, "key");
    if (of_clock && clock == NULL) {
        wm_reader_bad(reader, node->line, "clock is missing: which clock's");
    } else if (!of_clock && clock != NULL) {
        wm_reader_bad(reader, clock->line,
                      "clock goes with waymark.clock.met, waymark.clock.due and "
                      "waymark.clock.cancelled only");
    }
    if ((trigger->moment == WM_MOMENT_OPEN || trigger->moment == WM_MOMENT_CLOSE) &&
        item_kind == -1) {
        wm_reader_bad(reader, node->line,
                      "item.opened and item.closed belong to an item's clock (item = \"KIND\")");
    }
    if (key != NULL && (item_kind == -1 || trigger->moment != WM_MOMENT_EVENT)) {
        wm_reader_bad(reader, key->line,
                      "key says which item is meant: with ordinary events of an item's clock only");
    }
}

/* Of a clock of an item, or where an item's clock is the cause, that item is at hand. */
static void
read_trigger(struct wm_build *build, const struct wm_node *node, int32_t item_kind,
             struct wm_trigger *trigger)
{
    assert(node != NULL);
    const struct wm_scope before = build->scope;
    struct wm_sort sort;
    trigger->moment = wm_moment_of(trigger->event);
    trigger->line = node->line;
    build->scope.data = data_of(trigger->moment);
    build->scope.item = item_kind;
    trigger->clock = wm_build_clock(build, node, "clock");
    if (trigger->clock >= 0 && item_kind == -1) {
        build->scope.item = build->clocks[trigger->clock].item_kind;
    }
    trigger->at = read_at(build, node);
    trigger->when = wm_build_when(build, node, "when");
    trigger->key = wm_build_expr_at(build, node, "key", &sort);
    check_moment(build, node, trigger, item_kind);
    build->scope = before;
}

/* The event types of one trigger; those that are moments are known by themselves. */
static struct wm_names
read_types(struct wm_build *build, const struct wm_node *node)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_names types = wm_reader_texts(&build->reader, node, "event");
    if (types.count == 0) {
        wm_reader_bad(&build->reader, node->line,
                      "event is missing: the type of event, such as \"letter.sent\"");
    }
    for (size_t i = 0; i < types.count; i++) {
        if (wm_moment_of(types.items[i]) == WM_MOMENT_EVENT) {
            wm_build_event(build, wm_node_get(node, "event")->line, types.items[i]);
        }
    }
    return types;
}

struct trigger_list {
    struct wm_trigger *items;
    size_t count;
    size_t room;
};

/* What one group says is read once, and holds for each of its events. */
static void
add_group(struct wm_build *build, const struct wm_node *node, int32_t item_kind,
          struct trigger_list *list)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_scope before = build->scope;
    wm_reader_keys(&build->reader, node, trigger_keys);
    build->scope.events = read_types(build, node);
    struct wm_trigger trigger = {.line = node->line};
    for (size_t i = 0; i < build->scope.events.count; i++) {
        trigger.event = build->scope.events.items[i];
        if (i == 0) {
            read_trigger(build, node, item_kind, &trigger);
        }
        trigger.moment = wm_moment_of(trigger.event);
        *WM_PUSH(build->reader.arena, list) = trigger;
    }
    build->scope = before;
}

struct wm_triggers
wm_build_triggers(struct wm_build *build, const struct wm_node *group, const char *key,
                  int32_t item_kind)
{
    assert(key != NULL);
    const struct wm_nodes nodes = wm_reader_groups(&build->reader, group, key);
    struct trigger_list list = {0};
    for (size_t i = 0; i < nodes.count; i++) {
        add_group(build, &nodes.items[i], item_kind, &list);
    }
    return (struct wm_triggers){list.items, list.count};
}
