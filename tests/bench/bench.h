/* bench.h - figures, never a pass or fail on time: everything of one run on one disk, side by side.
 */
#ifndef WM_TESTS_BENCH_BENCH_H
#define WM_TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct bench_options {
    const char *bin;     /* folder of waymarkd */
    const char *config;  /* folder of the policy files */
    const char *folder;  /* scratch, on the disk to be measured */
    uint32_t events;     /* at most, for each load */
    uint32_t seconds;    /* at most, for each load */
    uint32_t open_cases; /* for the start and memory figures; 0: not measured */
};

struct load_figures {
    double per_second;
    double p50_us;
    double p99_us;
    uint32_t events;
};

int64_t bench_now_us(void);
/* append 4 KiB + fdatasync, a second. */
double bench_fsync_rate(const struct bench_options *options);
/* A minimal C program that writes the rows of an event (event, seen, case, outbox) in commits of
 * `batch`. */
double bench_sqlite_rate(const struct bench_options *options, uint32_t batch);

struct bench_daemon {
    pid_t pid;
    char intake[64];
    char control[256];
    char config[256];
};
/* Starts waymarkd on a store of its own in the scratch folder; waits until it answers.
 * *ret_ready_ms: how long. */
bool bench_daemon_start(const struct bench_options *options, struct bench_daemon *daemon,
                        double *ret_ready_ms);
void bench_daemon_stop(struct bench_daemon *daemon);
/* Resident memory in KiB. */
long bench_daemon_rss_kib(const struct bench_daemon *daemon);
/* Publishes events of distinct cases (the `first`-th on) with so many in flight. */
bool bench_load(const struct bench_options *options, const struct bench_daemon *daemon,
                uint32_t window, uint32_t first, struct load_figures *ret_figures);

#endif
