/* journeys.c - the journeys of many cases, and what they come to together. */
#include "ctl/journeys.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl/caller.h"
#include "ctl/journey_print.h"
#include "ctl/run.h"
#include "ctl/setup.h"

enum { BRIEF_BYTES = 64 << 20 };

struct wm_journeys {
    struct wm_ctl *ctl;
    const struct wm_local *local;
    const struct wm_schemas *schemas;
    struct wm_arena *brief; /* one case */
    json_t *rows;           /* of each case: {"C-1": […]} */
    json_t *breaches;       /* {"respond": how often} */
    struct wm_table table;  /* --brief */
    size_t case_count;
    size_t kept;
    size_t broken;
    size_t open;
};

static const struct wm_column columns[WM_JOURNEY_COLUMNS] = {
    {"case", WM_ALIGN_LEFT},    {"state", WM_ALIGN_LEFT}, {"officer", WM_ALIGN_LEFT},
    {"had it", WM_ALIGN_RIGHT}, {"kept", WM_ALIGN_RIGHT}, {"broken", WM_ALIGN_RIGHT},
    {"which", WM_ALIGN_LEFT}};

struct wm_journeys *
wm_journeys_new(struct wm_ctl *ctl, const struct wm_local *local, const struct wm_schemas *schemas)
{
    assert(ctl != NULL && local != NULL);
    struct wm_journeys *journeys = calloc(1, sizeof *journeys);
    if (journeys == NULL) {
        return NULL;
    }
    *journeys = (struct wm_journeys){
        .ctl = ctl,
        .local = local,
        .schemas = schemas,
        .brief = wm_arena_new(BRIEF_BYTES),
        .rows = json_object(),
        .breaches = json_object(),
        .table = {.arena = ctl->arena, .columns = columns, .column_count = WM_COUNT(columns)}};
    if (journeys->brief == NULL || journeys->rows == NULL || journeys->breaches == NULL) {
        wm_journeys_free(&journeys);
    }
    return journeys;
}

void
wm_journeys_free(struct wm_journeys **journeys)
{
    assert(journeys != NULL);
    if (*journeys != NULL) {
        json_decref((*journeys)->rows);
        json_decref((*journeys)->breaches);
        wm_arena_free(&(*journeys)->brief);
        free(*journeys);
        *journeys = NULL;
    }
}

void
wm_journeys_add_row(struct wm_journeys *journeys, struct wm_span ref, const json_t *row)
{
    assert(journeys != NULL);
    const char *key = wm_arena_string(journeys->brief, ref);
    json_t *rows = json_object_get(journeys->rows, key);
    if (rows == NULL) {
        rows = json_array();
        (void)json_object_set_new(journeys->rows, key, rows); /* a failure shows in the append */
    }
    if (json_array_append_new(rows, json_deep_copy(row)) != 0) {
        wm_ctl_say(journeys->ctl, "out of memory: the story of %s is not whole", key);
    }
}

/* ---- counting -------------------------------------------------------------------------------- */

static void
count_promises(struct wm_journeys *journeys, const struct wm_promises *promises)
{
    for (size_t i = 0; i < promises->count; i++) {
        const struct wm_promise *promise = &promises->items[i];
        journeys->kept += promise->end == WM_PROMISE_KEPT;
        journeys->broken += promise->end == WM_PROMISE_BROKEN;
        journeys->open += promise->end == WM_PROMISE_OPEN;
        if (promise->end == WM_PROMISE_BROKEN) {
            const char *kind = wm_arena_string(journeys->brief, wm_promise_kind(promise->clock));
            const json_int_t before = json_integer_value(json_object_get(journeys->breaches, kind));
            (void)json_object_set_new(journeys->breaches, kind, json_integer(before + 1));
        }
    }
    journeys->case_count++;
}

/* ---- showing --------------------------------------------------------------------------------- */

void
wm_journeys_print(struct wm_journeys *journeys, struct wm_span ref, const json_t *show,
                  int64_t now_us)
{
    assert(journeys != NULL);
    struct wm_ctl *ctl = journeys->ctl;
    const char *key = wm_arena_string(ctl->arena, ref);
    json_t *none = json_array();
    const json_t *rows = json_object_get(journeys->rows, key);
    wm_arena_reset(journeys->brief);
    const struct wm_journey_facts facts = {rows != NULL ? rows : none, show, now_us};
    const struct wm_journey journey =
        wm_journey_of(journeys->brief, journeys->local, journeys->schemas, &facts);
    const struct wm_journey_page page = {ctl->out, journeys->brief, journeys->local};
    count_promises(journeys, &journey.promises);
    if (ctl->args->json) {
        const struct wm_span text = wm_journey_json(journeys->brief, show, &journey);
        (void)fprintf(ctl->out, "%.*s\n", WM_SPAN_ARG(text)); /* shows at the close */
    } else if (wm_args_flag(ctl->args, "--brief")) {
        const struct wm_journey_page kept = {ctl->out, ctl->arena, journeys->local};
        wm_journey_row(&kept, &journeys->table, show, &journey);
    } else {
        wm_journey_print(&page, show, &journey);
    }
    (void)json_object_del(journeys->rows, key); /* a case without rows had none */
    json_decref(none);
    wm_arena_reset(journeys->brief);
}

/* The name with the greatest number; NULL: there is none. */
static const char *
find_worst(json_t *breaches, json_int_t *ret_most)
{
    const char *name = NULL;
    const char *worst = NULL;
    json_t *value = NULL;
    *ret_most = 0;
    json_object_foreach(breaches, name, value)
    {
        if (json_integer_value(value) > *ret_most) {
            worst = name;
            *ret_most = json_integer_value(value);
        }
    }
    return worst;
}

/* The clocks that were broken, the most frequent first. */
static struct wm_span
list_worst(struct wm_journeys *journeys)
{
    struct wm_text text = {.arena = journeys->brief};
    json_int_t most = 0;
    for (const char *worst = find_worst(journeys->breaches, &most); worst != NULL;
         worst = find_worst(journeys->breaches, &most)) {
        wm_text_printf(&text, "%s%s %" JSON_INTEGER_FORMAT, text.count == 0 ? " (" : ", ", worst,
                       most);
        (void)json_object_del(journeys->breaches, worst); /* it is there */
    }
    return wm_text_span(&text);
}

void
wm_journeys_sum_up(struct wm_journeys *journeys)
{
    assert(journeys != NULL);
    struct wm_ctl *ctl = journeys->ctl;
    if (ctl->args->json) {
        return; /* whoever reads objects counts them */
    }
    wm_table_print(&journeys->table, ctl->out, 0);
    const struct wm_span worst = list_worst(journeys);
    (void)fprintf(ctl->out, /* shows at the close */
                  "%zu case%s: %zu promises kept, %zu broken%.*s%s, %zu open\n",
                  journeys->case_count, journeys->case_count == 1 ? "" : "s", journeys->kept,
                  journeys->broken, WM_SPAN_ARG(worst), worst.size > 0 ? ")" : "", journeys->open);
}

/* ---- the command ----------------------------------------------------------------------------- */

/* References in the order of a list. */
struct refs {
    struct wm_arena *arena;
    struct wm_span *items;
    size_t count;
    size_t room;
};

static void
take_ref(void *context, struct wm_span json)
{
    struct refs *refs = context;
    json_t *object = json_loadb(json.data, json.size, 0, NULL);
    const char *ref = json_string_value(json_object_get(object, "ref"));
    struct wm_span *item = ref != NULL ? WM_PUSH(refs->arena, refs) : NULL;
    if (item != NULL) {
        *item = wm_arena_copy(refs->arena, wm_span(ref));
    }
    json_decref(object);
}

struct coming {
    struct wm_journeys *journeys;
    struct wm_span ref;
};

static void
take_row(void *context, struct wm_span json)
{
    struct coming *coming = context;
    json_t *row = json_loadb(json.data, json.size, 0, NULL);
    if (row != NULL) {
        wm_journeys_add_row(coming->journeys, coming->ref, row);
    }
    json_decref(row);
}

static json_t *
request(const char *op, struct wm_span ref)
{
    json_t *call = json_object();
    (void)json_object_set_new(call, "op", json_string(op)); /* what is missing is refused */
    if (ref.size > 0) {
        (void)json_object_set_new(call, "ref", json_stringn(ref.data, ref.size));
    }
    return call;
}

/* An answer that is one document; NULL with *ret_code, which has been said. */
static json_t *
ask(struct wm_caller *caller, const char *op, struct wm_span ref, enum wm_exit *ret_code)
{
    json_t *document = NULL;
    const struct wm_call call = {.request = request(op, ref)};
    *ret_code = wm_caller_call(caller, &call, &document);
    return document;
}

static enum wm_exit
tell_case(struct wm_journeys *journeys, struct wm_caller *caller, struct wm_span ref,
          int64_t now_us)
{
    enum wm_exit code = WM_EXIT_DONE;
    json_t *show = ask(caller, "case.show", ref, &code);
    json_t *end = NULL;
    if (code == WM_EXIT_DONE) {
        struct coming coming = {journeys, ref};
        const struct wm_call call = {
            .request = request("case.history", ref), .fn = take_row, .context = &coming};
        code = wm_caller_call(caller, &call, &end);
    }
    if (code == WM_EXIT_DONE) {
        wm_journeys_print(journeys, ref, show, now_us);
    }
    json_decref(end);
    json_decref(show);
    return code;
}

/* The references that were typed, else those of all cases. */
static enum wm_exit
find_refs(struct wm_ctl *ctl, struct wm_caller *caller, struct refs *refs)
{
    for (size_t i = 0; i < ctl->args->word_count; i++) {
        struct wm_span *item = WM_PUSH(ctl->arena, refs);
        if (item != NULL) {
            *item = wm_span(ctl->args->words[i]);
        }
    }
    if (ctl->args->word_count > 0) {
        return WM_EXIT_DONE;
    }
    json_t *end = NULL;
    const struct wm_call call = {
        .request = request("case.list", (struct wm_span){0}), .fn = take_ref, .context = refs};
    const enum wm_exit code = wm_caller_call(caller, &call, &end);
    json_decref(end);
    return code;
}

static enum wm_exit
tell_all(struct wm_ctl *ctl, struct wm_caller *caller, struct wm_journeys *journeys)
{
    enum wm_exit code = WM_EXIT_DONE;
    struct refs refs = {.arena = ctl->arena};
    json_t *clock = ask(caller, "clock.show", (struct wm_span){0}, &code);
    const struct wm_span text = wm_span(json_string_value(json_object_get(clock, "now")));
    int64_t now_us = 0;
    if (code == WM_EXIT_DONE && wm_time_parse(text, &now_us) != WM_OK) {
        code = wm_ctl_fail(ctl, WM_EXIT_REFUSED, "the daemon does not say what its clock shows");
    }
    json_decref(clock);
    code = code == WM_EXIT_DONE ? find_refs(ctl, caller, &refs) : code;
    for (size_t i = 0; i < refs.count && code == WM_EXIT_DONE; i++) {
        code = tell_case(journeys, caller, refs.items[i], now_us);
    }
    if (code == WM_EXIT_DONE) {
        wm_journeys_sum_up(journeys);
    }
    return code;
}

enum wm_exit
wm_run_journeys(struct wm_ctl *ctl)
{
    struct wm_caller *caller = wm_caller_new(ctl);
    if (caller == NULL) {
        return WM_EXIT_NO_DAEMON;
    }
    const struct wm_local local = wm_local_find(ctl->arena);
    struct wm_setup setup;
    wm_setup_init(&setup, ctl->arena, NULL);
    (void)wm_setup_schemas(&setup); /* without titles the types stand for themselves */
    struct wm_journeys *journeys = wm_journeys_new(ctl, &local, setup.schemas);
    const enum wm_exit code = journeys != NULL ? tell_all(ctl, caller, journeys)
                                               : wm_ctl_fail(ctl, WM_EXIT_REFUSED, "out of memory");
    wm_journeys_free(&journeys);
    wm_setup_deinit(&setup);
    wm_caller_free(&caller);
    return code;
}
