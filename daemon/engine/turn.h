/* turn.h - private to the engine: the engine's own state and that of the batch at hand.
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
    WM_REPORT_BYTES = 64 << 20,
    WM_REPORT_LINES = 50000, /* of one turn; the history has what is left out */
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
    bool keys_drop; /* what `keys` is for */
    struct wm_refusal_rows refusals;
    bool wrote;     /* anything that makes the commit a real one */
    bool in_doubt;  /* a commit failed: it may have been done */
    bool duplicate; /* an answer that needs one */
    /* People as this batch sees them; copied on the first change. */
    struct wm_people people;
    bool people_copied;
    bool people_changed; /* by an officer's event: facts, not counters alone */
    bool *people_dirty;  /* officers to be saved */
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
    bool sweep_nobody;      /* the cases that wait for somebody are to be judged anew */
    struct wm_spans sweeps; /* officers whose cases are to be judged anew ("" for nobody's) */
    struct wm_spans swept;  /* whose sweep is through */
    int64_t leases;         /* change in the number of leases out */
    int64_t lapse_us;       /* WM_NEVER, or when the first of the new leases ends */
    int64_t nudge_us;       /* WM_NEVER, or real time at which something waiting may go */
    int64_t wakes;
    int64_t delivered;
    bool wake_moved;  /* a wake-up did something */
    bool texts_added; /* the policy's texts were stored in this batch */
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
    int64_t nudge_us;
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

/* now.c: the domain's clock. */
int64_t wm_engine_real(const struct wm_engine *engine);
int64_t wm_engine_now(const struct wm_engine *engine, int64_t real_us);
/* Real time at which the domain's clock shows `us`; WM_NEVER if it stands. */
int64_t wm_engine_real_of(const struct wm_engine *engine, int64_t us, int64_t real_us);
/* `duration` after now (before, if negative): days keep the local time of day, hours and minutes
 * are exact. Without a calendar a day has 24 hours. */
int64_t wm_moment_after(const struct wm_calendar *calendar, int64_t now_us,
                        struct wm_duration duration);
WM_MUSTCHECK enum wm_status wm_clock_parse(struct wm_span text, int64_t *ret_us,
                                           int64_t *ret_real_us);
WM_MUSTCHECK enum wm_status wm_clock_load(struct wm_engine *engine);
/* Notes the batch's now in the store, if it has moved and something is written anyway. */
WM_MUSTCHECK enum wm_status wm_clock_store(struct wm_batch *batch);
/* The same whatever else is written, and whether it follows. */
WM_MUSTCHECK enum wm_status wm_clock_mark(struct wm_batch *batch);

/* catalogue.c: types and versions. */
WM_MUSTCHECK enum wm_status wm_catalogue_build(const struct wm_policy *policy,
                                               struct wm_arena *arena,
                                               struct wm_type_info **ret_types, size_t *ret_count);
/* NULL if no schema has the type. */
const struct wm_type_info *wm_catalogue_find(const struct wm_engine *engine, struct wm_span type);
/* The version of a workflow that a stored case names. WM_NOTFOUND: neither loaded nor stored. */
WM_MUSTCHECK enum wm_status wm_library_find(struct wm_library *library, struct wm_store *store,
                                            const struct wm_case_row *row, struct wm_arena *arena,
                                            const struct wm_workflow **ret_workflow);
/* Stores the policy's texts, before the first case that uses them. */
WM_MUSTCHECK enum wm_status wm_catalogue_store(struct wm_batch *batch);
/* WM_EINVAL with a sentence when a stored version has another meaning. */
WM_MUSTCHECK enum wm_status wm_catalogue_check(struct wm_store *store,
                                               const struct wm_policy *policy,
                                               struct wm_arena *arena, struct wm_span *ret_why);

/* slot.c: the cases at hand. */
WM_MUSTCHECK enum wm_status wm_slots_init(struct wm_batch *batch, size_t expected);
/* Loads those of refs that are not at hand yet, in one query. */
WM_MUSTCHECK enum wm_status wm_slots_load(struct wm_batch *batch, const struct wm_span *refs,
                                          size_t count);
/* The case of a reference, decoded; *ret_slot is never NULL. Its `c` is NULL if there is none. */
WM_MUSTCHECK enum wm_status wm_slots_get(struct wm_batch *batch, struct wm_span ref,
                                         struct wm_slot **ret_slot);
WM_MUSTCHECK enum wm_status wm_slots_save(struct wm_batch *batch);
/* The case's attribute that is the key of this kind; absent: none. */
struct wm_span wm_case_key(const struct wm_case *a_case, const char *kind);
/* The case that an alias stands for; the absent span if none. */
WM_MUSTCHECK enum wm_status wm_slots_alias(struct wm_batch *batch, struct wm_span alias,
                                           struct wm_span *ret_ref);
/* A reference for a new case of the workflow that nobody has. */
WM_MUSTCHECK enum wm_status wm_slots_reference(struct wm_batch *batch,
                                               const struct wm_workflow *workflow,
                                               struct wm_span *ret_ref);

/* once.c */
WM_MUSTCHECK enum wm_status wm_once_load(struct wm_batch *batch, const struct wm_work *works,
                                         size_t count);
const struct wm_seen_row *wm_once_find(const struct wm_batch *batch, struct wm_span source,
                                       struct wm_span id);
void wm_once_add(struct wm_batch *batch, const struct wm_seen_row *row);

/* not_yet.c: true if this event's case has been missing for less than not_yet_ms. */
bool wm_not_yet(struct wm_engine *engine, const struct wm_cloudevent *event, int64_t first_us,
                int64_t real_us);

/* event.c: applies one event; the answer says how it went. */
WM_MUSTCHECK enum wm_status wm_event_run(struct wm_batch *batch, struct wm_work *work);
/* The same for a case whose reference is known, after the checks that need none. */
WM_MUSTCHECK enum wm_status wm_event_case(struct wm_batch *batch, struct wm_work *work,
                                          const struct wm_type_info *info, struct wm_span ref);
/* Keeps with its case what the bus refused. */
WM_MUSTCHECK enum wm_status wm_event_refused(struct wm_batch *batch, const struct wm_work *work);
void wm_event_refuse(struct wm_batch *batch, struct wm_work *work, const struct wm_fault *fault);
/* Its subject ("case", "officer") is not known: not yet, or never. */
void wm_event_missing(struct wm_batch *batch, struct wm_work *work, const char *what);
/* Where an event went, for its once-only row; wm_event_take notes it. */
struct wm_seen_row wm_event_seen(struct wm_batch *batch, const struct wm_work *work,
                                 enum wm_aggregate kind, struct wm_span ref, int64_t seq);
void wm_event_take(struct wm_batch *batch, const struct wm_seen_row *seen);
/* merge.c: events for a case that was merged go to the survivor. */
bool wm_merge_is_merged(const struct wm_slot *slot);
/* Replaces a merged case's slot by the survivor's, as far as one is known. */
WM_MUSTCHECK enum wm_status wm_merge_survivor(struct wm_batch *batch, struct wm_slot **slot);
/* Sets *ret_fault when a `case.merged` names no case that could survive. */
WM_MUSTCHECK enum wm_status wm_merge_check(struct wm_batch *batch, const struct wm_slot *slot,
                                           const struct wm_work *work, struct wm_fault *ret_fault);
/* Remembers the survivor once a `case.merged` was applied. */
WM_MUSTCHECK enum wm_status wm_merge_note(struct wm_batch *batch, const struct wm_slot *slot,
                                          const struct wm_event *event);
/* own.c: an event of Waymark's own, given as CloudEvent bytes, for a case; nobody is answered. */
WM_MUSTCHECK enum wm_status wm_event_own(struct wm_batch *batch, struct wm_span ref,
                                         struct wm_span body);

/* world.c: the core decides; this brings it its world. A bound that is reached comes back as a
 * rejection, so that no failure but the store's and the arena's is left. */
WM_MUSTCHECK enum wm_status wm_world_step(struct wm_batch *batch, const struct wm_slot *slot,
                                          const struct wm_workflow *workflow,
                                          const struct wm_event *event,
                                          struct wm_step_result *ret_result);
/* past.c: the history of a case as folding wants it, parsed; all of it in the arena. */
WM_MUSTCHECK enum wm_status wm_past_load(struct wm_store *store, const struct wm_schemas *schemas,
                                         struct wm_span ref, struct wm_arena *arena,
                                         struct wm_past **ret_past, size_t *ret_count);

/* apply.c: what a step decided becomes rows, messages, keys, counters and lines.
 * `event` is NULL for a wake-up. *ret_seq: the row of the event. */
WM_MUSTCHECK enum wm_status wm_apply(struct wm_batch *batch, struct wm_slot *slot,
                                     const struct wm_work *work,
                                     const struct wm_step_result *result, int64_t *ret_seq);
const char *wm_outcome_text(enum wm_outcome outcome);
/* flush.c: writes what is pending, cases excepted. */
WM_MUSTCHECK enum wm_status wm_batch_flush(struct wm_batch *batch);
WM_MUSTCHECK enum wm_status wm_batch_key(struct wm_batch *batch, const struct wm_key_row *row,
                                         bool drop);
WM_MUSTCHECK enum wm_status wm_batch_withdraw(struct wm_batch *batch, struct wm_slot *slot,
                                              const struct wm_effect *effect);

/* answer.c */
void wm_answer_ok(struct wm_batch *batch, struct wm_work *work, const struct wm_seen_row *seen,
                  const char *outcome, const struct wm_step_result *result);
void wm_answer_reject(struct wm_batch *batch, struct wm_work *work, const struct wm_fault *fault,
                      const struct wm_step_result *result);
void wm_answer_retry(struct wm_batch *batch, struct wm_work *work, const char *code,
                     const char *message, int64_t after_ms);
/* Hands a decided answer to its job; nothing if nobody asked. */
void wm_answer_tell(struct wm_engine *engine, const struct wm_work *work);
/* The same for a job that no batch could take. */
void wm_answer_trouble(struct wm_engine *engine, struct wm_work *work, enum wm_status status,
                       const char *why);

/* weight.c: what it counts in its officer's load. */
int32_t wm_case_weight(struct wm_batch *batch, const struct wm_case *a_case);

/* people.c */
/* Teams and rules of the policy beside the officers of the store. */
void wm_people_policy(struct wm_engine *engine);
/* Adds the officers whom the policy names and the store does not know; reports those who differ. */
WM_MUSTCHECK enum wm_status wm_people_seed(struct wm_engine *engine);
/* The officers and their counters as the store has them; as they were if that fails. */
WM_MUSTCHECK enum wm_status wm_people_open(struct wm_engine *engine);
/* The batch's own officers, to be changed; NULL when the arena failed, as the batch will. */
struct wm_people *wm_people_edit(struct wm_batch *batch);
/* A copy of the array with room for `room`; NULL when the arena failed. */
struct wm_officer *wm_officers_copy(struct wm_arena *arena, const struct wm_people *people,
                                    size_t room);
/* Room that opens may let a case that waits find somebody. */
void wm_people_ask_for_waiting(struct wm_batch *batch);
/* Brings the counters up to what the case is now. */
void wm_people_count(struct wm_batch *batch, struct wm_slot *slot);
void wm_people_assigned(struct wm_batch *batch, struct wm_span officer);
WM_MUSTCHECK enum wm_status wm_people_save(struct wm_batch *batch);
/* After the commit. WM_NOMEM: start again. */
WM_MUSTCHECK enum wm_status wm_people_take(struct wm_batch *batch);
/* officer.c: an `officer.*` event. */
WM_MUSTCHECK enum wm_status wm_people_event(struct wm_batch *batch, struct wm_work *work);

/* other.c: events of calendars, customers and batches. */
WM_MUSTCHECK enum wm_status wm_other_event(struct wm_batch *batch, struct wm_work *work,
                                           enum wm_aggregate kind);
WM_MUSTCHECK enum wm_status wm_customer_event(struct wm_batch *batch, struct wm_work *work,
                                              const struct wm_type_info *info);

/* wake.c */
/* Puts the wake-ups among works in order: those that nobody has by their oldest deadline. */
WM_MUSTCHECK enum wm_status wm_wake_order(struct wm_batch *batch, struct wm_work *works,
                                          size_t count);
WM_MUSTCHECK enum wm_status wm_wake_run(struct wm_batch *batch, struct wm_span ref);

/* sweep.c */
WM_MUSTCHECK enum wm_status wm_sweep_load(struct wm_engine *engine);
/* Asks for one, from the beginning. */
WM_MUSTCHECK enum wm_status wm_sweep_ask(struct wm_batch *batch, struct wm_span officer);
WM_MUSTCHECK enum wm_status wm_sweep_run(struct wm_batch *batch, struct wm_span officer);
void wm_sweep_take(struct wm_batch *batch);

/* delivery.c */
WM_MUSTCHECK enum wm_status wm_delivery_answers(struct wm_batch *batch, struct wm_work *work);
WM_MUSTCHECK enum wm_status wm_delivery_lapses(struct wm_batch *batch);
WM_MUSTCHECK enum wm_status wm_delivery_claim(struct wm_batch *batch, struct wm_work *work);
WM_MUSTCHECK enum wm_status wm_delivery_letters(struct wm_batch *batch, struct wm_work *work);
/* Topics of which something may go now that could not before; sets the time of the next look. */
WM_MUSTCHECK enum wm_status wm_delivery_nudge(struct wm_engine *engine, struct wm_told *told);

/* open.c: what memory holds of the store, read anew: at start, and after a commit whose outcome is
 * not known. */
WM_MUSTCHECK enum wm_status wm_engine_refresh(struct wm_engine *engine);

/* batch.c */
/* Works through `works` in batches that the store takes. The turn's status: WM_OK unless the daemon
 * must stop. */
WM_MUSTCHECK enum wm_status wm_batch_work(struct wm_engine *engine, struct wm_work *works,
                                          size_t count, struct wm_told *told);

/* control.c: what waymarkctl asks to be changed. */
/* Makes the work of a call, or answers it if there is none to be done (*ret_work.kind 0). What is
 * made for it is added to the engine's `made`. */
WM_MUSTCHECK enum wm_status wm_control_prepare(struct wm_engine *engine, struct wm_job *job,
                                               struct wm_work *ret_work);
/* clock.*; everything that fell due is done, in order, before it returns. */
WM_MUSTCHECK enum wm_status wm_control_clock(struct wm_engine *engine, struct wm_job *job,
                                             const struct wm_value *call, struct wm_told *told);
/* due.c: all that is due at the clock's present moment, sweeps included. */
WM_MUSTCHECK enum wm_status wm_engine_due(struct wm_engine *engine, struct wm_told *told);
/* References of due cases, at most a batch of them, as works. */
WM_MUSTCHECK enum wm_status wm_engine_wakes(struct wm_engine *engine, struct wm_arena *arena,
                                            struct wm_work **ret_works, size_t *ret_count);

/* report.c */
/* A new line of the batch; texts are the caller's, and live as long as the batch or longer. */
struct wm_line *wm_batch_line(struct wm_batch *batch, enum wm_level level, const char *kind);
void wm_batch_topic(struct wm_batch *batch, struct wm_span topic);
/* Lines and the change of an applied step; `was` is the case before, NULL for an opening. */
void wm_batch_lines(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_case *was,
                    const struct wm_work *work, const struct wm_step_result *result);
/* Copies what a committed batch has to tell. */
void wm_told_batch(struct wm_told *told, const struct wm_batch *batch);
void wm_told_line(struct wm_told *told, const struct wm_line *line);
void wm_told_topic(struct wm_told *told, struct wm_span topic);
void wm_told_finish(struct wm_told *told, struct wm_engine *engine);
void wm_told_trouble(struct wm_told *told, enum wm_level level, const char *kind,
                     const char *format, ...) WM_FORMAT(4, 5);

uint64_t wm_engine_hash(struct wm_span a, struct wm_span b);

#endif
