/* catalogue.h - what a checker of policies may ask about event types. Nothing but an interface: the
 * codec answers. */
#ifndef WM_CORE_CATALOGUE_H
#define WM_CORE_CATALOGUE_H

#include "base/arena.h"

/* What the checker needs to know of event types, without knowing JSON: wired to the schemas by the
 * caller. */
struct wm_catalogue {
    void *context;
    /* False: no such type. */
    bool (*type)(void *context, struct wm_span type, bool *ret_request);
    /* False: `data` of this type has no such field ("customer.ref"; "points[].id" steps into
     * elements). *ret_kind: "string", "integer", …; NULL: any. */
    bool (*field)(void *context, struct wm_span type, struct wm_span path, const char **ret_kind);
    /* Fields of `data` that the type requires, in the arena (a message to a worker must have them).
     */
    size_t (*required)(void *context, struct wm_span type, struct wm_arena *arena,
                       struct wm_span **ret_names);
    /* The i-th type, for "did you mean"; absent beyond the last. */
    struct wm_span (*at)(void *context, size_t index);
    /* The i-th field of a type's `data`, for "did you mean"; absent beyond the last. May be NULL.
     */
    struct wm_span (*field_at)(void *context, struct wm_span type, size_t index);
};

#endif
