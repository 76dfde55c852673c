/* test_value.c - goal: values are found, compared, copied and worded as value.h says, however deep
 * they nest, and a copy owes nothing to what it was copied from. Method: small values by hand; the
 * deepest nesting that is allowed; an arena that fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "daemon/core/value.h"
#include "daemon/core/workflow.h"

static struct wm_arena *arena;
static const struct wm_value none; /* the absent value */

static int
set_up(void **state)
{
    (void)state;
    arena = wm_arena_new(1 << 20);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    wm_arena_free(&arena);
    return 0;
}

static struct wm_value
string(const char *text)
{
    return wm_value_string(wm_span(text));
}

/* {"contact": {"method": "phone", "days": [1, 2]}, "hate": true, "note": null, "size": 1.5} */
static struct wm_value
sample(void)
{
    struct wm_value *days = WM_NEW_ARRAY(arena, struct wm_value, 2);
    days[0] = wm_value_int(1);
    days[1] = wm_value_int(2);
    struct wm_value contact = none;
    wm_value_put(arena, &contact, wm_span("method"), string("phone"));
    wm_value_put(arena, &contact, wm_span("days"), wm_value_list(days, 2));
    struct wm_value value = wm_value_object(NULL, 0);
    wm_value_put(arena, &value, wm_span("contact"), contact);
    wm_value_put(arena, &value, wm_span("hate"), wm_value_bool(true));
    wm_value_put(arena, &value, wm_span("note"), (struct wm_value){.kind = WM_VALUE_NULL});
    wm_value_put(arena, &value, wm_span("size"),
                 (struct wm_value){.kind = WM_VALUE_DECIMAL, .text = wm_span("1.5")});
    return value;
}

static void
test_paths(void **state)
{
    (void)state;
    const struct wm_value value = sample();
    assert_true(wm_span_is(wm_value_text(wm_value_at(&value, wm_span("contact.method"))), "phone"));
    assert_int_equal(wm_value_at(&value, wm_span("contact.days"))->list.count, 2);
    assert_ptr_equal(wm_value_at(&value, wm_span("")), &value);
    assert_ptr_equal(wm_value_at(&value, (struct wm_span){0}), &value);
    assert_true(wm_value_at(&value, wm_span("hate"))->flag);
    static const char *const nowhere[] = {
        "contac",          "contact.metho",  "contact.method.more",
        "contact..method", ".contact",       "hate.x",
        "note.x",          "contact.days.0", "."};
    for (size_t i = 0; i < WM_COUNT(nowhere); i++) {
        assert_int_equal(wm_value_at(&value, wm_span(nowhere[i]))->kind, 0);
    }
    assert_int_equal(wm_value_get(&value, wm_span("contact.method"))->kind, 0);
    assert_null(wm_value_text(wm_value_at(&value, wm_span("size"))).data);
}

static void
test_exists(void **state)
{
    (void)state;
    const struct wm_value value = sample();
    const struct wm_value no_list = wm_value_list(NULL, 0);
    const struct wm_value no_object = wm_value_object(NULL, 0);
    const struct wm_value no_text = string("");
    const struct wm_value zero = wm_value_int(0);
    const struct wm_value no = wm_value_bool(false);
    assert_true(wm_value_exists(&value));
    assert_true(wm_value_exists(wm_value_get(&value, wm_span("size"))));
    assert_true(wm_value_exists(&zero));
    assert_true(wm_value_exists(&no));
    assert_false(wm_value_exists(wm_value_get(&value, wm_span("note"))));
    assert_false(wm_value_exists(wm_value_get(&value, wm_span("none"))));
    assert_false(wm_value_exists(&no_list));
    assert_false(wm_value_exists(&no_object));
    assert_false(wm_value_exists(&no_text));
}

static void
test_put(void **state)
{
    (void)state;
    struct wm_value value = sample();
    const struct wm_value before = value;
    wm_value_put(arena, &value, wm_span("hate"), wm_value_bool(false));
    assert_int_equal(value.object.count, before.object.count);
    assert_false(wm_value_get(&value, wm_span("hate"))->flag);
    assert_true(wm_value_get(&before, wm_span("hate"))->flag);
    wm_value_put(arena, &value, wm_span("more"), wm_value_int(INT64_MIN));
    assert_int_equal(value.object.count, before.object.count + 1);
    assert_int_equal(wm_value_get(&value, wm_span("more"))->number, INT64_MIN);
}

/* The order of fields says nothing. */
static void
test_equal_objects(void **state)
{
    (void)state;
    struct wm_value a = sample();
    const struct wm_value b = sample();
    const struct wm_field turned[] = {b.object.fields[3], b.object.fields[1], b.object.fields[0],
                                      b.object.fields[2]};
    const struct wm_value same = wm_value_object(turned, WM_COUNT(turned));
    assert_true(wm_value_equal(&a, &b));
    assert_true(wm_value_equal(&a, &same));
    assert_true(wm_value_equal(&same, &a));
    wm_value_put(arena, &a, wm_span("hate"), (struct wm_value){.kind = WM_VALUE_NULL});
    assert_false(wm_value_equal(&a, &b));
    assert_true(wm_value_equal(&none, &none));
    assert_false(wm_value_equal(&none, &b));
}

static void
test_equal(void **state)
{
    (void)state;
    const struct wm_value ab[] = {string("a"), string("b")};
    const struct wm_value ba[] = {string("b"), string("a")};
    /* All different: no two of these are equal, each equals itself. */
    const struct wm_value values[] = {
        wm_value_list(ab, 2), wm_value_list(ba, 2), wm_value_list(ab, 1),
        wm_value_int(1),      string("1"),          {.kind = WM_VALUE_DECIMAL, .text = {"1", 1}},
        wm_value_bool(true),  wm_value_bool(false), {.kind = WM_VALUE_NULL}};
    for (size_t i = 0; i < WM_COUNT(values) * WM_COUNT(values); i++) {
        const size_t left = i / WM_COUNT(values);
        const size_t right = i % WM_COUNT(values);
        assert_int_equal(wm_value_equal(&values[left], &values[right]), left == right);
    }
}

static void
test_copy(void **state)
{
    (void)state;
    char word[] = "phone";
    struct wm_value value = sample();
    wm_value_put(arena, &value, wm_span("word"),
                 wm_value_string((struct wm_span){word, strlen(word)}));
    const struct wm_value copy = wm_value_copy(arena, &value);
    assert_true(wm_value_equal(&copy, &value));
    word[0] = 'X';
    assert_false(wm_value_equal(&copy, &value));
    assert_true(wm_span_is(wm_value_text(wm_value_get(&copy, wm_span("word"))), "phone"));
    assert_ptr_not_equal(copy.object.fields[0].name.data, value.object.fields[0].name.data);
    assert_int_equal(wm_value_copy(arena, &none).kind, 0);
}

/* `depth` lists around a text. */
static struct wm_value
nested(size_t depth, const char *text)
{
    struct wm_value value = string(text);
    for (size_t i = 0; i < depth; i++) {
        struct wm_value *item = WM_NEW(arena, struct wm_value);
        *item = value;
        value = wm_value_list(item, 1);
    }
    return value;
}

static void
test_deepest(void **state)
{
    (void)state;
    const struct wm_value a = nested(WM_VALUE_DEPTH_MAX, "deep");
    const struct wm_value b = nested(WM_VALUE_DEPTH_MAX, "deeq");
    const struct wm_value copy = wm_value_copy(arena, &a);
    assert_true(wm_value_equal(&a, &copy));
    assert_false(wm_value_equal(&a, &b));
    assert_true(wm_span_is(wm_value_words(arena, &a), "deep"));
}

static void
test_failing_arena(void **state)
{
    (void)state;
    struct wm_arena *tight = wm_arena_new(64 << 10);
    struct wm_value value = sample();
    size_t copies = 0;
    while (wm_value_copy(tight, &value).kind != 0) {
        copies++;
    }
    assert_true(copies > 10);
    assert_true(wm_arena_failed(tight));
    assert_null(wm_value_words(tight, &value).data);
    const struct wm_value before = value;
    wm_value_put(tight, &value, wm_span("more"), wm_value_int(1));
    assert_true(wm_value_equal(&value, &before));
    wm_arena_free(&tight);
}

static void
test_words(void **state)
{
    (void)state;
    const struct wm_value value = sample();
    assert_true(wm_span_is(wm_value_words(arena, &value),
                           "contact: method: phone; days: 1, 2; hate: yes, note: , size: 1.5"));
    const struct wm_value list[] = {string("damp"), wm_value_int(-7), wm_value_bool(false)};
    const struct wm_value words = wm_value_list(list, WM_COUNT(list));
    assert_true(wm_span_is(wm_value_words(arena, &words), "damp, -7, no"));
    const struct wm_field one[] = {{wm_span("id"), string("p1")},
                                   {wm_span("text"), string("Damp")}};
    const struct wm_field two[] = {{wm_span("id"), string("p2")}};
    const struct wm_value points[] = {wm_value_object(one, 2), wm_value_object(two, 1)};
    const struct wm_value list_of_points = wm_value_list(points, WM_COUNT(points));
    assert_true(wm_span_is(wm_value_words(arena, &list_of_points), "id: p1, text: Damp; id: p2"));
    assert_int_equal(wm_value_words(arena, &none).size, 0);
}

/* ---- lookups in a workflow ---- */

static const struct wm_transition transitions[] = {{.event = {"note.added", 10}}};
static const struct wm_transition everywhere[] = {{.event = {"case.voided", 11}}};
static const struct wm_state states[] = {
    {.name = {"received", 8}, .on = transitions, .on_count = 1}, {.name = {"closed", 6}}};
static const struct wm_trigger starts[] = {{.moment = WM_MOMENT_EVENT, .event = {"a.start", 7}},
                                           {.moment = WM_MOMENT_MET, .event = {"a.none", 6}}};
static const struct wm_trigger met_by[] = {{.moment = WM_MOMENT_EVENT, .event = {"a.met", 5}}};
static const struct wm_trigger cancels[] = {{.moment = WM_MOMENT_EVENT, .event = {"a.cancel", 8}}};
static const struct wm_trigger pauses[] = {{.moment = WM_MOMENT_EVENT, .event = {"a.pause", 7}}};
static const struct wm_trigger resumes[] = {{.moment = WM_MOMENT_EVENT, .event = {"a.resume", 8}}};
static const struct wm_trigger voids[] = {{.moment = WM_MOMENT_EVENT, .event = {"a.void", 6}}};
static const struct wm_clock_def clocks[] = {
    {.name = {"acknowledge", 11}},
    {.name = {"respond", 7},
     .starts = starts,
     .start_count = 2,
     .met_by = met_by,
     .met_count = 1,
     .cancelled_by = cancels,
     .cancel_count = 1,
     .pauses = pauses,
     .pause_count = 1,
     .resumes = resumes,
     .resume_count = 1,
     .void_unless = voids},
};
static const struct wm_item_rule rules[] = {{.event = {"action.agreed", 13}}};
static const struct wm_span statuses[] = {{"open", 4}, {"done", 4}};
static const struct wm_item_kind items[] = {{.name = {"action", 6},
                                             .statuses = statuses,
                                             .status_count = 2,
                                             .rules = rules,
                                             .rule_count = 1}};
static const struct wm_attribute attributes[] = {{.name = {"customer", 8}}};
static const struct wm_opening openings[] = {{.event = {"complaint.received", 18}}};
static const struct wm_tally tallies[] = {
    {.event = {"contact.attempted", 17}, .since = {"contact.made", 12}}};
static const struct wm_send send = {.until = {"survey.completed", 16}};
static const struct wm_send quiet = {.topic = {"alerts", 6}};
static const struct wm_send *const sends[] = {&quiet, &send};
static const struct wm_workflow workflow = {.attributes = attributes,
                                            .attribute_count = 1,
                                            .items = items,
                                            .item_count = 1,
                                            .states = states,
                                            .state_count = 2,
                                            .clocks = clocks,
                                            .clock_count = 2,
                                            .anywhere = everywhere,
                                            .anywhere_count = 1,
                                            .openings = openings,
                                            .opening_count = 1,
                                            .tallies = tallies,
                                            .tally_count = 1,
                                            .sends = sends,
                                            .send_count = 2};

static void
test_lookups(void **state)
{
    (void)state;
    assert_int_equal(wm_workflow_state(&workflow, wm_span("closed")), 1);
    assert_int_equal(wm_workflow_state(&workflow, wm_span("open")), -1);
    assert_int_equal(wm_workflow_clock(&workflow, wm_span("respond")), 1);
    assert_int_equal(wm_workflow_clock(&workflow, wm_span("respon")), -1);
    assert_int_equal(wm_workflow_attribute(&workflow, wm_span("customer")), 0);
    assert_int_equal(wm_workflow_attribute(&workflow, wm_span("")), -1);
    assert_int_equal(wm_workflow_item(&workflow, wm_span("action")), 0);
    assert_int_equal(wm_workflow_item(&workflow, wm_span("actions")), -1);
    assert_int_equal(wm_item_status(&items[0], wm_span("done")), 1);
    assert_int_equal(wm_item_status(&items[0], wm_span("gone")), -1);
    assert_ptr_equal(wm_workflow_opening(&workflow, wm_span("complaint.received")), &openings[0]);
    assert_null(wm_workflow_opening(&workflow, wm_span("note.added")));
}

static void
test_takes(void **state)
{
    (void)state;
    static const char *const taken[] = {
        "complaint.received", "note.added",   "case.voided",     "a.start", "a.met",
        "a.cancel",           "a.pause",      "a.resume",        "a.void",  "action.agreed",
        "contact.attempted",  "contact.made", "survey.completed"};
    static const char *const unknown[] = {"a.none", "alerts", "complaint.receive", "x"};
    for (size_t i = 0; i < WM_COUNT(taken); i++) {
        assert_true(wm_workflow_takes(&workflow, wm_span(taken[i])));
    }
    for (size_t i = 0; i < WM_COUNT(unknown); i++) {
        assert_false(wm_workflow_takes(&workflow, wm_span(unknown[i])));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),         cmocka_unit_test(test_exists),
        cmocka_unit_test(test_put),           cmocka_unit_test(test_equal),
        cmocka_unit_test(test_equal_objects), cmocka_unit_test(test_copy),
        cmocka_unit_test(test_deepest),       cmocka_unit_test(test_words),
        cmocka_unit_test(test_failing_arena), cmocka_unit_test(test_lookups),
        cmocka_unit_test(test_takes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
