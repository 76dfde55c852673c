/* test_ctl_args.c - goal: a command line is understood or refused with a sentence, and the table of
 * commands is sound. Method: lines by table over commands of the test's own; then every row of the
 * real table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/command.h"

enum { WORDS_MAX = 12, ARENA_BYTES = 1 << 20 };

static enum wm_exit
do_nothing(struct wm_ctl *ctl)
{
    (void)ctl;
    return WM_EXIT_DONE;
}

static const struct wm_option show_options[] = {
    {"--refused", NULL, "a flag"}, {"--state", "STATE", "a value"}, {NULL, NULL, NULL}};

static const struct wm_command items[] = {
    {.name = "status", .usage = "", .summary = "s", .help = "h\n", .run = do_nothing},
    {.name = "case show",
     .usage = "REF",
     .summary = "s",
     .help = "h\n",
     .options = show_options,
     .words_min = 1,
     .words_max = 1,
     .run = do_nothing},
    {.name = "case list", .usage = "", .summary = "s", .help = "h\n", .run = do_nothing},
};
static const struct wm_command_list commands = {items, WM_COUNT(items)};

struct line {
    const char *name;
    const char *argv[WORDS_MAX];
    const char *want; /* the command; NULL with `why`: it is refused */
    const char *why;  /* part of the sentence */
};

static const struct line lines[] = {
    {"one word", {"waymarkctl", "status"}, "status", NULL},
    {"two words", {"waymarkctl", "case", "show", "C-1"}, "case show", NULL},
    {"options go anywhere",
     {"waymarkctl", "--json", "case", "--control", "ipc://x", "show", "--state=a", "C-1"},
     "case show",
     NULL},
    {"an option's value is no word",
     {"waymarkctl", "case", "show", "--state", "closed", "C-1"},
     "case show",
     NULL},
    {"behind -- all are words", {"waymarkctl", "case", "show", "--", "--json"}, "case show", NULL},
    {"a dash alone is a word", {"waymarkctl", "case", "show", "-"}, "case show", NULL},
    {"unknown command", {"waymarkctl", "statsu"}, NULL, "did you mean \"status\"?"},
    {"unknown within a group", {"waymarkctl", "case", "shwo"}, NULL, "did you mean \"case show\"?"},
    {"unknown option",
     {"waymarkctl", "case", "show", "--stat", "x"},
     NULL,
     "did you mean --state?"},
    {"option of a command before it", {"waymarkctl", "--state", "x"}, NULL, "before a command"},
    {"value missing", {"waymarkctl", "case", "show", "--state"}, NULL, "wants STATE behind it"},
    {"value too much", {"waymarkctl", "status", "--json=yes"}, NULL, "takes no value"},
    {"word missing", {"waymarkctl", "case", "show"}, NULL, "something is missing"},
    {"word too much", {"waymarkctl", "status", "now"}, NULL, "\"now\" is too much"},
};

static void
test_line(void **state)
{
    const struct line *line = *state;
    int count = 0;
    while (line->argv[count] != NULL) {
        count++;
    }
    struct wm_arena *arena = wm_arena_new(ARENA_BYTES);
    struct wm_args args = {0};
    struct wm_span why = {0};
    const enum wm_status status =
        wm_args_parse(&commands, arena, (struct wm_argv){count, line->argv}, &args, &why);
    if (line->why != NULL) {
        assert_int_equal(status, WM_EINVAL);
        assert_non_null(strstr(why.data, line->why));
    } else {
        assert_int_equal(status, WM_OK);
        assert_string_equal(args.command->name, line->want);
    }
    wm_arena_free(&arena);
}

static struct wm_args
parse(struct wm_arena *arena, int count, const char *const *argv)
{
    struct wm_args args = {0};
    struct wm_span why = {0};
    assert_int_equal(wm_args_parse(&commands, arena, (struct wm_argv){count, argv}, &args, &why),
                     WM_OK);
    return args;
}

static void
test_values(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(ARENA_BYTES);
    const char *const argv[] = {"waymarkctl", "case",    "show",     "--control=ipc://x",
                                "C-1",        "--state", "received", "--state",
                                "closed",     "--json"};
    const struct wm_args args = parse(arena, WM_COUNT(argv), argv);
    assert_true(args.json);
    assert_string_equal(args.control, "ipc://x");
    assert_string_equal(wm_args_value(&args, "--state"), "closed");
    assert_false(wm_args_flag(&args, "--refused"));
    assert_int_equal(args.word_count, 1);
    assert_string_equal(args.words[0], "C-1");
    wm_arena_free(&arena);
}

static void
test_help_needs_no_words(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(ARENA_BYTES);
    const char *const argv[] = {"waymarkctl", "case", "show", "--help"};
    assert_true(parse(arena, WM_COUNT(argv), argv).help);
    const char *const group[] = {"waymarkctl", "case", "-h"};
    const struct wm_args args = parse(arena, WM_COUNT(group), group);
    assert_true(args.help);
    assert_null(args.command);
    assert_string_equal(args.group, "case");
    wm_arena_free(&arena);
}

/* Each command can be helped with, and no two are called the same. */
static void
test_table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < wm_commands.count; i++) {
        const struct wm_command *command = &wm_commands.items[i];
        assert_non_null(command->run);
        assert_non_null(command->usage);
        assert_true(strlen(command->summary) > 0);
        assert_true(command->help[strlen(command->help) - 1] == '\n');
        assert_true(command->words_min <= command->words_max);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(command->name, wm_commands.items[k].name);
        }
        for (const struct wm_option *option = command->options;
             option != NULL && option->name != NULL; option++) {
            assert_true(option->name[0] == '-');
            assert_true(strlen(option->help) > 0);
        }
    }
}

int
main(void)
{
    struct CMUnitTest tests[WM_COUNT(lines) + 3];
    for (size_t i = 0; i < WM_COUNT(lines); i++) {
        tests[i] = (struct CMUnitTest){.name = lines[i].name,
                                       .test_func = test_line,
                                       .initial_state = (void *)(uintptr_t)&lines[i]};
    }
    tests[WM_COUNT(lines)] = (struct CMUnitTest)cmocka_unit_test(test_values);
    tests[WM_COUNT(lines) + 1] = (struct CMUnitTest)cmocka_unit_test(test_help_needs_no_words);
    tests[WM_COUNT(lines) + 2] = (struct CMUnitTest)cmocka_unit_test(test_table_is_sound);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
