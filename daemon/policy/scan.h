/* scan.h - the words of a policy file, for what libconfig cannot explain. */
#ifndef WM_POLICY_SCAN_H
#define WM_POLICY_SCAN_H

#include <stdint.h>

#include "base/span.h"

enum { WM_DEPTH_MAX = 64 }; /* brackets within brackets */

enum wm_token_kind {
    WM_TOKEN_END = 1,
    WM_TOKEN_TEXT,
    WM_TOKEN_WORD,
    WM_TOKEN_OPEN,
    WM_TOKEN_CLOSE,
    WM_TOKEN_MARK
};

struct wm_token {
    enum wm_token_kind kind;
    char mark;      /* of OPEN, CLOSE and MARK */
    bool unclosed;  /* TEXT: no closing quote in the whole file */
    bool first;     /* first on its line */
    int32_t line;   /* where it begins */
    int32_t indent; /* of that line, in characters */
    struct wm_span text;
};

struct wm_words {
    struct wm_span text;
    size_t at;
    int32_t line;
    size_t line_start;
    bool fresh; /* nothing but blanks on this line so far */
    int32_t indent;
};

/* At the beginning of a text, which must outlive the scan. */
struct wm_words wm_words_begin(struct wm_span text);
/* The next token; WM_TOKEN_END at the end, as often as asked. Comments and blanks are passed over.
 */
struct wm_token wm_words_next(struct wm_words *scan);
/* True for a text of several lines that seems to hold settings: its closing quote is missing. */
bool wm_token_swallows(struct wm_token token);

#endif
