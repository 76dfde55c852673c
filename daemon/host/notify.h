/* notify.h - what the service manager is told (sd_notify). All of it does nothing when no manager
 * started the daemon. */
#ifndef WM_HOST_NOTIFY_H
#define WM_HOST_NOTIFY_H

#include <stdint.h>

/* Serving, from the start or again after a reload. */
void wm_notify_ready(void);
/* A reload has begun; wm_notify_ready ends it, however it came out. */
void wm_notify_reloading(void);
void wm_notify_stopping(void);
/* The line that `systemctl status` shows. */
void wm_notify_status(const char *text);
/* "I am alive." */
void wm_notify_watchdog(void);
/* Milliseconds within which the manager wants to hear that; 0: it does not. */
int64_t wm_notify_watchdog_ms(void);

#endif
