/* words.h - a workflow's conditions, events and durations as a manager would read them. */
#ifndef WM_POLICY_WORDS_H
#define WM_POLICY_WORDS_H

#include "base/text.h"
#include "daemon/core/workflow.h"

/* "contact.inbound_chaser" -> "contact inbound chaser". */
void wm_words_name(struct wm_text *out, struct wm_span name);
/* "method is phone and by is somebody". Cut with "…" where it gets long. */
struct wm_span wm_words_condition(struct wm_arena *arena, const struct wm_workflow *workflow,
                                  const struct wm_condition *condition);
/* "24 hours (priority is 1), else 3 working days"; "until due" for the end of a date. */
struct wm_span wm_words_targets(struct wm_arena *arena, const struct wm_workflow *workflow,
                                const struct wm_clock_def *clock);

#endif
