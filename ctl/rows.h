/* rows.h - the rows that a simulated step wrote, as `case history --json` would show them. */
#ifndef WM_CTL_ROWS_H
#define WM_CTL_ROWS_H

#include <jansson.h>

#include "ctl/sim.h"

/* A list of the rows of a step, each with "ref" beside the fields of case history (a new reference,
 * the caller's); NULL when out of memory. `source`: of rows of our own. */
json_t *wm_rows_of_step(struct wm_arena *arena, const struct wm_sim_step *step, const char *source);

#endif
