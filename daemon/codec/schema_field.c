/* schema_field.c - looks a dotted path up in a schema, for whoever checks a policy against it. */
#include <assert.h>

#include "daemon/codec/node.h"
#include "daemon/codec/schema.h"
#include "daemon/codec/schema_file.h"

enum { CHOICES = 32 }; /* nodes that a path may lead to at once, through anyOf */

/* Where a path may have led. */
struct places {
    const struct wm_node *items[CHOICES];
    size_t count;
    bool is_open; /* one place takes any field */
};

/* A place, and each of its alternatives. */
static void
add(struct places *places, const struct wm_node *node)
{
    if (places->count < CHOICES) {
        places->items[places->count++] = node;
    }
    for (size_t i = 0; i < node->any_count && places->count < CHOICES; i++) {
        places->items[places->count++] = &node->any_of[i];
    }
}

static bool
takes_any_field(const struct wm_node *node)
{
    const bool may_be_object = node->types == 0 || (node->types & WM_JSON_OBJECT) != 0;
    return node->is_open || (may_be_object && node->property_count == 0 && node->any_of == NULL &&
                             node->others == NULL);
}

/* One part of the path down: a field, or the elements of a list. */
static struct places
descend(const struct places *from, struct wm_span part, bool is_element)
{
    struct places to = {.count = 0};
    for (size_t i = 0; i < from->count; i++) {
        const struct wm_node *node = from->items[i];
        const struct wm_property *property = is_element ? NULL : wm_node_property(node, part);
        const bool is_list = (node->types & WM_JSON_ARRAY) != 0;
        if (property != NULL) {
            add(&to, &property->node);
        } else if (is_element && node->items != NULL) {
            add(&to, node->items);
        } else if (!is_element && node->others != NULL) {
            add(&to, node->others);
        } else if (is_element ? is_list : takes_any_field(node)) {
            to.is_open = true;
        }
    }
    return to;
}

/* The one type of all places; NULL if there are more, or any. */
static const char *
common_type(const struct places *places)
{
    unsigned types = 0;
    for (size_t i = 0; i < places->count; i++) {
        if (places->items[i]->types == 0 && places->items[i]->any_of == NULL) {
            return NULL;
        }
        types |= places->items[i]->types;
    }
    const bool is_one = types != 0 && (types & (types - 1)) == 0;
    return is_one && !places->is_open ? wm_node_type_name(types) : NULL;
}

bool
wm_schema_field(const struct wm_schema *schema, struct wm_span path, const char **ret_type)
{
    struct places places = {.count = 0};
    add(&places, &wm_schema_file(schema)->root);
    for (size_t from = 0; from < path.size;) {
        const char *dot = memchr(path.data + from, '.', path.size - from);
        const size_t end = dot != NULL ? (size_t)(dot - path.data) : path.size;
        struct wm_span part = {path.data + from, end - from};
        const bool has_elements = part.size > 2 && memcmp(path.data + end - 2, "[]", 2) == 0;
        part.size -= has_elements ? 2 : 0;
        places = descend(&places, part, false);
        if (has_elements) {
            places = descend(&places, part, true);
        }
        /* Beyond a place that takes anything nothing is known, and nothing is wrong. */
        if (places.count == 0) {
            *ret_type = NULL;
            return places.is_open;
        }
        from = end + 1;
    }
    *ret_type = common_type(&places);
    return true;
}

struct wm_span
wm_schema_field_at(const struct wm_schema *schema, size_t index)
{
    assert(schema != NULL);
    json_t *fields = json_object_get(schema->json, "properties");
    void *field = json_object_iter(fields);
    for (size_t i = 0; i < index && field != NULL; i++) {
        field = json_object_iter_next(fields, field);
    }
    return field != NULL ? wm_span(json_object_iter_key(field)) : (struct wm_span){0};
}
