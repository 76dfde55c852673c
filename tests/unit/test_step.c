/* test_step.c - goal: every rule of workflow.md 3 that a step serves, with the core alone. Method:
 * a small workflow built by hand, events as a dialogue, expectations on clocks, rows and effects.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/step_fixture.h"

static int
begin(void **state)
{
    static struct world_fixture fixture;
    fixture_begin(&fixture);
    *state = &fixture;
    return 0;
}

static int
end(void **state)
{
    fixture_end(*state);
    return 0;
}

static void
assert_due(const struct world_fixture *f, int clock, const char *due_day)
{
    assert_non_null(fixture_clock(f, clock, NULL));
    assert_string_equal(fixture_day(fixture_clock(f, clock, NULL)->due.day), due_day);
}

/* Friday 19 December 2025, as domain.md 4.4 has it. */
static void
open_case(struct world_fixture *f)
{
    assert_int_equal(fixture_event(f, "opened", "2025-12-19T16:00:00Z", NULL, NULL),
                     WM_OUTCOME_APPLIED);
}

static void
opening_starts_clocks(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    assert_due(f, CLOCK_ACKNOWLEDGE, "2025-12-30");
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "running");
    assert_string_equal(fixture_status(f, CLOCK_RESPOND), "none");
    assert_int_equal(f->c->wake_us, fixture_time("2025-12-29T09:00:00Z"));
}

static void
both_sides_of_the_due_moment(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "acknowledged", "2025-12-30T23:59:59.999999Z", NULL, NULL);
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "met");
    assert_due(f, CLOCK_RESPOND, "2026-01-14");
    fixture_end(f);
    fixture_begin(f);
    open_case(f);
    fixture_event(f, "acknowledged", "2025-12-31T00:00:00Z", NULL, NULL);
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "breached");
    assert_int_equal(fixture_rows(f, "waymark.clock.breached"), 1);
    /* From its due day, for that is earlier than the late acknowledgement. */
    assert_due(f, CLOCK_RESPOND, "2026-01-14");
}

static void
rungs_fire_once_and_in_order(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_wake(f, "2025-12-29T09:00:00Z");
    assert_int_equal(fixture_rows(f, "waymark.clock.warned"), 1);
    assert_int_equal(fixture_effects(f, WM_EFFECT_SEND), 1);
    fixture_wake(f, "2025-12-29T09:00:00Z");
    assert_int_equal(f->last.row_count, 0);
    assert_int_equal(f->c->wake_us, fixture_time("2025-12-31T00:00:00Z"));
    fixture_wake(f, "2025-12-31T00:00:00Z");
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "breached");
    assert_string_equal(fixture_status(f, CLOCK_RESPOND), "running");
    assert_int_equal(f->c->wake_us, fixture_time("2025-12-31T09:00:00Z"));
    fixture_wake(f, "2025-12-31T09:00:00Z");
    assert_int_equal(fixture_rows(f, "waymark.clock.breached"), 1);
    fixture_wake(f, "2026-01-02T09:00:00Z"); /* the 1st is a holiday */
    assert_int_equal(fixture_rows(f, "waymark.clock.escalated"), 1);
}

static void
after_an_outage_the_highest_speaks(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_wake(f, "2026-01-05T12:00:00Z");
    assert_int_equal(fixture_rows(f, "waymark.clock.warned"), 1);
    assert_int_equal(fixture_rows(f, "waymark.clock.breached"), 1);
    assert_int_equal(fixture_rows(f, "waymark.clock.escalated"), 1);
    assert_int_equal(fixture_effects(f, WM_EFFECT_SEND), 1);
    assert_int_equal(wm_value_get(&f->last.rows[0].data, wm_span("late"))->kind, WM_VALUE_BOOL);
}

static void
hours_run_day_and_night(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "reported", "2026-03-28T12:00:00Z", NULL,
                  NULL); /* the clocks change that night */
    assert_int_equal(fixture_clock(f, CLOCK_URGENT, NULL)->due.us,
                     fixture_time("2026-03-29T12:00:00Z"));
    fixture_wake(f, "2026-03-29T12:00:00Z");
    assert_string_equal(fixture_status(f, CLOCK_URGENT), "breached");
}

static void
repeat_starts_the_next_run(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "called", "2025-12-22T10:00:00Z", NULL, NULL);
    fixture_event(f, "called", "2025-12-24T10:00:00Z", NULL, NULL);
    assert_int_equal(fixture_clock(f, CLOCK_CONTACT, NULL)->run, 3);
    assert_due(f, CLOCK_CONTACT, "2026-01-05");
}

static void
pause_keeps_the_rest(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "held", "2025-12-22T10:00:00Z", NULL, NULL);
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "paused");
    assert_int_equal(fixture_clock(f, CLOCK_ACKNOWLEDGE, NULL)->paused_rest, 4);
    fixture_wake(f, "2026-01-30T09:00:00Z");
    assert_int_equal(fixture_rows(f, "waymark.clock.breached"), 0);
    fixture_event(f, "resumed", "2026-02-02T10:00:00Z", NULL, NULL);
    assert_due(f, CLOCK_ACKNOWLEDGE, "2026-02-06");
}

static void
extension_is_void_without_notice(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "acknowledged", "2025-12-22T10:00:00Z", NULL, NULL);
    assert_due(f, CLOCK_RESPOND, "2026-01-08");
    fixture_event(f, "extend", "2026-01-05T10:00:00Z", NULL, NULL);
    assert_due(f, CLOCK_RESPOND, "2026-01-15");
    fixture_wake(f, "2026-01-09T00:00:00Z");
    assert_due(f, CLOCK_RESPOND, "2026-01-08");
    assert_string_equal(fixture_status(f, CLOCK_RESPOND), "breached");
    assert_int_equal(fixture_rows(f, "waymark.clock.corrected"), 1);
}

static void
extension_stands_with_notice(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "acknowledged", "2025-12-22T10:00:00Z", NULL, NULL);
    fixture_event(f, "extend", "2026-01-05T10:00:00Z", NULL, NULL);
    fixture_event(f, "notice", "2026-01-08T23:59:59Z", NULL, NULL);
    fixture_wake(f, "2026-01-09T00:00:00Z");
    assert_due(f, CLOCK_RESPOND, "2026-01-15");
    /* Together at most the limit, and not after it was due. */
    fixture_event(f, "extend", "2026-01-12T10:00:00Z", NULL, NULL);
    fixture_event(f, "extend", "2026-01-12T11:00:00Z", NULL, NULL);
    assert_due(f, CLOCK_RESPOND, "2026-01-22");
}

static void
nothing_heard_is_the_good_end(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "posted", "2026-01-05T10:00:00Z", NULL, NULL);
    fixture_wake(f, "2026-01-08T00:00:00Z");
    assert_string_equal(fixture_status(f, CLOCK_DELIVERY), "met");
    assert_int_equal(fixture_rows(f, "waymark.clock.breached"), 1); /* acknowledge alone */
}

static void
item_clock_follows_its_item(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "tasked", "2026-01-05T10:00:00Z", NULL,
                  (const char *const[]){"task", "t1", "due", "2026-01-09", NULL});
    assert_string_equal(fixture_day(fixture_clock(f, CLOCK_TASK, "t1")->due.day), "2026-01-09");
    fixture_event(f, "tasked", "2026-01-05T11:00:00Z", NULL,
                  (const char *const[]){"task", "t1", "due", "2026-01-12", NULL});
    assert_string_equal(fixture_day(fixture_clock(f, CLOCK_TASK, "t1")->due.day), "2026-01-12");
    fixture_event(f, "task.done", "2026-01-12T10:00:00Z", NULL,
                  (const char *const[]){"task", "t1", NULL});
    assert_int_equal(fixture_clock(f, CLOCK_TASK, "t1")->status, WM_CLOCK_MET);
}

static void
late_stop_takes_the_breach_back(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_wake(f, "2025-12-29T09:00:00Z");
    fixture_wake(f, "2025-12-31T09:00:00Z");
    assert_int_equal(fixture_rows(f, "waymark.clock.breached"), 1);
    const enum wm_outcome outcome =
        fixture_event(f, "acknowledged", "2025-12-23T10:00:00Z", "2026-01-05T10:00:00Z", NULL);
    assert_int_equal(outcome, WM_OUTCOME_CORRECTED);
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "met");
    assert_due(f, CLOCK_RESPOND, "2026-01-09");
    /* The warning of the 29th and the breach would not have happened. */
    assert_int_equal(fixture_effects(f, WM_EFFECT_RETRACT), 2);
}

static void
late_contact_under_a_repeating_clock(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "called", "2026-01-05T10:00:00Z", NULL, NULL);
    fixture_wake(f, "2026-01-13T09:00:00Z");
    fixture_event(f, "called", "2026-01-14T10:00:00Z", NULL, NULL);
    assert_int_equal(fixture_clock(f, CLOCK_CONTACT, NULL)->run, 3);
    /* A call of the 8th, typed in on the 15th: the run before was no breach. */
    fixture_event(f, "called", "2026-01-08T10:00:00Z", "2026-01-15T10:00:00Z", NULL);
    assert_int_equal(fixture_clock(f, CLOCK_CONTACT, NULL)->run, 4);
    assert_due(f, CLOCK_CONTACT, "2026-01-21");
    assert_int_equal(fixture_effects(f, WM_EFFECT_RETRACT), 1);
}

static void
a_breach_that_comes_true_again_is_told_again(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_wake(f, "2025-12-31T09:00:00Z");
    char id[16];
    (void)snprintf(id, sizeof id, "e%zu", f->past_count + 1);
    fixture_event(f, "acknowledged", "2025-12-23T10:00:00Z", "2026-01-05T10:00:00Z", NULL);
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "met");
    fixture_event(
        f, "record.withdrawn", "2026-01-06T12:00:00Z", NULL,
        (const char *const[]){"event_source", "/test", "event_id", id, "why", "wrong case", NULL});
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "breached");
    const size_t before = fixture_rows(f, "waymark.clock.breached");
    fixture_wake(f, "2026-01-06T12:29:59Z");
    assert_int_equal(fixture_rows(f, "waymark.clock.breached"), before);
    fixture_wake(f, "2026-01-06T12:30:00Z");
    assert_true(fixture_rows(f, "waymark.clock.breached") > before);
    for (size_t i = 0; i < f->past_count; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_false(wm_span_equal(f->past[i].event.id, f->past[j].event.id));
        }
    }
}

static void
withdrawn_record_undoes_its_stop(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "acknowledged", "2025-12-22T10:00:00Z", NULL, NULL);
    const enum wm_outcome outcome =
        fixture_event(f, "record.withdrawn", "2025-12-23T10:00:00Z", NULL,
                      (const char *const[]){"event_source", "/test", "event_id", "e2", "why",
                                            "wrong case", NULL});
    assert_int_equal(outcome, WM_OUTCOME_CORRECTED);
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "running");
    assert_string_equal(fixture_status(f, CLOCK_RESPOND), "none");
}

static void
corrected_record_moves_in_time(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "acknowledged", "2025-12-31T10:00:00Z", NULL, NULL);
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "breached");
    fixture_event(f, "record.corrected", "2026-01-02T10:00:00Z", NULL,
                  (const char *const[]){"event_source", "/test", "event_id", "e2", "why", "typo",
                                        "time", "2025-12-22T10:00:00Z", NULL});
    assert_int_equal(f->last.outcome, WM_OUTCOME_CORRECTED);
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "met");
    assert_due(f, CLOCK_RESPOND, "2026-01-08");
}

static void
unknown_record_is_refused(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(
        f, "record.withdrawn", "2025-12-23T10:00:00Z", NULL,
        (const char *const[]){"event_source", "/test", "event_id", "none", "why", "x", NULL});
    assert_int_equal(f->last.outcome, WM_OUTCOME_REJECTED);
    assert_string_equal(f->last.code, "schema");
}

static void
a_rung_known_late_waits_for_the_batch(void **state)
{
    struct world_fixture *f = *state;
    assert_int_equal(
        fixture_event(f, "opened", "2025-12-01T10:00:00Z", "2025-12-19T10:00:00Z", NULL),
        WM_OUTCOME_APPLIED);
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "breached");
    fixture_wake(f, "2025-12-19T10:29:59Z");
    assert_int_equal(fixture_rows(f, "waymark.clock.breached"), 0);
    fixture_event(f, "acknowledged", "2025-12-02T10:00:00Z", "2025-12-19T10:29:59Z", NULL);
    fixture_wake(f, "2025-12-19T10:45:00Z");
    assert_int_equal(fixture_rows(f, "waymark.clock.breached"), 0);
    assert_string_equal(fixture_status(f, CLOCK_ACKNOWLEDGE), "met");
}

static void
requests_are_refused_and_facts_are_not(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    assert_int_equal(fixture_event(f, "close", "2025-12-22T10:00:00Z", NULL, NULL),
                     WM_OUTCOME_REJECTED);
    assert_string_equal(f->last.code, "guard");
    assert_int_equal(fixture_event(f, "letter", "2025-12-22T10:00:00Z", NULL, NULL),
                     WM_OUTCOME_APPLIED);
    assert_int_equal(f->last.violation_count, 1);
    assert_int_equal(fixture_event(f, "noted", "2025-12-22T10:00:00Z", NULL, NULL),
                     WM_OUTCOME_RECORDED);
    assert_int_equal(fixture_event(f, "record.nothing", "2025-12-22T10:00:00Z", NULL, NULL),
                     WM_OUTCOME_REJECTED);
    assert_string_equal(f->last.code, "not-allowed-now");
    assert_int_equal(f->last.accepts_count, 6);
    assert_int_equal(fixture_event(f, "opened", "2025-12-22T10:00:00Z", NULL, NULL),
                     WM_OUTCOME_REJECTED);
    assert_string_equal(f->last.code, "ref-in-use");
    fixture_event(f, "void", "2025-12-22T11:00:00Z", NULL, NULL);
    assert_int_equal(fixture_event(f, "noted", "2025-12-22T12:00:00Z", NULL, NULL),
                     WM_OUTCOME_REJECTED);
    assert_string_equal(f->last.code, "case-closed");
}

static void
conditional_message_is_withdrawn(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "called", "2025-12-22T10:00:00Z", NULL, NULL);
    fixture_event(f, "survey", "2025-12-22T10:00:00Z", NULL, NULL);
    assert_int_equal(f->c->wanted.count, 1);
    fixture_event(f, "close", "2025-12-22T11:00:00Z", NULL, NULL);
    assert_int_equal(fixture_effects(f, WM_EFFECT_WITHDRAW), 1);
    assert_int_equal(f->c->wanted.count, 0);
}

static void
closing_ends_what_ends_with_the_case(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "called", "2025-12-22T10:00:00Z", NULL, NULL);
    fixture_event(f, "acknowledged", "2025-12-22T10:00:00Z", NULL, NULL);
    fixture_event(f, "close", "2025-12-22T11:00:00Z", NULL, NULL);
    assert_string_equal(fixture_status(f, CLOCK_RESPOND), "cancelled");
    assert_string_equal(fixture_status(f, CLOCK_CONTACT), "running");
    assert_int_equal(f->c->closed_us, fixture_time("2025-12-22T11:00:00Z"));
}

static void
before_the_opening_counts_as_at_it(void **state)
{
    struct world_fixture *f = *state;
    open_case(f);
    fixture_event(f, "called", "2025-12-01T10:00:00Z", "2025-12-19T17:00:00Z", NULL);
    assert_int_equal(fixture_clock(f, CLOCK_CONTACT, NULL)->started_us, f->c->opened_us);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(opening_starts_clocks),
        TEST(both_sides_of_the_due_moment),
        TEST(rungs_fire_once_and_in_order),
        TEST(after_an_outage_the_highest_speaks),
        TEST(hours_run_day_and_night),
        TEST(repeat_starts_the_next_run),
        TEST(pause_keeps_the_rest),
        TEST(extension_is_void_without_notice),
        TEST(extension_stands_with_notice),
        TEST(nothing_heard_is_the_good_end),
        TEST(item_clock_follows_its_item),
        TEST(late_stop_takes_the_breach_back),
        TEST(late_contact_under_a_repeating_clock),
        TEST(a_breach_that_comes_true_again_is_told_again),
        TEST(withdrawn_record_undoes_its_stop),
        TEST(corrected_record_moves_in_time),
        TEST(unknown_record_is_refused),
        TEST(a_rung_known_late_waits_for_the_batch),
        TEST(requests_are_refused_and_facts_are_not),
        TEST(conditional_message_is_withdrawn),
        TEST(closing_ends_what_ends_with_the_case),
        TEST(before_the_opening_counts_as_at_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
