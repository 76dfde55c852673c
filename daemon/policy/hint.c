/* hint.c - where a slip of syntax probably is.
 *
 * libconfig tells one "syntax error" a file, often many lines after the slip. */
#include <assert.h>

#include "daemon/policy/reader.h"
#include "daemon/policy/scan.h"

struct hint {
    struct wm_arena *arena;
    struct wm_token stack[WM_DEPTH_MAX];
    size_t depth;
    struct wm_span quote; /* surest first */
    struct wm_span comma;
    struct wm_span bracket;
};

/* The bracket that must close this one. */
static char
closing(char open)
{
    if (open == '(') {
        return ')';
    }
    if (open == '[') {
        return ']';
    }
    return '}';
}

/* The first is the one: all quotes after it are shifted by one. */
static void
hint_quote(struct hint *hint, struct wm_token token)
{
    assert(hint->arena != NULL);
    if (hint->quote.data == NULL && wm_token_swallows(token)) {
        hint->quote = wm_arena_printf(
            hint->arena, "the text that begins on line %d has no closing quote", token.line);
    }
}

/* After these a comma or a bracket must follow within a list. */
static bool
ends_value(struct wm_token token)
{
    return token.kind == WM_TOKEN_TEXT || token.kind == WM_TOKEN_WORD ||
           token.kind == WM_TOKEN_CLOSE;
}

/* Groups need no commas between their settings, lists do between their elements. */
static void
hint_comma(struct hint *hint, struct wm_token token, struct wm_token before)
{
    assert(hint->arena != NULL);
    const bool listed = hint->depth > 0 && hint->stack[hint->depth - 1].mark != '{';
    if (hint->comma.data != NULL || !listed) {
        return;
    }
    const bool starts =
        token.kind == WM_TOKEN_TEXT || token.kind == WM_TOKEN_WORD || token.kind == WM_TOKEN_OPEN;
    if (starts && ends_value(before)) {
        hint->comma = wm_arena_printf(hint->arena, "a comma is missing before line %d's \"%.*s\"",
                                      token.line, WM_SPAN_ARG(token.text));
    } else if (token.kind == WM_TOKEN_CLOSE && before.kind == WM_TOKEN_MARK && before.mark == ',') {
        hint->comma = wm_arena_printf(hint->arena,
                                      "the comma on line %d must go: nothing follows it before "
                                      "the closing \"%c\"",
                                      before.line, token.mark);
    }
}

/* Only the first suspicion counts: what comes after it is its consequence. */
static void
hint_close(struct hint *hint, struct wm_token token)
{
    assert(hint->arena != NULL);
    if (hint->depth == 0) {
        if (hint->bracket.data == NULL) {
            hint->bracket = wm_arena_printf(hint->arena, "the \"%c\" on line %d closes nothing",
                                            token.mark, token.line);
        }
        return;
    }
    const struct wm_token open = hint->stack[--hint->depth];
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
    struct wm_words scan = wm_words_begin(text);
    struct wm_token before = {.kind = WM_TOKEN_END};
    for (struct wm_token token = wm_words_next(&scan); token.kind != WM_TOKEN_END;
         token = wm_words_next(&scan)) {
        hint_quote(&hint, token);
        hint_comma(&hint, token, before);
        if (token.kind == WM_TOKEN_OPEN && hint.depth < WM_DEPTH_MAX) {
            hint.stack[hint.depth++] = token;
        } else if (token.kind == WM_TOKEN_CLOSE) {
            hint_close(&hint, token);
        }
        before = token;
    }
    if (hint.depth > 0 && hint.bracket.data == NULL) {
        const struct wm_token open = hint.stack[hint.depth - 1];
        hint.bracket =
            wm_arena_printf(arena, "the \"%c\" of line %d is never closed", open.mark, open.line);
    }
    const struct wm_span first = hint.quote.data != NULL ? hint.quote : hint.comma;
    return first.data != NULL ? first : hint.bracket;
}
