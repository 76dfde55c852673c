/* own.c - events of Waymark's own: made here, applied by the same road as any other. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/engine/parts.h"

/* The event of a row, as if it had come from outside; owned by the batch. */
static enum wm_status
make(struct wm_batch *batch, struct wm_span body, struct wm_job **ret_job)
{
    struct wm_job *job = wm_job_new(WM_JOB_EVENT);
    if (job == NULL) {
        return WM_NOMEM;
    }
    /* NOLINTBEGIN(bugprone-sizeof-expression): a list of pointers is what is meant */
    struct wm_job **kept = wm_arena_grow(batch->arena, (void **)&batch->own, &batch->own_count,
                                         &batch->own_room, sizeof *batch->own);
    /* NOLINTEND(bugprone-sizeof-expression) */
    if (wm_arena_failed(batch->arena)) {
        wm_job_free(&job);
        return WM_NOMEM;
    }
    *kept = job;
    job->bytes = malloc(body.size + 1);
    if (job->bytes == NULL) {
        return WM_NOMEM;
    }
    memcpy(job->bytes, body.data, body.size);
    job->bytes[body.size] = '\0';
    job->size = body.size;
    job->first_real_us = batch->real_us;
    const enum wm_status status = wm_cloudevent_parse(body, &job->event, &job->fault);
    *ret_job = job;
    /* What we wrote ourselves must parse. */
    assert(status == WM_OK || status == WM_NOMEM);
    return status;
}

enum wm_status
wm_event_own(struct wm_batch *batch, struct wm_span ref, struct wm_span body)
{
    struct wm_work work = {.kind = WM_WORK_EVENT};
    enum wm_status status = body.data != NULL ? make(batch, body, &work.event) : WM_NOMEM;
    if (status == WM_OK) {
        status = wm_cloudevent_digest(&work.event->event, work.digest);
    }
    if (status != WM_OK) {
        return status;
    }
    const struct wm_type_info *info = wm_catalogue_find(batch->engine, work.event->event.type);
    struct wm_seen_row *rows = NULL;
    size_t count = 0;
    const struct wm_seen_row key = {.source = work.event->event.source, .id = work.event->event.id};
    status = wm_store_seen_load(batch->store, &key, 1, batch->arena, &rows, &count);
    if (status != WM_OK || count > 0 || info == NULL ||
        wm_once_find(batch, key.source, key.id) != NULL) {
        return status;
    }
    return wm_event_case(batch, &work, info, ref);
}
