/* backend_sqlite.c - what the contract suite asks of the database behind the store. */
#include <errno.h>
#include <stdio.h>

#include "daemon/store/sqlite.h"
#include "tests/contract/contract.h"

static sqlite3 *
open_raw(const struct contract *contract)
{
    sqlite3 *db = NULL;
    assert_true(wm_span_starts(contract->uri, "sqlite:"));
    assert_int_equal(sqlite3_open(contract->uri.data + strlen("sqlite:"), &db), SQLITE_OK);
    return db;
}

void
backend_set_schema(const struct contract *contract, int version)
{
    sqlite3 *db = open_raw(contract);
    char sql[64];
    (void)sqlite3_snprintf((int)sizeof sql, sql, "pragma user_version=%d", version);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int
backend_count_tables(const struct contract *contract)
{
    sqlite3 *db = open_raw(contract);
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "select count(*) from sqlite_schema where type='table'",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int count = sqlite3_column_int(statement, 0);
    (void)sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return count;
}

/* ---- plans: that a statement names an index does not say how it goes through it */

/* True if a step of a plan goes through all rows of an organisation although they are many. */
static bool
is_slow(const char *step)
{
    /* Few rows, or counted in an index that holds what is asked. */
    static const char *const fine[] = {
        "COVERING INDEX cases_open", "INDEX sqlite_autoindex_officers",
        "INDEX sqlite_autoindex_texts", "SCAN CONSTANT ROW", "SCAN topics"};
    for (size_t i = 0; i < WM_COUNT(fine); i++) {
        if (strstr(step, fine[i]) != NULL) {
            return false;
        }
    }
    return strstr(step, "SCAN") != NULL || strstr(step, "(org=?)") != NULL;
}

static void
check_plan(sqlite3 *db, const char *sql)
{
    char explain[8192];
    sqlite3_stmt *statement = NULL;
    (void)snprintf(explain, sizeof explain, "explain query plan %s", sql);
    assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(statement, 3);
        if (is_slow(step)) {
            fail_msg("\"%s\" does: %s", sql, step);
        }
    }
    (void)sqlite3_finalize(statement);
}

static void
no_statement_goes_through_everything(void **state)
{
    const struct contract *contract = *state;
    sqlite3 *db = open_raw(contract);
    for (size_t i = WM_SQL_BEGIN; i < WM_SQL_COUNT; i++) {
        assert_non_null(wm_sqlite_statements[i]);
        check_plan(db, wm_sqlite_statements[i]);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- a disk that fails */

static ssize_t
fail_to_write(int fd, const void *bytes, size_t size, off_t offset)
{
    (void)fd;
    (void)bytes;
    (void)size;
    (void)offset;
    errno = EIO;
    return -1;
}

/* Has SQLite write by `call`; NULL: as it did at first. */
static void
set_write(sqlite3_syscall_ptr call)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    assert_non_null(vfs);
    assert_int_equal(vfs->xSetSystemCall(vfs, "pwrite", call), SQLITE_OK);
    assert_int_equal(vfs->xSetSystemCall(vfs, "pwrite64", call), SQLITE_OK);
}

/* A write that failed may succeed the next time and mean nothing: nobody is told OK any more until
 * the store was opened anew. */
static void
after_a_failed_write_nothing_goes_on(void **state)
{
    struct contract *contract = *state;
    const struct wm_case_row kept = contract_case("C-1");
    const struct wm_case_row lost = contract_case("C-2");
    contract_save(contract, &kept, 1);
    contract_begin(contract);
    assert_int_equal(wm_store_cases_save(contract->store, &lost, 1), WM_OK);
    set_write((sqlite3_syscall_ptr)(void (*)(void))fail_to_write);
    const enum wm_status status = wm_store_commit(contract->store);
    set_write(NULL);
    assert_int_equal(status, WM_IO);
    assert_non_null(strstr(wm_store_why(contract->store), "Input/output error"));
    assert_int_equal(wm_store_begin(contract->store), WM_IO);
    wm_store_idle(contract->store);
    assert_int_equal(wm_store_begin(contract->store), WM_IO);

    contract_reopen(contract);
    const struct wm_span refs[] = {kept.ref, lost.ref};
    struct wm_case_row *rows = NULL;
    size_t count = 0;
    assert_ok(wm_store_cases_load(contract->store, refs, 2, contract->arena, &rows, &count));
    assert_int_equal(count, 1);
    assert_span(rows[0].ref, "C-1");
    contract_save(contract, &lost, 1);
}

int
backend_run(void)
{
    const struct CMUnitTest tests[] = {
        contract_test(no_statement_goes_through_everything),
        contract_test(after_a_failed_write_nothing_goes_on),
    };
    return cmocka_run_group_tests_name("sqlite", tests, NULL, NULL);
}
