/* schema_compile.c - makes a node of a JSON Schema in the subset that proto/README.md names, and
 * refuses whatever is outside it: a keyword that is not enforced would promise what nobody keeps.
 *
 * Recursion goes as deep as the schema, which is a file of ours or of whoever runs us, and
 * WM_NODE_DEPTH at most. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/sort.h"
#include "daemon/codec/node.h"

/* Where in the schema a mistake is, and where to tell it. */
struct compiling {
    struct wm_arena *arena;
    struct wm_text *errors;
    const char *path; /* "customer.ref"; "" at the top */
    size_t depth;
};

typedef void keyword_fn(const struct compiling *compiling, const json_t *value,
                        struct wm_node *node);

struct keyword {
    const char *name;
    keyword_fn *read; /* NULL: not here */
};

static const struct {
    enum wm_json_type type;
    const char *name;
} types[] = {
    {WM_JSON_OBJECT, "object"},   {WM_JSON_ARRAY, "array"},   {WM_JSON_STRING, "string"},
    {WM_JSON_INTEGER, "integer"}, {WM_JSON_NUMBER, "number"}, {WM_JSON_BOOLEAN, "boolean"},
};

const char *
wm_node_type_name(enum wm_json_type type)
{
    for (size_t i = 0; i < WM_COUNT(types); i++) {
        if (types[i].type == type) {
            return types[i].name;
        }
    }
    return "any";
}

static void complain(const struct compiling *compiling, const char *format, ...) WM_FORMAT(2, 3);

static void
complain(const struct compiling *compiling, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const struct wm_span sentence = wm_arena_vprintf(compiling->arena, format, args);
    va_end(args);
    wm_text_printf(compiling->errors, "%s%s%.*s\n", compiling->path,
                   compiling->path[0] != '\0' ? ": " : "", WM_SPAN_ARG(sentence));
}

static struct compiling
below(const struct compiling *compiling, const char *name)
{
    struct compiling inner = *compiling;
    inner.path = wm_arena_printf(compiling->arena, "%s%s%s", compiling->path,
                                 compiling->path[0] != '\0' ? "." : "", name)
                     .data;
    inner.path = inner.path != NULL ? inner.path : name;
    inner.depth += 1;
    return inner;
}

static void compile(const struct compiling *compiling, const json_t *json, struct wm_node *node);

static unsigned
type_bit(const struct compiling *compiling, const json_t *name)
{
    for (size_t i = 0; i < WM_COUNT(types); i++) {
        if (json_is_string(name) && strcmp(json_string_value(name), types[i].name) == 0) {
            return types[i].type;
        }
    }
    complain(compiling, "type must be object, array, string, integer, number or boolean, or a list "
                        "of some of them");
    return 0;
}

static void
read_type(const struct compiling *compiling, const json_t *value, struct wm_node *node)
{
    if (!json_is_array(value)) {
        node->types = type_bit(compiling, value);
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        node->types |= type_bit(compiling, json_array_get(value, i));
    }
}

static int
compare_properties(const void *a, const void *b)
{
    const struct wm_property *left = a;
    const struct wm_property *right = b;
    return wm_span_compare(left->name, right->name);
}

static void
read_properties(const struct compiling *compiling, const json_t *value, struct wm_node *node)
{
    const size_t count = json_object_size(value);
    if (!json_is_object(value) || count > WM_NODE_PROPERTIES) {
        complain(compiling, "properties must be an object of at most %d schemas",
                 (int)WM_NODE_PROPERTIES);
        return;
    }
    struct wm_property *properties = WM_NEW_ARRAY(compiling->arena, struct wm_property, count + 1);
    struct wm_property *scratch = WM_NEW_ARRAY(compiling->arena, struct wm_property, count + 1);
    if (wm_arena_failed(compiling->arena)) {
        return;
    }
    const char *name = NULL;
    json_t *schema = NULL;
    struct wm_property *property = properties;
    json_object_foreach((json_t *)(uintptr_t)value, name, schema)
    {
        const struct compiling inner = below(compiling, name);
        property->name = wm_span(name);
        compile(&inner, schema, &property->node);
        property += 1;
    }
    wm_sort(properties, count, sizeof *properties, compare_properties, scratch);
    node->properties = properties;
    node->property_count = count;
}

/* Read after the properties that it names. */
static void
read_required(const struct compiling *compiling, const json_t *value, struct wm_node *node)
{
    if (!json_is_array(value)) {
        complain(compiling, "required must be a list of names");
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *name = json_array_get(value, i);
        const struct wm_property *property =
            json_is_string(name) ? wm_node_property(node, wm_span(json_string_value(name))) : NULL;
        if (property == NULL) {
            complain(compiling, "required names \"%s\", which is not among the properties",
                     json_is_string(name) ? json_string_value(name) : "?");
            continue;
        }
        node->required |= UINT64_C(1) << (property - node->properties);
    }
}

/* A schema of its own below a keyword. */
static const struct wm_node *
compile_below(const struct compiling *compiling, const char *name, const json_t *value)
{
    struct wm_node *node = WM_NEW(compiling->arena, struct wm_node);
    const struct compiling inner = below(compiling, name);
    compile(&inner, value, node);
    return node;
}

static void
read_items(const struct compiling *compiling, const json_t *value, struct wm_node *node)
{
    node->items = compile_below(compiling, "items", value);
}

static void
read_others(const struct compiling *compiling, const json_t *value, struct wm_node *node)
{
    if (json_is_true(value)) {
        node->is_open = true;
    } else if (json_is_object(value)) {
        node->others = compile_below(compiling, "additionalProperties", value);
    } else {
        complain(compiling, "additionalProperties must be true or a schema: unknown fields are "
                            "kept and warned about, never refused");
    }
}

static void
read_any_of(const struct compiling *compiling, const json_t *value, struct wm_node *node)
{
    const size_t count = json_array_size(value);
    if (count == 0) {
        complain(compiling, "anyOf must be a list of schemas");
        return;
    }
    struct wm_node *nodes = WM_NEW_ARRAY(compiling->arena, struct wm_node, count);
    for (size_t i = 0; i < count && !wm_arena_failed(compiling->arena); i++) {
        const struct compiling inner = below(compiling, "anyOf");
        compile(&inner, json_array_get(value, i), &nodes[i]);
    }
    node->any_of = nodes;
    node->any_count = count;
}

static void
read_enum(const struct compiling *compiling, const json_t *value, struct wm_node *node)
{
    const size_t count = json_array_size(value);
    struct wm_span *words = WM_NEW_ARRAY(compiling->arena, struct wm_span, count + 1);
    if (wm_arena_failed(compiling->arena)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *word = json_array_get(value, i);
        words[i] = (struct wm_span){json_string_value(word), json_string_length(word)};
        if (words[i].size == 0) {
            complain(compiling, "enum must list texts, none of them empty");
            return;
        }
    }
    if (count == 0) {
        complain(compiling, "enum must be a list of at least one text");
    }
    node->words = words;
    node->word_count = count;
}

static void
read_format(const struct compiling *compiling, const json_t *value, struct wm_node *node)
{
    const struct wm_span name = wm_span(json_string_value(value));
    if (wm_span_is(name, "date")) {
        node->format = WM_FORMAT_DATE;
    } else if (wm_span_is(name, "date-time")) {
        node->format = WM_FORMAT_DATE_TIME;
    } else {
        complain(compiling, "format must be date or date-time");
    }
}

/* The bounds, each a number of the node. */
static const struct {
    const char *name;
    size_t offset;
    bool is_count; /* a size_t; else a double */
} bounds[] = {
    {"minimum", offsetof(struct wm_node, minimum), false},
    {"maximum", offsetof(struct wm_node, maximum), false},
    {"minLength", offsetof(struct wm_node, min_length), true},
    {"maxLength", offsetof(struct wm_node, max_length), true},
    {"minItems", offsetof(struct wm_node, min_items), true},
    {"maxItems", offsetof(struct wm_node, max_items), true},
};

static void
read_bounds(const struct compiling *compiling, const json_t *json, struct wm_node *node)
{
    for (size_t i = 0; i < WM_COUNT(bounds); i++) {
        const json_t *value = json_object_get(json, bounds[i].name);
        const double number = json_number_value(value);
        const size_t count = (size_t)json_integer_value(value);
        char *place = (char *)node + bounds[i].offset;
        if (value == NULL) {
            continue;
        }
        if (bounds[i].is_count ? !json_is_integer(value) || number < 0 : !json_is_number(value)) {
            complain(compiling, "%s must be %s", bounds[i].name,
                     bounds[i].is_count ? "a whole number from 0 on" : "a number");
        } else if (bounds[i].is_count) {
            memcpy(place, &count, sizeof count);
        } else {
            memcpy(place, &number, sizeof number);
        }
    }
}

/* In the order in which they are read; read_bounds reads the bounds. */
static const struct keyword keywords[] = {
    {"type", read_type},
    {"properties", read_properties},
    {"required", read_required},
    {"items", read_items},
    {"enum", read_enum},
    {"format", read_format},
    {"anyOf", read_any_of},
    {"additionalProperties", read_others},
    {"minimum", NULL},
    {"maximum", NULL},
    {"minLength", NULL},
    {"maxLength", NULL},
    {"minItems", NULL},
    {"maxItems", NULL},
    {"title", NULL},
    {"description", NULL},
    {"$schema", NULL},
    {"$id", NULL},
    {"examples", NULL},
    {"x-waymark", NULL},
};

enum { FIRST_OF_TOP = 16 /* from "$schema" on: at the top of a file alone */ };

static void
check_keywords(const struct compiling *compiling, const json_t *json)
{
    struct wm_span names[WM_COUNT(keywords)];
    const size_t count = compiling->depth == 0 ? WM_COUNT(keywords) : FIRST_OF_TOP;
    for (size_t i = 0; i < count; i++) {
        names[i] = wm_span(keywords[i].name);
    }
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)json, name, value)
    {
        size_t i = 0;
        while (i < count && !wm_span_is(names[i], name)) {
            i++;
        }
        if (i < count) {
            continue;
        }
        const struct wm_span near = wm_text_nearest(wm_span(name), names, count);
        complain(compiling, "the keyword \"%s\" is not one that is checked here%s%.*s%s", name,
                 near.size > 0 ? "; did you mean \"" : "", WM_SPAN_ARG(near),
                 near.size > 0 ? "\"?" : "");
    }
}

static void
compile(const struct compiling *compiling, const json_t *json, struct wm_node *node)
{
    *node = (struct wm_node){
        .minimum = -HUGE_VAL, .maximum = HUGE_VAL, .max_length = SIZE_MAX, .max_items = SIZE_MAX};
    if (!json_is_object(json)) {
        complain(compiling, "a schema must be an object");
        return;
    }
    if (compiling->depth > WM_NODE_DEPTH) {
        complain(compiling, "schemas may nest %d deep", (int)WM_NODE_DEPTH);
        return;
    }
    check_keywords(compiling, json);
    read_bounds(compiling, json, node);
    for (size_t i = 0; i < WM_COUNT(keywords); i++) {
        const json_t *value = json_object_get(json, keywords[i].name);
        if (value != NULL && keywords[i].read != NULL && !wm_arena_failed(compiling->arena)) {
            keywords[i].read(compiling, value, node);
        }
    }
}

bool
wm_node_compile(struct wm_arena *arena, const json_t *json, struct wm_text *errors,
                struct wm_node *ret_node)
{
    assert(json != NULL && errors != NULL);
    const size_t before = errors->count;
    const struct compiling compiling = {arena, errors, "", 0};
    compile(&compiling, json, ret_node);
    return errors->count == before && !wm_arena_failed(arena);
}

const struct wm_property *
wm_node_property(const struct wm_node *node, struct wm_span name)
{
    size_t low = 0;
    size_t high = node->property_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = wm_span_compare(name, node->properties[middle].name);
        if (order == 0) {
            return &node->properties[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}
