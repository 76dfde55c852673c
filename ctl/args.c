/* args.c - takes a command line apart by the table of commands. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "ctl/command.h"

enum { OPTIONS_MAX = 64 }; /* of one command, with those that every command takes */

/* What every command takes. */
static const struct wm_option everywhere[] = {
    {"--control", "ENDPOINT", ""}, {"--json", NULL, ""}, {"--help", NULL, ""}, {"-h", NULL, ""},
    {"--version", NULL, ""},       {NULL, NULL, NULL},
};

struct parser {
    const struct wm_command_list *commands;
    struct wm_arena *arena;
    const char *const *argv;
    int count;
    int next;
    bool is_literal; /* behind "--" */
    struct wm_args *args;
    struct wm_span why; /* absent: all is well so far */
};

static void
complain(struct parser *parser, struct wm_span why)
{
    if (parser->why.data == NULL) {
        parser->why = why;
    }
}

static const struct wm_option *
find_option(const struct wm_option *options, struct wm_span name)
{
    for (const struct wm_option *option = options; option != NULL && option->name != NULL;
         option++) {
        if (wm_span_is(name, option->name)) {
            return option;
        }
    }
    return NULL;
}

static void
add_names(const struct wm_option *options, struct wm_span *names, size_t *count)
{
    for (const struct wm_option *option = options; option != NULL && option->name != NULL;
         option++) {
        assert(*count < OPTIONS_MAX);
        names[(*count)++] = wm_span(option->name);
    }
}

/* "; did you mean --state?" or nothing. */
static const char *
near_option(const struct parser *parser, struct wm_span name)
{
    struct wm_span names[OPTIONS_MAX];
    size_t count = 0;
    add_names(everywhere, names, &count);
    add_names(parser->args->command != NULL ? parser->args->command->options : NULL, names, &count);
    const struct wm_span nearest = wm_text_nearest(name, names, count);
    return nearest.data == NULL
               ? ""
               : wm_arena_printf(parser->arena, "; did you mean %s?", nearest.data).data;
}

static void
keep_option(struct parser *parser, const struct wm_option *option, const char *value)
{
    struct wm_args *args = parser->args;
    if (strcmp(option->name, "--control") == 0) {
        args->control = value;
    } else if (strcmp(option->name, "--json") == 0) {
        args->json = true;
    } else if (strcmp(option->name, "--help") == 0 || strcmp(option->name, "-h") == 0) {
        args->help = true;
    } else if (strcmp(option->name, "--version") == 0) {
        args->version = true;
    } else {
        args->given[args->given_count++] = (struct wm_given){option, value};
    }
}

/* An option at argv[next], with its value behind '=' or in the next word. */
static void
take_option(struct parser *parser)
{
    const char *text = parser->argv[parser->next++];
    const char *equals = strncmp(text, "--", 2) == 0 ? strchr(text, '=') : NULL;
    const struct wm_span name = {text, equals != NULL ? (size_t)(equals - text) : strlen(text)};
    const struct wm_option *option = find_option(everywhere, name);
    if (option == NULL && parser->args->command != NULL) {
        option = find_option(parser->args->command->options, name);
    }
    if (option == NULL) {
        complain(parser,
                 wm_arena_printf(parser->arena, "there is no option %.*s%s%s", WM_SPAN_ARG(name),
                                 parser->args->command == NULL ? " before a command" : "",
                                 near_option(parser, name)));
        return;
    }
    const char *value = equals != NULL ? equals + 1 : NULL;
    if (option->value == NULL && value != NULL) {
        complain(parser, wm_arena_printf(parser->arena, "%s takes no value", option->name));
        return;
    }
    if (option->value != NULL && value == NULL) {
        if (parser->next == parser->count) {
            complain(parser, wm_arena_printf(parser->arena, "%s wants %s behind it", option->name,
                                             option->value));
            return;
        }
        value = parser->argv[parser->next++];
    }
    keep_option(parser, option, value);
}

/* The command "first" or "first second"; NULL if there is none. */
static const struct wm_command *
find_command(const struct wm_command_list *commands, const char *first, const char *second)
{
    const size_t size = strlen(first);
    for (size_t i = 0; i < commands->count; i++) {
        const char *name = commands->items[i].name;
        if (strncmp(name, first, size) != 0) {
            continue;
        }
        const bool is_match = second == NULL
                                  ? name[size] == '\0'
                                  : name[size] == ' ' && strcmp(name + size + 1, second) == 0;
        if (is_match) {
            return &commands->items[i];
        }
    }
    return NULL;
}

static bool
is_group(const struct wm_command_list *commands, const char *word)
{
    const size_t size = strlen(word);
    for (size_t i = 0; i < commands->count; i++) {
        const char *name = commands->items[i].name;
        if (strncmp(name, word, size) == 0 && name[size] == ' ') {
            return true;
        }
    }
    return false;
}

/* The name most like what was typed, whole or within its group. */
static struct wm_span
near_command(const struct parser *parser, struct wm_span typed)
{
    struct wm_span *names =
        WM_NEW_ARRAY(parser->arena, struct wm_span, 2 * parser->commands->count);
    if (wm_arena_failed(parser->arena)) {
        return (struct wm_span){0};
    }
    size_t count = 0;
    for (size_t i = 0; i < parser->commands->count; i++) {
        const struct wm_span name = wm_span(parser->commands->items[i].name);
        const char *space = memchr(name.data, ' ', name.size);
        names[count++] = name;
        if (space != NULL) {
            names[count++] = (struct wm_span){name.data, (size_t)(space - name.data)};
        }
    }
    return wm_text_nearest(typed, names, count);
}

static void
no_command(struct parser *parser, struct wm_span typed)
{
    const struct wm_span nearest = near_command(parser, typed);
    complain(
        parser,
        nearest.data == NULL
            ? wm_arena_printf(parser->arena, "there is no command \"%.*s\"", WM_SPAN_ARG(typed))
            : wm_arena_printf(parser->arena, "there is no command \"%.*s\"; did you mean \"%.*s\"?",
                              WM_SPAN_ARG(typed), WM_SPAN_ARG(nearest)));
}

/* The first words name the command: one, or a group and one of its. */
static void
take_command(struct parser *parser, const char *word)
{
    struct wm_args *args = parser->args;
    if (args->group == NULL) {
        args->command = find_command(parser->commands, word, NULL);
        if (is_group(parser->commands, word)) {
            args->group = word;
        } else if (args->command == NULL) {
            no_command(parser, wm_span(word));
        }
        return;
    }
    args->command = find_command(parser->commands, args->group, word);
    if (args->command == NULL) {
        no_command(parser, wm_arena_printf(parser->arena, "%s %s", args->group, word));
    }
}

static void
check_words(struct parser *parser)
{
    const struct wm_args *args = parser->args;
    const struct wm_command *command = args->command;
    if (args->help || args->version || command == NULL) {
        return;
    }
    if (args->word_count < command->words_min) {
        complain(parser, wm_arena_printf(parser->arena, "something is missing: waymarkctl %s %s",
                                         command->name, command->usage));
    } else if (args->word_count > command->words_max) {
        complain(parser,
                 wm_arena_printf(parser->arena, "\"%s\" is too much: waymarkctl %s %s",
                                 args->words[command->words_max], command->name, command->usage));
    }
}

enum wm_status
wm_args_parse(const struct wm_command_list *commands, struct wm_arena *arena, struct wm_argv argv,
              struct wm_args *ret_args, struct wm_span *ret_why)
{
    assert(commands != NULL && arena != NULL);
    assert(argv.count >= 0 && ret_args != NULL && ret_why != NULL);
    struct wm_args args = {0};
    args.words = WM_NEW_ARRAY(arena, const char *, (size_t)argv.count + 1);
    args.given = WM_NEW_ARRAY(arena, struct wm_given, (size_t)argv.count + 1);
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    struct parser parser = {.commands = commands,
                            .arena = arena,
                            .argv = argv.items,
                            .count = argv.count,
                            .next = argv.count > 0 ? 1 : 0, /* behind the program's own name */
                            .args = &args};
    while (parser.next < argv.count && parser.why.data == NULL) {
        const char *word = argv.items[parser.next];
        if (!parser.is_literal && strcmp(word, "--") == 0) {
            parser.is_literal = true;
            parser.next++;
        } else if (!parser.is_literal && word[0] == '-' && word[1] != '\0') {
            take_option(&parser);
        } else if (args.command == NULL) {
            take_command(&parser, word);
            parser.next++;
        } else {
            args.words[args.word_count++] = word;
            parser.next++;
        }
    }
    check_words(&parser);
    if (parser.why.data != NULL) {
        *ret_why = parser.why;
        return WM_EINVAL;
    }
    *ret_args = args;
    return WM_OK;
}

const char *
wm_args_value(const struct wm_args *args, const char *name)
{
    assert(args != NULL && name != NULL);
    const char *value = NULL;
    for (size_t i = 0; i < args->given_count; i++) {
        if (strcmp(args->given[i].option->name, name) == 0) {
            value = args->given[i].value;
        }
    }
    return value;
}

bool
wm_args_flag(const struct wm_args *args, const char *name)
{
    assert(args != NULL && name != NULL);
    for (size_t i = 0; i < args->given_count; i++) {
        if (strcmp(args->given[i].option->name, name) == 0) {
            return true;
        }
    }
    return false;
}
