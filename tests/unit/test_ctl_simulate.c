/* test_ctl_simulate.c - goal: the simulation does with events what the daemon would: the samples
 * are all taken, what must be refused is refused, time does its work in between. Method: the
 * shipped policy and samples, then a few events of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "ctl/setup.h"
#include "ctl/sim.h"
#include "ctl/source.h"
#include "daemon/codec/json.h"

enum { ARENA_BYTES = 1 << 28, VERDICTS = WM_SIM_UNKNOWN + 1 };

static struct wm_setup shared;

static struct wm_sim *
new_sim(wm_sim_fn *fn, void *context)
{
    const struct wm_sim_options options = {.workflows = shared.workflows,
                                           .workflow_count = shared.workflow_count,
                                           .calendars = &shared.calendars,
                                           .people = &shared.people,
                                           .schemas = shared.schemas,
                                           .organisation = wm_span("test")};
    struct wm_sim *sim = wm_sim_new(&options, fn, context);
    assert_non_null(sim);
    return sim;
}

static struct wm_sim_answer
fold(struct wm_sim *sim, const char *bytes, size_t size)
{
    struct wm_cloudevent event;
    struct wm_fault fault;
    struct wm_sim_answer answer;
    const struct wm_span span = {bytes, size};
    assert_int_equal(wm_cloudevent_parse(span, &event, &fault), WM_OK);
    assert_int_equal(wm_sim_event(sim, &event, span, &answer), WM_OK);
    wm_cloudevent_free(&event);
    return answer;
}

static void
fold_files(struct wm_sim *sim, const char *const *files, size_t count, size_t *verdicts)
{
    struct wm_source *source = wm_source_new(files, count);
    struct wm_line_read line;
    const char *why = NULL;
    while (wm_source_next(source, &line, &why) == WM_OK) {
        const struct wm_sim_answer answer = fold(sim, line.bytes.data, line.bytes.size);
        verdicts[answer.verdict]++;
    }
    wm_source_free(&source);
}

static void
test_samples(void **state)
{
    (void)state;
    static const char *const taken[] = {
        WM_CONFIG_DIR "/samples/2025-10.ndjson", WM_CONFIG_DIR "/samples/2025-11.ndjson",
        WM_CONFIG_DIR "/samples/2025-12.ndjson", WM_CONFIG_DIR "/samples/2026-01.ndjson",
        WM_CONFIG_DIR "/samples/2026-02.ndjson", WM_CONFIG_DIR "/samples/2026-03.ndjson",
        WM_CONFIG_DIR "/samples/2026-04.ndjson"};
    static const char *const refused[] = {WM_CONFIG_DIR "/samples/refused.ndjson"};
    struct wm_sim *sim = new_sim(NULL, NULL);
    size_t verdicts[VERDICTS] = {0};
    fold_files(sim, taken, WM_COUNT(taken), verdicts);
    assert_true(verdicts[WM_SIM_OK] > 0);
    assert_int_equal(verdicts[WM_SIM_REJECT] + verdicts[WM_SIM_UNKNOWN], 0);
    assert_int_equal(wm_sim_count(sim), 90);
    const size_t before = verdicts[WM_SIM_OK];
    fold_files(sim, refused, WM_COUNT(refused), verdicts);
    assert_int_equal(verdicts[WM_SIM_OK], before);
    assert_true(verdicts[WM_SIM_REJECT] > 0);
    wm_sim_free(&sim);
}

#define EVENT(id, type, subject, time, data)                                           \
    "{\"specversion\":\"1.0\",\"id\":\"" id "\",\"source\":\"/test\",\"type\":\"" type \
    "\",\"subject\":\"" subject "\",\"time\":\"" time "\",\"data\":" data "}"

static const char opening[] =
    EVENT("1", "complaint.received", "T-1", "2026-01-05T10:00:00Z",
          "{\"channel\":\"phone\",\"customer\":{\"ref\":\"K-1\"},\"aliases\":[\"react:7\"],"
          "\"points\":[{\"id\":\"p1\",\"text\":\"It drips\"}],\"homes_stock\":\"lcra\"}");

static const char *
text_of(struct wm_sim_answer answer, const char *key, char buffer[static 64])
{
    json_t *detail = json_loadb(answer.detail.data, answer.detail.size, 0, NULL);
    const char *text = json_string_value(json_object_get(detail, key));
    (void)snprintf(buffer, 64, "%s", text != NULL ? text : "");
    json_decref(detail);
    return buffer;
}

static void
test_answers(void **state)
{
    (void)state;
    static const struct {
        const char *event;
        enum wm_sim_verdict verdict;
        const char *key;
        const char *want;
    } steps[] = {
        {opening, WM_SIM_OK, "outcome", "applied"},
        {opening, WM_SIM_OK, "outcome", "duplicate"},
        {EVENT("1", "contact.made", "T-1", "2026-01-05T11:00:00Z",
               "{\"method\":\"phone\",\"by\":\"s.brook\"}"),
         WM_SIM_REJECT, "code", "id-reused"},
        {EVENT("2", "complaint.received", "T-1", "2026-01-05T11:00:00Z",
               "{\"channel\":\"phone\",\"customer\":{\"ref\":\"K-1\"}}"),
         WM_SIM_REJECT, "code", "ref-in-use"},
        {EVENT("3", "contact.made", "T-1", "2026-01-05T11:00:00Z", "{\"method\":\"phone\"}"),
         WM_SIM_REJECT, "field", "data.by"},
        {EVENT("4", "contact.maid", "T-1", "2026-01-05T11:00:00Z", "{}"), WM_SIM_REJECT, "code",
         "unknown-type"},
        {EVENT("5", "waymark.alert", "T-1", "2026-01-05T11:00:00Z", "{}"), WM_SIM_REJECT, "code",
         "forbidden"},
        {EVENT("6", "note.added", "T-9", "2026-01-05T11:00:00Z", "{}"), WM_SIM_UNKNOWN, "code",
         "no-such-case"},
        {EVENT("7", "note.added", "react:7", "2026-01-05T11:00:00Z", "{}"), WM_SIM_OK, "case",
         "T-1"},
        {EVENT("8", "complaint.closed", "T-1", "2026-01-05T11:00:00Z",
               "{\"outcome\":\"upheld\",\"lesson\":\"none\",\"why\":\"x\"}"),
         WM_SIM_REJECT, "code", "not-allowed-now"},
        {EVENT("9", "officer.leave.booked", "nobody", "2026-01-05T11:00:00Z",
               "{\"leave\":\"l\",\"from\":\"2026-01-06\",\"to\":\"2026-01-07\"}"),
         WM_SIM_UNKNOWN, "code", "no-such-case"},
        {EVENT("10", "customer.changed", "K-1", "2026-01-05T12:00:00Z", "{}"), WM_SIM_OK, "case",
         "T-1"},
        {EVENT("11", "customer.changed", "K-2", "2026-01-05T12:00:00Z", "{}"), WM_SIM_OK, "outcome",
         "recorded"},
    };
    struct wm_sim *sim = new_sim(NULL, NULL);
    for (size_t i = 0; i < WM_COUNT(steps); i++) {
        char buffer[64];
        const struct wm_sim_answer answer = fold(sim, steps[i].event, strlen(steps[i].event));
        assert_int_equal(answer.verdict, steps[i].verdict);
        assert_string_equal(text_of(answer, steps[i].key, buffer), steps[i].want);
    }
    wm_sim_free(&sim);
}

/* An event that does not say when it happened happens now. */
static void
test_no_time(void **state)
{
    (void)state;
    static const char event[] =
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/test\","
        "\"type\":\"complaint.received\",\"subject\":\"new\",\"data\":{\"channel\":\"phone\","
        "\"customer\":{\"ref\":\"K-1\"},\"points\":[{\"id\":\"p1\",\"text\":\"It drips\"}]}}";
    struct wm_sim *sim = new_sim(NULL, NULL);
    assert_int_equal(fold(sim, event, strlen(event)).verdict, WM_SIM_OK);
    const int64_t now_us = (int64_t)time(NULL) * WM_US_PER_SECOND;
    assert_true(wm_sim_now(sim) > now_us - WM_US_PER_HOUR && wm_sim_now(sim) <= now_us);
    wm_sim_free(&sim);
}

/* What fell due between two events was done in between, in order. */
static void
take_wake(void *context, const struct wm_sim_step *step)
{
    int64_t *last_us = context;
    assert_true(step->now_us >= *last_us);
    *last_us = step->now_us;
}

static void
test_time_passes(void **state)
{
    (void)state;
    int64_t last_us = INT64_MIN;
    int64_t until_us = 0;
    struct wm_sim *sim = new_sim(take_wake, &last_us);
    (void)fold(sim, opening, strlen(opening));
    const int64_t opened_us = last_us;
    assert_int_equal(wm_time_parse(wm_span("2026-02-05T10:00:00Z"), &until_us), WM_OK);
    assert_int_equal(wm_sim_run(sim, until_us), WM_OK);
    assert_true(last_us > opened_us); /* nobody acknowledged it: rungs fired */
    assert_true(wm_sim_now(sim) == until_us);
    struct wm_arena *arena = wm_arena_new(ARENA_BYTES);
    const struct wm_span show = wm_sim_show(sim, 0, arena);
    assert_non_null(strstr(show.data, "\"breached\""));
    wm_arena_free(&arena);
    wm_sim_free(&sim);
}

static int
load(void **state)
{
    (void)state;
    wm_setup_init(&shared, wm_arena_new(ARENA_BYTES), WM_CONFIG_DIR "/waymark.cfg");
    return wm_setup_all(&shared) ? 0 : 1;
}

static int
unload(void **state)
{
    (void)state;
    wm_setup_deinit(&shared);
    wm_arena_free(&shared.arena);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_no_time),
        cmocka_unit_test(test_time_passes),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
