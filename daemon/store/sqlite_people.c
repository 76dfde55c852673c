/* sqlite_people.c - officers, the texts of workflow and calendar versions, small named values. */
#include <assert.h>

#include "daemon/store/sqlite.h"

/* Some functions of store.h have more than five parameters.
 * NOLINTBEGIN(readability-function-size) */

struct officer_rows {
    struct wm_officer_row *items;
    size_t count;
    size_t room;
};

struct text_rows {
    struct wm_text_row *items;
    size_t count;
    size_t room;
};

struct names {
    struct wm_span *items;
    size_t count;
    size_t room;
};

enum wm_status
wm_store_officers_load(struct wm_store *store, struct wm_arena *arena,
                       struct wm_officer_row **ret_rows, size_t *ret_count)
{
    struct officer_rows rows = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_OFFICERS_LOAD);
    while (wm_sqlite_next(&query)) {
        struct wm_officer_row *row = WM_PUSH(arena, &rows);
        row->id = wm_sqlite_text(&query, arena);
        row->body = wm_sqlite_text(&query, arena);
        row->seq = wm_sqlite_int(&query);
        row->last_assigned_us = wm_sqlite_int(&query);
        row->open_cases = (int32_t)wm_sqlite_int(&query);
        row->open_weight = (int32_t)wm_sqlite_int(&query);
    }
    const enum wm_status status = wm_sqlite_end(&query, arena);
    if (status == WM_OK) {
        *ret_rows = rows.items;
        *ret_count = rows.count;
    }
    return status;
}

enum wm_status
wm_store_officers_save(struct wm_store *store, const struct wm_officer_row *rows, size_t count)
{
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        assert(rows[i].id.size > 0 && rows[i].body.size > 0);
        struct wm_query query = wm_sqlite_use(store, WM_SQL_OFFICER_SAVE);
        wm_sqlite_put_text(&query, rows[i].id);
        wm_sqlite_put_text(&query, rows[i].body);
        wm_sqlite_put_int(&query, rows[i].seq);
        wm_sqlite_put_int(&query, rows[i].last_assigned_us);
        status = wm_sqlite_run(&query);
    }
    return status;
}

enum wm_status
wm_store_text_add(struct wm_store *store, enum wm_text_kind kind, struct wm_span name,
                  struct wm_span version, struct wm_span digest, struct wm_span text)
{
    assert(name.size > 0 && version.size > 0 && text.data != NULL);
    struct wm_query query = wm_sqlite_use(store, WM_SQL_TEXT_ADD);
    wm_sqlite_put_int(&query, kind);
    wm_sqlite_put_text(&query, name);
    wm_sqlite_put_text(&query, version);
    wm_sqlite_put_name(&query, digest);
    wm_sqlite_put_text(&query, text);
    const enum wm_status status = wm_sqlite_run(&query);
    if (status != WM_OK || sqlite3_changes(store->db) > 0) {
        return status;
    }
    wm_sqlite_explain(
        store,
        "%s: %.*s version %.*s is stored already, with another text: a version that was "
        "used does not change, give the new text a version of its own",
        store->path, WM_SPAN_ARG(name), WM_SPAN_ARG(version));
    store->failed = WM_EXISTS;
    return WM_EXISTS;
}

enum wm_status
wm_store_text_load(struct wm_store *store, enum wm_text_kind kind, struct wm_span name,
                   struct wm_span version, struct wm_arena *arena, struct wm_span *ret_digest,
                   struct wm_span *ret_text)
{
    struct wm_span digest = {0};
    struct wm_span text = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_TEXT_LOAD);
    wm_sqlite_put_int(&query, kind);
    wm_sqlite_put_text(&query, name);
    wm_sqlite_put_text(&query, version);
    while (wm_sqlite_next(&query)) {
        digest = wm_sqlite_text(&query, arena);
        text = wm_sqlite_text(&query, arena);
    }
    const enum wm_status status = wm_sqlite_end(&query, arena);
    if (status != WM_OK) {
        return status;
    }
    if (text.data == NULL) {
        return WM_NOTFOUND;
    }
    *ret_digest = digest;
    *ret_text = text;
    return WM_OK;
}

enum wm_status
wm_store_texts_list(struct wm_store *store, enum wm_text_kind kind, struct wm_arena *arena,
                    struct wm_text_row **ret_rows, size_t *ret_count)
{
    struct text_rows rows = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_TEXTS_LIST);
    wm_sqlite_put_int(&query, kind);
    while (wm_sqlite_next(&query)) {
        struct wm_text_row *row = WM_PUSH(arena, &rows);
        row->name = wm_sqlite_text(&query, arena);
        row->version = wm_sqlite_text(&query, arena);
        row->cases = wm_sqlite_int(&query);
    }
    const enum wm_status status = wm_sqlite_end(&query, arena);
    if (status == WM_OK) {
        *ret_rows = rows.items;
        *ret_count = rows.count;
    }
    return status;
}

enum wm_status
wm_store_meta_set(struct wm_store *store, struct wm_span name, struct wm_span value)
{
    assert(name.size > 0);
    struct wm_query query =
        wm_sqlite_use(store, value.data != NULL ? WM_SQL_META_SET : WM_SQL_META_DROP);
    wm_sqlite_put_text(&query, name);
    if (value.data != NULL) {
        wm_sqlite_put_text(&query, value);
    }
    return wm_sqlite_run(&query);
}

enum wm_status
wm_store_meta_get(struct wm_store *store, struct wm_span name, struct wm_arena *arena,
                  struct wm_span *ret_value)
{
    struct wm_span value = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_META_GET);
    wm_sqlite_put_text(&query, name);
    while (wm_sqlite_next(&query)) {
        value = wm_sqlite_text(&query, arena);
    }
    const enum wm_status status = wm_sqlite_end(&query, arena);
    if (status == WM_OK && value.data == NULL) {
        return WM_NOTFOUND;
    }
    if (status == WM_OK) {
        *ret_value = value;
    }
    return status;
}

enum wm_status
wm_store_meta_list(struct wm_store *store, struct wm_span prefix, struct wm_arena *arena,
                   struct wm_span **ret_names, size_t *ret_count)
{
    struct names names = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_META_LIST);
    wm_sqlite_put_name(&query, prefix);
    while (wm_sqlite_next(&query)) {
        *WM_PUSH(arena, &names) = wm_sqlite_text(&query, arena);
    }
    const enum wm_status status = wm_sqlite_end(&query, arena);
    if (status == WM_OK) {
        *ret_names = names.items;
        *ret_count = names.count;
    }
    return status;
}

/* NOLINTEND(readability-function-size) */
