/* frame.c - WMP/1 frames: one table of the verbs, and a check of what arrived against it. */
#include "proto/frame.h"

#include <assert.h>

#include "base/text.h"

enum {
    ARGS_MAX = WM_FRAMES_MAX - 2,
    WORD_MAX = 64,     /* bytes of a topic or of a delivery's id */
    DIGITS_MAX = 10,   /* of a decimal argument: enough for any uint32_t */
    REASON_MAX = 1024, /* bytes of a reason */
    TOKEN_AT = 2       /* the frame that holds the token, on the ports that have one */
};

/* What an argument may be. */
enum shape {
    SHAPE_NONE = 1,
    SHAPE_TOKEN,  /* 1 to WM_TOKEN_MAX bytes of any kind */
    SHAPE_ECHO,   /* a token, or nothing: the answer to a message whose token was unreadable */
    SHAPE_WORD,   /* 1 to WORD_MAX graphic ASCII characters */
    SHAPE_NUMBER, /* 1 to DIGITS_MAX decimal digits */
    SHAPE_REASON, /* up to REASON_MAX bytes of UTF-8 */
    SHAPE_BODY    /* JSON, judged by whoever parses it */
};

/* A verb as one port takes it. */
struct row {
    enum wm_port port;
    enum wm_verb verb;
    size_t count;
    enum shape shapes[ARGS_MAX];
};

static const struct row rows[] = {
    {WM_PORT_INTAKE, WM_VERB_PUBLISH, 2, {SHAPE_TOKEN, SHAPE_BODY}},
    {WM_PORT_INTAKE, WM_VERB_PING, 1, {SHAPE_TOKEN}},
    {WM_PORT_PUBLISHER, WM_VERB_OK, 2, {SHAPE_TOKEN, SHAPE_BODY}},
    {WM_PORT_PUBLISHER, WM_VERB_REJECT, 2, {SHAPE_ECHO, SHAPE_BODY}},
    {WM_PORT_PUBLISHER, WM_VERB_RETRY, 2, {SHAPE_TOKEN, SHAPE_BODY}},
    {WM_PORT_PUBLISHER, WM_VERB_PONG, 1, {SHAPE_TOKEN}},
    {WM_PORT_DISPATCH, WM_VERB_READY, 2, {SHAPE_WORD, SHAPE_NUMBER}},
    {WM_PORT_DISPATCH, WM_VERB_ACK, 1, {SHAPE_WORD}},
    {WM_PORT_DISPATCH, WM_VERB_EXTEND, 1, {SHAPE_WORD}},
    {WM_PORT_DISPATCH, WM_VERB_NACK, 3, {SHAPE_WORD, SHAPE_NUMBER, SHAPE_REASON}},
    {WM_PORT_DISPATCH, WM_VERB_REFUSE, 2, {SHAPE_WORD, SHAPE_REASON}},
    {WM_PORT_DISPATCH, WM_VERB_PING, 0, {SHAPE_NONE}},
    {WM_PORT_DISPATCH, WM_VERB_PONG, 0, {SHAPE_NONE}},
    {WM_PORT_DISPATCH, WM_VERB_BYE, 0, {SHAPE_NONE}},
    {WM_PORT_WORKER, WM_VERB_DELIVER, 4, {SHAPE_WORD, SHAPE_WORD, SHAPE_NUMBER, SHAPE_BODY}},
    {WM_PORT_WORKER, WM_VERB_PING, 0, {SHAPE_NONE}},
    {WM_PORT_WORKER, WM_VERB_PONG, 0, {SHAPE_NONE}},
    {WM_PORT_WORKER, WM_VERB_BYE, 0, {SHAPE_NONE}},
    {WM_PORT_CONTROL, WM_VERB_CALL, 2, {SHAPE_TOKEN, SHAPE_BODY}},
    {WM_PORT_CLIENT, WM_VERB_MORE, 2, {SHAPE_TOKEN, SHAPE_BODY}},
    {WM_PORT_CLIENT, WM_VERB_RESULT, 2, {SHAPE_TOKEN, SHAPE_BODY}},
    {WM_PORT_CLIENT, WM_VERB_ERROR, 2, {SHAPE_TOKEN, SHAPE_BODY}},
};

static const char *const names[WM_VERB_COUNT] = {
    [WM_VERB_PUBLISH] = "PUBLISH", [WM_VERB_OK] = "OK",           [WM_VERB_REJECT] = "REJECT",
    [WM_VERB_RETRY] = "RETRY",     [WM_VERB_PING] = "PING",       [WM_VERB_PONG] = "PONG",
    [WM_VERB_READY] = "READY",     [WM_VERB_DELIVER] = "DELIVER", [WM_VERB_ACK] = "ACK",
    [WM_VERB_EXTEND] = "EXTEND",   [WM_VERB_NACK] = "NACK",       [WM_VERB_REFUSE] = "REFUSE",
    [WM_VERB_BYE] = "BYE",         [WM_VERB_CALL] = "CALL",       [WM_VERB_MORE] = "MORE",
    [WM_VERB_RESULT] = "RESULT",   [WM_VERB_ERROR] = "ERROR",
};

/* Dispatch and its workers send no tokens: their third frame is something else. */
static bool
has_token(enum wm_port port)
{
    return port != WM_PORT_DISPATCH && port != WM_PORT_WORKER;
}

/* Graphic ASCII: these appear in journals, in commands and in other people's scripts. */
static bool
is_word(struct wm_span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] <= ' ' || text.data[i] > '~') {
            return false;
        }
    }
    return text.size >= 1 && text.size <= WORD_MAX;
}

static bool
is_number(struct wm_span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size >= 1 && text.size <= DIGITS_MAX;
}

static bool
fits(enum shape shape, struct wm_span arg)
{
    assert(arg.size == 0 || arg.data != NULL);
    switch (shape) {
    case SHAPE_NONE:
        break;
    case SHAPE_TOKEN:
        return arg.size >= 1 && arg.size <= WM_TOKEN_MAX;
    case SHAPE_ECHO:
        return arg.size <= WM_TOKEN_MAX;
    case SHAPE_WORD:
        return is_word(arg);
    case SHAPE_NUMBER:
        return is_number(arg);
    case SHAPE_REASON:
        return arg.size <= REASON_MAX && wm_text_is_utf8(arg);
    case SHAPE_BODY:
        return true;
    }
    return false;
}

/* The row of this protocol, port and verb, or NULL. */
static const struct row *
find_row(enum wm_port port, const struct wm_span *frames, size_t count)
{
    if (count < 2 || !wm_span_is(frames[0], WM_PROTOCOL)) {
        return NULL;
    }
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        if (rows[i].port == port && wm_span_is(frames[1], names[rows[i].verb])) {
            return &rows[i];
        }
    }
    return NULL;
}

/* No more and no fewer than the row says: what is left over is a mistake of one side. */
static bool
args_fit(const struct row *row, const struct wm_span *args, size_t count)
{
    assert(row->count <= ARGS_MAX);
    if (count != row->count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!fits(row->shapes[i], args[i])) {
            return false;
        }
    }
    return true;
}

/* The token is told apart by its place alone, so that even a client of another version of the
 * protocol hears why it is refused. */
static struct wm_span
token_of(enum wm_port port, const struct wm_span *frames, size_t count)
{
    assert(frames != NULL || count == 0);
    if (has_token(port) && count > TOKEN_AT && fits(SHAPE_TOKEN, frames[TOKEN_AT])) {
        return frames[TOKEN_AT];
    }
    return (struct wm_span){0};
}

const char *
wm_verb_name(enum wm_verb verb)
{
    assert(verb >= WM_VERB_PUBLISH && verb < WM_VERB_COUNT);
    return names[verb];
}

enum wm_status
wm_frames_read(enum wm_port port, const struct wm_span *frames, size_t count,
               struct wm_frames *ret_frames, struct wm_span *ret_token)
{
    assert(port >= WM_PORT_INTAKE && port <= WM_PORT_CLIENT);
    assert(ret_frames != NULL && ret_token != NULL);

    *ret_token = token_of(port, frames, count);
    const struct row *row = find_row(port, frames, count);
    if (row == NULL || !args_fit(row, frames + 2, count - 2)) {
        return WM_EPROTO;
    }
    ret_frames->verb = row->verb;
    ret_frames->count = row->count;
    for (size_t i = 0; i < row->count; i++) {
        ret_frames->args[i] = frames[2 + i];
    }
    return WM_OK;
}

enum wm_status
wm_frames_number(struct wm_span text, uint32_t max, uint32_t *ret_number)
{
    assert(ret_number != NULL);
    if (!is_number(text)) {
        return WM_EPROTO;
    }
    uint64_t number = 0;
    for (size_t i = 0; i < text.size; i++) {
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    }
    if (number > max) {
        return WM_EPROTO;
    }
    *ret_number = (uint32_t)number;
    return WM_OK;
}
