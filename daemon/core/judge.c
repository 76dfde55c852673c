/* judge.c - what an event does to the items and clocks of a case, in every state, whatever its
 * transition does. */
#include <assert.h>

#include "daemon/core/fold.h"

/* ---- items
 * --------------------------------------------------------------------------------------------- */

static void
put_fields(struct wm_fold *fold, struct wm_item *item, const struct wm_field_rule *fields,
           size_t count, bool *ret_changed)
{
    if (item->fields.kind != WM_VALUE_OBJECT) {
        item->fields = wm_value_object(NULL, 0);
    }
    for (size_t i = 0; i < count; i++) {
        const struct wm_value value = wm_expr_value(fold, &fields[i].value);
        if (value.kind == 0 ||
            wm_value_equal(wm_value_get(&item->fields, fields[i].name), &value)) {
            continue;
        }
        wm_value_put(fold->arena, &item->fields, fields[i].name, value);
        *ret_changed = true;
    }
}

/* After a change: what the policy does then, and the item's clocks. */
static void
item_changed(struct wm_fold *fold, struct wm_item *item, bool opened, bool was_open)
{
    const struct wm_item_kind *kind = &fold->workflow->items[item->kind];
    const bool is_open = kind->open[item->status];
    const struct wm_item *before = fold->item;
    fold->item = item;
    if (is_open && (opened || !was_open)) {
        wm_judge_item_moment(fold, item, WM_MOMENT_OPEN);
    } else if (!is_open && was_open) {
        wm_judge_item_moment(fold, item, WM_MOMENT_CLOSE);
    } else if (is_open) {
        /* A date that a clock is due by may have moved. */
        for (size_t i = 0; i < fold->c->clocks.count; i++) {
            struct wm_clock *clock = &fold->c->clocks.items[i];
            if (clock->until != INT32_MIN && wm_span_equal(clock->item, item->id) &&
                wm_clock_def(fold, clock)->item_kind == item->kind) {
                wm_clock_retarget(fold, clock);
            }
        }
    }
    if (opened) {
        wm_actions_run(fold, kind->on_open, kind->on_open_count);
    } else {
        wm_actions_run(fold, kind->on_change, kind->on_change_count);
    }
    fold->item = before;
}

static void
update_item(struct wm_fold *fold, struct wm_item *item, int32_t status,
            const struct wm_field_rule *fields, size_t field_count)
{
    const struct wm_item_kind *kind = &fold->workflow->items[item->kind];
    const bool was_open = kind->open[item->status];
    bool changed = status >= 0 && status != item->status;
    put_fields(fold, item, fields, field_count, &changed);
    if (status >= 0) {
        item->status = status;
    }
    if (changed) {
        item_changed(fold, item, false, was_open);
    }
}

void
wm_item_open(struct wm_fold *fold, int32_t kind, struct wm_span id, int32_t status,
             const struct wm_field_rule *fields, size_t field_count)
{
    struct wm_item *item = wm_case_item(fold->c, kind, id);
    if (item != NULL) {
        update_item(fold, item, status, fields, field_count);
        return;
    }
    if (fold->c->items.count >= WM_ITEMS_MAX) {
        fold->too_much = true;
        return;
    }
    item = WM_PUSH(fold->arena, &fold->c->items);
    item->kind = kind;
    item->id = id;
    item->status = status >= 0 ? status : 0;
    item->opened_us = fold->at_us;
    bool changed = false;
    put_fields(fold, item, fields, field_count, &changed);
    if (!wm_arena_failed(fold->arena)) {
        item_changed(fold, item, true, false);
    }
}

void
wm_item_move(struct wm_fold *fold, int32_t kind, struct wm_span id, int32_t status,
             const struct wm_field_rule *fields, size_t field_count)
{
    struct wm_item *item = wm_case_item(fold->c, kind, id);
    if (item != NULL) {
        update_item(fold, item, status, fields, field_count);
    }
}

static void
apply_rule(struct wm_fold *fold, int32_t kind, const struct wm_item_rule *rule)
{
    if (!wm_condition_holds(fold, rule->when)) {
        return;
    }
    const struct wm_span id = wm_expr_text(fold, &rule->key);
    if (id.data == NULL) {
        return;
    }
    if (rule->opens) {
        wm_item_open(fold, kind, id, rule->to, rule->fields, rule->field_count);
    } else {
        wm_item_move(fold, kind, id, rule->to, rule->fields, rule->field_count);
    }
}

static void
apply_rule_each(struct wm_fold *fold, int32_t kind, const struct wm_item_rule *rule)
{
    if (rule->each.size == 0) {
        apply_rule(fold, kind, rule);
        return;
    }
    const struct wm_value *list = wm_value_at(&fold->event->data, rule->each);
    for (size_t i = 0; list->kind == WM_VALUE_LIST && i < list->list.count; i++) {
        fold->each = &list->list.items[i];
        apply_rule(fold, kind, rule);
        fold->each = NULL;
    }
}

void
wm_judge_items(struct wm_fold *fold)
{
    assert(fold->event != NULL);
    for (size_t i = 0; i < fold->workflow->item_count; i++) {
        const struct wm_item_kind *kind = &fold->workflow->items[i];
        for (size_t j = 0; j < kind->rule_count; j++) {
            if (wm_span_equal(kind->rules[j].event, fold->event->type)) {
                apply_rule_each(fold, (int32_t)i, &kind->rules[j]);
            }
        }
    }
}

/* ---- clocks
 * -------------------------------------------------------------------------------------------- */

/* What is being judged: an event, an item's moment or another clock's. */
struct cause {
    enum wm_moment moment;
    struct wm_span event;       /* EVENT */
    const struct wm_item *item; /* OPEN, CLOSE: of this item */
    int32_t clock;              /* MET, DUE, CANCELLED: of this clock */
    int32_t day0;               /* day 0 of what starts */
    bool has_day0;
};

static bool
is_of_clock(const struct cause *cause)
{
    return cause->moment == WM_MOMENT_MET || cause->moment == WM_MOMENT_DUE ||
           cause->moment == WM_MOMENT_CANCELLED;
}

static bool
trigger_matches(struct wm_fold *fold, const struct wm_trigger *trigger, const struct cause *cause)
{
    if (trigger->moment != cause->moment) {
        return false;
    }
    if (cause->moment == WM_MOMENT_EVENT && !wm_span_equal(trigger->event, cause->event)) {
        return false;
    }
    if (is_of_clock(cause) && trigger->clock != cause->clock) {
        return false;
    }
    return wm_condition_holds(fold, trigger->when);
}

/* Does one of the triggers match, for the item at hand (if the clock is an item's)? */
static const struct wm_trigger *
find_trigger(struct wm_fold *fold, const struct wm_trigger *triggers, size_t count,
             const struct cause *cause)
{
    for (size_t i = 0; i < count; i++) {
        const struct wm_trigger *trigger = &triggers[i];
        if (fold->item != NULL && trigger->key.part_count > 0 && cause->moment == WM_MOMENT_EVENT &&
            !wm_span_equal(wm_expr_text(fold, &trigger->key), fold->item->id)) {
            continue;
        }
        if (trigger_matches(fold, trigger, cause)) {
            return trigger;
        }
    }
    return NULL;
}

/* Day 0 of a run that this trigger starts: the other clock's due day, a date in the data, or the
 * event's day. */
static int32_t
day_zero(struct wm_fold *fold, const struct wm_trigger *trigger, const struct cause *cause,
         int32_t def)
{
    int32_t day = 0;
    if (cause->has_day0) {
        return cause->day0;
    }
    if (trigger->at.size > 0 && fold->event != NULL &&
        wm_day_parse(wm_value_text(wm_value_at(&fold->event->data, trigger->at)), &day) == WM_OK) {
        return day;
    }
    const struct wm_calendar *calendar =
        wm_calendar_find(fold->world->calendars, fold->workflow->clocks[def].calendar);
    assert(calendar != NULL);
    return wm_calendar_day(calendar, fold->at_us);
}

static struct wm_clock *
run_at_hand(struct wm_fold *fold, int32_t def)
{
    const bool of_item = fold->workflow->clocks[def].item_kind >= 0;
    return wm_case_clock(fold->c, def, of_item ? fold->item->id : (struct wm_span){0});
}

static bool
extension_saved(struct wm_fold *fold, const struct wm_clock_def *def, const struct cause *cause)
{
    return def->void_unless != NULL && find_trigger(fold, def->void_unless, 1, cause) != NULL;
}

void
wm_judge_meet(struct wm_fold *fold, struct wm_clock *clock)
{
    assert(wm_clock_live(clock));
    const struct wm_clock_def *def = wm_clock_def(fold, clock);
    const int32_t index = clock->def;
    const struct wm_span item = clock->item;
    wm_clock_stop(fold, clock, WM_CLOCK_MET);
    fold->clock = clock;
    wm_actions_run(fold, def->on_met, def->on_met_count);
    fold->clock = NULL;
    wm_judge_clock_moment(fold, wm_case_clock(fold->c, index, item), WM_MOMENT_MET);
    if (def->repeat) {
        const struct wm_calendar *calendar =
            wm_calendar_find(fold->world->calendars, def->calendar);
        assert(calendar != NULL);
        wm_clock_start(fold, index, fold->item, wm_calendar_day(calendar, fold->at_us),
                       fold->at_us);
    }
}

/* What a running or paused clock makes of the cause: starts were judged before. */
static void
judge_run(struct wm_fold *fold, int32_t index, const struct cause *cause)
{
    const struct wm_clock_def *def = &fold->workflow->clocks[index];
    struct wm_clock *clock = run_at_hand(fold, index);
    /* A stop from before a run's start does nothing to it. */
    if (clock == NULL || !wm_clock_live(clock) || fold->at_us < clock->started_us) {
        return;
    }
    if (clock->extension_open && extension_saved(fold, def, cause)) {
        clock->extension_open = false;
    }
    if (find_trigger(fold, def->met_by, def->met_count, cause) != NULL) {
        wm_judge_meet(fold, clock);
    } else if (find_trigger(fold, def->cancelled_by, def->cancel_count, cause) != NULL) {
        wm_clock_stop(fold, clock, WM_CLOCK_CANCELLED);
        wm_judge_clock_moment(fold, clock, WM_MOMENT_CANCELLED);
    } else if (find_trigger(fold, def->pauses, def->pause_count, cause) != NULL) {
        wm_clock_pause(fold, clock);
    } else if (find_trigger(fold, def->resumes, def->resume_count, cause) != NULL) {
        wm_clock_resume(fold, clock);
    }
}

static void
judge_start(struct wm_fold *fold, int32_t index, const struct cause *cause)
{
    const struct wm_clock_def *def = &fold->workflow->clocks[index];
    const struct wm_trigger *trigger = find_trigger(fold, def->starts, def->start_count, cause);
    if (trigger != NULL) {
        wm_clock_start(fold, index, fold->item, day_zero(fold, trigger, cause, index), fold->at_us);
    }
}

/* Runs `judge` for the clock: once, or for each item of its kind (for one, when the cause is that
 * item's). */
static void
for_each_run(struct wm_fold *fold, int32_t index, const struct cause *cause,
             void (*judge)(struct wm_fold *, int32_t, const struct cause *))
{
    const int32_t kind = fold->workflow->clocks[index].item_kind;
    const struct wm_item *before = fold->item;
    if (kind < 0) {
        /* An item's clock may set off the case's own; an item's opening and closing may not. */
        if (cause->item == NULL || is_of_clock(cause)) {
            fold->item = cause->item;
            judge(fold, index, cause);
        }
    } else if (cause->item != NULL) {
        fold->item = cause->item;
        if (cause->item->kind == kind) {
            judge(fold, index, cause);
        }
    } else {
        for (size_t i = 0; i < fold->c->items.count; i++) {
            fold->item = &fold->c->items.items[i];
            if (fold->item->kind == kind) {
                judge(fold, index, cause);
            }
        }
    }
    fold->item = before;
}

static void
judge_cause(struct wm_fold *fold, const struct cause *cause)
{
    if (fold->cascade >= WM_CASCADE_MAX) {
        fold->too_much = true;
        return;
    }
    fold->cascade++;
    for (size_t i = 0; i < fold->workflow->clock_count; i++) {
        for_each_run(fold, (int32_t)i, cause, judge_start);
    }
    for (size_t i = 0; i < fold->workflow->clock_count; i++) {
        for_each_run(fold, (int32_t)i, cause, judge_run);
    }
    fold->cascade--;
}

void
wm_judge_clocks(struct wm_fold *fold)
{
    assert(fold->event != NULL);
    const struct cause cause = {.moment = WM_MOMENT_EVENT, .event = fold->event->type};
    judge_cause(fold, &cause);
}

void
wm_judge_item_moment(struct wm_fold *fold, const struct wm_item *item, enum wm_moment moment)
{
    assert(item != NULL);
    assert(moment == WM_MOMENT_OPEN || moment == WM_MOMENT_CLOSE);
    const struct cause cause = {.moment = moment, .item = item};
    judge_cause(fold, &cause);
}

void
wm_judge_clock_moment(struct wm_fold *fold, const struct wm_clock *clock, enum wm_moment moment)
{
    assert(clock != NULL);
    struct cause cause = {.moment = moment, .clock = clock->def};
    if (clock->item.data != NULL) {
        /* Of the items' clocks, an item's clock sets off those of its own item only. */
        cause.item = wm_case_item(fold->c, wm_clock_def(fold, clock)->item_kind, clock->item);
    }
    if (moment == WM_MOMENT_DUE) {
        cause.day0 = clock->due.day;
        cause.has_day0 = true;
    }
    judge_cause(fold, &cause);
}
