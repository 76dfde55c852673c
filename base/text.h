/* text.h - building text in an arena: many puts, one check. */
#ifndef WM_BASE_TEXT_H
#define WM_BASE_TEXT_H

#include "base/arena.h"

/* Zeroed but for arena is an empty builder. Its bytes live in the arena. */
struct wm_text {
    struct wm_arena *arena;
    char *items;
    size_t count;
    size_t room;
};

void wm_text_put(struct wm_text *text, struct wm_span span);
void wm_text_puts(struct wm_text *text, const char *string);
void wm_text_printf(struct wm_text *text, const char *format, ...) WM_FORMAT(2, 3);
/* What was built, NUL-terminated; the absent span when the arena failed. */
struct wm_span wm_text_span(struct wm_text *text);

/* The name in names[0..count) nearest to `word` (edit distance at most a third of its length, at
 * least 1), or the absent span: for "did you mean". */
struct wm_span wm_text_nearest(struct wm_span word, const struct wm_span *names, size_t count);

/* True if the bytes are UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool wm_text_is_utf8(struct wm_span bytes);

#endif
