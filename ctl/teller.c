/* teller.c - what became of published events, for people or as JSON. */
#include "ctl/teller.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "ctl/table.h"
#include "daemon/codec/json.h"

enum { BRIEF_BYTES = 4 * WM_LINE_MAX, ACCEPTS_SHOWN = 6 };

bool
wm_teller_init(struct wm_teller *teller, const struct wm_ctl *ctl)
{
    assert(teller != NULL && ctl != NULL);
    *teller = (struct wm_teller){.ctl = ctl, .brief = wm_arena_new(BRIEF_BYTES)};
    wm_progress_begin(&teller->progress, ctl->err);
    return teller->brief != NULL;
}

void
wm_teller_deinit(struct wm_teller *teller)
{
    assert(teller != NULL);
    wm_progress_clear(&teller->progress);
    wm_arena_free(&teller->brief);
}

/* ---- one line -------------------------------------------------------------------------------- */

/* "2025-10.ndjson:12: C-1001 letter.sent", as much of it as is known. */
static struct wm_span
place(struct wm_arena *arena, const struct wm_told_event *event)
{
    struct wm_text text = {.arena = arena};
    if (event->file != NULL) {
        wm_text_printf(&text, "%s:%ld: ", event->file, event->number);
    }
    if (event->subject != NULL && event->type != NULL) {
        wm_text_printf(&text, "%s %s: ", event->subject, event->type);
    }
    return wm_text_span(&text);
}

static void
print_line(struct wm_teller *teller, const struct wm_told_event *event, struct wm_span text)
{
    wm_progress_clear(&teller->progress);
    const struct wm_span line = wm_arena_printf(
        teller->brief, "%.*s%.*s", WM_SPAN_ARG(place(teller->brief, event)), WM_SPAN_ARG(text));
    (void)fprintf(teller->ctl->out, "%.*s\n", /* shows at the close */
                  WM_SPAN_ARG(wm_table_clean(teller->brief, line)));
}

/* {"file","line","verdict", what the detail says}. */
static void
print_json(struct wm_teller *teller, const struct wm_told_event *event, const char *verdict,
           json_t *detail)
{
    json_t *line = json_object();
    if (event->file != NULL) {
        (void)json_object_set_new(line, "file", json_string(event->file)); /* "-" at worst */
        (void)json_object_set_new(line, "line", json_integer(event->number));
    }
    (void)json_object_set_new(line, "verdict", json_string(verdict));
    (void)json_object_update(line, detail);
    char *text = json_dumps(line, JSON_COMPACT);
    wm_progress_clear(&teller->progress);
    (void)fprintf(teller->ctl->out, "%s\n", text != NULL ? text : ""); /* shows at the close */
    free(text);
    json_decref(line);
}

/* ---- answers --------------------------------------------------------------------------------- */

static const char *
text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void
count_outcome(struct wm_tallied *tallied, const char *outcome)
{
    if (strcmp(outcome, "recorded") == 0) {
        tallied->recorded++;
    } else if (strcmp(outcome, "corrected") == 0) {
        tallied->corrected++;
    } else if (strcmp(outcome, "duplicate") == 0) {
        tallied->duplicate++;
    } else {
        tallied->applied++;
    }
}

static void
print_warnings(struct wm_teller *teller, const struct wm_told_event *event, const json_t *detail)
{
    static const struct {
        const char *key;
        const char *words;
    } lists[] = {{"warnings", "warning"}, {"violations", "taken, though it breaks"}};
    for (size_t i = 0; i < WM_COUNT(lists); i++) {
        size_t index = 0;
        const json_t *item = NULL;
        json_array_foreach(json_object_get(detail, lists[i].key), index, item)
        {
            const char *text = json_string_value(item);
            teller->tallied.warned++;
            print_line(teller, event,
                       wm_arena_printf(teller->brief, "%s%s%s", lists[i].words, i == 0 ? ": " : " ",
                                       text != NULL ? text : ""));
        }
    }
}

/* An event made on the command line: whoever typed it wants to hear what it came to. */
static void
print_ok(struct wm_teller *teller, const json_t *detail)
{
    const char *ref = text_at(detail, "case");
    const char *state = text_at(detail, "state");
    (void)fprintf(teller->ctl->out, "%s: %s%s%s\n", /* shows at the close */
                  ref[0] != '\0' ? ref : text_at(detail, "officer"), text_at(detail, "outcome"),
                  state[0] != '\0' ? "; it is now " : "", state);
}

void
wm_teller_ok(struct wm_teller *teller, const struct wm_told_event *event, struct wm_span detail)
{
    assert(teller != NULL && event != NULL);
    json_t *json = json_loadb(detail.data, detail.size, 0, NULL);
    count_outcome(&teller->tallied, text_at(json, "outcome"));
    if (teller->ctl->args->json) {
        print_json(teller, event, "OK", json);
    } else {
        print_warnings(teller, event, json);
        if (event->file == NULL) {
            print_ok(teller, json);
        }
    }
    json_decref(json);
    wm_arena_reset(teller->brief);
}

void
wm_teller_count(struct wm_teller *teller, struct wm_span detail)
{
    assert(teller != NULL);
    json_t *json = json_loadb(detail.data, detail.size, 0, NULL);
    count_outcome(&teller->tallied, text_at(json, "outcome"));
    json_decref(json);
}

void
wm_teller_unknown(struct wm_teller *teller)
{
    assert(teller != NULL);
    teller->tallied.unknown++;
}

/* The first few types that the state takes: its own come first, and --json has them all. */
static struct wm_span
accepted(struct wm_arena *arena, const json_t *accepts)
{
    struct wm_text text = {.arena = arena};
    const size_t count = json_array_size(accepts);
    for (size_t i = 0; i < count && i < ACCEPTS_SHOWN; i++) {
        const char *type = json_string_value(json_array_get(accepts, i));
        wm_text_puts(&text, i == 0 ? " It takes " : ", ");
        wm_text_puts(&text, type != NULL ? type : "?");
    }
    if (count > ACCEPTS_SHOWN) {
        wm_text_printf(&text, " and %zu more", count - ACCEPTS_SHOWN);
    }
    wm_text_puts(&text, count > 0 ? "." : "");
    return wm_text_span(&text);
}

void
wm_teller_reject(struct wm_teller *teller, const struct wm_told_event *event, struct wm_span detail)
{
    assert(teller != NULL && event != NULL);
    json_t *json = json_loadb(detail.data, detail.size, 0, NULL);
    teller->tallied.rejected++;
    if (teller->ctl->args->json) {
        print_json(teller, event, "REJECT", json);
    } else {
        const char *field = text_at(json, "field");
        print_line(teller, event,
                   wm_arena_printf(
                       teller->brief, "refused (%s%s%s): %s%.*s", text_at(json, "code"),
                       field[0] != '\0' ? " " : "", field, text_at(json, "message"),
                       WM_SPAN_ARG(accepted(teller->brief, json_object_get(json, "accepts")))));
    }
    json_decref(json);
    wm_arena_reset(teller->brief);
}

void
wm_teller_fault(struct wm_teller *teller, const struct wm_told_event *event, const char *code,
                const char *field, const char *message)
{
    assert(code != NULL && message != NULL);
    struct wm_text text = {.arena = teller->brief};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "code", wm_span(code));
    wm_json_put_field(&text, "message", wm_span(message));
    if (field != NULL && field[0] != '\0') {
        wm_json_put_field(&text, "field", wm_span(field));
    }
    wm_text_puts(&text, "}");
    wm_teller_reject(teller, event, wm_text_span(&text));
}

enum wm_exit
wm_teller_result(const struct wm_teller *teller)
{
    assert(teller != NULL);
    return teller->tallied.rejected == 0 ? WM_EXIT_DONE : WM_EXIT_REFUSED;
}

enum wm_exit
wm_teller_sum_up(struct wm_teller *teller)
{
    assert(teller != NULL);
    const struct wm_tallied *tallied = &teller->tallied;
    wm_progress_clear(&teller->progress);
    if (teller->ctl->args->json) {
        (void)fprintf(teller->ctl->out, /* shows at the close */
                      "{\"applied\":%zu,\"recorded\":%zu,\"corrected\":%zu,"
                      "\"duplicate\":%zu,\"rejected\":%zu}\n",
                      tallied->applied, tallied->recorded, tallied->corrected, tallied->duplicate,
                      tallied->rejected);
    } else {
        (void)fprintf(teller->ctl->out,
                      "%zu applied, %zu recorded, %zu corrected, %zu duplicate, %zu refused\n",
                      tallied->applied, tallied->recorded, tallied->corrected, tallied->duplicate,
                      tallied->rejected);
    }
    if (tallied->unknown > 0) {
        wm_ctl_say(teller->ctl,
                   "%zu events are of cases or officers that are not opened in these files: they "
                   "are well formed, more can't be said here",
                   tallied->unknown);
    }
    return wm_teller_result(teller);
}
