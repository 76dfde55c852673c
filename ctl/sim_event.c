/* sim_event.c - what the engine does with an event before and after the step, in its order. */
#include <assert.h>
#include <time.h>

#include "ctl/sim_parts.h"

/* What is remembered of an event that was taken. */
struct seen {
    unsigned char digest[WM_DIGEST_BYTES];
    struct wm_span detail; /* of the first answer, without its outcome */
};

struct taking {
    struct wm_sim *sim;
    const struct wm_cloudevent *event;
    struct wm_span bytes;
    const struct wm_schema *schema;
    struct wm_span warnings; /* a sentence a line */
    struct wm_sim_answer *answer;
};

/* ---- answers --------------------------------------------------------------------------------- */

static enum wm_status
refuse(struct taking *taking, const char *code, struct wm_span field, struct wm_span message,
       const struct wm_step_result *result)
{
    struct wm_text text = {.arena = taking->sim->brief};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "code", wm_span(code));
    wm_json_put_field(&text, "message", message);
    if (field.size > 0) {
        wm_json_put_field(&text, "field", field);
    }
    if (result != NULL && result->accepts_count > 0) {
        wm_json_put_name(&text, "accepts");
        for (size_t i = 0; i < result->accepts_count; i++) {
            wm_text_puts(&text, i == 0 ? "[" : ",");
            wm_json_put_string(&text, result->accepts[i]);
        }
        wm_text_puts(&text, "]");
    }
    wm_text_puts(&text, "}");
    *taking->answer = (struct wm_sim_answer){WM_SIM_REJECT, wm_text_span(&text)};
    return WM_OK;
}

static enum wm_status
reject(struct taking *taking, const struct wm_fault *fault)
{
    return refuse(taking, fault->code, wm_span(fault->field), wm_span(fault->message), NULL);
}

static void
put_warnings(struct wm_text *text, struct wm_span warnings)
{
    if (warnings.size == 0) {
        return;
    }
    wm_json_put_name(text, "warnings");
    const char *mark = "[";
    while (warnings.size > 0) {
        const char *end = memchr(warnings.data, '\n', warnings.size);
        const size_t size = end != NULL ? (size_t)(end - warnings.data) : warnings.size;
        wm_text_puts(text, mark);
        wm_json_put_string(text, (struct wm_span){warnings.data, size});
        mark = ",";
        const size_t past = end != NULL ? size + 1 : size;
        warnings = (struct wm_span){warnings.data + past, warnings.size - past};
    }
    wm_text_puts(text, "]");
}

/* The answer, but for its outcome: what a duplicate is told as well. */
static struct wm_span
basics(const struct taking *taking, const struct wm_sim_case *of, struct wm_span state)
{
    struct wm_text text = {.arena = taking->sim->brief};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "id", taking->event->id);
    wm_json_put_field(&text, "case", of != NULL ? of->ref : (struct wm_span){0});
    if (of == NULL) {
        wm_json_put_field(&text, "officer", taking->event->subject);
    } else {
        wm_json_put_int(&text, "seq", (int64_t)of->rows.count);
        wm_json_put_field(&text, "state", state);
    }
    return wm_text_span(&text);
}

static enum wm_status
remember(const struct taking *taking, const char *key, struct wm_span detail)
{
    struct wm_sim *sim = taking->sim;
    struct seen *seen = WM_NEW(sim->kept, struct seen);
    const struct wm_span kept = wm_arena_copy(sim->kept, detail);
    if (wm_arena_failed(sim->kept)) {
        return WM_NOMEM;
    }
    seen->detail = kept;
    const enum wm_status status = wm_cloudevent_digest(taking->event, seen->digest);
    if (status == WM_OK) {
        zhashx_update(sim->seen, key, seen);
    }
    return status;
}

static struct wm_span
seen_key(const struct taking *taking)
{
    return wm_arena_printf(taking->sim->brief, "%.*s\n%.*s", WM_SPAN_ARG(taking->event->source),
                           WM_SPAN_ARG(taking->event->id));
}

static enum wm_status
accept_event(struct taking *taking, struct wm_span begun, const char *outcome,
             const struct wm_step_result *result)
{
    struct wm_text text = {.arena = taking->sim->brief};
    wm_text_put(&text, begun);
    wm_json_put_field(&text, "outcome", wm_span(outcome));
    if (result != NULL && result->violation_count > 0) {
        wm_json_put_name(&text, "violations");
        wm_text_put(&text, wm_violations_encode(taking->sim->brief, result));
    }
    put_warnings(&text, taking->warnings);
    wm_text_puts(&text, "}");
    *taking->answer = (struct wm_sim_answer){WM_SIM_OK, wm_text_span(&text)};
    return WM_OK;
}

static enum wm_status
take(struct taking *taking, const struct wm_sim_case *of, struct wm_span state, const char *outcome,
     const struct wm_step_result *result)
{
    const struct wm_span begun = basics(taking, of, state);
    const enum wm_status status = remember(taking, seen_key(taking).data, begun);
    return status == WM_OK ? accept_event(taking, begun, outcome, result) : status;
}

static enum wm_status
unknown(struct taking *taking)
{
    struct wm_fault fault;
    wm_fault_set(&fault, "no-such-case", "subject", "%.*s is not among these events",
                 WM_SPAN_ARG(taking->event->subject));
    const enum wm_status status = reject(taking, &fault);
    taking->answer->verdict = WM_SIM_UNKNOWN;
    return status;
}

/* ---- cases ----------------------------------------------------------------------------------- */

static const char *
outcome_text(enum wm_outcome outcome)
{
    static const char *const texts[] = {[WM_OUTCOME_APPLIED] = "applied",
                                        [WM_OUTCOME_RECORDED] = "recorded",
                                        [WM_OUTCOME_CORRECTED] = "corrected",
                                        [WM_OUTCOME_REJECTED] = "rejected"};
    assert(outcome >= WM_OUTCOME_APPLIED && outcome <= WM_OUTCOME_REJECTED);
    return texts[outcome];
}

static const struct wm_workflow *
opened_by(const struct wm_sim *sim, struct wm_span type)
{
    for (size_t i = 0; i < sim->options.workflow_count; i++) {
        if (wm_workflow_opening(sim->options.workflows[i], type) != NULL) {
            return sim->options.workflows[i];
        }
    }
    return NULL;
}

static enum wm_status
step(struct taking *taking, struct wm_sim_case *of)
{
    struct wm_sim *sim = taking->sim;
    struct wm_step_result result;
    struct wm_fault fault;
    const enum wm_status status = wm_sim_step(sim, of, taking->event, taking->bytes, &result);
    if (status == WM_FULL) {
        wm_fault_set(&fault, "guard", "",
                     "%.*s would go beyond what one case may hold or one event may set off",
                     WM_SPAN_ARG(of->ref));
        return reject(taking, &fault);
    }
    if (status != WM_OK) {
        return status;
    }
    if (result.outcome == WM_OUTCOME_REJECTED) {
        return refuse(taking, result.code, result.field, result.message, &result);
    }
    return take(taking, of, of->workflow->states[result.after->state].name,
                outcome_text(result.outcome), &result);
}

/* A type that opens cases may also be an ordinary event of a living one, if its workflow says so.
 */
static bool
is_second_opening(const struct wm_workflow *workflow, struct wm_span type, bool opens)
{
    const struct wm_opening *opening = wm_workflow_opening(workflow, type);
    if (opening != NULL) {
        return !opening->again;
    }
    return opens && !wm_workflow_takes(workflow, type);
}

static enum wm_status
take_case(struct taking *taking)
{
    struct wm_sim *sim = taking->sim;
    const struct wm_cloudevent *event = taking->event;
    const struct wm_workflow *opens = opened_by(sim, event->type);
    struct wm_span ref = event->subject;
    if (wm_span_is(ref, "new")) {
        ref = wm_arena_printf(sim->brief, "new-%zu", sim->cases.count + 1);
    }
    struct wm_sim_case *of = wm_sim_find(sim, ref);
    const bool is_there = of != NULL && of->snapshot != NULL;
    if (is_there && is_second_opening(of->workflow, event->type, opens != NULL)) {
        struct wm_fault fault;
        wm_fault_set(&fault, "ref-in-use", "subject", "case %.*s has been opened already",
                     WM_SPAN_ARG(of->ref));
        return reject(taking, &fault);
    }
    if (!is_there && opens == NULL) {
        return unknown(taking);
    }
    of = of != NULL ? of : wm_sim_add(sim, ref, opens);
    return of != NULL ? step(taking, of) : wm_sim_fail(sim, WM_NOMEM, "out of memory");
}

/* An event of a customer reaches each of their cases: the newest takes it, the others a copy. */
static enum wm_status
take_customer(struct taking *taking)
{
    struct wm_sim *sim = taking->sim;
    const struct wm_cloudevent *event = taking->event;
    enum wm_status status = WM_OK;
    bool is_taken = false;
    for (size_t i = sim->cases.count; i > 0 && status == WM_OK; i--) {
        struct wm_sim_case *of = sim->cases.items[i - 1].of;
        if (of->is_final || !wm_span_equal(of->customer, event->subject)) {
            continue;
        }
        if (!is_taken) {
            status = step(taking, of);
            is_taken = true;
            continue;
        }
        struct wm_cloudevent copy = *event;
        struct wm_step_result result;
        copy.id =
            wm_arena_printf(sim->brief, "%.*s/%.*s", WM_SPAN_ARG(event->id), WM_SPAN_ARG(of->ref));
        status = wm_sim_step(sim, of, &copy, taking->bytes, &result);
    }
    return status == WM_OK && !is_taken ? take(taking, NULL, (struct wm_span){0}, "recorded", NULL)
                                        : status;
}

static enum wm_status
take_officer(struct taking *taking)
{
    struct wm_sim *sim = taking->sim;
    const struct wm_event event = wm_event_of(sim->brief, taking->event, sim->now_us, false);
    struct wm_span why = {0};
    struct wm_fault fault;
    const enum wm_status status = wm_sim_people_event(sim, &event, &why);
    if (status == WM_NOTFOUND) {
        return unknown(taking);
    }
    if (status == WM_EINVAL) {
        wm_fault_set(&fault, "schema", "data", "%.*s", WM_SPAN_ARG(why));
        return reject(taking, &fault);
    }
    return status == WM_OK ? take(taking, NULL, (struct wm_span){0}, "applied", NULL) : status;
}

/* ---- the checks before ----------------------------------------------------------------------- */

/* What the core itself does for every case needs no place in a workflow. */
static bool
is_taken_somewhere(const struct wm_sim *sim, const struct wm_schema *schema)
{
    bool is_taken = (schema->subject != WM_SUBJECT_CASE && schema->subject != WM_SUBJECT_ITEM) ||
                    wm_span_starts(schema->type, "record.") ||
                    wm_span_starts(schema->type, "case.");
    for (size_t i = 0; i < sim->options.workflow_count && !is_taken; i++) {
        is_taken = wm_workflow_takes(sim->options.workflows[i], schema->type);
    }
    return is_taken;
}

/* True if the event may go on; else *ret_fault says why not. */
static bool
check(struct taking *taking, struct wm_fault *ret_fault)
{
    const struct wm_cloudevent *event = taking->event;
    if (wm_span_starts(event->type, "waymark.") || wm_span_starts(event->source, "/waymark/")) {
        wm_fault_set(ret_fault, "forbidden", "type",
                     "types waymark.* and sources under /waymark/ are Waymark's own");
        return false;
    }
    taking->schema = wm_schemas_find(taking->sim->options.schemas, event->type);
    if (taking->schema == NULL) {
        wm_fault_set(ret_fault, "unknown-type", "type", "there is no event type %.*s",
                     WM_SPAN_ARG(event->type));
        return false;
    }
    struct wm_text warnings = {.arena = taking->sim->brief};
    if (wm_schema_check(taking->schema, event->data, ret_fault, &warnings) != WM_OK) {
        return false;
    }
    taking->warnings = wm_text_span(&warnings);
    if (!is_taken_somewhere(taking->sim, taking->schema)) {
        wm_fault_set(ret_fault, "unknown-type", "type", "no workflow here takes %.*s",
                     WM_SPAN_ARG(event->type));
        return false;
    }
    return true;
}

/* True if it was here before; then it is answered. */
static bool
is_known(struct taking *taking, enum wm_status *ret_status)
{
    const struct seen *seen = zhashx_lookup(taking->sim->seen, seen_key(taking).data);
    unsigned char digest[WM_DIGEST_BYTES];
    if (seen == NULL) {
        return false;
    }
    *ret_status = wm_cloudevent_digest(taking->event, digest);
    if (*ret_status == WM_OK && memcmp(digest, seen->digest, sizeof digest) != 0) {
        struct wm_fault fault;
        wm_fault_set(&fault, "id-reused", "id",
                     "source %.*s has used id %.*s before, for an event with other content",
                     WM_SPAN_ARG(taking->event->source), WM_SPAN_ARG(taking->event->id));
        *ret_status = reject(taking, &fault);
    } else if (*ret_status == WM_OK) {
        *ret_status = accept_event(taking, seen->detail, "duplicate", NULL);
    }
    return true;
}

static enum wm_status
dispatch(struct taking *taking)
{
    switch (taking->schema->subject) {
    case WM_SUBJECT_CASE:
    case WM_SUBJECT_ITEM:
        return take_case(taking);
    case WM_SUBJECT_OFFICER:
        return take_officer(taking);
    case WM_SUBJECT_CUSTOMER:
        return take_customer(taking);
    case WM_SUBJECT_CALENDAR:
    case WM_SUBJECT_BATCH:
        return take(taking, NULL, (struct wm_span){0}, "recorded", NULL);
    }
    return WM_EINVAL;
}

enum wm_status
wm_sim_event(struct wm_sim *sim, const struct wm_cloudevent *event, struct wm_span bytes,
             struct wm_sim_answer *ret_answer)
{
    assert(sim != NULL && event != NULL && ret_answer != NULL);
    /* An event without a time happens when it is heard: at the simulation's now, once it has one.
     */
    const int64_t real_us = (int64_t)time(NULL) * WM_US_PER_SECOND;
    const int64_t heard_us = sim->now_us == INT64_MIN ? real_us : sim->now_us;
    const int64_t time_us = event->has_time ? event->time_us : heard_us;
    enum wm_status status = time_us > sim->now_us ? wm_sim_run(sim, time_us) : WM_OK;
    if (status != WM_OK) {
        return status;
    }
    wm_arena_reset(sim->brief);
    struct taking taking = {.sim = sim, .event = event, .bytes = bytes, .answer = ret_answer};
    struct wm_fault fault = {0};
    if (!check(&taking, &fault)) {
        return reject(&taking, &fault);
    }
    if (is_known(&taking, &status)) {
        return status;
    }
    status = dispatch(&taking);
    return status == WM_OK && wm_arena_failed(sim->brief)
               ? wm_sim_fail(sim, WM_NOMEM, "out of memory")
               : status;
}
