/* syntax.c - the slips that libconfig takes silently, or falls over.
 *
 * A comma forgotten between two texts glues them, a number too large wraps, an included file would
 * not be stored with the version that used it. */
#include <assert.h>

#include "daemon/policy/reader.h"
#include "daemon/policy/scan.h"

enum { INT32_DIGITS = 10 };

/* Whole numbers without L are 32 bits wide in libconfig and wrap without a word. */
static bool
wraps(struct wm_span word)
{
    struct wm_span digits = word;
    if (digits.size > 0 && (digits.data[0] == '-' || digits.data[0] == '+')) {
        digits = (struct wm_span){digits.data + 1, digits.size - 1};
    }
    int64_t number = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return false;
        }
        number = i < INT32_DIGITS + 1 ? number * 10 + (digits.data[i] - '0') : INT64_MAX;
    }
    return number > INT32_MAX;
}

static bool
check_token(struct wm_reader *reader, struct wm_token token, struct wm_token before, char inside)
{
    if (token.kind == WM_TOKEN_TEXT && before.kind == WM_TOKEN_TEXT && inside != '{' &&
        inside != '\0') {
        wm_reader_bad(reader, token.line, "a comma is missing before %.*s",
                      WM_SPAN_ARG(token.text));
        return false;
    }
    if (token.kind == WM_TOKEN_WORD && wraps(token.text)) {
        wm_reader_bad(reader, token.line, "the number %.*s is too large", WM_SPAN_ARG(token.text));
        return false;
    }
    return true;
}

/* The first text that seems to have swallowed what follows it tells better where the quote is
 * missing than the last one, which only found none left. */
static void
tell_quote(struct wm_reader *reader, struct wm_span text, int32_t line)
{
    struct wm_words scan = wm_words_begin(text);
    for (struct wm_token token = wm_words_next(&scan); token.kind != WM_TOKEN_END;
         token = wm_words_next(&scan)) {
        if (wm_token_swallows(token)) {
            line = token.line;
            break;
        }
    }
    wm_reader_bad(reader, line, "the text that begins on this line has no closing quote");
}

bool
wm_syntax_check(struct wm_reader *reader, struct wm_span text)
{
    if (wm_span_starts(text, "\xEF\xBB\xBF")) {
        wm_reader_bad(reader, 1, "the file begins with a byte order mark; save it without one");
        return false;
    }
    if (text.size > 0 && memchr(text.data, '\0', text.size) != NULL) {
        wm_reader_bad(reader, 0, "the file holds a zero byte; it must be plain text");
        return false;
    }
    struct wm_words scan = wm_words_begin(text);
    struct wm_token before = {.kind = WM_TOKEN_END};
    char stack[WM_DEPTH_MAX];
    size_t depth = 0;
    bool good = true;
    for (struct wm_token token = wm_words_next(&scan); token.kind != WM_TOKEN_END;
         token = wm_words_next(&scan)) {
        if (token.unclosed || (token.kind == WM_TOKEN_WORD && wm_token_swallows(before))) {
            tell_quote(reader, text, token.line);
            return false;
        }
        if (token.kind == WM_TOKEN_WORD && wm_span_starts(token.text, "@")) {
            /* The text of a version in use is stored: it must be whole by itself. */
            wm_reader_bad(reader, token.line, "%.*s is not allowed; write it all in this file",
                          WM_SPAN_ARG(token.text));
            return false;
        }
        good = check_token(reader, token, before, depth > 0 ? stack[depth - 1] : '\0') && good;
        if (token.kind == WM_TOKEN_OPEN && depth == WM_DEPTH_MAX) {
            wm_reader_bad(reader, token.line, "brackets are nested more than %d deep",
                          WM_DEPTH_MAX);
            return false;
        }
        if (token.kind == WM_TOKEN_OPEN) {
            stack[depth++] = token.mark;
        } else if (token.kind == WM_TOKEN_CLOSE && depth > 0) {
            depth--;
        }
        before = token;
    }
    return good;
}
