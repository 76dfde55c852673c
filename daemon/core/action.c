/* action.c - what a policy does: set, assign, open, move, clocks, send. */
#include <assert.h>

#include "daemon/core/fold.h"

static void
set_attribute(struct wm_fold *fold, const struct wm_action *action)
{
    assert((size_t)action->index < fold->workflow->attribute_count);
    const struct wm_value value = wm_expr_value(fold, &action->value);
    /* A field that the event does not carry changes nothing. */
    if (value.kind != 0) {
        fold->c->attributes[action->index] = value;
    }
}

static void
item_action(struct wm_fold *fold, const struct wm_action *action)
{
    struct wm_span id = wm_expr_text(fold, &action->key);
    if (id.data == NULL && action->key.part_count == 0 && fold->item != NULL &&
        fold->item->kind == action->index) {
        id = fold->item->id;
    }
    if (id.data == NULL) {
        return;
    }
    if (action->kind == WM_ACTION_OPEN) {
        wm_item_open(fold, action->index, id, action->status, action->fields, action->field_count);
    } else {
        wm_item_move(fold, action->index, id, action->status, action->fields, action->field_count);
    }
}

static void
item_action_each(struct wm_fold *fold, const struct wm_action *action)
{
    if (action->each.size == 0) {
        item_action(fold, action);
        return;
    }
    const struct wm_value *list =
        fold->event != NULL ? wm_value_at(&fold->event->data, action->each) : NULL;
    for (size_t i = 0; list != NULL && list->kind == WM_VALUE_LIST && i < list->list.count; i++) {
        fold->each = &list->list.items[i];
        item_action(fold, action);
        fold->each = NULL;
    }
}

static void
act_on_clock(struct wm_fold *fold, const struct wm_action *action, struct wm_clock *clock)
{
    const struct wm_value value = wm_expr_value(fold, &action->value);
    if (!wm_clock_live(clock)) {
        return;
    }
    if (action->kind == WM_ACTION_RETARGET) {
        wm_clock_retarget(fold, clock);
    } else if (action->kind == WM_ACTION_PAUSE) {
        wm_clock_pause(fold, clock);
    } else if (action->kind == WM_ACTION_RESUME) {
        wm_clock_resume(fold, clock);
    } else if (action->kind == WM_ACTION_CANCEL) {
        wm_clock_stop(fold, clock, WM_CLOCK_CANCELLED);
        wm_judge_clock_moment(fold, clock, WM_MOMENT_CANCELLED);
    } else if (value.kind == WM_VALUE_INT && value.number > 0 && value.number <= WM_DURATION_MAX) {
        wm_clock_extend(fold, clock, (int32_t)value.number);
    }
}

/* The clock of the case, of the item that `key` names, of the item at hand, or of every item of the
 * kind. */
static void
clock_action(struct wm_fold *fold, const struct wm_action *action)
{
    const bool of_item = fold->workflow->clocks[action->index].item_kind >= 0;
    struct wm_span id = {0};
    if (of_item) {
        id = wm_expr_text(fold, &action->key);
        if (id.data == NULL && action->key.part_count == 0 && fold->item != NULL) {
            id = fold->item->id;
        }
    }
    for (size_t i = 0; i < fold->c->clocks.count; i++) {
        struct wm_clock *clock = &fold->c->clocks.items[i];
        const bool meant = !of_item || id.data == NULL || wm_span_equal(clock->item, id);
        if (clock->def == action->index && meant) {
            act_on_clock(fold, action, clock);
        }
    }
}

static void
ask_officer(struct wm_fold *fold, const struct wm_action *action)
{
    if (!fold->silent && (action->again || fold->c->officer.size == 0)) {
        fold->assign = action;
    }
}

void
wm_actions_run(struct wm_fold *fold, const struct wm_action *actions, size_t count)
{
    assert(count == 0 || actions != NULL);
    for (size_t i = 0; i < count; i++) {
        const struct wm_action *action = &actions[i];
        if (!wm_condition_holds(fold, action->when)) {
            continue;
        }
        switch (action->kind) {
        case WM_ACTION_SET:
            set_attribute(fold, action);
            break;
        case WM_ACTION_ASSIGN:
            ask_officer(fold, action);
            break;
        case WM_ACTION_OPEN:
        case WM_ACTION_MOVE:
            item_action_each(fold, action);
            break;
        case WM_ACTION_RETARGET:
        case WM_ACTION_EXTEND:
        case WM_ACTION_PAUSE:
        case WM_ACTION_RESUME:
        case WM_ACTION_CANCEL:
            clock_action(fold, action);
            break;
        case WM_ACTION_SEND:
            wm_message_ask(fold, action->send);
            break;
        }
    }
}
