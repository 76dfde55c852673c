/* show.c - answers of the daemon as people read them: how it stands, what is stuck, the clock. */
#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "ctl/questions.h"

/* A line "name   text" of a document that is shown line by line. */
static void
add_line(struct wm_table *table, const char *name, struct wm_span text)
{
    if (text.size > 0) {
        struct wm_span *cells = wm_table_row(table);
        cells[0] = wm_span(name);
        cells[1] = text;
    }
}

static struct wm_table
lines(struct wm_arena *arena)
{
    static const struct wm_column columns[] = {{"", WM_ALIGN_LEFT}, {"", WM_ALIGN_LEFT}};
    return (struct wm_table){.arena = arena, .columns = columns, .column_count = WM_COUNT(columns)};
}

/* {"actions": 3, "letters": 0} as "actions 3, letters 0". */
static struct wm_span
counts(struct wm_arena *arena, json_t *object)
{
    struct wm_text text = {.arena = arena};
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(object, name, value)
    {
        wm_text_printf(&text, "%s%s %" JSON_INTEGER_FORMAT, text.count == 0 ? "" : ", ", name,
                       json_integer_value(value));
    }
    return wm_text_span(&text);
}

static struct wm_span
text_at(struct wm_arena *arena, const struct wm_local *local, const json_t *document,
        const char *key)
{
    return wm_show_value(arena, local, json_object_get(document, key), WM_SHOW_TIME);
}

/* "manual, following; it shows Wed 2025-10-01 09:12". */
static struct wm_span
clock_words(struct wm_arena *arena, const struct wm_local *local, const json_t *document,
            const char *mode)
{
    const struct wm_span now = text_at(arena, local, document, "now");
    const bool is_following = json_is_true(json_object_get(document, "following"));
    return wm_arena_printf(arena, "%s%s%s%.*s", mode, is_following ? ", following" : "",
                           now.size > 0 ? "; it shows " : "", WM_SPAN_ARG(now));
}

void
wm_show_status(struct wm_ctl *ctl, const struct wm_local *local, const json_t *document)
{
    assert(ctl != NULL && local != NULL);
    static const struct wm_shown shown[] = {
        {"organisation", "organisation", WM_SHOW_TEXT},
        {"store", "store", WM_SHOW_TEXT},
        {"policy", "policy", WM_SHOW_TEXT},
        {"refused policy", "policy_refused", WM_SHOW_TEXT},
        {"open cases", "open_cases", WM_SHOW_TEXT},
        {"in flight", "in_flight", WM_SHOW_TEXT},
        {"unassigned", "unassigned", WM_SHOW_TEXT},
        {"overdue wake-ups", "overdue_wakes", WM_SHOW_TEXT},
        {"workers", "workers", WM_SHOW_TEXT},
        {"dead letters", "dead_letters", WM_SHOW_TEXT},
        {0},
    };
    struct wm_arena *arena = ctl->arena;
    struct wm_table table = lines(arena);
    const json_int_t up_s = json_integer_value(json_object_get(document, "uptime_s"));
    const char *mode = json_string_value(json_object_get(document, "clock_mode"));
    const char *clock = json_string_value(json_object_get(document, "clock"));
    add_line(&table, "waymarkd",
             wm_arena_printf(arena, "%.*s, up for %.*s",
                             WM_SPAN_ARG(text_at(arena, local, document, "version")),
                             WM_SPAN_ARG(wm_local_elapsed(arena, up_s * WM_US_PER_SECOND))));
    add_line(&table, "clock",
             clock_words(arena, local, document,
                         mode != NULL    ? mode
                         : clock != NULL ? clock
                                         : "unknown"));
    for (size_t i = 0; shown[i].title != NULL; i++) {
        add_line(&table, shown[i].title, text_at(arena, local, document, shown[i].key));
    }
    add_line(&table, "outbox", counts(arena, json_object_get(document, "outbox")));
    add_line(&table, "since start", counts(arena, json_object_get(document, "counters")));
    wm_table_print(&table, ctl->out, 0);
}

void
wm_show_stuck(struct wm_ctl *ctl, const struct wm_local *local, const json_t *document)
{
    assert(ctl != NULL && local != NULL);
    struct wm_arena *arena = ctl->arena;
    const struct wm_span ref = text_at(arena, local, document, "ref");
    const struct wm_span where = ref.size > 0 ? ref : text_at(arena, local, document, "topic");
    const struct wm_span since = text_at(arena, local, document, "since");
    (void)fprintf(ctl->out, "%.*s%s%.*s%s%.*s: %.*s\n    %.*s\n", /* shows at the close */
                  WM_SPAN_ARG(text_at(arena, local, document, "what")), where.size > 0 ? " " : "",
                  WM_SPAN_ARG(where), since.size > 0 ? ", since " : "", WM_SPAN_ARG(since),
                  WM_SPAN_ARG(text_at(arena, local, document, "text")),
                  WM_SPAN_ARG(text_at(arena, local, document, "command")));
}

void
wm_show_clock(struct wm_ctl *ctl, const struct wm_local *local, const json_t *document)
{
    assert(ctl != NULL && local != NULL);
    const char *mode = json_string_value(json_object_get(document, "mode"));
    const struct wm_span words =
        clock_words(ctl->arena, local, document, mode != NULL ? mode : "unknown");
    (void)fprintf(ctl->out, "The clock is %.*s.\n", WM_SPAN_ARG(words)); /* shows at the close */
}

/* A dead letter with its body: whoever decides about it must see what it says. */
void
wm_show_letter(struct wm_ctl *ctl, const struct wm_local *local, const json_t *document)
{
    assert(ctl != NULL && local != NULL);
    static const struct wm_shown shown[] = {
        {"id", "id", WM_SHOW_TEXT},
        {"topic", "topic", WM_SHOW_TEXT},
        {"case", "ref", WM_SHOW_TEXT},
        {"type", "type", WM_SHOW_TEXT},
        {"state", "state", WM_SHOW_TEXT},
        {"made", "made", WM_SHOW_TIME},
        {"tries", "attempts", WM_SHOW_TEXT},
        {"reason", "reason", WM_SHOW_TEXT},
        {0},
    };
    struct wm_table table = lines(ctl->arena);
    for (size_t i = 0; shown[i].title != NULL; i++) {
        add_line(&table, shown[i].title, text_at(ctl->arena, local, document, shown[i].key));
    }
    wm_table_print(&table, ctl->out, 0);
    const json_t *body = json_object_get(document, "event");
    char *text = body != NULL ? json_dumps(body, JSON_INDENT(2) | JSON_ENCODE_ANY) : NULL;
    if (text != NULL) {
        (void)fprintf(ctl->out, "\n%s\n", text); /* shows at the close */
    }
    free(text);
}

void
wm_show_verified(struct wm_ctl *ctl, const struct wm_local *local, const json_t *document)
{
    assert(ctl != NULL && local != NULL);
    const json_int_t cases = json_integer_value(json_object_get(document, "cases"));
    const json_int_t differences = json_integer_value(json_object_get(document, "differences"));
    (void)fprintf(ctl->out, /* shows at the close */
                  "%" JSON_INTEGER_FORMAT " case%s folded again: ", cases, cases == 1 ? "" : "s");
    if (differences == 0) {
        (void)fprintf(ctl->out, "no difference\n");
    } else {
        (void)fprintf(ctl->out, "%" JSON_INTEGER_FORMAT " difference%s\n", differences,
                      differences == 1 ? "" : "s");
    }
}
