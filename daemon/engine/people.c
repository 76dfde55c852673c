/* people.c - the officers in memory: loaded at start, kept exact by each batch.
 *
 * This engine is the only writer, so the counters need no query: a batch counts on a copy of its
 * own, which is taken over when it is durable and forgotten when it is not. */
#include <assert.h>
#include <string.h>

#include "daemon/engine/parts.h"

/* ---- at start -------------------------------------------------------------------------------- */

void
wm_people_policy(struct wm_engine *engine)
{
    struct wm_people people = engine->policy->people;
    people.officers = engine->people.officers;
    people.officer_count = engine->people.officer_count;
    engine->people = people;
}

static bool
is_stored(const struct wm_officer_row *rows, size_t count, struct wm_span id)
{
    for (size_t i = 0; i < count; i++) {
        if (wm_span_equal(rows[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* Officers of the policy's file that the store does not know: nothing that was stored contradicts
 * them, and teams may name them. */
static enum wm_status
seed(struct wm_engine *engine, const struct wm_officer_row *known, size_t known_count)
{
    const struct wm_people *file = &engine->policy->people;
    struct wm_officer_row *rows =
        WM_NEW_ARRAY(engine->arena, struct wm_officer_row, file->officer_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < file->officer_count && !wm_arena_failed(engine->arena); i++) {
        if (!is_stored(known, known_count, file->officers[i].id)) {
            rows[count++] = (struct wm_officer_row){
                .id = file->officers[i].id,
                .body = wm_officer_encode(engine->arena, &file->officers[i])};
        }
    }
    if (count == 0 || wm_arena_failed(engine->arena)) {
        return wm_arena_failed(engine->arena) ? WM_NOMEM : WM_OK;
    }
    enum wm_status status = wm_store_begin(engine->store);
    if (status == WM_OK) {
        status = wm_store_officers_save(engine->store, rows, count);
        if (status == WM_OK) {
            return wm_store_commit(engine->store);
        }
        wm_store_rollback(engine->store);
    }
    return status;
}

/* What teams.cfg says of an officer counts at first start alone; a file that was changed since is
 * reported. */
static void
report_difference(struct wm_engine *engine, const struct wm_officer_row *row)
{
    const struct wm_officer *filed = wm_people_officer(&engine->policy->people, row->id);
    if (filed == NULL || row->seq > 0 ||
        wm_span_equal(wm_officer_encode(engine->arena, filed), row->body)) {
        return;
    }
    struct wm_line *line = WM_PUSH(engine->life, &engine->greeting);
    line->level = WM_LEVEL_WARNING;
    line->kind = "people.changed";
    line->officer = wm_arena_copy(engine->life, row->id);
    line->text = wm_arena_printf(engine->life,
                                 "the teams file says something else of officer %.*s than the "
                                 "store, which counts; publish officer.changed to change it",
                                 WM_SPAN_ARG(row->id));
}

static enum wm_status
decode_all(struct wm_arena *arena, const struct wm_officer_row *rows, size_t count,
           struct wm_officer **ret_officers)
{
    struct wm_officer *officers = WM_NEW_ARRAY(arena, struct wm_officer, count + 1);
    enum wm_status status = wm_arena_failed(arena) ? WM_NOMEM : WM_OK;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        const struct wm_officer_row *row = &rows[i];
        status = wm_officer_decode(arena, row->body, &officers[i]);
        officers[i].seq = row->seq;
        officers[i].last_assigned = row->last_assigned_us;
        officers[i].open_cases = row->open_cases;
        officers[i].open_weight = row->open_weight;
        assert(status != WM_OK || i == 0 ||
               wm_span_compare(officers[i - 1].id, officers[i].id) < 0);
    }
    *ret_officers = officers;
    return status;
}

enum wm_status
wm_people_open(struct wm_engine *engine)
{
    struct wm_officer_row *rows = NULL;
    struct wm_officer *officers = NULL;
    size_t count = 0;
    struct wm_arena *arena = wm_arena_new(WM_PEOPLE_BYTES);
    enum wm_status status = arena != NULL ? WM_OK : WM_NOMEM;
    if (status == WM_OK) {
        status = wm_store_officers_load(engine->store, engine->arena, &rows, &count);
    }
    if (status == WM_OK) {
        status = decode_all(arena, rows, count, &officers);
    }
    if (status != WM_OK) {
        wm_arena_free(&arena);
        return status;
    }
    wm_arena_free(&engine->people_arena);
    engine->people_arena = arena;
    engine->people.officers = officers;
    engine->people.officer_count = count;
    wm_people_policy(engine);
    return WM_OK;
}

enum wm_status
wm_people_seed(struct wm_engine *engine)
{
    struct wm_officer_row *rows = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_officers_load(engine->store, engine->arena, &rows, &count);
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        report_difference(engine, &rows[i]);
    }
    return status == WM_OK ? seed(engine, rows, count) : status;
}

/* ---- counting -------------------------------------------------------------------------------- */

struct wm_officer *
wm_officers_copy(struct wm_arena *arena, const struct wm_people *people, size_t room)
{
    struct wm_officer *officers = WM_NEW_ARRAY(arena, struct wm_officer, room + 1);
    if (wm_arena_failed(arena)) {
        return NULL;
    }
    if (people->officer_count > 0) {
        memcpy(officers, people->officers, people->officer_count * sizeof *officers);
    }
    return officers;
}

/* The batch's own officers, to be changed; NULL when the arena failed, as the batch will. */
struct wm_people *
wm_people_edit(struct wm_batch *batch)
{
    if (!batch->people_copied) {
        const size_t count = batch->people.officer_count;
        struct wm_officer *officers = wm_officers_copy(batch->arena, &batch->people, count);
        bool *dirty = WM_NEW_ARRAY(batch->arena, bool, count + 1);
        if (wm_arena_failed(batch->arena)) {
            return NULL;
        }
        batch->people.officers = officers;
        batch->people_dirty = dirty;
        batch->people_copied = true;
    }
    return &batch->people;
}

static void
count_one(struct wm_batch *batch, const struct wm_counted *counted, int sign)
{
    if (!counted->is_open) {
        return;
    }
    batch->open_delta += sign;
    if (counted->officer.size == 0) {
        batch->unassigned_delta += sign;
        return;
    }
    struct wm_people *people = wm_people_edit(batch);
    struct wm_officer *officer =
        people != NULL ? wm_people_officer(people, counted->officer) : NULL;
    if (officer != NULL) {
        officer->open_cases += sign;
        officer->open_weight += sign * counted->weight;
        assert(officer->open_cases >= 0);
    }
}

/* Room that opens may let a case that waits find somebody. */
void
wm_people_ask_for_waiting(struct wm_batch *batch)
{
    if (batch->engine->unassigned + batch->unassigned_delta > 0) {
        batch->sweep_nobody = true;
    }
}

/* What the case counts in its officer's load. */
static int32_t
load_of(struct wm_batch *batch, const struct wm_case *c)
{
    const struct wm_world world = {.workflow = c->workflow,
                                   .calendars = &batch->engine->policy->calendars,
                                   .people = &batch->people,
                                   .organisation = batch->engine->options.organisation};
    return wm_case_load(&world, c, batch->now_us, batch->arena);
}

void
wm_people_count(struct wm_batch *batch, struct wm_slot *slot)
{
    const struct wm_case *c = slot->c;
    const struct wm_counted now = {
        .officer = c->officer, .weight = load_of(batch, c), .is_open = wm_case_is_open(c)};
    const struct wm_counted was = slot->counted;
    slot->counted = now;
    if (was.is_open == now.is_open && was.weight == now.weight &&
        wm_span_equal(was.officer, now.officer)) {
        return;
    }
    count_one(batch, &was, -1);
    count_one(batch, &now, 1);
    if (was.is_open && was.officer.size > 0 &&
        !(now.is_open && wm_span_equal(was.officer, now.officer))) {
        wm_people_ask_for_waiting(batch);
    }
}

void
wm_people_assigned(struct wm_batch *batch, struct wm_span officer)
{
    struct wm_people *people = officer.size > 0 ? wm_people_edit(batch) : NULL;
    struct wm_officer *found = people != NULL ? wm_people_officer(people, officer) : NULL;
    if (found != NULL) {
        found->last_assigned = batch->now_us;
        batch->people_dirty[found - people->officers] = true;
    }
}

enum wm_status
wm_people_save(struct wm_batch *batch)
{
    if (!batch->people_copied) {
        return WM_OK;
    }
    const struct wm_people *people = &batch->people;
    struct wm_officer_row *rows =
        WM_NEW_ARRAY(batch->arena, struct wm_officer_row, people->officer_count + 1);
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    size_t count = 0;
    for (size_t i = 0; i < people->officer_count; i++) {
        const struct wm_officer *officer = &people->officers[i];
        if (batch->people_dirty[i]) {
            batch->people_dirty[i] = false;
            rows[count++] = (struct wm_officer_row){
                .id = officer->id,
                .body = wm_officer_encode(batch->arena, officer),
                .seq = officer->seq,
                .last_assigned_us = officer->last_assigned,
            };
        }
    }
    if (count == 0 || wm_arena_failed(batch->arena)) {
        return count == 0 ? WM_OK : WM_NOMEM;
    }
    batch->wrote = true;
    return wm_store_officers_save(batch->store, rows, count);
}

/* Texts of the new facts live in the batch: they are copied by writing and reading them back. */
static enum wm_status
rebuild(struct wm_engine *engine, const struct wm_people *from)
{
    struct wm_arena *arena = wm_arena_new(WM_PEOPLE_BYTES);
    if (arena == NULL) {
        return WM_NOMEM;
    }
    struct wm_officer *officers = WM_NEW_ARRAY(arena, struct wm_officer, from->officer_count + 1);
    enum wm_status status = wm_arena_failed(arena) ? WM_NOMEM : WM_OK;
    for (size_t i = 0; i < from->officer_count && status == WM_OK; i++) {
        const struct wm_officer *officer = &from->officers[i];
        status = wm_officer_decode(arena, wm_officer_encode(arena, officer), &officers[i]);
        officers[i].seq = officer->seq;
        officers[i].open_cases = officer->open_cases;
        officers[i].open_weight = officer->open_weight;
        officers[i].last_assigned = officer->last_assigned;
    }
    if (status != WM_OK) {
        wm_arena_free(&arena);
        return status;
    }
    wm_arena_free(&engine->people_arena);
    engine->people_arena = arena;
    engine->people.officers = officers;
    engine->people.officer_count = from->officer_count;
    return WM_OK;
}

enum wm_status
wm_people_take(struct wm_batch *batch)
{
    struct wm_engine *engine = batch->engine;
    engine->open_cases += batch->open_delta;
    engine->unassigned += batch->unassigned_delta;
    if (!batch->people_copied) {
        return WM_OK;
    }
    if (batch->people_changed) {
        return rebuild(engine, &batch->people);
    }
    for (size_t i = 0; i < batch->people.officer_count; i++) {
        struct wm_officer *to = &engine->people.officers[i];
        const struct wm_officer *from = &batch->people.officers[i];
        to->open_cases = from->open_cases;
        to->open_weight = from->open_weight;
        to->last_assigned = from->last_assigned;
    }
    return WM_OK;
}
