/* show_case.c - a case, and its history, as people read them. */
#include <assert.h>

#include "ctl/questions.h"
#include "ctl/words.h"

static const char *
text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static struct wm_span
time_at(struct wm_arena *arena, const struct wm_local *local, const json_t *object, const char *key)
{
    return wm_show_value(arena, local, json_object_get(object, key), WM_SHOW_TIME);
}

/* ---- case show ------------------------------------------------------------------------------- */

static void
show_head(struct wm_ctl *ctl, const struct wm_local *local, const json_t *c)
{
    const char *officer = text_at(c, "officer");
    const struct wm_span closed = time_at(ctl->arena, local, c, "closed");
    (void)fprintf(ctl->out, "%s: %s %" JSON_INTEGER_FORMAT ", %s\n", /* shows at the close */
                  text_at(c, "ref"), text_at(c, "workflow"),
                  json_integer_value(json_object_get(c, "version")), text_at(c, "state"));
    (void)fprintf(ctl->out, "Opened %.*s%s%.*s; %s has it.\n",
                  WM_SPAN_ARG(time_at(ctl->arena, local, c, "opened")),
                  closed.size > 0 ? ", closed " : "", WM_SPAN_ARG(closed),
                  officer[0] != '\0' ? officer : "nobody");
    if (json_array_size(json_object_get(c, "aliases")) > 0) {
        (void)fprintf(ctl->out, "Also known as %.*s.\n",
                      WM_SPAN_ARG(time_at(ctl->arena, local, c, "aliases")));
    }
}

static void
show_attributes(struct wm_ctl *ctl, const struct wm_local *local, const json_t *c)
{
    static const struct wm_column columns[] = {{"attribute", WM_ALIGN_LEFT},
                                               {"value", WM_ALIGN_LEFT}};
    struct wm_table table = {
        .arena = ctl->arena, .columns = columns, .column_count = WM_COUNT(columns)};
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(json_object_get(c, "attributes"), name, value)
    {
        const struct wm_span text = wm_show_value(ctl->arena, local, value, WM_SHOW_TEXT);
        if (text.size > 0) {
            struct wm_span *cells = wm_table_row(&table);
            cells[0] = wm_arena_copy(ctl->arena, wm_span(name));
            cells[1] = text;
        }
    }
    (void)fputc('\n', ctl->out); /* shows at the close */
    wm_table_print(&table, ctl->out, 0);
}

static void
show_clocks(struct wm_ctl *ctl, const struct wm_local *local, const json_t *c)
{
    static const struct wm_column columns[] = {
        {"clock", WM_ALIGN_LEFT},     {"run", WM_ALIGN_RIGHT},        {"status", WM_ALIGN_LEFT},
        {"started", WM_ALIGN_LEFT},   {"due", WM_ALIGN_LEFT},         {"stopped", WM_ALIGN_LEFT},
        {"extended", WM_ALIGN_RIGHT}, {"touch point", WM_ALIGN_LEFT},
    };
    struct wm_table table = {
        .arena = ctl->arena, .columns = columns, .column_count = WM_COUNT(columns)};
    size_t index = 0;
    const json_t *clock = NULL;
    json_array_foreach(json_object_get(c, "clocks"), index, clock)
    {
        const json_t *extended = json_object_get(clock, "extended");
        struct wm_span *cells = wm_table_row(&table);
        size_t at = 0;
        cells[at++] = time_at(ctl->arena, local, clock, "name");
        cells[at++] = time_at(ctl->arena, local, clock, "run");
        cells[at++] = time_at(ctl->arena, local, clock, "status");
        cells[at++] = time_at(ctl->arena, local, clock, "started");
        cells[at++] =
            wm_words_due(ctl->arena, local, text_at(clock, "due"), text_at(clock, "due_day"));
        cells[at++] = time_at(ctl->arena, local, clock, "stopped");
        cells[at++] = json_integer_value(extended) != 0
                          ? wm_show_value(ctl->arena, local, extended, WM_SHOW_COUNT)
                          : (struct wm_span){0};
        cells[at] = time_at(ctl->arena, local, clock, "touchpoint");
    }
    if (table.count > 0) {
        (void)fputc('\n', ctl->out); /* shows at the close */
    }
    wm_table_print(&table, ctl->out, 0);
}

static void
show_items(struct wm_ctl *ctl, const struct wm_local *local, const json_t *c)
{
    static const struct wm_shown shown[] = {
        {"item", "kind", WM_SHOW_TEXT},     {"id", "id", WM_SHOW_TEXT},
        {"status", "status", WM_SHOW_TEXT}, {"due", "due", WM_SHOW_TIME},
        {"owner", "owner", WM_SHOW_TEXT},   {"what", "title", WM_SHOW_TEXT},
        {"", "text", WM_SHOW_TEXT},         {0},
    };
    struct wm_column columns[WM_TABLE_COLUMNS];
    struct wm_table table = {.arena = ctl->arena, .columns = columns};
    table.column_count = wm_show_columns(shown, columns);
    size_t index = 0;
    const json_t *item = NULL;
    json_array_foreach(json_object_get(c, "items"), index, item)
    {
        wm_show_row(&table, local, shown, item);
    }
    if (table.count > 0) {
        (void)fputc('\n', ctl->out); /* shows at the close */
    }
    wm_table_print(&table, ctl->out, 0);
}

void
wm_show_case(struct wm_ctl *ctl, const struct wm_local *local, const json_t *document)
{
    assert(ctl != NULL && local != NULL);
    show_head(ctl, local, document);
    show_attributes(ctl, local, document);
    show_clocks(ctl, local, document);
    show_items(ctl, local, document);
}

/* ---- case history ---------------------------------------------------------------------------- */

static void
show_refusal(struct wm_ctl *ctl, const struct wm_local *local, const json_t *row)
{
    const char *field = text_at(row, "field");
    (void)fprintf(ctl->out, "%.*s  %s refused (%s%s%s): %s\n", /* shows at the close */
                  WM_SPAN_ARG(time_at(ctl->arena, local, row, "recorded")), text_at(row, "type"),
                  text_at(row, "code"), field[0] != '\0' ? " " : "", field,
                  text_at(row, "message"));
}

static void
show_effects(struct wm_ctl *ctl, const struct wm_local *local, const json_t *row)
{
    size_t index = 0;
    const json_t *item = NULL;
    json_array_foreach(json_object_get(row, "violations"), index, item)
    {
        (void)fprintf(ctl->out, "    breaks %s\n", json_string_value(item)); /* at the close */
    }
    json_array_foreach(json_object_get(row, "effects"), index, item)
    {
        const struct wm_span words = wm_words_effect(ctl->arena, local, item);
        if (words.size > 0) {
            (void)fprintf(ctl->out, "    %.*s\n", WM_SPAN_ARG(wm_table_clean(ctl->arena, words)));
        }
    }
}

void
wm_show_history(struct wm_ctl *ctl, const struct wm_local *local, const json_t *document)
{
    assert(ctl != NULL && local != NULL);
    if (json_object_get(document, "code") != NULL) {
        show_refusal(ctl, local, document);
        return;
    }
    struct wm_arena *arena = ctl->arena;
    const struct wm_span occurred = time_at(arena, local, document, "occurred");
    const struct wm_span recorded = time_at(arena, local, document, "recorded");
    const char *from = text_at(document, "from");
    const char *to = text_at(document, "to");
    const char *actor = text_at(document, "actor");
    const char *ref = text_at(document, "ref"); /* rows of many cases have it */
    const struct wm_span clock = wm_words_clock(arena, document);
    struct wm_text line = {.arena = arena};
    if (ref[0] == '\0') {
        wm_text_printf(&line, "%4" JSON_INTEGER_FORMAT "  ",
                       json_integer_value(json_object_get(document, "seq")));
    }
    wm_text_printf(&line, "%.*s  %s%s%s", WM_SPAN_ARG(occurred), ref, ref[0] != '\0' ? "  " : "",
                   text_at(document, "type"));
    if (clock.size > 0) {
        wm_text_printf(&line, " %.*s", WM_SPAN_ARG(clock));
    }
    if (actor[0] != '\0') {
        wm_text_printf(&line, " by %s", actor);
    }
    if (strcmp(from, to) != 0) {
        wm_text_printf(&line, "; now %s", to);
    }
    if (strcmp(text_at(document, "outcome"), "recorded") == 0 ||
        strcmp(text_at(document, "outcome"), "corrected") == 0) {
        wm_text_printf(&line, " (%s)", text_at(document, "outcome"));
    }
    if (!wm_span_equal(occurred, recorded)) {
        wm_text_printf(&line, " (heard %.*s)", WM_SPAN_ARG(recorded));
    }
    (void)fprintf(ctl->out, "%.*s\n", /* shows at the close */
                  WM_SPAN_ARG(wm_table_clean(arena, wm_text_span(&line))));
    show_effects(ctl, local, document);
}
