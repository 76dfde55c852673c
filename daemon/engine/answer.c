/* answer.c - the words of a reply (wire.md "Intake"). */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/engine/parts.h"

/* Answers are made as objects in the batch's arena and told after the commit. */
static struct wm_answer *
answer_of(struct wm_batch *batch, struct wm_work *work, enum wm_reply reply)
{
    struct wm_answer *answer = WM_NEW(batch->arena, struct wm_answer);
    if (wm_arena_failed(batch->arena)) {
        return NULL;
    }
    answer->reply = reply;
    work->answer = answer;
    return answer;
}

static void
put_list(struct wm_text *text, const char *name, const struct wm_span *items, size_t count)
{
    wm_json_put_name(text, name);
    wm_text_puts(text, "[");
    for (size_t i = 0; i < count; i++) {
        wm_text_puts(text, i > 0 ? "," : "");
        wm_json_put_string(text, items[i]);
    }
    wm_text_puts(text, "]");
}

/* The bus collects warnings one sentence a line. */
static void
put_warnings(struct wm_text *text, const char *warnings)
{
    if (warnings == NULL || warnings[0] == '\0') {
        return;
    }
    wm_json_put_name(text, "warnings");
    wm_text_puts(text, "[");
    for (const char *line = warnings; *line != '\0';) {
        const size_t size = strcspn(line, "\n");
        wm_text_puts(text, line != warnings ? "," : "");
        wm_json_put_string(text, (struct wm_span){line, size});
        line += size + (line[size] == '\n' ? 1 : 0);
    }
    wm_text_puts(text, "]");
}

static void
put_violations(struct wm_text *text, const struct wm_step_result *result)
{
    if (result == NULL || result->violation_count == 0) {
        return;
    }
    wm_json_put_name(text, "violations");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < result->violation_count; i++) {
        wm_text_puts(text, i > 0 ? "," : "");
        wm_json_put_string(text, result->violations[i].rule);
    }
    wm_text_puts(text, "]");
}

void
wm_answer_ok(struct wm_batch *batch, struct wm_work *work, const struct wm_seen_row *seen,
             const char *outcome, const struct wm_step_result *result)
{
    struct wm_answer *answer = answer_of(batch, work, WM_REPLY_OK);
    if (answer == NULL) {
        return;
    }
    answer->counts = strcmp(outcome, "duplicate") == 0 ? WM_COUNT_DUPLICATE : WM_COUNT_APPLIED;
    struct wm_text text = {.arena = batch->arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "id", seen->id);
    const bool is_case = seen->kind == WM_AGGREGATE_CASE;
    wm_json_put_field(&text, "case", is_case ? seen->ref : (struct wm_span){0});
    if (seen->kind == WM_AGGREGATE_OFFICER) {
        wm_json_put_field(&text, "officer", seen->ref);
    }
    wm_json_put_int(&text, "seq", seen->seq);
    wm_json_put_field(&text, "state", seen->state);
    wm_json_put_field(&text, "outcome", wm_span(outcome));
    put_violations(&text, result);
    put_warnings(&text, work->event->warnings);
    wm_text_puts(&text, "}");
    answer->detail = wm_text_span(&text);
}

void
wm_answer_reject(struct wm_batch *batch, struct wm_work *work, const struct wm_fault *fault,
                 const struct wm_step_result *result)
{
    struct wm_answer *answer = answer_of(batch, work, WM_REPLY_REJECT);
    if (answer == NULL) {
        return;
    }
    answer->fault = *fault;
    struct wm_text text = {.arena = batch->arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "code", wm_span(fault->code));
    /* A rule's sentence may be longer than a fault holds. */
    wm_json_put_field(&text, "message", result != NULL ? result->message : wm_span(fault->message));
    if (fault->field[0] != '\0') {
        wm_json_put_field(&text, "field", wm_span(fault->field));
    }
    if (result != NULL && result->accepts_count > 0) {
        put_list(&text, "accepts", result->accepts, result->accepts_count);
    }
    wm_text_puts(&text, "}");
    answer->detail = wm_text_span(&text);
}

static struct wm_span
retry_detail(struct wm_arena *arena, const char *code, const char *message, int64_t after_ms)
{
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "code", wm_span(code));
    wm_json_put_field(&text, "message", wm_span(message));
    wm_json_put_int(&text, "retry_after_ms", after_ms);
    wm_text_puts(&text, "}");
    return wm_text_span(&text);
}

void
wm_answer_retry(struct wm_batch *batch, struct wm_work *work, const char *code, const char *message,
                int64_t after_ms)
{
    struct wm_answer *answer = answer_of(batch, work, WM_REPLY_RETRY);
    if (answer != NULL) {
        wm_fault_set(&answer->fault, code, "", "%s", message);
        answer->detail = retry_detail(batch->arena, code, message, after_ms);
    }
}

/* A malloc'd copy. Without memory for it the verdict itself still goes out, which is what counts.
 */
static char *
keep(struct wm_span text)
{
    return text.data != NULL ? strndup(text.data, text.size) : NULL;
}

/* waymarkctl hears in one document what a publisher hears by the kind of reply. */
static struct wm_span
with_verdict(struct wm_arena *arena, enum wm_reply reply, struct wm_span detail)
{
    const char *verdict = reply == WM_REPLY_OK       ? "OK"
                          : reply == WM_REPLY_REJECT ? "REJECT"
                                                     : "RETRY";
    const bool is_object = detail.size > 2 && detail.data[0] == '{';
    return wm_arena_printf(arena, "{\"verdict\":\"%s\"%s%.*s", verdict, is_object ? "," : "}",
                           is_object ? (int)(detail.size - 1) : 0,
                           is_object ? detail.data + 1 : "");
}

static void
count(struct wm_engine *engine, const struct wm_answer *answer)
{
    switch (answer->reply) {
    case WM_REPLY_OK:
        engine->applied += answer->counts == WM_COUNT_APPLIED ? 1 : 0;
        engine->duplicate += answer->counts == WM_COUNT_DUPLICATE ? 1 : 0;
        break;
    case WM_REPLY_REJECT:
        engine->rejected += 1;
        break;
    case WM_REPLY_RETRY:
        engine->retried += 1;
        break;
    }
}

void
wm_answer_tell(struct wm_engine *engine, const struct wm_work *work)
{
    const struct wm_answer *answer = work->answer;
    struct wm_job *job = work->job;
    if (answer == NULL || answer->reply == 0) {
        return;
    }
    if (work->kind == WM_WORK_EVENT) {
        count(engine, answer);
    }
    if (job == NULL) {
        return;
    }
    const bool is_published = job->kind == WM_JOB_CONTROL && work->kind == WM_WORK_EVENT;
    job->reply = is_published ? WM_REPLY_OK : answer->reply;
    job->fault = answer->fault;
    free(job->detail);
    job->detail = keep(is_published ? with_verdict(engine->arena, answer->reply, answer->detail)
                                    : answer->detail);
}

void
wm_answer_trouble(struct wm_engine *engine, struct wm_work *work, enum wm_status status,
                  const char *why)
{
    const bool is_full = status == WM_FULL;
    /* The batch's arena may be the thing that failed, and nothing of it is needed any more. */
    wm_arena_reset(engine->arena);
    struct wm_answer answer = {.reply = WM_REPLY_RETRY};
    if (status == WM_NOMEM && work->kind == WM_WORK_EVENT) {
        answer.reply = WM_REPLY_REJECT;
        wm_fault_set(&answer.fault, "guard", "", "%s", why);
        struct wm_text text = {.arena = engine->arena};
        wm_text_puts(&text, "{");
        wm_json_put_field(&text, "code", wm_span("guard"));
        wm_json_put_field(&text, "message", wm_span(why));
        wm_text_puts(&text, "}");
        answer.detail = wm_text_span(&text);
    } else {
        const char *code = is_full ? "store-full" : "store-unavailable";
        wm_fault_set(&answer.fault, code, "", "%s", why);
        answer.detail = retry_detail(engine->arena, code, why, WM_RETRY_MS);
    }
    work->answer = &answer;
    wm_answer_tell(engine, work);
    work->answer = NULL;
}
