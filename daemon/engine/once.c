/* once.c - what was taken before: by the store, or by this very batch. */
#include <assert.h>

#include "daemon/engine/parts.h"

static struct wm_once_entry **
bucket_of(const struct wm_once *once, struct wm_span source, struct wm_span id)
{
    const uint64_t hash = wm_engine_hash(source, id);
    return &once->buckets[(hash ^ hash >> 32) & (once->bucket_count - 1)];
}

const struct wm_seen_row *
wm_once_find(const struct wm_batch *batch, struct wm_span source, struct wm_span id)
{
    const struct wm_once *once = &batch->once;
    assert(once->bucket_count > 0);
    for (const struct wm_once_entry *entry = *bucket_of(once, source, id); entry != NULL;
         entry = entry->next) {
        if (wm_span_equal(entry->row.id, id) && wm_span_equal(entry->row.source, source)) {
            return &entry->row;
        }
    }
    return NULL;
}

void
wm_once_add(struct wm_batch *batch, const struct wm_seen_row *row)
{
    struct wm_once_entry *entry = WM_NEW(batch->arena, struct wm_once_entry);
    if (wm_arena_failed(batch->arena)) {
        return;
    }
    struct wm_once_entry **bucket = bucket_of(&batch->once, row->source, row->id);
    entry->row = *row;
    entry->next = *bucket;
    *bucket = entry;
}

enum wm_status
wm_once_load(struct wm_batch *batch, const struct wm_work *works, size_t count)
{
    struct wm_once *once = &batch->once;
    once->bucket_count = 16;
    while (once->bucket_count < 2 * count) {
        once->bucket_count *= 2;
    }
    once->buckets = WM_NEW_ARRAY(batch->arena, struct wm_once_entry *, once->bucket_count);
    struct wm_seen_row *keys = WM_NEW_ARRAY(batch->arena, struct wm_seen_row, count + 1);
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    size_t key_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (works[i].kind == WM_WORK_EVENT) {
            keys[key_count].source = works[i].event->event.source;
            keys[key_count++].id = works[i].event->event.id;
        }
    }
    if (key_count == 0) {
        return WM_OK;
    }
    struct wm_seen_row *rows = NULL;
    size_t row_count = 0;
    const enum wm_status status =
        wm_store_seen_load(batch->store, keys, key_count, batch->arena, &rows, &row_count);
    for (size_t i = 0; i < row_count && status == WM_OK; i++) {
        wm_once_add(batch, &rows[i]);
    }
    return wm_arena_failed(batch->arena) ? WM_NOMEM : status;
}
