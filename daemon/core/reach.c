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

/* True if the officer works at some time of the stretch. */
static bool
works(const struct wm_scene *scene, const struct wm_officer *officer,
      const struct wm_stretch *stretch)
{
    const struct wm_calendar *calendar = scene->calendar;
    const struct wm_hours *week = has_hours(officer->hours) ? officer->hours : calendar->opening;
    const struct wm_hours hours = week[wm_weekday(stretch->day)];
    assert(hours.to_min <= MINUTES_PER_DAY);
    if (hours.from_min >= hours.to_min || !stretch->working) {
        return false;
    }
    const int64_t from_us = wm_calendar_at(calendar, stretch->day, hours.from_min * MINUTE);
    const int64_t to_us = hours.to_min == MINUTES_PER_DAY
                              ? wm_calendar_start(calendar, stretch->day + 1)
                              : wm_calendar_at(calendar, stretch->day, hours.to_min * MINUTE);
    return from_us <= stretch->to_us && to_us > stretch->from_us;
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
on_duty(const struct wm_scene *scene, const struct wm_officer *officer,
        const struct wm_stretch *stretch)
{
    assert(officer->duty_count == 0 || officer->duties != NULL);
    assert(stretch->from_us <= stretch->to_us);
    for (size_t i = 0; i < officer->duty_count; i++) {
        const struct wm_duty *duty = &officer->duties[i];
        const int64_t from_us = end_us(scene, duty->from_us, duty->from_is_day);
        const int64_t to_us = end_us(scene, duty->to_us, duty->to_is_day);
        if (from_us <= stretch->to_us && to_us > stretch->from_us) {
            return true;
        }
    }
    return false;
}

void
wm_scene_reach(struct wm_scene *scene)
{
    const int64_t now_us = scene->want->now_us;
    const int64_t until_us = now_us + scene->people->reach_us;
    assert(scene->people->reach_us >= 0);
    assert(scene->reach_days == 0);
    int32_t day = scene->today;
    int64_t from_us = now_us;
    const bool needed = scene->has_clock && scene->want->in_hours;
    while (needed && from_us <= until_us && scene->reach_days < WM_REACH_DAYS) {
        const int64_t next_us = wm_calendar_start(scene->calendar, day + 1);
        scene->reach[scene->reach_days++] =
            (struct wm_stretch){.day = day,
                                .working = wm_calendar_is_working(scene->calendar, day),
                                .from_us = from_us,
                                .to_us = next_us - 1 < until_us ? next_us - 1 : until_us};
        from_us = next_us;
        day++;
    }
}

bool
wm_scene_in_reach(const struct wm_scene *scene, const struct wm_officer *officer)
{
    assert(scene->reach_days > 0);
    assert(scene->reach_days <= WM_REACH_DAYS);
    for (size_t i = 0; i < scene->reach_days; i++) {
        const struct wm_stretch *stretch = &scene->reach[i];
        if (!wm_officer_off(scene->calendar, officer, stretch->day) &&
            (works(scene, officer, stretch) || on_duty(scene, officer, stretch))) {
            return true;
        }
    }
    return false;
}
