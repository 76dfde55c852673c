/* test_cloudevent.c - goal: what an event may be, each fault with its code and field, and which
 * contents count as equal. Method: replays proto/vectors/events.json and contents.json, one named
 * test a vector. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/text.h"
#include "proto/event.h"
#include "tests/unit/vectors.h"

enum { TESTS_MAX = 256 };

#define BASE                                                                                        \
    "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/nec/housing\",\"type\":\"contact.made\"," \
    "\"subject\":\"C-1042\""
#define A64  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A256 A64 A64 A64 A64

/* What is refused says why in a sentence, and leaves nothing behind. */
static void
test_event(void **state)
{
    const json_t *vector = *state;
    const json_t *want = json_object_get(vector, "want");
    const struct wm_span bytes = vectors_bytes(json_object_get(vector, "event"));
    struct wm_cloudevent event = {0};
    struct wm_fault fault = {0};
    const enum wm_status status = wm_cloudevent_parse(bytes, &event, &fault);
    free((void *)(uintptr_t)bytes.data);
    if (json_is_null(want)) {
        assert_string_equal(fault.message, "");
        assert_int_equal(status, WM_OK);
        /* The event's own copy, for the bytes are gone. */
        assert_true(wm_span_is(event.subject, vectors_text(event.root, "subject")));
        wm_cloudevent_free(&event);
        assert_null(event.root);
        return;
    }
    assert_int_equal(status, WM_EPROTO);
    assert_null(event.root);
    const char *field = vectors_text(want, "field");
    assert_string_equal(fault.code, vectors_text(want, "code"));
    assert_string_equal(fault.field, field != NULL ? field : "");
    assert_true(strlen(fault.message) > 15);
    assert_true(wm_text_is_utf8(wm_span(fault.message)));
}

static void
test_values(void **state)
{
    (void)state;
    struct wm_cloudevent event = {0};
    struct wm_fault fault = {0};
    const char *text = BASE ",\"time\":\"2026-07-05T09:30:00.1234567+01:00\",\"sequence\":\"42\","
                            "\"wmactor\":\"a.khan\",\"wmimport\":\"b1\",\"traceparent\":\"00-1\","
                            "\"data\":{\"by\":\"x\"}}";
    assert_int_equal(wm_cloudevent_parse(wm_span(text), &event, &fault), WM_OK);
    int64_t want_us = 0;
    assert_int_equal(wm_time_parse(wm_span("2026-07-05T08:30:00.123456Z"), &want_us), WM_OK);
    assert_true(event.has_time && event.time_us == want_us);
    assert_true(event.has_sequence && event.sequence == 42);
    assert_true(wm_span_is(event.id, "e1"));
    assert_true(wm_span_is(event.source, "/nec/housing"));
    assert_true(wm_span_is(event.type, "contact.made"));
    assert_true(wm_span_is(event.subject, "C-1042"));
    assert_true(wm_span_is(event.actor, "a.khan"));
    assert_true(wm_span_is(event.import, "b1"));
    assert_true(wm_span_is(event.traceparent, "00-1"));
    assert_string_equal(json_string_value(json_object_get(event.data, "by")), "x");
    wm_cloudevent_free(&event);

    assert_int_equal(wm_cloudevent_parse(wm_span(BASE "}"), &event, &fault), WM_OK);
    assert_true(!event.has_time && !event.has_sequence);
    assert_null(event.data);
    assert_null(event.actor.data);
    wm_cloudevent_free(&event);
    wm_cloudevent_free(NULL);
}

static void
test_depth(void **state)
{
    (void)state;
    assert_true(wm_json_depth_ok((struct wm_span){0}));
    assert_true(wm_json_depth_ok(wm_span("]]]]}}}}")));
    /* A text without an end is no nesting, nor is one that ends in a backslash. */
    assert_true(wm_json_depth_ok(wm_span("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")));
    assert_true(wm_json_depth_ok(wm_span("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[\\")));
    /* Many brackets side by side are no depth. */
    assert_true(
        wm_json_depth_ok(wm_span("[][][][][][][][][][][][][][][][][][][][][][][]{}{}{}{}")));
    assert_true(wm_json_depth_ok(wm_span("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")));
    assert_false(wm_json_depth_ok(wm_span("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")));
    assert_false(wm_json_depth_ok(wm_span("\"\\\"\"{{{{{{{{{{{{{{{{[[[[[[[[[[[[[[[[{")));
}

static void
digest_of(const char *text, unsigned char ret_digest[static WM_DIGEST_BYTES])
{
    struct wm_cloudevent event = {0};
    struct wm_fault fault = {0};
    assert_int_equal(wm_cloudevent_parse(wm_span(text), &event, &fault), WM_OK);
    assert_int_equal(wm_cloudevent_digest(&event, ret_digest), WM_OK);
    wm_cloudevent_free(&event);
}

static void
test_contents(void **state)
{
    const json_t *vector = *state;
    unsigned char a[WM_DIGEST_BYTES];
    unsigned char b[WM_DIGEST_BYTES];
    digest_of(vectors_text(vector, "a"), a);
    digest_of(vectors_text(vector, "b"), b);
    assert_int_equal(memcmp(a, b, sizeof a) == 0, json_is_true(json_object_get(vector, "equal")));
}

/* Objects wider than what the walk keeps on the stack, in two orders; long texts. */
static void
test_wide(void **state)
{
    (void)state;
    enum { MEMBERS = 1000, ROOM = 64 * MEMBERS };
    char *up = malloc(ROOM);
    char *down = malloc(ROOM);
    assert_true(up != NULL && down != NULL);
    size_t up_size = (size_t)snprintf(up, ROOM, "%s,\"data\":{\"z\":\"%s%s\"", BASE, A256, A256);
    size_t down_size = (size_t)snprintf(down, ROOM, "%s,\"data\":{", BASE);
    for (int i = 0; i < MEMBERS; i++) {
        const int k = MEMBERS - 1 - i;
        up_size += (size_t)snprintf(up + up_size, ROOM - up_size,
                                    ",\"k%d\":{\"v\":[%d,{\"x\":true}]}", i, i);
        down_size += (size_t)snprintf(down + down_size, ROOM - down_size,
                                      "\"k%d\":{\"v\":[%d,{\"x\":true}]},", k, k);
    }
    (void)snprintf(up + up_size, ROOM - up_size, "}}");
    (void)snprintf(down + down_size, ROOM - down_size, "\"z\":\"%s%s\"}}", A256, A256);
    unsigned char a[WM_DIGEST_BYTES];
    unsigned char b[WM_DIGEST_BYTES];
    digest_of(up, a);
    digest_of(down, b);
    assert_memory_equal(a, b, sizeof a);
    free(up);
    free(down);
}

/* Digests are stored: a change of their form would make every resent event a stranger. */
static void
test_digest_is_stable(void **state)
{
    (void)state;
    unsigned char digest[WM_DIGEST_BYTES];
    digest_of(BASE
              ",\"time\":\"2026-01-05T09:30:00Z\",\"data\":{\"by\":\"a.khan\",\"n\":[1,2.5,true,"
              "null]}}",
              digest);
    char hex[2 * WM_DIGEST_BYTES + 1];
    for (size_t i = 0; i < WM_DIGEST_BYTES; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    assert_string_equal(hex, "d658077f22617e3144d743843567b9b2");
}

static void
test_refs(void **state)
{
    (void)state;
    assert_true(wm_ref_is_valid(wm_span("C-1042")));
    assert_true(wm_ref_is_valid(wm_span(A64)));
    assert_false(wm_ref_is_valid(wm_span(A64 "a")));
    assert_false(wm_ref_is_valid((struct wm_span){0}));
    assert_false(wm_ref_is_valid(wm_span("react:1")));
    assert_true(wm_alias_is_valid(wm_span("react:1")));
    assert_false(wm_alias_is_valid(wm_span("C-1042")));
    assert_false(wm_alias_is_valid((struct wm_span){0}));
    assert_false(wm_alias_is_valid(wm_span("r:" A64)));
}

static void
test_fault_is_cut_at_a_character(void **state)
{
    (void)state;
    struct wm_fault fault = {0};
    char text[WM_FAULT_TEXT + 8];
    for (size_t before = 0; before < 4; before++) {
        memset(text, 'x', before);
        for (size_t i = before; i + 4 < sizeof text; i += 4) {
            memcpy(text + i, "\xF0\x9F\x8F\xA0", 5);
        }
        wm_fault_set(&fault, "schema", text, "%s", text);
        assert_true(wm_text_is_utf8(wm_span(fault.message)));
        assert_true(wm_text_is_utf8(wm_span(fault.field)));
        assert_in_range(strlen(fault.message), WM_FAULT_TEXT - 4, WM_FAULT_TEXT - 1);
        assert_in_range(strlen(fault.field), sizeof fault.field - 4, sizeof fault.field - 1);
    }
    wm_fault_set(&fault, "malformed", NULL, "%s", "short");
    assert_string_equal(fault.field, "");
    assert_string_equal(fault.message, "short");
}

int
main(void)
{
    static struct CMUnitTest tests[TESTS_MAX] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_wide),   cmocka_unit_test(test_digest_is_stable),
        cmocka_unit_test(test_refs),   cmocka_unit_test(test_fault_is_cut_at_a_character),
    };
    size_t count = 6;
    json_t *events = vectors_load("events.json", test_event, tests, &count, WM_COUNT(tests));
    json_t *contents = vectors_load("contents.json", test_contents, tests, &count, WM_COUNT(tests));
    /* Not cmocka_run_group_tests(): it would run the empty rows of the array as well. */
    const int failed = _cmocka_run_group_tests("cloudevent", tests, count, NULL, NULL);
    json_decref(events);
    json_decref(contents);
    return failed;
}
