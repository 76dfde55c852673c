/* syntax.c - a look at the bytes of a policy file, for the slips that libconfig cannot explain.
 *
 * libconfig tells one "syntax error" a file, often many lines later than the slip, and takes some
 * slips silently: a comma forgotten between two texts glues them, a number too large wraps. */
#include <assert.h>

#include "daemon/policy/reader.h"

enum { DEPTH_MAX = 64, INT32_DIGITS = 10 };

enum token_kind { TOKEN_END = 1, TOKEN_TEXT, TOKEN_WORD, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_MARK };

struct token {
    enum token_kind kind;
    char mark;      /* of OPEN, CLOSE and MARK */
    bool unclosed;  /* TEXT: no closing quote in the whole file */
    bool first;     /* first on its line */
    int32_t line;   /* where it begins */
    int32_t indent; /* of that line, in characters */
    struct wm_span text;
};

struct scan {
    struct wm_span text;
    size_t at;
    int32_t line;
    size_t line_start;
    bool fresh; /* nothing but blanks on this line so far */
    int32_t indent;
};

static void
step(struct scan *scan)
{
    if (scan->text.data[scan->at] == '\n') {
        scan->line++;
        scan->line_start = scan->at + 1;
        scan->fresh = true;
    }
    scan->at++;
}

static bool
comes(const struct scan *scan, const char *what)
{
    const struct wm_span rest = {scan->text.data + scan->at, scan->text.size - scan->at};
    return wm_span_starts(rest, what);
}

/* Moves behind blanks and comments. */
static void
skip(struct scan *scan)
{
    while (scan->at < scan->text.size) {
        if (comes(scan, "#") || comes(scan, "//")) {
            while (scan->at < scan->text.size && scan->text.data[scan->at] != '\n') {
                step(scan);
            }
        } else if (comes(scan, "/*")) {
            while (scan->at < scan->text.size && !comes(scan, "*/")) {
                step(scan);
            }
            scan->at += scan->at < scan->text.size ? 2 : 0;
        } else if (strchr(" \t\r\n\f", scan->text.data[scan->at]) != NULL) {
            step(scan);
        } else {
            return;
        }
    }
}

static void
quoted(struct scan *scan, struct token *token)
{
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

static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-+_*.@", c) != NULL) || ((unsigned char)c & 0x80U) != 0;
}

static struct token
next(struct scan *scan)
{
    skip(scan);
    struct token token = {.kind = TOKEN_END, .line = scan->line, .first = scan->fresh};
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
        token.kind = TOKEN_TEXT;
        quoted(scan, &token);
    } else if (is_word(c)) {
        token.kind = TOKEN_WORD;
        while (scan->at < scan->text.size && is_word(scan->text.data[scan->at])) {
            step(scan);
        }
    } else {
        token.mark = c;
        token.kind = strchr("([{", c) != NULL   ? TOKEN_OPEN
                     : strchr(")]}", c) != NULL ? TOKEN_CLOSE
                                                : TOKEN_MARK;
        step(scan);
    }
    token.text = (struct wm_span){scan->text.data + start, scan->at - start};
    return token;
}

static struct scan
begin(struct wm_span text)
{
    return (struct scan){.text = text, .line = 1, .fresh = true};
}

/* ---- what libconfig would take silently ---- */

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

static void
check_token(struct wm_reader *reader, struct token token, struct token before, char inside)
{
    if (token.kind == TOKEN_TEXT && before.kind == TOKEN_TEXT && inside != '{' && inside != '\0') {
        wm_reader_bad(reader, token.line, "a comma is missing before %.*s",
                      WM_SPAN_ARG(token.text));
    }
    if (token.kind == TOKEN_WORD && wraps(token.text)) {
        wm_reader_bad(reader, token.line, "the number %.*s is too large", WM_SPAN_ARG(token.text));
    }
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
    struct scan scan = begin(text);
    struct token before = {.kind = TOKEN_END};
    char stack[DEPTH_MAX];
    size_t depth = 0;
    for (struct token token = next(&scan); token.kind != TOKEN_END; token = next(&scan)) {
        if (token.unclosed) {
            wm_reader_bad(reader, token.line,
                          "the text that begins on this line has no closing quote");
            return false;
        }
        if (token.kind == TOKEN_WORD && wm_span_starts(token.text, "@")) {
            /* The text of a version in use is stored: it must be whole by itself. */
            wm_reader_bad(reader, token.line, "%.*s is not allowed; write it all in this file",
                          WM_SPAN_ARG(token.text));
            return false;
        }
        check_token(reader, token, before, depth > 0 ? stack[depth - 1] : '\0');
        if (token.kind == TOKEN_OPEN && depth == DEPTH_MAX) {
            wm_reader_bad(reader, token.line, "brackets are nested more than %d deep", DEPTH_MAX);
            return false;
        }
        if (token.kind == TOKEN_OPEN) {
            stack[depth++] = token.mark;
        } else if (token.kind == TOKEN_CLOSE && depth > 0) {
            depth--;
        }
        before = token;
    }
    return true;
}

/* ---- where a slip probably is ---- */

struct hint {
    struct wm_arena *arena;
    struct token stack[DEPTH_MAX];
    size_t depth;
    struct wm_span quote; /* surest first */
    struct wm_span comma;
    struct wm_span bracket;
};

static char
closing(char open)
{
    return open == '(' ? ')' : open == '[' ? ']' : '}';
}

/* A text that swallowed settings: a quote is missing at its end, and one too many comes later. */
static void
hint_quote(struct hint *hint, struct token token)
{
    const char *newline =
        token.text.size > 0 ? memchr(token.text.data, '\n', token.text.size) : NULL;
    if (hint->quote.data != NULL || newline == NULL) {
        return;
    }
    const size_t rest = token.text.size - (size_t)(newline - token.text.data);
    if (memchr(newline, '=', rest) != NULL) {
        hint->quote = wm_arena_printf(
            hint->arena, "the text that begins on line %d has no closing quote", token.line);
    }
}

static bool
ends_value(struct token token)
{
    return token.kind == TOKEN_TEXT || token.kind == TOKEN_WORD || token.kind == TOKEN_CLOSE;
}

static void
hint_comma(struct hint *hint, struct token token, struct token before)
{
    const bool listed = hint->depth > 0 && hint->stack[hint->depth - 1].mark != '{';
    if (hint->comma.data != NULL || !listed) {
        return;
    }
    const bool starts =
        token.kind == TOKEN_TEXT || token.kind == TOKEN_WORD || token.kind == TOKEN_OPEN;
    if (starts && ends_value(before)) {
        hint->comma = wm_arena_printf(hint->arena, "a comma is missing before line %d's \"%.*s\"",
                                      token.line, WM_SPAN_ARG(token.text));
    } else if (token.kind == TOKEN_CLOSE && before.kind == TOKEN_MARK && before.mark == ',') {
        hint->comma = wm_arena_printf(hint->arena,
                                      "the comma on line %d must go: nothing follows it before "
                                      "the closing \"%c\"",
                                      before.line, token.mark);
    }
}

static void
hint_close(struct hint *hint, struct token token)
{
    if (hint->depth == 0) {
        if (hint->bracket.data == NULL) {
            hint->bracket = wm_arena_printf(hint->arena, "the \"%c\" on line %d closes nothing",
                                            token.mark, token.line);
        }
        return;
    }
    const struct token open = hint->stack[--hint->depth];
    if (hint->bracket.data != NULL) {
        return;
    }
    if (closing(open.mark) != token.mark) {
        hint->bracket = wm_arena_printf(
            hint->arena, "the \"%c\" on line %d meets the \"%c\" that was opened on line %d",
            token.mark, token.line, open.mark, open.line);
    } else if (token.first && token.indent != open.indent) {
        /* Authors indent: a bracket that stands elsewhere than its partner betrays the gap. */
        hint->bracket =
            wm_arena_printf(hint->arena,
                            "the \"%c\" of line %d is probably not closed: the \"%c\" on line %d "
                            "stands elsewhere",
                            open.mark, open.line, token.mark, token.line);
    }
}

struct wm_span
wm_syntax_hint(struct wm_arena *arena, struct wm_span text)
{
    assert(arena != NULL);
    struct hint hint = {.arena = arena};
    struct scan scan = begin(text);
    struct token before = {.kind = TOKEN_END};
    for (struct token token = next(&scan); token.kind != TOKEN_END; token = next(&scan)) {
        if (token.kind == TOKEN_TEXT) {
            hint_quote(&hint, token);
        }
        hint_comma(&hint, token, before);
        if (token.kind == TOKEN_OPEN && hint.depth < DEPTH_MAX) {
            hint.stack[hint.depth++] = token;
        } else if (token.kind == TOKEN_CLOSE) {
            hint_close(&hint, token);
        }
        before = token;
    }
    if (hint.depth > 0 && hint.bracket.data == NULL) {
        const struct token open = hint.stack[hint.depth - 1];
        hint.bracket =
            wm_arena_printf(arena, "the \"%c\" of line %d is never closed", open.mark, open.line);
    }
    const struct wm_span first = hint.quote.data != NULL ? hint.quote : hint.comma;
    return first.data != NULL ? first : hint.bracket;
}
