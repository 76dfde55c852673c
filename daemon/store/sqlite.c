/* sqlite.c - opens one connection to an SQLite database and brings its schema up to date. */
#include "daemon/store/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Some functions of store.h have more than five parameters.
 * NOLINTBEGIN(readability-function-size) */

enum {
    APPLICATION = 0x574D524B, /* "WMRK", in the database's header */
    BUSY_MS = 5000,           /* for somebody who looks at the database by hand */
    CACHE_KIB = 16 * 1024,
    LOG_KEEP_BYTES = 128 * 1024 * 1024, /* of the log's file, which is written over and over */
    LOCK_MODE = 0640,
    SQL_SIZE = 128
};

#define SCHEME "sqlite:"

struct wm_store_opening {
    struct wm_span path;
    struct wm_span organisation;
    enum wm_store_mode mode;
    struct wm_arena *arena;
    struct wm_span why;
};

static struct wm_store *
store_new(const struct wm_store_opening *opening)
{
    struct wm_store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        return NULL;
    }
    store->lock_fd = -1;
    store->mode = opening->mode;
    store->path = strndup(opening->path.data, opening->path.size);
    store->organisation = strndup(opening->organisation.data, opening->organisation.size);
    store->organisation_size = opening->organisation.size;
    if (store->path == NULL || store->organisation == NULL) {
        wm_store_free(&store);
    }
    return store;
}

/* ---- the lock that keeps a second writer out */

static void
explain_lock(const struct wm_store *store, struct wm_store_opening *opening)
{
    char holder[32] = "";
    const ssize_t size = pread(store->lock_fd, holder, sizeof holder - 1, 0);
    const long pid = size > 0 ? strtol(holder, NULL, 10) : 0;
    opening->why = wm_arena_printf(
        opening->arena,
        "%s is in use by another daemon (process %ld): stop that one first, or give this one a "
        "database of its own",
        store->path, pid);
}

/* A file of its own: closing any other descriptor of the database would drop SQLite's locks. */
static enum wm_status
take_lock(struct wm_store *store, struct wm_store_opening *opening)
{
    const char *path = wm_arena_printf(opening->arena, "%s.lock", store->path).data;
    if (path == NULL) {
        return WM_NOMEM;
    }
    store->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, LOCK_MODE);
    if (store->lock_fd < 0) {
        opening->why = wm_arena_printf(opening->arena,
                                       "cannot open %s: %s; its folder must exist and be writable",
                                       path, strerror(errno));
        return errno == ENOSPC ? WM_FULL : WM_IO;
    }
    if (flock(store->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        explain_lock(store, opening);
        return WM_AGAIN;
    }
    /* The number is for people alone; not being able to write it changes nothing. */
    char pid[32];
    const int size = snprintf(pid, sizeof pid, "%-20ld\n", (long)getpid());
    const ssize_t written = pwrite(store->lock_fd, pid, (size_t)size, 0);
    (void)written;
    return WM_OK;
}

/* ---- settings and schema */

static enum wm_status
execute(struct wm_store *store, const char *sql)
{
    const int result = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? WM_OK : wm_sqlite_failed(store, result);
}

/* The single answer of a pragma, as text. */
static enum wm_status
ask(struct wm_store *store, const char *sql, char *answer, size_t size)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_step(statement);
    }
    if (result == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        (void)snprintf(answer, size, "%s", text != NULL ? text : "");
    }
    const enum wm_status status =
        result == SQLITE_ROW || result == SQLITE_DONE ? WM_OK : wm_sqlite_failed(store, result);
    (void)sqlite3_finalize(statement);
    return status;
}

static enum wm_status
ask_number(struct wm_store *store, const char *sql, long *ret_number)
{
    char answer[32] = "";
    const enum wm_status status = ask(store, sql, answer, sizeof answer);
    if (status == WM_OK) {
        *ret_number = strtol(answer, NULL, 10);
    }
    return status;
}

/* Sets a pragma and takes nothing for granted: what it says afterwards must be what was asked. */
static enum wm_status
insist(struct wm_store *store, const char *set, const char *get, const char *want)
{
    char answer[32] = "";
    enum wm_status status = ask(store, set, answer, sizeof answer);
    if (status == WM_OK) {
        status = ask(store, get, answer, sizeof answer);
    }
    if (status == WM_OK && sqlite3_stricmp(answer, want) != 0) {
        wm_sqlite_explain(store,
                          "%s: SQLite answers \"%s\" to \"%s\" and must answer \"%s\"; is it on a "
                          "network file system?",
                          store->path, answer, get, want);
        return WM_IO;
    }
    return status;
}

/* The hook takes the place of SQLite's own, which would checkpoint before a commit is answered. */
static int
note_log(void *context, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    struct wm_store *store = context;
    store->log_pages = pages;
    return SQLITE_OK;
}

static enum wm_status
configure(struct wm_store *store)
{
    char sql[SQL_SIZE];
    (void)snprintf(sql, sizeof sql, "pragma cache_size=-%d; pragma journal_size_limit=%d",
                   CACHE_KIB, LOG_KEEP_BYTES);
    enum wm_status status = execute(store, sql);
    if (status == WM_OK) {
        status = execute(store, "pragma mmap_size=0; pragma temp_store=memory;"
                                "pragma trusted_schema=off");
    }
    if (status == WM_OK) {
        status = insist(store, "pragma journal_mode=wal", "pragma journal_mode", "wal");
    }
    if (status == WM_OK) {
        status = insist(store, "pragma synchronous=full", "pragma synchronous", "2");
    }
    if (status == WM_OK && store->mode == WM_STORE_READER) {
        status = insist(store, "pragma query_only=on", "pragma query_only", "1");
    }
    if (store->mode == WM_STORE_READER) {
        (void)sqlite3_wal_autocheckpoint(store->db, 0);
        (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    } else {
        (void)sqlite3_wal_hook(store->db, note_log, store);
    }
    return status;
}

/* Whose database it is and how old. Looked at before anything is changed in it. */
static enum wm_status
check_schema(struct wm_store *store, struct wm_store_opening *opening, long *ret_version)
{
    long application = 0;
    long tables = 0;
    enum wm_status status = ask_number(store, "pragma application_id", &application);
    if (status == WM_OK) {
        status = ask_number(store, "pragma user_version", ret_version);
    }
    if (status == WM_OK) {
        status = ask_number(store, "select count(*) from sqlite_schema", &tables);
    }
    if (status != WM_OK) {
        return status;
    }
    if (application != APPLICATION && (tables > 0 || store->mode == WM_STORE_READER)) {
        opening->why = wm_arena_printf(opening->arena,
                                       "%s is not a database of Waymark: name another file, or "
                                       "move this one away",
                                       store->path);
        return WM_EINVAL;
    }
    if (*ret_version > WM_SCHEMA_VERSION) {
        opening->why = wm_arena_printf(
            opening->arena,
            "%s has schema version %ld, and this program knows versions up to %d: it was written "
            "by a newer Waymark; start that one, or restore a backup from before the upgrade",
            store->path, *ret_version, (int)WM_SCHEMA_VERSION);
        return WM_TOONEW;
    }
    if (*ret_version < WM_SCHEMA_VERSION && store->mode == WM_STORE_READER) {
        opening->why = wm_arena_printf(
            opening->arena,
            "%s has schema version %ld, older than this program's %d: start the daemon once, which "
            "brings it up to date",
            store->path, *ret_version, (int)WM_SCHEMA_VERSION);
        return WM_EINVAL;
    }
    return WM_OK;
}

static enum wm_status
migrate(struct wm_store *store, long version)
{
    assert(version >= 0 && version <= WM_SCHEMA_VERSION);
    if (version == WM_SCHEMA_VERSION) {
        return WM_OK;
    }
    enum wm_status status = execute(store, "begin immediate");
    for (long v = version; v < WM_SCHEMA_VERSION && status == WM_OK; v++) {
        status = execute(store, wm_sqlite_migrations[v]);
    }
    char sql[SQL_SIZE];
    (void)snprintf(sql, sizeof sql, "pragma application_id=%d; pragma user_version=%d; commit",
                   (int)APPLICATION, (int)WM_SCHEMA_VERSION);
    if (status == WM_OK) {
        status = execute(store, sql);
    }
    return status;
}

static enum wm_status
open_database(struct wm_store *store, struct wm_store_opening *opening)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (store->mode == WM_STORE_WRITER ? SQLITE_OPEN_CREATE : 0);
    const int result = sqlite3_open_v2(store->path, &store->db, flags, NULL);
    if (store->db == NULL) {
        return WM_NOMEM;
    }
    if (result != SQLITE_OK) {
        return wm_sqlite_failed(store, result);
    }
    (void)sqlite3_busy_timeout(store->db, BUSY_MS);
    long version = 0;
    enum wm_status status = check_schema(store, opening, &version);
    if (status == WM_OK) {
        status = configure(store);
    }
    if (status == WM_OK) {
        status = migrate(store, version);
    }
    return status;
}

static enum wm_status
open_store(struct wm_store *store, struct wm_store_opening *opening)
{
    enum wm_status status = store->mode == WM_STORE_WRITER ? take_lock(store, opening) : WM_OK;
    if (status == WM_OK) {
        status = open_database(store, opening);
    }
    if (status == WM_OK) {
        (void)snprintf(store->about, sizeof store->about, "sqlite %s, WAL, synchronous FULL",
                       sqlite3_libversion());
    } else if (opening->why.data == NULL) {
        opening->why = wm_arena_printf(opening->arena, "cannot open the database: %s",
                                       store->why[0] != '\0' ? store->why : wm_status_text(status));
    }
    return status;
}

enum wm_status
wm_store_open(struct wm_span uri, struct wm_span organisation, enum wm_store_mode mode,
              struct wm_arena *arena, struct wm_store **ret_store, struct wm_span *ret_why)
{
    assert(organisation.size > 0);
    assert(mode == WM_STORE_WRITER || mode == WM_STORE_READER);
    const size_t scheme = strlen(SCHEME);
    if (!wm_span_starts(uri, SCHEME) || uri.size == scheme) {
        *ret_why =
            wm_arena_printf(arena, "\"%.*s\" names no store: write sqlite:PATH", WM_SPAN_ARG(uri));
        return WM_EINVAL;
    }
    struct wm_store_opening opening = {
        {uri.data + scheme, uri.size - scheme}, organisation, mode, arena, {0}};
    struct wm_store *store = store_new(&opening);
    if (store == NULL) {
        *ret_why = wm_span("out of memory");
        return WM_NOMEM;
    }
    const enum wm_status status = open_store(store, &opening);
    if (status != WM_OK) {
        *ret_why = opening.why;
        wm_store_free(&store);
        return status;
    }
    *ret_store = store;
    return WM_OK;
}

void
wm_store_free(struct wm_store **store)
{
    assert(store != NULL);
    if (*store == NULL) {
        return;
    }
    struct wm_store *old = *store;
    for (size_t i = 0; i < WM_COUNT(old->statements); i++) {
        (void)sqlite3_finalize(old->statements[i]);
    }
    /* What the disk may not have kept is left in the log, for the next start to judge. */
    if (old->is_broken && old->db != NULL) {
        (void)sqlite3_db_config(old->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    /* Rolls back what is open; nothing is lost that was committed. */
    const int result = sqlite3_close(old->db);
    assert(result == SQLITE_OK);
    (void)result;
    if (old->lock_fd >= 0) {
        (void)close(old->lock_fd);
    }
    free(old->path);
    free(old->organisation);
    free(old);
    *store = NULL;
}

const char *
wm_store_why(const struct wm_store *store)
{
    return store->why;
}

const char *
wm_store_describe(const struct wm_store *store)
{
    return store->about;
}

int64_t
wm_store_free_bytes(const struct wm_store *store)
{
    struct statvfs fs;
    if (statvfs(store->path, &fs) != 0) {
        return INT64_MAX;
    }
    const uint64_t bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    return bytes > INT64_MAX ? INT64_MAX : (int64_t)bytes;
}

/* NOLINTEND(readability-function-size) */
