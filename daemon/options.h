/* options.h - the command line of waymarkd. */
#ifndef WM_DAEMON_OPTIONS_H
#define WM_DAEMON_OPTIONS_H

/* Exit statuses (interfaces.md). */
enum wm_exit { WM_EXIT_STOPPED = 0, WM_EXIT_FAILED = 1, WM_EXIT_USAGE = 2, WM_EXIT_CONFIG = 78 };

enum wm_mode {
    WM_MODE_SERVE = 1,
    WM_MODE_CHECK,
    WM_MODE_DONE, /* help or version was printed */
    WM_MODE_BAD   /* the usage was printed to standard error */
};

struct wm_options {
    enum wm_mode mode;
    const char *config; /* borrowed from argv */
};

struct wm_options wm_options_read(int argc, char **argv);

#endif
