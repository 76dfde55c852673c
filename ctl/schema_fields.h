/* schema_fields.h - the fields of an event type's `data`, flat, in the order of its schema. */
#ifndef WM_CTL_SCHEMA_FIELDS_H
#define WM_CTL_SCHEMA_FIELDS_H

#include <jansson.h>

#include "base/arena.h"

struct wm_schema_field_row {
    struct wm_span path;   /* "customer.ref", "points[].id" */
    struct wm_span type;   /* "string", "list of strings", "date", … */
    struct wm_span about;  /* the schema's description */
    struct wm_span values; /* "phone, email, letter" when only these are allowed; may be absent */
    bool required;
};

struct wm_schema_fields {
    struct wm_schema_field_row *items;
    size_t count;
    size_t room;
};

/* The fields of a schema document; texts borrow it or live in the arena. */
struct wm_schema_fields wm_schema_fields_of(struct wm_arena *arena, const json_t *schema);

#endif
