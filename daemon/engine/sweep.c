/* sweep.c - judging all cases of an officer anew, a bounded number each turn, while events flow.
 *
 * The cursor is durable: meta "sweep:<officer>" holds ">" and the last reference touched. A touched
 * case is due at once, and its ordinary wake-up does the rest. */
#include <assert.h>

#include "daemon/engine/parts.h"

enum { SWEEP_TURN = 256 }; /* cases touched in one turn */

static const char prefix[] = "sweep:";

static struct wm_span
name_of(struct wm_arena *arena, struct wm_span officer)
{
    return wm_arena_printf(arena, "%s%.*s", prefix, WM_SPAN_ARG(officer));
}

static bool
has(const struct wm_spans *list, struct wm_span officer)
{
    for (size_t i = 0; i < list->count; i++) {
        if (wm_span_equal(list->items[i], officer)) {
            return true;
        }
    }
    return false;
}

static void
add(struct wm_arena *arena, struct wm_spans *list, struct wm_span officer)
{
    if (!has(list, officer)) {
        struct wm_span *item = WM_PUSH(arena, list);
        if (!wm_arena_failed(arena)) {
            *item = wm_arena_copy(arena, officer);
        }
    }
}

enum wm_status
wm_sweep_load(struct wm_engine *engine)
{
    engine->sweeps = (struct wm_spans){0};
    wm_arena_reset(engine->sweep_arena);
    struct wm_span *names = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_meta_list(engine->store, wm_span(prefix), engine->arena, &names, &count);
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        add(engine->sweep_arena, &engine->sweeps,
            (struct wm_span){names[i].data + sizeof prefix - 1,
                             names[i].size - (sizeof prefix - 1)});
    }
    return status;
}

enum wm_status
wm_sweep_ask(struct wm_batch *batch, struct wm_span officer)
{
    /* Who waits is looked at from time to time anyway: a sweep that is under way will do. */
    if (officer.size == 0 && has(&batch->engine->sweeps, officer)) {
        return WM_OK;
    }
    add(batch->arena, &batch->sweeps, officer);
    batch->wrote = true;
    return wm_store_meta_set(batch->store, name_of(batch->arena, officer), wm_span(">"));
}

enum wm_status
wm_sweep_run(struct wm_batch *batch, struct wm_span officer)
{
    const struct wm_span name = name_of(batch->arena, officer);
    struct wm_span cursor = {0};
    enum wm_status status = wm_store_meta_get(batch->store, name, batch->arena, &cursor);
    if (status == WM_NOTFOUND) {
        add(batch->arena, &batch->swept, officer);
        return WM_OK;
    }
    if (status != WM_OK) {
        return status;
    }
    assert(cursor.size > 0 && cursor.data[0] == '>');
    const struct wm_span after = {cursor.data + 1, cursor.size - 1};
    struct wm_span last = {0};
    batch->wrote = true;
    status = wm_store_cases_touch(batch->store, officer.size > 0 ? officer : (struct wm_span){0},
                                  after.size > 0 ? after : (struct wm_span){0}, batch->now_us,
                                  SWEEP_TURN, batch->arena, &last);
    if (status == WM_OK && last.size == 0) {
        add(batch->arena, &batch->swept, officer);
        return wm_store_meta_set(batch->store, name, (struct wm_span){0});
    }
    if (status == WM_OK) {
        status = wm_store_meta_set(batch->store, name,
                                   wm_arena_printf(batch->arena, ">%.*s", WM_SPAN_ARG(last)));
    }
    return status;
}

void
wm_sweep_take(struct wm_batch *batch)
{
    struct wm_engine *engine = batch->engine;
    for (size_t i = 0; i < batch->sweeps.count; i++) {
        add(engine->sweep_arena, &engine->sweeps, batch->sweeps.items[i]);
    }
    size_t kept = 0;
    for (size_t i = 0; i < engine->sweeps.count; i++) {
        const struct wm_span officer = engine->sweeps.items[i];
        if (!has(&batch->swept, officer) || has(&batch->sweeps, officer)) {
            engine->sweeps.items[kept++] = officer;
        }
    }
    engine->sweeps.count = kept;
    if (kept == 0) {
        engine->sweeps = (struct wm_spans){0};
        wm_arena_reset(engine->sweep_arena);
    }
}
