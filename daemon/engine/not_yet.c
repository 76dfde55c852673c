/* not_yet.c - since when events wait for a case that nobody has opened yet.
 *
 * In memory and bounded: a set of few ways, of which the oldest gives way. What is forgotten waits
 * anew, which costs the publisher time and nothing else. */
#include <assert.h>

#include "daemon/engine/parts.h"

bool
wm_not_yet(struct wm_engine *engine, const struct wm_cloudevent *event, int64_t first_us,
           int64_t real_us)
{
    assert(engine->not_yet != NULL);
    const int64_t wait_us = (int64_t)engine->options.not_yet_ms * 1000;
    const uint64_t hash = wm_engine_hash(event->source, event->id) | 1; /* 0 is an empty way */
    const size_t set = (size_t)(hash >> 16) % WM_NOT_YET_SETS;
    uint64_t *keys = engine->not_yet->key[set];
    int64_t *firsts = engine->not_yet->first_us[set];
    size_t oldest = 0;
    for (size_t i = 0; i < WM_NOT_YET_WAYS; i++) {
        if (keys[i] == hash) {
            return real_us - firsts[i] < wait_us;
        }
        if (firsts[i] < firsts[oldest]) {
            oldest = i;
        }
    }
    keys[oldest] = hash;
    firsts[oldest] = first_us > 0 && first_us < real_us ? first_us : real_us;
    return real_us - firsts[oldest] < wait_us;
}
