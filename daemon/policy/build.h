/* build.h - private to the policy folder: a workflow while its file is being read.
 *
 * First the names (names.c), then what refers to them; what is wrong becomes a finding and reading
 * goes on with something harmless in its place, for the model is thrown away then. */
#ifndef WM_POLICY_BUILD_H
#define WM_POLICY_BUILD_H

#include "daemon/policy/reader.h"

/* What kind of value stands in a field. */
struct wm_sort {
    struct wm_span name;    /* of the field, for messages; may be absent */
    struct wm_names values; /* ENUM: what it may be */
    enum wm_type type;      /* 0: not known, fits anything */
    bool personal;
};

enum wm_data_scope {
    WM_DATA_NONE =
        1,          /* nothing has happened just now: a deadline has come, or it is judged later */
    WM_DATA_EVENTS, /* one of the scope's events */
    WM_DATA_ANY     /* some event that the workflow names */
};

/* What is at hand where a field is used. */
struct wm_scope {
    enum wm_data_scope data;
    struct wm_names events;
    int32_t item;        /* kind of the item at hand, -1, or WM_ITEM_LOST */
    struct wm_span each; /* list in the data whose element is at hand; absent: none */
    bool each_lost;      /* the list could not be resolved: its elements may have anything */
};

/* The kind of an item that was misspelt: what is said of it cannot be judged. */
enum { WM_ITEM_LOST = -2 };

struct wm_tally_list {
    struct wm_tally *items;
    size_t count;
    size_t room;
};

struct wm_send_list {
    const struct wm_send **items;
    size_t count;
    size_t room;
};

struct wm_build {
    struct wm_reader reader;
    const struct wm_surroundings *around;
    const struct wm_node *root;
    struct wm_workflow workflow;
    /* The workflow's arrays while they can still be written; counts are the workflow's. */
    struct wm_attribute *attributes;
    struct wm_touchpoint *touchpoints;
    struct wm_item_kind *items;
    struct wm_state *states;
    struct wm_clock_def *clocks;
    struct wm_nodes clock_nodes; /* as written, in the order of clocks */
    bool *cancelled;             /* clocks that some action cancels */
    bool lost_state;             /* a state that is named does not exist */
    bool lost_other;             /* so does an event type or a clock: what runs can't be judged */
    struct wm_names attribute_names;
    struct wm_names touchpoint_names;
    struct wm_names item_names;
    struct wm_names state_names;
    struct wm_names clock_names;
    struct wm_names team_names;     /* of the surroundings */
    struct wm_names calendar_names; /* of the surroundings */
    struct wm_names events;         /* every event type that the file names */
    struct wm_names opening;        /* those that open a case */
    struct wm_tally_list tallies;
    struct wm_names tally_keys; /* what makes two tallies the same, beside tallies */
    struct wm_send_list sends;
    struct wm_scope scope;
};

struct wm_actions {
    const struct wm_action *items;
    size_t count;
};

struct wm_triggers {
    const struct wm_trigger *items;
    size_t count;
};

/* Sets where findings are: `state "closed"`, `clock "respond"`. */
void wm_build_where(struct wm_build *build, const char *what, struct wm_span name);

/* names.c: the first pass. */
void wm_build_names(struct wm_build *build);
/* The index of what a key names, or -1 (with a finding unless the key is absent). */
int32_t wm_build_state(struct wm_build *build, const struct wm_node *group, const char *key);
int32_t wm_build_clock(struct wm_build *build, const struct wm_node *group, const char *key);
int32_t wm_build_item(struct wm_build *build, const struct wm_node *group, const char *key);
int32_t wm_build_status(struct wm_build *build, const struct wm_node *group, const char *key,
                        int32_t kind);
int32_t wm_build_touchpoint(struct wm_build *build, const struct wm_node *group);
/* A team, skills or a calendar that people or calendars know. */
struct wm_span wm_build_team(struct wm_build *build, const struct wm_node *group);
struct wm_names wm_build_skills(struct wm_build *build, const struct wm_node *group);
struct wm_span wm_build_calendar(struct wm_build *build, const struct wm_node *group);

/* data.c: what events carry, by the catalogue. */
/* Finds an event type that nobody knows. */
void wm_build_event(struct wm_build *build, int32_t line, struct wm_span type);
/* The types that a key names, each known. */
struct wm_names wm_build_events(struct wm_build *build, const struct wm_node *group,
                                const char *key);
/* True if the data at hand has the path; else a finding. `shown` is how the author wrote it. */
bool wm_build_data(struct wm_build *build, int32_t line, struct wm_span path, struct wm_span shown,
                   struct wm_sort *ret_sort);
/* A key that names a list in the data ("data.points" or "points"): the path without "data.". */
struct wm_span wm_build_each(struct wm_build *build, const struct wm_node *group);
/* What JSON calls a kind, as ours; fits anything where that is not told. */
struct wm_sort wm_build_json_sort(const char *kind);

#endif
