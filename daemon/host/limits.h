/* limits.h - what the process denies itself. */
#ifndef WM_HOST_LIMITS_H
#define WM_HOST_LIMITS_H

/* No core dumps and no debugger of the same user: the memory holds personal data and keys. */
void wm_limits_set(void);

#endif
