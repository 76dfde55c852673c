/* test_engine_samples.c - goal: seven months of the shipped samples under the shipped policy: every
 * event has its OK, every promise its end, and verify finds nothing. Method: replay with the manual
 * clock at each event's time, then a year in which nobody does anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engine_fixture.h"

static const char *const months[] = {"2025-10", "2025-11", "2025-12", "2026-01",
                                     "2026-02", "2026-03", "2026-04"};

static int
begin(void **state)
{
    static struct bench bench;
    bench_begin_shipped(&bench);
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
control(struct bench *b, const char *op, const char *name, const char *value)
{
    char call[128];
    (void)snprintf(call, sizeof call, "{\"op\":\"%s\",\"%s\":\"%s\"}", op, name, value);
    struct wm_job *job = bench_control(call);
    assert_int_equal(bench_run(b, job), WM_REPLY_OK);
    wm_job_free(&job);
}

/* Never back: what happened before the clock's time is published as it is. */
static void
stand_at(struct bench *b, int64_t us, int64_t *now_us)
{
    char time[WM_TIME_SIZE];
    if (us > *now_us) {
        wm_time_format(us, time);
        control(b, "clock.set", "time", time);
        *now_us = us;
    }
}

static size_t
replay(struct bench *b, const char *month, int64_t *now_us)
{
    char path[256];
    char *line = NULL;
    size_t room = 0;
    size_t refused = 0;
    (void)snprintf(path, sizeof path, WM_SAMPLES "/%s.ndjson", month);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (getline(&line, &room, file) > 0) {
        struct wm_job *job = bench_event(line);
        if (job->event.has_time) {
            stand_at(b, job->event.time_us, now_us);
        }
        if (bench_run(b, job) != WM_REPLY_OK) {
            print_error("%.*s: %s\n", WM_SPAN_ARG(job->event.id), job->detail);
            refused++;
        }
        assert_int_equal(bench_lines(b, "store.trouble"), 0);
        wm_job_free(&job);
    }
    free(line);
    assert_int_equal(fclose(file), 0);
    return refused;
}

static void
the_samples_run_through(void **state)
{
    struct bench *b = *state;
    int64_t now_us = b->real_us;
    size_t refused = 0;
    for (size_t i = 0; i < WM_COUNT(months); i++) {
        refused += replay(b, months[i], &now_us);
    }
    assert_int_equal(refused, 0);
    const size_t cases = bench_count(bench_ask(b, "{\"op\":\"case.list\"}"), "{\"ref\":");
    assert_true(cases >= 80);
    bench_verify(b, (int)cases);
    bench_stop(b);
    bench_start(b);
    control(b, "clock.advance", "duration", "250 working days");
    bench_verify(b, (int)cases);
    const struct wm_span late = bench_ask(b, "{\"op\":\"status\"}");
    assert_int_equal(bench_count(late, "\"overdue_wakes\":0"), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_samples_run_through, begin, end),
    };
    return cmocka_run_group_tests_name("engine_samples", tests, NULL, NULL);
}
