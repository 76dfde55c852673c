/* subject.c - walks over the top level of an event to its `subject`.
 *
 * A publisher needs nothing of an event but the case it is about, and a parser would cost it more
 * than all else it does. What is unusual (escapes in a key or in the subject) is left to a parser
 * after all. */
#include "proto/client/subject.h"

#include <assert.h>

#include <jansson.h>

/* Where the walk is. */
struct cursor {
    struct wm_span text;
    size_t at;
};

static char
peek(const struct cursor *cursor)
{
    if (cursor->at >= cursor->text.size) {
        return '\0';
    }
    return cursor->text.data[cursor->at];
}

static void
skip_space(struct cursor *cursor)
{
    while (peek(cursor) == ' ' || peek(cursor) == '\t' || peek(cursor) == '\n' ||
           peek(cursor) == '\r') {
        cursor->at++;
    }
}

/* Moves over white space and this character, or says that another one is there. */
static bool
take(struct cursor *cursor, char c)
{
    skip_space(cursor);
    if (peek(cursor) != c) {
        return false;
    }
    cursor->at++;
    return true;
}

/* What is between the quotes, as it is spelt. False at the end of the text. */
static bool
take_string(struct cursor *cursor, struct wm_span *ret_string)
{
    if (!take(cursor, '"')) {
        return false;
    }
    const size_t start = cursor->at;
    while (cursor->at < cursor->text.size && peek(cursor) != '"') {
        cursor->at += peek(cursor) == '\\' ? 2 : 1;
    }
    if (cursor->at >= cursor->text.size) {
        return false;
    }
    *ret_string = (struct wm_span){cursor->text.data + start, cursor->at - start};
    cursor->at++;
    return true;
}

/* A closing bracket too many is no error here: the daemon's parser finds it. */
static size_t
depth_behind(size_t depth, char c)
{
    assert(c != '"'); /* texts are passed over as a whole */
    if (c == '{' || c == '[') {
        return depth + 1;
    }
    return (c == '}' || c == ']') && depth > 0 ? depth - 1 : depth;
}

/* Moves to the comma or brace behind a value, however deep the value is. */
static bool
skip_value(struct cursor *cursor)
{
    size_t depth = 0;
    struct wm_span string;
    while (cursor->at < cursor->text.size) {
        const char c = peek(cursor);
        if (depth == 0 && (c == ',' || c == '}')) {
            return true;
        }
        if (c != '"') {
            depth = depth_behind(depth, c);
            cursor->at++;
        } else if (!take_string(cursor, &string)) {
            return false;
        }
    }
    return false;
}

static enum wm_status
copy(struct wm_span subject, char ret_subject[static WM_SUBJECT_BYTES], size_t *ret_size)
{
    assert(subject.size == 0 || subject.data != NULL);
    if (subject.size == 0) {
        return WM_EPROTO;
    }
    const size_t size = subject.size < WM_SUBJECT_BYTES ? subject.size : WM_SUBJECT_BYTES;
    memcpy(ret_subject, subject.data, size);
    *ret_size = size;
    return WM_OK;
}

static enum wm_status
read_parsed(struct wm_span event, char ret_subject[static WM_SUBJECT_BYTES], size_t *ret_size)
{
    json_t *root = json_loadb(event.data, event.size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *subject = json_object_get(root, "subject");
    const enum wm_status status =
        json_is_string(subject)
            ? copy((struct wm_span){json_string_value(subject), json_string_length(subject)},
                   ret_subject, ret_size)
            : WM_EPROTO;
    json_decref(root);
    return status;
}

static bool
has_escape(struct wm_span string)
{
    return string.size > 0 && memchr(string.data, '\\', string.size) != NULL;
}

/* Moves behind the colon of the key `subject`. False if there is none; then *ret_is_odd says
 * whether a key was spelt with escapes, so that it may have been that one. */
static bool
find_subject(struct cursor *cursor, bool *ret_is_odd)
{
    assert(cursor->at == 0);
    struct wm_span key = {0};
    *ret_is_odd = false;
    bool is_open = take(cursor, '{');
    while (is_open && take_string(cursor, &key) && take(cursor, ':')) {
        if (wm_span_is(key, "subject")) {
            return true;
        }
        *ret_is_odd = *ret_is_odd || has_escape(key);
        is_open = skip_value(cursor) && take(cursor, ',');
    }
    return false;
}

enum wm_status
wm_subject_read(struct wm_span event, char ret_subject[static WM_SUBJECT_BYTES], size_t *ret_size)
{
    assert(ret_size != NULL);
    struct cursor cursor = {.text = event};
    struct wm_span value = {0};
    bool is_odd = false;
    if (find_subject(&cursor, &is_odd)) {
        if (!take_string(&cursor, &value)) {
            return WM_EPROTO;
        }
        is_odd = has_escape(value);
    }
    return is_odd ? read_parsed(event, ret_subject, ret_size) : copy(value, ret_subject, ret_size);
}
