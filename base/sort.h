/* sort.h - a stable sort that allocates nothing (libc's qsort may call malloc, which the core must
 * not). */
#ifndef WM_BASE_SORT_H
#define WM_BASE_SORT_H

#include <stddef.h>

/* Negative, 0, positive: a before, equal to, after b. */
typedef int wm_compare(const void *a, const void *b);

/* Sorts `count` elements of `size` bytes in place, stable. `scratch` is memory for as many
 * elements. */
void wm_sort(void *array, size_t count, size_t size, wm_compare *compare, void *scratch);

#endif
