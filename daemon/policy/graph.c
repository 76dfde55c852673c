/* graph.c - a workflow as DOT: touch points as boxes, states and promises in them, ways between. */
#include <assert.h>

#include "base/text.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/words.h"

enum {
    WRAP_EDGE = 30,
    WRAP_NOTE = 34,
    WRAP_STATE = 20,
    WRAP_TITLE = 68,
    STACK = 4,
    FOLLOW_FIRST = 0x80,
    FOLLOW_LAST = 0xBF
};

struct graph {
    struct wm_text out;
    const struct wm_workflow *workflow;
};

/* ---- text ---- */

/* Puts text as part of a DOT string, broken at spaces after `width` characters; `end` is "\\n"
 * (centred) or "\\l" (left). */
static void
put_wrapped(struct wm_text *out, struct wm_span text, size_t width, const char *end)
{
    assert(out->arena != NULL);
    size_t column = 0;
    for (size_t i = 0; i < text.size; i++) {
        const char c = text.data[i];
        /* Of a UTF-8 character the first byte counts: the others lie from 0x80 to 0xBF. */
        column += (unsigned char)c < FOLLOW_FIRST || (unsigned char)c > FOLLOW_LAST ? 1 : 0;
        if ((c == ' ' && column > width) || c == '\n') {
            wm_text_puts(out, end);
            column = 0;
        } else if (c == '"' || c == '\\') {
            wm_text_printf(out, "\\%c", c);
        } else {
            wm_text_put(out, (struct wm_span){&c, 1});
        }
    }
}

/* A file's name may hold anything but a quote: libconfig's names are plain. */
static void
put_id(struct wm_text *out, const char *prefix, struct wm_span name)
{
    wm_text_printf(out, "\"%s%.*s\"", prefix, WM_SPAN_ARG(name));
}

/* ---- states and promises ---- */

/* Open states stand out; closed ones are pale; final ones have a double border. */
static void
put_state(struct graph *graph, const struct wm_state *state)
{
    assert(graph->workflow != NULL);
    struct wm_text *out = &graph->out;
    wm_text_puts(out, "    ");
    put_id(out, "s:", state->name);
    wm_text_puts(out, " [shape=box, style=\"rounded,filled\", label=\"");
    put_wrapped(out, state->title, WRAP_STATE, "\\n");
    wm_text_puts(out, "\"");
    if (state->final) {
        wm_text_puts(out, ", fillcolor=\"#d9d9d9\", peripheries=2");
    } else if (state->closed) {
        wm_text_puts(out, ", fillcolor=\"#ececec\"");
    } else {
        wm_text_puts(out, ", fillcolor=\"#ffffff\", penwidth=1.6");
    }
    wm_text_puts(out, "];\n");
}

/* A promise in the words that the customer would hear, and how long it may take. */
static void
put_clock(struct graph *graph, const struct wm_clock_def *clock)
{
    assert(graph->workflow != NULL);
    struct wm_text *out = &graph->out;
    wm_text_puts(out, "    ");
    put_id(out, "c:", clock->name);
    wm_text_printf(out, " [shape=note, style=filled, fillcolor=\"%s\", fontsize=9, label=\"",
                   clock->moment_of_truth ? "#ffe08a" : "#fff8dc");
    struct wm_text head = {.arena = out->arena};
    wm_words_name(&head, clock->name);
    if (clock->item_kind >= 0) {
        wm_text_puts(&head, " (each ");
        wm_words_name(&head, graph->workflow->items[clock->item_kind].name);
        wm_text_puts(&head, ")");
    }
    wm_text_puts(&head, clock->repeat ? ", again and again" : "");
    put_wrapped(out, wm_text_span(&head), WRAP_NOTE, "\\l");
    wm_text_puts(out, "\\l");
    put_wrapped(out, clock->promise, WRAP_NOTE, "\\l");
    wm_text_puts(out, clock->promise.size > 0 ? "\\l→ " : "→ ");
    put_wrapped(out, wm_words_targets(out->arena, graph->workflow, clock), WRAP_NOTE, "\\l");
    wm_text_puts(out, "\\l\"];\n");
}

/* Everything of one touch point, or (-1) of none. */
static void
put_members(struct graph *graph, int32_t touchpoint)
{
    assert(graph->workflow != NULL);
    assert(touchpoint >= -1);
    for (size_t i = 0; i < graph->workflow->state_count; i++) {
        if (graph->workflow->states[i].touchpoint == touchpoint) {
            put_state(graph, &graph->workflow->states[i]);
        }
    }
    const struct wm_clock_def *above = NULL;
    size_t height = 0;
    for (size_t i = 0; i < graph->workflow->clock_count; i++) {
        const struct wm_clock_def *clock = &graph->workflow->clocks[i];
        if (clock->touchpoint != touchpoint) {
            continue;
        }
        put_clock(graph, clock);
        /* An unseen edge sets one promise below the other: side by side they make a long ribbon. */
        if (above != NULL && height % STACK != 0) {
            wm_text_puts(&graph->out, "    ");
            put_id(&graph->out, "c:", above->name);
            wm_text_puts(&graph->out, " -> ");
            put_id(&graph->out, "c:", clock->name);
            wm_text_puts(&graph->out, " [style=invis];\n");
        }
        above = clock;
        height++;
    }
}

/* Moments of truth are marked twice, by colour and in words, for some print in black and white.
 * */
static void
put_touchpoint(struct graph *graph, int32_t index)
{
    assert(graph->workflow != NULL);
    assert(index >= -1);
    static const char *const colours[] = {"#e8f1fa", "#e9f5e6", "#f6ecf7", "#e6f4f3",
                                          "#fbeee4", "#eeeef9", "#f3f3e3", "#f9e9ec"};
    const struct wm_touchpoint *touchpoint = &graph->workflow->touchpoints[index];
    struct wm_text *out = &graph->out;
    wm_text_printf(out, "  subgraph \"cluster_%d\" {\n    style=\"rounded,filled\"; ", index);
    wm_text_printf(out, "fillcolor=\"%s\"; ", colours[(size_t)index % WM_COUNT(colours)]);
    wm_text_puts(out, touchpoint->moment_of_truth ? "color=\"#c77700\"; penwidth=3; "
                                                  : "color=\"#9aa5b1\"; ");
    wm_text_puts(out, "fontsize=13; label=\"");
    put_wrapped(out, touchpoint->title, WRAP_EDGE, "\\n");
    wm_text_puts(out, touchpoint->moment_of_truth ? "\\n★ moment of truth\";\n" : "\";\n");
    put_members(graph, index);
    wm_text_puts(out, "  }\n");
}

/* ---- ways ---- */

/* The tests that must all hold, of a condition that may be one test or a list. */
static size_t
tests_of(const struct wm_condition *when, const struct wm_condition **ret_tests)
{
    assert(ret_tests != NULL);
    *ret_tests = when;
    if (when != NULL && when->test == WM_TEST_ALL) {
        *ret_tests = when->children;
        return when->child_count;
    }
    return when != NULL ? 1 : 0;
}

/* Other tests of the state (not …) stay words. */
static bool
is_about_state(const struct wm_condition *test)
{
    return test->field.root == WM_ROOT_STATE &&
           (test->test == WM_TEST_IS || test->test == WM_TEST_ONE_OF);
}

/* True if the test on the state lets this one through. */
static bool
lets(const struct wm_condition *test, struct wm_span state)
{
    if (test->test == WM_TEST_IS) {
        return wm_span_equal(wm_value_text(&test->value), state);
    }
    for (size_t i = 0; i < test->value.list.count; i++) {
        if (wm_span_equal(wm_value_text(&test->value.list.items[i]), state)) {
            return true;
        }
    }
    return false;
}

/* How a transition that holds anywhere is drawn: from every state at once, from this one, or not.
 */
enum drawn { DRAWN_EVERYWHERE = 1, DRAWN_HERE, DRAWN_NOT };

/* Several tests on the state must all let it through. */
static enum drawn
drawn_from(const struct wm_transition *transition, struct wm_span state)
{
    const struct wm_condition *tests = NULL;
    const size_t count = tests_of(transition->when, &tests);
    enum drawn drawn = DRAWN_EVERYWHERE;
    for (size_t i = 0; i < count; i++) {
        if (is_about_state(&tests[i])) {
            drawn = drawn != DRAWN_NOT && lets(&tests[i], state) ? DRAWN_HERE : DRAWN_NOT;
        }
    }
    return drawn;
}

/* What the arrow shows by where it begins need not be said again. */
static void
put_when(struct graph *graph, struct wm_text *label, const struct wm_condition *when)
{
    assert(graph->workflow != NULL);
    assert(label->arena != NULL);
    const struct wm_condition *tests = NULL;
    const size_t count = tests_of(when, &tests);
    const char *word = " if ";
    for (size_t i = 0; i < count; i++) {
        if (!is_about_state(&tests[i])) {
            wm_text_puts(label, word);
            wm_text_put(label, wm_words_condition(label->arena, graph->workflow, &tests[i]));
            word = " and ";
        }
    }
}

/* The event, its condition, and the rules that it must keep. */
static void
put_what(struct graph *graph, struct wm_text *label, const struct wm_transition *transition)
{
    assert(graph->workflow != NULL);
    assert(label->arena != NULL);
    wm_words_name(label, transition->event);
    put_when(graph, label, transition->when);
    for (size_t i = 0; i < transition->require_count; i++) {
        const struct wm_span rule = transition->require[i].rule;
        /* Rules stand side by side in a file: naming each once is naming it where it changes. */
        if (i == 0 || !wm_span_equal(rule, transition->require[i - 1].rule)) {
            wm_text_printf(label, "%s%.*s", i == 0 ? " [needs " : ", ", WM_SPAN_ARG(rule));
        }
    }
    wm_text_puts(label, transition->require_count > 0 ? "]" : "");
}

/* One edge for all ways between the same two places: its label grows line by line. */
static void
put_line(struct graph *graph, struct wm_text *edge, const struct wm_transition *transition)
{
    assert(graph->workflow != NULL);
    assert(edge->arena != NULL);
    struct wm_text label = {.arena = graph->out.arena};
    put_what(graph, &label, transition);
    put_wrapped(edge, wm_text_span(&label), WRAP_EDGE, "\\l  ");
    wm_text_puts(edge, "\\l");
}

/* No way, no edge. */
static void
put_edge(struct graph *graph, const char *prefix, struct wm_span from, int32_t to,
         struct wm_text *edge)
{
    assert(graph->workflow != NULL);
    assert(to >= -1);
    if (edge->count > 0) {
        wm_text_puts(&graph->out, "  ");
        put_id(&graph->out, prefix, from);
        wm_text_puts(&graph->out, " -> ");
        put_id(&graph->out, "s:", graph->workflow->states[to].name);
        wm_text_puts(&graph->out, " [fontsize=9, label=\"");
        wm_text_put(&graph->out, wm_text_span(edge));
        wm_text_puts(&graph->out, "\"];\n");
    }
}

/* From one state to another: its own transitions, and those that hold anywhere but name it. */
static void
put_way(struct graph *graph, const struct wm_state *state, int32_t to)
{
    assert(graph->workflow != NULL);
    assert(to >= -1);
    const struct wm_workflow *workflow = graph->workflow;
    struct wm_text edge = {.arena = graph->out.arena};
    for (size_t i = 0; i < state->on_count; i++) {
        if (state->on[i].to == to) {
            put_line(graph, &edge, &state->on[i]);
        }
    }
    for (size_t i = 0; !state->final && i < workflow->anywhere_count; i++) {
        if (workflow->anywhere[i].to == to &&
            drawn_from(&workflow->anywhere[i], state->name) == DRAWN_HERE) {
            put_line(graph, &edge, &workflow->anywhere[i]);
        }
    }
    put_edge(graph, "s:", state->name, to, &edge);
}

/* A dot where cases come in. */
static void
put_openings(struct graph *graph)
{
    assert(graph->workflow != NULL);
    for (size_t i = 0; i < graph->workflow->opening_count; i++) {
        const struct wm_opening *opening = &graph->workflow->openings[i];
        const struct wm_span name = wm_arena_printf(graph->out.arena, "%zu", i);
        struct wm_text edge = {.arena = graph->out.arena};
        wm_text_puts(&graph->out, "  ");
        put_id(&graph->out, "o:", name);
        wm_text_puts(&graph->out,
                     " [shape=circle, width=0.2, label=\"\", style=filled, fillcolor=black];\n");
        wm_words_name(&edge, opening->event);
        put_edge(graph, "o:", name, opening->state, &edge);
    }
}

/* What holds anywhere leaves one node: an edge from each state would hide all the others. */
static bool
put_anywhere_to(struct graph *graph, int32_t to)
{
    assert(graph->workflow != NULL);
    assert(to >= -1);
    const struct wm_workflow *workflow = graph->workflow;
    const struct wm_span name = wm_span("anywhere");
    struct wm_text edge = {.arena = graph->out.arena};
    for (size_t i = 0; i < workflow->anywhere_count; i++) {
        if (workflow->anywhere[i].to == to &&
            drawn_from(&workflow->anywhere[i], name) == DRAWN_EVERYWHERE) {
            put_line(graph, &edge, &workflow->anywhere[i]);
        }
    }
    put_edge(graph, "a:", name, to, &edge);
    return edge.count > 0;
}

/* Every pair of states, in the order of the file: the same file gives the same picture. */
static void
put_ways(struct graph *graph)
{
    assert(graph->workflow != NULL);
    const struct wm_workflow *workflow = graph->workflow;
    bool anywhere = false;
    for (size_t i = 0; i < workflow->state_count * workflow->state_count; i++) {
        const size_t from = i / workflow->state_count;
        const size_t to = i % workflow->state_count;
        if (from != to) {
            put_way(graph, &workflow->states[from], (int32_t)to);
        }
    }
    put_openings(graph);
    for (size_t i = 0; i < workflow->state_count; i++) {
        anywhere = put_anywhere_to(graph, (int32_t)i) || anywhere;
    }
    if (anywhere) {
        wm_text_puts(&graph->out, "  \"a:anywhere\" [shape=box, style=\"rounded,dashed\", "
                                  "label=\"in any state\\nthat is not final\"];\n");
    }
}

struct wm_span
wm_workflow_graph(struct wm_arena *arena, const struct wm_workflow *workflow)
{
    assert(workflow != NULL);
    struct graph graph = {.out = {.arena = arena}, .workflow = workflow};
    struct wm_text *out = &graph.out;
    wm_text_puts(out, "digraph ");
    put_id(out, "", workflow->name);
    wm_text_puts(out, " {\n  rankdir=TB; fontname=\"sans-serif\"; labelloc=t; fontsize=20; "
                      "nodesep=0.35; ranksep=0.5;\n  node [fontname=\"sans-serif\", fontsize=11]; "
                      "edge [fontname=\"sans-serif\", color=\"#4a5560\"];\n  label=\"");
    put_wrapped(out, workflow->title, WRAP_TITLE, "\\n");
    wm_text_printf(out, " (version %d)\";\n", workflow->version);
    for (size_t i = 0; i < workflow->touchpoint_count; i++) {
        put_touchpoint(&graph, (int32_t)i);
    }
    put_members(&graph, -1);
    put_ways(&graph);
    wm_text_puts(out, "}\n");
    return wm_text_span(out);
}
