/* rungs.c - how long a clock may take, and who hears of it before and after. */
#include <assert.h>

#include "base/sort.h"
#include "daemon/policy/parts.h"

/* No field. */
static const struct wm_operand nothing;

/* ---- targets ---- */

/* The words are those of durations: one syntax for both. */
static enum wm_unit
read_unit(struct wm_build *build, const struct wm_node *node)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_span unit = wm_reader_text(&build->reader, node, "unit");
    struct wm_duration one = {.unit = WM_UNIT_WORKING_DAYS};
    const struct wm_span text = wm_arena_printf(build->reader.arena, "2 %.*s", WM_SPAN_ARG(unit));
    if (unit.data != NULL && wm_duration_parse(text, &one) != WM_OK) {
        wm_reader_bad(&build->reader, wm_node_get(node, "unit")->line,
                      "unit must be \"working days\", \"days\", \"hours\" or \"minutes\", not "
                      "\"%.*s\"",
                      WM_SPAN_ARG(unit));
    }
    return one.unit;
}

/* A field of another type would give no due moment at run time, and the clock would not start. */
static struct wm_operand
read_field(struct wm_build *build, const struct wm_node *node, const char *key, enum wm_type wanted)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_span text = wm_reader_text(&build->reader, node, key);
    struct wm_sort sort = {0};
    if (text.data == NULL) {
        return nothing;
    }
    const struct wm_node *at = wm_node_get(node, key);
    const struct wm_operand operand = wm_build_operand(build, at->line, text, &sort);
    const struct wm_sort right = {.type = wanted};
    if (!wm_sort_fits(right, sort)) {
        wm_reader_bad(&build->reader, at->line, "%s must name a field that is %s; \"%.*s\" is %s",
                      key, wm_sort_words(right), WM_SPAN_ARG(text), wm_sort_words(sort));
    }
    return operand;
}

/* Exactly one of the three ways to say how long. */
static void
read_target(struct wm_build *build, const struct wm_node *node, struct wm_target *target)
{
    static const char *const known[] = {"when", "is", "days", "unit", "until", "roll", NULL};
    struct wm_reader *reader = &build->reader;
    if (node->kind != WM_NODE_GROUP) {
        target->duration = wm_reader_duration_of(reader, node);
        return;
    }
    wm_reader_keys(reader, node, known);
    const struct wm_node *is = wm_node_get(node, "is");
    const struct wm_node *days = wm_node_get(node, "days");
    const struct wm_node *until = wm_node_get(node, "until");
    if ((is != NULL) + (days != NULL) + (until != NULL) != 1) {
        wm_reader_bad(reader, node->line,
                      "a target is either is = \"5 working days\", or days = \"FIELD\", or until = "
                      "\"FIELD\"");
    }
    target->when = wm_build_when(build, node, "when");
    target->duration = wm_reader_duration(reader, node, "is");
    if (days != NULL) {
        target->days = read_field(build, node, "days", WM_TYPE_INTEGER);
        target->duration.unit = read_unit(build, node);
    }
    target->until = read_field(build, node, "until", WM_TYPE_DATE);
    target->duration.roll = wm_reader_flag(reader, node, "roll", target->duration.roll);
    if (target->duration.roll && target->duration.unit != WM_UNIT_DAYS) {
        wm_reader_bad(reader, node->line, "roll goes with a target in days only");
    }
}

void
wm_build_targets(struct wm_build *build, const struct wm_node *node, struct wm_clock_def *clock)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_node *target =
        wm_reader_need(&build->reader, node, "target", "how long it may take");
    if (target == NULL) {
        return;
    }
    const bool alone = target->kind != WM_NODE_LIST;
    const size_t count = alone ? 1 : target->count;
    struct wm_target *targets = WM_MAKE(build->reader.arena, struct wm_target, count);
    if (targets == NULL) {
        wm_reader_bad(&build->reader, target->line, "target must hold at least one duration");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        read_target(build, alone ? target : &target->children[i], &targets[i]);
        if (i > 0 && targets[i - 1].when == NULL) {
            wm_reader_bad(&build->reader, target->children[i].line,
                          "this target is never chosen: the one before it holds always");
        }
    }
    clock->targets = targets;
    clock->target_count = count;
}

/* ---- rungs ---- */

/* Moments in minutes for their order alone: a working day counts as a day. */
static int64_t
minutes(struct wm_duration duration)
{
    enum { HOUR = 60, DAY = 1440 };
    switch (duration.unit) {
    case WM_UNIT_WORKING_DAYS:
    case WM_UNIT_DAYS:
        return (int64_t)duration.count * DAY;
    case WM_UNIT_HOURS:
        return (int64_t)duration.count * HOUR;
    case WM_UNIT_MINUTES:
        break;
    }
    return duration.count;
}

/* Kinds come in order: warnings, the breach, escalations. */
static int
by_moment(const void *a, const void *b)
{
    const struct wm_rung *left = a;
    const struct wm_rung *right = b;
    if (left->kind != right->kind) {
        return (left->kind > right->kind) - (left->kind < right->kind);
    }
    const int64_t first = minutes(left->offset);
    const int64_t second = minutes(right->offset);
    return (first > second) - (first < second);
}

struct ladder {
    struct wm_build *build;
    const struct wm_node *node; /* the clock */
    struct wm_rung rungs[WM_RUNGS_MAX];
    size_t count;
};

/* The bound is that of the core, which keeps one bit a rung. */
static void
add_rung(struct ladder *ladder, int32_t line, struct wm_rung rung)
{
    assert(ladder->node != NULL);
    if (ladder->count == WM_RUNGS_MAX) {
        wm_reader_bad(&ladder->build->reader, line,
                      "a clock may have %d warnings and escalations in all", WM_RUNGS_MAX - 1);
        return;
    }
    ladder->rungs[ladder->count++] = rung;
}

/* Durations of a list, or one alone. */
static struct wm_nodes
durations(const struct wm_node *node)
{
    if (node == NULL) {
        return (struct wm_nodes){0};
    }
    return node->kind == WM_NODE_LIST ? (struct wm_nodes){node->children, node->count}
                                      : (struct wm_nodes){node, 1};
}

/* What is done is the same on each warning: they share it. */
static void
add_warnings(struct ladder *ladder)
{
    assert(ladder->node != NULL);
    const struct wm_actions actions = wm_build_actions(ladder->build, ladder->node, "on_warn");
    const struct wm_nodes before = durations(wm_node_get(ladder->node, "warn_before"));
    for (size_t i = 0; i < before.count; i++) {
        struct wm_duration offset = wm_reader_duration_of(&ladder->build->reader, &before.items[i]);
        offset.count = -offset.count;
        add_rung(ladder, before.items[i].line,
                 (struct wm_rung){WM_RUNG_WARN, offset, actions.items, actions.count});
    }
    const struct wm_node *on_warn = wm_node_get(ladder->node, "on_warn");
    if (on_warn != NULL && before.count == 0) {
        wm_reader_bad(&ladder->build->reader, on_warn->line,
                      "on_warn never happens: there is no warn_before");
    }
}

/* Always there, even if nothing is sent: the history must show when a promise was broken. */
static void
add_breach(struct ladder *ladder, bool due_is_met)
{
    assert(ladder->node != NULL);
    const struct wm_actions actions = wm_build_actions(ladder->build, ladder->node, "on_breach");
    const struct wm_node *on_breach = wm_node_get(ladder->node, "on_breach");
    const struct wm_duration next = {.count = 1, .unit = WM_UNIT_WORKING_DAYS};
    if (!due_is_met) {
        add_rung(ladder, ladder->node->line,
                 (struct wm_rung){WM_RUNG_BREACH, next, actions.items, actions.count});
    } else if (on_breach != NULL) {
        wm_reader_bad(&ladder->build->reader, on_breach->line,
                      "on_breach never happens: at_due is \"met\"");
    }
}

/* Each has actions of its own, for each goes to somebody else. */
static void
add_escalations(struct ladder *ladder, bool due_is_met)
{
    assert(ladder->node != NULL);
    struct wm_reader *reader = &ladder->build->reader;
    const struct wm_node *after_node = wm_node_get(ladder->node, "escalate_after");
    const struct wm_node *on = wm_node_get(ladder->node, "on_escalate");
    const struct wm_nodes after = durations(after_node);
    const struct wm_nodes lists = durations(on);
    if (after.count != lists.count) {
        wm_reader_bad(reader, on != NULL ? on->line : after_node->line,
                      "on_escalate must hold one list of actions for each of escalate_after: %zu, "
                      "not %zu",
                      after.count, lists.count);
        return;
    }
    if (due_is_met && after.count > 0) {
        wm_reader_bad(reader, after_node->line, "escalate_after never happens: at_due is \"met\"");
    }
    for (size_t i = 0; i < after.count; i++) {
        if (lists.items[i].kind != WM_NODE_LIST) {
            wm_reader_bad(reader, lists.items[i].line,
                          "on_escalate must hold lists of actions, ( ( … ), ( … ) ), not %s",
                          wm_node_words(&lists.items[i]));
            continue;
        }
        /* The list stands in a group of its own, so that its elements are checked as any. */
        struct wm_node list = lists.items[i];
        list.name = wm_span("on_escalate");
        const struct wm_node group = {
            .kind = WM_NODE_GROUP, .line = list.line, .children = &list, .count = 1};
        const struct wm_actions actions = wm_build_actions(ladder->build, &group, "on_escalate");
        const struct wm_duration offset = wm_reader_duration_of(reader, &after.items[i]);
        add_rung(ladder, after.items[i].line,
                 (struct wm_rung){WM_RUNG_ESCALATE, offset, actions.items, actions.count});
    }
}

void
wm_build_rungs(struct wm_build *build, const struct wm_node *node, struct wm_clock_def *clock)
{
    assert(clock != NULL);
    struct ladder ladder = {.build = build, .node = node};
    struct wm_rung scratch[WM_RUNGS_MAX];
    add_warnings(&ladder);
    add_breach(&ladder, clock->due_is_met);
    add_escalations(&ladder, clock->due_is_met);
    wm_sort(ladder.rungs, ladder.count, sizeof *ladder.rungs, by_moment, scratch);
    struct wm_rung *rungs = WM_MAKE(build->reader.arena, struct wm_rung, ladder.count);
    if (rungs != NULL) {
        memcpy(rungs, ladder.rungs, ladder.count * sizeof *rungs);
        clock->rungs = rungs;
        clock->rung_count = ladder.count;
    }
}
