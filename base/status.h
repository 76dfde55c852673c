/* status.h - the one set of results that fallible functions return. */
#ifndef WM_BASE_STATUS_H
#define WM_BASE_STATUS_H

/* 0 is success; negative values say why not. Results go through ret_x parameters, which a failure
 * leaves untouched. */
enum wm_status {
    WM_OK = 0,
    WM_NOMEM = -1,  /* the arena's limit or the machine's memory is used up */
    WM_EPROTO = -2, /* bytes from outside that do not follow their format */
    WM_EINVAL = -3, /* a value that is well formed but not allowed */
    WM_NOTFOUND = -4,
    WM_EXISTS = -5,
    WM_AGAIN = -6,   /* not now; the same call may succeed later */
    WM_FULL = -7,    /* a named bound is reached */
    WM_IO = -8,      /* the operating system or a server said no */
    WM_CORRUPT = -9, /* stored data that cannot be what we wrote */
    WM_TOONEW = -10, /* written by a newer version of this program */
    WM_UNKNOWN = -11 /* the outcome of a commit is not known: try the whole again */
};

/* A few English words for `status`, never NULL. */
const char *wm_status_text(enum wm_status status);

#endif
