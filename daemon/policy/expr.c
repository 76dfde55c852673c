/* expr.c - values: numbers, lists and texts in which {FIELD} stands for a field. */
#include <assert.h>

#include "daemon/policy/parts.h"

/* The absent ones. */
static const struct wm_value no_value;
static const struct wm_expr no_expr;

/* ---- literals ---- */

/* Values are plain: a group within a message would need a syntax that authors would have to
 * learn. */
static struct wm_value
scalar(struct wm_build *build, const struct wm_node *node)
{
    assert(node != NULL);
    switch (node->kind) {
    case WM_NODE_TEXT:
        return wm_value_string(wm_reader_text_of(&build->reader, node));
    case WM_NODE_NUMBER:
        return wm_value_int(node->number);
    case WM_NODE_FLAG:
        return wm_value_bool(node->flag);
    case WM_NODE_DECIMAL:
    case WM_NODE_GROUP:
    case WM_NODE_LIST:
        break;
    }
    wm_reader_bad(&build->reader, node->line,
                  "a value must be text, a whole number, true, false or "
                  "a list of these, not %s",
                  wm_node_words(node));
    return no_value;
}

struct wm_value
wm_build_value(struct wm_build *build, const struct wm_node *node)
{
    assert(node != NULL);
    if (node->kind != WM_NODE_LIST) {
        return scalar(build, node);
    }
    struct wm_value *items = WM_MAKE(build->reader.arena, struct wm_value, node->count + 1);
    if (items == NULL) {
        return no_value;
    }
    for (size_t i = 0; i < node->count; i++) {
        items[i] = scalar(build, &node->children[i]);
    }
    return wm_value_list(items, node->count);
}

/* ---- templates ---- */

struct part_list {
    struct wm_expr_part *items;
    size_t count;
    size_t room;
};

/* Nothing between two fields is no part. */
static void
put_text(struct wm_build *build, struct part_list *parts, struct wm_span text)
{
    assert(build->reader.arena != NULL);
    if (text.size > 0) {
        struct wm_expr_part *part = WM_PUSH(build->reader.arena, parts);
        part->text = text;
    }
}

/* Cuts "Dear {customer.name}, …" at its braces. */
static struct wm_expr template(struct wm_build *build, int32_t line, struct wm_span text,
                               struct wm_sort *ret_sort)
{
    struct part_list parts = {0};
    size_t from = 0;
    for (size_t at = 0; at < text.size; at++) {
        if (text.data[at] != '{') {
            continue;
        }
        const char *end = memchr(text.data + at, '}', text.size - at);
        if (end == NULL) {
            wm_reader_bad(&build->reader, line, "the { in \"%.*s\" has no }", WM_SPAN_ARG(text));
            break;
        }
        put_text(build, &parts, (struct wm_span){text.data + from, at - from});
        const size_t size = (size_t)(end - text.data) - at - 1;
        const struct wm_span field = {text.data + at + 1, size};
        struct wm_sort sort = {0};
        struct wm_expr_part *part = WM_PUSH(build->reader.arena, &parts);
        part->operand = wm_build_operand(build, line, field, &sort);
        *ret_sort = sort;
        at += size + 1;
        from = at + 1;
    }
    put_text(build, &parts, (struct wm_span){text.data + from, text.size - from});
    if (parts.count != 1 || parts.items[0].operand.root == 0) {
        *ret_sort = (struct wm_sort){.type = WM_TYPE_STRING};
    }
    return (struct wm_expr){.parts = parts.items, .part_count = parts.count};
}

struct wm_expr
wm_build_expr(struct wm_build *build, const struct wm_node *node, struct wm_sort *ret_sort)
{
    assert(ret_sort != NULL);
    *ret_sort = (struct wm_sort){0};
    if (node->kind == WM_NODE_TEXT && node->text.size > 0) {
        const struct wm_span text = wm_reader_text_of(&build->reader, node);
        return text.size > 0 ? template(build, node->line, text, ret_sort) : no_expr;
    }
    const struct wm_value literal = wm_build_value(build, node);
    *ret_sort = wm_sort_of(&literal);
    return (struct wm_expr){.literal = literal};
}

struct wm_expr
wm_build_expr_at(struct wm_build *build, const struct wm_node *group, const char *key,
                 struct wm_sort *ret_sort)
{
    *ret_sort = (struct wm_sort){0};
    const struct wm_node *node = wm_node_get(group, key);
    return node != NULL ? wm_build_expr(build, node, ret_sort) : no_expr;
}

/* ---- named values ---- */

struct wm_field_rule *
wm_build_fields(struct wm_build *build, const struct wm_node *group, struct wm_sort **ret_sorts,
                size_t *ret_count)
{
    assert(group->kind == WM_NODE_GROUP);
    assert(ret_sorts != NULL);
    const struct wm_node *node = wm_node_get(group, "fields");
    *ret_count = 0;
    *ret_sorts = NULL;
    if (node == NULL || node->count == 0) {
        return NULL;
    }
    if (node->kind != WM_NODE_GROUP) {
        wm_reader_bad(&build->reader, node->line,
                      "fields must be a group { name = VALUE; }, not %s", wm_node_words(node));
        return NULL;
    }
    struct wm_arena *arena = build->reader.arena;
    struct wm_field_rule *fields = WM_MAKE(arena, struct wm_field_rule, node->count);
    struct wm_sort *sorts = WM_MAKE(arena, struct wm_sort, node->count);
    if (fields == NULL || sorts == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < node->count; i++) {
        fields[i].name = node->children[i].name;
        fields[i].value = wm_build_expr(build, &node->children[i], &sorts[i]);
    }
    *ret_sorts = sorts;
    *ret_count = node->count;
    return fields;
}

const struct wm_field_rule *
wm_build_item_fields(struct wm_build *build, const struct wm_node *group, int32_t kind,
                     size_t *ret_count)
{
    assert(group->kind == WM_NODE_GROUP);
    assert(kind < (int32_t)build->workflow.item_count);
    struct wm_sort *sorts = NULL;
    const struct wm_field_rule *fields = wm_build_fields(build, group, &sorts, ret_count);
    if (fields == NULL || kind < 0) {
        return fields;
    }
    const struct wm_names known = {build->items[kind].fields, build->items[kind].field_count};
    const struct wm_node *node = wm_node_get(group, "fields");
    for (size_t i = 0; i < *ret_count; i++) {
        if (wm_names_index(known, fields[i].name) < 0) {
            wm_reader_bad(&build->reader, node->children[i].line,
                          "item \"%.*s\" has no field \"%.*s\"%s",
                          WM_SPAN_ARG(build->items[kind].name), WM_SPAN_ARG(fields[i].name),
                          wm_reader_near(&build->reader, fields[i].name, known));
        }
    }
    return fields;
}
