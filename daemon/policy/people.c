/* people.c - teams.cfg: teams and officers at first start; afterwards events say what changes.
 *
 *     last_resort = "h.oakes";       // hears of what nobody else can be told
 *     calendar = "service";          // whose working days people have
 *     handover_after = 2;            // away for more working days than this: the case moves
 *     handover_lead = 1;             // working days before leave that it moves
 *     absence_grace = 2;             // working days of absence without an end before the rest
 * moves reach = "2 hours";             // promises in hours: at work or on duty within this teams =
 * { complaints = { title = "Complaints"; manager = "p.adeyemi"; head = "h.oakes"; max_open = 40; };
 * }; officers = ( { id = "s.brook"; name = "Sam Brook"; email = "s.brook@example.org"; kind =
 * "officer"; teams = [ "complaints" ]; skills = [ "repairs" ]; manager = "p.adeyemi"; deputy =
 * "j.cole"; max_open = 40; hours = { mon = "09:00-17:00"; tue = "09:00-13:00"; }; } );
 */
#include <assert.h>

#include "base/sort.h"
#include "daemon/policy/reader.h"
#include "daemon/policy/when.h"

enum { MAX_OPEN = 10000, ID_MAX = 64 };

/* A team or officer that names others, and the line to tell when there is no such one. */
struct load {
    struct wm_reader reader;
    const struct wm_calendars *calendars;
    struct wm_people people;
    struct wm_team *teams;
    struct wm_names officer_ids;
    struct wm_names team_names;
};

/* ---- names of others ---- */

/* Whoever is named must be there: an alert to nobody is an alert that nobody reads. */
static void
check_officer(struct load *load, const struct wm_node *group, const char *key, struct wm_span id)
{
    assert(load->reader.findings != NULL);
    assert(group->kind == WM_NODE_GROUP);
    if (id.data != NULL && wm_names_index(load->officer_ids, id) < 0) {
        wm_reader_bad(&load->reader, wm_node_get(group, key)->line,
                      "%s \"%.*s\" is not among the officers%s", key, WM_SPAN_ARG(id),
                      wm_reader_near(&load->reader, id, load->officer_ids));
    }
}

/* An absent id is no mistake; an unknown one is. */
static struct wm_span
read_officer_id(struct load *load, const struct wm_node *group, const char *key)
{
    const struct wm_span id = wm_reader_text(&load->reader, group, key);
    check_officer(load, group, key, id);
    return id;
}

/* ---- teams ---- */

/* A team's manager gets what nobody takes: there must be one. */
static void
read_teams(struct load *load, struct wm_nodes nodes)
{
    assert(load->reader.findings != NULL);
    static const char *const known[] = {"title", "manager", "head", "max_open", NULL};
    struct wm_reader *reader = &load->reader;
    for (size_t i = 0; i < nodes.count; i++) {
        const struct wm_node *node = &nodes.items[i];
        struct wm_team *team = &load->teams[i];
        reader->where = wm_arena_printf(reader->arena, "team \"%.*s\"", WM_SPAN_ARG(node->name));
        wm_reader_keys(reader, node, known);
        team->name = node->name;
        team->title = wm_reader_text(reader, node, "title");
        if (wm_reader_need(reader, node, "manager", "who gets its queue and its alerts") != NULL) {
            team->manager = read_officer_id(load, node, "manager");
        }
        team->head = read_officer_id(load, node, "head");
        team->max_open =
            wm_reader_number(reader, node, "max_open", (struct wm_bounds){1, MAX_OPEN, MAX_OPEN});
    }
    reader->where = (struct wm_span){0};
}

/* ---- officers ---- */

/* External means the contractor who is always at work. */
static enum wm_officer_kind
read_kind(struct wm_reader *reader, const struct wm_node *node)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_span kind = wm_reader_text(reader, node, "kind");
    if (wm_span_is(kind, "external")) {
        return WM_OFFICER_EXTERNAL;
    }
    if (kind.data != NULL && !wm_span_is(kind, "officer")) {
        wm_reader_bad(reader, wm_node_get(node, "kind")->line,
                      "kind must be \"officer\" or \"external\", not \"%.*s\"", WM_SPAN_ARG(kind));
    }
    return WM_OFFICER;
}

/* Skills are free words; teams are not, for cases are given to teams. */
static void
read_membership(struct load *load, const struct wm_node *node, struct wm_officer *officer)
{
    assert(load->reader.findings != NULL);
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &load->reader;
    const struct wm_names teams = wm_reader_texts(reader, node, "teams");
    const struct wm_names skills = wm_reader_texts(reader, node, "skills");
    for (size_t i = 0; i < teams.count; i++) {
        if (wm_names_index(load->team_names, teams.items[i]) < 0) {
            wm_reader_bad(reader, wm_node_get(node, "teams")->line, "unknown team \"%.*s\"%s",
                          WM_SPAN_ARG(teams.items[i]),
                          wm_reader_near(reader, teams.items[i], load->team_names));
        }
    }
    officer->teams = teams.items;
    officer->team_count = teams.count;
    officer->skills = skills.items;
    officer->skill_count = skills.count;
}

/* Absence and leave are no matter of the file: events tell them. */
static void
read_officer(struct load *load, const struct wm_node *node, struct wm_officer *officer)
{
    assert(load->reader.findings != NULL);
    assert(node->kind == WM_NODE_GROUP);
    static const char *const known[] = {"id",      "name",   "email",    "kind",  "teams", "skills",
                                        "manager", "deputy", "max_open", "hours", NULL};
    struct wm_reader *reader = &load->reader;
    wm_reader_keys(reader, node, known);
    officer->name = wm_reader_text(reader, node, "name");
    officer->email = wm_reader_text(reader, node, "email");
    if (officer->name.size == 0) {
        wm_reader_bad(reader, node->line, "name is missing: what customers are told");
    }
    officer->kind = read_kind(reader, node);
    read_membership(load, node, officer);
    officer->manager = read_officer_id(load, node, "manager");
    officer->deputy = read_officer_id(load, node, "deputy");
    if (officer->deputy.data != NULL && wm_span_equal(officer->deputy, officer->id)) {
        wm_reader_bad(reader, wm_node_get(node, "deputy")->line, "nobody is their own deputy");
    }
    officer->max_open =
        wm_reader_number(reader, node, "max_open", (struct wm_bounds){1, MAX_OPEN, 0});
    (void)wm_reader_hours(reader, node, "hours", officer->hours);
    officer->absent_from = WM_NEVER;
}

/* Officers ascend by id, so that the core finds them quickly and decides the same everywhere. */
static int
by_id(const void *a, const void *b)
{
    const struct wm_officer *left = a;
    const struct wm_officer *right = b;
    return wm_span_compare(left->id, right->id);
}

/* Ids first, so that managers and deputies may stand later in the file. */
static void
read_ids(struct load *load, struct wm_nodes nodes)
{
    assert(load->reader.findings != NULL);
    struct wm_reader *reader = &load->reader;
    struct wm_span *ids = WM_MAKE(reader->arena, struct wm_span, nodes.count + 1);
    if (ids == NULL) {
        return;
    }
    load->officer_ids = (struct wm_names){ids, 0};
    for (size_t i = 0; i < nodes.count; i++) {
        const struct wm_node *node = &nodes.items[i];
        const struct wm_span id = wm_reader_text(reader, node, "id");
        if (id.size == 0 || id.size > ID_MAX) {
            wm_reader_bad(reader, node->line, "each officer needs an id of 1 to %d bytes", ID_MAX);
        } else if (wm_names_index(load->officer_ids, id) >= 0) {
            wm_reader_bad(reader, node->line, "the officer \"%.*s\" stands here twice",
                          WM_SPAN_ARG(id));
        }
        ids[i] = id;
        load->officer_ids.count = i + 1;
    }
}

/* Each keeps the line of the file until findings are told; the order changes last. */
static void
read_officers(struct load *load, struct wm_nodes nodes)
{
    assert(load->reader.findings != NULL);
    struct wm_reader *reader = &load->reader;
    struct wm_officer *officers = load->people.officers;
    for (size_t i = 0; i < nodes.count; i++) {
        officers[i].id = load->officer_ids.items[i];
        reader->where =
            wm_arena_printf(reader->arena, "officer \"%.*s\"", WM_SPAN_ARG(officers[i].id));
        read_officer(load, &nodes.items[i], &officers[i]);
    }
    reader->where = (struct wm_span){0};
    wm_sort(officers, nodes.count, sizeof *officers, by_id, officers + nodes.count);
    load->people.officer_count = nodes.count;
}

/* Up the managers from one officer there must be an end. */
static bool
reports_to_self(const struct wm_people *people, struct wm_span start)
{
    const struct wm_officer *at = wm_people_officer(people, start);
    for (size_t steps = 0; at != NULL && steps <= people->officer_count; steps++) {
        at = at->manager.data != NULL ? wm_people_officer(people, at->manager) : NULL;
        if (at != NULL && wm_span_equal(at->id, start)) {
            return true;
        }
    }
    return false;
}

/* A circle of managers would end no search for somebody who is there. */
static void
check_lines(struct load *load, struct wm_nodes nodes)
{
    assert(load->reader.findings != NULL);
    for (size_t i = 0; i < nodes.count; i++) {
        const struct wm_span id = load->officer_ids.items[i];
        if (id.size > 0 && reports_to_self(&load->people, id)) {
            wm_reader_bad(&load->reader, nodes.items[i].line,
                          "officer \"%.*s\" reports to themselves through their managers",
                          WM_SPAN_ARG(id));
        }
    }
}

/* ---- the whole ---- */

/* The defaults are workflow.md's. */
static void
read_rules(struct load *load, const struct wm_node *root)
{
    assert(load->reader.findings != NULL);
    assert(root != NULL);
    enum { WORKING_DAYS_MAX = 60, REACH_HOURS = 2 };
    struct wm_reader *reader = &load->reader;
    struct wm_people *people = &load->people;
    if (wm_reader_need(reader, root, "last_resort", "who hears what nobody else can be told") !=
        NULL) {
        people->last_resort = read_officer_id(load, root, "last_resort");
    }
    people->calendar = wm_reader_text(reader, root, "calendar");
    if (people->calendar.data == NULL) {
        people->calendar = wm_span("service");
    }
    if (load->calendars != NULL && wm_calendar_find(load->calendars, people->calendar) == NULL) {
        const struct wm_node *node = wm_node_get(root, "calendar");
        wm_reader_bad(reader, node != NULL ? node->line : 0, "unknown calendar \"%.*s\"",
                      WM_SPAN_ARG(people->calendar));
    }
    people->handover_after = wm_reader_number(reader, root, "handover_after",
                                              (struct wm_bounds){0, WORKING_DAYS_MAX, 2});
    people->handover_lead =
        wm_reader_number(reader, root, "handover_lead", (struct wm_bounds){0, WORKING_DAYS_MAX, 1});
    people->absence_grace =
        wm_reader_number(reader, root, "absence_grace", (struct wm_bounds){0, WORKING_DAYS_MAX, 2});
    const struct wm_duration reach = wm_reader_duration(reader, root, "reach");
    people->reach_us = REACH_HOURS * WM_US_PER_HOUR;
    if (reach.count > 0 && reach.unit != WM_UNIT_HOURS && reach.unit != WM_UNIT_MINUTES) {
        wm_reader_bad(reader, wm_node_get(root, "reach")->line,
                      "reach must be in hours or minutes, such as \"2 hours\"");
    } else if (reach.count > 0) {
        people->reach_us =
            reach.count * (reach.unit == WM_UNIT_HOURS ? WM_US_PER_HOUR : WM_US_PER_MINUTE);
    }
}

/* Names first: teams name officers and officers name teams. */
static void
read_all(struct load *load, const struct wm_node *root)
{
    assert(load->reader.findings != NULL);
    assert(root != NULL);
    static const char *const known[] = {"last_resort",   "calendar",      "handover_after",
                                        "handover_lead", "absence_grace", "reach",
                                        "teams",         "officers",      NULL};
    struct wm_reader *reader = &load->reader;
    const struct wm_nodes teams = wm_reader_members(reader, root, "teams");
    const struct wm_nodes officers = wm_reader_groups(reader, root, "officers");
    wm_reader_keys(reader, root, known);
    if (teams.count == 0 || officers.count == 0) {
        wm_reader_bad(reader, 0, "teams = { … } and officers = ( … ) must hold at least one each");
        return;
    }
    struct wm_span *names = WM_MAKE(reader->arena, struct wm_span, teams.count);
    load->teams = WM_MAKE(reader->arena, struct wm_team, teams.count);
    load->people.officers = WM_MAKE(reader->arena, struct wm_officer, 2 * officers.count);
    if (names == NULL || load->teams == NULL || load->people.officers == NULL) {
        return;
    }
    for (size_t i = 0; i < teams.count; i++) {
        names[i] = teams.items[i].name;
    }
    load->team_names = (struct wm_names){names, teams.count};
    load->people.teams = load->teams;
    load->people.team_count = teams.count;
    read_ids(load, officers);
    if (load->officer_ids.count < officers.count) {
        return; /* no memory: told by the caller */
    }
    read_teams(load, teams);
    read_officers(load, officers);
    check_lines(load, officers);
    read_rules(load, root);
}

bool
wm_people_load(struct wm_arena *arena, struct wm_span path, const struct wm_calendars *calendars,
               struct wm_findings *findings, struct wm_people *ret_people)
{
    assert(arena != NULL && ret_people != NULL);
    struct load load = {.reader = {.arena = arena, .findings = findings, .file = path},
                        .calendars = calendars};
    const size_t before = findings->count;
    const size_t errors = wm_findings_errors(findings);
    const struct wm_node *root = wm_reader_open(&load.reader);
    if (root == NULL) {
        return false;
    }
    read_all(&load, root);
    if (wm_arena_failed(arena)) {
        wm_reader_bad(&load.reader, 0, "the file is too large");
    }
    wm_findings_sort(findings, before);
    if (wm_findings_errors(findings) > errors) {
        return false;
    }
    *ret_people = load.people;
    return true;
}
