/* officer.h - shared by the files that apply officer.* facts. */
#ifndef WM_CORE_OFFICER_H
#define WM_CORE_OFFICER_H

#include "daemon/core/people.h"

/* One fact being applied. `officer` is what becomes of it: everything new lives in the arena. On
 * WM_EINVAL *ret_why has the sentence. */
struct wm_change {
    const struct wm_event *event;
    struct wm_arena *arena;
    struct wm_officer *officer;
    struct wm_span *ret_why;
};

/* A field of the event's data. Never NULL. */
const struct wm_value *wm_change_field(const struct wm_change *change, const char *name);
/* Sets the sentence; WM_EINVAL. */
enum wm_status wm_change_refuse(const struct wm_change *change, const char *sentence);
/* A text in the arena; *text stays as it was when the field is missing. */
WM_MUSTCHECK enum wm_status wm_change_text(const struct wm_change *change, const char *name,
                                           struct wm_span *text);

WM_MUSTCHECK enum wm_status wm_change_leave(const struct wm_change *change);
WM_MUSTCHECK enum wm_status wm_change_leave_cancelled(const struct wm_change *change);
WM_MUSTCHECK enum wm_status wm_change_absent(const struct wm_change *change);
WM_MUSTCHECK enum wm_status wm_change_returned(const struct wm_change *change);
WM_MUSTCHECK enum wm_status wm_change_duty(const struct wm_change *change);

#endif
