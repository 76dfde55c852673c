/* load.c - a daemon of its own, and a publisher that measures its answers. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/waymark.h"
#include "tests/bench/bench.h"

enum { PATH_BYTES = 512, EVENT_BYTES = 1024, READY_TRIES = 2000, POLL_MS = 5, STOP_MS = 10000 };

static bool
write_config(const struct bench_options *options, struct bench_daemon *daemon)
{
    (void)snprintf(daemon->config, sizeof daemon->config, "%s/waymark.cfg", options->folder);
    (void)snprintf(daemon->control, sizeof daemon->control, "ipc://%s/control", options->folder);
    const int port = 20000 + (int)getpid() % 20000;
    (void)snprintf(daemon->intake, sizeof daemon->intake, "tcp://127.0.0.1:%d", port);
    FILE *out = fopen(daemon->config, "we");
    if (out == NULL) {
        return false;
    }
    (void)fprintf(
        out,
        "organisation = \"bench\";\nstore = \"sqlite:%s/waymark.db\";\n"
        "policy: { calendar = \"%s/calendars/england-and-wales.cfg\"; teams = \"%s/teams.cfg\";"
        " workflows = [ \"%s/workflows/complaint.cfg\", \"%s/workflows/asb.cfg\" ]; };\n"
        "endpoints: { intake = [ \"%s\" ]; dispatch = [ \"tcp://127.0.0.1:%d\" ];"
        " changes = [ \"tcp://127.0.0.1:%d\" ]; control = \"%s\"; };\n"
        "security: { insecure = true; };\n",
        options->folder, options->config, options->config, options->config, options->config,
        daemon->intake, port + 1, port + 2, daemon->control);
    return fclose(out) == 0;
}

static void
ignore(void *context, const struct wm_answer *answer)
{
    (void)context;
    (void)answer;
}

/* True once an answer of the intake has been heard. */
static bool
answers(const struct bench_daemon *daemon)
{
    const char *const endpoint = daemon->intake;
    const struct wm_publisher_options options = {.endpoints = &endpoint, .endpoint_count = 1};
    struct wm_publisher *publisher = wm_publisher_new(&options);
    bool heard = false;
    for (int i = 0; publisher != NULL && i < READY_TRIES && !heard; i++) {
        (void)wm_publisher_poll(publisher, POLL_MS, ignore, NULL);
        heard = wm_publisher_heard(publisher);
        heard = heard || waitpid(daemon->pid, NULL, WNOHANG) != 0;
    }
    heard = publisher != NULL && wm_publisher_heard(publisher);
    wm_publisher_free(&publisher);
    return heard;
}

bool
bench_daemon_start(const struct bench_options *options, struct bench_daemon *daemon,
                   double *ret_ready_ms)
{
    char program[PATH_BYTES];
    char log[PATH_BYTES];
    char name[] = "waymarkd";
    char flag[] = "--config";
    posix_spawn_file_actions_t actions;
    if (!write_config(options, daemon)) {
        return false;
    }
    (void)snprintf(program, sizeof program, "%s/waymarkd", options->bin);
    (void)snprintf(log, sizeof log, "%s/waymarkd.log", options->folder);
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log,
                                           O_WRONLY | O_CREAT | O_APPEND, 0600);
    char *const argv[] = {name, flag, daemon->config, NULL};
    const int64_t begin = bench_now_us();
    const int failed = posix_spawn(&daemon->pid, program, &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    const bool up = failed == 0 && answers(daemon);
    *ret_ready_ms = (double)(bench_now_us() - begin) / 1000;
    if (!up) {
        (void)fprintf(stderr, "waymarkd did not start; see %s\n", log);
    }
    return up;
}

void
bench_daemon_stop(struct bench_daemon *daemon)
{
    if (daemon->pid > 0) {
        (void)kill(daemon->pid, SIGTERM);
        for (int i = 0; i < STOP_MS && waitpid(daemon->pid, NULL, WNOHANG) == 0; i++) {
            (void)usleep(1000);
        }
        daemon->pid = 0;
    }
}

long
bench_daemon_rss_kib(const struct bench_daemon *daemon)
{
    char path[PATH_BYTES];
    char line[PATH_BYTES];
    long kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)daemon->pid);
    FILE *in = fopen(path, "re");
    while (in != NULL && fgets(line, sizeof line, in) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            kib = strtol(line + 6, NULL, 10);
        }
    }
    if (in != NULL) {
        (void)fclose(in);
    }
    return kib;
}

/* ---- the load
 * ------------------------------------------------------------------------------------------ */

struct measure {
    int64_t *latencies;
    uint32_t count;
    uint32_t refused;
};

static void
answered(void *context, const struct wm_answer *answer)
{
    struct measure *measure = context;
    const int64_t *sent = answer->tag;
    measure->latencies[measure->count++] = bench_now_us() - *sent;
    if (answer->kind == WM_ANSWER_REJECT && measure->refused++ == 0) {
        (void)fprintf(stderr, "refused: %.*s\n", WM_SPAN_ARG(answer->detail));
    }
}

static struct wm_span
make_event(char *bytes, uint32_t number)
{
    const int size = snprintf(
        bytes, EVENT_BYTES,
        "{\"specversion\":\"1.0\",\"id\":\"bench-%u\",\"source\":\"/bench\",\"type\":\"complaint.received\","
        "\"subject\":\"B-%u\",\"data\":{\"channel\":\"phone\",\"area\":\"responsive repairs\",\"nature\":\"delay\","
        "\"points\":[{\"id\":\"p1\",\"text\":\"The boiler was not mended when it was promised.\"}],"
        "\"desired_outcome\":\"A working boiler\",\"customer\":{\"ref\":\"P-%u\",\"name\":\"Invented Person\","
        "\"phone\":\"0151 496 0000\"},\"contact\":{\"method\":\"phone\",\"frequency_days\":5},"
        "\"consents\":{\"survey\":true}}}",
        number, number, number);
    return (struct wm_span){bytes, (size_t)size};
}

static int
by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void
sum_up(struct measure *measure, int64_t took_us, struct load_figures *figures)
{
    qsort(measure->latencies, measure->count, sizeof *measure->latencies, by_size);
    figures->events = measure->count;
    figures->per_second = (double)measure->count * 1e6 / (double)took_us;
    figures->p50_us = measure->count > 0 ? (double)measure->latencies[measure->count / 2] : 0;
    figures->p99_us =
        measure->count > 0 ? (double)measure->latencies[measure->count * 99UL / 100] : 0;
}

bool
bench_load(const struct bench_options *options, const struct bench_daemon *daemon, uint32_t window,
           uint32_t first, struct load_figures *ret_figures)
{
    const char *const endpoint = daemon->intake;
    const struct wm_publisher_options publish = {
        .endpoints = &endpoint, .endpoint_count = 1, .window = window};
    struct wm_publisher *publisher = wm_publisher_new(&publish);
    int64_t *sent = calloc(options->events, sizeof *sent);
    struct measure measure = {.latencies = calloc(options->events, sizeof *measure.latencies)};
    if (publisher == NULL || sent == NULL || measure.latencies == NULL) {
        return false;
    }
    const int64_t begin = bench_now_us();
    const int64_t end = begin + (int64_t)options->seconds * 1000000;
    char bytes[EVENT_BYTES];
    uint32_t next = 0;
    while (measure.count < next || (next < options->events && bench_now_us() < end)) {
        while (next < options->events && bench_now_us() < end &&
               wm_publisher_pending(publisher) < window) {
            sent[next] = bench_now_us();
            if (wm_publisher_send(publisher, make_event(bytes, first + next), &sent[next]) !=
                WM_OK) {
                break;
            }
            next++;
        }
        (void)wm_publisher_poll(publisher, -1, answered, &measure);
    }
    sum_up(&measure, bench_now_us() - begin, ret_figures);
    wm_publisher_free(&publisher);
    free(sent);
    free(measure.latencies);
    return measure.refused == 0;
}
