/* policy_fixture.c - what the policy tests share. */
#include "tests/unit/policy_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"

/* libconfig 1.5 forgets the text that it holds when it meets a syntax error: 64 bytes a refusal. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
    return "leak:libconfig";
}

/* ---- the catalogue ---- */

struct field {
    const char *path;
    const char *kind; /* NULL: any */
};

enum { FIELDS_MAX = 14, REQUIRED_MAX = 3 };

static const struct type {
    const char *name;
    bool request;
    struct field fields[FIELDS_MAX];
    const char *required[REQUIRED_MAX];
} types[] = {
    {"enquiry.received",
     false,
     {{"channel", "string"},
      {"urgent", "boolean"},
      {"about", "array"},
      {"points", "array"},
      {"points[]", "object"},
      {"points[].id", "string"},
      {"points[].text", "string"},
      {"customer", "object"},
      {"customer.ref", "string"},
      {"customer.phone", "string"},
      {"interval", "integer"},
      {"occurred_on", "string"}},
     {"channel"}},
    {"enquiry.refused", true, {{"why", "string"}}, {"why"}},
    {"enquiry.closed",
     true,
     {{"outcome", "string"},
      {"day", "string"},
      {"answers", "array"},
      {"answers[].point", "string"},
      {"approved_by", "string"}},
     {"outcome"}},
    {"contact.made", false, {{"method", "string"}, {"by", "string"}, {"two_way", "boolean"}}, {0}},
    {"contact.attempted", false, {{"method", "string"}, {"left_message", "boolean"}}, {0}},
    {"letter.sent",
     false,
     {{"letter", "string"},
      {"letter_id", "string"},
      {"answers", "array"},
      {"answers[].point", "string"},
      {"answers[].finding", "string"}},
     {0}},
    {"action.agreed",
     false,
     {{"action", "string"}, {"title", "string"}, {"due", "string"}},
     {"action"}},
    {"action.completed", false, {{"action", "string"}}, {"action"}},
    {"extension.agreed", true, {{"working_days", "integer"}}, {0}},
    {"case.voided", true, {{"why", "string"}}, {0}},
    {"case.merged", true, {{"into", "string"}}, {0}},
    {"case.waiting", false, {{"for", "string"}}, {0}},
    {"case.resumed", false, {{0}}, {0}},
    {"waymark.clock.met", false, {{"clock", "string"}}, {0}},
    {"waymark.alert",
     false,
     {{"alert", "string"},
      {"level", "string"},
      {"text", "string"},
      {"to", NULL},
      {"clock", "string"},
      {"late", "boolean"}},
     {"level", "text"}},
    {"waymark.letter.requested",
     false,
     {{"letter", "string"}, {"letter_id", "string"}, {"points", NULL}},
     {"letter", "letter_id"}},
    {"waymark.action.push",
     false,
     {{"action_id", "string"}, {"description", "string"}, {"due", "string"}},
     {"action_id", "description", "due"}},
};

static const struct type *
find(struct wm_span name)
{
    for (size_t i = 0; i < WM_COUNT(types); i++) {
        if (wm_span_is(name, types[i].name)) {
            return &types[i];
        }
    }
    return NULL;
}

static bool
has_type(void *context, struct wm_span name, bool *ret_request)
{
    (void)context;
    const struct type *type = find(name);
    *ret_request = type != NULL && type->request;
    return type != NULL;
}

static bool
has_field(void *context, struct wm_span name, struct wm_span path, const char **ret_kind)
{
    (void)context;
    const struct type *type = find(name);
    for (size_t i = 0; type != NULL && i < FIELDS_MAX; i++) {
        if (type->fields[i].path != NULL && wm_span_is(path, type->fields[i].path)) {
            *ret_kind = type->fields[i].kind;
            return true;
        }
    }
    return false;
}

static size_t
required(void *context, struct wm_span name, struct wm_arena *arena, struct wm_span **ret_names)
{
    (void)context;
    const struct type *type = find(name);
    size_t count = 0;
    *ret_names = WM_NEW_ARRAY(arena, struct wm_span, REQUIRED_MAX);
    for (size_t i = 0; type != NULL && i < REQUIRED_MAX && type->required[i] != NULL; i++) {
        (*ret_names)[count++] = wm_span(type->required[i]);
    }
    return count;
}

static struct wm_span
type_at(void *context, size_t index)
{
    (void)context;
    return index < WM_COUNT(types) ? wm_span(types[index].name) : (struct wm_span){0};
}

static struct wm_span
field_at(void *context, struct wm_span name, size_t index)
{
    (void)context;
    const struct type *type = find(name);
    return type != NULL && index < FIELDS_MAX ? wm_span(type->fields[index].path)
                                              : (struct wm_span){0};
}

struct wm_surroundings
policy_surroundings(void)
{
    static const struct wm_catalogue catalogue = {.type = has_type,
                                                  .field = has_field,
                                                  .required = required,
                                                  .at = type_at,
                                                  .field_at = field_at};
    static const struct wm_calendar calendar_items[] = {{.name = {"statutory", 9}},
                                                        {.name = {"service", 7}}};
    static const struct wm_calendars calendars = {calendar_items, WM_COUNT(calendar_items)};
    static const struct wm_team teams[] = {{.name = {"front", 5}, .manager = {"p.one", 5}}};
    static const struct wm_span skills[] = {{"repairs", 7}};
    static struct wm_officer officers[] = {{.id = {"p.one", 5}, .kind = WM_OFFICER},
                                           {.id = {"p.two", 5},
                                            .kind = WM_OFFICER,
                                            .skills = skills,
                                            .skill_count = WM_COUNT(skills)}};
    static const struct wm_people people = {.officers = officers,
                                            .officer_count = WM_COUNT(officers),
                                            .teams = teams,
                                            .team_count = WM_COUNT(teams),
                                            .last_resort = {"p.one", 5}};
    return (struct wm_surroundings){
        .calendars = &calendars, .people = &people, .catalogue = &catalogue};
}

/* ---- files ---- */

struct wm_span
policy_file(struct wm_arena *arena, const char *name)
{
    struct wm_span text = {0};
    struct wm_span why = {0};
    const struct wm_span path =
        name[0] == '/' ? wm_span(name) : wm_arena_printf(arena, "%s/%s", WM_POLICY_DATA, name);
    if (wm_file_read(arena, path, &text, &why) != WM_OK) {
        fail_msg("%.*s", WM_SPAN_ARG(why));
    }
    return text;
}

struct wm_span
policy_change(struct wm_arena *arena, struct wm_span text, const char *from, const char *to)
{
    const char *at = memmem(text.data, text.size, from, strlen(from));
    if (at == NULL) {
        fail_msg("the file holds no \"%s\"", from);
        return text;
    }
    const size_t before = (size_t)(at - text.data);
    const size_t after = text.size - before - strlen(from);
    return wm_arena_printf(arena, "%.*s%s%.*s", (int)before, text.data, to, (int)after,
                           at + strlen(from));
}

struct wm_span
policy_told(struct wm_arena *arena, const struct wm_findings *findings)
{
    struct wm_text out = {.arena = arena};
    for (size_t i = 0; i < findings->count; i++) {
        const struct wm_finding *finding = &findings->items[i];
        wm_text_printf(&out, "%d: %s%.*s\n", finding->line, finding->warning ? "warning: " : "",
                       WM_SPAN_ARG(finding->text));
    }
    return wm_text_span(&out);
}

struct wm_span
policy_write(struct wm_arena *arena, const char *name, struct wm_span text)
{
    char folder[] = "policy-test-XXXXXX";
    if (mkdtemp(folder) == NULL) {
        fail_msg("no temporary folder");
    }
    const struct wm_span path = wm_arena_printf(arena, "%s/%s", folder, name);
    FILE *file = fopen(path.data, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text.data, 1, text.size, file), text.size);
    assert_int_equal(fclose(file), 0);
    return path;
}

void
policy_forget(struct wm_arena *arena, struct wm_span path)
{
    size_t folder = path.size;
    while (path.data[folder - 1] != '/') {
        folder--;
    }
    assert_int_equal(unlink(wm_arena_string(arena, path)), 0);
    const struct wm_span parent = {path.data, folder - 1};
    assert_int_equal(rmdir(wm_arena_string(arena, parent)), 0);
}
