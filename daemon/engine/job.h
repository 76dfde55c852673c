/* job.h - what the bus hands to the engine and gets back. A job is one malloc'd object that travels
 * by pointer; whoever holds the pointer owns it. */
#ifndef WM_ENGINE_JOB_H
#define WM_ENGINE_JOB_H

#include "daemon/codec/schema.h"
#include "daemon/store/store.h"
#include "proto/event.h"

enum wm_job_kind {
    WM_JOB_EVENT = 1, /* an event to apply */
    WM_JOB_CLAIM,     /* messages of a topic for a worker */
    WM_JOB_ANSWER,    /* what a worker (or its silence) said of deliveries */
    WM_JOB_CONTROL,   /* a changing op of waymarkctl: clock.*, dead-letters.* */
    WM_JOB_REFUSED /* an event the bus refused itself, to be kept with its case: no reply wanted */
};

enum wm_reply { WM_REPLY_OK = 1, WM_REPLY_REJECT, WM_REPLY_RETRY };

struct wm_claimed {
    struct wm_span id; /* of the message; with `lease` it names the delivery */
    int64_t lease;
    uint32_t attempt;
    struct wm_span body;
};

struct wm_job {
    enum wm_job_kind kind;
    void *tag; /* the caller's */
    /* EVENT, REFUSED. bytes are malloc'd and owned; `event` is parsed from them and owned. */
    char *bytes;
    size_t size;
    struct wm_cloudevent event;
    const struct wm_schema *schema;
    char *warnings;        /* one sentence a line, or NULL; malloc'd */
    int64_t first_real_us; /* when this daemon read it */
    bool importer;         /* the key may import */
    struct wm_fault fault; /* REFUSED: why; REJECT reply: why */
    /* CLAIM */
    char topic[64];
    uint32_t limit;
    struct wm_claimed *claimed; /* result: lives in `arena` */
    size_t claimed_count;
    int64_t next_real_us; /* result when nothing was claimed: try again then; WM_NEVER: when told of
                             new work */
    /* ANSWER: rows in `arena`. available_real_us 0 stands for the engine's own: the back-off of an
     * attempt that counts, at once for one that does not, a whole lease for EXTEND. */
    struct wm_delivery_row *answers;
    size_t answer_count;
    /* CONTROL: call in `bytes` */
    /* Reply */
    enum wm_reply reply;
    char *detail;           /* JSON; malloc'd, or NULL */
    struct wm_arena *arena; /* made on demand by whoever needs it; freed with the job */
};

struct wm_job *wm_job_new(enum wm_job_kind kind);
void wm_job_free(struct wm_job **job);

/* The numbers are those of syslog (RFC 5424). */
enum wm_level {
    WM_LEVEL_ERROR = 3,
    WM_LEVEL_WARNING,
    WM_LEVEL_NOTICE,
    WM_LEVEL_INFO,
    WM_LEVEL_DEBUG
};

/* A line for the journal: `kind` picks the MESSAGE_ID ("case.event", "clock.breached", …); no
 * personal data. */
struct wm_line {
    enum wm_level level;
    const char *kind;
    struct wm_span text;
    struct wm_span ref;
    struct wm_span event_id;
    struct wm_span event_type;
    struct wm_span actor;
    struct wm_span from;
    struct wm_span to;
    struct wm_span clock;
    struct wm_span officer;
};

struct wm_change {
    struct wm_span topic; /* "case.<workflow>.<ref>" */
    struct wm_span body;  /* CloudEvent waymark.case.changed */
};

enum { WM_STATUS_TEXT = 160 };

/* What a turn brought about, durable by now. Everything lives in `arena`. */
struct wm_report {
    struct wm_arena *arena;
    const struct wm_line *lines;
    size_t line_count;
    const struct wm_change *changes;
    size_t change_count;
    const struct wm_span *topics; /* that got new messages, or whose waiting ones may go now */
    size_t topic_count;
    int64_t next_real_us; /* call wm_engine_turn again by then, jobs or not; WM_NEVER: not needed */
    bool more;            /* work was left over: call again at once */
    char status[WM_STATUS_TEXT]; /* for STATUS= */
    struct {
        int64_t applied;
        int64_t duplicate;
        int64_t rejected;
        int64_t retried;
        int64_t wakes;
        int64_t delivered;
    } counters; /* since start */
};

void wm_report_free(struct wm_report **report);

#endif
