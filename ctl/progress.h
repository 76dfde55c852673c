/* progress.h - a bar on standard error, when that is a terminal and the work is long. */
#ifndef WM_CTL_PROGRESS_H
#define WM_CTL_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/span.h"

struct wm_progress {
    FILE *out;
    bool is_shown; /* a bar stands on the terminal now */
    bool is_terminal;
    int64_t began_ms;
    int64_t drawn_ms;
};

void wm_progress_begin(struct wm_progress *progress, FILE *out);
/* Draws at most ten times a second, and nothing in the first half second. `total` 0: not known. */
void wm_progress_show(struct wm_progress *progress, const char *what, int64_t done, int64_t total);
/* Takes the bar away, so that a line can be printed; also the end. */
void wm_progress_clear(struct wm_progress *progress);

#endif
