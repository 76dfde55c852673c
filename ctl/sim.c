/* sim.c - the cases of a simulation, and the order in which they want attention. */
#include "ctl/sim.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "ctl/sim_parts.h"

enum { BRIEF_BYTES = 256 << 20, WAKES_MAX = 1000 };
#define KEPT_BYTES ((size_t)4 << 30)

/* ---- life ------------------------------------------------------------------------------------ */

struct wm_sim *
wm_sim_new(const struct wm_sim_options *options, wm_sim_fn *fn, void *context)
{
    assert(options != NULL && options->workflows != NULL);
    assert(options->calendars != NULL && options->people != NULL && options->schemas != NULL);
    struct wm_sim *sim = calloc(1, sizeof *sim);
    if (sim == NULL) {
        return NULL;
    }
    sim->options = *options;
    sim->fn = fn;
    sim->context = context;
    sim->now_us = INT64_MIN;
    sim->kept = wm_arena_new(KEPT_BYTES);
    sim->brief = wm_arena_new(BRIEF_BYTES);
    sim->by_ref = zhashx_new();
    sim->by_alias = zhashx_new();
    sim->seen = zhashx_new();
    if (sim->kept == NULL || sim->brief == NULL || sim->by_ref == NULL || sim->by_alias == NULL ||
        sim->seen == NULL || !wm_sim_people_init(sim)) {
        wm_sim_free(&sim);
    }
    return sim;
}

void
wm_sim_free(struct wm_sim **sim)
{
    assert(sim != NULL);
    struct wm_sim *self = *sim;
    if (self == NULL) {
        return;
    }
    for (size_t i = 0; i < self->cases.count; i++) {
        free(self->cases.items[i].of->snapshot);
    }
    zhashx_destroy(&self->by_ref);
    zhashx_destroy(&self->by_alias);
    zhashx_destroy(&self->seen);
    wm_sim_people_deinit(self);
    free(self->heap);
    wm_arena_free(&self->kept);
    wm_arena_free(&self->brief);
    free(self);
    *sim = NULL;
}

enum wm_status
wm_sim_fail(struct wm_sim *sim, enum wm_status status, const char *format, ...)
{
    assert(status != WM_OK);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(sim->why, sizeof sim->why, format, args); /* cut to fit */
    va_end(args);
    return status;
}

/* ---- the heap of wake-ups -------------------------------------------------------------------- */

static bool
is_before(const struct wm_sim_case *a, const struct wm_sim_case *b)
{
    return a->wake_us != b->wake_us ? a->wake_us < b->wake_us : wm_span_compare(a->ref, b->ref) < 0;
}

static void
place(struct wm_sim *sim, size_t index, struct wm_sim_case *of)
{
    sim->heap[index].of = of;
    of->heap_index = index;
}

static void
rise(struct wm_sim *sim, struct wm_sim_case *of)
{
    size_t index = of->heap_index;
    while (index > 0 && is_before(of, sim->heap[(index - 1) / 2].of)) {
        place(sim, index, sim->heap[(index - 1) / 2].of);
        index = (index - 1) / 2;
    }
    place(sim, index, of);
}

static void
sink(struct wm_sim *sim, struct wm_sim_case *of)
{
    size_t index = of->heap_index;
    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= sim->cases.count) {
            break;
        }
        if (child + 1 < sim->cases.count &&
            is_before(sim->heap[child + 1].of, sim->heap[child].of)) {
            child++;
        }
        if (!is_before(sim->heap[child].of, of)) {
            break;
        }
        place(sim, index, sim->heap[child].of);
        index = child;
    }
    place(sim, index, of);
}

void
wm_sim_wake_at(struct wm_sim *sim, struct wm_sim_case *of, int64_t wake_us)
{
    assert(sim->heap[of->heap_index].of == of);
    of->wake_us = wake_us;
    rise(sim, of);
    sink(sim, of);
}

/* ---- cases ----------------------------------------------------------------------------------- */

struct wm_sim_case *
wm_sim_find(const struct wm_sim *sim, struct wm_span ref_or_alias)
{
    const char *key = wm_arena_string(sim->brief, ref_or_alias);
    struct wm_sim_case *found = zhashx_lookup(sim->by_ref, key);
    return found != NULL ? found : zhashx_lookup(sim->by_alias, key);
}

static bool
make_room(struct wm_sim *sim)
{
    if (sim->cases.count < sim->heap_room) {
        return true;
    }
    const size_t room = sim->heap_room == 0 ? 64 : 2 * sim->heap_room;
    struct wm_sim_entry *heap = realloc(sim->heap, room * sizeof(*heap));
    if (heap == NULL) {
        return false;
    }
    sim->heap = heap;
    sim->heap_room = room;
    return true;
}

struct wm_sim_case *
wm_sim_add(struct wm_sim *sim, struct wm_span ref, const struct wm_workflow *workflow)
{
    assert(workflow != NULL && wm_sim_find(sim, ref) == NULL);
    struct wm_sim_case *added = WM_NEW(sim->kept, struct wm_sim_case);
    const struct wm_span kept_ref = wm_arena_copy(sim->kept, ref);
    if (wm_arena_failed(sim->kept) || !make_room(sim)) {
        return NULL;
    }
    *added = (struct wm_sim_case){
        .ref = kept_ref, .workflow = workflow, .wake_us = WM_NEVER, .heap_index = sim->cases.count};
    struct wm_sim_entry *item = WM_PUSH(sim->kept, &sim->cases);
    if (wm_arena_failed(sim->kept)) {
        return NULL;
    }
    item->of = added;
    place(sim, added->heap_index, added);
    rise(sim, added);
    zhashx_update(sim->by_ref, kept_ref.data, added);
    return added;
}

/* ---- time ------------------------------------------------------------------------------------ */

enum wm_status
wm_sim_run(struct wm_sim *sim, int64_t until_us)
{
    assert(sim != NULL);
    size_t in_vain = 0; /* wake-ups that came to nothing and want to be repeated at once */
    while (sim->cases.count > 0 && sim->heap[0].of->wake_us <= until_us) {
        struct wm_sim_case *of = sim->heap[0].of;
        sim->now_us = of->wake_us > sim->now_us ? of->wake_us : sim->now_us;
        wm_arena_reset(sim->brief);
        struct wm_step_result result;
        enum wm_status status = wm_sim_step(sim, of, NULL, (struct wm_span){0}, &result);
        if (status == WM_FULL) {
            status =
                wm_sim_fail(sim, status, "%.*s: more would follow at once than one step may do",
                            WM_SPAN_ARG(of->ref));
        }
        if (status != WM_OK) {
            return status;
        }
        in_vain = result.row_count == 0 && of->wake_us <= sim->now_us ? in_vain + 1 : 0;
        if (in_vain > WAKES_MAX + sim->cases.count) {
            return wm_sim_fail(sim, WM_CORRUPT,
                               "%.*s wants to be woken again and again and does nothing; this is a "
                               "mistake in Waymark",
                               WM_SPAN_ARG(of->ref));
        }
    }
    sim->now_us = until_us > sim->now_us ? until_us : sim->now_us;
    return WM_OK;
}

/* ---- asking ---------------------------------------------------------------------------------- */

const char *
wm_sim_why(const struct wm_sim *sim)
{
    assert(sim != NULL);
    return sim->why[0] != '\0' ? sim->why : "out of memory";
}

int64_t
wm_sim_now(const struct wm_sim *sim)
{
    return sim->now_us;
}

size_t
wm_sim_count(const struct wm_sim *sim)
{
    return sim->cases.count;
}

struct wm_span
wm_sim_ref(const struct wm_sim *sim, size_t index)
{
    assert(index < sim->cases.count);
    return sim->cases.items[index].of->ref;
}

struct wm_span
wm_sim_show(const struct wm_sim *sim, size_t index, struct wm_arena *arena)
{
    assert(index < sim->cases.count);
    const struct wm_sim_case *of = sim->cases.items[index].of;
    struct wm_case *c = NULL;
    return of->snapshot != NULL && wm_sim_decode(sim, of, arena, &c) == WM_OK
               ? wm_case_show(arena, c, sim->now_us)
               : (struct wm_span){0};
}
