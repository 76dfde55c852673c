/* say.c - sentences on standard error. */
#include <assert.h>
#include <stdarg.h>

#include "ctl/command.h"

void
wm_ctl_say(const struct wm_ctl *ctl, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fputs("waymarkctl: ", ctl->err); /* nobody is left to tell if this fails */
    (void)vfprintf(ctl->err, format, args);
    (void)fputc('\n', ctl->err);
    va_end(args);
}

enum wm_exit
wm_ctl_fail(const struct wm_ctl *ctl, enum wm_exit code, const char *format, ...)
{
    assert(code != WM_EXIT_DONE);
    va_list args;
    va_start(args, format);
    (void)fputs("waymarkctl: ", ctl->err); /* nobody is left to tell if this fails */
    (void)vfprintf(ctl->err, format, args);
    (void)fputc('\n', ctl->err);
    va_end(args);
    return code;
}
