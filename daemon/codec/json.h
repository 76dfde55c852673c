/* json.h - between JSON and core values. */
#ifndef WM_CODEC_JSON_H
#define WM_CODEC_JSON_H

#include <jansson.h>

#include "base/attributes.h"
#include "base/status.h"
#include "base/text.h"
#include "daemon/core/value.h"

/* The value that a parsed JSON tree is; texts are borrowed from it unless `copy`. Reals become
 * DECIMAL with the fewest digits that give the same number back. */
struct wm_value wm_value_of_json(struct wm_arena *arena, const json_t *json, bool copy);
/* Parses JSON text; all texts are copied into the arena. WM_EPROTO. */
WM_MUSTCHECK enum wm_status wm_value_parse(struct wm_arena *arena, struct wm_span text,
                                           struct wm_value *ret_value);
/* Compact JSON text of a value; the absent value is null. Never fails but by the arena. */
struct wm_span wm_value_json(struct wm_arena *arena, const struct wm_value *value);
/* Appends a JSON string (quoted, escaped) or value to a text. */
void wm_json_put_string(struct wm_text *text, struct wm_span string);
void wm_json_put_value(struct wm_text *text, const struct wm_value *value);
/* Appends `"name":` with a comma before it unless the text ends with '{' or '['. */
void wm_json_put_name(struct wm_text *text, const char *name);
void wm_json_put_field(struct wm_text *text, const char *name,
                       struct wm_span string); /* absent: null */
void wm_json_put_int(struct wm_text *text, const char *name, int64_t number);
void wm_json_put_time(struct wm_text *text, const char *name, int64_t us); /* WM_NEVER: null */

#endif
