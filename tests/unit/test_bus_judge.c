/* test_bus_judge.c - goal: the checks of an event that are made before the engine, in the order of
 * wire.md, and what a refusal says. Method: a table of events against the shipped schemas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/judge.h"

enum { SCRATCH_BYTES = 1 << 20, REAL_US = 1700000000 };

struct row {
    const char *name;
    const char *event;
    const char *code; /* NULL: taken */
    const char *field;
    const char *says; /* part of the message, or of the warnings */
    bool kept;        /* a refusal that can be kept with its case */
};

#define HEAD "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/nec\",\"subject\":\"C-1\""

static const struct row rows[] = {
    {"a good one", HEAD ",\"type\":\"note.added\"}", NULL, NULL, NULL, false},
    {"with a warning",
     HEAD ",\"type\":\"contact.made\",\"data\":{\"method\":\"phone\",\"by\":\"a\",\"mood\":1}}",
     NULL, NULL, "mood", false},
    {"not JSON", "{", "malformed", "", NULL, false},
    {"no type", HEAD "}", "schema", "type", NULL, false},
    {"own type", HEAD ",\"type\":\"waymark.case.changed\"}", "forbidden", "type", "Waymark's own",
     true},
    {"own type that nobody knows", HEAD ",\"type\":\"waymark.nonsense\"}", "forbidden", "type",
     NULL, true},
    {"own source",
     "{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"/waymark/ovh\",\"subject\":\"C-1\","
     "\"type\":\"note.added\"}",
     "forbidden", "source", "Waymark's own", true},
    {"own source without a path",
     "{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"/waymark\",\"subject\":\"C-1\","
     "\"type\":\"note.added\"}",
     "forbidden", "source", NULL, true},
    {"a source that only begins alike",
     "{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"/waymarket\",\"subject\":\"C-1\","
     "\"type\":\"note.added\"}",
     NULL, NULL, NULL, false},
    {"attributes before rights",
     "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/waymark/x\",\"subject\":\"C-1\","
     "\"type\":\"note.added\"}",
     "schema", "id", NULL, false},
    {"unknown type", HEAD ",\"type\":\"note.aded\"}", "unknown-type", "type",
     "did you mean note.added?", true},
    {"unknown type, nothing near", HEAD ",\"type\":\"zzzzzzzzzzzz\"}", "unknown-type", "type",
     "there is no event type zzzzzzzzzzzz", true},
    {"type before data", HEAD ",\"type\":\"no.such\",\"data\":{\"x\":1}}", "unknown-type", "type",
     NULL, true},
    {"data missing", HEAD ",\"type\":\"contact.made\"}", "schema", "data.by", NULL, true},
    {"data of the wrong form",
     HEAD ",\"type\":\"contact.made\",\"data\":{\"method\":5,\"by\":\"a\"}}", "schema",
     "data.method", "must be", true},
};

struct world {
    struct wm_schemas *schemas;
    struct wm_judge judge;
};

static int
set_up(void **state)
{
    static const char *const folders[] = {WM_SCHEMA_DIR};
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    char *errors = NULL;
    assert_int_equal(wm_schemas_load(folders, 1, &world->schemas, &errors), WM_OK);
    world->judge = (struct wm_judge){world->schemas, wm_arena_new(SCRATCH_BYTES)};
    *state = world;
    return 0;
}

static int
tear_down(void **state)
{
    struct world *world = *state;
    wm_arena_free(&world->judge.scratch);
    wm_schemas_free(&world->schemas);
    free(world);
    return 0;
}

static void
check_taken(const struct row *row, const struct wm_job *job)
{
    assert_non_null(job);
    assert_int_equal(job->kind, WM_JOB_EVENT);
    assert_non_null(job->schema);
    assert_int_equal(job->size, strlen(row->event));
    assert_memory_equal(job->bytes, row->event, job->size);
    assert_true(job->first_real_us == REAL_US);
    if (row->says != NULL) {
        assert_non_null(job->warnings);
        assert_non_null(strstr(job->warnings, row->says));
    } else {
        assert_null(job->warnings);
    }
}

static void
test_row(const struct world *world, const struct row *row)
{
    struct wm_job *job = NULL;
    struct wm_fault fault = {0};
    const enum wm_status status =
        wm_judge(&world->judge, wm_span(row->event), REAL_US, &job, &fault);
    print_message("  %s\n", row->name);
    if (row->code == NULL) {
        assert_int_equal(status, WM_OK);
        check_taken(row, job);
    } else {
        assert_int_equal(status, WM_EINVAL);
        assert_string_equal(fault.code, row->code);
        assert_string_equal(fault.field, row->field);
        assert_true(row->says == NULL || strstr(fault.message, row->says) != NULL);
        assert_int_equal(job != NULL, row->kept);
        assert_true(job == NULL || job->kind == WM_JOB_REFUSED);
    }
    wm_job_free(&job);
}

static void
test_rows(void **state)
{
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        test_row(*state, &rows[i]);
    }
}

/* Every message to workers and every internal type is Waymark's alone to say. */
static void
test_own_types(void **state)
{
    const struct world *world = *state;
    size_t own = 0;
    for (size_t i = 0; i < wm_schemas_count(world->schemas); i++) {
        const struct wm_schema *schema = wm_schemas_at(world->schemas, i);
        if (schema->kind == WM_KIND_FACT || schema->kind == WM_KIND_REQUEST) {
            continue;
        }
        struct wm_span event = wm_arena_printf(world->judge.scratch, HEAD ",\"type\":\"%.*s\"}",
                                               WM_SPAN_ARG(schema->type));
        char *copy = strndup(event.data, event.size);
        struct wm_job *job = NULL;
        struct wm_fault fault = {0};
        assert_int_equal(wm_judge(&world->judge, wm_span(copy), 0, &job, &fault), WM_EINVAL);
        assert_true(strcmp(fault.code, "forbidden") == 0 ||
                    strcmp(fault.code, "unknown-type") == 0);
        wm_job_free(&job);
        free(copy);
        own++;
    }
    assert_true(own > 0);
}

static void
test_fault_json(void **state)
{
    (void)state;
    struct wm_fault fault;
    wm_fault_set(&fault, "schema", "data.by", "say \"who\"\n");
    char *json = wm_fault_json(&fault, 0);
    assert_string_equal(
        json, "{\"code\":\"schema\",\"message\":\"say \\\"who\\\"\\n\",\"field\":\"data.by\"}");
    free(json);
    wm_fault_set(&fault, "not-yet", "", "soon");
    json = wm_fault_json(&fault, 250);
    assert_string_equal(json, "{\"code\":\"not-yet\",\"message\":\"soon\",\"retry_after_ms\":250}");
    free(json);
    json = wm_fault_json(&fault, 0);
    assert_string_equal(json, "{\"code\":\"not-yet\",\"message\":\"soon\"}");
    free(json);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_own_types),
        cmocka_unit_test(test_fault_json),
    };
    return cmocka_run_group_tests_name("bus judge", tests, set_up, tear_down);
}
