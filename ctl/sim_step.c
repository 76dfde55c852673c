/* sim_step.c - one step of a simulated case: the world for it, and what is kept of it. */
#include <assert.h>
#include <stdlib.h>

#include "ctl/sim_parts.h"

/* Parsed bodies of a history, which the core's values borrow from while it folds anew. */
struct parsed {
    struct wm_cloudevent *events;
    size_t count;
};

enum wm_status
wm_sim_decode(const struct wm_sim *sim, const struct wm_sim_case *of, struct wm_arena *arena,
              struct wm_case **ret_case)
{
    assert(sim != NULL && of->snapshot != NULL);
    struct wm_span why = {0};
    return wm_case_decode(arena, (struct wm_span){of->snapshot, of->snapshot_size}, of->workflow,
                          ret_case, &why);
}

/* ---- history, when facts come out of order --------------------------------------------------- */

static bool
is_request(const struct wm_sim *sim, struct wm_span type)
{
    const struct wm_schema *schema = wm_schemas_find(sim->options.schemas, type);
    return schema != NULL && schema->kind == WM_KIND_REQUEST;
}

static enum wm_status
read_row(struct wm_sim *sim, const struct wm_sim_case *of, size_t index,
         struct wm_cloudevent *event, struct wm_past *ret_past)
{
    const struct wm_sim_row *row = &of->rows.items[index];
    struct wm_fault fault;
    if (wm_cloudevent_parse(row->body, event, &fault) != WM_OK) {
        return WM_CORRUPT; /* it parsed when it came */
    }
    *ret_past = (struct wm_past){
        .seq = (int64_t)index + 1,
        .group = row->group,
        .primary = row->primary,
        .event = wm_event_of(sim->brief, event, row->recorded_us, is_request(sim, event->type)),
        .transition = row->transition,
        .from = row->from,
        .to = row->to,
        .officer = row->officer};
    ret_past->event.occurred_us = row->occurred_us;
    return row->inputs.size == 0 ? WM_OK
                                 : wm_value_parse(sim->brief, row->inputs, &ret_past->inputs);
}

static enum wm_status
load_past(struct wm_sim *sim, const struct wm_sim_case *of, struct parsed *parsed,
          struct wm_world *world)
{
    struct wm_past *past = WM_NEW_ARRAY(sim->brief, struct wm_past, of->rows.count + 1);
    parsed->events = calloc(of->rows.count + 1, sizeof *parsed->events);
    if (wm_arena_failed(sim->brief) || parsed->events == NULL) {
        return WM_NOMEM;
    }
    enum wm_status status = WM_OK;
    for (size_t i = 0; i < of->rows.count && status == WM_OK; i++) {
        status = read_row(sim, of, i, &parsed->events[i], &past[i]);
        parsed->count += status == WM_OK;
    }
    world->past = past;
    world->past_count = of->rows.count;
    return status;
}

static void
free_parsed(struct parsed *parsed)
{
    for (size_t i = 0; i < parsed->count; i++) {
        wm_cloudevent_free(&parsed->events[i]);
    }
    free(parsed->events);
    *parsed = (struct parsed){0};
}

/* ---- the world ------------------------------------------------------------------------------- */

static struct wm_span
key_of(const struct wm_case *c, const char *kind)
{
    for (size_t i = 0; i < c->workflow->attribute_count; i++) {
        if (wm_span_is(c->workflow->attributes[i].key, kind)) {
            return wm_value_text(&c->attributes[i]);
        }
    }
    return (struct wm_span){0};
}

/* The customer whom an opening event names. */
static struct wm_span
opening_customer(const struct wm_workflow *workflow, const struct wm_event *event)
{
    for (size_t i = 0; i < workflow->attribute_count; i++) {
        const struct wm_attribute *attribute = &workflow->attributes[i];
        if (wm_span_is(attribute->key, "customer")) {
            const struct wm_span path =
                attribute->from.size > 0 ? attribute->from : attribute->name;
            return wm_value_text(wm_value_at(&event->data, path));
        }
    }
    return (struct wm_span){0};
}

struct run {
    struct wm_sim *sim;
    struct wm_world world;
    const struct wm_case *before; /* NULL: it is being opened */
    const struct wm_event *event; /* NULL: a wake-up */
    struct parsed parsed;         /* what the result may borrow from */
};

static enum wm_status
fold(const struct run *run, struct wm_step_result *ret_result)
{
    memset(ret_result, 0, sizeof *ret_result);
    return run->event == NULL
               ? wm_wake(&run->world, run->before, run->sim->now_us, run->sim->brief, ret_result)
               : wm_step(&run->world, run->before, run->event, run->sim->brief, ret_result);
}

static bool
assigns(const struct wm_step_result *result)
{
    for (size_t i = 0; i < result->effect_count; i++) {
        if (result->effects[i].kind == WM_EFFECT_ASSIGNED) {
            return true;
        }
    }
    return false;
}

/* Folds as the engine does: again with the history where it is needed, again with the customer's
 * other officer where somebody was chosen without it. */
static enum wm_status
fold_fully(struct run *run, const struct wm_sim_case *of, struct wm_step_result *ret_result)
{
    const struct wm_span customer =
        run->before != NULL ? of->customer : opening_customer(of->workflow, run->event);
    if (run->before == NULL) {
        run->world.same_customer = wm_sim_same_customer(run->sim, of, customer);
    }
    enum wm_status status = fold(run, ret_result);
    if (status == WM_OK && ret_result->needs_past) {
        status = load_past(run->sim, of, &run->parsed, &run->world);
        status = status == WM_OK ? fold(run, ret_result) : status;
    }
    if (status == WM_OK && run->before != NULL && assigns(ret_result)) {
        run->world.same_customer = wm_sim_same_customer(run->sim, of, customer);
        status = run->world.same_customer.size > 0 ? fold(run, ret_result) : status;
    }
    return status;
}

/* ---- keeping --------------------------------------------------------------------------------- */

static bool
has_primary(const struct wm_step_result *result)
{
    for (size_t i = 0; i < result->row_count; i++) {
        if (result->rows[i].primary) {
            return true;
        }
    }
    return false;
}

static void
keep_row(struct wm_sim *sim, struct wm_sim_case *of, const struct wm_step_result *result,
         size_t index, struct wm_span body)
{
    const struct wm_row *from = &result->rows[index];
    const int64_t first = (int64_t)(of->rows.count - index) + 1;
    /* Inputs stand in the row of the event; those of a wake-up in its first row. */
    const bool has_inputs =
        result->inputs.kind != 0 && (from->primary || (index == 0 && !has_primary(result)));
    struct wm_sim_row *row = WM_PUSH(sim->kept, &of->rows);
    if (wm_arena_failed(sim->kept)) {
        return;
    }
    *row = (struct wm_sim_row){
        .group = first,
        .primary = from->primary,
        .transition = from->primary ? result->transition : WM_NO_TRANSITION,
        .to = of->workflow->states[from->to].name,
        .from = of->workflow->states[from->from].name,
        .officer = wm_arena_copy(sim->kept, from->officer),
        .occurred_us = from->occurred_us,
        .recorded_us = sim->now_us,
    };
    const struct wm_span bytes =
        from->primary ? body : wm_row_encode(sim->brief, sim->options.organisation, of->ref, from);
    row->body = wm_arena_copy(sim->kept, bytes);
    if (has_inputs) {
        row->inputs = wm_arena_copy(sim->kept, wm_value_json(sim->brief, &result->inputs));
    }
}

static void
follow(struct wm_sim *sim, struct wm_sim_case *of, const struct wm_step_result *result)
{
    for (size_t i = 0; i < result->effect_count; i++) {
        const struct wm_effect *effect = &result->effects[i];
        const bool is_alias = wm_span_is(effect->name, "alias");
        if (effect->kind == WM_EFFECT_ASSIGNED) {
            wm_sim_people_assigned(sim, effect->officer);
        } else if (effect->kind == WM_EFFECT_KEY && is_alias) {
            zhashx_update(sim->by_alias, wm_arena_string(sim->brief, effect->text), of);
        } else if (effect->kind == WM_EFFECT_UNKEY && is_alias) {
            zhashx_delete(sim->by_alias, wm_arena_string(sim->brief, effect->text));
        }
    }
}

static enum wm_status
keep_case(struct wm_sim *sim, struct wm_sim_case *of, const struct wm_case *after)
{
    const struct wm_span text = wm_case_encode(sim->brief, after);
    const struct wm_span customer = key_of(after, "customer");
    char *copy = text.data != NULL ? malloc(text.size + 1) : NULL;
    if (copy == NULL) {
        return WM_NOMEM;
    }
    memcpy(copy, text.data, text.size + 1);
    free(of->snapshot);
    of->snapshot = copy;
    of->snapshot_size = text.size;
    if (!wm_span_equal(of->customer, customer)) {
        of->customer = wm_arena_copy(sim->kept, customer);
    }
    wm_sim_wake_at(sim, of, after->wake_us);
    wm_sim_people_count(sim, of, after);
    return wm_arena_failed(sim->kept) ? WM_NOMEM : WM_OK;
}

static enum wm_status
keep(const struct run *run, struct wm_sim_case *of, const struct wm_cloudevent *event,
     struct wm_span body, const struct wm_step_result *result)
{
    struct wm_sim *sim = run->sim;
    const int64_t first_seq = (int64_t)of->rows.count + 1;
    for (size_t i = 0; i < result->row_count; i++) {
        keep_row(sim, of, result, i, body);
    }
    follow(sim, of, result);
    const enum wm_status status = keep_case(sim, of, result->after);
    if (status == WM_OK && sim->fn != NULL) {
        const struct wm_sim_step step = {
            .ref = of->ref,
            .event = event,
            .result = result,
            .before = run->before != NULL ? of->workflow->states[run->before->state].name
                                          : (struct wm_span){0},
            .first_seq = first_seq,
            .now_us = sim->now_us,
        };
        sim->fn(sim->context, &step);
    }
    return status;
}

enum wm_status
wm_sim_step(struct wm_sim *sim, struct wm_sim_case *of, const struct wm_cloudevent *event,
            struct wm_span body, struct wm_step_result *ret_result)
{
    assert(sim != NULL && of != NULL && ret_result != NULL);
    assert(event != NULL || of->snapshot != NULL);
    struct wm_case *before = NULL;
    struct wm_event placed = {0};
    struct run run = {.sim = sim,
                      .world = {.workflow = of->workflow,
                                .calendars = sim->options.calendars,
                                .people = &sim->people,
                                .organisation = sim->options.organisation}};
    enum wm_status status = WM_OK;
    if (of->snapshot != NULL) {
        status = wm_sim_decode(sim, of, sim->brief, &before);
        run.before = before;
    }
    if (event != NULL) {
        placed = wm_event_of(sim->brief, event, sim->now_us, is_request(sim, event->type));
        placed.subject = of->ref;
        run.event = &placed;
    }
    if (status == WM_OK) {
        status = fold_fully(&run, of, ret_result);
    }
    if (status == WM_OK && ret_result->outcome != WM_OUTCOME_REJECTED) {
        status = keep(&run, of, event, body, ret_result);
    }
    free_parsed(&run.parsed);
    if (status == WM_OK || status == WM_FULL) {
        return status;
    }
    return wm_sim_fail(sim, status, "%.*s: %s", WM_SPAN_ARG(of->ref), wm_status_text(status));
}
