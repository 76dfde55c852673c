/* server.h - the reactor's state, shared by its files. All of it belongs to the main thread. */
#ifndef WM_DAEMON_SERVER_H
#define WM_DAEMON_SERVER_H

#include "daemon/asker.h"
#include "daemon/bus/changes.h"
#include "daemon/bus/control.h"
#include "daemon/bus/dispatch.h"
#include "daemon/bus/intake.h"
#include "daemon/host/journal.h"
#include "daemon/judge.h"
#include "daemon/load.h"
#include "daemon/turner.h"
#include "daemon/versions.h"

enum {
    WM_ANSWERS_MAX = 512,     /* rows of one job of answers */
    WM_ANSWER_JOBS_MAX = 16,  /* such jobs at the engine at most: then workers are not read */
    WM_REFUSALS_MAX = 256,    /* refusals on their way to be kept at most: then they are not kept */
    WM_RETRY_AFTER_MS = 1000, /* what a RETRY of the bus' own asks for */
    WM_US_PER_MS = 1000
};

struct wm_server {
    const char *config;
    int64_t started_ms;
    struct wm_journal *journal;
    struct wm_loaded *current;
    struct wm_arena *scratch;

    struct wm_intake *intake;
    struct wm_dispatch *dispatch;
    struct wm_changes *changes;
    struct wm_control *control;

    struct wm_versions engine_versions; /* stored workflows, read back; one for each thread */
    struct wm_versions reader_versions;
    struct wm_engine *engine;
    struct wm_reader *reader;
    struct wm_turner turner;
    struct wm_asker asker;
    struct wm_actor *engine_actor;
    struct wm_actor *reader_actor;

    int signal_fd;
    int clock_fd;

    /* What is at the engine and at the reader. */
    size_t jobs;
    size_t refusals;    /* of these */
    size_t answer_jobs; /* of these */
    struct wm_call *calls[WM_ASKED_MAX];
    size_t call_count;
    struct wm_job *answers; /* being filled; NULL: none */

    /* A piece that its asker does not take yet: the reader's pipe rests until it does. */
    struct wm_piece *stuck;
    int64_t stuck_ms; /* since when */

    /* A reload: the new policy is at the engine, then at the reader. The one before is kept until
     * the next reload, for jobs under way still name its schemas. */
    struct wm_loaded *coming;
    struct wm_loaded *retired;
    bool reader_told;           /* the reader has not handed the new policy back yet */
    struct wm_request *reloads; /* the call that waits for it, or NULL */
    char refusal[256];          /* of the last reload; empty: it was taken */
    int64_t refused_us;

    struct wm_intake_counters noted; /* as of the last line about dropped messages */
    uint64_t noted_dispatch;
    int64_t noted_ms;
    uint64_t rejected; /* by the bus itself */
    uint64_t retried;
    __typeof__(((struct wm_report *)NULL)->counters) counters; /* the engine's */
    char status[sizeof(((struct wm_report *)NULL)->status)];
    int64_t status_ms; /* when the service manager was told last */
    int64_t turn_ms;   /* when the engine was heard last */
    int64_t watchdog_ms;
    int64_t pinged_ms;

    bool stopping; /* asked to: what is under way is finished */
    int64_t stop_ms;
    bool failed; /* cannot go on */
};

/* ---- publish.c: events in, answers out ---- */
void wm_server_take(void *context, struct wm_request *request, struct wm_span event);
void wm_server_refuse(void *context, struct wm_request *request, const struct wm_fault *fault);
/* Answers the publisher as the engine decided. */
void wm_server_answer(struct wm_server *server, const struct wm_job *job);
/* Hands a job to the engine, which owns it then. False: no room, the caller still owns it. */
bool wm_server_send(struct wm_server *server, struct wm_job *job);

/* ---- workers.c: between dispatch and the outbox ---- */
void wm_server_claim(void *context, struct wm_span topic, uint32_t limit);
void wm_server_outcome(void *context, const struct wm_outcome_of_delivery *outcome);
void wm_server_news(void *context, enum wm_worker_news news, struct wm_span topic, size_t number);
void wm_server_claimed(struct wm_server *server, const struct wm_job *job);
/* Sends off the answers that were gathered. */
void wm_server_flush(struct wm_server *server);

/* ---- calls.c: waymarkctl ---- */
void wm_server_call(void *context, struct wm_request *request, struct wm_span json);
void wm_server_called(struct wm_server *server, struct wm_job *job);
/* Passes pieces of answers on, as long as they are taken. */
void wm_server_pieces(struct wm_server *server);
/* Ends a call with an error of its own. Takes the request. */
void wm_server_error(struct wm_server *server, struct wm_request **request, const char *code,
                     const char *message);
/* Ends a call. Takes the request: an asker that does not read is not waited for. */
void wm_server_end(struct wm_server *server, struct wm_request **request, enum wm_verb verb,
                   struct wm_span json);

/* ---- reload.c ---- */
/* Loads the policy anew and offers it to the engine. Takes `request`, NULL: asked by a signal. */
void wm_server_reload(struct wm_server *server, struct wm_request *request);
/* The engine's or the reader's word on it. Takes the handover. */
void wm_server_reloaded(struct wm_server *server, struct wm_handover *handover, bool by_engine);

/* ---- told.c: what a turn brought about ---- */
void wm_server_turn(struct wm_server *server, struct wm_turn *turn);
/* Adds what the reactor knows to the reader's status document; malloc'd, NULL: as it was. */
char *wm_server_status(struct wm_server *server, struct wm_span json);
/* Now and then: messages that were dropped, the service manager, the watchdog. */
void wm_server_upkeep(struct wm_server *server, int64_t now_ms);

/* ---- open.c: made and unmade ---- */
/* Opens store, threads and sockets. False: the journal has the reason. */
bool wm_server_open(struct wm_server *server);
void wm_server_close(struct wm_server *server);

#endif
