/* workflow.h - the model of a workflow: what policy/ makes of a file, and what the step runs.
 *
 * All names are resolved to indices; -1 is "none". Everything lives in one arena and is immutable.
 * Lines are those of the policy file, for messages. The meaning is workflow.md's 2 and 3. */
#ifndef WM_CORE_WORKFLOW_H
#define WM_CORE_WORKFLOW_H

#include "daemon/core/calendar.h"
#include "daemon/core/value.h"

enum {
    WM_ITEMS_MAX = 200,  /* items of one case */
    WM_CLOCKS_MAX = 512, /* clock runs that one case keeps */
    WM_RUNGS_MAX = 16,   /* rungs of one clock */
    WM_TALLY_MAX = 64,   /* occurrences that a tally keeps: the newest */
    WM_WANTED_MAX = 256, /* conditional messages that a case watches */
    WM_CASCADE_MAX = 32, /* clocks that one event may set off in turn */
    WM_STATUS_OPEN = -2  /* as an item status: in any status that is open */
};

/* ---- operands, expressions, conditions
 * --------------------------------------------------------------- */

enum wm_root {
    WM_ROOT_ATTRIBUTE = 1, /* index */
    WM_ROOT_DATA,          /* path into the event's data */
    WM_ROOT_ACTOR,
    WM_ROOT_STATE,   /* the state's name, before the transition */
    WM_ROOT_OFFICER, /* the case's officer's id; path "name", "email": of that officer */
    WM_ROOT_CLOCK,   /* index; aspect; the run that belongs to the item at hand, for item clocks */
    WM_ROOT_ITEMS,  /* index = item kind; status >= 0: how many; -1 and empty path: how many in all;
                       path  "list": the items as objects */
    WM_ROOT_ITEM,   /* path into the item at hand: "id", "status" or one of its fields */
    WM_ROOT_EVENTS, /* index = tally: how many */
    WM_ROOT_PERSON, /* path = where the person's id stands ("actor", "data.by"); aspect */
    WM_ROOT_EACH,   /* path into the element at hand of an `open … each` */
    WM_ROOT_REF,    /* the case's reference */
    WM_ROOT_TIME,   /* when the event happened, RFC 3339 */
    WM_ROOT_DAY,    /* the same as a local day */
    WM_ROOT_TYPE,   /* the event's type */
    WM_ROOT_OPENED, /* local day of opening */
    WM_ROOT_CLOSED  /* local day of closing */
};

enum wm_aspect {
    WM_ASPECT_NONE = 0,
    WM_ASPECT_STATUS,     /* clock: "running" "paused" "met" "breached" "cancelled", absent: never
                             started */
    WM_ASPECT_DUE,        /* clock: RFC 3339 */
    WM_ASPECT_DUE_DAY,    /* clock: the day people see */
    WM_ASPECT_LATE,       /* clock: whole hours beyond due, 0 in time */
    WM_ASPECT_RUN,        /* clock: number of the run */
    WM_ASPECT_IS_MANAGER, /* person: of the case's officer or team */
    WM_ASPECT_TEAMS,
    WM_ASPECT_SKILLS,
    WM_ASPECT_IN_CONFLICT /* person: named in the case or reports to somebody named */
};

struct wm_operand {
    enum wm_root root;
    enum wm_aspect aspect;
    int32_t index;
    int32_t status;      /* item status, -1, or WM_STATUS_OPEN: any that is open */
    struct wm_span path; /* dotted; may be empty */
};

/* One part is literal text or an operand. A single operand part yields the value itself (a list
 * stays a list); more than one part, or text, yields a string. A literal of another type (5, true,
 * a list) is `literal`. */
struct wm_expr_part {
    struct wm_span text;
    struct wm_operand operand; /* root 0: text */
};

struct wm_expr {
    struct wm_value literal; /* kind 0: the parts count */
    const struct wm_expr_part *parts;
    size_t part_count;
};

enum wm_test {
    WM_TEST_ALL = 1, /* children: all hold */
    WM_TEST_ANY,     /* children: one holds */
    WM_TEST_IS,
    WM_TEST_NOT,      /* is not that value */
    WM_TEST_ONE_OF,   /* value is a list */
    WM_TEST_AT_LEAST, /* numbers; dates as text */
    WM_TEST_AT_MOST,
    WM_TEST_EXISTS,  /* value true or false */
    WM_TEST_HAS,     /* a list holds this value or each of these */
    WM_TEST_COVERS,  /* a list of objects names, by field `by`, every open item of kind `index` */
    WM_TEST_SAME_AS, /* other */
    WM_TEST_IN       /* other is a list that holds it */
};

struct wm_condition {
    enum wm_test test;
    struct wm_operand field;
    struct wm_operand other;
    struct wm_value value;
    int32_t kind;      /* COVERS: item kind */
    struct wm_span by; /* COVERS */
    const struct wm_condition *children;
    size_t child_count;
    int32_t line;
};

/* Counts occurrences of an event type, kept in the case as it folds (an `events.<type>` operand).
 */
enum wm_distinct { WM_DISTINCT_NONE = 0, WM_DISTINCT_DAY, WM_DISTINCT_FIELD };

struct wm_tally {
    struct wm_span event;
    const struct wm_condition *where; /* or NULL */
    struct wm_duration within;        /* count 0: ever */
    struct wm_span since;             /* event type that begins anew; absent: none */
    enum wm_distinct distinct;
    struct wm_span field; /* DISTINCT_FIELD: path in data */
};

/* ---- attributes, items
 * ------------------------------------------------------------------------------- */

enum wm_type {
    WM_TYPE_STRING = 1,
    WM_TYPE_INTEGER,
    WM_TYPE_BOOLEAN,
    WM_TYPE_DATE,
    WM_TYPE_ENUM,
    WM_TYPE_LIST,
    WM_TYPE_OBJECT
};

struct wm_attribute {
    struct wm_span name;
    enum wm_type type;
    const struct wm_span *values; /* ENUM */
    size_t value_count;
    struct wm_value initial; /* default; kind 0: none */
    struct wm_span from; /* path in the opening event's data that fills it; absent: its own name */
    struct wm_span key;  /* kind in the cross-case index; absent: none */
    bool required;
    bool amendable;
    bool personal; /* in no log; conditions may only ask whether it exists */
    int32_t line;
};

/* An event that opens or moves an item. */
struct wm_item_rule {
    struct wm_span event;
    const struct wm_condition *when;
    struct wm_expr key;  /* which item; with `each`: may use EACH */
    struct wm_span each; /* path in data to a list, one item for each element; absent: one */
    int32_t to;          /* status; -1: as it is (fields are still updated) */
    bool opens; /* opens it when the key is new (status `to` or the first); else an unknown key is
                   ignored */
    const struct wm_field_rule {
        struct wm_span name;
        struct wm_expr value; /* absent values change nothing */
    } * fields;
    size_t field_count;
    int32_t line;
};

struct wm_action;

struct wm_item_kind {
    struct wm_span name;
    const struct wm_span *statuses; /* the first is that of a new item */
    const bool *open; /* per status: still open (counts for COVERS, and as unfinished) */
    size_t status_count;
    const struct wm_span *fields; /* names it may have */
    size_t field_count;
    const struct wm_item_rule *rules; /* in order; all that match an event are applied */
    size_t rule_count;
    const struct wm_action *on_open; /* ITEM is at hand */
    size_t on_open_count;
    const struct wm_action *on_change; /* status or field changed, not opened */
    size_t on_change_count;
    int32_t line;
};

/* ---- clocks
 * ------------------------------------------------------------------------------------------ */

/* What starts, meets, cancels, pauses or resumes a clock. */
enum wm_moment {
    WM_MOMENT_EVENT = 1, /* an event of the case */
    WM_MOMENT_MET,       /* another clock was met: at that instant */
    WM_MOMENT_DUE,       /* another clock fell due unmet: its due *day* is day 0 */
    WM_MOMENT_CANCELLED,
    WM_MOMENT_OPEN, /* item clocks: the item was opened, or reopened from a closed status */
    WM_MOMENT_CLOSE /* item clocks: the item reached a status that is not open */
};

struct wm_trigger {
    enum wm_moment moment;
    struct wm_span event;
    int32_t clock; /* MET, DUE, CANCELLED */
    const struct wm_condition *when;
    struct wm_expr key; /* item clocks and EVENT: which item; no parts: every item of the kind */
    struct wm_span
        at; /* starts: a date in data ("data.from") that is day 0; absent: the event's time */
    int32_t line;
};

struct wm_target {
    const struct wm_condition *when; /* NULL: always */
    struct wm_duration duration;
    struct wm_operand
        days; /* root set: the count comes from here (an attribute), in `duration.unit` */
    struct wm_operand
        until; /* root set: due at the end of this date (item.due) instead of a duration */
};

enum wm_rung_kind { WM_RUNG_WARN = 1, WM_RUNG_BREACH, WM_RUNG_ESCALATE };

struct wm_rung {
    enum wm_rung_kind kind;
    struct wm_duration
        offset; /* from the due day; negative before; BREACH: the first working day after */
    const struct wm_action *actions;
    size_t action_count;
};

struct wm_clock_def {
    struct wm_span name;
    struct wm_span promise;          /* the sentence that the customer would hear */
    int32_t touchpoint;              /* -1: none */
    int32_t item_kind;               /* -1: of the case; else one clock `name:<item id>` an item */
    struct wm_span calendar;         /* name of a calendar */
    const struct wm_target *targets; /* the first whose `when` holds */
    size_t target_count;
    const struct wm_trigger *starts;
    size_t start_count;
    const struct wm_trigger *met_by;
    size_t met_count;
    const struct wm_trigger *cancelled_by;
    size_t cancel_count;
    const struct wm_trigger *pauses;
    size_t pause_count;
    const struct wm_trigger *resumes;
    size_t resume_count;
    const struct wm_rung
        *rungs; /* in the order of their moments; a BREACH among them unless due_is_met */
    size_t rung_count;
    const struct wm_action *on_met; /* met in time or late */
    size_t on_met_count;
    struct wm_duration limit; /* of all extensions together; count 0: none allowed */
    const struct wm_trigger
        *void_unless;    /* extension void unless this happens before the old due moment; or NULL */
    bool due_is_met;     /* at_due = "met": nothing heard by then is the good end */
    bool repeat;         /* being met starts the next run */
    bool once;           /* never starts a second time */
    bool ends_with_case; /* cancelled when a final or closed state is entered */
    bool moment_of_truth;
    int32_t line;
};

/* ---- actions, messages
 * ------------------------------------------------------------------------------- */

struct wm_send {
    struct wm_span topic;
    struct wm_span type;
    const struct wm_field_rule *fields;
    size_t field_count;
    struct wm_span
        to; /* alerts and hand-overs: "officer", "manager", "head", "customer"; absent: none */
    struct wm_expr not_before;         /* a date or time; no parts: at once */
    const struct wm_condition *wanted; /* `while`: still wanted while this holds; NULL: always */
    struct wm_span until; /* event type from which on it is no longer watched; absent: never */
    int32_t index;        /* of this send in the workflow's `sends`, so that a case can name it */
    int32_t line;
};

enum wm_action_kind {
    WM_ACTION_SET = 1,
    WM_ACTION_ASSIGN,   /* if nobody has it, or `again` */
    WM_ACTION_OPEN,     /* an item */
    WM_ACTION_MOVE,     /* an item to a status */
    WM_ACTION_RETARGET, /* a clock: due anew from the original start, by its targets */
    WM_ACTION_EXTEND,
    WM_ACTION_PAUSE,
    WM_ACTION_RESUME,
    WM_ACTION_CANCEL,
    WM_ACTION_SEND
};

struct wm_action {
    enum wm_action_kind kind;
    const struct wm_condition *when; /* NULL: always */
    int32_t index;        /* SET: attribute; OPEN, MOVE: item kind; clock actions: clock */
    int32_t status;       /* OPEN, MOVE */
    struct wm_expr key;   /* OPEN, MOVE, clock actions on item clocks: item id */
    struct wm_expr value; /* SET; EXTEND: number of working days */
    struct wm_span each;  /* OPEN, MOVE: path in data to a list */
    const struct wm_field_rule *fields; /* OPEN */
    size_t field_count;
    struct wm_span team;          /* ASSIGN: wanted team; absent: the workflow's */
    const struct wm_span *skills; /* ASSIGN: wanted beside the case's own */
    size_t skill_count;
    bool again;            /* ASSIGN: reassign even if somebody has it */
    bool exclude_previous; /* ASSIGN: nobody who had it before, nor their reports (ESC-2) */
    bool conflict;         /* ASSIGN again: whoever loses it is in conflict from now on (CON-2) */
    struct wm_span why;    /* ASSIGN: the sentence for the history */
    const struct wm_send *send;
    int32_t line;
};

/* ---- states, transitions
 * ----------------------------------------------------------------------------- */

struct wm_require {
    struct wm_condition condition;
    struct wm_span rule; /* id of domain.md 6.0 */
    struct wm_span text; /* the sentence */
};

struct wm_transition {
    struct wm_span event;
    const struct wm_condition *when; /* NULL: always */
    const struct wm_require *require;
    size_t require_count;
    int32_t to; /* state, or -1: stays */
    const struct wm_action *actions;
    size_t action_count;
    int32_t line;
};

struct wm_touchpoint {
    struct wm_span name;
    struct wm_span title;
    bool moment_of_truth;
    int32_t line;
};

struct wm_state {
    struct wm_span name;
    struct wm_span title;
    int32_t touchpoint;
    bool closed;              /* the case is not open any more */
    bool final;               /* no event is taken any more: archived, voided, merged */
    struct wm_span waits_for; /* why no clock needs to run here; absent: one must */
    const struct wm_action *on_entry;
    size_t on_entry_count;
    const struct wm_action *on_exit;
    size_t on_exit_count;
    const struct wm_transition *on;
    size_t on_count;
    int32_t line;
};

/* Weight of a case in an officer's load: the first rule that holds. */
struct wm_weight {
    const struct wm_condition *when;
    int32_t weight;
};

struct wm_opening {
    struct wm_span event;
    const struct wm_action *actions;
    size_t action_count;
    int32_t state; /* initial state */
    bool again;    /* a second such event for a living case is an ordinary event, no `ref-in-use` */
};

/* Invariants: every index is in range; states[0] exists; names are unique in their list. */
struct wm_workflow {
    struct wm_span name;
    struct wm_span title;
    struct wm_span digest; /* hex, of the meaning: same version, other digest is refused */
    struct wm_span file;   /* where it came from, for messages */
    int32_t version;
    struct wm_span team;     /* who works on it unless an assign says otherwise */
    int32_t cover;           /* clock by which being away is judged, or -1 */
    struct wm_span calendar; /* for its own days ("statutory") */
    const struct wm_attribute *attributes;
    size_t attribute_count;
    const struct wm_item_kind *items;
    size_t item_count;
    const struct wm_touchpoint *touchpoints;
    size_t touchpoint_count;
    const struct wm_state *states;
    size_t state_count;
    const struct wm_clock_def *clocks;
    size_t clock_count;
    const struct wm_transition *anywhere;
    size_t anywhere_count;
    const struct wm_opening *openings;
    size_t opening_count;
    const struct wm_tally *tallies;
    size_t tally_count;
    const struct wm_send *const *sends;
    size_t send_count;
    const struct wm_weight *weights;
    size_t weight_count;
    const struct wm_span *about; /* attributes that name persons whom the case is about (CON-1) */
    size_t about_count;
    struct wm_duration settle; /* a rung known late waits this long for the rest of a batch */
};

/* Index of a name, or -1. */
int32_t wm_workflow_state(const struct wm_workflow *workflow, struct wm_span name);
int32_t wm_workflow_clock(const struct wm_workflow *workflow, struct wm_span name);
int32_t wm_workflow_attribute(const struct wm_workflow *workflow, struct wm_span name);
int32_t wm_workflow_item(const struct wm_workflow *workflow, struct wm_span name);
int32_t wm_item_status(const struct wm_item_kind *kind, struct wm_span name);
/* The opening of this event type, or NULL. */
const struct wm_opening *wm_workflow_opening(const struct wm_workflow *workflow,
                                             struct wm_span type);
/* True if the workflow has a place for the type anywhere: opening, transition, clock, item or
 * tally. */
bool wm_workflow_takes(const struct wm_workflow *workflow, struct wm_span type);

#endif
