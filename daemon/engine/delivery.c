/* delivery.c - messages on their way to workers: claimed, answered, lapsed, given up. Leases and
 * back-off go by the machine's clock. */
#include <assert.h>
#include <stdlib.h>

#include "daemon/engine/parts.h"

enum {
    CLAIM_BYTES = 64 << 20, /* what one claim may hold */
    LAPSE_TURN = 256,       /* leases looked after in one turn */
    LOOK_MS = 1000,         /* between two looks at leases that may lapse, at most */
    NACK_MIN_MS = 100,
    LETTERS_TURN = 256,
    US_PER_MS = 1000
};

/* retry_ms, doubled with each attempt, up to retry_max_ms. */
static int64_t
back_off_us(const struct wm_engine *engine, int32_t attempts)
{
    int64_t ms = engine->options.retry_ms;
    for (int32_t i = 1; i < attempts && ms < (int64_t)engine->options.retry_max_ms; i++) {
        ms *= 2;
    }
    if (ms > (int64_t)engine->options.retry_max_ms) {
        ms = engine->options.retry_max_ms;
    }
    return ms * US_PER_MS;
}

static enum wm_status
find_message(struct wm_batch *batch, struct wm_span id, struct wm_message_row **ret_row)
{
    const struct wm_message_filter filter = {.id = id, .limit = 1};
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_outbox_list(batch->store, &filter, batch->arena, &rows, &count);
    *ret_row = status == WM_OK && count > 0 ? rows : NULL;
    return status;
}

static void
put(struct wm_arena *arena, struct wm_value *data, const char *name, struct wm_span text)
{
    if (text.size > 0) {
        wm_value_put(arena, data, wm_span(name), wm_value_string(text));
    }
}

/* Its case hears that a message was given up, so that a workflow can put a person on it. */
static enum wm_status
tell_dead(struct wm_batch *batch, const struct wm_message_row *message, struct wm_span reason)
{
    struct wm_value data = wm_value_object(NULL, 0);
    put(batch->arena, &data, "topic", message->topic);
    put(batch->arena, &data, "message", message->id);
    put(batch->arena, &data, "type", message->type);
    wm_value_put(batch->arena, &data, wm_span("attempts"), wm_value_int(message->attempts));
    put(batch->arena, &data, "reason", reason);
    const struct wm_row row = {
        .type = wm_span("waymark.delivery.dead"),
        .id = wm_arena_printf(batch->arena, "%.*s/dead/%lld", WM_SPAN_ARG(message->id),
                              (long long)message->lease),
        .occurred_us = batch->now_us,
        .data = data,
    };
    struct wm_line *line = wm_batch_line(batch, WM_LEVEL_ERROR, "delivery.dead");
    line->text =
        wm_arena_printf(batch->arena, "%.*s: message %.*s on %.*s was given up after %d attempts",
                        WM_SPAN_ARG(message->ref), WM_SPAN_ARG(message->id),
                        WM_SPAN_ARG(message->topic), message->attempts);
    line->ref = message->ref;
    line->event_id = message->id;
    line->event_type = message->type;
    return wm_event_own(
        batch, message->ref,
        wm_row_encode(batch->arena, batch->engine->options.organisation, message->ref, &row));
}

/* The answer as the store is to take it: an attempt too many is the last. */
static enum wm_status
judge(struct wm_batch *batch, struct wm_delivery_row *row, struct wm_message_row **ret_message)
{
    const struct wm_engine *engine = batch->engine;
    *ret_message = NULL;
    if (row->answer == WM_DELIVERY_EXTEND && row->available_real_us == 0) {
        row->available_real_us = batch->real_us + (int64_t)engine->options.lease_ms * US_PER_MS;
    }
    if (row->answer == WM_DELIVERY_ACK || row->answer == WM_DELIVERY_EXTEND) {
        return WM_OK;
    }
    const enum wm_status status = find_message(batch, row->id, ret_message);
    if (status != WM_OK || *ret_message == NULL || row->answer == WM_DELIVERY_DEAD) {
        return status;
    }
    const int32_t attempts = (*ret_message)->attempts;
    if (row->counts && attempts >= (int32_t)engine->options.max_attempts) {
        row->answer = WM_DELIVERY_DEAD;
        return WM_OK;
    }
    const int64_t soonest_us = batch->real_us + (int64_t)NACK_MIN_MS * US_PER_MS;
    if (row->available_real_us == 0) {
        row->available_real_us =
            row->counts ? batch->real_us + back_off_us(engine, attempts) : batch->real_us;
    } else if (row->available_real_us < soonest_us) {
        row->available_real_us = soonest_us;
    }
    return WM_OK;
}

/* What an answer that was taken leads to. */
static enum wm_status
took(struct wm_batch *batch, const struct wm_delivery_row *row,
     const struct wm_message_row *message)
{
    if (row->answer == WM_DELIVERY_EXTEND) {
        return WM_OK;
    }
    batch->leases -= 1;
    switch (row->answer) {
    case WM_DELIVERY_ACK:
        batch->delivered += 1;
        return WM_OK;
    case WM_DELIVERY_LATER:
        if (message != NULL) {
            wm_nudge_ask(batch, message->topic, row->available_real_us);
        }
        return WM_OK;
    case WM_DELIVERY_DEAD:
        if (message == NULL) {
            return WM_OK;
        }
        /* The case's next message of the topic has its turn now. */
        wm_batch_topic(batch, message->topic);
        return tell_dead(batch, message, row->reason);
    case WM_DELIVERY_EXTEND:
        break;
    }
    return WM_OK;
}

static enum wm_status
answer_all(struct wm_batch *batch, struct wm_delivery_row *rows, size_t count)
{
    bool *taken = WM_NEW_ARRAY(batch->arena, bool, count + 1);
    struct wm_message_row **messages =
        WM_NEW_ARRAY(batch->arena, struct wm_message_row *, count + 1);
    enum wm_status status = wm_arena_failed(batch->arena) ? WM_NOMEM : WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        status = judge(batch, &rows[i], &messages[i]);
    }
    if (status == WM_OK && count > 0) {
        batch->wrote = true;
        status = wm_store_outbox_answer(batch->store, rows, count, taken);
    }
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        if (taken[i]) {
            status = took(batch, &rows[i], messages[i]);
        }
    }
    return status;
}

enum wm_status
wm_delivery_answers(struct wm_batch *batch, struct wm_work *work)
{
    const struct wm_job *job = work->job;
    struct wm_delivery_row *rows =
        WM_NEW_ARRAY(batch->arena, struct wm_delivery_row, job->answer_count + 1);
    struct wm_answer *answer = WM_NEW(batch->arena, struct wm_answer);
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    for (size_t i = 0; i < job->answer_count; i++) {
        rows[i] = job->answers[i];
    }
    answer->reply = WM_REPLY_OK;
    work->answer = answer;
    return answer_all(batch, rows, job->answer_count);
}

enum wm_status
wm_delivery_lapses(struct wm_batch *batch)
{
    struct wm_message_row *messages = NULL;
    size_t count = 0;
    const enum wm_status status = wm_store_outbox_lapsed(batch->store, batch->real_us, LAPSE_TURN,
                                                         batch->arena, &messages, &count);
    if (status != WM_OK || count == 0) {
        return status;
    }
    struct wm_delivery_row *rows = WM_NEW_ARRAY(batch->arena, struct wm_delivery_row, count);
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct wm_delivery_row){.id = messages[i].id,
                                           .lease = messages[i].lease,
                                           .answer = WM_DELIVERY_LATER,
                                           .counts = true,
                                           .reason = wm_span("the lease ran out")};
    }
    return answer_all(batch, rows, count);
}

/* ---- claims ---------------------------------------------------------------------------------- */

/* When asking again may bring something that is not there now. */
static enum wm_status
next_claim(struct wm_batch *batch, struct wm_span topic, int64_t *ret_real_us)
{
    int64_t real_us = WM_NEVER;
    int64_t domain_us = WM_NEVER;
    const enum wm_status status = wm_store_outbox_next(batch->store, topic, batch->now_us,
                                                       batch->real_us, &real_us, &domain_us);
    const int64_t then_us = wm_engine_real_of(batch->engine, domain_us, batch->real_us);
    *ret_real_us = real_us < then_us ? real_us : then_us;
    return status;
}

enum wm_status
wm_delivery_claim(struct wm_batch *batch, struct wm_work *work)
{
    struct wm_job *job = work->job;
    const struct wm_engine *engine = batch->engine;
    const int64_t until_us = batch->real_us + (int64_t)engine->options.lease_ms * US_PER_MS;
    if (job->arena == NULL) {
        job->arena = wm_arena_new(CLAIM_BYTES);
    } else {
        wm_arena_reset(job->arena);
    }
    struct wm_answer *answer = WM_NEW(batch->arena, struct wm_answer);
    if (job->arena == NULL || wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    enum wm_status status =
        wm_store_outbox_claim(batch->store, wm_span(job->topic), job->limit, batch->now_us,
                              batch->real_us, until_us, job->arena, &rows, &count);
    struct wm_claimed *claimed = NULL;
    if (status == WM_OK) {
        claimed = WM_NEW_ARRAY(job->arena, struct wm_claimed, count + 1);
        status = wm_arena_failed(job->arena) ? WM_NOMEM : WM_OK;
    }
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        claimed[i] = (struct wm_claimed){rows[i].id, rows[i].lease, (uint32_t)rows[i].attempts,
                                         rows[i].body};
    }
    if (status == WM_OK && count > 0) {
        batch->wrote = true;
        batch->leases += (int64_t)count;
        /* A lease holds up to and with its last microsecond. */
        batch->lapse_us = until_us < batch->lapse_us ? until_us + 1 : batch->lapse_us;
    } else if (status == WM_OK) {
        status = next_claim(batch, wm_span(job->topic), &job->next_real_us);
    }
    job->claimed = claimed;
    job->claimed_count = status == WM_OK ? count : 0;
    answer->reply = WM_REPLY_OK;
    work->answer = answer;
    return status;
}

/* ---- dead letters ---------------------------------------------------------------------------- */

enum wm_status
wm_delivery_letters(struct wm_batch *batch, struct wm_work *work)
{
    const struct wm_value *call = &work->call;
    const struct wm_span op = wm_value_text(wm_value_get(call, wm_span("op")));
    const struct wm_span id = wm_value_text(wm_value_get(call, wm_span("id")));
    const struct wm_span topic = wm_value_text(wm_value_get(call, wm_span("topic")));
    const bool drop = wm_span_is(op, "dead-letters.drop");
    size_t changed = 0;
    batch->wrote = true;
    const enum wm_status status = wm_store_outbox_revive(batch->store, id, topic, drop, &changed);
    struct wm_answer *answer = WM_NEW(batch->arena, struct wm_answer);
    if (status != WM_OK || wm_arena_failed(batch->arena)) {
        return status != WM_OK ? status : WM_NOMEM;
    }
    answer->reply = WM_REPLY_OK;
    answer->detail =
        wm_arena_printf(batch->arena, "{\"%s\":%zu}", drop ? "dropped" : "retried", changed);
    work->answer = answer;
    batch->nudge_all = true;
    return WM_OK;
}
