/* duration.c - durations in words: "5 working days", "24h". */
#include <assert.h>

#include "base/attributes.h"
#include "daemon/core/calendar.h"

/* One way to write a unit. The first of each unit is what wm_duration_text writes. */
struct unit_name {
    const char *one;
    const char *many;
    const char *brief;
    enum wm_unit unit;
};

static const struct unit_name unit_names[] = {
    {"working day", "working days", "wd", WM_UNIT_WORKING_DAYS},
    {"day", "days", "d", WM_UNIT_DAYS},
    {"hour", "hours", "h", WM_UNIT_HOURS},
    {"minute", "minutes", "m", WM_UNIT_MINUTES},
};

/* The digits at the beginning; false if there are none or the number is too large. */
static bool
parse_count(struct wm_span text, size_t *ret_used, int32_t *ret_count)
{
    int32_t count = 0;
    size_t i = 0;
    assert(text.size == 0 || text.data != NULL);
    for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
        count = count * 10 + (text.data[i] - '0');
        if (count > WM_DURATION_MAX) {
            return false;
        }
    }
    assert(count >= 0);
    *ret_used = i;
    *ret_count = count;
    return i > 0;
}

enum wm_status
wm_duration_parse(struct wm_span text, struct wm_duration *ret_duration)
{
    size_t at = 0;
    int32_t count = 0;
    assert(ret_duration != NULL);
    if (!parse_count(text, &at, &count)) {
        return WM_EPROTO;
    }
    const bool apart = at < text.size && text.data[at] == ' ';
    while (at < text.size && text.data[at] == ' ') {
        at++;
    }
    const struct wm_span unit = {text.data + at, text.size - at};
    for (size_t i = 0; i < WM_COUNT(unit_names); i++) {
        const struct unit_name *name = &unit_names[i];
        const bool in_words =
            apart && (wm_span_is(unit, name->one) || wm_span_is(unit, name->many));
        if (in_words || (!apart && wm_span_is(unit, name->brief))) {
            *ret_duration = (struct wm_duration){.count = count, .unit = name->unit};
            return WM_OK;
        }
    }
    return WM_EPROTO;
}

struct wm_span
wm_duration_text(struct wm_arena *arena, struct wm_duration duration)
{
    size_t at = 0;
    assert(duration.unit >= WM_UNIT_WORKING_DAYS && duration.unit <= WM_UNIT_MINUTES);
    while (unit_names[at].unit != duration.unit) {
        at++;
        assert(at < WM_COUNT(unit_names));
    }
    const char *unit = duration.count == 1 ? unit_names[at].one : unit_names[at].many;
    return wm_arena_printf(arena, "%d %s", duration.count, unit);
}
