/* test_policy_mutations.c - goal: nothing that an author may do to a policy file crashes its
 * reader, and what is refused is told. Method: the good file with a word misspelt, a line dropped,
 * two lines swapped, a number negated, a bracket or quote lost or the end cut off, some hundred
 * times over from fixed seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/policy_fixture.h"

enum { ROUNDS = 120 };

/* A small generator of its own: the same changes on every machine. */
static uint32_t
draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_' || c == '.';
}

/* The first byte from `at` on (around the end) that `wanted` takes; the size when there is none. */
static size_t
seek(struct wm_span text, size_t at, bool (*wanted)(char))
{
    for (size_t i = 0; i < text.size; i++) {
        const size_t k = (at + i) % text.size;
        if (wanted(text.data[k])) {
            return k;
        }
    }
    return text.size;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_mark(char c)
{
    return c == '(' || c == ')' || c == '{' || c == '}' || c == '"' || c == ';' || c == ',';
}

static bool
is_newline(char c)
{
    return c == '\n';
}

static struct wm_span
replace(struct wm_arena *arena, struct wm_span text, size_t at, size_t size, const char *with)
{
    return wm_arena_printf(arena, "%.*s%s%.*s", (int)at, text.data, with,
                           (int)(text.size - at - size), text.data + at + size);
}

static struct wm_span
misspell(struct wm_arena *arena, struct wm_span text, uint32_t *seed)
{
    const size_t at = seek(text, draw(seed, (uint32_t)text.size), is_letter);
    static const char *const letters[] = {"x", "", "ee", "-", "Q"};
    return replace(arena, text, at, 1, letters[draw(seed, WM_COUNT(letters))]);
}

static struct wm_span
drop_line(struct wm_arena *arena, struct wm_span text, uint32_t *seed)
{
    const size_t from = seek(text, draw(seed, (uint32_t)text.size), is_newline);
    size_t to = from + 1;
    while (to < text.size && text.data[to] != '\n') {
        to++;
    }
    return replace(arena, text, from, to - from, "");
}

static struct wm_span
swap_lines(struct wm_arena *arena, struct wm_span text, uint32_t *seed)
{
    const size_t first = seek(text, draw(seed, (uint32_t)text.size / 2), is_newline);
    size_t second = first + 1;
    while (second < text.size && text.data[second] != '\n') {
        second++;
    }
    size_t third = second + 1;
    while (third < text.size && text.data[third] != '\n') {
        third++;
    }
    if (third >= text.size) {
        return text;
    }
    return wm_arena_printf(arena, "%.*s%.*s%.*s%.*s", (int)first, text.data, (int)(third - second),
                           text.data + second, (int)(second - first), text.data + first,
                           (int)(text.size - third), text.data + third);
}

static struct wm_span
negate(struct wm_arena *arena, struct wm_span text, uint32_t *seed)
{
    return replace(arena, text, seek(text, draw(seed, (uint32_t)text.size), is_digit), 0, "-");
}

static struct wm_span
lose_mark(struct wm_arena *arena, struct wm_span text, uint32_t *seed)
{
    return replace(arena, text, seek(text, draw(seed, (uint32_t)text.size), is_mark), 1, "");
}

static struct wm_span
cut(struct wm_arena *arena, struct wm_span text, uint32_t *seed)
{
    return wm_arena_copy(arena, (struct wm_span){text.data, draw(seed, (uint32_t)text.size)});
}

static struct wm_span
noise(struct wm_arena *arena, struct wm_span text, uint32_t *seed)
{
    char byte[2] = {(char)(1 + draw(seed, 255)), '\0'};
    return replace(arena, text, draw(seed, (uint32_t)text.size), 1, byte);
}

static struct wm_span (*const changes[])(struct wm_arena *, struct wm_span, uint32_t *) = {
    misspell, drop_line, swap_lines, negate, lose_mark, cut, noise};

static void
load_changed(const char *file, uint32_t number)
{
    struct wm_arena *arena = wm_arena_new(64 << 20);
    struct wm_findings findings = {.arena = arena};
    const struct wm_surroundings around = policy_surroundings();
    uint32_t seed = number * 2654435761U + 1;
    struct wm_span text = policy_file(arena, file);
    const uint32_t times = 1 + draw(&seed, 3);
    for (uint32_t i = 0; i < times && text.size > 1; i++) {
        text = changes[(number + i) % WM_COUNT(changes)](arena, text, &seed);
    }
    const struct wm_workflow *workflow =
        wm_workflow_load(arena, wm_span(file), text, &around, &findings);
    assert_int_equal(workflow == NULL, wm_findings_errors(&findings) > 0);
    for (size_t i = 0; i < findings.count; i++) {
        assert_true(findings.items[i].text.size > 0);
    }
    if (workflow != NULL) {
        assert_true(wm_workflow_graph(arena, workflow).size > 0);
    }
    wm_arena_free(&arena);
}

static void
test_small_file(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 4 * ROUNDS; i++) {
        load_changed("enquiry.cfg", i);
    }
}

/* The landlord's own files, with a catalogue that knows little of them: many findings each. */
static void
test_shipped_files(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        load_changed(WM_CONFIG_DIR "/workflows/complaint.cfg", i);
    }
}

/* The same through the other readers. */
static void
test_other_files(void **state)
{
    (void)state;
    static const char *const files[] = {WM_CONFIG_DIR "/teams.cfg",
                                        WM_CONFIG_DIR "/calendars/england-and-wales.cfg",
                                        WM_POLICY_DATA "/waymark.cfg"};
    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct wm_arena *arena = wm_arena_new(64 << 20);
        struct wm_findings findings = {.arena = arena};
        struct wm_calendar calendar;
        uint32_t seed = i + 1;
        struct wm_span text = policy_file(arena, files[i % WM_COUNT(files)]);
        text = changes[i % WM_COUNT(changes)](arena, text, &seed);
        /* Read as what it is not, it is refused in words as well. */
        assert_false(
            wm_calendar_load_text(arena, wm_span("statutory"), text, &findings, &calendar));
        assert_true(wm_findings_errors(&findings) > 0);
        wm_arena_free(&arena);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_small_file),
                                       cmocka_unit_test(test_shipped_files),
                                       cmocka_unit_test(test_other_files)};
    return cmocka_run_group_tests_name("policy mutations", tests, NULL, NULL);
}
