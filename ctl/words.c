/* words.c - puts effects into words. */
#include "ctl/words.h"

#include <assert.h>
#include <string.h>

enum { ID_PARTS = 3 }; /* behind the clock's name in the id of a rung: run, due moment, what */

static const char *
text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

struct wm_span
wm_words_due(struct wm_arena *arena, const struct wm_local *local, const char *due,
             const char *due_day)
{
    assert(arena != NULL && local != NULL);
    int64_t us = 0;
    int32_t day = 0;
    if (due == NULL || wm_time_parse(wm_span(due), &us) != WM_OK) {
        return (struct wm_span){0};
    }
    /* The due moment is exclusive: the first instant of the next day is the end of the due day. */
    if (due_day != NULL && wm_day_parse(wm_span(due_day), &day) == WM_OK &&
        wm_local_day_of(local, us) == day + 1) {
        return wm_local_day(arena, day);
    }
    return wm_local_time(arena, local, us);
}

static struct wm_span
clock_words(struct wm_arena *arena, const struct wm_local *local, const json_t *effect)
{
    const char *change = text_at(effect, "change");
    const struct wm_span due =
        wm_words_due(arena, local, text_at(effect, "due"), text_at(effect, "due_day"));
    const json_int_t run = json_integer_value(json_object_get(effect, "run"));
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, text_at(effect, "clock"));
    if (run > 1) {
        wm_text_printf(&text, " (run %" JSON_INTEGER_FORMAT ")", run);
    }
    wm_text_printf(&text, " %s", change);
    if (due.size > 0 && strcmp(change, "cancelled") != 0 && strcmp(change, "met") != 0) {
        wm_text_printf(&text, ", due %.*s", WM_SPAN_ARG(due));
    }
    if (text_at(effect, "why")[0] != '\0') {
        wm_text_printf(&text, ": %s", text_at(effect, "why"));
    }
    return wm_text_span(&text);
}

static struct wm_span
send_words(struct wm_arena *arena, const struct wm_local *local, const json_t *effect)
{
    const struct wm_span later =
        wm_local_text(arena, local, wm_span(text_at(effect, "not_before")));
    return wm_arena_printf(arena, "sent %s to %s%s%.*s", text_at(effect, "type"),
                           text_at(effect, "topic"), later.size > 0 ? ", for " : "",
                           WM_SPAN_ARG(later));
}

static struct wm_span
assigned_words(struct wm_arena *arena, const json_t *effect)
{
    const char *officer = text_at(effect, "officer");
    const char *previous = text_at(effect, "previous");
    const char *why = text_at(effect, "why");
    struct wm_text text = {.arena = arena};
    if (officer[0] == '\0') {
        wm_text_puts(&text, "nobody has it now");
    } else {
        wm_text_printf(&text, "%s has it now", officer);
    }
    if (previous[0] != '\0') {
        wm_text_printf(&text, ", no longer %s", previous);
    }
    if (why[0] != '\0') {
        wm_text_printf(&text, ": %s", why);
    }
    return wm_text_span(&text);
}

struct wm_span
wm_words_effect(struct wm_arena *arena, const struct wm_local *local, const json_t *effect)
{
    assert(arena != NULL && local != NULL);
    const char *kind = text_at(effect, "kind");
    if (strcmp(kind, "clock") == 0) {
        return clock_words(arena, local, effect);
    }
    if (strcmp(kind, "send") == 0) {
        return send_words(arena, local, effect);
    }
    if (strcmp(kind, "assigned") == 0) {
        return assigned_words(arena, effect);
    }
    if (strcmp(kind, "withdraw") == 0) {
        const char *why = text_at(effect, "why");
        return wm_arena_printf(arena, "withdrew %s from %s%s%s", text_at(effect, "id"),
                               text_at(effect, "topic"), why[0] != '\0' ? ": " : "", why);
    }
    if (strcmp(kind, "retract") == 0) {
        return wm_arena_printf(arena, "took back what %s had set off", text_at(effect, "id"));
    }
    if (strcmp(kind, "note") == 0) {
        return wm_arena_copy(arena, wm_span(text_at(effect, "text")));
    }
    return (struct wm_span){0};
}

struct wm_span
wm_words_clock(struct wm_arena *arena, const json_t *row)
{
    assert(arena != NULL);
    const char *named = text_at(row, "clock");
    if (named[0] != '\0') {
        return wm_arena_copy(arena, wm_span(named));
    }
    /* REF/CLOCK/RUN/DUE/WHAT, where the reference may hold slashes of its own, and so may the name
     * of an item's clock: behind its colon. */
    static const char own[] = "waymark.clock.";
    const struct wm_span id = wm_span(text_at(row, "id"));
    if (strncmp(text_at(row, "type"), own, strlen(own)) != 0) {
        return (struct wm_span){0};
    }
    /* What corrects a rung is named after it: …/corrected/SEQ. */
    const char *mark = strstr(text_at(row, "id"), "/corrected/");
    size_t end = mark != NULL ? (size_t)(mark - id.data) : id.size;
    for (int parts = 0; parts < ID_PARTS && end > 0;) {
        end--;
        parts += id.data[end] == '/';
    }
    const char *colon = memchr(id.data, ':', end);
    size_t start = colon != NULL ? (size_t)(colon - id.data) : end;
    while (start > 0 && id.data[start - 1] != '/') {
        start--;
    }
    return start > 0 ? wm_arena_copy(arena, (struct wm_span){id.data + start, end - start})
                     : (struct wm_span){0};
}
