/* digest.c - the digest of an event's content, by which a resent event is told from another one
 * under the same id.
 *
 * The tree is walked and fed to BLAKE2b directly, keys in byte order, every value behind its kind
 * and size: nothing is dumped, and no two contents give the same bytes. Numbers count by value (1,
 * 1.0 and 1e0 are one), because a client may spell them anew when it resends. Digests are stored:
 * what is fed here must never change. */
#include <assert.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/sort.h"
#include "proto/event.h"

enum {
    FORM = 1, /* of what is fed; first byte, so that another form could live beside it */
    BUFFER_BYTES = 1024,
    MEMBERS_KEPT = 96, /* members of all objects open at once that need no malloc */
    BYTES_OF_NUMBER = 8,
    BITS_OF_BYTE = 8
};

struct member {
    const char *key;
    size_t size;
    const json_t *value;
};

/* An array or object that the walk is in. */
struct level {
    const json_t *array; /* or NULL for an object */
    size_t first;        /* an object's members are members[first..first+count) */
    size_t count;
    size_t next;
};

/* Small pieces are gathered before they are hashed: each call of the hash costs more than its
 * bytes. The sorted members of every open object lie one after another in `members`. */
struct walk {
    crypto_generichash_state hash;
    unsigned char buffer[BUFFER_BYTES];
    size_t used;
    struct member kept[MEMBERS_KEPT];
    struct member *members;
    size_t members_count;
    size_t members_room;
    struct level levels[WM_EVENT_DEPTH];
    size_t depth;
};

static void
flush(struct walk *walk)
{
    assert(walk->used <= BUFFER_BYTES);
    (void)crypto_generichash_update(&walk->hash, walk->buffer, walk->used); /* always 0 */
    walk->used = 0;
}

static void
put(struct walk *walk, const void *data, size_t size)
{
    assert(size == 0 || data != NULL);
    if (size > BUFFER_BYTES - walk->used) {
        flush(walk);
    }
    if (size > BUFFER_BYTES) {
        (void)crypto_generichash_update(&walk->hash, data, size); /* always 0 */
    } else if (size > 0) {
        memcpy(walk->buffer + walk->used, data, size);
        walk->used += size;
    }
}

/* A kind and a number, in the same byte order on every machine. */
static void
put_number(struct walk *walk, char kind, uint64_t number)
{
    unsigned char bytes[1 + BYTES_OF_NUMBER];
    bytes[0] = (unsigned char)kind;
    for (size_t i = 0; i < BYTES_OF_NUMBER; i++) {
        bytes[1 + i] = (unsigned char)(number >> (BITS_OF_BYTE * i));
    }
    put(walk, bytes, sizeof bytes);
}

/* The size in front keeps "ab", "c" apart from "a", "bc". */
static void
put_text(struct walk *walk, struct wm_span text)
{
    put_number(walk, 's', text.size);
    put(walk, text.data, text.size);
}

/* A whole number is fed as an integer, however it is spelt; -0.0 is 0. */
static void
put_real(struct walk *walk, double real)
{
    const double limit = 0x1p63;
    if (real >= -limit && real < limit && !islessgreater(trunc(real), real)) {
        put_number(walk, 'i', (uint64_t)(int64_t)real);
        return;
    }
    uint64_t bits = 0;
    _Static_assert(sizeof bits == sizeof real, "a double has 64 bits");
    memcpy(&bits, &real, sizeof bits);
    put_number(walk, 'r', bits);
}

static int
compare_members(const void *a, const void *b)
{
    const struct member *left = a;
    const struct member *right = b;
    return wm_span_compare((struct wm_span){left->key, left->size},
                           (struct wm_span){right->key, right->size});
}

/* Makes room for `count` members more, and as many again for the sort to work in. */
static bool
reserve(struct walk *walk, size_t count)
{
    assert(walk->members_count <= walk->members_room);
    const size_t wanted = walk->members_count + 2 * count;
    if (wanted <= walk->members_room) {
        return true;
    }
    const bool is_kept = walk->members == walk->kept;
    struct member *wider =
        reallocarray(is_kept ? NULL : walk->members, wanted, 2 * sizeof *walk->members);
    if (wider == NULL) {
        return false;
    }
    if (is_kept) {
        memcpy(wider, walk->kept, walk->members_count * sizeof *wider);
    }
    walk->members = wider;
    walk->members_room = 2 * wanted;
    return true;
}

static bool
enter_object(struct walk *walk, const json_t *object, struct level *level)
{
    assert(json_is_object(object));
    level->count = json_object_size(object);
    level->first = walk->members_count;
    if (!reserve(walk, level->count)) {
        return false;
    }
    struct member *members = walk->members + level->first;
    size_t i = 0;
    /* The iterator functions take no const, though they change nothing. */
    json_t *walked = (json_t *)(uintptr_t)object;
    for (void *at = json_object_iter(walked); at != NULL; at = json_object_iter_next(walked, at)) {
        const char *key = json_object_iter_key(at);
        members[i++] = (struct member){key, strlen(key), json_object_iter_value(at)};
    }
    assert(i == level->count);
    wm_sort(members, i, sizeof *members, compare_members, members + i);
    walk->members_count += i;
    return true;
}

/* Feeds a scalar, or the head of an array or object, which is then entered. */
static bool
feed(struct walk *walk, const json_t *value)
{
    assert(value != NULL);
    switch (json_typeof(value)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        break;
    case JSON_STRING:
        put_text(walk, (struct wm_span){json_string_value(value), json_string_length(value)});
        return true;
    case JSON_INTEGER:
        put_number(walk, 'i', (uint64_t)json_integer_value(value));
        return true;
    case JSON_REAL:
        put_real(walk, json_real_value(value));
        return true;
    case JSON_TRUE:
        put(walk, "t", 1);
        return true;
    case JSON_FALSE:
        put(walk, "f", 1);
        return true;
    case JSON_NULL:
        put(walk, "n", 1);
        return true;
    }
    assert(walk->depth < WM_EVENT_DEPTH);
    struct level *level = &walk->levels[walk->depth];
    *level = (struct level){0};
    if (json_is_object(value)) {
        if (!enter_object(walk, value, level)) {
            return false;
        }
        put_number(walk, 'o', level->count);
    } else {
        level->array = value;
        level->count = json_array_size(value);
        put_number(walk, 'a', level->count);
    }
    walk->depth++;
    return true;
}

/* Goes down and up by a stack of its own: depth is bounded by WM_EVENT_DEPTH, not by the machine.
 */
static bool
feed_tree(struct walk *walk, const json_t *root)
{
    assert(walk->depth == 0);
    bool is_fed = feed(walk, root);
    while (is_fed && walk->depth > 0) {
        struct level *level = &walk->levels[walk->depth - 1];
        if (level->next == level->count) {
            walk->members_count = level->array == NULL ? level->first : walk->members_count;
            walk->depth--;
            continue;
        }
        const size_t next = level->next++;
        if (level->array != NULL) {
            is_fed = feed(walk, json_array_get(level->array, next));
            continue;
        }
        const struct member member = walk->members[level->first + next];
        put_text(walk, (struct wm_span){member.key, member.size});
        is_fed = feed(walk, member.value);
    }
    assert(!is_fed || walk->members_count == 0);
    return is_fed;
}

enum wm_status
wm_cloudevent_digest(const struct wm_cloudevent *event,
                     unsigned char ret_digest[static WM_DIGEST_BYTES])
{
    assert(event != NULL && event->root != NULL);
    struct walk walk;
    walk.used = 0;
    walk.members = walk.kept;
    walk.members_count = 0;
    walk.members_room = MEMBERS_KEPT;
    walk.depth = 0;
    (void)crypto_generichash_init(&walk.hash, NULL, 0, WM_DIGEST_BYTES); /* sizes are right */

    const char form = FORM;
    put(&walk, &form, 1);
    put_text(&walk, event->type);
    put_text(&walk, event->subject);
    put_number(&walk, event->has_time ? 'T' : 'N', (uint64_t)event->time_us);
    bool is_fed = true;
    if (event->data != NULL) {
        is_fed = feed_tree(&walk, event->data);
    }
    flush(&walk);
    if (is_fed) {
        (void)crypto_generichash_final(&walk.hash, ret_digest, WM_DIGEST_BYTES);
    }
    if (walk.members != walk.kept) {
        free(walk.members);
    }
    return is_fed ? WM_OK : WM_NOMEM;
}
