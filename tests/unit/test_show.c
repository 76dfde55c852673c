/* test_show.c - goal: `case show --json` says what interfaces promise. Method: the whole text of a
 * case that uses every field, and the moments at which statuses change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "daemon/codec/snapshot.h"
#include "tests/unit/codec_fixture.h"

enum { ARENA_BYTES = 1024 * 1024 };

static int
setup(void **state)
{
    *state = wm_arena_new(ARENA_BYTES);
    return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
    struct wm_arena *arena = *state;
    wm_arena_free(&arena);
    return 0;
}

static void
a_full_case(void **state)
{
    const struct wm_case *c = codec_full_case(*state);
    assert_string_equal(
        wm_case_show(*state, c, WM_US_PER_HOUR).data,
        "{\"ref\":\"C-1\",\"workflow\":\"complaint\",\"version\":3,\"state\":\"investigating\","
        "\"officer\":\"s.brook\",\"opened\":\"2025-12-22T10:40:00Z\","
        "\"closed\":\"2026-01-01T00:00:00.500000Z\",\"seq\":42,"
        "\"attributes\":{\"customer\":\"T-1 \\\"Z\xC3\xB6\\\"\\n\\u0001\",\"stage\":-2,"
        "\"skills\":[\"damp\",null],\"details\":{\"nested\":[\"damp\",null],\"empty\":{}},"
        "\"safe\":false,\"amount\":75.5},"
        "\"clocks\":["
        "{\"name\":\"acknowledge\",\"run\":2,\"status\":\"paused\","
        "\"started\":\"1969-12-31T23:59:59.999997Z\",\"due\":null,\"due_day\":null,"
        "\"stopped\":null,\"extended\":3,\"remaining\":4,\"touchpoint\":\"acknowledgement\"},"
        "{\"name\":\"urgent\",\"run\":1,\"status\":\"running\","
        "\"started\":\"1970-01-01T00:00:00Z\",\"due\":\"1970-01-01T02:00:00Z\","
        "\"due_day\":\"1970-01-01\",\"stopped\":null,\"extended\":0,\"remaining\":3600,"
        "\"touchpoint\":null},"
        "{\"name\":\"action:a:17\",\"run\":1,\"status\":\"met\","
        "\"started\":\"1970-01-01T00:00:00Z\",\"due\":\"1970-01-01T00:00:00.000009Z\","
        "\"due_day\":\"1970-01-10\",\"stopped\":\"1970-01-01T00:00:00.000008Z\",\"extended\":0,"
        "\"remaining\":null,\"touchpoint\":null}],"
        "\"items\":["
        "{\"kind\":\"letter\",\"id\":\"\",\"status\":\"sent\",\"due\":null},"
        "{\"kind\":\"action\",\"id\":\"a:17\",\"status\":\"open\",\"due\":\"2026-01-09\","
        "\"title\":\"Mend the tap\"}],"
        "\"aliases\":[\"react:12345\",\"nec:7\"]}");
}

static void
a_bare_case(void **state)
{
    assert_string_equal(
        wm_case_show(*state, codec_bare_case(*state), 0).data,
        "{\"ref\":\"C-1\",\"workflow\":\"complaint\",\"version\":3,\"state\":\"received\","
        "\"officer\":null,\"opened\":\"1970-01-01T00:00:00Z\",\"closed\":null,\"seq\":0,"
        "\"attributes\":{\"customer\":null,\"stage\":1,\"skills\":null,\"details\":null,"
        "\"safe\":null,\"amount\":null},\"clocks\":[],\"items\":[],\"aliases\":[]}");
}

/* Breached from the due moment on, in every answer; what remains goes below zero. */
static void
status_is_a_matter_of_time(void **state)
{
    struct wm_case *c = codec_bare_case(*state);
    struct wm_case *full = codec_full_case(*state);
    *WM_PUSH((struct wm_arena *)*state, &c->clocks) = full->clocks.items[1];
    const int64_t due = c->clocks.items[0].due.us;
    const char *text = wm_case_show(*state, c, due - 1).data;
    assert_non_null(strstr(text, "\"status\":\"running\""));
    assert_non_null(strstr(text, "\"remaining\":0,"));
    text = wm_case_show(*state, c, due).data;
    assert_non_null(strstr(text, "\"status\":\"breached\""));
    text = wm_case_show(*state, c, due + WM_US_PER_MINUTE).data;
    assert_non_null(strstr(text, "\"remaining\":-60,"));
    c->clocks.items[0].status = WM_CLOCK_PAUSED;
    c->clocks.items[0].due.us = WM_NEVER;
    c->clocks.items[0].paused_rest_us = 90 * WM_US_PER_SECOND;
    text = wm_case_show(*state, c, due).data;
    assert_non_null(strstr(text, "\"remaining\":90,"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_full_case, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bare_case, setup, teardown),
        cmocka_unit_test_setup_teardown(status_is_a_matter_of_time, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
