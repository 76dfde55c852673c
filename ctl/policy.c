/* policy.c - workflow check, workflow graph, config check: policy files judged without a daemon. */
#include <assert.h>
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/run.h"
#include "ctl/setup.h"

/* What workflows may name: calendars, people, event types. Without a config only the event types;
 * a config that is wrong is told about, but hinders nothing that can be checked without it. */
static void
load_around(struct wm_ctl *ctl, struct wm_setup *setup)
{
    wm_setup_init(setup, ctl->arena, wm_args_value(ctl->args, "--config"));
    const struct wm_settings *settings = &setup->settings;
    if (setup->config.data == NULL) {
        wm_ctl_say(ctl, "no configuration was found: teams, officers and calendars are not "
                        "checked (--config FILE)");
    } else if (wm_setup_settings(setup) && wm_setup_calendars(setup, settings->calendar_file)) {
        (void)wm_setup_people(setup, settings->teams_file); /* told with the findings */
    }
    (void)wm_setup_schemas(setup); /* likewise */
}

static enum wm_exit
conclude(const struct wm_ctl *ctl, const struct wm_setup *setup, const char *what)
{
    wm_setup_print(ctl, setup, ctl->out);
    const size_t errors = wm_findings_errors(&setup->findings);
    if (errors == 0 && !ctl->args->json) {
        (void)fprintf(ctl->out, "%s: no mistake found\n", what); /* shows at the close */
    }
    return errors == 0 ? WM_EXIT_DONE : WM_EXIT_REFUSED;
}

static struct wm_span *
spans_of(struct wm_arena *arena, const struct wm_args *args)
{
    struct wm_span *paths = WM_NEW_ARRAY(arena, struct wm_span, args->word_count + 1);
    for (size_t i = 0; i < args->word_count && !wm_arena_failed(arena); i++) {
        paths[i] = wm_span(args->words[i]);
    }
    return paths;
}

enum wm_exit
wm_run_workflow_check(struct wm_ctl *ctl)
{
    struct wm_setup setup;
    load_around(ctl, &setup);
    const size_t count = ctl->args->word_count;
    (void)wm_setup_workflows(&setup, spans_of(ctl->arena, ctl->args), count); /* told below */
    const enum wm_exit code =
        conclude(ctl, &setup, count == 1 ? ctl->args->words[0] : "the workflows");
    wm_setup_deinit(&setup);
    return code;
}

enum wm_exit
wm_run_config_check(struct wm_ctl *ctl)
{
    struct wm_setup setup;
    wm_setup_init(&setup, ctl->arena, ctl->args->word_count > 0 ? ctl->args->words[0] : NULL);
    (void)wm_setup_all(&setup); /* told below */
    const enum wm_exit code =
        conclude(ctl, &setup, setup.config.data != NULL ? setup.config.data : "the configuration");
    wm_setup_deinit(&setup);
    return code;
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* "svg" of "out.svg"; NULL when it is none that we can write. */
static const char *
format_of(const char *path)
{
    static const char *const formats[] = {"svg", "png", "dot"};
    const char *point = strrchr(path, '.');
    for (size_t i = 0; point != NULL && i < WM_COUNT(formats); i++) {
        if (strcmp(point + 1, formats[i]) == 0) {
            return formats[i];
        }
    }
    return NULL;
}

/* A process that reads DOT text from *ret_in and draws it. 0, or an errno. */
static int
start_dot(const char *format, const char *path, pid_t *ret_pid, FILE **ret_in)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return errno;
    }
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
        error = error != 0 ? error : posix_spawn_file_actions_addclose(&actions, ends[0]);
        error = error != 0 ? error : posix_spawn_file_actions_addclose(&actions, ends[1]);
        char type[8]; /* "-Tsvg" */
        (void)snprintf(type, sizeof type, "-T%s", format);
        char *const arguments[] = {(char[]){"dot"}, type, (char[]){"-o"}, strdup(path), NULL};
        error =
            error != 0 ? error : posix_spawnp(ret_pid, "dot", &actions, NULL, arguments, environ);
        free(arguments[3]);
        (void)posix_spawn_file_actions_destroy(&actions); /* cannot fail */
    }
    (void)close(ends[0]); /* the child's end */
    *ret_in = error == 0 ? fdopen(ends[1], "w") : NULL;
    if (*ret_in == NULL) {
        (void)close(ends[1]); /* nobody reads it */
        return error != 0 ? error : errno;
    }
    return 0;
}

static enum wm_exit
draw(const struct wm_ctl *ctl, struct wm_span graph, const char *format, const char *path)
{
    pid_t pid = -1;
    FILE *in = NULL;
    const int error = start_dot(format, path, &pid, &in);
    if (error == ENOENT) {
        return wm_ctl_fail(ctl, WM_EXIT_REFUSED,
                           "drawing %s needs the program dot: apt install graphviz", format);
    }
    if (error != 0) {
        return wm_ctl_fail(ctl, WM_EXIT_REFUSED, "dot can't be started: %s", strerror(error));
    }
    (void)fwrite(graph.data, 1, graph.size, in); /* dot tells by its status what is missing */
    (void)fclose(in);
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return wm_ctl_fail(ctl, WM_EXIT_REFUSED, "dot could not write %s", path);
    }
    return WM_EXIT_DONE;
}

static enum wm_exit
write_graph(const struct wm_ctl *ctl, struct wm_span graph, const char *path)
{
    const char *format = path != NULL ? format_of(path) : "dot";
    if (format == NULL) {
        return wm_ctl_fail(ctl, WM_EXIT_USAGE, "%s: the name must end in .svg, .png or .dot", path);
    }
    if (strcmp(format, "dot") != 0) {
        return draw(ctl, graph, format, path);
    }
    FILE *out = path != NULL ? fopen(path, "we") : ctl->out;
    if (out == NULL) {
        return wm_ctl_fail(ctl, WM_EXIT_REFUSED, "%s: %s", path, strerror(errno));
    }
    bool is_written = fwrite(graph.data, 1, graph.size, out) == graph.size;
    if (path != NULL) {
        is_written = fclose(out) == 0 && is_written;
    }
    return is_written ? WM_EXIT_DONE
                      : wm_ctl_fail(ctl, WM_EXIT_REFUSED, "%s: %s",
                                    path != NULL ? path : "standard output", strerror(errno));
}

enum wm_exit
wm_run_workflow_graph(struct wm_ctl *ctl)
{
    struct wm_setup setup;
    load_around(ctl, &setup);
    const struct wm_span path = wm_span(ctl->args->words[0]);
    enum wm_exit code = WM_EXIT_REFUSED;
    (void)wm_setup_workflows(&setup, &path, 1); /* judged by what it loaded */
    if (setup.workflow_count == 0) {
        wm_setup_print(ctl, &setup, ctl->err);
    } else {
        const struct wm_span graph = wm_workflow_graph(ctl->arena, setup.workflows[0]);
        code = write_graph(ctl, graph, wm_args_value(ctl->args, "-o"));
    }
    wm_setup_deinit(&setup);
    return code;
}
