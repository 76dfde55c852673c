/* request.c - what was typed, as the request of a question. */
#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "ctl/question.h"

enum { DECIMAL = 10 };

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
