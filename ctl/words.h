/* words.h - rows of a case's history, and what followed from them, as sentences. */
#ifndef WM_CTL_WORDS_H
#define WM_CTL_WORDS_H

#include <jansson.h>

#include "base/text.h"
#include "ctl/local.h"

/* What an effect says, for people: "acknowledge started, due Wed 2025-10-08"; absent for what only
 * machines care about (keys of the index). */
struct wm_span wm_words_effect(struct wm_arena *arena, const struct wm_local *local,
                               const json_t *effect);
/* Due moment for people: the day where it is the end of a day, else the time of day as well. */
struct wm_span wm_words_due(struct wm_arena *arena, const struct wm_local *local, const char *due,
                            const char *due_day);
/* The clock that a row of ours is about ("first-contact"), from its data or its id; absent: none.
 */
struct wm_span wm_words_clock(struct wm_arena *arena, const json_t *row);

#endif
