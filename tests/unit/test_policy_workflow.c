/* test_policy_workflow.c - goal: what a file says stands in the model as the core reads it. Method:
 * one good file in which every form of README.md stands once, looked at field by field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/policy_fixture.h"

static struct wm_arena *arena;
static const struct wm_workflow *enquiry;

static const struct wm_workflow *
load(struct wm_span text)
{
    struct wm_findings findings = {.arena = arena};
    const struct wm_surroundings around = policy_surroundings();
    const struct wm_workflow *workflow =
        wm_workflow_load(arena, wm_span("enquiry.cfg"), text, &around, &findings);
    if (workflow == NULL) {
        fail_msg("%s", policy_told(arena, &findings).data);
    }
    assert_int_equal(findings.count, 0);
    return workflow;
}

static int
set_up(void **state)
{
    (void)state;
    arena = wm_arena_new(32 << 20);
    enquiry = load(policy_file(arena, "enquiry.cfg"));
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    wm_arena_free(&arena);
    return 0;
}

#define assert_span(span, want) assert_string_equal(wm_arena_string(arena, (span)), (want))

static const struct wm_clock_def *
clock_of(const char *name)
{
    const int32_t index = wm_workflow_clock(enquiry, wm_span(name));
    assert_true(index >= 0);
    return &enquiry->clocks[index];
}

static const struct wm_state *
state_of(const char *name)
{
    const int32_t index = wm_workflow_state(enquiry, wm_span(name));
    assert_true(index >= 0);
    return &enquiry->states[index];
}

static void
test_identity(void **state)
{
    (void)state;
    assert_span(enquiry->name, "enquiry");
    assert_span(enquiry->title, "Enquiry");
    assert_span(enquiry->team, "front");
    assert_span(enquiry->calendar, "statutory");
    assert_span(enquiry->file, "enquiry.cfg");
    assert_int_equal(enquiry->version, 3);
    assert_int_equal(enquiry->cover, wm_workflow_clock(enquiry, wm_span("respond")));
    assert_int_equal(enquiry->settle.count, 20);
    assert_int_equal(enquiry->settle.unit, WM_UNIT_MINUTES);
    assert_int_equal(enquiry->about_count, 1);
    assert_span(enquiry->about[0], "about");
    assert_int_equal(enquiry->weight_count, 2);
    assert_non_null(enquiry->weights[0].when);
    assert_int_equal(enquiry->weights[0].weight, 2);
    assert_null(enquiry->weights[1].when);
}

static void
test_attributes(void **state)
{
    (void)state;
    assert_int_equal(enquiry->attribute_count, 8);
    const struct wm_attribute *channel = &enquiry->attributes[0];
    assert_int_equal(channel->type, WM_TYPE_ENUM);
    assert_int_equal(channel->value_count, 2);
    assert_span(channel->values[1], "email");
    assert_true(channel->required);
    assert_null(channel->from.data);
    const struct wm_attribute *urgent = &enquiry->attributes[1];
    assert_int_equal(urgent->initial.kind, WM_VALUE_BOOL);
    assert_false(urgent->initial.flag);
    assert_true(enquiry->attributes[2].amendable);
    assert_span(enquiry->attributes[3].from, "customer.ref");
    assert_span(enquiry->attributes[3].key, "customer");
    assert_true(enquiry->attributes[4].personal);
    assert_int_equal(enquiry->attributes[4].initial.kind, 0);
    assert_int_equal(enquiry->attributes[5].initial.number, 5);
}

static void
test_opening(void **state)
{
    (void)state;
    const struct wm_opening *opening = wm_workflow_opening(enquiry, wm_span("enquiry.received"));
    assert_non_null(opening);
    assert_int_equal(opening->state, wm_workflow_state(enquiry, wm_span("received")));
    assert_int_equal(opening->action_count, 3);
    const struct wm_action *assign = &opening->actions[0];
    assert_int_equal(assign->kind, WM_ACTION_ASSIGN);
    assert_false(assign->again);
    assert_span(assign->team, "front");
    assert_int_equal(assign->skill_count, 1);
    assert_span(assign->why, "A new enquiry.");
    const struct wm_action *open = &opening->actions[1];
    assert_int_equal(open->kind, WM_ACTION_OPEN);
    assert_span(open->each, "points"); /* a path in the data: what the core looks into */
    assert_int_equal(open->index, wm_workflow_item(enquiry, wm_span("point")));
    assert_int_equal(open->status, 0);
    assert_int_equal(open->key.part_count, 1);
    assert_int_equal(open->key.parts[0].operand.root, WM_ROOT_EACH);
    assert_span(open->key.parts[0].operand.path, "id");
    const struct wm_send *send = opening->actions[2].send;
    assert_span(send->topic, "letters");
    assert_int_equal(send->field_count, 3);
    assert_int_equal(send->fields[1].value.part_count, 2);
    assert_int_equal(send->fields[1].value.parts[0].operand.root, WM_ROOT_REF);
    assert_span(send->fields[1].value.parts[1].text, "-ack");
    const struct wm_operand *list = &send->fields[2].value.parts[0].operand;
    assert_int_equal(list->root, WM_ROOT_ITEMS);
    assert_int_equal(list->status, -1);
    assert_span(list->path, "list");
}

static void
test_states(void **state)
{
    (void)state;
    const struct wm_state *received = state_of("received");
    assert_int_equal(received->touchpoint, 0);
    assert_true(enquiry->touchpoints[0].moment_of_truth);
    assert_int_equal(received->on_entry_count, 1);
    assert_int_equal(received->on_count, 2);
    const struct wm_condition *when = received->on[0].when;
    assert_int_equal(when->test, WM_TEST_ALL);
    assert_int_equal(when->child_count, 2);
    assert_int_equal(when->children[0].field.root, WM_ROOT_DATA);
    assert_span(when->children[0].field.path, "two_way");
    assert_int_equal(when->children[1].test, WM_TEST_ONE_OF);
    assert_int_equal(when->children[1].value.list.count, 2);
    assert_span(received->on[0].event, "contact.made");
    assert_int_equal(received->on[0].to, wm_workflow_state(enquiry, wm_span("working")));
    const struct wm_state *closed = state_of("closed");
    assert_true(closed->closed);
    assert_false(closed->final);
    assert_span(closed->waits_for, "what the customer says afterwards");
    assert_true(closed->on[0].actions[0].again);
    assert_true(closed->on[0].actions[0].exclude_previous);
    assert_true(state_of("archived")->final);
    assert_int_equal(state_of("working")->on_exit[0].when->test, WM_TEST_EXISTS);
}

static void
test_requirements(void **state)
{
    (void)state;
    const struct wm_transition *close = &state_of("working")->on[0];
    assert_int_equal(close->require_count, 3);
    assert_int_equal(close->require[0].condition.test, WM_TEST_COVERS);
    assert_int_equal(close->require[0].condition.kind, 0);
    assert_span(close->require[0].condition.by, "point");
    assert_span(close->require[0].rule, "CLO-1");
    assert_span(close->require[0].text, "Every open point must be answered.");
    const struct wm_condition *any = &close->require[1].condition;
    assert_int_equal(any->test, WM_TEST_ANY);
    assert_int_equal(any->children[0].field.root, WM_ROOT_PERSON);
    assert_int_equal(any->children[0].field.aspect, WM_ASPECT_IS_MANAGER);
    assert_span(any->children[0].field.path, "data.approved_by");
    assert_int_equal(any->children[1].test, WM_TEST_NOT);
    assert_int_equal(close->require[2].condition.test, WM_TEST_IN);
    assert_int_equal(close->require[2].condition.other.root, WM_ROOT_ATTRIBUTE);
    assert_int_equal(close->actions[1].kind, WM_ACTION_CANCEL);
    const struct wm_transition *extend = &state_of("working")->on[1];
    assert_int_equal(extend->to, -1);
    assert_int_equal(extend->actions[0].kind, WM_ACTION_EXTEND);
    assert_int_equal(extend->actions[0].value.parts[0].operand.root, WM_ROOT_DATA);
}

static void
test_anywhere_and_tallies(void **state)
{
    (void)state;
    /* A list of events is one transition for each. */
    assert_int_equal(enquiry->anywhere_count, 3);
    assert_span(enquiry->anywhere[1].event, "case.merged");
    assert_int_equal(enquiry->anywhere[0].to, enquiry->anywhere[1].to);
    assert_int_equal(enquiry->tally_count, 2);
    const struct wm_tally *tally = &enquiry->tallies[0];
    assert_span(tally->event, "contact.attempted");
    assert_non_null(tally->where);
    assert_int_equal(tally->within.count, 90);
    assert_int_equal(tally->within.unit, WM_UNIT_DAYS);
    assert_span(tally->since, "contact.made");
    assert_int_equal(tally->distinct, WM_DISTINCT_DAY);
    assert_null(enquiry->tallies[1].where); /* {events.contact.attempted} in a text counts all */
    assert_int_equal(enquiry->anywhere[2].when->field.index, 0);
}

static void
test_items(void **state)
{
    (void)state;
    assert_int_equal(enquiry->item_count, 2);
    const struct wm_item_kind *point = &enquiry->items[0];
    assert_true(point->open[0]);
    assert_false(point->open[1]);
    assert_span(point->rules[0].each, "answers");
    assert_int_equal(point->rules[0].to, 1);
    assert_false(point->rules[0].opens);
    const struct wm_item_kind *action = &enquiry->items[1];
    assert_int_equal(action->rule_count, 2);
    assert_true(action->rules[0].opens);
    assert_int_equal(action->rules[0].to, -1);
    const struct wm_send *push = action->on_open[0].send;
    assert_int_equal(push->wanted->field.root, WM_ROOT_ITEM);
    assert_span(push->until, "action.completed");
    assert_int_equal(action->on_change[0].kind, WM_ACTION_RETARGET);
    /* Messages are numbered, so that a case can name them. */
    for (size_t i = 0; i < enquiry->send_count; i++) {
        assert_int_equal(enquiry->sends[i]->index, i);
    }
    assert_ptr_equal(enquiry->sends[push->index], push);
}

static void
test_respond(void **state)
{
    (void)state;
    const struct wm_clock_def *respond = clock_of("respond");
    assert_span(respond->promise, "We will answer within ten working days.");
    assert_int_equal(respond->item_kind, -1);
    assert_int_equal(respond->target_count, 2);
    assert_int_equal(respond->targets[0].duration.unit, WM_UNIT_HOURS);
    assert_int_equal(respond->targets[1].duration.count, 10);
    assert_span(respond->starts[0].at, "occurred_on");
    assert_int_equal(respond->pause_count, 1);
    assert_int_equal(respond->resume_count, 1);
    assert_int_equal(respond->limit.count, 10);
    assert_span(respond->void_unless->event, "letter.sent");
    assert_true(respond->ends_with_case);
    assert_true(respond->moment_of_truth);
    static const struct {
        enum wm_rung_kind kind;
        int32_t offset;
    } want[] = {{WM_RUNG_WARN, -3},
                {WM_RUNG_WARN, -1},
                {WM_RUNG_BREACH, 1},
                {WM_RUNG_ESCALATE, 2},
                {WM_RUNG_ESCALATE, 5}};
    assert_int_equal(respond->rung_count, WM_COUNT(want));
    for (size_t i = 0; i < WM_COUNT(want); i++) {
        assert_int_equal(respond->rungs[i].kind, want[i].kind);
        assert_int_equal(respond->rungs[i].offset.count, want[i].offset);
        assert_int_equal(respond->rungs[i].action_count, 1);
    }
    /* What is done on each warning is the same; each escalation has its own. */
    assert_ptr_equal(respond->rungs[0].actions, respond->rungs[1].actions);
    assert_span(respond->rungs[4].actions[0].send->to, "head");
}

static void
test_other_clocks(void **state)
{
    (void)state;
    const struct wm_clock_def *touch = clock_of("keep-in-touch");
    assert_true(touch->repeat);
    assert_span(touch->calendar, "service");
    assert_int_equal(touch->targets[0].days.root, WM_ROOT_ATTRIBUTE);
    assert_int_equal(touch->targets[0].duration.unit, WM_UNIT_WORKING_DAYS);
    assert_int_equal(touch->starts[1].moment, WM_MOMENT_DUE);
    assert_int_equal(touch->starts[1].clock, wm_workflow_clock(enquiry, wm_span("respond")));
    assert_int_equal(touch->rung_count, 1); /* the breach is always there … */
    assert_int_equal(touch->rungs[0].kind, WM_RUNG_BREACH);
    assert_true(touch->moment_of_truth); /* by its touch point */
    const struct wm_clock_def *keep = clock_of("keep");
    assert_true(keep->due_is_met);
    assert_int_equal(keep->rung_count, 0); /* … unless being due is the good end */
    assert_false(keep->ends_with_case);
    assert_true(keep->targets[0].duration.roll);
    assert_int_equal(keep->start_count, 2);
    assert_int_equal(keep->starts[1].moment, WM_MOMENT_EVENT);
    const struct wm_clock_def *action = clock_of("action");
    assert_int_equal(action->item_kind, 1);
    assert_int_equal(action->starts[0].moment, WM_MOMENT_OPEN);
    assert_int_equal(action->met_by[0].moment, WM_MOMENT_CLOSE);
    assert_int_equal(action->met_by[1].key.part_count, 1);
    assert_int_equal(action->targets[0].until.root, WM_ROOT_ITEM);
    assert_true(action->once);
    assert_span(action->calendar, "statutory"); /* the workflow's */
}

/* Layout, comments and the order of settings mean nothing; a word does. */
static void
test_digest(void **state)
{
    (void)state;
    struct wm_span text = policy_file(arena, "enquiry.cfg");
    assert_int_equal(enquiry->digest.size, 32);
    struct wm_span same = policy_change(arena, text, "version = 3; title = \"Enquiry\";",
                                        "title = \"Enquiry\"; // said so\n  version = 3;");
    assert_span(load(same)->digest, enquiry->digest.data);
    same = policy_change(arena, text, "[ \"phone\", \"visit\" ]", "( \"phone\", \"visit\" )");
    assert_span(load(same)->digest, enquiry->digest.data);
    const struct wm_span other = policy_change(arena, text, "Nobody decides", "No one decides");
    assert_string_not_equal(load(other)->digest.data, enquiry->digest.data);
    const struct wm_span order =
        policy_change(arena, text, "[ \"phone\", \"visit\" ]", "[ \"visit\", \"phone\" ]");
    assert_string_not_equal(load(order)->digest.data, enquiry->digest.data);
}

/* Sharing: equal counts are one tally, whatever states they are asked in. */
static void
test_equal_tallies(void **state)
{
    (void)state;
    const struct wm_span text = policy_change(
        arena, policy_file(arena, "enquiry.cfg"), "{ field = \"data.two_way\"; is = true; }",
        "{ field = \"events.contact.attempted\"; at_least = 1; }, { field = "
        "\"events.contact.attempted\"; within = \"90 days\"; at_most = 9; }");
    assert_int_equal(load(text)->tally_count, 3);
}

/* A topic of a landlord's own is known by the surroundings. */
static void
test_topics(void **state)
{
    (void)state;
    const struct wm_span topics[] = {wm_span("kiosk")};
    struct wm_surroundings around = policy_surroundings();
    struct wm_findings findings = {.arena = arena};
    around.topics = topics;
    around.topic_count = WM_COUNT(topics);
    const struct wm_span text = policy_change(arena, policy_file(arena, "enquiry.cfg"),
                                              "send = \"actions\"", "send = \"kiosk\"");
    assert_non_null(wm_workflow_load(arena, wm_span("f"), text, &around, &findings));
}

/* An arena that is too small is an answer, not a crash. */
static void
test_no_memory(void **state)
{
    (void)state;
    const struct wm_span text = policy_file(arena, "enquiry.cfg");
    const struct wm_surroundings around = policy_surroundings();
    size_t refused = 0;
    for (size_t limit = 1; limit < 40; limit++) {
        struct wm_arena *small = wm_arena_new(limit << 16);
        struct wm_findings findings = {.arena = arena};
        const bool loaded = wm_workflow_load(small, wm_span("f"), text, &around, &findings) != NULL;
        assert_int_equal(loaded, wm_findings_errors(&findings) == 0);
        refused += loaded ? 0 : 1;
        wm_arena_free(&small);
    }
    assert_true(refused > 0 && refused < 39);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity),      cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_opening),       cmocka_unit_test(test_states),
        cmocka_unit_test(test_requirements),  cmocka_unit_test(test_anywhere_and_tallies),
        cmocka_unit_test(test_items),         cmocka_unit_test(test_respond),
        cmocka_unit_test(test_other_clocks),  cmocka_unit_test(test_digest),
        cmocka_unit_test(test_equal_tallies), cmocka_unit_test(test_topics),
        cmocka_unit_test(test_no_memory)};
    return cmocka_run_group_tests_name("policy workflow", tests, set_up, tear_down);
}
