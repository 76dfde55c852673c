/* fuzz_policy.c - policy files of any bytes: each reader refuses in words or accepts, and what it
 * accepts can be drawn, dumped and read again. The first byte says whose file it is. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/policy/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libconfig 1.5 forgets the text that it holds when it meets a syntax error: 64 bytes a refusal. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
    return "leak:libconfig";
}

enum { ARENA_BYTES = 32 << 20, PATH_BYTES = 64 };

/* A file in memory: the readers that take a path want a regular file. -1: none to be had. */
static int
file_of(struct wm_span text, char path[static PATH_BYTES])
{
    const int fd = memfd_create("policy.cfg", MFD_CLOEXEC);
    if (fd < 0 || write(fd, text.data, text.size) != (ssize_t)text.size) {
        abort();
    }
    (void)snprintf(path, PATH_BYTES, "/proc/self/fd/%d", fd);
    return fd;
}

static void
load_workflow(struct wm_arena *arena, struct wm_span text, struct wm_findings *findings)
{
    const struct wm_surroundings around = {0};
    const struct wm_workflow *workflow =
        wm_workflow_load(arena, wm_span("fuzz.cfg"), text, &around, findings);
    if ((workflow == NULL) != (wm_findings_errors(findings) > 0)) {
        abort();
    }
    if (workflow != NULL && wm_workflow_graph(arena, workflow).size == 0 &&
        !wm_arena_failed(arena)) {
        abort();
    }
}

/* What a calendar's file says must come back from its canonical text. */
static void
load_calendars(struct wm_arena *arena, struct wm_span path, struct wm_findings *findings)
{
    struct wm_calendars calendars;
    struct wm_span *texts = NULL;
    if (!wm_calendars_load(arena, path, findings, &calendars, &texts)) {
        return;
    }
    for (size_t i = 0; i < calendars.count; i++) {
        struct wm_calendar again;
        const struct wm_calendar *calendar = &calendars.items[i];
        if (!wm_calendar_load_text(arena, calendar->name, texts[i], findings, &again)) {
            if (wm_arena_failed(arena)) {
                return;
            }
            abort();
        }
        if (!wm_span_equal(again.version, calendar->version)) {
            abort();
        }
    }
}

static void
load_file(struct wm_arena *arena, uint8_t which, struct wm_span text, struct wm_findings *findings)
{
    char path[PATH_BYTES];
    const int fd = file_of(text, path);
    struct wm_people people;
    struct wm_settings settings;
    if (which == 'c') {
        load_calendars(arena, wm_span(path), findings);
    } else if (which == 'p') {
        (void)wm_people_load(arena, wm_span(path), NULL, findings, &people);
    } else {
        (void)wm_settings_load(arena, wm_span(path), findings, &settings);
    }
    (void)close(fd); /* it was only read */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct wm_arena *arena = wm_arena_new(ARENA_BYTES);
    struct wm_findings findings = {.arena = arena};
    const struct wm_span text = {(const char *)data + 1, size - 1};
    if (data[0] == 'w') {
        load_workflow(arena, text, &findings);
    } else if (data[0] == 't') {
        struct wm_calendar calendar;
        (void)wm_calendar_load_text(arena, wm_span("fuzz"), text, &findings, &calendar);
    } else {
        load_file(arena, data[0], text, &findings);
    }
    for (size_t i = 0; i < findings.count; i++) {
        (void)wm_finding_text(arena, &findings.items[i]);
    }
    wm_arena_free(&arena);
    return 0;
}
