/* nudge.c - when messages that wait may go, and their workers should be told: after a rest, or when
 * their own time has come. */
#include <assert.h>

#include "daemon/engine/parts.h"

static struct wm_nudge *
nudge_of(struct wm_arena *arena, struct wm_nudges *nudges, struct wm_span topic)
{
    for (size_t i = 0; i < nudges->count; i++) {
        if (wm_span_equal(nudges->items[i].topic, topic)) {
            return &nudges->items[i];
        }
    }
    struct wm_nudge *nudge = WM_PUSH(arena, nudges);
    nudge->topic = wm_arena_copy(arena, topic);
    nudge->real_us = WM_NEVER;
    return nudge;
}

void
wm_nudge_ask(struct wm_batch *batch, struct wm_span topic, int64_t real_us)
{
    struct wm_nudge *nudge = nudge_of(batch->arena, &batch->nudges, topic);
    if (real_us < nudge->real_us) {
        nudge->real_us = real_us;
    }
}

static void
note(struct wm_engine *engine, struct wm_span topic, int64_t real_us)
{
    struct wm_nudge *nudge = nudge_of(engine->life, &engine->nudges, topic);
    if (real_us < nudge->real_us) {
        nudge->real_us = real_us;
    }
    if (real_us < engine->nudge_us) {
        engine->nudge_us = real_us;
    }
}

void
wm_nudge_take(struct wm_batch *batch)
{
    struct wm_engine *engine = batch->engine;
    for (size_t i = 0; i < batch->topics.count; i++) {
        note(engine, batch->topics.items[i], WM_NEVER);
    }
    for (size_t i = 0; i < batch->nudges.count; i++) {
        note(engine, batch->nudges.items[i].topic, batch->nudges.items[i].real_us);
    }
    if (batch->nudge_all) {
        wm_nudge_all(engine);
    }
}

void
wm_nudge_all(struct wm_engine *engine)
{
    for (size_t i = 0; i < engine->nudges.count; i++) {
        engine->nudges.items[i].real_us = 0;
    }
    engine->nudge_us = 0;
}

/* When the topic is to be looked at again. */
static enum wm_status
look_ahead(struct wm_engine *engine, struct wm_nudge *nudge, int64_t real_us)
{
    int64_t then_us = WM_NEVER;
    int64_t domain_us = WM_NEVER;
    const enum wm_status status = wm_store_outbox_next(
        engine->store, nudge->topic, wm_engine_now(engine, real_us), real_us, &then_us, &domain_us);
    const int64_t due_us = wm_engine_real_of(engine, domain_us, real_us);
    nudge->real_us = then_us < due_us ? then_us : due_us;
    return status;
}

enum wm_status
wm_nudge_tell(struct wm_engine *engine, struct wm_told *told)
{
    const int64_t real_us = wm_engine_real(engine);
    enum wm_status status = WM_OK;
    if (real_us < engine->nudge_us) {
        return WM_OK;
    }
    engine->nudge_us = WM_NEVER;
    for (size_t i = 0; i < engine->nudges.count && status == WM_OK; i++) {
        struct wm_nudge *nudge = &engine->nudges.items[i];
        if (nudge->real_us <= real_us) {
            wm_told_topic(told, nudge->topic);
            status = look_ahead(engine, nudge, real_us);
        }
        if (nudge->real_us < engine->nudge_us) {
            engine->nudge_us = nudge->real_us;
        }
    }
    return status;
}

enum wm_status
wm_nudge_load(struct wm_engine *engine)
{
    struct wm_topic_row *topics = NULL;
    size_t count = 0;
    const enum wm_status status = wm_store_topics(engine->store, engine->arena, &topics, &count);
    engine->leases = 0;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        note(engine, topics[i].topic, 0);
        engine->leases += topics[i].leased;
    }
    /* Messages may have been made of which no worker was told, and leases given that lapse. */
    wm_nudge_all(engine);
    engine->lapse_us = engine->leases > 0 ? 0 : WM_NEVER;
    return status;
}
