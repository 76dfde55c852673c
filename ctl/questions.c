/* questions.c - which command asks the daemon what, and how its answer is shown. */
#include "ctl/questions.h"

#include <assert.h>
#include <string.h>

static const struct wm_typed first_ref[] = {{"1", "ref", WM_TAKE_WORD}, {0}};
static const struct wm_typed first_id[] = {{"1", "id", WM_TAKE_WORD}, {0}};
static const struct wm_typed ref_clock[] = {
    {"1", "ref", WM_TAKE_WORD}, {"2", "clock", WM_TAKE_WORD}, {0}};
static const struct wm_typed history[] = {
    {"1", "ref", WM_TAKE_WORD}, {"--refused", "refused", WM_TAKE_FLAG}, {0}};
static const struct wm_typed time_word[] = {{"1", "time", WM_TAKE_TIME}, {0}};
static const struct wm_typed duration_words[] = {{"1+", "duration", WM_TAKE_DURATION}, {0}};
static const struct wm_typed refs[] = {{"1", "refs", WM_TAKE_WORDS}, {0}};
static const struct wm_typed topic[] = {{"--topic", "topic", WM_TAKE_TEXT}, {0}};
static const struct wm_typed topic_since[] = {
    {"--topic", "topic", WM_TAKE_TEXT}, {"--since", "since", WM_TAKE_DURATION}, {0}};
static const struct wm_typed id_topic[] = {
    {"1", "id", WM_TAKE_WORD}, {"--topic", "topic", WM_TAKE_TEXT}, {0}};
static const struct wm_typed case_filter[] = {
    {"--state", "state", WM_TAKE_TEXT},
    {"--officer", "officer", WM_TAKE_TEXT},
    {"--workflow", "workflow", WM_TAKE_TEXT},
    {"--customer", "customer", WM_TAKE_TEXT},
    {"--unassigned", "unassigned", WM_TAKE_FLAG},
    {"--overdue", "overdue", WM_TAKE_FLAG},
    {"--breached", "breached", WM_TAKE_FLAG},
    {"--open", "open", WM_TAKE_FLAG},
    {"--quiet-for", "quiet_for", WM_TAKE_DURATION},
    {"--due-within", "due_within", WM_TAKE_DURATION},
    {"--sample", "sample", WM_TAKE_NUMBER},
    {"--seed", "seed", WM_TAKE_NUMBER},
    {0},
};

static const struct wm_shown case_columns[] = {
    {"case", "ref", WM_SHOW_TEXT},
    {"workflow", "workflow", WM_SHOW_TEXT},
    {"state", "state", WM_SHOW_TEXT},
    {"officer", "officer", WM_SHOW_TEXT},
    {"opened", "opened", WM_SHOW_TIME},
    {"closed", "closed", WM_SHOW_TIME},
    {"next due", "next_due", WM_SHOW_DUE},
    {"clock", "next_clock", WM_SHOW_TEXT},
    {0},
};
static const struct wm_shown officer_columns[] = {
    {"officer", "id", WM_SHOW_TEXT},
    {"name", "name", WM_SHOW_TEXT},
    {"teams", "teams", WM_SHOW_TEXT},
    {"open", "open", WM_SHOW_COUNT},
    {"weight", "weight", WM_SHOW_COUNT},
    {"most", "max_open", WM_SHOW_LIMIT},
    {"leaves", "leave", WM_SHOW_LENGTH},
    {"away", "away", WM_SHOW_TEXT},
    {0},
};
static const struct wm_shown officer_lines[] = {
    {"officer", "id", WM_SHOW_TEXT},
    {"name", "name", WM_SHOW_TEXT},
    {"email", "email", WM_SHOW_TEXT},
    {"kind", "kind", WM_SHOW_TEXT},
    {"teams", "teams", WM_SHOW_TEXT},
    {"skills", "skills", WM_SHOW_TEXT},
    {"manager", "manager", WM_SHOW_TEXT},
    {"deputy", "deputy", WM_SHOW_TEXT},
    {"open cases", "open", WM_SHOW_TEXT},
    {"their weight", "weight", WM_SHOW_TEXT},
    {"at most", "max_open", WM_SHOW_LIMIT},
    {"away", "away", WM_SHOW_TEXT},
    {"leave", "leave", WM_SHOW_TEXT},
    {"duty", "duty", WM_SHOW_TEXT},
    {"last assigned", "last_assigned", WM_SHOW_TIME},
    {0},
};
static const struct wm_shown message_columns[] = {
    {"id", "id", WM_SHOW_TEXT},
    {"topic", "topic", WM_SHOW_TEXT},
    {"case", "ref", WM_SHOW_TEXT},
    {"type", "type", WM_SHOW_TEXT},
    {"state", "state", WM_SHOW_TEXT},
    {"made", "made", WM_SHOW_TIME},
    {"not before", "not_before", WM_SHOW_TIME},
    {"tries", "attempts", WM_SHOW_COUNT},
    {"reason", "reason", WM_SHOW_TEXT},
    {0},
};
static const struct wm_shown workflow_columns[] = {
    {"workflow", "name", WM_SHOW_TEXT},
    {"version", "version", WM_SHOW_COUNT},
    {"title", "title", WM_SHOW_TEXT},
    {"loaded", "loaded", WM_SHOW_TEXT},
    {"states", "states", WM_SHOW_COUNT},
    {"clocks", "clocks", WM_SHOW_COUNT},
    {"open cases", "open_cases", WM_SHOW_COUNT},
    {0},
};
static const struct wm_shown difference_columns[] = {
    {"case", "ref", WM_SHOW_TEXT},
    {"what", "what", WM_SHOW_TEXT},
    {"stored", "stored", WM_SHOW_TEXT},
    {"folded", "folded", WM_SHOW_TEXT},
    {0},
};
static const struct wm_shown done_lines[] = {{"policy", "policy", WM_SHOW_TEXT},
                                             {"retried", "retried", WM_SHOW_TEXT},
                                             {"dropped", "dropped", WM_SHOW_TEXT},
                                             {0}};

static const struct wm_question questions[] = {
    {.command = "status", .op = "status", .show = wm_show_status},
    {.command = "stuck",
     .op = "stuck",
     .show = wm_show_stuck,
     .none = "Nothing is stuck.",
     .is_list = true,
     .is_bad_if_any = true},
    {.command = "case show", .op = "case.show", .typed = first_ref, .show = wm_show_case},
    {.command = "case history",
     .op = "case.history",
     .typed = history,
     .show = wm_show_history,
     .none = "Nothing of that kind is in the history.",
     .is_list = true},
    {.command = "case list",
     .op = "case.list",
     .typed = case_filter,
     .shown = case_columns,
     .none = "No case is like that.",
     .is_list = true},
    {.command = "case explain", .op = "case.explain", .typed = ref_clock},
    {.command = "case why", .op = "case.why", .typed = ref_clock},
    {.command = "officer list",
     .op = "officer.list",
     .shown = officer_columns,
     .none = "There are no officers.",
     .is_list = true},
    {.command = "officer show", .op = "officer.show", .typed = first_id, .shown = officer_lines},
    {.command = "outbox list",
     .op = "outbox.list",
     .typed = topic,
     .shown = message_columns,
     .none = "Nothing waits to be delivered.",
     .is_list = true},
    {.command = "dead-letters list",
     .op = "dead-letters.list",
     .typed = topic_since,
     .shown = message_columns,
     .none = "There are no dead letters.",
     .is_list = true},
    {.command = "dead-letters show",
     .op = "dead-letters.show",
     .typed = first_id,
     .show = wm_show_letter},
    {.command = "dead-letters retry",
     .op = "dead-letters.retry",
     .typed = id_topic,
     .shown = done_lines,
     .needs_aim = true},
    {.command = "dead-letters drop",
     .op = "dead-letters.drop",
     .typed = id_topic,
     .shown = done_lines,
     .needs_aim = true},
    {.command = "workflow list",
     .op = "workflow.list",
     .shown = workflow_columns,
     .none = "No workflow is loaded.",
     .is_list = true},
    {.command = "clock show", .op = "clock.show", .show = wm_show_clock},
    {.command = "clock set",
     .op = "clock.set",
     .typed = time_word,
     .show = wm_show_clock,
     .is_long = true},
    {.command = "clock advance",
     .op = "clock.advance",
     .typed = duration_words,
     .show = wm_show_clock,
     .is_long = true},
    {.command = "clock follow", .op = "clock.follow", .show = wm_show_clock, .is_long = true},
    {.command = "verify",
     .op = "verify",
     .typed = refs,
     .shown = difference_columns,
     .conclude = wm_show_verified,
     .is_list = true,
     .is_long = true,
     .is_bad_if_any = true},
    {.command = "reload", .op = "reload", .shown = done_lines, .is_long = true},
};

const struct wm_question *
wm_questions_find(const char *command)
{
    assert(command != NULL);
    for (size_t i = 0; i < WM_COUNT(questions); i++) {
        if (strcmp(questions[i].command, command) == 0) {
            return &questions[i];
        }
    }
    return NULL;
}
