/* notify.c - what the service manager is told (sd_notify). A manager that cannot be reached changes
 * nothing about the daemon's work, so results are not looked at. */
#include "daemon/host/notify.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include <systemd/sd-daemon.h>

enum { US_PER_MS = 1000, US_PER_S = 1000000, NS_PER_US = 1000 };

void
wm_notify_ready(void)
{
    (void)sd_notify(0, "READY=1");
}

void
wm_notify_reloading(void)
{
    /* From systemd 253 on a reload without this stamp is taken for one that hangs. */
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* exists on every Linux */
    const int64_t us = (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, us);
}

void
wm_notify_stopping(void)
{
    (void)sd_notify(0, "STOPPING=1");
}

void
wm_notify_status(const char *text)
{
    assert(text != NULL);
    /* A line end would begin another assignment. */
    (void)sd_notifyf(0, "STATUS=%.*s", (int)strcspn(text, "\n"), text);
}

void
wm_notify_watchdog(void)
{
    (void)sd_notify(0, "WATCHDOG=1");
}

int64_t
wm_notify_watchdog_ms(void)
{
    uint64_t us = 0;
    if (sd_watchdog_enabled(0, &us) <= 0) {
        return 0;
    }
    return (int64_t)(us / US_PER_MS);
}
