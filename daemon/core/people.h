/* people.h - officers, teams, and who should have a case (workflow.md 5). Pure: people and time
 * come in. */
#ifndef WM_CORE_PEOPLE_H
#define WM_CORE_PEOPLE_H

#include "daemon/core/calendar.h"
#include "daemon/core/event.h"

enum {
    WM_LEAVES_MAX = 256, /* that are kept of one officer: a further one replaces the oldest */
    WM_DUTIES_MAX = 256
};

struct wm_leave {
    struct wm_span id;
    int32_t from; /* local days, inclusive */
    int32_t to;
    struct wm_span kind;
};

struct wm_duty {
    int64_t from_us; /* [from, to) */
    int64_t to_us;
    bool from_is_day; /* 00:00 UTC that stands for 00:00 local, whatever the zone */
    bool to_is_day;
};

enum wm_officer_kind {
    WM_OFFICER = 1,
    WM_OFFICER_EXTERNAL /* the out-of-hours contractor: always at work, asked last */
};

struct wm_officer {
    struct wm_span id;
    struct wm_span name;
    struct wm_span email;
    enum wm_officer_kind kind;
    const struct wm_span *teams;
    size_t team_count;
    const struct wm_span *skills;
    size_t skill_count;
    struct wm_span manager; /* ids; absent: the team's, none */
    struct wm_span deputy;
    int32_t max_open;               /* 0: the team's */
    struct wm_hours hours[WM_WEEK]; /* empty on days off; all empty: the calendar's opening hours */
    const struct wm_duty *duties;
    size_t duty_count;
    const struct wm_leave *leaves;
    size_t leave_count;
    int64_t absent_from;  /* noon UTC of the first local day away; WM_NEVER: not absent */
    int32_t absent_until; /* expected last day away; INT32_MAX: unknown */
    bool left;
    int64_t seq; /* events applied to the officer */
    /* Counters, kept by the engine and not part of what events say: */
    int32_t open_cases;
    int32_t open_weight;
    int64_t last_assigned; /* 0: never */
};

struct wm_team {
    struct wm_span name;
    struct wm_span title;
    struct wm_span manager; /* officer id */
    struct wm_span head;
    int32_t max_open;
};

/* Invariant: ids and team names are unique; every manager, deputy, head and last_resort is an
 * officer. */
struct wm_people {
    struct wm_officer *officers; /* ascending by id */
    size_t officer_count;
    const struct wm_team *teams;
    size_t team_count;
    struct wm_span last_resort;
    struct wm_span calendar; /* for working days of people ("service" or "statutory") */
    int32_t handover_after;  /* working days away that count as away: more than [2] */
    int32_t handover_lead;   /* working days before leave that cases are moved [1] */
    int32_t absence_grace;   /* [2] working days */
    int64_t reach_us;        /* clocks in hours: at work or on duty within [2 h] */
};

/* NULL if unknown. */
struct wm_officer *wm_people_officer(const struct wm_people *people, struct wm_span id);
const struct wm_team *wm_people_team(const struct wm_people *people, struct wm_span name);
/* True if `who` reports to `boss`, directly or through others. Ends on a cycle. */
bool wm_people_reports_to(const struct wm_people *people, struct wm_span who, struct wm_span boss);
/* True if `who` is the manager of `officer`, or manages or heads one of their teams, or any above.
 */
bool wm_people_manages(const struct wm_people *people, struct wm_span who, struct wm_span officer);

/* How many open cases the officer may have: their own maximum, else that of `team` if they are in
 * it, else of their first team; INT32_MAX: no limit. */
int32_t wm_people_limit(const struct wm_people *people, const struct wm_officer *officer,
                        struct wm_span team);

/* What a case needs of somebody. Spans borrow. */
struct wm_want {
    struct wm_span team;
    const struct wm_span *skills;
    size_t skill_count;
    const struct wm_span
        *excluded; /* whoever the case is about: they and their line reports; conflicts; losers */
    size_t excluded_count;
    const struct wm_span *barred; /* excluded without their line reports */
    size_t barred_count;
    const struct wm_span
        *previous; /* excluded with their line reports when a stage wants a fresh pair of eyes */
    size_t previous_count;
    struct wm_span same_customer; /* officer who has a case of the same customer; absent: nobody */
    struct wm_due due; /* of the clock by which being away is judged; us WM_NEVER: none runs */
    bool in_hours;     /* that clock counts hours */
    int32_t weight;
    int64_t now_us;
};

/* One candidate and why not; `why_not` absent: could have had it. Words a complaints officer
 * understands. */
struct wm_candidate {
    struct wm_span officer;
    struct wm_span why_not;
    int32_t open_cases;
    int32_t open_weight;
};

struct wm_choice {
    struct wm_span officer; /* absent: nobody left */
    struct wm_span why;     /* a sentence: "fewest open cases (12) of 4 available in complaints" */
    const struct wm_candidate *candidates;
    size_t candidate_count;
};

/* Why the officer counts as away for this want (one predicate, for assigning and reassigning
 * alike), or the absent span: on leave or absent on the due day (today, if that has passed) or for
 * more than handover_after working days between now and it; for clocks in hours: not at work nor on
 * duty within reach, a day of leave being neither. Without a clock: for more than
 * handover_after of the next handover_lead + handover_after + 1 working days, today among them.
 * External officers never are. */
struct wm_span wm_people_away(const struct wm_people *people, const struct wm_calendar *calendar,
                              const struct wm_officer *officer, const struct wm_want *want,
                              struct wm_arena *arena);
/* The next instant after want->now_us at which leave booked ahead wants the case moved
 * (handover_lead working days before it begins, at the start of that day), or absence grace ends;
 * WM_NEVER: none. */
int64_t wm_people_next_check(const struct wm_people *people, const struct wm_calendar *calendar,
                             const struct wm_officer *officer, const struct wm_want *want);
/* True if, at now, a case of this officer should be moved because of leave, absence or leaving:
 * wm_people_away holds by what has come so far: leave from its lead on, absence with an end at
 * once, without one when its grace is over or the clock falls due within a working day. Clocks in
 * hours: on a day of leave or absence (going home is none). *ret_why is a sentence. */
bool wm_people_should_move(const struct wm_people *people, const struct wm_calendar *calendar,
                           const struct wm_officer *officer, const struct wm_want *want,
                           struct wm_arena *arena, struct wm_span *ret_why);
/* Chooses among the wanted team (all officers, if none is wanted): left, in conflict, without the
 * skills, previous, away and full are out; then the same customer's officer, fewest open by weight,
 * least recently assigned, id (ASG-1, CON-1, ESC-2). External officers rank last: they get what
 * nobody else can have. Candidates in the order of ids. Deterministic. */
struct wm_choice wm_assign(const struct wm_people *people, const struct wm_calendar *calendar,
                           const struct wm_want *want, struct wm_arena *arena);
/* Who hears of something meant for `role` ("officer", "manager", "head", or an officer's id) of a
 * case of `officer` in want->team: skips whoever is in conflict or away today, then their deputy,
 * then up, then last_resort. Never absent; in conflict only if everybody is. */
struct wm_span wm_people_recipient(const struct wm_people *people,
                                   const struct wm_calendar *calendar, struct wm_span role,
                                   struct wm_span officer, const struct wm_want *want);

/* Applies an `officer.*` fact: a new officer (joined) or a copy with the change, in the arena.
 * WM_NOTFOUND: not an officer event, or an unknown officer; WM_EINVAL: data that cannot be (leave
 * that ends before it begins), with a sentence in *ret_why. A cancelled leave that is unknown
 * changes nothing. */
WM_MUSTCHECK enum wm_status wm_officer_step(const struct wm_officer *officer,
                                            const struct wm_event *event, struct wm_arena *arena,
                                            struct wm_officer *ret_officer,
                                            struct wm_span *ret_why);

#endif
