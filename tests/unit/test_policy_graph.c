/* test_policy_graph.c - goal: the drawing shows every state, promise and way, in words, and is DOT.
 * Method: lines that must stand in it, quotes and brackets that must close. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/policy_fixture.h"

static struct wm_span
draw(struct wm_arena *arena, const char *from, const char *to)
{
    struct wm_findings findings = {.arena = arena};
    const struct wm_surroundings around = policy_surroundings();
    struct wm_span text = policy_file(arena, "enquiry.cfg");
    text = policy_change(arena, text, from, to);
    const struct wm_workflow *workflow =
        wm_workflow_load(arena, wm_span("enquiry.cfg"), text, &around, &findings);
    assert_string_equal(policy_told(arena, &findings).data, "");
    assert_non_null(workflow);
    return wm_workflow_graph(arena, workflow);
}

static bool
holds(struct wm_span text, const char *part)
{
    return memmem(text.data, text.size, part, strlen(part)) != NULL;
}

/* Quotes come in pairs, brackets outside of them close. */
static void
assert_is_closed(struct wm_span dot)
{
    bool quoted = false;
    int depth = 0;
    for (size_t i = 0; i < dot.size; i++) {
        if (dot.data[i] == '\\') {
            i++;
        } else if (dot.data[i] == '"') {
            quoted = !quoted;
        } else if (!quoted) {
            depth += dot.data[i] == '{' || dot.data[i] == '[' ? 1 : 0;
            depth -= dot.data[i] == '}' || dot.data[i] == ']' ? 1 : 0;
            assert_true(depth >= 0);
        }
    }
    assert_false(quoted);
    assert_int_equal(depth, 0);
}

static void
test_parts(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "label=\"Enquiry (version 3)\"",
        "label=\"First contact\\n★ moment of truth\"",
        "\"s:working\" [shape=box",
        "label=\"Being worked on\"",
        "\"s:archived\" [shape=box",
        "peripheries=2",
        "\"c:respond\" [shape=note",
        "We will answer within ten working days.\\l",
        "24 hours if urgent; 10 working days\\lotherwise",
        "action (each action)",
        "until due ends",
        "keep-in-touch, again and again",
        "interval (working days)",
        "\"s:received\" -> \"s:working\"",
        "contact made if two way and method\\l  is one of phone, visit",
        "\"s:working\" -> \"s:closed\"",
        "[needs CLO-1, CLO-2,\\l  CON-1]",
        "\"a:anywhere\" -> \"s:voided\"",
        "case voided\\lcase merged\\l",
        "\"o:0\" -> \"s:received\"",
        "enquiry received",
        "clock met if clock is keep",
    };
    struct wm_arena *arena = wm_arena_new(16 << 20);
    const struct wm_span dot = draw(arena, "Enquiry", "Enquiry");
    for (size_t i = 0; i < WM_COUNT(parts); i++) {
        if (!holds(dot, parts[i])) {
            fail_msg("no %s in\n%s", parts[i], dot.data);
        }
    }
    assert_is_closed(dot);
    wm_arena_free(&arena);
}

/* What holds anywhere but names its states is drawn from those. */
static void
test_named_states(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(16 << 20);
    const struct wm_span dot =
        draw(arena, "anywhere = (",
             "anywhere = ( { event = \"letter.sent\"; when = ( { field = \"state\"; one_of = [ "
             "\"received\", \"working\" ]; }, { field = \"data.letter\"; is = \"last\"; } ); to = "
             "\"closed\"; },");
    assert_true(holds(dot, "\"s:received\" -> \"s:closed\" [fontsize=9, label=\"enquiry "
                           "refused\\lletter sent if letter is last\\l\"]"));
    assert_true(holds(dot, "CON-1]\\lletter sent if letter is last\\l\"]"));
    assert_false(holds(dot, "\"a:anywhere\" -> \"s:closed\""));
    wm_arena_free(&arena);
}

static void
test_quotes(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(16 << 20);
    const struct wm_span dot =
        draw(arena, "title = \"Being worked on\"", "title = \"Being \\\"worked\\\" on \\\\\"");
    assert_true(holds(dot, "Being \\\"worked\\\" on \\\\"));
    assert_is_closed(dot);
    wm_arena_free(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parts),
                                       cmocka_unit_test(test_named_states),
                                       cmocka_unit_test(test_quotes)};
    return cmocka_run_group_tests_name("policy graph", tests, NULL, NULL);
}
