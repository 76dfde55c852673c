/* states.c - states, their transitions, and what opens a case. */
#include <assert.h>

#include "daemon/policy/parts.h"

struct transition_list {
    struct wm_transition *items;
    size_t count;
    size_t room;
};

struct opening_list {
    struct wm_opening *items;
    size_t count;
    size_t room;
};

/* ---- transitions ---- */

/* A refusal without a sentence is one that nobody can act on. */
static void
read_requirements(struct wm_build *build, const struct wm_node *node,
                  struct wm_transition *transition)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    const struct wm_nodes nodes = wm_reader_groups(reader, node, "require");
    struct wm_require *require = WM_MAKE(reader->arena, struct wm_require, nodes.count);
    if (require == NULL) {
        return;
    }
    for (size_t i = 0; i < nodes.count; i++) {
        const struct wm_node *at = &nodes.items[i];
        wm_build_requirement(build, at, &require[i].condition);
        require[i].rule = wm_reader_text(reader, at, "rule");
        require[i].text = wm_reader_text(reader, at, "text");
        if (require[i].text.size == 0) {
            wm_reader_bad(reader, at->line,
                          "text is missing: the sentence that says what would be needed");
        }
        if (require[i].rule.size == 0) {
            wm_reader_bad(reader, at->line,
                          "rule is missing: the id of the rule, such as \"CLO-1\"");
        }
    }
    transition->require = require;
    transition->require_count = nodes.count;
}

/* A transition for several events is one for each: the core compares types one by one. */
static struct transition_list
read_transitions(struct wm_build *build, const struct wm_node *group, const char *key)
{
    assert(group->kind == WM_NODE_GROUP);
    static const char *const known[] = {"event", "when", "require", "to", "do", NULL};
    const struct wm_nodes nodes = wm_reader_groups(&build->reader, group, key);
    struct transition_list list = {0};
    for (size_t i = 0; i < nodes.count; i++) {
        const struct wm_node *node = &nodes.items[i];
        wm_reader_keys(&build->reader, node, known);
        build->scope = (struct wm_scope){.data = WM_DATA_EVENTS, .item = -1};
        build->scope.events = wm_build_events(build, node, "event");
        struct wm_transition transition = {.line = node->line};
        transition.when = wm_build_when(build, node, "when");
        read_requirements(build, node, &transition);
        transition.to = wm_build_state(build, node, "to");
        const struct wm_actions actions = wm_build_actions(build, node, "do");
        transition.actions = actions.items;
        transition.action_count = actions.count;
        for (size_t k = 0; k < build->scope.events.count; k++) {
            transition.event = build->scope.events.items[k];
            *WM_PUSH(build->reader.arena, &list) = transition;
        }
    }
    return list;
}

/* ---- states ---- */

/* Entry and exit happen with whatever event led there. */
static void
read_state(struct wm_build *build, const struct wm_node *node, struct wm_state *state)
{
    assert(node->kind == WM_NODE_GROUP);
    static const char *const known[] = {"title",    "touchpoint", "closed", "final", "waits_for",
                                        "on_entry", "on_exit",    "on",     NULL};
    struct wm_reader *reader = &build->reader;
    wm_reader_keys(reader, node, known);
    state->title = wm_reader_text(reader, node, "title");
    state->title = state->title.size > 0 ? state->title : state->name;
    state->touchpoint = wm_build_touchpoint(build, node);
    state->closed = wm_reader_flag(reader, node, "closed", false);
    state->final = wm_reader_flag(reader, node, "final", false);
    state->waits_for = wm_reader_text(reader, node, "waits_for");
    build->scope = (struct wm_scope){.data = WM_DATA_ANY, .item = -1};
    struct wm_actions actions = wm_build_actions(build, node, "on_entry");
    state->on_entry = actions.items;
    state->on_entry_count = actions.count;
    actions = wm_build_actions(build, node, "on_exit");
    state->on_exit = actions.items;
    state->on_exit_count = actions.count;
    const struct transition_list on = read_transitions(build, node, "on");
    state->on = on.items;
    state->on_count = on.count;
    if (state->final && on.count > 0) {
        wm_reader_bad(reader, wm_node_get(node, "on")->line,
                      "a final state takes no event any more: its transitions are never taken");
    }
}

void
wm_build_states(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    const struct wm_nodes nodes = wm_reader_members(&build->reader, build->root, "states");
    if (nodes.count == 0) {
        wm_reader_bad(&build->reader, 0, "states = { NAME = { … }; … } must hold at least one");
    }
    for (size_t i = 0; i < build->workflow.state_count; i++) {
        wm_build_where(build, "state", build->states[i].name);
        read_state(build, &nodes.items[i], &build->states[i]);
    }
    wm_build_where(build, "anywhere", (struct wm_span){0});
    const struct transition_list anywhere = read_transitions(build, build->root, "anywhere");
    build->workflow.anywhere = anywhere.items;
    build->workflow.anywhere_count = anywhere.count;
    build->reader.where = (struct wm_span){0};
}

/* ---- openings ---- */

void
wm_build_openings(struct wm_build *build)
{
    static const char *const known[] = {"event", "state", "do", "again", NULL};
    struct wm_reader *reader = &build->reader;
    const struct wm_nodes nodes = wm_reader_groups(reader, build->root, "opens");
    struct opening_list list = {0};
    assert(build->workflow.openings == NULL);
    wm_build_where(build, "opens", (struct wm_span){0});
    for (size_t i = 0; i < nodes.count; i++) {
        const struct wm_node *node = &nodes.items[i];
        wm_reader_keys(reader, node, known);
        build->scope = (struct wm_scope){.data = WM_DATA_EVENTS, .item = -1};
        build->scope.events = wm_build_events(build, node, "event");
        struct wm_opening opening = {.again = wm_reader_flag(reader, node, "again", false)};
        const struct wm_node *state = wm_reader_need(reader, node, "state", "where a case begins");
        opening.state = state != NULL ? wm_build_state(build, node, "state") : -1;
        const struct wm_actions actions = wm_build_actions(build, node, "do");
        opening.actions = actions.items;
        opening.action_count = actions.count;
        for (size_t k = 0; k < build->scope.events.count; k++) {
            opening.event = build->scope.events.items[k];
            *WM_PUSH(reader->arena, &list) = opening;
        }
    }
    reader->where = (struct wm_span){0};
    if (nodes.count == 0) {
        wm_reader_bad(reader, 0, "opens is missing: ( { event = \"…\"; state = \"…\"; } )");
    }
    build->workflow.openings = list.items;
    build->workflow.opening_count = list.count;
}
