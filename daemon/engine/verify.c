/* verify.c - folds the stored history again, by what was recorded, and compares what comes of it
 * with the stored case. The same core, so a difference is a fault of ours or of the disk. */
#include <assert.h>

#include "daemon/engine/query.h"

enum {
    SHOWN_MAX = 200,  /* bytes of a value in a difference */
    TAIL_MASK = 0xC0, /* of a byte, to tell the continuation of a character */
    TAIL = 0x80
};

struct verify {
    struct wm_ask *ask;
    int64_t cases;
    int64_t differences;
};

static struct wm_span
cut(struct wm_span text)
{
    while (text.size > SHOWN_MAX) {
        text.size -= 1;
        /* Never in the middle of a character. */
        while (text.size > 0 && ((unsigned char)text.data[text.size] & TAIL_MASK) == TAIL) {
            text.size -= 1;
        }
    }
    return text;
}

static void
differ(struct verify *verify, struct wm_span ref, const char *what, struct wm_span stored,
       struct wm_span folded)
{
    verify->differences += 1;
    struct wm_text text = wm_ask_object(verify->ask);
    wm_json_put_field(&text, "ref", ref);
    wm_json_put_field(&text, "what", wm_span(what));
    wm_json_put_field(&text, "stored", cut(stored));
    wm_json_put_field(&text, "folded", cut(folded));
    wm_ask_emit(verify->ask, &text);
}

/* ---- folding --------------------------------------------------------------------------------- */

/* Rows [from, to) that one step wrote. */
struct group {
    size_t from;
    size_t to;
    size_t head; /* the event's own row, else the first */
};

static struct group
group_at(const struct wm_past *past, size_t count, size_t from)
{
    struct group group = {.from = from, .to = from, .head = from};
    while (group.to < count && past[group.to].group == past[from].group) {
        if (past[group.to].primary) {
            group.head = group.to;
        }
        group.to++;
    }
    return group;
}

/* True if the step writes the rows that history has. */
static bool
same_rows(const struct wm_step_result *result, const struct wm_workflow *workflow,
          const struct wm_past *past, const struct group *group)
{
    if (result->row_count != group->to - group->from) {
        return false;
    }
    for (size_t i = 0; i < result->row_count; i++) {
        const struct wm_row *row = &result->rows[i];
        const struct wm_past *was = &past[group->from + i];
        if (row->primary != was->primary || !wm_span_equal(row->type, was->event.type) ||
            row->occurred_us != was->event.occurred_us ||
            !wm_span_equal(workflow->states[row->to].name, was->to) ||
            !wm_span_equal(row->officer, was->officer) ||
            (!row->primary && !wm_span_equal(row->id, was->event.id))) {
            return false;
        }
    }
    return true;
}

static enum wm_status
fold_group(struct verify *verify, const struct wm_case_row *row, struct wm_past *past,
           const struct group *group, const struct wm_case **c)
{
    struct wm_ask *ask = verify->ask;
    const struct wm_workflow *workflow = NULL;
    struct wm_step_result result = {.after = NULL};
    enum wm_status status =
        wm_library_find(&ask->reader->library, ask->store, row, ask->arena, &workflow);
    if (status != WM_OK) {
        return status;
    }
    const struct wm_past *head = &past[group->head];
    const struct wm_world world = {.workflow = workflow,
                                   .calendars = &ask->policy->calendars,
                                   .organisation = ask->reader->options.organisation,
                                   .inputs = head->inputs,
                                   .past = past,
                                   .past_count = group->from};
    if (head->primary) {
        status = wm_step(&world, *c, &head->event, ask->arena, &result);
    } else if (*c != NULL) {
        status = wm_wake(&world, *c, head->event.recorded_us, ask->arena, &result);
    }
    const bool is_done = status == WM_OK && result.after != NULL;
    if (status == WM_NOMEM) {
        return status;
    }
    if (!is_done || !same_rows(&result, workflow, past, group)) {
        differ(verify, row->ref, "history",
               wm_arena_printf(ask->arena, "row %lld: %.*s", (long long)head->seq,
                               WM_SPAN_ARG(head->event.type)),
               is_done ? wm_arena_printf(ask->arena, "%zu rows", result.row_count)
                       : (result.code != NULL ? wm_span(result.code) : wm_span("nothing")));
    }
    if (!is_done) {
        return WM_EINVAL;
    }
    *c = result.after;
    return WM_OK;
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* What a wake-up reckons from who is there today is no function of the history. */
static void
level(struct wm_case *folded, const struct wm_case *stored)
{
    folded->check_us = stored->check_us;
    folded->wake_us = stored->wake_us;
}

static void
compare_fields(struct verify *verify, struct wm_span ref, const struct wm_value *stored,
               const struct wm_value *folded)
{
    struct wm_arena *arena = verify->ask->arena;
    for (size_t i = 0; i < stored->object.count; i++) {
        const struct wm_field *field = &stored->object.fields[i];
        const struct wm_value *other = wm_value_get(folded, field->name);
        if (!wm_value_equal(&field->value, other)) {
            differ(verify, ref, wm_arena_string(arena, field->name),
                   wm_value_json(arena, &field->value), wm_value_json(arena, other));
        }
    }
}

static enum wm_status
compare(struct verify *verify, const struct wm_case_row *row, const struct wm_case *folded)
{
    struct wm_ask *ask = verify->ask;
    struct wm_case *stored = NULL;
    enum wm_status status = wm_ask_decode(ask, row, &stored);
    if (status == WM_EINVAL) {
        differ(verify, row->ref, "snapshot", wm_span(ask->fault->message), wm_span(""));
        *ask->fault = (struct wm_fault){.code = NULL};
        return WM_OK;
    }
    struct wm_case *copy = wm_case_copy(ask->arena, folded);
    if (status != WM_OK || wm_arena_failed(ask->arena)) {
        return status != WM_OK ? status : WM_NOMEM;
    }
    level(copy, stored);
    const struct wm_span a = wm_case_encode(ask->arena, stored);
    const struct wm_span b = wm_case_encode(ask->arena, copy);
    if (!wm_span_equal(a, b)) {
        struct wm_value x;
        struct wm_value y;
        const int64_t before = verify->differences;
        if (wm_value_parse(ask->arena, a, &x) == WM_OK &&
            wm_value_parse(ask->arena, b, &y) == WM_OK && x.kind == WM_VALUE_OBJECT) {
            compare_fields(verify, row->ref, &x, &y);
        }
        if (verify->differences == before) {
            differ(verify, row->ref, "snapshot", a, b);
        }
    }
    const struct wm_span state = stored->workflow->states[stored->state].name;
    if (row->seq != stored->seq || !wm_span_equal(row->state, state) ||
        !wm_span_equal(row->officer, stored->officer) || row->is_open != wm_case_is_open(stored)) {
        differ(verify, row->ref, "columns", row->state, state);
    }
    return WM_OK;
}

/* ---- cases ----------------------------------------------------------------------------------- */

/* Nobody has a case who is not an officer. */
static void
check_officer(struct verify *verify, const struct wm_case_row *row, const struct wm_people *people)
{
    if (row->is_open && row->officer.size > 0 && wm_people_officer(people, row->officer) == NULL) {
        differ(verify, row->ref, "officer", row->officer, wm_span("no such officer"));
    }
}

static enum wm_status
verify_case(struct verify *verify, const struct wm_case_row *row)
{
    struct wm_ask *ask = verify->ask;
    struct wm_pasts pasts = {NULL, 0};
    struct wm_people people;
    verify->cases += 1;
    enum wm_status status =
        wm_past_load(ask->store, ask->policy->schemas, row->ref, ask->arena, &pasts);
    if (status == WM_OK) {
        status = wm_ask_people(ask, &people);
    }
    if (status == WM_OK) {
        check_officer(verify, row, &people);
    }
    const struct wm_case *c = NULL;
    for (size_t at = 0; at < pasts.count && status == WM_OK;) {
        const struct group group = group_at(pasts.items, pasts.count, at);
        status = fold_group(verify, row, pasts.items, &group, &c);
        at = group.to;
    }
    if (status == WM_OK && c != NULL) {
        status = compare(verify, row, c);
    } else if (status == WM_OK) {
        differ(verify, row->ref, "history", wm_span("a case"), wm_span("no events"));
    } else if (status == WM_EPROTO) {
        differ(verify, row->ref, "history", wm_span("a row that can't be read"), wm_span(""));
    }
    /* One case's trouble was told; the others are looked at all the same. */
    return status == WM_EINVAL || status == WM_EPROTO ? WM_OK : status;
}

/* A case and its history as of one moment, while the engine works on. */
static enum wm_status
verify_ref(struct verify *verify, struct wm_span ref)
{
    struct wm_ask *ask = verify->ask;
    struct wm_case_row *rows = NULL;
    size_t count = 0;
    wm_arena_reset(ask->arena);
    enum wm_status status = wm_store_begin(ask->store);
    if (status != WM_OK) {
        return status;
    }
    status = wm_store_cases_load(ask->store, &ref, 1, ask->arena, &rows, &count);
    if (status == WM_OK && count == 0) {
        differ(verify, ref, "case", wm_span("no such case"), wm_span(""));
    } else if (status == WM_OK) {
        status = verify_case(verify, &rows[0]);
    }
    wm_store_rollback(ask->store);
    return status;
}

static enum wm_status
verify_all(struct verify *verify)
{
    struct wm_ask *ask = verify->ask;
    struct wm_arena *refs = wm_arena_new(WM_LIFE_BYTES);
    enum wm_status status = refs != NULL ? WM_OK : WM_NOMEM;
    struct wm_case_filter filter = {
        .now_us = ask->now_us, .due_before_us = WM_NEVER, .limit = WM_STORE_PAGE};
    struct wm_arena *kept = ask->reader->call_arena;
    size_t count = WM_STORE_PAGE;
    while (status == WM_OK && count == WM_STORE_PAGE && !ask->is_gone) {
        struct wm_case_row *rows = NULL;
        wm_arena_reset(refs);
        status = wm_store_cases_list(ask->store, &filter, false, refs, &rows, &count);
        for (size_t i = 0; i < count && status == WM_OK && !ask->is_gone; i++) {
            status = verify_ref(verify, rows[i].ref);
        }
        if (status == WM_OK && count > 0) {
            filter.after = wm_arena_copy(kept, rows[count - 1].ref);
        }
    }
    wm_arena_free(&refs);
    return status;
}

enum wm_status
wm_query_verify(struct wm_ask *ask)
{
    struct verify verify = {.ask = ask};
    const struct wm_value *refs = wm_value_get(ask->call, wm_span("refs"));
    enum wm_status status = WM_OK;
    if (refs->kind == WM_VALUE_LIST && refs->list.count > 0) {
        for (size_t i = 0; i < refs->list.count && status == WM_OK; i++) {
            status = verify_ref(&verify, wm_value_text(&refs->list.items[i]));
        }
    } else {
        status = verify_all(&verify);
    }
    if (status == WM_OK) {
        wm_arena_reset(ask->arena);
        struct wm_text text = wm_ask_object(ask);
        wm_json_put_int(&text, "cases", verify.cases);
        wm_json_put_int(&text, "differences", verify.differences);
        wm_ask_emit(ask, &text);
    }
    return status;
}
