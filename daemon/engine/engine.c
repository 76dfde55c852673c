/* engine.c - the turn: takes what waits and what fell due, in one batch if the store takes it. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/engine/parts.h"

enum {
    FOLLOW_STORE_MS = 2000, /* how often a following clock is stored when nothing else is */
    LAPSE_LOOK_MS = 1000,
    US_PER_MS = 1000,
    MIB = 1 << 20
};

static void
told_begin(struct wm_told *told)
{
    *told = (struct wm_told){0};
    told->report = calloc(1, sizeof *told->report);
    struct wm_arena *arena = wm_arena_new(WM_REPORT_BYTES);
    /* Without a few hundred bytes for the report nobody could be told anything at all. */
    assert(told->report != NULL && arena != NULL);
    told->report->arena = arena;
    told->report->next_real_us = WM_NEVER;
}

/* ---- from jobs to works ---------------------------------------------------------------------- */

static enum wm_status
prepare(struct wm_engine *engine, struct wm_job *job, struct wm_work *ret_work)
{
    *ret_work = (struct wm_work){.job = job};
    switch (job->kind) {
    case WM_JOB_EVENT:
        ret_work->kind = WM_WORK_EVENT;
        ret_work->event = job;
        return wm_cloudevent_digest(&job->event, ret_work->digest);
    case WM_JOB_CLAIM:
        ret_work->kind = WM_WORK_CLAIM;
        return WM_OK;
    case WM_JOB_ANSWER:
        ret_work->kind = WM_WORK_ANSWER;
        return WM_OK;
    case WM_JOB_REFUSED:
        ret_work->kind = WM_WORK_REFUSED;
        ret_work->event = job;
        return WM_OK;
    case WM_JOB_CONTROL:
        return wm_control_prepare(engine, job, ret_work);
    }
    return WM_EINVAL;
}

/* True if there is room for more; events wait outside when there is not. */
static bool
has_space(const struct wm_engine *engine)
{
    return wm_store_free_bytes(engine->store) >= (int64_t)engine->options.min_free_mib * MIB;
}

struct plan {
    struct wm_work *works; /* by kind, in the order of arrival within one */
    size_t count;
    struct wm_work *clocks; /* calls that move the clock: after the batch */
    size_t clock_count;
};

/* A job that got no further than this is told to come again. */
static void
put_off(struct wm_engine *engine, struct wm_job *job, enum wm_status status, const char *why)
{
    struct wm_work work = {.kind = job->kind == WM_JOB_EVENT ? WM_WORK_EVENT : WM_WORK_CLOCK,
                           .job = job};
    wm_answer_trouble(engine, &work, status, why);
}

/* Works of all jobs, in the order of arrival; what needs none is answered here. */
static size_t
prepare_all(struct wm_engine *engine, struct wm_job **jobs, size_t count, struct wm_work *works)
{
    const bool has_room = has_space(engine);
    size_t made = 0;
    for (size_t i = 0; i < count; i++) {
        struct wm_work work;
        assert(jobs[i]->reply == 0);
        const enum wm_status status = prepare(engine, jobs[i], &work);
        if (status != WM_OK) {
            put_off(engine, jobs[i], WM_AGAIN, "out of memory");
        } else if (work.kind == WM_WORK_EVENT && !has_room) {
            wm_answer_trouble(engine, &work, WM_FULL,
                              "the store's file system is nearly full (limits.min_free_mib)");
        } else if (work.kind != 0) {
            works[made++] = work;
        }
    }
    return made;
}

static void
pick(struct plan *plan, const struct wm_work *from, size_t count, enum wm_work_kind kind)
{
    for (size_t i = 0; i < count; i++) {
        if (from[i].kind == kind) {
            plan->works[plan->count++] = from[i];
        }
    }
}

static enum wm_status
make_plan(struct wm_engine *engine, struct wm_job **jobs, size_t count, struct plan *plan)
{
    struct wm_arena *arena = engine->work_arena;
    struct wm_work *due = NULL;
    size_t due_count = 0;
    const enum wm_status status = wm_engine_wakes(engine, arena, &due, &due_count);
    if (status != WM_OK) {
        return status;
    }
    struct wm_work *arrived = WM_NEW_ARRAY(arena, struct wm_work, count + 1);
    plan->works = WM_NEW_ARRAY(arena, struct wm_work, count + due_count + 2);
    plan->clocks = WM_NEW_ARRAY(arena, struct wm_work, count + 1);
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    const size_t made = prepare_all(engine, jobs, count, arrived);
    pick(plan, arrived, made, WM_WORK_ANSWER);
    if (wm_engine_real(engine) >= engine->lapse_us) {
        plan->works[plan->count++] = (struct wm_work){.kind = WM_WORK_LAPSE};
    }
    pick(plan, arrived, made, WM_WORK_REFUSED);
    pick(plan, arrived, made, WM_WORK_EVENT);
    pick(plan, arrived, made, WM_WORK_LETTERS);
    pick(plan, due, due_count, WM_WORK_WAKE);
    pick(plan, arrived, made, WM_WORK_CLAIM);
    pick(plan, due, due_count, WM_WORK_SWEEP);
    for (size_t i = 0; i < made; i++) {
        if (arrived[i].kind == WM_WORK_CLOCK) {
            plan->clocks[plan->clock_count++] = arrived[i];
        }
    }
    return WM_OK;
}

/* ---- the turn -------------------------------------------------------------------------------- */

/* A clock that runs on is stored now and then even when nothing happens. */
static enum wm_status
keep_following(struct wm_engine *engine, struct wm_told *told)
{
    const struct wm_domain_clock *clock = &engine->clock;
    if (!clock->is_following) {
        return WM_OK;
    }
    const int64_t now_us = wm_engine_now(engine, wm_engine_real(engine));
    if (now_us - clock->stored_us < (int64_t)FOLLOW_STORE_MS * US_PER_MS) {
        return WM_OK;
    }
    struct wm_work work = {.kind = WM_WORK_CLOCK};
    return wm_batch_work(engine, &work, 1, told);
}

static int64_t
sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* When the engine wants to be called again though nothing arrives. */
static enum wm_status
plan_next(struct wm_engine *engine, struct wm_report *report)
{
    const int64_t real_us = wm_engine_real(engine);
    int64_t wake_us = WM_NEVER;
    const enum wm_status status = wm_store_next_wake(engine->store, &wake_us);
    if (status != WM_OK) {
        return status;
    }
    if (engine->leases <= 0) {
        engine->lapse_us = WM_NEVER;
    } else if (engine->lapse_us <= real_us) {
        engine->lapse_us = real_us + (int64_t)LAPSE_LOOK_MS * US_PER_MS;
    }
    int64_t next_us = wm_engine_real_of(engine, wake_us, real_us);
    if (next_us < engine->wake_rest_us && next_us != WM_NEVER) {
        next_us = engine->wake_rest_us;
    }
    next_us = sooner(next_us, sooner(engine->lapse_us, engine->nudge_us));
    if (engine->clock.is_following) {
        next_us = sooner(next_us, real_us + (int64_t)FOLLOW_STORE_MS * US_PER_MS);
    }
    report->more = report->more || (real_us >= engine->wake_rest_us && engine->sweeps.count > 0);
    report->next_real_us = report->more ? real_us : next_us;
    return WM_OK;
}

static void
free_made(struct wm_engine *engine)
{
    for (size_t i = 0; i < engine->made_count; i++) {
        wm_job_free(&engine->made[i]);
    }
    engine->made_count = 0;
}

/* Wake-ups that bring nothing on would be due again at once: they rest, and a person is told. */
static void
rest_if_stuck(struct wm_engine *engine, const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->works[i].kind == WM_WORK_WAKE && !engine->wake_moved) {
            engine->wake_rest_us = wm_engine_real(engine) + (int64_t)WM_REST_MS * US_PER_MS;
            return;
        }
    }
}

static enum wm_status
work(struct wm_engine *engine, struct wm_job **jobs, size_t count, struct wm_told *told)
{
    struct plan plan = {0};
    wm_arena_reset(engine->work_arena);
    enum wm_status status = make_plan(engine, jobs, count, &plan);
    if (status != WM_OK) {
        return status;
    }
    status = wm_batch_work(engine, plan.works, plan.count, told);
    if (status == WM_OK) {
        rest_if_stuck(engine, &plan);
    }
    /* The calls' memory is the turn's, which moving the clock uses anew. */
    struct wm_arena *calls = engine->work_arena;
    if (plan.clock_count > 0) {
        engine->work_arena = wm_arena_new(WM_BATCH_BYTES);
        status = status == WM_OK && engine->work_arena == NULL ? WM_NOMEM : status;
    }
    for (size_t i = 0; i < plan.clock_count && status == WM_OK; i++) {
        status = wm_control_clock(engine, plan.clocks[i].job, &plan.clocks[i].call, told);
    }
    if (plan.clock_count > 0) {
        wm_arena_free(&engine->work_arena);
        engine->work_arena = calls;
    }
    return status == WM_OK ? keep_following(engine, told) : status;
}

/* No job leaves without a reply, whatever went wrong before its turn came. */
static void
answer_all(struct wm_engine *engine, struct wm_job **jobs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (jobs[i]->reply == 0 && jobs[i]->kind != WM_JOB_REFUSED) {
            put_off(engine, jobs[i], WM_AGAIN, "the store could not be used");
        }
    }
}

enum wm_status
wm_engine_turn(struct wm_engine *engine, struct wm_job **jobs, size_t count,
               struct wm_report **ret_report)
{
    assert(count == 0 || jobs != NULL);
    assert(engine->made_count == 0);
    struct wm_told told;
    told_begin(&told);
    engine->wake_moved = false;
    for (size_t i = 0; i < engine->greeting.count; i++) {
        wm_told_line(&told, &engine->greeting.items[i]);
    }
    engine->greeting.count = 0;
    enum wm_status status = work(engine, jobs, count, &told);
    answer_all(engine, jobs, count);
    free_made(engine);
    if (status == WM_OK) {
        status = wm_nudge_tell(engine, &told);
    }
    if (status == WM_OK) {
        status = plan_next(engine, told.report);
    }
    if (status != WM_OK && status != WM_IO && status != WM_CORRUPT) {
        /* Nothing is in doubt: what could not be read now can be read later. */
        wm_told_trouble(&told, WM_LEVEL_WARNING, "store.trouble", "%s: %s", wm_status_text(status),
                        wm_store_why(engine->store));
        told.report->next_real_us = wm_engine_real(engine) + (int64_t)WM_RETRY_MS * US_PER_MS;
        status = WM_OK;
    }
    wm_told_finish(&told, engine);
    if (status == WM_OK && count == 0 && !told.report->more) {
        wm_store_idle(engine->store);
    }
    *ret_report = told.report;
    return status;
}

enum wm_status
wm_engine_reload(struct wm_engine *engine, const struct wm_policy *policy, char **ret_why)
{
    assert(policy != NULL && ret_why != NULL);
    struct wm_span why = wm_span("the store could not be read");
    wm_arena_reset(engine->arena);
    enum wm_status status = wm_catalogue_check(engine->store, policy, engine->arena, &why);
    struct wm_arena *arena = wm_arena_new(WM_LIFE_BYTES);
    struct wm_type_info *types = NULL;
    size_t count = 0;
    if (status == WM_OK) {
        status = arena != NULL ? wm_catalogue_build(policy, arena, &types, &count) : WM_NOMEM;
    }
    if (status != WM_OK) {
        *ret_why = strndup(why.data, why.size);
        wm_arena_free(&arena);
        return status;
    }
    wm_arena_free(&engine->types_arena);
    engine->types_arena = arena;
    engine->types = types;
    engine->type_count = count;
    engine->policy = policy;
    engine->library.policy = policy;
    engine->texts_stored = false;
    wm_people_policy(engine);
    return WM_OK;
}
