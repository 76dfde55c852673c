/* clock.c - the machine's clocks. */
#include "daemon/host/clock.h"

#include <assert.h>
#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { US_PER_S = 1000000, NS_PER_US = 1000, MS_PER_S = 1000, NS_PER_MS = 1000000 };

static struct timespec
now(clockid_t clock)
{
    struct timespec time;
    const int rc = clock_gettime(clock, &time);
    assert(rc == 0); /* both clocks exist on every Linux */
    (void)rc;
    return time;
}

int64_t
wm_clock_real_us(void)
{
    const struct timespec time = now(CLOCK_REALTIME);
    return (int64_t)time.tv_sec * US_PER_S + time.tv_nsec / NS_PER_US;
}

int64_t
wm_clock_steady_ms(void)
{
    const struct timespec time = now(CLOCK_MONOTONIC);
    return (int64_t)time.tv_sec * MS_PER_S + time.tv_nsec / NS_PER_MS;
}

/* Arms the timer for a moment that never comes: only a set clock ends the wait. */
static bool
arm(int fd)
{
    const struct itimerspec never = {.it_value = {.tv_sec = INT32_MAX}};
    const int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
    return timerfd_settime(fd, flags, &never, NULL) == 0;
}

int
wm_clock_watch(void)
{
    const int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (fd >= 0 && !arm(fd)) {
        (void)close(fd); /* nothing was written */
        return -1;
    }
    return fd;
}

bool
wm_clock_was_set(int fd)
{
    assert(fd >= 0);
    uint64_t expired;
    const bool was_set = read(fd, &expired, sizeof expired) < 0 && errno == ECANCELED;
    (void)arm(fd); /* it was armed before with the same values */
    return was_set;
}
