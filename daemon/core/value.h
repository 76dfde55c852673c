/* value.h - what an event says, as the core sees it: a tree of values that borrows from an arena.
 */
#ifndef WM_CORE_VALUE_H
#define WM_CORE_VALUE_H

#include <stdint.h>

#include "base/arena.h"

/* Deepest nesting of lists and objects: the wire allows 32, the rest is room for what we wrap
 * around what came. */
enum { WM_VALUE_DEPTH_MAX = 64 };

enum wm_value_kind {
    WM_VALUE_NULL = 1,
    WM_VALUE_BOOL,
    WM_VALUE_INT,
    WM_VALUE_DECIMAL, /* a number that is no int64: its text as it came */
    WM_VALUE_STRING,
    WM_VALUE_LIST,
    WM_VALUE_OBJECT
};

struct wm_field;

/* A zeroed value (kind 0) is the absent one: it is nowhere to be found, which is not the same as
 * null. */
struct wm_value {
    enum wm_value_kind kind;
    union {
        bool flag;
        int64_t number;
        struct wm_span text; /* STRING, DECIMAL */
        struct {
            const struct wm_value *items;
            size_t count;
        } list;
        struct {
            const struct wm_field *fields;
            size_t count;
        } object;
    };
};

struct wm_field {
    struct wm_span name;
    struct wm_value value;
};

/* The absent value. */
static inline struct wm_value
wm_value_none(void)
{
    static const struct wm_value none;
    return none;
}

/* JSON's null, which is something else. */
static inline struct wm_value
wm_value_null(void)
{
    return (struct wm_value){.kind = WM_VALUE_NULL};
}

struct wm_value wm_value_bool(bool flag);
struct wm_value wm_value_int(int64_t number);
struct wm_value wm_value_string(struct wm_span text);
struct wm_value wm_value_list(const struct wm_value *items, size_t count);
struct wm_value wm_value_object(const struct wm_field *fields, size_t count);

/* True unless absent, null, "" or an empty list or object. */
bool wm_value_exists(const struct wm_value *value);
/* Same kind and same content; objects whatever the order of their fields. */
bool wm_value_equal(const struct wm_value *a, const struct wm_value *b);
/* The field of an object, or the absent value. Never NULL. */
const struct wm_value *wm_value_get(const struct wm_value *object, struct wm_span name);
/* "contact.method" below an object; an empty path is the object itself. Never NULL. */
const struct wm_value *wm_value_at(const struct wm_value *object, struct wm_span path);
/* The text of a string, else the absent span. */
struct wm_span wm_value_text(const struct wm_value *value);
/* A deep copy in the arena, text and all. */
struct wm_value wm_value_copy(struct wm_arena *arena, const struct wm_value *value);
/* How a person reads it: text as it is, numbers in digits, lists with commas, true as "yes",
 * objects as "name: value, …", nothing for null and the absent value. */
struct wm_span wm_value_words(struct wm_arena *arena, const struct wm_value *value);

/* Adds or replaces a field; the object's field array is copied into the arena, name and value are
 * borrowed. The absent value becomes an object. Does nothing when the arena fails. */
void wm_value_put(struct wm_arena *arena, struct wm_value *object, struct wm_span name,
                  struct wm_value value);

#endif
