/* opening.c - what an event says about the case itself: attributes, aliases, keys. */
#include <assert.h>

#include "daemon/core/fold.h"

/* ---- opening
 * ------------------------------------------------------------------------------------------- */

void
wm_opening_fill(struct wm_fold *fold, const struct wm_opening *opening)
{
    assert(opening != NULL);
    assert(fold->event != NULL);
    const struct wm_workflow *workflow = fold->workflow;
    fold->c->state = opening->state;
    for (size_t i = 0; i < workflow->attribute_count; i++) {
        const struct wm_attribute *attribute = &workflow->attributes[i];
        const struct wm_span path = attribute->from.size > 0 ? attribute->from : attribute->name;
        const struct wm_value *value = wm_value_at(&fold->event->data, path);
        if (value->kind != 0) {
            fold->c->attributes[i] = *value;
        }
    }
    wm_alias_add(fold);
}

void
wm_opening_run(struct wm_fold *fold, const struct wm_opening *opening)
{
    assert(opening->state >= 0);
    const struct wm_state *state = &fold->workflow->states[opening->state];
    wm_actions_run(fold, opening->actions, opening->action_count);
    wm_actions_run(fold, state->on_entry, state->on_entry_count);
}

/* ---- amending
 * ------------------------------------------------------------------------------------------ */

static bool
is_amendment(const struct wm_fold *fold)
{
    return wm_span_is(fold->event->type, "case.amended");
}

static bool
has_value(const struct wm_attribute *attribute, struct wm_span text)
{
    for (size_t i = 0; i < attribute->value_count; i++) {
        if (wm_span_equal(attribute->values[i], text)) {
            return true;
        }
    }
    return false;
}

static bool
type_fits(const struct wm_attribute *attribute, const struct wm_value *value)
{
    int32_t day = 0;
    switch (attribute->type) {
    case WM_TYPE_STRING:
        return value->kind == WM_VALUE_STRING;
    case WM_TYPE_INTEGER:
        return value->kind == WM_VALUE_INT;
    case WM_TYPE_BOOLEAN:
        return value->kind == WM_VALUE_BOOL;
    case WM_TYPE_DATE:
        return wm_day_parse(wm_value_text(value), &day) == WM_OK;
    case WM_TYPE_ENUM:
        return value->kind == WM_VALUE_STRING && has_value(attribute, value->text);
    case WM_TYPE_LIST:
        return value->kind == WM_VALUE_LIST;
    case WM_TYPE_OBJECT:
        return value->kind == WM_VALUE_OBJECT;
    }
    return false;
}

const char *
wm_amend_check(struct wm_fold *fold, struct wm_span *ret_field)
{
    const struct wm_value *set = wm_value_get(&fold->event->data, wm_span("set"));
    if (!is_amendment(fold) || set->kind != WM_VALUE_OBJECT) {
        return NULL;
    }
    for (size_t i = 0; i < set->object.count; i++) {
        const struct wm_field *field = &set->object.fields[i];
        const int32_t index = wm_workflow_attribute(fold->workflow, field->name);
        *ret_field = wm_arena_printf(fold->arena, "data.set.%.*s", WM_SPAN_ARG(field->name));
        if (index < 0) {
            return "This workflow has no such attribute; nothing was changed.";
        }
        if (!fold->workflow->attributes[index].amendable) {
            return "This attribute can't be amended; nothing was changed.";
        }
        if (!type_fits(&fold->workflow->attributes[index], &field->value)) {
            return "The value does not fit the attribute's type; nothing was changed.";
        }
    }
    return NULL;
}

void
wm_amend_apply(struct wm_fold *fold)
{
    const struct wm_value *set = wm_value_get(&fold->event->data, wm_span("set"));
    if (!is_amendment(fold) || set->kind != WM_VALUE_OBJECT) {
        return;
    }
    for (size_t i = 0; i < set->object.count; i++) {
        const int32_t index = wm_workflow_attribute(fold->workflow, set->object.fields[i].name);
        if (index >= 0) {
            fold->c->attributes[index] = set->object.fields[i].value;
        }
    }
}

/* ---- aliases and keys
 * ---------------------------------------------------------------------------------- */

static bool
has_alias(const struct wm_case *c, struct wm_span alias)
{
    for (size_t i = 0; i < c->aliases.count; i++) {
        if (wm_span_equal(c->aliases.items[i], alias)) {
            return true;
        }
    }
    return false;
}

static void
add_alias(struct wm_fold *fold, const struct wm_value *value)
{
    const struct wm_span alias = wm_value_text(value);
    if (alias.size == 0 || has_alias(fold->c, alias)) {
        return;
    }
    if (memchr(alias.data, ':', alias.size) == NULL ||
        memchr(alias.data, ' ', alias.size) != NULL) {
        wm_fold_note(fold, "%.*s is no alias: a name, a colon and a reference.",
                     WM_SPAN_ARG(alias));
        return;
    }
    if (fold->c->aliases.count >= WM_ITEMS_MAX) {
        fold->too_much = true;
        return;
    }
    *WM_PUSH(fold->arena, &fold->c->aliases) = alias;
}

void
wm_alias_add(struct wm_fold *fold)
{
    const struct wm_value *list = wm_value_get(&fold->event->data, wm_span("aliases"));
    for (size_t i = 0; list->kind == WM_VALUE_LIST && i < list->list.count; i++) {
        add_alias(fold, &list->list.items[i]);
    }
    if (wm_span_is(fold->event->type, "case.alias_added")) {
        add_alias(fold, wm_value_get(&fold->event->data, wm_span("alias")));
    }
}

static bool
value_holds(const struct wm_value *value, struct wm_span text)
{
    for (size_t i = 0; value->kind == WM_VALUE_LIST && i < value->list.count; i++) {
        if (wm_span_equal(wm_value_text(&value->list.items[i]), text)) {
            return true;
        }
    }
    return value->kind == WM_VALUE_STRING && wm_span_equal(value->text, text);
}

static void
tell_key(struct wm_fold *fold, enum wm_effect_kind kind, struct wm_span name, struct wm_span text)
{
    struct wm_effect *effect = wm_fold_effect(fold, kind);
    effect->name = name;
    effect->text = text;
}

/* Texts of `value` that `other` lacks. */
static void
tell_missing(struct wm_fold *fold, enum wm_effect_kind kind, struct wm_span name,
             const struct wm_value *value, const struct wm_value *other)
{
    if (value->kind == WM_VALUE_STRING && value->text.size > 0 &&
        !value_holds(other, value->text)) {
        tell_key(fold, kind, name, value->text);
    }
    for (size_t i = 0; value->kind == WM_VALUE_LIST && i < value->list.count; i++) {
        const struct wm_span text = wm_value_text(&value->list.items[i]);
        if (text.size > 0 && !value_holds(other, text)) {
            tell_key(fold, kind, name, text);
        }
    }
}

void
wm_keys_tell(struct wm_fold *fold, const struct wm_case *before)
{
    const struct wm_value none = wm_value_none();
    for (size_t i = 0; i < fold->workflow->attribute_count; i++) {
        const struct wm_span key = fold->workflow->attributes[i].key;
        const struct wm_value *old = before != NULL ? &before->attributes[i] : &none;
        if (key.size > 0 && !wm_value_equal(old, &fold->c->attributes[i])) {
            tell_missing(fold, WM_EFFECT_KEY, key, &fold->c->attributes[i], old);
            tell_missing(fold, WM_EFFECT_UNKEY, key, old, &fold->c->attributes[i]);
        }
    }
    for (size_t i = 0; i < fold->c->aliases.count; i++) {
        if (before == NULL || !has_alias(before, fold->c->aliases.items[i])) {
            tell_key(fold, WM_EFFECT_KEY, wm_span("alias"), fold->c->aliases.items[i]);
        }
    }
}
