/* bench.c - waymark-bench: how far the daemon is from what the disk and a minimal writer give, in
 * one run. */
#include "tests/bench/bench.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 512, BATCH = 512, WINDOW = 256 };

static void
print_load(const char *name, const struct load_figures *figures, double fsyncs, double writer)
{
    (void)printf("%-34s %9.0f events/s   p50 %7.0f us   p99 %7.0f us   %u events", name,
                 figures->per_second, figures->p50_us, figures->p99_us, figures->events);
    if (fsyncs > 0) {
        (void)printf("   %.2f of raw flushes", figures->per_second / fsyncs);
    }
    if (writer > 0) {
        (void)printf("   %.2f of the minimal writer", figures->per_second / writer);
    }
    (void)printf("\n");
}

static int
measure_daemon(const struct bench_options *options, double fsyncs, double writer)
{
    struct bench_daemon daemon = {0};
    struct load_figures one;
    struct load_figures many;
    struct load_figures fill;
    double ready_ms = 0;
    if (!bench_daemon_start(options, &daemon, &ready_ms)) {
        return 1;
    }
    (void)printf("%-34s %9.0f ms\n", "start, empty store", ready_ms);
    bool good = bench_load(options, &daemon, 1, 0, &one);
    good = bench_load(options, &daemon, WINDOW, options->events, &many) && good;
    print_load("1 in flight", &one, fsyncs, 0);
    print_load("256 in flight", &many, 0, writer);
    const uint32_t have = one.events + many.events;
    if (options->open_cases > have) {
        struct bench_options more = *options;
        more.events = options->open_cases - have;
        more.seconds = UINT32_MAX;
        good = bench_load(&more, &daemon, WINDOW * 4, options->events * 2, &fill) && good;
        print_load("1024 in flight, many cases", &fill, 0, writer);
    }
    bench_daemon_stop(&daemon);
    if (options->open_cases > 0 && bench_daemon_start(options, &daemon, &ready_ms)) {
        (void)printf("start with %u open cases: %.0f ms, %.1f MiB resident\n",
                     have > options->open_cases ? have : options->open_cases, ready_ms,
                     (double)bench_daemon_rss_kib(&daemon) / 1024);
        bench_daemon_stop(&daemon);
    }
    return good ? 0 : 1;
}

static void
usage(FILE *out)
{
    (void)fputs(
        "usage: waymark-bench [--bin FOLDER] [--config FOLDER] [--folder SCRATCH] [--events N]\n"
        "                     [--seconds N] [--open-cases N]\n\n"
        "Measures in one run: raw flushes of the disk, a minimal SQLite writer of the same rows, and waymarkd\n"
        "with 1 and with 256 events in flight; with --open-cases also its start and memory then.\n",
        out);
}

static bool
parse(int argc, char **argv, struct bench_options *options)
{
    static const struct option names[] = {
        {"bin", required_argument, NULL, 'b'},     {"config", required_argument, NULL, 'c'},
        {"folder", required_argument, NULL, 'f'},  {"events", required_argument, NULL, 'n'},
        {"seconds", required_argument, NULL, 's'}, {"open-cases", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0}};
    for (int option = 0; (option = getopt_long(argc, argv, "h", names, NULL)) != -1;) {
        switch (option) {
        case 'b':
            options->bin = optarg;
            break;
        case 'c':
            options->config = optarg;
            break;
        case 'f':
            options->folder = optarg;
            break;
        case 'n':
            options->events = (uint32_t)strtoul(optarg, NULL, 10);
            break;
        case 's':
            options->seconds = (uint32_t)strtoul(optarg, NULL, 10);
            break;
        case 'o':
            options->open_cases = (uint32_t)strtoul(optarg, NULL, 10);
            break;
        case 'h':
            usage(stdout);
            exit(0);
        default:
            return false;
        }
    }
    return optind == argc && options->events > 0 && options->seconds > 0;
}

int
main(int argc, char **argv)
{
    char scratch[] = "/var/tmp/waymark-bench-XXXXXX";
    struct bench_options options = {
        .bin = WM_BENCH_BIN, .config = WM_BENCH_CONFIG, .events = 50000, .seconds = 5};
    if (!parse(argc, argv, &options)) {
        usage(stderr);
        return 2;
    }
    if (options.folder == NULL) {
        options.folder = mkdtemp(scratch);
    }
    if (options.folder == NULL) {
        perror("scratch folder");
        return 1;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)printf("scratch in %s\n", options.folder);
    const double fsyncs = bench_fsync_rate(&options);
    const double single = bench_sqlite_rate(&options, 1);
    const double writer = bench_sqlite_rate(&options, BATCH);
    (void)printf("%-34s %9.0f /s\n", "append 4 KiB + fdatasync", fsyncs);
    (void)printf("%-34s %9.0f events/s\n", "minimal writer, 1 a commit", single);
    (void)printf("%-34s %9.0f events/s\n", "minimal writer, 512 a commit", writer);
    return measure_daemon(&options, fsyncs, writer);
}
