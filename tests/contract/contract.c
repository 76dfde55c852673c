/* contract.c - the fixture of the contract suite, and its main function. */
#include "tests/contract/contract.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ARENA_BYTES = 256 * 1024 * 1024, ROOM = 32 };

static void
make_folder(struct contract *contract)
{
    const char *root = getenv("TMPDIR");
    (void)snprintf(contract->folder, sizeof contract->folder, "%.40s/wm-contract-XXXXXX",
                   root != NULL ? root : "/tmp");
    assert_non_null(mkdtemp(contract->folder));
    contract->uri = wm_arena_printf(contract->arena, "sqlite:%s/store.db", contract->folder);
}

static void
remove_folder(const char *folder)
{
    DIR *files = opendir(folder);
    assert_non_null(files);
    for (struct dirent *file = readdir(files); file != NULL; file = readdir(files)) {
        if (file->d_name[0] != '.') {
            assert_int_equal(unlinkat(dirfd(files), file->d_name, 0), 0);
        }
    }
    (void)closedir(files);
    assert_int_equal(rmdir(folder), 0);
}

int
contract_setup(void **state)
{
    static unsigned tests;
    struct contract *contract = calloc(1, sizeof *contract);
    assert_non_null(contract);
    contract->arena = wm_arena_new(ARENA_BYTES);
    assert_non_null(contract->arena);
    contract->organisation = wm_arena_printf(contract->arena, "t%d-%u", (int)getpid(), ++tests);
    const char *uri = getenv("WAYMARK_TEST_STORE");
    if (uri != NULL) {
        contract->uri = wm_span(uri);
    } else {
        make_folder(contract);
    }
    assert_ok(contract_open(contract, WM_STORE_WRITER, &contract->store));
    *state = contract;
    return 0;
}

int
contract_teardown(void **state)
{
    struct contract *contract = *state;
    wm_store_free(&contract->store);
    wm_arena_free(&contract->arena);
    if (contract->folder[0] != '\0') {
        remove_folder(contract->folder);
    }
    free(contract);
    return 0;
}

enum wm_status
contract_open(struct contract *contract, enum wm_store_mode mode, struct wm_store **ret_store)
{
    return wm_store_open(contract->uri, contract->organisation, mode, contract->arena, ret_store,
                         &contract->why);
}

void
contract_reopen(struct contract *contract)
{
    wm_store_free(&contract->store);
    assert_null(contract->store);
    assert_ok(contract_open(contract, WM_STORE_WRITER, &contract->store));
}

void
contract_begin(struct contract *contract)
{
    const enum wm_status status = wm_store_begin(contract->store);
    if (status != WM_OK) {
        fail_msg("no batch begins: %s", wm_store_why(contract->store));
    }
}

void
contract_commit(struct contract *contract)
{
    assert_ok(wm_store_commit(contract->store));
}

struct wm_case_row
contract_case(const char *ref)
{
    return (struct wm_case_row){
        .ref = wm_span(ref),
        .workflow = wm_span("complaint"),
        .version = 1,
        .state = wm_span("received"),
        .snapshot = wm_span("{}"),
        .seq = 1,
        .opened_us = CONTRACT_NOW,
        .closed_us = WM_NEVER,
        .wake_us = WM_NEVER,
        .last_us = CONTRACT_NOW,
        .next_due_us = WM_NEVER,
        .weight = 1,
        .is_open = true,
    };
}

struct wm_event_row
contract_event(const char *ref, int64_t seq)
{
    return (struct wm_event_row){
        .kind = WM_AGGREGATE_CASE,
        .ref = wm_span(ref),
        .seq = seq,
        .group = seq,
        .primary = true,
        .source = wm_span("/nec/housing"),
        .id = wm_span("e-1"),
        .type = wm_span("contact.made"),
        .occurred_us = CONTRACT_NOW,
        .recorded_us = CONTRACT_NOW + seq,
        .transition = -1,
    };
}

struct wm_message_row
contract_message(const char *id, const char *topic, const char *ref)
{
    return (struct wm_message_row){
        .id = wm_span(id),
        .topic = wm_span(topic),
        .ref = wm_span(ref),
        .type = wm_span("waymark.alert"),
        .cause = wm_span("cause-1"),
        .made_us = CONTRACT_NOW,
        .body = wm_span("{\"id\":1}"),
    };
}

void
contract_save(struct contract *contract, const struct wm_case_row *rows, size_t count)
{
    contract_begin(contract);
    assert_ok(wm_store_cases_save(contract->store, rows, count));
    contract_commit(contract);
}

void
contract_send(struct contract *contract, const struct wm_message_row *rows, size_t count)
{
    contract_begin(contract);
    assert_ok(wm_store_outbox_add(contract->store, rows, count));
    contract_commit(contract);
}

const char *
contract_claim(struct contract *contract, const char *topic, size_t limit)
{
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    contract_begin(contract);
    assert_ok(wm_store_outbox_claim(contract->store, wm_span(topic), limit, CONTRACT_NOW,
                                    CONTRACT_NOW, CONTRACT_LEASE, contract->arena, &rows, &count));
    contract_commit(contract);
    const char *ids = "";
    for (size_t i = 0; i < count; i++) {
        ids = wm_arena_printf(contract->arena, "%s%s%.*s", ids, i > 0 ? " " : "",
                              WM_SPAN_ARG(rows[i].id))
                  .data;
    }
    return ids;
}

bool
contract_answer(struct contract *contract, const char *id, enum wm_delivery_answer answer,
                int64_t available_us)
{
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    const struct wm_message_filter filter = {.id = wm_span(id), .limit = 1};
    assert_ok(wm_store_outbox_list(contract->store, &filter, contract->arena, &rows, &count));
    const struct wm_delivery_row row = {
        .id = wm_span(id),
        .lease = count > 0 ? rows[0].lease : 1,
        .answer = answer,
        .available_real_us = available_us,
        .counts = true,
        .reason = wm_span("because"),
    };
    bool is_taken = false;
    contract_begin(contract);
    assert_ok(wm_store_outbox_answer(contract->store, &row, 1, &is_taken));
    contract_commit(contract);
    return is_taken;
}

int
main(int count, char **arguments)
{
    if (count > 1 && setenv("WAYMARK_TEST_STORE", arguments[1], 1) != 0) {
        return 2;
    }
    return contract_run_opening() + contract_run_cases() + contract_run_lists() +
           contract_run_history() + contract_run_outbox() + contract_run_order() +
           contract_run_letters() + contract_run_people() + backend_run();
}
