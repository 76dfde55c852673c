/* workers.c - between dispatch and the outbox: claims, and what became of deliveries. */
#include <assert.h>
#include <stdlib.h>

#include "daemon/host/clock.h"
#include "daemon/server.h"

enum {
    ANSWERS_BYTES = 4 * 1024 * 1024,
    CLAIM_RETRY_MS = 200, /* after a claim that could not be made */
    CLAIM_LEAST_MS = 20   /* between two claims that find nothing */
};

void
wm_server_claim(void *context, struct wm_span topic, uint32_t limit)
{
    struct wm_server *server = context;
    struct wm_job *job = wm_job_new(WM_JOB_CLAIM);
    if (job != NULL && topic.size < sizeof job->topic) {
        memcpy(job->topic, topic.data, topic.size);
        job->limit = limit;
        if (wm_server_send(server, job)) {
            return;
        }
    }
    wm_job_free(&job);
    const struct wm_claims none = {.topic = topic, .wait_ms = CLAIM_RETRY_MS};
    wm_dispatch_deliver(server->dispatch, &none, wm_clock_steady_ms());
}

/* When the topic is worth asking for again; -1: when the engine says so. */
static int64_t
wait_of(const struct wm_job *job)
{
    if (job->reply == WM_REPLY_RETRY || job->reply == 0) {
        return CLAIM_RETRY_MS;
    }
    if (job->next_real_us == WM_NEVER) {
        return -1;
    }
    const int64_t wait_ms = (job->next_real_us - wm_clock_real_us()) / WM_US_PER_MS + 1;
    return wait_ms > CLAIM_LEAST_MS ? wait_ms : CLAIM_LEAST_MS;
}

void
wm_server_claimed(struct wm_server *server, const struct wm_job *job)
{
    assert(job->kind == WM_JOB_CLAIM);
    struct wm_claim *items = calloc(job->claimed_count + 1, sizeof *items);
    /* Without memory they come back when their leases run out. */
    const size_t count = items != NULL ? job->claimed_count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct wm_claimed *from = &job->claimed[i];
        items[i] = (struct wm_claim){from->id, from->lease, from->attempt, from->body};
    }
    const struct wm_claims claims = {wm_span(job->topic), items, count, wait_of(job)};
    wm_dispatch_deliver(server->dispatch, &claims, wm_clock_steady_ms());
    free(items);
}

static struct wm_job *
make_answers(void)
{
    struct wm_job *job = wm_job_new(WM_JOB_ANSWER);
    if (job == NULL) {
        return NULL;
    }
    job->arena = wm_arena_new(ANSWERS_BYTES);
    if (job->arena != NULL) {
        job->answers = WM_NEW_ARRAY(job->arena, struct wm_delivery_row, WM_ANSWERS_MAX);
    }
    if (job->arena == NULL || wm_arena_failed(job->arena)) {
        wm_job_free(&job);
    }
    return job;
}

static enum wm_delivery_answer
word_of(enum wm_word word)
{
    switch (word) {
    case WM_WORD_ACK:
        return WM_DELIVERY_ACK;
    case WM_WORD_EXTEND:
        return WM_DELIVERY_EXTEND;
    case WM_WORD_LATER:
        return WM_DELIVERY_LATER;
    case WM_WORD_NEVER:
        return WM_DELIVERY_DEAD;
    }
    return WM_DELIVERY_LATER;
}

/* The answers of one turn of the loop make one job. One that cannot be gathered is lost: then the
 * lease runs out, and the message is delivered again under the same id. */
void
wm_server_outcome(void *context, const struct wm_outcome_of_delivery *outcome)
{
    struct wm_server *server = context;
    if (server->answers == NULL) {
        server->answers = make_answers();
    }
    struct wm_job *job = server->answers;
    if (job == NULL) {
        return;
    }
    struct wm_delivery_row *row = &job->answers[job->answer_count++];
    row->id = wm_arena_copy(job->arena, outcome->message);
    row->lease = outcome->lease;
    row->answer = word_of(outcome->word);
    row->counts = outcome->counts;
    row->reason = wm_arena_copy(job->arena, outcome->reason);
    /* 0: the engine's own back-off, or at once if the attempt does not count. */
    row->available_real_us = 0;
    if (outcome->word == WM_WORD_LATER && !outcome->back_off && outcome->after_ms > 0) {
        row->available_real_us = wm_clock_real_us() + (int64_t)outcome->after_ms * WM_US_PER_MS;
    }
    if (job->answer_count == WM_ANSWERS_MAX) {
        wm_server_flush(server);
    }
}

void
wm_server_flush(struct wm_server *server)
{
    if (server->answers == NULL) {
        return;
    }
    if (!wm_arena_failed(server->answers->arena) && wm_server_send(server, server->answers)) {
        server->answers = NULL;
        server->answer_jobs++;
    }
    wm_job_free(&server->answers);
}

void
wm_server_news(void *context, enum wm_worker_news news, struct wm_span topic, size_t number)
{
    struct wm_server *server = context;
    switch (news) {
    case WM_WORKER_READY:
        wm_journal_say(server->journal, WM_PRIORITY_INFO, "worker.ready",
                       "a worker is ready for %.*s and takes %zu at a time", WM_SPAN_ARG(topic),
                       number);
        break;
    case WM_WORKER_LEFT:
        wm_journal_say(server->journal, WM_PRIORITY_INFO, "worker.gone",
                       "a worker left and gave %zu messages back", number);
        break;
    case WM_WORKER_SILENT:
        wm_journal_say(server->journal, WM_PRIORITY_WARNING, "worker.gone",
                       "a worker fell silent; the %zu messages it had go to others", number);
        break;
    case WM_WORKER_NO_ROOM:
        wm_journal_say(server->journal, WM_PRIORITY_WARNING, "worker.gone",
                       "a worker asked for %.*s and was not heard: there are too many workers or "
                       "topics",
                       WM_SPAN_ARG(topic));
        break;
    }
}
