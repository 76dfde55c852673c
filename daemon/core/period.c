/* period.c - an officer's days away: each leave and the absence, and how they are told. */
#include <assert.h>

#include "daemon/core/away.h"

enum {
    SAID_MAX = 64, /* bytes of a reason */
    YEAR_MAX = 9999,
    PLACES = 100 /* of the two digits of a month or day */
};

size_t
wm_period_count(const struct wm_officer *officer)
{
    assert(officer->leave_count == 0 || officer->leaves != NULL);
    return officer->leave_count + (officer->absent_from != WM_NEVER ? 1 : 0);
}

struct wm_period
wm_period_at(const struct wm_calendar *calendar, const struct wm_officer *officer, size_t index)
{
    assert(index < wm_period_count(officer));
    if (index < officer->leave_count) {
        const struct wm_leave *leave = &officer->leaves[index];
        return (struct wm_period){.from = leave->from, .to = leave->to};
    }
    assert(officer->absent_from != WM_NEVER);
    return (struct wm_period){.from = wm_calendar_day(calendar, officer->absent_from),
                              .to = officer->absent_until,
                              .absence = true};
}

bool
wm_officer_may_be_off(const struct wm_officer *officer, int32_t from, int32_t to)
{
    assert(from <= to);
    assert(officer->leave_count == 0 || officer->leaves != NULL);
    bool off = officer->absent_from != WM_NEVER;
    for (size_t i = 0; i < officer->leave_count; i++) {
        off = off || (officer->leaves[i].from <= to && from <= officer->leaves[i].to);
    }
    return off;
}

bool
wm_period_find(const struct wm_calendar *calendar, const struct wm_officer *officer, int32_t day,
               size_t *ret_index)
{
    assert(calendar != NULL);
    assert(officer != NULL);
    if (!wm_officer_may_be_off(officer, day, day)) {
        return false;
    }
    for (size_t i = 0; i < wm_period_count(officer); i++) {
        const struct wm_period period = wm_period_at(calendar, officer, i);
        if (period.from <= day && day <= period.to) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

bool
wm_officer_off(const struct wm_calendar *calendar, const struct wm_officer *officer, int32_t day)
{
    size_t index = 0;
    return wm_period_find(calendar, officer, day, &index);
}

/* Appends to a text that was given room enough. (A printf for each of some hundred officers away
 * would cost more than choosing among them.) */
static void
append(char *text, size_t *size, struct wm_span more)
{
    assert(more.size > 0);
    assert(*size + more.size < SAID_MAX);
    memcpy(text + *size, more.data, more.size);
    *size += more.size;
}

static void
append_day(char *text, size_t *size, int32_t day)
{
    const struct wm_date date = wm_date_of(day);
    const int32_t digits = (date.year * PLACES + date.month) * PLACES + date.day; /* 20251222 */
    char said[] = "0000-00-00";
    assert(date.year >= 0 && date.year <= YEAR_MAX);
    for (int32_t i = (int32_t)sizeof said - 2, rest = digits; i >= 0; i--) {
        if (said[i] != '-') {
            said[i] = (char)('0' + rest % 10);
            rest /= 10;
        }
    }
    append(text, size, wm_span(said));
}

struct wm_span
wm_period_words(const struct wm_calendar *calendar, const struct wm_officer *officer, size_t index,
                struct wm_arena *arena)
{
    const struct wm_period period = wm_period_at(calendar, officer, index);
    char *text = WM_NEW_ARRAY(arena, char, SAID_MAX);
    size_t size = 0;
    assert(period.from <= period.to);
    if (text == NULL) {
        return wm_span("away");
    }
    append(text, &size, wm_span(period.absence ? "absent from " : "on leave from "));
    append_day(text, &size, period.from);
    if (period.to == INT32_MAX) {
        append(text, &size, wm_span(" with no date of return"));
    } else {
        append(text, &size, wm_span(" to "));
        append_day(text, &size, period.to);
    }
    return (struct wm_span){text, size};
}
