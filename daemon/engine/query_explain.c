/* query_explain.c - why a promise is due when it is, why an officer has a case, and what happened
 * while a promise ran. */
#include <assert.h>

#include "daemon/engine/query.h"

static enum wm_status
answer(struct wm_ask *ask, struct wm_span ref, struct wm_span about, struct wm_text *words)
{
    struct wm_text text = wm_ask_object(ask);
    wm_json_put_field(&text, "ref", ref);
    wm_json_put_field(&text, "about", about);
    wm_json_put_field(&text, "text", wm_text_span(words));
    wm_ask_emit(ask, &text);
    return WM_OK;
}

/* The clock of a name ("acknowledge", "action:17"); NULL if it never started. */
static const struct wm_clock *
find_clock(const struct wm_ask *ask, const struct wm_case *c, struct wm_span name)
{
    for (size_t i = 0; i < c->clocks.count; i++) {
        if (wm_span_equal(wm_clock_name(ask->arena, c, &c->clocks.items[i]), name)) {
            return &c->clocks.items[i];
        }
    }
    return NULL;
}

static enum wm_status
load_history(struct wm_ask *ask, struct wm_span ref, struct wm_event_row **ret_rows,
             size_t *ret_count)
{
    return wm_store_events_load(ask->store, WM_AGGREGATE_CASE, ref, 0, 0, ask->arena, ret_rows,
                                ret_count);
}

/* ---- officer --------------------------------------------------------------------------------- */

static void
put_candidates(struct wm_text *text, const struct wm_value *candidates)
{
    for (size_t i = 0; candidates->kind == WM_VALUE_LIST && i < candidates->list.count; i++) {
        const struct wm_value *item = &candidates->list.items[i];
        const struct wm_span officer = wm_value_text(wm_value_get(item, wm_span("officer")));
        const struct wm_span why_not = wm_value_text(wm_value_get(item, wm_span("why_not")));
        const struct wm_span open =
            wm_value_words(text->arena, wm_value_get(item, wm_span("open")));
        wm_text_printf(text, "  %.*s: %.*s open", WM_SPAN_ARG(officer), WM_SPAN_ARG(open));
        if (why_not.size > 0) {
            wm_text_printf(text, "; not, because: %.*s", WM_SPAN_ARG(why_not));
        }
        wm_text_puts(text, "\n");
    }
}

/* The decision that a row's effects tell of, if they do. */
static void
put_decision(struct wm_ask *ask, struct wm_text *text, const struct wm_event_row *row)
{
    struct wm_value effects;
    if (row->effects.size == 0 || wm_value_parse(ask->arena, row->effects, &effects) != WM_OK ||
        effects.kind != WM_VALUE_LIST) {
        return;
    }
    for (size_t i = 0; i < effects.list.count; i++) {
        const struct wm_value *effect = &effects.list.items[i];
        if (!wm_span_is(wm_value_text(wm_value_get(effect, wm_span("kind"))), "assigned")) {
            continue;
        }
        const struct wm_span officer = wm_value_text(wm_value_get(effect, wm_span("officer")));
        const struct wm_span when = wm_time_text(ask->arena, row->recorded_us);
        wm_text_printf(text, "%.*s after %.*s: %.*s\n", WM_SPAN_ARG(when), WM_SPAN_ARG(row->type),
                       WM_SPAN_ARG(officer.size > 0 ? officer : wm_span("nobody")));
        const struct wm_value *why = wm_value_get(effect, wm_span("why"));
        if (why->kind == 0) {
            why = wm_value_get(effect, wm_span("text"));
        }
        wm_text_printf(text, "  %.*s\n", WM_SPAN_ARG(wm_value_words(ask->arena, why)));
        const struct wm_value *candidates = wm_value_get(effect, wm_span("candidates"));
        put_candidates(text,
                       candidates->kind != 0 ? candidates : wm_value_get(effect, wm_span("data")));
    }
}

static enum wm_status
explain_officer(struct wm_ask *ask, const struct wm_case *c)
{
    struct wm_event_row *rows = NULL;
    size_t count = 0;
    const enum wm_status status = load_history(ask, c->ref, &rows, &count);
    if (status != WM_OK) {
        return status;
    }
    struct wm_text text = {.arena = ask->arena};
    wm_text_printf(&text, "%.*s is with %.*s.\n", WM_SPAN_ARG(c->ref),
                   WM_SPAN_ARG(c->officer.size > 0 ? c->officer : wm_span("nobody")));
    for (size_t i = 0; i < count; i++) {
        put_decision(ask, &text, &rows[i]);
    }
    return answer(ask, c->ref, wm_span("officer"), &text);
}

/* ---- clocks ---------------------------------------------------------------------------------- */

static enum wm_status
explain_all(struct wm_ask *ask, const struct wm_case *c)
{
    struct wm_text text = {.arena = ask->arena};
    const struct wm_state *state = &c->workflow->states[c->state];
    wm_text_printf(&text, "%.*s is %.*s (%.*s version %d), with %.*s.\n", WM_SPAN_ARG(c->ref),
                   WM_SPAN_ARG(state->name), WM_SPAN_ARG(c->workflow->name), c->workflow->version,
                   WM_SPAN_ARG(c->officer.size > 0 ? c->officer : wm_span("nobody")));
    if (state->waits_for.size > 0) {
        wm_text_printf(&text, "It waits for %.*s.\n", WM_SPAN_ARG(state->waits_for));
    }
    for (size_t i = 0; i < c->clocks.count; i++) {
        wm_text_puts(&text, "\n");
        wm_explain_clock(&text, c, &c->clocks.items[i], &ask->policy->calendars, ask->now_us);
    }
    return answer(ask, c->ref, wm_span("clocks"), &text);
}

static enum wm_status
no_such_clock(struct wm_ask *ask, const struct wm_case *c, struct wm_span name)
{
    if (wm_workflow_clock(c->workflow, name) >= 0) {
        return wm_ask_refuse(ask, "not-found", "clock", "clock %.*s of %.*s has not started",
                             WM_SPAN_ARG(name), WM_SPAN_ARG(c->ref));
    }
    struct wm_span *names = WM_NEW_ARRAY(ask->arena, struct wm_span, c->workflow->clock_count + 1);
    for (size_t i = 0; i < c->workflow->clock_count && !wm_arena_failed(ask->arena); i++) {
        names[i] = c->workflow->clocks[i].name;
    }
    const struct wm_span near = wm_text_nearest(name, names, c->workflow->clock_count);
    return wm_ask_refuse(ask, "not-found", "clock", "%.*s has no clock %.*s%s%.*s",
                         WM_SPAN_ARG(c->ref), WM_SPAN_ARG(name),
                         near.size > 0 ? "; did you mean " : "", WM_SPAN_ARG(near));
}

enum wm_status
wm_query_case_explain(struct wm_ask *ask)
{
    struct wm_case_row row;
    struct wm_case *c = NULL;
    const enum wm_status status = wm_ask_case(ask, &row, &c);
    const struct wm_span about = wm_ask_text(ask, "clock");
    if (status != WM_OK) {
        return status;
    }
    if (about.size == 0) {
        return explain_all(ask, c);
    }
    const struct wm_clock *clock = find_clock(ask, c, about);
    if (clock == NULL) {
        return wm_span_is(about, "officer") ? explain_officer(ask, c)
                                            : no_such_clock(ask, c, about);
    }
    struct wm_text text = {.arena = ask->arena};
    wm_explain_clock(&text, c, clock, &ask->policy->calendars, ask->now_us);
    return answer(ask, c->ref, about, &text);
}

/* ---- why ------------------------------------------------------------------------------------- */

static bool
is_while(const struct wm_clock *clock, int64_t us)
{
    return us >= clock->started_us && (clock->stopped_us == WM_NEVER || us <= clock->stopped_us);
}

static void
put_what_happened(struct wm_ask *ask, struct wm_text *text, const struct wm_clock *clock,
                  const struct wm_event_row *rows, size_t count)
{
    wm_text_puts(text, "\nWhat happened while it ran:\n");
    for (size_t i = 0; i < count; i++) {
        const struct wm_event_row *row = &rows[i];
        if (!is_while(clock, row->occurred_us)) {
            continue;
        }
        const struct wm_span when = wm_time_text(ask->arena, row->occurred_us);
        wm_text_printf(text, "  %.*s %.*s", WM_SPAN_ARG(when), WM_SPAN_ARG(row->type));
        if (!wm_span_equal(row->from, row->to)) {
            wm_text_printf(text, ", now %.*s", WM_SPAN_ARG(row->to));
        }
        if (row->officer.size > 0) {
            wm_text_printf(text, ", with %.*s", WM_SPAN_ARG(row->officer));
        }
        if (row->recorded_us - row->occurred_us > WM_US_PER_DAY) {
            const struct wm_span heard = wm_time_text(ask->arena, row->recorded_us);
            wm_text_printf(text, "; recorded late, %.*s", WM_SPAN_ARG(heard));
        }
        wm_text_puts(text, "\n");
    }
}

/* Leave that lies in the time for which the promise ran. */
static void
put_leave(struct wm_text *text, const struct wm_officer *officer, const struct wm_clock *clock,
          const struct wm_calendar *calendar)
{
    for (size_t i = 0; i < officer->leave_count; i++) {
        const struct wm_leave *leave = &officer->leaves[i];
        const int64_t start_us = wm_calendar_start(calendar, leave->from);
        const int64_t end_us = wm_calendar_start(calendar, leave->to + 1);
        if (end_us > clock->started_us &&
            (clock->stopped_us == WM_NEVER || start_us < clock->stopped_us)) {
            wm_text_puts(text, "    on leave from ");
            wm_text_put(text, wm_day_text(text->arena, leave->from));
            wm_text_puts(text, " to ");
            wm_text_put(text, wm_day_text(text->arena, leave->to));
            wm_text_puts(text, "\n");
        }
    }
}

/* Who had it, and who of them was away meanwhile. */
static void
put_who(struct wm_ask *ask, struct wm_text *text, const struct wm_case *c,
        const struct wm_clock *clock, const struct wm_people *people)
{
    const struct wm_calendar *calendar =
        wm_calendar_find(&ask->policy->calendars, people->calendar);
    wm_text_puts(text, "\nWho had the case:\n");
    for (size_t i = 0; i < c->tenures.count; i++) {
        const struct wm_tenure *tenure = &c->tenures.items[i];
        const struct wm_officer *officer = wm_people_officer(people, tenure->officer);
        const struct wm_span from = wm_time_text(ask->arena, tenure->from_us);
        wm_text_printf(text, "  %.*s from %.*s\n", WM_SPAN_ARG(tenure->officer), WM_SPAN_ARG(from));
        if (officer != NULL && calendar != NULL) {
            put_leave(text, officer, clock, calendar);
        }
    }
}

static enum wm_status
put_refused(struct wm_ask *ask, struct wm_text *text, const struct wm_case *c,
            const struct wm_clock *clock)
{
    struct wm_refusal_row *rows = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_refusals_load(ask->store, c->ref, ask->arena, &rows, &count);
    bool any = false;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        if (!is_while(clock, rows[i].recorded_us)) {
            continue;
        }
        if (!any) {
            wm_text_puts(text, "\nWhat was refused meanwhile:\n");
        }
        any = true;
        const struct wm_span when = wm_time_text(ask->arena, rows[i].recorded_us);
        wm_text_printf(text, "  %.*s %.*s: %.*s\n", WM_SPAN_ARG(when), WM_SPAN_ARG(rows[i].type),
                       WM_SPAN_ARG(rows[i].message));
    }
    return status;
}

enum wm_status
wm_query_case_why(struct wm_ask *ask)
{
    struct wm_case_row row;
    struct wm_case *c = NULL;
    struct wm_people people;
    struct wm_event_row *rows = NULL;
    size_t count = 0;
    enum wm_status status = wm_ask_case(ask, &row, &c);
    if (status != WM_OK) {
        return status;
    }
    const struct wm_span name = wm_ask_text(ask, "clock");
    const struct wm_clock *clock = find_clock(ask, c, name);
    if (clock == NULL) {
        return no_such_clock(ask, c, name);
    }
    status = wm_ask_people(ask, &people);
    if (status == WM_OK) {
        status = load_history(ask, c->ref, &rows, &count);
    }
    if (status != WM_OK) {
        return status;
    }
    struct wm_text text = {.arena = ask->arena};
    wm_explain_clock(&text, c, clock, &ask->policy->calendars, ask->now_us);
    put_who(ask, &text, c, clock, &people);
    put_what_happened(ask, &text, clock, rows, count);
    status = put_refused(ask, &text, c, clock);
    return status == WM_OK ? answer(ask, c->ref, name, &text) : status;
}
