/* source.h - NDJSON lines from files or standard input, each with its place. */
#ifndef WM_CTL_SOURCE_H
#define WM_CTL_SOURCE_H

#include <stdint.h>

#include "ctl/command.h"

enum { WM_LINE_MAX = 1024 * 1024 }; /* bytes of a line: the wire takes no longer frame */

struct wm_line_read {
    struct wm_span bytes; /* without its line end; borrowed until the next one is read */
    const char *file;     /* "-" for standard input; NULL: made on the command line */
    long number;
    bool is_long; /* more than WM_LINE_MAX; bytes are cut */
};

struct wm_source;

/* Over one line made on the command line, which is borrowed; it has no file. */
struct wm_source *wm_source_of_text(struct wm_span line);
/* Over `count` files, in order; none: standard input; "-" is standard input too. NULL when out of
 * memory. The names are borrowed. */
struct wm_source *wm_source_new(const char *const *files, size_t count);
void wm_source_free(struct wm_source **source);
/* The next line that is not blank. WM_NOTFOUND: no more; WM_IO: the file at hand can't be read:
 * *ret_why (static or the source's) says why, and the next call goes on with the next file. */
WM_MUSTCHECK enum wm_status wm_source_next(struct wm_source *source, struct wm_line_read *ret_line,
                                           const char **ret_why);
/* How far it is: bytes read, and all there are (0: not known). */
int64_t wm_source_read(const struct wm_source *source);
int64_t wm_source_size(const struct wm_source *source);

#endif
