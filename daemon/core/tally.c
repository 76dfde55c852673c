/* tally.c - how often something has happened, kept in the case as it folds (`events.TYPE`). */
#include <assert.h>

#include "daemon/core/fold.h"

static struct wm_span
distinct_key(struct wm_fold *fold, const struct wm_tally *tally)
{
    if (tally->distinct == WM_DISTINCT_FIELD) {
        const struct wm_value *value = wm_value_at(&fold->event->data, tally->field);
        return wm_value_words(fold->arena, value);
    }
    const struct wm_calendar *calendar =
        wm_calendar_find(fold->world->calendars, fold->workflow->calendar);
    assert(calendar != NULL);
    return wm_day_text(fold->arena, wm_calendar_day(calendar, fold->at_us));
}

static void
add_hit(struct wm_fold *fold, const struct wm_tally *tally, struct wm_hits *hits)
{
    struct wm_hit hit = {.occurred_us = fold->at_us};
    if (tally->distinct != WM_DISTINCT_NONE) {
        hit.key = distinct_key(fold, tally);
        for (size_t i = 0; i < hits->count; i++) {
            if (wm_span_equal(hits->items[i].key, hit.key)) {
                hits->items[i].occurred_us = fold->at_us;
                return;
            }
        }
    }
    if (hits->count >= WM_TALLY_MAX) {
        memmove(hits->items, hits->items + 1, (hits->count - 1) * sizeof *hits->items);
        hits->items[hits->count - 1] = hit;
        return;
    }
    *WM_PUSH(fold->arena, hits) = hit;
}

void
wm_judge_tallies(struct wm_fold *fold)
{
    assert(fold->event != NULL);
    for (size_t i = 0; i < fold->workflow->tally_count; i++) {
        const struct wm_tally *tally = &fold->workflow->tallies[i];
        if (tally->since.size > 0 && wm_span_equal(tally->since, fold->event->type)) {
            fold->c->tallies[i].count = 0;
        }
        if (wm_span_equal(tally->event, fold->event->type) &&
            wm_condition_holds(fold, tally->where)) {
            add_hit(fold, tally, &fold->c->tallies[i]);
        }
    }
}
