/* reach.c - who can see to something within hours: at work or on duty, now or soon. */
#include <assert.h>

#include "daemon/core/away.h"

enum { MINUTE = 60, MINUTES_PER_DAY = 24 * 60 };

static bool
has_hours(const struct wm_hours hours[static WM_WEEK])
{
    for (size_t i = 0; i < WM_WEEK; i++) {
        assert(hours[i].from_min <= hours[i].to_min);
        if (hours[i].from_min < hours[i].to_min) {
            return true;
        }
    }
    return false;
}

/* True if the officer works at some time of [from_us, to_us] of a day. */
static bool
works(const struct wm_scene *scene, const struct wm_officer *officer, int32_t day,
      const int64_t stretch_us[2])
{
    const struct wm_calendar *calendar = scene->calendar;
    const struct wm_hours *week = has_hours(officer->hours) ? officer->hours : calendar->opening;
    const struct wm_hours hours = week[wm_weekday(day)];
    assert(hours.to_min <= MINUTES_PER_DAY);
    if (hours.from_min >= hours.to_min || !wm_calendar_is_working(calendar, day)) {
        return false;
    }
    const int64_t from_us = wm_calendar_at(calendar, day, hours.from_min * MINUTE);
    const int64_t to_us = hours.to_min == MINUTES_PER_DAY
                              ? wm_calendar_start(calendar, day + 1)
                              : wm_calendar_at(calendar, day, hours.to_min * MINUTE);
    return from_us <= stretch_us[1] && to_us > stretch_us[0];
}

/* One end of a duty: days are those of the calendar's zone. */
static int64_t
end_us(const struct wm_scene *scene, int64_t us, bool is_day)
{
    assert(scene->calendar != NULL);
    assert(us != WM_NEVER);
    return is_day ? wm_calendar_start(scene->calendar, wm_day_of_time(us)) : us;
}

static bool
on_duty(const struct wm_scene *scene, const struct wm_officer *officer, const int64_t stretch_us[2])
{
    assert(officer->duty_count == 0 || officer->duties != NULL);
    assert(stretch_us[0] <= stretch_us[1]);
    for (size_t i = 0; i < officer->duty_count; i++) {
        const struct wm_duty *duty = &officer->duties[i];
        const int64_t from_us = end_us(scene, duty->from_us, duty->from_is_day);
        const int64_t to_us = end_us(scene, duty->to_us, duty->to_is_day);
        if (from_us <= stretch_us[1] && to_us > stretch_us[0]) {
            return true;
        }
    }
    return false;
}

bool
wm_scene_in_reach(const struct wm_scene *scene, const struct wm_officer *officer)
{
    const int64_t now_us = scene->want->now_us;
    const int64_t until_us = now_us + scene->people->reach_us;
    const int32_t last = wm_calendar_day(scene->calendar, until_us);
    assert(scene->people->reach_us >= 0);
    for (int32_t day = scene->today; day <= last; day++) {
        const int64_t start_us = wm_calendar_start(scene->calendar, day);
        const int64_t last_us = wm_calendar_start(scene->calendar, day + 1) - 1;
        const int64_t stretch_us[2] = {start_us > now_us ? start_us : now_us,
                                       last_us < until_us ? last_us : until_us};
        if (!wm_officer_off(scene->calendar, officer, day) &&
            (works(scene, officer, day, stretch_us) || on_duty(scene, officer, stretch_us))) {
            return true;
        }
    }
    return false;
}
