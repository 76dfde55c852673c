/* event.h - a CloudEvents 1.0 event in JSON structured mode (wire.md "Payload"). */
#ifndef WM_PROTO_EVENT_H
#define WM_PROTO_EVENT_H

#include <stdint.h>

#include <jansson.h>

#include "base/attributes.h"
#include "base/span.h"
#include "base/status.h"

enum {
    WM_EVENT_DEPTH = 32,   /* deepest nesting of arrays and objects */
    WM_EVENT_ID_MAX = 128, /* characters of id */
    WM_REF_MAX = 64,       /* characters of subject */
    WM_DIGEST_BYTES = 16,
    WM_FAULT_FIELD = 96,
    WM_FAULT_TEXT = 1000
};

/* Why something was refused, for the reader. `code` is a code of wire.md, a string literal; `field`
 * and `message` are cut to fit. */
struct wm_fault {
    const char *code;
    char field[WM_FAULT_FIELD];
    char message[WM_FAULT_TEXT];
};

void wm_fault_set(struct wm_fault *fault, const char *code, const char *field, const char *format,
                  ...) WM_FORMAT(4, 5);

/* Spans and data borrow from `root`, which the event owns. Absent attributes are absent spans. */
struct wm_cloudevent {
    json_t *root;
    json_t *data; /* an object, or NULL when absent */
    struct wm_span id;
    struct wm_span source;
    struct wm_span type;
    struct wm_span subject;
    struct wm_span actor;  /* wmactor */
    struct wm_span import; /* wmimport */
    struct wm_span traceparent;
    int64_t time_us;   /* valid if has_time */
    uint64_t sequence; /* valid if has_sequence */
    bool has_time;
    bool has_sequence;
};

/* Parses and checks the attributes (not `data`, not whether the type is known). On failure:
 * WM_EPROTO and *ret_fault with code "malformed" or "schema"; WM_NOMEM with code "overloaded";
 * nothing to free. Reserved types (`waymark.*`) and sources (`/waymark/…`) pass here: who may use
 * them is the caller's to judge. */
WM_MUSTCHECK enum wm_status wm_cloudevent_parse(struct wm_span bytes,
                                                struct wm_cloudevent *ret_event,
                                                struct wm_fault *ret_fault);
void wm_cloudevent_free(struct wm_cloudevent *event);
/* Digest of the content: type, subject, time if given, data after parsing; not the order of keys,
 * not other attributes. Equal content, equal digest. WM_NOMEM. */
WM_MUSTCHECK enum wm_status wm_cloudevent_digest(const struct wm_cloudevent *event,
                                                 unsigned char ret_digest[static WM_DIGEST_BYTES]);
/* True for 1 to 64 of A-Z a-z 0-9 . _ / - (a case reference), or such behind `name:` (an alias, at
 * most 64 characters in all). */
bool wm_ref_is_valid(struct wm_span ref);
bool wm_alias_is_valid(struct wm_span alias);
/* True if arrays and objects nest no deeper than WM_EVENT_DEPTH; reads bytes, parses nothing. */
bool wm_json_depth_ok(struct wm_span bytes);

#endif
