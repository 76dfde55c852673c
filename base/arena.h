/* arena.h - memory that is given back all at once. The core allocates from nothing else. */
#ifndef WM_BASE_ARENA_H
#define WM_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/span.h"

/* Chunks grow on demand up to a limit. Reaching the limit (or the machine's memory) sets `failed`,
 * which stays set until wm_arena_reset: callers may allocate many times and check once. A failed
 * allocation returns a pointer to zeroed scratch memory of the arena when the size fits there, else
 * NULL; it never returns memory that is in use, and nothing that is read from it may be relied on.
 */
struct wm_arena;

/* Memory owned by the caller; at most `limit` bytes are ever held. NULL when out of memory. */
struct wm_arena *wm_arena_new(size_t limit);
void wm_arena_free(struct wm_arena **arena);
/* Forgets all that was allocated; keeps up to 16 MiB for reuse, so that a batch costs no malloc. */
void wm_arena_reset(struct wm_arena *arena);
/* True when an allocation since the last reset did not fit. */
bool wm_arena_failed(const struct wm_arena *arena);
/* Bytes handed out since the last reset. */
size_t wm_arena_used(const struct wm_arena *arena);

/* Zeroed memory for `count` objects of `size` bytes, aligned for any type. Never NULL unless it
 * failed and the request is larger than the scratch area: check wm_arena_failed() before the result
 * is used for good. */
void *wm_arena_alloc(struct wm_arena *arena, size_t count, size_t size);
/* Copies; the result ends with a NUL that its size does not count. */
struct wm_span wm_arena_copy(struct wm_arena *arena, struct wm_span span);
const char *wm_arena_string(struct wm_arena *arena, struct wm_span span);
struct wm_span wm_arena_printf(struct wm_arena *arena, const char *format, ...) WM_FORMAT(2, 3);
struct wm_span wm_arena_vprintf(struct wm_arena *arena, const char *format, va_list args)
    WM_FORMAT(2, 0);

#define WM_NEW(arena, type)              ((type *)wm_arena_alloc((arena), 1, sizeof(type)))
#define WM_NEW_ARRAY(arena, type, count) ((type *)wm_arena_alloc((arena), (count), sizeof(type)))

/* Grows an array that lives in an arena: makes room for one more element and returns it zeroed.
 * The old elements are copied when the room doubles; the old room is given back with the arena. */
void *wm_arena_grow(struct wm_arena *arena, void **array, size_t *count, size_t *room, size_t size);
/* WM_PUSH(arena, list): list is a struct with items, count, room; evaluates to a pointer to the new
 * item. */
#define WM_PUSH(arena, list)                                                                    \
    ((__typeof__((list)->items))wm_arena_grow((arena), (void **)&(list)->items, &(list)->count, \
                                              &(list)->room, sizeof(*(list)->items)))

#endif
