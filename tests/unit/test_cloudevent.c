/* test_cloudevent.c - goal: what an event may be, each fault with its code and field, and which
 * contents count as equal. Method: tables of whole events, one named test a row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/text.h"
#include "proto/event.h"

enum { ROWS_MAX = 160 };

/* The attributes that every event needs, with room for more in front of the brace. */
#define HEAD "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/nec/housing\""
#define BASE HEAD ",\"type\":\"contact.made\",\"subject\":\"C-1042\""
#define A16  "aaaaaaaaaaaaaaaa"
#define A64  A16 A16 A16 A16
#define A128 A64 A64
#define A256 A128 A128

struct row {
    const char *name;
    const char *text;
    size_t size;      /* 0: up to the NUL */
    const char *code; /* NULL: taken */
    const char *field;
};

#define SUBJECT(text) HEAD ",\"type\":\"a.b\",\"subject\":" text "}"
#define ID(text) \
    "{\"specversion\":\"1.0\",\"source\":\"/a\",\"type\":\"a.b\",\"subject\":\"c\",\"id\":" text "}"
#define SOURCE(text) \
    "{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"a.b\",\"subject\":\"c\",\"source\":" text "}"
#define TYPE(text) HEAD ",\"subject\":\"c\",\"type\":" text "}"

static const struct row rows[] = {
    {"least", BASE "}", 0, NULL, NULL},
    {"data", BASE ",\"data\":{\"by\":\"a.khan\"}}", 0, NULL, NULL},
    {"data empty", BASE ",\"data\":{}}", 0, NULL, NULL},
    {"data null is absent", BASE ",\"data\":null}", 0, NULL, NULL},
    {"attribute null is absent", BASE ",\"time\":null,\"wmactor\":null}", 0, NULL, NULL},
    {"unknown attribute", BASE ",\"region\":\"east\",\"datacontenttype\":\"application/json\"}", 0,
     NULL, NULL},
    {"actor, import, trace",
     BASE ",\"wmactor\":\"a.khan\",\"wmimport\":\"b1\",\"traceparent\":\"x\"}", 0, NULL, NULL},
    {"white space around", " \r\n\t" BASE "}\n ", 0, NULL, NULL},
    {"reserved type passes", TYPE("\"waymark.case.changed\""), 0, NULL, NULL},
    {"reserved source passes", SOURCE("\"/waymark/ovh\""), 0, NULL, NULL},
    {"UTF-8 in a value", BASE ",\"data\":{\"t\":\"Caf\xC3\xA9 \xF0\x9F\x8F\xA0\"}}", 0, NULL, NULL},

    {"nothing", "", 0, "malformed", ""},
    {"a NUL byte", "\0", 1, "malformed", ""},
    {"a NUL byte behind", BASE "}\0", sizeof(BASE "}"), "malformed", ""},
    {"no JSON", "hello", 0, "malformed", ""},
    {"cut short", BASE ",\"data\":{", 0, "malformed", ""},
    {"two documents", BASE "}{}", 0, "malformed", ""},
    {"an array", "[1]", 0, "malformed", ""},
    {"a text", "\"x\"", 0, "malformed", ""},
    {"a number", "12", 0, "malformed", ""},
    {"null", "null", 0, "malformed", ""},
    {"doubled attribute", BASE ",\"id\":\"e2\"}", 0, "malformed", ""},
    {"doubled key deep in data", BASE ",\"data\":{\"a\":[{\"b\":1,\"b\":1}]}}", 0, "malformed", ""},
    {"doubled key by escape", BASE ",\"data\":{\"a\":1,\"\\u0061\":1}}", 0, "malformed", ""},
    {"number too large", BASE ",\"data\":{\"n\":99999999999999999999}}", 0, "malformed", ""},
    {"real too large", BASE ",\"data\":{\"n\":1e999}}", 0, "malformed", ""},
    {"NUL escape", BASE ",\"data\":{\"t\":\"\\u0000\"}}", 0, "malformed", ""},
    {"lone surrogate escape", BASE ",\"data\":{\"t\":\"\\ud800\"}}", 0, "malformed", ""},
    {"byte order mark", "\xEF\xBB\xBF" BASE "}", 0, "malformed", ""},
    {"stray continuation byte", BASE ",\"data\":{\"t\":\"\x80\"}}", 0, "malformed", ""},
    {"cut character", BASE ",\"data\":{\"t\":\"\xC3\"}}", 0, "malformed", ""},
    {"overlong slash", BASE ",\"data\":{\"t\":\"\xC0\xAF\"}}", 0, "malformed", ""},
    {"surrogate in UTF-8", BASE ",\"data\":{\"t\":\"\xED\xA0\x80\"}}", 0, "malformed", ""},
    {"beyond the last character", BASE ",\"data\":{\"t\":\"\xF4\x90\x80\x80\"}}", 0, "malformed",
     ""},
    {"Latin-1", BASE ",\"data\":{\"t\":\"Caf\xE9\"}}", 0, "malformed", ""},

    {"no specversion", "{\"id\":\"1\",\"source\":\"/a\",\"type\":\"a\",\"subject\":\"c\"}", 0,
     "schema", "specversion"},
    {"specversion 0.3", "{\"specversion\":\"0.3\",\"id\":\"1\"}", 0, "schema", "specversion"},
    {"specversion a number", "{\"specversion\":1.0,\"id\":\"1\"}", 0, "schema", "specversion"},

    {"id missing", "{\"specversion\":\"1.0\",\"source\":\"/a\"}", 0, "schema", "id"},
    {"id null", ID("null"), 0, "schema", "id"},
    {"id empty", ID("\"\""), 0, "schema", "id"},
    {"id a number", ID("7"), 0, "schema", "id"},
    {"id of 128", ID("\"" A128 "\""), 0, NULL, NULL},
    {"id of 129", ID("\"" A128 "a\""), 0, "schema", "id"},
    {"id of 128 two-byte characters", ID("\"" A64 A16 A16 A16 "aaaaaaaaaaaaaaa\xC3\xA9\""), 0, NULL,
     NULL},
    {"id with a line break", ID("\"a\\nb\""), 0, "schema", "id"},
    {"id with DEL", ID("\"a\x7F\""), 0, "schema", "id"},
    {"id with a C1 control", ID("\"a\\u0085\""), 0, "schema", "id"},
    {"id with a space", ID("\"a b\""), 0, NULL, NULL},

    {"source missing", "{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"a\"}", 0, "schema",
     "source"},
    {"source empty", SOURCE("\"\""), 0, "schema", "source"},
    {"source with a space", SOURCE("\"/a b\""), 0, "schema", "source"},
    {"source of 256", SOURCE("\"" A256 "\""), 0, NULL, NULL},
    {"source of 257", SOURCE("\"" A256 "a\""), 0, "schema", "source"},
    {"source a URN", SOURCE("\"urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66\""), 0, NULL, NULL},

    {"type missing", HEAD ",\"subject\":\"c\"}", 0, "schema", "type"},
    {"type empty", TYPE("\"\""), 0, "schema", "type"},
    {"type a list", TYPE("[\"a\"]"), 0, "schema", "type"},
    {"type of 128", TYPE("\"" A128 "\""), 0, NULL, NULL},
    {"type of 129", TYPE("\"" A128 "a\""), 0, "schema", "type"},

    {"subject missing", HEAD ",\"type\":\"a.b\"}", 0, "schema", "subject"},
    {"subject empty", SUBJECT("\"\""), 0, "schema", "subject"},
    {"subject null", SUBJECT("null"), 0, "schema", "subject"},
    {"subject of 64", SUBJECT("\"" A64 "\""), 0, NULL, NULL},
    {"subject of 65", SUBJECT("\"" A64 "a\""), 0, "schema", "subject"},
    {"subject with every character", SUBJECT("\"AZaz09._/-\""), 0, NULL, NULL},
    {"subject with an escaped slash", SUBJECT("\"HC\\/12\""), 0, NULL, NULL},
    {"subject with a space", SUBJECT("\"C 1\""), 0, "schema", "subject"},
    {"subject not ASCII", SUBJECT("\"C-\xC3\xA9\""), 0, "schema", "subject"},
    {"subject an alias", SUBJECT("\"react:12345\""), 0, NULL, NULL},
    {"subject an alias without a name", SUBJECT("\":12345\""), 0, "schema", "subject"},
    {"subject an alias of nothing", SUBJECT("\"react:\""), 0, "schema", "subject"},
    {"subject with two colons", SUBJECT("\"a:b:c\""), 0, "schema", "subject"},
    {"subject new", SUBJECT("\"new\""), 0, NULL, NULL},

    {"time without offset", BASE ",\"time\":\"2026-01-05T09:30:00\"}", 0, "schema", "time"},
    {"time a date", BASE ",\"time\":\"2026-01-05\"}", 0, "schema", "time"},
    {"time on 30 February", BASE ",\"time\":\"2026-02-30T09:30:00Z\"}", 0, "schema", "time"},
    {"time a number", BASE ",\"time\":1767605400}", 0, "schema", "time"},
    {"time at hour 24", BASE ",\"time\":\"2026-01-05T24:00:00Z\"}", 0, "schema", "time"},

    {"sequence as text", BASE ",\"sequence\":\"18446744073709551615\"}", 0, NULL, NULL},
    {"sequence as number", BASE ",\"sequence\":12}", 0, NULL, NULL},
    {"sequence too large", BASE ",\"sequence\":\"18446744073709551616\"}", 0, "schema", "sequence"},
    {"sequence negative", BASE ",\"sequence\":-1}", 0, "schema", "sequence"},
    {"sequence empty", BASE ",\"sequence\":\"\"}", 0, "schema", "sequence"},
    {"sequence no number", BASE ",\"sequence\":\"12a\"}", 0, "schema", "sequence"},

    {"actor empty", BASE ",\"wmactor\":\"\"}", 0, "schema", "wmactor"},
    {"actor of 65", BASE ",\"wmactor\":\"" A64 "a\"}", 0, "schema", "wmactor"},
    {"import a flag", BASE ",\"wmimport\":true}", 0, "schema", "wmimport"},
    {"trace of 129", BASE ",\"traceparent\":\"" A128 "a\"}", 0, "schema", "traceparent"},
    {"data an array", BASE ",\"data\":[]}", 0, "schema", "data"},
    {"data a text", BASE ",\"data\":\"x\"}", 0, "schema", "data"},
    {"data in base64", BASE ",\"data_base64\":\"e30=\"}", 0, "schema", "data_base64"},
};

static void
test_row(void **state)
{
    const struct row *row = *state;
    const struct wm_span bytes = {row->text, row->size != 0 ? row->size : strlen(row->text)};
    struct wm_cloudevent event = {0};
    struct wm_fault fault = {0};
    const enum wm_status status = wm_cloudevent_parse(bytes, &event, &fault);
    if (row->code == NULL) {
        assert_string_equal(fault.message, "");
        assert_int_equal(status, WM_OK);
        assert_true(
            wm_span_is(event.subject, json_string_value(json_object_get(event.root, "subject"))));
        wm_cloudevent_free(&event);
        assert_null(event.root);
        return;
    }
    assert_int_equal(status, WM_EPROTO);
    assert_null(event.root);
    assert_string_equal(fault.code, row->code);
    assert_string_equal(fault.field, row->field);
    assert_true(strlen(fault.message) > 15);
    if (strstr(row->name, "UTF-8") != NULL || strcmp(row->name, "overlong slash") == 0) {
        assert_non_null(strstr(fault.message, "UTF-8"));
    }
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

/* An event whose data holds arrays so that the whole nests `depth` deep. */
static enum wm_status
parse_nested(size_t depth, const char *filling)
{
    char text[4096] = BASE ",\"data\":{\"a\":";
    for (size_t i = 2; i < depth; i++) {
        strcat(text, "[");
    }
    strcat(text, filling);
    for (size_t i = 2; i < depth; i++) {
        strcat(text, "]");
    }
    strcat(text, "}}");
    struct wm_cloudevent event = {0};
    struct wm_fault fault = {0};
    const enum wm_status status = wm_cloudevent_parse(wm_span(text), &event, &fault);
    if (status == WM_OK) {
        unsigned char digest[WM_DIGEST_BYTES];
        assert_int_equal(wm_cloudevent_digest(&event, digest), WM_OK);
        wm_cloudevent_free(&event);
    } else {
        assert_string_equal(fault.code, "malformed");
        assert_non_null(strstr(fault.message, "32"));
    }
    return status;
}

static void
test_depth(void **state)
{
    (void)state;
    assert_int_equal(parse_nested(WM_EVENT_DEPTH, "1"), WM_OK);
    assert_int_equal(parse_nested(WM_EVENT_DEPTH + 1, "1"), WM_EPROTO);
    /* Brackets in a text are no nesting, also behind an escaped quote. */
    assert_int_equal(parse_nested(WM_EVENT_DEPTH, "\"[[[[ \\\" {{{{ \\\\\""), WM_OK);
    assert_true(wm_json_depth_ok(wm_span("")));
    assert_true(wm_json_depth_ok(wm_span("]]]]}}}}")));
    assert_true(wm_json_depth_ok(wm_span("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")));
    assert_true(wm_json_depth_ok(wm_span("\"\\")));

    /* A mebibyte of opening brackets is refused without being parsed. */
    const size_t size = 1024 * 1024;
    char *brackets = malloc(size);
    assert_non_null(brackets);
    memset(brackets, '[', size);
    assert_false(wm_json_depth_ok((struct wm_span){brackets, size}));
    free(brackets);
}

/* Whether two events count as the same content. */
struct pair {
    const char *name;
    const char *a;
    const char *b;
    bool is_equal;
};

#define DATA(text) BASE ",\"data\":" text "}"

static const struct pair pairs[] = {
    {"order of keys", DATA("{\"a\":1,\"b\":{\"c\":2,\"d\":3}}"),
     DATA("{\"b\":{\"d\":3,\"c\":2},\"a\":1}"), true},
    {"white space", DATA("{\"a\":[1,2]}"), DATA(" {\n \"a\" : [ 1 ,\t2 ] } "), true},
    {"escapes", DATA("{\"a\":\"\\u00e9\\/\"}"), DATA("{\"\\u0061\":\"\xC3\xA9/\"}"), true},
    {"numbers by value", DATA("{\"a\":100}"), DATA("{\"a\":1.0E+2}"), true},
    {"minus nought", DATA("{\"a\":0}"), DATA("{\"a\":-0.0}"), true},
    {"fractions by value", DATA("{\"a\":0.5}"), DATA("{\"a\":5e-1}"), true},
    {"other attributes", BASE ",\"wmactor\":\"x\",\"sequence\":\"1\",\"data\":{}}", DATA("{}"),
     true},
    {"another id", ID("\"1\""), ID("\"2\""), true},
    {"same moment, other offset", BASE ",\"time\":\"2026-07-05T09:30:00+01:00\"}",
     BASE ",\"time\":\"2026-07-05T08:30:00.0Z\"}", true},
    {"null data is none", BASE "}", DATA("null"), true},
    {"another type", TYPE("\"a.b\""), TYPE("\"a.c\""), false},
    {"another subject", SUBJECT("\"C-1\""), SUBJECT("\"C-2\""), false},
    {"type and subject shifted", HEAD ",\"type\":\"ab\",\"subject\":\"c\"}",
     HEAD ",\"type\":\"a\",\"subject\":\"bc\"}", false},
    {"another moment", BASE ",\"time\":\"2026-07-05T09:30:00Z\"}",
     BASE ",\"time\":\"2026-07-05T09:30:00.000001Z\"}", false},
    {"time and none", BASE ",\"time\":\"1970-01-01T00:00:00Z\"}", BASE "}", false},
    {"empty data and none", DATA("{}"), BASE "}", false},
    {"text and number", DATA("{\"a\":\"1\"}"), DATA("{\"a\":1}"), false},
    {"true and text", DATA("{\"a\":true}"), DATA("{\"a\":\"t\"}"), false},
    {"true and false", DATA("{\"a\":true}"), DATA("{\"a\":false}"), false},
    {"null and absent", DATA("{\"a\":null}"), DATA("{}"), false},
    {"null and empty", DATA("{\"a\":null}"), DATA("{\"a\":\"\"}"), false},
    {"order in a list", DATA("{\"a\":[1,2]}"), DATA("{\"a\":[2,1]}"), false},
    {"nesting of lists", DATA("{\"a\":[[1],2]}"), DATA("{\"a\":[[1,2]]}"), false},
    {"list and object", DATA("{\"a\":[]}"), DATA("{\"a\":{}}"), false},
    {"where a key stands", DATA("{\"a\":{\"b\":1},\"c\":2}"), DATA("{\"a\":{\"b\":1,\"c\":2}}"),
     false},
    {"key and value shifted", DATA("{\"ab\":\"c\"}"), DATA("{\"a\":\"bc\"}"), false},
    {"neighbours beyond 2^53", DATA("{\"a\":9007199254740993}"), DATA("{\"a\":9007199254740992}"),
     false},
    {"largest integers", DATA("{\"a\":9223372036854775807}"), DATA("{\"a\":9223372036854775806}"),
     false},
    {"sign", DATA("{\"a\":1}"), DATA("{\"a\":-1}"), false},
    {"large reals", DATA("{\"a\":1e300}"), DATA("{\"a\":1e301}"), false},
};

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
test_pair(void **state)
{
    const struct pair *pair = *state;
    unsigned char a[WM_DIGEST_BYTES];
    unsigned char b[WM_DIGEST_BYTES];
    digest_of(pair->a, a);
    digest_of(pair->b, b);
    assert_int_equal(memcmp(a, b, sizeof a) == 0, pair->is_equal);
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
    static struct CMUnitTest tests[ROWS_MAX] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_wide),   cmocka_unit_test(test_digest_is_stable),
        cmocka_unit_test(test_refs),   cmocka_unit_test(test_fault_is_cut_at_a_character),
    };
    size_t count = 6;
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        tests[count++] =
            (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    }
    for (size_t i = 0; i < WM_COUNT(pairs); i++) {
        tests[count++] =
            (struct CMUnitTest){pairs[i].name, test_pair, NULL, NULL, (void *)(uintptr_t)&pairs[i]};
    }
    /* Not cmocka_run_group_tests(): it would run the empty rows of the array as well. */
    return _cmocka_run_group_tests("cloudevent", tests, count, NULL, NULL);
}
