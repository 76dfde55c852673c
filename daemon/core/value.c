/* value.c - reading, comparing, copying and wording the tree of values that an event is.
 *
 * Nothing here recurses: what comes from outside must not decide how deep our stack goes. */
#include "daemon/core/value.h"

#include <assert.h>
#include <inttypes.h>

#include "base/text.h"

static const struct wm_value absent;

struct wm_value
wm_value_bool(bool flag)
{
    return (struct wm_value){.kind = WM_VALUE_BOOL, .flag = flag};
}

struct wm_value
wm_value_int(int64_t number)
{
    return (struct wm_value){.kind = WM_VALUE_INT, .number = number};
}

struct wm_value
wm_value_string(struct wm_span text)
{
    assert(text.size == 0 || text.data != NULL);
    return (struct wm_value){.kind = WM_VALUE_STRING, .text = text};
}

struct wm_value
wm_value_list(const struct wm_value *items, size_t count)
{
    assert(count == 0 || items != NULL);
    return (struct wm_value){.kind = WM_VALUE_LIST, .list = {items, count}};
}

struct wm_value
wm_value_object(const struct wm_field *fields, size_t count)
{
    assert(count == 0 || fields != NULL);
    return (struct wm_value){.kind = WM_VALUE_OBJECT, .object = {fields, count}};
}

static bool
has_text(enum wm_value_kind kind)
{
    return kind == WM_VALUE_STRING || kind == WM_VALUE_DECIMAL;
}

static bool
is_container(enum wm_value_kind kind)
{
    return kind == WM_VALUE_LIST || kind == WM_VALUE_OBJECT;
}

/* How many values stand directly below. */
static size_t
child_count(const struct wm_value *value)
{
    if (value->kind == WM_VALUE_LIST) {
        return value->list.count;
    }
    return value->kind == WM_VALUE_OBJECT ? value->object.count : 0;
}

static const struct wm_value *
child(const struct wm_value *value, size_t index)
{
    assert(is_container(value->kind));
    assert(index < child_count(value));
    return value->kind == WM_VALUE_LIST ? &value->list.items[index]
                                        : &value->object.fields[index].value;
}

bool
wm_value_exists(const struct wm_value *value)
{
    assert(value != NULL);
    if (value->kind == 0 || value->kind == WM_VALUE_NULL) {
        return false;
    }
    if (has_text(value->kind)) {
        return value->text.size > 0;
    }
    return !is_container(value->kind) || child_count(value) > 0;
}

/* Where a field of this name stands, looked for from `hint` on and around: objects that come from
 * one place mostly keep their order, so the first look finds it. */
static const struct wm_value *
find_field(const struct wm_value *object, struct wm_span name, size_t hint)
{
    const size_t count = object->object.count;
    assert(object->kind == WM_VALUE_OBJECT);
    assert(hint <= count);
    for (size_t i = 0; i < count; i++) {
        const size_t at = hint + i < count ? hint + i : hint + i - count;
        if (wm_span_equal(object->object.fields[at].name, name)) {
            return &object->object.fields[at].value;
        }
    }
    return NULL;
}

/* Compares all but the children. */
static bool
equal_here(const struct wm_value *a, const struct wm_value *b)
{
    assert(a != NULL);
    assert(b != NULL);
    if (a->kind != b->kind) {
        return false;
    }
    if (has_text(a->kind)) {
        return wm_span_equal(a->text, b->text);
    }
    if (is_container(a->kind)) {
        return child_count(a) == child_count(b);
    }
    switch (a->kind) {
    case WM_VALUE_BOOL:
        return a->flag == b->flag;
    case WM_VALUE_INT:
        return a->number == b->number;
    case WM_VALUE_NULL:
    case WM_VALUE_DECIMAL:
    case WM_VALUE_STRING:
    case WM_VALUE_LIST:
    case WM_VALUE_OBJECT:
        break;
    }
    return true;
}

/* The child of b that must equal child `index` of a. */
static const struct wm_value *
partner(const struct wm_value *a, const struct wm_value *b, size_t index)
{
    assert(a->kind == b->kind);
    assert(index < child_count(a));
    if (a->kind == WM_VALUE_LIST) {
        return &b->list.items[index];
    }
    return find_field(b, a->object.fields[index].name, index);
}

/* Two values of one kind and size whose children are being compared. */
struct comparing {
    const struct wm_value *a;
    const struct wm_value *b;
    size_t next;
};

struct comparisons {
    struct comparing items[WM_VALUE_DEPTH_MAX];
    size_t depth;
};

/* True if two values are equal but for their children, which are then put on the stack. */
static bool
compare(struct comparisons *stack, const struct wm_value *a, const struct wm_value *b)
{
    if (!equal_here(a, b)) {
        return false;
    }
    if (child_count(a) > 0) {
        assert(stack->depth < WM_VALUE_DEPTH_MAX);
        stack->items[stack->depth++] = (struct comparing){a, b, 0};
    }
    return true;
}

bool
wm_value_equal(const struct wm_value *a, const struct wm_value *b)
{
    struct comparisons stack = {.depth = 0};
    bool equal = compare(&stack, a, b);
    while (equal && stack.depth > 0) {
        struct comparing *top = &stack.items[stack.depth - 1];
        if (top->next == child_count(top->a)) {
            stack.depth--;
            continue;
        }
        const size_t index = top->next++;
        const struct wm_value *other = partner(top->a, top->b, index);
        equal = other != NULL && compare(&stack, child(top->a, index), other);
    }
    return equal;
}

const struct wm_value *
wm_value_get(const struct wm_value *object, struct wm_span name)
{
    assert(object != NULL);
    if (object->kind != WM_VALUE_OBJECT) {
        return &absent;
    }
    const struct wm_value *found = find_field(object, name, 0);
    return found != NULL ? found : &absent;
}

const struct wm_value *
wm_value_at(const struct wm_value *object, struct wm_span path)
{
    assert(object != NULL);
    assert(path.size == 0 || path.data != NULL);
    const struct wm_value *at = object;
    while (path.size > 0) {
        const char *dot = memchr(path.data, '.', path.size);
        const size_t size = dot != NULL ? (size_t)(dot - path.data) : path.size;
        at = wm_value_get(at, (struct wm_span){path.data, size});
        const size_t used = dot != NULL ? size + 1 : size;
        path = (struct wm_span){path.data + used, path.size - used};
    }
    return at;
}

struct wm_span
wm_value_text(const struct wm_value *value)
{
    assert(value != NULL);
    return value->kind == WM_VALUE_STRING ? value->text : (struct wm_span){0};
}

/* A container whose copy has room for the children but not yet them. */
struct copying {
    const struct wm_value *from;
    struct wm_value *items;  /* of a list */
    struct wm_field *fields; /* of an object */
    size_t next;
};

struct copies {
    struct copying items[WM_VALUE_DEPTH_MAX];
    size_t depth;
};

/* Copies all but the children, for which it makes room and which it puts on the stack. */
static struct wm_value
copy_here(struct wm_arena *arena, struct copies *stack, const struct wm_value *from)
{
    struct wm_value to = *from;
    if (has_text(from->kind)) {
        to.text = wm_arena_copy(arena, from->text);
    }
    if (child_count(from) == 0) {
        return to;
    }
    assert(stack->depth < WM_VALUE_DEPTH_MAX);
    struct copying *below = &stack->items[stack->depth++];
    *below = (struct copying){.from = from};
    if (from->kind == WM_VALUE_LIST) {
        below->items = WM_NEW_ARRAY(arena, struct wm_value, from->list.count);
        to.list.items = below->items;
    } else {
        below->fields = WM_NEW_ARRAY(arena, struct wm_field, from->object.count);
        to.object.fields = below->fields;
    }
    return to;
}

static struct wm_value *
next_place(struct wm_arena *arena, struct copying *at)
{
    assert(at->next < child_count(at->from));
    const size_t index = at->next++;
    if (at->items != NULL) {
        return &at->items[index];
    }
    assert(at->fields != NULL);
    at->fields[index].name = wm_arena_copy(arena, at->from->object.fields[index].name);
    return &at->fields[index].value;
}

struct wm_value
wm_value_copy(struct wm_arena *arena, const struct wm_value *value)
{
    struct copies stack = {.depth = 0};
    assert(value != NULL);
    const struct wm_value top = copy_here(arena, &stack, value);
    /* A failed arena hands out one scratch area again and again: nothing may be hung below it. */
    while (stack.depth > 0 && !wm_arena_failed(arena)) {
        struct copying *at = &stack.items[stack.depth - 1];
        if (at->next == child_count(at->from)) {
            stack.depth--;
            continue;
        }
        const struct wm_value *from = child(at->from, at->next);
        struct wm_value *to = next_place(arena, at);
        *to = copy_here(arena, &stack, from);
    }
    return wm_arena_failed(arena) ? absent : top;
}

/* The words of a value without children. */
static void
put_leaf(struct wm_text *text, const struct wm_value *value)
{
    assert(child_count(value) == 0);
    if (has_text(value->kind)) {
        wm_text_put(text, value->text);
    } else if (value->kind == WM_VALUE_INT) {
        wm_text_printf(text, "%" PRId64, value->number);
    } else if (value->kind == WM_VALUE_BOOL) {
        wm_text_puts(text, value->flag ? "yes" : "no");
    }
}

/* What stands before child `index`: a comma, and the field's name. Semicolons part what has commas
 * of its own. */
static void
put_separator(struct wm_text *text, const struct wm_value *value, size_t index)
{
    assert(index < child_count(value));
    if (index > 0) {
        const bool nested =
            is_container(child(value, index)->kind) || is_container(child(value, index - 1)->kind);
        wm_text_puts(text, nested ? "; " : ", ");
    }
    if (value->kind == WM_VALUE_OBJECT) {
        wm_text_put(text, value->object.fields[index].name);
        wm_text_puts(text, ": ");
    }
}

/* A container of which `next` children have been worded. */
struct wording {
    const struct wm_value *value;
    size_t next;
};

struct wordings {
    struct wording items[WM_VALUE_DEPTH_MAX];
    size_t depth;
};

static void
put_words(struct wm_text *text, struct wordings *stack, const struct wm_value *value)
{
    if (child_count(value) == 0) {
        put_leaf(text, value);
        return;
    }
    assert(stack->depth < WM_VALUE_DEPTH_MAX);
    stack->items[stack->depth++] = (struct wording){value, 0};
}

struct wm_span
wm_value_words(struct wm_arena *arena, const struct wm_value *value)
{
    struct wordings stack = {.depth = 0};
    struct wm_text text = {.arena = arena};
    assert(value != NULL);
    put_words(&text, &stack, value);
    while (stack.depth > 0) {
        struct wording *top = &stack.items[stack.depth - 1];
        if (top->next == child_count(top->value)) {
            stack.depth--;
            continue;
        }
        const size_t index = top->next++;
        put_separator(&text, top->value, index);
        put_words(&text, &stack, child(top->value, index));
    }
    return wm_text_span(&text);
}

void
wm_value_put(struct wm_arena *arena, struct wm_value *object, struct wm_span name,
             struct wm_value value)
{
    assert(object != NULL);
    assert(object->kind == 0 || object->kind == WM_VALUE_OBJECT);
    const size_t count = object->kind == 0 ? 0 : object->object.count;
    struct wm_field *fields = WM_NEW_ARRAY(arena, struct wm_field, count + 1);
    if (wm_arena_failed(arena)) {
        return;
    }
    size_t at = count;
    for (size_t i = 0; i < count; i++) {
        fields[i] = object->object.fields[i];
        at = wm_span_equal(fields[i].name, name) ? i : at;
    }
    fields[at] = (struct wm_field){name, value};
    *object = wm_value_object(fields, at < count ? count : count + 1);
}
