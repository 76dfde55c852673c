/* test_officer.c - goal: officer.* facts change what they name and nothing else, and what cannot be
 * is refused with a sentence. Method: one event after another on a small staff. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "tests/unit/staff.h"

static struct wm_arena *arena;
static struct staff staff;
static struct wm_span why;

static int
set_up(void **state)
{
    (void)state;
    arena = wm_arena_new(16 << 20);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    wm_arena_free(&arena);
    return 0;
}

static int
fresh_staff(void **state)
{
    (void)state;
    staff_init(&staff);
    return 0;
}

/* Data whose fields are texts: pairs of name and text, up to a NULL. */
static struct wm_value
texts(const char *const *pairs)
{
    struct wm_value data = wm_value_object(NULL, 0);
    for (; pairs[0] != NULL; pairs += 2) {
        wm_value_put(arena, &data, wm_span(pairs[0]), wm_value_string(wm_span(pairs[1])));
    }
    return data;
}

static struct wm_event
event_of(const char *type, struct wm_value data)
{
    return (struct wm_event){.type = wm_span(type),
                             .subject = wm_span("ann"),
                             .occurred_us = uk_time("2026-01-08T10:00:00Z"),
                             .recorded_us = uk_time("2026-01-08T10:00:00Z"),
                             .data = data};
}

/* Applies a fact to Ann, in place. */
static enum wm_status
apply(const char *type, struct wm_value data)
{
    const struct wm_event event = event_of(type, data);
    why = (struct wm_span){0};
    const enum wm_status status =
        wm_officer_step(&staff.officers[ANN], &event, arena, &staff.officers[ANN], &why);
    assert_int_equal(status == WM_EINVAL, why.size > 0);
    return status;
}

static enum wm_status
apply_texts(const char *type, const char *const *pairs)
{
    return apply(type, texts(pairs));
}

static struct wm_value
names(const char *first, const char *second)
{
    struct wm_value *items = WM_NEW_ARRAY(arena, struct wm_value, 2);
    items[0] = wm_value_string(wm_span(first));
    items[1] = wm_value_string(wm_span(second));
    return wm_value_list(items, 2);
}

static void
test_joined(void **state)
{
    (void)state;
    struct wm_value data = texts((const char *[]){"name", "Zoe Zander", "email", "z@example.org",
                                                  "manager", "mia", "deputy", "ben", NULL});
    wm_value_put(arena, &data, wm_span("teams"), names("complaints", "asb"));
    wm_value_put(arena, &data, wm_span("skills"), names("damp", "gas"));
    wm_value_put(arena, &data, wm_span("max_open"), wm_value_int(25));
    wm_value_put(arena, &data, wm_span("hours"),
                 texts((const char *[]){"mon", "09:00-17:00", "sun", "00:00-24:00", NULL}));
    struct wm_event event = event_of("officer.joined", data);
    event.subject = wm_span("zoe");
    struct wm_officer zoe = {0};
    assert_int_equal(wm_officer_step(NULL, &event, arena, &zoe, &why), WM_OK);
    assert_true(wm_span_is(zoe.id, "zoe"));
    assert_true(wm_span_is(zoe.name, "Zoe Zander"));
    assert_true(wm_span_is(zoe.email, "z@example.org"));
    assert_true(wm_span_is(zoe.manager, "mia"));
    assert_true(wm_span_is(zoe.deputy, "ben"));
    assert_int_equal(zoe.kind, WM_OFFICER);
    assert_int_equal(zoe.team_count, 2);
    assert_true(wm_span_is(zoe.teams[1], "asb"));
    assert_int_equal(zoe.skill_count, 2);
    assert_true(wm_span_is(zoe.skills[0], "damp"));
    assert_int_equal(zoe.max_open, 25);
    assert_int_equal(zoe.hours[0].from_min, 540);
    assert_int_equal(zoe.hours[0].to_min, 1020);
    assert_int_equal(zoe.hours[1].to_min, 0);
    assert_int_equal(zoe.hours[6].to_min, 1440);
    assert_int_equal(zoe.absent_from, WM_NEVER);
    assert_int_equal(zoe.seq, 1);
    assert_false(zoe.left);
}

static void
test_changed(void **state)
{
    (void)state;
    staff_leave(&staff, ANN, "2026-01-12", "2026-01-16");
    struct wm_value data = texts((const char *[]){"kind", "external", "name", "Ann Other", NULL});
    assert_int_equal(apply("officer.changed", data), WM_OK);
    const struct wm_officer *ann = &staff.officers[ANN];
    assert_int_equal(ann->kind, WM_OFFICER_EXTERNAL);
    assert_true(wm_span_is(ann->name, "Ann Other"));
    assert_int_equal(ann->team_count, 1);
    assert_int_equal(ann->leave_count, 1);
    assert_int_equal(ann->seq, 1);
    /* Hours are told as a whole week: what is not named is off; none at all: the opening hours. */
    struct wm_value hours = wm_value_object(NULL, 0);
    wm_value_put(arena, &hours, wm_span("hours"),
                 texts((const char *[]){"tue", "08:30-12:00", NULL}));
    assert_int_equal(apply("officer.changed", hours), WM_OK);
    assert_int_equal(ann->hours[1].from_min, 510);
    assert_int_equal(ann->hours[0].to_min, 0);
    wm_value_put(arena, &hours, wm_span("hours"), wm_value_object(NULL, 0));
    assert_int_equal(apply("officer.changed", hours), WM_OK);
    assert_int_equal(ann->hours[1].to_min, 0);
    wm_value_put(arena, &data, wm_span("teams"), wm_value_list(NULL, 0));
    assert_int_equal(apply("officer.changed", data), WM_OK);
    assert_int_equal(ann->team_count, 0);
}

static void
test_left_and_back(void **state)
{
    (void)state;
    assert_int_equal(apply("officer.left", wm_value_object(NULL, 0)), WM_OK);
    assert_true(staff.officers[ANN].left);
    assert_int_equal(apply("officer.joined", wm_value_object(NULL, 0)), WM_OK);
    assert_false(staff.officers[ANN].left);
}

static void
test_leave(void **state)
{
    (void)state;
    const struct wm_officer *ann = &staff.officers[ANN];
    static const char *const a[] = {"leave", "a", "from", "2026-01-12", "to", "2026-01-16", NULL};
    static const char *const b[] = {"leave",      "b",    "from",     "2026-02-02", "to",
                                    "2026-02-02", "kind", "training", NULL};
    static const char *const moved[] = {"leave", "a",          "from", "2026-03-12",
                                        "to",    "2026-03-16", NULL};
    assert_int_equal(apply_texts("officer.leave.booked", a), WM_OK);
    assert_int_equal(apply_texts("officer.leave.booked", b), WM_OK);
    assert_int_equal(ann->leave_count, 2);
    assert_true(wm_span_is(ann->leaves[1].kind, "training"));
    assert_int_equal(ann->leaves[1].from, ann->leaves[1].to);
    assert_int_equal(apply_texts("officer.leave.booked", moved), WM_OK);
    assert_int_equal(ann->leave_count, 2);
    assert_int_equal(ann->leaves[0].from, uk_day("2026-03-12"));
    static const char *const unknown[] = {"leave", "c", NULL};
    static const char *const known[] = {"leave", "a", NULL};
    assert_int_equal(apply_texts("officer.leave.cancelled", unknown), WM_OK);
    assert_int_equal(ann->leave_count, 2);
    assert_int_equal(apply_texts("officer.leave.cancelled", known), WM_OK);
    assert_int_equal(ann->leave_count, 1);
    assert_true(wm_span_is(ann->leaves[0].id, "b"));
    assert_int_equal(apply_texts("officer.leave.cancelled", known), WM_OK);
    assert_int_equal(ann->leave_count, 1);
}

/* At the bound, and one past it: the leave that ended first makes room. */
static void
test_most_leaves(void **state)
{
    (void)state;
    const struct wm_officer *ann = &staff.officers[ANN];
    const int32_t first = uk_day("2026-01-01");
    for (int32_t i = 0; i <= WM_LEAVES_MAX; i++) {
        const struct wm_span day = wm_day_text(arena, first + i);
        const struct wm_span id = wm_arena_printf(arena, "l%d", i);
        const char *const pairs[] = {"leave", id.data, "from", day.data, "to", day.data, NULL};
        assert_int_equal(apply_texts("officer.leave.booked", pairs), WM_OK);
        assert_int_equal(ann->leave_count, i < WM_LEAVES_MAX ? i + 1 : WM_LEAVES_MAX);
    }
    for (size_t i = 0; i < WM_LEAVES_MAX; i++) {
        assert_true(ann->leaves[i].from > first);
    }
}

static void
test_duty(void **state)
{
    (void)state;
    const struct wm_officer *ann = &staff.officers[ANN];
    static const char *const times[] = {"from", "2026-01-16T17:00:00Z", "to",
                                        "2026-01-19T09:00:00+00:00", NULL};
    static const char *const days[] = {"from", "2026-07-04", "to", "2026-07-05", NULL};
    static const char *const mixed[] = {"from", "2026-07-03T17:00:00+01:00", "to", "2026-07-05",
                                        NULL};
    assert_int_equal(apply_texts("officer.duty", times), WM_OK);
    assert_int_equal(apply_texts("officer.duty", times), WM_OK);
    assert_int_equal(ann->duty_count, 1);
    assert_int_equal(ann->duties[0].from_us, uk_time("2026-01-16T17:00:00Z"));
    assert_int_equal(ann->duties[0].to_us, uk_time("2026-01-19T09:00:00Z"));
    assert_int_equal(apply_texts("officer.duty", days), WM_OK);
    assert_true(ann->duties[1].from_is_day && ann->duties[1].to_is_day);
    assert_int_equal(ann->duties[1].to_us, uk_time("2026-07-06T00:00:00Z"));
    assert_int_equal(apply_texts("officer.duty", mixed), WM_OK);
    assert_int_equal(ann->duty_count, 3);
    assert_true(!ann->duties[2].from_is_day && ann->duties[2].to_is_day);
}

static void
test_most_duties(void **state)
{
    (void)state;
    const struct wm_officer *ann = &staff.officers[ANN];
    for (int32_t i = 0; i <= WM_DUTIES_MAX; i++) {
        const struct wm_span day = wm_day_text(arena, uk_day("2026-01-01") + i);
        const char *const pairs[] = {"from", day.data, "to", day.data, NULL};
        assert_int_equal(apply_texts("officer.duty", pairs), WM_OK);
    }
    assert_int_equal(ann->duty_count, WM_DUTIES_MAX);
    assert_int_equal(ann->duties[0].from_us, uk_time("2026-01-02T00:00:00Z"));
}

static void
test_absence(void **state)
{
    (void)state;
    const struct wm_officer *ann = &staff.officers[ANN];
    const struct wm_value nothing = wm_value_object(NULL, 0);
    static const char *const open_ended[] = {"from", "2026-01-07", NULL};
    static const char *const ended[] = {"from", "2026-01-07", "expected_to", "2026-01-09", NULL};
    static const char *const later[] = {"on", "2026-01-12", NULL};
    static const char *const today[] = {"on", "2026-01-08", NULL};
    assert_int_equal(apply("officer.returned", nothing), WM_OK);
    assert_int_equal(ann->absent_from, WM_NEVER);
    assert_int_equal(apply_texts("officer.absent", open_ended), WM_OK);
    assert_int_equal(wm_day_of_time(ann->absent_from), uk_day("2026-01-07"));
    assert_int_equal(ann->absent_until, INT32_MAX);
    assert_int_equal(apply_texts("officer.absent", ended), WM_OK);
    assert_int_equal(ann->absent_until, uk_day("2026-01-09"));
    /* Back on a day that is still to come: until then absent, with an end. */
    assert_int_equal(apply_texts("officer.returned", later), WM_OK);
    assert_int_equal(ann->absent_until, uk_day("2026-01-11"));
    assert_int_equal(apply_texts("officer.returned", today), WM_OK);
    assert_int_equal(ann->absent_from, WM_NEVER);
    assert_int_equal(apply_texts("officer.absent", open_ended), WM_OK);
    assert_int_equal(apply("officer.returned", nothing), WM_OK);
    assert_int_equal(ann->absent_from, WM_NEVER);
}

static const struct {
    const char *type;
    const char *pairs[9];
} refused[] = {
    {"officer.leave.booked", {"leave", "a", "from", "2026-01-12", "to", "2026-01-11"}},
    {"officer.leave.booked", {"leave", "a", "from", "2026-02-30", "to", "2026-03-01"}},
    {"officer.leave.booked", {"leave", "a", "from", "2026-01-12"}},
    {"officer.leave.booked", {"leave", "", "from", "2026-01-12", "to", "2026-01-12"}},
    {"officer.absent", {"from", "2026-01-12", "expected_to", "2026-01-11"}},
    {"officer.absent", {"from", "today"}},
    {"officer.absent", {"from", "2026-01-12", "expected_to", "soon"}},
    {"officer.returned", {"on", "soon"}},
    {"officer.duty", {"from", "2026-01-12T09:00:00Z", "to", "2026-01-12T09:00:00Z"}},
    {"officer.duty", {"from", "2026-01-12", "to", "2026-01-11"}},
    {"officer.duty", {"from", "2026-01-12T09:00:00Z", "to", "later"}},
    {"officer.duty", {"to", "2026-01-12"}},
    {"officer.changed", {"kind", "robot"}},
    {"officer.changed", {"max_open", "40"}},
    {"officer.changed", {"teams", "complaints"}},
    {"officer.changed", {"hours", "09:00-17:00"}},
    {"officer.changed", {"deputy", "ann"}},
    {"officer.changed", {"manager", "ann"}},
};

static void
test_refused(void **state)
{
    (void)state;
    const struct wm_officer before = staff.officers[ANN];
    for (size_t i = 0; i < WM_COUNT(refused); i++) {
        assert_int_equal(apply_texts(refused[i].type, refused[i].pairs), WM_EINVAL);
        assert_memory_equal(&staff.officers[ANN], &before, sizeof before);
    }
}

static void
test_refused_hours(void **state)
{
    (void)state;
    static const char *const bad[][3] = {
        {"monday", "09:00-17:00"}, {"mon", "9-17"},        {"mon", "17:00-09:00"},
        {"mon", "09:00-09:00"},    {"mon", "09:60-17:00"}, {"mon", "09:00-24:01"},
        {"mon", "09:00 17:00"},    {"mon", "09:00-17:0x"}, {"mon", ""},
        {"mon", "09.00-17:00"}};
    for (size_t i = 0; i < WM_COUNT(bad); i++) {
        struct wm_value data = wm_value_object(NULL, 0);
        wm_value_put(arena, &data, wm_span("hours"), texts(bad[i]));
        assert_int_equal(apply("officer.changed", data), WM_EINVAL);
    }
    struct wm_value data = wm_value_object(NULL, 0);
    wm_value_put(arena, &data, wm_span("name"), wm_value_int(1));
    assert_int_equal(apply("officer.changed", data), WM_EINVAL);
    wm_value_put(arena, &data, wm_span("name"), wm_value_string(wm_span("Ann")));
    wm_value_put(arena, &data, wm_span("max_open"), wm_value_int(-1));
    assert_int_equal(apply("officer.changed", data), WM_EINVAL);
}

static void
test_not_for_us(void **state)
{
    (void)state;
    struct wm_officer after = {0};
    const struct wm_event left = event_of("officer.left", wm_value_object(NULL, 0));
    const struct wm_event other = event_of("officer.promoted", wm_value_object(NULL, 0));
    const struct wm_event nameless = event_of("officer.joined", wm_value_object(NULL, 0));
    assert_int_equal(wm_officer_step(NULL, &left, arena, &after, &why), WM_NOTFOUND);
    assert_int_equal(wm_officer_step(&staff.officers[ANN], &other, arena, &after, &why),
                     WM_NOTFOUND);
    assert_int_equal(wm_officer_step(NULL, &nameless, arena, &after, &why), WM_EINVAL);
    assert_int_equal(after.kind, 0);
}

/* A full arena is an answer, and leaves the officer alone. */
static void
test_no_memory(void **state)
{
    (void)state;
    struct wm_arena *tight = wm_arena_new(64 << 10);
    static const char *const pairs[] = {"leave", "a",          "from", "2026-01-12",
                                        "to",    "2026-01-16", NULL};
    const struct wm_event event = event_of("officer.leave.booked", texts(pairs));
    struct wm_officer after = {0};
    enum wm_status status = WM_OK;
    for (int i = 0; i < 100000 && status == WM_OK; i++) {
        status = wm_officer_step(&staff.officers[ANN], &event, tight, &after, &why);
    }
    assert_int_equal(status, WM_NOMEM);
    assert_int_equal(after.leave_count, 1);
    wm_arena_free(&tight);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_joined, fresh_staff),
        cmocka_unit_test_setup(test_changed, fresh_staff),
        cmocka_unit_test_setup(test_left_and_back, fresh_staff),
        cmocka_unit_test_setup(test_leave, fresh_staff),
        cmocka_unit_test_setup(test_most_leaves, fresh_staff),
        cmocka_unit_test_setup(test_duty, fresh_staff),
        cmocka_unit_test_setup(test_most_duties, fresh_staff),
        cmocka_unit_test_setup(test_absence, fresh_staff),
        cmocka_unit_test_setup(test_refused, fresh_staff),
        cmocka_unit_test_setup(test_refused_hours, fresh_staff),
        cmocka_unit_test_setup(test_not_for_us, fresh_staff),
        cmocka_unit_test_setup(test_no_memory, fresh_staff),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
