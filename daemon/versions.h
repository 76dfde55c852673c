/* versions.h - workflow versions that stored cases have, read back from their stored texts. */
#ifndef WM_DAEMON_VERSIONS_H
#define WM_DAEMON_VERSIONS_H

#include "daemon/core/workflow.h"

/* Used by one thread. What it loads lives as long as it does. */
struct wm_versions {
    struct wm_arena *arena;
};

/* As wm_engine_options.load_workflow; context: struct wm_versions. */
const struct wm_workflow *wm_versions_load(void *context, struct wm_span name, struct wm_span text);

#endif
