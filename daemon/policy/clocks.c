/* clocks.c - the clocks of a workflow: its promises. */
#include <assert.h>

#include "daemon/policy/parts.h"

static const char *const clock_keys[] = {
    "promise",     "touchpoint",     "moment_of_truth", "calendar", "target",         "starts",
    "met_by",      "cancelled_by",   "pauses",          "resumes",  "item",           "warn_before",
    "on_warn",     "escalate_after", "on_escalate",     "on_met",   "limit",          "on_breach",
    "void_unless", "at_due",         "repeat",          "once",     "ends_with_case", NULL};

/* Each list has the same form; what they mean differs. */
static void
read_triggers(struct wm_build *build, const struct wm_node *node, struct wm_clock_def *clock)
{
    assert(node != NULL);
    const int32_t kind = clock->item_kind;
    struct wm_triggers triggers = wm_build_triggers(build, node, "starts", kind);
    clock->starts = triggers.items;
    clock->start_count = triggers.count;
    triggers = wm_build_triggers(build, node, "met_by", kind);
    clock->met_by = triggers.items;
    clock->met_count = triggers.count;
    triggers = wm_build_triggers(build, node, "cancelled_by", kind);
    clock->cancelled_by = triggers.items;
    clock->cancel_count = triggers.count;
    triggers = wm_build_triggers(build, node, "pauses", kind);
    clock->pauses = triggers.items;
    clock->pause_count = triggers.count;
    triggers = wm_build_triggers(build, node, "resumes", kind);
    clock->resumes = triggers.items;
    clock->resume_count = triggers.count;
}

/* Limits are in working days, for extensions are; a notice that saves an extension is one event.
 * */
static void
read_extension(struct wm_build *build, const struct wm_node *node, struct wm_clock_def *clock)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    const struct wm_node *limit = wm_node_get(node, "limit");
    const struct wm_node *void_unless = wm_node_get(node, "void_unless");
    clock->limit = wm_reader_duration(reader, node, "limit");
    if (clock->limit.count > 0 && clock->limit.unit != WM_UNIT_WORKING_DAYS) {
        wm_reader_bad(reader, limit->line, "limit must be in working days: extensions are");
    }
    const struct wm_triggers triggers =
        wm_build_triggers(build, node, "void_unless", clock->item_kind);
    if (triggers.count > 1) {
        wm_reader_bad(reader, void_unless->line, "void_unless names one event, not %zu",
                      triggers.count);
    }
    if (void_unless != NULL && limit == NULL) {
        wm_reader_bad(reader, void_unless->line, "void_unless says nothing without a limit");
    }
    clock->void_unless = triggers.items;
}

/* Unless the file says otherwise a clock breaches when due, runs once at a time and ends with its
 * case. */
static void
read_end(struct wm_build *build, const struct wm_node *node, struct wm_clock_def *clock)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    const struct wm_span at_due = wm_reader_text(reader, node, "at_due");
    clock->due_is_met = wm_span_is(at_due, "met");
    if (at_due.data != NULL && !clock->due_is_met && !wm_span_is(at_due, "breach")) {
        wm_reader_bad(reader, wm_node_get(node, "at_due")->line,
                      "at_due must be \"breach\" or \"met\", not \"%.*s\"", WM_SPAN_ARG(at_due));
    }
    clock->repeat = wm_reader_flag(reader, node, "repeat", false);
    clock->once = wm_reader_flag(reader, node, "once", false);
    clock->ends_with_case = wm_reader_flag(reader, node, "ends_with_case", true);
    if (clock->repeat && clock->once) {
        wm_reader_bad(reader, node->line, "repeat and once contradict each other");
    }
}

/* Triggers are read with their events' data at hand; what the target asks for may come from any
 * event. */
static void
read_clock(struct wm_build *build, const struct wm_node *node, struct wm_clock_def *clock)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    wm_reader_keys(reader, node, clock_keys);
    clock->promise = wm_reader_text(reader, node, "promise");
    clock->touchpoint = wm_build_touchpoint(build, node);
    clock->moment_of_truth = wm_reader_flag(
        reader, node, "moment_of_truth",
        clock->touchpoint >= 0 && build->touchpoints[clock->touchpoint].moment_of_truth);
    clock->calendar = wm_build_calendar(build, node);
    if (clock->calendar.data == NULL) {
        clock->calendar = build->workflow.calendar;
    }
    read_triggers(build, node, clock);
    read_extension(build, node, clock);
    read_end(build, node, clock);
    build->scope = (struct wm_scope){.data = WM_DATA_ANY, .item = clock->item_kind};
    wm_build_targets(build, node, clock);
    const struct wm_actions on_met = wm_build_actions(build, node, "on_met");
    clock->on_met = on_met.items;
    clock->on_met_count = on_met.count;
    /* A rung is fired by time: there is no event whose data could be at hand. */
    build->scope.data = WM_DATA_NONE;
    wm_build_rungs(build, node, clock);
}

void
wm_build_clocks(struct wm_build *build)
{
    assert(build->clock_nodes.count == build->workflow.clock_count);
    for (size_t i = 0; i < build->clock_nodes.count; i++) {
        wm_build_where(build, "clock", build->clocks[i].name);
        build->scope =
            (struct wm_scope){.data = WM_DATA_EVENTS, .item = build->clocks[i].item_kind};
        read_clock(build, &build->clock_nodes.items[i], &build->clocks[i]);
    }
    build->reader.where = (struct wm_span){0};
}
