/* disk.c - what the disk gives: raw flushes, and a minimal writer of the same rows on SQLite. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "tests/bench/bench.h"

enum { BLOCK = 4096, PATH_BYTES = 512, RUN_US = 2000000 };

int64_t
bench_now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

double
bench_fsync_rate(const struct bench_options *options)
{
    char path[PATH_BYTES];
    char block[BLOCK];
    (void)snprintf(path, sizeof path, "%s/flush", options->folder);
    memset(block, 'w', sizeof block);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const int64_t begin = bench_now_us();
    double count = 0;
    while (fd >= 0 && bench_now_us() - begin < RUN_US) {
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd) != 0) {
            break;
        }
        count++;
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    (void)unlink(path);
    return count * 1e6 / (double)(bench_now_us() - begin);
}

static const char schema[] =
    "pragma journal_mode = wal; pragma synchronous = full;"
    "create table cases (org text, ref text, state text, wake integer, snapshot text, primary key (org, ref))"
    " strict, without rowid;"
    "create table events (org text, ref text, seq integer, id text, at integer, body text,"
    " primary key (org, ref, seq)) strict, without rowid;"
    "create table seen (org text, source text, id text, digest blob, ref text, seq integer,"
    " primary key (org, source, id)) strict, without rowid;"
    "create table outbox (org text, number integer primary key, id text, topic text, body text) strict;";

static const char *const statements[] = {
    "insert into cases values ('o', ?1, 'received', ?2, ?3)",
    "insert into events values ('o', ?1, 1, ?1, ?2, ?3)",
    "insert into seen values ('o', '/bench', ?1, x'00112233445566778899aabbccddeeff', ?1, 1)",
    "insert into outbox (org, id, topic, body) values ('o', ?1, 'letters', ?3)",
};
enum { STATEMENTS = sizeof statements / sizeof statements[0], BODY = 600 };

static void
write_event(sqlite3_stmt **prepared, uint32_t number)
{
    char id[32];
    char body[BODY + 1];
    (void)snprintf(id, sizeof id, "B-%u", number);
    memset(body, 'b', BODY);
    body[BODY] = '\0';
    for (int i = 0; i < STATEMENTS; i++) {
        (void)sqlite3_bind_text(prepared[i], 1, id, -1, SQLITE_STATIC);
        if (sqlite3_bind_parameter_count(prepared[i]) > 1) {
            (void)sqlite3_bind_int64(prepared[i], 2, number);
            (void)sqlite3_bind_text(prepared[i], 3, body, BODY, SQLITE_STATIC);
        }
        (void)sqlite3_step(prepared[i]);
        (void)sqlite3_reset(prepared[i]);
    }
}

double
bench_sqlite_rate(const struct bench_options *options, uint32_t batch)
{
    char path[PATH_BYTES];
    sqlite3 *db = NULL;
    sqlite3_stmt *prepared[STATEMENTS] = {NULL};
    (void)snprintf(path, sizeof path, "%s/minimal-%u.db", options->folder, batch);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, schema, NULL, NULL, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "minimal writer: %s\n", sqlite3_errmsg(db));
        (void)sqlite3_close(db);
        return 0;
    }
    for (int i = 0; i < STATEMENTS; i++) {
        (void)sqlite3_prepare_v2(db, statements[i], -1, &prepared[i], NULL);
    }
    const int64_t begin = bench_now_us();
    uint32_t count = 0;
    while (bench_now_us() - begin < RUN_US) {
        (void)sqlite3_exec(db, "begin immediate", NULL, NULL, NULL);
        for (uint32_t i = 0; i < batch; i++) {
            write_event(prepared, count++);
        }
        (void)sqlite3_exec(db, "commit", NULL, NULL, NULL);
    }
    const double rate = (double)count * 1e6 / (double)(bench_now_us() - begin);
    for (int i = 0; i < STATEMENTS; i++) {
        (void)sqlite3_finalize(prepared[i]);
    }
    (void)sqlite3_close(db);
    return rate;
}
