/* clock.h - the machine's clocks. Nothing else in the daemon reads one. */
#ifndef WM_HOST_CLOCK_H
#define WM_HOST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Microseconds since 1970: what leases, back-off and (unless it is manual) the domain go by. */
int64_t wm_clock_real_us(void);
/* Milliseconds of a clock that never jumps: heartbeats and time-outs. */
int64_t wm_clock_steady_ms(void);
/* A descriptor that becomes readable when somebody sets the machine's clock, for what is due by it
 * may be due at once; -1 with errno. The caller closes it. */
int wm_clock_watch(void);
/* Reads it and watches on. True if the clock was set. */
bool wm_clock_was_set(int fd);

#endif
