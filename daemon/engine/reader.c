/* reader.c - opens a reader, finds the op, and what all ops share. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/engine/query.h"

static const struct op {
    const char *name;
    enum wm_status (*answer)(struct wm_ask *ask);
} ops[] = {
    {"status", wm_query_status},
    {"stuck", wm_query_stuck},
    {"case.show", wm_query_case_show},
    {"case.history", wm_query_case_history},
    {"case.list", wm_query_case_list},
    {"case.explain", wm_query_case_explain},
    {"case.why", wm_query_case_why},
    {"officer.list", wm_query_officer_list},
    {"officer.show", wm_query_officer_show},
    {"outbox.list", wm_query_outbox_list},
    {"dead-letters.list", wm_query_letters_list},
    {"dead-letters.show", wm_query_letters_show},
    {"workflow.list", wm_query_workflow_list},
    {"clock.show", wm_query_clock_show},
    {"verify", wm_query_verify},
};

/* ---- life ------------------------------------------------------------------------------------ */

enum wm_status
wm_reader_new(const struct wm_engine_options *options, struct wm_reader **ret_reader,
              char **ret_why)
{
    assert(options != NULL && options->policy != NULL && options->real_us != NULL);
    struct wm_span why = {0};
    *ret_why = NULL;
    struct wm_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return WM_NOMEM;
    }
    reader->options = *options;
    reader->life = wm_arena_new(WM_LIFE_BYTES);
    reader->call_arena = wm_arena_new(WM_READER_BYTES);
    reader->page = wm_arena_new(WM_READER_BYTES);
    enum wm_status status =
        reader->life != NULL && reader->call_arena != NULL && reader->page != NULL ? WM_OK
                                                                                   : WM_NOMEM;
    if (status == WM_OK) {
        reader->options.organisation = wm_arena_copy(reader->life, options->organisation);
        reader->options.store = wm_arena_copy(reader->life, options->store);
        reader->library.options = &reader->options;
        reader->library.policy = options->policy;
        reader->library.life = reader->life;
        status = wm_store_open(reader->options.store, reader->options.organisation, WM_STORE_READER,
                               reader->page, &reader->store, &why);
    }
    if (status != WM_OK) {
        *ret_why = why.data != NULL ? strndup(why.data, why.size) : NULL;
        wm_reader_free(&reader);
        return status;
    }
    *ret_reader = reader;
    return WM_OK;
}

void
wm_reader_free(struct wm_reader **reader)
{
    assert(reader != NULL);
    if (*reader != NULL) {
        wm_store_free(&(*reader)->store);
        wm_arena_free(&(*reader)->life);
        wm_arena_free(&(*reader)->call_arena);
        wm_arena_free(&(*reader)->page);
        free(*reader);
        *reader = NULL;
    }
}

void
wm_reader_reload(struct wm_reader *reader, const struct wm_policy *policy)
{
    assert(policy != NULL);
    reader->options.policy = policy;
    reader->library.policy = policy;
}

/* ---- a call ---------------------------------------------------------------------------------- */

/* The domain's now, as far as the store tells: a reader shares no memory with the engine. */
static enum wm_status
find_now(struct wm_ask *ask)
{
    const struct wm_engine_options *options = &ask->reader->options;
    const int64_t real_us = options->real_us(options->context);
    ask->now_us = real_us;
    if (!options->manual_clock) {
        return WM_OK;
    }
    struct wm_span text = {0};
    int64_t then_us = 0;
    enum wm_status status = wm_store_meta_get(ask->store, wm_span("clock"), ask->arena, &text);
    if (status == WM_NOTFOUND) {
        ask->now_us = options->clock_start_us;
        return WM_OK;
    }
    if (status == WM_OK) {
        status = wm_clock_parse(text, &ask->now_us, &then_us);
    }
    if (status == WM_OK) {
        status = wm_store_meta_get(ask->store, wm_span("clock.follow"), ask->arena, &text);
        ask->is_following = status == WM_OK;
    }
    if (ask->is_following && real_us > then_us) {
        ask->now_us += real_us - then_us;
    }
    return status == WM_NOTFOUND ? WM_OK : status;
}

static const struct op *
find_op(struct wm_span name)
{
    for (size_t i = 0; i < WM_COUNT(ops); i++) {
        if (wm_span_is(name, ops[i].name)) {
            return &ops[i];
        }
    }
    return NULL;
}

enum wm_status
wm_reader_call(struct wm_reader *reader, struct wm_span call, wm_reader_emit *emit, void *context,
               struct wm_fault *ret_fault)
{
    assert(emit != NULL && ret_fault != NULL);
    struct wm_value value;
    wm_arena_reset(reader->call_arena);
    wm_arena_reset(reader->page);
    struct wm_ask ask = {.reader = reader,
                         .store = reader->store,
                         .policy = reader->options.policy,
                         .call = &value,
                         .arena = reader->page,
                         .emit = emit,
                         .context = context,
                         .fault = ret_fault};
    if (wm_value_parse(reader->call_arena, call, &value) != WM_OK) {
        return wm_ask_refuse(&ask, "bad-call", "", "a call is a JSON object with \"op\"");
    }
    const struct op *op = find_op(wm_ask_text(&ask, "op"));
    if (op == NULL) {
        return WM_NOTFOUND;
    }
    enum wm_status status = find_now(&ask);
    if (status == WM_OK) {
        status = op->answer(&ask);
    }
    if (status == WM_OK && wm_arena_failed(reader->page)) {
        status = WM_NOMEM;
    }
    if (status == WM_OK || status == WM_EINVAL) {
        return status;
    }
    (void)wm_ask_refuse(&ask, "store-unavailable", "", "%s: %s", wm_status_text(status),
                        wm_store_why(reader->store));
    return status == WM_NOTFOUND ? WM_CORRUPT : status;
}

/* ---- for the ops ----------------------------------------------------------------------------- */

struct wm_span
wm_ask_text(const struct wm_ask *ask, const char *name)
{
    return wm_value_text(wm_value_get(ask->call, wm_span(name)));
}

int64_t
wm_ask_number(const struct wm_ask *ask, const char *name, int64_t otherwise)
{
    const struct wm_value *value = wm_value_get(ask->call, wm_span(name));
    return value->kind == WM_VALUE_INT ? value->number : otherwise;
}

bool
wm_ask_flag(const struct wm_ask *ask, const char *name)
{
    const struct wm_value *value = wm_value_get(ask->call, wm_span(name));
    return value->kind == WM_VALUE_BOOL && value->flag;
}

struct wm_text
wm_ask_object(const struct wm_ask *ask)
{
    struct wm_text text = {.arena = ask->arena};
    wm_text_puts(&text, "{");
    return text;
}

void
wm_ask_emit(struct wm_ask *ask, struct wm_text *object)
{
    wm_text_puts(object, "}");
    const struct wm_span json = wm_text_span(object);
    if (json.data != NULL && !ask->is_gone) {
        ask->is_gone = !ask->emit(ask->context, json);
    }
}

void
wm_json_put_flag(struct wm_text *text, const char *name, bool flag)
{
    wm_json_put_name(text, name);
    wm_text_puts(text, flag ? "true" : "false");
}

void
wm_json_put_list(struct wm_text *text, const char *name, const struct wm_span *items, size_t count)
{
    wm_json_put_name(text, name);
    wm_text_puts(text, "[");
    for (size_t i = 0; i < count; i++) {
        wm_text_puts(text, i > 0 ? "," : "");
        wm_json_put_string(text, items[i]);
    }
    wm_text_puts(text, "]");
}

void
wm_json_put_raw(struct wm_text *text, const char *name, struct wm_span json, const char *otherwise)
{
    wm_json_put_name(text, name);
    wm_text_put(text, json.size > 0 ? json : wm_span(otherwise));
}

enum wm_status
wm_ask_refuse(struct wm_ask *ask, const char *code, const char *field, const char *format, ...)
{
    char text[WM_FAULT_TEXT];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    wm_fault_set(ask->fault, code, field, "%s", text);
    return WM_EINVAL;
}

enum wm_status
wm_ask_decode(struct wm_ask *ask, const struct wm_case_row *row, struct wm_case **ret_case)
{
    const struct wm_workflow *workflow = NULL;
    struct wm_span why = {0};
    enum wm_status status =
        wm_library_find(&ask->reader->library, ask->store, row, ask->arena, &workflow);
    if (status == WM_OK) {
        status = wm_case_decode(ask->arena, row->snapshot, workflow, ret_case, &why);
    }
    if (status == WM_NOTFOUND || status == WM_CORRUPT) {
        return wm_ask_refuse(ask, "unreadable", "ref", "the stored case %.*s can't be read: %.*s",
                             WM_SPAN_ARG(row->ref),
                             WM_SPAN_ARG(why.size > 0 ? why
                                                      : wm_span("its workflow's version is "
                                                                "not to be found")));
    }
    return status;
}

enum wm_status
wm_ask_case(struct wm_ask *ask, struct wm_case_row *ret_row, struct wm_case **ret_case)
{
    struct wm_span ref = wm_ask_text(ask, "ref");
    struct wm_key_row *keys = NULL;
    struct wm_case_row *rows = NULL;
    size_t count = 0;
    enum wm_status status = WM_OK;
    if (wm_alias_is_valid(ref)) {
        status =
            wm_store_keys_find(ask->store, wm_span("alias"), ref, 1, ask->arena, &keys, &count);
        ref = status == WM_OK && count > 0 ? keys[0].ref : ref;
    }
    if (status == WM_OK) {
        status = wm_store_cases_load(ask->store, &ref, 1, ask->arena, &rows, &count);
    }
    if (status == WM_OK && count == 0) {
        return wm_ask_refuse(ask, "no-such-case", "ref", "there is no case %.*s", WM_SPAN_ARG(ref));
    }
    if (status == WM_OK) {
        *ret_row = rows[0];
        status = wm_ask_decode(ask, &rows[0], ret_case);
    }
    return status;
}

enum wm_status
wm_ask_people(struct wm_ask *ask, struct wm_people *ret_people)
{
    struct wm_officer_row *rows = NULL;
    size_t count = 0;
    enum wm_status status = wm_store_officers_load(ask->store, ask->arena, &rows, &count);
    if (status != WM_OK) {
        return status;
    }
    struct wm_officer *officers = WM_NEW_ARRAY(ask->arena, struct wm_officer, count + 1);
    if (wm_arena_failed(ask->arena)) {
        return WM_NOMEM;
    }
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        status = wm_officer_decode(ask->arena, rows[i].body, &officers[i]);
        officers[i].open_cases = rows[i].open_cases;
        officers[i].open_weight = rows[i].open_weight;
        officers[i].last_assigned = rows[i].last_assigned_us;
        officers[i].seq = rows[i].seq;
    }
    *ret_people = ask->policy->people;
    ret_people->officers = officers;
    ret_people->officer_count = count;
    return status;
}

enum wm_status
wm_ask_moment(struct wm_ask *ask, const char *field, int sign, int64_t *ret_us)
{
    struct wm_duration duration;
    if (wm_duration_parse(wm_ask_text(ask, field), &duration) != WM_OK) {
        return wm_ask_refuse(ask, "bad-call", field,
                             "%s: write for example \"10 days\" or \"5 working days\"", field);
    }
    const struct wm_calendars *calendars = &ask->policy->calendars;
    duration.count *= sign;
    *ret_us =
        wm_moment_after(calendars->count > 0 ? &calendars->items[0] : NULL, ask->now_us, duration);
    return WM_OK;
}
