/* command.h - what a command of waymarkctl is called, takes and does, and what was typed. */
#ifndef WM_CTL_COMMAND_H
#define WM_CTL_COMMAND_H

#include <stdio.h>

#include "base/arena.h"
#include "base/status.h"

/* Exit status, as scripts rely on it (interfaces.md). */
enum wm_exit {
    WM_EXIT_DONE = 0,
    WM_EXIT_REFUSED = 1,  /* refused or failed */
    WM_EXIT_USAGE = 2,    /* the command line makes no sense */
    WM_EXIT_NO_DAEMON = 3 /* nobody answers */
};

enum { WM_WORDS_ANY = 1 << 20 }; /* as words_max: as many as one likes */

struct wm_option {
    const char *name;  /* "--state"; NULL ends the list */
    const char *value; /* what to write behind it, "STATE"; NULL: nothing, it is a flag */
    const char *help;
};

struct wm_ctl;

/* One row of the table of commands. All texts are literals. */
struct wm_command {
    const char *name;    /* "case show" */
    const char *usage;   /* behind the name, "REF" */
    const char *summary; /* a few words for the overview */
    const char *help;    /* sentences, with line ends */
    const struct wm_option *options;
    size_t words_min;
    size_t words_max;
    enum wm_exit (*run)(struct wm_ctl *ctl);
};

struct wm_command_list {
    const struct wm_command *items;
    size_t count;
};

struct wm_given {
    const struct wm_option *option;
    const char *value;
};

/* A command line, taken apart. Texts borrow argv. */
struct wm_args {
    const struct wm_command *command; /* NULL: none was named */
    const char *group;                /* "case" when a group alone was named, for its help */
    const char *control;              /* NULL: not given */
    bool json;
    bool help;
    bool version;
    const char **words;
    size_t word_count;
    struct wm_given *given;
    size_t given_count;
};

/* What a command works with. */
struct wm_ctl {
    struct wm_arena *arena;
    const struct wm_args *args;
    FILE *out;
    FILE *err;
};

/* As main gets them. */
struct wm_argv {
    int count;
    const char *const *items;
};

/* Takes all but the first apart. WM_EINVAL with a sentence in *ret_why. Lives in the arena. */
WM_MUSTCHECK enum wm_status wm_args_parse(const struct wm_command_list *commands,
                                          struct wm_arena *arena, struct wm_argv argv,
                                          struct wm_args *ret_args, struct wm_span *ret_why);
/* The value of an option; NULL if it was not given. Given twice, the last counts. */
const char *wm_args_value(const struct wm_args *args, const char *name);
bool wm_args_flag(const struct wm_args *args, const char *name);

/* All commands, or those of a group ("case"); then what all have in common. */
void wm_help_overview(FILE *out, const struct wm_command_list *commands, const char *group);
/* Usage, sentences and options of one. */
void wm_help_command(FILE *out, const struct wm_command *command);

/* The table. */
extern const struct wm_command_list wm_commands;

/* Says something on standard error: a sentence, no line end. */
void wm_ctl_say(const struct wm_ctl *ctl, const char *format, ...) WM_FORMAT(2, 3);
/* The same, and returns `code`. */
enum wm_exit wm_ctl_fail(const struct wm_ctl *ctl, enum wm_exit code, const char *format, ...)
    WM_FORMAT(3, 4);

#endif
