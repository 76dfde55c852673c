/* workflow.c - a workflow file into the model. */
#include <assert.h>

#include "daemon/policy/digest.h"
#include "daemon/policy/parts.h"

enum { VERSION_MAX = 1000000, WEIGHT_MAX = 1000, SETTLE_MINUTES = 30 };

/* Name and version are what a case keeps of its workflow. */
static void
read_identity(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    struct wm_reader *reader = &build->reader;
    struct wm_workflow *workflow = &build->workflow;
    if (wm_reader_need(reader, build->root, "name", "what cases of it are called") != NULL) {
        workflow->name = wm_reader_text(reader, build->root, "name");
    }
    if (wm_reader_need(reader, build->root, "version", "a number that grows with each change") !=
        NULL) {
        workflow->version =
            wm_reader_number(reader, build->root, "version", (struct wm_bounds){1, VERSION_MAX, 1});
    }
    workflow->title = wm_reader_text(reader, build->root, "title");
    workflow->title = workflow->title.size > 0 ? workflow->title : workflow->name;
    workflow->team = wm_build_team(build, build->root);
    workflow->calendar = wm_build_calendar(build, build->root);
    workflow->calendar = workflow->calendar.size > 0 ? workflow->calendar : wm_span("statutory");
    workflow->cover = wm_build_clock(build, build->root, "cover");
    if (workflow->team.size == 0) {
        wm_reader_bad(reader, 0, "team is missing: who works on it");
    }
}

/* Only a short wait makes sense: a rung is late already. */
static void
read_settle(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    struct wm_reader *reader = &build->reader;
    const struct wm_node *node = wm_node_get(build->root, "settle");
    struct wm_duration settle = wm_reader_duration(reader, build->root, "settle");
    if (node != NULL && settle.count > 0 && settle.unit != WM_UNIT_HOURS &&
        settle.unit != WM_UNIT_MINUTES) {
        wm_reader_bad(reader, node->line, "settle must be in hours or minutes");
    }
    if (node == NULL) {
        settle = (struct wm_duration){.count = SETTLE_MINUTES, .unit = WM_UNIT_MINUTES};
    }
    build->workflow.settle = settle;
}

/* These attributes name people who must not get the case. */
static void
read_about(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    const struct wm_names about = wm_reader_texts(&build->reader, build->root, "about");
    const struct wm_names known = build->attribute_names;
    for (size_t i = 0; i < about.count; i++) {
        if (wm_names_index(known, about.items[i]) < 0) {
            wm_reader_bad(&build->reader, wm_node_get(build->root, "about")->line,
                          "about: unknown attribute \"%.*s\"%s", WM_SPAN_ARG(about.items[i]),
                          wm_reader_near(&build->reader, about.items[i], known));
        }
    }
    build->workflow.about = about.items;
    build->workflow.about_count = about.count;
}

/* Weighed at any time, so that no event's data is at hand. */
static void
read_weights(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    static const char *const known[] = {"when", "is", NULL};
    struct wm_reader *reader = &build->reader;
    const struct wm_nodes nodes = wm_reader_groups(reader, build->root, "weight");
    struct wm_weight *weights = WM_MAKE(reader->arena, struct wm_weight, nodes.count);
    build->scope = (struct wm_scope){.data = WM_DATA_NONE, .item = -1};
    wm_build_where(build, "weight", (struct wm_span){0});
    for (size_t i = 0; weights != NULL && i < nodes.count; i++) {
        wm_reader_keys(reader, &nodes.items[i], known);
        weights[i].when = wm_build_when(build, &nodes.items[i], "when");
        (void)wm_reader_need(reader, &nodes.items[i], "is", "how much the case weighs");
        weights[i].weight =
            wm_reader_number(reader, &nodes.items[i], "is", (struct wm_bounds){0, WEIGHT_MAX, 1});
    }
    reader->where = (struct wm_span){0};
    build->workflow.weights = weights;
    build->workflow.weight_count = weights != NULL ? nodes.count : 0;
}

/* Attributes before what asks for their types, names before everything. */
static void
read_file(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    static const char *const known[] = {"name",       "version",     "title",  "team",     "cover",
                                        "calendar",   "settle",      "about",  "weight",   "opens",
                                        "attributes", "touchpoints", "states", "anywhere", "items",
                                        "clocks",     NULL};
    wm_reader_keys(&build->reader, build->root, known);
    wm_build_names(build);
    read_identity(build);
    read_settle(build);
    wm_build_attributes(build);
    read_about(build);
    read_weights(build);
    wm_build_openings(build);
    wm_build_items(build);
    wm_build_clocks(build);
    wm_build_states(build);
    build->workflow.tallies = build->tallies.items;
    build->workflow.tally_count = build->tallies.count;
    build->workflow.sends = build->sends.items;
    build->workflow.send_count = build->sends.count;
}

/* The model as a whole makes sense only where each part of it could be read. */
static void
check(struct wm_build *build, size_t errors)
{
    assert(build->reader.arena != NULL);
    if (wm_arena_failed(build->reader.arena)) {
        wm_reader_bad(&build->reader, 0, "the file is too large");
    } else if (wm_findings_errors(build->reader.findings) == errors ||
               build->workflow.state_count > 0) {
        wm_check_workflow(build);
    }
}

const struct wm_workflow *
wm_workflow_load(struct wm_arena *arena, struct wm_span name, struct wm_span text,
                 const struct wm_surroundings *around, struct wm_findings *findings)
{
    assert(arena != NULL && around != NULL && findings != NULL);
    struct wm_build *build = WM_MAKE(arena, struct wm_build, 1);
    const size_t before = findings->count;
    const size_t errors = wm_findings_errors(findings);
    if (build == NULL) {
        wm_finding_add(findings, name, 0, "not enough memory to read it");
        return NULL;
    }
    build->reader = (struct wm_reader){.arena = arena, .findings = findings, .file = name};
    build->around = around;
    build->root = wm_reader_parse(&build->reader, text);
    if (build->root == NULL) {
        return NULL;
    }
    read_file(build);
    build->workflow.file = wm_arena_copy(arena, name);
    build->workflow.digest = wm_digest_of_tree(arena, build->root);
    check(build, errors);
    wm_findings_sort(findings, before);
    if (wm_findings_errors(findings) > errors || wm_arena_failed(arena)) {
        return NULL;
    }
    return &build->workflow;
}
