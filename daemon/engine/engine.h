/* engine.h - the batch: takes all that waits, loads those cases, steps them, commits once, then
 * says what is to be told (architecture.md "How the engine keeps order"). One engine is used by one
 * thread and owns one store connection. It does no I/O but the store's, logs nothing, and reads no
 * clock but the one it is given. */
#ifndef WM_ENGINE_ENGINE_H
#define WM_ENGINE_ENGINE_H

#include "daemon/codec/schema.h"
#include "daemon/core/people.h"
#include "daemon/engine/job.h"
#include "daemon/store/store.h"

/* What config/ came to. Immutable and shared by the threads; replaced as a whole on reload. */
struct wm_policy {
    const struct wm_workflow *const *workflows;
    const struct wm_span *workflow_texts; /* as stored with the cases */
    size_t workflow_count;
    struct wm_calendars calendars;
    const struct wm_span *calendar_texts;
    struct wm_people people; /* as teams.cfg says: for the first start */
    const struct wm_schemas *schemas;
    struct wm_span version; /* digest of all, hex */
};

struct wm_engine_options {
    struct wm_span organisation;
    struct wm_span store;
    const struct wm_policy *policy;
    /* Microseconds since 1970: the machine's clock. Leases and back-off go by it; the domain too
     * unless manual. */
    int64_t (*real_us)(void *context);
    /* A stored workflow or calendar version back from its text; NULL when it can't be read. What it
     * returns lives as long as the engine. */
    const struct wm_workflow *(*load_workflow)(void *context, struct wm_span name,
                                               struct wm_span text);
    void *context;
    bool manual_clock;
    int64_t clock_start_us;
    uint32_t batch; /* events a commit */
    uint32_t lease_ms;
    uint32_t max_attempts;
    uint32_t retry_ms;
    uint32_t retry_max_ms;
    uint32_t not_yet_ms;
    uint32_t min_free_mib;
};

struct wm_engine;

/* Opens the store as writer, releases leases, seeds people and texts, checks that stored versions
 * agree. On failure *ret_why (malloc'd, caller frees) has the sentence; WM_TOONEW, WM_IO,
 * WM_EINVAL. */
WM_MUSTCHECK enum wm_status wm_engine_new(const struct wm_engine_options *options,
                                          struct wm_engine **ret_engine, char **ret_why);
void wm_engine_free(struct wm_engine **engine);
/* Works through one batch: `jobs` (at most options.batch, oldest first) and whatever fell due. When
 * it returns, every job has its reply, and what must be told is in *ret_report (never NULL; caller
 * frees with wm_report_free). A store that can't take it: events get RETRY; a culprit that breaks
 * the batch is found by halving. WM_IO, WM_CORRUPT: the daemon must stop (an fsync that failed is
 * never tried again); the report says why. */
WM_MUSTCHECK enum wm_status wm_engine_turn(struct wm_engine *engine, struct wm_job **jobs,
                                           size_t count, struct wm_report **ret_report);
/* The new policy from now on; WM_EINVAL with a sentence when a version in use would change its
 * meaning. */
WM_MUSTCHECK enum wm_status wm_engine_reload(struct wm_engine *engine,
                                             const struct wm_policy *policy, char **ret_why);

/* ---- calls of waymarkctl
 * ---------------------------------------------------------------------------------------
 *
 * A call is a JSON object with "op" and, for what shows or exports a case, "user". A list is told
 * one object at a time, a document as one object. Those that change something are jobs
 * (WM_JOB_CONTROL):
 *
 * - publish {event}: a CloudEvent, as if it came by the intake; the detail of its reply with
 *   "verdict": OK, REJECT or RETRY.
 * - clock.set {time}, clock.advance {duration}, clock.follow {}: the manual clock; {now, mode,
 *   following} when all that fell due up to then has been done, in order. Set and advance leave the
 *   clock standing.
 * - dead-letters.retry {id?|topic?}: {retried}; dead-letters.drop {id?|topic?}: {dropped}.
 *
 * Those that read go to a reader; ref is a reference or an alias:
 *
 * - status {}, clock.show {}, case.show {ref}, officer.show {id}, dead-letters.show {id}:
 * documents.
 * - stuck {}: {what, ref?, topic?, since?, text, command}.
 * - case.history {ref, refused?}; case.list {workflow?, state?, officer?, customer?, unassigned?,
 *   open?, overdue?, breached?, quiet_for?, due_within?, sample?, seed?}: as interfaces.md has
 * them.
 * - case.explain {ref, clock?}: clock is a clock's name or "officer"; case.why {ref, clock}: {ref,
 *   about, text}, the text in lines for people.
 * - officer.list {}: {id, name, teams, open, weight, max_open, left, away, leave}.
 * - outbox.list {topic?, ref?}, dead-letters.list {topic?, since?}: {id, topic, ref, type, state,
 *   made, not_before, attempts, reason}.
 * - workflow.list {}: {name, version, title, loaded, states, clocks} of those in force, then {name,
 *   version, stored, open_cases} of those that the store keeps.
 * - verify {refs?}: a difference each {ref, what, stored, folded}, then {cases, differences}. */

/* Answers waymarkctl's questions over a reader's connection of its own, in another thread than the
 * engine's: its options must have a load_workflow context of their own. */
struct wm_reader;

WM_MUSTCHECK enum wm_status wm_reader_new(const struct wm_engine_options *options,
                                          struct wm_reader **ret_reader, char **ret_why);
void wm_reader_free(struct wm_reader **reader);
void wm_reader_reload(struct wm_reader *reader, const struct wm_policy *policy);
/* One piece of an answer: a JSON document; false: the asker is gone, stop. */
typedef bool wm_reader_emit(void *context, struct wm_span json);
/* `call` is the JSON of a control CALL ({"op": "case.show", "ref": …}). Lists emit one object at a
 * time. WM_OK; or *ret_fault with code ("no-such-case", "bad-call", …) and a sentence. WM_NOTFOUND
 * as status: not a reading op. */
WM_MUSTCHECK enum wm_status wm_reader_call(struct wm_reader *reader, struct wm_span call,
                                           wm_reader_emit *emit, void *context,
                                           struct wm_fault *ret_fault);

#endif
