/* load.c - waymark.cfg and all that it names, loaded and checked as a whole. */
#include "daemon/load.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/shipped.h"

enum { LOAD_BYTES = 256 * 1024 * 1024 };

/* What this version does not have yet must not be passed over in silence. */
static void
refuse_missing(struct wm_loaded *loaded, struct wm_span config)
{
    const struct wm_settings *settings = &loaded->settings;
    if (settings->security.curve) {
        wm_finding_add(&loaded->findings, config, 0,
                       "security.curve = true: this version of waymarkd has no CURVE yet. Until it "
                       "has, set security: { curve = false; insecure = true; } and keep every "
                       "endpoint on loopback (tcp://127.0.0.1:PORT) or on ipc://");
    }
    if (settings->feed_count > 0) {
        wm_finding_add(&loaded->findings, config, 0,
                       "feeds: this version of waymarkd reads no feeds yet. Take the entries out "
                       "(feeds = ( );) and publish those events to the intake until it does");
    }
    if (settings->store.size > 0 && !wm_span_starts(settings->store, "sqlite:")) {
        wm_finding_add(&loaded->findings, config, 0,
                       "store: this version of waymarkd has the embedded store alone; set "
                       "store = \"sqlite:FILE\"");
    }
}

static void
load_schemas(struct wm_loaded *loaded)
{
    const struct wm_settings_list *more = &loaded->settings.schema_folders;
    const char **folders = WM_NEW_ARRAY(loaded->arena, const char *, more->count + 1);
    if (wm_arena_failed(loaded->arena)) {
        return;
    }
    folders[0] = wm_shipped_schemas();
    for (size_t i = 0; i < more->count; i++) {
        folders[i + 1] = wm_arena_string(loaded->arena, more->items[i]);
    }
    char *errors = NULL;
    if (wm_schemas_load(folders, more->count + 1, &loaded->schemas, &errors) != WM_OK) {
        loaded->schemas = NULL;
    }
    /* One "file: sentence" a line. */
    for (const char *line = errors; line != NULL && *line != '\0';) {
        const size_t size = strcspn(line, "\n");
        const size_t name = strcspn(line, ":");
        const bool named = name < size;
        const char *text = named ? line + name + 1 : line;
        text += strspn(text, " ");
        wm_finding_add(&loaded->findings,
                       wm_arena_copy(loaded->arena, (struct wm_span){line, named ? name : 0}), 0,
                       "%.*s", (int)(line + size - text), text);
        line += size + (line[size] == '\n' ? 1 : 0);
    }
    if (loaded->schemas == NULL && errors == NULL) {
        wm_finding_add(&loaded->findings, wm_span(folders[0]), 0, "the schemas cannot be loaded");
    }
    free(errors);
}

static void
load_workflows(struct wm_loaded *loaded, const struct wm_surroundings *around)
{
    const struct wm_settings_list *files = &loaded->settings.workflow_files;
    struct wm_policy *policy = &loaded->policy;
    const struct wm_workflow **workflows =
        WM_NEW_ARRAY(loaded->arena, const struct wm_workflow *, files->count + 1);
    struct wm_span *texts = WM_NEW_ARRAY(loaded->arena, struct wm_span, files->count + 1);
    if (wm_arena_failed(loaded->arena)) {
        return;
    }
    for (size_t i = 0; i < files->count; i++) {
        struct wm_span why = {0};
        struct wm_span text = {0};
        if (wm_file_read(loaded->arena, files->items[i], &text, &why) != WM_OK) {
            wm_finding_add(&loaded->findings, files->items[i], 0, "%.*s", WM_SPAN_ARG(why));
            continue;
        }
        const struct wm_workflow *workflow =
            wm_workflow_load(loaded->arena, files->items[i], text, around, &loaded->findings);
        if (workflow != NULL) {
            workflows[policy->workflow_count] = workflow;
            texts[policy->workflow_count++] = text;
        }
    }
    policy->workflows = workflows;
    policy->workflow_texts = texts;
}

/* Two workflows of one name, or two that one event opens, would leave it open which is meant. */
static void
check_pair(struct wm_loaded *loaded, const struct wm_workflow *one, const struct wm_workflow *other)
{
    if (wm_span_equal(one->name, other->name)) {
        wm_finding_add(&loaded->findings, one->file, 0, "workflow \"%.*s\" is defined by %.*s, too",
                       WM_SPAN_ARG(one->name), WM_SPAN_ARG(other->file));
    }
    for (size_t i = 0; i < one->opening_count; i++) {
        const struct wm_span event = one->openings[i].event;
        if (wm_workflow_opening(other, event) != NULL) {
            wm_finding_add(&loaded->findings, one->file, 0,
                           "event %.*s opens a case of workflow \"%.*s\", too", WM_SPAN_ARG(event),
                           WM_SPAN_ARG(other->name));
        }
    }
}

static void
check_workflows(struct wm_loaded *loaded)
{
    const struct wm_policy *policy = &loaded->policy;
    for (size_t i = 0; i < policy->workflow_count; i++) {
        for (size_t k = 0; k < i; k++) {
            check_pair(loaded, policy->workflows[i], policy->workflows[k]);
        }
    }
}

static void
load_policy(struct wm_loaded *loaded)
{
    struct wm_policy *policy = &loaded->policy;
    const struct wm_settings *settings = &loaded->settings;
    struct wm_span *texts = NULL;
    const bool calendars = wm_calendars_load(loaded->arena, settings->calendar_file,
                                             &loaded->findings, &policy->calendars, &texts);
    policy->calendar_texts = texts;
    const bool people =
        calendars && wm_people_load(loaded->arena, settings->teams_file, &policy->calendars,
                                    &loaded->findings, &policy->people);
    load_schemas(loaded);
    struct wm_span *topics = WM_NEW_ARRAY(loaded->arena, struct wm_span, settings->topic_count + 1);
    if (wm_arena_failed(loaded->arena)) {
        return;
    }
    for (size_t i = 0; i < settings->topic_count; i++) {
        topics[i] = settings->topics[i].name;
    }
    struct wm_catalogue catalogue = {0};
    if (loaded->schemas != NULL) {
        catalogue = wm_catalogue_of(loaded->schemas);
    }
    const struct wm_surroundings around = {
        .calendars = calendars ? &policy->calendars : NULL,
        .people = people ? &policy->people : NULL,
        .catalogue = loaded->schemas != NULL ? &catalogue : NULL,
        .topics = topics,
        .topic_count = settings->topic_count,
    };
    load_workflows(loaded, &around);
    check_workflows(loaded);
    policy->schemas = loaded->schemas;
}

/* ---- the version ----------------------------------------------------------------------------- */

/* FNV-1a: tells versions apart, nothing is protected by it. */
static uint64_t
mix(uint64_t hash, struct wm_span text)
{
    static const uint64_t prime = UINT64_C(0x100000001b3);
    for (size_t i = 0; i < text.size; i++) {
        hash = (hash ^ (unsigned char)text.data[i]) * prime;
    }
    return (hash ^ text.size) * prime;
}

static void
set_version(struct wm_loaded *loaded)
{
    struct wm_policy *policy = &loaded->policy;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    struct wm_span text = {0};
    struct wm_span why;
    for (size_t i = 0; i < policy->workflow_count; i++) {
        hash = mix(hash, policy->workflow_texts[i]);
    }
    for (size_t i = 0; i < policy->calendars.count; i++) {
        hash = mix(hash, policy->calendars.items[i].version);
    }
    if (wm_file_read(loaded->arena, loaded->settings.teams_file, &text, &why) == WM_OK) {
        hash = mix(hash, text);
    }
    for (size_t i = 0; i < wm_schemas_count(loaded->schemas); i++) {
        const struct wm_schema *schema = wm_schemas_at(loaded->schemas, i);
        char *json = json_dumps(schema->json, JSON_COMPACT | JSON_SORT_KEYS);
        hash = mix(hash, wm_span(json != NULL ? json : ""));
        free(json);
    }
    policy->version = wm_arena_printf(loaded->arena, "%016llx", (unsigned long long)hash);
}

/* ---- the whole ------------------------------------------------------------------------------- */

struct wm_loaded *
wm_load(const char *config)
{
    assert(config != NULL);
    struct wm_loaded *loaded = calloc(1, sizeof *loaded);
    if (loaded == NULL) {
        return NULL;
    }
    loaded->arena = wm_arena_new(LOAD_BYTES);
    if (loaded->arena == NULL) {
        wm_load_free(&loaded);
        return NULL;
    }
    loaded->findings.arena = loaded->arena;
    const struct wm_span file = wm_arena_copy(loaded->arena, wm_span(config));
    if (wm_settings_load(loaded->arena, file, &loaded->findings, &loaded->settings)) {
        refuse_missing(loaded, file);
        load_policy(loaded);
        if (wm_loaded_is_good(loaded)) {
            set_version(loaded);
        }
    }
    if (wm_arena_failed(loaded->arena)) {
        wm_load_free(&loaded);
    }
    return loaded;
}

void
wm_load_free(struct wm_loaded **loaded)
{
    assert(loaded != NULL);
    if (*loaded != NULL) {
        wm_schemas_free(&(*loaded)->schemas);
        wm_arena_free(&(*loaded)->arena);
        free(*loaded);
        *loaded = NULL;
    }
}

bool
wm_loaded_is_good(const struct wm_loaded *loaded)
{
    assert(loaded != NULL);
    return wm_findings_errors(&loaded->findings) == 0;
}

void
wm_loaded_print(const struct wm_loaded *loaded)
{
    assert(loaded != NULL);
    for (size_t i = 0; i < loaded->findings.count; i++) {
        const struct wm_finding *finding = &loaded->findings.items[i];
        const struct wm_span text = wm_finding_text(loaded->arena, finding);
        (void)fprintf(stderr, "%.*s\n", WM_SPAN_ARG(text)); /* nobody else to tell */
    }
}

/* ---- what a reload does not change ----------------------------------------------------------- */

static bool
list_equal(const struct wm_settings_list *a, const struct wm_settings_list *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!wm_span_equal(a->items[i], b->items[i])) {
            return false;
        }
    }
    return true;
}

struct wm_span
wm_loaded_fixed(const struct wm_loaded *old, const struct wm_loaded *fresh)
{
    assert(old != NULL && fresh != NULL);
    const struct wm_settings *a = &old->settings;
    const struct wm_settings *b = &fresh->settings;
    const struct {
        const char *name;
        bool differs;
    } rows[] = {
        {"organisation", !wm_span_equal(a->organisation, b->organisation)},
        {"store", !wm_span_equal(a->store, b->store)},
        {"engines", a->engines != b->engines},
        {"clock", a->clock != b->clock},
        {"endpoints.intake", !list_equal(&a->intake, &b->intake)},
        {"endpoints.dispatch", !list_equal(&a->dispatch, &b->dispatch)},
        {"endpoints.changes", !list_equal(&a->changes, &b->changes)},
        {"endpoints.control", !wm_span_equal(a->control, b->control)},
        {"limits", memcmp(&a->limits, &b->limits, sizeof a->limits) != 0},
    };
    struct wm_text text = {.arena = fresh->arena};
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        if (rows[i].differs) {
            wm_text_printf(&text, "%s%s", text.count > 0 ? ", " : "", rows[i].name);
        }
    }
    return text.count > 0 ? wm_text_span(&text) : (struct wm_span){0};
}
