/* span.h - a borrowed run of bytes. Whoever made it says who owns the bytes. */
#ifndef WM_BASE_SPAN_H
#define WM_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Invariant: data is not NULL when size > 0. A zeroed span is the absent one (data NULL). */
struct wm_span {
    const char *data;
    size_t size;
};

/* For printf: ("%.*s", WM_SPAN_ARG(span)). */
#define WM_SPAN_ARG(span) ((int)(span).size), ((span).data != NULL ? (span).data : "")

/* A span over a string literal or other string that outlives it. */
static inline struct wm_span
wm_span(const char *text)
{
    return (struct wm_span){text, text != NULL ? strlen(text) : 0};
}

static inline bool
wm_span_equal(struct wm_span a, struct wm_span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool
wm_span_is(struct wm_span a, const char *text)
{
    return wm_span_equal(a, wm_span(text));
}

static inline bool
wm_span_starts(struct wm_span a, const char *prefix)
{
    const size_t size = strlen(prefix);
    return a.size >= size && memcmp(a.data, prefix, size) == 0;
}

/* Bytewise order: negative, 0 or positive. */
static inline int
wm_span_compare(struct wm_span a, struct wm_span b)
{
    const size_t size = a.size < b.size ? a.size : b.size;
    const int order = size == 0 ? 0 : memcmp(a.data, b.data, size);
    if (order != 0) {
        return order;
    }
    return (a.size > b.size) - (a.size < b.size);
}

#endif
