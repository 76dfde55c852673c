/* names.c - the first pass over a workflow: what it names, so that the rest may refer to it in any
 * order. */
#include <assert.h>

#include "daemon/policy/parts.h"

void
wm_build_where(struct wm_build *build, const char *what, struct wm_span name)
{
    build->reader.where = name.data != NULL ? wm_arena_printf(build->reader.arena, "%s \"%.*s\"",
                                                              what, WM_SPAN_ARG(name))
                                            : wm_span(what);
}

/* ---- collecting ---- */

/* Every named thing of the model begins with its name. */
static struct wm_names
names_of(struct wm_build *build, const void *array, size_t count, size_t size)
{
    assert(build->reader.arena != NULL);
    struct wm_span *names = WM_MAKE(build->reader.arena, struct wm_span, count + 1);
    if (names == NULL) {
        return (struct wm_names){0};
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(&names[i], (const char *)array + i * size, sizeof names[i]);
    }
    return (struct wm_names){names, count};
}

_Static_assert(offsetof(struct wm_state, name) == 0, "names_of copies the first field");
_Static_assert(offsetof(struct wm_clock_def, name) == 0, "names_of copies the first field");
_Static_assert(offsetof(struct wm_attribute, name) == 0, "names_of copies the first field");
_Static_assert(offsetof(struct wm_item_kind, name) == 0, "names_of copies the first field");
_Static_assert(offsetof(struct wm_touchpoint, name) == 0, "names_of copies the first field");
_Static_assert(offsetof(struct wm_team, name) == 0, "names_of copies the first field");
_Static_assert(offsetof(struct wm_calendar, name) == 0, "names_of copies the first field");

/* An array for what the group `key` names, one for each member. NULL: none. */
static void *
room_for(struct wm_build *build, const char *key, size_t size, struct wm_nodes *ret_nodes)
{
    assert(ret_nodes != NULL);
    struct wm_nodes nodes = wm_reader_members(&build->reader, build->root, key);
    void *array = wm_reader_alloc(build->reader.arena, nodes.count, size);
    if (array == NULL) {
        nodes.count = 0;
    }
    *ret_nodes = nodes;
    return array;
}

/* Attributes and the words that conditions know share one space of names. */
static void
name_attributes(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    /* What these words mean in a condition is taken. */
    static const struct wm_span taken[] = {
        {"data", 4}, {"actor", 5},  {"officer", 7}, {"clock", 5},  {"items", 5},
        {"item", 4}, {"events", 6}, {"each", 4},    {"state", 5},  {"ref", 3},
        {"type", 4}, {"time", 4},   {"day", 3},     {"opened", 6}, {"closed", 6}};
    struct wm_nodes nodes;
    build->attributes = room_for(build, "attributes", sizeof *build->attributes, &nodes);
    for (size_t i = 0; i < nodes.count; i++) {
        build->attributes[i].name = nodes.items[i].name;
        build->attributes[i].line = nodes.items[i].line;
        if (wm_names_index((struct wm_names){taken, WM_COUNT(taken)}, nodes.items[i].name) >= 0) {
            wm_reader_bad(&build->reader, nodes.items[i].line,
                          "no attribute may be called \"%.*s\": the word means something else in "
                          "conditions",
                          WM_SPAN_ARG(nodes.items[i].name));
        }
    }
    build->workflow.attributes = build->attributes;
    build->workflow.attribute_count = nodes.count;
    build->attribute_names =
        names_of(build, build->attributes, nodes.count, sizeof *build->attributes);
}

/* Touch points are small: they are read whole in the first pass. */
static void
name_touchpoints(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    static const char *const known[] = {"title", "moment_of_truth", NULL};
    struct wm_nodes nodes;
    build->touchpoints = room_for(build, "touchpoints", sizeof *build->touchpoints, &nodes);
    for (size_t i = 0; i < nodes.count; i++) {
        const struct wm_node *node = &nodes.items[i];
        struct wm_touchpoint *touchpoint = &build->touchpoints[i];
        wm_build_where(build, "touch point", node->name);
        wm_reader_keys(&build->reader, node, known);
        touchpoint->name = node->name;
        touchpoint->line = node->line;
        touchpoint->title = wm_reader_text(&build->reader, node, "title");
        touchpoint->title = touchpoint->title.size > 0 ? touchpoint->title : node->name;
        touchpoint->moment_of_truth =
            wm_reader_flag(&build->reader, node, "moment_of_truth", false);
    }
    build->reader.where = (struct wm_span){0};
    build->workflow.touchpoints = build->touchpoints;
    build->workflow.touchpoint_count = nodes.count;
    build->touchpoint_names =
        names_of(build, build->touchpoints, nodes.count, sizeof *build->touchpoints);
}

/* Rules, moves and counts refer to statuses, so that they too must be known early. */
static void
name_statuses(struct wm_build *build, const struct wm_node *node, struct wm_item_kind *kind)
{
    assert(node->kind == WM_NODE_GROUP);
    static const char *const known[] = {"name", "open", NULL};
    struct wm_reader *reader = &build->reader;
    const struct wm_nodes nodes = wm_reader_groups(reader, node, "statuses");
    struct wm_span *names = WM_MAKE(reader->arena, struct wm_span, nodes.count + 1);
    bool *open = WM_MAKE(reader->arena, bool, nodes.count + 1);
    if (nodes.count == 0) {
        wm_reader_bad(reader, node->line,
                      "statuses must hold at least one, such as ( { name = \"open\"; } )");
    }
    for (size_t i = 0; names != NULL && open != NULL && i < nodes.count; i++) {
        wm_reader_keys(reader, &nodes.items[i], known);
        names[i] = wm_reader_text(reader, &nodes.items[i], "name");
        open[i] = wm_reader_flag(reader, &nodes.items[i], "open", true);
        if (names[i].size == 0) {
            wm_reader_bad(reader, nodes.items[i].line, "each status needs a name");
        } else if (wm_names_index((struct wm_names){names, i}, names[i]) >= 0) {
            wm_reader_bad(reader, nodes.items[i].line, "the status \"%.*s\" stands here twice",
                          WM_SPAN_ARG(names[i]));
        }
    }
    kind->statuses = names;
    kind->open = open;
    kind->status_count = names != NULL && open != NULL ? nodes.count : 0;
}

/* Fields are listed in the file, so that a misspelt one is told where it is used. */
static void
name_items(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    struct wm_nodes nodes;
    build->items = room_for(build, "items", sizeof *build->items, &nodes);
    for (size_t i = 0; i < nodes.count; i++) {
        struct wm_item_kind *kind = &build->items[i];
        wm_build_where(build, "item", nodes.items[i].name);
        kind->name = nodes.items[i].name;
        kind->line = nodes.items[i].line;
        name_statuses(build, &nodes.items[i], kind);
        const struct wm_names fields = wm_reader_texts(&build->reader, &nodes.items[i], "fields");
        kind->fields = fields.items;
        kind->field_count = fields.count;
    }
    build->reader.where = (struct wm_span){0};
    build->workflow.items = build->items;
    build->workflow.item_count = nodes.count;
    build->item_names = names_of(build, build->items, nodes.count, sizeof *build->items);
}

/* What stands in them is read in the second pass. */
static void
name_states_and_clocks(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    struct wm_nodes nodes;
    build->states = room_for(build, "states", sizeof *build->states, &nodes);
    for (size_t i = 0; i < nodes.count; i++) {
        build->states[i].name = nodes.items[i].name;
        build->states[i].line = nodes.items[i].line;
    }
    build->workflow.states = build->states;
    build->workflow.state_count = nodes.count;
    build->state_names = names_of(build, build->states, nodes.count, sizeof *build->states);
    build->clocks = room_for(build, "clocks", sizeof *build->clocks, &nodes);
    for (size_t i = 0; i < nodes.count; i++) {
        build->clocks[i].name = nodes.items[i].name;
        build->clocks[i].line = nodes.items[i].line;
        build->clocks[i].item_kind = -1;
    }
    build->clock_nodes = nodes;
    build->cancelled = WM_MAKE(build->reader.arena, bool, nodes.count + 1);
    build->workflow.clocks = build->clocks;
    build->workflow.clock_count = nodes.count;
    build->clock_names = names_of(build, build->clocks, nodes.count, sizeof *build->clocks);
}

/* Clocks are told by their items: `item.due` needs to know whose. */
static void
bind_clocks(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    for (size_t i = 0; i < build->clock_nodes.count; i++) {
        wm_build_where(build, "clock", build->clocks[i].name);
        const struct wm_node *node = &build->clock_nodes.items[i];
        const int32_t kind = wm_build_item(build, node, "item");
        const bool lost = kind < 0 && wm_node_get(node, "item") != NULL;
        build->clocks[i].item_kind = lost ? WM_ITEM_LOST : kind;
    }
    build->reader.where = (struct wm_span){0};
}

/* What is not known around is not checked. */
static void
name_surroundings(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    const struct wm_people *people = build->around->people;
    const struct wm_calendars *calendars = build->around->calendars;
    if (people != NULL) {
        build->team_names =
            names_of(build, people->teams, people->team_count, sizeof *people->teams);
    }
    if (calendars != NULL) {
        build->calendar_names =
            names_of(build, calendars->items, calendars->count, sizeof *calendars->items);
    }
}

struct type_list {
    struct wm_span *items;
    size_t count;
    size_t room;
};

/* A type is kept once however often it is named. */
static void
add_types(struct wm_arena *arena, struct type_list *list, const struct wm_node *node)
{
    assert(node != NULL);
    const bool alone = node->kind == WM_NODE_TEXT;
    const size_t count = alone ? 1 : node->kind == WM_NODE_LIST ? node->count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct wm_span type = alone ? node->text : node->children[i].text;
        const struct wm_names known = {list->items, list->count};
        if (type.size > 0 && wm_names_index(known, type) < 0) {
            *WM_PUSH(arena, list) = type;
        }
    }
}

/* Every `event` of the file, wherever it stands. The depth is bounded by wm_syntax_check. */
static void
/* NOLINTNEXTLINE(misc-no-recursion) */
find_types(struct wm_arena *arena, struct type_list *list, const struct wm_node *node)
{
    assert(node != NULL);
    if (wm_span_is(node->name, "event")) {
        add_types(arena, list, node);
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        find_types(arena, list, &node->children[i]);
    }
}

void
wm_build_names(struct wm_build *build)
{
    assert(build->root != NULL);
    name_surroundings(build);
    name_attributes(build);
    name_touchpoints(build);
    name_items(build);
    name_states_and_clocks(build);
    bind_clocks(build);
    struct type_list all = {0};
    struct type_list opening = {0};
    find_types(build->reader.arena, &all, build->root);
    const struct wm_node *opens = wm_node_get(build->root, "opens");
    if (opens != NULL) {
        find_types(build->reader.arena, &opening, opens);
    }
    build->events = (struct wm_names){all.items, all.count};
    build->opening = (struct wm_names){opening.items, opening.count};
}

/* ---- references ---- */

/* An absent key is no reference, and no mistake. */
static int32_t
refer(struct wm_build *build, const struct wm_node *group, const char *key, const char *what,
      struct wm_names names)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_span name = wm_reader_text(&build->reader, group, key);
    if (name.data == NULL) {
        return -1;
    }
    const int32_t index = wm_names_index(names, name);
    if (index < 0) {
        wm_reader_bad(&build->reader, wm_node_get(group, key)->line, "unknown %s \"%.*s\"%s", what,
                      WM_SPAN_ARG(name), wm_reader_near(&build->reader, name, names));
    }
    return index;
}

int32_t
wm_build_state(struct wm_build *build, const struct wm_node *group, const char *key)
{
    const int32_t state = refer(build, group, key, "state", build->state_names);
    build->lost_state = build->lost_state || (state < 0 && wm_node_get(group, key) != NULL);
    return state;
}

int32_t
wm_build_clock(struct wm_build *build, const struct wm_node *group, const char *key)
{
    const int32_t clock = refer(build, group, key, "clock", build->clock_names);
    build->lost_other = build->lost_other || (clock < 0 && wm_node_get(group, key) != NULL);
    return clock;
}

int32_t
wm_build_item(struct wm_build *build, const struct wm_node *group, const char *key)
{
    return refer(build, group, key, "kind of item", build->item_names);
}

int32_t
wm_build_status(struct wm_build *build, const struct wm_node *group, const char *key, int32_t kind)
{
    assert(group->kind == WM_NODE_GROUP);
    assert(kind < (int32_t)build->workflow.item_count);
    if (kind < 0) {
        return -1; /* that the kind is unknown has been said */
    }
    const struct wm_item_kind *item = &build->items[kind];
    if (item->status_count == 0) {
        return -1; /* that too */
    }
    return refer(build, group, key, "status",
                 (struct wm_names){item->statuses, item->status_count});
}

int32_t
wm_build_touchpoint(struct wm_build *build, const struct wm_node *group)
{
    return refer(build, group, "touchpoint", "touch point", build->touchpoint_names);
}

struct wm_span
wm_build_team(struct wm_build *build, const struct wm_node *group)
{
    assert(group->kind == WM_NODE_GROUP);
    if (build->team_names.count > 0) {
        (void)refer(build, group, "team", "team", build->team_names);
    }
    return wm_reader_text(&build->reader, group, "team");
}

/* True if some officer has it. */
static bool
has_skill(const struct wm_people *people, struct wm_span skill)
{
    for (size_t i = 0; i < people->officer_count; i++) {
        const struct wm_officer *officer = &people->officers[i];
        if (wm_names_index((struct wm_names){officer->skills, officer->skill_count}, skill) >= 0) {
            return true;
        }
    }
    return false;
}

struct wm_names
wm_build_skills(struct wm_build *build, const struct wm_node *group)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_people *people = build->around->people;
    const struct wm_names skills = wm_reader_texts(&build->reader, group, "skills");
    for (size_t i = 0; people != NULL && people->officer_count > 0 && i < skills.count; i++) {
        if (!has_skill(people, skills.items[i])) {
            wm_reader_bad(&build->reader, wm_node_get(group, "skills")->line,
                          "unknown skill \"%.*s\": no officer has it",
                          WM_SPAN_ARG(skills.items[i]));
        }
    }
    return skills;
}

struct wm_span
wm_build_calendar(struct wm_build *build, const struct wm_node *group)
{
    assert(group->kind == WM_NODE_GROUP);
    if (build->calendar_names.count > 0) {
        (void)refer(build, group, "calendar", "calendar", build->calendar_names);
    }
    return wm_reader_text(&build->reader, group, "calendar");
}
