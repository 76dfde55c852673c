/* scan.h - reads back, in one pass, JSON text that this program wrote: keys in the order in which
 * they were written, no white space. Anything else makes it `bad`, which sticks. */
#ifndef WM_CODEC_SCAN_H
#define WM_CODEC_SCAN_H

#include "daemon/core/value.h"

/* Texts that it gives live in the scan's copy of the text, in the arena. */
struct wm_scan {
    struct wm_arena *arena;
    char *at;
    char *end;
    bool bad;
};

struct wm_scan wm_scan_begin(struct wm_arena *arena, struct wm_span text);
/* True if all of it was read and nothing was bad. */
bool wm_scan_is_whole(const struct wm_scan *scan);
/* Steps over these characters if they come next. */
bool wm_scan_try(struct wm_scan *scan, const char *text);
/* The same, and bad if they do not. */
void wm_scan_expect(struct wm_scan *scan, const char *text);
int64_t wm_scan_int(struct wm_scan *scan);
int32_t wm_scan_int32(struct wm_scan *scan);
struct wm_span wm_scan_string(struct wm_scan *scan);
struct wm_value wm_scan_value(struct wm_scan *scan);

/* `key` with the comma before it, then a value; left alone if another key comes next. */
void wm_scan_key_int(struct wm_scan *scan, const char *key, int64_t *number);
void wm_scan_key_int32(struct wm_scan *scan, const char *key, int32_t *number);
void wm_scan_key_string(struct wm_scan *scan, const char *key, struct wm_span *string);
void wm_scan_key_true(struct wm_scan *scan, const char *key, bool *flag);
/* In a list: true if another element follows, having stepped over the comma or the opening bracket;
 * false past the closing one. `*count` is 0 before the first and counts. */
bool wm_scan_element(struct wm_scan *scan, size_t *count);

#endif
