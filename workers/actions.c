/* actions.c - waymark-actions: the list of what was promised, by whom and by when (domain.md 7.3).
 */
#include <stdio.h>
#include <string.h>

#include "workers/program.h"

enum { PATH_BYTES = 1024, KEY_BYTES = 200 };

static const char schema[] =
    "create table if not exists actions (key text primary key, \"case\" text not null, type text, made text,"
    " action_id text, idempotency_key text, point_id text, source text, description text,"
    " customer_text text, owner_person text, owner_team text, contractor text, kind text, amount text,"
    " created text, due text, priority text, status text, percent text, last_note text,"
    " blocked_reason text, evidence_ref text, done_at text, verified_by text, customer_told_at text,"
    " escalation_level text, external_ref text, reason text) strict, without rowid;";

static const struct wm_column columns[] = {
    {"key", NULL},
    {"\"case\"", NULL},
    {"type", NULL},
    {"made", NULL},
    {"status", NULL},
    {"action_id", "action_id"},
    {"idempotency_key", "idempotency_key"},
    {"point_id", "point_id"},
    {"source", "source"},
    {"description", "description"},
    {"customer_text", "customer_text"},
    {"owner_person", "owner_person"},
    {"owner_team", "owner_team"},
    {"contractor", "contractor"},
    {"kind", "kind"},
    {"amount", "amount"},
    {"created", "created"},
    {"due", "due"},
    {"priority", "priority"},
    {"percent", "percent"},
    {"last_note", "last_note"},
    {"blocked_reason", "blocked_reason"},
    {"evidence_ref", "evidence_ref"},
    {"done_at", "done_at"},
    {"verified_by", "verified_by"},
    {"customer_told_at", "customer_told_at"},
    {"escalation_level", "escalation_level"},
    {"external_ref", "external_ref"},
    {"reason", "reason"},
};

/* The status that the message says, or that follows from its type; NULL leaves it as it is. */
static const char *
status_of(const struct wm_message *message)
{
    const char *said = json_string_value(json_object_get(message->data, "status"));
    if (strcmp(message->type, "waymark.action.cancel") == 0) {
        return "cancelled";
    }
    if (said == NULL && strcmp(message->type, "waymark.action.push") == 0) {
        return "new";
    }
    return said;
}

static enum wm_verdict
take(struct wm_program *program, const struct wm_message *message)
{
    const char *action = json_string_value(json_object_get(message->data, "action_id"));
    if (action == NULL) {
        (void)snprintf(program->why, sizeof program->why, "no action_id");
        return WM_VERDICT_REFUSE;
    }
    char key[KEY_BYTES];
    (void)snprintf(key, sizeof key, "%s %s", message->subject, action);
    const char *const values[] = {key, message->subject, message->type, message->time,
                                  status_of(message)};
    if (!wm_ledger_put(program->ledger, "actions", columns, WM_COUNT(columns), message->data,
                       values)) {
        (void)snprintf(program->why, sizeof program->why, "%s", wm_ledger_why(program->ledger));
        return WM_VERDICT_LATER;
    }
    return WM_VERDICT_DONE;
}

static bool
write_lists(struct wm_program *program)
{
    static const char sql[] =
        "select \"case\", action_id, status, due, description, customer_text, owner_person, owner_team,"
        " contractor, kind, amount, point_id, source, created, priority, percent, last_note,"
        " blocked_reason, evidence_ref, done_at, verified_by, customer_told_at, escalation_level,"
        " external_ref, reason from actions order by status = 'cancelled', due, key";
    char csv[PATH_BYTES];
    char sheet[PATH_BYTES];
    wm_program_path(program, "actions.csv", csv, sizeof csv);
    wm_program_path(program, "actions.xlsx", sheet, sizeof sheet);
    if (!wm_export_csv(program->ledger, sql, NULL, csv) ||
        !wm_export_xlsx(program->ledger, sql, NULL, sheet)) {
        wm_program_log(program, "can't write %s; it is tried again", csv);
        return false;
    }
    return true;
}

int
main(int argc, char **argv)
{
    static const char *const topics[] = {"actions"};
    static const struct wm_program_spec spec = {
        .name = "actions",
        .purpose =
            "Keeps the list of actions that were promised: what, who, by when, how it stands.",
        .leaves =
            "The state folder holds actions.csv and actions.xlsx for people, ledger.db for itself.",
        .topics = topics,
        .topic_count = WM_COUNT(topics),
        .schema = schema,
        .take = take,
        .write = write_lists};
    return wm_program_main(&spec, argc, argv);
}
