/* survey.c - waymark-survey: the day's call list for the Outbound Survey Assistants
 * (domain.md 7.2). */
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "workers/program.h"

enum { PATH_BYTES = 1024, DAY_BYTES = 11 };

static const char schema[] =
    "create table if not exists calls (row_id text primary key, day text, withdrawn text, case_ref text,"
    " kind text, customer_name text, phone_1 text, phone_2 text, preferred_channel text,"
    " best_times text, language text, interpreter text, adjustments text, service_area text,"
    " officer_name text, opened text, closed text, stage text, outcome text, close_reason text,"
    " outside_landlord_control text, actions_done text, actions_open text,"
    " partner_facts_shareable text, previous_attempts text, consent_to_call text,"
    " do_not_leave_message text, safe_to_call text, expires_on text) strict, without rowid;"
    "create table if not exists days (day text primary key, written integer not null) strict;";

static const struct wm_column columns[] = {
    {"row_id", NULL},
    {"day", NULL},
    {"case_ref", NULL},
    {"kind", "kind"},
    {"customer_name", "customer_name"},
    {"phone_1", "phone_1"},
    {"phone_2", "phone_2"},
    {"preferred_channel", "preferred_channel"},
    {"best_times", "best_times"},
    {"language", "language"},
    {"interpreter", "interpreter"},
    {"adjustments", "adjustments"},
    {"service_area", "service_area"},
    {"officer_name", "officer_name"},
    {"opened", "opened"},
    {"closed", "closed"},
    {"stage", "stage"},
    {"outcome", "outcome"},
    {"close_reason", "close_reason"},
    {"outside_landlord_control", "outside_landlord_control"},
    {"actions_done", "actions_done"},
    {"actions_open", "actions_open"},
    {"partner_facts_shareable", "partner_facts_shareable"},
    {"previous_attempts", "previous_attempts"},
    {"consent_to_call", "consent_to_call"},
    {"do_not_leave_message", "do_not_leave_message"},
    {"safe_to_call", "safe_to_call"},
    {"expires_on", "expires_on"},
};

static const struct wm_column withdrawal[] = {{"row_id", NULL}, {"withdrawn", NULL}};
static const struct wm_column day_columns[] = {{"day", NULL}, {"written", NULL}};

static enum wm_verdict
trouble(struct wm_program *program)
{
    (void)snprintf(program->why, sizeof program->why, "%s", wm_ledger_why(program->ledger));
    return WM_VERDICT_LATER;
}

/* A withdrawal that the daemon sends names the message that carried the row; a row is known by its
 * row_id, and by the case when the withdrawal says no more. */
static bool
find_row(void *context, sqlite3_stmt *row)
{
    char *found = context;
    (void)snprintf(found, PATH_BYTES, "%s", wm_ledger_text(row, 0));
    return true;
}

static enum wm_verdict
withdraw(struct wm_program *program, const struct wm_message *message)
{
    static const char of_case[] =
        "select row_id from calls where case_ref = ?1 and withdrawn is null"
        " order by day desc limit 1";
    char row_id[PATH_BYTES] = "";
    const char *named = json_string_value(json_object_get(message->data, "row_id"));
    if (named != NULL) {
        (void)snprintf(row_id, sizeof row_id, "%s", named);
    } else if (!wm_ledger_each(program->ledger, of_case,
                               (const char *const[]){message->subject, NULL}, find_row, row_id)) {
        return trouble(program);
    }
    if (row_id[0] == '\0') {
        return WM_VERDICT_DONE; /* it never was on a list */
    }
    const char *const values[] = {row_id, message->id};
    return wm_ledger_put(program->ledger, "calls", withdrawal, WM_COUNT(withdrawal), message->data,
                         values)
               ? WM_VERDICT_DONE
               : trouble(program);
}

static enum wm_verdict
take(struct wm_program *program, const struct wm_message *message)
{
    if (strcmp(message->type, "waymark.survey.withdrawn") == 0) {
        return withdraw(program, message);
    }
    const char *row_id = json_string_value(json_object_get(message->data, "row_id"));
    char day[DAY_BYTES];
    wm_message_day(message, day);
    const char *const values[] = {row_id != NULL ? row_id : message->id, day, message->subject};
    return wm_ledger_put(program->ledger, "calls", columns, WM_COUNT(columns), message->data,
                         values)
               ? WM_VERDICT_DONE
               : trouble(program);
}

/* All columns of 7.2 and nothing else; the last eleven are for the assistant to fill in. */
static const char list_sql[] =
    "select row_id, case_ref, kind, customer_name, phone_1, phone_2, preferred_channel, best_times,"
    " language, interpreter, adjustments, service_area, officer_name, opened, closed, stage, outcome,"
    " close_reason, outside_landlord_control, actions_done, actions_open, partner_facts_shareable,"
    " previous_attempts, consent_to_call, do_not_leave_message, safe_to_call, expires_on,"
    " '' as called_at, '' as attempt_no, '' as result, '' as q_service, '' as q_outcome,"
    " '' as q_informed, '' as verbatim, '' as flag, '' as call_back_permission,"
    " '' as publicity_permission, '' as how_to_complain_given"
    " from calls where day = ?1 and withdrawn is null order by best_times, row_id";

static bool
write_day(void *context, sqlite3_stmt *row)
{
    struct wm_program *program = context;
    const char *const day[] = {wm_ledger_text(row, 0), NULL};
    char name[64];
    char csv[PATH_BYTES];
    char sheet[PATH_BYTES];
    (void)snprintf(name, sizeof name, "calls-%s.csv", day[0]);
    wm_program_path(program, name, csv, sizeof csv);
    (void)snprintf(name, sizeof name, "calls-%s.xlsx", day[0]);
    wm_program_path(program, name, sheet, sizeof sheet);
    const char *const written[] = {day[0], wm_ledger_text(row, 1)};
    return wm_export_csv(program->ledger, list_sql, day, csv) &&
           wm_export_xlsx(program->ledger, list_sql, day, sheet) &&
           wm_ledger_put(program->ledger, "days", day_columns, WM_COUNT(day_columns), NULL,
                         written);
}

/* Days whose list is not as the calls are: each list is stamped with how many calls and withdrawals
 * it reflects. */
static bool
write_lists(struct wm_program *program)
{
    static const char changed[] =
        "select c.day, cast(count(*) + 1000000 * count(c.withdrawn) as text) as stamp from calls c"
        " left join days d on d.day = c.day where c.day is not null group by c.day"
        " having d.written is null or d.written <> count(*) + 1000000 * count(c.withdrawn)";
    if (!wm_ledger_each(program->ledger, changed, NULL, write_day, program)) {
        wm_program_log(program, "can't write the call lists in %s; it is tried again",
                       program->state);
        return false;
    }
    return true;
}

int
main(int argc, char **argv)
{
    static const char *const topics[] = {"surveys"};
    static const struct wm_program_spec spec = {
        .name = "survey",
        .purpose = "Writes the call lists of the Outbound Survey Assistants, one a day.",
        .leaves =
            "The state folder holds calls-DATE.csv and calls-DATE.xlsx for people, ledger.db for itself.",
        .topics = topics,
        .topic_count = WM_COUNT(topics),
        .schema = schema,
        .take = take,
        .write = write_lists};
    return wm_program_main(&spec, argc, argv);
}
