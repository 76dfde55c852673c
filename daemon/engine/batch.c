/* batch.c - load, step, write, commit once; only then tell. What the store refuses is halved until
 * the culprit stands alone (architecture.md "How the engine keeps order"). */
#include <assert.h>
#include <stdio.h>

#include "daemon/engine/parts.h"

enum {
    UNKNOWN_TRIES = 3, /* times that a commit of unknown outcome is tried again alone */
    MIB = 1 << 20
};

/* ---- one attempt ----------------------------------------------------------------------------- */

static void
begin(struct wm_batch *batch, struct wm_engine *engine)
{
    wm_arena_reset(engine->arena);
    *batch = (struct wm_batch){
        .engine = engine,
        .store = engine->store,
        .arena = engine->arena,
        .real_us = wm_engine_real(engine),
        .people = engine->people,
        .lapse_us = WM_NEVER,
    };
    batch->now_us = wm_engine_now(engine, batch->real_us);
}

static void
end(struct wm_batch *batch)
{
    for (size_t i = 0; i < batch->own_count; i++) {
        wm_job_free(&batch->own[i]);
    }
    batch->own_count = 0;
}

/* The references that the works name outright: their cases are loaded in one query. */
static enum wm_status
load(struct wm_batch *batch, struct wm_work *works, size_t count)
{
    struct wm_span *refs = WM_NEW_ARRAY(batch->arena, struct wm_span, count + 1);
    enum wm_status status = wm_slots_init(batch, count);
    if (status != WM_OK || wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    size_t ref_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct wm_work *work = &works[i];
        works[i].answer = NULL;
        if (work->kind == WM_WORK_WAKE) {
            refs[ref_count++] = work->ref;
        } else if ((work->kind == WM_WORK_EVENT || work->kind == WM_WORK_REFUSED) &&
                   wm_ref_is_valid(work->event->event.subject)) {
            refs[ref_count++] = work->event->event.subject;
        }
    }
    status = wm_once_load(batch, works, count);
    return status == WM_OK ? wm_slots_load(batch, refs, ref_count) : status;
}

/* Rows before what reads them: claims see the messages of this batch, sweeps its cases. */
static enum wm_status
settle(struct wm_batch *batch)
{
    enum wm_status status = wm_batch_flush(batch);
    if (status == WM_OK) {
        status = wm_people_save(batch);
    }
    return status == WM_OK ? wm_slots_save(batch) : status;
}

static enum wm_status
run(struct wm_batch *batch, struct wm_work *work)
{
    enum wm_status status = WM_OK;
    switch (work->kind) {
    case WM_WORK_ANSWER:
        return wm_delivery_answers(batch, work);
    case WM_WORK_LAPSE:
        return wm_delivery_lapses(batch);
    case WM_WORK_REFUSED:
        return wm_event_refused(batch, work);
    case WM_WORK_EVENT:
        return wm_event_run(batch, work);
    case WM_WORK_LETTERS:
        return wm_delivery_letters(batch, work);
    case WM_WORK_CLOCK:
        return wm_clock_mark(batch);
    case WM_WORK_WAKE:
        return wm_wake_run(batch, work->ref);
    case WM_WORK_CLAIM:
        status = wm_batch_flush(batch);
        return status == WM_OK ? wm_delivery_claim(batch, work) : status;
    case WM_WORK_SWEEP:
        status = settle(batch);
        return status == WM_OK ? wm_sweep_run(batch, work->ref) : status;
    }
    return WM_EINVAL;
}

static enum wm_status
finish(struct wm_batch *batch)
{
    enum wm_status status = batch->sweep_nobody ? wm_sweep_ask(batch, wm_span("")) : WM_OK;
    if (status == WM_OK) {
        status = settle(batch);
    }
    if (status == WM_OK) {
        status = wm_clock_store(batch);
    }
    /* What a duplicate's answer rests on is visible, but need not be replicated yet: it waits for a
     * commit as the first did. */
    if (status == WM_OK && batch->duplicate && !batch->wrote) {
        status = wm_store_touch(batch->store);
    }
    if (status == WM_OK && wm_arena_failed(batch->arena)) {
        status = WM_NOMEM;
    }
    return status;
}

/* Runs works in one transaction. Whatever is not WM_OK has left no trace but answers that nobody
 * was given. */
static enum wm_status
attempt(struct wm_batch *batch, struct wm_work *works, size_t count)
{
    enum wm_status status = wm_store_begin(batch->store);
    if (status != WM_OK) {
        return status;
    }
    status = load(batch, works, count);
    if (status == WM_OK) {
        status = wm_wake_order(batch, works, count);
    }
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        status = run(batch, &works[i]);
        if (status == WM_OK && wm_arena_failed(batch->arena)) {
            status = WM_NOMEM;
        }
    }
    if (status == WM_OK) {
        status = finish(batch);
    }
    if (status == WM_OK) {
        status = wm_store_commit(batch->store);
        batch->in_doubt = status != WM_OK;
    } else {
        wm_store_rollback(batch->store);
    }
    return status;
}

/* ---- after the commit ------------------------------------------------------------------------ */

/* From here on it is durable: now, and only now, anybody hears of it. */
static enum wm_status
take(struct wm_batch *batch, struct wm_work *works, size_t count, struct wm_told *told)
{
    struct wm_engine *engine = batch->engine;
    for (size_t i = 0; i < count; i++) {
        wm_answer_tell(engine, &works[i]);
        works[i].answer = NULL;
    }
    engine->wakes += batch->wakes;
    engine->wake_moved = engine->wake_moved || batch->wake_moved;
    engine->delivered += batch->delivered;
    engine->leases += batch->leases;
    engine->texts_stored = engine->texts_stored || batch->texts_added;
    engine->lapse_us = batch->lapse_us < engine->lapse_us ? batch->lapse_us : engine->lapse_us;
    if (batch->wrote) {
        engine->clock.stored_us = batch->now_us;
    }
    wm_told_batch(told, batch);
    wm_nudge_take(batch);
    wm_sweep_take(batch);
    return wm_people_take(batch);
}

/* ---- halving --------------------------------------------------------------------------------- */

static bool
is_fatal(enum wm_status status)
{
    return status == WM_IO || status == WM_CORRUPT;
}

/* The sentence for a work that no batch could take. */
static void
say_why(const struct wm_engine *engine, enum wm_status status, char *text, size_t size)
{
    if (status == WM_NOMEM) {
        (void)snprintf(text, size, "it would need more than the %d MiB that one batch may take",
                       WM_BATCH_BYTES / MIB);
    } else {
        (void)snprintf(text, size, "%s: %s", wm_status_text(status), wm_store_why(engine->store));
    }
}

/* Nothing of the rest can be done now. Only a full disk leaves the daemon running. */
static enum wm_status
stop(struct wm_engine *engine, struct wm_work *works, size_t count, enum wm_status status,
     struct wm_told *told)
{
    char why[WM_FAULT_TEXT];
    say_why(engine, status, why, sizeof why);
    wm_told_trouble(told, WM_LEVEL_ERROR, "store.trouble", "%s", why);
    for (size_t i = 0; i < count; i++) {
        wm_answer_trouble(engine, &works[i], status, why);
    }
    return is_fatal(status) ? status : WM_OK;
}

/* One work that could not be done even alone. */
static void
give_up(struct wm_engine *engine, struct wm_work *work, enum wm_status status, struct wm_told *told)
{
    char why[WM_FAULT_TEXT];
    say_why(engine, status, why, sizeof why);
    wm_told_trouble(told, WM_LEVEL_ERROR, "store.trouble", "%s", why);
    if (work->kind == WM_WORK_WAKE || work->kind == WM_WORK_SWEEP) {
        engine->wake_rest_us = wm_engine_real(engine) + (int64_t)WM_REST_MS * 1000;
    }
    wm_answer_trouble(engine, work, status, why);
}

/* Where a turn's works have got to. */
struct progress {
    struct wm_work *works;
    size_t at;
    size_t count;
    size_t size; /* how many are tried next */
    int tries;   /* of one alone whose commit's outcome was not known */
};

static void
go_on(struct progress *progress, size_t done)
{
    progress->at += done;
    progress->size = progress->count - progress->at;
    progress->tries = 0;
}

/* After a failure: smaller batches, down to the culprit. */
static enum wm_status
after_failure(struct wm_engine *engine, struct progress *progress, enum wm_status failed,
              bool in_doubt, struct wm_told *told)
{
    struct wm_work *works = progress->works + progress->at;
    const size_t left = progress->count - progress->at;
    /* It may have been done: what memory counts is read anew, and the same works are tried again,
     * for what was done once is known. */
    if (!is_fatal(failed) && in_doubt && wm_engine_refresh(engine) != WM_OK) {
        failed = WM_IO;
    }
    if (is_fatal(failed) || failed == WM_FULL) {
        progress->at = progress->count;
        return stop(engine, works, left, failed, told);
    }
    if (failed == WM_UNKNOWN && ++progress->tries < UNKNOWN_TRIES) {
        return WM_OK;
    }
    progress->size /= 2;
    if (progress->size == 0) {
        give_up(engine, works, failed, told);
        go_on(progress, 1);
    }
    return WM_OK;
}

enum wm_status
wm_batch_work(struct wm_engine *engine, struct wm_work *works, size_t count, struct wm_told *told)
{
    struct progress progress = {.works = works, .count = count, .size = count};
    enum wm_status status = WM_OK;
    while (progress.at < count && status == WM_OK) {
        struct wm_batch batch;
        begin(&batch, engine);
        status = attempt(&batch, works + progress.at, progress.size);
        if (status == WM_OK) {
            /* Memory that no longer agrees with the store is no better than a broken store. */
            status =
                take(&batch, works + progress.at, progress.size, told) == WM_OK ? WM_OK : WM_IO;
            end(&batch);
            go_on(&progress, progress.size);
        } else {
            end(&batch);
            status = after_failure(engine, &progress, status, batch.in_doubt, told);
        }
    }
    return status;
}
