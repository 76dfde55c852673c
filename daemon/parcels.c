/* parcels.c - ends what travels between the reactor and its two threads. */
#include "daemon/parcels.h"

#include <assert.h>
#include <stdlib.h>

void
wm_turn_free(struct wm_turn **turn)
{
    assert(turn != NULL);
    if (*turn == NULL) {
        return;
    }
    for (size_t i = 0; i < (*turn)->job_count; i++) {
        wm_job_free(&(*turn)->jobs[i]);
    }
    wm_report_free(&(*turn)->report);
    free(*turn);
    *turn = NULL;
}

void
wm_handover_free(struct wm_handover **handover)
{
    assert(handover != NULL);
    if (*handover != NULL) {
        free((*handover)->why);
        free(*handover);
        *handover = NULL;
    }
}

void
wm_call_free(struct wm_call **call)
{
    assert(call != NULL);
    if (*call != NULL) {
        wm_request_free(&(*call)->request);
        free((*call)->json);
        free(*call);
        *call = NULL;
    }
}
