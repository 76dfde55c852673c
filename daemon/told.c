/* told.c - what a turn brought about is told: to publishers, workers, screens, the log, the service
 * manager. Everything here is durable already. */
#include <assert.h>
#include <stdlib.h>

#include "base/civil.h"
#include "daemon/host/clock.h"
#include "daemon/host/notify.h"
#include "daemon/server.h"

enum {
    STATUS_EVERY_MS = 5000,
    DROPPED_EVERY_MS = 60 * 1000,
    WATCHDOG_PARTS = 3, /* pings in the time that the manager allows */
    MS_PER_S = 1000
};

static void
tell_line(struct wm_server *server, const struct wm_line *line)
{
    const struct wm_entry entry = {
        .priority = (int)line->level,
        .kind = line->kind,
        .text = line->text,
        .ref = line->ref,
        .event_id = line->event_id,
        .event_type = line->event_type,
        .actor = line->actor,
        .from = line->from,
        .to = line->to,
        .clock = line->clock,
        .officer = line->officer,
    };
    wm_journal_write(server->journal, &entry);
}

static void
tell_report(struct wm_server *server, const struct wm_report *report)
{
    for (size_t i = 0; i < report->line_count; i++) {
        tell_line(server, &report->lines[i]);
    }
    for (size_t i = 0; i < report->change_count; i++) {
        wm_changes_publish(server->changes, report->changes[i].topic, report->changes[i].body);
    }
    for (size_t i = 0; i < report->topic_count; i++) {
        wm_dispatch_stir(server->dispatch, report->topics[i]);
    }
    server->counters = report->counters;
    memcpy(server->status, report->status, sizeof server->status);
}

static void
tell_job(struct wm_server *server, struct wm_job *job)
{
    assert(server->jobs >= 1);
    server->jobs--;
    switch (job->kind) {
    case WM_JOB_EVENT:
        wm_server_answer(server, job);
        break;
    case WM_JOB_CLAIM:
        wm_server_claimed(server, job);
        break;
    case WM_JOB_ANSWER:
        server->answer_jobs--;
        break;
    case WM_JOB_CONTROL:
        wm_server_called(server, job);
        break;
    case WM_JOB_REFUSED:
        server->refusals--;
        break;
    }
}

void
wm_server_turn(struct wm_server *server, struct wm_turn *turn)
{
    assert(server != NULL && turn != NULL);
    server->turn_ms = wm_clock_steady_ms();
    for (size_t i = 0; i < turn->job_count; i++) {
        tell_job(server, turn->jobs[i]);
    }
    /* Work that a claim of this very turn left over is new again. */
    if (turn->report != NULL) {
        tell_report(server, turn->report);
    }
    if (turn->status == WM_IO || turn->status == WM_CORRUPT) {
        if (!server->failed) {
            wm_journal_say(server->journal, WM_PRIORITY_ERROR, "store.trouble",
                           "the store failed (%s): nothing more is acknowledged, the daemon ends "
                           "and recovers when it is started again",
                           wm_status_text(turn->status));
        }
        server->failed = true;
    } else if (turn->status != WM_OK) {
        wm_journal_say(server->journal, WM_PRIORITY_WARNING, "store.trouble",
                       "the engine could not finish its turn (%s) and tries again",
                       wm_status_text(turn->status));
    }
    wm_turn_free(&turn);
}

/* ---- status ---------------------------------------------------------------------------------- */

static void
put_counters(const struct wm_server *server, json_t *status)
{
    const __typeof__(server->counters) *counters = &server->counters;
    const json_int_t rejected = (json_int_t)server->rejected + counters->rejected;
    const json_int_t retried = (json_int_t)server->retried + counters->retried;
    const struct wm_dispatch_counters dispatch = wm_dispatch_counters(server->dispatch);
    const struct wm_intake_counters intake = wm_intake_counters(server->intake);
    (void)json_object_set_new(
        status, "counters",
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "applied",
                  (json_int_t)counters->applied, "duplicate", (json_int_t)counters->duplicate,
                  "rejected", rejected, "retried", retried, "wakes", (json_int_t)counters->wakes,
                  "delivered", (json_int_t)counters->delivered, "dropped",
                  (json_int_t)intake.dropped + (json_int_t)dispatch.dropped, "log_lines_lost",
                  (json_int_t)wm_journal_dropped(server->journal)));
    (void)json_object_set_new(status, "in_flight", json_integer((json_int_t)intake.in_flight));
    (void)json_object_set_new(status, "workers", json_integer((json_int_t)dispatch.workers));
}

static void
put_policy(const struct wm_server *server, json_t *status)
{
    json_t *reload = json_null();
    if (server->refusal[0] != '\0') {
        char time[WM_TIME_SIZE];
        wm_time_format(server->refused_us, time);
        reload = json_pack("{s:s, s:s}", "time", time, "why", server->refusal);
    }
    (void)json_object_set_new(
        status, "policy",
        json_stringn(server->current->policy.version.data, server->current->policy.version.size));
    (void)json_object_set_new(status, "policy_refused", reload);
}

char *
wm_server_status(struct wm_server *server, struct wm_span json)
{
    json_t *status = json_loadb(json.data, json.size, 0, NULL);
    if (!json_is_object(status)) {
        json_decref(status);
        return NULL;
    }
    const int64_t up_ms = wm_clock_steady_ms() - server->started_ms;
    /* A member that is lost for want of memory is one that the reader of it misses; no more. */
    (void)json_object_set_new(status, "version", json_string(WM_VERSION));
    (void)json_object_set_new(status, "uptime_s", json_integer(up_ms / MS_PER_S));
    put_counters(server, status);
    put_policy(server, status);
    char *text = json_dumps(status, JSON_COMPACT);
    json_decref(status);
    return text;
}

/* ---- upkeep ---------------------------------------------------------------------------------- */

/* Nonsense is told of in sum: whoever sends it must not fill the log. */
static void
tell_dropped(struct wm_server *server)
{
    const struct wm_intake_counters now = wm_intake_counters(server->intake);
    const uint64_t dispatch = wm_dispatch_counters(server->dispatch).dropped;
    const uint64_t dropped =
        now.dropped - server->noted.dropped + dispatch - server->noted_dispatch;
    const uint64_t unheard = now.unheard - server->noted.unheard;
    if (dropped > 0) {
        wm_journal_say(server->journal, WM_PRIORITY_WARNING, "wire.dropped",
                       "%llu messages were no WMP/1 and were dropped", (unsigned long long)dropped);
    }
    if (unheard > 0) {
        wm_journal_say(server->journal, WM_PRIORITY_INFO, "wire.dropped",
                       "%llu answers found their publisher gone", (unsigned long long)unheard);
    }
    server->noted = now;
    server->noted_dispatch = dispatch;
}

/* The loop has made its round; the engine, too, unless it has had nothing to do. */
static bool
is_alive(const struct wm_server *server, int64_t now_ms)
{
    return server->jobs == 0 || now_ms - server->turn_ms < server->watchdog_ms;
}

void
wm_server_upkeep(struct wm_server *server, int64_t now_ms)
{
    if (now_ms - server->noted_ms >= DROPPED_EVERY_MS) {
        tell_dropped(server);
        server->noted_ms = now_ms;
    }
    if (now_ms - server->status_ms >= STATUS_EVERY_MS && server->status[0] != '\0') {
        wm_notify_status(server->status);
        server->status_ms = now_ms;
    }
    if (server->watchdog_ms > 0 &&
        now_ms - server->pinged_ms >= server->watchdog_ms / WATCHDOG_PARTS &&
        is_alive(server, now_ms)) {
        wm_notify_watchdog();
        server->pinged_ms = now_ms;
    }
}
