/* arena.c - a chain of chunks, bump allocation. */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CHUNK_BYTES = 64 * 1024,
    SCRATCH_BYTES = 4 * 1024,
    KEEP_BYTES = 16 * 1024 * 1024, /* kept for the next batch at the most */
    GROW_MIN = 8
};

struct chunk {
    struct chunk *next;
    size_t size; /* bytes of data */
    size_t used;
    alignas(max_align_t) char data[];
};

struct wm_arena {
    struct chunk *head;  /* the chunk in use; older ones behind it */
    struct chunk *spare; /* empty ordinary chunks, kept for reuse */
    size_t limit;
    size_t held; /* bytes of all chunks */
    size_t used;
    bool failed;
    alignas(max_align_t) char scratch[SCRATCH_BYTES];
};

static void
free_chunks(struct chunk *chunk)
{
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

/* What is kept for later counts as held: it makes room where a large request needs it. */
static void
give_back_spare(struct wm_arena *arena)
{
    for (const struct chunk *chunk = arena->spare; chunk != NULL; chunk = chunk->next) {
        arena->held -= chunk->size;
    }
    free_chunks(arena->spare);
    arena->spare = NULL;
}

static struct chunk *
add_chunk(struct wm_arena *arena, size_t size)
{
    const size_t want = size > CHUNK_BYTES ? size : CHUNK_BYTES;
    if (want == CHUNK_BYTES && arena->spare != NULL) {
        struct chunk *spare = arena->spare;
        arena->spare = spare->next;
        spare->next = arena->head;
        arena->head = spare;
        return spare;
    }
    if (want > arena->limit - arena->held) {
        give_back_spare(arena);
    }
    if (want > arena->limit - arena->held) {
        return NULL;
    }
    struct chunk *chunk = malloc(sizeof *chunk + want);
    if (chunk == NULL) {
        return NULL;
    }
    chunk->size = want;
    chunk->used = 0;
    chunk->next = arena->head;
    arena->head = chunk;
    arena->held += want;
    return chunk;
}

struct wm_arena *
wm_arena_new(size_t limit)
{
    assert(limit > 0);
    struct wm_arena *arena = calloc(1, sizeof *arena);
    if (arena != NULL) {
        arena->limit = limit < CHUNK_BYTES ? CHUNK_BYTES : limit;
    }
    return arena;
}

void
wm_arena_free(struct wm_arena **arena)
{
    assert(arena != NULL);
    if (*arena != NULL) {
        free_chunks((*arena)->head);
        free_chunks((*arena)->spare);
        free(*arena);
        *arena = NULL;
    }
}

/* Of the ordinary chunks as many are kept as one batch after another needs, so that memory is not
 * given back to the system and asked for again each time; an unusual batch leaves no more than that
 * behind. */
void
wm_arena_reset(struct wm_arena *arena)
{
    assert(arena != NULL);
    struct chunk *kept = arena->spare;
    size_t kept_bytes = 0;
    for (struct chunk *chunk = kept; chunk != NULL; chunk = chunk->next) {
        kept_bytes += chunk->size;
    }
    struct chunk *next = NULL;
    for (struct chunk *chunk = arena->head; chunk != NULL; chunk = next) {
        next = chunk->next;
        if (chunk->size == CHUNK_BYTES && kept_bytes < KEEP_BYTES) {
            chunk->used = 0;
            chunk->next = kept;
            kept = chunk;
            kept_bytes += chunk->size;
        } else {
            free(chunk);
        }
    }
    arena->spare = kept;
    arena->head = NULL;
    arena->held = kept_bytes;
    arena->used = 0;
    arena->failed = false;
}

bool
wm_arena_failed(const struct wm_arena *arena)
{
    return arena->failed;
}

size_t
wm_arena_used(const struct wm_arena *arena)
{
    return arena->used;
}

static void *
fail(struct wm_arena *arena, size_t bytes)
{
    arena->failed = true;
    if (bytes > SCRATCH_BYTES) {
        return NULL;
    }
    memset(arena->scratch, 0, SCRATCH_BYTES);
    return arena->scratch;
}

void *
wm_arena_alloc(struct wm_arena *arena, size_t count, size_t size)
{
    assert(arena != NULL);
    assert(size > 0);
    if (count > (SIZE_MAX / 2) / size) {
        return fail(arena, SIZE_MAX);
    }
    const size_t align = alignof(max_align_t);
    const size_t bytes = (count * size + align - 1) / align * align;
    struct chunk *chunk = arena->head;
    if (chunk == NULL || chunk->size - chunk->used < bytes) {
        chunk = add_chunk(arena, bytes);
        if (chunk == NULL) {
            return fail(arena, bytes);
        }
    }
    void *memory = chunk->data + chunk->used;
    chunk->used += bytes;
    arena->used += bytes;
    return memset(memory, 0, bytes);
}

struct wm_span
wm_arena_copy(struct wm_arena *arena, struct wm_span span)
{
    char *copy = wm_arena_alloc(arena, span.size + 1, 1);
    if (copy == NULL) {
        return (struct wm_span){0};
    }
    if (span.size > 0) {
        memcpy(copy, span.data, span.size);
    }
    return (struct wm_span){copy, span.size};
}

const char *
wm_arena_string(struct wm_arena *arena, struct wm_span span)
{
    const struct wm_span copy = wm_arena_copy(arena, span);
    return copy.data != NULL ? copy.data : "";
}

struct wm_span
wm_arena_vprintf(struct wm_arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int size = vsnprintf(NULL, 0, format, args);
    assert(size >= 0);
    char *text = wm_arena_alloc(arena, (size_t)size + 1, 1);
    if (text != NULL) {
        (void)vsnprintf(text, (size_t)size + 1, format, again);
    }
    va_end(again);
    return (struct wm_span){text, text != NULL ? (size_t)size : 0};
}

struct wm_span
wm_arena_printf(struct wm_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const struct wm_span text = wm_arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

void *
wm_arena_grow(struct wm_arena *arena, void **array, size_t *count, size_t *room, size_t size)
{
    assert(*count <= *room);
    if (*count == *room) {
        const size_t wider = *room == 0 ? GROW_MIN : *room * 2;
        void *moved = wm_arena_alloc(arena, wider, size);
        if (moved == NULL || arena->failed) {
            return fail(arena, size);
        }
        if (*count > 0) {
            memcpy(moved, *array, *count * size);
        }
        *array = moved;
        *room = wider;
    }
    void *item = (char *)*array + *count * size;
    *count += 1;
    return memset(item, 0, size);
}
