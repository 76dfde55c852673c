/* now.c - the domain's clock: the machine's, or one that stands until it is moved. */
#include <assert.h>
#include <string.h>

#include "daemon/engine/parts.h"

int64_t
wm_engine_real(const struct wm_engine *engine)
{
    return engine->options.real_us(engine->options.context);
}

int64_t
wm_engine_now(const struct wm_engine *engine, int64_t real_us)
{
    const struct wm_domain_clock *clock = &engine->clock;
    if (!clock->is_manual) {
        return real_us;
    }
    if (!clock->is_following || real_us < clock->base_real_us) {
        return clock->stands_us;
    }
    return clock->stands_us + (real_us - clock->base_real_us);
}

int64_t
wm_engine_real_of(const struct wm_engine *engine, int64_t us, int64_t real_us)
{
    const struct wm_domain_clock *clock = &engine->clock;
    if (us == WM_NEVER) {
        return WM_NEVER;
    }
    if (!clock->is_manual) {
        return us;
    }
    const int64_t now_us = wm_engine_now(engine, real_us);
    if (us <= now_us) {
        return real_us;
    }
    return clock->is_following ? real_us + (us - now_us) : WM_NEVER;
}

int64_t
wm_moment_after(const struct wm_calendar *calendar, int64_t now_us, struct wm_duration duration)
{
    switch (duration.unit) {
    case WM_UNIT_HOURS:
        return now_us + duration.count * WM_US_PER_HOUR;
    case WM_UNIT_MINUTES:
        return now_us + duration.count * WM_US_PER_MINUTE;
    case WM_UNIT_DAYS:
    case WM_UNIT_WORKING_DAYS:
        break;
    }
    if (calendar == NULL) {
        return now_us + duration.count * WM_US_PER_DAY;
    }
    const int32_t today = wm_calendar_day(calendar, now_us);
    const int32_t day = duration.unit == WM_UNIT_DAYS
                            ? today + duration.count
                            : wm_calendar_add(calendar, today, duration.count);
    return wm_calendar_at(calendar, day, wm_calendar_second(calendar, now_us));
}

/* "2026-01-05T09:00:00Z 1767603600000000": where the clock stood, and the machine's clock then, by
 * which a reader knows where a following one has got to. */
enum wm_status
wm_clock_parse(struct wm_span text, int64_t *ret_us, int64_t *ret_real_us)
{
    const char *space = text.size > 0 ? memchr(text.data, ' ', text.size) : NULL;
    if (space == NULL) {
        return WM_CORRUPT;
    }
    int64_t real_us = 0;
    for (const char *digit = space + 1; digit < text.data + text.size; digit++) {
        if (*digit < '0' || *digit > '9' || real_us > INT64_MAX / 10 - 1) {
            return WM_CORRUPT;
        }
        real_us = real_us * 10 + (*digit - '0');
    }
    const struct wm_span time = {text.data, (size_t)(space - text.data)};
    if (wm_time_parse(time, ret_us) != WM_OK) {
        return WM_CORRUPT;
    }
    *ret_real_us = real_us;
    return WM_OK;
}

static enum wm_status
store_now(struct wm_store *store, struct wm_arena *arena, int64_t us, int64_t real_us)
{
    char text[WM_TIME_SIZE];
    wm_time_format(us, text);
    return wm_store_meta_set(store, wm_span("clock"),
                             wm_arena_printf(arena, "%s %lld", text, (long long)real_us));
}

/* Time that passed while the daemon was down does not count: the clock runs on from where it was,
 * and readers must know from when. */
static enum wm_status
run_on(struct wm_engine *engine)
{
    struct wm_domain_clock *clock = &engine->clock;
    clock->is_following = true;
    clock->base_real_us = wm_engine_real(engine);
    enum wm_status status = wm_store_begin(engine->store);
    if (status == WM_OK) {
        status = store_now(engine->store, engine->arena, clock->stands_us, clock->base_real_us);
        if (status == WM_OK) {
            return wm_store_commit(engine->store);
        }
        wm_store_rollback(engine->store);
    }
    return status;
}

enum wm_status
wm_clock_load(struct wm_engine *engine)
{
    struct wm_domain_clock *clock = &engine->clock;
    clock->is_manual = engine->options.manual_clock;
    clock->stands_us = engine->options.clock_start_us;
    clock->stored_us = WM_NEVER;
    if (!clock->is_manual) {
        return WM_OK;
    }
    struct wm_span text = {0};
    int64_t real_us = 0;
    enum wm_status status =
        wm_store_meta_get(engine->store, wm_span("clock"), engine->arena, &text);
    if (status == WM_NOTFOUND) {
        return WM_OK;
    }
    if (status == WM_OK) {
        status = wm_clock_parse(text, &clock->stands_us, &real_us);
    }
    if (status != WM_OK) {
        return status;
    }
    clock->stored_us = clock->stands_us;
    status = wm_store_meta_get(engine->store, wm_span("clock.follow"), engine->arena, &text);
    if (status == WM_OK) {
        return run_on(engine);
    }
    return status == WM_NOTFOUND ? WM_OK : status;
}

enum wm_status
wm_clock_store(struct wm_batch *batch)
{
    const struct wm_domain_clock *clock = &batch->engine->clock;
    if (!clock->is_manual || !batch->wrote || clock->stored_us == batch->now_us) {
        return WM_OK;
    }
    return store_now(batch->store, batch->arena, batch->now_us, batch->real_us);
}

enum wm_status
wm_clock_mark(struct wm_batch *batch)
{
    const struct wm_domain_clock *clock = &batch->engine->clock;
    assert(clock->is_manual);
    batch->wrote = true;
    const enum wm_status status =
        wm_store_meta_set(batch->store, wm_span("clock.follow"),
                          clock->is_following ? wm_span("1") : (struct wm_span){0});
    return status == WM_OK ? store_now(batch->store, batch->arena, batch->now_us, batch->real_us)
                           : status;
}
