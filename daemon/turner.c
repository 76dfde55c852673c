/* turner.c - the engine's thread: gathers jobs into batches, turns, hands all back. */
#include "daemon/turner.h"

#include <assert.h>
#include <stdlib.h>

enum {
    US_PER_MS = 1000,
    TROUBLE_REST_MS = 200 /* a turn that failed is not tried again at once */
};

static bool
is_fatal(enum wm_status status)
{
    return status == WM_IO || status == WM_CORRUPT;
}

/* Milliseconds until the engine wants to be called again; -1: not before something comes. */
static int64_t
wait_of(const struct wm_turner *turner, enum wm_status status, const struct wm_report *report)
{
    if (is_fatal(status)) {
        return -1;
    }
    if (status != WM_OK) {
        return TROUBLE_REST_MS;
    }
    if (report->more) {
        return 0;
    }
    if (report->next_real_us == WM_NEVER) {
        return -1;
    }
    const int64_t now_us = turner->real_us(NULL);
    const int64_t wait_us = report->next_real_us - now_us;
    return wait_us > 0 ? wait_us / US_PER_MS + 1 : 0;
}

/* Works through the jobs and hands them back with their replies. */
static int64_t
turn(struct wm_turner *turner, struct wm_actor_port *port, size_t count)
{
    struct wm_turn *result = calloc(1, sizeof *result + count * sizeof(void *));
    assert(result != NULL); /* a few KiB: without them nobody could ever be answered */
    if (turner->dead) {
        result->status = WM_IO;
    } else {
        result->status = wm_engine_turn(turner->engine, turner->jobs, count, &result->report);
        turner->dead = is_fatal(result->status);
    }
    result->job_count = count;
    for (size_t i = 0; i < count; i++) {
        result->jobs[i] = turner->jobs[i];
    }
    const int64_t wait_ms = wait_of(turner, result->status, result->report);
    wm_actor_tell(port, (struct wm_parcel){WM_PARCEL_TURN, result});
    return wait_ms;
}

/* What was judged by the old policy is applied by it: `jobs` of them come first. */
static void
reload(struct wm_turner *turner, struct wm_actor_port *port, size_t jobs,
       struct wm_handover *handover)
{
    if (jobs > 0) {
        (void)turn(turner, port, jobs); /* the last turn of the batch says when the next is due */
    }
    handover->status = WM_IO;
    if (!turner->dead) {
        handover->status = wm_engine_reload(turner->engine, handover->policy, &handover->why);
    }
    wm_actor_tell(port, (struct wm_parcel){WM_PARCEL_POLICY, handover});
}

int64_t
wm_turner_work(void *context, struct wm_actor_port *port, const struct wm_parcel *parcels,
               size_t count)
{
    struct wm_turner *turner = context;
    assert(turner != NULL && count <= turner->batch);
    size_t jobs = 0;
    for (size_t i = 0; i < count; i++) {
        if (parcels[i].kind == WM_PARCEL_JOB) {
            turner->jobs[jobs++] = parcels[i].object;
        } else if (parcels[i].kind == WM_PARCEL_POLICY) {
            reload(turner, port, jobs, parcels[i].object);
            jobs = 0;
        }
    }
    return turn(turner, port, jobs);
}
