/* simulation.h - what `simulate` and `publish --check` share: loading, and running events through.
 */
#ifndef WM_CTL_SIMULATION_H
#define WM_CTL_SIMULATION_H

#include "ctl/setup.h"
#include "ctl/sim.h"
#include "ctl/source.h"
#include "ctl/teller.h"

/* Loads --workflow, --teams, --calendar; what was not given, from the config. What is wrong is
 * said.
 */
WM_MUSTCHECK bool wm_simulation_load(struct wm_ctl *ctl, struct wm_setup *setup);
/* NULL when out of memory (said). */
struct wm_sim *wm_simulation_new(struct wm_ctl *ctl, const struct wm_setup *setup, wm_sim_fn *fn,
                                 void *context);

/* Told of each event what became of it. */
typedef void wm_simulated_fn(struct wm_teller *teller, const struct wm_told_event *told,
                             const struct wm_sim_answer *answer);
/* Folds all events of the source; what stops it is said. */
enum wm_exit wm_simulation_run(struct wm_ctl *ctl, struct wm_sim *sim, struct wm_source *source,
                               struct wm_teller *teller, wm_simulated_fn *fn);

#endif
