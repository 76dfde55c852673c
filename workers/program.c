/* program.c - the loop of a worker. */
#include "workers/program.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
    PATH_BYTES = 1024,
    EX_USAGE_ERROR = 2,
    EX_CONFIG_ERROR = 78,
    QUIET_MS = 200,    /* so long without a message is a quiet moment */
    WRITE_MS = 1000,   /* files are at most this much behind */
    RETRY_MS = 2000,   /* our own trouble: again after this */
    REPORT_MS = 20000, /* how long an answer to a report is waited for */
    EVENT_ID_MAX = 128,
    DAY_CHARS = WM_DAY_CHARS - 1,
    MS_PER_SECOND = 1000,
    NS_PER_MS = 1000000
};

void
wm_program_log(const struct wm_program *program, const char *format, ...)
{
    va_list args;
    char line[512];
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    (void)fprintf(stderr, "waymark-%s: %s\n", program->spec->name, line);
}

void
wm_program_path(const struct wm_program *program, const char *name, char *path, size_t size)
{
    assert(size > 0);
    const int wanted = snprintf(path, size, "%s%s%s", program->state, name != NULL ? "/" : "",
                                name != NULL ? name : "");
    assert(wanted > 0 && (size_t)wanted < size); /* the options were checked for length */
}

void
wm_message_day(const struct wm_message *message, char day[static WM_DAY_CHARS])
{
    static const char undated[] = "undated";
    const size_t size = message->time != NULL ? strlen(message->time) : 0;
    (void)snprintf(day, DAY_CHARS + 1, "%.*s", DAY_CHARS,
                   size >= DAY_CHARS ? message->time : undated);
}

/* ---- reporting back
 * ------------------------------------------------------------------------------------ */

static json_t *
report_event(const struct wm_program *program, const struct wm_message *message,
             const char *outcome, const char *type, json_t *data)
{
    char id[EVENT_ID_MAX + 1];
    char source[64];
    const int size = snprintf(id, sizeof id, "%s/%s", message->id, outcome);
    (void)snprintf(source, sizeof source, "/worker/%s", program->spec->name);
    if (size < 0 || (size_t)size >= sizeof id) {
        json_decref(data);
        return NULL;
    }
    json_t *event =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "specversion", "1.0", "id", id, "source",
                  source, "type", type, "subject", message->subject, "data", data);
    if (event != NULL && program->rehearsal && message->time != NULL) {
        (void)json_object_set_new(event, "time", json_string(message->time));
    }
    return event;
}

bool
wm_program_report(struct wm_program *program, const struct wm_message *message, const char *outcome,
                  const char *type, json_t *data)
{
    json_t *event = report_event(program, message, outcome, type, data);
    char *bytes = event != NULL ? json_dumps(event, JSON_COMPACT) : NULL;
    json_decref(event);
    if (bytes == NULL) {
        return false;
    }
    enum wm_answer_kind kind = WM_ANSWER_REJECT;
    char *detail = NULL;
    const enum wm_status status = wm_publisher_call(
        program->publisher, (struct wm_span){bytes, strlen(bytes)}, REPORT_MS, &kind, &detail);
    free(bytes);
    if (status == WM_OK && kind == WM_ANSWER_REJECT) {
        wm_program_log(program, "%s of %s was refused: %s", type, message->subject,
                       detail != NULL ? detail : "no reason given");
    }
    free(detail);
    return status == WM_OK;
}

/* ---- one delivery
 * -------------------------------------------------------------------------------------- */

static const char *
member(const json_t *root, const char *name)
{
    return json_string_value(json_object_get(root, name));
}

static enum wm_verdict
take(struct wm_program *program, const struct wm_delivery *delivery)
{
    json_error_t error;
    char topic[64];
    json_t *root = json_loadb(delivery->event.data, delivery->event.size, 0, &error);
    (void)snprintf(topic, sizeof topic, "%.*s", WM_SPAN_ARG(delivery->topic));
    const struct wm_message message = {.root = root,
                                       .data = json_object_get(root, "data"),
                                       .topic = topic,
                                       .id = member(root, "id"),
                                       .type = member(root, "type"),
                                       .subject = member(root, "subject"),
                                       .time = member(root, "time")};
    enum wm_verdict verdict = WM_VERDICT_REFUSE;
    if (message.id == NULL || message.type == NULL || message.subject == NULL ||
        message.data == NULL) {
        (void)snprintf(program->why, sizeof program->why,
                       "not an event with id, type, subject and data");
    } else {
        program->why[0] = '\0';
        verdict = program->spec->take(program, &message);
    }
    json_decref(root);
    return verdict;
}

static void
answer(struct wm_program *program, const struct wm_delivery *delivery, enum wm_verdict verdict)
{
    enum wm_status sent = WM_OK;
    switch (verdict) {
    case WM_VERDICT_DONE:
        sent = wm_worker_ack(program->worker, delivery);
        break;
    case WM_VERDICT_LATER:
        wm_program_log(program, "%.*s: later: %s", WM_SPAN_ARG(delivery->id), program->why);
        sent = wm_worker_nack(program->worker, delivery, RETRY_MS, program->why);
        break;
    case WM_VERDICT_REFUSE:
        wm_program_log(program, "%.*s: refused: %s", WM_SPAN_ARG(delivery->id), program->why);
        sent = wm_worker_refuse(program->worker, delivery, program->why);
        break;
    }
    if (sent != WM_OK) {
        wm_program_log(program, "%.*s: the answer could not be sent; it will be delivered again",
                       WM_SPAN_ARG(delivery->id));
    }
}

/* ---- the loop
 * ------------------------------------------------------------------------------------------ */

static int64_t
milliseconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / NS_PER_MS;
}

static bool
asked_to_stop(int signals)
{
    struct pollfd ready = {.fd = signals, .events = POLLIN};
    return poll(&ready, 1, 0) > 0;
}

static void
loop(struct wm_program *program, int signals)
{
    bool changed = true; /* files left behind by a crash are made anew at start */
    int64_t written_ms = 0;
    while (!asked_to_stop(signals)) {
        struct wm_delivery delivery;
        const enum wm_status status = wm_worker_receive(program->worker, QUIET_MS, &delivery);
        if (status == WM_OK) {
            answer(program, &delivery, take(program, &delivery));
            wm_delivery_free(&delivery);
            changed = true;
        }
        if (changed && (status != WM_OK || milliseconds() - written_ms >= WRITE_MS)) {
            changed = !program->spec->write(program);
            written_ms = milliseconds();
        }
    }
    (void)program->spec->write(program);
}

/* ---- beginning and ending
 * ------------------------------------------------------------------------------ */

static void
usage(const struct wm_program_spec *spec, FILE *out)
{
    (void)fprintf(
        out,
        "usage: waymark-%s [options]\n\n%s\n\n"
        "  --dispatch ENDPOINT  where waymarkd hands out work [tcp://127.0.0.1:7702]\n"
        "  --intake ENDPOINT    where waymarkd takes events [tcp://127.0.0.1:7701]\n"
        "  --state FOLDER       what it keeps and leaves for people [var/%s]\n"
        "  --config FILE        its configuration, where it has one\n"
        "  --rehearsal          the daemon's clock is manual: what happens has the time of its message\n"
        "  --help, --version\n\n%s\n",
        spec->name, spec->purpose, spec->name, spec->leaves);
}

/* -1: go on; else the exit status. */
static int
parse(struct wm_program *program, int argc, char **argv)
{
    static const struct option options[] = {
        {"dispatch", required_argument, NULL, 'd'}, {"intake", required_argument, NULL, 'i'},
        {"state", required_argument, NULL, 's'},    {"config", required_argument, NULL, 'c'},
        {"rehearsal", no_argument, NULL, 'r'},      {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},        {NULL, 0, NULL, 0}};
    for (int option = 0; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        switch (option) {
        case 'd':
            program->dispatch = optarg;
            break;
        case 'i':
            program->intake = optarg;
            break;
        case 's':
            program->state = optarg;
            break;
        case 'c':
            program->config = optarg;
            break;
        case 'r':
            program->rehearsal = true;
            break;
        case 'h':
            usage(program->spec, stdout);
            return 0;
        case 'V':
            (void)printf("waymark-%s " WM_VERSION "\n", program->spec->name);
            return 0;
        default:
            usage(program->spec, stderr);
            return EX_USAGE_ERROR;
        }
    }
    if (optind < argc || strlen(program->state) > PATH_BYTES / 2) {
        usage(program->spec, stderr);
        return EX_USAGE_ERROR;
    }
    return -1;
}

static bool
open_ledger(struct wm_program *program)
{
    char path[PATH_BYTES];
    const char *why = NULL;
    if (!wm_folder_make(program->state)) {
        wm_program_log(program, "can't make the folder %s: %s", program->state, strerror(errno));
        return false;
    }
    wm_program_path(program, "ledger.db", path, sizeof path);
    program->ledger = wm_ledger_open(path, program->spec->schema, &why);
    if (program->ledger == NULL) {
        wm_program_log(program, "can't open %s: %s", path, why);
        return false;
    }
    return true;
}

static bool
connect_daemon(struct wm_program *program)
{
    const struct wm_worker_options work = {.endpoint = program->dispatch,
                                           .topics = program->spec->topics,
                                           .topic_count = program->spec->topic_count};
    const struct wm_publisher_options publish = {.endpoints = &program->intake,
                                                 .endpoint_count = 1};
    program->worker = wm_worker_new(&work);
    program->publisher = wm_publisher_new(&publish);
    if (program->worker == NULL || program->publisher == NULL) {
        wm_program_log(program, "can't connect to %s and %s: %s", program->dispatch,
                       program->intake, strerror(errno));
        return false;
    }
    return true;
}

static int
run(struct wm_program *program, int signals)
{
    int status = 1;
    if (open_ledger(program)) {
        if (program->spec->open != NULL && !program->spec->open(program)) {
            status = EX_CONFIG_ERROR;
        } else if (connect_daemon(program)) {
            wm_program_log(program, "working for %s; state in %s", program->dispatch,
                           program->state);
            loop(program, signals);
            status = 0;
        }
    }
    wm_worker_free(&program->worker);
    wm_publisher_free(&program->publisher);
    if (program->spec->close != NULL) {
        program->spec->close(program);
    }
    wm_ledger_free(&program->ledger);
    return status;
}

int
wm_program_main(const struct wm_program_spec *spec, int argc, char **argv)
{
    char state[64];
    (void)snprintf(state, sizeof state, "var/%s", spec->name);
    struct wm_program program = {.spec = spec,
                                 .dispatch = "tcp://127.0.0.1:7702",
                                 .intake = "tcp://127.0.0.1:7701",
                                 .state = state};
    const int early = parse(&program, argc, argv);
    if (early >= 0) {
        return early;
    }
    /* Blocked before the first socket is made, so that no thread of the library takes them. */
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    const int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0) {
        wm_program_log(&program, "no signalfd: %s", strerror(errno));
        return 1;
    }
    const int status = run(&program, signals);
    (void)close(signals);
    return status;
}
