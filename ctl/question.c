/* question.c - asks the daemon by a row of the table of questions, and shows what it says. */
#include "ctl/question.h"

#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "ctl/caller.h"
#include "ctl/questions.h"
#include "ctl/run.h"

enum { DECIMAL = 10 };

/* ---- the request ----------------------------------------------------------------------------- */

/* What a word or an option's value comes to; NULL with a sentence said. */
static json_t *
read_typed(const struct wm_ctl *ctl, const struct wm_typed *typed, const char *text)
{
    struct wm_duration duration;
    int64_t us = 0;
    char *end = NULL;
    switch (typed->taking) {
    case WM_TAKE_DURATION:
        if (wm_duration_parse(wm_span(text), &duration) != WM_OK) {
            wm_ctl_say(ctl,
                       "\"%s\" is no duration; write \"5 working days\", \"30 days\", \"24 "
                       "hours\" or \"30 minutes\"",
                       text);
            return NULL;
        }
        break;
    case WM_TAKE_TIME:
        if (wm_time_parse(wm_span(text), &us) != WM_OK) {
            wm_ctl_say(ctl, "\"%s\" is no time; write it as 2026-04-02T10:00:00+01:00", text);
            return NULL;
        }
        break;
    case WM_TAKE_NUMBER:
        us = strtoll(text, &end, DECIMAL);
        if (*text == '\0' || *end != '\0') {
            wm_ctl_say(ctl, "\"%s\" is no number", text);
            return NULL;
        }
        return json_integer(us);
    case WM_TAKE_TEXT:
    case WM_TAKE_FLAG:
    case WM_TAKE_WORD:
    case WM_TAKE_WORDS:
        break;
    }
    json_t *value = json_string(text);
    if (value == NULL) {
        wm_ctl_say(ctl, "\"%s\" is not UTF-8", text);
    }
    return value;
}

static bool
take_words(const struct wm_ctl *ctl, const struct wm_typed *typed, json_t *request)
{
    if (ctl->args->word_count == 0) {
        return true;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < ctl->args->word_count; i++) {
        json_t *value = read_typed(ctl, typed, ctl->args->words[i]);
        if (value == NULL || json_array_append_new(list, value) != 0) {
            json_decref(list);
            return false;
        }
    }
    return json_object_set_new(request, typed->key, list) == 0;
}

/* What was typed for this key; NULL: nothing. */
static const char *
find_typed(struct wm_arena *arena, const struct wm_args *args, const struct wm_typed *typed)
{
    if (typed->from[0] == '-') {
        return wm_args_value(args, typed->from);
    }
    const size_t index = (size_t)(typed->from[0] - '1');
    if (index >= args->word_count) {
        return NULL;
    }
    if (typed->from[1] != '+') {
        return args->words[index];
    }
    struct wm_text text = {.arena = arena};
    for (size_t i = index; i < args->word_count; i++) {
        wm_text_puts(&text, i == index ? "" : " ");
        wm_text_puts(&text, args->words[i]);
    }
    return wm_text_span(&text).data;
}

static bool
take(const struct wm_ctl *ctl, const struct wm_typed *typed, json_t *request)
{
    if (typed->taking == WM_TAKE_WORDS) {
        return take_words(ctl, typed, request);
    }
    if (typed->taking == WM_TAKE_FLAG) {
        return !wm_args_flag(ctl->args, typed->from) ||
               json_object_set_new(request, typed->key, json_true()) == 0;
    }
    const char *text = find_typed(ctl->arena, ctl->args, typed);
    json_t *value = text != NULL ? read_typed(ctl, typed, text) : NULL;
    return text == NULL || (value != NULL && json_object_set_new(request, typed->key, value) == 0);
}

json_t *
wm_question_request(struct wm_ctl *ctl, const char *op, const struct wm_typed *typed)
{
    assert(ctl != NULL && op != NULL);
    json_t *request = json_object();
    bool is_good = request != NULL && json_object_set_new(request, "op", json_string(op)) == 0;
    for (const struct wm_typed *next = typed; is_good && next != NULL && next->from != NULL;
         next++) {
        is_good = take(ctl, next, request);
    }
    if (!is_good) {
        json_decref(request);
        request = NULL;
    }
    return request;
}

/* ---- showing --------------------------------------------------------------------------------- */

/* "2026-03-30 to 2026-04-10 (annual)" of leave or duty; other objects as JSON. */
static void
put_element(struct wm_text *text, const struct wm_local *local, const json_t *item)
{
    const char *from = json_string_value(json_object_get(item, "from"));
    const char *to = json_string_value(json_object_get(item, "to"));
    const char *kind = json_string_value(json_object_get(item, "kind"));
    if (json_is_string(item)) {
        wm_text_puts(text, json_string_value(item));
    } else if (from != NULL && to != NULL) {
        wm_text_put(text, wm_local_text(text->arena, local, wm_span(from)));
        wm_text_puts(text, " to ");
        wm_text_put(text, wm_local_text(text->arena, local, wm_span(to)));
        wm_text_printf(text, "%s%s%s", kind != NULL ? " (" : "", kind != NULL ? kind : "",
                       kind != NULL ? ")" : "");
    } else {
        char *dump = json_dumps(item, JSON_ENCODE_ANY | JSON_COMPACT);
        wm_text_puts(text, dump != NULL ? dump : "");
        free(dump);
    }
}

static struct wm_span
join(struct wm_arena *arena, const struct wm_local *local, const json_t *list)
{
    struct wm_text text = {.arena = arena};
    size_t index = 0;
    const json_t *item = NULL;
    json_array_foreach(list, index, item)
    {
        wm_text_puts(&text, index == 0 ? "" : ", ");
        put_element(&text, local, item);
    }
    return wm_text_span(&text);
}

static struct wm_span
show_text(struct wm_arena *arena, const struct wm_local *local, const char *text,
          enum wm_showing showing)
{
    int64_t us = 0;
    if (showing == WM_SHOW_DUE && wm_time_parse(wm_span(text), &us) == WM_OK &&
        wm_local_second_of(local, us) == 0) {
        return wm_local_day(arena, wm_local_day_of(local, us) - 1);
    }
    const bool is_time = showing == WM_SHOW_TIME || showing == WM_SHOW_DUE;
    const struct wm_span copy = wm_arena_copy(arena, wm_span(text));
    return is_time ? wm_local_text(arena, local, copy) : copy;
}

struct wm_span
wm_show_value(struct wm_arena *arena, const struct wm_local *local, const json_t *value,
              enum wm_showing showing)
{
    assert(arena != NULL && local != NULL);
    if (showing == WM_SHOW_LENGTH) {
        const size_t count = json_array_size(value);
        return count > 0 ? wm_arena_printf(arena, "%zu", count) : (struct wm_span){0};
    }
    if (json_is_string(value)) {
        return show_text(arena, local, json_string_value(value), showing);
    }
    if (json_is_integer(value)) {
        if (showing == WM_SHOW_LIMIT && json_integer_value(value) == 0) {
            return (struct wm_span){0};
        }
        return wm_arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    }
    if (json_is_boolean(value)) {
        return wm_span(json_is_true(value) ? "yes" : "no");
    }
    if (json_is_array(value)) {
        return join(arena, local, value);
    }
    if (json_is_object(value) || json_is_real(value)) {
        char *dump = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        const struct wm_span text = wm_arena_copy(arena, wm_span(dump));
        free(dump);
        return text;
    }
    return (struct wm_span){0};
}

size_t
wm_show_columns(const struct wm_shown *shown, struct wm_column columns[WM_TABLE_COLUMNS])
{
    size_t count = 0;
    for (; shown[count].title != NULL; count++) {
        assert(count < WM_TABLE_COLUMNS);
        const bool is_number = shown[count].showing == WM_SHOW_COUNT ||
                               shown[count].showing == WM_SHOW_LIMIT ||
                               shown[count].showing == WM_SHOW_LENGTH;
        columns[count] =
            (struct wm_column){shown[count].title, is_number ? WM_ALIGN_RIGHT : WM_ALIGN_LEFT};
    }
    return count;
}

void
wm_show_row(struct wm_table *table, const struct wm_local *local, const struct wm_shown *shown,
            const json_t *object)
{
    struct wm_span *cells = wm_table_row(table);
    for (size_t i = 0; cells != NULL && shown[i].title != NULL; i++) {
        cells[i] = wm_show_value(table->arena, local, json_object_get(object, shown[i].key),
                                 shown[i].showing);
    }
}

/* A line for each key that the document has. */
static void
show_document(struct wm_ctl *ctl, const struct wm_local *local, const struct wm_shown *shown,
              const json_t *document)
{
    static const struct wm_column columns[] = {{"", WM_ALIGN_LEFT}, {"", WM_ALIGN_LEFT}};
    struct wm_table table = {
        .arena = ctl->arena, .columns = columns, .column_count = WM_COUNT(columns)};
    for (size_t i = 0; shown[i].title != NULL; i++) {
        const struct wm_span text = wm_show_value(
            ctl->arena, local, json_object_get(document, shown[i].key), shown[i].showing);
        if (text.size > 0) {
            struct wm_span *cells = wm_table_row(&table);
            cells[0] = wm_span(shown[i].title);
            cells[1] = text;
        }
    }
    wm_table_print(&table, ctl->out, 0);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* A list that is coming in. */
struct listing {
    struct wm_ctl *ctl;
    const struct wm_question *question;
    struct wm_local local;
    struct wm_table table;
    struct wm_column columns[WM_TABLE_COLUMNS];
    size_t count;
};

static void
take_object(void *context, struct wm_span bytes)
{
    struct listing *listing = context;
    listing->count++;
    if (listing->ctl->args->json) {
        (void)fprintf(listing->ctl->out, "%.*s\n", WM_SPAN_ARG(bytes)); /* shows at the close */
        return;
    }
    json_t *object = json_loadb(bytes.data, bytes.size, 0, NULL);
    if (object != NULL && listing->question->show != NULL) {
        listing->question->show(listing->ctl, &listing->local, object);
    } else if (object != NULL) {
        wm_show_row(&listing->table, &listing->local, listing->question->shown, object);
    }
    json_decref(object);
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
        show_document(ctl, &listing->local, question->shown, document);
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
    struct listing listing = {.ctl = ctl, .question = question};
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
    enum wm_exit code = wm_caller_call(caller, &call, &result);
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
