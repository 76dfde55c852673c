/* data.c - what events carry, by the catalogue that the caller has of them. */
#include <assert.h>

#include "daemon/policy/parts.h"

/* ---- event types ---- */

/* Without a catalogue every type is: a caller that knows none wants none checked. */
static bool
is_known(const struct wm_build *build, struct wm_span type)
{
    const struct wm_catalogue *catalogue = build->around->catalogue;
    bool request = false;
    return catalogue == NULL || catalogue->type(catalogue->context, type, &request);
}

/* Every type, for the nearest name. */
static struct wm_names
all_types(struct wm_build *build)
{
    assert(build->reader.arena != NULL);
    const struct wm_catalogue *catalogue = build->around->catalogue;
    size_t count = 0;
    while (catalogue->at(catalogue->context, count).data != NULL) {
        count++;
    }
    struct wm_span *names = WM_MAKE(build->reader.arena, struct wm_span, count + 1);
    for (size_t i = 0; names != NULL && i < count; i++) {
        names[i] = catalogue->at(catalogue->context, i);
    }
    return (struct wm_names){names, names != NULL ? count : 0};
}

void
wm_build_event(struct wm_build *build, int32_t line, struct wm_span type)
{
    assert(build->reader.arena != NULL);
    if (type.data != NULL && !is_known(build, type)) {
        build->lost_other = true;
        wm_reader_bad(&build->reader, line, "unknown event type \"%.*s\"%s", WM_SPAN_ARG(type),
                      wm_reader_near(&build->reader, type, all_types(build)));
    }
}

struct wm_names
wm_build_events(struct wm_build *build, const struct wm_node *group, const char *key)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_node *node = wm_node_get(group, key);
    const struct wm_names types = wm_reader_texts(&build->reader, group, key);
    if (types.count == 0) {
        wm_reader_bad(&build->reader, node != NULL ? node->line : group->line,
                      "%s is missing: the type of event, such as \"complaint.received\"", key);
    }
    for (size_t i = 0; i < types.count; i++) {
        wm_build_event(build, node->line, types.items[i]);
    }
    return types;
}

/* ---- fields of their data ---- */

struct wm_sort
wm_build_json_sort(const char *kind)
{
    static const struct {
        const char *kind;
        enum wm_type type;
    } kinds[] = {{"string", WM_TYPE_STRING},  {"integer", WM_TYPE_INTEGER},
                 {"number", WM_TYPE_INTEGER}, {"boolean", WM_TYPE_BOOLEAN},
                 {"array", WM_TYPE_LIST},     {"list", WM_TYPE_LIST},
                 {"object", WM_TYPE_OBJECT}};
    for (size_t i = 0; kind != NULL && i < WM_COUNT(kinds); i++) {
        if (strcmp(kinds[i].kind, kind) == 0) {
            return (struct wm_sort){.type = kinds[i].type};
        }
    }
    return (struct wm_sort){0};
}

struct lookup {
    bool judged; /* some type is known well enough to say no */
    bool found;
    bool mixed; /* found with different kinds */
    struct wm_sort sort;
};

/* One type's answer, added to those before it. */
static void
look(const struct wm_build *build, struct wm_span type, struct wm_span path, struct lookup *lookup)
{
    assert(build->reader.arena != NULL);
    const struct wm_catalogue *catalogue = build->around->catalogue;
    const char *kind = NULL;
    if (!is_known(build, type)) {
        return;
    }
    lookup->judged = true;
    if (!catalogue->field(catalogue->context, type, path, &kind)) {
        return;
    }
    const struct wm_sort found = wm_build_json_sort(kind);
    lookup->mixed = lookup->mixed || (lookup->found && lookup->sort.type != found.type);
    lookup->found = true;
    lookup->sort = found;
}

struct field_list {
    struct wm_span *items;
    size_t count;
    size_t room;
};

/* The fields of one type, as far as the catalogue lists them. */
static void
add_fields(const struct wm_build *build, struct wm_span type, struct field_list *fields)
{
    assert(build->reader.arena != NULL);
    const struct wm_catalogue *catalogue = build->around->catalogue;
    for (size_t i = 0;; i++) {
        const struct wm_span field = catalogue->field_at(catalogue->context, type, i);
        if (field.data == NULL) {
            return;
        }
        *WM_PUSH(build->reader.arena, fields) = field;
    }
}

/* The field of these types that is spelt nearest; absent: none is near. */
static struct wm_span
nearest_field(const struct wm_build *build, struct wm_names types, struct wm_span path)
{
    assert(build->reader.arena != NULL);
    struct field_list fields = {0};
    for (size_t i = 0; build->around->catalogue->field_at != NULL && i < types.count; i++) {
        add_fields(build, types.items[i], &fields);
    }
    return wm_text_nearest(path, fields.items, fields.count);
}

/* "did you mean" in the form in which the author wrote it: data.NAME, each.NAME or NAME alone. */
static const char *
mean(struct wm_build *build, struct wm_names types, struct wm_span path, struct wm_span shown)
{
    assert(build->reader.arena != NULL);
    static const char element[] = "[].";
    struct wm_span near = nearest_field(build, types, path);
    if (near.data == NULL) {
        return "";
    }
    const char *prefix = wm_span_starts(shown, "data.")   ? "data."
                         : wm_span_starts(shown, "each.") ? "each."
                                                          : "";
    const char *inside = memmem(near.data, near.size, element, strlen(element));
    if (inside != NULL && prefix[0] != 'd') {
        const char *rest = inside + strlen(element);
        near = (struct wm_span){rest, near.size - (size_t)(rest - near.data)};
    }
    return wm_arena_string(build->reader.arena,
                           wm_arena_printf(build->reader.arena, "; did you mean \"%s%.*s\"?",
                                           prefix, WM_SPAN_ARG(near)));
}

/* One event is named; of several or of all the sentence says so. */
static void
tell_unknown(struct wm_build *build, int32_t line, struct wm_names types, struct wm_span path,
             struct wm_span shown)
{
    assert(build->reader.arena != NULL);
    if (types.count == 1) {
        wm_reader_bad(&build->reader, line, "%.*s has no field \"%.*s\"%s",
                      WM_SPAN_ARG(types.items[0]), WM_SPAN_ARG(shown),
                      mean(build, types, path, shown));
    } else if (build->scope.data == WM_DATA_EVENTS) {
        wm_reader_bad(&build->reader, line, "none of these events has a field \"%.*s\"%s",
                      WM_SPAN_ARG(shown), mean(build, types, path, shown));
    } else {
        wm_reader_bad(&build->reader, line, "no event of this workflow has a field \"%.*s\"%s",
                      WM_SPAN_ARG(shown), mean(build, types, path, shown));
    }
}

bool
wm_build_data(struct wm_build *build, int32_t line, struct wm_span path, struct wm_span shown,
              struct wm_sort *ret_sort)
{
    assert(ret_sort != NULL);
    *ret_sort = (struct wm_sort){0};
    if (build->scope.data == WM_DATA_NONE) {
        wm_reader_bad(&build->reader, line,
                      "\"%.*s\" has no meaning here: no event's data is at hand",
                      WM_SPAN_ARG(shown));
        return false;
    }
    if (build->around->catalogue == NULL) {
        return true;
    }
    const struct wm_names types =
        build->scope.data == WM_DATA_EVENTS ? build->scope.events : build->events;
    struct lookup lookup = {0};
    for (size_t i = 0; i < types.count; i++) {
        look(build, types.items[i], path, &lookup);
    }
    if (lookup.judged && !lookup.found) {
        tell_unknown(build, line, types, path, shown);
        return false;
    }
    *ret_sort = lookup.mixed ? (struct wm_sort){0} : lookup.sort;
    return true;
}

struct wm_span
wm_build_each(struct wm_build *build, const struct wm_node *group)
{
    assert(group->kind == WM_NODE_GROUP);
    static const char prefix[] = "data.";
    const struct wm_node *node = wm_node_get(group, "each");
    const struct wm_span shown = wm_reader_text(&build->reader, group, "each");
    if (shown.data == NULL) {
        return shown;
    }
    struct wm_span path = shown;
    if (wm_span_starts(path, prefix)) {
        path = (struct wm_span){path.data + strlen(prefix), path.size - strlen(prefix)};
    }
    struct wm_sort sort;
    if (!wm_build_data(build, node->line, path, shown, &sort)) {
        build->scope.each_lost = true;
    } else if (sort.type != 0 && sort.type != WM_TYPE_LIST) {
        build->scope.each_lost = true;
        wm_reader_bad(&build->reader, node->line, "each needs a list; \"%.*s\" is %s",
                      WM_SPAN_ARG(shown), wm_sort_words(sort));
    }
    return path;
}
