/* sqlite_lists.c - what people ask about the outbox and the whole. */
#include <assert.h>

#include "daemon/store/sqlite.h"

struct topic_rows {
    struct wm_topic_row *items;
    size_t count;
    size_t room;
};

struct oldest {
    int64_t *items; /* of each topic: the number of the first message that is not done; 0: none */
    size_t count;
    size_t room;
};

enum wm_status
wm_store_outbox_list(struct wm_store *store, const struct wm_message_filter *filter,
                     struct wm_arena *arena, struct wm_message_row **ret_rows, size_t *ret_count)
{
    assert(filter->limit > 0);
    struct wm_messages messages = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_OUTBOX_LIST);
    wm_sqlite_put_text(&query, filter->topic);
    wm_sqlite_put_text(&query, filter->id);
    wm_sqlite_put_text(&query, filter->ref);
    wm_sqlite_put_int(&query, filter->dead ? WM_TURN_DEAD : WM_TURN_READY);
    wm_sqlite_put_int(&query, filter->dead ? WM_TURN_DEAD : WM_TURN_LEASED);
    wm_sqlite_put_int(&query, filter->with_body);
    wm_sqlite_put_int(&query, filter->since_us);
    wm_sqlite_put_int(&query, filter->after);
    wm_sqlite_put_int(&query, (int64_t)filter->limit);
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

/* Adds what one (topic, turn) group counts to the topic's row, the last one; a new topic begins a
 * row. */
static void
add_group(struct wm_query *query, struct wm_arena *arena, struct topic_rows *rows,
          struct oldest *oldest)
{
    const struct wm_span topic = wm_sqlite_text(query, arena);
    const enum wm_turn turn = (enum wm_turn)wm_sqlite_int(query);
    const int64_t count = wm_sqlite_int(query);
    const int64_t first = wm_sqlite_int(query);
    if (rows->count == 0 || !wm_span_equal(rows->items[rows->count - 1].topic, topic)) {
        *WM_PUSH(arena, rows) = (struct wm_topic_row){.topic = topic, .oldest_us = WM_NEVER};
        *WM_PUSH(arena, oldest) = 0;
    }
    if (wm_arena_failed(arena)) {
        return;
    }
    struct wm_topic_row *row = &rows->items[rows->count - 1];
    if (turn == WM_TURN_DEAD) {
        row->dead += count;
        return;
    }
    row->waiting += count;
    row->leased += turn == WM_TURN_LEASED ? count : 0;
    int64_t *number = &oldest->items[oldest->count - 1];
    *number = *number == 0 || first < *number ? first : *number;
}

static enum wm_status
find_made(struct wm_store *store, int64_t number, int64_t *ret_us)
{
    struct wm_query query = wm_sqlite_use(store, WM_SQL_MESSAGE_MADE);
    wm_sqlite_put_int(&query, number);
    while (wm_sqlite_next(&query)) {
        *ret_us = wm_sqlite_int(&query);
    }
    return wm_sqlite_end(&query, NULL);
}

enum wm_status
wm_store_topics(struct wm_store *store, struct wm_arena *arena, struct wm_topic_row **ret_rows,
                size_t *ret_count)
{
    struct topic_rows rows = {0};
    struct oldest oldest = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_TOPICS);
    while (wm_sqlite_next(&query)) {
        add_group(&query, arena, &rows, &oldest);
    }
    enum wm_status status = wm_sqlite_end(&query, arena);
    for (size_t i = 0; i < rows.count && status == WM_OK; i++) {
        if (oldest.items[i] > 0) {
            status = find_made(store, oldest.items[i], &rows.items[i].oldest_us);
        }
    }
    if (status == WM_OK) {
        *ret_rows = rows.items;
        *ret_count = rows.count;
    }
    return status;
}

enum wm_status
wm_store_totals(struct wm_store *store, int64_t now_us, struct wm_totals *ret_totals)
{
    struct wm_totals totals = {0};
    struct wm_query query = wm_sqlite_use(store, WM_SQL_TOTALS);
    wm_sqlite_put_int(&query, now_us);
    while (wm_sqlite_next(&query)) {
        totals.open_cases = wm_sqlite_int(&query);
        totals.unassigned = wm_sqlite_int(&query);
        totals.overdue_wakes = wm_sqlite_int(&query);
        totals.dead_letters = wm_sqlite_int(&query);
    }
    const enum wm_status status = wm_sqlite_end(&query, NULL);
    if (status == WM_OK) {
        *ret_totals = totals;
    }
    return status;
}
