/* attributes.c - what a case remembers, and where the opening event says it. */
#include <assert.h>

#include "daemon/policy/parts.h"

/* A type that is not known fits anything, so that one slip is told once. */
static struct wm_sort
read_type(struct wm_build *build, const struct wm_node *node)
{
    assert(node->kind == WM_NODE_GROUP);
    static const struct {
        const char *name;
        enum wm_type type;
    } types[] = {{"string", WM_TYPE_STRING},   {"integer", WM_TYPE_INTEGER},
                 {"boolean", WM_TYPE_BOOLEAN}, {"date", WM_TYPE_DATE},
                 {"enum", WM_TYPE_ENUM},       {"list", WM_TYPE_LIST},
                 {"object", WM_TYPE_OBJECT}};
    struct wm_span names[WM_COUNT(types)];
    const struct wm_node *at = wm_reader_need(
        &build->reader, node, "type", "string, integer, boolean, date, enum, list or object");
    const struct wm_span name = wm_reader_text(&build->reader, node, "type");
    for (size_t i = 0; i < WM_COUNT(types); i++) {
        names[i] = wm_span(types[i].name);
        if (wm_span_is(name, types[i].name)) {
            return (struct wm_sort){.type = types[i].type};
        }
    }
    if (name.data != NULL) {
        wm_reader_bad(
            &build->reader, at->line,
            "type must be string, integer, boolean, date, enum, list or object, not "
            "\"%.*s\"%s",
            WM_SPAN_ARG(name),
            wm_reader_near(&build->reader, name, (struct wm_names){names, WM_COUNT(types)}));
    }
    return (struct wm_sort){0};
}

/* An enum without values would refuse everything, and values elsewhere would be ignored. */
static void
read_values(struct wm_build *build, const struct wm_node *node, struct wm_attribute *attribute)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_names values = wm_reader_texts(&build->reader, node, "values");
    const struct wm_node *at = wm_node_get(node, "values");
    if (attribute->type == WM_TYPE_ENUM && values.count == 0) {
        wm_reader_bad(&build->reader, node->line, "values is missing: what an enum may be");
    } else if (attribute->type != WM_TYPE_ENUM && at != NULL) {
        wm_reader_bad(&build->reader, at->line, "values goes with type = \"enum\" only");
    }
    attribute->values = values.items;
    attribute->value_count = values.count;
}

/* Where the opening event says it: a path that stands in the file must be there; the attribute's
 * own name need not, unless the attribute is required. */
static void
check_source(struct wm_build *build, const struct wm_node *node,
             const struct wm_attribute *attribute)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_node *from = wm_node_get(node, "from");
    struct wm_sort sort = {0};
    if (from == NULL && !attribute->required) {
        return;
    }
    const struct wm_span path = from != NULL ? attribute->from : attribute->name;
    const int32_t line = from != NULL ? from->line : node->line;
    build->scope = (struct wm_scope){.data = WM_DATA_EVENTS, .events = build->opening, .item = -1};
    if (path.data == NULL || !wm_build_data(build, line, path, path, &sort)) {
        return;
    }
    const struct wm_sort own = {.type = attribute->type};
    if (!wm_sort_fits(own, sort)) {
        wm_reader_bad(&build->reader, line, "the attribute is %s, but \"%.*s\" of the event is %s",
                      wm_sort_words(own), WM_SPAN_ARG(path), wm_sort_words(sort));
    }
}

/* The initial value is looked at as any other: a default that can't be is never corrected later.
 * */
static void
read_attribute(struct wm_build *build, const struct wm_node *node, struct wm_attribute *attribute)
{
    assert(node->kind == WM_NODE_GROUP);
    static const char *const known[] = {"type", "values",   "default",   "from", "required",
                                        "key",  "personal", "amendable", NULL};
    struct wm_reader *reader = &build->reader;
    wm_reader_keys(reader, node, known);
    attribute->type = read_type(build, node).type;
    read_values(build, node, attribute);
    attribute->from = wm_reader_text(reader, node, "from");
    attribute->key = wm_reader_text(reader, node, "key");
    attribute->required = wm_reader_flag(reader, node, "required", false);
    attribute->amendable = wm_reader_flag(reader, node, "amendable", false);
    attribute->personal = wm_reader_flag(reader, node, "personal", false);
    const struct wm_node *initial = wm_node_get(node, "default");
    if (initial != NULL) {
        attribute->initial = wm_build_value(build, initial);
        const struct wm_sort own = {.name = attribute->name,
                                    .type = attribute->type,
                                    .values = {attribute->values, attribute->value_count}};
        wm_sort_check(reader, initial, own, &attribute->initial);
    }
}

void
wm_build_attributes(struct wm_build *build)
{
    const struct wm_nodes nodes = wm_reader_members(&build->reader, build->root, "attributes");
    assert(nodes.count >= build->workflow.attribute_count);
    for (size_t i = 0; i < build->workflow.attribute_count; i++) {
        wm_build_where(build, "attribute", build->attributes[i].name);
        read_attribute(build, &nodes.items[i], &build->attributes[i]);
        check_source(build, &nodes.items[i], &build->attributes[i]);
    }
    build->reader.where = (struct wm_span){0};
}
