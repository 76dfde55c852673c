/* sort.c - bottom-up merge sort. */
#include "base/sort.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static void
merge(const char *from, char *to, const size_t bounds[3], size_t size, wm_compare *compare)
{
    size_t left = bounds[0];
    size_t right = bounds[1];
    for (size_t i = bounds[0]; i < bounds[2]; i++) {
        const bool take_left =
            left < bounds[1] &&
            (right >= bounds[2] || compare(from + left * size, from + right * size) <= 0);
        const size_t pick = take_left ? left++ : right++;
        memcpy(to + i * size, from + pick * size, size);
    }
}

void
wm_sort(void *array, size_t count, size_t size, wm_compare *compare, void *scratch)
{
    assert(count == 0 || (array != NULL && scratch != NULL));
    assert(size > 0);
    char *from = array;
    char *to = scratch;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            const size_t middle = start + width < count ? start + width : count;
            const size_t end = start + 2 * width < count ? start + 2 * width : count;
            merge(from, to, (const size_t[]){start, middle, end}, size, compare);
        }
        char *swap = from;
        from = to;
        to = swap;
    }
    if (from != array && count > 0) {
        memcpy(array, from, count * size);
    }
}
