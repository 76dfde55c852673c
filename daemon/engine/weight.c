/* weight.c - what a case counts in its officer's load. */
#include "daemon/engine/parts.h"

int32_t
wm_case_weight(struct wm_batch *batch, const struct wm_case *a_case)
{
    const struct wm_world world = {.workflow = a_case->workflow,
                                   .calendars = &batch->engine->policy->calendars,
                                   .people = &batch->people,
                                   .organisation = batch->engine->options.organisation};
    return wm_case_load(&world, a_case, batch->now_us, batch->arena);
}
