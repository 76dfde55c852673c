/* export.c - what people open: CSV and spreadsheets, from a query of the ledger. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>
#include <xlsxwriter.h>

#include "workers/ledger.h"

enum { PATH_BYTES = 1024, FOLDER_MODE = 0750, FILE_MODE = 0640, COLUMN_WIDTH = 18 };

bool
wm_folder_make(const char *path)
{
    return mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST;
}

/* Renames a finished temporary file over its name, so that nobody ever reads half of it. */
static bool
put_in_place(const char *temporary, const char *path)
{
    const int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    const bool durable = fd >= 0 && fchmod(fd, FILE_MODE) == 0 && fsync(fd) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    if (durable && rename(temporary, path) == 0) {
        return true;
    }
    (void)unlink(temporary);
    return false;
}

static bool
temporary_name(const char *path, char *temporary)
{
    const int size = snprintf(temporary, PATH_BYTES, "%s.part", path);
    return size > 0 && size < PATH_BYTES;
}

bool
wm_file_write(const char *path, const char *bytes, size_t size)
{
    char temporary[PATH_BYTES];
    if (!temporary_name(path, temporary)) {
        return false;
    }
    const int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
    if (fd < 0) {
        return false;
    }
    size_t done = 0;
    while (done < size) {
        const ssize_t wrote = write(fd, bytes + done, size - done);
        if (wrote <= 0) {
            break;
        }
        done += (size_t)wrote;
    }
    const bool closed = close(fd) == 0;
    if (!closed || done < size) {
        (void)unlink(temporary);
        return false;
    }
    return put_in_place(temporary, path);
}

/* ---- CSV (RFC 4180)
 * ------------------------------------------------------------------------------------ */

struct csv {
    FILE *out;
    bool headed;
};

/* A cell that begins with = + - @ would be run as a formula by a spreadsheet: it is led by an
 * apostrophe. */
static bool
is_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
}

static void
put_cell(FILE *out, const char *text, bool first)
{
    (void)fputs(first ? "\"" : ",\"", out);
    if (is_formula(text)) {
        (void)fputc('\'', out);
    }
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"') {
            (void)fputc('"', out);
        }
        (void)fputc(*c, out);
    }
    (void)fputc('"', out);
}

static void
put_head(struct csv *csv, sqlite3_stmt *row)
{
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        put_cell(csv->out, sqlite3_column_name(row, i), i == 0);
    }
    (void)fputs("\r\n", csv->out);
    csv->headed = true;
}

static bool
csv_row(void *context, sqlite3_stmt *row)
{
    struct csv *csv = context;
    if (!csv->headed) {
        put_head(csv, row);
    }
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        put_cell(csv->out, wm_ledger_text(row, i), i == 0);
    }
    (void)fputs("\r\n", csv->out);
    return ferror(csv->out) == 0;
}

bool
wm_export_csv(struct wm_ledger *ledger, const char *sql, const char *const parameters[2],
              const char *path)
{
    assert(path != NULL);
    char *bytes = NULL;
    size_t size = 0;
    struct csv csv = {.out = open_memstream(&bytes, &size)};
    if (csv.out == NULL) {
        return false;
    }
    const bool read = wm_ledger_each(ledger, sql, parameters, csv_row, &csv);
    const bool closed = fclose(csv.out) == 0;
    const bool written = read && closed && wm_file_write(path, bytes, size);
    free(bytes);
    return written;
}

/* ---- spreadsheets
 * -------------------------------------------------------------------------------------- */

struct sheet {
    lxw_worksheet *sheet;
    lxw_format *bold;
    lxw_row_t row;
};

static bool
sheet_row(void *context, sqlite3_stmt *row)
{
    struct sheet *sheet = context;
    const int count = sqlite3_column_count(row);
    if (sheet->row == 0) {
        for (int i = 0; i < count; i++) {
            (void)worksheet_write_string(sheet->sheet, 0, (lxw_col_t)i, sqlite3_column_name(row, i),
                                         sheet->bold);
        }
        (void)worksheet_set_column(sheet->sheet, 0, (lxw_col_t)(count - 1), COLUMN_WIDTH, NULL);
        worksheet_freeze_panes(sheet->sheet, 1, 0);
        sheet->row = 1;
    }
    for (int i = 0; i < count; i++) {
        /* Always text: a phone number is not a sum, and no cell is a formula. */
        (void)worksheet_write_string(sheet->sheet, sheet->row, (lxw_col_t)i, wm_ledger_text(row, i),
                                     NULL);
    }
    sheet->row++;
    return true;
}

bool
wm_export_xlsx(struct wm_ledger *ledger, const char *sql, const char *const parameters[2],
               const char *path)
{
    char temporary[PATH_BYTES];
    if (!temporary_name(path, temporary)) {
        return false;
    }
    lxw_workbook *book = workbook_new(temporary);
    if (book == NULL) {
        return false;
    }
    struct sheet sheet = {.sheet = workbook_add_worksheet(book, NULL),
                          .bold = workbook_add_format(book)};
    format_set_bold(sheet.bold);
    const bool read = wm_ledger_each(ledger, sql, parameters, sheet_row, &sheet);
    const bool closed = workbook_close(book) == LXW_NO_ERROR;
    if (!read || !closed) {
        (void)unlink(temporary);
        return false;
    }
    return put_in_place(temporary, path);
}
