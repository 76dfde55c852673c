/* commands.c - the table of commands. */
#include "ctl/run.h"

static const struct wm_option calendar_add_options[] = {
    {"--calendar", "FILE", "a file with calendars; else that of waymark.cfg"},
    {"--kind", "NAME", "statutory (what the Code counts; default) or service (our closures too)"},
    {NULL, NULL, NULL},
};

static const struct wm_option calendar_show_options[] = {
    {"--calendar", "FILE", "a file with calendars; else that of waymark.cfg"},
    {NULL, NULL, NULL},
};

static const struct wm_option config_options[] = {
    {"--config", "FILE", "another waymark.cfg than the default"},
    {NULL, NULL, NULL},
};

static const struct wm_option event_list_options[] = {
    {"--all", NULL, "also the messages to workers and what only histories hold"},
    {"--config", "FILE", "another waymark.cfg than the default"},
    {NULL, NULL, NULL},
};

static const struct wm_option graph_options[] = {
    {"-o", "FILE", "write there: .svg or .png (drawn by dot), or .dot"},
    {"--config", "FILE", "another waymark.cfg than the default"},
    {NULL, NULL, NULL},
};

static const struct wm_option publish_options[] = {
    {"--intake", "E", "where to publish, as often as there are daemons; else as waymark.cfg says"},
    {"--replay", NULL, "moves the manual clock to each event's time first"},
    {"--check", NULL, "schema and a dry fold in memory; nothing is published"},
    {"--type", "T", "one event of this type, with key=value words"},
    {"--subject", "S", "what it is about: a case, an officer, ..."},
    {"--time", "TIME", "when it happened; else now"},
    {"--id", "ID", "its id; else a new one"},
    {"--source", "SOURCE", "who says so; else /waymarkctl/ and the login name"},
    {"--actor", "WHO", "who did it (wmactor)"},
    {"--key", "FILE", "certificate with your secret key, for CURVE"},
    {"--server-key", "KEY", "the daemon's public key, or a file that has it"},
    {"--config", "FILE", "another waymark.cfg than the default"},
    {NULL, NULL, NULL},
};

static const struct wm_option history_options[] = {
    {"--refused", NULL, "what was refused instead of what was taken"},
    {NULL, NULL, NULL},
};

static const struct wm_option case_list_options[] = {
    {"--state", "STATE", "in this state"},
    {"--officer", "O", "that this officer has"},
    {"--workflow", "W", "of this workflow"},
    {"--customer", "C", "of this customer"},
    {"--unassigned", NULL, "that nobody has"},
    {"--overdue", NULL, "with a clock that is past its due moment"},
    {"--breached", NULL, "with a promise broken"},
    {"--open", NULL, "that are not closed"},
    {"--quiet-for", "D", "of which nothing was heard for so long"},
    {"--due-within", "D", "with something due within so long"},
    {"--sample", "N", "so many, drawn at random"},
    {"--seed", "S", "the same ones again"},
    {NULL, NULL, NULL},
};

static const struct wm_option assign_options[] = {
    {"--why", "TEXT", "the reason, for the history"},
    {"--override", NULL, "over leave and the maximum; never over a conflict"},
    {"--actor", "WHO", "who decides it, an officer's id (wmactor)"},
    {NULL, NULL, NULL},
};

static const struct wm_option topic_options[] = {
    {"--topic", "T", "of this topic alone"},
    {NULL, NULL, NULL},
};

static const struct wm_option outbox_options[] = {
    {"--topic", "T", "of this topic alone"},
    {"--ready", NULL, "those that may go now, not those for a later day"},
    {NULL, NULL, NULL},
};

static const struct wm_option letters_options[] = {
    {"--topic", "T", "of this topic alone"},
    {"--since", "D", "of the last so long"},
    {NULL, NULL, NULL},
};

static const struct wm_option simulate_options[] = {
    {"--workflow", "FILE", "a workflow file, as often as there are; else those of waymark.cfg"},
    {"--teams", "FILE", "people; else those of waymark.cfg"},
    {"--calendar", "FILE", "calendars; else those of waymark.cfg"},
    {"--until", "TIME", "let time run on to there after the last event"},
    {"--journeys", NULL, "a story a case instead of the timeline"},
    {"--brief", NULL, "with --journeys: a line a case"},
    {"--config", "FILE", "another waymark.cfg than the default"},
    {NULL, NULL, NULL},
};

static const struct wm_option journeys_options[] = {
    {"--brief", NULL, "a line a case"},
    {NULL, NULL, NULL},
};

static const struct wm_command commands[] = {
    {.name = "status",
     .usage = "",
     .summary = "how it stands",
     .help = "Version, clock, store, policy, queues and counters of the daemon.\n",
     .run = wm_run_question},
    {.name = "stuck",
     .usage = "",
     .summary = "what a person must look at",
     .help =
         "Lists what does not move by itself: overdue wake-ups, cases that nobody has or that are\n"
         "quiet for days, messages that nobody takes, dead letters, refusals, a calendar running\n"
         "out. Each with the command that helps. Status 1 if there is anything.\n",
     .run = wm_run_question},
    {.name = "publish",
     .usage = "[FILE...|-] | --type T --subject S [KEY=VALUE...]",
     .summary = "publishes events",
     .help =
         "Publishes NDJSON events in order, one unanswered a case; sends again what is to be sent\n"
         "again; lists every refusal and warning with its line, and sums up. Status 1 if any was\n"
         "refused. With --type and --subject publishes one event of KEY=VALUE words: dotted keys\n"
         "make objects, commas lists, and values are typed by the schema (event show TYPE).\n",
     .options = publish_options,
     .words_max = WM_WORDS_ANY,
     .run = wm_run_publish},
    {.name = "event list",
     .usage = "",
     .summary = "the event types that may be published",
     .help =
         "Lists every event type with its kind (a fact is never refused for the state a case is\n"
         "in, a request asks for a decision), what its subject names, and its title.\n",
     .options = event_list_options,
     .run = wm_run_event_list},
    {.name = "event show",
     .usage = "TYPE",
     .summary = "fields, meaning and an example of one type",
     .help = "Shows the fields of data, what time means, an example, and where the configured\n"
             "workflows take it.\n",
     .options = config_options,
     .words_min = 1,
     .words_max = 1,
     .run = wm_run_event_show},
    {.name = "case show",
     .usage = "REF",
     .summary = "a case: state, attributes, clocks, items",
     .help = "Shows a case as it stands: of each clock its newest run. An alias will do for REF.\n",
     .words_min = 1,
     .words_max = 1,
     .run = wm_run_question},
    {.name = "case history",
     .usage = "REF",
     .summary = "what happened, and what followed",
     .help =
         "Lists what happened to a case and what followed from it, in the order in which it was\n"
         "taken.\n",
     .options = history_options,
     .words_min = 1,
     .words_max = 1,
     .run = wm_run_question},
    {.name = "case list",
     .usage = "",
     .summary = "cases by state, officer, due moment...",
     .help = "Lists cases, closed ones too; several options narrow it down together.\n",
     .options = case_list_options,
     .run = wm_run_question},
    {.name = "case explain",
     .usage = "REF [CLOCK|officer]",
     .summary = "how a due moment came about",
     .help =
         "Tells day by day how the due moment of a clock was reckoned, naming the holidays; or why\n"
         "the officer has the case.\n",
     .words_min = 1,
     .words_max = 2,
     .run = wm_run_question},
    {.name = "case why",
     .usage = "REF CLOCK",
     .summary = "why a promise was broken or kept",
     .help =
         "Adds to the reckoning who had the case and who was away, what was waited for, what was\n"
         "refused, what was recorded late.\n",
     .words_min = 2,
     .words_max = 2,
     .run = wm_run_question},
    {.name = "case assign",
     .usage = "REF OFFICER --why TEXT",
     .summary = "gives a case to somebody",
     .help = "Decides by hand who has a case: never somebody in conflict, and over leave or the\n"
             "maximum only with --override.\n",
     .options = assign_options,
     .words_min = 2,
     .words_max = 2,
     .run = wm_run_case_assign},
    {.name = "journeys",
     .usage = "[REF...]",
     .summary = "the stories of cases",
     .help =
         "Tells the story of each case: what happened when, which promises were kept, which were\n"
         "broken and by how much, who had it, what was sent. Without REF: of all cases.\n",
     .options = journeys_options,
     .words_max = WM_WORDS_ANY,
     .run = wm_run_journeys},
    {.name = "officer list",
     .usage = "",
     .summary = "officers, their load and leave",
     .help = "Lists the officers with their open cases, and who is away.\n",
     .run = wm_run_question},
    {.name = "officer show",
     .usage = "ID",
     .summary = "one officer",
     .help = "Shows an officer: teams, skills, leave, duty, load.\n",
     .words_min = 1,
     .words_max = 1,
     .run = wm_run_question},
    {.name = "outbox list",
     .usage = "",
     .summary = "messages that wait for workers",
     .help = "Lists messages that are not delivered yet.\n",
     .options = outbox_options,
     .run = wm_run_question},
    {.name = "dead-letters list",
     .usage = "",
     .summary = "messages that could not be delivered",
     .help =
         "Lists messages that were given up after as many attempts as the config allows, or that a\n"
         "worker refused.\n",
     .options = letters_options,
     .run = wm_run_question},
    {.name = "dead-letters show",
     .usage = "ID",
     .summary = "one of them, with what it says",
     .help = "Shows a dead letter with its event.\n",
     .words_min = 1,
     .words_max = 1,
     .run = wm_run_question},
    {.name = "dead-letters retry",
     .usage = "ID | --topic T",
     .summary = "delivers again",
     .help = "Puts dead letters back among the messages that wait.\n",
     .options = topic_options,
     .words_max = 1,
     .run = wm_run_question},
    {.name = "dead-letters drop",
     .usage = "ID | --topic T",
     .summary = "gives up for good",
     .help = "Drops dead letters; the history keeps that they were made.\n",
     .options = topic_options,
     .words_max = 1,
     .run = wm_run_question},
    {.name = "clock show",
     .usage = "",
     .summary = "what the clock shows",
     .help = "Shows the time by which the daemon goes, and whether it is a manual clock.\n",
     .run = wm_run_question},
    {.name = "clock set",
     .usage = "TIME",
     .summary = "moves the manual clock to TIME",
     .help =
         "Moves the manual clock forward; returns when all that fell due up to then has been done,\n"
         "in order.\n",
     .words_min = 1,
     .words_max = 1,
     .run = wm_run_question},
    {.name = "clock advance",
     .usage = "DURATION",
     .summary = "moves the manual clock on",
     .help =
         "Moves the manual clock on by DURATION (\"5 working days\", \"24 hours\"), as clock set does.\n",
     .words_min = 1,
     .words_max = WM_WORDS_ANY,
     .run = wm_run_question},
    {.name = "clock follow",
     .usage = "",
     .summary = "lets the manual clock run",
     .help = "Lets time run on from where the manual clock stands.\n",
     .run = wm_run_question},
    {.name = "workflow list",
     .usage = "",
     .summary = "the workflows that are loaded",
     .help = "Lists the loaded workflows.\n",
     .run = wm_run_question},
    {.name = "workflow check",
     .usage = "FILE...",
     .summary = "names every mistake in workflow files",
     .help =
         "Checks workflow files against the event types and the teams, officers and calendars of\n"
         "waymark.cfg. Each mistake is named with file and line. Needs no daemon. Status 1 if\n"
         "there is one.\n",
     .options = config_options,
     .words_min = 1,
     .words_max = WM_WORDS_ANY,
     .run = wm_run_workflow_check},
    {.name = "workflow graph",
     .usage = "FILE [-o OUT]",
     .summary = "draws a workflow",
     .help =
         "Draws states, transitions, clocks, touch points and moments of truth: DOT on standard\n"
         "output, or a file by -o.\n",
     .options = graph_options,
     .words_min = 1,
     .words_max = 1,
     .run = wm_run_workflow_graph},
    {.name = "simulate",
     .usage = "[--workflow FILE...] EVENTS...",
     .summary = "runs workflows over events in virtual time",
     .help =
         "Folds NDJSON events in memory, with the time of each as now, and prints what follows: no\n"
         "daemon, no store, no workers. Words that end in .cfg are workflow files as well.\n",
     .options = simulate_options,
     .words_max = WM_WORDS_ANY,
     .run = wm_run_simulate},
    {.name = "config check",
     .usage = "[FILE]",
     .summary = "names every mistake in waymark.cfg and its files",
     .help =
         "Loads a waymark.cfg and all that it names: calendars, teams, schemas, workflows. Each\n"
         "mistake is named with file and line. Needs no daemon. Status 1 if there is one.\n",
     .words_max = 1,
     .run = wm_run_config_check},
    {.name = "calendar add",
     .usage = "[TIME DURATION]",
     .summary = "when a promise falls due",
     .help =
         "Answers the due moment of a promise of DURATION (\"5 working days\", \"24 hours\", \"30\n"
         "days\") that starts at TIME (RFC 3339 with offset, or a day): the instant before which it\n"
         "must be kept, in UTC. Without arguments reads one TIME DURATION a line from standard\n"
         "input and answers one instant a line; what can't be read is named on standard error.\n"
         "Needs no daemon.\n",
     .options = calendar_add_options,
     .words_max = WM_WORDS_ANY,
     .run = wm_run_calendar_add},
    {.name = "calendar show",
     .usage = "[YEAR]",
     .summary = "the days off of a year",
     .help =
         "Shows the days off of each calendar in YEAR (default: this one), and the working days\n"
         "that are left in each month. Needs no daemon.\n",
     .options = calendar_show_options,
     .words_max = 1,
     .run = wm_run_calendar_show},
    {.name = "verify",
     .usage = "[REF...]",
     .summary = "folds the history again and compares",
     .help =
         "Folds the stored history again through the core, with what was recorded of people and\n"
         "calendars, and compares it with the stored case. Lists every difference; status 1 if\n"
         "there is one.\n",
     .words_max = WM_WORDS_ANY,
     .run = wm_run_question},
    {.name = "reload",
     .usage = "",
     .summary = "reads the policy files again",
     .help =
         "Has the daemon read its policy again; a bad policy is refused as a whole, and the old\n"
         "one goes on.\n",
     .run = wm_run_question},
};

const struct wm_command_list wm_commands = {commands, WM_COUNT(commands)};
