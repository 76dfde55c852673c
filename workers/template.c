/* template.c - a minimum of mustache. */
#include "workers/template.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 96, DEPTH_MAX = 8, DATE_CHARS = 10 };

/* A tag of the text: {{#name}}. */
struct tag {
    const char *begin; /* at "{{" */
    const char *end;   /* behind "}}" */
    char sigil;        /* '#', '^', '/' or 0 */
    char name[NAME_BYTES];
};

/* The next tag at or behind `from`; false if there is none. A tag that is not closed has a NULL
 * end. */
static bool
next_tag(const char *from, struct tag *tag)
{
    tag->begin = strstr(from, "{{");
    if (tag->begin == NULL) {
        return false;
    }
    const char *close = strstr(tag->begin, "}}");
    const char *name = tag->begin + 2;
    tag->end = close != NULL ? close + 2 : NULL;
    tag->sigil = '\0';
    if (*name == '#' || *name == '^' || *name == '/') {
        tag->sigil = *name++;
    }
    while (*name == ' ') {
        name++;
    }
    size_t size = 0;
    for (; close != NULL && name < close && size < NAME_BYTES - 1 && *name != ' '; name++) {
        tag->name[size++] = *name;
    }
    tag->name[size] = '\0';
    return true;
}

static int
line_of(const char *text, const char *at)
{
    int line = 1;
    for (const char *c = text; c < at; c++) {
        line += *c == '\n' ? 1 : 0;
    }
    return line;
}

/* Sections that are open while a template is checked. */
struct sections {
    struct tag open[DEPTH_MAX];
    size_t count;
};

/* Why a tag can't stand here, or NULL. */
static const char *
check_tag(struct sections *sections, const struct tag *tag)
{
    if (tag->end == NULL || tag->name[0] == '\0') {
        return "a tag is not closed with }}";
    }
    if (tag->sigil == '/') {
        if (sections->count == 0 ||
            strcmp(sections->open[sections->count - 1].name, tag->name) != 0) {
            return "a section is closed that is not the last one opened";
        }
        sections->count--;
    } else if (tag->sigil != '\0') {
        if (sections->count == DEPTH_MAX) {
            return "sections nest deeper than 8";
        }
        sections->open[sections->count++] = *tag;
    }
    return NULL;
}

bool
wm_template_check(const char *text, int *ret_line, const char **ret_why)
{
    assert(text != NULL);
    struct sections sections = {.count = 0};
    struct tag tag;
    *ret_why = NULL;
    for (const char *at = text; *ret_why == NULL && next_tag(at, &tag); at = tag.end) {
        *ret_why = check_tag(&sections, &tag);
        *ret_line = line_of(text, tag.begin);
    }
    if (*ret_why == NULL && sections.count > 0) {
        *ret_why = "a section is not closed";
        *ret_line = line_of(text, sections.open[sections.count - 1].begin);
    }
    return *ret_why == NULL;
}

/* ---- rendering
 * ----------------------------------------------------------------------------------------- */

/* The contexts that a name is looked up in, innermost last. */
struct scope {
    const json_t *values[DEPTH_MAX + 1];
    size_t depth;
};

static const json_t *
member(const json_t *value, const char *path)
{
    char name[NAME_BYTES];
    const char *rest = path;
    while (value != NULL && *rest != '\0') {
        const size_t size = strcspn(rest, ".");
        (void)snprintf(name, sizeof name, "%.*s", (int)size, rest);
        value = json_object_get(value, name);
        rest += size + (rest[size] == '.' ? 1 : 0);
    }
    return value;
}

static const json_t *
find(const struct scope *scope, const char *path)
{
    if (strcmp(path, ".") == 0) {
        return scope->values[scope->depth];
    }
    for (size_t i = scope->depth + 1; i > 0; i--) {
        const json_t *value = member(scope->values[i - 1], path);
        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}

static bool
is_present(const json_t *value)
{
    if (value == NULL || json_is_null(value) || json_is_false(value)) {
        return false;
    }
    if (json_is_string(value)) {
        return json_string_length(value) > 0;
    }
    return !json_is_array(value) || json_array_size(value) > 0;
}

/* "2026-01-05" as a customer reads it. */
static bool
put_date(FILE *out, const char *text)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int size = 0;
    if (strlen(text) != DATE_CHARS ||
        sscanf(text, "%4u-%2u-%2u%n", &year, &month, &day, &size) != 3 || // NOLINT(cert-err34-c)
        size != DATE_CHARS || month < 1 || month > (unsigned)(sizeof months / sizeof months[0])) {
        return false;
    }
    (void)fprintf(out, "%u %s %u", day, months[month - 1], year);
    return true;
}

static void
put_value(FILE *out, const json_t *value)
{
    if (json_is_string(value)) {
        if (!put_date(out, json_string_value(value))) {
            (void)fputs(json_string_value(value), out);
        }
    } else if (json_is_array(value)) {
        size_t i = 0;
        const json_t *item = NULL;
        json_array_foreach(value, i, item)
        {
            (void)fputs(i > 0 ? ", " : "", out);
            (void)fputs(json_is_string(item) ? json_string_value(item) : "", out);
        }
    } else if (value != NULL && !json_is_null(value)) {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        (void)fputs(text != NULL ? text : "", out);
        free(text);
    }
}

/* Behind the {{/name}} that closes a section whose inside begins at `from`; *ret_close is where its
 * tag begins. */
static const char *
section_end(const char *from, const char **ret_close)
{
    struct tag tag;
    int depth = 1;
    for (const char *at = from; next_tag(at, &tag); at = tag.end) {
        if (tag.sigil == '#' || tag.sigil == '^') {
            depth++;
        } else if (tag.sigil == '/' && --depth == 0) {
            *ret_close = tag.begin;
            return tag.end;
        }
    }
    assert(depth == 0); /* a checked template closes its sections */
    return from;
}

/* A tag alone on its line takes the line with it: from behind a line break (or the begin of the
 * text) to the next. */
static const char *
skip_own_line(const char *text, const char *tag, const char *after)
{
    const bool starts = tag == text || tag[-1] == '\n';
    return starts && *after == '\n' ? after + 1 : after;
}

/* As deep as the sections nest, which wm_template_check bounds.
 * NOLINTBEGIN(misc-no-recursion) */

static void render(FILE *out, const char *from, const char *to, struct scope *scope);

static void
render_section(FILE *out, const struct tag *tag, const char *inside, const char *close,
               struct scope *scope)
{
    const json_t *value = find(scope, tag->name);
    if (tag->sigil == '^') {
        if (!is_present(value)) {
            render(out, inside, close, scope);
        }
        return;
    }
    if (!is_present(value) || scope->depth >= DEPTH_MAX) {
        return;
    }
    const size_t count = json_is_array(value) ? json_array_size(value) : 1;
    for (size_t i = 0; i < count; i++) {
        scope->values[++scope->depth] = json_is_array(value) ? json_array_get(value, i) : value;
        render(out, inside, close, scope);
        scope->depth--;
    }
}

static void
render(FILE *out, const char *from, const char *to, struct scope *scope)
{
    struct tag tag;
    const char *at = from;
    while (next_tag(at, &tag) && tag.begin < to) {
        (void)fwrite(at, 1, (size_t)(tag.begin - at), out);
        at = tag.end;
        if (tag.sigil == '\0') {
            put_value(out, find(scope, tag.name));
            continue;
        }
        const char *close = NULL;
        const char *behind = section_end(tag.end, &close);
        const char *inside = skip_own_line(from, tag.begin, tag.end);
        render_section(out, &tag, inside, close, scope);
        at = skip_own_line(from, close, behind);
    }
    (void)fwrite(at, 1, (size_t)(to - at), out);
}

/* NOLINTEND(misc-no-recursion) */

char *
wm_template_render(const char *text, const json_t *data, size_t *ret_size)
{
    assert(text != NULL);
    char *bytes = NULL;
    struct scope scope = {.values = {data}};
    FILE *out = open_memstream(&bytes, ret_size);
    if (out == NULL) {
        return NULL;
    }
    render(out, text, text + strlen(text), &scope);
    if (fclose(out) != 0) {
        free(bytes);
        return NULL;
    }
    return bytes;
}
