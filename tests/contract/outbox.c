/* outbox.c - contract: a message's life: made, claimed, answered, lapsed, released. */
#include <stdio.h>

#include "tests/contract/contract.h"

static struct wm_message_row *
find(struct contract *contract, const char *id)
{
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    const struct wm_message_filter filter = {.id = wm_span(id), .with_body = true, .limit = 1};
    assert_ok(wm_store_outbox_list(contract->store, &filter, contract->arena, &rows, &count));
    return count > 0 ? rows : NULL;
}

static void
a_claimed_message_is_whole(void **state)
{
    struct contract *contract = *state;
    const struct wm_message_row message = contract_message("m1", "alerts", "C-1");
    contract_send(contract, &message, 1);
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    contract_begin(contract);
    assert_ok(wm_store_outbox_claim(contract->store, wm_span("alerts"), 5, 10, 20, 30,
                                    contract->arena, &rows, &count));
    contract_commit(contract);
    assert_int_equal(count, 1);
    assert_true(rows[0].number > 0);
    assert_span(rows[0].id, "m1");
    assert_span(rows[0].topic, "alerts");
    assert_span(rows[0].ref, "C-1");
    assert_span(rows[0].type, "waymark.alert");
    assert_span(rows[0].cause, "cause-1");
    assert_int_equal(rows[0].state, WM_MESSAGE_LEASED);
    assert_int_equal(rows[0].made_us, CONTRACT_NOW);
    assert_int_equal(rows[0].lease_real_us, 30);
    assert_int_equal(rows[0].attempts, 1);
    assert_true(rows[0].lease > 0);
    assert_span(rows[0].body, "{\"id\":1}");

    contract_reopen(contract);
    const struct wm_message_row *kept = find(contract, "m1");
    assert_int_equal(kept->state, WM_MESSAGE_LEASED);
    assert_int_equal(kept->lease, rows[0].lease);
    assert_int_equal(kept->lease_real_us, 30);
    assert_int_equal(kept->attempts, 1);
}

static void
an_id_is_sent_once(void **state)
{
    struct contract *contract = *state;
    const struct wm_message_row message = contract_message("m1", "alerts", "C-1");
    contract_send(contract, &message, 1);
    contract_begin(contract);
    assert_int_equal(wm_store_outbox_add(contract->store, &message, 1), WM_EXISTS);
    wm_store_rollback(contract->store);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_true(contract_answer(contract, "m1", WM_DELIVERY_ACK, 0));
    assert_null(find(contract, "m1"));
    assert_string_equal(contract_claim(contract, "alerts", 9), "");
    contract_begin(contract);
    assert_int_equal(wm_store_outbox_add(contract->store, &message, 1), WM_EXISTS);
    wm_store_rollback(contract->store);
}

static void
a_late_answer_changes_nothing(void **state)
{
    struct contract *contract = *state;
    const struct wm_message_row message = contract_message("m1", "alerts", "C-1");
    contract_send(contract, &message, 1);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    const int64_t first = find(contract, "m1")->lease;
    assert_true(contract_answer(contract, "m1", WM_DELIVERY_LATER, CONTRACT_NOW));
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_true(find(contract, "m1")->lease > first);

    const enum wm_delivery_answer answers[] = {WM_DELIVERY_ACK, WM_DELIVERY_LATER,
                                               WM_DELIVERY_EXTEND, WM_DELIVERY_DEAD};
    for (size_t i = 0; i < WM_COUNT(answers); i++) {
        const struct wm_delivery_row late = {
            .id = wm_span("m1"), .lease = first, .answer = answers[i], .available_real_us = 5};
        bool is_taken = true;
        contract_begin(contract);
        assert_ok(wm_store_outbox_answer(contract->store, &late, 1, &is_taken));
        contract_commit(contract);
        assert_false(is_taken);
    }
    assert_int_equal(find(contract, "m1")->state, WM_MESSAGE_LEASED);
    assert_int_equal(find(contract, "m1")->lease_real_us, CONTRACT_LEASE);
    assert_true(contract_answer(contract, "m1", WM_DELIVERY_ACK, 0));
    assert_false(contract_answer(contract, "m1", WM_DELIVERY_ACK, 0));
    assert_false(contract_answer(contract, "m9", WM_DELIVERY_ACK, 0));
}

static void
answers_of_many_say_which_were_taken(void **state)
{
    struct contract *contract = *state;
    const struct wm_message_row messages[] = {contract_message("m1", "alerts", "C-1"),
                                              contract_message("m2", "alerts", "C-2")};
    contract_send(contract, messages, 2);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1 m2");
    const int64_t lease = find(contract, "m1")->lease;
    const struct wm_delivery_row rows[] = {
        {.id = wm_span("m1"), .lease = lease, .answer = WM_DELIVERY_ACK},
        {.id = wm_span("m1"), .lease = lease, .answer = WM_DELIVERY_ACK},
        {.id = wm_span("m2"), .lease = find(contract, "m2")->lease, .answer = WM_DELIVERY_DEAD},
    };
    bool is_taken[3] = {false, true, false};
    contract_begin(contract);
    assert_ok(wm_store_outbox_answer(contract->store, rows, 3, is_taken));
    contract_commit(contract);
    assert_true(is_taken[0] && !is_taken[1] && is_taken[2]);
}

static void
attempts_count_unless_told_not_to(void **state)
{
    struct contract *contract = *state;
    const struct wm_message_row message = contract_message("m1", "alerts", "C-1");
    contract_send(contract, &message, 1);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_true(contract_answer(contract, "m1", WM_DELIVERY_LATER, 0));
    assert_int_equal(find(contract, "m1")->attempts, 1);
    assert_int_equal(find(contract, "m1")->state, WM_MESSAGE_WAITING);
    assert_span(find(contract, "m1")->reason, "because");
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_int_equal(find(contract, "m1")->attempts, 2);
    const struct wm_delivery_row row = {.id = wm_span("m1"),
                                        .lease = find(contract, "m1")->lease,
                                        .answer = WM_DELIVERY_LATER,
                                        .reason = wm_span("downstream")};
    bool is_taken = false;
    contract_begin(contract);
    assert_ok(wm_store_outbox_answer(contract->store, &row, 1, &is_taken));
    contract_commit(contract);
    assert_true(is_taken);
    assert_int_equal(find(contract, "m1")->attempts, 1);
    assert_span(find(contract, "m1")->reason, "downstream");
}

static void
leases_lapse_and_are_extended(void **state)
{
    struct contract *contract = *state;
    const struct wm_message_row messages[] = {contract_message("m1", "alerts", "C-1"),
                                              contract_message("m2", "letters", "C-1"),
                                              contract_message("m3", "survey", "C-1")};
    contract_send(contract, messages, 3);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_string_equal(contract_claim(contract, "letters", 9), "m2");
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    assert_ok(
        wm_store_outbox_lapsed(contract->store, CONTRACT_LEASE, 9, contract->arena, &rows, &count));
    assert_int_equal(count, 0);
    assert_ok(wm_store_outbox_lapsed(contract->store, CONTRACT_LEASE + 1, 9, contract->arena, &rows,
                                     &count));
    assert_int_equal(count, 2);
    assert_span(rows[0].id, "m1");
    assert_span(rows[1].id, "m2");
    assert_true(contract_answer(contract, "m1", WM_DELIVERY_EXTEND, CONTRACT_LEASE * 2));
    assert_ok(wm_store_outbox_lapsed(contract->store, CONTRACT_LEASE + 1, 9, contract->arena, &rows,
                                     &count));
    assert_int_equal(count, 1);
    assert_span(rows[0].id, "m2");
    assert_int_equal(rows[0].lease_real_us, CONTRACT_LEASE);
    assert_ok(wm_store_outbox_lapsed(contract->store, CONTRACT_LEASE * 3, 1, contract->arena, &rows,
                                     &count));
    assert_int_equal(count, 1);
}

static void
leases_are_given_back_at_start(void **state)
{
    struct contract *contract = *state;
    const struct wm_message_row messages[] = {contract_message("m1", "alerts", "C-1"),
                                              contract_message("m2", "alerts", "C-1"),
                                              contract_message("m3", "letters", "C-1")};
    contract_send(contract, messages, 3);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_true(contract_answer(contract, "m1", WM_DELIVERY_LATER, 0));
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_string_equal(contract_claim(contract, "letters", 9), "m3");
    const int64_t lease = find(contract, "m1")->lease;
    contract_reopen(contract);
    contract_begin(contract);
    assert_ok(wm_store_outbox_release(contract->store));
    contract_commit(contract);
    assert_int_equal(find(contract, "m1")->attempts, 1);
    assert_int_equal(find(contract, "m3")->attempts, 0);
    assert_false(contract_answer(contract, "m1", WM_DELIVERY_ACK, 0));
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_true(find(contract, "m1")->lease > lease);
    assert_string_equal(contract_claim(contract, "letters", 9), "m3");
}

static void
the_next_moment_is_told(void **state)
{
    struct contract *contract = *state;
    int64_t real = 0;
    int64_t domain = 0;
    const struct wm_span alerts = wm_span("alerts");
    assert_ok(
        wm_store_outbox_next(contract->store, alerts, CONTRACT_NOW, CONTRACT_NOW, &real, &domain));
    assert_true(real == WM_NEVER && domain == WM_NEVER);
    struct wm_message_row messages[] = {
        contract_message("m1", "alerts", "C-1"), contract_message("m2", "alerts", "C-2"),
        contract_message("m3", "alerts", "C-3"), contract_message("m4", "letters", "C-4")};
    messages[1].not_before_us = CONTRACT_NOW + 20;
    messages[2].not_before_us = CONTRACT_NOW + 10;
    messages[3].not_before_us = CONTRACT_NOW + 1;
    contract_send(contract, messages, 4);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_true(contract_answer(contract, "m1", WM_DELIVERY_LATER, CONTRACT_NOW + 7));
    assert_ok(
        wm_store_outbox_next(contract->store, alerts, CONTRACT_NOW, CONTRACT_NOW, &real, &domain));
    assert_int_equal(real, CONTRACT_NOW + 7);
    assert_int_equal(domain, CONTRACT_NOW + 10);
}

int
contract_run_outbox(void)
{
    const struct CMUnitTest tests[] = {
        contract_test(a_claimed_message_is_whole),
        contract_test(an_id_is_sent_once),
        contract_test(a_late_answer_changes_nothing),
        contract_test(answers_of_many_say_which_were_taken),
        contract_test(attempts_count_unless_told_not_to),
        contract_test(leases_lapse_and_are_extended),
        contract_test(leases_are_given_back_at_start),
        contract_test(the_next_moment_is_told),
    };
    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
