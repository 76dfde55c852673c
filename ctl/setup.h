/* setup.h - the policy as waymarkctl needs it without a daemon: config, calendars, people,
 * schemas, workflows. */
#ifndef WM_CTL_SETUP_H
#define WM_CTL_SETUP_H

#include "ctl/command.h"
#include "daemon/codec/schema.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/settings.h"

/* Filled bit by bit by the functions below; what is not loaded is empty. All but the schemas lives
 * in the arena. */
struct wm_setup {
    struct wm_arena *arena;
    struct wm_findings findings;
    struct wm_span config; /* path of waymark.cfg; absent: none was found */
    bool has_settings;
    struct wm_settings settings;
    struct wm_calendars calendars;
    bool has_people;
    struct wm_people people;
    struct wm_schemas *schemas;
    struct wm_catalogue catalogue; /* over the schemas */
    const struct wm_workflow **workflows;
    size_t workflow_count;
};

/* `config` NULL: the default one. Loads nothing yet. */
void wm_setup_init(struct wm_setup *setup, struct wm_arena *arena, const char *config);
void wm_setup_deinit(struct wm_setup *setup);

/* Each loads one part, the parts before it having been loaded, and adds what is wrong to
 * `findings`. False if there was an error. */
bool wm_setup_settings(struct wm_setup *setup);
bool wm_setup_calendars(struct wm_setup *setup, struct wm_span path);
bool wm_setup_people(struct wm_setup *setup, struct wm_span path);
bool wm_setup_schemas(struct wm_setup *setup);
bool wm_setup_workflows(struct wm_setup *setup, const struct wm_span *paths, size_t count);
/* All of them, from the config alone. */
bool wm_setup_all(struct wm_setup *setup);

/* Prints the findings from the given one on, a line each ("--json": an object each). */
void wm_setup_print(const struct wm_ctl *ctl, const struct wm_setup *setup, FILE *out);

/* waymark.cfg of the checkout that the program was built from, else the installed one; absent: it
 * is not there. */
struct wm_span wm_find_config(struct wm_arena *arena);
/* The folder of the shipped schemas, found the same way. */
const char *wm_find_schemas(void);

#endif
