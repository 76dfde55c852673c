/* schema_check.c - checks an event's data against its schema, and says what would be right.
 *
 * Recursion goes as deep as the schema, never as deep as the data. No value is repeated but that of
 * a field with a fixed list of words: the others may be personal. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/civil.h"
#include "daemon/codec/say.h"
#include "daemon/codec/schema.h"
#include "daemon/codec/schema_file.h"

enum {
    WORD_SHOWN = 32,
    TAIL_MASK = 0xC0, /* of a byte of UTF-8, to tell a continuation byte */
    TAIL = 0x80
};

/* ---- texts */

static bool
check_word(const struct wm_checking *checking, const struct wm_step *step,
           const struct wm_node *node, struct wm_span text)
{
    for (size_t i = 0; i < node->word_count; i++) {
        if (wm_span_equal(text, node->words[i])) {
            return true;
        }
    }
    char words[WM_SAY_LIST];
    wm_say_words(node, words);
    if (text.size > WORD_SHOWN) {
        return wm_say_refuse(checking, step, "must be one of %s", words);
    }
    const struct wm_span near = wm_text_nearest(text, node->words, node->word_count);
    return wm_say_refuse(checking, step, "must be one of %s; it is \"%.*s\"%s%.*s%s", words,
                         WM_SPAN_ARG(text), near.size > 0 ? ", did you mean \"" : "",
                         WM_SPAN_ARG(near), near.size > 0 ? "\"?" : "");
}

static size_t
count_characters(struct wm_span text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        count += ((unsigned char)text.data[i] & TAIL_MASK) != TAIL ? 1 : 0;
    }
    return count;
}

static bool
check_length(const struct wm_checking *checking, const struct wm_step *step,
             const struct wm_node *node, struct wm_span text)
{
    /* As many characters as bytes at most: most texts need no counting. */
    const size_t count =
        text.size > node->max_length || node->min_length > 1 ? count_characters(text) : text.size;
    if (count > node->max_length) {
        return wm_say_refuse(checking, step, "may have %zu characters at most; it has %zu",
                             node->max_length, count);
    }
    if (count < node->min_length) {
        return node->min_length == 1
                   ? wm_say_refuse(checking, step, "must not be empty")
                   : wm_say_refuse(checking, step, "must have at least %zu characters; it has %zu",
                                   node->min_length, count);
    }
    return true;
}

static bool
check_text(const struct wm_checking *checking, const struct wm_step *step,
           const struct wm_node *node, const json_t *json)
{
    const struct wm_span text = {json_string_value(json), json_string_length(json)};
    int32_t day = 0;
    int64_t us = 0;
    if (node->format == WM_FORMAT_DATE && wm_day_parse(text, &day) != WM_OK) {
        return wm_say_refuse(checking, step, "must be a date that exists, for example 2026-01-05");
    }
    if (node->format == WM_FORMAT_DATE_TIME && wm_time_parse(text, &us) != WM_OK) {
        return wm_say_refuse(checking, step,
                             "must be an RFC 3339 moment with an offset, for example "
                             "2026-01-05T09:30:00Z");
    }
    return check_length(checking, step, node, text) &&
           (node->words == NULL || check_word(checking, step, node, text));
}

static bool
check_number(const struct wm_checking *checking, const struct wm_step *step,
             const struct wm_node *node, const json_t *json)
{
    const double number = json_number_value(json);
    if (number < node->minimum) {
        return wm_say_refuse(checking, step, "must be at least %g", node->minimum);
    }
    if (number > node->maximum) {
        return wm_say_refuse(checking, step, "must be at most %g", node->maximum);
    }
    return true;
}

/* ---- lists and objects: these call each other as deep as the schema goes.
 * NOLINTBEGIN(misc-no-recursion) */

static bool check(const struct wm_checking *checking, const struct wm_step *step,
                  const struct wm_node *node, const json_t *json);

static bool
check_list(const struct wm_checking *checking, const struct wm_step *step,
           const struct wm_node *node, const json_t *json)
{
    const size_t count = json_array_size(json);
    if (count > node->max_items) {
        return wm_say_refuse(checking, step, "may have %zu elements at most; it has %zu",
                             node->max_items, count);
    }
    if (count < node->min_items) {
        return wm_say_refuse(checking, step, "must have at least %zu element%s; it has %zu",
                             node->min_items, node->min_items == 1 ? "" : "s", count);
    }
    for (size_t i = 0; node->items != NULL && i < count; i++) {
        const struct wm_step inner = {step, NULL, i};
        if (!check(checking, &inner, node->items, json_array_get(json, i))) {
            return false;
        }
    }
    return true;
}

static void
warn(const struct wm_checking *checking, const struct wm_step *step, const struct wm_node *node)
{
    struct wm_span names[WM_NODE_PROPERTIES];
    if (checking->warnings == NULL || node->is_open || node->property_count == 0) {
        return;
    }
    for (size_t i = 0; i < node->property_count; i++) {
        names[i] = node->properties[i].name;
    }
    char path[WM_SAY_PATH];
    wm_say_path(step, path);
    const struct wm_span near = wm_text_nearest(wm_span(step->name), names, node->property_count);
    wm_text_printf(checking->warnings, "%s is not a field of this event%s%.*s%s\n", path,
                   near.size > 0 ? "; did you mean \"" : "", WM_SPAN_ARG(near),
                   near.size > 0 ? "\"?" : "");
}

static bool
check_field(const struct wm_checking *checking, const struct wm_step *step,
            const struct wm_node *node, const struct wm_property *property, const json_t *value)
{
    if (property != NULL) {
        return check(checking, step, &property->node, value);
    }
    if (node->others != NULL) {
        return check(checking, step, node->others, value);
    }
    warn(checking, step, node);
    return true;
}

/* The first field that must be there and is not. */
static bool
check_missing(const struct wm_checking *checking, const struct wm_step *step,
              const struct wm_node *node, uint64_t seen)
{
    const uint64_t missing = node->required & ~seen;
    if (missing == 0) {
        return true;
    }
    const struct wm_property *property = &node->properties[__builtin_ctzll(missing)];
    /* Names of properties end with a NUL: they are jansson's. */
    const struct wm_step inner = {step, property->name.data, 0};
    if (property->node.words != NULL) {
        char words[WM_SAY_LIST];
        wm_say_words(&property->node, words);
        return wm_say_refuse(checking, &inner, "is missing: it must be one of %s", words);
    }
    char types[WM_SAY_LIST];
    wm_say_types(property->node.types, types);
    return wm_say_refuse(checking, &inner, "is missing%s%s",
                         types[0] != '\0' ? ": it must be " : "", types);
}

static bool
check_object(const struct wm_checking *checking, const struct wm_step *step,
             const struct wm_node *node, const json_t *json)
{
    uint64_t seen = 0;
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)json, name, value)
    {
        const struct wm_property *property = wm_node_property(node, wm_span(name));
        const struct wm_step inner = {step, name, 0};
        if (property != NULL) {
            seen |= UINT64_C(1) << (property - node->properties);
        }
        if (!check_field(checking, &inner, node, property, value)) {
            return false;
        }
    }
    return check_missing(checking, step, node, seen);
}

/* Told is what is wrong with the one that was meant: whose type fits. */
static bool
check_any(const struct wm_checking *checking, const struct wm_step *step,
          const struct wm_node *node, const json_t *json)
{
    const struct wm_checking silent = {NULL, NULL};
    const struct wm_node *meant = NULL;
    unsigned types = 0;
    size_t fitting = 0;
    for (size_t i = 0; i < node->any_count; i++) {
        const struct wm_node *choice = &node->any_of[i];
        if (check(&silent, step, choice, json)) {
            return check(checking, step, choice, json); /* again, for its warnings */
        }
        types |= choice->types;
        if (wm_node_takes(choice, json)) {
            meant = choice;
            fitting += 1;
        }
    }
    if (fitting == 0) {
        return wm_say_refuse_type(checking, step, types, json);
    }
    if (fitting == 1 || meant->format == WM_FORMAT_NONE) {
        return check(checking, step, meant, json);
    }
    return wm_say_refuse(
        checking, step,
        "must be a date or an RFC 3339 moment with an offset, for example 2026-01-05 or "
        "2026-01-05T09:30:00Z");
}

static bool
check(const struct wm_checking *checking, const struct wm_step *step, const struct wm_node *node,
      const json_t *json)
{
    if (!wm_node_takes(node, json)) {
        return wm_say_refuse_type(checking, step, node->types, json);
    }
    if (node->any_of != NULL && !check_any(checking, step, node, json)) {
        return false;
    }
    switch (json_typeof(json)) {
    case JSON_STRING:
        return check_text(checking, step, node, json);
    case JSON_INTEGER:
    case JSON_REAL:
        return check_number(checking, step, node, json);
    case JSON_ARRAY:
        return check_list(checking, step, node, json);
    case JSON_OBJECT:
        return check_object(checking, step, node, json);
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        break;
    }
    return true;
}

/* NOLINTEND(misc-no-recursion) */

enum wm_status
wm_schema_check(const struct wm_schema *schema, const json_t *data, struct wm_fault *ret_fault,
                struct wm_text *warnings)
{
    assert(schema != NULL && ret_fault != NULL);
    const struct wm_step step = {NULL, "data", 0};
    const struct wm_checking checking = {ret_fault, warnings};
    const struct wm_node *root = &wm_schema_file(schema)->root;
    const bool is_right = data != NULL ? check(&checking, &step, root, data)
                                       : check_missing(&checking, &step, root, 0);
    return is_right ? WM_OK : WM_EINVAL;
}
