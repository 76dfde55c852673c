/* test_ctl_man.c - goal: the man page has every command, every option and every field that a list
 * shows. Method: looks each up in the page's text, freed of its markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/command.h"
#include "ctl/questions.h"

enum { PAGE_BYTES = 1 << 20 };

/* The page without escapes, quotes and runs of blanks, so that words can be looked up. */
static char *
read_page(void)
{
    FILE *file = fopen(WM_CTL_DIR "/waymarkctl.1", "re");
    assert_non_null(file);
    char *page = calloc(1, PAGE_BYTES);
    assert_non_null(page);
    size_t size = 0;
    int byte = 0;
    while ((byte = fgetc(file)) != EOF && size + 1 < PAGE_BYTES) {
        if (byte == '\\') {
            byte = fgetc(file);
            if (byte == 'f') {
                (void)fgetc(file); /* \fI: the font's name */
                continue;
            }
        }
        const bool is_blank = byte == ' ' || byte == '\n' || byte == '"';
        if (!is_blank) {
            page[size++] = (char)byte;
        } else if (size > 0 && page[size - 1] != ' ') {
            page[size++] = ' ';
        }
    }
    (void)fclose(file);
    return page;
}

static void
check_word(const char *page, const char *word, const char *whose)
{
    const size_t size = strlen(word);
    for (const char *at = strstr(page, word); at != NULL; at = strstr(at + 1, word)) {
        if (strchr(" ,.;:[{(|]})", at[size]) != NULL || at[size] == '\0') {
            return;
        }
    }
    fail_msg("the man page says nothing of %s of %s", word, whose);
}

static void
test_commands_and_options(void **state)
{
    const char *page = *state;
    for (size_t i = 0; i < wm_commands.count; i++) {
        const struct wm_command *command = &wm_commands.items[i];
        check_word(page, command->name, "the commands");
        for (const struct wm_option *option = command->options;
             option != NULL && option->name != NULL; option++) {
            check_word(page, option->name, command->name);
        }
    }
}

static void
test_fields(void **state)
{
    const char *page = *state;
    for (size_t i = 0; i < wm_commands.count; i++) {
        const struct wm_question *question = wm_questions_find(wm_commands.items[i].name);
        if (question == NULL || question->shown == NULL) {
            continue;
        }
        for (const struct wm_shown *shown = question->shown; shown->title != NULL; shown++) {
            check_word(page, shown->key, question->command);
        }
    }
}

/* Whatever the table of commands dispatches to the table of questions is there. */
static void
test_questions_are_asked(void **state)
{
    (void)state;
    size_t asked = 0;
    for (size_t i = 0; i < wm_commands.count; i++) {
        asked += wm_questions_find(wm_commands.items[i].name) != NULL;
    }
    assert_true(asked > 0);
    assert_null(wm_questions_find("no such command"));
    assert_non_null(wm_questions_find("case list"));
    assert_true(wm_questions_find("stuck")->is_bad_if_any);
}

static int
setup(void **state)
{
    *state = read_page();
    return 0;
}

static int
teardown(void **state)
{
    free(*state);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands_and_options),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_questions_are_asked),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
