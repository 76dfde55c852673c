/* letters.c - waymark-letters: fills in templates, puts letters into a spool folder, and says that
 * they went. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/program.h"
#include "workers/stationery.h"

enum { PATH_BYTES = 1024, NAME_BYTES = 200 };

static const char schema[] =
    "create table if not exists letters (key text primary key, \"case\" text not null, made text, file text,"
    " letter text, letter_id text, channel text, withdrawn text) strict, without rowid;";

static const struct wm_column columns[] = {
    {"key", NULL},        {"\"case\"", NULL},         {"made", NULL},         {"file", NULL},
    {"letter", "letter"}, {"letter_id", "letter_id"}, {"channel", "channel"},
};
static const struct wm_column withdrawal[] = {
    {"key", NULL}, {"\"case\"", NULL}, {"withdrawn", NULL}};

static const char *
text_of(const struct wm_message *message, const char *name)
{
    return json_string_value(json_object_get(message->data, name));
}

/* spool/<message>_<letter_id>.txt, with nothing in the name that a file's may not have: a letter
 * that is sent again under its own letter_id is another file. */
static void
spool_path(const struct wm_program *program, const struct wm_message *message, char *path)
{
    char name[NAME_BYTES];
    const char *letter_id = text_of(message, "letter_id");
    (void)snprintf(name, sizeof name, "spool/%s_%s.txt", message->id, letter_id);
    for (char *c = name + strlen("spool/"); *c != '\0'; c++) {
        if (*c == '/' || *c == ':') {
            *c = '-';
        }
    }
    wm_program_path(program, name, path, PATH_BYTES);
}

static enum wm_verdict
later(struct wm_program *program, const char *why)
{
    (void)snprintf(program->why, sizeof program->why, "%s", why);
    return WM_VERDICT_LATER;
}

/* It has been reported as sent by then (a message is acknowledged only after that), so the letter
 * stays; the register says that it is no longer wanted, for whoever has not posted it yet. */
static enum wm_verdict
withdraw(struct wm_program *program, const struct wm_message *message)
{
    static const char suffix[] = "/withdrawn";
    char key[NAME_BYTES];
    const size_t size = strlen(message->id);
    const size_t tail = sizeof suffix - 1;
    const bool named = size > tail && strcmp(message->id + size - tail, suffix) == 0;
    (void)snprintf(key, sizeof key, "%.*s", (int)(named ? size - tail : size), message->id);
    const char *const values[] = {key, message->subject, message->time};
    return wm_ledger_put(program->ledger, "letters", withdrawal, WM_COUNT(withdrawal), NULL, values)
               ? WM_VERDICT_DONE
               : later(program, wm_ledger_why(program->ledger));
}

/* A file in a spool folder is no proof that anything reached anybody: the event carries none. */
static bool
report(struct wm_program *program, const struct wm_message *message)
{
    const char *channel = text_of(message, "channel");
    json_t *data =
        json_pack("{s:s, s:s, s:s}", "letter", text_of(message, "letter"), "letter_id",
                  text_of(message, "letter_id"), "channel", channel != NULL ? channel : "post");
    return data != NULL && wm_program_report(program, message, "sent", "letter.sent", data);
}

static enum wm_verdict
take(struct wm_program *program, const struct wm_message *message)
{
    const char *letter = text_of(message, "letter");
    char path[PATH_BYTES];
    size_t size = 0;
    if (text_of(message, "letter_id") == NULL) {
        (void)snprintf(program->why, sizeof program->why, "no letter_id");
        return WM_VERDICT_REFUSE;
    }
    if (strcmp(message->type, "waymark.letter.withdrawn") == 0) {
        return withdraw(program, message);
    }
    if (letter == NULL || !wm_stationery_has(program->own, letter)) {
        (void)snprintf(program->why, sizeof program->why, "no template for the letter \"%s\"",
                       letter != NULL ? letter : "");
        return WM_VERDICT_REFUSE;
    }
    char *text = wm_stationery_write(program->own, letter, message->data, message->time, &size);
    if (text == NULL) {
        return later(program, "out of memory");
    }
    spool_path(program, message, path);
    const bool written = wm_file_write(path, text, size);
    free(text);
    if (!written) {
        return later(program, "the letter could not be written to the spool folder");
    }
    const char *const values[] = {message->id, message->subject, message->time, path};
    if (!wm_ledger_put(program->ledger, "letters", columns, WM_COUNT(columns), message->data,
                       values)) {
        return later(program, wm_ledger_why(program->ledger));
    }
    return report(program, message) ? WM_VERDICT_DONE
                                    : later(program, "the daemon did not answer that it was sent");
}

static bool
write_register(struct wm_program *program)
{
    static const char sql[] =
        "select made, \"case\", letter, letter_id, channel, file, withdrawn from letters"
        " where letter is not null order by made, key";
    char path[PATH_BYTES];
    wm_program_path(program, "letters.csv", path, sizeof path);
    return wm_export_csv(program->ledger, sql, NULL, path);
}

static bool
open_stationery(struct wm_program *program)
{
    char path[PATH_BYTES];
    wm_program_path(program, "spool", path, sizeof path);
    if (!wm_folder_make(path)) {
        wm_program_log(program, "can't make the folder %s", path);
        return false;
    }
    if (program->config == NULL) {
        wm_program_log(
            program,
            "--config FILE must name the letters' configuration (config/letters/letters.cfg)");
        return false;
    }
    char *errors = NULL;
    program->own = wm_stationery_load(program->config, &errors);
    if (program->own == NULL) {
        (void)fputs(errors != NULL ? errors : "out of memory\n", stderr);
    }
    free(errors);
    return program->own != NULL;
}

static void
close_stationery(struct wm_program *program)
{
    struct wm_stationery *stationery = program->own;
    wm_stationery_free(&stationery);
    program->own = NULL;
}

int
main(int argc, char **argv)
{
    static const char *const topics[] = {"letters"};
    static const struct wm_program_spec spec = {
        .name = "letters",
        .purpose = "Fills in the letters that a case asks for and puts them into a spool folder.",
        .leaves =
            "The state folder holds spool/ with the letters and letters.csv, their register, for people,\n"
            "ledger.db for itself.",
        .topics = topics,
        .topic_count = WM_COUNT(topics),
        .schema = schema,
        .open = open_stationery,
        .take = take,
        .write = write_register,
        .close = close_stationery};
    return wm_program_main(&spec, argc, argv);
}
