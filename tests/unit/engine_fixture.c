/* engine_fixture.c - an engine on a real SQLite store in a folder of its own. */
#include "tests/unit/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/policy/policy.h"

enum { ARENA_BYTES = 256 << 20 };

/* ---- policy ---------------------------------------------------------------------------------- */

static void
no_errors(struct wm_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        if (!findings->items[i].warning) {
            const struct wm_span text = wm_finding_text(findings->arena, &findings->items[i]);
            print_error("%.*s\n", WM_SPAN_ARG(text));
        }
    }
    assert_int_equal(wm_findings_errors(findings), 0);
}

/* Loaded once in a program, for loading takes longer than most tests. */
static struct loaded {
    struct wm_arena *arena;
    struct wm_schemas *schemas;
    struct wm_policy policy;
} loaded[2];

enum { SMALL, SHIPPED };

/* The files of a policy: the small one of the tests, and the one that is shipped. */
static const struct files {
    const char *teams;
    const char *workflows[2];
} files[] = {
    [SMALL] = {WM_ENGINE_DATA "/teams.cfg", {WM_ENGINE_DATA "/complaint.cfg", NULL}},
    [SHIPPED] = {WM_CONFIG "/teams.cfg",
                 {WM_CONFIG "/workflows/complaint.cfg", WM_CONFIG "/workflows/asb.cfg"}},
};

static struct wm_span
read_file(struct wm_arena *arena, const char *path)
{
    struct wm_span text = {0};
    struct wm_span why = {0};
    assert_int_equal(wm_file_read(arena, wm_span(path), &text, &why), WM_OK);
    return text;
}

static void
load_schemas(struct loaded *to)
{
    const char *const folders[] = {WM_SCHEMAS};
    char *errors = NULL;
    const enum wm_status status = wm_schemas_load(folders, 1, &to->schemas, &errors);
    if (errors != NULL) {
        print_error("%s\n", errors);
    }
    assert_int_equal(status, WM_OK);
    free(errors);
}

static void
load_workflows(struct loaded *to, const struct files *from, struct wm_findings *findings)
{
    struct wm_policy *policy = &to->policy;
    const struct wm_surroundings around = {.calendars = &policy->calendars,
                                           .people = &policy->people};
    const struct wm_workflow **workflows = WM_NEW_ARRAY(to->arena, const struct wm_workflow *, 2);
    struct wm_span *texts = WM_NEW_ARRAY(to->arena, struct wm_span, 2);
    size_t count = 0;
    for (; count < WM_COUNT(from->workflows) && from->workflows[count] != NULL; count++) {
        texts[count] = read_file(to->arena, from->workflows[count]);
        workflows[count] = wm_workflow_load(to->arena, wm_span(from->workflows[count]),
                                            texts[count], &around, findings);
        no_errors(findings);
        assert_non_null(workflows[count]);
    }
    policy->workflows = workflows;
    policy->workflow_texts = texts;
    policy->workflow_count = count;
}

static const struct wm_policy *
load_policy(int which)
{
    struct loaded *to = &loaded[which];
    struct wm_policy *policy = &to->policy;
    if (to->arena != NULL) {
        return policy;
    }
    to->arena = wm_arena_new(ARENA_BYTES);
    assert_non_null(to->arena);
    load_schemas(to);
    struct wm_findings findings = {.arena = to->arena};
    struct wm_span *calendar_texts = NULL;
    assert_true(wm_calendars_load(to->arena, wm_span(WM_CONFIG "/calendars/england-and-wales.cfg"),
                                  &findings, &policy->calendars, &calendar_texts));
    policy->calendar_texts = calendar_texts;
    assert_true(wm_people_load(to->arena, wm_span(files[which].teams), &policy->calendars,
                               &findings, &policy->people));
    load_workflows(to, &files[which], &findings);
    policy->schemas = to->schemas;
    policy->version = wm_span("test");
    return policy;
}

/* ---- life ------------------------------------------------------------------------------------ */

static int64_t
held_clock(void *context)
{
    const struct bench *bench = context;
    return bench->real_us;
}

static const struct wm_workflow *
kept_workflow(void *context, struct wm_span name, struct wm_span text)
{
    const struct bench *bench = context;
    assert_true(name.size > 0 && text.size > 0);
    return bench->kept;
}

void
bench_start(struct bench *bench)
{
    char *why = NULL;
    const enum wm_status status = wm_engine_new(&bench->options, &bench->engine, &why);
    if (status != WM_OK) {
        print_error("%s\n", why != NULL ? why : "no reason given");
    }
    free(why);
    assert_int_equal(status, WM_OK);
}

void
bench_stop(struct bench *bench)
{
    wm_report_free(&bench->report);
    wm_reader_free(&bench->reader);
    wm_engine_free(&bench->engine);
}

static void
begin(struct bench *bench, int which, bool manual, const char *time)
{
    *bench = (struct bench){.folder = "/tmp/wm-engine-XXXXXX"};
    assert_non_null(mkdtemp(bench->folder));
    (void)snprintf(bench->uri, sizeof bench->uri, "sqlite:%s/store.db", bench->folder);
    bench->arena = wm_arena_new(ARENA_BYTES);
    assert_non_null(bench->arena);
    bench->real_us = bench_time(time);
    bench->options = (struct wm_engine_options){
        .organisation = wm_span("ovh"),
        .store = wm_span(bench->uri),
        .policy = load_policy(which),
        .real_us = held_clock,
        .load_workflow = kept_workflow,
        .context = bench,
        .manual_clock = manual,
        .clock_start_us = bench->real_us,
        .batch = 512,
        .lease_ms = 60000,
        .max_attempts = 3,
        .retry_ms = 1000,
        .retry_max_ms = 300000,
        .not_yet_ms = 60000,
        .min_free_mib = 1,
    };
    bench_start(bench);
}

void
bench_begin(struct bench *bench, bool manual)
{
    begin(bench, SMALL, manual, "2026-01-05T09:00:00Z");
}

void
bench_begin_shipped(struct bench *bench)
{
    begin(bench, SHIPPED, true, "2025-10-01T00:00:00Z");
}

void
bench_end(struct bench *bench)
{
    char path[128];
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    bench_stop(bench);
    for (size_t i = 0; i < WM_COUNT(suffixes); i++) {
        (void)snprintf(path, sizeof path, "%s/store.db%s", bench->folder, suffixes[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(bench->folder), 0);
    wm_arena_free(&bench->arena);
}

/* ---- jobs ------------------------------------------------------------------------------------ */

int64_t
bench_time(const char *text)
{
    int64_t us = 0;
    assert_int_equal(wm_time_parse(wm_span(text), &us), WM_OK);
    return us;
}

static struct wm_job *
job_of(enum wm_job_kind kind, const char *bytes)
{
    struct wm_job *job = wm_job_new(kind);
    assert_non_null(job);
    job->bytes = strdup(bytes);
    assert_non_null(job->bytes);
    job->size = strlen(bytes);
    return job;
}

struct wm_job *
bench_event(const char *json)
{
    struct wm_job *job = job_of(WM_JOB_EVENT, json);
    const enum wm_status status =
        wm_cloudevent_parse((struct wm_span){job->bytes, job->size}, &job->event, &job->fault);
    if (status != WM_OK) {
        print_error("%s: %s\n", json, job->fault.message);
    }
    assert_int_equal(status, WM_OK);
    return job;
}

struct wm_job *
bench_make(struct bench *bench, const char *type, const char *subject, const char *time,
           const char *data)
{
    char json[BENCH_TEXT];
    const int size =
        snprintf(json, sizeof json,
                 "{\"specversion\":\"1.0\",\"id\":\"e%lld\",\"source\":\"/test\",\"type\":\"%s\","
                 "\"subject\":\"%s\"%s%s%s,\"data\":%s}",
                 (long long)++bench->next_id, type, subject, time != NULL ? ",\"time\":\"" : "",
                 time != NULL ? time : "", time != NULL ? "\"" : "", data != NULL ? data : "{}");
    assert_in_range(size, 1, sizeof json - 1);
    struct wm_job *job = bench_event(json);
    job->first_real_us = bench->real_us;
    return job;
}

struct wm_job *
bench_control(const char *call)
{
    return job_of(WM_JOB_CONTROL, call);
}

struct wm_job *
bench_claim(const char *topic, uint32_t limit)
{
    struct wm_job *job = wm_job_new(WM_JOB_CLAIM);
    assert_non_null(job);
    (void)snprintf(job->topic, sizeof job->topic, "%s", topic);
    job->limit = limit;
    return job;
}

struct wm_job *
bench_answer(const struct wm_job *claimed, size_t index, enum wm_delivery_answer answer,
             bool counts)
{
    assert_true(index < claimed->claimed_count);
    struct wm_job *job = wm_job_new(WM_JOB_ANSWER);
    assert_non_null(job);
    job->arena = wm_arena_new(1 << 16);
    job->answers = WM_NEW(job->arena, struct wm_delivery_row);
    job->answers[0] = (struct wm_delivery_row){
        .id = wm_arena_copy(job->arena, claimed->claimed[index].id),
        .lease = claimed->claimed[index].lease,
        .answer = answer,
        .counts = counts,
        .reason = wm_span("because"),
    };
    job->answer_count = 1;
    return job;
}

enum wm_status
bench_turn(struct bench *bench, struct wm_job **jobs, size_t count)
{
    wm_report_free(&bench->report);
    const enum wm_status status = wm_engine_turn(bench->engine, jobs, count, &bench->report);
    assert_non_null(bench->report);
    return status;
}

enum wm_reply
bench_run(struct bench *bench, struct wm_job *job)
{
    assert_int_equal(bench_turn(bench, &job, 1), WM_OK);
    return job->reply;
}

static void
show(const struct wm_job *job)
{
    print_error("%s -> %s (%s)\n", job->bytes != NULL ? job->bytes : "",
                job->detail != NULL ? job->detail : "no detail", job->fault.message);
}

void
bench_ok(struct bench *bench, struct wm_job *job, const char *outcome)
{
    char want[64];
    (void)snprintf(want, sizeof want, "\"outcome\":\"%s\"", outcome);
    const enum wm_reply reply = bench_run(bench, job);
    if (reply != WM_REPLY_OK || strstr(job->detail, want) == NULL) {
        show(job);
    }
    assert_int_equal(reply, WM_REPLY_OK);
    assert_non_null(strstr(job->detail, want));
    wm_job_free(&job);
}

void
bench_refused(struct bench *bench, struct wm_job *job, enum wm_reply reply, const char *code)
{
    const enum wm_reply got = bench_run(bench, job);
    if (got != reply) {
        show(job);
    }
    assert_int_equal(got, reply);
    assert_non_null(job->fault.code);
    assert_string_equal(job->fault.code, code);
    wm_job_free(&job);
}

size_t
bench_lines(const struct bench *bench, const char *kind)
{
    size_t count = 0;
    for (size_t i = 0; i < bench->report->line_count; i++) {
        count += strcmp(bench->report->lines[i].kind, kind) == 0 ? 1 : 0;
    }
    return count;
}

/* ---- questions ------------------------------------------------------------------------------- */

static bool
collect(void *context, struct wm_span json)
{
    struct wm_text *text = context;
    wm_text_put(text, json);
    wm_text_puts(text, "\n");
    return true;
}

struct wm_span
bench_ask(struct bench *bench, const char *call)
{
    char *why = NULL;
    struct wm_fault fault = {.code = NULL};
    struct wm_text text = {.arena = bench->arena};
    if (bench->reader == NULL) {
        assert_int_equal(wm_reader_new(&bench->options, &bench->reader, &why), WM_OK);
    }
    const enum wm_status status =
        wm_reader_call(bench->reader, wm_span(call), collect, &text, &fault);
    if (status == WM_EINVAL) {
        wm_text_printf(&text, "refused %s: %s", fault.code, fault.message);
    } else {
        if (status != WM_OK) {
            print_error("%s: %s\n", call, fault.message);
        }
        assert_int_equal(status, WM_OK);
    }
    return wm_text_span(&text);
}

size_t
bench_count(struct wm_span text, const char *needle)
{
    size_t count = 0;
    const size_t size = strlen(needle);
    for (size_t i = 0; i + size <= text.size; i++) {
        count += memcmp(text.data + i, needle, size) == 0 ? 1 : 0;
    }
    return count;
}

void
bench_verify(struct bench *bench, int cases)
{
    char want[64];
    (void)snprintf(want, sizeof want, "{\"cases\":%d,\"differences\":0}\n", cases);
    const struct wm_span got = bench_ask(bench, "{\"op\":\"verify\"}");
    if (!wm_span_is(got, want)) {
        print_error("%.*s\n", WM_SPAN_ARG(got));
    }
    assert_true(wm_span_is(got, want));
}
