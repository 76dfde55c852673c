/* help.c - says what the commands do. */
#include <assert.h>
#include <string.h>

#include "ctl/command.h"

enum { NAME_WIDTH = 22, OPTION_WIDTH = 24 };

static const char common[] =
    "Every command takes:\n"
    "  --control ENDPOINT      where waymarkd answers; else WAYMARK_CONTROL of the environment,\n"
    "                          else the endpoint in waymark.cfg\n"
    "  --json                  one JSON document, or one object a line for lists\n"
    "  --help                  what the command takes and does\n"
    "\n"
    "Exit status: 0 done, 1 refused or failed, 2 the command line makes no sense, 3 no daemon "
    "there.\n";

static bool
is_in(const struct wm_command *command, const char *group)
{
    if (group == NULL) {
        return true;
    }
    const size_t size = strlen(group);
    return strncmp(command->name, group, size) == 0 &&
           (command->name[size] == ' ' || command->name[size] == '\0');
}

void
wm_help_overview(FILE *out, const struct wm_command_list *commands, const char *group)
{
    assert(out != NULL && commands != NULL);
    (void)fprintf(out, "Usage: waymarkctl [--control ENDPOINT] [--json] %s%sCOMMAND ...\n\n",
                  group != NULL ? group : "", group != NULL ? " " : "");
    for (size_t i = 0; i < commands->count; i++) {
        const struct wm_command *command = &commands->items[i];
        if (is_in(command, group)) {
            (void)fprintf(out, "  %-*s%s\n", NAME_WIDTH, command->name, command->summary);
        }
    }
    (void)fprintf(out, "\n%s", common); /* a broken pipe shows when the stream is closed */
}

void
wm_help_command(FILE *out, const struct wm_command *command)
{
    assert(out != NULL && command != NULL);
    (void)fprintf(out, "Usage: waymarkctl %s%s%s\n\n%s", command->name,
                  command->usage[0] != '\0' ? " " : "", command->usage, command->help);
    if (command->options != NULL) {
        (void)fprintf(out, "\n");
    }
    for (const struct wm_option *option = command->options; option != NULL && option->name != NULL;
         option++) {
        const int size = fprintf(out, "  %s%s%s", option->name, option->value != NULL ? " " : "",
                                 option->value != NULL ? option->value : "");
        const int gap = size < OPTION_WIDTH ? OPTION_WIDTH - size : 1;
        (void)fprintf(out, "%*s  %s\n", gap, "", option->help);
    }
    (void)fprintf(out, "\n%s", common);
}
