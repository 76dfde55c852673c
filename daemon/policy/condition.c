/* condition.c - { field; one test }, all, any: read, resolved, and of the right type. */
#include <assert.h>

#include "daemon/policy/parts.h"

#define TEST_KEYS                                                                                \
    "field", "is", "not", "one_of", "at_least", "at_most", "exists", "has", "covers", "same_as", \
        "in", "by", "where", "within", "since", "distinct", "all", "any"

static const char *const test_keys[] = {TEST_KEYS, NULL};
static const char *const requirement_keys[] = {TEST_KEYS, "rule", "text", NULL};

/* One test while it is being read. */
struct reading {
    struct wm_build *build;
    const struct wm_node *node;  /* the group */
    const struct wm_node *right; /* what the field is tested against */
    struct wm_sort sort;         /* of the field */
    struct wm_condition *condition;
};

/* A finding at the line of what the field is tested against. */
static void
bad(struct reading *reading, const char *sentence)
{
    wm_reader_bad(&reading->build->reader, reading->right->line, "%s", sentence);
}

/* ---- the tests ---- */

/* is, not: a value that the field can have. */
static void
test_value(struct reading *reading)
{
    reading->condition->value = wm_build_value(reading->build, reading->right);
    wm_sort_check(&reading->build->reader, reading->right, reading->sort,
                  &reading->condition->value);
}

/* Each element must be a value that the field, or the field's elements, can have. */
static void
test_elements(struct reading *reading, struct wm_sort element)
{
    assert(reading->condition != NULL);
    struct wm_reader *reader = &reading->build->reader;
    const struct wm_value *value = &reading->condition->value;
    for (size_t i = 0; value->kind == WM_VALUE_LIST && i < value->list.count; i++) {
        wm_sort_check(reader, &reading->right->children[i], element, &value->list.items[i]);
    }
}

/* Each of the values, so that a misspelt word among good ones is told. */
static void
test_one_of(struct reading *reading)
{
    assert(reading->condition != NULL);
    reading->condition->value = wm_build_value(reading->build, reading->right);
    if (reading->right->kind != WM_NODE_LIST || reading->right->count == 0) {
        bad(reading, "one_of needs a list of values, such as [ \"phone\", \"visit\" ]");
        return;
    }
    test_elements(reading, reading->sort);
}

/* Words and lists are in no order; dates are, by their text. */
static void
test_order(struct reading *reading)
{
    assert(reading->condition != NULL);
    const enum wm_type type = reading->sort.type;
    if (type == WM_TYPE_BOOLEAN || type == WM_TYPE_LIST || type == WM_TYPE_OBJECT ||
        type == WM_TYPE_ENUM) {
        wm_reader_bad(&reading->build->reader, reading->right->line,
                      "at_least and at_most compare numbers and dates; \"%.*s\" is %s",
                      WM_SPAN_ARG(reading->sort.name), wm_sort_words(reading->sort));
        return;
    }
    test_value(reading);
}

/* The one test that personal attributes allow. */
static void
test_exists(struct reading *reading)
{
    assert(reading->condition != NULL);
    if (reading->right->kind != WM_NODE_FLAG) {
        bad(reading, "exists must be true or false");
        return;
    }
    reading->condition->value = wm_value_bool(reading->right->flag);
}

/* What is not known to be anything else may be a list. */
static bool
is_list(struct reading *reading, const char *test)
{
    assert(reading->condition != NULL);
    if (reading->sort.type != 0 && reading->sort.type != WM_TYPE_LIST) {
        wm_reader_bad(&reading->build->reader, reading->right->line,
                      "%s needs a list; \"%.*s\" is %s", test, WM_SPAN_ARG(reading->sort.name),
                      wm_sort_words(reading->sort));
        return false;
    }
    return true;
}

/* The values are not compared: nobody knows what stands in the list. */
static void
test_has(struct reading *reading)
{
    reading->condition->value = wm_build_value(reading->build, reading->right);
    (void)is_list(reading, "has");
}

/* The field by which items are named is looked up in the list's elements. */
static void
test_covers(struct reading *reading)
{
    assert(reading->condition != NULL);
    reading->condition->kind = wm_build_item(reading->build, reading->node, "covers");
    reading->condition->by = wm_reader_text(&reading->build->reader, reading->node, "by");
    if (reading->condition->by.size == 0) {
        bad(reading, "covers needs by = FIELD: where in the list the items are named");
        return;
    }
    if (!is_list(reading, "covers") || reading->condition->field.root != WM_ROOT_DATA) {
        return;
    }
    /* The field by which the list's objects name items. */
    struct wm_sort sort;
    const struct wm_span path = wm_arena_printf(reading->build->reader.arena, "%.*s[].%.*s",
                                                WM_SPAN_ARG(reading->condition->field.path),
                                                WM_SPAN_ARG(reading->condition->by));
    (void)wm_build_data(reading->build, reading->right->line, path, reading->condition->by, &sort);
}

/* same_as and in compare with another field, which is resolved as the first was. */
static void
test_other(struct reading *reading)
{
    assert(reading->condition != NULL);
    const struct wm_span text = wm_reader_text_of(&reading->build->reader, reading->right);
    struct wm_sort other = {0};
    if (text.size == 0) {
        return;
    }
    reading->condition->other =
        wm_build_operand(reading->build, reading->right->line, text, &other);
    if (other.personal) {
        bad(reading, "a personal attribute may only be asked whether it exists");
    } else if (reading->condition->test == WM_TEST_IN && other.type != 0 &&
               other.type != WM_TYPE_LIST) {
        wm_reader_bad(&reading->build->reader, reading->right->line,
                      "in needs a list; \"%.*s\" is %s", WM_SPAN_ARG(text), wm_sort_words(other));
    } else if (reading->condition->test == WM_TEST_SAME_AS && !wm_sort_fits(reading->sort, other)) {
        wm_reader_bad(&reading->build->reader, reading->right->line,
                      "\"%.*s\" is %s; \"%.*s\" is %s and can never be the same",
                      WM_SPAN_ARG(reading->sort.name), wm_sort_words(reading->sort),
                      WM_SPAN_ARG(text), wm_sort_words(other));
    }
}

static const struct {
    const char *key;
    enum wm_test test;
    void (*read)(struct reading *reading);
} tests[] = {{"is", WM_TEST_IS, test_value},           {"not", WM_TEST_NOT, test_value},
             {"one_of", WM_TEST_ONE_OF, test_one_of},  {"at_least", WM_TEST_AT_LEAST, test_order},
             {"at_most", WM_TEST_AT_MOST, test_order}, {"exists", WM_TEST_EXISTS, test_exists},
             {"has", WM_TEST_HAS, test_has},           {"covers", WM_TEST_COVERS, test_covers},
             {"same_as", WM_TEST_SAME_AS, test_other}, {"in", WM_TEST_IN, test_other}};

/* ---- one field and its test ---- */

/* `events.TYPE` takes companions, so that it is not an ordinary field. */
static bool
read_field(struct reading *reading)
{
    assert(reading->condition != NULL);
    static const char prefix[] = "events.";
    struct wm_build *build = reading->build;
    const struct wm_node *node = wm_node_get(reading->node, "field");
    const struct wm_span text = wm_reader_text_of(&build->reader, node);
    if (wm_span_starts(text, prefix) && text.size > strlen(prefix)) {
        const struct wm_span type = {text.data + strlen(prefix), text.size - strlen(prefix)};
        wm_build_event(build, node->line, type);
        reading->sort.name = text;
        reading->sort.type = WM_TYPE_INTEGER;
        reading->condition->field =
            (struct wm_operand){.root = WM_ROOT_EVENTS,
                                .index = wm_build_tally(build, reading->node, node->line, type),
                                .status = -1};
        return true;
    }
    static const char *const companions[] = {"where", "within", "since", "distinct"};
    for (size_t i = 0; i < WM_COUNT(companions); i++) {
        const struct wm_node *companion = wm_node_get(reading->node, companions[i]);
        if (companion != NULL) {
            wm_reader_bad(&build->reader, companion->line, "%s goes with a field events.TYPE only",
                          companions[i]);
        }
    }
    if (text.data != NULL) {
        reading->condition->field = wm_build_operand(build, node->line, text, &reading->sort);
    }
    return reading->condition->field.root != 0;
}

/* Exactly one test: of two in a group nobody could say whether both or either is meant. */
static void
read_test(struct reading *reading)
{
    assert(reading->condition != NULL);
    struct wm_reader *reader = &reading->build->reader;
    size_t found = WM_COUNT(tests);
    for (size_t i = 0; i < WM_COUNT(tests); i++) {
        const struct wm_node *right = wm_node_get(reading->node, tests[i].key);
        if (right == NULL) {
            continue;
        }
        if (found < WM_COUNT(tests)) {
            wm_reader_bad(reader, right->line,
                          "%s and %s: a condition has one test; write two in a "
                          "list",
                          tests[found].key, tests[i].key);
        }
        found = i;
        reading->right = right;
    }
    if (found == WM_COUNT(tests)) {
        wm_reader_bad(reader, reading->node->line,
                      "the condition has no test: is, not, one_of, at_least, at_most, exists, has, "
                      "covers, same_as or in");
        return;
    }
    reading->condition->test = tests[found].test;
    if (!read_field(reading)) {
        return;
    }
    if (reading->sort.personal && tests[found].test != WM_TEST_EXISTS) {
        bad(reading, "a personal attribute may only be asked whether it exists");
    }
    tests[found].read(reading);
}

/* ---- groups of conditions ---- */

/* Reads one node as far as it is no group of others; gives back the conditions that it groups. */
static struct wm_nodes
read_node(struct wm_build *build, const struct wm_node *node, const char *const *keys,
          struct wm_condition *condition)
{
    condition->line = node->line;
    condition->test = WM_TEST_ALL;
    if (node->kind == WM_NODE_LIST) {
        return (struct wm_nodes){node->children, node->count};
    }
    if (node->kind != WM_NODE_GROUP) {
        wm_reader_bad(&build->reader, node->line,
                      "a condition must be a group { field; … } or a list of them, not %s",
                      wm_node_words(node));
        return (struct wm_nodes){0};
    }
    wm_reader_keys(&build->reader, node, keys);
    const struct wm_node *all = wm_node_get(node, "all");
    const struct wm_node *any = wm_node_get(node, "any");
    const struct wm_node *field = wm_node_get(node, "field");
    if ((all != NULL) + (any != NULL) + (field != NULL) != 1) {
        wm_reader_bad(&build->reader, node->line,
                      "a condition needs either field with a test, or all = ( … ), or any = ( … )");
        return (struct wm_nodes){0};
    }
    if (field != NULL) {
        struct reading reading = {.build = build, .node = node, .condition = condition};
        read_test(&reading);
        return (struct wm_nodes){0};
    }
    const struct wm_node *group = all != NULL ? all : any;
    condition->test = all != NULL ? WM_TEST_ALL : WM_TEST_ANY;
    return group->kind == WM_NODE_LIST ? (struct wm_nodes){group->children, group->count}
                                       : (struct wm_nodes){group, 1};
}

/* The depth is bounded by wm_syntax_check. */
static void
/* NOLINTNEXTLINE(misc-no-recursion) */
read_condition(struct wm_build *build, const struct wm_node *node, const char *const *keys,
               struct wm_condition *condition)
{
    assert(node != NULL);
    const struct wm_nodes nodes = read_node(build, node, keys, condition);
    struct wm_condition *children = WM_MAKE(build->reader.arena, struct wm_condition, nodes.count);
    if (children == NULL) {
        return;
    }
    for (size_t i = 0; i < nodes.count; i++) {
        read_condition(build, &nodes.items[i], test_keys, &children[i]);
    }
    condition->children = children;
    condition->child_count = nodes.count;
}

const struct wm_condition *
wm_build_when(struct wm_build *build, const struct wm_node *group, const char *key)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_node *node = wm_node_get(group, key);
    struct wm_condition *condition =
        node != NULL ? WM_MAKE(build->reader.arena, struct wm_condition, 1) : NULL;
    if (condition != NULL) {
        read_condition(build, node, test_keys, condition);
    }
    return condition;
}

void
wm_build_requirement(struct wm_build *build, const struct wm_node *node,
                     struct wm_condition *ret_condition)
{
    assert(ret_condition != NULL);
    read_condition(build, node, requirement_keys, ret_condition);
}
