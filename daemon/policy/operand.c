/* operand.c - fields: "data.method", "clock.respond.status", "items.action.open", an attribute. */
#include <assert.h>

#include "daemon/policy/parts.h"

/* One field while it is being resolved. */
struct look {
    struct wm_build *build;
    int32_t line;
    struct wm_span text; /* as written */
    struct wm_span rest; /* behind the first dot; absent: there is none */
    struct wm_sort sort;
};

static const struct wm_operand nothing;

/* Cuts at the first dot; *ret_rest is absent when there is none. */
static struct wm_span
head_of(struct wm_span text, struct wm_span *ret_rest)
{
    assert(ret_rest != NULL);
    const char *dot = text.size > 0 ? memchr(text.data, '.', text.size) : NULL;
    if (dot == NULL) {
        *ret_rest = (struct wm_span){0};
        return text;
    }
    const size_t size = (size_t)(dot - text.data);
    *ret_rest = (struct wm_span){dot + 1, text.size - size - 1};
    return (struct wm_span){text.data, size};
}

/* Says what could have been meant. */
static struct wm_operand
refuse(struct look *look, const char *right)
{
    wm_reader_bad(&look->build->reader, look->line, "\"%.*s\" is no field; write %s",
                  WM_SPAN_ARG(look->text), right);
    return nothing;
}

/* ---- persons and data ---- */

/* The same four may be asked of everybody. */
static enum wm_aspect
person_aspect(struct wm_span name, struct wm_sort *ret_sort)
{
    assert(ret_sort != NULL);
    static const struct {
        const char *name;
        enum wm_aspect aspect;
        enum wm_type type;
    } aspects[] = {{"is_manager", WM_ASPECT_IS_MANAGER, WM_TYPE_BOOLEAN},
                   {"teams", WM_ASPECT_TEAMS, WM_TYPE_LIST},
                   {"skills", WM_ASPECT_SKILLS, WM_TYPE_LIST},
                   {"in_conflict", WM_ASPECT_IN_CONFLICT, WM_TYPE_BOOLEAN}};
    for (size_t i = 0; i < WM_COUNT(aspects); i++) {
        if (wm_span_is(name, aspects[i].name)) {
            ret_sort->type = aspects[i].type;
            return aspects[i].aspect;
        }
    }
    return WM_ASPECT_NONE;
}

/* Who did it, or what is known of them. */
static struct wm_operand
look_actor(struct look *look)
{
    assert(look->build != NULL);
    if (look->rest.data == NULL) {
        look->sort.type = WM_TYPE_STRING;
        return (struct wm_operand){.root = WM_ROOT_ACTOR};
    }
    const enum wm_aspect aspect = person_aspect(look->rest, &look->sort);
    if (aspect == WM_ASPECT_NONE) {
        return refuse(look, "actor, actor.is_manager, actor.teams, actor.skills or "
                            "actor.in_conflict");
    }
    return (struct wm_operand){.root = WM_ROOT_PERSON, .aspect = aspect, .path = wm_span("actor")};
}

/* "data.by.is_manager" is about the person whom the data names. */
static struct wm_operand
look_data(struct look *look)
{
    assert(look->build != NULL);
    if (look->rest.size == 0) {
        return refuse(look, "data.NAME");
    }
    size_t dot = look->text.size;
    while (dot > 0 && look->text.data[dot - 1] != '.') {
        dot--;
    }
    const struct wm_span last = {look->text.data + dot, look->text.size - dot};
    struct wm_sort sort = {0};
    const enum wm_aspect aspect = person_aspect(last, &sort);
    if (aspect != WM_ASPECT_NONE && last.size < look->rest.size) {
        const struct wm_span who = {look->text.data, dot - 1};
        const struct wm_span path = {look->rest.data, look->rest.size - last.size - 1};
        if (!wm_build_data(look->build, look->line, path, who, &look->sort)) {
            return nothing;
        }
        look->sort = sort;
        return (struct wm_operand){.root = WM_ROOT_PERSON, .aspect = aspect, .path = who};
    }
    if (!wm_build_data(look->build, look->line, look->rest, look->text, &look->sort)) {
        return nothing;
    }
    return (struct wm_operand){.root = WM_ROOT_DATA, .path = look->rest};
}

/* The element's fields are those of the list's elements in the event. */
static struct wm_operand
look_each(struct look *look)
{
    assert(look->build != NULL);
    struct wm_build *build = look->build;
    if (build->scope.each_lost) {
        return (struct wm_operand){.root = WM_ROOT_EACH, .path = look->rest};
    }
    if (build->scope.each.data == NULL) {
        return refuse(look, "it only beside each = \"data.LIST\"");
    }
    const struct wm_span element =
        look->rest.size > 0
            ? wm_arena_printf(build->reader.arena, "%.*s[].%.*s", WM_SPAN_ARG(build->scope.each),
                              WM_SPAN_ARG(look->rest))
            : wm_arena_printf(build->reader.arena, "%.*s[]", WM_SPAN_ARG(build->scope.each));
    if (!wm_build_data(build, look->line, element, look->text, &look->sort)) {
        return nothing;
    }
    return (struct wm_operand){.root = WM_ROOT_EACH, .path = look->rest};
}

/* ---- clocks and items ---- */

/* Which run is meant is told by what is at hand; the policy cannot say. */
static struct wm_operand
look_clock(struct look *look)
{
    assert(look->build != NULL);
    static const struct wm_span statuses[] = {
        {"running", 7}, {"paused", 6}, {"met", 3}, {"breached", 8}, {"cancelled", 9}};
    static const struct {
        const char *name;
        enum wm_aspect aspect;
        enum wm_type type;
    } aspects[] = {{"status", WM_ASPECT_STATUS, WM_TYPE_ENUM},
                   {"due", WM_ASPECT_DUE, WM_TYPE_STRING},
                   {"due_day", WM_ASPECT_DUE_DAY, WM_TYPE_DATE},
                   {"late", WM_ASPECT_LATE, WM_TYPE_INTEGER},
                   {"run", WM_ASPECT_RUN, WM_TYPE_INTEGER}};
    struct wm_span aspect = {0};
    const struct wm_span name = head_of(look->rest, &aspect);
    const struct wm_names clocks = look->build->clock_names;
    const int32_t index = wm_names_index(clocks, name);
    if (index < 0) {
        wm_reader_bad(&look->build->reader, look->line, "unknown clock \"%.*s\"%s",
                      WM_SPAN_ARG(name), wm_reader_near(&look->build->reader, name, clocks));
        return nothing;
    }
    for (size_t i = 0; i < WM_COUNT(aspects); i++) {
        if (wm_span_is(aspect, aspects[i].name)) {
            look->sort.type = aspects[i].type;
            look->sort.values = (struct wm_names){statuses, WM_COUNT(statuses)};
            return (struct wm_operand){
                .root = WM_ROOT_CLOCK, .aspect = aspects[i].aspect, .index = index, .status = -1};
        }
    }
    return refuse(look, "clock.NAME.status, .due, .due_day, .late or .run");
}

/* Counts, or for messages the items themselves. */
static struct wm_operand
look_items(struct look *look)
{
    assert(look->build != NULL);
    struct wm_build *build = look->build;
    struct wm_span which = {0};
    struct wm_span list = {0};
    const struct wm_span name = head_of(look->rest, &which);
    const struct wm_names kinds = build->item_names;
    const int32_t index = wm_names_index(kinds, name);
    if (index < 0) {
        wm_reader_bad(&build->reader, look->line, "unknown kind of item \"%.*s\"%s",
                      WM_SPAN_ARG(name), wm_reader_near(&build->reader, name, kinds));
        return nothing;
    }
    struct wm_operand operand = {.root = WM_ROOT_ITEMS, .index = index, .status = -1};
    look->sort.type = WM_TYPE_INTEGER;
    which = head_of(which, &list);
    if (wm_span_is(which, "list") && list.data == NULL) {
        list = which;
        which = (struct wm_span){0};
    }
    if (wm_span_is(list, "list")) {
        look->sort.type = WM_TYPE_LIST;
        operand.path = list;
    } else if (list.data != NULL) {
        return refuse(look, "items.KIND, items.KIND.STATUS, items.KIND.open or items.KIND.list");
    }
    if (wm_span_is(which, "open")) {
        operand.status = WM_STATUS_OPEN;
    } else if (which.data != NULL) {
        const struct wm_item_kind *kind = &build->items[index];
        const struct wm_names statuses = {kind->statuses, kind->status_count};
        operand.status = wm_names_index(statuses, which);
        if (operand.status < 0) {
            wm_reader_bad(&build->reader, look->line, "unknown status \"%.*s\" of item \"%.*s\"%s",
                          WM_SPAN_ARG(which), WM_SPAN_ARG(name),
                          wm_reader_near(&build->reader, which, statuses));
            return nothing;
        }
    }
    return operand;
}

/* Of the item at hand; which one that is follows from where the field stands. */
static struct wm_operand
look_item(struct look *look)
{
    assert(look->build != NULL);
    struct wm_build *build = look->build;
    if (build->scope.item == WM_ITEM_LOST) {
        return (struct wm_operand){.root = WM_ROOT_ITEM, .status = -1, .path = look->rest};
    }
    if (build->scope.item < 0) {
        wm_reader_bad(&build->reader, look->line,
                      "\"%.*s\" has no meaning here: no item is at hand", WM_SPAN_ARG(look->text));
        return nothing;
    }
    const struct wm_item_kind *kind = &build->items[build->scope.item];
    const struct wm_names fields = {kind->fields, kind->field_count};
    struct wm_span below = {0};
    const struct wm_span name = head_of(look->rest, &below);
    if (wm_span_is(look->rest, "status")) {
        look->sort.type = WM_TYPE_ENUM;
        look->sort.values = (struct wm_names){kind->statuses, kind->status_count};
    } else if (wm_span_is(look->rest, "id")) {
        look->sort.type = WM_TYPE_STRING;
    } else if (wm_names_index(fields, name) < 0) {
        wm_reader_bad(&build->reader, look->line, "item \"%.*s\" has no field \"%.*s\"%s",
                      WM_SPAN_ARG(kind->name), WM_SPAN_ARG(look->rest),
                      wm_reader_near(&build->reader, name, fields));
        return nothing;
    }
    return (struct wm_operand){.root = WM_ROOT_ITEM, .status = -1, .path = look->rest};
}

/* ---- the rest ---- */

/* Without companions a count over all of the case's life. */
static struct wm_operand
look_events(struct look *look)
{
    assert(look->build != NULL);
    if (look->rest.size == 0) {
        return refuse(look, "events.TYPE, such as events.contact.made");
    }
    wm_build_event(look->build, look->line, look->rest);
    look->sort.type = WM_TYPE_INTEGER;
    const int32_t tally = wm_build_tally(look->build, NULL, look->line, look->rest);
    return (struct wm_operand){.root = WM_ROOT_EVENTS, .index = tally, .status = -1};
}

/* Names and addresses are for messages; conditions ask for the id. */
static struct wm_operand
look_officer(struct look *look)
{
    assert(look->build != NULL);
    look->sort.type = WM_TYPE_STRING;
    if (look->rest.data != NULL && !wm_span_is(look->rest, "name") &&
        !wm_span_is(look->rest, "email")) {
        return refuse(look, "officer, officer.name or officer.email");
    }
    return (struct wm_operand){.root = WM_ROOT_OFFICER, .status = -1, .path = look->rest};
}

/* Words that stand alone. */
static struct wm_operand
look_plain(struct look *look)
{
    assert(look->build != NULL);
    static const struct {
        const char *name;
        enum wm_root root;
        enum wm_type type;
    } plain[] = {{"state", WM_ROOT_STATE, WM_TYPE_ENUM},  {"ref", WM_ROOT_REF, WM_TYPE_STRING},
                 {"type", WM_ROOT_TYPE, WM_TYPE_STRING},  {"time", WM_ROOT_TIME, WM_TYPE_STRING},
                 {"day", WM_ROOT_DAY, WM_TYPE_DATE},      {"opened", WM_ROOT_OPENED, WM_TYPE_DATE},
                 {"closed", WM_ROOT_CLOSED, WM_TYPE_DATE}};
    for (size_t i = 0; i < WM_COUNT(plain); i++) {
        if (wm_span_is(look->text, plain[i].name)) {
            look->sort.type = plain[i].type;
            look->sort.values = look->build->state_names;
            return (struct wm_operand){.root = plain[i].root, .status = -1};
        }
    }
    return nothing;
}

/* What is left is the name of an attribute, or of nothing. */
static struct wm_operand
look_attribute(struct look *look, struct wm_span name)
{
    assert(look->build != NULL);
    struct wm_build *build = look->build;
    const struct wm_names names = build->attribute_names;
    const int32_t index = wm_names_index(names, name);
    if (index < 0) {
        wm_reader_bad(&build->reader, look->line, "unknown field \"%.*s\"%s",
                      WM_SPAN_ARG(look->text), wm_reader_near(&build->reader, name, names));
        return nothing;
    }
    const struct wm_attribute *attribute = &build->attributes[index];
    look->sort.personal = attribute->personal;
    if (look->rest.data == NULL) {
        look->sort.type = attribute->type;
        look->sort.values = (struct wm_names){attribute->values, attribute->value_count};
    } else if (attribute->type != WM_TYPE_OBJECT && attribute->type != 0) {
        return refuse(look, "the attribute's name alone: only an object has parts");
    }
    return (struct wm_operand){
        .root = WM_ROOT_ATTRIBUTE, .index = index, .status = -1, .path = look->rest};
}

struct wm_operand
wm_build_operand(struct wm_build *build, int32_t line, struct wm_span text,
                 struct wm_sort *ret_sort)
{
    static const struct {
        const char *name;
        struct wm_operand (*look)(struct look *look);
    } roots[] = {{"data", look_data},     {"actor", look_actor},    {"each", look_each},
                 {"clock", look_clock},   {"items", look_items},    {"item", look_item},
                 {"events", look_events}, {"officer", look_officer}};
    assert(ret_sort != NULL);
    struct look look = {.build = build, .line = line, .text = text};
    const struct wm_span head = head_of(text, &look.rest);
    struct wm_operand operand = nothing;
    bool found = false;
    for (size_t i = 0; i < WM_COUNT(roots) && !found; i++) {
        if (wm_span_is(head, roots[i].name)) {
            operand = roots[i].look(&look);
            found = true;
        }
    }
    if (!found) {
        operand = look_plain(&look);
        found = operand.root != 0;
    }
    if (!found) {
        operand = look_attribute(&look, head);
    }
    look.sort.name = text;
    *ret_sort = look.sort;
    return operand;
}
