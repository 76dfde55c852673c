/* parts.h - private to the engine: what its files do for each other, in the order of a turn. */
#ifndef WM_ENGINE_PARTS_H
#define WM_ENGINE_PARTS_H

#include "daemon/engine/turn.h"

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
struct wm_pasts {
    struct wm_past *items;
    size_t count;
};
WM_MUSTCHECK enum wm_status wm_past_load(struct wm_store *store, const struct wm_schemas *schemas,
                                         struct wm_span ref, struct wm_arena *arena,
                                         struct wm_pasts *ret_pasts);

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

/* nudge.c: topics of which something may go now that could not before. */
/* A message of the topic may go at this real time. */
void wm_nudge_ask(struct wm_batch *batch, struct wm_span topic, int64_t real_us);
void wm_nudge_take(struct wm_batch *batch);
/* Every topic is to be told of: the clock was moved, or it is not known what was told. */
void wm_nudge_all(struct wm_engine *engine);
/* Tells those whose time has come. */
WM_MUSTCHECK enum wm_status wm_nudge_tell(struct wm_engine *engine, struct wm_told *told);
/* The topics of the store, and how many deliveries are out. */
WM_MUSTCHECK enum wm_status wm_nudge_load(struct wm_engine *engine);

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
