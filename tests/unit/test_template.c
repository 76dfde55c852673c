/* test_template.c - goal: letters come out as their templates say, and broken templates are found
 * with their line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "workers/template.h"

struct row {
    const char *name;
    const char *text;
    const char *data;
    const char *want;
};

static const struct row rows[] = {
    {"value", "Dear {{to_name}},", "{\"to_name\":\"Ms Invented\"}", "Dear Ms Invented,"},
    {"absent value", "Dear {{to_name}},", "{}", "Dear ,"},
    {"date", "by {{due_day}}.", "{\"due_day\":\"2026-01-05\"}", "by 5 January 2026."},
    {"no date", "{{x}}", "{\"x\":\"2026-13-05\"}", "2026-13-05"},
    {"dotted", "{{landlord.name}}", "{\"landlord\":{\"name\":\"Harbour\"}}", "Harbour"},
    {"list", "{{#points}}\n- {{text}}\n{{/points}}\nend",
     "{\"points\":[{\"text\":\"one\"},{\"text\":\"two\"}]}", "- one\n- two\nend"},
    {"list of texts", "{{#a}}[{{.}}]{{/a}}", "{\"a\":[\"x\",\"y\"]}", "[x][y]"},
    {"texts in a row", "{{a}}", "{\"a\":[\"x\",\"y\"]}", "x, y"},
    {"empty list", "a{{#points}}b{{/points}}c", "{\"points\":[]}", "ac"},
    {"present", "{{#reason}}because {{reason}}{{/reason}}", "{\"reason\":\"it rained\"}",
     "because it rained"},
    {"absent section", "{{^reason}}no reason{{/reason}}", "{}", "no reason"},
    {"outer names inside", "{{#a}}{{b}}{{/a}}", "{\"a\":[{}],\"b\":\"out\"}", "out"},
    {"nested", "{{#a}}{{#b}}{{c}}{{/b}}{{/a}}", "{\"a\":{\"b\":[{\"c\":1},{\"c\":2}]}}", "12"},
    {"false", "{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":false}", "y"},
};

static void
renders(void **state)
{
    const struct row *row = *state;
    int line = 0;
    const char *why = NULL;
    size_t size = 0;
    assert_true(wm_template_check(row->text, &line, &why));
    json_t *data = json_loads(row->data, 0, NULL);
    char *text = wm_template_render(row->text, data, &size);
    assert_non_null(text);
    assert_string_equal(text, row->want);
    assert_int_equal(size, strlen(row->want));
    free(text);
    json_decref(data);
}

static void
finds_mistakes(void **state)
{
    static const struct {
        const char *text;
        int line;
    } broken[] = {{"a\n{{x", 2},     {"{{#a}}\n{{/b}}", 2},
                  {"\n\n{{#a}}", 3}, {"{{/a}}", 1},
                  {"{{}}", 1},       {"{{#a}}{{#b}}{{#c}}{{#d}}{{#e}}{{#f}}{{#g}}{{#h}}{{#i}}", 1}};
    (void)state;
    for (size_t i = 0; i < WM_COUNT(broken); i++) {
        int line = 0;
        const char *why = NULL;
        assert_false(wm_template_check(broken[i].text, &line, &why));
        assert_int_equal(line, broken[i].line);
        assert_non_null(why);
    }
}

int
main(void)
{
    struct CMUnitTest tests[WM_COUNT(rows) + 1];
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        static struct row copies[WM_COUNT(rows)];
        copies[i] = rows[i];
        tests[i] = (struct CMUnitTest){rows[i].name, renders, NULL, NULL, &copies[i]};
    }
    tests[WM_COUNT(rows)] = (struct CMUnitTest)cmocka_unit_test(finds_mistakes);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
