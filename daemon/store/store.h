/* store.h - what the engine asks of a database. Two implementations: sqlite.c, postgres.c
 * (architecture.md "What is stored"). Only store/ holds SQL.
 *
 * One object is one connection, used by one thread. Spans given in are borrowed for the call; spans
 * given back live in the arena passed. Every key leads with the organisation, which is fixed when
 * the store is opened.
 *
 * A batch: begin; then any of the calls below; then commit. After any result that is not WM_OK (or
 * WM_NOTFOUND where it says so) the batch must be rolled back. WM_IO from commit means unknown, not
 * undone. WM_FULL: the disk is full. wm_store_why() has the sentence for the log. */
#ifndef WM_STORE_STORE_H
#define WM_STORE_STORE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/civil.h"
#include "base/status.h"

struct wm_store;

enum wm_store_mode {
    WM_STORE_WRITER =
        1, /* the one connection that writes and checkpoints; migrates the schema at open */
    WM_STORE_READER /* beside it; read-only, short transactions */
};

enum { WM_SCHEMA_VERSION = 1, WM_STORE_PAGE = 256 };

/* uri: "sqlite:PATH". WM_TOONEW: the database was written by a newer version. *ret_why (in the
 * arena) says in a sentence what is wrong and what to do. */
WM_MUSTCHECK enum wm_status wm_store_open(struct wm_span uri, struct wm_span organisation,
                                          enum wm_store_mode mode, struct wm_arena *arena,
                                          struct wm_store **ret_store, struct wm_span *ret_why);
void wm_store_free(struct wm_store **store);
const char *wm_store_why(const struct wm_store *store);
/* Sums up what the store guarantees, for the log ("sqlite 3.40.1, WAL, synchronous FULL"). */
const char *wm_store_describe(const struct wm_store *store);
/* Bytes free on the store's file system, or INT64_MAX if not known here. */
int64_t wm_store_free_bytes(const struct wm_store *store);

WM_MUSTCHECK enum wm_status wm_store_begin(struct wm_store *store);
WM_MUSTCHECK enum wm_status wm_store_commit(struct wm_store *store);
void wm_store_rollback(struct wm_store *store);
/* Checkpoints when idle; never inside a batch. */
void wm_store_idle(struct wm_store *store);

/* ---- cases
 * ------------------------------------------------------------------------------------------- */

/* Invariant of reads: columns agree with the snapshot. */
struct wm_case_row {
    struct wm_span ref;
    struct wm_span workflow;
    int32_t version;
    struct wm_span state;
    struct wm_span officer;  /* absent: nobody */
    struct wm_span customer; /* key value, for lists; absent: none */
    struct wm_span snapshot;
    int64_t seq; /* last history row */
    int64_t opened_us;
    int64_t closed_us;   /* WM_NEVER: open */
    int64_t wake_us;     /* WM_NEVER: none */
    int64_t last_us;     /* occurred_us of the newest fact from outside */
    int64_t next_due_us; /* WM_NEVER: none */
    struct wm_span next_clock;
    int32_t weight;
    bool is_open;
    bool breached; /* a clock of it is breached, or will be when next_due passes */
};

/* Rows for those of refs[] that exist, in any order; locked for this batch where the store can. */
WM_MUSTCHECK enum wm_status wm_store_cases_load(struct wm_store *store, const struct wm_span *refs,
                                                size_t count, struct wm_arena *arena,
                                                struct wm_case_row **ret_rows, size_t *ret_count);
/* Inserts or replaces. */
WM_MUSTCHECK enum wm_status wm_store_cases_save(struct wm_store *store,
                                                const struct wm_case_row *rows, size_t count);
/* References of cases whose wake_us <= now, earliest first, at most `limit`. */
WM_MUSTCHECK enum wm_status wm_store_cases_due(struct wm_store *store, int64_t now_us, size_t limit,
                                               struct wm_arena *arena, struct wm_span **ret_refs,
                                               size_t *ret_count);
/* The earliest wake_us; WM_NEVER: none. */
WM_MUSTCHECK enum wm_status wm_store_next_wake(struct wm_store *store, int64_t *ret_us);
/* Sets wake_us = now for open cases of an officer (absent: of nobody) after `after` by reference,
 * at most `limit`; *ret_last is the last one touched (absent: no more). The cursor of a sweep. */
WM_MUSTCHECK enum wm_status wm_store_cases_touch(struct wm_store *store, struct wm_span officer,
                                                 struct wm_span after, int64_t now_us, size_t limit,
                                                 struct wm_arena *arena, struct wm_span *ret_last);

struct wm_case_filter {
    struct wm_span workflow; /* absent: any; likewise below */
    struct wm_span state;
    struct wm_span officer;
    struct wm_span customer;
    bool unassigned;
    bool open;     /* open ones alone */
    bool breached; /* next_due passed or a breached clock */
    int64_t now_us;
    int64_t due_before_us;  /* WM_NEVER: any */
    int64_t quiet_since_us; /* 0: any; last_us before this */
    struct wm_span after;   /* page: references after this one */
    size_t limit;
};
/* Ascending by reference; snapshots are not read unless `with_snapshot`. */
WM_MUSTCHECK enum wm_status wm_store_cases_list(struct wm_store *store,
                                                const struct wm_case_filter *filter,
                                                bool with_snapshot, struct wm_arena *arena,
                                                struct wm_case_row **ret_rows, size_t *ret_count);

/* ---- history and once-only
 * --------------------------------------------------------------------------- */

enum wm_aggregate {
    WM_AGGREGATE_CASE = 1,
    WM_AGGREGATE_OFFICER,
    WM_AGGREGATE_CUSTOMER, /* of one without a case */
    WM_AGGREGATE_BATCH,    /* of imported cases */
    WM_AGGREGATE_CALENDAR
};

struct wm_event_row {
    enum wm_aggregate kind;
    struct wm_span ref;
    int64_t seq;   /* 1, 2, … within (kind, ref) */
    int64_t group; /* seq of the first row of the same step */
    bool primary;
    struct wm_span source;
    struct wm_span id;
    struct wm_span type;
    int64_t occurred_us;
    int64_t recorded_us;
    struct wm_span actor;
    struct wm_span from; /* states */
    struct wm_span to;
    struct wm_span officer;
    struct wm_span outcome; /* "applied", … ; absent for rows of our own */
    int32_t transition;
    struct wm_span violations; /* JSON array; absent: none */
    struct wm_span effects;    /* JSON array; absent: none */
    struct wm_span inputs;     /* JSON; absent: none */
    struct wm_span body;       /* the event's bytes as they came */
};
WM_MUSTCHECK enum wm_status wm_store_events_add(struct wm_store *store,
                                                const struct wm_event_row *rows, size_t count);
/* Rows of one aggregate with seq > after, ascending, at most `limit` (0: all). */
WM_MUSTCHECK enum wm_status wm_store_events_load(struct wm_store *store, enum wm_aggregate kind,
                                                 struct wm_span ref, int64_t after, size_t limit,
                                                 struct wm_arena *arena,
                                                 struct wm_event_row **ret_rows, size_t *ret_count);

enum { WM_STORE_DIGEST = 16 };

struct wm_seen_row {
    struct wm_span source;
    struct wm_span id;
    unsigned char digest[WM_STORE_DIGEST];
    enum wm_aggregate kind;
    struct wm_span ref;   /* where it went */
    int64_t seq;          /* its row */
    struct wm_span state; /* the answer of the first time, for the duplicate's */
    int64_t recorded_us;
};
/* Those of keys[] (source and id are read) that were seen before, in any order. */
WM_MUSTCHECK enum wm_status wm_store_seen_load(struct wm_store *store,
                                               const struct wm_seen_row *keys, size_t count,
                                               struct wm_arena *arena,
                                               struct wm_seen_row **ret_rows, size_t *ret_count);
WM_MUSTCHECK enum wm_status wm_store_seen_add(struct wm_store *store,
                                              const struct wm_seen_row *rows, size_t count);
/* A write that changes nothing, so that a duplicate's answer waits for a commit as well. */
WM_MUSTCHECK enum wm_status wm_store_touch(struct wm_store *store);

/* The last refusals of a case (case history --refused); the newest 50 a case are kept. */
struct wm_refusal_row {
    struct wm_span ref;
    struct wm_span source;
    struct wm_span id;
    struct wm_span type;
    struct wm_span actor;
    struct wm_span code;
    struct wm_span field;
    struct wm_span message;
    int64_t recorded_us;
};
WM_MUSTCHECK enum wm_status wm_store_refusals_add(struct wm_store *store,
                                                  const struct wm_refusal_row *rows, size_t count);
WM_MUSTCHECK enum wm_status wm_store_refusals_load(struct wm_store *store, struct wm_span ref,
                                                   struct wm_arena *arena,
                                                   struct wm_refusal_row **ret_rows,
                                                   size_t *ret_count);

/* ---- the cross-case index
 * ---------------------------------------------------------------------------- */

struct wm_key_row {
    struct wm_span kind; /* "customer", "alias", … */
    struct wm_span value;
    struct wm_span ref;
    int64_t since_us;
};
WM_MUSTCHECK enum wm_status wm_store_keys_add(struct wm_store *store, const struct wm_key_row *rows,
                                              size_t count);
WM_MUSTCHECK enum wm_status wm_store_keys_drop(struct wm_store *store,
                                               const struct wm_key_row *rows, size_t count);
/* All cases that share a key, newest first, at most `limit`. */
WM_MUSTCHECK enum wm_status wm_store_keys_find(struct wm_store *store, struct wm_span kind,
                                               struct wm_span value, size_t limit,
                                               struct wm_arena *arena, struct wm_key_row **ret_rows,
                                               size_t *ret_count);

/* ---- outbox
 * ------------------------------------------------------------------------------------------ */

enum wm_message_state {
    WM_MESSAGE_WAITING = 1,
    WM_MESSAGE_LEASED,
    WM_MESSAGE_ACKED,
    WM_MESSAGE_WITHDRAWN,
    WM_MESSAGE_DEAD
};

struct wm_message_row {
    int64_t number;    /* order of making; given by the store */
    struct wm_span id; /* stable, of the event inside */
    struct wm_span topic;
    struct wm_span ref;
    struct wm_span type;
    struct wm_span cause; /* id of the row of history that made it */
    enum wm_message_state state;
    int64_t made_us;           /* domain time */
    int64_t not_before_us;     /* domain time; 0: at once */
    int64_t available_real_us; /* real time from which another attempt may be made; 0: at once */
    int64_t lease_real_us;     /* leased until (real time) */
    int64_t lease;         /* number of the lease: a late answer to an older one changes nothing */
    int32_t attempts;      /* that count */
    struct wm_span reason; /* of the last NACK, REFUSE or withdrawal */
    struct wm_span body;   /* CloudEvent bytes; absent once acknowledged */
};
WM_MUSTCHECK enum wm_status wm_store_outbox_add(struct wm_store *store,
                                                const struct wm_message_row *rows, size_t count);
/* Leases up to `limit` messages of a topic that may go now: per case the first of those whose
 * not_before has passed (domain `now_us`) and that is not done; waiting for another attempt
 * (real_us < available) holds back the case's later ones, and none goes while another of its case
 * is leased. Each is leased until lease_until_real_us, attempts + 1, a new lease number. In order
 * of making. */
WM_MUSTCHECK enum wm_status
wm_store_outbox_claim(struct wm_store *store, struct wm_span topic, size_t limit, int64_t now_us,
                      int64_t real_us, int64_t lease_until_real_us, struct wm_arena *arena,
                      struct wm_message_row **ret_rows, size_t *ret_count);
/* When a claim of this topic might find something that it does not find now: the least available
 * time (real) in *ret_real_us and the least not_before (domain) in *ret_domain_us; WM_NEVER: none.
 */
WM_MUSTCHECK enum wm_status wm_store_outbox_next(struct wm_store *store, struct wm_span topic,
                                                 int64_t now_us, int64_t real_us,
                                                 int64_t *ret_real_us, int64_t *ret_domain_us);

enum wm_delivery_answer {
    WM_DELIVERY_ACK = 1,
    WM_DELIVERY_LATER,  /* NACK, lapse: available again at available_real_us; `counts` false gives
                           the attempt back */
    WM_DELIVERY_EXTEND, /* lease until available_real_us */
    WM_DELIVERY_DEAD
};
struct wm_delivery_row {
    struct wm_span id;
    int64_t lease; /* must be the row's, and the row leased; else nothing changes */
    enum wm_delivery_answer answer;
    int64_t available_real_us;
    bool counts;
    struct wm_span reason;
};
/* *ret_taken[i] (caller's array of `count`) says whether row i changed anything. */
WM_MUSTCHECK enum wm_status wm_store_outbox_answer(struct wm_store *store,
                                                   const struct wm_delivery_row *rows, size_t count,
                                                   bool *ret_taken);
/* Withdraws by message id or by cause (the other absent): waiting ones become WITHDRAWN; those that
 * are leased or acknowledged are returned, for their follow-up. */
WM_MUSTCHECK enum wm_status wm_store_outbox_withdraw(struct wm_store *store, struct wm_span id,
                                                     struct wm_span cause, struct wm_span reason,
                                                     struct wm_arena *arena,
                                                     struct wm_message_row **ret_out,
                                                     size_t *ret_count);
/* Messages whose lease ran out before real_us, at most `limit`. */
WM_MUSTCHECK enum wm_status wm_store_outbox_lapsed(struct wm_store *store, int64_t real_us,
                                                   size_t limit, struct wm_arena *arena,
                                                   struct wm_message_row **ret_rows,
                                                   size_t *ret_count);
/* At start: every lease is given back (no worker knows us), without counting an attempt. */
WM_MUSTCHECK enum wm_status wm_store_outbox_release(struct wm_store *store);
/* Dead letters back to waiting (attempts 0) or dropped; *ret_changed: how many. id absent: all of
 * the topic; topic absent too: all. */
WM_MUSTCHECK enum wm_status wm_store_outbox_revive(struct wm_store *store, struct wm_span id,
                                                   struct wm_span topic, bool drop,
                                                   size_t *ret_changed);

struct wm_message_filter {
    struct wm_span topic; /* absent: any */
    struct wm_span id;
    struct wm_span ref;
    bool dead; /* dead ones; else waiting and leased */
    bool with_body;
    int64_t since_us; /* made at or after; 0: any */
    int64_t after;    /* page: number > after */
    size_t limit;
};
WM_MUSTCHECK enum wm_status
wm_store_outbox_list(struct wm_store *store, const struct wm_message_filter *filter,
                     struct wm_arena *arena, struct wm_message_row **ret_rows, size_t *ret_count);
struct wm_topic_row {
    struct wm_span topic;
    int64_t waiting; /* and leased */
    int64_t leased;
    int64_t dead;
    int64_t oldest_us; /* made_us of the oldest not done; WM_NEVER: none */
};
WM_MUSTCHECK enum wm_status wm_store_topics(struct wm_store *store, struct wm_arena *arena,
                                            struct wm_topic_row **ret_rows, size_t *ret_count);

/* ---- people, texts, meta
 * ------------------------------------------------------------------------------ */

struct wm_officer_row {
    struct wm_span id;
    struct wm_span body; /* wm_officer_encode */
    int64_t seq;
    int64_t last_assigned_us;
    int32_t open_cases; /* filled by load from the cases; not read by save */
    int32_t open_weight;
};
WM_MUSTCHECK enum wm_status wm_store_officers_load(struct wm_store *store, struct wm_arena *arena,
                                                   struct wm_officer_row **ret_rows,
                                                   size_t *ret_count);
WM_MUSTCHECK enum wm_status wm_store_officers_save(struct wm_store *store,
                                                   const struct wm_officer_row *rows, size_t count);

/* Text of a workflow or calendar version, immutable: adding another text under the same name and
 * version is WM_EXISTS. */
enum wm_text_kind { WM_TEXT_WORKFLOW = 1, WM_TEXT_CALENDAR };
WM_MUSTCHECK enum wm_status wm_store_text_add(struct wm_store *store, enum wm_text_kind kind,
                                              struct wm_span name, struct wm_span version,
                                              struct wm_span digest, struct wm_span text);
/* WM_NOTFOUND. */
WM_MUSTCHECK enum wm_status wm_store_text_load(struct wm_store *store, enum wm_text_kind kind,
                                               struct wm_span name, struct wm_span version,
                                               struct wm_arena *arena, struct wm_span *ret_digest,
                                               struct wm_span *ret_text);
struct wm_text_row {
    struct wm_span name;
    struct wm_span version;
    int64_t cases; /* open ones that use it (workflows) */
};
WM_MUSTCHECK enum wm_status wm_store_texts_list(struct wm_store *store, enum wm_text_kind kind,
                                                struct wm_arena *arena,
                                                struct wm_text_row **ret_rows, size_t *ret_count);

/* Small named values: "clock", "clock.follow", "sweep:<officer>" … Absent value: deletes. */
WM_MUSTCHECK enum wm_status wm_store_meta_set(struct wm_store *store, struct wm_span name,
                                              struct wm_span value);
/* WM_NOTFOUND. */
WM_MUSTCHECK enum wm_status wm_store_meta_get(struct wm_store *store, struct wm_span name,
                                              struct wm_arena *arena, struct wm_span *ret_value);
/* Names that begin with a prefix, ascending. */
WM_MUSTCHECK enum wm_status wm_store_meta_list(struct wm_store *store, struct wm_span prefix,
                                               struct wm_arena *arena, struct wm_span **ret_names,
                                               size_t *ret_count);

struct wm_totals {
    int64_t open_cases;
    int64_t unassigned;
    int64_t overdue_wakes; /* wake_us before now */
    int64_t dead_letters;
};
WM_MUSTCHECK enum wm_status wm_store_totals(struct wm_store *store, int64_t now_us,
                                            struct wm_totals *ret_totals);

#endif
