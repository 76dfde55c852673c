/* sqlite_events.c - history, what was seen before, and the last refusals of a case. */
#include <assert.h>

#include "daemon/store/sqlite.h"

/* Some functions of store.h have more than five parameters.
 * NOLINTBEGIN(readability-function-size) */

enum { REFUSALS_KEPT = 50 }; /* of one case */

struct event_rows {
    struct wm_event_row *items;
    size_t count;
    size_t room;
};

struct seen_rows {
    struct wm_seen_row *items;
    size_t count;
    size_t room;
};

struct refusal_rows {
    struct wm_refusal_row *items;
    size_t count;
    size_t room;
};

static enum wm_status
add_event(struct wm_store *store, const struct wm_event_row *row)
{
    assert(row->kind >= WM_AGGREGATE_CASE && row->kind <= WM_AGGREGATE_CALENDAR);
    assert(row->seq > 0 && row->group > 0 && row->group <= row->seq);
    assert(row->type.size > 0);
    struct wm_query query = wm_sqlite_use(store, WM_SQL_EVENT_ADD);
    wm_sqlite_put_int(&query, row->kind);
    wm_sqlite_put_name(&query, row->ref);
    wm_sqlite_put_int(&query, row->seq);
    wm_sqlite_put_int(&query, row->group);
    wm_sqlite_put_int(&query, row->primary);
    wm_sqlite_put_text(&query, row->source);
    wm_sqlite_put_text(&query, row->id);
    wm_sqlite_put_text(&query, row->type);
    wm_sqlite_put_int(&query, row->occurred_us);
    wm_sqlite_put_int(&query, row->recorded_us);
    wm_sqlite_put_text(&query, row->actor);
    wm_sqlite_put_text(&query, row->from);
    wm_sqlite_put_text(&query, row->to);
    wm_sqlite_put_text(&query, row->officer);
    wm_sqlite_put_text(&query, row->outcome);
    wm_sqlite_put_int(&query, row->transition);
    wm_sqlite_put_text(&query, row->violations);
    wm_sqlite_put_text(&query, row->effects);
    wm_sqlite_put_text(&query, row->inputs);
    wm_sqlite_put_text(&query, row->body);
    return wm_sqlite_run(&query);
}

enum wm_status
wm_store_events_add(struct wm_store *store, const struct wm_event_row *rows, size_t count)
{
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        status = add_event(store, &rows[i]);
    }
    return status;
}

static void
read_event(struct wm_query *query, struct wm_arena *arena, struct wm_event_row *ret_row)
{
    ret_row->kind = (enum wm_aggregate)wm_sqlite_int(query);
    ret_row->ref = wm_sqlite_text(query, arena);
    ret_row->seq = wm_sqlite_int(query);
    ret_row->group = wm_sqlite_int(query);
    ret_row->primary = wm_sqlite_int(query) != 0;
    ret_row->source = wm_sqlite_text(query, arena);
    ret_row->id = wm_sqlite_text(query, arena);
    ret_row->type = wm_sqlite_text(query, arena);
    ret_row->occurred_us = wm_sqlite_int(query);
    ret_row->recorded_us = wm_sqlite_int(query);
    ret_row->actor = wm_sqlite_text(query, arena);
    ret_row->from = wm_sqlite_text(query, arena);
    ret_row->to = wm_sqlite_text(query, arena);
    ret_row->officer = wm_sqlite_text(query, arena);
    ret_row->outcome = wm_sqlite_text(query, arena);
    ret_row->transition = (int32_t)wm_sqlite_int(query);
    ret_row->violations = wm_sqlite_text(query, arena);
    ret_row->effects = wm_sqlite_text(query, arena);
    ret_row->inputs = wm_sqlite_text(query, arena);
    ret_row->body = wm_sqlite_text(query, arena);
}

enum wm_status
wm_store_events_load(struct wm_store *store, enum wm_aggregate kind, struct wm_span ref,
                     int64_t after, size_t limit, struct wm_arena *arena,
                     struct wm_event_row **ret_rows, size_t *ret_count)
{
    struct event_rows rows = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_EVENTS_LOAD);
    wm_sqlite_put_int(&query, kind);
    wm_sqlite_put_name(&query, ref);
    wm_sqlite_put_int(&query, after);
    wm_sqlite_put_int(&query, limit > 0 ? (int64_t)limit : -1);
    while (wm_sqlite_next(&query)) {
        read_event(&query, arena, WM_PUSH(arena, &rows));
    }
    const enum wm_status status = wm_sqlite_end(&query, arena);
    if (status == WM_OK) {
        *ret_rows = rows.items;
        *ret_count = rows.count;
    }
    return status;
}

static void
read_seen(struct wm_query *query, struct wm_arena *arena, struct wm_seen_row *ret_row)
{
    ret_row->source = wm_sqlite_text(query, arena);
    ret_row->id = wm_sqlite_text(query, arena);
    wm_sqlite_bytes(query, ret_row->digest, WM_STORE_DIGEST);
    ret_row->kind = (enum wm_aggregate)wm_sqlite_int(query);
    ret_row->ref = wm_sqlite_text(query, arena);
    ret_row->seq = wm_sqlite_int(query);
    ret_row->state = wm_sqlite_text(query, arena);
    ret_row->recorded_us = wm_sqlite_int(query);
}

enum wm_status
wm_store_seen_load(struct wm_store *store, const struct wm_seen_row *keys, size_t count,
                   struct wm_arena *arena, struct wm_seen_row **ret_rows, size_t *ret_count)
{
    struct seen_rows rows = {0};
    for (size_t i = 0; i < count; i++) {
        struct wm_query query = wm_sqlite_use(store, WM_SQL_SEEN_LOAD);
        wm_sqlite_put_name(&query, keys[i].source);
        wm_sqlite_put_name(&query, keys[i].id);
        while (wm_sqlite_next(&query)) {
            read_seen(&query, arena, WM_PUSH(arena, &rows));
        }
        const enum wm_status status = wm_sqlite_end(&query, arena);
        if (status != WM_OK) {
            return status;
        }
    }
    *ret_rows = rows.items;
    *ret_count = rows.count;
    return WM_OK;
}

enum wm_status
wm_store_seen_add(struct wm_store *store, const struct wm_seen_row *rows, size_t count)
{
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        struct wm_query query = wm_sqlite_use(store, WM_SQL_SEEN_ADD);
        wm_sqlite_put_name(&query, rows[i].source);
        wm_sqlite_put_name(&query, rows[i].id);
        wm_sqlite_put_bytes(&query, rows[i].digest, WM_STORE_DIGEST);
        wm_sqlite_put_int(&query, rows[i].kind);
        wm_sqlite_put_name(&query, rows[i].ref);
        wm_sqlite_put_int(&query, rows[i].seq);
        wm_sqlite_put_text(&query, rows[i].state);
        wm_sqlite_put_int(&query, rows[i].recorded_us);
        status = wm_sqlite_run(&query);
    }
    return status;
}

static enum wm_status
add_refusal(struct wm_store *store, const struct wm_refusal_row *row)
{
    struct wm_query query = wm_sqlite_use(store, WM_SQL_REFUSAL_ADD);
    wm_sqlite_put_name(&query, row->ref);
    wm_sqlite_put_text(&query, row->source);
    wm_sqlite_put_text(&query, row->id);
    wm_sqlite_put_text(&query, row->type);
    wm_sqlite_put_text(&query, row->actor);
    wm_sqlite_put_name(&query, row->code);
    wm_sqlite_put_text(&query, row->field);
    wm_sqlite_put_name(&query, row->message);
    wm_sqlite_put_int(&query, row->recorded_us);
    const enum wm_status status = wm_sqlite_run(&query);
    if (status != WM_OK) {
        return status;
    }
    query = wm_sqlite_use(store, WM_SQL_REFUSAL_TRIM);
    wm_sqlite_put_name(&query, row->ref);
    wm_sqlite_put_int(&query, REFUSALS_KEPT);
    return wm_sqlite_run(&query);
}

enum wm_status
wm_store_refusals_add(struct wm_store *store, const struct wm_refusal_row *rows, size_t count)
{
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        status = add_refusal(store, &rows[i]);
    }
    return status;
}

enum wm_status
wm_store_refusals_load(struct wm_store *store, struct wm_span ref, struct wm_arena *arena,
                       struct wm_refusal_row **ret_rows, size_t *ret_count)
{
    struct refusal_rows rows = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_REFUSALS_LOAD);
    wm_sqlite_put_name(&query, ref);
    while (wm_sqlite_next(&query)) {
        struct wm_refusal_row *row = WM_PUSH(arena, &rows);
        row->ref = wm_sqlite_text(&query, arena);
        row->source = wm_sqlite_text(&query, arena);
        row->id = wm_sqlite_text(&query, arena);
        row->type = wm_sqlite_text(&query, arena);
        row->actor = wm_sqlite_text(&query, arena);
        row->code = wm_sqlite_text(&query, arena);
        row->field = wm_sqlite_text(&query, arena);
        row->message = wm_sqlite_text(&query, arena);
        row->recorded_us = wm_sqlite_int(&query);
    }
    const enum wm_status status = wm_sqlite_end(&query, arena);
    if (status == WM_OK) {
        *ret_rows = rows.items;
        *ret_count = rows.count;
    }
    return status;
}

/* NOLINTEND(readability-function-size) */
