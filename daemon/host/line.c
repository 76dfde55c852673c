/* line.c - a line of the log, as fields of the journal and as text for people. */
#include "daemon/host/line.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attributes.h"
#include "base/civil.h"

enum {
    ESCAPE_ROOM = 4, /* "\x1b" */
    DELETE = 0x7f,
    HIGH_CONTROL_LEAD = 0xc2, /* U+0080 to U+009F in UTF-8 begin with it … */
    HIGH_CONTROL_END = 0xa0   /* … and their second byte is below this */
};

struct field {
    const char *name; /* with '=' */
    struct wm_span value;
    size_t max; /* bytes of the value */
};

static bool
is_control(unsigned char byte, unsigned char next)
{
    return byte < ' ' || byte == DELETE || (byte == HIGH_CONTROL_LEAD && next < HIGH_CONTROL_END);
}

/* Copies at most `max` bytes of text, control characters as \xNN; returns what was written. */
static size_t
escape(struct wm_span text, size_t max, char *to)
{
    size_t size = 0;
    for (size_t i = 0; i < text.size && size + ESCAPE_ROOM <= max; i++) {
        const unsigned char byte = (unsigned char)text.data[i];
        const unsigned char next =
            i + 1 < text.size ? (unsigned char)text.data[i + 1] : (unsigned char)DELETE;
        if (is_control(byte, next)) {
            size += (size_t)snprintf(to + size, ESCAPE_ROOM + 1, "\\x%02x", byte);
        } else {
            to[size++] = (char)byte;
        }
    }
    return size;
}

static size_t
pack_field(const struct field *field, char *to)
{
    const size_t name = strlen(field->name);
    memcpy(to, field->name, name);
    return name + escape(field->value, field->max, to + name);
}

struct wm_packed *
wm_line_pack(const struct wm_entry *entry)
{
    assert(entry != NULL);
    assert(entry->priority >= WM_PRIORITY_ERROR && entry->priority <= WM_PRIORITY_DEBUG);

    const char priority[] = {(char)('0' + entry->priority), '\0'};
    const struct field fields[] = {
        {"MESSAGE=", entry->text, WM_LINE_TEXT},
        {"PRIORITY=", wm_span(priority), WM_LINE_FIELD},
        {"MESSAGE_ID=", wm_span(wm_line_message_id(entry->kind)), WM_LINE_FIELD},
        {"WAYMARK_CASE=", entry->ref, WM_LINE_FIELD},
        {"WAYMARK_EVENT_ID=", entry->event_id, WM_LINE_FIELD},
        {"WAYMARK_EVENT_TYPE=", entry->event_type, WM_LINE_FIELD},
        {"WAYMARK_ACTOR=", entry->actor, WM_LINE_FIELD},
        {"WAYMARK_STATE_FROM=", entry->from, WM_LINE_FIELD},
        {"WAYMARK_STATE_TO=", entry->to, WM_LINE_FIELD},
        {"WAYMARK_CLOCK=", entry->clock, WM_LINE_FIELD},
        {"WAYMARK_OFFICER=", entry->officer, WM_LINE_FIELD},
        {"SYSLOG_IDENTIFIER=", wm_span("waymarkd"), WM_LINE_FIELD},
    };
    _Static_assert(WM_COUNT(fields) <= WM_LINE_FIELDS, "every field has its place");

    size_t room = 1;
    for (size_t i = 0; i < WM_COUNT(fields); i++) {
        const size_t most = fields[i].value.size * ESCAPE_ROOM + ESCAPE_ROOM;
        room += strlen(fields[i].name) + (most < fields[i].max ? most : fields[i].max);
    }
    struct wm_packed *packed = malloc(sizeof *packed + room);
    if (packed == NULL) {
        return NULL;
    }
    *packed = (struct wm_packed){.priority = entry->priority};
    char *to = (char *)(packed + 1);
    for (size_t i = 0; i < WM_COUNT(fields); i++) {
        if (fields[i].value.data == NULL && i > 0) {
            continue;
        }
        const size_t size = pack_field(&fields[i], to);
        packed->fields[packed->count++] = (struct iovec){to, size};
        to += size;
    }
    return packed;
}

/* The value of a field of this name, or the absent span. */
static struct wm_span
value_of(const struct wm_packed *packed, const char *name)
{
    const size_t size = strlen(name);
    for (size_t i = 0; i < packed->count; i++) {
        const struct wm_span field = {packed->fields[i].iov_base, packed->fields[i].iov_len};
        if (wm_span_starts(field, name)) {
            return (struct wm_span){field.data + size, field.size - size};
        }
    }
    return (struct wm_span){0};
}

/* Whether the message names the case already. */
static bool
names(struct wm_span text, struct wm_span ref)
{
    return ref.size > 0 && text.size > 0 &&
           memmem(text.data, text.size, ref.data, ref.size) != NULL;
}

static size_t
append(char *text, size_t room, size_t size, struct wm_span more)
{
    const size_t left = room - size;
    const size_t taken = more.size < left ? more.size : left;
    if (taken > 0) {
        memcpy(text + size, more.data, taken);
    }
    return size + taken;
}

size_t
wm_line_print(const struct wm_packed *packed, int64_t real_us, bool colour, char *text, size_t room)
{
    static const char *const levels[] = {" error   ", " warning ", " notice  ", " info    ",
                                         " debug   "};
    static const char *const colours[] = {"\033[31m", "\033[33m", "\033[1m", "", "\033[2m"};
    assert(packed != NULL && text != NULL);
    assert(room >= WM_LINE_ROOM);

    const size_t level = (size_t)(packed->priority - WM_PRIORITY_ERROR);
    const struct wm_span message = value_of(packed, "MESSAGE=");
    const struct wm_span ref = value_of(packed, "WAYMARK_CASE=");
    const bool prefix = ref.size > 0 && !names(message, ref);
    char time[WM_TIME_SIZE];
    wm_time_format(real_us - real_us % WM_US_PER_SECOND, time);
    const struct wm_span parts[] = {
        wm_span(colour ? colours[level] : ""),
        wm_span(time),
        wm_span(levels[level]),
        prefix ? ref : wm_span(""),
        wm_span(prefix ? ": " : ""),
        message,
        wm_span(colour ? "\033[0m" : ""),
        wm_span("\n"),
    };
    size_t size = 0;
    for (size_t i = 0; i < WM_COUNT(parts); i++) {
        size = append(text, room, size, parts[i]);
    }
    return size;
}
