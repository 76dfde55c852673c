/* journeys.h - prints journeys, one case after the other, and sums them up. */
#ifndef WM_CTL_JOURNEYS_H
#define WM_CTL_JOURNEYS_H

#include "ctl/journey.h"

struct wm_journeys;

/* All borrowed. NULL when out of memory. */
struct wm_journeys *wm_journeys_new(struct wm_ctl *ctl, const struct wm_local *local,
                                    const struct wm_schemas *schemas);
void wm_journeys_free(struct wm_journeys **journeys);
/* A row of the case's history; rows of a case come in order. Borrowed for the call. */
void wm_journeys_add_row(struct wm_journeys *journeys, struct wm_span ref, const json_t *row);
/* Prints the case's journey (--json: an object; --brief: a line) and forgets its rows. `show`: what
 * the case is now. */
void wm_journeys_print(struct wm_journeys *journeys, struct wm_span ref, const json_t *show,
                       int64_t now_us);
/* What all of them came to. */
void wm_journeys_sum_up(struct wm_journeys *journeys);

#endif
