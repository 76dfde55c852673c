/* signals.h - signals as things to read, so that no call is ever interrupted by one. */
#ifndef WM_HOST_SIGNALS_H
#define WM_HOST_SIGNALS_H

enum wm_signal {
    WM_SIGNAL_NONE = 1, /* nothing more to read */
    WM_SIGNAL_STOP,     /* SIGTERM, SIGINT */
    WM_SIGNAL_RELOAD    /* SIGHUP */
};

/* Blocks every signal but those of faults and of job control, in this thread and all that it will
 * start: to be called before the first thread, and before the first call into czmq. */
void wm_signals_block(void);
/* A descriptor that becomes readable with a signal; -1 with errno. The caller closes it. */
int wm_signals_open(void);
enum wm_signal wm_signals_next(int fd);

#endif
