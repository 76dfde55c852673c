/* condition.c - whether a guard holds. There is no expression language: a field, a test, a value.
 */
#include <assert.h>

#include "daemon/core/fold.h"

static bool
list_holds(const struct wm_value *list, const struct wm_value *value)
{
    if (list->kind != WM_VALUE_LIST) {
        return wm_value_equal(list, value);
    }
    for (size_t i = 0; i < list->list.count; i++) {
        if (wm_value_equal(&list->list.items[i], value)) {
            return true;
        }
    }
    return false;
}

/* `has`: the list holds this value, or each of these. */
static bool
has(const struct wm_value *list, const struct wm_value *wanted)
{
    if (wanted->kind != WM_VALUE_LIST) {
        return list_holds(list, wanted);
    }
    for (size_t i = 0; i < wanted->list.count; i++) {
        if (!list_holds(list, &wanted->list.items[i])) {
            return false;
        }
    }
    return true;
}

/* `covers`: the list of objects names, by a field, every open item of the kind. */
static bool
covers(const struct wm_fold *fold, const struct wm_condition *condition,
       const struct wm_value *list)
{
    const struct wm_item_kind *kind = &fold->workflow->items[condition->kind];
    for (size_t i = 0; i < fold->c->items.count; i++) {
        const struct wm_item *item = &fold->c->items.items[i];
        if (item->kind != condition->kind || !kind->open[item->status]) {
            continue;
        }
        bool named = false;
        for (size_t j = 0; list->kind == WM_VALUE_LIST && j < list->list.count && !named; j++) {
            const struct wm_value *by = wm_value_get(&list->list.items[j], condition->by);
            named = wm_span_equal(wm_value_text(by), item->id);
        }
        if (!named) {
            return false;
        }
    }
    return true;
}

/* Numbers by size, texts (dates) by bytes; anything else is in no order. */
static bool
ordered(const struct wm_value *a, const struct wm_value *b, int *ret_order)
{
    if (a->kind == WM_VALUE_INT && b->kind == WM_VALUE_INT) {
        *ret_order = (a->number > b->number) - (a->number < b->number);
        return true;
    }
    if (a->kind == WM_VALUE_STRING && b->kind == WM_VALUE_STRING) {
        *ret_order = wm_span_compare(a->text, b->text);
        return true;
    }
    return false;
}

/* Without wmactor a condition on the actor does not bite (workflow.md 2). */
static bool
actor_unknown(const struct wm_fold *fold, const struct wm_operand *field)
{
    const bool of_actor = field->root == WM_ROOT_ACTOR ||
                          (field->root == WM_ROOT_PERSON && wm_span_is(field->path, "actor"));
    return of_actor && (fold->event == NULL || fold->event->actor.size == 0);
}

static bool
test(struct wm_fold *fold, const struct wm_condition *condition)
{
    if (actor_unknown(fold, &condition->field) && condition->test != WM_TEST_EXISTS) {
        return true;
    }
    const struct wm_value field = wm_operand_value(fold, &condition->field);
    int order = 0;
    switch (condition->test) {
    case WM_TEST_IS:
        return wm_value_equal(&field, &condition->value);
    case WM_TEST_NOT:
        return !wm_value_equal(&field, &condition->value);
    case WM_TEST_ONE_OF:
        return field.kind != 0 && list_holds(&condition->value, &field);
    case WM_TEST_AT_LEAST:
        return ordered(&field, &condition->value, &order) && order >= 0;
    case WM_TEST_AT_MOST:
        return ordered(&field, &condition->value, &order) && order <= 0;
    case WM_TEST_EXISTS:
        return wm_value_exists(&field) == condition->value.flag;
    case WM_TEST_HAS:
        return has(&field, &condition->value);
    case WM_TEST_COVERS:
        return covers(fold, condition, &field);
    case WM_TEST_SAME_AS: {
        const struct wm_value other = wm_operand_value(fold, &condition->other);
        return wm_value_exists(&field) && wm_value_equal(&field, &other);
    }
    case WM_TEST_IN: {
        const struct wm_value other = wm_operand_value(fold, &condition->other);
        return wm_value_exists(&field) && list_holds(&other, &field);
    }
    case WM_TEST_ALL:
    case WM_TEST_ANY:
        break;
    }
    return false;
}

/* As deep as the policy file nests its groups, which the loader bounds.
 * NOLINTBEGIN(misc-no-recursion) */
bool
wm_condition_holds(struct wm_fold *fold, const struct wm_condition *condition)
{
    if (condition == NULL) {
        return true;
    }
    if (condition->test != WM_TEST_ALL && condition->test != WM_TEST_ANY) {
        return test(fold, condition);
    }
    const bool all = condition->test == WM_TEST_ALL;
    for (size_t i = 0; i < condition->child_count; i++) {
        if (wm_condition_holds(fold, &condition->children[i]) != all) {
            return !all;
        }
    }
    return all;
}
/* NOLINTEND(misc-no-recursion) */
