/* publish.h - the parts of `publish`. */
#ifndef WM_CTL_PUBLISH_H
#define WM_CTL_PUBLISH_H

#include "ctl/setup.h"
#include "ctl/source.h"
#include "ctl/teller.h"
#include "proto/event.h"
#include "proto/waymark.h"

/* Reads lines and hands on those that are events; the others are told as refused. WM_NOTFOUND: no
 * more. The event is the caller's to free; its bytes are the line's. */
WM_MUSTCHECK enum wm_status wm_publish_next(struct wm_source *source, struct wm_teller *teller,
                                            struct wm_line_read *ret_line,
                                            struct wm_cloudevent *ret_event);
/* Where an event stands and what it is, for the teller; lives in `brief`, until it is reset. */
struct wm_told_event wm_publish_told(struct wm_arena *brief, const struct wm_line_read *line,
                                     const struct wm_cloudevent *event);
struct wm_replay;

/* Where to send, and how. */
struct wm_publish_plan {
    const char *const *endpoints;
    size_t endpoint_count;
    struct wm_keys keys;
    struct wm_replay *replay; /* NULL: the clock is left alone */
};

/* Sends all events of the source, in order, and waits for their answers. What went wrong has been
 * said; refusals are counted by the teller and are no failure here. */
enum wm_exit wm_publish_send(struct wm_ctl *ctl, const struct wm_publish_plan *plan,
                             struct wm_source *source, struct wm_teller *teller);
/* publish --check: schema and a dry fold. */
enum wm_exit wm_publish_check(struct wm_ctl *ctl, struct wm_source *source,
                              struct wm_teller *teller);

/* ---- --replay -------------------------------------------------------------------------------- */

struct wm_caller;

/* The manual clock, as far as it is known here. */
struct wm_replay {
    struct wm_caller *caller;
    int64_t now_us;
};

/* Asks where the clock stands; WM_EXIT_REFUSED if it is not a manual one (said). */
WM_MUSTCHECK enum wm_exit wm_replay_begin(const struct wm_ctl *ctl, struct wm_replay *ret_replay);
void wm_replay_end(struct wm_replay *replay);
/* True if the clock must move before an event of this time may be sent. */
bool wm_replay_is_ahead(const struct wm_replay *replay, const struct wm_cloudevent *event);
/* Moves the clock to the event's time; returns when all that fell due on the way has been done. */
WM_MUSTCHECK enum wm_exit wm_replay_move(struct wm_replay *replay, int64_t time_us);

#endif
