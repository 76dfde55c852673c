/* past.c - a case's history, read back for folding. */
#include <assert.h>

#include "daemon/engine/parts.h"

static enum wm_status
read_row(const struct wm_event_row *row, const struct wm_schemas *schemas, struct wm_arena *arena,
         struct wm_past *past)
{
    const struct wm_schema *schema = wm_schemas_find(schemas, row->type);
    struct wm_value body;
    enum wm_status status = wm_value_parse(arena, row->body, &body);
    if (status != WM_OK) {
        return status; /* one case's trouble, not the store's */
    }
    const struct wm_value *data = wm_value_get(&body, wm_span("data"));
    *past = (struct wm_past){
        .seq = row->seq,
        .group = row->group,
        .primary = row->primary,
        .event = {.id = row->id,
                  .source = row->source,
                  .type = row->type,
                  .subject = row->ref,
                  .actor = row->actor,
                  .occurred_us = row->occurred_us,
                  .recorded_us = row->recorded_us,
                  .data = data->kind == WM_VALUE_OBJECT ? *data : wm_value_object(NULL, 0),
                  .request = schema != NULL && schema->kind == WM_KIND_REQUEST},
        .transition = row->transition,
        .from = row->from,
        .to = row->to,
        .officer = row->officer,
    };
    if (row->inputs.data != NULL) {
        status = wm_value_parse(arena, row->inputs, &past->inputs);
    }
    return status;
}

enum wm_status
wm_past_load(struct wm_store *store, const struct wm_schemas *schemas, struct wm_span ref,
             struct wm_arena *arena, struct wm_pasts *ret_pasts)
{
    struct wm_event_row *rows = NULL;
    size_t count = 0;
    enum wm_status status =
        wm_store_events_load(store, WM_AGGREGATE_CASE, ref, 0, 0, arena, &rows, &count);
    if (status != WM_OK) {
        return status;
    }
    struct wm_past *past = WM_NEW_ARRAY(arena, struct wm_past, count + 1);
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        assert(rows[i].seq == (int64_t)i + 1);
        status = read_row(&rows[i], schemas, arena, &past[i]);
    }
    *ret_pasts = (struct wm_pasts){past, count};
    return status;
}
