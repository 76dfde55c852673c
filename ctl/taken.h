/* taken.h - where a workflow takes an event type: openings, states, clocks, items. */
#ifndef WM_CTL_TAKEN_H
#define WM_CTL_TAKEN_H

#include "base/text.h"
#include "daemon/core/workflow.h"

/* "opens a case; taken in received, investigating; starts acknowledge; meets respond", or the
 * empty span. */
struct wm_span wm_taken_text(struct wm_arena *arena, const struct wm_workflow *workflow,
                             struct wm_span type);
/* Appends {"workflow","opens","states":[…],"anywhere","clocks":[…],"items":[…]} unless it takes it
 * nowhere. */
void wm_taken_put_json(struct wm_text *text, const struct wm_workflow *workflow,
                       struct wm_span type);

#endif
