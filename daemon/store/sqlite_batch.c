/* sqlite_batch.c - batches, and the write-ahead log that they are made durable in.
 *
 * The writer is the only connection that writes and the only one that checkpoints, and it never
 * does so between a batch and its answers. */
#include <assert.h>

#include "daemon/store/sqlite.h"

enum {
    LOG_IDLE_PAGES = 1024, /* checkpointed when idle */
    LOG_MAX_PAGES = 16384  /* checkpointed before the next batch, idle or not: 64 MiB */
};

/* What fails here fails the next batch: the log could not be brought home. */
static void
checkpoint(struct wm_store *store)
{
    assert(!store->in_batch);
    int pages = 0;
    int done = 0;
    const int result =
        sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &done);
    if (result != SQLITE_OK && result != SQLITE_BUSY) {
        (void)wm_sqlite_failed(store, result);
        return;
    }
    /* What a reader still holds back is tried again after more has been written. */
    store->log_pages = 0;
}

enum wm_status
wm_store_begin(struct wm_store *store)
{
    assert(!store->in_batch);
    if (store->log_pages >= LOG_MAX_PAGES && !store->is_broken) {
        checkpoint(store);
    }
    if (store->is_broken) {
        return WM_IO;
    }
    store->failed = WM_OK;
    store->in_batch = true;
    struct wm_query query =
        wm_sqlite_use(store, store->mode == WM_STORE_WRITER ? WM_SQL_BEGIN : WM_SQL_BEGIN_READ);
    const enum wm_status status = wm_sqlite_run(&query);
    store->in_batch = status == WM_OK;
    return status;
}

enum wm_status
wm_store_commit(struct wm_store *store)
{
    assert(store->in_batch);
    /* Half a batch is never kept, whether or not the caller saw the failure. */
    if (store->failed != WM_OK) {
        const enum wm_status failed = store->failed;
        wm_store_rollback(store);
        return failed;
    }
    struct wm_query query = wm_sqlite_use(store, WM_SQL_COMMIT);
    const enum wm_status status = wm_sqlite_run(&query);
    if (status != WM_OK) {
        wm_store_rollback(store);
        return status;
    }
    store->in_batch = false;
    return WM_OK;
}

void
wm_store_rollback(struct wm_store *store)
{
    /* A commit that failed has rolled back, and some failures make SQLite do it by itself. */
    if (!store->in_batch) {
        return;
    }
    if (sqlite3_get_autocommit(store->db) == 0) {
        struct wm_query query = wm_sqlite_use(store, WM_SQL_ROLLBACK);
        const enum wm_status status = wm_sqlite_run(&query);
        store->is_broken = store->is_broken || status != WM_OK;
    }
    store->in_batch = false;
}

void
wm_store_idle(struct wm_store *store)
{
    assert(!store->in_batch);
    if (store->log_pages >= LOG_IDLE_PAGES && !store->is_broken) {
        checkpoint(store);
    }
}

enum wm_status
wm_store_touch(struct wm_store *store)
{
    struct wm_query query = wm_sqlite_use(store, WM_SQL_TOUCH);
    return wm_sqlite_run(&query);
}
