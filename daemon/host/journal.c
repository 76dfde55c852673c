/* journal.c - the log: a bounded queue, and a thread that empties it into the journal or onto
 * standard error. */
#include "daemon/host/journal.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

#include "daemon/host/clock.h"

enum { FREE_WAIT_S = 2 /* for the last lines at the end */ };

struct wm_journal {
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t stirred;
    struct wm_packed *oldest;
    struct wm_packed *newest;
    size_t waiting;
    uint64_t dropped; /* in all */
    uint64_t told;    /* of these: those that a line has told of */
    bool ending;
    bool native; /* to the journal; else text on standard error; never changes */
    bool colour;
};

/* True if standard error is the journal's own stream: then systemd started us. */
static bool
is_journal_stream(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat stat;
    uintmax_t device;
    uintmax_t inode;
    if (stream == NULL || fstat(STDERR_FILENO, &stat) != 0) {
        return false;
    }
    char *end;
    errno = 0;
    device = strtoumax(stream, &end, 10);
    if (errno != 0 || *end != ':') {
        return false;
    }
    inode = strtoumax(end + 1, &end, 10);
    return errno == 0 && *end == '\0' && device == stat.st_dev && inode == stat.st_ino;
}

static void
write_all(const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(STDERR_FILENO, text, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return; /* nobody is there to read, or to be told of it */
        }
        text += written;
        size -= (size_t)written;
    }
}

static void
put_out(const struct wm_journal *journal, const struct wm_packed *packed)
{
    if (journal->native) {
        (void)sd_journal_sendv(packed->fields, (int)packed->count); /* nobody to tell */
        return;
    }
    char text[WM_LINE_ROOM];
    const size_t size =
        wm_line_print(packed, wm_clock_real_us(), journal->colour, text, sizeof text);
    write_all(text, size);
}

static void
put_out_dropped(const struct wm_journal *journal, uint64_t count)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%" PRIu64 " lines were dropped: the log is too slow",
                   count); /* fits */
    const struct wm_entry entry = {
        .priority = WM_PRIORITY_WARNING, .kind = "log.dropped", .text = wm_span(text)};
    struct wm_packed *packed = wm_line_pack(&entry);
    if (packed != NULL) {
        put_out(journal, packed);
        free(packed);
    }
}

/* Waits for lines and takes all of them. False: the end, and nothing left. */
static bool
take(struct wm_journal *journal, struct wm_packed **ret_lines, uint64_t *ret_dropped)
{
    (void)pthread_mutex_lock(&journal->lock); /* fails for a misuse alone, as all of these */
    while (journal->oldest == NULL && !journal->ending && journal->dropped == journal->told) {
        (void)pthread_cond_wait(&journal->stirred, &journal->lock);
    }
    *ret_lines = journal->oldest;
    *ret_dropped = journal->dropped - journal->told;
    journal->oldest = NULL;
    journal->newest = NULL;
    journal->waiting = 0;
    journal->told = journal->dropped;
    (void)pthread_mutex_unlock(&journal->lock);
    return *ret_lines != NULL || *ret_dropped > 0;
}

static void *
run(void *arg)
{
    struct wm_journal *journal = arg;
    struct wm_packed *lines;
    uint64_t dropped;
    while (take(journal, &lines, &dropped)) {
        while (lines != NULL) {
            struct wm_packed *next = lines->next;
            put_out(journal, lines);
            free(lines);
            lines = next;
        }
        if (dropped > 0) {
            put_out_dropped(journal, dropped);
        }
    }
    return NULL;
}

struct wm_journal *
wm_journal_new(void)
{
    struct wm_journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL) {
        return NULL;
    }
    (void)pthread_mutex_init(&journal->lock, NULL); /* always 0 with default attributes, on Linux */
    (void)pthread_cond_init(&journal->stirred, NULL);
    journal->native = is_journal_stream();
    journal->colour = !journal->native && isatty(STDERR_FILENO) && getenv("NO_COLOR") == NULL;
    if (pthread_create(&journal->thread, NULL, run, journal) != 0) {
        free(journal);
        return NULL;
    }
    return journal;
}

void
wm_journal_free(struct wm_journal **journal)
{
    assert(journal != NULL);
    struct wm_journal *self = *journal;
    if (self == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&self->lock);
    self->ending = true;
    (void)pthread_cond_signal(&self->stirred);
    (void)pthread_mutex_unlock(&self->lock);

    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until); /* exists on every Linux */
    until.tv_sec += FREE_WAIT_S;
    *journal = NULL;
    if (pthread_timedjoin_np(self->thread, NULL, &until) != 0) {
        /* It hangs in a log that stands still. The process ends now; what the thread uses stays. */
        return;
    }
    (void)pthread_cond_destroy(&self->stirred);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
}

void
wm_journal_write(struct wm_journal *journal, const struct wm_entry *entry)
{
    assert(journal != NULL && entry != NULL);
    struct wm_packed *packed = wm_line_pack(entry);
    (void)pthread_mutex_lock(&journal->lock);
    if (packed == NULL || journal->waiting == WM_JOURNAL_ROOM) {
        journal->dropped++;
    } else {
        if (journal->newest != NULL) {
            journal->newest->next = packed;
        } else {
            journal->oldest = packed;
        }
        journal->newest = packed;
        journal->waiting++;
        packed = NULL;
    }
    (void)pthread_cond_signal(&journal->stirred);
    (void)pthread_mutex_unlock(&journal->lock);
    free(packed);
}

void
wm_journal_say(struct wm_journal *journal, int priority, const char *kind, const char *format, ...)
{
    assert(journal != NULL && kind != NULL && format != NULL);
    char text[WM_LINE_TEXT];
    va_list args;
    va_start(args, format);
    const int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const size_t written = size < 0 ? 0 : (size_t)size;
    const struct wm_entry entry = {
        .priority = priority,
        .kind = kind,
        .text = {text, written < sizeof text ? written : sizeof text - 1},
    };
    wm_journal_write(journal, &entry);
}

uint64_t
wm_journal_dropped(struct wm_journal *journal)
{
    assert(journal != NULL);
    (void)pthread_mutex_lock(&journal->lock);
    const uint64_t dropped = journal->dropped;
    (void)pthread_mutex_unlock(&journal->lock);
    return dropped;
}
