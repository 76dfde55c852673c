/* main.c - waymarkctl: takes the command line apart and runs the command. */
#include <errno.h>
#include <string.h>

#include "ctl/command.h"

enum { ARENA_BYTES = 1 << 30 }; /* what one command may hold: lists of a hundred thousand cases */

static enum wm_exit
run(struct wm_ctl *ctl)
{
    const struct wm_args *args = ctl->args;
    if (args->version) {
        (void)fprintf(ctl->out, "waymarkctl %s\n", WM_VERSION); /* checked at the close */
        return WM_EXIT_DONE;
    }
    if (args->command != NULL && args->help) {
        wm_help_command(ctl->out, args->command);
        return WM_EXIT_DONE;
    }
    if (args->command == NULL) {
        wm_help_overview(args->help ? ctl->out : ctl->err, &wm_commands, args->group);
        return args->help ? WM_EXIT_DONE : WM_EXIT_USAGE;
    }
    return args->command->run(ctl);
}

int
main(int argc, char **argv)
{
    struct wm_args args;
    struct wm_ctl ctl = {
        .arena = wm_arena_new(ARENA_BYTES), .args = &args, .out = stdout, .err = stderr};
    if (ctl.arena == NULL) {
        return (int)wm_ctl_fail(&ctl, WM_EXIT_REFUSED, "out of memory");
    }
    struct wm_span why;
    const struct wm_argv line = {argc, (const char *const *)argv};
    enum wm_exit code = WM_EXIT_USAGE;
    if (wm_args_parse(&wm_commands, ctl.arena, line, &args, &why) != WM_OK) {
        wm_ctl_say(&ctl, "%.*s", WM_SPAN_ARG(why));
    } else {
        code = run(&ctl);
    }
    if (wm_arena_failed(ctl.arena)) {
        code = wm_ctl_fail(&ctl, WM_EXIT_REFUSED, "out of memory: the answer is not complete");
    }
    wm_arena_free(&ctl.arena);
    if (fflush(stdout) != 0 && code == WM_EXIT_DONE) {
        code = wm_ctl_fail(&ctl, WM_EXIT_REFUSED, "standard output: %s", strerror(errno));
    }
    return (int)code;
}
