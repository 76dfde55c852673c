/* sqlite.h - what the parts of the SQLite store share: the connection and its kept statements. */
#ifndef WM_STORE_SQLITE_H
#define WM_STORE_SQLITE_H

#include <sqlite3.h>

#include "daemon/store/sqlite_statements.h"
#include "daemon/store/store.h"

enum { WM_SQLITE_TEXT = 512 };

/* Where a message stands in the queue of its case and topic (outbox.turn; SQL has the numbers). Of
 * those whose time has come and that are not done, one has its turn (READY, RESTING or LEASED) and
 * the others are BLOCKED. So a claim reads what may go and nothing else. */
enum wm_turn {
    WM_TURN_READY = 1, /* may be claimed; due_us 0 */
    WM_TURN_RESTING,   /* until due_us, real time */
    WM_TURN_FUTURE,    /* until due_us, domain time; not in the queue yet */
    WM_TURN_BLOCKED,   /* behind another of its case; due_us 0 */
    WM_TURN_LEASED,    /* until due_us, real time */
    WM_TURN_DEAD,
    WM_TURN_ACKED, /* outbox.done, likewise below; turn is null */
    WM_TURN_WITHDRAWN
};

/* Invariant: in_batch says whether a transaction is open. */
struct wm_store {
    sqlite3 *db;
    char *path;
    char *organisation;
    size_t organisation_size;
    enum wm_store_mode mode;
    int lock_fd;   /* of PATH.lock; -1: none */
    int log_pages; /* of the write-ahead log, since it last began anew */
    bool in_batch;
    bool is_broken;        /* an I/O error or corruption was met: no batch begins any more */
    enum wm_status failed; /* the first failure of this batch */
    char why[WM_SQLITE_TEXT];
    char about[WM_SQLITE_TEXT];
    sqlite3_stmt *statements[WM_SQL_COUNT];
};

/* A statement in use: parameters are put and columns read in order; ?1 is bound to the organisation
 * already. A failure sticks: put many, check once. */
struct wm_query {
    struct wm_store *store;
    sqlite3_stmt *statement;
    enum wm_status status;
    int put;  /* parameters bound */
    int read; /* columns of this row read */
};

/* Schema version v is made by wm_sqlite_migrations[v - 1] from the version before. */
extern const char *const wm_sqlite_migrations[WM_SCHEMA_VERSION];

/* Sets the sentence that wm_store_why() gives; cut to fit. */
void wm_sqlite_explain(struct wm_store *store, const char *format, ...) WM_FORMAT(2, 3);
/* The status of an SQLite result; notes why in the store, and that it failed. */
enum wm_status wm_sqlite_failed(struct wm_store *store, int result);

struct wm_query wm_sqlite_use(struct wm_store *store, enum wm_sql which);
void wm_sqlite_put_text(struct wm_query *query, struct wm_span text); /* absent: null */
void wm_sqlite_put_name(struct wm_query *query, struct wm_span text); /* absent: "" */
void wm_sqlite_put_int(struct wm_query *query, int64_t number);
void wm_sqlite_put_time(struct wm_query *query, int64_t us); /* WM_NEVER: null */
void wm_sqlite_put_bytes(struct wm_query *query, const void *bytes, size_t size);
WM_MUSTCHECK enum wm_status wm_sqlite_run(struct wm_query *query); /* to its end */
/* The next row; false at the end or on failure, with the query's status saying which. */
bool wm_sqlite_next(struct wm_query *query);
/* At a loop's end, or before: the query's failure, or WM_NOMEM if the arena (or NULL) failed. */
WM_MUSTCHECK enum wm_status wm_sqlite_end(struct wm_query *query, const struct wm_arena *arena);
/* Columns: texts are copied into the arena; null is the absent span, WM_NEVER, 0. */
struct wm_span wm_sqlite_text(struct wm_query *query, struct wm_arena *arena);
int64_t wm_sqlite_int(struct wm_query *query);
int64_t wm_sqlite_time(struct wm_query *query);
void wm_sqlite_bytes(struct wm_query *query, void *bytes, size_t size); /* exactly as many */

/* wm_sqlite_message reads the columns that every statement of messages selects. */
struct wm_messages {
    struct wm_message_row *items;
    size_t count;
    size_t room;
};
void wm_sqlite_message(struct wm_query *query, struct wm_arena *arena,
                       struct wm_message_row *ret_row);
/* Gives the turn to the first of the queue that this message is or was in; nobody may have it. */
WM_MUSTCHECK enum wm_status wm_sqlite_next_turn(struct wm_store *store, int64_t number);
/* Lets a BLOCKED message that came into its queue late take its place there. */
WM_MUSTCHECK enum wm_status wm_sqlite_join_queue(struct wm_store *store, int64_t number);

#endif
