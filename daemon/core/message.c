/* message.c - messages to workers: asked for as the step goes, rendered when it knows the case's
 * officer. */
#include <assert.h>

#include "daemon/core/fold.h"

static struct wm_pending *
add_pending(struct wm_fold *fold)
{
    if (fold->pendings.count >= WM_EFFECTS_MAX) {
        fold->too_much = true;
        return NULL;
    }
    struct wm_pending *pending = WM_PUSH(fold->arena, &fold->pendings);
    pending->row = fold->row;
    pending->event = fold->event;
    if (fold->clock != NULL) {
        pending->clock = wm_clock_name(fold->arena, fold->c, fold->clock);
    }
    return pending;
}

void
wm_message_ask(struct wm_fold *fold, const struct wm_send *send)
{
    assert(send != NULL);
    if (fold->silent || fold->mute) {
        return;
    }
    struct wm_pending *pending = add_pending(fold);
    if (pending == NULL) {
        return;
    }
    pending->send = send;
    pending->each = fold->each;
    if (fold->item != NULL) {
        pending->item = fold->item->id;
        pending->item_kind = fold->item->kind;
    }
}

void
wm_message_alert(struct wm_fold *fold, const char *level, const char *to, struct wm_span text)
{
    struct wm_pending *pending = fold->silent ? NULL : add_pending(fold);
    if (pending != NULL) {
        pending->level = level;
        pending->to = to;
        pending->text = text;
    }
}

/* Who hears it; while replaying (nobody listens) the role itself. */
static struct wm_span
recipient(struct wm_fold *fold, struct wm_span role)
{
    const struct wm_people *people = fold->world->people;
    const struct wm_calendar *calendar =
        people != NULL ? wm_calendar_find(fold->world->calendars, people->calendar) : NULL;
    if (calendar == NULL || wm_span_is(role, "customer")) {
        return role;
    }
    const struct wm_want want = wm_desk_want(fold, NULL);
    return wm_people_recipient(people, calendar, role, fold->c->officer, &want);
}

static void
put(struct wm_fold *fold, struct wm_value *data, const char *name, struct wm_span text)
{
    if (text.size > 0) {
        wm_value_put(fold->arena, data, wm_span(name), wm_value_string(text));
    }
}

/* `not_before` is a date (its first moment) or a time; anything else is at once. */
static int64_t
not_before(struct wm_fold *fold, const struct wm_expr *expr)
{
    const struct wm_value value = wm_expr_value(fold, expr);
    const struct wm_span text = wm_value_text(&value);
    const struct wm_calendar *calendar =
        wm_calendar_find(fold->world->calendars, fold->workflow->calendar);
    int32_t day = 0;
    int64_t us = 0;
    if (calendar != NULL && wm_day_parse(text, &day) == WM_OK) {
        return wm_calendar_start(calendar, day);
    }
    return wm_time_parse(text, &us) == WM_OK ? us : 0;
}

static struct wm_span
message_id(struct wm_fold *fold, size_t number)
{
    return wm_arena_printf(fold->arena, "%.*s/%lld.%zu", WM_SPAN_ARG(fold->c->ref),
                           (long long)fold->c->seq + 1, number);
}

/* The message that follows one which had gone out when it was no longer wanted. */
static struct wm_span
follow_up(struct wm_fold *fold, const struct wm_send *send)
{
    size_t stem = send->type.size;
    while (stem > 0 && send->type.data[stem - 1] != '.') {
        stem--;
    }
    const struct wm_span head = {send->type.data, stem};
    return wm_arena_printf(fold->arena, "%.*s%s", WM_SPAN_ARG(head),
                           wm_span_is(send->topic, "actions") ? "cancel" : "withdrawn");
}

static void
watch(struct wm_fold *fold, const struct wm_send *send, struct wm_span id)
{
    if (fold->c->wanted.count >= WM_WANTED_MAX) {
        fold->too_much = true;
        return;
    }
    struct wm_wanted *wanted = WM_PUSH(fold->arena, &fold->c->wanted);
    wanted->id = id;
    wanted->send = send->index;
    wanted->item = fold->item != NULL ? fold->item->id : (struct wm_span){0};
}

static struct wm_value
fields_of(struct wm_fold *fold, const struct wm_send *send)
{
    struct wm_value data = wm_value_object(NULL, 0);
    for (size_t i = 0; i < send->field_count; i++) {
        const struct wm_value value = wm_expr_value(fold, &send->fields[i].value);
        if (value.kind != 0) {
            wm_value_put(fold->arena, &data, send->fields[i].name, value);
        }
    }
    return data;
}

static void
render_send(struct wm_fold *fold, const struct wm_pending *pending, struct wm_effect *effect)
{
    const struct wm_send *send = pending->send;
    effect->name = send->topic;
    effect->type = send->type;
    effect->not_before_us = not_before(fold, &send->not_before);
    effect->conditional = send->wanted != NULL;
    struct wm_value data = fields_of(fold, send);
    if (send->to.size > 0) {
        put(fold, &data, "to", recipient(fold, send->to));
    }
    effect->data = data;
    if (effect->conditional) {
        watch(fold, send, effect->id);
    }
}

static void
render_alert(struct wm_fold *fold, const struct wm_pending *pending, struct wm_effect *effect)
{
    effect->name = wm_span("alerts");
    effect->type = wm_span("waymark.alert");
    struct wm_value data = wm_value_object(NULL, 0);
    put(fold, &data, "level", wm_span(pending->level));
    put(fold, &data, "text", pending->text);
    put(fold, &data, "to", recipient(fold, wm_span(pending->to)));
    effect->data = data;
}

static void
render(struct wm_fold *fold, const struct wm_pending *pending, size_t number)
{
    fold->row = pending->row;
    fold->each = pending->each;
    fold->item = pending->item.data != NULL
                     ? wm_case_item(fold->c, pending->item_kind, pending->item)
                     : NULL;
    if (pending->send != NULL && !wm_condition_holds(fold, pending->send->wanted)) {
        wm_fold_note(fold,
                     "%.*s was not sent: the condition under which it is wanted does not hold.",
                     WM_SPAN_ARG(pending->send->type));
        fold->each = NULL;
        fold->item = NULL;
        return;
    }
    struct wm_effect *effect = wm_fold_effect(fold, WM_EFFECT_SEND);
    effect->id = message_id(fold, number);
    const struct wm_row *row = &fold->rows.items[pending->row];
    effect->cause = row->primary ? fold->event->id : row->id;
    if (pending->send != NULL) {
        render_send(fold, pending, effect);
    } else {
        render_alert(fold, pending, effect);
    }
    if (wm_span_is(effect->type, "waymark.alert")) {
        put(fold, &effect->data, "alert", effect->id);
        put(fold, &effect->data, "clock", pending->clock);
    }
    fold->each = NULL;
    fold->item = NULL;
}

void
wm_messages_render(struct wm_fold *fold)
{
    assert(!fold->silent);
    const struct wm_event *event = fold->event;
    for (size_t i = 0; i < fold->pendings.count && !fold->too_much; i++) {
        const struct wm_pending pending = fold->pendings.items[i];
        fold->event = pending.event;
        render(fold, &pending, i + 1);
    }
    fold->event = event;
}

/* The item that was at hand when the message was sent, whatever its kind. */
static const struct wm_item *
watched_item(const struct wm_fold *fold, const struct wm_wanted *wanted)
{
    for (size_t i = 0; wanted->item.data != NULL && i < fold->c->items.count; i++) {
        if (wm_span_equal(fold->c->items.items[i].id, wanted->item)) {
            return &fold->c->items.items[i];
        }
    }
    return NULL;
}

void
wm_messages_judge(struct wm_fold *fold)
{
    assert(!fold->silent);
    size_t kept = 0;
    for (size_t i = 0; i < fold->c->wanted.count; i++) {
        const struct wm_wanted wanted = fold->c->wanted.items[i];
        const struct wm_send *send = fold->workflow->sends[wanted.send];
        if (fold->event != NULL && send->until.size > 0 &&
            wm_span_equal(send->until, fold->event->type)) {
            continue;
        }
        fold->item = watched_item(fold, &wanted);
        if (wm_condition_holds(fold, send->wanted)) {
            fold->c->wanted.items[kept++] = wanted;
            continue;
        }
        struct wm_effect *effect = wm_fold_effect(fold, WM_EFFECT_WITHDRAW);
        /* Whoever has it must know which one is meant: its body may be gone by now. */
        effect->data = fields_of(fold, send);
        effect->id = wanted.id;
        effect->name = send->topic;
        effect->type = follow_up(fold, send);
        effect->text = wm_span("The condition under which it was wanted no longer holds.");
    }
    fold->item = NULL;
    fold->c->wanted.count = kept;
}
