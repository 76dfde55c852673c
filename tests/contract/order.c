/* order.c - contract: the order of messages of one case on one topic, against a slow model that
 * keeps them in a list. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/contract/contract.h"

static void
send(struct contract *contract, const char *id, const char *ref, int64_t not_before_us)
{
    struct wm_message_row message = contract_message(id, "t", ref);
    message.not_before_us = not_before_us;
    contract_send(contract, &message, 1);
}

static void
one_of_a_case_goes_at_a_time(void **state)
{
    struct contract *contract = *state;
    send(contract, "a1", "A", 0);
    send(contract, "b1", "B", 0);
    send(contract, "a2", "A", 0);
    send(contract, "a3", "A", 0);
    send(contract, "b2", "B", 0);
    assert_string_equal(contract_claim(contract, "t", 9), "a1 b1");
    assert_string_equal(contract_claim(contract, "t", 9), "");
    assert_true(contract_answer(contract, "b1", WM_DELIVERY_ACK, 0));
    assert_string_equal(contract_claim(contract, "t", 9), "b2");
    assert_true(contract_answer(contract, "a1", WM_DELIVERY_DEAD, 0));
    assert_string_equal(contract_claim(contract, "t", 9), "a2");
    assert_true(contract_answer(contract, "a2", WM_DELIVERY_ACK, 0));
    assert_string_equal(contract_claim(contract, "t", 9), "a3");
}

static void
topics_do_not_wait_for_each_other(void **state)
{
    struct contract *contract = *state;
    const struct wm_message_row other = contract_message("o1", "other", "A");
    send(contract, "a1", "A", 0);
    contract_send(contract, &other, 1);
    assert_string_equal(contract_claim(contract, "t", 9), "a1");
    assert_string_equal(contract_claim(contract, "other", 9), "o1");
    assert_string_equal(contract_claim(contract, "none", 9), "");
}

static void
waiting_for_another_attempt_holds_back_the_rest(void **state)
{
    struct contract *contract = *state;
    send(contract, "a1", "A", 0);
    send(contract, "a2", "A", 0);
    send(contract, "b1", "B", 0);
    assert_string_equal(contract_claim(contract, "t", 1), "a1");
    assert_true(contract_answer(contract, "a1", WM_DELIVERY_LATER, CONTRACT_NOW + 1));
    assert_string_equal(contract_claim(contract, "t", 9), "b1");
    assert_true(contract_answer(contract, "b1", WM_DELIVERY_LATER, CONTRACT_NOW));
    assert_string_equal(contract_claim(contract, "t", 9), "b1");
    send(contract, "a0", "A", 0);
    assert_string_equal(contract_claim(contract, "t", 9), "");
}

static void
not_before_holds_back_itself_alone(void **state)
{
    struct contract *contract = *state;
    send(contract, "a1", "A", CONTRACT_NOW + 1);
    send(contract, "a2", "A", CONTRACT_NOW);
    send(contract, "a3", "A", 0);
    assert_string_equal(contract_claim(contract, "t", 9), "a2");
    assert_true(contract_answer(contract, "a2", WM_DELIVERY_ACK, 0));
    assert_string_equal(contract_claim(contract, "t", 9), "a3");
}

/* It was made first, so it goes first once its time has come, but never beside another. */
static void
a_message_whose_time_comes_takes_its_place(void **state)
{
    struct contract *contract = *state;
    send(contract, "a1", "A", CONTRACT_NOW + 5);
    send(contract, "a2", "A", 0);
    send(contract, "a3", "A", 0);
    assert_string_equal(contract_claim(contract, "t", 9), "a2");
    struct wm_message_row *rows = NULL;
    size_t count = 9;
    contract_begin(contract);
    assert_ok(wm_store_outbox_claim(contract->store, wm_span("t"), 9, CONTRACT_NOW + 5,
                                    CONTRACT_NOW, CONTRACT_LEASE, contract->arena, &rows, &count));
    contract_commit(contract);
    assert_int_equal(count, 0);
    assert_true(contract_answer(contract, "a2", WM_DELIVERY_LATER, 0));
    assert_string_equal(contract_claim(contract, "t", 9), "a1");
    assert_true(contract_answer(contract, "a1", WM_DELIVERY_ACK, 0));
    assert_string_equal(contract_claim(contract, "t", 9), "a2");
}

static void
a_withdrawn_head_makes_room(void **state)
{
    struct contract *contract = *state;
    struct wm_message_row *out = NULL;
    size_t count = 9;
    send(contract, "a1", "A", 0);
    send(contract, "a2", "A", 0);
    send(contract, "a3", "A", 0);
    contract_begin(contract);
    assert_ok(wm_store_outbox_withdraw(contract->store, wm_span("a2"), (struct wm_span){0},
                                       wm_span("closed"), contract->arena, &out, &count));
    assert_ok(wm_store_outbox_withdraw(contract->store, wm_span("a1"), (struct wm_span){0},
                                       wm_span("closed"), contract->arena, &out, &count));
    contract_commit(contract);
    assert_int_equal(count, 0);
    assert_string_equal(contract_claim(contract, "t", 9), "a3");
}

static void
the_limit_is_kept_and_order_is_that_of_making(void **state)
{
    struct contract *contract = *state;
    char id[16];
    for (int i = 0; i < 40; i++) {
        (void)snprintf(id, sizeof id, "m%02d", i);
        send(contract, id, wm_arena_printf(contract->arena, "C-%d", (i * 7) % 40).data, 0);
    }
    assert_string_equal(contract_claim(contract, "t", 3), "m00 m01 m02");
    assert_string_equal(contract_claim(contract, "t", 3), "m03 m04 m05");
    assert_true(contract_answer(contract, "m01", WM_DELIVERY_LATER, 0));
    assert_string_equal(contract_claim(contract, "t", 2), "m01 m06");
}

/* More than a bound of messages falls due at one moment; none is left behind and no case's order is
 * broken. */
static void
a_flood_that_falls_due_at_once(void **state)
{
    struct contract *contract = *state;
    enum { FLOOD = 3000, CASES = 1500 };
    contract_begin(contract);
    for (int i = 0; i < FLOOD; i++) {
        struct wm_message_row message =
            contract_message(wm_arena_printf(contract->arena, "m%04d", i).data, "t",
                             wm_arena_printf(contract->arena, "C-%d", i % CASES).data);
        /* The second of each case is due before the first. */
        message.not_before_us = CONTRACT_NOW - i;
        assert_ok(wm_store_outbox_add(contract->store, &message, 1));
    }
    contract_commit(contract);
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    contract_begin(contract);
    assert_ok(wm_store_outbox_claim(contract->store, wm_span("t"), FLOOD, CONTRACT_NOW,
                                    CONTRACT_NOW, CONTRACT_LEASE, contract->arena, &rows, &count));
    contract_commit(contract);
    assert_int_equal(count, CASES);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(atoi(rows[i].id.data + 1), (int)i);
    }
}

/* ---- the model */

enum { MODEL_MESSAGES = 400, MODEL_CASES = 5, MODEL_STEPS = 3000 };

struct model_message {
    char id[32];
    int ref;
    int64_t not_before;
    int64_t available;
    enum wm_message_state state;
};

struct model {
    struct model_message messages[MODEL_MESSAGES];
    size_t count;
    int64_t now; /* domain */
    int64_t real;
    uint32_t seed;
};

static uint32_t
draw(struct model *model, uint32_t below)
{
    model->seed = model->seed * 1664525U + 1013904223U;
    return (model->seed >> 8) % below;
}

static bool
may_go(const struct model *model, size_t index)
{
    const struct model_message *message = &model->messages[index];
    for (size_t i = 0; i < model->count; i++) {
        const struct model_message *other = &model->messages[i];
        if (other->ref != message->ref || i == index) {
            continue;
        }
        const bool is_in_queue =
            other->state == WM_MESSAGE_WAITING && other->not_before <= model->now;
        if (other->state == WM_MESSAGE_LEASED || (is_in_queue && i < index)) {
            return false;
        }
    }
    return message->state == WM_MESSAGE_WAITING && message->not_before <= model->now &&
           message->available <= model->real;
}

static void
model_send(struct contract *contract, struct model *model)
{
    if (model->count == MODEL_MESSAGES) {
        return;
    }
    struct model_message *message = &model->messages[model->count];
    (void)snprintf(message->id, sizeof message->id, "m%zu", model->count);
    message->ref = (int)draw(model, MODEL_CASES);
    message->not_before = draw(model, 3) == 0 ? model->now + draw(model, 40) : 0;
    message->state = WM_MESSAGE_WAITING;
    model->count += 1;
    send(contract, message->id, wm_arena_printf(contract->arena, "C-%d", message->ref).data,
         message->not_before);
}

static void
model_claim(struct contract *contract, struct model *model)
{
    const size_t limit = 1 + draw(model, 4);
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    contract_begin(contract);
    assert_ok(wm_store_outbox_claim(contract->store, wm_span("t"), limit, model->now, model->real,
                                    model->real + 1000, contract->arena, &rows, &count));
    contract_commit(contract);
    bool goes[MODEL_MESSAGES];
    for (size_t i = 0; i < model->count; i++) {
        goes[i] = may_go(model, i);
    }
    size_t taken = 0;
    for (size_t i = 0; i < model->count && taken < limit; i++) {
        if (goes[i]) {
            assert_true(taken < count);
            assert_span(rows[taken].id, model->messages[i].id);
            model->messages[i].state = WM_MESSAGE_LEASED;
            taken += 1;
        }
    }
    assert_int_equal(taken, count);
}

static void
model_answer(struct contract *contract, struct model *model)
{
    const size_t index = model->count > 0 ? draw(model, (uint32_t)model->count) : 0;
    struct model_message *message = &model->messages[index];
    if (model->count == 0 || message->state != WM_MESSAGE_LEASED) {
        return;
    }
    switch (draw(model, 3)) {
    case 0:
        message->available = model->real + draw(model, 30);
        assert_true(contract_answer(contract, message->id, WM_DELIVERY_LATER, message->available));
        message->state = WM_MESSAGE_WAITING;
        break;
    case 1:
        assert_true(contract_answer(contract, message->id, WM_DELIVERY_DEAD, 0));
        message->state = WM_MESSAGE_DEAD;
        break;
    default:
        assert_true(contract_answer(contract, message->id, WM_DELIVERY_ACK, 0));
        message->state = WM_MESSAGE_ACKED;
        break;
    }
}

static void
model_withdraw(struct contract *contract, struct model *model)
{
    const size_t index = model->count > 0 ? draw(model, (uint32_t)model->count) : 0;
    struct model_message *message = &model->messages[index];
    struct wm_message_row *out = NULL;
    size_t count = 0;
    contract_begin(contract);
    assert_ok(wm_store_outbox_withdraw(contract->store, wm_span(message->id), (struct wm_span){0},
                                       wm_span("no longer wanted"), contract->arena, &out, &count));
    contract_commit(contract);
    const bool is_out = message->state == WM_MESSAGE_LEASED || message->state == WM_MESSAGE_ACKED;
    assert_int_equal(count, is_out ? 1 : 0);
    message->state = message->state == WM_MESSAGE_WAITING ? WM_MESSAGE_WITHDRAWN : message->state;
}

static void
model_revive(struct contract *contract, struct model *model)
{
    const size_t index = model->count > 0 ? draw(model, (uint32_t)model->count) : 0;
    struct model_message *message = &model->messages[index];
    size_t changed = 0;
    contract_begin(contract);
    assert_ok(wm_store_outbox_revive(contract->store, wm_span(message->id), (struct wm_span){0},
                                     false, &changed));
    contract_commit(contract);
    assert_int_equal(changed, message->state == WM_MESSAGE_DEAD ? 1 : 0);
    if (message->state == WM_MESSAGE_DEAD) {
        message->state = WM_MESSAGE_WAITING;
        message->available = 0;
    }
}

static void
agrees_with_the_model(void **state)
{
    struct contract *contract = *state;
    for (uint32_t seed = 1; seed <= 3; seed++) {
        struct model *model = calloc(1, sizeof *model);
        assert_non_null(model);
        *model = (struct model){.now = 100, .real = 100, .seed = seed};
        for (int step = 0; step < MODEL_STEPS / 3; step++) {
            const uint32_t what = draw(model, 16);
            if (what < 4) {
                model_send(contract, model);
            } else if (what < 8) {
                model_claim(contract, model);
            } else if (what < 13) {
                model_answer(contract, model);
            } else if (what == 13 && model->count > 0 && draw(model, 4) == 0) {
                model_withdraw(contract, model);
            } else if (what == 14 && model->count > 0) {
                model_revive(contract, model);
            } else {
                model->now += draw(model, 12);
                model->real += draw(model, 12);
            }
        }
        free(model);
        contract->organisation =
            wm_arena_printf(contract->arena, "%.*s+", WM_SPAN_ARG(contract->organisation));
        contract_reopen(contract);
    }
}

int
contract_run_order(void)
{
    const struct CMUnitTest tests[] = {
        contract_test(one_of_a_case_goes_at_a_time),
        contract_test(topics_do_not_wait_for_each_other),
        contract_test(waiting_for_another_attempt_holds_back_the_rest),
        contract_test(not_before_holds_back_itself_alone),
        contract_test(a_message_whose_time_comes_takes_its_place),
        contract_test(a_withdrawn_head_makes_room),
        contract_test(the_limit_is_kept_and_order_is_that_of_making),
        contract_test(a_flood_that_falls_due_at_once),
        contract_test(agrees_with_the_model),
    };
    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
