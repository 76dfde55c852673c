/* catalogue.c - which event types are taken, and which version of a workflow a case has. */
#include <assert.h>

#include "daemon/engine/parts.h"

static const struct wm_workflow *
opened_by(const struct wm_policy *policy, struct wm_span type)
{
    for (size_t i = 0; i < policy->workflow_count; i++) {
        if (wm_workflow_opening(policy->workflows[i], type) != NULL) {
            return policy->workflows[i];
        }
    }
    return NULL;
}

/* What the core itself does for every case needs no place in a workflow. */
static bool
is_general(struct wm_span type)
{
    return wm_span_starts(type, "record.") || wm_span_starts(type, "case.");
}

static bool
is_taken(const struct wm_policy *policy, const struct wm_schema *schema)
{
    if (schema->subject == WM_SUBJECT_OFFICER || schema->subject == WM_SUBJECT_CUSTOMER ||
        schema->subject == WM_SUBJECT_CALENDAR || schema->subject == WM_SUBJECT_BATCH ||
        is_general(schema->type)) {
        return true;
    }
    for (size_t i = 0; i < policy->workflow_count; i++) {
        if (wm_workflow_takes(policy->workflows[i], schema->type)) {
            return true;
        }
    }
    return false;
}

enum wm_status
wm_catalogue_build(const struct wm_policy *policy, struct wm_arena *arena,
                   struct wm_type_info **ret_types, size_t *ret_count)
{
    const size_t count = wm_schemas_count(policy->schemas);
    struct wm_type_info *types = WM_NEW_ARRAY(arena, struct wm_type_info, count + 1);
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        const struct wm_schema *schema = wm_schemas_at(policy->schemas, i);
        types[i] = (struct wm_type_info){
            .schema = schema,
            .opens = opened_by(policy, schema->type),
            .is_taken = is_taken(policy, schema),
        };
    }
    *ret_types = types;
    *ret_count = count;
    return WM_OK;
}

const struct wm_type_info *
wm_catalogue_find(const struct wm_engine *engine, struct wm_span type)
{
    size_t from = 0;
    size_t to = engine->type_count;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        const int order = wm_span_compare(type, engine->types[middle].schema->type);
        if (order == 0) {
            return &engine->types[middle];
        }
        if (order < 0) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    return NULL;
}

static const struct wm_workflow *
find_version(const struct wm_workflow *const *items, size_t count, struct wm_span name,
             int32_t version)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i]->version == version && wm_span_equal(items[i]->name, name)) {
            return items[i];
        }
    }
    return NULL;
}

enum wm_status
wm_library_find(struct wm_library *library, struct wm_store *store, const struct wm_case_row *row,
                struct wm_arena *arena, const struct wm_workflow **ret_workflow)
{
    const struct wm_policy *policy = library->policy;
    const struct wm_workflow *workflow =
        find_version(policy->workflows, policy->workflow_count, row->workflow, row->version);
    if (workflow == NULL) {
        workflow = find_version(library->items, library->count, row->workflow, row->version);
    }
    if (workflow == NULL) {
        struct wm_span digest;
        struct wm_span text;
        const enum wm_status status =
            wm_store_text_load(store, WM_TEXT_WORKFLOW, row->workflow,
                               wm_arena_printf(arena, "%d", row->version), arena, &digest, &text);
        if (status != WM_OK) {
            return status;
        }
        workflow = library->options->load_workflow(library->options->context, row->workflow, text);
        if (workflow == NULL) {
            return WM_NOTFOUND;
        }
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): a list of pointers is what is meant */
        *WM_PUSH(library->life, library) = workflow;
    }
    *ret_workflow = workflow;
    return WM_OK;
}

/* Adds a text unless it is there. */
static enum wm_status
store_text(struct wm_batch *batch, enum wm_text_kind kind, const struct wm_span about[3],
           struct wm_span text)
{
    struct wm_span stored_digest;
    struct wm_span stored_text;
    const enum wm_status status = wm_store_text_load(batch->store, kind, about[0], about[1],
                                                     batch->arena, &stored_digest, &stored_text);
    if (status != WM_NOTFOUND) {
        return status;
    }
    return wm_store_text_add(batch->store, kind, about[0], about[1], about[2], text);
}

enum wm_status
wm_catalogue_store(struct wm_batch *batch)
{
    if (batch->engine->texts_stored || batch->texts_added) {
        return WM_OK;
    }
    const struct wm_policy *policy = batch->engine->policy;
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < policy->workflow_count && status == WM_OK; i++) {
        const struct wm_workflow *workflow = policy->workflows[i];
        const struct wm_span about[] = {workflow->name,
                                        wm_arena_printf(batch->arena, "%d", workflow->version),
                                        workflow->digest};
        status = store_text(batch, WM_TEXT_WORKFLOW, about, policy->workflow_texts[i]);
    }
    for (size_t i = 0; i < policy->calendars.count && status == WM_OK; i++) {
        const struct wm_calendar *calendar = &policy->calendars.items[i];
        const struct wm_span about[] = {calendar->name, calendar->version, calendar->version};
        status = store_text(batch, WM_TEXT_CALENDAR, about, policy->calendar_texts[i]);
    }
    batch->texts_added = status == WM_OK;
    return status;
}

enum wm_status
wm_catalogue_check(struct wm_store *store, const struct wm_policy *policy, struct wm_arena *arena,
                   struct wm_span *ret_why)
{
    for (size_t i = 0; i < policy->workflow_count; i++) {
        const struct wm_workflow *workflow = policy->workflows[i];
        struct wm_span digest;
        struct wm_span text;
        const enum wm_status status = wm_store_text_load(
            store, WM_TEXT_WORKFLOW, workflow->name,
            wm_arena_printf(arena, "%d", workflow->version), arena, &digest, &text);
        if (status == WM_NOTFOUND) {
            continue;
        }
        if (status != WM_OK) {
            return status;
        }
        if (!wm_span_equal(digest, workflow->digest)) {
            *ret_why = wm_arena_printf(
                arena,
                "%.*s: cases use version %d of workflow %.*s, and this file gives that version "
                "another meaning; give what you changed version %d",
                WM_SPAN_ARG(workflow->file), workflow->version, WM_SPAN_ARG(workflow->name),
                workflow->version + 1);
            return WM_EINVAL;
        }
    }
    return WM_OK;
}
