/* schema.h - the JSON Schemas of event types: the catalogue of what may be said (proto/schemas/).
 */
#ifndef WM_CODEC_SCHEMA_H
#define WM_CODEC_SCHEMA_H

#include "base/text.h"
#include "daemon/core/catalogue.h"
#include "proto/event.h"

struct wm_schemas;

enum wm_event_kind {
    WM_KIND_FACT = 1,
    WM_KIND_REQUEST,
    WM_KIND_MESSAGE, /* to workers; never taken from outside */
    WM_KIND_INTERNAL /* in histories; never taken from outside */
};

enum wm_subject_kind {
    WM_SUBJECT_CASE = 1,
    WM_SUBJECT_ITEM, /* the thing's own id (mail, recording) */
    WM_SUBJECT_OFFICER,
    WM_SUBJECT_CUSTOMER,
    WM_SUBJECT_CALENDAR,
    WM_SUBJECT_BATCH
};

/* One event type. Borrowed from the schemas. */
struct wm_schema {
    struct wm_span type;
    struct wm_span title;
    struct wm_span description;
    struct wm_span time;  /* what `time` means */
    struct wm_span topic; /* messages */
    struct wm_span file;
    enum wm_event_kind kind;
    enum wm_subject_kind subject;
    json_t *json; /* the whole document */
};

/* Loads every *.json of the folders, later folders adding to earlier ones (a type twice is an
 * error). A keyword outside the subset, or a file that is no schema, is an error; all of them are
 * told, one `file: sentence` a line in *ret_errors (malloc'd, caller frees; NULL when none). */
WM_MUSTCHECK enum wm_status wm_schemas_load(const char *const *folders, size_t count,
                                            struct wm_schemas **ret_schemas, char **ret_errors);
void wm_schemas_free(struct wm_schemas **schemas);
size_t wm_schemas_count(const struct wm_schemas *schemas);
/* By position, in the order of the types' names. */
const struct wm_schema *wm_schemas_at(const struct wm_schemas *schemas, size_t index);
/* NULL if unknown. */
const struct wm_schema *wm_schemas_find(const struct wm_schemas *schemas, struct wm_span type);
/* Checks `data` (NULL: an empty object). WM_EINVAL: *ret_fault with code "schema", the field
 * ("data.points[0].id") and a sentence that says what would be right. Unknown fields are appended
 * to `warnings` (one sentence a line) unless it is NULL. Thread-safe. */
WM_MUSTCHECK enum wm_status wm_schema_check(const struct wm_schema *schema, const json_t *data,
                                            struct wm_fault *ret_fault, struct wm_text *warnings);
/* True if the schema has this field ("customer.ref") in `data`, for the policy checker: its type in
 * *ret_type
 * ("string", …; NULL: any). `x[]` steps into list elements. */
bool wm_schema_field(const struct wm_schema *schema, struct wm_span path, const char **ret_type);
/* The name of the index-th field of `data`, for "did you mean"; absent beyond the last. */
struct wm_span wm_schema_field_at(const struct wm_schema *schema, size_t index);

/* The schemas as the policy checker sees them, which knows of no JSON. Borrows them. */
struct wm_catalogue wm_catalogue_of(struct wm_schemas *schemas);

#endif
