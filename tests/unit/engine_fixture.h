/* engine_fixture.h - an engine on a real SQLite store in a folder of its own, with a small workflow
 * and a clock that the test holds. */
#ifndef WM_TESTS_ENGINE_FIXTURE_H
#define WM_TESTS_ENGINE_FIXTURE_H

#include "daemon/engine/engine.h"

enum { BENCH_JOBS_MAX = 1024, BENCH_TEXT = 4096 };

/* Invariant: engine is NULL between bench_stop and bench_start. */
struct bench {
    char folder[64];
    char uri[96];
    struct wm_arena *arena; /* of whatever the test keeps */
    struct wm_engine_options options;
    struct wm_engine *engine;
    struct wm_reader *reader;       /* made by the first question */
    const struct wm_workflow *kept; /* what any stored version is read back as; NULL: unreadable */
    int64_t real_us;                /* what the machine's clock shows */
    struct wm_report *report;       /* of the last turn */
    int64_t next_id;                /* for events that need none in particular */
};

/* A manual clock at 2026-01-05T09:00:00Z (a Monday), unless `manual` is false. */
void bench_begin(struct bench *bench, bool manual);
/* With the shipped policy, at 2025-10-01. */
void bench_begin_shipped(struct bench *bench);
void bench_end(struct bench *bench);
/* Stops the engine as a crash would: nothing is said, nothing is written. */
void bench_stop(struct bench *bench);
void bench_start(struct bench *bench);

int64_t bench_time(const char *text);
/* A job for an event in JSON; owned by the caller. */
struct wm_job *bench_event(const char *json);
/* The same from its parts; `time` and `data` may be NULL. */
struct wm_job *bench_make(struct bench *bench, const char *type, const char *subject,
                          const char *time, const char *data);
struct wm_job *bench_control(const char *call);
struct wm_job *bench_claim(const char *topic, uint32_t limit);
struct wm_job *bench_answer(const struct wm_job *claimed, size_t index,
                            enum wm_delivery_answer answer, bool counts);
enum wm_status bench_turn(struct bench *bench, struct wm_job **jobs, size_t count);
/* One job in a turn of its own; returns its reply. */
enum wm_reply bench_run(struct bench *bench, struct wm_job *job);
/* The same, checked to be OK with this outcome, and freed. */
void bench_ok(struct bench *bench, struct wm_job *job, const char *outcome);
/* Checked to be refused (or put off) with this code, and freed. */
void bench_refused(struct bench *bench, struct wm_job *job, enum wm_reply reply, const char *code);
/* Lines of the last report of a kind. */
size_t bench_lines(const struct bench *bench, const char *kind);

/* What a reader answers: objects joined by newlines; in the bench's arena. */
struct wm_span bench_ask(struct bench *bench, const char *call);
/* How often `needle` is in `text`. */
size_t bench_count(struct wm_span text, const char *needle);
/* Fails unless verify finds no difference in `cases` cases. */
void bench_verify(struct bench *bench, int cases);

#endif
