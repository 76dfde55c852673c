/* event.c - parses a CloudEvent and checks its attributes; `data` is left to its schema. */
#include "proto/event.h"

#include <assert.h>
#include <inttypes.h>

#include "base/civil.h"

enum {
    SOURCE_MAX = 256,
    NAME_MAX_CHARACTERS = 128, /* of type and traceparent */
    WHO_MAX = 64,              /* of wmactor and wmimport */
    ASCII_SPACE = 0x20,
    ASCII_DELETE = 0x7F,
    C1_LEAD = 0xC2,   /* first byte of U+0080 to U+00BF in UTF-8 */
    C1_END = 0xA0,    /* second byte of the first that is no control character */
    TAIL_MASK = 0xC0, /* of a byte, to tell a continuation byte */
    TAIL = 0x80
};

/* What a text attribute may hold. */
enum shape {
    SHAPE_TEXT = 1, /* no control characters */
    SHAPE_URI,      /* nor spaces */
    SHAPE_SUBJECT   /* a reference or an alias */
};

/* A text attribute: where it goes, how long it may be, and what the reader is told it must be. */
struct rule {
    const char *name;
    size_t offset;
    size_t max;
    enum shape shape;
    bool is_required;
    const char *want;
};

static const struct rule rules[] = {
    {"id", offsetof(struct wm_cloudevent, id), WM_EVENT_ID_MAX, SHAPE_TEXT, true,
     "a text of 1 to 128 characters that is unique within its source"},
    {"source", offsetof(struct wm_cloudevent, source), SOURCE_MAX, SHAPE_URI, true,
     "a URI reference of 1 to 256 characters without spaces, for example /nec/housing"},
    {"type", offsetof(struct wm_cloudevent, type), NAME_MAX_CHARACTERS, SHAPE_TEXT, true,
     "the name of an event type, for example complaint.received"},
    {"subject", offsetof(struct wm_cloudevent, subject), WM_REF_MAX, SHAPE_SUBJECT, true,
     "a reference of 1 to 64 of A-Z a-z 0-9 . _ / - or an alias such as react:12345"},
    {"wmactor", offsetof(struct wm_cloudevent, actor), WHO_MAX, SHAPE_TEXT, false,
     "a text of 1 to 64 characters: the id of who did it"},
    {"wmimport", offsetof(struct wm_cloudevent, import), WHO_MAX, SHAPE_TEXT, false,
     "a text of 1 to 64 characters: the name of the batch"},
    {"traceparent", offsetof(struct wm_cloudevent, traceparent), NAME_MAX_CHARACTERS, SHAPE_TEXT,
     false, "a W3C trace context of up to 128 characters"},
};

/* Characters, not bytes; 0 if one of them is a control character (C0, DEL or C1): these texts end
 * up in journals and on terminals, where a line break would forge a second line. */
static size_t
count_characters(struct wm_span text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        if (c < ASCII_SPACE || c == ASCII_DELETE) {
            return 0;
        }
        if (c == C1_LEAD && i + 1 < text.size && (unsigned char)text.data[i + 1] < C1_END) {
            return 0;
        }
        count += (c & TAIL_MASK) != TAIL ? 1 : 0;
    }
    return count;
}

static bool
fits(const struct rule *rule, struct wm_span text)
{
    assert(rule->max > 0);
    switch (rule->shape) {
    case SHAPE_SUBJECT:
        return wm_ref_is_valid(text) || wm_alias_is_valid(text);
    case SHAPE_URI:
        if (text.size > 0 && memchr(text.data, ' ', text.size) != NULL) {
            return false;
        }
        break;
    case SHAPE_TEXT:
        break;
    }
    const size_t count = count_characters(text);
    return count >= 1 && count <= rule->max;
}

static const char *
type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        return "null";
    }
    return "something else";
}

/* An attribute, or NULL when it is not there. CloudEvents has null stand for absent. */
static json_t *
get(const json_t *root, const char *name)
{
    json_t *value = json_object_get(root, name);
    return json_is_null(value) ? NULL : value;
}

/* Fills in one attribute of the table. What is refused is not quoted: it may be personal. */
static bool
read_text(const json_t *root, const struct rule *rule, struct wm_cloudevent *event,
          struct wm_fault *fault)
{
    assert(rule->offset + sizeof(struct wm_span) <= sizeof *event);
    const json_t *value = get(root, rule->name);
    if (value == NULL) {
        if (rule->is_required) {
            wm_fault_set(fault, "schema", rule->name, "%s is missing: it must be %s", rule->name,
                         rule->want);
        }
        return !rule->is_required;
    }
    if (!json_is_string(value)) {
        wm_fault_set(fault, "schema", rule->name, "%s must be %s, not %s", rule->name, rule->want,
                     type_name(value));
        return false;
    }
    const struct wm_span text = {json_string_value(value), json_string_length(value)};
    if (!fits(rule, text)) {
        wm_fault_set(fault, "schema", rule->name, "%s is not allowed here: %s must be %s",
                     text.size == 0 ? "an empty text" : "this value", rule->name, rule->want);
        return false;
    }
    memcpy((char *)event + rule->offset, &text, sizeof text);
    return true;
}

static bool
read_version(const json_t *root, struct wm_fault *fault)
{
    const json_t *value = get(root, "specversion");
    if (!json_is_string(value) || strcmp(json_string_value(value), "1.0") != 0) {
        wm_fault_set(fault, "schema", "specversion", "specversion %s the text \"1.0\"",
                     value == NULL ? "is missing: it must be" : "must be");
        return false;
    }
    return true;
}

static bool
read_time(const json_t *root, struct wm_cloudevent *event, struct wm_fault *fault)
{
    assert(!event->has_time);
    const json_t *value = get(root, "time");
    if (value == NULL) {
        return true;
    }
    const struct wm_span text = {json_string_value(value), json_string_length(value)};
    if (!json_is_string(value) || wm_time_parse(text, &event->time_us) != WM_OK) {
        wm_fault_set(fault, "schema", "time",
                     "time must be an RFC 3339 moment with an offset, for example "
                     "2026-01-05T09:30:00Z or 2026-07-05T09:30:00+01:00");
        return false;
    }
    event->has_time = true;
    return true;
}

/* Decimal digits that fit 64 bits. */
static bool
parse_counter(struct wm_span text, uint64_t *ret_counter)
{
    uint64_t counter = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' ||
            __builtin_mul_overflow(counter, 10U, &counter) ||
            __builtin_add_overflow(counter, (uint64_t)(text.data[i] - '0'), &counter)) {
            return false;
        }
    }
    *ret_counter = counter;
    return text.size > 0;
}

/* The CloudEvents extension writes it as a text, because many languages cut large numbers; a plain
 * number is taken as well. */
static bool
read_sequence(const json_t *root, struct wm_cloudevent *event, struct wm_fault *fault)
{
    assert(!event->has_sequence);
    const json_t *value = get(root, "sequence");
    if (value == NULL) {
        return true;
    }
    const struct wm_span text = {json_string_value(value), json_string_length(value)};
    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        event->sequence = (uint64_t)json_integer_value(value);
    } else if (!parse_counter(text, &event->sequence)) {
        wm_fault_set(fault, "schema", "sequence",
                     "sequence must be a decimal counter from 0 to 18446744073709551615, as text");
        return false;
    }
    event->has_sequence = true;
    return true;
}

/* Bytes in base64 would be kept and never read by anybody: better refused than lost. */
static bool
read_data(const json_t *root, struct wm_cloudevent *event, struct wm_fault *fault)
{
    assert(json_is_object(root) && event->data == NULL);
    if (get(root, "data_base64") != NULL) {
        wm_fault_set(fault, "schema", "data_base64",
                     "data_base64 is not read: send the content as an object in data");
        return false;
    }
    json_t *data = get(root, "data");
    if (data != NULL && !json_is_object(data)) {
        wm_fault_set(fault, "schema", "data", "data must be an object, not %s", type_name(data));
        return false;
    }
    event->data = data;
    return true;
}

/* The first fault ends it: a publisher that forgets one attribute has mostly forgotten how the
 * event is made, and one sentence is easier to act on than ten. */
static bool
read_attributes(const json_t *root, struct wm_cloudevent *event, struct wm_fault *fault)
{
    if (!json_is_object(root)) {
        wm_fault_set(fault, "malformed", NULL, "an event must be a JSON object, not %s",
                     type_name(root));
        return false;
    }
    if (!read_version(root, fault)) {
        return false;
    }
    for (size_t i = 0; i < WM_COUNT(rules); i++) {
        if (!read_text(root, &rules[i], event, fault)) {
            return false;
        }
    }
    return read_time(root, event, fault) && read_sequence(root, event, fault) &&
           read_data(root, event, fault);
}

/* jansson's sentence without its quotation of what stood there: that may be personal. */
static void
explain(const json_error_t *error, struct wm_fault *fault)
{
    assert(error->text[0] != '\0');
    if (json_error_code(error) == json_error_invalid_utf8) {
        wm_fault_set(fault, "malformed", NULL,
                     "not UTF-8 behind line %d, column %d: an event must be UTF-8 throughout",
                     error->line, error->column);
        return;
    }
    const char *near = strstr(error->text, " near ");
    const size_t size = near != NULL ? (size_t)(near - error->text) : strlen(error->text);
    if (json_error_code(error) == json_error_duplicate_key) {
        wm_fault_set(fault, "malformed", NULL,
                     "a key stands twice in the same object (the second ends at line %d, column "
                     "%d)",
                     error->line, error->column);
        return;
    }
    wm_fault_set(fault, "malformed", NULL, "not JSON at line %d, column %d: %.*s", error->line,
                 error->column, (int)size, error->text);
}

static json_t *
load(struct wm_span bytes, enum wm_status *ret_status, struct wm_fault *fault)
{
    *ret_status = WM_EPROTO;
    /* Before the parser, which goes down 2,000 levels by recursion. */
    if (!wm_json_depth_ok(bytes)) {
        wm_fault_set(fault, "malformed", NULL,
                     "arrays and objects may nest %d deep, and these go deeper", WM_EVENT_DEPTH);
        return NULL;
    }
    json_error_t error;
    json_t *root = json_loadb(bytes.data != NULL ? bytes.data : "", bytes.size,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    /* Only a lack of memory leaves no text behind. */
    if (root == NULL && error.text[0] == '\0') {
        *ret_status = WM_NOMEM;
        wm_fault_set(fault, "overloaded", NULL, "out of memory while the event was read");
    } else if (root == NULL) {
        explain(&error, fault);
    }
    return root;
}

enum wm_status
wm_cloudevent_parse(struct wm_span bytes, struct wm_cloudevent *ret_event,
                    struct wm_fault *ret_fault)
{
    assert(ret_event != NULL && ret_fault != NULL);
    enum wm_status status = WM_OK;
    struct wm_cloudevent event = {0};
    event.root = load(bytes, &status, ret_fault);
    if (event.root == NULL) {
        assert(status != WM_OK);
        return status;
    }
    if (!read_attributes(event.root, &event, ret_fault)) {
        json_decref(event.root);
        return WM_EPROTO;
    }
    *ret_event = event;
    return WM_OK;
}

void
wm_cloudevent_free(struct wm_cloudevent *event)
{
    if (event == NULL) {
        return;
    }
    json_decref(event->root);
    *event = (struct wm_cloudevent){0};
}
