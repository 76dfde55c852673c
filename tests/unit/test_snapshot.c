/* test_snapshot.c - goal: what is stored of a case, an officer and a history comes back exactly,
 * and what is damaged is refused. Method: a case that uses every field; every text cut short and
 * with every byte changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "daemon/codec/snapshot.h"
#include "tests/unit/codec_fixture.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static int
setup(void **state)
{
    *state = wm_arena_new(ARENA_BYTES);
    return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
    struct wm_arena *arena = *state;
    wm_arena_free(&arena);
    return 0;
}

static void
assert_text(struct wm_span span, const char *want)
{
    assert_non_null(span.data);
    assert_string_equal(span.data, want);
}

static struct wm_case *
decode(struct wm_arena *arena, struct wm_span text)
{
    struct wm_case *c = NULL;
    struct wm_span why = {0};
    const enum wm_status status = wm_case_decode(arena, text, &codec_workflow, &c, &why);
    if (status != WM_OK) {
        fail_msg("not decoded: %.*s", WM_SPAN_ARG(why));
    }
    wm_case_check(c);
    return c;
}

static void
a_bare_case_is_short(void **state)
{
    struct wm_case *c = codec_bare_case(*state);
    const struct wm_span text = wm_case_encode(*state, c);
    assert_text(text, "{\"ref\":\"C-1\",\"workflow\":\"complaint\",\"version\":3,"
                      "\"state\":\"received\",\"seq\":0,\"opened\":0,\"folded\":0,"
                      "\"attributes\":{\"stage\":1},\"items\":[],\"calendars\":[],\"clocks\":[],"
                      "\"tallies\":[[],[]],\"wanted\":[],\"tenures\":[],\"aliases\":[]}");
    const struct wm_case *back = decode(*state, text);
    assert_true(back->closed_us == WM_NEVER && back->check_us == WM_NEVER);
    assert_true(back->wake_us == WM_NEVER);
    assert_null(back->officer.data);
    assert_int_equal(back->attributes[0].kind, 0);
    assert_text(wm_case_encode(*state, back), text.data);
}

static void
assert_same_clock(const struct wm_clock *a, const struct wm_clock *b)
{
    assert_int_equal(a->def, b->def);
    assert_true(wm_span_equal(a->item, b->item));
    assert_true((a->item.data == NULL) == (b->item.data == NULL));
    assert_int_equal(a->run, b->run);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->started_us, b->started_us);
    assert_int_equal(a->day0, b->day0);
    assert_int_equal(a->target.count, b->target.count);
    assert_int_equal(a->target.unit, b->target.unit);
    assert_int_equal(a->target.roll, b->target.roll);
    assert_int_equal(a->until, b->until);
    assert_int_equal(a->due.us, b->due.us);
    assert_int_equal(a->due.day, b->due.day);
    assert_int_equal(a->agreed.us, b->agreed.us);
    assert_int_equal(a->agreed.day, b->agreed.day);
    assert_int_equal(a->extended, b->extended);
    assert_int_equal(a->stopped_us, b->stopped_us);
    assert_int_equal(a->known_us, b->known_us);
    assert_int_equal(a->fired, b->fired);
    assert_int_equal(a->due_passed, b->due_passed);
    assert_int_equal(a->outside, b->outside);
    assert_int_equal(a->extension_open, b->extension_open);
    assert_int_equal(a->paused_rest, b->paused_rest);
    assert_int_equal(a->paused_rest_us, b->paused_rest_us);
    assert_int_equal(a->pause_count, b->pause_count);
    for (size_t i = 0; i < a->pause_count; i++) {
        assert_int_equal(a->pauses[i].from_us, b->pauses[i].from_us);
        assert_int_equal(a->pauses[i].to_us, b->pauses[i].to_us);
    }
    assert_true(wm_span_equal(a->calendar_version, b->calendar_version));
}

static void
assert_same_lists(const struct wm_case *a, const struct wm_case *b)
{
    assert_int_equal(a->items.count, b->items.count);
    for (size_t i = 0; i < a->items.count; i++) {
        assert_int_equal(a->items.items[i].kind, b->items.items[i].kind);
        assert_true(wm_span_equal(a->items.items[i].id, b->items.items[i].id));
        assert_int_equal(a->items.items[i].status, b->items.items[i].status);
        assert_int_equal(a->items.items[i].opened_us, b->items.items[i].opened_us);
        assert_true(wm_value_equal(&a->items.items[i].fields, &b->items.items[i].fields));
    }
    assert_int_equal(a->tallies[0].count, b->tallies[0].count);
    assert_int_equal(a->tallies[1].count, 2);
    assert_int_equal(b->tallies[1].items[0].occurred_us, 5);
    assert_true(wm_span_is(b->tallies[1].items[0].key, "2026-01-05"));
    assert_null(b->tallies[1].items[1].key.data);
    assert_int_equal(b->wanted.count, 2);
    assert_true(wm_span_is(b->wanted.items[0].id, "m1"));
    assert_int_equal(b->wanted.items[0].send, 1);
    assert_true(wm_span_is(b->wanted.items[0].item, "a:17"));
    assert_null(b->wanted.items[1].item.data);
    assert_int_equal(b->tenures.count, 2);
    assert_true(b->tenures.items[0].conflict && !b->tenures.items[1].conflict);
    assert_true(!b->tenures.items[0].by_hand && b->tenures.items[1].by_hand);
    assert_int_equal(b->tenures.items[1].from_us, 2);
    assert_true(wm_span_is(b->tenures.items[1].officer, "s.brook"));
    assert_int_equal(b->aliases.count, 2);
    assert_true(wm_span_is(b->aliases.items[1], "nec:7"));
}

static void
every_field_comes_back(void **state)
{
    const struct wm_case *c = codec_full_case(*state);
    wm_case_check(c);
    const struct wm_span text = wm_case_encode(*state, c);
    struct wm_value json;
    assert_int_equal(wm_value_parse(*state, text, &json), WM_OK);
    const struct wm_case *back = decode(*state, text);
    assert_true(wm_span_equal(back->ref, c->ref));
    assert_int_equal(back->state, c->state);
    assert_true(wm_span_equal(back->officer, c->officer));
    assert_int_equal(back->seq, c->seq);
    assert_int_equal(back->opened_us, c->opened_us);
    assert_int_equal(back->closed_us, c->closed_us);
    assert_int_equal(back->folded_us, c->folded_us);
    assert_int_equal(back->moved_us, c->moved_us);
    assert_int_equal(back->check_us, c->check_us);
    assert_int_equal(back->wake_us, c->wake_us);
    for (size_t i = 0; i < codec_workflow.attribute_count; i++) {
        assert_true(wm_value_equal(&back->attributes[i], &c->attributes[i]));
    }
    assert_int_equal(back->clocks.count, c->clocks.count);
    for (size_t i = 0; i < c->clocks.count; i++) {
        assert_same_clock(&c->clocks.items[i], &back->clocks.items[i]);
    }
    assert_same_lists(c, back);
    assert_text(wm_case_encode(*state, back), text.data);
    assert_text(wm_case_encode(*state, wm_case_copy(*state, c)), text.data);
}

/* An attribute that was set and an ordinary one that was cleared are told apart. */
static void
a_cleared_attribute_stays_cleared(void **state)
{
    struct wm_case *c = codec_bare_case(*state);
    c->attributes[1] = (struct wm_value){.flag = false};
    assert_int_equal(decode(*state, wm_case_encode(*state, c))->attributes[1].kind, 0);
    c->attributes[1] = (struct wm_value){.kind = WM_VALUE_NULL};
    assert_int_equal(decode(*state, wm_case_encode(*state, c))->attributes[1].kind, WM_VALUE_NULL);
}

static void
assert_why(struct wm_arena *arena, const char *text, const struct wm_workflow *workflow,
           const char *part)
{
    struct wm_case *c = NULL;
    struct wm_span why = {0};
    assert_int_equal(wm_case_decode(arena, wm_span(text), workflow, &c, &why), WM_CORRUPT);
    assert_null(c);
    assert_non_null(why.data);
    assert_non_null(strstr(why.data, part));
}

static void
what_does_not_belong_is_named(void **state)
{
    struct wm_arena *arena = *state;
    const char *text = wm_case_encode(arena, codec_full_case(arena)).data;
    struct wm_workflow other = codec_workflow;
    other.version = 4;
    assert_why(arena, text, &other, "complaint version 3, not to complaint version 4");
    other = codec_workflow;
    other.state_count = 1;
    assert_why(arena, text, &other, "the state \"investigating\" is not in complaint version 3");
    other = codec_workflow;
    other.attribute_count = 2;
    assert_why(arena, text, &other, "the attribute \"skills\"");
    other = codec_workflow;
    other.clock_count = 2;
    assert_why(arena, text, &other, "the clock \"action\"");
    other = codec_workflow;
    other.item_count = 1;
    assert_why(arena, text, &other, "the kind of item \"action\"");
    other = codec_workflow;
    other.send_count = 1;
    assert_why(arena, text, &other, "not a snapshot");
    assert_why(arena, "", &codec_workflow, "byte 0");
    assert_why(arena, "{\"ref\":\"C-1\",\"workflow\":7", &codec_workflow, "byte");
}

/* Cut anywhere, or with any byte changed, it is refused or still a sound case; it never breaks
 * anything. */
static void
damage_is_survived(void **state)
{
    struct wm_arena *scratch = wm_arena_new(ARENA_BYTES);
    const struct wm_span text = wm_case_encode(*state, codec_full_case(*state));
    struct wm_case *c = NULL;
    struct wm_span why;
    for (size_t size = 0; size < text.size; size++) {
        wm_arena_reset(scratch);
        assert_int_equal(
            wm_case_decode(scratch, (struct wm_span){text.data, size}, &codec_workflow, &c, &why),
            WM_CORRUPT);
    }
    static const char changes[] = {'"', '{', '[', ']', '}', ',', '-', '9', '\\', '\0', 'n'};
    char *damaged = wm_arena_alloc(*state, text.size, 1);
    memcpy(damaged, text.data, text.size);
    for (size_t i = 0; i < text.size * sizeof changes; i++) {
        const size_t at = i / sizeof changes;
        damaged[at] = changes[i % sizeof changes];
        wm_arena_reset(scratch);
        if (wm_case_decode(scratch, (struct wm_span){damaged, text.size}, &codec_workflow, &c,
                           &why) == WM_OK) {
            wm_case_check(c);
            assert_non_null(wm_case_encode(scratch, c).data);
        }
        damaged[at] = text.data[at];
    }
    wm_arena_free(&scratch);
}

/* ---- officers */

static void
officers_come_back(void **state)
{
    static const struct wm_span teams[] = {{"complaints", 10}, {"asb", 3}};
    static const struct wm_duty duties[] = {{5, 9, true, false}, {6, 7, false, true}};
    static const struct wm_leave leaves[] = {{{"l1", 2}, 20444, 20454, {"annual", 6}},
                                             {{"l2", 2}, 1, 1, {0}}};
    const struct wm_officer full = {
        .id = wm_span("s.brook"),
        .name = wm_span("Sam Brook"),
        .email = wm_span("sam@example.org"),
        .kind = WM_OFFICER_EXTERNAL,
        .teams = teams,
        .team_count = 2,
        .skills = teams,
        .skill_count = 1,
        .manager = wm_span("p.adeyemi"),
        .deputy = wm_span("d"),
        .max_open = 30,
        .hours = {{540, 1020}, {0, 0}, {1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}},
        .duties = duties,
        .duty_count = 2,
        .leaves = leaves,
        .leave_count = 2,
        .absent_from = 77,
        .absent_until = INT32_MAX,
        .left = true,
        .seq = 9,
    };
    const struct wm_officer bare = {
        .id = wm_span("a"), .kind = WM_OFFICER, .absent_from = WM_NEVER};
    const struct wm_officer *const officers[] = {&full, &bare};
    for (size_t i = 0; i < WM_COUNT(officers); i++) {
        struct wm_officer back;
        const struct wm_span text = wm_officer_encode(*state, officers[i]);
        struct wm_value json;
        assert_int_equal(wm_value_parse(*state, text, &json), WM_OK);
        assert_int_equal(wm_officer_decode(*state, text, &back), WM_OK);
        assert_text(wm_officer_encode(*state, &back), text.data);
        for (size_t size = 0; size < text.size; size++) {
            assert_int_equal(wm_officer_decode(*state, (struct wm_span){text.data, size}, &back),
                             WM_CORRUPT);
        }
    }
    struct wm_officer back;
    assert_int_equal(wm_officer_decode(*state, wm_officer_encode(*state, &full), &back), WM_OK);
    assert_int_equal(back.kind, WM_OFFICER_EXTERNAL);
    assert_int_equal(back.hours[6].to_min, 10);
    assert_int_equal(back.leaves[0].to, 20454);
    assert_int_equal(back.duties[0].to_us, 9);
    assert_true(back.duties[0].from_is_day && !back.duties[0].to_is_day);
    assert_true(!back.duties[1].from_is_day && back.duties[1].to_is_day);
    assert_int_equal(back.absent_until, INT32_MAX);
    assert_true(back.left);
    assert_true(wm_span_is(back.teams[1], "asb"));
}

/* ---- histories and messages */

static void
effects_tell_no_secrets(void **state)
{
    const struct wm_effect effects[] = {
        {.kind = WM_EFFECT_NOTE, .text = wm_span("not asked for")},
        {.kind = WM_EFFECT_SEND,
         .id = wm_span("m1"),
         .name = wm_span("letters"),
         .type = wm_span("waymark.letter.requested"),
         .not_before_us = 1000000,
         .data = wm_value_string(wm_span("secret"))},
        {.kind = WM_EFFECT_WITHDRAW,
         .id = wm_span("m2"),
         .name = wm_span("survey"),
         .type = wm_span("waymark.survey.withdrawn"),
         .text = wm_span("consent withdrawn")},
        {.kind = WM_EFFECT_RETRACT, .id = wm_span("r1")},
        {.kind = WM_EFFECT_CLOCK,
         .name = wm_span("action:17"),
         .type = wm_span("started"),
         .data = wm_value_object((const struct wm_field[]){{wm_span("run"), wm_value_int(2)}}, 1)},
        {.kind = WM_EFFECT_ASSIGNED,
         .officer = wm_span("s.brook"),
         .text = wm_span("fewest"),
         .data = wm_value_list(NULL, 0)},
        {.kind = WM_EFFECT_KEY, .name = wm_span("customer"), .text = wm_span("secret")},
        {.kind = WM_EFFECT_UNKEY, .name = wm_span("customer"), .text = wm_span("secret")},
    };
    const struct wm_violation violations[] = {{wm_span("ACK-1"), wm_span("late")},
                                              {wm_span("LTR-2"), wm_span("unchecked")}};
    const struct wm_step_result result = {.effects = effects,
                                          .effect_count = WM_COUNT(effects),
                                          .violations = violations,
                                          .violation_count = 2};
    assert_text(wm_effects_encode(*state, &result, 1, WM_COUNT(effects)),
                "[{\"kind\":\"send\",\"id\":\"m1\",\"topic\":\"letters\","
                "\"type\":\"waymark.letter.requested\",\"not_before\":\"1970-01-01T00:00:01Z\"},"
                "{\"kind\":\"withdraw\",\"id\":\"m2\",\"topic\":\"survey\","
                "\"why\":\"consent withdrawn\"},"
                "{\"kind\":\"retract\",\"id\":\"r1\"},"
                "{\"kind\":\"clock\",\"clock\":\"action:17\",\"change\":\"started\",\"run\":2},"
                "{\"kind\":\"assigned\",\"officer\":\"s.brook\",\"previous\":null,"
                "\"why\":\"fewest\",\"candidates\":[]},"
                "{\"kind\":\"key\",\"name\":\"customer\"},"
                "{\"kind\":\"unkey\",\"name\":\"customer\"}]");
    assert_text(wm_effects_encode(*state, &result, 0, 1),
                "[{\"kind\":\"note\",\"text\":\"not asked for\"}]");
    assert_text(wm_effects_encode(*state, &result, 2, 2), "[]");
    assert_text(wm_violations_encode(*state, &result), "[\"ACK-1\",\"LTR-2\"]");
}

static void
our_own_events_are_events(void **state)
{
    const struct wm_effect effect = {
        .kind = WM_EFFECT_SEND,
        .id = wm_span("e1/survey"),
        .name = wm_span("survey"),
        .type = wm_span("waymark.survey.row"),
        .data = wm_value_object(
            (const struct wm_field[]){{wm_span("phone"), wm_value_string(wm_span("0163"))}}, 1)};
    struct wm_span text =
        wm_message_encode(*state, wm_span("ovh"), wm_span("C-1"), &effect, 5 * WM_US_PER_SECOND,
                          wm_span("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    struct wm_cloudevent event;
    struct wm_fault fault;
    assert_int_equal(wm_cloudevent_parse(text, &event, &fault), WM_OK);
    assert_true(wm_span_is(event.id, "e1/survey"));
    assert_true(wm_span_is(event.source, "/waymark/ovh"));
    assert_true(wm_span_is(event.type, "waymark.survey.row"));
    assert_true(wm_span_is(event.subject, "C-1"));
    assert_int_equal(event.time_us, 5 * WM_US_PER_SECOND);
    assert_int_equal(event.traceparent.size, 55);
    const struct wm_event seen = wm_event_of(*state, &event, 99, true);
    assert_int_equal(seen.occurred_us, 5 * WM_US_PER_SECOND);
    assert_int_equal(seen.recorded_us, 99);
    assert_true(seen.request);
    assert_true(wm_span_is(wm_value_text(wm_value_get(&seen.data, wm_span("phone"))), "0163"));
    wm_cloudevent_free(&event);

    const struct wm_row row = {
        .type = wm_span("waymark.clock.breached"), .id = wm_span("r1"), .occurred_us = 7};
    text = wm_row_encode(*state, wm_span("ovh"), wm_span("C-1"), &row);
    assert_text(text, "{\"specversion\":\"1.0\",\"id\":\"r1\",\"source\":\"/waymark/ovh\","
                      "\"type\":\"waymark.clock.breached\",\"subject\":\"C-1\","
                      "\"time\":\"1970-01-01T00:00:00.000007Z\",\"data\":{}}");
}

static void
an_event_without_a_time_happens_now(void **state)
{
    struct wm_cloudevent event;
    struct wm_fault fault;
    assert_int_equal(
        wm_cloudevent_parse(wm_span("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\","
                                    "\"type\":\"note.added\",\"subject\":\"C-1\","
                                    "\"wmactor\":\"s.brook\"}"),
                            &event, &fault),
        WM_OK);
    const struct wm_event seen = wm_event_of(*state, &event, 99, false);
    assert_int_equal(seen.occurred_us, 99);
    assert_true(wm_span_is(seen.actor, "s.brook"));
    assert_int_equal(seen.data.kind, WM_VALUE_OBJECT);
    assert_int_equal(seen.data.object.count, 0);
    assert_false(seen.request);
    wm_cloudevent_free(&event);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_bare_case_is_short, setup, teardown),
        cmocka_unit_test_setup_teardown(every_field_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cleared_attribute_stays_cleared, setup, teardown),
        cmocka_unit_test_setup_teardown(what_does_not_belong_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_is_survived, setup, teardown),
        cmocka_unit_test_setup_teardown(officers_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(effects_tell_no_secrets, setup, teardown),
        cmocka_unit_test_setup_teardown(our_own_events_are_events, setup, teardown),
        cmocka_unit_test_setup_teardown(an_event_without_a_time_happens_now, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
