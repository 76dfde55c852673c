/* case.c - making, copying and checking a case. */
#include "daemon/core/case.h"

#include <assert.h>

struct wm_case *
wm_case_new(struct wm_arena *arena, const struct wm_workflow *workflow, struct wm_span ref)
{
    assert(workflow != NULL);
    assert(workflow->state_count > 0);
    struct wm_case *c = WM_NEW(arena, struct wm_case);
    c->workflow = workflow;
    c->ref = ref;
    c->opened_us = 0;
    c->closed_us = WM_NEVER;
    c->check_us = WM_NEVER;
    c->wake_us = WM_NEVER;
    c->attributes = WM_NEW_ARRAY(arena, struct wm_value, workflow->attribute_count + 1);
    c->tallies = WM_NEW_ARRAY(arena, struct wm_hits, workflow->tally_count + 1);
    if (wm_arena_failed(arena)) {
        return c;
    }
    for (size_t i = 0; i < workflow->attribute_count; i++) {
        c->attributes[i] = workflow->attributes[i].initial;
    }
    return c;
}

/* A copy of `count` elements with room for a few more. */
static void *
copy_array(struct wm_arena *arena, const void *from, size_t count, size_t size)
{
    void *copy = wm_arena_alloc(arena, count + 1, size);
    if (copy != NULL && count > 0 && !wm_arena_failed(arena)) {
        memcpy(copy, from, count * size);
    }
    return copy;
}

#define COPY_LIST(arena, list)                                                                 \
    do {                                                                                       \
        (list).items = copy_array((arena), (list).items, (list).count, sizeof(*(list).items)); \
        (list).room = (list).count + 1;                                                        \
    } while (0)

struct wm_case *
wm_case_copy(struct wm_arena *arena, const struct wm_case *from)
{
    assert(from != NULL);
    struct wm_case *c = WM_NEW(arena, struct wm_case);
    *c = *from;
    const struct wm_workflow *workflow = from->workflow;
    c->attributes =
        copy_array(arena, from->attributes, workflow->attribute_count, sizeof *c->attributes);
    c->tallies = copy_array(arena, from->tallies, workflow->tally_count, sizeof *c->tallies);
    COPY_LIST(arena, c->items);
    COPY_LIST(arena, c->clocks);
    COPY_LIST(arena, c->wanted);
    COPY_LIST(arena, c->tenures);
    COPY_LIST(arena, c->aliases);
    if (wm_arena_failed(arena)) {
        return c;
    }
    for (size_t i = 0; i < workflow->tally_count; i++) {
        COPY_LIST(arena, c->tallies[i]);
    }
    for (size_t i = 0; i < c->clocks.count; i++) {
        struct wm_clock *clock = &c->clocks.items[i];
        clock->pauses = copy_array(arena, clock->pauses, clock->pause_count, sizeof *clock->pauses);
    }
    return c;
}

struct wm_clock *
wm_case_clock(const struct wm_case *a_case, int32_t def, struct wm_span item)
{
    for (size_t i = 0; i < a_case->clocks.count; i++) {
        struct wm_clock *clock = &a_case->clocks.items[i];
        if (clock->def == def && wm_span_equal(clock->item, item)) {
            return clock;
        }
    }
    return NULL;
}

struct wm_item *
wm_case_item(const struct wm_case *a_case, int32_t kind, struct wm_span id)
{
    for (size_t i = 0; i < a_case->items.count; i++) {
        struct wm_item *item = &a_case->items.items[i];
        if (item->kind == kind && wm_span_equal(item->id, id)) {
            return item;
        }
    }
    return NULL;
}

struct wm_span
wm_clock_name(struct wm_arena *arena, const struct wm_case *a_case, const struct wm_clock *clock)
{
    assert(clock->def >= 0 && (size_t)clock->def < a_case->workflow->clock_count);
    const struct wm_span name = a_case->workflow->clocks[clock->def].name;
    if (clock->item.data == NULL) {
        return name;
    }
    return wm_arena_printf(arena, "%.*s:%.*s", WM_SPAN_ARG(name), WM_SPAN_ARG(clock->item));
}

const char *
wm_clock_status_at(const struct wm_clock *clock, int64_t now_us)
{
    switch (clock->status) {
    case WM_CLOCK_RUNNING:
        return now_us >= clock->due.us ? "breached" : "running";
    case WM_CLOCK_PAUSED:
        return "paused";
    case WM_CLOCK_MET:
        return "met";
    case WM_CLOCK_BREACHED:
        return "breached";
    case WM_CLOCK_CANCELLED:
        return "cancelled";
    }
    return "unknown";
}

bool
wm_case_is_open(const struct wm_case *a_case)
{
    const struct wm_state *state = &a_case->workflow->states[a_case->state];
    return !state->closed && !state->final;
}

static void
check_clock(const struct wm_case *c, const struct wm_clock *clock)
{
    assert(clock->def >= 0 && (size_t)clock->def < c->workflow->clock_count);
    assert(clock->run >= 1);
    assert(clock->status >= WM_CLOCK_RUNNING && clock->status <= WM_CLOCK_CANCELLED);
    const bool live = clock->status == WM_CLOCK_RUNNING || clock->status == WM_CLOCK_PAUSED;
    assert(live == (clock->stopped_us == WM_NEVER));
    assert((clock->status == WM_CLOCK_PAUSED) == (clock->due.us == WM_NEVER && live));
    assert(clock->item.data == NULL || c->workflow->clocks[clock->def].item_kind >= 0);
}

void
wm_case_check(const struct wm_case *a_case)
{
    assert(a_case->workflow != NULL);
    assert(a_case->ref.size > 0);
    assert(a_case->state >= 0 && (size_t)a_case->state < a_case->workflow->state_count);
    assert(a_case->clocks.count <= WM_CLOCKS_MAX);
    assert(a_case->items.count <= WM_ITEMS_MAX);
    assert(a_case->wanted.count <= WM_WANTED_MAX);
    for (size_t i = 0; i < a_case->clocks.count; i++) {
        check_clock(a_case, &a_case->clocks.items[i]);
    }
    for (size_t i = 0; i < a_case->items.count; i++) {
        const struct wm_item *item = &a_case->items.items[i];
        assert(item->kind >= 0 && (size_t)item->kind < a_case->workflow->item_count);
        assert(item->status >= 0 &&
               (size_t)item->status < a_case->workflow->items[item->kind].status_count);
    }
}
