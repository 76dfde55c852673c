/* make_event.h - one event out of key=value words, typed by its schema. */
#ifndef WM_CTL_MAKE_EVENT_H
#define WM_CTL_MAKE_EVENT_H

#include <jansson.h>

#include "ctl/command.h"
#include "daemon/codec/schema.h"

struct wm_event_wish {
    const char *type;
    const char *subject;
    const char *time;         /* NULL: when the daemon takes it */
    const char *id;           /* NULL: a new one */
    const char *source;       /* NULL: "/waymarkctl/<login name>" */
    const char *actor;        /* NULL: none */
    const char *const *pairs; /* "customer.ref=T-1"; dotted keys make objects */
    size_t pair_count;
};

/* The CloudEvent (a new reference, the caller's). WM_EINVAL with a sentence: a pair without '=', a
 * value of the wrong type, an unknown type. Values follow the schema's types: yes, no, true and
 * false for booleans, commas between the elements of a list, JSON for objects. */
WM_MUSTCHECK enum wm_status wm_make_event(struct wm_arena *arena, const struct wm_schemas *schemas,
                                          const struct wm_event_wish *wish, json_t **ret_event,
                                          struct wm_span *ret_why);

#endif
