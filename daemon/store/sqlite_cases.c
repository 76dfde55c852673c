/* sqlite_cases.c - cases, their wake-ups, and the index that finds one across cases. */
#include <assert.h>

#include "daemon/store/sqlite.h"

/* Some functions of store.h have more than five parameters.
 * NOLINTBEGIN(readability-function-size) */

struct case_rows {
    struct wm_case_row *items;
    size_t count;
    size_t room;
};

struct refs {
    struct wm_span *items;
    size_t count;
    size_t room;
};

struct key_rows {
    struct wm_key_row *items;
    size_t count;
    size_t room;
};

static void
read_case(struct wm_query *query, struct wm_arena *arena, struct wm_case_row *ret_row)
{
    ret_row->ref = wm_sqlite_text(query, arena);
    ret_row->workflow = wm_sqlite_text(query, arena);
    ret_row->version = (int32_t)wm_sqlite_int(query);
    ret_row->state = wm_sqlite_text(query, arena);
    ret_row->officer = wm_sqlite_text(query, arena);
    ret_row->customer = wm_sqlite_text(query, arena);
    ret_row->seq = wm_sqlite_int(query);
    ret_row->opened_us = wm_sqlite_int(query);
    ret_row->closed_us = wm_sqlite_time(query);
    ret_row->wake_us = wm_sqlite_time(query);
    ret_row->last_us = wm_sqlite_int(query);
    ret_row->next_due_us = wm_sqlite_time(query);
    ret_row->next_clock = wm_sqlite_text(query, arena);
    ret_row->weight = (int32_t)wm_sqlite_int(query);
    ret_row->is_open = wm_sqlite_int(query) != 0;
    ret_row->breached = wm_sqlite_int(query) != 0;
    ret_row->snapshot = wm_sqlite_text(query, arena);
}

enum wm_status
wm_store_cases_load(struct wm_store *store, const struct wm_span *refs, size_t count,
                    struct wm_arena *arena, struct wm_case_row **ret_rows, size_t *ret_count)
{
    struct case_rows rows = {0};
    for (size_t i = 0; i < count; i++) {
        struct wm_query query = wm_sqlite_use(store, WM_SQL_CASE_LOAD);
        wm_sqlite_put_text(&query, refs[i]);
        while (wm_sqlite_next(&query)) {
            read_case(&query, arena, WM_PUSH(arena, &rows));
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

/* By one of two statements that take the same parameters. */
static enum wm_status
write_case(struct wm_store *store, const struct wm_case_row *row, enum wm_sql which)
{
    struct wm_query query = wm_sqlite_use(store, which);
    wm_sqlite_put_text(&query, row->ref);
    wm_sqlite_put_text(&query, row->workflow);
    wm_sqlite_put_int(&query, row->version);
    wm_sqlite_put_text(&query, row->state);
    wm_sqlite_put_text(&query, row->officer);
    wm_sqlite_put_text(&query, row->customer);
    wm_sqlite_put_int(&query, row->seq);
    wm_sqlite_put_int(&query, row->opened_us);
    wm_sqlite_put_time(&query, row->closed_us);
    wm_sqlite_put_time(&query, row->wake_us);
    wm_sqlite_put_int(&query, row->last_us);
    wm_sqlite_put_time(&query, row->next_due_us);
    wm_sqlite_put_text(&query, row->next_clock);
    wm_sqlite_put_int(&query, row->weight);
    wm_sqlite_put_int(&query, row->is_open);
    wm_sqlite_put_int(&query, row->breached);
    wm_sqlite_put_text(&query, row->snapshot);
    return wm_sqlite_run(&query);
}

static enum wm_status
save_case(struct wm_store *store, const struct wm_case_row *row)
{
    assert(row->ref.size > 0 && row->workflow.size > 0 && row->state.size > 0);
    assert(row->snapshot.size > 0);
    const enum wm_status status = write_case(store, row, WM_SQL_CASE_UPDATE);
    if (status != WM_OK || sqlite3_changes(store->db) > 0) {
        return status;
    }
    return write_case(store, row, WM_SQL_CASE_SAVE);
}

enum wm_status
wm_store_cases_save(struct wm_store *store, const struct wm_case_row *rows, size_t count)
{
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        status = save_case(store, &rows[i]);
    }
    return status;
}

/* The first column of all rows. */
static enum wm_status
read_refs(struct wm_query *query, struct wm_arena *arena, struct refs *refs)
{
    while (wm_sqlite_next(query)) {
        *WM_PUSH(arena, refs) = wm_sqlite_text(query, arena);
    }
    return wm_sqlite_end(query, arena);
}

enum wm_status
wm_store_cases_due(struct wm_store *store, int64_t now_us, size_t limit, struct wm_arena *arena,
                   struct wm_span **ret_refs, size_t *ret_count)
{
    struct refs refs = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_CASES_DUE);
    wm_sqlite_put_int(&query, now_us);
    wm_sqlite_put_int(&query, (int64_t)limit);
    const enum wm_status status = read_refs(&query, arena, &refs);
    if (status == WM_OK) {
        *ret_refs = refs.items;
        *ret_count = refs.count;
    }
    return status;
}

enum wm_status
wm_store_next_wake(struct wm_store *store, int64_t *ret_us)
{
    int64_t wake = WM_NEVER;
    struct wm_query query = wm_sqlite_use(store, WM_SQL_NEXT_WAKE);
    while (wm_sqlite_next(&query)) {
        wake = wm_sqlite_int(&query);
    }
    const enum wm_status status = wm_sqlite_end(&query, NULL);
    if (status == WM_OK) {
        *ret_us = wake;
    }
    return status;
}

enum wm_status
wm_store_cases_touch(struct wm_store *store, struct wm_span officer, struct wm_span after,
                     int64_t now_us, size_t limit, struct wm_arena *arena, struct wm_span *ret_last)
{
    struct refs refs = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_CASES_OF);
    wm_sqlite_put_text(&query, officer);
    wm_sqlite_put_name(&query, after);
    wm_sqlite_put_int(&query, (int64_t)limit);
    enum wm_status status = read_refs(&query, arena, &refs);
    for (size_t i = 0; i < refs.count && status == WM_OK; i++) {
        query = wm_sqlite_use(store, WM_SQL_CASE_WAKE);
        wm_sqlite_put_text(&query, refs.items[i]);
        wm_sqlite_put_int(&query, now_us);
        status = wm_sqlite_run(&query);
    }
    if (status == WM_OK) {
        *ret_last = refs.count > 0 ? refs.items[refs.count - 1] : (struct wm_span){0};
    }
    return status;
}

/* The index that leads straight to what a filter asks for; else all cases are gone through. */
static enum wm_sql
choose_list(const struct wm_case_filter *filter)
{
    if (filter->customer.data != NULL) {
        return WM_SQL_CASES_LIST_CUSTOMER;
    }
    const bool is_of_one = filter->officer.data != NULL || filter->unassigned;
    return filter->open && is_of_one ? WM_SQL_CASES_LIST_OFFICER : WM_SQL_CASES_LIST;
}

enum wm_status
wm_store_cases_list(struct wm_store *store, const struct wm_case_filter *filter, bool with_snapshot,
                    struct wm_arena *arena, struct wm_case_row **ret_rows, size_t *ret_count)
{
    assert(filter->limit > 0);
    struct case_rows rows = {0};
    struct wm_query query = wm_sqlite_use(store, choose_list(filter));
    wm_sqlite_put_text(&query, filter->workflow);
    wm_sqlite_put_text(&query, filter->state);
    wm_sqlite_put_text(&query, filter->officer);
    wm_sqlite_put_text(&query, filter->customer);
    wm_sqlite_put_int(&query, filter->unassigned);
    wm_sqlite_put_int(&query, filter->now_us);
    wm_sqlite_put_int(&query, filter->breached);
    wm_sqlite_put_time(&query, filter->due_before_us);
    wm_sqlite_put_int(&query, filter->quiet_since_us);
    wm_sqlite_put_int(&query, filter->open);
    wm_sqlite_put_name(&query, filter->after);
    wm_sqlite_put_int(&query, (int64_t)filter->limit);
    wm_sqlite_put_int(&query, with_snapshot);
    while (wm_sqlite_next(&query)) {
        read_case(&query, arena, WM_PUSH(arena, &rows));
    }
    const enum wm_status status = wm_sqlite_end(&query, arena);
    if (status == WM_OK) {
        *ret_rows = rows.items;
        *ret_count = rows.count;
    }
    return status;
}

enum wm_status
wm_store_keys_add(struct wm_store *store, const struct wm_key_row *rows, size_t count)
{
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        struct wm_query query = wm_sqlite_use(store, WM_SQL_KEY_ADD);
        wm_sqlite_put_name(&query, rows[i].kind);
        wm_sqlite_put_name(&query, rows[i].value);
        wm_sqlite_put_name(&query, rows[i].ref);
        wm_sqlite_put_int(&query, rows[i].since_us);
        status = wm_sqlite_run(&query);
    }
    return status;
}

enum wm_status
wm_store_keys_drop(struct wm_store *store, const struct wm_key_row *rows, size_t count)
{
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        struct wm_query query = wm_sqlite_use(store, WM_SQL_KEY_DROP);
        wm_sqlite_put_name(&query, rows[i].kind);
        wm_sqlite_put_name(&query, rows[i].value);
        wm_sqlite_put_name(&query, rows[i].ref);
        status = wm_sqlite_run(&query);
    }
    return status;
}

enum wm_status
wm_store_keys_find(struct wm_store *store, struct wm_span kind, struct wm_span value, size_t limit,
                   struct wm_arena *arena, struct wm_key_row **ret_rows, size_t *ret_count)
{
    struct key_rows rows = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_KEYS_FIND);
    wm_sqlite_put_name(&query, kind);
    wm_sqlite_put_name(&query, value);
    wm_sqlite_put_int(&query, (int64_t)limit);
    while (wm_sqlite_next(&query)) {
        struct wm_key_row *row = WM_PUSH(arena, &rows);
        row->kind = wm_sqlite_text(&query, arena);
        row->value = wm_sqlite_text(&query, arena);
        row->ref = wm_sqlite_text(&query, arena);
        row->since_us = wm_sqlite_int(&query);
    }
    const enum wm_status status = wm_sqlite_end(&query, arena);
    if (status == WM_OK) {
        *ret_rows = rows.items;
        *ret_count = rows.count;
    }
    return status;
}

/* NOLINTEND(readability-function-size) */
