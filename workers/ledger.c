/* ledger.c - the record of a worker. */
#include "workers/ledger.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "base/attributes.h"

enum { SQL_MAX = 8192, BUSY_MS = 5000, NUMBER_MAX = 32 };

struct wm_ledger {
    sqlite3 *db;
};

/* The schema leads with what makes a commit durable. */
static const char pragmas[] = "pragma journal_mode = wal; pragma synchronous = full;";

struct wm_ledger *
wm_ledger_open(const char *path, const char *schema, const char **ret_why)
{
    static const char no_memory[] = "out of memory";
    assert(path != NULL && schema != NULL);
    struct wm_ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger == NULL) {
        *ret_why = no_memory;
        return NULL;
    }
    const mode_t mask = umask(S_IWGRP | S_IRWXO);
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(path, &ledger->db, flags, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_busy_timeout(ledger->db, BUSY_MS);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_exec(ledger->db, pragmas, NULL, NULL, NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_exec(ledger->db, schema, NULL, NULL, NULL);
    }
    (void)umask(mask);
    if (code != SQLITE_OK) {
        *ret_why = sqlite3_errstr(code);
        wm_ledger_free(&ledger);
    }
    return ledger;
}

void
wm_ledger_free(struct wm_ledger **ledger)
{
    assert(ledger != NULL);
    if (*ledger != NULL) {
        (void)sqlite3_close(((*ledger)->db));
        free(*ledger);
        *ledger = NULL;
    }
}

const char *
wm_ledger_why(const struct wm_ledger *ledger)
{
    return sqlite3_errmsg(ledger->db);
}

/* ---- writing
 * ------------------------------------------------------------------------------------------- */

/* "insert into t (a, b) values (?, ?) on conflict (a) do update set b = coalesce(excluded.b, b)" */
static bool
put_sql(char *sql, const char *table, const struct wm_column *columns, size_t count)
{
    FILE *out = fmemopen(sql, SQL_MAX, "w");
    if (out == NULL) {
        return false;
    }
    (void)fprintf(out, "insert into %s (", table);
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(out, "%s%s", i > 0 ? ", " : "", columns[i].name);
    }
    (void)fputs(") values (", out);
    for (size_t i = 0; i < count; i++) {
        (void)fputs(i > 0 ? ", ?" : "?", out);
    }
    (void)fprintf(out, ") on conflict (%s) do update set ", columns[0].name);
    for (size_t i = 1; i < count; i++) {
        (void)fprintf(out, "%s%s = coalesce(excluded.%s, %s)", i > 1 ? ", " : "", columns[i].name,
                      columns[i].name, columns[i].name);
    }
    const bool fits = ftell(out) < SQL_MAX - 1;
    return fclose(out) == 0 && fits;
}

static void
bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    if (text != NULL) {
        (void)sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
    }
}

/* Lists and objects are kept as JSON, for a person to read and a program to parse. */
static void
bind_json(sqlite3_stmt *statement, int at, const json_t *value)
{
    if (json_is_string(value)) {
        bind_text(statement, at, json_string_value(value));
    } else if (json_is_integer(value)) {
        (void)sqlite3_bind_int64(statement, at, json_integer_value(value));
    } else if (json_is_boolean(value)) {
        bind_text(statement, at, json_is_true(value) ? "yes" : "no");
    } else if (value != NULL && !json_is_null(value)) {
        char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        bind_text(statement, at, text);
        free(text);
    }
}

bool
wm_ledger_put(struct wm_ledger *ledger, const char *table, const struct wm_column *columns,
              size_t count, json_t *data, const char *const *values)
{
    assert(count > 1);
    char sql[SQL_MAX];
    sqlite3_stmt *statement = NULL;
    if (!put_sql(sql, table, columns, count) ||
        sqlite3_prepare_v2(ledger->db, sql, -1, &statement, NULL) != SQLITE_OK) {
        return false;
    }
    size_t given = 0;
    for (size_t i = 0; i < count; i++) {
        if (columns[i].path != NULL) {
            bind_json(statement, (int)i + 1, json_object_get(data, columns[i].path));
        } else {
            bind_text(statement, (int)i + 1, values[given++]);
        }
    }
    const int code = sqlite3_step(statement);
    (void)sqlite3_finalize(statement);
    return code == SQLITE_DONE;
}

/* ---- reading
 * ------------------------------------------------------------------------------------------- */

const char *
wm_ledger_text(sqlite3_stmt *row, int column)
{
    const unsigned char *text = sqlite3_column_text(row, column);
    return text != NULL ? (const char *)text : "";
}

bool
wm_ledger_each(struct wm_ledger *ledger, const char *sql, const char *const parameters[2],
               wm_ledger_row *row, void *context)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(ledger->db, sql, -1, &statement, NULL) != SQLITE_OK) {
        return false;
    }
    for (int i = 0; parameters != NULL && i < 2; i++) {
        if (i < sqlite3_bind_parameter_count(statement)) {
            bind_text(statement, i + 1, parameters[i]);
        }
    }
    int code = sqlite3_step(statement);
    bool go_on = true;
    while (code == SQLITE_ROW && go_on) {
        go_on = row(context, statement);
        code = go_on ? sqlite3_step(statement) : code;
    }
    (void)sqlite3_finalize(statement);
    return go_on && code == SQLITE_DONE;
}
