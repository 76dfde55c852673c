/* action.c - what follows: set, assign, items, clocks, messages. */
#include <assert.h>

#include "daemon/policy/parts.h"

/* An action is told by the setting that only its kind has. */
struct verb {
    const char *key;
    enum wm_action_kind kind;
    const char *const *keys;
    void (*read)(struct wm_build *build, const struct wm_node *node, struct wm_action *action);
};

/* ---- attributes and officers ---- */

/* A value that the attribute can never have is told here: at run time it would silently stay
 * unset. */
static void
read_set(struct wm_build *build, const struct wm_node *node, struct wm_action *action)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    const struct wm_names names = build->attribute_names;
    const struct wm_span name = wm_reader_text(reader, node, "set");
    action->index = wm_names_index(names, name);
    if (name.data != NULL && action->index < 0) {
        wm_reader_bad(reader, node->line, "unknown attribute \"%.*s\"%s", WM_SPAN_ARG(name),
                      wm_reader_near(reader, name, names));
    }
    const struct wm_node *to = wm_reader_need(reader, node, "to", "the value to set");
    if (to == NULL) {
        return;
    }
    struct wm_sort sort;
    action->value = wm_build_expr(build, to, &sort);
    if (action->index < 0) {
        return;
    }
    const struct wm_attribute *attribute = &build->attributes[action->index];
    const struct wm_sort own = {.name = name,
                                .type = attribute->type,
                                .values = {attribute->values, attribute->value_count}};
    struct wm_value literal = action->value.literal;
    if (action->value.part_count == 1 && action->value.parts[0].text.size > 0) {
        literal = wm_value_string(action->value.parts[0].text);
    }
    if (literal.kind != 0) {
        wm_sort_check(reader, to, own, &literal);
    } else if (!wm_sort_fits(own, sort)) {
        wm_reader_bad(reader, to->line, "attribute \"%.*s\" is %s; it can never be %s",
                      WM_SPAN_ARG(name), wm_sort_words(own), wm_sort_words(sort));
    }
}

/* The reason is not optional: it is what the history and the next officer read. */
static void
read_assign(struct wm_build *build, const struct wm_node *node, struct wm_action *action)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    action->again = wm_reader_flag(reader, node, "reassign", false);
    if (!action->again && !wm_reader_flag(reader, node, "assign", false)) {
        wm_reader_bad(reader, node->line, "write assign = true or reassign = true");
    }
    action->team = wm_build_team(build, node);
    const struct wm_names skills = wm_build_skills(build, node);
    action->skills = skills.items;
    action->skill_count = skills.count;
    action->exclude_previous = wm_reader_flag(reader, node, "exclude_previous", false);
    action->conflict = wm_reader_flag(reader, node, "conflict", false);
    action->why = wm_reader_text(reader, node, "why");
    if (action->why.size == 0) {
        wm_reader_bad(reader, node->line, "why is missing: the sentence for the history");
    }
}

/* ---- items ---- */

/* Whoever moves the item at hand need not say which; an item that is opened always needs a key.
 * */
static void
read_item(struct wm_build *build, const struct wm_node *node, struct wm_action *action)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    const bool opens = action->kind == WM_ACTION_OPEN;
    const struct wm_scope before = build->scope;
    struct wm_sort sort;
    action->index = wm_build_item(build, node, opens ? "open" : "move");
    action->status = wm_build_status(build, node, "status", action->index);
    action->each = wm_build_each(build, node);
    build->scope.each = action->each.data != NULL ? action->each : before.each;
    action->key = wm_build_expr_at(build, node, "key", &sort);
    action->fields = wm_build_item_fields(build, node, action->index, &action->field_count);
    build->scope = before;
    const bool at_hand = before.item >= 0 && before.item == action->index;
    if (wm_node_get(node, "key") == NULL && (opens || !at_hand)) {
        wm_reader_bad(reader, node->line, "key is missing: which item, such as \"{data.action}\"");
    }
    if (!opens && action->status < 0 && wm_node_get(node, "status") == NULL) {
        wm_reader_bad(reader, node->line, "status is missing: where the item moves to");
    }
}

/* ---- clocks ---- */

/* The setting by which an action on a clock is told names the clock as well. */
static const char *
clock_key(enum wm_action_kind kind)
{
    switch (kind) {
    case WM_ACTION_RETARGET:
        return "retarget";
    case WM_ACTION_EXTEND:
        return "extend";
    case WM_ACTION_PAUSE:
        return "pause";
    case WM_ACTION_RESUME:
        return "resume";
    case WM_ACTION_CANCEL:
    case WM_ACTION_SET:
    case WM_ACTION_ASSIGN:
    case WM_ACTION_OPEN:
    case WM_ACTION_MOVE:
    case WM_ACTION_SEND:
        break;
    }
    return "cancel";
}

/* An extension of a clock without a limit would come to nothing: better said here than unnoticed.
 * */
static void
read_days(struct wm_build *build, const struct wm_node *node, struct wm_action *action)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    struct wm_sort sort;
    const struct wm_node *days = wm_reader_need(reader, node, "days", "by how many working days");
    if (days == NULL) {
        return;
    }
    action->value = wm_build_expr(build, days, &sort);
    if (!wm_sort_fits((struct wm_sort){.type = WM_TYPE_INTEGER}, sort)) {
        wm_reader_bad(reader, days->line, "days must be a number of working days, not %s",
                      wm_sort_words(sort));
    }
    if (action->index >= 0 &&
        wm_node_get(&build->clock_nodes.items[action->index], "limit") == NULL) {
        wm_reader_bad(reader, node->line,
                      "clock \"%.*s\" has no limit = \"N working days\": it cannot be extended",
                      WM_SPAN_ARG(build->clocks[action->index].name));
    }
}

/* What is cancelled somewhere is noted, for the checker asks whether anything ends a clock. */
static void
read_clock(struct wm_build *build, const struct wm_node *node, struct wm_action *action)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    struct wm_sort sort;
    action->index = wm_build_clock(build, node, clock_key(action->kind));
    action->key = wm_build_expr_at(build, node, "key", &sort);
    const struct wm_node *key = wm_node_get(node, "key");
    if (key != NULL && action->index >= 0 && build->clocks[action->index].item_kind == -1) {
        wm_reader_bad(reader, key->line, "clock \"%.*s\" is no item's clock: it takes no key",
                      WM_SPAN_ARG(build->clocks[action->index].name));
    }
    if (action->kind == WM_ACTION_CANCEL && action->index >= 0 && build->cancelled != NULL) {
        build->cancelled[action->index] = true;
    }
    if (action->kind == WM_ACTION_EXTEND) {
        read_days(build, node, action);
    }
}
/* A message is built by itself: a case that watches it names it by number. */
static void
read_send(struct wm_build *build, const struct wm_node *node, struct wm_action *action)
{
    action->send = wm_build_send(build, node);
}

/* ---- all ---- */

static const char *const set_keys[] = {"set", "to", "when", NULL};
static const char *const assign_keys[] = {"assign",           "reassign", "team", "skills", "why",
                                          "exclude_previous", "conflict", "when", NULL};
static const char *const open_keys[] = {"open", "each", "key", "status", "fields", "when", NULL};
static const char *const move_keys[] = {"move", "each", "key", "status", "when", NULL};
static const char *const extend_keys[] = {"extend", "days", "key", "when", NULL};
static const char *const clock_keys[] = {"retarget", "pause", "resume", "cancel",
                                         "key",      "when",  NULL};
static const char *const send_keys[] = {"send",  "type", "fields", "not_before", "while",
                                        "until", "to",   "when",   NULL};

static const struct verb verbs[] = {{"set", WM_ACTION_SET, set_keys, read_set},
                                    {"assign", WM_ACTION_ASSIGN, assign_keys, read_assign},
                                    {"reassign", WM_ACTION_ASSIGN, assign_keys, read_assign},
                                    {"open", WM_ACTION_OPEN, open_keys, read_item},
                                    {"move", WM_ACTION_MOVE, move_keys, read_item},
                                    {"retarget", WM_ACTION_RETARGET, clock_keys, read_clock},
                                    {"extend", WM_ACTION_EXTEND, extend_keys, read_clock},
                                    {"pause", WM_ACTION_PAUSE, clock_keys, read_clock},
                                    {"resume", WM_ACTION_RESUME, clock_keys, read_clock},
                                    {"cancel", WM_ACTION_CANCEL, clock_keys, read_clock},
                                    {"send", WM_ACTION_SEND, send_keys, read_send}};

/* NULL with a finding when the group has no verb, or two. */
static const struct verb *
find_verb(struct wm_build *build, const struct wm_node *node)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct verb *found = NULL;
    for (size_t i = 0; i < WM_COUNT(verbs); i++) {
        if (wm_node_get(node, verbs[i].key) == NULL) {
            continue;
        }
        if (found != NULL) {
            wm_reader_bad(&build->reader, node->line,
                          "%s and %s are two actions: write each in a group of its own", found->key,
                          verbs[i].key);
            return NULL;
        }
        found = &verbs[i];
    }
    if (found != NULL) {
        return found;
    }
    struct wm_span names[WM_COUNT(verbs)];
    for (size_t i = 0; i < WM_COUNT(verbs); i++) {
        names[i] = wm_span(verbs[i].key);
    }
    const struct wm_names known = {names, WM_COUNT(verbs)};
    const struct wm_span first = node->count > 0 ? node->children[0].name : (struct wm_span){0};
    wm_reader_bad(
        &build->reader, node->line,
        "this is no action%s (set, assign, reassign, open, move, retarget, extend, pause, "
        "resume, cancel, send)",
        wm_reader_near(&build->reader, first, known));
    return NULL;
}

struct wm_actions
wm_build_action_list(struct wm_build *build, struct wm_nodes nodes)
{
    assert(build->reader.arena != NULL);
    struct wm_action *actions = WM_MAKE(build->reader.arena, struct wm_action, nodes.count);
    if (actions == NULL) {
        return (struct wm_actions){0};
    }
    for (size_t i = 0; i < nodes.count; i++) {
        const struct wm_node *node = &nodes.items[i];
        struct wm_action *action = &actions[i];
        const struct verb *verb = find_verb(build, node);
        action->index = -1;
        action->status = -1;
        action->line = node->line;
        if (verb == NULL) {
            continue;
        }
        action->kind = verb->kind;
        wm_reader_keys(&build->reader, node, verb->keys);
        action->when = wm_build_when(build, node, "when");
        verb->read(build, node, action);
    }
    return (struct wm_actions){actions, nodes.count};
}

struct wm_actions
wm_build_actions(struct wm_build *build, const struct wm_node *group, const char *key)
{
    assert(key != NULL);
    return wm_build_action_list(build, wm_reader_groups(&build->reader, group, key));
}
