/* test_schema.c - goal: every schema that is shipped loads and takes its own examples; what is
 * wrong is told in a sentence that names the field and what would be right; what is outside the
 * subset is refused at load. Method: the shipped folder; schemas written to a folder of the test's
 * own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/codec/schema.h"

#ifndef WM_SCHEMAS
#error "WM_SCHEMAS must name the folder of the shipped schemas"
#endif

enum { ARENA_BYTES = 1024 * 1024 };

static struct wm_schemas *
load(void)
{
    static const char *const folders[] = {WM_SCHEMAS};
    struct wm_schemas *schemas = NULL;
    char *errors = NULL;
    const enum wm_status status = wm_schemas_load(folders, 1, &schemas, &errors);
    if (status != WM_OK) {
        fail_msg("%s", errors != NULL ? errors : wm_status_text(status));
    }
    assert_null(errors);
    return schemas;
}

static void
the_shipped_ones_take_their_examples(void **state)
{
    (void)state;
    struct wm_schemas *schemas = load();
    assert_true(wm_schemas_count(schemas) > 100);
    struct wm_arena *arena = wm_arena_new(ARENA_BYTES);
    for (size_t i = 0; i < wm_schemas_count(schemas); i++) {
        const struct wm_schema *schema = wm_schemas_at(schemas, i);
        assert_ptr_equal(wm_schemas_find(schemas, schema->type), schema);
        assert_true(schema->title.size > 0 && schema->description.size > 0);
        assert_true(i == 0 ||
                    wm_span_compare(wm_schemas_at(schemas, i - 1)->type, schema->type) < 0);
        const json_t *examples = json_object_get(schema->json, "examples");
        assert_true(json_array_size(examples) > 0);
        for (size_t j = 0; j < json_array_size(examples); j++) {
            struct wm_fault fault = {.code = ""};
            struct wm_text warnings = {.arena = arena};
            if (wm_schema_check(schema, json_array_get(examples, j), &fault, &warnings) != WM_OK ||
                warnings.count > 0) {
                fail_msg("%.*s: %s%.*s", WM_SPAN_ARG(schema->type), fault.message,
                         (int)warnings.count, warnings.items);
            }
        }
    }
    assert_null(wm_schemas_find(schemas, wm_span("no.such.type")));
    assert_null(wm_schemas_find(schemas, (struct wm_span){0}));
    wm_arena_free(&arena);
    wm_schemas_free(&schemas);
}

static void
what_a_schema_says_of_itself(void **state)
{
    (void)state;
    struct wm_schemas *schemas = load();
    const struct wm_schema *schema = wm_schemas_find(schemas, wm_span("complaint.received"));
    assert_int_equal(schema->kind, WM_KIND_FACT);
    assert_int_equal(schema->subject, WM_SUBJECT_CASE);
    assert_true(wm_span_is(schema->title, "Complaint received"));
    assert_true(schema->time.size > 0);
    assert_null(schema->topic.data);
    schema = wm_schemas_find(schemas, wm_span("waymark.alert"));
    assert_int_equal(schema->kind, WM_KIND_MESSAGE);
    assert_true(wm_span_is(schema->topic, "alerts"));
    assert_int_equal(wm_schemas_find(schemas, wm_span("officer.joined"))->subject,
                     WM_SUBJECT_OFFICER);
    wm_schemas_free(&schemas);
}

/* ---- sentences */

struct sentence {
    const char *type;
    const char *data;
    const char *field; /* NULL: it is right */
    const char *part;  /* of the message */
};

static const struct sentence sentences[] = {
    {"complaint.received", "{\"channel\":\"phone\"}", NULL, NULL},
    {"complaint.received", "{}", "data.channel",
     "data.channel is missing: it must be one of phone, email"},
    {"contact.made", "{\"by\":\"x\"}", "data.method", "data.method is missing: it must be a text"},
    {"complaint.received", "{\"channel\":\"emal\"}", "data.channel",
     "data.channel must be one of phone, email, letter, visit, portal, form, social, staff; it is "
     "\"emal\", did you mean \"email\"?"},
    {"complaint.received", "{\"channel\":\"fax\"}", "data.channel", "it is \"fax\""},
    {"complaint.received", "{\"channel\":5}", "data.channel",
     "data.channel must be a text, not a whole number"},
    {"complaint.received", "{\"channel\":null}", "data.channel", "leave it out"},
    {"complaint.received", "{\"channel\":\"phone\",\"points\":[{\"id\":\"p1\"},{\"text\":\"x\"}]}",
     "data.points[1].id", "data.points[1].id is missing: it must be a text"},
    {"complaint.received", "{\"channel\":\"phone\",\"points\":{}}", "data.points",
     "must be a list, not an object"},
    {"complaint.received", "{\"channel\":\"phone\",\"customer\":{\"ref\":\"\"}}",
     "data.customer.ref", "must not be empty"},
    {"complaint.received", "{\"channel\":\"phone\",\"occurred_on\":\"2025-02-29\"}",
     "data.occurred_on", "must be a date that exists"},
    {"complaint.received", "{\"channel\":\"phone\",\"vulnerable\":\"yes\"}", "data.vulnerable",
     "must be true or false, not a text"},
    {"complaint.received", "{\"channel\":\"phone\",\"contact\":{\"frequency_days\":0}}",
     "data.contact.frequency_days", "must be at least 1"},
    {"complaint.received", "{\"channel\":\"phone\",\"contact\":{\"frequency_days\":61}}",
     "data.contact.frequency_days", "must be at most 60"},
    {"complaint.received", "{\"channel\":\"phone\",\"contact\":{\"frequency_days\":1.5}}",
     "data.contact.frequency_days", "must be a whole number, not a number"},
    {"complaint.received", "{\"channel\":\"phone\",\"adjustments\":true}", "data.adjustments",
     "must be a text or a list, not true"},
    {"complaint.received", "{\"channel\":\"phone\",\"adjustments\":[\"a\",5]}",
     "data.adjustments[1]", "must be a text"},
    {"complaint.closed", "{\"lesson\":\"maybe\"}", "data.lesson", "must be one of none"},
    {"complaint.closed", "{\"lesson\":7}", "data.lesson",
     "must be a text or an object, not a whole number"},
    {"complaint.closed", "{\"lesson\":{\"theme\":\"\"}}", "data.lesson.theme", "must not be empty"},
    {"complaint.closed", "{\"lesson\":{\"theme\":\"delay\"},\"outcome\":\"upheld\"}", NULL, NULL},
    {"case.amended", "{\"set\":{\"a\":1,\"b\":[\"x\"]},\"why\":\"w\"}", NULL, NULL},
    {"case.amended", "{\"set\":{\"a\":{}},\"why\":\"w\"}", "data.set.a", "not an object"},
    {"import.finished", "{\"batch\":\"b\",\"cutover\":\"2026-01-05\"}", NULL, NULL},
    {"import.finished", "{\"batch\":\"b\",\"cutover\":\"2026-01-05T00:00:00Z\"}", NULL, NULL},
    {"import.finished", "{\"batch\":\"b\",\"cutover\":\"soon\"}", "data.cutover",
     "must be a date or an RFC 3339 moment"},
};

static void
faults_are_sentences(void **state)
{
    (void)state;
    struct wm_schemas *schemas = load();
    for (size_t i = 0; i < WM_COUNT(sentences); i++) {
        const struct sentence *row = &sentences[i];
        const struct wm_schema *schema = wm_schemas_find(schemas, wm_span(row->type));
        assert_non_null(schema);
        json_t *data = json_loads(row->data, 0, NULL);
        assert_non_null(data);
        struct wm_fault fault = {.code = "none"};
        const enum wm_status status = wm_schema_check(schema, data, &fault, NULL);
        json_decref(data);
        if (status != (row->field == NULL ? WM_OK : WM_EINVAL)) {
            fail_msg("%s %s: %s", row->type, row->data, fault.message);
        }
        if (row->field != NULL) {
            assert_string_equal(fault.code, "schema");
            assert_string_equal(fault.field, row->field);
            if (strstr(fault.message, row->part) == NULL) {
                fail_msg("\"%s\" says not \"%s\"", fault.message, row->part);
            }
        }
    }
    struct wm_fault fault;
    assert_int_equal(
        wm_schema_check(wm_schemas_find(schemas, wm_span("contact.made")), NULL, &fault, NULL),
        WM_EINVAL);
    assert_string_equal(fault.field, "data.by");
    wm_schemas_free(&schemas);
}

static void
unknown_fields_are_warned_of(void **state)
{
    (void)state;
    struct wm_schemas *schemas = load();
    struct wm_arena *arena = wm_arena_new(ARENA_BYTES);
    struct wm_text warnings = {.arena = arena};
    struct wm_fault fault;
    json_t *data = json_loads("{\"channel\":\"phone\",\"vulnarable\":true,"
                              "\"customer\":{\"ref\":\"T\",\"zzzzzz\":1}}",
                              0, NULL);
    const struct wm_schema *schema = wm_schemas_find(schemas, wm_span("complaint.received"));
    assert_int_equal(wm_schema_check(schema, data, &fault, &warnings), WM_OK);
    assert_string_equal(wm_text_span(&warnings).data,
                        "data.vulnarable is not a field of this event; did you mean "
                        "\"vulnerable\"?\n"
                        "data.customer.zzzzzz is not a field of this event\n");
    json_decref(data);
    wm_arena_free(&arena);
    wm_schemas_free(&schemas);
}

/* ---- fields, for the checker of policies */

static void
fields_are_found_by_path(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *path;
        bool is_there;
        const char *want; /* type; NULL: any */
    } rows[] = {
        {"complaint.received", "channel", true, "string"},
        {"complaint.received", "customer", true, "object"},
        {"complaint.received", "customer.ref", true, "string"},
        {"complaint.received", "customer.reference", false, NULL},
        {"complaint.received", "points", true, "array"},
        {"complaint.received", "points[]", true, "object"},
        {"complaint.received", "points[].id", true, "string"},
        {"complaint.received", "points.id", false, NULL},
        {"complaint.received", "channel[]", false, NULL},
        {"complaint.received", "adjustments", true, NULL},
        {"complaint.received", "contact.frequency_days", true, "integer"},
        {"complaint.received", "vulnerable", true, "boolean"},
        {"complaint.received", "nothing", false, NULL},
        {"complaint.closed", "lesson", true, NULL},
        {"complaint.closed", "lesson.theme", true, "string"},
        {"complaint.closed", "lesson.thema", false, NULL},
        {"case.amended", "set.anything", true, NULL},
        {"officer.joined", "hours.monday", true, NULL},
    };
    struct wm_schemas *schemas = load();
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        const struct wm_schema *schema = wm_schemas_find(schemas, wm_span(rows[i].type));
        const char *type = NULL;
        if (wm_schema_field(schema, wm_span(rows[i].path), &type) != rows[i].is_there) {
            fail_msg("%s of %s", rows[i].path, rows[i].type);
        }
        if (rows[i].want != NULL) {
            assert_non_null(type);
            assert_string_equal(type, rows[i].want);
        } else if (rows[i].is_there) {
            assert_null(type);
        }
    }
    wm_schemas_free(&schemas);
}

/* ---- files that are no schemas */

#define HEAD                                                                                   \
    "{\"$id\":\"a.b\",\"title\":\"t\",\"description\":\"d\",\"x-waymark\":{\"kind\":\"fact\"," \
    "\"subject\":\"case\",\"time\":\"t\"},\"type\":\"object\""

static const struct {
    const char *text;
    const char *want; /* part of what is told; NULL: it loads */
} files[] = {
    {HEAD "}", NULL},
    {HEAD ",\"properties\":{\"x\":{\"type\":[\"string\",\"number\"],\"maxLength\":3}}}", NULL},
    {"{", "not JSON at line 1"},
    {"[]", "a schema must be an object"},
    {"{\"type\":\"object\"}", "$id must be the event type"},
    {"{\"$id\":\"a.b\",\"type\":\"object\"}", "x-waymark is missing"},
    {"{\"$id\":\"a.b\",\"type\":\"object\",\"x-waymark\":{\"kind\":\"rumour\","
     "\"subject\":\"case\"}}",
     "x-waymark.kind must be one of fact, request, message, internal"},
    {"{\"$id\":\"a.b\",\"type\":\"object\",\"x-waymark\":{\"kind\":\"message\","
     "\"subject\":\"case\"}}",
     "x-waymark.topic is missing"},
    {"{\"$id\":\"a.b\",\"type\":\"object\",\"x-waymark\":{\"kind\":\"fact\","
     "\"subject\":\"case\",\"colour\":1}}",
     "x-waymark.colour is not known"},
    {"{\"$id\":\"a.b\",\"type\":\"string\",\"x-waymark\":{\"kind\":\"fact\","
     "\"subject\":\"case\"}}",
     "type must be object"},
    {HEAD ",\"patternProperties\":{}}", "the keyword \"patternProperties\" is not one"},
    {HEAD ",\"propertys\":{}}", "did you mean \"properties\"?"},
    {HEAD ",\"properties\":{\"x\":{\"pattern\":\"a\"}}}", "x: the keyword"},
    {HEAD ",\"properties\":{\"x\":{\"type\":\"text\"}}}", "type must be object, array"},
    {HEAD ",\"properties\":{\"x\":{\"$id\":\"y\"}}}", "the keyword \"$id\""},
    {HEAD ",\"required\":[\"y\"]}", "required names \"y\""},
    {HEAD ",\"properties\":{\"x\":{\"enum\":[1]}}}", "enum must list texts"},
    {HEAD ",\"properties\":{\"x\":{\"enum\":[]}}}", "enum must be a list"},
    {HEAD ",\"properties\":{\"x\":{\"maxLength\":-1}}}", "maxLength must be a whole number"},
    {HEAD ",\"properties\":{\"x\":{\"minimum\":\"1\"}}}", "minimum must be a number"},
    {HEAD ",\"properties\":{\"x\":{\"format\":\"email\"}}}", "format must be date or date-time"},
    {HEAD ",\"properties\":{\"x\":{\"anyOf\":{}}}}", "anyOf must be a list"},
    {HEAD ",\"properties\":{\"x\":{\"items\":5}}}", "a schema must be an object"},
    {HEAD ",\"additionalProperties\":false}", "additionalProperties must be true or a schema"},
};

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void
what_is_no_schema_is_told(void **state)
{
    (void)state;
    char folder[] = "/tmp/wm-schema-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[64];
    (void)snprintf(path, sizeof path, "%s/a.b.json", folder);
    const char *const folders[] = {folder};
    for (size_t i = 0; i < WM_COUNT(files); i++) {
        write_file(path, files[i].text);
        struct wm_schemas *schemas = NULL;
        char *errors = NULL;
        const enum wm_status status = wm_schemas_load(folders, 1, &schemas, &errors);
        if (files[i].want == NULL) {
            assert_int_equal(status, WM_OK);
            assert_null(errors);
            wm_schemas_free(&schemas);
            continue;
        }
        assert_int_equal(status, WM_EINVAL);
        assert_null(schemas);
        if (strncmp(errors, path, strlen(path)) != 0 || strstr(errors, files[i].want) == NULL) {
            fail_msg("\"%s\" says not \"%s\"", errors, files[i].want);
        }
        free(errors);
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void
all_mistakes_are_told_at_once(void **state)
{
    (void)state;
    char folder[] = "/tmp/wm-schema-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char paths[3][64];
    const char *const texts[] = {HEAD ",\"pattern\":\"a\",\"properties\":{\"x\":{\"enum\":[]}}}",
                                 HEAD "}", HEAD ",\"const\":1}"};
    for (size_t i = 0; i < WM_COUNT(texts); i++) {
        (void)snprintf(paths[i], sizeof paths[i], "%s/f%zu.json", folder, i);
        write_file(paths[i], texts[i]);
    }
    const char *const folders[] = {folder, "/no/such/folder"};
    struct wm_schemas *schemas = NULL;
    char *errors = NULL;
    assert_int_equal(wm_schemas_load(folders, 2, &schemas, &errors), WM_EINVAL);
    size_t lines = 0;
    for (const char *at = errors; *at != '\0'; at++) {
        lines += *at == '\n' ? 1 : 0;
    }
    /* Two of the first file, its type again in the second and third, one of the third, the folder.
     */
    assert_int_equal(lines, 6);
    assert_non_null(strstr(errors, "the type a.b stands in"));
    assert_non_null(strstr(errors, "/no/such/folder: cannot be read"));
    free(errors);
    for (size_t i = 0; i < WM_COUNT(texts); i++) {
        assert_int_equal(unlink(paths[i]), 0);
    }
    assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_ones_take_their_examples),
        cmocka_unit_test(what_a_schema_says_of_itself),
        cmocka_unit_test(faults_are_sentences),
        cmocka_unit_test(unknown_fields_are_warned_of),
        cmocka_unit_test(fields_are_found_by_path),
        cmocka_unit_test(what_is_no_schema_is_told),
        cmocka_unit_test(all_mistakes_are_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
