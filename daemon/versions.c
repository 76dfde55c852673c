/* versions.c - workflow versions that stored cases have, read back from their stored texts. */
#include "daemon/versions.h"

#include <assert.h>

#include "daemon/policy/policy.h"

enum { VERSIONS_BYTES = 256 * 1024 * 1024 };

const struct wm_workflow *
wm_versions_load(void *context, struct wm_span name, struct wm_span text)
{
    struct wm_versions *versions = context;
    assert(versions != NULL);
    if (versions->arena == NULL) {
        versions->arena = wm_arena_new(VERSIONS_BYTES);
        if (versions->arena == NULL) {
            return NULL;
        }
    }
    /* It was checked when it was new; what it names may be gone by now. */
    const struct wm_surroundings around = {.topics = NULL};
    struct wm_findings findings = {.arena = versions->arena};
    /* Borrowed for the call, but what is loaded goes on pointing into it. */
    const struct wm_span kept = wm_arena_copy(versions->arena, text);
    const struct wm_workflow *workflow = wm_workflow_load(
        versions->arena, wm_arena_copy(versions->arena, name), kept, &around, &findings);
    return wm_arena_failed(versions->arena) ? NULL : workflow;
}
