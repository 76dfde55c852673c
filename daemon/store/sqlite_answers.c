/* sqlite_answers.c - what becomes of a leased message: answers, lapses, withdrawals, dead letters.
 */
#include <assert.h>

#include "daemon/store/sqlite.h"

/* Some functions of store.h have more than five parameters.
 * NOLINTBEGIN(readability-function-size) */

struct found_message {
    struct wm_message_row row;
    bool has_turn;
};

struct found {
    struct found_message *items;
    size_t count;
    size_t room;
};

static struct wm_query
prepare_answer(struct wm_store *store, const struct wm_delivery_row *row)
{
    static const enum wm_sql statements[] = {
        [WM_DELIVERY_ACK] = WM_SQL_ANSWER_ACK,
        [WM_DELIVERY_LATER] = WM_SQL_ANSWER_LATER,
        [WM_DELIVERY_EXTEND] = WM_SQL_ANSWER_EXTEND,
        [WM_DELIVERY_DEAD] = WM_SQL_ANSWER_DEAD,
    };
    assert(row->answer >= WM_DELIVERY_ACK && row->answer <= WM_DELIVERY_DEAD);
    struct wm_query query = wm_sqlite_use(store, statements[row->answer]);
    wm_sqlite_put_name(&query, row->id);
    wm_sqlite_put_int(&query, row->lease);
    switch (row->answer) {
    case WM_DELIVERY_ACK:
        break;
    case WM_DELIVERY_LATER:
        wm_sqlite_put_int(&query, row->available_real_us);
        wm_sqlite_put_int(&query, row->counts ? 0 : 1);
        wm_sqlite_put_text(&query, row->reason);
        break;
    case WM_DELIVERY_EXTEND:
        wm_sqlite_put_int(&query, row->available_real_us);
        break;
    case WM_DELIVERY_DEAD:
        wm_sqlite_put_text(&query, row->reason);
        break;
    }
    return query;
}

static enum wm_status
answer(struct wm_store *store, const struct wm_delivery_row *row, bool *ret_taken)
{
    int64_t number = 0;
    struct wm_query query = prepare_answer(store, row);
    while (wm_sqlite_next(&query)) {
        number = wm_sqlite_int(&query);
    }
    const enum wm_status status = wm_sqlite_end(&query, NULL);
    *ret_taken = number > 0;
    if (status != WM_OK || number == 0 || row->answer == WM_DELIVERY_EXTEND) {
        return status;
    }
    return wm_sqlite_next_turn(store, number);
}

enum wm_status
wm_store_outbox_answer(struct wm_store *store, const struct wm_delivery_row *rows, size_t count,
                       bool *ret_taken)
{
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        status = answer(store, &rows[i], &ret_taken[i]);
    }
    return status;
}

/* ---- withdrawing */

static enum wm_status
withdraw(struct wm_store *store, int64_t number, bool had_turn, struct wm_span reason)
{
    struct wm_query query = wm_sqlite_use(store, WM_SQL_WITHDRAW);
    wm_sqlite_put_int(&query, number);
    wm_sqlite_put_text(&query, reason);
    const enum wm_status status = wm_sqlite_run(&query);
    return status == WM_OK && had_turn ? wm_sqlite_next_turn(store, number) : status;
}

enum wm_status
wm_store_outbox_withdraw(struct wm_store *store, struct wm_span id, struct wm_span cause,
                         struct wm_span reason, struct wm_arena *arena,
                         struct wm_message_row **ret_out, size_t *ret_count)
{
    assert((id.data == NULL) != (cause.data == NULL));
    struct found all = {0};
    struct wm_messages out = {0};
    const bool by_id = id.data != NULL;
    struct wm_query query = wm_sqlite_use(store, by_id ? WM_SQL_FIND_BY_ID : WM_SQL_FIND_BY_CAUSE);
    wm_sqlite_put_text(&query, by_id ? id : cause);
    while (wm_sqlite_next(&query)) {
        struct found_message *message = WM_PUSH(arena, &all);
        wm_sqlite_message(&query, arena, &message->row);
        message->has_turn = wm_sqlite_int(&query) != 0;
    }
    enum wm_status status = wm_sqlite_end(&query, arena);
    for (size_t i = 0; i < all.count && status == WM_OK; i++) {
        const struct wm_message_row *row = &all.items[i].row;
        if (row->state == WM_MESSAGE_WAITING) {
            status = withdraw(store, row->number, all.items[i].has_turn, reason);
        } else if (row->state == WM_MESSAGE_LEASED || row->state == WM_MESSAGE_ACKED) {
            *WM_PUSH(arena, &out) = *row;
        }
    }
    if (status == WM_OK && wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    if (status == WM_OK) {
        *ret_out = out.items;
        *ret_count = out.count;
    }
    return status;
}

/* ---- leases that end by themselves, and dead letters */

enum wm_status
wm_store_outbox_lapsed(struct wm_store *store, int64_t real_us, size_t limit,
                       struct wm_arena *arena, struct wm_message_row **ret_rows, size_t *ret_count)
{
    struct wm_messages messages = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_LAPSED);
    wm_sqlite_put_int(&query, real_us);
    wm_sqlite_put_int(&query, (int64_t)limit);
    while (wm_sqlite_next(&query)) {
        wm_sqlite_message(&query, arena, WM_PUSH(arena, &messages));
    }
    const enum wm_status status = wm_sqlite_end(&query, arena);
    if (status == WM_OK) {
        *ret_rows = messages.items;
        *ret_count = messages.count;
    }
    return status;
}

/* The number that a query finds first; 0: none. */
static enum wm_status
read_one(struct wm_query *query, int64_t *ret_number)
{
    *ret_number = wm_sqlite_next(query) ? wm_sqlite_int(query) : 0;
    return wm_sqlite_end(query, NULL);
}

/* Runs a statement that leaves the message BLOCKED. */
static enum wm_status
change(struct wm_store *store, enum wm_sql which, int64_t number)
{
    struct wm_query query = wm_sqlite_use(store, which);
    wm_sqlite_put_int(&query, number);
    return wm_sqlite_run(&query);
}

enum wm_status
wm_store_outbox_release(struct wm_store *store)
{
    for (;;) {
        int64_t number = 0;
        struct wm_query query = wm_sqlite_use(store, WM_SQL_ONE_LEASED);
        enum wm_status status = read_one(&query, &number);
        if (status != WM_OK || number == 0) {
            return status;
        }
        status = change(store, WM_SQL_RELEASE, number);
        if (status == WM_OK) {
            status = wm_sqlite_next_turn(store, number);
        }
        if (status != WM_OK) {
            return status;
        }
    }
}

static enum wm_status
revive(struct wm_store *store, int64_t number, bool drop)
{
    if (drop) {
        return withdraw(store, number, false, wm_span("dropped"));
    }
    const enum wm_status status = change(store, WM_SQL_REVIVE, number);
    return status == WM_OK ? wm_sqlite_join_queue(store, number) : status;
}

enum wm_status
wm_store_outbox_revive(struct wm_store *store, struct wm_span id, struct wm_span topic, bool drop,
                       size_t *ret_changed)
{
    size_t changed = 0;
    for (;; changed++) {
        int64_t number = 0;
        struct wm_query query = wm_sqlite_use(store, WM_SQL_ONE_DEAD);
        wm_sqlite_put_text(&query, topic);
        wm_sqlite_put_text(&query, id);
        enum wm_status status = read_one(&query, &number);
        if (status == WM_OK && number == 0) {
            *ret_changed = changed;
            return WM_OK;
        }
        if (status == WM_OK) {
            status = revive(store, number, drop);
        }
        if (status != WM_OK) {
            return status;
        }
    }
}

/* NOLINTEND(readability-function-size) */
