/* test_frame.c - goal: which messages each port takes, and which token of a refused one can still
 * be answered. Method: replays proto/vectors/frames.json, one named test a vector; numbers and
 * names of verbs by table. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/frame.h"
#include "tests/unit/vectors.h"

enum { FRAMES_MAX = 128, TESTS_MAX = 256 };

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

static void
check_refused(const json_t *want, enum wm_status status, struct wm_span token)
{
    const char *want_token = vectors_text(want, "token");
    assert_int_equal(status, WM_EPROTO);
    assert_true(wm_span_equal(token, wm_span(want_token)));
    assert_int_equal(token.data != NULL, want_token != NULL);
}

/* The arguments are the frames behind the verb, not copies. */
static void
check_read(const json_t *want, const struct wm_frames *read, const struct wm_span *frames,
           size_t count)
{
    assert_string_equal(wm_verb_name(read->verb), vectors_text(want, "verb"));
    assert_int_equal(read->count, count - 2);
    for (size_t i = 0; i < read->count; i++) {
        assert_ptr_equal(read->args[i].data, frames[2 + i].data);
        assert_int_equal(read->args[i].size, frames[2 + i].size);
    }
}

static void
test_vector(void **state)
{
    const json_t *vector = *state;
    const json_t *list = json_object_get(vector, "frames");
    const json_t *want = json_object_get(vector, "want");
    struct wm_span frames[FRAMES_MAX] = {0};
    const size_t count = json_array_size(list);
    assert_true(count <= FRAMES_MAX);
    for (size_t i = 0; i < count; i++) {
        frames[i] = vectors_bytes(json_array_get(list, i));
    }
    struct wm_frames read;
    struct wm_span token = {0};
    const enum wm_port port = port_named(vectors_text(vector, "port"));
    const enum wm_status status = wm_frames_read(port, frames, count, &read, &token);
    if (json_is_true(json_object_get(want, "refused"))) {
        check_refused(want, status, token);
    } else {
        assert_int_equal(status, WM_OK);
        check_read(want, &read, frames, count);
    }
    for (size_t i = 0; i < count; i++) {
        free((void *)(uintptr_t)frames[i].data);
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
    json_t *vectors = vectors_load("frames.json", test_vector, tests, &count, WM_COUNT(tests));
    /* Not cmocka_run_group_tests(): it would run the empty rows of the array as well. */
    const int failed = _cmocka_run_group_tests("frame", tests, count, NULL, NULL);
    json_decref(vectors);
    return failed;
}
