/* make_event.c - builds an event from what was typed. */
#include "ctl/make_event.h"

#include <assert.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include <czmq.h>

enum { DECIMAL = 10 };

struct maker {
    struct wm_arena *arena;
    const struct wm_schema *schema;
    struct wm_span why; /* absent: all is well so far */
};

static json_t *
complain(struct maker *maker, struct wm_span path, const char *text, const char *want)
{
    maker->why =
        wm_arena_printf(maker->arena, "%.*s: \"%s\" is not %s", WM_SPAN_ARG(path), text, want);
    return NULL;
}

static json_t *
read_integer(struct maker *maker, struct wm_span path, const char *text)
{
    char *end = NULL;
    errno = 0;
    const long long number = strtoll(text, &end, DECIMAL);
    return *text == '\0' || *end != '\0' || errno != 0
               ? complain(maker, path, text, "a whole number")
               : json_integer(number);
}

static json_t *
read_boolean(struct maker *maker, struct wm_span path, const char *text)
{
    if (strcmp(text, "true") == 0 || strcmp(text, "yes") == 0) {
        return json_true();
    }
    if (strcmp(text, "false") == 0 || strcmp(text, "no") == 0) {
        return json_false();
    }
    return complain(maker, path, text, "yes or no");
}

static json_t *
read_json(struct maker *maker, struct wm_span path, const char *text, const char *want)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    return value != NULL ? value : complain(maker, path, text, want);
}

/* Where the schema leaves it open: JSON where it reads as such, else text. */
static json_t *
read_any(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    return value != NULL ? value : json_string(text);
}

/* A value that is no list, by the name of its type. */
static json_t *
read_single(struct maker *maker, struct wm_span path, const char *type, const char *text)
{
    if (type == NULL) {
        return read_any(text);
    }
    if (strcmp(type, "integer") == 0) {
        return read_integer(maker, path, text);
    }
    if (strcmp(type, "boolean") == 0) {
        return read_boolean(maker, path, text);
    }
    if (strcmp(type, "a number") == 0) {
        return read_json(maker, path, text, "a number");
    }
    if (strcmp(type, "object") == 0) {
        return read_json(maker, path, text, "a JSON object");
    }
    json_t *value = json_string(text);
    return value != NULL ? value : complain(maker, path, text, "UTF-8");
}

/* "a,b" or "[\"a\",\"b\"]". */
static json_t *
read_list(struct maker *maker, struct wm_span path, const char *text)
{
    if (text[0] == '[') {
        return read_json(maker, path, text, "a JSON list");
    }
    const struct wm_span below = wm_arena_printf(maker->arena, "%.*s[]", WM_SPAN_ARG(path));
    const char *type = NULL;
    if (!wm_schema_field(maker->schema, below, &type)) {
        type = "string";
    }
    json_t *list = json_array();
    const char *from = text;
    while (list != NULL && *from != '\0') {
        const size_t size = strcspn(from, ",");
        const char *part = wm_arena_string(maker->arena, (struct wm_span){from, size});
        json_t *value = read_single(maker, path, type, part);
        if (value == NULL || json_array_append_new(list, value) != 0) {
            json_decref(list);
            return NULL;
        }
        from += size + (from[size] == ',');
    }
    return list;
}

static json_t *
read_value(struct maker *maker, struct wm_span path, const char *text)
{
    const char *type = NULL;
    if (!wm_schema_field(maker->schema, path, &type)) {
        return read_any(text); /* an unknown field: the daemon warns of it */
    }
    return type != NULL && strcmp(type, "array") == 0 ? read_list(maker, path, text)
                                                      : read_single(maker, path, type, text);
}

/* Puts a value at a dotted path, making the objects on the way. Takes the value over. */
static bool
put(struct maker *maker, json_t *data, const char *path, json_t *value)
{
    json_t *object = data;
    const char *from = path;
    for (;;) {
        const size_t size = strcspn(from, ".");
        const char *name = wm_arena_string(maker->arena, (struct wm_span){from, size});
        if (from[size] == '\0') {
            return json_object_set_new(object, name, value) == 0;
        }
        json_t *next = json_object_get(object, name);
        if (next == NULL) {
            next = json_object();
            (void)json_object_set_new(object, name, next); /* a failure shows in what follows */
        }
        if (!json_is_object(next)) {
            maker->why = wm_arena_printf(maker->arena, "%s: \"%.*s\" has a value of its own", path,
                                         (int)(from - path + (long)size), path);
            json_decref(value);
            return false;
        }
        object = next;
        from += size + 1;
    }
}

static bool
is_path(const char *pair, size_t size)
{
    bool is_empty = true; /* the name at hand */
    for (size_t i = 0; i < size; i++) {
        if (pair[i] == '.' && is_empty) {
            return false;
        }
        is_empty = pair[i] == '.';
    }
    return !is_empty;
}

static bool
take_pair(struct maker *maker, json_t *data, const char *pair)
{
    const char *equals = strchr(pair, '=');
    const size_t size = equals != NULL ? (size_t)(equals - pair) : 0;
    if (!is_path(pair, size)) {
        maker->why = wm_arena_printf(
            maker->arena, "\"%s\" is no key=value, such as method=phone or customer.ref=T-1", pair);
        return false;
    }
    const struct wm_span path = {pair, size};
    json_t *value = read_value(maker, path, equals + 1);
    return value != NULL && put(maker, data, wm_arena_string(maker->arena, path), value);
}

static json_t *
fill_data(struct maker *maker, const struct wm_event_wish *wish)
{
    json_t *data = json_object();
    for (size_t i = 0; data != NULL && i < wish->pair_count; i++) {
        if (!take_pair(maker, data, wish->pairs[i])) {
            json_decref(data);
            data = NULL;
        }
    }
    return data;
}

/* An id that nobody else makes. */
static struct wm_span
new_id(struct wm_arena *arena)
{
    zuuid_t *uuid = zuuid_new();
    const struct wm_span id =
        wm_arena_printf(arena, "ctl-%s", uuid != NULL ? zuuid_str_canonical(uuid) : "");
    zuuid_destroy(&uuid);
    return id;
}

static struct wm_span
own_source(struct wm_arena *arena)
{
    const struct passwd *user = getpwuid(geteuid());
    return wm_arena_printf(arena, "/waymarkctl/%s", user != NULL ? user->pw_name : "somebody");
}

static void
put_attribute(json_t *event, const char *name, const char *value)
{
    if (value != NULL) {
        (void)json_object_set_new(event, name, json_string(value)); /* what is missing is refused */
    }
}

static json_t *
assemble(struct wm_arena *arena, const struct wm_event_wish *wish, json_t *data)
{
    json_t *event = json_object();
    put_attribute(event, "specversion", "1.0");
    put_attribute(event, "id", wish->id != NULL ? wish->id : new_id(arena).data);
    put_attribute(event, "source", wish->source != NULL ? wish->source : own_source(arena).data);
    put_attribute(event, "type", wish->type);
    put_attribute(event, "subject", wish->subject);
    put_attribute(event, "time", wish->time);
    put_attribute(event, "wmactor", wish->actor);
    (void)json_object_set_new(event, "data", data); /* likewise */
    return event;
}

static struct wm_span
unknown_type(struct wm_arena *arena, const struct wm_schemas *schemas, const char *type)
{
    const size_t count = wm_schemas_count(schemas);
    struct wm_span *names = WM_NEW_ARRAY(arena, struct wm_span, count + 1);
    for (size_t i = 0; i < count && !wm_arena_failed(arena); i++) {
        names[i] = wm_schemas_at(schemas, i)->type;
    }
    const struct wm_span nearest = wm_text_nearest(wm_span(type), names, count);
    return nearest.data == NULL
               ? wm_arena_printf(arena, "there is no event type \"%s\"", type)
               : wm_arena_printf(arena, "there is no event type \"%s\"; did you mean \"%.*s\"?",
                                 type, WM_SPAN_ARG(nearest));
}

enum wm_status
wm_make_event(struct wm_arena *arena, const struct wm_schemas *schemas,
              const struct wm_event_wish *wish, json_t **ret_event, struct wm_span *ret_why)
{
    assert(arena != NULL && schemas != NULL && wish != NULL);
    assert(wish->type != NULL && wish->subject != NULL);
    struct maker maker = {.arena = arena, .schema = wm_schemas_find(schemas, wm_span(wish->type))};
    if (maker.schema == NULL) {
        *ret_why = unknown_type(arena, schemas, wish->type);
        return WM_EINVAL;
    }
    json_t *data = fill_data(&maker, wish);
    if (data == NULL) {
        *ret_why = maker.why.data != NULL ? maker.why : wm_span("out of memory");
        return WM_EINVAL;
    }
    *ret_event = assemble(arena, wish, data);
    return *ret_event != NULL ? WM_OK : WM_NOMEM;
}
