/* catalogue.c - event list, event show: what may be said, and where it is taken. */
#include <assert.h>
#include <stdlib.h>

#include "ctl/run.h"
#include "ctl/schema_fields.h"
#include "ctl/setup.h"
#include "ctl/table.h"
#include "ctl/taken.h"
#include "daemon/codec/json.h"

static const char *
kind_name(enum wm_event_kind kind)
{
    static const char *const names[] = {[WM_KIND_FACT] = "fact",
                                        [WM_KIND_REQUEST] = "request",
                                        [WM_KIND_MESSAGE] = "message",
                                        [WM_KIND_INTERNAL] = "internal"};
    assert(kind >= WM_KIND_FACT && kind <= WM_KIND_INTERNAL);
    return names[kind];
}

static const char *
subject_name(enum wm_subject_kind kind)
{
    static const char *const names[] = {
        [WM_SUBJECT_CASE] = "case",         [WM_SUBJECT_ITEM] = "item",
        [WM_SUBJECT_OFFICER] = "officer",   [WM_SUBJECT_CUSTOMER] = "customer",
        [WM_SUBJECT_CALENDAR] = "calendar", [WM_SUBJECT_BATCH] = "batch"};
    assert(kind >= WM_SUBJECT_CASE && kind <= WM_SUBJECT_BATCH);
    return names[kind];
}

/* ---- event list ------------------------------------------------------------------------------ */

static void
put_basics(struct wm_text *text, const struct wm_schema *schema)
{
    wm_json_put_field(text, "type", schema->type);
    wm_json_put_field(text, "kind", wm_span(kind_name(schema->kind)));
    wm_json_put_field(text, "subject", wm_span(subject_name(schema->subject)));
    wm_json_put_field(text, "title", schema->title);
}

static void
list_schemas(struct wm_ctl *ctl, const struct wm_schemas *schemas, bool all)
{
    static const struct wm_column columns[] = {{"type", WM_ALIGN_LEFT},
                                               {"kind", WM_ALIGN_LEFT},
                                               {"subject", WM_ALIGN_LEFT},
                                               {"what", WM_ALIGN_LEFT}};
    struct wm_table table = {
        .arena = ctl->arena, .columns = columns, .column_count = WM_COUNT(columns)};
    for (size_t i = 0; i < wm_schemas_count(schemas); i++) {
        const struct wm_schema *schema = wm_schemas_at(schemas, i);
        const bool is_ours = schema->kind == WM_KIND_MESSAGE || schema->kind == WM_KIND_INTERNAL;
        if (is_ours && !all) {
            continue;
        }
        if (ctl->args->json) {
            struct wm_text text = {.arena = ctl->arena};
            wm_text_puts(&text, "{");
            put_basics(&text, schema);
            (void)fprintf(ctl->out, "%.*s}\n", WM_SPAN_ARG(wm_text_span(&text)));
            continue;
        }
        struct wm_span *cells = wm_table_row(&table);
        cells[0] = schema->type;
        cells[1] = wm_span(kind_name(schema->kind));
        cells[2] = wm_span(subject_name(schema->subject));
        cells[3] = schema->title;
    }
    wm_table_print(&table, ctl->out, 0);
}

/* Schemas, with those of the config's own folders if there is a config; says what is wrong. */
static bool
load_schemas(struct wm_ctl *ctl, struct wm_setup *setup)
{
    const bool is_good =
        (setup->config.data == NULL || wm_setup_settings(setup)) && wm_setup_schemas(setup);
    if (!is_good) {
        wm_setup_print(ctl, setup, ctl->err);
    }
    return is_good;
}

enum wm_exit
wm_run_event_list(struct wm_ctl *ctl)
{
    struct wm_setup setup;
    wm_setup_init(&setup, ctl->arena, wm_args_value(ctl->args, "--config"));
    const bool is_good = load_schemas(ctl, &setup);
    if (is_good) {
        list_schemas(ctl, setup.schemas, wm_args_flag(ctl->args, "--all"));
    }
    wm_setup_deinit(&setup);
    return is_good ? WM_EXIT_DONE : WM_EXIT_REFUSED;
}

/* ---- event show ------------------------------------------------------------------------------ */

static const json_t *
example_of(const struct wm_schema *schema)
{
    return json_array_get(json_object_get(schema->json, "examples"), 0);
}

static void
print_fields(const struct wm_ctl *ctl, const struct wm_schema *schema)
{
    static const struct wm_column columns[] = {{"field", WM_ALIGN_LEFT},
                                               {"", WM_ALIGN_LEFT},
                                               {"type", WM_ALIGN_LEFT},
                                               {"", WM_ALIGN_LEFT}};
    struct wm_table table = {
        .arena = ctl->arena, .columns = columns, .column_count = WM_COUNT(columns)};
    const struct wm_schema_fields fields = wm_schema_fields_of(ctl->arena, schema->json);
    for (size_t i = 0; i < fields.count; i++) {
        const struct wm_schema_field_row *field = &fields.items[i];
        struct wm_span *cells = wm_table_row(&table);
        cells[0] = field->path;
        cells[1] = wm_span(field->required ? "!" : "");
        cells[2] = field->type;
        cells[3] = field->values.data == NULL
                       ? field->about
                       : wm_arena_printf(ctl->arena, "%.*s: %.*s", WM_SPAN_ARG(field->about),
                                         WM_SPAN_ARG(field->values));
    }
    if (fields.count == 0) {
        (void)fprintf(ctl->out, "Has no fields.\n"); /* shows when the stream is closed */
        return;
    }
    (void)fprintf(ctl->out, "Fields of data (! must be there):\n");
    wm_table_print(&table, ctl->out, 2);
}

static void
print_example(const struct wm_ctl *ctl, const struct wm_schema *schema)
{
    const json_t *example = example_of(schema);
    if (example == NULL) {
        return;
    }
    char *text = json_dumps(example, JSON_INDENT(2));
    (void)fprintf(ctl->out, "\nExample of data:\n%s\n", text != NULL ? text : "");
    free(text);
}

static void
print_taken(const struct wm_ctl *ctl, const struct wm_setup *setup, struct wm_span type)
{
    (void)fputc('\n', ctl->out); /* shows when the stream is closed */
    bool is_taken = false;
    for (size_t i = 0; i < setup->workflow_count; i++) {
        const struct wm_span text = wm_taken_text(ctl->arena, setup->workflows[i], type);
        if (text.size > 0) {
            (void)fprintf(ctl->out, "%.*s: %.*s\n", WM_SPAN_ARG(setup->workflows[i]->name),
                          WM_SPAN_ARG(text));
            is_taken = true;
        }
    }
    if (!is_taken && setup->workflow_count > 0) {
        (void)fprintf(ctl->out, "No workflow that is configured has a place for it.\n");
    }
}

static void
print_schema(const struct wm_ctl *ctl, const struct wm_setup *setup, const struct wm_schema *schema)
{
    (void)fprintf(
        ctl->out, "%.*s - %.*s\n%.*s\n\nA %s; its subject is %s %s.\n", WM_SPAN_ARG(schema->type),
        WM_SPAN_ARG(schema->title), WM_SPAN_ARG(schema->description), kind_name(schema->kind),
        schema->subject == WM_SUBJECT_ITEM || schema->subject == WM_SUBJECT_OFFICER ? "an" : "a",
        subject_name(schema->subject));
    if (schema->time.size > 0) {
        (void)fprintf(ctl->out, "time: %.*s.\n", WM_SPAN_ARG(schema->time));
    }
    (void)fputc('\n', ctl->out);
    print_fields(ctl, schema);
    print_example(ctl, schema);
    print_taken(ctl, setup, schema->type);
}

static void
put_fields(struct wm_text *text, const struct wm_ctl *ctl, const struct wm_schema *schema)
{
    const struct wm_schema_fields fields = wm_schema_fields_of(ctl->arena, schema->json);
    wm_json_put_name(text, "fields");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < fields.count; i++) {
        wm_text_puts(text, i == 0 ? "{" : ",{");
        wm_json_put_field(text, "name", fields.items[i].path);
        wm_json_put_field(text, "type", fields.items[i].type);
        wm_json_put_name(text, "required");
        wm_text_puts(text, fields.items[i].required ? "true" : "false");
        wm_json_put_field(text, "description", fields.items[i].about);
        wm_json_put_field(text, "values", fields.items[i].values);
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
}

static void
print_schema_json(const struct wm_ctl *ctl, const struct wm_setup *setup,
                  const struct wm_schema *schema)
{
    struct wm_text text = {.arena = ctl->arena};
    wm_text_puts(&text, "{");
    put_basics(&text, schema);
    wm_json_put_field(&text, "description", schema->description);
    wm_json_put_field(&text, "time", schema->time);
    put_fields(&text, ctl, schema);
    wm_json_put_name(&text, "example");
    char *example = json_dumps(example_of(schema), JSON_COMPACT);
    wm_text_puts(&text, example != NULL ? example : "null");
    free(example);
    wm_json_put_name(&text, "taken");
    wm_text_puts(&text, "[");
    for (size_t i = 0; i < setup->workflow_count; i++) {
        wm_taken_put_json(&text, setup->workflows[i], schema->type);
    }
    wm_text_puts(&text, "]}");
    (void)fprintf(ctl->out, "%.*s\n", WM_SPAN_ARG(wm_text_span(&text)));
}

static enum wm_exit
unknown_type(const struct wm_ctl *ctl, const struct wm_schemas *schemas, struct wm_span type)
{
    const size_t count = wm_schemas_count(schemas);
    struct wm_span *names = WM_NEW_ARRAY(ctl->arena, struct wm_span, count + 1);
    for (size_t i = 0; i < count && !wm_arena_failed(ctl->arena); i++) {
        names[i] = wm_schemas_at(schemas, i)->type;
    }
    const struct wm_span nearest = wm_text_nearest(type, names, count);
    return nearest.data == NULL
               ? wm_ctl_fail(ctl, WM_EXIT_REFUSED, "there is no event type \"%.*s\"",
                             WM_SPAN_ARG(type))
               : wm_ctl_fail(ctl, WM_EXIT_REFUSED,
                             "there is no event type \"%.*s\"; did you mean \"%.*s\"?",
                             WM_SPAN_ARG(type), WM_SPAN_ARG(nearest));
}

/* The workflows of the config, as far as they can be read: what takes the type is in them. */
static void
load_workflows(struct wm_ctl *ctl, struct wm_setup *setup)
{
    const struct wm_settings *settings = &setup->settings;
    if (setup->has_settings && !(wm_setup_calendars(setup, settings->calendar_file) &&
                                 wm_setup_people(setup, settings->teams_file) &&
                                 wm_setup_workflows(setup, settings->workflow_files.items,
                                                    settings->workflow_files.count))) {
        wm_ctl_say(ctl, "the policy has mistakes, so not all places that take it are known; see "
                        "waymarkctl config check");
    }
}

enum wm_exit
wm_run_event_show(struct wm_ctl *ctl)
{
    struct wm_setup setup;
    wm_setup_init(&setup, ctl->arena, wm_args_value(ctl->args, "--config"));
    enum wm_exit code = WM_EXIT_REFUSED;
    if (load_schemas(ctl, &setup)) {
        const struct wm_span type = wm_span(ctl->args->words[0]);
        const struct wm_schema *schema = wm_schemas_find(setup.schemas, type);
        if (schema == NULL) {
            code = unknown_type(ctl, setup.schemas, type);
        } else {
            load_workflows(ctl, &setup);
            (ctl->args->json ? print_schema_json : print_schema)(ctl, &setup, schema);
            code = WM_EXIT_DONE;
        }
    }
    wm_setup_deinit(&setup);
    return code;
}
