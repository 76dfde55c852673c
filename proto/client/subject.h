/* subject.h - finds the subject of an event without parsing the rest. */
#ifndef WM_PROTO_CLIENT_SUBJECT_H
#define WM_PROTO_CLIENT_SUBJECT_H

#include "base/attributes.h"
#include "base/span.h"
#include "base/status.h"

enum { WM_SUBJECT_BYTES = 128 }; /* more than a valid one has; what is longer is cut */

/* Copies the subject of a CloudEvent, escapes resolved. Judges nothing else: that is the daemon's.
 * WM_EPROTO if there is no text `subject` that is not empty. */
WM_MUSTCHECK enum wm_status
wm_subject_read(struct wm_span event, char ret_subject[static WM_SUBJECT_BYTES], size_t *ret_size);

#endif
