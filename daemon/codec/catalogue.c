/* catalogue.c - the schemas as the policy checker sees them: it knows of no JSON. */
#include <assert.h>

#include "daemon/codec/schema.h"

static bool
know_type(void *context, struct wm_span type, bool *ret_request)
{
    const struct wm_schema *schema = wm_schemas_find(context, type);
    if (schema != NULL) {
        *ret_request = schema->kind == WM_KIND_REQUEST;
    }
    return schema != NULL;
}

static struct wm_span
know_field_at(void *context, struct wm_span type, size_t index)
{
    const struct wm_schema *schema = wm_schemas_find(context, type);
    return schema != NULL ? wm_schema_field_at(schema, index) : (struct wm_span){0};
}

static bool
know_field(void *context, struct wm_span type, struct wm_span path, const char **ret_kind)
{
    const struct wm_schema *schema = wm_schemas_find(context, type);
    return schema != NULL && wm_schema_field(schema, path, ret_kind);
}

static size_t
know_required(void *context, struct wm_span type, struct wm_arena *arena,
              struct wm_span **ret_names)
{
    const struct wm_schema *schema = wm_schemas_find(context, type);
    const json_t *required = schema != NULL ? json_object_get(schema->json, "required") : NULL;
    const size_t count = json_array_size(required);
    struct wm_span *names = WM_NEW_ARRAY(arena, struct wm_span, count + 1);
    if (wm_arena_failed(arena)) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = wm_span(json_string_value(json_array_get(required, i)));
    }
    *ret_names = names;
    return count;
}

static struct wm_span
know_at(void *context, size_t index)
{
    const struct wm_schemas *schemas = context;
    return index < wm_schemas_count(schemas) ? wm_schemas_at(schemas, index)->type
                                             : (struct wm_span){0};
}

struct wm_catalogue
wm_catalogue_of(struct wm_schemas *schemas)
{
    assert(schemas != NULL);
    return (struct wm_catalogue){
        .context = schemas,
        .type = know_type,
        .field = know_field,
        .field_at = know_field_at,
        .required = know_required,
        .at = know_at,
    };
}
