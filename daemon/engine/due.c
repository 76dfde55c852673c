/* due.c - what fell due: found, and done until nothing is left at this moment. */
#include <assert.h>

#include "daemon/engine/parts.h"

enum wm_status
wm_engine_wakes(struct wm_engine *engine, struct wm_arena *arena, struct wm_work **ret_works,
                size_t *ret_count)
{
    const int64_t real_us = wm_engine_real(engine);
    struct wm_span *refs = NULL;
    size_t count = 0;
    enum wm_status status = WM_OK;
    if (real_us >= engine->wake_rest_us) {
        status = wm_store_cases_due(engine->store, wm_engine_now(engine, real_us),
                                    engine->options.batch, arena, &refs, &count);
    }
    struct wm_work *works = WM_NEW_ARRAY(arena, struct wm_work, count + 2);
    if (status != WM_OK || wm_arena_failed(arena)) {
        return status != WM_OK ? status : WM_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        works[i] = (struct wm_work){.kind = WM_WORK_WAKE, .ref = refs[i]};
    }
    if (engine->sweeps.count > 0) {
        works[count++] = (struct wm_work){.kind = WM_WORK_SWEEP,
                                          .ref = wm_arena_copy(arena, engine->sweeps.items[0])};
    }
    *ret_works = works;
    *ret_count = count;
    return WM_OK;
}

enum wm_status
wm_engine_due(struct wm_engine *engine, struct wm_told *told)
{
    for (;;) {
        if (wm_engine_real(engine) < engine->wake_rest_us) {
            return WM_AGAIN; /* something that can't be done is in the way */
        }
        struct wm_work *works = NULL;
        size_t count = 0;
        wm_arena_reset(engine->work_arena);
        enum wm_status status = wm_engine_wakes(engine, engine->work_arena, &works, &count);
        if (status != WM_OK || count == 0) {
            return status;
        }
        const bool sweeps = engine->sweeps.count > 0;
        engine->wake_moved = false;
        status = wm_batch_work(engine, works, count, told);
        if (status != WM_OK) {
            return status;
        }
        if (!engine->wake_moved && !sweeps) {
            /* They would be due again at once, for ever. */
            engine->wake_rest_us = wm_engine_real(engine) + (int64_t)WM_REST_MS * 1000;
            return WM_AGAIN;
        }
    }
}
