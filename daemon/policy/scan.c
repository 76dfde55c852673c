/* scan.c - the words of a policy file: texts, words, brackets, marks. */
#include "daemon/policy/scan.h"

#include <assert.h>

/* Lines are counted as libconfig counts them. */
static void
step(struct wm_words *scan)
{
    assert(scan->at <= scan->text.size);
    if (scan->text.data[scan->at] == '\n') {
        scan->line++;
        scan->line_start = scan->at + 1;
        scan->fresh = true;
    }
    scan->at++;
}

/* Looks ahead without moving. */
static bool
comes(const struct wm_words *scan, const char *what)
{
    const struct wm_span rest = {scan->text.data + scan->at, scan->text.size - scan->at};
    return wm_span_starts(rest, what);
}

/* Moves to where `what` stands next, or to the end. */
static void
skip_to(struct wm_words *scan, const char *what)
{
    while (scan->at < scan->text.size && !comes(scan, what)) {
        step(scan);
    }
}

/* Moves behind blanks and comments. */
static void
skip(struct wm_words *scan)
{
    assert(scan->at <= scan->text.size);
    while (scan->at < scan->text.size) {
        if (comes(scan, "#") || comes(scan, "//")) {
            skip_to(scan, "\n");
        } else if (comes(scan, "/*")) {
            skip_to(scan, "*/");
            scan->at += scan->at < scan->text.size ? 2 : 0;
        } else if (strchr(" \t\r\n\f", scan->text.data[scan->at]) != NULL) {
            step(scan);
        } else {
            return;
        }
    }
}

/* A backslash hides the quote after it. */
static void
quoted(struct wm_words *scan, struct wm_token *token)
{
    assert(scan->at <= scan->text.size);
    step(scan);
    while (scan->at < scan->text.size && scan->text.data[scan->at] != '"') {
        if (scan->text.data[scan->at] == '\\' && scan->at + 1 < scan->text.size) {
            step(scan);
        }
        step(scan);
    }
    token->unclosed = scan->at == scan->text.size;
    scan->at += token->unclosed ? 0 : 1;
}

/* More than names may hold: numbers, @include and bytes above ASCII are words as well. */
static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-+_*.@", c) != NULL) || ((unsigned char)c & 0x80U) != 0;
}

struct wm_token
wm_words_next(struct wm_words *scan)
{
    assert(scan->at <= scan->text.size);
    skip(scan);
    struct wm_token token = {.kind = WM_TOKEN_END, .line = scan->line, .first = scan->fresh};
    if (scan->at >= scan->text.size) {
        return token;
    }
    if (scan->fresh) {
        scan->indent = (int32_t)(scan->at - scan->line_start);
        scan->fresh = false;
    }
    token.indent = scan->indent;
    const size_t start = scan->at;
    const char c = scan->text.data[start];
    if (c == '"') {
        token.kind = WM_TOKEN_TEXT;
        quoted(scan, &token);
    } else if (is_word(c)) {
        token.kind = WM_TOKEN_WORD;
        while (scan->at < scan->text.size && is_word(scan->text.data[scan->at])) {
            step(scan);
        }
    } else {
        token.mark = c;
        token.kind = strchr("([{", c) != NULL   ? WM_TOKEN_OPEN
                     : strchr(")]}", c) != NULL ? WM_TOKEN_CLOSE
                                                : WM_TOKEN_MARK;
        step(scan);
    }
    token.text = (struct wm_span){scan->text.data + start, scan->at - start};
    return token;
}

struct wm_words
wm_words_begin(struct wm_span text)
{
    return (struct wm_words){.text = text, .line = 1, .fresh = true};
}

bool
wm_token_swallows(struct wm_token token)
{
    if (token.kind != WM_TOKEN_TEXT || token.text.size == 0) {
        return false;
    }
    const char *newline = memchr(token.text.data, '\n', token.text.size);
    if (newline == NULL) {
        return false;
    }
    return memchr(newline, '=', token.text.size - (size_t)(newline - token.text.data)) != NULL;
}
