/* sqlite_query.c - using the kept statements: bind, step, read, reset; and what a failure means. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>

#include "daemon/store/sqlite.h"

enum { RESULT_MASK = 0xFF }; /* the primary part of an extended result */

/* The errno of the last failure of the database's file or its log; 0: none. A failed commit leaves
 * none in sqlite3_system_errno(). */
static int
system_error(const struct wm_store *store)
{
    int error = sqlite3_system_errno(store->db);
    sqlite3_file *log = NULL;
    if (error == 0) {
        (void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
    }
    if (error == 0) {
        (void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, (void *)&log);
    }
    if (log != NULL && log->pMethods != NULL) {
        (void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
    }
    return error;
}

/* SQLite tells only ENOSPC from other write errors, but a quota or a file size limit is mended by a
 * person in the same way. */
static bool
is_full(const struct wm_store *store)
{
    const int error = system_error(store);
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

static enum wm_status
status_of(const struct wm_store *store, int result)
{
    switch (result & RESULT_MASK) {
    case SQLITE_FULL:
        return WM_FULL;
    case SQLITE_IOERR:
        return is_full(store) ? WM_FULL : WM_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return WM_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return WM_AGAIN;
    case SQLITE_NOMEM:
        return WM_NOMEM;
    case SQLITE_CONSTRAINT:
        return result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY
                   ? WM_EXISTS
                   : WM_EINVAL;
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
        return WM_EINVAL;
    default:
        return WM_IO;
    }
}

void
wm_sqlite_explain(struct wm_store *store, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(store->why, sizeof store->why, format, args);
    va_end(args);
}

enum wm_status
wm_sqlite_failed(struct wm_store *store, int result)
{
    assert(result != SQLITE_OK && result != SQLITE_ROW && result != SQLITE_DONE);
    const enum wm_status status = status_of(store, result);
    const int error = status == WM_IO || status == WM_FULL ? system_error(store) : 0;
    wm_sqlite_explain(store, "%s: %s (SQLite result %d%s%s)", store->path,
                      sqlite3_errmsg(store->db), result, error != 0 ? ", " : "",
                      error != 0 ? strerror(error) : "");
    if (store->failed == WM_OK) {
        store->failed = status;
    }
    /* After a failed fsync a later one may succeed and mean nothing: this connection is done. */
    if (status == WM_IO || status == WM_CORRUPT) {
        store->is_broken = true;
    }
    return status;
}

struct wm_query
wm_sqlite_use(struct wm_store *store, enum wm_sql which)
{
    assert(which >= WM_SQL_BEGIN && which < WM_SQL_COUNT);
    struct wm_query query = {.store = store, .statement = store->statements[which], .put = 1};
    if (query.statement == NULL) {
        const int result =
            sqlite3_prepare_v3(store->db, wm_sqlite_statements[which], -1,
                               SQLITE_PREPARE_PERSISTENT, &store->statements[which], NULL);
        if (result != SQLITE_OK) {
            query.status = wm_sqlite_failed(store, result);
            return query;
        }
        query.statement = store->statements[which];
        /* It stays bound: a reset keeps the parameters. */
        if (sqlite3_bind_parameter_count(query.statement) > 0) {
            (void)sqlite3_bind_text(query.statement, 1, store->organisation,
                                    (int)store->organisation_size, SQLITE_STATIC);
        }
    }
    assert(sqlite3_stmt_readonly(query.statement) != 0 ||
           (store->in_batch && store->mode == WM_STORE_WRITER));
    return query;
}

static void
note(struct wm_query *query, int result)
{
    if (result != SQLITE_OK && query->status == WM_OK) {
        query->status = wm_sqlite_failed(query->store, result);
    }
}

void
wm_sqlite_put_text(struct wm_query *query, struct wm_span text)
{
    query->put += 1;
    if (query->statement == NULL) {
        return;
    }
    if (text.data == NULL) {
        note(query, sqlite3_bind_null(query->statement, query->put));
    } else {
        note(query, sqlite3_bind_text64(query->statement, query->put, text.data, text.size,
                                        SQLITE_STATIC, SQLITE_UTF8));
    }
}

void
wm_sqlite_put_name(struct wm_query *query, struct wm_span text)
{
    wm_sqlite_put_text(query, text.data == NULL ? wm_span("") : text);
}

void
wm_sqlite_put_int(struct wm_query *query, int64_t number)
{
    query->put += 1;
    if (query->statement != NULL) {
        note(query, sqlite3_bind_int64(query->statement, query->put, number));
    }
}

void
wm_sqlite_put_time(struct wm_query *query, int64_t us)
{
    if (us == WM_NEVER) {
        wm_sqlite_put_text(query, (struct wm_span){0});
    } else {
        wm_sqlite_put_int(query, us);
    }
}

void
wm_sqlite_put_bytes(struct wm_query *query, const void *bytes, size_t size)
{
    assert(bytes != NULL);
    query->put += 1;
    if (query->statement != NULL) {
        note(query, sqlite3_bind_blob64(query->statement, query->put, bytes, size, SQLITE_STATIC));
    }
}

enum wm_status
wm_sqlite_run(struct wm_query *query)
{
    while (wm_sqlite_next(query)) {
        /* Rows that nobody asked for: of a pragma, or of a returning clause. */
    }
    return query->status;
}

bool
wm_sqlite_next(struct wm_query *query)
{
    if (query->status != WM_OK) {
        return false;
    }
    assert(query->put <= 1 || query->put == sqlite3_bind_parameter_count(query->statement));
    const int result = sqlite3_step(query->statement);
    query->read = 0;
    if (result == SQLITE_ROW) {
        return true;
    }
    if (result != SQLITE_DONE) {
        query->status = wm_sqlite_failed(query->store, result);
    }
    /* The result of a reset is that of the step before it. */
    (void)sqlite3_reset(query->statement);
    return false;
}

enum wm_status
wm_sqlite_end(struct wm_query *query, const struct wm_arena *arena)
{
    if (query->statement != NULL) {
        (void)sqlite3_reset(query->statement);
    }
    if (query->status == WM_OK && arena != NULL && wm_arena_failed(arena)) {
        query->status = WM_NOMEM;
    }
    return query->status;
}

struct wm_span
wm_sqlite_text(struct wm_query *query, struct wm_arena *arena)
{
    const int column = query->read++;
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    if (text == NULL) {
        return (struct wm_span){0};
    }
    return wm_arena_copy(
        arena, (struct wm_span){text, (size_t)sqlite3_column_bytes(query->statement, column)});
}

int64_t
wm_sqlite_int(struct wm_query *query)
{
    return sqlite3_column_int64(query->statement, query->read++);
}

int64_t
wm_sqlite_time(struct wm_query *query)
{
    const int column = query->read++;
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL
               ? WM_NEVER
               : sqlite3_column_int64(query->statement, column);
}

void
wm_sqlite_bytes(struct wm_query *query, void *bytes, size_t size)
{
    const int column = query->read++;
    const void *blob = sqlite3_column_blob(query->statement, column);
    if (blob != NULL && (size_t)sqlite3_column_bytes(query->statement, column) == size) {
        memcpy(bytes, blob, size);
    }
}
