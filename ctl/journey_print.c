/* journey_print.c - journeys on paper: a story, a line, or an object. */
#include "ctl/journey_print.h"

#include <assert.h>
#include <string.h>

#include "ctl/table.h"
#include "ctl/words.h"
#include "daemon/codec/json.h"

enum { LABEL_WIDTH = 12 };

static const char *
text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* ---- the story ------------------------------------------------------------------------------- */

static void
print_labelled(const struct wm_journey_page *page, const char *label, struct wm_span text)
{
    if (text.size > 0) {
        (void)fprintf(page->out, "  %-*s%.*s\n", LABEL_WIDTH, label, /* at the close */
                      WM_SPAN_ARG(wm_table_clean(page->arena, text)));
    }
}

/* How many promises like promises->items[of] have this end, if it is the first of them; else 0. */
static size_t
count_alike(const struct wm_promises *promises, size_t of, enum wm_promise_end end)
{
    const struct wm_span kind = wm_promise_kind(promises->items[of].clock);
    size_t count = 0;
    for (size_t i = 0; i < promises->count; i++) {
        const struct wm_promise *promise = &promises->items[i];
        const bool is_alike =
            promise->end == end && wm_span_equal(wm_promise_kind(promise->clock), kind);
        if (is_alike && i < of) {
            return 0;
        }
        count += is_alike;
    }
    return promises->items[of].end == end ? count : 0;
}

/* Clocks of one end: "acknowledge, keep-in-touch (4)". */
static struct wm_span
list_clocks(struct wm_arena *arena, const struct wm_promises *promises, enum wm_promise_end end)
{
    struct wm_text text = {.arena = arena};
    for (size_t i = 0; i < promises->count; i++) {
        const size_t count = count_alike(promises, i, end);
        if (count > 0) {
            wm_text_printf(&text, "%s%.*s", text.count == 0 ? "" : ", ",
                           WM_SPAN_ARG(wm_promise_kind(promises->items[i].clock)));
        }
        if (count > 1) {
            wm_text_printf(&text, " (%zu)", count);
        }
    }
    return wm_text_span(&text);
}

static struct wm_span
due_words(const struct wm_journey_page *page, const struct wm_promise *promise)
{
    char due[WM_TIME_SIZE];
    char day[sizeof "2026-01-01"];
    if (promise->due_us == WM_NEVER) {
        return wm_span("paused");
    }
    wm_time_format(promise->due_us, due);
    wm_day_format(promise->due_day, day);
    return wm_words_due(page->arena, page->local, due, day);
}

static void
print_broken(const struct wm_journey_page *page, const struct wm_promise *promise)
{
    struct wm_arena *arena = page->arena;
    const struct wm_span late = wm_local_elapsed(arena, promise->late_us);
    const struct wm_span stopped = wm_local_time(arena, page->local, promise->stopped_us);
    struct wm_text text = {.arena = arena};
    wm_text_printf(&text, "%.*s", WM_SPAN_ARG(promise->clock));
    if (promise->run > 1) {
        wm_text_printf(&text, " (run %lld)", (long long)promise->run);
    }
    wm_text_printf(&text, ", due %.*s: ", WM_SPAN_ARG(due_words(page, promise)));
    if (stopped.size == 0) {
        wm_text_printf(&text, "not kept yet, %.*s late", WM_SPAN_ARG(late));
    } else if (promise->is_cancelled) {
        wm_text_printf(&text, "never kept, given up %.*s", WM_SPAN_ARG(stopped));
    } else {
        wm_text_printf(&text, "kept %.*s, %.*s late", WM_SPAN_ARG(stopped), WM_SPAN_ARG(late));
    }
    print_labelled(page, "Broken", wm_text_span(&text));
}

static void
print_promises(const struct wm_journey_page *page, const struct wm_promises *promises)
{
    print_labelled(page, "Kept", list_clocks(page->arena, promises, WM_PROMISE_KEPT));
    for (size_t i = 0; i < promises->count; i++) {
        if (promises->items[i].end == WM_PROMISE_BROKEN) {
            print_broken(page, &promises->items[i]);
        }
    }
    for (size_t i = 0; i < promises->count; i++) {
        const struct wm_promise *promise = &promises->items[i];
        if (promise->end == WM_PROMISE_OPEN) {
            print_labelled(page, "Open",
                           wm_arena_printf(page->arena, "%.*s, due %.*s",
                                           WM_SPAN_ARG(promise->clock),
                                           WM_SPAN_ARG(due_words(page, promise))));
        }
    }
}

static struct wm_span
list_holders(const struct wm_journey_page *page, const struct wm_holdings *holdings)
{
    struct wm_text text = {.arena = page->arena};
    for (size_t i = 0; i < holdings->count; i++) {
        const struct wm_holding *holding = &holdings->items[i];
        const struct wm_span officer =
            holding->officer.size > 0 ? holding->officer : wm_span("nobody");
        wm_text_printf(&text, "%s%.*s from %.*s", i == 0 ? "" : ", ", WM_SPAN_ARG(officer),
                       WM_SPAN_ARG(wm_local_time(page->arena, page->local, holding->from_us)));
    }
    return wm_text_span(&text);
}

static struct wm_span
list_sent(struct wm_arena *arena, const struct wm_sents *sents)
{
    struct wm_text text = {.arena = arena};
    for (size_t i = 0; i < sents->count; i++) {
        wm_text_printf(&text, "%s%zu %.*s", i == 0 ? "" : ", ", sents->items[i].count,
                       WM_SPAN_ARG(sents->items[i].type));
    }
    return wm_text_span(&text);
}

void
wm_journey_print(const struct wm_journey_page *page, const json_t *show,
                 const struct wm_journey *journey)
{
    assert(page != NULL && journey != NULL);
    FILE *out = page->out;
    const struct wm_span closed =
        wm_local_text(page->arena, page->local, wm_span(text_at(show, "closed")));
    const struct wm_span opened =
        wm_local_text(page->arena, page->local, wm_span(text_at(show, "opened")));
    (void)fprintf(out, "%s: %s, %s. Opened %.*s%s%.*s.\n", /* shows at the close */
                  text_at(show, "ref"), text_at(show, "workflow"), text_at(show, "state"),
                  WM_SPAN_ARG(opened), closed.size > 0 ? ", closed " : "", WM_SPAN_ARG(closed));
    for (size_t i = 0; i < journey->moments.count; i++) {
        const struct wm_moment_line *moment = &journey->moments.items[i];
        (void)fprintf(out, "  %.*s  %.*s\n",
                      WM_SPAN_ARG(wm_local_time(page->arena, page->local, moment->us)),
                      WM_SPAN_ARG(wm_table_clean(page->arena, moment->text)));
    }
    print_labelled(page, "Who had it", list_holders(page, &journey->holdings));
    print_promises(page, &journey->promises);
    print_labelled(page, "Sent", list_sent(page->arena, &journey->sents));
    (void)fputc('\n', out);
}

/* ---- a line ---------------------------------------------------------------------------------- */

static size_t
count_ends(const struct wm_promises *promises, enum wm_promise_end end)
{
    size_t count = 0;
    for (size_t i = 0; i < promises->count; i++) {
        count += promises->items[i].end == end;
    }
    return count;
}

void
wm_journey_row(const struct wm_journey_page *page, struct wm_table *table, const json_t *show,
               const struct wm_journey *journey)
{
    assert(page != NULL && table != NULL && journey != NULL);
    const struct wm_promises *promises = &journey->promises;
    struct wm_span *cells = wm_table_row(table);
    if (cells == NULL) {
        return;
    }
    size_t at = 0;
    cells[at++] = wm_arena_copy(page->arena, wm_span(text_at(show, "ref")));
    cells[at++] = wm_arena_copy(page->arena, wm_span(text_at(show, "state")));
    cells[at++] = wm_arena_copy(page->arena, wm_span(text_at(show, "officer")));
    cells[at++] = wm_arena_printf(page->arena, "%zu", journey->holdings.count);
    cells[at++] = wm_arena_printf(page->arena, "%zu", count_ends(promises, WM_PROMISE_KEPT));
    cells[at++] = wm_arena_printf(page->arena, "%zu", count_ends(promises, WM_PROMISE_BROKEN));
    cells[at] = list_clocks(page->arena, promises, WM_PROMISE_BROKEN);
}

/* ---- an object ------------------------------------------------------------------------------- */

static void
put_promise(struct wm_text *text, const struct wm_promise *promise)
{
    static const char *const ends[] = {[WM_PROMISE_OPEN] = "open",
                                       [WM_PROMISE_KEPT] = "kept",
                                       [WM_PROMISE_BROKEN] = "broken",
                                       [WM_PROMISE_DROPPED] = "dropped"};
    wm_json_put_field(text, "clock", promise->clock);
    wm_json_put_int(text, "run", promise->run);
    wm_json_put_field(text, "end", wm_span(ends[promise->end]));
    wm_json_put_time(text, "due", promise->due_us);
    wm_json_put_time(text, "stopped", promise->stopped_us);
    wm_json_put_int(text, "late_s", promise->late_us / WM_US_PER_SECOND);
}

/* Begins the next element of a list. */
static void
open_element(struct wm_text *text, size_t index)
{
    wm_text_puts(text, index == 0 ? "{" : ",{");
}

static void
put_lists(struct wm_text *text, const struct wm_journey *journey)
{
    wm_json_put_name(text, "moments");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < journey->moments.count; i++) {
        open_element(text, i);
        wm_json_put_time(text, "time", journey->moments.items[i].us);
        wm_json_put_field(text, "text", journey->moments.items[i].text);
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
    wm_json_put_name(text, "officers");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < journey->holdings.count; i++) {
        const struct wm_span officer = journey->holdings.items[i].officer;
        open_element(text, i);
        wm_json_put_field(text, "officer", officer.size > 0 ? officer : (struct wm_span){0});
        wm_json_put_time(text, "from", journey->holdings.items[i].from_us);
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
    wm_json_put_name(text, "promises");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < journey->promises.count; i++) {
        open_element(text, i);
        put_promise(text, &journey->promises.items[i]);
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
}

struct wm_span
wm_journey_json(struct wm_arena *arena, const json_t *show, const struct wm_journey *journey)
{
    assert(arena != NULL && journey != NULL);
    static const char *const copied[] = {"ref", "workflow", "state", "officer", "opened", "closed"};
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "{");
    for (size_t i = 0; i < WM_COUNT(copied); i++) {
        wm_json_put_field(&text, copied[i],
                          wm_span(json_string_value(json_object_get(show, copied[i]))));
    }
    put_lists(&text, journey);
    wm_json_put_name(&text, "sent");
    wm_text_puts(&text, "{");
    for (size_t i = 0; i < journey->sents.count; i++) {
        wm_json_put_int(&text, wm_arena_string(arena, journey->sents.items[i].type),
                        (int64_t)journey->sents.items[i].count);
    }
    wm_text_puts(&text, "}}");
    return wm_text_span(&text);
}
