/* fault.c - why something was refused, cut to fit without breaking a character. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "proto/event.h"

enum {
    TAIL_MASK = 0xC0, /* of a byte, to tell a continuation byte of UTF-8 */
    TAIL = 0x80,
    LEAD_OF_3 = 0xE0, /* least first byte of a character of 3 bytes */
    LEAD_OF_4 = 0xF0
};

/* Where a text of `size` bytes ends when a character must not be cut in two: an answer is JSON, and
 * half a character would make it unreadable as a whole. */
static size_t
whole_characters(const char *text, size_t size)
{
    assert(text != NULL);
    size_t first = size;
    while (first > 0 && ((unsigned char)text[first - 1] & TAIL_MASK) == TAIL) {
        first--;
    }
    if (first == 0 || (unsigned char)text[first - 1] < TAIL) {
        return first;
    }
    const unsigned char lead = (unsigned char)text[first - 1];
    const size_t more = lead >= LEAD_OF_4 ? 3 : lead >= LEAD_OF_3 ? 2 : 1;
    return size - first >= more ? first + more : first - 1;
}

void
wm_fault_set(struct wm_fault *fault, const char *code, const char *field, const char *format, ...)
{
    assert(fault != NULL && code != NULL && format != NULL);
    fault->code = code;
    const size_t size = field != NULL ? strlen(field) : 0;
    const size_t kept =
        size < sizeof fault->field ? size : whole_characters(field, sizeof fault->field - 1);
    if (kept > 0) {
        memcpy(fault->field, field, kept);
    }
    fault->field[kept] = '\0';

    va_list args;
    va_start(args, format);
    const int wanted = vsnprintf(fault->message, sizeof fault->message, format, args);
    va_end(args);
    if (wanted < 0) {
        fault->message[0] = '\0';
    } else if ((size_t)wanted >= sizeof fault->message) {
        fault->message[whole_characters(fault->message, sizeof fault->message - 1)] = '\0';
    }
}
