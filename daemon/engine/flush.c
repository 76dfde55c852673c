/* flush.c - brings what is pending to the store, in as few calls as there are tables. */
#include <assert.h>

#include "daemon/engine/parts.h"

/* Empties a list but keeps its room; the status of the first call that failed stays. */
#define FLUSH(status, batch, list, call)                                               \
    do {                                                                               \
        if ((status) == WM_OK && (batch)->list.count > 0) {                            \
            (status) = call((batch)->store, (batch)->list.items, (batch)->list.count); \
            (batch)->list.count = 0;                                                   \
            (batch)->wrote = true;                                                     \
        }                                                                              \
    } while (0)

static enum wm_status
flush_keys(struct wm_batch *batch)
{
    enum wm_status status = WM_OK;
    if (batch->keys_drop) {
        FLUSH(status, batch, keys, wm_store_keys_drop);
        return status;
    }
    FLUSH(status, batch, keys, wm_store_keys_add);
    return status;
}

enum wm_status
wm_batch_flush(struct wm_batch *batch)
{
    /* A list that could not grow must not be taken for the whole. */
    enum wm_status status = wm_arena_failed(batch->arena) ? WM_NOMEM : WM_OK;
    FLUSH(status, batch, events, wm_store_events_add);
    FLUSH(status, batch, seen, wm_store_seen_add);
    FLUSH(status, batch, messages, wm_store_outbox_add);
    FLUSH(status, batch, refusals, wm_store_refusals_add);
    return status == WM_OK ? flush_keys(batch) : status;
}

enum wm_status
wm_batch_key(struct wm_batch *batch, const struct wm_key_row *row, bool drop)
{
    /* Gaining and losing the same key in one batch must come out in that order. */
    if (batch->keys_drop != drop && batch->keys.count > 0) {
        const enum wm_status status = flush_keys(batch);
        if (status != WM_OK) {
            return status;
        }
    }
    batch->keys_drop = drop;
    struct wm_key_row *key = WM_PUSH(batch->arena, &batch->keys);
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    *key = *row;
    return WM_OK;
}

/* What the follow-up says: what the core put there, else what the message itself said. */
static struct wm_value
follow_up_data(struct wm_batch *batch, const struct wm_effect *effect,
               const struct wm_message_row *out)
{
    struct wm_value data = effect->data;
    struct wm_value body;
    if (data.kind != WM_VALUE_OBJECT && out->body.data != NULL &&
        wm_value_parse(batch->arena, out->body, &body) == WM_OK) {
        data = *wm_value_get(&body, wm_span("data"));
    }
    if (data.kind != WM_VALUE_OBJECT) {
        data = wm_value_object(NULL, 0);
    }
    wm_value_put(batch->arena, &data, wm_span("message"), wm_value_string(out->id));
    wm_value_put(batch->arena, &data, wm_span("why"), wm_value_string(effect->text));
    return data;
}

/* A worker may have acted on it, or be about to: it is told by another message, in order behind. */
static void
follow_up(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_effect *effect,
          const struct wm_message_row *out)
{
    const struct wm_effect told = {
        .kind = WM_EFFECT_SEND,
        .id = wm_arena_printf(batch->arena, "%.*s/withdrawn", WM_SPAN_ARG(out->id)),
        .name = out->topic,
        .type = effect->type,
        .data = follow_up_data(batch, effect, out),
    };
    struct wm_message_row *row = WM_PUSH(batch->arena, &batch->messages);
    if (wm_arena_failed(batch->arena)) {
        return;
    }
    *row = (struct wm_message_row){
        .id = told.id,
        .topic = told.name,
        .ref = slot->ref,
        .type = told.type,
        .cause = out->cause,
        .state = WM_MESSAGE_WAITING,
        .made_us = batch->now_us,
        .body = wm_message_encode(batch->arena, batch->engine->options.organisation, slot->ref,
                                  &told, batch->now_us, (struct wm_span){0}),
    };
    wm_batch_topic(batch, told.name);
}

enum wm_status
wm_batch_withdraw(struct wm_batch *batch, struct wm_slot *slot, const struct wm_effect *effect)
{
    const bool by_id = effect->kind == WM_EFFECT_WITHDRAW;
    assert(by_id || effect->kind == WM_EFFECT_RETRACT);
    /* The message may have been made in this very batch. */
    enum wm_status status = wm_batch_flush(batch);
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    if (status == WM_OK) {
        batch->wrote = true;
        status = wm_store_outbox_withdraw(batch->store, by_id ? effect->id : (struct wm_span){0},
                                          by_id ? (struct wm_span){0} : effect->id, effect->text,
                                          batch->arena, &rows, &count);
    }
    /* What followed from a rung that would not have been stays told where somebody heard of it;
     * the history notes it as superseded. */
    for (size_t i = 0; i < count && status == WM_OK && by_id && effect->type.size > 0; i++) {
        follow_up(batch, slot, effect, &rows[i]);
    }
    return status;
}
