/* commands.c - the table of commands. */
#include "ctl/run.h"

static const struct wm_option calendar_add_options[] = {
    {"--calendar", "FILE", "a file with calendars; else that of waymark.cfg"},
    {"--kind", "NAME",
     "statutory (what the Code counts; default) or service (our own closures too)"},
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

static const struct wm_command commands[] = {
    {
        .name = "event list",
        .usage = "",
        .summary = "the event types that may be published",
        .help = "Lists every event type with its kind (a fact is never refused for the state a "
                "case is in,\na request asks for a decision), what its subject names, and its "
                "title.\n",
        .options = event_list_options,
        .run = wm_run_event_list,
    },
    {
        .name = "event show",
        .usage = "TYPE",
        .summary = "fields, meaning and an example of one type",
        .help = "Shows the fields of data, what time means, an example, and where the configured\n"
                "workflows take it.\n",
        .options = config_options,
        .words_min = 1,
        .words_max = 1,
        .run = wm_run_event_show,
    },
    {
        .name = "workflow check",
        .usage = "FILE...",
        .summary = "names every mistake in workflow files",
        .help = "Checks workflow files against the event types and the teams, officers and "
                "calendars of\nwaymark.cfg. Each mistake is named with file and line. Needs no "
                "daemon. Status 1 if there is one.\n",
        .options = config_options,
        .words_min = 1,
        .words_max = WM_WORDS_ANY,
        .run = wm_run_workflow_check,
    },
    {
        .name = "workflow graph",
        .usage = "FILE [-o OUT]",
        .summary = "draws a workflow",
        .help = "Draws states, transitions, clocks, touch points and moments of truth: DOT on "
                "standard output,\nor a file by -o.\n",
        .options = graph_options,
        .words_min = 1,
        .words_max = 1,
        .run = wm_run_workflow_graph,
    },
    {
        .name = "config check",
        .usage = "[FILE]",
        .summary = "names every mistake in waymark.cfg and its files",
        .help = "Loads a waymark.cfg and all that it names: calendars, teams, schemas, workflows. "
                "Each mistake\nis named with file and line. Needs no daemon. Status 1 if there is "
                "one.\n",
        .words_max = 1,
        .run = wm_run_config_check,
    },
    {
        .name = "calendar add",
        .usage = "[--calendar FILE] [--kind NAME] [TIME DURATION]",
        .summary = "when a promise falls due",
        .help = "Answers the due moment of a promise of DURATION (\"5 working days\", \"24 "
                "hours\", \"30 days\") that\nstarts at TIME (RFC 3339 with offset, or a day): the "
                "instant before which it must be kept,\nin UTC. Without arguments reads one TIME "
                "DURATION a line from standard input and answers one\ninstant a line; what can't "
                "be read is named on standard error. Needs no daemon.\n",
        .options = calendar_add_options,
        .words_max = WM_WORDS_ANY,
        .run = wm_run_calendar_add,
    },
    {
        .name = "calendar show",
        .usage = "[YEAR]",
        .summary = "the days off of a year",
        .help = "Shows the days off of each calendar in YEAR (default: this one) and the working "
                "days that are\nleft in each month. Needs no daemon.\n",
        .options = calendar_show_options,
        .words_max = 1,
        .run = wm_run_calendar_show,
    },
};

const struct wm_command_list wm_commands = {commands, WM_COUNT(commands)};
