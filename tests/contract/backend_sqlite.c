/* backend_sqlite.c - what the contract suite asks of the database behind the store. */
#include <sqlite3.h>

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
