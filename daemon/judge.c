/* judge.c - the checks of an event that are the bus's, in the order of wire.md. What comes after
 * them needs the store and is the engine's. */
#include "daemon/judge.h"

#include <assert.h>
#include <stdlib.h>

static const char own_type[] = "waymark.";
static const char own_source[] = "/waymark";

/* What only Waymark itself may say. */
static bool
is_forbidden(const struct wm_cloudevent *event, struct wm_fault *fault)
{
    if (wm_span_starts(event->type, own_type)) {
        wm_fault_set(fault, "forbidden", "type",
                     "types that begin with waymark. are Waymark's own and not taken from outside");
        return true;
    }
    const bool below =
        event->source.size > strlen(own_source) && event->source.data[strlen(own_source)] == '/';
    if (wm_span_starts(event->source, own_source) &&
        (below || event->source.size == strlen(own_source))) {
        wm_fault_set(fault, "forbidden", "source",
                     "sources under /waymark/ are Waymark's own and not taken from outside");
        return true;
    }
    return false;
}

/* The nearest type that may be said, or the absent span. */
static struct wm_span
nearest(const struct wm_schemas *schemas, struct wm_span type, struct wm_arena *arena)
{
    const size_t count = wm_schemas_count(schemas);
    struct wm_span *names = WM_NEW_ARRAY(arena, struct wm_span, count + 1);
    if (wm_arena_failed(arena)) {
        return (struct wm_span){0};
    }
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        const struct wm_schema *schema = wm_schemas_at(schemas, i);
        if (schema->kind == WM_KIND_FACT || schema->kind == WM_KIND_REQUEST) {
            names[known++] = schema->type;
        }
    }
    return wm_text_nearest(type, names, known);
}

static const struct wm_schema *
find_schema(const struct wm_schemas *schemas, struct wm_span type, struct wm_arena *arena,
            struct wm_fault *fault)
{
    const struct wm_schema *schema = wm_schemas_find(schemas, type);
    if (schema == NULL) {
        const struct wm_span near = nearest(schemas, type, arena);
        wm_fault_set(fault, "unknown-type", "type", "there is no event type %.*s%s%.*s%s",
                     WM_SPAN_ARG(type), near.size > 0 ? "; did you mean " : "", WM_SPAN_ARG(near),
                     near.size > 0 ? "?" : "");
        return NULL;
    }
    if (schema->kind != WM_KIND_FACT && schema->kind != WM_KIND_REQUEST) {
        wm_fault_set(fault, "unknown-type", "type",
                     "%.*s is what Waymark says, not what it is told", WM_SPAN_ARG(type));
        return NULL;
    }
    return schema;
}

/* From `forbidden` to the schema of `data`; the job's event is parsed. */
static enum wm_status
check(const struct wm_judge *judge, struct wm_job *job, struct wm_fault *fault)
{
    if (is_forbidden(&job->event, fault)) {
        return WM_EINVAL;
    }
    job->schema = find_schema(judge->schemas, job->event.type, judge->scratch, fault);
    if (job->schema == NULL) {
        return WM_EINVAL;
    }
    struct wm_text warnings = {.arena = judge->scratch};
    const enum wm_status status = wm_schema_check(job->schema, job->event.data, fault, &warnings);
    if (status != WM_OK) {
        return status;
    }
    const struct wm_span text = wm_text_span(&warnings);
    if (warnings.count > 0 && text.data != NULL) {
        job->warnings = strndup(text.data, text.size);
    }
    return WM_OK;
}

enum wm_status
wm_judge(const struct wm_judge *judge, struct wm_span bytes, int64_t real_us,
         struct wm_job **ret_job, struct wm_fault *ret_fault)
{
    assert(judge != NULL && judge->schemas != NULL && judge->scratch != NULL);
    assert(ret_job != NULL && ret_fault != NULL);
    struct wm_cloudevent event;
    enum wm_status status = wm_cloudevent_parse(bytes, &event, ret_fault);
    *ret_job = NULL;
    if (status != WM_OK) {
        return status == WM_NOMEM ? WM_NOMEM : WM_EINVAL;
    }
    struct wm_job *job = wm_job_new(WM_JOB_EVENT);
    char *copy = malloc(bytes.size);
    if (job == NULL || copy == NULL) {
        wm_cloudevent_free(&event);
        wm_job_free(&job);
        free(copy);
        return WM_NOMEM;
    }
    memcpy(copy, bytes.data, bytes.size);
    job->bytes = copy;
    job->size = bytes.size;
    job->event = event;
    job->first_real_us = real_us;
    job->importer = true; /* on an insecure or ipc endpoint every peer may import */
    wm_arena_reset(judge->scratch);
    status = check(judge, job, ret_fault);
    if (status != WM_OK) {
        job->kind = WM_JOB_REFUSED;
        job->fault = *ret_fault;
    }
    *ret_job = job;
    return status == WM_OK ? WM_OK : WM_EINVAL;
}

char *
wm_fault_json(const struct wm_fault *fault, int64_t after_ms)
{
    assert(fault != NULL && fault->code != NULL);
    json_t *json = json_pack("{s:s, s:s}", "code", fault->code, "message", fault->message);
    if (json != NULL && after_ms > 0) {
        (void)json_object_set_new(json, "retry_after_ms", json_integer(after_ms)); /* see below */
    } else if (json != NULL && fault->field[0] != '\0') {
        (void)json_object_set_new(json, "field", json_string(fault->field)); /* likewise */
    }
    /* A detail that lacks its last member for want of memory still says what counts. */
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    return text;
}
