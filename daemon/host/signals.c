/* signals.c - signals as things to read, so that no call is ever interrupted by one. */
#include "daemon/host/signals.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

void
wm_signals_block(void)
{
    /* A fault that is blocked would be repeated for ever; Ctrl-Z should work on a terminal. */
    static const int open[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT, SIGTRAP,
                               SIGSYS,  SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGQUIT};
    sigset_t set;
    (void)sigfillset(&set); /* fails for a bad pointer alone, as all of these */
    for (unsigned i = 0; i < sizeof open / sizeof open[0]; i++) {
        (void)sigdelset(&set, open[i]);
    }
    const int rc = pthread_sigmask(SIG_SETMASK, &set, NULL);
    assert(rc == 0);
    (void)rc;
}

int
wm_signals_open(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

enum wm_signal
wm_signals_next(int fd)
{
    assert(fd >= 0);
    struct signalfd_siginfo info;
    if (read(fd, &info, sizeof info) != (ssize_t)sizeof info) {
        return WM_SIGNAL_NONE;
    }
    return info.ssi_signo == SIGHUP ? WM_SIGNAL_RELOAD : WM_SIGNAL_STOP;
}
