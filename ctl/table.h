/* table.h - columns of text, no wider than what stands in them. */
#ifndef WM_CTL_TABLE_H
#define WM_CTL_TABLE_H

#include <stdio.h>

#include "base/arena.h"

enum { WM_TABLE_COLUMNS = 12 };

enum wm_align { WM_ALIGN_LEFT = 1, WM_ALIGN_RIGHT };

struct wm_column {
    const char *title;
    enum wm_align align;
};

struct wm_row_cells {
    struct wm_span cells[WM_TABLE_COLUMNS];
};

/* Zeroed but for arena, columns and column_count is an empty table. Cells borrow. */
struct wm_table {
    struct wm_arena *arena;
    const struct wm_column *columns;
    size_t column_count;
    struct wm_row_cells *items;
    size_t count;
    size_t room;
};

/* A new row of absent cells. Never NULL unless the arena failed. */
struct wm_span *wm_table_row(struct wm_table *table);
/* Columns in which nothing stands are left out; the last one is not padded. `indent` spaces begin
 * each line. Empty titles make no line. No rows: nothing, not even the titles. */
void wm_table_print(const struct wm_table *table, FILE *out, int indent);
/* Places that text takes on a terminal: code points, no control characters among them. */
size_t wm_table_width(struct wm_span text);
/* Text as it may be shown on a terminal: control characters become spaces. */
struct wm_span wm_table_clean(struct wm_arena *arena, struct wm_span text);

#endif
