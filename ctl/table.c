/* table.c - lays out tables for people. */
#include "ctl/table.h"

#include <assert.h>

enum { GAP = 2, CONTINUES = 0x80, CONTINUES_MASK = 0xC0, PRINTABLE = 0x20, DELETE = 0x7F };

size_t
wm_table_width(struct wm_span text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.size; i++) {
        width += ((unsigned char)text.data[i] & CONTINUES_MASK) != CONTINUES;
    }
    return width;
}

struct wm_span
wm_table_clean(struct wm_arena *arena, struct wm_span text)
{
    bool is_clean = true;
    for (size_t i = 0; i < text.size && is_clean; i++) {
        const unsigned char byte = (unsigned char)text.data[i];
        is_clean = byte >= PRINTABLE && byte != DELETE;
    }
    if (is_clean) {
        return text;
    }
    char *copy = wm_arena_alloc(arena, text.size + 1, 1);
    if (copy == NULL) {
        return (struct wm_span){0};
    }
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char byte = (unsigned char)text.data[i];
        if (byte < PRINTABLE || byte == DELETE) {
            copy[i] = ' ';
        } else {
            copy[i] = text.data[i];
        }
    }
    return (struct wm_span){copy, text.size};
}

struct wm_span *
wm_table_row(struct wm_table *table)
{
    assert(table->arena != NULL);
    assert(table->column_count > 0 && table->column_count <= WM_TABLE_COLUMNS);
    struct wm_row_cells *row = WM_PUSH(table->arena, table);
    return row != NULL ? row->cells : NULL;
}

/* Width of each column: 0 for those that are left out. */
static size_t
measure(const struct wm_table *table, size_t widths[static WM_TABLE_COLUMNS])
{
    size_t last = 0;
    for (size_t column = 0; column < table->column_count; column++) {
        widths[column] = 0;
        for (size_t row = 0; row < table->count; row++) {
            const size_t width = wm_table_width(table->items[row].cells[column]);
            widths[column] = width > widths[column] ? width : widths[column];
        }
        const size_t title = wm_table_width(wm_span(table->columns[column].title));
        if (widths[column] > 0) {
            widths[column] = title > widths[column] ? title : widths[column];
            last = column;
        }
    }
    return last;
}

static void
print_line(const struct wm_table *table, const struct wm_span *cells,
           const size_t widths[static WM_TABLE_COLUMNS], size_t last, FILE *out)
{
    size_t owed = 0; /* spaces that stand before the next text: none trail a line */
    for (size_t column = 0; column <= last; column++) {
        if (widths[column] == 0) {
            continue;
        }
        const struct wm_span text = wm_table_clean(table->arena, cells[column]);
        const size_t rest = widths[column] - wm_table_width(text);
        const bool is_right = table->columns[column].align == WM_ALIGN_RIGHT;
        if (text.size > 0) {
            (void)fprintf(out, "%*s%.*s", (int)(owed + (is_right ? rest : 0)), "",
                          WM_SPAN_ARG(text));
            owed = is_right ? GAP : rest + GAP;
        } else {
            owed += widths[column] + GAP;
        }
    }
    (void)fputc('\n', out);
}

void
wm_table_print(const struct wm_table *table, FILE *out, int indent)
{
    assert(table != NULL && out != NULL && indent >= 0);
    if (table->count == 0 || wm_arena_failed(table->arena)) {
        return;
    }
    size_t widths[WM_TABLE_COLUMNS] = {0};
    const size_t last = measure(table, widths);
    struct wm_span titles[WM_TABLE_COLUMNS];
    bool has_titles = false;
    for (size_t column = 0; column < table->column_count; column++) {
        titles[column] = wm_span(table->columns[column].title);
        has_titles = has_titles || titles[column].size > 0;
    }
    if (has_titles) {
        (void)fprintf(out, "%*s", indent, ""); /* a broken pipe shows when the stream is closed */
        print_line(table, titles, widths, last, out);
    }
    for (size_t row = 0; row < table->count; row++) {
        (void)fprintf(out, "%*s", indent, "");
        print_line(table, table->items[row].cells, widths, last, out);
    }
}
