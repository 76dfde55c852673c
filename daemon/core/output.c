/* output.c - the rows and effects of a step. */
#include <assert.h>

#include "daemon/core/fold.h"

void
wm_fold_row(struct wm_fold *fold, bool primary, struct wm_span type, struct wm_span id,
            struct wm_value data)
{
    assert(type.size > 0);
    assert(primary || id.size > 0);
    if (fold->silent) {
        return;
    }
    if (fold->rows.count >= WM_ROWS_MAX) {
        fold->too_much = true;
        return;
    }
    struct wm_row *row = WM_PUSH(fold->arena, &fold->rows);
    row->primary = primary;
    row->type = type;
    row->id = id;
    row->occurred_us = fold->at_us;
    row->data = data;
    row->from = fold->c->state;
    row->to = fold->c->state;
    fold->row = fold->rows.count - 1;
}

struct wm_effect *
wm_fold_effect(struct wm_fold *fold, enum wm_effect_kind kind)
{
    if (fold->effects.count >= WM_EFFECTS_MAX) {
        fold->too_much = true;
    }
    /* While silent, or beyond the bound, the effect is written where nobody looks. */
    if (fold->silent || fold->too_much) {
        return WM_NEW(fold->arena, struct wm_effect);
    }
    struct wm_effect_entry *entry = WM_PUSH(fold->arena, &fold->effects);
    entry->row = fold->row;
    entry->effect.kind = kind;
    return &entry->effect;
}

void
wm_fold_clock_effect(struct wm_fold *fold, const struct wm_clock *clock, const char *what)
{
    if (fold->silent) {
        return;
    }
    struct wm_effect *effect = wm_fold_effect(fold, WM_EFFECT_CLOCK);
    effect->name = wm_clock_name(fold->arena, fold->c, clock);
    effect->type = wm_span(what);
    struct wm_value data = wm_value_object(NULL, 0);
    wm_value_put(fold->arena, &data, wm_span("run"), wm_value_int(clock->run));
    if (clock->due.us != WM_NEVER) {
        wm_value_put(fold->arena, &data, wm_span("due"),
                     wm_value_string(wm_time_text(fold->arena, clock->due.us)));
        wm_value_put(fold->arena, &data, wm_span("due_day"),
                     wm_value_string(wm_day_text(fold->arena, clock->due.day)));
    }
    effect->data = data;
}

void
wm_fold_note(struct wm_fold *fold, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    wm_fold_effect(fold, WM_EFFECT_NOTE)->text = wm_arena_vprintf(fold->arena, format, args);
    va_end(args);
}

void
wm_fold_input(struct wm_fold *fold, const char *name, struct wm_value value)
{
    assert(name != NULL);
    if (fold->inputs.kind != WM_VALUE_OBJECT) {
        fold->inputs = wm_value_object(NULL, 0);
    }
    wm_value_put(fold->arena, &fold->inputs, wm_span(name), value);
}
