/* operand.c - what a field of a condition or a {field} of a message stands for. */
#include <assert.h>

#include "base/text.h"
#include "daemon/core/fold.h"

static struct wm_value
text_or_absent(struct wm_span text)
{
    return text.data != NULL ? wm_value_string(text) : wm_value_none();
}

/* The run that `clock.NAME` means: of the item at hand where NAME is an item's clock, else of the
 * case. */
static struct wm_clock *
clock_at_hand(const struct wm_fold *fold, int32_t def)
{
    const bool of_item = fold->workflow->clocks[def].item_kind >= 0;
    if (!of_item) {
        return wm_case_clock(fold->c, def, (struct wm_span){0});
    }
    return fold->item != NULL ? wm_case_clock(fold->c, def, fold->item->id) : NULL;
}

static struct wm_value
clock_value(struct wm_fold *fold, const struct wm_operand *operand)
{
    const struct wm_clock *clock = clock_at_hand(fold, operand->index);
    if (clock == NULL) {
        return wm_value_none();
    }
    const int64_t stop = clock->stopped_us == WM_NEVER ? fold->at_us : clock->stopped_us;
    switch (operand->aspect) {
    case WM_ASPECT_STATUS:
        return wm_value_string(wm_span(wm_clock_status_at(clock, fold->at_us)));
    case WM_ASPECT_DUE:
        return clock->due.us == WM_NEVER
                   ? wm_value_none()
                   : wm_value_string(wm_time_text(fold->arena, clock->due.us));
    case WM_ASPECT_DUE_DAY:
        return clock->due.us == WM_NEVER
                   ? wm_value_none()
                   : wm_value_string(wm_day_text(fold->arena, clock->due.day));
    case WM_ASPECT_LATE:
        return wm_value_int(stop > clock->due.us ? (stop - clock->due.us) / WM_US_PER_HOUR : 0);
    case WM_ASPECT_RUN:
        return wm_value_int(clock->run);
    case WM_ASPECT_NONE:
    case WM_ASPECT_IS_MANAGER:
    case WM_ASPECT_TEAMS:
    case WM_ASPECT_SKILLS:
    case WM_ASPECT_IN_CONFLICT:
        break;
    }
    return wm_value_none();
}

static struct wm_value
item_object(struct wm_fold *fold, const struct wm_item *item)
{
    struct wm_value object = item->fields;
    if (object.kind != WM_VALUE_OBJECT) {
        object = wm_value_object(NULL, 0);
    }
    const struct wm_item_kind *kind = &fold->workflow->items[item->kind];
    wm_value_put(fold->arena, &object, wm_span("id"), wm_value_string(item->id));
    wm_value_put(fold->arena, &object, wm_span("status"),
                 wm_value_string(kind->statuses[item->status]));
    return object;
}

/* Status -2 is "open": in any status that is open. */
static bool
item_counts(const struct wm_fold *fold, const struct wm_item *item, int32_t status)
{
    if (status == -1) {
        return true;
    }
    if (status == WM_STATUS_OPEN) {
        return fold->workflow->items[item->kind].open[item->status];
    }
    return item->status == status;
}

static struct wm_value
items_value(struct wm_fold *fold, const struct wm_operand *operand)
{
    const bool list = wm_span_is(operand->path, "list");
    struct wm_value *objects =
        list ? WM_NEW_ARRAY(fold->arena, struct wm_value, fold->c->items.count + 1) : NULL;
    size_t count = 0;
    for (size_t i = 0; i < fold->c->items.count; i++) {
        const struct wm_item *item = &fold->c->items.items[i];
        if (item->kind != operand->index || !item_counts(fold, item, operand->status)) {
            continue;
        }
        if (objects != NULL && !wm_arena_failed(fold->arena)) {
            objects[count] = item_object(fold, item);
        }
        count++;
    }
    return list ? wm_value_list(objects, objects != NULL ? count : 0)
                : wm_value_int((int64_t)count);
}

static struct wm_value
item_value(struct wm_fold *fold, struct wm_span path)
{
    if (fold->item == NULL) {
        return wm_value_none();
    }
    const struct wm_value object = item_object(fold, fold->item);
    return *wm_value_at(&object, path);
}

/* The calendar by whose zone the workflow's own days are told. */
static struct wm_value
day_value(struct wm_fold *fold, int64_t us)
{
    const struct wm_calendar *calendar =
        wm_calendar_find(fold->world->calendars, fold->workflow->calendar);
    if (calendar == NULL || us == WM_NEVER) {
        return wm_value_none();
    }
    return wm_value_string(wm_day_text(fold->arena, wm_calendar_day(calendar, us)));
}

static int64_t
tally_since(const struct wm_fold *fold, const struct wm_tally *tally)
{
    if (tally->within.count == 0) {
        return INT64_MIN;
    }
    const struct wm_calendar *calendar =
        wm_calendar_find(fold->world->calendars, fold->workflow->calendar);
    const bool days =
        tally->within.unit == WM_UNIT_DAYS || tally->within.unit == WM_UNIT_WORKING_DAYS;
    if (calendar == NULL || !days) {
        const int64_t unit =
            tally->within.unit == WM_UNIT_MINUTES ? WM_US_PER_MINUTE : WM_US_PER_HOUR;
        return fold->at_us - tally->within.count * unit;
    }
    const int32_t today = wm_calendar_day(calendar, fold->at_us);
    const int32_t first = tally->within.unit == WM_UNIT_DAYS
                              ? today - tally->within.count
                              : wm_calendar_add(calendar, today, -tally->within.count);
    return wm_calendar_start(calendar, first);
}

static struct wm_value
tally_value(const struct wm_fold *fold, int32_t index)
{
    const struct wm_hits *hits = &fold->c->tallies[index];
    const int64_t since = tally_since(fold, &fold->workflow->tallies[index]);
    int64_t count = 0;
    for (size_t i = 0; i < hits->count; i++) {
        count += hits->items[i].occurred_us >= since ? 1 : 0;
    }
    return wm_value_int(count);
}

static struct wm_value
officer_value(struct wm_fold *fold, struct wm_span path)
{
    if (path.size == 0) {
        return text_or_absent(fold->c->officer);
    }
    const struct wm_people *people = fold->world->people;
    const struct wm_officer *officer =
        people != NULL ? wm_people_officer(people, fold->c->officer) : NULL;
    if (officer == NULL) {
        return wm_value_none();
    }
    return text_or_absent(wm_span_is(path, "email") ? officer->email : officer->name);
}

static struct wm_value
event_value(struct wm_fold *fold, const struct wm_operand *operand)
{
    if (operand->root == WM_ROOT_TIME) {
        return wm_value_string(wm_time_text(fold->arena, fold->at_us));
    }
    if (fold->event == NULL) {
        return wm_value_none();
    }
    if (operand->root == WM_ROOT_ACTOR) {
        return text_or_absent(fold->event->actor);
    }
    if (operand->root == WM_ROOT_TYPE) {
        return wm_value_string(fold->event->type);
    }
    assert(operand->root == WM_ROOT_DATA);
    return *wm_value_at(&fold->event->data, operand->path);
}

struct wm_value
wm_operand_value(struct wm_fold *fold, const struct wm_operand *operand)
{
    assert(fold->c != NULL);
    switch (operand->root) {
    case WM_ROOT_ATTRIBUTE:
        assert((size_t)operand->index < fold->workflow->attribute_count);
        return *wm_value_at(&fold->c->attributes[operand->index], operand->path);
    case WM_ROOT_DATA:
    case WM_ROOT_ACTOR:
    case WM_ROOT_TYPE:
    case WM_ROOT_TIME:
        return event_value(fold, operand);
    case WM_ROOT_STATE:
        return wm_value_string(fold->workflow->states[fold->c->state].name);
    case WM_ROOT_OFFICER:
        return officer_value(fold, operand->path);
    case WM_ROOT_CLOCK:
        return clock_value(fold, operand);
    case WM_ROOT_ITEMS:
        return items_value(fold, operand);
    case WM_ROOT_ITEM:
        return item_value(fold, operand->path);
    case WM_ROOT_EVENTS:
        return tally_value(fold, operand->index);
    case WM_ROOT_PERSON:
        return wm_desk_person(fold, operand->path, operand->aspect);
    case WM_ROOT_EACH:
        return fold->each != NULL ? *wm_value_at(fold->each, operand->path) : wm_value_none();
    case WM_ROOT_REF:
        return wm_value_string(fold->c->ref);
    case WM_ROOT_DAY:
        return day_value(fold, fold->at_us);
    case WM_ROOT_OPENED:
        return day_value(fold, fold->c->opened_us);
    case WM_ROOT_CLOSED:
        return day_value(fold, fold->c->closed_us);
    }
    return wm_value_none();
}

struct wm_value
wm_expr_value(struct wm_fold *fold, const struct wm_expr *expr)
{
    if (expr->literal.kind != 0) {
        return expr->literal;
    }
    if (expr->part_count == 1 && expr->parts[0].operand.root != 0) {
        return wm_operand_value(fold, &expr->parts[0].operand);
    }
    if (expr->part_count == 0) {
        return wm_value_none();
    }
    struct wm_text text = {.arena = fold->arena};
    for (size_t i = 0; i < expr->part_count; i++) {
        const struct wm_expr_part *part = &expr->parts[i];
        if (part->operand.root == 0) {
            wm_text_put(&text, part->text);
            continue;
        }
        const struct wm_value value = wm_operand_value(fold, &part->operand);
        wm_text_put(&text, wm_value_words(fold->arena, &value));
    }
    return wm_value_string(wm_text_span(&text));
}

struct wm_span
wm_expr_text(struct wm_fold *fold, const struct wm_expr *expr)
{
    const struct wm_value value = wm_expr_value(fold, expr);
    if (value.kind == WM_VALUE_INT) {
        return wm_value_words(fold->arena, &value);
    }
    const struct wm_span text = wm_value_text(&value);
    return text.size > 0 ? text : (struct wm_span){0};
}
