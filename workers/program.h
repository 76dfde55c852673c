/* program.h - what every worker is: options, signals, the loop that takes deliveries and answers
 * them (wire.md "Dispatch"). A worker records a message durably under its stable id, then acts,
 * then says so, then acknowledges. */
#ifndef WM_WORKERS_PROGRAM_H
#define WM_WORKERS_PROGRAM_H

#include <jansson.h>

#include "proto/waymark.h"
#include "workers/ledger.h"

enum { WM_DAY_CHARS = sizeof "2024-01-01" };

/* A delivered message; everything is borrowed for the call. */
struct wm_message {
    json_t *root;
    json_t *data; /* an object */
    const char *topic;
    const char *id; /* the same at every delivery */
    const char *type;
    const char *subject; /* the case */
    const char *time;    /* when it was meant for */
};

enum wm_verdict {
    WM_VERDICT_DONE = 1, /* durable: acknowledge */
    WM_VERDICT_LATER,    /* ours is the trouble: again in a while */
    WM_VERDICT_REFUSE    /* this message can never be worked on: to the dead letters */
};

struct wm_program;

struct wm_program_spec {
    const char *name;    /* "survey": the program is waymark-survey */
    const char *purpose; /* a sentence for --help */
    const char *leaves;  /* what lies in the state folder afterwards, for --help */
    const char *const *topics;
    size_t topic_count;
    const char *schema; /* SQL of the ledger's tables, harmless when they are there */
    /* Called once the state folder and ledger are open. False: it has said why. */
    bool (*open)(struct wm_program *program);
    enum wm_verdict (*take)(struct wm_program *program, const struct wm_message *message);
    /* Writes the files that people open, from the ledger; called when something has changed and it
     * is quiet, at least once a second, at start and at the end. False: it has said why, and is
     * called again. */
    bool (*write)(struct wm_program *program);
    void (*close)(struct wm_program *program);
};

struct wm_program {
    const struct wm_program_spec *spec;
    const char *dispatch;
    const char *intake;
    const char *state;  /* folder; made with mode 0750 */
    const char *config; /* may be NULL */
    /* Rehearsal: the daemon's clock is manual, so what happens now is told with the time of its
     * message. */
    bool rehearsal;
    struct wm_ledger *ledger;
    struct wm_worker *worker;
    struct wm_publisher *publisher;
    void *own;     /* the worker's */
    char why[256]; /* reason of a LATER or REFUSE */
};

/* Runs until SIGTERM or SIGINT. Exit status: 0 stopped on request, 1 could not go on, 2 usage, 78
 * bad configuration. */
int wm_program_main(const struct wm_program_spec *spec, int argc, char **argv);

/* Tells the daemon what came of a message: an event about the same case whose id is the message's,
 * "/" and `outcome`. Takes the reference to data. True when the daemon has taken it (or refused it
 * for good, which is logged). */
bool wm_program_report(struct wm_program *program, const struct wm_message *message,
                       const char *outcome, const char *type, json_t *data);
/* A line on standard error: "waymark-survey: …". Never personal data. */
void wm_program_log(const struct wm_program *program, const char *format, ...) WM_FORMAT(2, 3);
/* state/name in a buffer; the folder's own path when name is NULL. */
void wm_program_path(const struct wm_program *program, const char *name, char *path, size_t size);
/* The date "YYYY-MM-DD" that begins an RFC 3339 time; "undated" if it is none. */
void wm_message_day(const struct wm_message *message, char day[static WM_DAY_CHARS]);

#endif
