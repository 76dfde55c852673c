/* status.c - words for results. */
#include "base/status.h"

const char *
wm_status_text(enum wm_status status)
{
    switch (status) {
    case WM_OK:
        return "done";
    case WM_NOMEM:
        return "out of memory";
    case WM_EPROTO:
        return "malformed";
    case WM_EINVAL:
        return "not allowed";
    case WM_NOTFOUND:
        return "not found";
    case WM_EXISTS:
        return "already there";
    case WM_AGAIN:
        return "not now";
    case WM_FULL:
        return "full";
    case WM_IO:
        return "input/output error";
    case WM_CORRUPT:
        return "damaged";
    case WM_TOONEW:
        return "written by a newer version";
    case WM_UNKNOWN:
        return "outcome unknown";
    }
    return "unknown status";
}
