/* journey.c - makes a story out of rows of history. */
#include "ctl/journey.h"

#include <assert.h>
#include <string.h>

#include "ctl/words.h"

struct telling {
    struct wm_arena *arena;
    const struct wm_local *local;
    const struct wm_schemas *schemas;
    struct wm_journey journey;
};

static const char *
text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static int64_t
time_at(const json_t *object, const char *key)
{
    int64_t us = WM_NEVER;
    return wm_time_parse(wm_span(text_at(object, key)), &us) == WM_OK ? us : WM_NEVER;
}

/* ---- promises -------------------------------------------------------------------------------- */

static struct wm_promise *
find_promise(struct telling *telling, const char *clock, int64_t run)
{
    struct wm_promises *promises = &telling->journey.promises;
    for (size_t i = promises->count; i > 0; i--) {
        struct wm_promise *promise = &promises->items[i - 1];
        if (promise->run == run && wm_span_is(promise->clock, clock)) {
            return promise;
        }
    }
    struct wm_promise *added = WM_PUSH(telling->arena, promises);
    if (added != NULL) {
        *added = (struct wm_promise){.clock = wm_arena_copy(telling->arena, wm_span(clock)),
                                     .run = run,
                                     .end = WM_PROMISE_OPEN,
                                     .due_us = WM_NEVER,
                                     .stopped_us = WM_NEVER};
    }
    return added;
}

static void
take_due(struct wm_promise *promise, const json_t *object)
{
    promise->due_us = time_at(object, "due");
    if (wm_day_parse(wm_span(text_at(object, "due_day")), &promise->due_day) != WM_OK) {
        promise->due_day = 0;
    }
}

static void
take_clock(struct telling *telling, const json_t *effect, int64_t at_us)
{
    const char *change = text_at(effect, "change");
    struct wm_promise *promise = find_promise(telling, text_at(effect, "clock"),
                                              json_integer_value(json_object_get(effect, "run")));
    if (promise == NULL) {
        return;
    }
    take_due(promise, effect);
    if (strcmp(change, "met") == 0 || strcmp(change, "cancelled") == 0) {
        promise->stopped_us = at_us;
        promise->is_cancelled = strcmp(change, "cancelled") == 0;
    }
}

/* What the case says of its newest runs is the last word: records that came late are in it. */
static void
take_show(struct telling *telling, const json_t *show)
{
    size_t index = 0;
    const json_t *clock = NULL;
    json_array_foreach(json_object_get(show, "clocks"), index, clock)
    {
        struct wm_promise *promise = find_promise(
            telling, text_at(clock, "name"), json_integer_value(json_object_get(clock, "run")));
        if (promise == NULL) {
            return;
        }
        take_due(promise, clock);
        promise->stopped_us = time_at(clock, "stopped");
        if (strcmp(text_at(clock, "status"), "cancelled") == 0) {
            promise->is_cancelled = true; /* a broken one that was given up only history knows */
        } else if (strcmp(text_at(clock, "status"), "met") == 0) {
            promise->end = WM_PROMISE_KEPT; /* also where nothing heard by then is the good end */
        }
    }
}

static void
judge(struct wm_promise *promise, int64_t now_us)
{
    const int64_t end_us = promise->stopped_us != WM_NEVER ? promise->stopped_us : now_us;
    if (promise->end == WM_PROMISE_KEPT) {
        return;
    }
    if (promise->due_us != WM_NEVER && end_us > promise->due_us) {
        promise->end = WM_PROMISE_BROKEN;
        promise->late_us = end_us - promise->due_us;
    } else if (promise->stopped_us != WM_NEVER) {
        promise->end = promise->is_cancelled ? WM_PROMISE_DROPPED : WM_PROMISE_KEPT;
    }
}

/* ---- who had it, what was sent --------------------------------------------------------------- */

static void
take_assigned(struct telling *telling, const json_t *effect, int64_t at_us)
{
    struct wm_holding *holding = WM_PUSH(telling->arena, &telling->journey.holdings);
    if (holding != NULL) {
        holding->officer = wm_arena_copy(telling->arena, wm_span(text_at(effect, "officer")));
        holding->from_us = at_us;
    }
}

static struct wm_span
short_type(const char *type)
{
    static const char own[] = "waymark.";
    return wm_span(strncmp(type, own, strlen(own)) == 0 ? type + strlen(own) : type);
}

static void
take_send(struct telling *telling, const json_t *effect)
{
    struct wm_sents *sents = &telling->journey.sents;
    const struct wm_span type = short_type(text_at(effect, "type"));
    for (size_t i = 0; i < sents->count; i++) {
        if (wm_span_equal(sents->items[i].type, type)) {
            sents->items[i].count++;
            return;
        }
    }
    struct wm_sent *sent = WM_PUSH(telling->arena, sents);
    if (sent != NULL) {
        *sent = (struct wm_sent){wm_arena_copy(telling->arena, type), 1};
    }
}

/* ---- moments --------------------------------------------------------------------------------- */

static struct wm_span
title_of(const struct telling *telling, const char *type)
{
    const struct wm_schema *schema =
        telling->schemas != NULL ? wm_schemas_find(telling->schemas, wm_span(type)) : NULL;
    return schema != NULL && schema->title.size > 0 ? schema->title : wm_span(type);
}

static bool
is_one_of(const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* What an effect adds to the line of its row: who has the case now, notes, what was taken back, and
 * what became of the promises of the case itself. */
static void
add_effect(struct telling *telling, struct wm_text *line, const json_t *effect)
{
    static const char *const kinds[] = {"assigned", "note", "withdraw"};
    static const char *const changes[] = {"extended", "paused", "resumed"};
    const bool is_of_item = strchr(text_at(effect, "clock"), ':') != NULL;
    if (strcmp(text_at(effect, "kind"), "retract") == 0) {
        wm_text_puts(line, "; what was said of it before is taken back");
    } else if (is_one_of(text_at(effect, "kind"), kinds, WM_COUNT(kinds)) ||
               (!is_of_item && is_one_of(text_at(effect, "change"), changes, WM_COUNT(changes)))) {
        wm_text_puts(line, "; ");
        wm_text_put(line, wm_words_effect(telling->arena, telling->local, effect));
    }
}

static void
add_changes(struct telling *telling, struct wm_text *line, const json_t *row)
{
    const char *to = text_at(row, "to");
    size_t index = 0;
    const json_t *item = NULL;
    const char *from = text_at(row, "from"); /* empty: it was opened */
    if (from[0] != '\0' && strcmp(from, to) != 0) {
        wm_text_printf(line, "; now %s", to);
    }
    json_array_foreach(json_object_get(row, "violations"), index, item)
    {
        wm_text_printf(line, "; breaks %s", json_string_value(item));
    }
    json_array_foreach(json_object_get(row, "effects"), index, item)
    {
        add_effect(telling, line, item);
    }
}

static bool
is_own(const char *type)
{
    return strncmp(type, "waymark.", strlen("waymark.")) == 0;
}

/* Warnings and the good ends of waiting are for the officers; a move without more to say stands in
 * the line of what moved it. The story tells what the customer would have noticed. */
static bool
is_told(const json_t *row)
{
    static const char *const quiet[] = {"waymark.clock.warned", "waymark.clock.met",
                                        "waymark.clock.due", "waymark.case.reassigned"};
    size_t index = 0;
    const json_t *effect = NULL;
    json_array_foreach(json_object_get(row, "effects"), index, effect)
    {
        if (strcmp(text_at(effect, "kind"), "assigned") == 0) {
            return true;
        }
    }
    return !is_one_of(text_at(row, "type"), quiet, WM_COUNT(quiet)) ||
           strcmp(text_at(row, "from"), text_at(row, "to")) != 0;
}

/* Adds a line to the story, unless the last one says the same. */
static void
add_moment(struct telling *telling, int64_t at_us, struct wm_span text)
{
    struct wm_moments *moments = &telling->journey.moments;
    const struct wm_moment_line *last =
        moments->count > 0 ? &moments->items[moments->count - 1] : NULL;
    if (last != NULL && last->us == at_us && wm_span_equal(last->text, text)) {
        return;
    }
    struct wm_moment_line *moment = WM_PUSH(telling->arena, moments);
    if (moment != NULL) {
        *moment = (struct wm_moment_line){at_us, text};
    }
}

static void
tell_row(struct telling *telling, const json_t *row, int64_t at_us)
{
    const char *type = text_at(row, "type");
    const struct wm_span clock = wm_words_clock(telling->arena, row);
    const char *actor = text_at(row, "actor");
    struct wm_text line = {.arena = telling->arena};
    wm_text_put(&line, title_of(telling, type));
    if (clock.size > 0) {
        wm_text_printf(&line, ": %.*s", WM_SPAN_ARG(clock));
    }
    if (actor[0] != '\0' && !is_own(type)) {
        wm_text_printf(&line, " (%s)", actor);
    }
    add_changes(telling, &line, row);
    if (!is_own(type) && time_at(row, "recorded") > at_us + WM_US_PER_HOUR) {
        wm_text_printf(
            &line, " (heard %.*s)",
            WM_SPAN_ARG(wm_local_time(telling->arena, telling->local, time_at(row, "recorded"))));
    }
    add_moment(telling, at_us, wm_text_span(&line));
}

static void
take_row(struct telling *telling, const json_t *row)
{
    const int64_t at_us = time_at(row, "occurred");
    size_t index = 0;
    const json_t *effect = NULL;
    json_array_foreach(json_object_get(row, "effects"), index, effect)
    {
        const char *kind = text_at(effect, "kind");
        if (strcmp(kind, "clock") == 0) {
            take_clock(telling, effect, at_us);
        } else if (strcmp(kind, "assigned") == 0) {
            take_assigned(telling, effect, at_us);
        } else if (strcmp(kind, "send") == 0) {
            take_send(telling, effect);
        }
    }
    if (is_told(row)) {
        tell_row(telling, row, at_us);
    }
}

struct wm_journey
wm_journey_of(struct wm_arena *arena, const struct wm_local *local,
              const struct wm_schemas *schemas, const struct wm_journey_facts *facts)
{
    assert(arena != NULL && local != NULL);
    assert(facts != NULL && facts->rows != NULL);
    struct telling telling = {.arena = arena, .local = local, .schemas = schemas};
    size_t index = 0;
    const json_t *row = NULL;
    json_array_foreach(facts->rows, index, row)
    {
        take_row(&telling, row);
    }
    take_show(&telling, facts->show);
    for (size_t i = 0; i < telling.journey.promises.count; i++) {
        judge(&telling.journey.promises.items[i], facts->now_us);
    }
    return telling.journey;
}

struct wm_span
wm_promise_kind(struct wm_span clock)
{
    const char *colon = clock.size > 0 ? memchr(clock.data, ':', clock.size) : NULL;
    return (struct wm_span){clock.data, colon != NULL ? (size_t)(colon - clock.data) : clock.size};
}
