/* contract.h - what the parts of the store's contract suite share: a store of one's own for each
 * test.
 *
 * The suite is written against store.h alone and runs against whatever WAYMARK_TEST_STORE names
 * (default: SQLite in a fresh folder). What only the database behind it can do, such as making its
 * schema look newer, is in backend_sqlite.c. */
#ifndef WM_TESTS_CONTRACT_H
#define WM_TESTS_CONTRACT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "daemon/store/store.h"

enum { CONTRACT_NOW = 1000000, CONTRACT_LEASE = 60000000 };

struct contract {
    struct wm_arena *arena;
    struct wm_store *store;
    struct wm_span uri;
    struct wm_span organisation; /* of this test alone */
    char folder[64];             /* removed at the end; "": none */
    struct wm_span why;
};

int contract_setup(void **state);
int contract_teardown(void **state);

/* Opens another connection; closes and opens the fixture's. */
enum wm_status contract_open(struct contract *contract, enum wm_store_mode mode,
                             struct wm_store **ret_store);
void contract_reopen(struct contract *contract);
void contract_begin(struct contract *contract);
void contract_commit(struct contract *contract);

/* Rows with everything that must be there; texts are borrowed. */
struct wm_case_row contract_case(const char *ref);
struct wm_event_row contract_event(const char *ref, int64_t seq);
struct wm_message_row contract_message(const char *id, const char *topic, const char *ref);

/* In a batch of their own. */
void contract_save(struct contract *contract, const struct wm_case_row *rows, size_t count);
void contract_send(struct contract *contract, const struct wm_message_row *rows, size_t count);
/* Claims up to `limit` at CONTRACT_NOW of both clocks, and writes their ids with a space between
 * into the arena. */
const char *contract_claim(struct contract *contract, const char *topic, size_t limit);
/* Answers the newest lease that contract_claim gave this id; true if it was taken. */
bool contract_answer(struct contract *contract, const char *id, enum wm_delivery_answer answer,
                     int64_t available_us);

#define assert_ok(status)       assert_int_equal((status), WM_OK)
#define assert_span(span, text) assert_true(wm_span_is((span), (text)))
#define assert_absent(span)     assert_null((span).data)
#define contract_test(function) \
    cmocka_unit_test_setup_teardown(function, contract_setup, contract_teardown)

/* One group a file; each returns how many failed. */
int contract_run_cases(void);
int contract_run_lists(void);
int contract_run_history(void);
int contract_run_outbox(void);
int contract_run_order(void);
int contract_run_letters(void);
int contract_run_people(void);
int contract_run_opening(void);

/* ---- backend_sqlite.c */

/* Makes the closed store look as if a program with this schema version had written it. */
void backend_set_schema(const struct contract *contract, int version);
/* How many tables the closed store has, by the database's own account. */
int backend_count_tables(const struct contract *contract);

/* What holds of SQLite alone. */
int backend_run(void);

#endif
