/* say.c - the sentences that tell what is wrong with an event's data. */
#include "daemon/codec/say.h"

#include <stdio.h>

static const struct {
    enum wm_json_type type;
    const char *words;
} type_words[] = {
    {WM_JSON_STRING, "a text"},   {WM_JSON_INTEGER, "a whole number"},
    {WM_JSON_NUMBER, "a number"}, {WM_JSON_BOOLEAN, "true or false"},
    {WM_JSON_ARRAY, "a list"},    {WM_JSON_OBJECT, "an object"},
};

/* Text of a bounded size that is built piece by piece. */
struct line {
    char *text;
    size_t size;
    size_t used;
};

static struct line
begin(char *text, size_t size)
{
    text[0] = '\0';
    return (struct line){text, size, 0};
}

static void append(struct line *line, const char *format, ...) WM_FORMAT(2, 3);

/* What does not fit whole is left out. */
static void
append(struct line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const size_t room = line->size - line->used;
    const int wanted = vsnprintf(line->text + line->used, room, format, args);
    va_end(args);
    if (wanted >= 0 && (size_t)wanted < room) {
        line->used += (size_t)wanted;
    } else {
        line->text[line->used] = '\0';
    }
}

static unsigned
type_of(const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return WM_JSON_OBJECT;
    case JSON_ARRAY:
        return WM_JSON_ARRAY;
    case JSON_STRING:
        return WM_JSON_STRING;
    case JSON_INTEGER:
        return WM_JSON_INTEGER;
    case JSON_REAL:
        return WM_JSON_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return WM_JSON_BOOLEAN;
    case JSON_NULL:
        break;
    }
    return 0;
}

bool
wm_node_takes(const struct wm_node *node, const json_t *json)
{
    const unsigned type = type_of(json);
    return node->types == 0 || (node->types & type) != 0 ||
           ((node->types & WM_JSON_NUMBER) != 0 && type == WM_JSON_INTEGER);
}

void
wm_say_path(const struct wm_step *step, char path[static WM_SAY_PATH])
{
    char *at = path + WM_SAY_PATH - 1;
    *at = '\0';
    for (; step != NULL; step = step->up) {
        char text[WM_SAY_PATH];
        struct line part = begin(text, sizeof text);
        if (step->name != NULL) {
            append(&part, "%s%s", step->up != NULL ? "." : "", step->name);
        } else {
            append(&part, "[%zu]", step->index);
        }
        if (part.used > (size_t)(at - path)) {
            break;
        }
        at -= part.used;
        memcpy(at, text, part.used);
    }
    memmove(path, at, strlen(at) + 1);
}

void
wm_say_types(unsigned types, char text[static WM_SAY_LIST])
{
    struct line line = begin(text, WM_SAY_LIST);
    for (size_t i = 0; i < WM_COUNT(type_words); i++) {
        if ((types & type_words[i].type) != 0) {
            append(&line, "%s%s", line.used > 0 ? " or " : "", type_words[i].words);
        }
    }
}

void
wm_say_words(const struct wm_node *node, char text[static WM_SAY_LIST])
{
    static const char more[] = ", …";
    struct line line = begin(text, WM_SAY_LIST);
    for (size_t i = 0; i < node->word_count; i++) {
        if (line.used + node->words[i].size + 2 * sizeof more > line.size) {
            append(&line, "%s", more);
            return;
        }
        append(&line, "%s%.*s", i > 0 ? ", " : "", WM_SPAN_ARG(node->words[i]));
    }
}

bool
wm_say_refuse(const struct wm_checking *checking, const struct wm_step *step, const char *format,
              ...)
{
    if (checking->fault == NULL) {
        return false;
    }
    char path[WM_SAY_PATH];
    char sentence[WM_FAULT_TEXT];
    wm_say_path(step, path);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(sentence, sizeof sentence, format, args); /* the fault is cut to as much */
    va_end(args);
    wm_fault_set(checking->fault, "schema", path, "%s %s", path, sentence);
    return false;
}

static const char *
words_of(const json_t *json)
{
    const unsigned type = type_of(json);
    if (type == WM_JSON_BOOLEAN) {
        return json_is_true(json) ? "true" : "false";
    }
    for (size_t i = 0; i < WM_COUNT(type_words); i++) {
        if (type_words[i].type == type) {
            return type_words[i].words;
        }
    }
    return "null; leave it out if there is nothing to say";
}

bool
wm_say_refuse_type(const struct wm_checking *checking, const struct wm_step *step, unsigned types,
                   const json_t *json)
{
    char text[WM_SAY_LIST];
    wm_say_types(types, text);
    return wm_say_refuse(checking, step, "must be %s, not %s", text, words_of(json));
}
