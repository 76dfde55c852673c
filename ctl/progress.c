/* progress.c - draws the progress bar. */
#include "ctl/progress.h"

#include <assert.h>
#include <unistd.h>

#include <czmq.h>

enum { PATIENCE_MS = 500, INTERVAL_MS = 100, WIDTH = 30, PERCENT = 100 };

void
wm_progress_begin(struct wm_progress *progress, FILE *out)
{
    assert(progress != NULL && out != NULL);
    *progress = (struct wm_progress){
        .out = out, .is_terminal = isatty(fileno(out)) == 1, .began_ms = zclock_mono()};
}

void
wm_progress_show(struct wm_progress *progress, const char *what, int64_t done, int64_t total)
{
    assert(progress != NULL && done >= 0);
    if (!progress->is_terminal) {
        return;
    }
    const int64_t now_ms = zclock_mono();
    if (now_ms - progress->began_ms < PATIENCE_MS || now_ms - progress->drawn_ms < INTERVAL_MS) {
        return;
    }
    progress->drawn_ms = now_ms;
    progress->is_shown = true;
    if (total <= 0) {
        (void)fprintf(progress->out, "\r\x1b[K%s", what); /* a bar that fails is no loss */
        return;
    }
    const int64_t part = done < total ? done : total;
    char bar[WIDTH + 1];
    for (int i = 0; i < WIDTH; i++) {
        bar[i] = i < part * WIDTH / total ? '#' : '.';
    }
    bar[WIDTH] = '\0';
    (void)fprintf(progress->out, "\r\x1b[K[%s] %3d %%  %s", bar, (int)(part * PERCENT / total),
                  what);
    (void)fflush(progress->out);
}

void
wm_progress_clear(struct wm_progress *progress)
{
    assert(progress != NULL);
    if (progress->is_shown) {
        (void)fprintf(progress->out, "\r\x1b[K"); /* a bar that fails is no loss */
        (void)fflush(progress->out);
        progress->is_shown = false;
        progress->drawn_ms = 0;
    }
}
