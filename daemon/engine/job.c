/* job.c - makes and frees what travels between the bus and the engine. */
#include "daemon/engine/job.h"

#include <assert.h>
#include <stdlib.h>

struct wm_job *
wm_job_new(enum wm_job_kind kind)
{
    assert(kind >= WM_JOB_EVENT && kind <= WM_JOB_REFUSED);
    struct wm_job *job = calloc(1, sizeof *job);
    if (job != NULL) {
        job->kind = kind;
        job->next_real_us = WM_NEVER;
    }
    return job;
}

void
wm_job_free(struct wm_job **job)
{
    assert(job != NULL);
    if (*job == NULL) {
        return;
    }
    wm_cloudevent_free(&(*job)->event);
    free((*job)->bytes);
    free((*job)->warnings);
    free((*job)->detail);
    wm_arena_free(&(*job)->arena);
    free(*job);
    *job = NULL;
}

void
wm_report_free(struct wm_report **report)
{
    assert(report != NULL);
    if (*report != NULL) {
        wm_arena_free(&(*report)->arena);
        free(*report);
        *report = NULL;
    }
}
