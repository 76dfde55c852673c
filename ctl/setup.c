/* setup.c - loads policy files and says what is wrong with them. */
#include "ctl/setup.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/codec/json.h"

/* ---- loading --------------------------------------------------------------------------------- */

void
wm_setup_init(struct wm_setup *setup, struct wm_arena *arena, const char *config)
{
    assert(setup != NULL && arena != NULL);
    *setup = (struct wm_setup){.arena = arena, .findings = {.arena = arena}};
    setup->config = config != NULL ? wm_span(config) : wm_find_config(arena);
}

void
wm_setup_deinit(struct wm_setup *setup)
{
    assert(setup != NULL);
    wm_schemas_free(&setup->schemas);
}

bool
wm_setup_settings(struct wm_setup *setup)
{
    assert(!setup->has_settings);
    if (setup->config.data == NULL) {
        wm_finding_add(&setup->findings, wm_span("waymark.cfg"), 0,
                       "no configuration was found; name one with --config FILE");
        return false;
    }
    setup->has_settings =
        wm_settings_load(setup->arena, setup->config, &setup->findings, &setup->settings);
    return setup->has_settings;
}

bool
wm_setup_calendars(struct wm_setup *setup, struct wm_span path)
{
    struct wm_span *texts = NULL;
    return wm_calendars_load(setup->arena, path, &setup->findings, &setup->calendars, &texts);
}

bool
wm_setup_people(struct wm_setup *setup, struct wm_span path)
{
    setup->has_people =
        wm_people_load(setup->arena, path, &setup->calendars, &setup->findings, &setup->people);
    return setup->has_people;
}

bool
wm_setup_schemas(struct wm_setup *setup)
{
    assert(setup->schemas == NULL);
    const size_t own = setup->has_settings ? setup->settings.schema_folders.count : 0;
    const char **folders = WM_NEW_ARRAY(setup->arena, const char *, own + 1);
    if (wm_arena_failed(setup->arena)) {
        return false;
    }
    folders[0] = wm_find_schemas();
    for (size_t i = 0; i < own; i++) {
        folders[i + 1] = wm_arena_string(setup->arena, setup->settings.schema_folders.items[i]);
    }
    char *errors = NULL;
    const enum wm_status status = wm_schemas_load(folders, own + 1, &setup->schemas, &errors);
    if (status != WM_OK) {
        wm_finding_add(&setup->findings, wm_span(folders[0]), 0, "the event schemas: %s",
                       errors != NULL ? errors : wm_status_text(status));
        free(errors);
        return false;
    }
    setup->catalogue = wm_catalogue_of(setup->schemas);
    return true;
}

/* A type opens exactly one workflow: otherwise nobody could say which. */
static void
check_doubles(struct wm_setup *setup, const struct wm_workflow *workflow,
              const struct wm_workflow *other)
{
    for (size_t i = 0; i < workflow->opening_count; i++) {
        const struct wm_span type = workflow->openings[i].event;
        if (wm_workflow_opening(other, type) != NULL) {
            wm_finding_add(&setup->findings, workflow->file, 0,
                           "%.*s opens a case here and in %.*s; one type opens one workflow",
                           WM_SPAN_ARG(type), WM_SPAN_ARG(other->file));
        }
    }
}

static void
check_openings(struct wm_setup *setup, const struct wm_workflow *workflow)
{
    for (size_t i = 0; i < setup->workflow_count; i++) {
        const struct wm_workflow *other = setup->workflows[i];
        if (wm_span_equal(other->name, workflow->name)) {
            wm_finding_add(&setup->findings, workflow->file, 0,
                           "the workflow \"%.*s\" is in %.*s already; give this one another name",
                           WM_SPAN_ARG(workflow->name), WM_SPAN_ARG(other->file));
        }
        check_doubles(setup, workflow, other);
    }
}

static void
load_workflow(struct wm_setup *setup, const struct wm_surroundings *around, struct wm_span path)
{
    struct wm_span text;
    struct wm_span why;
    if (wm_file_read(setup->arena, path, &text, &why) != WM_OK) {
        wm_finding_add(&setup->findings, path, 0, "%.*s", WM_SPAN_ARG(why));
        return;
    }
    const struct wm_workflow *workflow =
        wm_workflow_load(setup->arena, path, text, around, &setup->findings);
    if (workflow != NULL) {
        check_openings(setup, workflow);
        setup->workflows[setup->workflow_count++] = workflow;
    }
}

bool
wm_setup_workflows(struct wm_setup *setup, const struct wm_span *paths, size_t count)
{
    assert(paths != NULL || count == 0);
    const size_t errors = wm_findings_errors(&setup->findings);
    const size_t own = setup->has_settings ? setup->settings.topic_count : 0;
    struct wm_span *topics = WM_NEW_ARRAY(setup->arena, struct wm_span, own + 1);
    setup->workflows = WM_NEW_ARRAY(setup->arena, const struct wm_workflow *, count + 1);
    if (wm_arena_failed(setup->arena)) {
        return false;
    }
    for (size_t i = 0; i < own; i++) {
        topics[i] = setup->settings.topics[i].name;
    }
    const struct wm_surroundings around = {
        .calendars = &setup->calendars,
        .people = setup->has_people ? &setup->people : NULL,
        .catalogue = setup->schemas != NULL ? &setup->catalogue : NULL,
        .topics = topics,
        .topic_count = own,
    };
    for (size_t i = 0; i < count; i++) {
        load_workflow(setup, &around, paths[i]);
    }
    return wm_findings_errors(&setup->findings) == errors;
}

bool
wm_setup_all(struct wm_setup *setup)
{
    if (!wm_setup_settings(setup)) {
        return false;
    }
    const struct wm_settings *settings = &setup->settings;
    /* Each is tried even when another is wrong, so that all mistakes are told at once; workflows
     * can't be judged without what they name. */
    const bool has_schemas = wm_setup_schemas(setup);
    const bool has_calendars = wm_setup_calendars(setup, settings->calendar_file);
    const bool has_people = has_calendars && wm_setup_people(setup, settings->teams_file);
    return has_schemas && has_people &&
           wm_setup_workflows(setup, settings->workflow_files.items,
                              settings->workflow_files.count);
}

/* ---- telling --------------------------------------------------------------------------------- */

static struct wm_span
finding_json(struct wm_arena *arena, const struct wm_finding *finding)
{
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "file", finding->file);
    wm_json_put_int(&text, "line", finding->line);
    wm_json_put_field(&text, "level", wm_span(finding->warning ? "warning" : "error"));
    wm_json_put_field(&text, "text", finding->text);
    wm_text_puts(&text, "}");
    return wm_text_span(&text);
}

void
wm_setup_print(const struct wm_ctl *ctl, const struct wm_setup *setup, FILE *out)
{
    assert(ctl != NULL && setup != NULL && out != NULL);
    for (size_t i = 0; i < setup->findings.count; i++) {
        const struct wm_finding *finding = &setup->findings.items[i];
        const struct wm_span line = ctl->args->json ? finding_json(setup->arena, finding)
                                                    : wm_finding_text(setup->arena, finding);
        (void)fprintf(out, "%.*s\n", WM_SPAN_ARG(line)); /* shows when the stream is closed */
    }
}
