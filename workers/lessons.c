/* lessons.c - waymark-lessons: what was learnt, and which themes come back (domain.md 7.1). */
#include <stdio.h>
#include <string.h>

#include "workers/program.h"

enum { PATH_BYTES = 1024 };

static const char schema[] =
    "create table if not exists lessons (key text primary key, \"case\" text not null, type text, made text,"
    " lesson_id text, case_ids text, source text, raised_by text, raised_at text, service_area text,"
    " theme text, root_cause text, what_happened text, learning text, improvement_action_ids text,"
    " owner text, due text, risk text, status text, evidence text, customer_told_at text,"
    " published text, linked_theme_id text, outcome text, why text) strict, without rowid;";

static const struct wm_column columns[] = {
    {"key", NULL},
    {"\"case\"", NULL},
    {"type", NULL},
    {"made", NULL},
    {"lesson_id", "lesson_id"},
    {"case_ids", "case_ids"},
    {"source", "source"},
    {"raised_by", "raised_by"},
    {"raised_at", "raised_at"},
    {"service_area", "service_area"},
    {"theme", "theme"},
    {"root_cause", "root_cause"},
    {"what_happened", "what_happened"},
    {"learning", "learning"},
    {"improvement_action_ids", "improvement_action_ids"},
    {"owner", "owner"},
    {"due", "due"},
    {"risk", "risk"},
    {"status", "status"},
    {"evidence", "evidence"},
    {"customer_told_at", "customer_told_at"},
    {"published", "published"},
    {"linked_theme_id", "linked_theme_id"},
    {"outcome", "outcome"},
    {"why", "why"},
};

static enum wm_verdict
take(struct wm_program *program, const struct wm_message *message)
{
    const char *const values[] = {message->id, message->subject, message->type, message->time};
    if (!wm_ledger_put(program->ledger, "lessons", columns, WM_COUNT(columns), message->data,
                       values)) {
        (void)snprintf(program->why, sizeof program->why, "%s", wm_ledger_why(program->ledger));
        return WM_VERDICT_LATER;
    }
    return WM_VERDICT_DONE;
}

static bool
write_lists(struct wm_program *program)
{
    static const char lessons[] =
        "select made as recorded, \"case\", lesson_id, source, service_area, theme, root_cause,"
        " what_happened, learning, improvement_action_ids, owner, due, risk,"
        " coalesce(status, 'open') as status, evidence, customer_told_at, published, raised_by,"
        " raised_at, outcome from lessons where type = 'waymark.lesson.raised' order by made, key";
    /* Themes: the same cause in the same area, most often first. */
    static const char themes[] =
        "select coalesce(service_area, '') as service_area, coalesce(theme, '') as theme,"
        " coalesce(root_cause, '') as root_cause, cast(count(*) as text) as lessons,"
        " min(substr(made, 1, 10)) as first, max(substr(made, 1, 10)) as last,"
        " group_concat(\"case\", ' ') as cases from lessons where type = 'waymark.lesson.raised'"
        " group by 1, 2, 3 order by count(*) desc, 1, 2, 3";
    static const char none[] = "select made as recorded, \"case\", why, outcome from lessons"
                               " where type = 'waymark.lesson.none' order by made, key";
    static const struct {
        const char *name;
        const char *sql;
    } files[] = {{"lessons.csv", lessons}, {"themes.csv", themes}, {"no-lesson.csv", none}};
    for (size_t i = 0; i < WM_COUNT(files); i++) {
        char path[PATH_BYTES];
        wm_program_path(program, files[i].name, path, sizeof path);
        if (!wm_export_csv(program->ledger, files[i].sql, NULL, path)) {
            wm_program_log(program, "can't write %s; it is tried again", path);
            return false;
        }
    }
    return true;
}

int
main(int argc, char **argv)
{
    static const char *const topics[] = {"lessons"};
    static const struct wm_program_spec spec = {
        .name = "lessons",
        .purpose = "Keeps the lessons learnt from each case, and counts the themes that come back.",
        .leaves =
            "The state folder holds lessons.csv, themes.csv and no-lesson.csv (where it was decided that\n"
            "there is none, and why) for people, ledger.db for itself.",
        .topics = topics,
        .topic_count = WM_COUNT(topics),
        .schema = schema,
        .take = take,
        .write = write_lists};
    return wm_program_main(&spec, argc, argv);
}
