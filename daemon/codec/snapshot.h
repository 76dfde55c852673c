/* snapshot.h - cases, officers and history rows as the text that the store keeps. */
#ifndef WM_CODEC_SNAPSHOT_H
#define WM_CODEC_SNAPSHOT_H

#include "daemon/codec/json.h"
#include "daemon/core/step.h"
#include "proto/event.h"

/* The whole case as compact JSON that SQL can look into: names, not indices; times in microseconds.
 * Equal cases give equal bytes. Not in it: what the row has columns for is there too (ref, state,
 * officer, …). */
struct wm_span wm_case_encode(struct wm_arena *arena, const struct wm_case *a_case);
/* WM_CORRUPT with a sentence in *ret_why if it is not what wm_case_encode wrote for this workflow.
 */
WM_MUSTCHECK enum wm_status wm_case_decode(struct wm_arena *arena, struct wm_span text,
                                           const struct wm_workflow *workflow,
                                           struct wm_case **ret_case, struct wm_span *ret_why);

/* An officer's facts (not the counters). */
struct wm_span wm_officer_encode(struct wm_arena *arena, const struct wm_officer *officer);
WM_MUSTCHECK enum wm_status wm_officer_decode(struct wm_arena *arena, struct wm_span text,
                                              struct wm_officer *ret_officer);

/* Effects [from, to) of a result as a JSON array for the history: [{"kind":"send","topic",…},…]; no
 * personal data: of a message its id, topic, type. */
struct wm_span wm_effects_encode(struct wm_arena *arena, const struct wm_step_result *result,
                                 size_t from, size_t to);
/* The violations as ["ACK-1",…]. */
struct wm_span wm_violations_encode(struct wm_arena *arena, const struct wm_step_result *result);

/* The CloudEvent bytes of a message to a worker or of a row of our own: source
 * /waymark/<organisation>. */
struct wm_span wm_message_encode(struct wm_arena *arena, struct wm_span organisation,
                                 struct wm_span ref, const struct wm_effect *effect,
                                 int64_t time_us, struct wm_span traceparent);
struct wm_span wm_row_encode(struct wm_arena *arena, struct wm_span organisation,
                             struct wm_span ref, const struct wm_row *row);

/* A parsed event as the core sees it; texts are borrowed from it. `recorded_us` is now; no time:
 * that. */
struct wm_event wm_event_of(struct wm_arena *arena, const struct wm_cloudevent *event,
                            int64_t recorded_us, bool request);

/* `case show --json` (interfaces.md): what people and programs see, statuses as of `now`. */
struct wm_span wm_case_show(struct wm_arena *arena, const struct wm_case *a_case, int64_t now_us);

#endif
