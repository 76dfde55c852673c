/* turn.h - private to the engine: its own state and that of the batch at hand; parts.h says what is
 * done with them.
 *
 * What a batch brings about stays in the batch until the commit has returned; only then is it taken
 * over into the engine and told (architecture.md rule 2). A batch that fails is forgotten whole. */
#ifndef WM_ENGINE_TURN_H
#define WM_ENGINE_TURN_H

#include "daemon/codec/snapshot.h"
#include "daemon/engine/engine.h"

enum {
    WM_BATCH_BYTES = 64 << 20,  /* memory of one batch */
    WM_LIFE_BYTES = 16 << 20,   /* of the engine's own lists */
    WM_PEOPLE_BYTES = 64 << 20, /* of all officers */
    WM_REPORT_BYTES = 32 << 20,
    WM_REPORT_LINES = 16384, /* of one turn; the history has what is left out */
    WM_NOT_YET_SETS = 2048,  /* events remembered whose case is not there yet: sets * ways */
    WM_NOT_YET_WAYS = 4,
    WM_MADE_MAX = 64,   /* events published by waymarkctl in one turn */
    WM_REST_MS = 10000, /* what can't be woken is left alone for so long */
    WM_FAN_OUT = 256,   /* cases of one customer that an event reaches */
    WM_RETRY_MS = 1000  /* what a publisher is told to wait when we know no better */
};

/* ---- lists in the batch's arena -------------------------------------------------------------- */

struct wm_event_rows {
    struct wm_event_row *items;
    size_t count;
    size_t room;
};
struct wm_seen_rows {
    struct wm_seen_row *items;
    size_t count;
    size_t room;
};
struct wm_message_rows {
    struct wm_message_row *items;
    size_t count;
    size_t room;
};
struct wm_key_rows {
    struct wm_key_row *items;
    size_t count;
    size_t room;
};
struct wm_refusal_rows {
    struct wm_refusal_row *items;
    size_t count;
    size_t room;
};
struct wm_lines {
    struct wm_line *items;
    size_t count;
    size_t room;
};
struct wm_changes {
    struct wm_change *items;
    size_t count;
    size_t room;
};

/* When something of a topic may go that can't go now; WM_NEVER: nothing waits for a time. */
struct wm_nudge {
    struct wm_span topic;
    int64_t real_us;
};
struct wm_nudges {
    struct wm_nudge *items;
    size_t count;
    size_t room;
};

/* ---- work ------------------------------------------------------------------------------------ */

enum wm_work_kind {
    WM_WORK_ANSWER = 1, /* in this order within a batch */
    WM_WORK_LAPSE,      /* of deliveries whose lease ran out */
    WM_WORK_REFUSED,
    WM_WORK_EVENT,
    WM_WORK_LETTERS, /* dead letters: retry, drop */
    WM_WORK_CLOCK,   /* stores where the manual clock stands */
    WM_WORK_WAKE,
    WM_WORK_CLAIM,
    WM_WORK_SWEEP
};

/* What a job will be told once the batch is durable. Lives in the batch's arena. */
struct wm_answer {
    enum wm_reply reply; /* 0: not decided, or nobody asks */
    struct wm_span detail;
    struct wm_fault fault;
    enum { WM_COUNT_NONE = 0, WM_COUNT_APPLIED, WM_COUNT_DUPLICATE } counts;
};

struct wm_work {
    enum wm_work_kind kind;
    struct wm_job *job;   /* whose reply this decides; NULL: work of our own */
    struct wm_job *event; /* EVENT, REFUSED: what is to be applied; job itself unless published by
                             waymarkctl */
    unsigned char digest[WM_DIGEST_BYTES];
    struct wm_span ref;       /* WAKE: the case; SWEEP: the officer */
    struct wm_value call;     /* LETTERS, CLOCK of a job */
    struct wm_answer *answer; /* made by each attempt */
};

/* ---- cases ----------------------------------------------------------------------------------- */

/* A case at hand. Invariant: c is NULL if the case does not exist or could not be read (then
 * trouble says why); counted is what the people's counters hold of it. */
struct wm_slot {
    struct wm_slot *next; /* in its bucket */
    struct wm_span ref;
    struct wm_case_row row; /* as stored; ref absent: not stored */
    struct wm_case *c;      /* decoded on first use; newest */
    struct wm_span trouble;
    bool is_decoded;
    bool is_dirty;
    int64_t last_us;
    struct wm_counted {
        struct wm_span officer;
        int32_t weight;
        bool is_open;
    } counted;
};

struct wm_slots {
    struct wm_slot **items;
    size_t count;
    size_t room;
    struct wm_slot **buckets;
    size_t bucket_count; /* a power of two */
};

/* Once-only within a batch: what the store has seen and what this batch has taken. */
struct wm_once {
    struct wm_once_entry {
        struct wm_once_entry *next;
        struct wm_seen_row row;
    } * *buckets;
    size_t bucket_count; /* a power of two */
};

/* ---- the batch ------------------------------------------------------------------------------- */

struct wm_batch {
    struct wm_engine *engine;
    struct wm_store *store;
    struct wm_arena *arena;
    int64_t now_us;  /* the domain's */
    int64_t real_us; /* the machine's */
    struct wm_slots slots;
    struct wm_once once;
    /* To be written: */
    struct wm_event_rows events;
    struct wm_seen_rows seen;
    struct wm_message_rows messages;
    struct wm_key_rows keys;
    struct wm_refusal_rows refusals;
    /* People as this batch sees them; copied on the first change. */
    struct wm_people people;
    bool *people_dirty; /* officers to be saved */
    int64_t open_delta;
    int64_t unassigned_delta;
    /* Events of our own, freed with the attempt. */
    struct wm_job **own;
    size_t own_count;
    size_t own_room;
    /* Told after the commit: */
    struct wm_lines lines;
    struct wm_changes changes;
    struct wm_spans topics;
    struct wm_nudges nudges;
    struct wm_spans sweeps; /* officers whose cases are to be judged anew ("" for nobody's) */
    struct wm_spans swept;  /* whose sweep is through */
    int64_t leases;         /* change in the number of leases out */
    int64_t lapse_us;       /* WM_NEVER, or when the first of the new leases ends */
    int64_t wakes;
    int64_t delivered;
    bool keys_drop;      /* what `keys` is for */
    bool wrote;          /* anything that makes the commit a real one */
    bool duplicate;      /* an answer that needs one */
    bool in_doubt;       /* a commit failed: it may have been done */
    bool people_copied;  /* `people` is the batch's own */
    bool people_changed; /* by an officer's event: facts, not counters alone */
    bool sweep_nobody;   /* the cases that wait for somebody are to be judged anew */
    bool nudge_all;      /* dead letters were revived: any topic may have something */
    bool wake_moved;     /* a wake-up did something */
    bool texts_added;    /* the policy's texts were stored in this batch */
};

/* ---- the engine ------------------------------------------------------------------------------ */

/* A report in the making: of all batches of a turn. */
struct wm_told {
    struct wm_report *report;
    struct wm_lines lines;
    size_t left_out; /* lines beyond WM_REPORT_LINES */
    struct wm_changes changes;
    struct wm_spans topics;
};

struct wm_type_info {
    const struct wm_schema *schema;
    const struct wm_workflow *opens; /* NULL: none */
    bool is_taken;                   /* by a loaded workflow */
};

struct wm_domain_clock {
    bool is_manual;
    bool is_following;
    int64_t stands_us;    /* manual: where it stands, or stood at base_real_us */
    int64_t base_real_us; /* following */
    int64_t stored_us;    /* as the store has it */
};

/* The workflows that cases may have: the policy's, and older versions that were read back. */
struct wm_library {
    const struct wm_engine_options *options;
    const struct wm_policy *policy;
    struct wm_arena *life;
    const struct wm_workflow **items;
    size_t count;
    size_t room;
};

struct wm_not_yet {
    uint64_t key[WM_NOT_YET_SETS][WM_NOT_YET_WAYS];
    int64_t first_us[WM_NOT_YET_SETS][WM_NOT_YET_WAYS];
};

struct wm_engine {
    struct wm_engine_options options; /* texts are copied into `life` */
    const struct wm_policy *policy;
    struct wm_store *store;
    struct wm_arena *life;
    struct wm_arena *arena; /* of the batch at hand */
    struct wm_span source;  /* "/waymark/ovh" */
    struct wm_domain_clock clock;
    struct wm_arena *people_arena;
    struct wm_people people; /* as committed */
    struct wm_type_info *types;
    size_t type_count;
    struct wm_arena *types_arena;
    bool texts_stored; /* every text of the policy is in the store */
    struct wm_library library;
    struct wm_not_yet *not_yet;
    struct wm_arena *sweep_arena;
    struct wm_spans sweeps;   /* officers with a cursor in the store */
    struct wm_lines greeting; /* lines of the start, told with the first turn; in `life` */
    int64_t open_cases;
    int64_t unassigned;
    int64_t leases;   /* deliveries out */
    int64_t lapse_us; /* real time of the next look for lapsed leases; WM_NEVER: none is out */
    struct wm_nudges nudges;     /* of every topic that was ever met */
    int64_t nudge_us;            /* the earliest of them */
    int64_t wake_rest_us;        /* real time until which wake-ups that do nothing are let lie */
    bool wake_moved;             /* a wake-up of the last batches brought its case on */
    struct wm_arena *work_arena; /* of the turn */
    struct wm_job *made[WM_MADE_MAX]; /* events that waymarkctl published in this turn */
    size_t made_count;
    int64_t applied;
    int64_t duplicate;
    int64_t rejected;
    int64_t retried;
    int64_t wakes;
    int64_t delivered;
};

#endif
