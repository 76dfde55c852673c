/* ledger.h - a worker's own record, in SQLite: what it has taken, under the message's stable id, so
 * that a second delivery of it changes nothing. */
#ifndef WM_WORKERS_LEDGER_H
#define WM_WORKERS_LEDGER_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct wm_ledger;
struct sqlite3_stmt;

/* A column and where its value stands in the message's data ("due"); path NULL: given by the
 * caller. */
struct wm_column {
    const char *name;
    const char *path;
};

/* Opens (or makes, mode 0640) the file with full durability and runs `schema`. NULL: *ret_why says
 * why. */
struct wm_ledger *wm_ledger_open(const char *path, const char *schema, const char **ret_why);
void wm_ledger_free(struct wm_ledger **ledger);
const char *wm_ledger_why(const struct wm_ledger *ledger);
/* Inserts a row, or changes the row of that key: columns whose value is absent stay as they are.
 * `values` are for the columns without a path, in their order. Durable when it returns true. The
 * first column is the key. */
bool wm_ledger_put(struct wm_ledger *ledger, const char *table, const struct wm_column *columns,
                   size_t count, json_t *data, const char *const *values);
/* Calls `row` for each row of a query with up to two text parameters (NULL: not given). False on an
 * error or when `row` returns false. */
typedef bool wm_ledger_row(void *context, struct sqlite3_stmt *row);
bool wm_ledger_each(struct wm_ledger *ledger, const char *sql, const char *const parameters[2],
                    wm_ledger_row *row, void *context);
/* Writes a query's rows, headed by its column names. The file appears whole or not at all, mode
 * 0640. Text that a spreadsheet would take for a formula is quoted. */
bool wm_export_csv(struct wm_ledger *ledger, const char *sql, const char *const parameters[2],
                   const char *path);
bool wm_export_xlsx(struct wm_ledger *ledger, const char *sql, const char *const parameters[2],
                    const char *path);
/* A text column of the current row; "" for null. */
const char *wm_ledger_text(struct sqlite3_stmt *row, int column);
/* Makes a folder with mode 0750 unless it is there. */
bool wm_folder_make(const char *path);
/* Writes a file whole or not at all, mode 0640, durable. */
bool wm_file_write(const char *path, const char *bytes, size_t size);

#endif
