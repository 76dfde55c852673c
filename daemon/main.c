/* main.c - waymarkd: reads the command line, loads the configuration, serves. */
#include <stdio.h>
#include <sys/stat.h>

#include "daemon/host/limits.h"
#include "daemon/host/signals.h"
#include "daemon/serve.h"

enum { UMASK = 0027 };

int
main(int argc, char **argv)
{
    const struct wm_options options = wm_options_read(argc, argv);
    if (options.mode == WM_MODE_DONE) {
        return WM_EXIT_STOPPED;
    }
    if (options.mode == WM_MODE_BAD) {
        return WM_EXIT_USAGE;
    }
    (void)umask(UMASK); /* cannot fail: nothing of ours is for everybody */
    wm_limits_set();
    wm_signals_block();
    struct wm_loaded *loaded = wm_load(options.config);
    if (loaded == NULL) {
        (void)fputs("waymarkd: out of memory\n", stderr); /* nobody else to tell */
        return WM_EXIT_FAILED;
    }
    wm_loaded_print(loaded);
    const bool good = wm_loaded_is_good(loaded);
    if (options.mode == WM_MODE_CHECK || !good) {
        wm_load_free(&loaded);
        if (good) {
            return WM_EXIT_STOPPED;
        }
        return options.mode == WM_MODE_CHECK ? WM_EXIT_FAILED : WM_EXIT_CONFIG;
    }
    return (int)wm_serve(options.config, &loaded);
}
