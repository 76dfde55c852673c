/* words.h - the words under which snapshots keep what the core counts. */
#ifndef WM_CODEC_WORDS_H
#define WM_CODEC_WORDS_H

#include "daemon/core/case.h"

static const char *const wm_words_clock_status[] = {
    [WM_CLOCK_RUNNING] = "running",   [WM_CLOCK_PAUSED] = "paused",       [WM_CLOCK_MET] = "met",
    [WM_CLOCK_BREACHED] = "breached", [WM_CLOCK_CANCELLED] = "cancelled",
};

static const char *const wm_words_unit[] = {
    [WM_UNIT_WORKING_DAYS] = "working_days",
    [WM_UNIT_DAYS] = "days",
    [WM_UNIT_HOURS] = "hours",
    [WM_UNIT_MINUTES] = "minutes",
};

/* The value whose word this is; 0: none. `count` includes the unused place of 0. */
static inline int
wm_word_find(const char *const *words, size_t count, struct wm_span word)
{
    for (size_t i = 1; i < count; i++) {
        if (wm_span_is(word, words[i])) {
            return (int)i;
        }
    }
    return 0;
}

#endif
