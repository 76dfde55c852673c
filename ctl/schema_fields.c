/* schema_fields.c - walks a schema's properties. */
#include "ctl/schema_fields.h"

#include <assert.h>

#include "base/text.h"

enum { DEPTH_MAX = 32 };

/* One object of the schema that is being walked. */
struct level {
    const json_t *schema;
    json_t *properties;
    void *next; /* iterator over its properties */
    struct wm_span prefix;
};

static struct wm_span
text_of(const json_t *schema, const char *key)
{
    return wm_span(json_string_value(json_object_get(schema, key)));
}

static bool
is_required(const json_t *schema, const char *name)
{
    size_t index = 0;
    json_t *item = NULL;
    json_array_foreach(json_object_get(schema, "required"), index, item)
    {
        if (strcmp(json_string_value(item), name) == 0) {
            return true;
        }
    }
    return false;
}

static struct wm_span
values_of(struct wm_arena *arena, const json_t *schema)
{
    const json_t *values = json_object_get(schema, "enum");
    struct wm_text text = {.arena = arena};
    for (size_t i = 0; i < json_array_size(values); i++) {
        const json_t *value = json_array_get(values, i);
        wm_text_puts(&text, i == 0 ? "" : ", ");
        if (json_is_string(value)) {
            wm_text_puts(&text, json_string_value(value));
        } else {
            wm_text_printf(&text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        }
    }
    return text.count == 0 ? (struct wm_span){0} : wm_text_span(&text);
}

static struct wm_span
join_types(struct wm_arena *arena, const json_t *list, const char *key)
{
    struct wm_text text = {.arena = arena};
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        wm_text_puts(&text, i == 0 ? "" : " or ");
        wm_text_puts(&text, json_string_value(key != NULL ? json_object_get(item, key) : item));
    }
    return wm_text_span(&text);
}

/* The type as a person reads it. */
static struct wm_span
type_of(struct wm_arena *arena, const json_t *schema)
{
    const struct wm_span format = text_of(schema, "format");
    const struct wm_span type = text_of(schema, "type");
    const json_t *choices = json_object_get(schema, "anyOf");
    if (choices != NULL) {
        return join_types(arena, choices, "type");
    }
    if (format.data != NULL) {
        return wm_span_is(format, "date-time") ? wm_span("time") : format;
    }
    if (wm_span_is(type, "array")) {
        return wm_span("list");
    }
    return type.data != NULL ? type : join_types(arena, json_object_get(schema, "type"), NULL);
}

/* Where a schema leaves a choice: the alternative that has `key`, else the schema itself. */
static const json_t *
choose(const json_t *schema, const char *key)
{
    const json_t *choices = json_object_get(schema, "anyOf");
    for (size_t i = 0; i < json_array_size(choices); i++) {
        if (json_object_get(json_array_get(choices, i), key) != NULL) {
            return json_array_get(choices, i);
        }
    }
    return schema;
}

/* The object below a property that has properties of its own: itself, or its elements. */
static struct level
below(struct wm_arena *arena, const json_t *property, struct wm_span path)
{
    const json_t *list = choose(property, "items");
    const json_t *items = json_object_get(list, "items");
    const char *mark = items != NULL ? "[]." : ".";
    struct level level = {.schema = choose(items != NULL ? items : property, "properties"),
                          .prefix = wm_arena_printf(arena, "%.*s%s", WM_SPAN_ARG(path), mark)};
    level.properties = json_object_get(level.schema, "properties");
    level.next = json_object_iter(level.properties);
    return level;
}

/* The row of the property at which the level stands; moves on behind it. */
static struct wm_schema_field_row
take_row(struct wm_arena *arena, struct level *level, const json_t **ret_property)
{
    const char *name = json_object_iter_key(level->next);
    const json_t *property = json_object_iter_value(level->next);
    level->next = json_object_iter_next(level->properties, level->next);
    *ret_property = property;
    return (struct wm_schema_field_row){
        .path = wm_arena_printf(arena, "%.*s%s", WM_SPAN_ARG(level->prefix), name),
        .type = type_of(arena, property),
        .about = text_of(property, "description"),
        .values = values_of(arena, choose(property, "enum")),
        .required = is_required(level->schema, name)};
}

struct wm_schema_fields
wm_schema_fields_of(struct wm_arena *arena, const json_t *schema)
{
    assert(arena != NULL && schema != NULL);
    struct wm_schema_fields fields = {0};
    struct level levels[DEPTH_MAX] = {
        {.schema = schema, .properties = json_object_get(schema, "properties")}};
    levels[0].next = json_object_iter(levels[0].properties);
    size_t depth = 1;
    while (depth > 0 && !wm_arena_failed(arena)) {
        struct level *level = &levels[depth - 1];
        if (level->next == NULL) {
            depth--;
            continue;
        }
        const json_t *property = NULL;
        struct wm_schema_field_row *row = WM_PUSH(arena, &fields);
        if (row != NULL) {
            *row = take_row(arena, level, &property);
        }
        if (row != NULL && depth < DEPTH_MAX) {
            levels[depth] = below(arena, property, row->path);
            depth += levels[depth].next != NULL;
        }
    }
    return fields;
}
