/* show_value.c - values, rows and documents of answers, as people read them. */
#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "ctl/question.h"

/* "2026-03-30 to 2026-04-10 (annual)" of leave or duty; other objects as JSON. */
static void
put_element(struct wm_text *text, const struct wm_local *local, const json_t *item)
{
    const char *from = json_string_value(json_object_get(item, "from"));
    const char *to = json_string_value(json_object_get(item, "to"));
    const char *kind = json_string_value(json_object_get(item, "kind"));
    if (json_is_string(item)) {
        wm_text_puts(text, json_string_value(item));
    } else if (from != NULL && to != NULL) {
        wm_text_put(text, wm_local_text(text->arena, local, wm_span(from)));
        wm_text_puts(text, " to ");
        wm_text_put(text, wm_local_text(text->arena, local, wm_span(to)));
        wm_text_printf(text, "%s%s%s", kind != NULL ? " (" : "", kind != NULL ? kind : "",
                       kind != NULL ? ")" : "");
    } else {
        char *dump = json_dumps(item, JSON_ENCODE_ANY | JSON_COMPACT);
        wm_text_puts(text, dump != NULL ? dump : "");
        free(dump);
    }
}

static struct wm_span
join(struct wm_arena *arena, const struct wm_local *local, const json_t *list)
{
    struct wm_text text = {.arena = arena};
    size_t index = 0;
    const json_t *item = NULL;
    json_array_foreach(list, index, item)
    {
        wm_text_puts(&text, index == 0 ? "" : ", ");
        put_element(&text, local, item);
    }
    return wm_text_span(&text);
}

static struct wm_span
show_text(struct wm_arena *arena, const struct wm_local *local, const char *text,
          enum wm_showing showing)
{
    int64_t us = 0;
    if (showing == WM_SHOW_DUE && wm_time_parse(wm_span(text), &us) == WM_OK &&
        wm_local_second_of(local, us) == 0) {
        return wm_local_day(arena, wm_local_day_of(local, us) - 1);
    }
    const bool is_time = showing == WM_SHOW_TIME || showing == WM_SHOW_DUE;
    const struct wm_span copy = wm_arena_copy(arena, wm_span(text));
    return is_time ? wm_local_text(arena, local, copy) : copy;
}

struct wm_span
wm_show_value(struct wm_arena *arena, const struct wm_local *local, const json_t *value,
              enum wm_showing showing)
{
    assert(arena != NULL && local != NULL);
    if (showing == WM_SHOW_LENGTH) {
        const size_t count = json_array_size(value);
        return count > 0 ? wm_arena_printf(arena, "%zu", count) : (struct wm_span){0};
    }
    if (json_is_string(value)) {
        return show_text(arena, local, json_string_value(value), showing);
    }
    if (json_is_integer(value)) {
        if (showing == WM_SHOW_LIMIT && json_integer_value(value) == 0) {
            return (struct wm_span){0};
        }
        return wm_arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    }
    if (json_is_boolean(value)) {
        return wm_span(json_is_true(value) ? "yes" : "no");
    }
    if (json_is_array(value)) {
        return join(arena, local, value);
    }
    if (json_is_object(value) || json_is_real(value)) {
        char *dump = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        const struct wm_span text = wm_arena_copy(arena, wm_span(dump));
        free(dump);
        return text;
    }
    return (struct wm_span){0};
}

size_t
wm_show_columns(const struct wm_shown *shown, struct wm_column columns[WM_TABLE_COLUMNS])
{
    size_t count = 0;
    for (; shown[count].title != NULL; count++) {
        assert(count < WM_TABLE_COLUMNS);
        const bool is_number = shown[count].showing == WM_SHOW_COUNT ||
                               shown[count].showing == WM_SHOW_LIMIT ||
                               shown[count].showing == WM_SHOW_LENGTH;
        columns[count] =
            (struct wm_column){shown[count].title, is_number ? WM_ALIGN_RIGHT : WM_ALIGN_LEFT};
    }
    return count;
}

void
wm_show_row(struct wm_table *table, const struct wm_local *local, const struct wm_shown *shown,
            const json_t *object)
{
    struct wm_span *cells = wm_table_row(table);
    for (size_t i = 0; cells != NULL && shown[i].title != NULL; i++) {
        cells[i] = wm_show_value(table->arena, local, json_object_get(object, shown[i].key),
                                 shown[i].showing);
    }
}

void
wm_show_document(struct wm_ctl *ctl, const struct wm_local *local, const struct wm_shown *shown,
                 const json_t *document)
{
    static const struct wm_column columns[] = {{"", WM_ALIGN_LEFT}, {"", WM_ALIGN_LEFT}};
    struct wm_table table = {
        .arena = ctl->arena, .columns = columns, .column_count = WM_COUNT(columns)};
    for (size_t i = 0; shown[i].title != NULL; i++) {
        const struct wm_span text = wm_show_value(
            ctl->arena, local, json_object_get(document, shown[i].key), shown[i].showing);
        if (text.size > 0) {
            struct wm_span *cells = wm_table_row(&table);
            cells[0] = wm_span(shown[i].title);
            cells[1] = text;
        }
    }
    wm_table_print(&table, ctl->out, 0);
}
