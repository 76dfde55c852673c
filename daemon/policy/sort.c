/* sort.c - what kind of value a field has, and what it can be compared with. */
#include <assert.h>

#include "daemon/policy/parts.h"

/* Dates and words of an enum are texts to the core. */
static bool
is_text(enum wm_type type)
{
    return type == WM_TYPE_STRING || type == WM_TYPE_DATE || type == WM_TYPE_ENUM;
}

bool
wm_sort_fits(struct wm_sort wanted, struct wm_sort given)
{
    return wanted.type == 0 || given.type == 0 || wanted.type == given.type ||
           (is_text(wanted.type) && is_text(given.type));
}

struct wm_sort
wm_sort_of(const struct wm_value *value)
{
    struct wm_sort sort = {0};
    switch (value->kind) {
    case WM_VALUE_BOOL:
        sort.type = WM_TYPE_BOOLEAN;
        break;
    case WM_VALUE_INT:
        sort.type = WM_TYPE_INTEGER;
        break;
    case WM_VALUE_STRING:
        sort.type = WM_TYPE_STRING;
        break;
    case WM_VALUE_LIST:
        sort.type = WM_TYPE_LIST;
        break;
    case WM_VALUE_OBJECT:
        sort.type = WM_TYPE_OBJECT;
        break;
    case WM_VALUE_NULL:
    case WM_VALUE_DECIMAL:
        break;
    }
    return sort;
}

const char *
wm_sort_words(struct wm_sort sort)
{
    switch (sort.type) {
    case WM_TYPE_STRING:
        return "text";
    case WM_TYPE_INTEGER:
        return "a whole number";
    case WM_TYPE_BOOLEAN:
        return "true or false";
    case WM_TYPE_DATE:
        return "a date";
    case WM_TYPE_ENUM:
        return "one of a few words";
    case WM_TYPE_LIST:
        return "a list";
    case WM_TYPE_OBJECT:
        return "an object";
    }
    return "anything";
}

/* "data.method", or "the field" where it has no name. */
static const char *
name_of(struct wm_reader *reader, struct wm_sort sort)
{
    assert(reader->findings != NULL);
    return sort.name.size > 0
               ? wm_arena_string(reader->arena,
                                 wm_arena_printf(reader->arena, "\"%.*s\"", WM_SPAN_ARG(sort.name)))
               : "the field";
}

void
wm_sort_check(struct wm_reader *reader, const struct wm_node *node, struct wm_sort sort,
              const struct wm_value *value)
{
    assert(value != NULL);
    if (value->kind == 0) {
        return; /* what was wrong with it has been said */
    }
    const struct wm_sort own = wm_sort_of(value);
    const bool listed = sort.type == WM_TYPE_ENUM && sort.values.count > 0;
    int32_t day = 0;
    if (!wm_sort_fits(sort, own)) {
        wm_reader_bad(reader, node->line, "%s is %s; it can never be %s", name_of(reader, sort),
                      wm_sort_words(sort), wm_sort_words(own));
    } else if (listed && wm_names_index(sort.values, value->text) < 0) {
        wm_reader_bad(reader, node->line, "%s can never be \"%.*s\"%s", name_of(reader, sort),
                      WM_SPAN_ARG(value->text), wm_reader_near(reader, value->text, sort.values));
    } else if (sort.type == WM_TYPE_DATE && wm_day_parse(value->text, &day) != WM_OK) {
        wm_reader_bad(reader, node->line, "%s is a date; \"%.*s\" is none (write \"2025-12-25\")",
                      name_of(reader, sort), WM_SPAN_ARG(value->text));
    }
}
