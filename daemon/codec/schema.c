/* schema.c - loads the schemas of all event types and finds them by name. */
#include "daemon/codec/schema.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sort.h"
#include "daemon/codec/schema_file.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

/* Invariant: items ascend by type once loading is over. */
struct wm_schemas {
    struct wm_arena *arena;
    struct wm_schema_file *items;
    size_t count;
    size_t room;
};

/* A word of x-waymark and what it stands for. */
struct word {
    const char *name;
    int value;
};

static const struct word kinds[] = {{"fact", WM_KIND_FACT},
                                    {"request", WM_KIND_REQUEST},
                                    {"message", WM_KIND_MESSAGE},
                                    {"internal", WM_KIND_INTERNAL}};

static const struct word subjects[] = {
    {"case", WM_SUBJECT_CASE},         {"item", WM_SUBJECT_ITEM},
    {"officer", WM_SUBJECT_OFFICER},   {"customer", WM_SUBJECT_CUSTOMER},
    {"calendar", WM_SUBJECT_CALENDAR}, {"batch", WM_SUBJECT_BATCH}};

/* One file being loaded. */
struct loading {
    struct wm_schemas *schemas;
    const char *file;
    struct wm_text *errors; /* of all files */
    struct wm_text *here;   /* of this one, without its name */
};

static struct wm_span
text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return (struct wm_span){json_string_value(value), json_string_length(value)};
}

/* The value of one of a few words; 0, and a sentence, if it is none of them. */
static int
read_word(struct loading *loading, const json_t *extension, const char *name,
          const struct word *words, size_t count)
{
    const struct wm_span text = text_of(extension, name);
    for (size_t i = 0; i < count; i++) {
        if (wm_span_is(text, words[i].name)) {
            return words[i].value;
        }
    }
    wm_text_printf(loading->here, "x-waymark.%s must be one of", name);
    for (size_t i = 0; i < count; i++) {
        wm_text_printf(loading->here, "%s %s", i > 0 ? "," : "", words[i].name);
    }
    wm_text_puts(loading->here, "\n");
    return 0;
}

static void
check_extension(struct loading *loading, const json_t *extension)
{
    static const char *const names[] = {"kind", "subject", "time", "rules", "topic"};
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)extension, name, value)
    {
        size_t i = 0;
        while (i < WM_COUNT(names) && strcmp(name, names[i]) != 0) {
            i++;
        }
        const bool is_rules = strcmp(name, "rules") == 0;
        if (i == WM_COUNT(names)) {
            wm_text_printf(loading->here,
                           "x-waymark.%s is not known: kind, subject, time, rules and topic are\n",
                           name);
        } else if (is_rules ? !json_is_array(value) : !json_is_string(value)) {
            wm_text_printf(loading->here, "x-waymark.%s must be %s\n", name,
                           is_rules ? "a list of rule ids" : "a text");
        }
    }
}

static void
read_head(struct loading *loading, json_t *json, struct wm_schema *schema)
{
    const json_t *extension = json_object_get(json, "x-waymark");
    schema->json = json;
    schema->type = text_of(json, "$id");
    schema->title = text_of(json, "title");
    schema->description = text_of(json, "description");
    schema->time = text_of(extension, "time");
    schema->topic = text_of(extension, "topic");
    schema->file = wm_arena_copy(loading->schemas->arena, wm_span(loading->file));
    if (schema->type.size == 0) {
        wm_text_puts(loading->here, "$id must be the event type, for example contact.made\n");
    }
    if (!json_is_object(extension)) {
        wm_text_puts(loading->here,
                     "x-waymark is missing: an object with kind, subject, time and rules\n");
        return;
    }
    check_extension(loading, extension);
    schema->kind =
        (enum wm_event_kind)read_word(loading, extension, "kind", kinds, WM_COUNT(kinds));
    schema->subject = (enum wm_subject_kind)read_word(loading, extension, "subject", subjects,
                                                      WM_COUNT(subjects));
    if (schema->kind == WM_KIND_MESSAGE && schema->topic.size == 0) {
        wm_text_puts(loading->here, "x-waymark.topic is missing: a message goes to a topic\n");
    }
}

static void
check_twice(struct loading *loading, struct wm_span type)
{
    for (size_t i = 0; type.size > 0 && i < loading->schemas->count; i++) {
        const struct wm_schema *other = &loading->schemas->items[i].seen;
        if (wm_span_equal(other->type, type)) {
            wm_text_printf(loading->here, "the type %.*s stands in %.*s already\n",
                           WM_SPAN_ARG(type), WM_SPAN_ARG(other->file));
            return;
        }
    }
}

/* Each sentence behind the name of the file. */
static void
tell(struct loading *loading)
{
    const struct wm_span all = wm_text_span(loading->here);
    for (size_t from = 0; from < all.size;) {
        const char *end = memchr(all.data + from, '\n', all.size - from);
        const size_t size = (size_t)(end - all.data) - from;
        wm_text_printf(loading->errors, "%s: %.*s\n", loading->file, (int)size, all.data + from);
        from += size + 1;
    }
}

static void
load_file(struct loading *loading)
{
    struct wm_schemas *schemas = loading->schemas;
    json_error_t error;
    json_t *json = json_load_file(loading->file, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        wm_text_printf(loading->here, "not JSON at line %d, column %d: %s\n", error.line,
                       error.column, error.text);
        tell(loading);
        return;
    }
    struct wm_schema_file *file = WM_PUSH(schemas->arena, schemas);
    if (wm_arena_failed(schemas->arena)) {
        json_decref(json);
        return;
    }
    read_head(loading, json, &file->seen);
    schemas->count -= 1;
    check_twice(loading, file->seen.type);
    schemas->count += 1;
    if (wm_node_compile(schemas->arena, json, loading->here, &file->root) &&
        file->root.types != WM_JSON_OBJECT) {
        wm_text_puts(loading->here, "type must be object: an event's data is one\n");
    }
    tell(loading);
}

static int
is_schema_file(const struct dirent *entry)
{
    const char *suffix = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && suffix != NULL && strcmp(suffix, ".json") == 0;
}

static int
compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void
load_folder(struct wm_schemas *schemas, const char *folder, struct wm_text *errors)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_schema_file, compare_names);
    if (count < 0) {
        wm_text_printf(errors, "%s: cannot be read: %s\n", folder, strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        const struct wm_span file =
            wm_arena_printf(schemas->arena, "%s/%s", folder, entries[i]->d_name);
        struct wm_text here = {.arena = schemas->arena};
        struct loading loading = {schemas, file.data, errors, &here};
        if (!wm_arena_failed(schemas->arena)) {
            load_file(&loading);
        }
        free(entries[i]);
    }
    free((void *)entries);
}

static int
compare_types(const void *a, const void *b)
{
    const struct wm_schema_file *left = a;
    const struct wm_schema_file *right = b;
    return wm_span_compare(left->seen.type, right->seen.type);
}

/* WM_EINVAL when anything was told, with the sentences. */
static enum wm_status
finish(struct wm_schemas *schemas, struct wm_text *errors, char **ret_errors)
{
    struct wm_schema_file *scratch =
        WM_NEW_ARRAY(schemas->arena, struct wm_schema_file, schemas->count + 1);
    if (wm_arena_failed(schemas->arena)) {
        return WM_NOMEM;
    }
    wm_sort(schemas->items, schemas->count, sizeof *schemas->items, compare_types, scratch);
    const struct wm_span told = wm_text_span(errors);
    if (told.size == 0) {
        *ret_errors = NULL;
        return WM_OK;
    }
    char *copy = strndup(told.data, told.size);
    if (copy == NULL) {
        return WM_NOMEM;
    }
    *ret_errors = copy;
    return WM_EINVAL;
}

enum wm_status
wm_schemas_load(const char *const *folders, size_t count, struct wm_schemas **ret_schemas,
                char **ret_errors)
{
    *ret_errors = NULL;
    struct wm_schemas *schemas = calloc(1, sizeof *schemas);
    if (schemas == NULL) {
        return WM_NOMEM;
    }
    schemas->arena = wm_arena_new(ARENA_BYTES);
    if (schemas->arena == NULL) {
        wm_schemas_free(&schemas);
        return WM_NOMEM;
    }
    struct wm_text errors = {.arena = schemas->arena};
    for (size_t i = 0; i < count; i++) {
        load_folder(schemas, folders[i], &errors);
    }
    const enum wm_status status = finish(schemas, &errors, ret_errors);
    if (status != WM_OK) {
        wm_schemas_free(&schemas);
        return status;
    }
    *ret_schemas = schemas;
    return WM_OK;
}

void
wm_schemas_free(struct wm_schemas **schemas)
{
    assert(schemas != NULL);
    if (*schemas == NULL) {
        return;
    }
    for (size_t i = 0; i < (*schemas)->count; i++) {
        json_decref((*schemas)->items[i].seen.json);
    }
    wm_arena_free(&(*schemas)->arena);
    free(*schemas);
    *schemas = NULL;
}

size_t
wm_schemas_count(const struct wm_schemas *schemas)
{
    return schemas->count;
}

const struct wm_schema *
wm_schemas_at(const struct wm_schemas *schemas, size_t index)
{
    assert(index < schemas->count);
    return &schemas->items[index].seen;
}

const struct wm_schema *
wm_schemas_find(const struct wm_schemas *schemas, struct wm_span type)
{
    size_t low = 0;
    size_t high = schemas->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = wm_span_compare(type, schemas->items[middle].seen.type);
        if (order == 0) {
            return &schemas->items[middle].seen;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}
