/* test_ctl_table.c - goal: tables are aligned, no wider than needed, and safe to show. Method:
 * prints into memory and compares the text; moments in the calendar's zone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/local.h"
#include "ctl/setup.h"
#include "ctl/table.h"

enum { ARENA_BYTES = 1 << 24 };

static const struct wm_column columns[] = {{"case", WM_ALIGN_LEFT},
                                           {"officer", WM_ALIGN_LEFT},
                                           {"open", WM_ALIGN_RIGHT},
                                           {"why", WM_ALIGN_LEFT}};

static void
check_print(const struct wm_table *table, int indent, const char *want)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    wm_table_print(table, out, indent);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, want);
    free(text);
}

static void
add_row(struct wm_table *table, const char *const cells[])
{
    struct wm_span *row = wm_table_row(table);
    for (size_t i = 0; i < table->column_count; i++) {
        row[i] = wm_span(cells[i]);
    }
}

static int
setup(void **state)
{
    *state = wm_arena_new(ARENA_BYTES);
    return *state == NULL;
}

static int
teardown(void **state)
{
    struct wm_arena *arena = *state;
    wm_arena_free(&arena);
    return 0;
}

static void
test_columns(void **state)
{
    struct wm_table table = {
        .arena = *state, .columns = columns, .column_count = WM_COUNT(columns)};
    add_row(&table, (const char *const[]){"C-1", "j.cole", "7", "away until Monday"});
    add_row(&table, (const char *const[]){"C-1042", "", "12", ""});
    check_print(&table, 0,
                "case    officer  open  why\n"
                "C-1     j.cole      7  away until Monday\n"
                "C-1042             12\n");
}

static void
test_empty_column_is_left_out(void **state)
{
    struct wm_table table = {
        .arena = *state, .columns = columns, .column_count = WM_COUNT(columns)};
    add_row(&table, (const char *const[]){"C-1", NULL, "7", NULL});
    check_print(&table, 2, "  case  open\n  C-1      7\n");
}

static void
test_no_rows_no_titles(void **state)
{
    const struct wm_table table = {
        .arena = *state, .columns = columns, .column_count = WM_COUNT(columns)};
    check_print(&table, 0, "");
}

/* Letters beyond ASCII take one place each, and nothing that an event says moves the cursor. */
static void
test_letters_and_controls(void **state)
{
    struct wm_table table = {
        .arena = *state, .columns = columns, .column_count = WM_COUNT(columns)};
    add_row(&table, (const char *const[]){"Zoë", "a\x1b[2Jb\n", "1", "x"});
    add_row(&table, (const char *const[]){"Zoe", "abcdefg", "2", "y"});
    check_print(&table, 0,
                "case  officer  open  why\n"
                "Zoë   a [2Jb      1  x\n"
                "Zoe   abcdefg     2  y\n");
}

static struct wm_local
london(struct wm_arena *arena)
{
    struct wm_setup setup;
    wm_setup_init(&setup, arena, NULL);
    assert_true(
        wm_setup_calendars(&setup, wm_span(WM_CONFIG_DIR "/calendars/england-and-wales.cfg")));
    return (struct wm_local){.calendar = &setup.calendars.items[0]};
}

static void
test_local_time(void **state)
{
    const struct wm_local local = london(*state);
    static const struct {
        const char *time;
        const char *want;
    } moments[] = {{"2025-10-01T08:12:00Z", "Wed 2025-10-01 09:12"},
                   {"2026-01-05T23:59:59Z", "Mon 2026-01-05 23:59"},
                   {"2026-03-29T00:59:00Z", "Sun 2026-03-29 00:59"},
                   {"2026-03-29T01:00:00Z", "Sun 2026-03-29 02:00"},
                   {"next week", "next week"}};
    for (size_t i = 0; i < WM_COUNT(moments); i++) {
        const struct wm_span text = wm_local_text(*state, &local, wm_span(moments[i].time));
        assert_string_equal(text.data, moments[i].want);
    }
    assert_int_equal(wm_local_time(*state, &local, WM_NEVER).size, 0);
}

static void
test_elapsed(void **state)
{
    static const struct {
        int64_t us;
        const char *want;
    } spans[] = {{0, "0 s"},
                 {59 * WM_US_PER_SECOND, "59 s"},
                 {61 * WM_US_PER_SECOND, "1 min"},
                 {2 * WM_US_PER_HOUR, "2 h"},
                 {2 * WM_US_PER_HOUR + 5 * WM_US_PER_MINUTE, "2 h 5 min"},
                 {WM_US_PER_DAY, "1 day"},
                 {3 * WM_US_PER_DAY + 4 * WM_US_PER_HOUR, "3 days 4 h"}};
    for (size_t i = 0; i < WM_COUNT(spans); i++) {
        assert_string_equal(wm_local_elapsed(*state, spans[i].us).data, spans[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(test_empty_column_is_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_rows_no_titles, setup, teardown),
        cmocka_unit_test_setup_teardown(test_letters_and_controls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_local_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_elapsed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
