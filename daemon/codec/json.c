/* json.c - between JSON and core values.
 *
 * Nothing here recurses: trees are walked with a list of the levels that are open. What comes from
 * outside nests WM_EVENT_DEPTH deep at most, and the core adds a few levels of its own. */
#include "daemon/codec/json.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/civil.h"
#include "proto/event.h"

enum {
    LEVELS = 2 * WM_EVENT_DEPTH,
    REAL_DIGITS_MIN = 15, /* always come back as they were written */
    REAL_DIGITS_MAX = 17, /* always give back the same number */
    REAL_SIZE = 40,
    INT_SIZE = 24,
    NAME_SIZE = 64, /* of a name that is written in one go, with what stands around it */
    ASCII_SPACE = 0x20
};

static const struct wm_value absent;

/* An array or object of the JSON tree and where its elements go. */
struct level {
    const json_t *json;
    void *member; /* objects: the next one */
    size_t next;
    struct wm_value *items;  /* or NULL */
    struct wm_field *fields; /* or NULL */
};

struct reading {
    struct wm_arena *arena;
    bool copy;
    size_t depth;
    struct level levels[LEVELS];
};

static struct wm_span
take_text(const struct reading *reading, const char *text, size_t size)
{
    const struct wm_span span = {text, size};
    return reading->copy ? wm_arena_copy(reading->arena, span) : span;
}

/* The shortest text that gives the same number back; never the text of an integer. */
static struct wm_span
real_text(struct wm_arena *arena, double real)
{
    char text[REAL_SIZE];
    for (int digits = REAL_DIGITS_MIN; digits <= REAL_DIGITS_MAX; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, real);
        const double back = strtod(text, NULL);
        if (back >= real && back <= real) {
            break;
        }
    }
    const bool is_whole = strpbrk(text, ".e") == NULL;
    return wm_arena_printf(arena, "%s%s", text, is_whole ? ".0" : "");
}

/* The value but for the elements of an array or object, which become the next level. */
static struct wm_value
read_one(struct reading *reading, const json_t *json)
{
    struct level level = {.json = json};
    size_t count = 0;
    switch (json_typeof(json)) {
    case JSON_NULL:
        return (struct wm_value){.kind = WM_VALUE_NULL};
    case JSON_TRUE:
    case JSON_FALSE:
        return wm_value_bool(json_is_true(json));
    case JSON_INTEGER:
        return wm_value_int(json_integer_value(json));
    case JSON_REAL:
        return (struct wm_value){.kind = WM_VALUE_DECIMAL,
                                 .text = real_text(reading->arena, json_real_value(json))};
    case JSON_STRING:
        return wm_value_string(
            take_text(reading, json_string_value(json), json_string_length(json)));
    case JSON_ARRAY:
        count = json_array_size(json);
        break;
    case JSON_OBJECT:
        count = json_object_size(json);
        break;
    }
    const bool is_list = json_is_array(json);
    if (count > 0 && is_list) {
        level.items = WM_NEW_ARRAY(reading->arena, struct wm_value, count);
    } else if (count > 0) {
        level.fields = WM_NEW_ARRAY(reading->arena, struct wm_field, count);
        /* jansson's iterators are not const, though nothing is changed through them. */
        level.member = json_object_iter((json_t *)(uintptr_t)json);
    }
    if (count > 0 && !wm_arena_failed(reading->arena)) {
        assert(reading->depth < LEVELS);
        reading->levels[reading->depth++] = level;
    }
    return is_list ? wm_value_list(level.items, count) : wm_value_object(level.fields, count);
}

static void
read_item(struct reading *reading, struct level *level)
{
    struct wm_value *item = &level->items[level->next];
    const json_t *json = json_array_get(level->json, level->next++);
    *item = read_one(reading, json);
}

static void
read_field(struct reading *reading, struct level *level)
{
    assert(level->fields != NULL);
    struct wm_field *field = &level->fields[level->next++];
    void *member = level->member;
    level->member = json_object_iter_next((json_t *)(uintptr_t)level->json, member);
    field->name =
        take_text(reading, json_object_iter_key(member), json_object_iter_key_len(member));
    field->value = read_one(reading, json_object_iter_value(member));
}

struct wm_value
wm_value_of_json(struct wm_arena *arena, const json_t *json, bool copy)
{
    assert(json != NULL);
    struct reading reading;
    reading.arena = arena;
    reading.copy = copy;
    reading.depth = 0;
    const struct wm_value root = read_one(&reading, json);
    while (reading.depth > 0 && !wm_arena_failed(arena)) {
        struct level *level = &reading.levels[reading.depth - 1];
        const size_t count =
            level->items != NULL ? json_array_size(level->json) : json_object_size(level->json);
        if (level->next == count) {
            reading.depth -= 1;
        } else if (level->items != NULL) {
            read_item(&reading, level);
        } else {
            read_field(&reading, level);
        }
    }
    /* Half a tree is none. */
    return wm_arena_failed(arena) ? absent : root;
}

enum wm_status
wm_value_parse(struct wm_arena *arena, struct wm_span text, struct wm_value *ret_value)
{
    if (text.data == NULL || !wm_json_depth_ok(text)) {
        return WM_EPROTO;
    }
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (json == NULL) {
        return WM_EPROTO;
    }
    const struct wm_value value = wm_value_of_json(arena, json, true);
    json_decref(json);
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    *ret_value = value;
    return WM_OK;
}

/* ---- writing */

static bool
is_plain(char c)
{
    return (unsigned char)c >= ASCII_SPACE && c != '"' && c != '\\';
}

static void
put_escape(struct wm_text *text, char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *found = c != '\0' ? strchr(plain, c) : NULL;
    if (found != NULL) {
        wm_text_put(text, (struct wm_span){(const char[]){'\\', letters[found - plain]}, 2});
    } else {
        wm_text_printf(text, "\\u%04x", (unsigned)(unsigned char)c);
    }
}

void
wm_json_put_string(struct wm_text *text, struct wm_span string)
{
    wm_text_puts(text, "\"");
    size_t from = 0;
    for (size_t i = 0; i < string.size; i++) {
        if (!is_plain(string.data[i])) {
            wm_text_put(text, (struct wm_span){string.data + from, i - from});
            put_escape(text, string.data[i]);
            from = i + 1;
        }
    }
    if (from < string.size) {
        wm_text_put(text, (struct wm_span){string.data + from, string.size - from});
    }
    wm_text_puts(text, "\"");
}

/* By hand: a snapshot is numbers for the most part, and printf takes its time. */
static void
put_number(struct wm_text *text, int64_t number)
{
    char digits[INT_SIZE];
    char *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        *--at = '-';
    }
    wm_text_put(text, (struct wm_span){at, (size_t)(digits + sizeof digits - at)});
}

/* A value in the text that is open, and how many of its elements are written. */
struct open_value {
    const struct wm_value *value;
    size_t next;
};

static size_t
element_count(const struct wm_value *value)
{
    return value->kind == WM_VALUE_LIST ? value->list.count : value->object.count;
}

/* The whole of a scalar, the bracket of anything else. */
static void
put_one(struct wm_text *text, const struct wm_value *value)
{
    switch (value->kind) {
    case WM_VALUE_BOOL:
        wm_text_puts(text, value->flag ? "true" : "false");
        return;
    case WM_VALUE_INT:
        put_number(text, value->number);
        return;
    case WM_VALUE_DECIMAL:
        wm_text_put(text, value->text);
        return;
    case WM_VALUE_STRING:
        wm_json_put_string(text, value->text);
        return;
    case WM_VALUE_LIST:
        wm_text_puts(text, "[");
        return;
    case WM_VALUE_OBJECT:
        wm_text_puts(text, "{");
        return;
    case WM_VALUE_NULL:
        break;
    }
    wm_text_puts(text, "null");
}

static const struct wm_value *
open_element(struct wm_text *text, struct open_value *open)
{
    if (open->next > 0) {
        wm_text_puts(text, ",");
    }
    const size_t index = open->next++;
    if (open->value->kind == WM_VALUE_LIST) {
        return &open->value->list.items[index];
    }
    const struct wm_field *field = &open->value->object.fields[index];
    wm_json_put_string(text, field->name);
    wm_text_puts(text, ":");
    return &field->value;
}

/* The values that are open, the outermost first. */
struct open_values {
    struct open_value items[LEVELS];
    size_t count;
};

/* Writes the next element's beginning, having closed what has no further one; NULL: all is closed.
 */
static const struct wm_value *
go_on(struct wm_text *text, struct open_values *open)
{
    while (open->count > 0) {
        struct open_value *last = &open->items[open->count - 1];
        if (last->next < element_count(last->value)) {
            return open_element(text, last);
        }
        wm_text_puts(text, last->value->kind == WM_VALUE_LIST ? "]" : "}");
        open->count -= 1;
    }
    return NULL;
}

static void
open_one(struct open_values *open, const struct wm_value *value)
{
    assert(open->count < LEVELS);
    open->items[open->count++] = (struct open_value){value, 0};
}

void
wm_json_put_value(struct wm_text *text, const struct wm_value *value)
{
    struct open_values open;
    open.count = 0;
    for (const struct wm_value *at = value; at != NULL; at = go_on(text, &open)) {
        put_one(text, at);
        if (at->kind == WM_VALUE_LIST || at->kind == WM_VALUE_OBJECT) {
            open_one(&open, at);
        }
    }
}

struct wm_span
wm_value_json(struct wm_arena *arena, const struct wm_value *value)
{
    struct wm_text text = {.arena = arena};
    wm_json_put_value(&text, value);
    return wm_text_span(&text);
}

void
wm_json_put_name(struct wm_text *text, const char *name)
{
    const char *last = text->count > 0 ? &text->items[text->count - 1] : "{";
    const size_t comma = *last == '{' || *last == '[' ? 0 : 1;
    char whole[NAME_SIZE] = ",\"";
    size_t size = 2;
    for (const char *at = name; *at != '\0'; at++) {
        if (size == sizeof whole - 2 || !is_plain(*at)) {
            wm_text_puts(text, comma > 0 ? "," : "");
            wm_json_put_string(text, wm_span(name));
            wm_text_puts(text, ":");
            return;
        }
        whole[size++] = *at;
    }
    whole[size++] = '"';
    whole[size++] = ':';
    wm_text_put(text, (struct wm_span){whole + 1 - comma, size - 1 + comma});
}

void
wm_json_put_field(struct wm_text *text, const char *name, struct wm_span string)
{
    wm_json_put_name(text, name);
    if (string.data == NULL) {
        wm_text_puts(text, "null");
    } else {
        wm_json_put_string(text, string);
    }
}

void
wm_json_put_int(struct wm_text *text, const char *name, int64_t number)
{
    wm_json_put_name(text, name);
    put_number(text, number);
}

void
wm_json_put_time(struct wm_text *text, const char *name, int64_t us)
{
    wm_json_put_name(text, name);
    if (us == WM_NEVER) {
        wm_text_puts(text, "null");
        return;
    }
    char time[WM_TIME_SIZE];
    wm_time_format(us, time);
    wm_text_puts(text, "\"");
    wm_text_puts(text, time);
    wm_text_puts(text, "\"");
}
