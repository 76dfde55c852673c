/* wake.c - a case whose clocks want attention: all that fell due is done, in due order. */
#include <assert.h>

#include "base/sort.h"
#include "daemon/engine/turn.h"

/* More rungs at once than one step may write, after a very long outage: the earliest moment first,
 * the rest with the next wake-up. */
static enum wm_status
wake_bounded(struct wm_batch *batch, struct wm_slot *slot, struct wm_step_result *ret_result)
{
    enum wm_status status = wm_world_step(batch, slot, slot->c->workflow, NULL, ret_result);
    if (status == WM_FULL && slot->c->wake_us < batch->now_us) {
        const int64_t now_us = batch->now_us;
        batch->now_us = slot->c->wake_us;
        status = wm_world_step(batch, slot, slot->c->workflow, NULL, ret_result);
        batch->now_us = now_us;
    }
    return status;
}

enum wm_status
wm_wake_run(struct wm_batch *batch, struct wm_span ref)
{
    struct wm_slot *slot = NULL;
    enum wm_status status = wm_slots_get(batch, ref, &slot);
    if (status != WM_OK) {
        return status;
    }
    struct wm_step_result result;
    if (slot->c != NULL) {
        status = wake_bounded(batch, slot, &result);
    }
    if (slot->c == NULL || status == WM_FULL) {
        struct wm_line *line = wm_batch_line(batch, WM_LEVEL_ERROR, "store.trouble");
        line->ref = ref;
        line->text = slot->trouble.data != NULL
                         ? slot->trouble
                         : wm_arena_printf(batch->arena,
                                           "%.*s can't be woken: more would follow at once than "
                                           "one step may do",
                                           WM_SPAN_ARG(ref));
        return WM_OK;
    }
    int64_t seq = 0;
    if (status == WM_OK) {
        status = wm_apply(batch, slot, NULL, &result, &seq);
    }
    if (status == WM_OK) {
        batch->wakes += 1;
        batch->wake_moved =
            batch->wake_moved || slot->c->wake_us > batch->now_us || result.row_count > 0;
    }
    return status;
}

/* ---- order ----------------------------------------------------------------------------------- */

struct place {
    int64_t key;
    struct wm_work work;
};

static int
by_key(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

enum wm_status
wm_wake_order(struct wm_batch *batch, struct wm_work *works, size_t count)
{
    if (batch->engine->unassigned == 0) {
        return WM_OK;
    }
    struct place *places = WM_NEW_ARRAY(batch->arena, struct place, 2 * count + 1);
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    size_t first = 0;
    while (first < count && works[first].kind != WM_WORK_WAKE) {
        first++;
    }
    size_t found = 0;
    for (; first + found < count && works[first + found].kind == WM_WORK_WAKE; found++) {
        struct wm_slot *slot = NULL;
        const enum wm_status status = wm_slots_get(batch, works[first + found].ref, &slot);
        if (status != WM_OK) {
            return status;
        }
        /* Whoever has an officer takes nobody's place, and stays where it was. */
        const bool waits = slot->row.is_open && slot->row.officer.size == 0;
        places[found] =
            (struct place){waits ? slot->row.next_due_us : INT64_MIN, works[first + found]};
    }
    wm_sort(places, found, sizeof *places, by_key, places + count);
    for (size_t i = 0; i < found; i++) {
        works[first + i] = places[i].work;
    }
    return WM_OK;
}
