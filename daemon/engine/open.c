/* open.c - opens an engine on its store: what must agree is checked, what was left over is put
 * right. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/engine/parts.h"

enum { OPTION_TEXT = 1024 };

static bool
make_arenas(struct wm_engine *engine)
{
    engine->life = wm_arena_new(WM_LIFE_BYTES);
    engine->arena = wm_arena_new(WM_BATCH_BYTES);
    engine->work_arena = wm_arena_new(WM_BATCH_BYTES);
    engine->people_arena = wm_arena_new(WM_PEOPLE_BYTES);
    engine->types_arena = wm_arena_new(WM_LIFE_BYTES);
    engine->sweep_arena = wm_arena_new(WM_LIFE_BYTES);
    engine->not_yet = calloc(1, sizeof *engine->not_yet);
    return engine->life != NULL && engine->arena != NULL && engine->work_arena != NULL &&
           engine->people_arena != NULL && engine->types_arena != NULL &&
           engine->sweep_arena != NULL && engine->not_yet != NULL;
}

/* No worker knows of the leases of a daemon that is gone. */
static enum wm_status
release_leases(struct wm_engine *engine)
{
    enum wm_status status = wm_store_begin(engine->store);
    if (status == WM_OK) {
        status = wm_store_outbox_release(engine->store);
        if (status == WM_OK) {
            return wm_store_commit(engine->store);
        }
        wm_store_rollback(engine->store);
    }
    return status;
}

static void
greet(struct wm_engine *engine)
{
    struct wm_line *line = WM_PUSH(engine->life, &engine->greeting);
    line->level = WM_LEVEL_NOTICE;
    line->kind = "engine.started";
    line->text =
        wm_arena_printf(engine->life, "%s; %lld open cases, %zu officers, policy %.*s",
                        wm_store_describe(engine->store), (long long)engine->open_cases,
                        engine->people.officer_count, WM_SPAN_ARG(engine->policy->version));
}

enum wm_status
wm_engine_refresh(struct wm_engine *engine)
{
    struct wm_totals totals = {0};
    wm_arena_reset(engine->arena);
    enum wm_status status = wm_people_open(engine);
    if (status == WM_OK) {
        status = wm_sweep_load(engine);
    }
    if (status == WM_OK) {
        status = wm_nudge_load(engine);
    }
    if (status == WM_OK) {
        status =
            wm_store_totals(engine->store, wm_engine_now(engine, wm_engine_real(engine)), &totals);
    }
    if (status == WM_OK) {
        engine->open_cases = totals.open_cases;
        engine->unassigned = totals.unassigned;
        engine->clock.stored_us = WM_NEVER;
        engine->texts_stored = false;
    }
    return status;
}

static enum wm_status
start(struct wm_engine *engine, struct wm_span *ret_why)
{
    enum wm_status status = wm_store_open(engine->options.store, engine->options.organisation,
                                          WM_STORE_WRITER, engine->arena, &engine->store, ret_why);
    if (status != WM_OK) {
        return status;
    }
    status = wm_catalogue_check(engine->store, engine->policy, engine->arena, ret_why);
    if (status == WM_OK) {
        status = wm_catalogue_build(engine->policy, engine->types_arena, &engine->types,
                                    &engine->type_count);
    }
    if (status == WM_OK) {
        status = wm_clock_load(engine);
    }
    if (status == WM_OK) {
        status = release_leases(engine);
    }
    if (status == WM_OK) {
        status = wm_people_seed(engine);
    }
    if (status == WM_OK) {
        status = wm_engine_refresh(engine);
    }
    if (status != WM_OK && ret_why->data == NULL) {
        *ret_why = wm_arena_printf(engine->arena, "the store could not be read: %s: %s",
                                   wm_status_text(status), wm_store_why(engine->store));
    }
    return status;
}

enum wm_status
wm_engine_new(const struct wm_engine_options *options, struct wm_engine **ret_engine,
              char **ret_why)
{
    assert(options != NULL && options->policy != NULL && options->real_us != NULL);
    assert(options->batch > 0);
    struct wm_span why = {0};
    struct wm_engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        *ret_why = NULL;
        return WM_NOMEM;
    }
    engine->options = *options;
    engine->policy = options->policy;
    engine->library.options = &engine->options;
    engine->library.policy = options->policy;
    engine->lapse_us = WM_NEVER;
    enum wm_status status = make_arenas(engine) ? WM_OK : WM_NOMEM;
    if (status == WM_OK) {
        engine->library.life = engine->life;
        engine->options.organisation = wm_arena_copy(engine->life, options->organisation);
        engine->options.store = wm_arena_copy(engine->life, options->store);
        engine->source =
            wm_arena_printf(engine->life, "/waymark/%.*s", WM_SPAN_ARG(options->organisation));
        status = start(engine, &why);
    }
    if (status != WM_OK) {
        *ret_why = why.data != NULL ? strndup(why.data, why.size) : NULL;
        wm_engine_free(&engine);
        return status;
    }
    greet(engine);
    *ret_engine = engine;
    return WM_OK;
}

void
wm_engine_free(struct wm_engine **engine)
{
    assert(engine != NULL);
    struct wm_engine *gone = *engine;
    if (gone == NULL) {
        return;
    }
    wm_store_free(&gone->store);
    wm_arena_free(&gone->life);
    wm_arena_free(&gone->arena);
    wm_arena_free(&gone->work_arena);
    wm_arena_free(&gone->people_arena);
    wm_arena_free(&gone->types_arena);
    wm_arena_free(&gone->sweep_arena);
    free(gone->not_yet);
    free(gone);
    *engine = NULL;
}
