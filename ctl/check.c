/* check.c - publish --check: what would become of events, without telling anybody. */
#include <assert.h>

#include "ctl/publish.h"
#include "ctl/simulation.h"

static void
tell(struct wm_teller *teller, const struct wm_told_event *told, const struct wm_sim_answer *answer)
{
    switch (answer->verdict) {
    case WM_SIM_OK:
        wm_teller_ok(teller, told, answer->detail);
        return;
    case WM_SIM_REJECT:
        wm_teller_reject(teller, told, answer->detail);
        return;
    case WM_SIM_UNKNOWN:
        /* It may well be there where the events go: nothing can be said but that it is well formed.
         */
        wm_teller_unknown(teller);
        return;
    }
}

enum wm_exit
wm_publish_check(struct wm_ctl *ctl, struct wm_source *source, struct wm_teller *teller)
{
    assert(ctl != NULL && source != NULL && teller != NULL);
    struct wm_setup setup;
    wm_setup_init(&setup, ctl->arena, wm_args_value(ctl->args, "--config"));
    struct wm_sim *sim =
        wm_simulation_load(ctl, &setup) ? wm_simulation_new(ctl, &setup, NULL, NULL) : NULL;
    const enum wm_exit code =
        sim != NULL ? wm_simulation_run(ctl, sim, source, teller, tell) : WM_EXIT_REFUSED;
    wm_sim_free(&sim);
    wm_setup_deinit(&setup);
    return code;
}
