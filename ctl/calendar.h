/* calendar.h - which calendar a command means. */
#ifndef WM_CTL_CALENDAR_H
#define WM_CTL_CALENDAR_H

#include "ctl/setup.h"

/* Loads the calendars that --calendar names, else those of the default config; says on standard
 * error what is wrong with them. False: they can't be used. */
bool wm_ctl_calendar_setup(struct wm_ctl *ctl, struct wm_setup *ret_setup);
/* The calendar that --kind names ("statutory" by default), or NULL, said on standard error. */
const struct wm_calendar *wm_ctl_calendar_wanted(struct wm_ctl *ctl, const struct wm_setup *setup);
/* Due moment of "TIME DURATION" (TIME is RFC 3339, or a day); WM_EPROTO with a sentence. */
WM_MUSTCHECK enum wm_status wm_ctl_due_line(const struct wm_calendar *calendar,
                                            struct wm_arena *arena, struct wm_span line,
                                            struct wm_due *ret_due, struct wm_span *ret_why);

#endif
