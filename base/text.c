/* text.c - text builder, nearest name, UTF-8 check. */
#include "base/text.h"

#include <assert.h>
#include <stdint.h>

enum {
    ROOM_MIN = 256,
    WORD_MAX = 64 /* longer words are not compared: a name is never that long */
};

static bool
reserve(struct wm_text *text, size_t more)
{
    if (text->room - text->count > more) {
        return true;
    }
    size_t wider = text->room == 0 ? ROOM_MIN : text->room;
    while (wider - text->count <= more) {
        wider *= 2;
    }
    char *moved = wm_arena_alloc(text->arena, wider, 1);
    if (moved == NULL || wm_arena_failed(text->arena)) {
        return false;
    }
    if (text->count > 0) {
        memcpy(moved, text->items, text->count);
    }
    text->items = moved;
    text->room = wider;
    return true;
}

void
wm_text_put(struct wm_text *text, struct wm_span span)
{
    assert(text->arena != NULL);
    if (span.size > 0 && reserve(text, span.size)) {
        memcpy(text->items + text->count, span.data, span.size);
        text->count += span.size;
    }
}

void
wm_text_puts(struct wm_text *text, const char *string)
{
    wm_text_put(text, wm_span(string));
}

void
wm_text_printf(struct wm_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const struct wm_span part = wm_arena_vprintf(text->arena, format, args);
    va_end(args);
    wm_text_put(text, part);
}

struct wm_span
wm_text_span(struct wm_text *text)
{
    if (wm_arena_failed(text->arena) || !reserve(text, 1)) {
        return (struct wm_span){0};
    }
    text->items[text->count] = '\0';
    return (struct wm_span){text->items, text->count};
}

static size_t
min3(size_t a, size_t b, size_t c)
{
    const size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

static size_t
distance(struct wm_span a, struct wm_span b)
{
    size_t row[WORD_MAX + 1];
    for (size_t j = 0; j <= b.size; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            const size_t above = row[j];
            const size_t swap = diagonal + (a.data[i - 1] == b.data[j - 1] ? 0 : 1);
            row[j] = min3(above + 1, row[j - 1] + 1, swap);
            diagonal = above;
        }
    }
    return row[b.size];
}

struct wm_span
wm_text_nearest(struct wm_span word, const struct wm_span *names, size_t count)
{
    struct wm_span best = {0};
    size_t best_distance = word.size / 3 > 1 ? word.size / 3 : 1;
    if (word.size > WORD_MAX) {
        return best;
    }
    for (size_t i = 0; i < count; i++) {
        if (names[i].size > WORD_MAX) {
            continue;
        }
        const size_t d = distance(word, names[i]);
        if (d < best_distance || (d == best_distance && best.data == NULL)) {
            best = names[i];
            best_distance = d;
        }
    }
    return best;
}

/* The patterns of RFC 3629.
 * NOLINTBEGIN(readability-magic-numbers) */

/* How many bytes follow this lead byte, and the least code point that needs them; false if it leads
 * none. */
static bool
lead(unsigned char byte, size_t *ret_more, uint32_t *ret_least, uint32_t *ret_bits)
{
    if (byte >= 0xC2 && byte <= 0xDF) {
        *ret_more = 1;
        *ret_least = 0x80;
        *ret_bits = byte & 0x1FU;
        return true;
    }
    if (byte >= 0xE0 && byte <= 0xEF) {
        *ret_more = 2;
        *ret_least = 0x800;
        *ret_bits = byte & 0x0FU;
        return true;
    }
    if (byte >= 0xF0 && byte <= 0xF4) {
        *ret_more = 3;
        *ret_least = 0x10000;
        *ret_bits = byte & 0x07U;
        return true;
    }
    return false;
}

bool
wm_text_is_utf8(struct wm_span bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        const unsigned char byte = (unsigned char)bytes.data[i];
        if (byte < 0x80) {
            continue;
        }
        size_t more = 0;
        uint32_t least = 0;
        uint32_t point = 0;
        if (!lead(byte, &more, &least, &point) || bytes.size - i <= more) {
            return false;
        }
        for (; more > 0; more--) {
            const unsigned char next = (unsigned char)bytes.data[++i];
            if ((next & 0xC0U) != 0x80) {
                return false;
            }
            point = point << 6 | (next & 0x3FU);
        }
        if (point < least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
            return false;
        }
    }
    return true;
}

/* NOLINTEND(readability-magic-numbers) */
