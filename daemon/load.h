/* load.h - waymark.cfg and all that it names, loaded and checked as a whole. */
#ifndef WM_DAEMON_LOAD_H
#define WM_DAEMON_LOAD_H

#include "daemon/engine/engine.h"
#include "daemon/policy/settings.h"

/* Everything lives in `arena` but the schemas. Immutable once loaded. */
struct wm_loaded {
    struct wm_arena *arena;
    struct wm_findings findings;
    struct wm_settings settings;
    struct wm_schemas *schemas;
    struct wm_policy policy; /* whole only when wm_loaded_is_good */
};

/* NULL only when out of memory. Loads as much as it can, so that all mistakes are found at once. */
struct wm_loaded *wm_load(const char *config);
void wm_load_free(struct wm_loaded **loaded);
/* True if no finding is an error. */
bool wm_loaded_is_good(const struct wm_loaded *loaded);
/* Prints every finding to standard error. */
void wm_loaded_print(const struct wm_loaded *loaded);
/* Names of settings that differ and that a reload does not change, with commas; absent: none. In
 * the arena of `fresh`. */
struct wm_span wm_loaded_fixed(const struct wm_loaded *old, const struct wm_loaded *fresh);

#endif
