/* vectors.c - reads golden messages. */
#include "tests/unit/vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"

json_t *
vectors_load(const char *file, CMUnitTestFunction function, struct CMUnitTest *tests, size_t *count,
             size_t room)
{
    char path[512];
    json_error_t error;
    (void)snprintf(path, sizeof path, "%s/%s", WM_VECTORS, file);
    json_t *list = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (json_array_size(list) == 0 || json_array_size(list) > room - *count) {
        (void)fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *vector = json_array_get(list, i);
        tests[(*count)++] =
            (struct CMUnitTest){vectors_text(vector, "name"), function, NULL, NULL, vector};
    }
    return list;
}

const char *
vectors_text(const json_t *vector, const char *name)
{
    return json_string_value(json_object_get(vector, name));
}

static size_t
put_repeat(const json_t *part, char *to)
{
    const char *repeat = vectors_text(part, "repeat");
    const size_t count = (size_t)json_integer_value(json_object_get(part, "count"));
    if (repeat != NULL && to != NULL) {
        memset(to, repeat[0], count);
    }
    return count;
}

static size_t
put_hex(const char *hex, char *to)
{
    const size_t count = strlen(hex) / 2;
    for (size_t i = 0; to != NULL && i < count; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        to[i] = (char)strtoul(digits, NULL, 16);
    }
    return count;
}

/* How many bytes a part has; written to `to` unless that is NULL. */
static size_t
put_part(const json_t *part, char *to)
{
    const char *hex = vectors_text(part, "hex");
    if (hex != NULL) {
        return put_hex(hex, to);
    }
    if (!json_is_string(part)) {
        return put_repeat(part, to);
    }
    if (to != NULL) {
        memcpy(to, json_string_value(part), json_string_length(part));
    }
    return json_string_length(part);
}

struct wm_span
vectors_bytes(const json_t *value)
{
    const size_t parts = json_is_array(value) ? json_array_size(value) : 1;
    size_t size = 0;
    for (size_t i = 0; i < parts; i++) {
        size += put_part(json_is_array(value) ? json_array_get(value, i) : value, NULL);
    }
    char *bytes = malloc(size + 1);
    assert_non_null(bytes);
    size_t at = 0;
    for (size_t i = 0; i < parts; i++) {
        at += put_part(json_is_array(value) ? json_array_get(value, i) : value, bytes + at);
    }
    return (struct wm_span){bytes, size};
}
