/* limits.c - what the process denies itself. */
#include "daemon/host/limits.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void
wm_limits_set(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none); /* lowering a limit is always allowed */
#ifndef WM_SANITIZED
    (void)prctl(PR_SET_DUMPABLE, 0); /* likewise; LeakSanitizer alone needs to look inside */
#endif
}
