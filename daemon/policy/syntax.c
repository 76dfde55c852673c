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

/* In a group two texts side by side are one long text, in a list a comma was forgotten. */
static bool
check_token(struct wm_reader *reader, struct wm_token token, struct wm_token before, char inside)
{
    assert(reader->findings != NULL);
    if (token.kind == WM_TOKEN_TEXT && before.kind == WM_TOKEN_TEXT && inside != '{') {
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
    assert(reader->findings != NULL);
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

/* True if the text may be given to libconfig as far as this token. */
static bool
bears(struct wm_reader *reader, struct wm_span text, struct wm_token token, struct wm_token before)
{
    assert(reader->findings != NULL);
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
    return true;
}

/* Brackets that are open, innermost last; below them all stands a brace, for the file is a group.
 */
struct nest {
    char open[WM_DEPTH_MAX + 1];
    size_t depth;
};

/* False when there are too many. */
static bool
enter(struct nest *nest, struct wm_token token)
{
    if (token.kind == WM_TOKEN_CLOSE && nest->depth > 0) {
        nest->depth--;
    } else if (token.kind == WM_TOKEN_OPEN && nest->depth == WM_DEPTH_MAX) {
        return false;
    } else if (token.kind == WM_TOKEN_OPEN) {
        nest->open[++nest->depth] = token.mark;
    }
    return true;
}

/* Goes on after slips that do not shift the rest, so that all of these are told. */
static bool
check_tokens(struct wm_reader *reader, struct wm_span text)
{
    assert(reader->findings != NULL);
    struct wm_words scan = wm_words_begin(text);
    struct wm_token before = {.kind = WM_TOKEN_END};
    struct nest nest = {.open = {'{'}};
    bool good = true;
    for (struct wm_token token = wm_words_next(&scan); token.kind != WM_TOKEN_END;
         token = wm_words_next(&scan)) {
        if (!bears(reader, text, token, before)) {
            return false;
        }
        good = check_token(reader, token, before, nest.open[nest.depth]) && good;
        if (!enter(&nest, token)) {
            wm_reader_bad(reader, token.line, "brackets are nested more than %d deep",
                          WM_DEPTH_MAX);
            return false;
        }
        before = token;
    }
    return good;
}

bool
wm_syntax_check(struct wm_reader *reader, struct wm_span text)
{
    assert(reader->findings != NULL);
    if (wm_span_starts(text, "\xEF\xBB\xBF")) {
        wm_reader_bad(reader, 1, "the file begins with a byte order mark; save it without one");
        return false;
    }
    if (text.size > 0 && memchr(text.data, '\0', text.size) != NULL) {
        wm_reader_bad(reader, 0, "the file holds a zero byte; it must be plain text");
        return false;
    }
    return check_tokens(reader, text);
}
