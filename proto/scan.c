/* scan.c - what can be told of bytes without parsing them: whether they name a case, and how deep
 * they nest. */
#include <assert.h>

#include "proto/event.h"

enum { ESCAPED = 2 }; /* bytes of a backslash and what it escapes */

static bool
is_ref_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '/' || c == '-';
}

bool
wm_ref_is_valid(struct wm_span ref)
{
    assert(ref.size == 0 || ref.data != NULL);
    for (size_t i = 0; i < ref.size; i++) {
        if (!is_ref_character(ref.data[i])) {
            return false;
        }
    }
    return ref.size >= 1 && ref.size <= WM_REF_MAX;
}

/* One bound for both, so that whoever keeps a subject needs one size. */
bool
wm_alias_is_valid(struct wm_span alias)
{
    assert(alias.size == 0 || alias.data != NULL);
    const char *colon = alias.size == 0 ? NULL : memchr(alias.data, ':', alias.size);
    if (colon == NULL || alias.size > WM_REF_MAX) {
        return false;
    }
    const size_t name = (size_t)(colon - alias.data);
    return wm_ref_is_valid((struct wm_span){alias.data, name}) &&
           wm_ref_is_valid((struct wm_span){colon + 1, alias.size - name - 1});
}

/* The index behind the string whose opening quote is at `start`; the size of all if it has no end.
 */
static size_t
skip_string(struct wm_span bytes, size_t start)
{
    assert(start < bytes.size && bytes.data[start] == '"');
    size_t i = start + 1;
    while (i < bytes.size && bytes.data[i] != '"') {
        i += bytes.data[i] == '\\' ? ESCAPED : 1;
    }
    return i < bytes.size ? i + 1 : bytes.size;
}

/* How many brackets open, wherever they stand. '[' and '{' differ in one bit. */
static size_t
count_opening(struct wm_span bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        count += (bytes.data[i] | ('{' ^ '[')) == '{' ? 1 : 0;
    }
    return count;
}

bool
wm_json_depth_ok(struct wm_span bytes)
{
    assert(bytes.size == 0 || bytes.data != NULL);
    /* Most events hold fewer brackets than may nest, and counting is several times faster. */
    if (count_opening(bytes) <= WM_EVENT_DEPTH) {
        return true;
    }
    size_t depth = 0;
    size_t i = 0;
    while (i < bytes.size) {
        const char c = bytes.data[i];
        if (c == '"') {
            i = skip_string(bytes, i);
            continue;
        }
        if ((c == '{' || c == '[') && ++depth > WM_EVENT_DEPTH) {
            return false;
        }
        if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
        i++;
    }
    return true;
}
