/* look.c - typed looks into a group: the right kind, or a finding that says what would be right. */
#include <assert.h>

#include "daemon/policy/reader.h"

const char *
wm_node_words(const struct wm_node *node)
{
    assert(node != NULL);
    switch (node->kind) {
    case WM_NODE_GROUP:
        return "a group { }";
    case WM_NODE_LIST:
        return "a list";
    case WM_NODE_TEXT:
        return "text in quotes";
    case WM_NODE_NUMBER:
        return "a whole number";
    case WM_NODE_FLAG:
        return "true or false";
    case WM_NODE_DECIMAL:
        return "a number with a point";
    }
    return "nothing";
}

/* An element of a list has no name: it is told by what it is an element of, the finding's where. */
static void
wrong(struct wm_reader *reader, const struct wm_node *node, const char *right)
{
    const struct wm_span name = node->name.size > 0 ? node->name : wm_span("this");
    wm_reader_bad(reader, node->line, "%.*s must be %s, not %s", WM_SPAN_ARG(name), right,
                  wm_node_words(node));
}

const struct wm_node *
wm_node_get(const struct wm_node *group, const char *key)
{
    assert(key != NULL);
    for (size_t i = 0; i < group->count; i++) {
        if (wm_span_is(group->children[i].name, key)) {
            return &group->children[i];
        }
    }
    return NULL;
}

void
wm_reader_keys(struct wm_reader *reader, const struct wm_node *group, const char *const *keys)
{
    enum { KEYS_MAX = 40 };
    struct wm_span names[KEYS_MAX];
    struct wm_names known = {names, 0};
    for (; keys[known.count] != NULL; known.count++) {
        assert(known.count < KEYS_MAX);
        names[known.count] = wm_span(keys[known.count]);
    }
    for (size_t i = 0; i < group->count; i++) {
        const struct wm_node *child = &group->children[i];
        if (child->name.size > 0 && wm_names_index(known, child->name) < 0) {
            wm_reader_bad(reader, child->line, "unknown setting \"%.*s\"%s",
                          WM_SPAN_ARG(child->name), wm_reader_near(reader, child->name, known));
        }
    }
}

const struct wm_node *
wm_reader_need(struct wm_reader *reader, const struct wm_node *group, const char *key,
               const char *why)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_node *node = wm_node_get(group, key);
    if (node == NULL) {
        wm_reader_bad(reader, group->line, "\"%s\" is missing: %s", key, why);
    }
    return node;
}

struct wm_span
wm_reader_text_of(struct wm_reader *reader, const struct wm_node *node)
{
    assert(node != NULL);
    if (node->kind != WM_NODE_TEXT) {
        wrong(reader, node, "text in quotes");
        return (struct wm_span){0};
    }
    if (!wm_text_is_utf8(node->text)) {
        wm_reader_bad(reader, node->line, "%.*s is not UTF-8 text", WM_SPAN_ARG(node->name));
        return (struct wm_span){0};
    }
    return node->text;
}

struct wm_span
wm_reader_text(struct wm_reader *reader, const struct wm_node *group, const char *key)
{
    const struct wm_node *node = wm_node_get(group, key);
    return node != NULL ? wm_reader_text_of(reader, node) : (struct wm_span){0};
}

bool
wm_reader_flag(struct wm_reader *reader, const struct wm_node *group, const char *key,
               bool otherwise)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_node *node = wm_node_get(group, key);
    if (node == NULL) {
        return otherwise;
    }
    if (node->kind != WM_NODE_FLAG) {
        wrong(reader, node, "true or false");
        return otherwise;
    }
    return node->flag;
}

int32_t
wm_reader_number(struct wm_reader *reader, const struct wm_node *group, const char *key,
                 struct wm_bounds bounds)
{
    assert(bounds.least <= bounds.most);
    const struct wm_node *node = wm_node_get(group, key);
    if (node == NULL) {
        return bounds.otherwise;
    }
    if (node->kind != WM_NODE_NUMBER) {
        wrong(reader, node, "a whole number");
        return bounds.otherwise;
    }
    if (node->number < bounds.least || node->number > bounds.most) {
        wm_reader_bad(reader, node->line, "%s must be from %d to %d, not %lld", key, bounds.least,
                      bounds.most, (long long)node->number);
        return bounds.otherwise;
    }
    return (int32_t)node->number;
}

struct wm_duration
wm_reader_duration_of(struct wm_reader *reader, const struct wm_node *node)
{
    assert(node != NULL);
    struct wm_duration duration = {0};
    if (node->kind != WM_NODE_TEXT) {
        wrong(reader, node, "a duration in quotes, such as \"5 working days\" or \"24 hours\"");
    } else if (wm_duration_parse(node->text, &duration) != WM_OK) {
        wm_reader_bad(reader, node->line,
                      "\"%.*s\" is no duration; write it as \"5 working days\", \"3 days\", "
                      "\"24 hours\" or \"30 minutes\"",
                      WM_SPAN_ARG(node->text));
        return (struct wm_duration){0};
    }
    return duration;
}

struct wm_duration
wm_reader_duration(struct wm_reader *reader, const struct wm_node *group, const char *key)
{
    const struct wm_node *node = wm_node_get(group, key);
    return node != NULL ? wm_reader_duration_of(reader, node) : (struct wm_duration){0};
}

struct wm_names
wm_reader_texts(struct wm_reader *reader, const struct wm_node *group, const char *key)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_node *node = wm_node_get(group, key);
    if (node == NULL) {
        return (struct wm_names){0};
    }
    const bool alone = node->kind != WM_NODE_LIST;
    const struct wm_node *items = alone ? node : node->children;
    const size_t count = alone ? 1 : node->count;
    struct wm_span *texts = WM_MAKE(reader->arena, struct wm_span, count);
    if (texts == NULL) {
        return (struct wm_names){0};
    }
    struct wm_names names = {texts, 0};
    for (size_t i = 0; i < count; i++) {
        const struct wm_span text = wm_reader_text_of(reader, &items[i]);
        if (text.data != NULL) {
            texts[names.count++] = text;
        }
    }
    return names;
}

struct wm_nodes
wm_reader_groups(struct wm_reader *reader, const struct wm_node *group, const char *key)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_node *node = wm_node_get(group, key);
    if (node == NULL) {
        return (struct wm_nodes){0};
    }
    if (node->kind == WM_NODE_GROUP) {
        return (struct wm_nodes){node, 1};
    }
    if (node->kind != WM_NODE_LIST) {
        wrong(reader, node, "a list of groups, ( { … }, { … } )");
        return (struct wm_nodes){0};
    }
    for (size_t i = 0; i < node->count; i++) {
        if (node->children[i].kind != WM_NODE_GROUP) {
            wm_reader_bad(reader, node->children[i].line,
                          "%s must hold groups, ( { … }, { … } ), not %s", key,
                          wm_node_words(&node->children[i]));
            return (struct wm_nodes){0};
        }
    }
    return (struct wm_nodes){node->children, node->count};
}

struct wm_nodes
wm_reader_members(struct wm_reader *reader, const struct wm_node *group, const char *key)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_node *node = wm_node_get(group, key);
    if (node == NULL) {
        return (struct wm_nodes){0};
    }
    if (node->kind != WM_NODE_GROUP) {
        wrong(reader, node, "a group of groups, { name = { … }; }");
        return (struct wm_nodes){0};
    }
    for (size_t i = 0; i < node->count; i++) {
        if (node->children[i].kind != WM_NODE_GROUP) {
            wrong(reader, &node->children[i], "a group { }");
            return (struct wm_nodes){0};
        }
    }
    return (struct wm_nodes){node->children, node->count};
}

int32_t
wm_names_index(struct wm_names names, struct wm_span name)
{
    for (size_t i = 0; i < names.count; i++) {
        if (wm_span_equal(names.items[i], name)) {
            return (int32_t)i;
        }
    }
    return -1;
}
