/* scan.c - reads back JSON text that this program wrote. */
#include "daemon/codec/scan.h"

#include <assert.h>
#include <stdlib.h>

enum {
    LEVELS = 64, /* as json.c writes at most */
    HEX_DIGITS = 4,
    HEX_LETTER = 10,
    HEX_BITS = 4
};

static const struct wm_value absent;

struct values {
    struct wm_value *items;
    size_t count;
    size_t room;
};

struct fields {
    struct wm_field *items;
    size_t count;
    size_t room;
};

/* A list or object being read. */
struct level {
    bool is_list;
    struct values values;
    struct fields fields;
};

struct wm_scan
wm_scan_begin(struct wm_arena *arena, struct wm_span text)
{
    const struct wm_span copy = wm_arena_copy(arena, text);
    struct wm_scan scan = {.arena = arena, .bad = copy.data == NULL || wm_arena_failed(arena)};
    if (!scan.bad) {
        /* Ours alone, made a line above: strings are unescaped in place. */
        scan.at = (char *)(uintptr_t)copy.data;
        scan.end = scan.at + copy.size;
    }
    return scan;
}

bool
wm_scan_is_whole(const struct wm_scan *scan)
{
    return !scan->bad && scan->at == scan->end;
}

bool
wm_scan_try(struct wm_scan *scan, const char *text)
{
    const size_t size = strlen(text);
    if (scan->bad || (size_t)(scan->end - scan->at) < size || memcmp(scan->at, text, size) != 0) {
        return false;
    }
    scan->at += size;
    return true;
}

void
wm_scan_expect(struct wm_scan *scan, const char *text)
{
    if (!wm_scan_try(scan, text)) {
        scan->bad = true;
    }
}

static bool
is_digit(const struct wm_scan *scan)
{
    return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

int64_t
wm_scan_int(struct wm_scan *scan)
{
    const bool is_negative = wm_scan_try(scan, "-");
    int64_t number = 0;
    bool is_bad = scan->bad || !is_digit(scan);
    while (!is_bad && is_digit(scan)) {
        const int digit = *scan->at++ - '0';
        is_bad = __builtin_mul_overflow(number, 10, &number) ||
                 __builtin_sub_overflow(number, digit, &number);
    }
    /* Counted downwards, for the least number has no positive counterpart. */
    if (!is_negative && !is_bad) {
        is_bad = __builtin_sub_overflow(0, number, &number);
    }
    scan->bad = is_bad;
    return is_bad ? 0 : number;
}

int32_t
wm_scan_int32(struct wm_scan *scan)
{
    const int64_t number = wm_scan_int(scan);
    if (number < INT32_MIN || number > INT32_MAX) {
        scan->bad = true;
        return 0;
    }
    return (int32_t)number;
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + HEX_LETTER : -1;
}

/* What is written as \u00xx, and only that: control characters. */
static bool
read_hex(struct wm_scan *scan, char *ret_c)
{
    int number = 0;
    if (scan->end - scan->at < HEX_DIGITS) {
        return false;
    }
    for (int i = 0; i < HEX_DIGITS; i++) {
        const int digit = hex_digit(*scan->at++);
        if (digit < 0) {
            return false;
        }
        number = (number << HEX_BITS) | digit;
    }
    *ret_c = (char)number;
    return number < ' ';
}

static bool
read_escape(struct wm_scan *scan, char *ret_c)
{
    static const char letters[] = "\"\\bfnrt";
    static const char plain[] = "\"\\\b\f\n\r\t";
    if (scan->at == scan->end) {
        return false;
    }
    const char letter = *scan->at++;
    const char *found = letter != '\0' ? strchr(letters, letter) : NULL;
    if (found != NULL) {
        *ret_c = plain[found - letters];
        return true;
    }
    return letter == 'u' && read_hex(scan, ret_c);
}

struct wm_span
wm_scan_string(struct wm_scan *scan)
{
    wm_scan_expect(scan, "\"");
    char *const start = scan->at;
    char *to = start;
    while (!scan->bad && scan->at < scan->end && *scan->at != '"') {
        char c = *scan->at++;
        if (c == '\\' && !read_escape(scan, &c)) {
            scan->bad = true;
        }
        *to++ = c;
    }
    if (scan->bad || scan->at == scan->end) {
        scan->bad = true;
        return (struct wm_span){0};
    }
    scan->at += 1;
    *to = '\0'; /* where the quote was, or before: texts end with a NUL that does not count */
    return (struct wm_span){start, (size_t)(to - start)};
}

/* ---- values */

static bool
is_number_character(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static struct wm_value
read_number(struct wm_scan *scan)
{
    char *const start = scan->at;
    bool is_whole = true;
    while (scan->at < scan->end && is_number_character(*scan->at)) {
        is_whole = is_whole && *scan->at != '.' && *scan->at != 'e' && *scan->at != 'E';
        scan->at += 1;
    }
    const struct wm_span text = {start, (size_t)(scan->at - start)};
    if (!is_whole) {
        return (struct wm_value){.kind = WM_VALUE_DECIMAL,
                                 .text = wm_arena_copy(scan->arena, text)};
    }
    struct wm_scan digits = {scan->arena, start, scan->at, false};
    const int64_t number = wm_scan_int(&digits);
    scan->bad = scan->bad || !wm_scan_is_whole(&digits);
    return wm_value_int(number);
}

static struct wm_value
read_scalar(struct wm_scan *scan)
{
    if (wm_scan_try(scan, "null")) {
        return (struct wm_value){.kind = WM_VALUE_NULL};
    }
    if (wm_scan_try(scan, "true")) {
        return wm_value_bool(true);
    }
    if (wm_scan_try(scan, "false")) {
        return wm_value_bool(false);
    }
    if (scan->at < scan->end && *scan->at == '"') {
        return wm_value_string(wm_scan_string(scan));
    }
    return read_number(scan);
}

/* Puts a finished value into the list or object that it stands in. */
static void
add_element(struct wm_scan *scan, struct level *level, struct wm_value value)
{
    if (level->is_list) {
        *WM_PUSH(scan->arena, &level->values) = value;
    } else if (level->fields.count > 0) {
        level->fields.items[level->fields.count - 1].value = value;
    }
}

/* Steps to the next element of a level: true if there is one; false if it ended, or is bad. */
static bool
next_element(struct wm_scan *scan, struct level *level)
{
    const size_t count = level->is_list ? level->values.count : level->fields.count;
    if (wm_scan_try(scan, level->is_list ? "]" : "}")) {
        return false;
    }
    if (count > 0) {
        wm_scan_expect(scan, ",");
    }
    if (!level->is_list) {
        const struct wm_span name = wm_scan_string(scan);
        wm_scan_expect(scan, ":");
        WM_PUSH(scan->arena, &level->fields)->name = name;
    }
    scan->bad = scan->bad || wm_arena_failed(scan->arena);
    return !scan->bad;
}

static struct wm_value
close_level(const struct level *level)
{
    return level->is_list ? wm_value_list(level->values.items, level->values.count)
                          : wm_value_object(level->fields.items, level->fields.count);
}

/* The levels that are open, the outermost first. */
struct levels {
    struct level items[LEVELS];
    size_t count;
};

/* A scalar is whole; a list or object is opened: then false. */
static bool
begin_value(struct wm_scan *scan, struct levels *levels, struct wm_value *ret_value)
{
    const bool is_list = wm_scan_try(scan, "[");
    if (!is_list && !wm_scan_try(scan, "{")) {
        *ret_value = read_scalar(scan);
        return true;
    }
    if (levels->count == LEVELS) {
        scan->bad = true;
        return true;
    }
    levels->items[levels->count++] = (struct level){.is_list = is_list};
    return false;
}

/* Steps to where the next value begins, having closed what ends here. False: the outermost has
 * ended, and is *ret_value; or bad. */
static bool
go_on(struct wm_scan *scan, struct levels *levels, struct wm_value *ret_value)
{
    while (!scan->bad && levels->count > 0) {
        if (next_element(scan, &levels->items[levels->count - 1])) {
            return true;
        }
        *ret_value = close_level(&levels->items[--levels->count]);
        if (!scan->bad && levels->count > 0) {
            add_element(scan, &levels->items[levels->count - 1], *ret_value);
        }
    }
    return false;
}

struct wm_value
wm_scan_value(struct wm_scan *scan)
{
    struct levels levels;
    levels.count = 0;
    struct wm_value value = absent;
    do {
        if (begin_value(scan, &levels, &value) && levels.count > 0) {
            add_element(scan, &levels.items[levels.count - 1], value);
        }
    } while (go_on(scan, &levels, &value));
    return scan->bad ? absent : value;
}

/* ---- keys */

static bool
try_key(struct wm_scan *scan, const char *key)
{
    char *const start = scan->at;
    if (wm_scan_try(scan, ",\"") && wm_scan_try(scan, key) && wm_scan_try(scan, "\":")) {
        return true;
    }
    scan->at = start;
    return false;
}

void
wm_scan_key_int(struct wm_scan *scan, const char *key, int64_t *number)
{
    if (try_key(scan, key)) {
        *number = wm_scan_int(scan);
    }
}

void
wm_scan_key_int32(struct wm_scan *scan, const char *key, int32_t *number)
{
    if (try_key(scan, key)) {
        *number = wm_scan_int32(scan);
    }
}

void
wm_scan_key_string(struct wm_scan *scan, const char *key, struct wm_span *string)
{
    if (try_key(scan, key)) {
        *string = wm_scan_string(scan);
    }
}

void
wm_scan_key_true(struct wm_scan *scan, const char *key, bool *flag)
{
    if (try_key(scan, key)) {
        wm_scan_expect(scan, "true");
        *flag = true;
    }
}

bool
wm_scan_element(struct wm_scan *scan, size_t *count)
{
    if (*count == 0) {
        wm_scan_expect(scan, "[");
    }
    if (wm_scan_try(scan, "]")) {
        return false;
    }
    if (*count > 0) {
        wm_scan_expect(scan, ",");
    }
    *count += 1;
    return !scan->bad;
}
