/* query_case.c - cases and their histories (the forms of interfaces.md). */
#include <assert.h>

#include "daemon/engine/query.h"

enum wm_status
wm_query_case_show(struct wm_ask *ask)
{
    struct wm_case_row row;
    struct wm_case *c = NULL;
    const enum wm_status status = wm_ask_case(ask, &row, &c);
    if (status == WM_OK) {
        const struct wm_span json = wm_case_show(ask->arena, c, ask->now_us);
        ask->is_gone = json.data == NULL || !ask->emit(ask->context, json);
    }
    return status;
}

/* ---- history --------------------------------------------------------------------------------- */

static void
put_row(struct wm_ask *ask, const struct wm_event_row *row)
{
    struct wm_text text = wm_ask_object(ask);
    wm_json_put_int(&text, "seq", row->seq);
    wm_json_put_field(&text, "id", row->id);
    wm_json_put_field(&text, "source", row->source);
    wm_json_put_field(&text, "type", row->type);
    wm_json_put_time(&text, "occurred", row->occurred_us);
    wm_json_put_time(&text, "recorded", row->recorded_us);
    wm_json_put_field(&text, "from", row->from);
    wm_json_put_field(&text, "to", row->to);
    wm_json_put_field(&text, "officer", row->officer);
    wm_json_put_field(&text, "actor", row->actor);
    wm_json_put_field(&text, "outcome", row->outcome);
    wm_json_put_raw(&text, "violations", row->violations, "[]");
    wm_json_put_raw(&text, "effects", row->effects, "[]");
    wm_ask_emit(ask, &text);
}

static enum wm_status
put_refusals(struct wm_ask *ask, struct wm_span ref)
{
    struct wm_refusal_row *rows = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_refusals_load(ask->store, ref, ask->arena, &rows, &count);
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        struct wm_text text = wm_ask_object(ask);
        wm_json_put_field(&text, "id", rows[i].id);
        wm_json_put_field(&text, "source", rows[i].source);
        wm_json_put_field(&text, "type", rows[i].type);
        wm_json_put_field(&text, "actor", rows[i].actor);
        wm_json_put_time(&text, "recorded", rows[i].recorded_us);
        wm_json_put_field(&text, "code", rows[i].code);
        wm_json_put_field(&text, "field", rows[i].field);
        wm_json_put_field(&text, "message", rows[i].message);
        wm_ask_emit(ask, &text);
    }
    return status;
}

enum wm_status
wm_query_case_history(struct wm_ask *ask)
{
    struct wm_case_row found;
    struct wm_case *c = NULL;
    enum wm_status status = wm_ask_case(ask, &found, &c);
    if (status != WM_OK) {
        return status;
    }
    const struct wm_span ref = wm_arena_copy(ask->reader->call_arena, found.ref);
    if (wm_ask_flag(ask, "refused")) {
        return put_refusals(ask, ref);
    }
    int64_t after = 0;
    size_t count = WM_STORE_PAGE;
    while (status == WM_OK && count == WM_STORE_PAGE && !ask->is_gone) {
        struct wm_event_row *rows = NULL;
        wm_arena_reset(ask->arena);
        status = wm_store_events_load(ask->store, WM_AGGREGATE_CASE, ref, after, WM_STORE_PAGE,
                                      ask->arena, &rows, &count);
        for (size_t i = 0; i < count && status == WM_OK; i++) {
            put_row(ask, &rows[i]);
            after = rows[i].seq;
        }
    }
    return status;
}

/* ---- list ------------------------------------------------------------------------------------ */

/* Of a sample: the lines with the least hashes, ascending by hash. */
struct sample {
    struct pick {
        uint64_t hash;
        struct wm_span line;
    } * picks;
    size_t count;
    size_t wanted; /* 0: no sample, every line goes out */
    struct wm_span seed;
};

static struct wm_text
line_of(struct wm_ask *ask, const struct wm_case_row *row)
{
    struct wm_text text = wm_ask_object(ask);
    wm_json_put_field(&text, "ref", row->ref);
    wm_json_put_field(&text, "workflow", row->workflow);
    wm_json_put_field(&text, "state", row->state);
    wm_json_put_field(&text, "officer", row->officer);
    wm_json_put_time(&text, "opened", row->opened_us);
    wm_json_put_time(&text, "closed", row->closed_us);
    wm_json_put_time(&text, "next_due", row->next_due_us);
    wm_json_put_field(&text, "next_clock", row->next_clock);
    return text;
}

/* Keeps a line if its hash is among the least. The same seed gives the same cases. */
static void
consider(struct wm_ask *ask, struct sample *sample, const struct wm_case_row *row)
{
    const uint64_t hash = wm_engine_hash(sample->seed, row->ref);
    size_t at = sample->count;
    while (at > 0 && sample->picks[at - 1].hash > hash) {
        at--;
    }
    if (at == sample->wanted) {
        return;
    }
    struct wm_text text = line_of(ask, row);
    wm_text_puts(&text, "}");
    const size_t last = sample->count < sample->wanted ? sample->count++ : sample->wanted - 1;
    for (size_t i = last; i > at; i--) {
        sample->picks[i] = sample->picks[i - 1];
    }
    sample->picks[at] =
        (struct pick){hash, wm_arena_copy(ask->reader->call_arena, wm_text_span(&text))};
}

/* A promise of the case is past its due moment and not kept yet. */
static enum wm_status
is_overdue(struct wm_ask *ask, const struct wm_case_row *row, bool *ret_overdue)
{
    struct wm_case *c = NULL;
    const enum wm_status status = wm_ask_decode(ask, row, &c);
    *ret_overdue = false;
    for (size_t i = 0; status == WM_OK && i < c->clocks.count; i++) {
        const struct wm_clock *clock = &c->clocks.items[i];
        *ret_overdue =
            *ret_overdue || (clock->status == WM_CLOCK_RUNNING && clock->due.us <= ask->now_us);
    }
    return status;
}

static enum wm_status
fill_filter(struct wm_ask *ask, struct wm_case_filter *filter)
{
    *filter = (struct wm_case_filter){
        .workflow = wm_ask_text(ask, "workflow"),
        .state = wm_ask_text(ask, "state"),
        .officer = wm_ask_text(ask, "officer"),
        .customer = wm_ask_text(ask, "customer"),
        .unassigned = wm_ask_flag(ask, "unassigned"),
        .open = wm_ask_flag(ask, "open"),
        .breached = wm_ask_flag(ask, "breached") || wm_ask_flag(ask, "overdue"),
        .now_us = ask->now_us,
        .due_before_us = WM_NEVER,
        .limit = WM_STORE_PAGE,
    };
    enum wm_status status = WM_OK;
    if (wm_ask_text(ask, "quiet_for").size > 0) {
        status = wm_ask_moment(ask, "quiet_for", -1, &filter->quiet_since_us);
    }
    if (status == WM_OK && wm_ask_text(ask, "due_within").size > 0) {
        status = wm_ask_moment(ask, "due_within", 1, &filter->due_before_us);
    }
    return status;
}

static enum wm_status
put_page(struct wm_ask *ask, struct sample *sample, const struct wm_case_row *rows, size_t count)
{
    const bool overdue_only = wm_ask_flag(ask, "overdue");
    for (size_t i = 0; i < count; i++) {
        bool wanted = true;
        const enum wm_status status = overdue_only ? is_overdue(ask, &rows[i], &wanted) : WM_OK;
        if (status != WM_OK) {
            return status;
        }
        if (wanted && sample->wanted > 0) {
            consider(ask, sample, &rows[i]);
        } else if (wanted) {
            struct wm_text text = line_of(ask, &rows[i]);
            wm_ask_emit(ask, &text);
        }
    }
    return WM_OK;
}

static enum wm_status
begin_sample(struct wm_ask *ask, struct sample *sample)
{
    const int64_t wanted = wm_ask_number(ask, "sample", 0);
    if (wanted < 0 || wanted > WM_QUERY_SAMPLE_MAX) {
        return wm_ask_refuse(ask, "bad-call", "sample", "a sample has 1 to %d cases",
                             WM_QUERY_SAMPLE_MAX);
    }
    struct wm_arena *arena = ask->reader->call_arena;
    *sample = (struct sample){
        .picks = WM_NEW_ARRAY(arena, struct pick, (size_t)wanted + 1),
        .wanted = (size_t)wanted,
        .seed = wm_arena_printf(arena, "%lld", (long long)wm_ask_number(ask, "seed", 0)),
    };
    return wm_arena_failed(arena) ? WM_NOMEM : WM_OK;
}

enum wm_status
wm_query_case_list(struct wm_ask *ask)
{
    struct wm_case_filter filter;
    struct sample sample = {.wanted = 0};
    enum wm_status status = fill_filter(ask, &filter);
    if (status == WM_OK) {
        status = begin_sample(ask, &sample);
    }
    size_t count = WM_STORE_PAGE;
    while (status == WM_OK && count == WM_STORE_PAGE && !ask->is_gone) {
        struct wm_case_row *rows = NULL;
        wm_arena_reset(ask->arena);
        status = wm_store_cases_list(ask->store, &filter, wm_ask_flag(ask, "overdue"), ask->arena,
                                     &rows, &count);
        if (status == WM_OK) {
            status = put_page(ask, &sample, rows, count);
        }
        if (status == WM_OK && count > 0) {
            filter.after = wm_arena_copy(ask->reader->call_arena, rows[count - 1].ref);
        }
    }
    for (size_t i = 0; status == WM_OK && i < sample.count && !ask->is_gone; i++) {
        ask->is_gone = !ask->emit(ask->context, sample.picks[i].line);
    }
    return status;
}
