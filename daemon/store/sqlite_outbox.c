/* sqlite_outbox.c - messages to workers: made, claimed, and the order of each case's queue.
 *
 * `turn` (enum wm_turn) keeps what a claim needs to know in the row: a claim of 16 reads 16 rows,
 * whatever waits. It moves each message a bounded number of times in its life. */
#include <assert.h>

#include "daemon/store/sqlite.h"

/* Some functions of store.h have more than five parameters.
 * NOLINTBEGIN(readability-function-size) */

enum { PROMOTIONS_MAX = 256 }; /* of each sort, before a claim looks at what may go */

struct numbers {
    int64_t *items;
    size_t count;
    size_t room;
};

static enum wm_message_state
state_of(enum wm_turn turn)
{
    switch (turn) {
    case WM_TURN_READY:
    case WM_TURN_RESTING:
    case WM_TURN_FUTURE:
    case WM_TURN_BLOCKED:
        return WM_MESSAGE_WAITING;
    case WM_TURN_LEASED:
        return WM_MESSAGE_LEASED;
    case WM_TURN_DEAD:
        return WM_MESSAGE_DEAD;
    case WM_TURN_ACKED:
        return WM_MESSAGE_ACKED;
    case WM_TURN_WITHDRAWN:
        break;
    }
    return WM_MESSAGE_WITHDRAWN;
}

void
wm_sqlite_message(struct wm_query *query, struct wm_arena *arena, struct wm_message_row *ret_row)
{
    ret_row->number = wm_sqlite_int(query);
    ret_row->id = wm_sqlite_text(query, arena);
    ret_row->topic = wm_sqlite_text(query, arena);
    ret_row->ref = wm_sqlite_text(query, arena);
    ret_row->type = wm_sqlite_text(query, arena);
    ret_row->cause = wm_sqlite_text(query, arena);
    const enum wm_turn turn = (enum wm_turn)wm_sqlite_int(query);
    const int64_t due = wm_sqlite_int(query);
    ret_row->state = state_of(turn);
    ret_row->lease_real_us = turn == WM_TURN_LEASED ? due : 0;
    ret_row->made_us = wm_sqlite_int(query);
    ret_row->not_before_us = wm_sqlite_int(query);
    ret_row->available_real_us = wm_sqlite_int(query);
    ret_row->lease = wm_sqlite_int(query);
    ret_row->attempts = (int32_t)wm_sqlite_int(query);
    ret_row->reason = wm_sqlite_text(query, arena);
    ret_row->body = wm_sqlite_text(query, arena);
}

static enum wm_status
add_message(struct wm_store *store, const struct wm_message_row *row)
{
    assert(row->id.size > 0 && row->topic.size > 0 && row->type.size > 0);
    assert(row->not_before_us >= 0);
    struct wm_query query = wm_sqlite_use(store, WM_SQL_MESSAGE_ADD);
    wm_sqlite_put_text(&query, row->topic);
    wm_sqlite_put_name(&query, row->ref);
    wm_sqlite_put_text(&query, row->id);
    wm_sqlite_put_text(&query, row->type);
    wm_sqlite_put_text(&query, row->cause);
    wm_sqlite_put_int(&query, row->made_us);
    wm_sqlite_put_int(&query, row->not_before_us);
    wm_sqlite_put_text(&query, row->body);
    return wm_sqlite_run(&query);
}

enum wm_status
wm_store_outbox_add(struct wm_store *store, const struct wm_message_row *rows, size_t count)
{
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        status = add_message(store, &rows[i]);
    }
    return status;
}

/* ---- the queue of a case */

enum wm_status
wm_sqlite_next_turn(struct wm_store *store, int64_t number)
{
    assert(number > 0);
    struct wm_query query = wm_sqlite_use(store, WM_SQL_NEXT_TURN);
    wm_sqlite_put_int(&query, number);
    return wm_sqlite_run(&query);
}

enum wm_status
wm_sqlite_join_queue(struct wm_store *store, int64_t number)
{
    assert(number > 0);
    int64_t first = 0; /* whose turn it is; 0: nobody's */
    enum wm_turn turn = WM_TURN_BLOCKED;
    struct wm_query query = wm_sqlite_use(store, WM_SQL_TURN_OF);
    wm_sqlite_put_int(&query, number);
    while (wm_sqlite_next(&query)) {
        first = wm_sqlite_int(&query);
        turn = (enum wm_turn)wm_sqlite_int(&query);
    }
    enum wm_status status = wm_sqlite_end(&query, NULL);
    if (status != WM_OK || turn == WM_TURN_LEASED || (first > 0 && first < number)) {
        return status;
    }
    if (first > 0) {
        query = wm_sqlite_use(store, WM_SQL_BLOCK);
        wm_sqlite_put_int(&query, first);
        status = wm_sqlite_run(&query);
    }
    return status == WM_OK ? wm_sqlite_next_turn(store, number) : status;
}

/* ---- claiming */

/* Those whose back-off has ended may go: they have the turn already. */
static enum wm_status
end_rests(struct wm_store *store, struct wm_span topic, int64_t real_us, size_t *ret_moved)
{
    struct wm_query query = wm_sqlite_use(store, WM_SQL_REST_ENDS);
    wm_sqlite_put_text(&query, topic);
    wm_sqlite_put_int(&query, real_us);
    wm_sqlite_put_int(&query, PROMOTIONS_MAX);
    const enum wm_status status = wm_sqlite_run(&query);
    *ret_moved = status == WM_OK ? (size_t)sqlite3_changes(store->db) : 0;
    return status;
}

/* Those whose time has come join the queue of their case. */
static enum wm_status
end_futures(struct wm_store *store, struct wm_span topic, int64_t now_us, struct wm_arena *arena,
            size_t *ret_moved)
{
    struct numbers numbers = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_FUTURE_ENDS);
    wm_sqlite_put_text(&query, topic);
    wm_sqlite_put_int(&query, now_us);
    wm_sqlite_put_int(&query, PROMOTIONS_MAX);
    while (wm_sqlite_next(&query)) {
        *WM_PUSH(arena, &numbers) = wm_sqlite_int(&query);
    }
    enum wm_status status = wm_sqlite_end(&query, arena);
    for (size_t i = 0; i < numbers.count && status == WM_OK; i++) {
        status = wm_sqlite_join_queue(store, numbers.items[i]);
    }
    *ret_moved = numbers.count;
    return status;
}

static enum wm_status
read_ready(struct wm_store *store, struct wm_span topic, size_t limit, int64_t now_us,
           struct wm_arena *arena, struct wm_messages *ret_messages)
{
    *ret_messages = (struct wm_messages){0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_CLAIM);
    wm_sqlite_put_text(&query, topic);
    wm_sqlite_put_int(&query, now_us);
    wm_sqlite_put_int(&query, (int64_t)limit);
    while (wm_sqlite_next(&query)) {
        wm_sqlite_message(&query, arena, WM_PUSH(arena, ret_messages));
    }
    return wm_sqlite_end(&query, arena);
}

static enum wm_status
lease(struct wm_store *store, struct wm_message_row *row, int64_t until_us)
{
    struct wm_query query = wm_sqlite_use(store, WM_SQL_LEASE);
    wm_sqlite_put_int(&query, row->number);
    wm_sqlite_put_int(&query, until_us);
    row->state = WM_MESSAGE_LEASED;
    row->lease_real_us = until_us;
    row->lease += 1;
    row->attempts += 1;
    return wm_sqlite_run(&query);
}

enum wm_status
wm_store_outbox_claim(struct wm_store *store, struct wm_span topic, size_t limit, int64_t now_us,
                      int64_t real_us, int64_t lease_until_real_us, struct wm_arena *arena,
                      struct wm_message_row **ret_rows, size_t *ret_count)
{
    assert(limit > 0 && topic.size > 0);
    assert(lease_until_real_us > real_us);
    struct wm_messages messages = {0};
    enum wm_status status = WM_OK;
    size_t rested = 0;
    size_t came = 0;
    /* Once, unless more than a bound of them has come due since the last claim. */
    do {
        status = end_rests(store, topic, real_us, &rested);
        if (status == WM_OK) {
            status = end_futures(store, topic, now_us, arena, &came);
        }
        if (status == WM_OK) {
            status = read_ready(store, topic, limit, now_us, arena, &messages);
        }
    } while (status == WM_OK && messages.count < limit &&
             (rested == PROMOTIONS_MAX || came == PROMOTIONS_MAX));
    for (size_t i = 0; i < messages.count && status == WM_OK; i++) {
        status = lease(store, &messages.items[i], lease_until_real_us);
    }
    if (status == WM_OK) {
        *ret_rows = messages.items;
        *ret_count = messages.count;
    }
    return status;
}

enum wm_status
wm_store_outbox_next(struct wm_store *store, struct wm_span topic, int64_t now_us, int64_t real_us,
                     int64_t *ret_real_us, int64_t *ret_domain_us)
{
    int64_t real = WM_NEVER;
    int64_t domain = WM_NEVER;
    struct wm_query query = wm_sqlite_use(store, WM_SQL_OUTBOX_NEXT);
    wm_sqlite_put_text(&query, topic);
    wm_sqlite_put_int(&query, real_us);
    wm_sqlite_put_int(&query, now_us);
    while (wm_sqlite_next(&query)) {
        real = wm_sqlite_time(&query);
        domain = wm_sqlite_time(&query);
    }
    const enum wm_status status = wm_sqlite_end(&query, NULL);
    if (status == WM_OK) {
        *ret_real_us = real;
        *ret_domain_us = domain;
    }
    return status;
}

/* NOLINTEND(readability-function-size) */
