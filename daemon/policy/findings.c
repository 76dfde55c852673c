/* findings.c - the list of what is wrong in a policy file, and how one is told. */
#include <assert.h>
#include <stdarg.h>

#include "base/sort.h"
#include "daemon/policy/reader.h"

/* The file's name is copied: findings may outlive what was read. */
static void
add(struct wm_findings *findings, struct wm_finding finding)
{
    finding.file = wm_arena_copy(findings->arena, finding.file);
    struct wm_finding *item = WM_PUSH(findings->arena, findings);
    if (item != NULL) {
        *item = finding;
    }
}

void
wm_finding_add(struct wm_findings *findings, struct wm_span file, int line, const char *format, ...)
{
    assert(findings->arena != NULL);
    va_list args;
    va_start(args, format);
    const struct wm_span text = wm_arena_vprintf(findings->arena, format, args);
    va_end(args);
    add(findings, (struct wm_finding){.file = file, .line = line, .text = text});
}

void
wm_finding_warn(struct wm_findings *findings, struct wm_span file, int line, const char *format,
                ...)
{
    assert(findings->arena != NULL);
    va_list args;
    va_start(args, format);
    const struct wm_span text = wm_arena_vprintf(findings->arena, format, args);
    va_end(args);
    add(findings, (struct wm_finding){.file = file, .line = line, .text = text, .warning = true});
}

size_t
wm_findings_errors(const struct wm_findings *findings)
{
    size_t errors = 0;
    for (size_t i = 0; i < findings->count; i++) {
        errors += findings->items[i].warning ? 0 : 1;
    }
    return errors;
}

struct wm_span
wm_finding_text(struct wm_arena *arena, const struct wm_finding *finding)
{
    const char *grade = finding->warning ? "warning: " : "";
    if (finding->line == 0) {
        return wm_arena_printf(arena, "%.*s: %s%.*s", WM_SPAN_ARG(finding->file), grade,
                               WM_SPAN_ARG(finding->text));
    }
    return wm_arena_printf(arena, "%.*s:%d: %s%.*s", WM_SPAN_ARG(finding->file), finding->line,
                           grade, WM_SPAN_ARG(finding->text));
}

/* Findings about the file as a whole (line 0) come first. */
static int
by_line(const void *a, const void *b)
{
    const struct wm_finding *left = a;
    const struct wm_finding *right = b;
    return (left->line > right->line) - (left->line < right->line);
}

void
wm_findings_sort(struct wm_findings *findings, size_t from)
{
    assert(from <= findings->count);
    const size_t count = findings->count - from;
    if (count < 2) {
        return;
    }
    struct wm_finding *scratch = WM_NEW_ARRAY(findings->arena, struct wm_finding, count);
    if (scratch == NULL || wm_arena_failed(findings->arena)) {
        return; /* unsorted is still told in full */
    }
    wm_sort(findings->items + from, count, sizeof *scratch, by_line, scratch);
}
