/* parcels.h - the events that a publisher holds: found by token, queued by case, listed by what
 * they wait for. Knows nothing of sockets. */
#ifndef WM_PROTO_CLIENT_PARCELS_H
#define WM_PROTO_CLIENT_PARCELS_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "base/status.h"

enum { WM_TOKEN_DIGITS = 16 };

struct wm_parcel;

struct wm_parcel_list {
    struct wm_parcel *first;
    struct wm_parcel *last;
};

/* A case with parcels. Its first may be under way; the others wait behind it. */
struct wm_lane {
    struct wm_lane *next; /* in its bucket */
    struct wm_parcel *first;
    struct wm_parcel *last;
    uint64_t hash;
    size_t size;
    char subject[];
};

/* Invariant: the first of its lane is in exactly one list; one that waits behind it is in none. */
struct wm_parcel {
    struct wm_lane *lane;
    struct wm_parcel *behind; /* in the lane */
    struct wm_parcel_list *list;
    struct wm_parcel *before; /* in the list */
    struct wm_parcel *after;
    void *tag;
    uint32_t slot;
    uint32_t retries;
    int64_t sent_ms;
    int64_t due_ms; /* when it may be sent again */
    char token[WM_TOKEN_DIGITS + 1];
    size_t size;
    char bytes[];
};

struct wm_parcels {
    struct wm_parcel **slots; /* the parcel of each slot, or NULL */
    uint32_t *free_slots;     /* a stack */
    uint32_t free_count;
    uint32_t window;
    uint32_t generation; /* of the next token, so that a late answer finds no other parcel */
    struct wm_lane **buckets;
    size_t bucket_count; /* a power of two */
};

/* Room for `window` parcels. WM_NOMEM; then there is nothing to deinit. */
WM_MUSTCHECK enum wm_status wm_parcels_init(struct wm_parcels *parcels, uint32_t window);
void wm_parcels_deinit(struct wm_parcels *parcels);
/* Copies the event. *ret_parcel may be sent at once if it is the first of its lane, and has to wait
 * otherwise. WM_FULL, WM_NOMEM. */
WM_MUSTCHECK enum wm_status wm_parcels_add(struct wm_parcels *parcels, struct wm_span subject,
                                           struct wm_span event, void *tag,
                                           struct wm_parcel **ret_parcel);
/* The parcel of a token, or NULL. */
struct wm_parcel *wm_parcels_find(const struct wm_parcels *parcels, struct wm_span token);
/* Forgets and frees the first parcel of a lane. Returns the next of its lane, which may go now, or
 * NULL. */
struct wm_parcel *wm_parcels_remove(struct wm_parcels *parcels, struct wm_parcel *parcel);
uint32_t wm_parcels_count(const struct wm_parcels *parcels);
/* Puts a parcel at the end of a list, out of the one it was in. */
void wm_parcel_move(struct wm_parcel *parcel, struct wm_parcel_list *list);
/* The same, but into the order of due_ms, found from the end: what rests longest mostly comes last.
 */
void wm_parcel_rest(struct wm_parcel *parcel, struct wm_parcel_list *list);

#endif
