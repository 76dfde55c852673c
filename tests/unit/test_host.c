/* test_host.c - goal: lines of the log keep their shape whatever is in them, a log that stands
 * still stops nothing, the service manager hears what it should, signals arrive as things to read.
 * Method: standard error and the notify socket are pipes and sockets of the test. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/host/clock.h"
#include "daemon/host/journal.h"
#include "daemon/host/limits.h"
#include "daemon/host/notify.h"
#include "daemon/host/signals.h"

enum { READ_SIZE = 1 << 20 };

static const struct wm_entry whole = {
    .priority = WM_PRIORITY_INFO,
    .kind = "case.event",
    .text = {"C-1 contact.made: triage -> open", 32},
    .ref = {"C-1", 3},
    .event_id = {"e1", 2},
    .event_type = {"contact.made", 12},
    .actor = {"a.khan", 6},
    .from = {"triage", 6},
    .to = {"open", 4},
    .clock = {"contact", 7},
    .officer = {"b.lee", 5},
};

static void
assert_field(const struct wm_packed *packed, const char *field)
{
    for (size_t i = 0; i < packed->count; i++) {
        const struct wm_span got = {packed->fields[i].iov_base, packed->fields[i].iov_len};
        if (wm_span_is(got, field)) {
            return;
        }
    }
    fail_msg("no field %s", field);
}

static void
test_fields(void **state)
{
    (void)state;
    struct wm_packed *packed = wm_line_pack(&whole);
    static const char *const fields[] = {
        "MESSAGE=C-1 contact.made: triage -> open",
        "PRIORITY=6",
        "WAYMARK_CASE=C-1",
        "WAYMARK_EVENT_ID=e1",
        "WAYMARK_EVENT_TYPE=contact.made",
        "WAYMARK_ACTOR=a.khan",
        "WAYMARK_STATE_FROM=triage",
        "WAYMARK_STATE_TO=open",
        "WAYMARK_CLOCK=contact",
        "WAYMARK_OFFICER=b.lee",
        "SYSLOG_IDENTIFIER=waymarkd",
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        assert_field(packed, fields[i]);
    }
    assert_int_equal(packed->count, 12); /* and MESSAGE_ID */
    free(packed);
    /* Absent ones are left out. */
    const struct wm_entry bare = {
        .priority = WM_PRIORITY_ERROR, .kind = "no.such.kind", .text = wm_span("x")};
    packed = wm_line_pack(&bare);
    assert_int_equal(packed->count, 3);
    free(packed);
}

static void
test_message_ids(void **state)
{
    (void)state;
    assert_int_equal(strlen(wm_line_message_id("case.event")), 32);
    assert_string_not_equal(wm_line_message_id("case.event"), wm_line_message_id("case.opened"));
    assert_null(wm_line_message_id("no.such.kind"));
}

struct print_row {
    const char *text;
    const char *ref;
    const char *line; /* behind the time */
};

static const struct print_row print_rows[] = {
    {"C-1 opened", "C-1", " info    C-1 opened\n"},
    {"opened", "C-1", " info    C-1: opened\n"},
    {"opened", NULL, " info    opened\n"},
    {"", NULL, " info    \n"},
    {"100 %s %n", NULL, " info    100 %s %n\n"},
    {"two\nlines\r\n", NULL, " info    two\\x0alines\\x0d\\x0a\n"},
    {"\033[2Jgone\a\x7f", NULL, " info    \\x1b[2Jgone\\x07\\x7f\n"},
    {"caf\xC3\xA9 \xC2\x9B"
     "1m",
     NULL,
     " info    caf\xC3\xA9 \\xc2\x9B"
     "1m\n"},
    {"x", "C-1\nerror: forged", " info    C-1\\x0aerror: forged: x\n"},
};

static void
test_print(void **state)
{
    (void)state;
    char text[WM_LINE_ROOM];
    for (size_t i = 0; i < sizeof print_rows / sizeof print_rows[0]; i++) {
        const struct print_row *row = &print_rows[i];
        const struct wm_entry entry = {.priority = WM_PRIORITY_INFO,
                                       .kind = "case.event",
                                       .text = wm_span(row->text),
                                       .ref = wm_span(row->ref)};
        struct wm_packed *packed = wm_line_pack(&entry);
        const size_t size = wm_line_print(packed, 1700000000999999, false, text, sizeof text);
        free(packed);
        char want[256];
        (void)snprintf(want, sizeof want, "2023-11-14T22:13:20Z%s", row->line);
        assert_int_equal(size, strlen(want));
        assert_memory_equal(text, want, size);
    }
}

static void
test_print_colour(void **state)
{
    (void)state;
    char text[WM_LINE_ROOM];
    const struct wm_entry entry = {
        .priority = WM_PRIORITY_ERROR, .kind = "x", .text = wm_span("bad")};
    struct wm_packed *packed = wm_line_pack(&entry);
    const size_t size = wm_line_print(packed, 0, true, text, sizeof text);
    free(packed);
    static const char want[] = "\033[31m1970-01-01T00:00:00Z error   bad\033[0m\n";
    assert_int_equal(size, sizeof want - 1);
    assert_memory_equal(text, want, size);
}

/* A text beyond its bound is cut; so is one that is all escapes. */
static void
test_long_lines(void **state)
{
    (void)state;
    static char large[100000];
    static const char fills[] = {'x', '\n'};
    char text[WM_LINE_ROOM];
    for (size_t i = 0; i < sizeof fills; i++) {
        memset(large, fills[i], sizeof large);
        const struct wm_entry entry = {.priority = WM_PRIORITY_INFO,
                                       .kind = "x",
                                       .text = {large, sizeof large},
                                       .ref = {large, sizeof large}};
        struct wm_packed *packed = wm_line_pack(&entry);
        assert_true(packed->fields[0].iov_len <= WM_LINE_TEXT + strlen("MESSAGE="));
        const size_t size = wm_line_print(packed, 0, true, text, sizeof text);
        assert_true(size <= sizeof text);
        assert_int_equal(text[size - 1], '\n');
        free(packed);
    }
}

/* ---- the journal's thread ---- */

struct captured {
    int saved; /* standard error as it was */
    int fds[2];
};

static void
capture(struct captured *captured)
{
    captured->saved = dup(STDERR_FILENO);
    assert_true(captured->saved >= 0);
    assert_int_equal(pipe2(captured->fds, O_CLOEXEC), 0);
    assert_true(dup2(captured->fds[1], STDERR_FILENO) >= 0);
    (void)close(captured->fds[1]);
}

static void
restore(struct captured *captured)
{
    assert_true(dup2(captured->saved, STDERR_FILENO) >= 0);
    (void)close(captured->saved);
}

static char *
read_all(int fd)
{
    char *text = calloc(1, READ_SIZE);
    assert_non_null(text);
    size_t size = 0;
    ssize_t got;
    while (size < READ_SIZE - 1 && (got = read(fd, text + size, READ_SIZE - 1 - size)) > 0) {
        size += (size_t)got;
    }
    (void)close(fd);
    return text;
}

static void
test_to_standard_error(void **state)
{
    (void)state;
    struct captured captured;
    capture(&captured);
    (void)unsetenv("JOURNAL_STREAM");
    struct wm_journal *journal = wm_journal_new();
    wm_journal_write(journal, &whole);
    wm_journal_say(journal, WM_PRIORITY_WARNING, "daemon.policy", "%d %s", 3, "findings");
    wm_journal_free(&journal);
    restore(&captured);
    char *text = read_all(captured.fds[0]);
    const char *first = strstr(text, " info    C-1 contact.made: triage -> open\n");
    const char *second = strstr(text, " warning 3 findings\n");
    assert_non_null(first);
    assert_non_null(second);
    assert_true(first < second);
    free(text);
}

/* JOURNAL_STREAM counts only if it names the stream that standard error is. */
static void
test_other_journal_stream(void **state)
{
    (void)state;
    static const char *const values[] = {
        "1:1", "", "x", "8:", ":8", "1:2:3", "99999999999999999999:1"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct captured captured;
        capture(&captured);
        (void)setenv("JOURNAL_STREAM", values[i], 1);
        struct wm_journal *journal = wm_journal_new();
        wm_journal_write(journal, &whole);
        wm_journal_free(&journal);
        restore(&captured);
        char *text = read_all(captured.fds[0]);
        assert_non_null(strstr(text, "contact.made"));
        free(text);
    }
    (void)unsetenv("JOURNAL_STREAM");
}

/* Standard error is the journal's own stream: lines go there as fields, none as text. */
static void
test_native_journal(void **state)
{
    (void)state;
    struct captured captured;
    struct stat stream;
    char value[64];
    capture(&captured);
    assert_int_equal(fstat(STDERR_FILENO, &stream), 0);
    (void)snprintf(value, sizeof value, "%llu:%llu", (unsigned long long)stream.st_dev,
                   (unsigned long long)stream.st_ino);
    (void)setenv("JOURNAL_STREAM", value, 1);
    struct wm_journal *journal = wm_journal_new();
    wm_journal_write(journal, &whole);
    wm_journal_free(&journal);
    (void)unsetenv("JOURNAL_STREAM");
    restore(&captured);
    char *text = read_all(captured.fds[0]);
    assert_string_equal(text, "");
    free(text);
}

/* Nobody reads: the writer is never held up, what does not fit is counted, and when the reader is
 * back the log says how much is missing. */
static void
test_log_stands_still(void **state)
{
    (void)state;
    enum { LINES = 3 * WM_JOURNAL_ROOM };
    struct captured captured;
    capture(&captured);
    struct wm_journal *journal = wm_journal_new();
    const int64_t from_ms = wm_clock_steady_ms();
    for (int i = 0; i < LINES; i++) {
        wm_journal_say(journal, WM_PRIORITY_INFO, "x", "%0100d", i);
    }
    assert_true(wm_clock_steady_ms() - from_ms < 2000);
    const uint64_t dropped = wm_journal_dropped(journal);
    assert_true(dropped >= LINES - 2 * WM_JOURNAL_ROOM - 1);
    /* The reader comes back. */
    char *text = calloc(1, 4 * READ_SIZE);
    assert_non_null(text);
    size_t size = 0;
    struct pollfd waiting = {.fd = captured.fds[0], .events = POLLIN};
    while (poll(&waiting, 1, 300) > 0) {
        const ssize_t got = read(captured.fds[0], text + size, 4 * READ_SIZE - 1 - size);
        assert_true(got > 0);
        size += (size_t)got;
    }
    char want[64];
    (void)snprintf(want, sizeof want, " %llu lines were dropped", (unsigned long long)dropped);
    assert_non_null(strstr(text, want));
    free(text);
    wm_journal_free(&journal);
    restore(&captured);
    (void)close(captured.fds[0]);
}

/* ---- the service manager ---- */

static void
test_notify(void **state)
{
    (void)state;
    wm_notify_ready(); /* no manager: nothing happens */
    assert_int_equal(wm_notify_watchdog_ms(), 0);

    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "/tmp/wm-notify-%d", (int)getpid());
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    (void)setenv("NOTIFY_SOCKET", address.sun_path, 1);
    char text[256] = "";
    wm_notify_ready();
    assert_true(read(fd, text, sizeof text - 1) > 0);
    assert_string_equal(text, "READY=1");
    memset(text, 0, sizeof text);
    wm_notify_reloading();
    assert_true(read(fd, text, sizeof text - 1) > 0);
    assert_true(strncmp(text, "RELOADING=1\nMONOTONIC_USEC=", 27) == 0);
    memset(text, 0, sizeof text);
    wm_notify_status("9 open cases\nREADY=1");
    assert_true(read(fd, text, sizeof text - 1) > 0);
    assert_string_equal(text, "STATUS=9 open cases");
    memset(text, 0, sizeof text);
    wm_notify_watchdog();
    assert_true(read(fd, text, sizeof text - 1) > 0);
    assert_string_equal(text, "WATCHDOG=1");
    memset(text, 0, sizeof text);
    wm_notify_stopping();
    assert_true(read(fd, text, sizeof text - 1) > 0);
    assert_string_equal(text, "STOPPING=1");
    (void)close(fd);
    (void)unlink(address.sun_path);
    wm_notify_status("the manager is gone"); /* no harm */
    (void)unsetenv("NOTIFY_SOCKET");

    (void)setenv("WATCHDOG_USEC", "20000000", 1);
    assert_int_equal(wm_notify_watchdog_ms(), 20000);
    (void)setenv("WATCHDOG_PID", "1", 1); /* another process' */
    assert_int_equal(wm_notify_watchdog_ms(), 0);
    (void)unsetenv("WATCHDOG_PID");
    (void)unsetenv("WATCHDOG_USEC");
}

/* ---- signals, clock, limits ---- */

static void
test_signals(void **state)
{
    (void)state;
    sigset_t before;
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &before), 0);
    wm_signals_block();
    const int fd = wm_signals_open();
    assert_true(fd >= 0);
    assert_int_equal(wm_signals_next(fd), WM_SIGNAL_NONE);
    static const struct {
        int number;
        enum wm_signal signal;
    } rows[] = {{SIGTERM, WM_SIGNAL_STOP}, {SIGINT, WM_SIGNAL_STOP}, {SIGHUP, WM_SIGNAL_RELOAD}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(raise(rows[i].number), 0);
        assert_int_equal(wm_signals_next(fd), rows[i].signal);
        assert_int_equal(wm_signals_next(fd), WM_SIGNAL_NONE);
    }
    /* A pipe that nobody reads ends no daemon. */
    int fds[2];
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    (void)close(fds[0]);
    assert_int_equal(write(fds[1], "x", 1), -1);
    (void)close(fds[1]);
    (void)close(fd);
    /* Taken off before the mask is set back, or it would end this process. */
    sigset_t pipes;
    (void)sigemptyset(&pipes);
    (void)sigaddset(&pipes, SIGPIPE);
    const struct timespec at_once = {0, 0};
    assert_int_equal(sigtimedwait(&pipes, NULL, &at_once), SIGPIPE);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
}

static void
test_clock(void **state)
{
    (void)state;
    const int64_t real_us = wm_clock_real_us();
    const int64_t steady_ms = wm_clock_steady_ms();
    assert_true(real_us > INT64_C(1600000000) * 1000000);
    assert_true(wm_clock_steady_ms() >= steady_ms);
    const int fd = wm_clock_watch();
    assert_true(fd >= 0);
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&waiting, 1, 20), 0);
    assert_false(wm_clock_was_set(fd)); /* nobody set it */
    assert_int_equal(poll(&waiting, 1, 20), 0);
    (void)close(fd);
}

static void
test_limits(void **state)
{
    (void)state;
    wm_limits_set();
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
    assert_int_equal(limit.rlim_max, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_message_ids),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_print_colour),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_to_standard_error),
        cmocka_unit_test(test_other_journal_stream),
        cmocka_unit_test(test_native_journal),
        cmocka_unit_test(test_log_stands_still),
        cmocka_unit_test(test_notify),
        cmocka_unit_test(test_signals),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
