/* vectors.h - golden messages of proto/vectors/, as bytes and as tests. */
#ifndef WM_TESTS_UNIT_VECTORS_H
#define WM_TESTS_UNIT_VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/span.h"

/* Appends one test for each vector of a file (its state is the vector) to tests[*count..room).
 * Returns the list, which the caller frees after the run; ends the program if the file is no list.
 */
json_t *vectors_load(const char *file, CMUnitTestFunction function, struct CMUnitTest *tests,
                     size_t *count, size_t room);
/* The bytes that a vector's value stands for: a text, {"hex": …}, {"repeat": …, "count": …}, or a
 * list of these. The caller frees `data`. */
struct wm_span vectors_bytes(const json_t *value);
const char *vectors_text(const json_t *vector, const char *name);

#endif
