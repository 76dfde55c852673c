/* question.c - asks the daemon by a row of the table of questions, and shows what it says. */
#include "ctl/question.h"

#include <assert.h>
#include <stdlib.h>

#include "ctl/caller.h"
#include "ctl/questions.h"
#include "ctl/run.h"

/* ---- asking ---------------------------------------------------------------------------------- */

/* A list that is coming in. */
struct listing {
    struct wm_ctl *ctl;
    const struct wm_question *question;
    struct wm_local local;
    struct wm_table table;
    struct wm_column columns[WM_TABLE_COLUMNS];
    size_t count;
    int64_t ready_us; /* --ready: what may go by then; WM_NEVER: all */
};

static bool
is_ready(const struct listing *listing, const json_t *object)
{
    const char *text = json_string_value(json_object_get(object, "not_before"));
    int64_t us = 0;
    return text == NULL || wm_time_parse(wm_span(text), &us) != WM_OK || us <= listing->ready_us;
}

static void
take_object(void *context, struct wm_span bytes)
{
    struct listing *listing = context;
    json_t *object = json_loadb(bytes.data, bytes.size, 0, NULL);
    if (object == NULL || !is_ready(listing, object)) {
        json_decref(object);
        return;
    }
    listing->count++;
    if (listing->ctl->args->json) {
        (void)fprintf(listing->ctl->out, "%.*s\n", WM_SPAN_ARG(bytes)); /* shows at the close */
    } else if (listing->question->show != NULL) {
        listing->question->show(listing->ctl, &listing->local, object);
    } else {
        wm_show_row(&listing->table, &listing->local, listing->question->shown, object);
    }
    json_decref(object);
}

/* What the daemon's clock shows, by which messages are ready or not. */
static enum wm_exit
ask_now(struct wm_caller *caller, int64_t *ret_us)
{
    json_t *result = NULL;
    const struct wm_call call = {.request = json_pack("{s:s}", "op", "clock.show")};
    const enum wm_exit code = wm_caller_call(caller, &call, &result);
    const char *now = json_string_value(json_object_get(result, "now"));
    if (code == WM_EXIT_DONE && wm_time_parse(wm_span(now), ret_us) != WM_OK) {
        *ret_us = WM_NEVER;
    }
    json_decref(result);
    return code;
}

static void
print_json(const struct wm_ctl *ctl, const json_t *document)
{
    char *dump = json_dumps(document, JSON_COMPACT);
    (void)fprintf(ctl->out, "%s\n", dump != NULL ? dump : ""); /* shows at the close */
    free(dump);
}

static void
show_answer(struct wm_ctl *ctl, const struct listing *listing, const json_t *document)
{
    const struct wm_question *question = listing->question;
    const char *text = json_string_value(json_object_get(document, "text"));
    if (ctl->args->json) {
        print_json(ctl, document);
    } else if (question->show != NULL) {
        question->show(ctl, &listing->local, document);
    } else if (question->shown != NULL) {
        wm_show_document(ctl, &listing->local, question->shown, document);
    } else if (text != NULL) {
        (void)fprintf(ctl->out, "%s%s", text,
                      text[0] != '\0' && text[strlen(text) - 1] == '\n' ? "" : "\n");
    }
}

/* What is left to show when all objects of a list have come. */
static void
end_list(struct wm_ctl *ctl, struct listing *listing, const json_t *document)
{
    if (ctl->args->json) {
        if (json_object_size(document) > 0) {
            print_json(ctl, document);
        }
        return;
    }
    wm_table_print(&listing->table, ctl->out, 0);
    if (listing->question->conclude != NULL) {
        listing->question->conclude(ctl, &listing->local, document);
    } else if (listing->count == 0 && listing->question->none != NULL) {
        (void)fprintf(ctl->out, "%s\n", listing->question->none); /* shows at the close */
    }
}

static enum wm_exit
ask(struct wm_ctl *ctl, struct wm_caller *caller, const struct wm_question *question)
{
    json_t *request = wm_question_request(ctl, question->op, question->typed);
    if (request == NULL) {
        return WM_EXIT_USAGE;
    }
    if (question->needs_aim && json_object_size(request) == 1) {
        json_decref(request);
        return wm_ctl_fail(ctl, WM_EXIT_USAGE, "say which: waymarkctl %s %s",
                           ctl->args->command->name, ctl->args->command->usage);
    }
    struct listing listing = {.ctl = ctl, .question = question, .ready_us = WM_NEVER};
    enum wm_exit code = WM_EXIT_DONE;
    if (wm_args_flag(ctl->args, "--ready")) {
        code = ask_now(caller, &listing.ready_us);
    }
    if (code != WM_EXIT_DONE) {
        json_decref(request);
        return code;
    }
    if (!ctl->args->json) {
        listing.local = wm_local_find(ctl->arena);
    }
    if (question->is_list) {
        listing.table = (struct wm_table){.arena = ctl->arena, .columns = listing.columns};
        listing.table.column_count =
            question->shown != NULL ? wm_show_columns(question->shown, listing.columns) : 0;
    }
    json_t *result = NULL;
    const struct wm_call call = {.request = request,
                                 .fn = question->is_list ? take_object : NULL,
                                 .context = &listing,
                                 .is_long = question->is_long};
    code = wm_caller_call(caller, &call, &result);
    if (code == WM_EXIT_DONE && question->is_list) {
        end_list(ctl, &listing, result);
        code = question->is_bad_if_any && listing.count > 0 ? WM_EXIT_REFUSED : code;
    } else if (code == WM_EXIT_DONE) {
        show_answer(ctl, &listing, result);
    }
    json_decref(result);
    return code;
}

enum wm_exit
wm_run_question(struct wm_ctl *ctl)
{
    const struct wm_question *question = wm_questions_find(ctl->args->command->name);
    assert(question != NULL);
    struct wm_caller *caller = wm_caller_new(ctl);
    const enum wm_exit code = caller != NULL ? ask(ctl, caller, question) : WM_EXIT_NO_DAEMON;
    wm_caller_free(&caller);
    return code;
}
