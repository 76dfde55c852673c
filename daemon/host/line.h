/* line.h - a line of the log, as fields of the journal and as text for people. */
#ifndef WM_HOST_LINE_H
#define WM_HOST_LINE_H

#include <stdint.h>
#include <sys/uio.h>

#include "base/span.h"

enum {
    WM_PRIORITY_ERROR = 3, /* somebody must act */
    WM_PRIORITY_WARNING = 4,
    WM_PRIORITY_NOTICE = 5,
    WM_PRIORITY_INFO = 6,
    WM_PRIORITY_DEBUG = 7,

    WM_LINE_FIELDS = 12,                              /* of an entry in the journal */
    WM_LINE_TEXT = 2048,                              /* bytes of MESSAGE at most; more is cut */
    WM_LINE_FIELD = 512,                              /* bytes of any other field at most */
    WM_LINE_ROOM = WM_LINE_TEXT + WM_LINE_FIELD + 128 /* for a printed line */
};

/* Absent spans are left out. No personal data. */
struct wm_entry {
    int priority;
    const char *kind; /* picks the MESSAGE_ID */
    struct wm_span text;
    struct wm_span ref; /* WAYMARK_CASE */
    struct wm_span event_id;
    struct wm_span event_type;
    struct wm_span actor;
    struct wm_span from; /* WAYMARK_STATE_FROM */
    struct wm_span to;
    struct wm_span clock;
    struct wm_span officer;
};

/* An entry on its way to the journal: NAME=value in one block of memory (free it with free). */
struct wm_packed {
    struct wm_packed *next;
    int priority;
    size_t count;
    struct iovec fields[WM_LINE_FIELDS]; /* the first is MESSAGE=, the second PRIORITY= */
};

/* NULL when out of memory. Control characters are made visible, so that no text from outside can
 * begin a line or a field of its own. */
struct wm_packed *wm_line_pack(const struct wm_entry *entry);
/* Writes one line with its end to `text`: time, level, message. Returns its size, at most `room`.
 */
size_t wm_line_print(const struct wm_packed *packed, int64_t real_us, bool colour, char *text,
                     size_t room);
/* The 128-bit id of a kind of message, 32 hex digits; NULL if it has none. */
const char *wm_line_message_id(const char *kind);

#endif
