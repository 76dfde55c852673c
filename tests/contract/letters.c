/* letters.c - contract: withdrawing, dead letters, lists of messages, topics. */
#include "tests/contract/contract.h"

static struct wm_message_row *
list(struct contract *contract, struct wm_message_filter filter, size_t want)
{
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    filter.limit = filter.limit == 0 ? WM_STORE_PAGE : filter.limit;
    assert_ok(wm_store_outbox_list(contract->store, &filter, contract->arena, &rows, &count));
    assert_int_equal(count, want);
    return rows;
}

/* m1 acknowledged, m2 leased, m3 and m4 waiting, m5 of another cause and later. */
static void
make_messages(struct contract *contract)
{
    struct wm_message_row messages[] = {
        contract_message("m1", "alerts", "C-1"), contract_message("m2", "alerts", "C-1"),
        contract_message("m3", "letters", "C-1"), contract_message("m4", "survey", "C-2"),
        contract_message("m5", "survey", "C-1")};
    messages[3].not_before_us = CONTRACT_NOW * 2;
    messages[4].cause = (struct wm_span){0};
    messages[4].made_us = CONTRACT_NOW + 50;
    contract_send(contract, messages, 5);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_true(contract_answer(contract, "m1", WM_DELIVERY_ACK, 0));
    assert_string_equal(contract_claim(contract, "alerts", 9), "m2");
}

static void
withdrawing_by_cause_tells_what_is_out(void **state)
{
    struct contract *contract = *state;
    make_messages(contract);
    struct wm_message_row *out = NULL;
    size_t count = 0;
    contract_begin(contract);
    assert_ok(wm_store_outbox_withdraw(contract->store, (struct wm_span){0}, wm_span("cause-1"),
                                       wm_span("it did not happen"), contract->arena, &out,
                                       &count));
    contract_commit(contract);
    assert_int_equal(count, 2);
    assert_span(out[0].id, "m1");
    assert_int_equal(out[0].state, WM_MESSAGE_ACKED);
    assert_absent(out[0].body);
    assert_span(out[1].id, "m2");
    assert_int_equal(out[1].state, WM_MESSAGE_LEASED);
    assert_span(out[1].topic, "alerts");
    assert_span(out[1].ref, "C-1");
    (void)list(contract, (struct wm_message_filter){.limit = 0}, 2);
    assert_string_equal(contract_claim(contract, "letters", 9), "");
    assert_string_equal(contract_claim(contract, "survey", 9), "m5");
    /* What is leased goes on: its follow-up is made by whoever asked. */
    assert_true(contract_answer(contract, "m2", WM_DELIVERY_ACK, 0));

    contract_begin(contract);
    assert_ok(wm_store_outbox_withdraw(contract->store, wm_span("m3"), (struct wm_span){0},
                                       wm_span("again"), contract->arena, &out, &count));
    assert_int_equal(count, 0);
    assert_ok(wm_store_outbox_withdraw(contract->store, wm_span("m9"), (struct wm_span){0},
                                       wm_span("never was"), contract->arena, &out, &count));
    contract_commit(contract);
    assert_int_equal(count, 0);
}

static void
lists_filter_and_page(void **state)
{
    struct contract *contract = *state;
    make_messages(contract);
    const struct wm_message_row *rows = list(contract, (struct wm_message_filter){.limit = 0}, 4);
    assert_span(rows[0].id, "m2");
    assert_int_equal(rows[0].state, WM_MESSAGE_LEASED);
    assert_absent(rows[0].body);
    assert_span(rows[3].id, "m5");
    const int64_t after = rows[1].number;
    rows = list(contract, (struct wm_message_filter){.after = after, .limit = 1}, 1);
    assert_span(rows[0].id, "m4");
    assert_int_equal(rows[0].not_before_us, CONTRACT_NOW * 2);
    (void)list(contract, (struct wm_message_filter){.topic = wm_span("survey")}, 2);
    (void)list(contract, (struct wm_message_filter){.ref = wm_span("C-2")}, 1);
    (void)list(contract, (struct wm_message_filter){.id = wm_span("m3")}, 1);
    (void)list(contract, (struct wm_message_filter){.since_us = CONTRACT_NOW + 50}, 1);
    (void)list(contract, (struct wm_message_filter){.dead = true}, 0);
    rows = list(contract, (struct wm_message_filter){.id = wm_span("m3"), .with_body = true}, 1);
    assert_span(rows[0].body, "{\"id\":1}");
}

static void
kill_all(struct contract *contract)
{
    const struct wm_message_row messages[] = {contract_message("m1", "alerts", "C-1"),
                                              contract_message("m2", "alerts", "C-2"),
                                              contract_message("m3", "letters", "C-3")};
    contract_send(contract, messages, 3);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1 m2");
    assert_string_equal(contract_claim(contract, "letters", 9), "m3");
    assert_true(contract_answer(contract, "m1", WM_DELIVERY_DEAD, 0));
    assert_true(contract_answer(contract, "m2", WM_DELIVERY_DEAD, 0));
    assert_true(contract_answer(contract, "m3", WM_DELIVERY_DEAD, 0));
}

static size_t
revive(struct contract *contract, const char *id, const char *topic, bool drop)
{
    size_t changed = 99;
    contract_begin(contract);
    assert_ok(wm_store_outbox_revive(contract->store, wm_span(id), wm_span(topic), drop, &changed));
    contract_commit(contract);
    return changed;
}

static void
dead_letters_are_kept_and_revived(void **state)
{
    struct contract *contract = *state;
    kill_all(contract);
    struct wm_totals totals;
    assert_ok(wm_store_totals(contract->store, 0, &totals));
    assert_int_equal(totals.dead_letters, 3);
    contract_reopen(contract);
    const struct wm_message_row *rows =
        list(contract, (struct wm_message_filter){.dead = true, .with_body = true}, 3);
    assert_int_equal(rows[0].state, WM_MESSAGE_DEAD);
    assert_span(rows[0].reason, "because");
    assert_span(rows[0].body, "{\"id\":1}");
    assert_int_equal(rows[0].attempts, 1);
    assert_string_equal(contract_claim(contract, "alerts", 9), "");

    assert_int_equal(revive(contract, "m9", NULL, false), 0);
    assert_int_equal(revive(contract, "m1", "letters", false), 0);
    assert_int_equal(revive(contract, "m1", NULL, false), 1);
    (void)list(contract, (struct wm_message_filter){.dead = true}, 2);
    assert_int_equal(list(contract, (struct wm_message_filter){.limit = 0}, 1)->attempts, 0);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m1");
    assert_int_equal(revive(contract, NULL, "letters", false), 1);
    assert_string_equal(contract_claim(contract, "letters", 9), "m3");
    assert_int_equal(revive(contract, NULL, NULL, false), 1);
    assert_string_equal(contract_claim(contract, "alerts", 9), "m2");
    assert_int_equal(revive(contract, NULL, NULL, false), 0);
}

static void
dead_letters_are_dropped(void **state)
{
    struct contract *contract = *state;
    kill_all(contract);
    assert_int_equal(revive(contract, NULL, "alerts", true), 2);
    (void)list(contract, (struct wm_message_filter){.dead = true}, 1);
    assert_int_equal(revive(contract, NULL, "alerts", false), 0);
    assert_string_equal(contract_claim(contract, "alerts", 9), "");
}

static void
topics_are_counted(void **state)
{
    struct contract *contract = *state;
    struct wm_topic_row *rows = NULL;
    size_t count = 9;
    assert_ok(wm_store_topics(contract->store, contract->arena, &rows, &count));
    assert_int_equal(count, 0);
    make_messages(contract);
    assert_string_equal(contract_claim(contract, "letters", 9), "m3");
    assert_true(contract_answer(contract, "m3", WM_DELIVERY_DEAD, 0));
    assert_ok(wm_store_topics(contract->store, contract->arena, &rows, &count));
    assert_int_equal(count, 3);
    assert_span(rows[0].topic, "alerts");
    assert_int_equal(rows[0].waiting, 1);
    assert_int_equal(rows[0].leased, 1);
    assert_int_equal(rows[0].oldest_us, CONTRACT_NOW);
    assert_span(rows[1].topic, "letters");
    assert_int_equal(rows[1].waiting, 0);
    assert_int_equal(rows[1].dead, 1);
    assert_true(rows[1].oldest_us == WM_NEVER);
    assert_span(rows[2].topic, "survey");
    assert_int_equal(rows[2].waiting, 2);
    assert_int_equal(rows[2].leased, 0);
    assert_int_equal(rows[2].oldest_us, CONTRACT_NOW);
}

int
contract_run_letters(void)
{
    const struct CMUnitTest tests[] = {
        contract_test(withdrawing_by_cause_tells_what_is_out),
        contract_test(lists_filter_and_page),
        contract_test(dead_letters_are_kept_and_revived),
        contract_test(dead_letters_are_dropped),
        contract_test(topics_are_counted),
    };
    return cmocka_run_group_tests_name("letters", tests, NULL, NULL);
}
