/* test_engine_versions.c - goal: a case keeps the version of the workflow with which it was opened,
 * and a version that is in use never changes its meaning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/workflow.h"
#include "tests/unit/engine_fixture.h"

#define RECEIVED "{\"channel\":\"phone\"}"
#define CALLED   "{\"method\":\"phone\",\"by\":\"ann\"}"

/* The policy of the bench with another workflow in it. */
struct other {
    struct wm_policy policy;
    struct wm_workflow workflow;
    const struct wm_workflow *workflows[1];
};

static void
make_other(const struct bench *b, struct other *other, int32_t version, const char *digest)
{
    other->policy = *b->options.policy;
    other->workflow = *b->options.policy->workflows[0];
    other->workflow.version = version;
    other->workflow.digest = wm_span(digest);
    other->workflows[0] = &other->workflow;
    other->policy.workflows = other->workflows;
}

static int
begin(void **state)
{
    static struct bench bench;
    bench_begin(&bench, true);
    *state = &bench;
    return 0;
}

static int
end(void **state)
{
    bench_end(*state);
    return 0;
}

static void
reload(struct bench *b, const struct wm_policy *policy, enum wm_status want)
{
    char *why = NULL;
    assert_int_equal(wm_engine_reload(b->engine, policy, &why), want);
    if (want == WM_EINVAL) {
        assert_non_null(strstr(why, "give what you changed version 2"));
    }
    free(why);
}

static void
a_version_in_use_keeps_its_meaning(void **state)
{
    struct bench *b = *state;
    static struct other other;
    make_other(b, &other, 1, "another");
    reload(b, &other.policy, WM_OK); /* nothing uses it yet */
    reload(b, b->options.policy, WM_OK);
    bench_ok(b, bench_make(b, "complaint.received", "C-1", NULL, RECEIVED), "applied");
    reload(b, &other.policy, WM_EINVAL);
    /* The old policy goes on. */
    bench_ok(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), "applied");
    /* And neither does a start with it. */
    bench_stop(b);
    const struct wm_policy *policy = b->options.policy;
    char *why = NULL;
    b->options.policy = &other.policy;
    assert_int_equal(wm_engine_new(&b->options, &b->engine, &why), WM_EINVAL);
    assert_non_null(strstr(why, "another meaning"));
    free(why);
    b->options.policy = policy;
}

static void
a_case_keeps_its_version(void **state)
{
    struct bench *b = *state;
    static struct other other;
    bench_ok(b, bench_make(b, "complaint.received", "C-1", NULL, RECEIVED), "applied");
    make_other(b, &other, 2, "second");
    reload(b, &other.policy, WM_OK);
    bench_ok(b, bench_make(b, "complaint.received", "C-2", NULL, RECEIVED), "applied");
    /* The text of version 1 is read back once it is needed. */
    bench_refused(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), WM_REPLY_RETRY,
                  "store-unavailable");
    assert_int_equal(bench_lines(b, "store.trouble"), 1);
    b->kept = b->options.policy->workflows[0];
    bench_ok(b, bench_make(b, "contact.made", "C-1", NULL, CALLED), "applied");
    const struct wm_span one = bench_ask(b, "{\"op\":\"case.show\",\"ref\":\"C-1\"}");
    assert_int_equal(bench_count(one, "\"version\":1"), 1);
    b->kept = &other.workflow;
    const struct wm_span two = bench_ask(b, "{\"op\":\"case.show\",\"ref\":\"C-2\"}");
    assert_int_equal(bench_count(two, "\"version\":2"), 1);
    bench_verify(b, 2);
}

/* A case that can't be read must not keep the others from being woken. */
static void
one_broken_case_stops_no_other(void **state)
{
    struct bench *b = *state;
    static struct other other;
    bench_ok(b, bench_make(b, "complaint.received", "C-1", NULL, RECEIVED), "applied");
    make_other(b, &other, 2, "second");
    reload(b, &other.policy, WM_OK);
    bench_ok(b, bench_make(b, "complaint.received", "C-2", NULL, RECEIVED), "applied");
    bench_refused(b, bench_control("{\"op\":\"clock.set\",\"time\":\"2026-01-08T10:00:00Z\"}"),
                  WM_REPLY_RETRY, "store-unavailable");
    assert_int_equal(bench_lines(b, "clock.warned"), 1);
    assert_true(b->report->next_real_us > b->real_us);
    assert_false(b->report->more);
    b->kept = b->options.policy->workflows[0];
    b->real_us += 20000000;
    assert_int_equal(bench_turn(b, NULL, 0), WM_OK);
    assert_int_equal(bench_lines(b, "clock.warned"), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_version_in_use_keeps_its_meaning, begin, end),
        cmocka_unit_test_setup_teardown(a_case_keeps_its_version, begin, end),
        cmocka_unit_test_setup_teardown(one_broken_case_stops_no_other, begin, end),
    };
    return cmocka_run_group_tests_name("engine_versions", tests, NULL, NULL);
}
