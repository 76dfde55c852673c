/* notify.c - waymark-notify: each person's alerts and hand-overs, a digest a day. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "workers/program.h"

enum { PATH_BYTES = 1024, DAY_BYTES = 11, NAME_BYTES = 128 };

static const char schema[] =
    "create table if not exists notices (key text primary key, day text, made text, person text, topic text,"
    " \"case\" text, level text, clock text, text text, pack text) strict, without rowid;"
    "create index if not exists notices_of on notices (person, day);"
    "create table if not exists digests (digest text primary key, written integer not null) strict;";

static const struct wm_column columns[] = {
    {"key", NULL},  {"day", NULL},      {"made", NULL},     {"person", NULL},   {"topic", NULL},
    {"pack", NULL}, {"\"case\"", NULL}, {"level", "level"}, {"clock", "clock"}, {"text", "text"},
};
static const struct wm_column handover_columns[] = {
    {"key", NULL},   {"day", NULL},  {"made", NULL},     {"person", NULL},
    {"topic", NULL}, {"pack", NULL}, {"\"case\"", NULL}, {"text", "why"},
};
static const struct wm_column digest_columns[] = {{"digest", NULL}, {"written", NULL}};

/* A name that is safe as a file's: anything but letters, digits, '.', '_', '-' becomes '_'. */
static void
file_name(const char *person, char *name)
{
    size_t size = 0;
    for (const char *c = person; *c != '\0' && size < NAME_BYTES - 1; c++) {
        const bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                           (*c >= '0' && *c <= '9') || *c == '_' || *c == '-' ||
                           (*c == '.' && size > 0);
        name[size] = *c;
        if (!plain) {
            name[size] = '_';
        }
        size++;
    }
    name[size] = '\0';
}

static bool
note(struct wm_program *program, const struct wm_message *message, const char *person)
{
    char key[PATH_BYTES];
    char day[DAY_BYTES];
    char name[NAME_BYTES];
    const bool handover = strcmp(message->topic, "handover") == 0;
    file_name(person, name);
    wm_message_day(message, day);
    (void)snprintf(key, sizeof key, "%s %s", message->id, name);
    char *pack = strcmp(message->topic, "alerts") == 0
                     ? NULL
                     : json_dumps(message->data, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    const char *const values[] = {
        key, day, message->time, name, message->topic, pack, message->subject};
    const bool kept = wm_ledger_put(
        program->ledger, "notices", handover ? handover_columns : columns,
        handover ? WM_COUNT(handover_columns) : WM_COUNT(columns), message->data, values);
    free(pack);
    return kept;
}

static enum wm_verdict
take(struct wm_program *program, const struct wm_message *message)
{
    const char *to = json_string_value(json_object_get(message->data, "to"));
    const char *from = json_string_value(json_object_get(message->data, "from"));
    /* A hand-over goes to both: whoever gives and whoever takes. What is for nobody by name is for
     * the topic's readers. */
    bool kept = note(program, message, to != NULL && to[0] != '\0' ? to : message->topic);
    if (kept && strcmp(message->topic, "handover") == 0 && from != NULL && from[0] != '\0') {
        kept = note(program, message, from);
    }
    if (!kept) {
        (void)snprintf(program->why, sizeof program->why, "%s", wm_ledger_why(program->ledger));
        return WM_VERDICT_LATER;
    }
    return WM_VERDICT_DONE;
}

/* ---- the digests
 * --------------------------------------------------------------------------------------- */

static bool
digest_line(void *context, sqlite3_stmt *row)
{
    FILE *out = context;
    const char *level = wm_ledger_text(row, 1);
    const char *pack = wm_ledger_text(row, 4);
    (void)fprintf(out, "%s  %-10s %s\n    %s\n", wm_ledger_text(row, 0),
                  level[0] != '\0' ? level : wm_ledger_text(row, 3), wm_ledger_text(row, 2),
                  wm_ledger_text(row, 5));
    if (pack[0] != '\0') {
        (void)fprintf(out, "%s\n", pack);
    }
    return ferror(out) == 0;
}

static bool
write_digest(void *context, sqlite3_stmt *row)
{
    static const char sql[] =
        "select substr(made, 12, 5), level, \"case\", topic, pack, text from notices"
        " where person = ?1 and day = ?2 order by made, key";
    struct wm_program *program = context;
    const char *const which[] = {wm_ledger_text(row, 0), wm_ledger_text(row, 1)};
    char path[PATH_BYTES];
    char name[PATH_BYTES / 2];
    char *bytes = NULL;
    size_t size = 0;
    wm_program_path(program, which[0], path, sizeof path);
    (void)snprintf(name, sizeof name, "%s/%s.txt", which[0], which[1]);
    FILE *out = wm_folder_make(path) ? open_memstream(&bytes, &size) : NULL;
    if (out == NULL) {
        return false;
    }
    (void)fprintf(out, "%s, %s: %s notices\n\n", which[0], which[1], wm_ledger_text(row, 2));
    const bool read = wm_ledger_each(program->ledger, sql, which, digest_line, out);
    const bool closed = fclose(out) == 0;
    wm_program_path(program, name, path, sizeof path);
    const char *const written[] = {name, wm_ledger_text(row, 2)};
    const bool done = read && closed && wm_file_write(path, bytes, size) &&
                      wm_ledger_put(program->ledger, "digests", digest_columns,
                                    WM_COUNT(digest_columns), NULL, written);
    free(bytes);
    return done;
}

static bool
write_digests(struct wm_program *program)
{
    static const char changed[] =
        "select n.person, n.day, cast(count(*) as text) from notices n left join digests d"
        " on d.digest = n.person || '/' || n.day || '.txt' group by n.person, n.day"
        " having d.written is null or d.written <> count(*)";
    if (!wm_ledger_each(program->ledger, changed, NULL, write_digest, program)) {
        wm_program_log(program, "can't write the digests in %s; it is tried again", program->state);
        return false;
    }
    return true;
}

int
main(int argc, char **argv)
{
    static const char *const topics[] = {"alerts", "handover", "kpi", "group", "ooh"};
    static const struct wm_program_spec spec = {
        .name = "notify",
        .purpose = "Tells each person what concerns them: alerts, hand-overs, figures, briefs.",
        .leaves =
            "The state folder holds PERSON/DATE.txt, a digest a day, for people, ledger.db for itself.",
        .topics = topics,
        .topic_count = WM_COUNT(topics),
        .schema = schema,
        .take = take,
        .write = write_digests};
    return wm_program_main(&spec, argc, argv);
}
