/* items.c - kinds of things that a case has several of, and the events that move them. */
#include <assert.h>

#include "daemon/policy/parts.h"

struct rule_list {
    struct wm_item_rule *items;
    size_t count;
    size_t room;
};

/* The item is at hand where it exists already: its fields may be asked for. */
static void
read_rule(struct wm_build *build, const struct wm_node *node, int32_t kind,
          struct wm_item_rule *rule)
{
    assert(node->kind == WM_NODE_GROUP);
    assert(kind < (int32_t)build->workflow.item_count);
    struct wm_reader *reader = &build->reader;
    struct wm_sort sort;
    rule->line = node->line;
    rule->opens = wm_reader_flag(reader, node, "opens", false);
    rule->each = wm_build_each(build, node);
    build->scope.each = rule->each;
    rule->when = wm_build_when(build, node, "when");
    if (wm_reader_need(reader, node, "key", "which item, such as \"{data.action}\"") != NULL) {
        rule->key = wm_build_expr_at(build, node, "key", &sort);
    }
    rule->to = wm_build_status(build, node, "to", kind);
    rule->fields = wm_build_item_fields(build, node, kind, &rule->field_count);
    if (!rule->opens && wm_node_get(node, "to") == NULL && rule->field_count == 0) {
        wm_reader_bad(reader, node->line,
                      "the rule does nothing: give opens = true, to = \"STATUS\" or fields");
    }
}

/* A rule for several events is one rule for each: the core compares types one by one. */
static void
read_rules(struct wm_build *build, const struct wm_node *node, struct wm_item_kind *item,
           int32_t kind)
{
    assert(node->kind == WM_NODE_GROUP);
    assert(kind < (int32_t)build->workflow.item_count);
    static const char *const known[] = {"event", "when",  "key",    "each",
                                        "to",    "opens", "fields", NULL};
    const struct wm_nodes nodes = wm_reader_groups(&build->reader, node, "rules");
    struct rule_list list = {0};
    for (size_t i = 0; i < nodes.count; i++) {
        const struct wm_node *at = &nodes.items[i];
        wm_reader_keys(&build->reader, at, known);
        build->scope = (struct wm_scope){.data = WM_DATA_EVENTS, .item = kind};
        build->scope.events = wm_build_events(build, at, "event");
        struct wm_item_rule rule = {0};
        if (build->scope.events.count > 0) {
            read_rule(build, at, kind, &rule);
        }
        for (size_t k = 0; k < build->scope.events.count; k++) {
            rule.event = build->scope.events.items[k];
            *WM_PUSH(build->reader.arena, &list) = rule;
        }
    }
    item->rules = list.items;
    item->rule_count = list.count;
}

void
wm_build_items(struct wm_build *build)
{
    static const char *const known[] = {"statuses", "fields",    "rules",
                                        "on_open",  "on_change", NULL};
    const struct wm_nodes nodes = wm_reader_members(&build->reader, build->root, "items");
    assert(nodes.count >= build->workflow.item_count);
    for (size_t i = 0; i < build->workflow.item_count; i++) {
        struct wm_item_kind *item = &build->items[i];
        wm_build_where(build, "item", item->name);
        wm_reader_keys(&build->reader, &nodes.items[i], known);
        read_rules(build, &nodes.items[i], item, (int32_t)i);
        build->scope = (struct wm_scope){.data = WM_DATA_ANY, .item = (int32_t)i};
        struct wm_actions actions = wm_build_actions(build, &nodes.items[i], "on_open");
        item->on_open = actions.items;
        item->on_open_count = actions.count;
        actions = wm_build_actions(build, &nodes.items[i], "on_change");
        item->on_change = actions.items;
        item->on_change_count = actions.count;
    }
    build->reader.where = (struct wm_span){0};
}
