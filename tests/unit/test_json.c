/* test_json.c - goal: JSON and core values are the same thing said twice, whatever the nesting, and
 * the text we write is the one we would write again. Method: tables of texts; a tree at the limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/civil.h"
#include "daemon/codec/json.h"
#include "daemon/codec/scan.h"
#include "proto/event.h"

enum { ARENA_BYTES = 16 * 1024 * 1024 };

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

/* The text of what a text says. */
static const char *
again(struct wm_arena *arena, const char *text)
{
    struct wm_value value;
    assert_int_equal(wm_value_parse(arena, wm_span(text), &value), WM_OK);
    return wm_value_json(arena, &value).data;
}

static const struct {
    const char *text;
    const char *want; /* NULL: the same */
} texts[] = {
    {"null", NULL},
    {"true", NULL},
    {"false", NULL},
    {"0", NULL},
    {"-9223372036854775808", NULL},
    {"9223372036854775807", NULL},
    {"75.5", NULL},
    {"75.50", "75.5"},
    {"0.1", NULL},
    {"75.0", NULL},
    {"1e3", "1000.0"},
    {"1e300", "1e+300"},
    {"\"\"", NULL},
    {"\"Z\xC3\xB6\xC3\xABs \xF0\x9F\x8F\xA0\"", NULL},
    {"\"a\\\"b\\\\c\\n\\t\\b\\f\\r\\u0001\\u001f\"", NULL},
    {"\"\\u00e9\\/\"", "\"\xC3\xA9/\""},
    {"[]", NULL},
    {"{}", NULL},
    {"[ 1 , [ ] , { } , \"x\" ]", "[1,[],{},\"x\"]"},
    {"{\"b\":1,\"a\":{\"c\":[true,null,{\"d\":[]}],\"e\":\"\"},\"f\":[[1,2],[3]]}", NULL},
};

static void
texts_come_back(void **state)
{
    struct wm_arena *arena = *state;
    for (size_t i = 0; i < WM_COUNT(texts); i++) {
        const char *want = texts[i].want != NULL ? texts[i].want : texts[i].text;
        assert_string_equal(again(arena, texts[i].text), want);
        /* What we wrote reads back by our own scanner as the same value. */
        struct wm_value parsed;
        assert_int_equal(wm_value_parse(arena, wm_span(want), &parsed), WM_OK);
        struct wm_scan scan = wm_scan_begin(arena, wm_span(want));
        const struct wm_value scanned = wm_scan_value(&scan);
        assert_true(wm_scan_is_whole(&scan));
        assert_true(wm_value_equal(&parsed, &scanned));
        assert_string_equal(wm_value_json(arena, &scanned).data, want);
    }
}

static void
what_is_no_json_is_refused(void **state)
{
    struct wm_arena *arena = *state;
    static const char *const bad[] = {"",      "{",          "[1,]",     "{\"a\":1,\"a\":2}",
                                      "nul",   "1 2",        "\"\xFF\"", "9223372036854775808",
                                      "\"a\n", "\"\\u0000\""};
    struct wm_value value;
    for (size_t i = 0; i < WM_COUNT(bad); i++) {
        assert_int_equal(wm_value_parse(arena, wm_span(bad[i]), &value), WM_EPROTO);
    }
    assert_int_equal(wm_value_parse(arena, (struct wm_span){0}, &value), WM_EPROTO);
}

static const char *
nested(struct wm_arena *arena, int depth)
{
    struct wm_text text = {.arena = arena};
    for (int i = 0; i < depth; i++) {
        wm_text_puts(&text, "[");
    }
    for (int i = 0; i < depth; i++) {
        wm_text_puts(&text, "]");
    }
    return wm_text_span(&text).data;
}

static void
nesting_has_a_bound(void **state)
{
    struct wm_arena *arena = *state;
    const char *deepest = nested(arena, WM_EVENT_DEPTH);
    assert_string_equal(again(arena, deepest), deepest);
    struct wm_value value;
    assert_int_equal(wm_value_parse(arena, wm_span(nested(arena, WM_EVENT_DEPTH + 1)), &value),
                     WM_EPROTO);
    struct wm_scan scan = wm_scan_begin(arena, wm_span(nested(arena, 1000)));
    (void)wm_scan_value(&scan);
    assert_false(wm_scan_is_whole(&scan));
}

static void
texts_are_borrowed_or_copied(void **state)
{
    struct wm_arena *arena = *state;
    json_t *json = json_pack("{s:[s]}", "name", "value");
    struct wm_value borrowed = wm_value_of_json(arena, json, false);
    const struct wm_value copied = wm_value_of_json(arena, json, true);
    assert_true(wm_value_equal(&borrowed, &copied));
    assert_ptr_equal(wm_value_get(&borrowed, wm_span("name"))->list.items[0].text.data,
                     json_string_value(json_array_get(json_object_get(json, "name"), 0)));
    json_decref(json);
    assert_string_equal(wm_value_json(arena, &copied).data, "{\"name\":[\"value\"]}");
}

static void
a_small_arena_gives_nothing(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(1);
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "[");
    for (int i = 0; i < 400; i++) {
        wm_text_puts(&text, i > 0 ? ",{\"a\":1}" : "{\"a\":1}");
    }
    wm_text_puts(&text, "]");
    const struct wm_span all = wm_text_span(&text);
    assert_non_null(all.data);
    struct wm_value value;
    enum wm_status status = WM_OK;
    for (int i = 0; i < 100 && status == WM_OK; i++) {
        status = wm_value_parse(arena, all, &value);
    }
    assert_int_equal(status, WM_NOMEM);
    wm_arena_free(&arena);
}

static void
fields_are_put_one_by_one(void **state)
{
    struct wm_text text = {.arena = *state};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "a", wm_span("x\"y"));
    wm_json_put_field(&text, "b", (struct wm_span){0});
    wm_json_put_int(&text, "c", -5);
    wm_json_put_time(&text, "d", INT64_C(1767225600500000));
    wm_json_put_time(&text, "e", WM_NEVER);
    wm_json_put_name(&text, "f");
    wm_text_puts(&text, "[{");
    wm_json_put_field(&text, "g", wm_span(""));
    wm_text_puts(&text, "}]}");
    assert_string_equal(wm_text_span(&text).data,
                        "{\"a\":\"x\\\"y\",\"b\":null,\"c\":-5,"
                        "\"d\":\"2026-01-01T00:00:00.500000Z\",\"e\":null,\"f\":[{\"g\":\"\"}]}");
    struct wm_text odd = {.arena = *state};
    static const char longest[] =
        "a-name-of-sixty-characters-is-written-in-one-go-and-longer-ones-are-not";
    wm_text_puts(&odd, "{");
    wm_json_put_int(&odd, "a\"b", 1);
    wm_json_put_int(&odd, longest, 2);
    wm_json_put_int(&odd, longest + 11, 3);
    wm_json_put_int(&odd, longest + 10, 4);
    assert_string_equal(wm_text_span(&odd).data,
                        wm_arena_printf(*state, "{\"a\\\"b\":1,\"%s\":2,\"%s\":3,\"%s\":4", longest,
                                        longest + 11, longest + 10)
                            .data);
    const struct wm_value absent = {.flag = false};
    assert_string_equal(wm_value_json(*state, &absent).data, "null");
}

static void
the_scanner_takes_nothing_else(void **state)
{
    struct wm_arena *arena = *state;
    static const char *const bad[] = {
        "",         "[",   "[1",    "[1,",       "{\"a\"",      "{\"a\":",
        "{\"a\":1", "\"a", "\"a\\", "\"\\u12\"", "\"\\u0041\"", "\"\\x\"",
        "-",        "1-",  "tru",   "[1 ,2]",    "{a:1}",       "99999999999999999999"};
    for (size_t i = 0; i < WM_COUNT(bad); i++) {
        struct wm_scan scan = wm_scan_begin(arena, wm_span(bad[i]));
        (void)wm_scan_value(&scan);
        assert_false(wm_scan_is_whole(&scan));
    }
    struct wm_scan scan = wm_scan_begin(arena, wm_span("2147483648"));
    (void)wm_scan_int32(&scan);
    assert_true(scan.bad);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_json_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(nesting_has_a_bound, setup, teardown),
        cmocka_unit_test_setup_teardown(texts_are_borrowed_or_copied, setup, teardown),
        cmocka_unit_test(a_small_arena_gives_nothing),
        cmocka_unit_test_setup_teardown(fields_are_put_one_by_one, setup, teardown),
        cmocka_unit_test_setup_teardown(the_scanner_takes_nothing_else, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
