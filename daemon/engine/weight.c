/* weight.c - what a case counts in its officer's load. */
#include "daemon/core/fold.h"
#include "daemon/engine/parts.h"

int32_t
wm_case_weight(struct wm_batch *batch, const struct wm_case *a_case)
{
    const struct wm_workflow *workflow = a_case->workflow;
    if (workflow->weight_count == 0) {
        return 1;
    }
    const struct wm_world world = {.workflow = workflow,
                                   .calendars = &batch->engine->policy->calendars,
                                   .people = &batch->people,
                                   .organisation = batch->engine->options.organisation};
    struct wm_fold fold = {.world = &world, .workflow = workflow, .arena = batch->arena};
    fold.c = wm_case_copy(batch->arena, a_case);
    fold.now_us = batch->now_us;
    fold.at_us = batch->now_us;
    for (size_t i = 0; i < workflow->weight_count && !wm_arena_failed(batch->arena); i++) {
        if (wm_condition_holds(&fold, workflow->weights[i].when)) {
            return workflow->weights[i].weight;
        }
    }
    return 1;
}
