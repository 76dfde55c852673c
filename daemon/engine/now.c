/* now.c - the domain's clock: the machine's, or one that stands until it is moved. */
#include <assert.h>

#include "daemon/engine/turn.h"

int64_t
wm_engine_real(const struct wm_engine *engine)
{
    return engine->options.real_us(engine->options.context);
}

int64_t
wm_engine_now(const struct wm_engine *engine, int64_t real_us)
{
    const struct wm_domain_clock *clock = &engine->clock;
    if (!clock->is_manual) {
        return real_us;
    }
    if (!clock->is_following || real_us < clock->base_real_us) {
        return clock->stands_us;
    }
    return clock->stands_us + (real_us - clock->base_real_us);
}

int64_t
wm_engine_real_of(const struct wm_engine *engine, int64_t us, int64_t real_us)
{
    const struct wm_domain_clock *clock = &engine->clock;
    if (us == WM_NEVER) {
        return WM_NEVER;
    }
    if (!clock->is_manual) {
        return us;
    }
    const int64_t now_us = wm_engine_now(engine, real_us);
    if (us <= now_us) {
        return real_us;
    }
    return clock->is_following ? real_us + (us - now_us) : WM_NEVER;
}

enum wm_status
wm_clock_load(struct wm_engine *engine)
{
    struct wm_domain_clock *clock = &engine->clock;
    clock->is_manual = engine->options.manual_clock;
    clock->stands_us = engine->options.clock_start_us;
    clock->stored_us = WM_NEVER;
    if (!clock->is_manual) {
        return WM_OK;
    }
    struct wm_span text = {0};
    enum wm_status status =
        wm_store_meta_get(engine->store, wm_span("clock"), engine->arena, &text);
    if (status == WM_NOTFOUND) {
        return WM_OK;
    }
    if (status == WM_OK) {
        status = wm_time_parse(text, &clock->stands_us) == WM_OK ? WM_OK : WM_CORRUPT;
    }
    if (status != WM_OK) {
        return status;
    }
    clock->stored_us = clock->stands_us;
    status = wm_store_meta_get(engine->store, wm_span("clock.follow"), engine->arena, &text);
    /* Time that passed while the daemon was down does not count: it runs on from where it was. */
    clock->is_following = status == WM_OK;
    clock->base_real_us = wm_engine_real(engine);
    return status == WM_NOTFOUND ? WM_OK : status;
}

enum wm_status
wm_clock_store(struct wm_batch *batch)
{
    const struct wm_domain_clock *clock = &batch->engine->clock;
    if (!clock->is_manual || !batch->wrote || clock->stored_us == batch->now_us) {
        return WM_OK;
    }
    return wm_store_meta_set(batch->store, wm_span("clock"),
                             wm_time_text(batch->arena, batch->now_us));
}

enum wm_status
wm_clock_mark(struct wm_batch *batch)
{
    const struct wm_domain_clock *clock = &batch->engine->clock;
    assert(clock->is_manual);
    batch->wrote = true;
    return wm_store_meta_set(batch->store, wm_span("clock.follow"),
                             clock->is_following ? wm_span("1") : (struct wm_span){0});
}
