/* journal.h - the log: the journal when systemd started us, else readable lines on standard error.
 *
 * Lines go through a bounded queue and a thread of its own: a journal that stands still, or a
 * terminal that nobody reads, must not stop the daemon. What does not fit is counted and told. */
#ifndef WM_HOST_JOURNAL_H
#define WM_HOST_JOURNAL_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "daemon/host/line.h"

enum { WM_JOURNAL_ROOM = 4096 /* lines that wait at most */ };

struct wm_journal;

/* Starts the thread. NULL when out of memory or threads. */
struct wm_journal *wm_journal_new(void);
/* Gives what waits two seconds to leave. */
void wm_journal_free(struct wm_journal **journal);
/* Takes a copy; never blocks. */
void wm_journal_write(struct wm_journal *journal, const struct wm_entry *entry);
/* A line that has no fields. `kind` as in kinds.c. */
void wm_journal_say(struct wm_journal *journal, int priority, const char *kind, const char *format,
                    ...) WM_FORMAT(4, 5);
/* Lines lost so far for want of room or memory. */
uint64_t wm_journal_dropped(struct wm_journal *journal);

#endif
