/* parcels.c - slots, lanes and lists of parcels; each operation takes the same time however many
 * there are. */
#include "proto/client/parcels.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define HASH_START UINT64_C(14695981039346656037) /* FNV-1a */
#define HASH_PRIME UINT64_C(1099511628211)

/* The same in every process and on every machine: it also chooses the daemon of a case. */
static uint64_t
hash_of(struct wm_span text)
{
    uint64_t hash = HASH_START;
    for (size_t i = 0; i < text.size; i++) {
        hash = (hash ^ (unsigned char)text.data[i]) * HASH_PRIME;
    }
    return hash;
}

enum wm_status
wm_parcels_init(struct wm_parcels *parcels, uint32_t window)
{
    assert(parcels != NULL && window > 0);
    *parcels = (struct wm_parcels){.window = window, .bucket_count = 1};
    while (parcels->bucket_count < window) {
        parcels->bucket_count *= 2;
    }
    parcels->slots = calloc(window, sizeof(struct wm_parcel *));
    parcels->free_slots = calloc(window, sizeof(uint32_t));
    parcels->buckets = calloc(parcels->bucket_count, sizeof(struct wm_lane *));
    if (parcels->slots == NULL || parcels->free_slots == NULL || parcels->buckets == NULL) {
        wm_parcels_deinit(parcels);
        return WM_NOMEM;
    }
    for (uint32_t i = 0; i < window; i++) {
        parcels->free_slots[i] = window - 1 - i;
    }
    parcels->free_count = window;
    return WM_OK;
}

void
wm_parcels_deinit(struct wm_parcels *parcels)
{
    assert(parcels != NULL);
    for (size_t i = 0; parcels->slots != NULL && i < parcels->window; i++) {
        free(parcels->slots[i]);
    }
    for (size_t i = 0; parcels->buckets != NULL && i < parcels->bucket_count; i++) {
        while (parcels->buckets[i] != NULL) {
            struct wm_lane *lane = parcels->buckets[i];
            parcels->buckets[i] = lane->next;
            free(lane);
        }
    }
    free(parcels->slots);
    free(parcels->free_slots);
    free(parcels->buckets);
    *parcels = (struct wm_parcels){0};
}

static struct wm_lane **
bucket_of(const struct wm_parcels *parcels, uint64_t hash)
{
    assert((parcels->bucket_count & (parcels->bucket_count - 1)) == 0);
    return &parcels->buckets[hash & (parcels->bucket_count - 1)];
}

/* Lanes live only while they have parcels, so there are never more of them than the window and a
 * bucket holds about one. The lane of a subject, made if there is none; NULL when out of memory. */
static struct wm_lane *
lane_of(const struct wm_parcels *parcels, struct wm_span subject)
{
    assert(subject.size > 0);
    const uint64_t hash = hash_of(subject);
    struct wm_lane **bucket = bucket_of(parcels, hash);
    for (struct wm_lane *lane = *bucket; lane != NULL; lane = lane->next) {
        if (lane->hash == hash &&
            wm_span_equal((struct wm_span){lane->subject, lane->size}, subject)) {
            return lane;
        }
    }
    struct wm_lane *lane = malloc(sizeof *lane + subject.size);
    if (lane != NULL) {
        *lane = (struct wm_lane){.next = *bucket, .hash = hash, .size = subject.size};
        memcpy(lane->subject, subject.data, subject.size);
        *bucket = lane;
    }
    return lane;
}

static void
drop_lane(const struct wm_parcels *parcels, struct wm_lane *lane)
{
    assert(lane->last == NULL);
    assert(lane->first == NULL);
    struct wm_lane **link = bucket_of(parcels, lane->hash);
    /* It is there: a lane leaves its bucket here and nowhere else. */
    while (*link != lane) {
        link = &(*link)->next;
    }
    *link = lane->next;
    free(lane);
}

/* Takes a parcel out of the list it is in, if any; the list need not be known. */
static void
unlist(struct wm_parcel *parcel)
{
    struct wm_parcel_list *list = parcel->list;
    assert(list != NULL || (parcel->before == NULL && parcel->after == NULL));
    if (list == NULL) {
        return;
    }
    *(parcel->before != NULL ? &parcel->before->after : &list->first) = parcel->after;
    *(parcel->after != NULL ? &parcel->after->before : &list->last) = parcel->before;
    parcel->list = NULL;
    parcel->before = NULL;
    parcel->after = NULL;
}

/* Behind `before`, or in front of all when that is NULL. */
static void
enlist(struct wm_parcel *parcel, struct wm_parcel_list *list, struct wm_parcel *before)
{
    assert(before == NULL || before->list == list);
    assert(parcel->list == NULL);
    parcel->list = list;
    parcel->before = before;
    parcel->after = before != NULL ? before->after : list->first;
    *(before != NULL ? &before->after : &list->first) = parcel;
    *(parcel->after != NULL ? &parcel->after->before : &list->last) = parcel;
}

enum wm_status
wm_parcels_add(struct wm_parcels *parcels, struct wm_span subject, struct wm_span event, void *tag,
               struct wm_parcel **ret_parcel)
{
    assert(subject.size > 0 && ret_parcel != NULL);
    if (parcels->free_count == 0) {
        return WM_FULL;
    }
    struct wm_parcel *parcel = malloc(sizeof *parcel + event.size);
    struct wm_lane *lane = parcel == NULL ? NULL : lane_of(parcels, subject);
    if (lane == NULL) {
        free(parcel);
        return WM_NOMEM;
    }
    /* From here on nothing can fail. */
    const uint32_t slot = parcels->free_slots[--parcels->free_count];
    *parcel = (struct wm_parcel){.lane = lane, .slot = slot, .tag = tag, .size = event.size};
    memcpy(parcel->bytes, event.data, event.size);
    (void)snprintf(parcel->token, sizeof parcel->token, "%08x%08x", slot, parcels->generation++);
    assert(parcels->slots[slot] == NULL);
    parcels->slots[slot] = parcel;
    *(lane->last != NULL ? &lane->last->behind : &lane->first) = parcel;
    lane->last = parcel;
    *ret_parcel = parcel;
    return WM_OK;
}

/* The slot that the first half of a token names; the window if it names none. */
static uint32_t
slot_of(const struct wm_parcels *parcels, struct wm_span token)
{
    assert(token.size == WM_TOKEN_DIGITS);
    uint32_t slot = 0;
    for (size_t i = 0; i < WM_TOKEN_DIGITS / 2; i++) {
        const char c = token.data[i];
        const bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && (c < 'a' || c > 'f')) {
            return parcels->window;
        }
        slot = slot << 4 | (uint32_t)(is_digit ? c - '0' : c - 'a' + 10);
    }
    return slot < parcels->window ? slot : parcels->window;
}

/* The whole token is compared, not the slot alone: a slot is used again and again, and a late
 * answer to its former parcel must not be taken for one to the present. */
struct wm_parcel *
wm_parcels_find(const struct wm_parcels *parcels, struct wm_span token)
{
    assert(parcels != NULL);
    if (token.size != WM_TOKEN_DIGITS) {
        return NULL;
    }
    const uint32_t slot = slot_of(parcels, token);
    struct wm_parcel *parcel = slot < parcels->window ? parcels->slots[slot] : NULL;
    return parcel != NULL && memcmp(parcel->token, token.data, token.size) == 0 ? parcel : NULL;
}

struct wm_parcel *
wm_parcels_remove(struct wm_parcels *parcels, struct wm_parcel *parcel)
{
    assert(parcel != NULL && parcels->slots[parcel->slot] == parcel);
    struct wm_lane *lane = parcel->lane;
    assert(lane->first == parcel);
    unlist(parcel);
    assert((parcel->behind == NULL) == (lane->last == parcel));
    lane->first = parcel->behind;
    struct wm_parcel *next = lane->first;
    assert(next == NULL || next->list == NULL); /* it waited, and was nowhere else */
    if (next == NULL) {
        lane->last = NULL;
        drop_lane(parcels, lane);
    }
    parcels->slots[parcel->slot] = NULL;
    assert(parcels->free_count < parcels->window);
    parcels->free_slots[parcels->free_count++] = parcel->slot;
    free(parcel);
    return next;
}

uint32_t
wm_parcels_count(const struct wm_parcels *parcels)
{
    assert(parcels->free_count <= parcels->window);
    return parcels->window - parcels->free_count;
}

void
wm_parcel_move(struct wm_parcel *parcel, struct wm_parcel_list *list)
{
    assert(parcel != NULL && list != NULL);
    unlist(parcel);
    enlist(parcel, list, list->last);
}

void
wm_parcel_rest(struct wm_parcel *parcel, struct wm_parcel_list *list)
{
    assert(parcel != NULL && list != NULL);
    unlist(parcel);
    struct wm_parcel *before = list->last;
    while (before != NULL && before->due_ms > parcel->due_ms) {
        before = before->before;
    }
    enlist(parcel, list, before);
}
