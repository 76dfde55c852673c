/* policy.h - from the files of config/ to checked core structs. Every mistake with file:line, all
 * at once. */
#ifndef WM_POLICY_POLICY_H
#define WM_POLICY_POLICY_H

#include "daemon/core/catalogue.h"
#include "daemon/core/people.h"
#include "daemon/core/workflow.h"

/* Findings of a load, in the order of files and lines. */
struct wm_finding {
    struct wm_span file;
    int32_t line; /* 0: the file as a whole */
    bool warning; /* can't be refused, but a person should know */
    struct wm_span text;
};

struct wm_findings {
    struct wm_arena *arena;
    struct wm_finding *items;
    size_t count;
    size_t room;
};

void wm_finding_add(struct wm_findings *findings, struct wm_span file, int line, const char *format,
                    ...) WM_FORMAT(4, 5);
void wm_finding_warn(struct wm_findings *findings, struct wm_span file, int line,
                     const char *format, ...) WM_FORMAT(4, 5);
/* How many are no warnings. */
size_t wm_findings_errors(const struct wm_findings *findings);
/* "complaint.cfg:41: clock \"response\": …" in the arena. */
struct wm_span wm_finding_text(struct wm_arena *arena, const struct wm_finding *finding);

/* Names that workflows may use and other files define. Any may be empty (then not checked). */
struct wm_surroundings {
    const struct wm_calendars *calendars;
    const struct wm_people *people;
    const struct wm_catalogue *catalogue; /* NULL: event types and fields are not checked */
    const struct wm_span *topics; /* that somebody serves; the nine of events.md are known */
    size_t topic_count;
};

/* A workflow file -> the model, in `arena`. NULL when any finding is an error. `name` is used in
 * messages; `text` is the file's content (also that of a stored version). */
const struct wm_workflow *wm_workflow_load(struct wm_arena *arena, struct wm_span name,
                                           struct wm_span text,
                                           const struct wm_surroundings *around,
                                           struct wm_findings *findings);
/* A file with calendars (statutory, service): holidays may stand in it or in a JSON file of the
 * government's form beside it. *ret_texts: for each calendar the canonical text that
 * wm_calendar_load_text takes back, holidays and zone changes included: what is stored with the
 * cases. False when any finding is an error. */
bool wm_calendars_load(struct wm_arena *arena, struct wm_span path, struct wm_findings *findings,
                       struct wm_calendars *ret_calendars, struct wm_span **ret_texts);
/* One calendar from its canonical text. */
bool wm_calendar_load_text(struct wm_arena *arena, struct wm_span name, struct wm_span text,
                           struct wm_findings *findings, struct wm_calendar *ret_calendar);
/* teams.cfg. */
bool wm_people_load(struct wm_arena *arena, struct wm_span path,
                    const struct wm_calendars *calendars, struct wm_findings *findings,
                    struct wm_people *ret_people);
/* A whole file; WM_IO with a sentence in *ret_why. At most 4 MiB. */
WM_MUSTCHECK enum wm_status wm_file_read(struct wm_arena *arena, struct wm_span path,
                                         struct wm_span *ret_text, struct wm_span *ret_why);
/* `path` as seen from the folder of `file` (absolute paths stay). */
struct wm_span wm_path_beside(struct wm_arena *arena, struct wm_span file, struct wm_span path);

/* DOT text of a workflow (workflow.md "graph"): states, transitions, clocks, touch points, moments
 * of truth. */
struct wm_span wm_workflow_graph(struct wm_arena *arena, const struct wm_workflow *workflow);

#endif
