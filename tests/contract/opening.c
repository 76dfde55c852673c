/* opening.c - contract: who may open a store, what stays, and what a full disk does. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/contract/contract.h"

enum { ROOM_BYTES = 1024 * 1024, BODY_BYTES = 4096 };

static enum wm_status
refuse(struct contract *contract, const char *uri)
{
    struct wm_store *store = NULL;
    contract->why = (struct wm_span){0};
    const enum wm_status status =
        wm_store_open(wm_span(uri), contract->organisation, WM_STORE_WRITER, contract->arena,
                      &store, &contract->why);
    assert_null(store);
    assert_true(contract->why.size > 0);
    return status;
}

static void
says_what_it_guarantees(void **state)
{
    struct contract *contract = *state;
    const char *about = wm_store_describe(contract->store);
    assert_non_null(strstr(about, "synchronous"));
    assert_true(wm_store_free_bytes(contract->store) > 0);
}

static void
an_address_that_names_no_store(void **state)
{
    struct contract *contract = *state;
    assert_int_equal(refuse(contract, "sqlite:"), WM_EINVAL);
    assert_int_equal(refuse(contract, "oracle:x"), WM_EINVAL);
    assert_non_null(strstr(contract->why.data, "oracle:x"));
    assert_int_equal(refuse(contract, "sqlite:/no/such/folder/x.db"), WM_IO);
    assert_non_null(strstr(contract->why.data, "/no/such/folder"));
}

static void
a_second_writer_is_refused(void **state)
{
    struct contract *contract = *state;
    struct wm_store *second = NULL;
    assert_int_equal(contract_open(contract, WM_STORE_WRITER, &second), WM_AGAIN);
    assert_null(second);
    char process[32];
    (void)snprintf(process, sizeof process, "process %d", (int)getpid());
    assert_non_null(strstr(contract->why.data, process));
    /* The first goes on unharmed, and makes room when it ends. */
    const struct wm_case_row row = contract_case("C-1");
    contract_save(contract, &row, 1);
    contract_reopen(contract);
}

static void
a_newer_schema_is_refused(void **state)
{
    struct contract *contract = *state;
    wm_store_free(&contract->store);
    const int tables = backend_count_tables(contract);
    backend_set_schema(contract, WM_SCHEMA_VERSION + 7);
    const enum wm_store_mode modes[] = {WM_STORE_WRITER, WM_STORE_READER};
    for (size_t i = 0; i < WM_COUNT(modes); i++) {
        assert_int_equal(contract_open(contract, modes[i], &contract->store), WM_TOONEW);
        char number[16];
        (void)snprintf(number, sizeof number, " %d", WM_SCHEMA_VERSION + 7);
        assert_non_null(strstr(contract->why.data, number));
        (void)snprintf(number, sizeof number, " %d", WM_SCHEMA_VERSION);
        assert_non_null(strstr(contract->why.data, number));
    }
    assert_int_equal(backend_count_tables(contract), tables);
    backend_set_schema(contract, WM_SCHEMA_VERSION);
    assert_ok(contract_open(contract, WM_STORE_WRITER, &contract->store));
}

static void
a_reader_needs_a_store(void **state)
{
    struct contract *contract = *state;
    struct wm_store *reader = NULL;
    contract->uri = wm_arena_printf(contract->arena, "%.*s.none", WM_SPAN_ARG(contract->uri));
    assert_int_not_equal(contract_open(contract, WM_STORE_READER, &reader), WM_OK);
    assert_true(contract->why.size > 0);
    assert_null(reader);
}

/* A file of some other kind is named, and left as it was. */
static void
a_strange_file_is_refused(void **state)
{
    struct contract *contract = *state;
    const char *path = wm_arena_printf(contract->arena, "%s/strange", contract->folder).data;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++) {
        assert_true(fprintf(file, "no database, line %d\n", i) > 0);
    }
    assert_int_equal(fclose(file), 0);
    struct stat before;
    assert_int_equal(stat(path, &before), 0);
    const char *uri = wm_arena_printf(contract->arena, "sqlite:%s", path).data;
    assert_int_equal(refuse(contract, uri), WM_CORRUPT);
    assert_non_null(strstr(contract->why.data, path));
    struct stat after;
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(after.st_size, before.st_size);
}

/* ---- no room */

/* Batches of events until one fails; *ret_committed: how many are safe. */
static enum wm_status
fill(struct contract *contract, int64_t *ret_committed)
{
    char *body = wm_arena_alloc(contract->arena, BODY_BYTES, 1);
    memset(body, 'x', BODY_BYTES);
    enum wm_status status = WM_OK;
    while (status == WM_OK && *ret_committed < 100000) {
        contract_begin(contract);
        for (int i = 1; i <= 16 && status == WM_OK; i++) {
            struct wm_event_row row = contract_event("C-1", *ret_committed + i);
            row.body = (struct wm_span){body, BODY_BYTES};
            status = wm_store_events_add(contract->store, &row, 1);
        }
        if (status == WM_OK) {
            status = wm_store_commit(contract->store);
        }
        *ret_committed += status == WM_OK ? 16 : 0;
    }
    wm_store_rollback(contract->store);
    return status;
}

static void
assert_kept(struct contract *contract, int64_t committed)
{
    struct wm_event_row *rows = NULL;
    size_t count = 0;
    assert_ok(wm_store_events_load(contract->store, WM_AGGREGATE_CASE, wm_span("C-1"), 0, 0,
                                   contract->arena, &rows, &count));
    assert_int_equal(count, committed);
}

static void
a_file_that_may_not_grow(void **state)
{
    struct contract *contract = *state;
    struct rlimit old;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    const struct rlimit small = {ROOM_BYTES, old.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int64_t committed = 0;
    const enum wm_status status = fill(contract, &committed);
    const enum wm_status again = fill(contract, &committed);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    (void)signal(SIGXFSZ, handler);
    assert_int_equal(status, WM_FULL);
    assert_int_equal(again, WM_FULL);
    assert_true(strlen(wm_store_why(contract->store)) > 0);
    assert_true(committed > 0);
    assert_kept(contract, committed);
    /* With room again it goes on. */
    const struct wm_case_row row = contract_case("C-1");
    contract_save(contract, &row, 1);
    contract_reopen(contract);
    assert_kept(contract, committed);
}

/* The same on a file system of a mebibyte, where we may make one. */
static void
a_full_disk(void **state)
{
    struct contract *contract = *state;
    const char *mount_point = wm_arena_printf(contract->arena, "%s/full", contract->folder).data;
    assert_int_equal(mkdir(mount_point, 0700), 0);
    if (mount("none", mount_point, "tmpfs", 0, "size=1m") != 0) {
        print_message("no tmpfs may be mounted here (%s): the file size limit stands for it\n",
                      strerror(errno));
        assert_int_equal(rmdir(mount_point), 0);
        return;
    }
    wm_store_free(&contract->store);
    contract->uri = wm_arena_printf(contract->arena, "sqlite:%s/store.db", mount_point);
    assert_ok(contract_open(contract, WM_STORE_WRITER, &contract->store));
    int64_t committed = 0;
    assert_int_equal(fill(contract, &committed), WM_FULL);
    assert_true(committed > 0);
    assert_kept(contract, committed);
    assert_int_equal(mount("none", mount_point, "tmpfs", MS_REMOUNT, "size=8m"), 0);
    const struct wm_case_row row = contract_case("C-1");
    contract_save(contract, &row, 1);
    contract_reopen(contract);
    assert_kept(contract, committed);
    wm_store_free(&contract->store);
    assert_int_equal(umount(mount_point), 0);
    assert_int_equal(rmdir(mount_point), 0);
}

int
contract_run_opening(void)
{
    const struct CMUnitTest tests[] = {
        contract_test(says_what_it_guarantees),    contract_test(an_address_that_names_no_store),
        contract_test(a_second_writer_is_refused), contract_test(a_newer_schema_is_refused),
        contract_test(a_reader_needs_a_store),     contract_test(a_strange_file_is_refused),
        contract_test(a_file_that_may_not_grow),   contract_test(a_full_disk),
    };
    return cmocka_run_group_tests_name("opening", tests, NULL, NULL);
}
