/* tally.c - what `events.TYPE` counts; equal counts are kept once. */
#include <assert.h>

#include "daemon/policy/digest.h"
#include "daemon/policy/parts.h"

/* `where` is judged when the counted event happens: its data is at hand then. */
static const struct wm_condition *
read_where(struct wm_build *build, const struct wm_node *group, struct wm_span type)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_scope before = build->scope;
    const struct wm_span *types = NULL;
    struct wm_span *copy = WM_MAKE(build->reader.arena, struct wm_span, 1);
    if (copy != NULL) {
        *copy = type;
        types = copy;
    }
    build->scope = (struct wm_scope){
        .data = WM_DATA_EVENTS, .events = {types, types != NULL ? 1 : 0}, .item = -1};
    const struct wm_condition *where = wm_build_when(build, group, "where");
    build->scope = before;
    return where;
}

/* Days, or a field of the counted events. */
static void
read_distinct(struct wm_build *build, const struct wm_node *group, struct wm_tally *tally)
{
    assert(group->kind == WM_NODE_GROUP);
    static const char prefix[] = "data.";
    const struct wm_span distinct = wm_reader_text(&build->reader, group, "distinct");
    if (distinct.data == NULL) {
        return;
    }
    if (wm_span_is(distinct, "day")) {
        tally->distinct = WM_DISTINCT_DAY;
        return;
    }
    tally->distinct = WM_DISTINCT_FIELD;
    tally->field = distinct;
    if (wm_span_starts(distinct, prefix)) {
        tally->field =
            (struct wm_span){distinct.data + strlen(prefix), distinct.size - strlen(prefix)};
    }
    const struct wm_scope before = build->scope;
    struct wm_sort sort;
    build->scope =
        (struct wm_scope){.data = WM_DATA_EVENTS, .events = {&tally->event, 1}, .item = -1};
    (void)wm_build_data(build, wm_node_get(group, "distinct")->line, tally->field, distinct, &sort);
    build->scope = before;
}

/* What makes two tallies the same. */
static struct wm_span
key_of(struct wm_build *build, const struct wm_node *group, const struct wm_tally *tally)
{
    struct wm_arena *arena = build->reader.arena;
    const struct wm_node *where = group != NULL ? wm_node_get(group, "where") : NULL;
    const struct wm_span digest =
        where != NULL ? wm_digest_of_tree(arena, where) : (struct wm_span){0};
    return wm_arena_printf(arena, "%.*s|%.*s|%d %d|%.*s|%d|%.*s", WM_SPAN_ARG(tally->event),
                           WM_SPAN_ARG(digest), tally->within.count, (int)tally->within.unit,
                           WM_SPAN_ARG(tally->since), (int)tally->distinct,
                           WM_SPAN_ARG(tally->field));
}

/* Few tallies, read once: copying the list of keys costs nothing that matters. */
static int32_t
keep(struct wm_build *build, const struct wm_tally *tally, struct wm_span key)
{
    assert(build->reader.arena != NULL);
    struct wm_arena *arena = build->reader.arena;
    struct wm_span *keys = WM_MAKE(arena, struct wm_span, build->tallies.count + 1);
    struct wm_tally *kept = WM_PUSH(arena, &build->tallies);
    if (keys == NULL || wm_arena_failed(arena)) {
        return 0;
    }
    *kept = *tally;
    const size_t index = build->tallies.count - 1;
    if (index > 0) {
        memcpy(keys, build->tally_keys.items, index * sizeof *keys);
    }
    keys[index] = key;
    build->tally_keys = (struct wm_names){keys, index + 1};
    return (int32_t)index;
}

int32_t
wm_build_tally(struct wm_build *build, const struct wm_node *group, int32_t line,
               struct wm_span type)
{
    assert(type.size > 0);
    struct wm_tally tally = {.event = type};
    if (group != NULL) {
        tally.within = wm_reader_duration(&build->reader, group, "within");
        tally.since = wm_reader_text(&build->reader, group, "since");
        wm_build_event(build, line, tally.since);
        tally.where = read_where(build, group, type);
        read_distinct(build, group, &tally);
    }
    const struct wm_span key = key_of(build, group, &tally);
    const int32_t found = wm_names_index(build->tally_keys, key);
    return found >= 0 ? found : keep(build, &tally, key);
}
