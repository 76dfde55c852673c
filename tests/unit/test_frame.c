/* test_frame.c - goal: which messages each port takes, and which token of a refused one can still
 * be answered. Method: replays proto/vectors/frames.json, one named test a vector; numbers and
 * names of verbs by table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/frame.h"

enum { FRAMES_MAX = 128, FRAME_MAX = 4096, TESTS_MAX = 256 };

static char buffers[FRAMES_MAX][FRAME_MAX];

static const char *const ports[] = {
    [WM_PORT_INTAKE] = "intake", [WM_PORT_PUBLISHER] = "publisher", [WM_PORT_DISPATCH] = "dispatch",
    [WM_PORT_WORKER] = "worker", [WM_PORT_CONTROL] = "control",     [WM_PORT_CLIENT] = "client",
};

static enum wm_port
port_named(const char *name)
{
    for (size_t i = WM_PORT_INTAKE; i < WM_COUNT(ports); i++) {
        if (strcmp(ports[i], name) == 0) {
            return (enum wm_port)i;
        }
    }
    fail_msg("no port %s", name);
    return WM_PORT_INTAKE;
}

/* A frame of a vector: a text, {"hex": …}, or {"repeat": text, "count": n}. */
static struct wm_span
frame_of(const json_t *value, char *buffer)
{
    struct wm_span frame = {buffer, 0};
    if (json_is_string(value)) {
        frame.size = json_string_length(value);
        memcpy(buffer, json_string_value(value), frame.size);
        return frame;
    }
    const char *hex = json_string_value(json_object_get(value, "hex"));
    const char *repeat = json_string_value(json_object_get(value, "repeat"));
    for (; hex != NULL && hex[0] != '\0'; hex += 2) {
        const char digits[3] = {hex[0], hex[1], '\0'};
        buffer[frame.size++] = (char)strtoul(digits, NULL, 16);
    }
    if (repeat != NULL) {
        frame.size = (size_t)json_integer_value(json_object_get(value, "count"));
        assert_true(frame.size <= FRAME_MAX);
        memset(buffer, repeat[0], frame.size);
    }
    assert_true(hex != NULL || repeat != NULL);
    return frame;
}

static void
test_vector(void **state)
{
    const json_t *vector = *state;
    const json_t *list = json_object_get(vector, "frames");
    const json_t *want = json_object_get(vector, "want");
    struct wm_span frames[FRAMES_MAX];
    const size_t count = json_array_size(list);
    assert_true(count <= FRAMES_MAX);
    for (size_t i = 0; i < count; i++) {
        frames[i] = frame_of(json_array_get(list, i), buffers[i]);
    }
    const char *port = json_string_value(json_object_get(vector, "port"));
    struct wm_frames read = {0};
    struct wm_span token = {0};
    const enum wm_status status = wm_frames_read(port_named(port), frames, count, &read, &token);
    if (json_is_true(json_object_get(want, "refused"))) {
        const char *want_token = json_string_value(json_object_get(want, "token"));
        assert_int_equal(status, WM_EPROTO);
        assert_true(wm_span_equal(token, wm_span(want_token)));
        assert_int_equal(token.data != NULL, want_token != NULL);
        return;
    }
    assert_int_equal(status, WM_OK);
    assert_string_equal(wm_verb_name(read.verb), json_string_value(json_object_get(want, "verb")));
    assert_int_equal(read.count, count - 2);
    for (size_t i = 0; i < read.count; i++) {
        assert_ptr_equal(read.args[i].data, frames[2 + i].data);
        assert_int_equal(read.args[i].size, frames[2 + i].size);
    }
}

static void
test_numbers(void **state)
{
    static const struct {
        const char *text;
        uint32_t max;
        int64_t want; /* -1: refused */
    } cases[] = {
        {"0", 0, 0},
        {"1", 0, -1},
        {"16", 100, 16},
        {"0016", 100, 16},
        {"100", 100, 100},
        {"101", 100, -1},
        {"", 100, -1},
        {"-1", 100, -1},
        {"+1", 100, -1},
        {" 1", 100, -1},
        {"1 ", 100, -1},
        {"0x10", 100, -1},
        {"1.0", 100, -1},
        {"4294967295", UINT32_MAX, 4294967295},
        {"4294967296", UINT32_MAX, -1},
        {"9999999999", UINT32_MAX, -1},
        {"99999999999999999999", UINT32_MAX, -1},
    };
    (void)state;
    for (size_t i = 0; i < WM_COUNT(cases); i++) {
        uint32_t number = 7;
        const enum wm_status status =
            wm_frames_number(wm_span(cases[i].text), cases[i].max, &number);
        assert_int_equal(status, cases[i].want < 0 ? WM_EPROTO : WM_OK);
        assert_int_equal(number, cases[i].want < 0 ? 7 : cases[i].want);
    }
}

static void
test_verb_names(void **state)
{
    (void)state;
    for (int verb = WM_VERB_PUBLISH; verb < WM_VERB_COUNT; verb++) {
        assert_non_null(wm_verb_name((enum wm_verb)verb));
    }
    assert_string_equal(wm_verb_name(WM_VERB_PUBLISH), "PUBLISH");
    assert_string_equal(wm_verb_name(WM_VERB_ERROR), "ERROR");
}

int
main(void)
{
    static struct CMUnitTest tests[TESTS_MAX] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_verb_names),
    };
    size_t count = 2;
    json_error_t error;
    json_t *vectors = json_load_file(WM_VECTORS "/frames.json", JSON_REJECT_DUPLICATES, &error);
    if (vectors == NULL || json_array_size(vectors) == 0 ||
        json_array_size(vectors) > TESTS_MAX - count) {
        (void)fprintf(stderr, "frames.json:%d: %s\n", error.line, error.text);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < json_array_size(vectors); i++) {
        json_t *vector = json_array_get(vectors, i);
        tests[count++] = (struct CMUnitTest){json_string_value(json_object_get(vector, "name")),
                                             test_vector, NULL, NULL, vector};
    }
    const int failed = _cmocka_run_group_tests("frame", tests, count, NULL, NULL);
    json_decref(vectors);
    return failed;
}
