/* query_outbox.c - messages that wait, and those that were given up. */
#include <assert.h>

#include "daemon/engine/query.h"

static const char *
state_text(enum wm_message_state state)
{
    switch (state) {
    case WM_MESSAGE_WAITING:
        return "waiting";
    case WM_MESSAGE_LEASED:
        return "leased";
    case WM_MESSAGE_ACKED:
        return "acked";
    case WM_MESSAGE_WITHDRAWN:
        return "withdrawn";
    case WM_MESSAGE_DEAD:
        return "dead";
    }
    return "unknown";
}

static void
put_message(struct wm_ask *ask, const struct wm_message_row *row)
{
    struct wm_text text = wm_ask_object(ask);
    wm_json_put_field(&text, "id", row->id);
    wm_json_put_field(&text, "topic", row->topic);
    wm_json_put_field(&text, "ref", row->ref);
    wm_json_put_field(&text, "type", row->type);
    wm_json_put_field(&text, "state", wm_span(state_text(row->state)));
    wm_json_put_time(&text, "made", row->made_us);
    wm_json_put_time(&text, "not_before", row->not_before_us > 0 ? row->not_before_us : WM_NEVER);
    wm_json_put_int(&text, "attempts", row->attempts);
    wm_json_put_field(&text, "reason", row->reason);
    if (row->body.size > 0) {
        wm_json_put_raw(&text, "event", row->body, "null");
    }
    wm_ask_emit(ask, &text);
}

static enum wm_status
list(struct wm_ask *ask, struct wm_message_filter filter)
{
    enum wm_status status = WM_OK;
    size_t count = WM_STORE_PAGE;
    filter.limit = WM_STORE_PAGE;
    while (status == WM_OK && count == WM_STORE_PAGE && !ask->is_gone) {
        struct wm_message_row *rows = NULL;
        wm_arena_reset(ask->arena);
        status = wm_store_outbox_list(ask->store, &filter, ask->arena, &rows, &count);
        for (size_t i = 0; i < count && status == WM_OK; i++) {
            put_message(ask, &rows[i]);
            filter.after = rows[i].number;
        }
    }
    return status;
}

enum wm_status
wm_query_outbox_list(struct wm_ask *ask)
{
    const struct wm_message_filter filter = {.topic = wm_ask_text(ask, "topic"),
                                             .ref = wm_ask_text(ask, "ref")};
    return list(ask, filter);
}

enum wm_status
wm_query_letters_list(struct wm_ask *ask)
{
    struct wm_message_filter filter = {.topic = wm_ask_text(ask, "topic"), .dead = true};
    enum wm_status status = WM_OK;
    if (wm_ask_text(ask, "since").size > 0) {
        status = wm_ask_moment(ask, "since", -1, &filter.since_us);
    }
    return status == WM_OK ? list(ask, filter) : status;
}

enum wm_status
wm_query_letters_show(struct wm_ask *ask)
{
    const struct wm_message_filter filter = {
        .id = wm_ask_text(ask, "id"), .dead = true, .with_body = true, .limit = 1};
    if (filter.id.size == 0) {
        return wm_ask_refuse(ask, "bad-call", "id", "which dead letter? its id is missing");
    }
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_outbox_list(ask->store, &filter, ask->arena, &rows, &count);
    if (status == WM_OK && count == 0) {
        return wm_ask_refuse(ask, "not-found", "id", "there is no dead letter %.*s",
                             WM_SPAN_ARG(filter.id));
    }
    if (status == WM_OK) {
        put_message(ask, &rows[0]);
    }
    return status;
}
