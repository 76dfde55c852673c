/* test_calendar_random.c - goal: no date and no duration on which the calendar errs. Method: random
 * starts, durations and rungs of 2019 to 2028, and every day of these years, against a second, slow
 * calendar that walks day by day and asks libc's zone database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "tests/unit/slow_calendar.h"
#include "tests/unit/uk_calendar.h"

enum { RANDOM_ROUNDS = 100000 };

static struct wm_arena *arena;
static struct wm_calendar statutory;
static struct wm_calendar service;

static int
set_up(void **state)
{
    (void)state;
    arena = wm_arena_new(4 << 20);
    statutory = uk_statutory(arena, WM_HOLIDAYS);
    service = uk_service(arena, WM_HOLIDAYS);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    wm_arena_free(&arena);
    return 0;
}

static uint64_t
roll(uint64_t *seed, uint64_t below)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed % below;
}

/* An instant of 2019 to 2028, often within an hour or a microsecond of where local days and clocks
 * change. */
static int64_t
random_instant(uint64_t *seed)
{
    const int32_t first = uk_day("2019-01-01");
    const int32_t days = uk_day("2029-01-01") - first;
    const int32_t day = first + (int32_t)roll(seed, (uint64_t)days);
    const int64_t midnight_us = day * WM_US_PER_DAY;
    static const int64_t nudges_us[] = {-3600000001, -3600000000, -3599999999, -1,        0,
                                        1,           3599999999,  3600000000,  3600000001};
    if (roll(seed, 3) == 0) {
        return midnight_us + nudges_us[roll(seed, WM_COUNT(nudges_us))];
    }
    return midnight_us + (int64_t)roll(seed, (uint64_t)WM_US_PER_DAY);
}

static bool
same_date(int32_t day, struct slow_date date)
{
    return wm_day_of((struct wm_date){date.year, date.month, date.day}) == day;
}

static const struct {
    enum wm_unit unit;
    bool roll;
    enum slow_unit slow;
    uint64_t most;
} kinds[] = {
    {WM_UNIT_WORKING_DAYS, false, SLOW_WORKING_DAYS, 61}, {WM_UNIT_DAYS, false, SLOW_DAYS, 91},
    {WM_UNIT_DAYS, true, SLOW_ROLLED_DAYS, 91},           {WM_UNIT_HOURS, false, SLOW_HOURS, 200},
    {WM_UNIT_MINUTES, false, SLOW_MINUTES, 3000},
};

/* One random start and duration, and a random rung of it, both ways. */
static void
compare_once(const struct wm_calendar *fast, const struct slow_calendar *slow, uint64_t *seed)
{
    const uint64_t began = *seed;
    const int64_t start_us = random_instant(seed);
    const size_t kind = roll(seed, WM_COUNT(kinds));
    const struct wm_duration duration = {(int32_t)roll(seed, kinds[kind].most), kinds[kind].unit,
                                         kinds[kind].roll};
    const struct wm_due due = wm_calendar_due(fast, start_us, duration);
    const struct slow_due want = slow_due(slow, start_us, duration.count, kinds[kind].slow);
    const size_t rung = roll(seed, WM_COUNT(kinds));
    const struct wm_duration offset = {(int32_t)roll(seed, 23) - 11, kinds[rung].unit, false};
    const enum slow_unit slow_unit =
        kinds[rung].slow == SLOW_ROLLED_DAYS ? SLOW_DAYS : kinds[rung].slow;
    const int64_t rung_us = wm_calendar_rung(fast, due, offset);
    const int64_t want_us = slow_rung(slow, want, offset.count, slow_unit);
    if (due.us != want.us || !same_date(due.day, want.date) || rung_us != want_us) {
        char text[WM_TIME_SIZE];
        wm_time_format(start_us, text);
        fail_msg("seed %llu: from %s, %d of unit %d: due %lld, slowly %lld; rung %d of unit %d: "
                 "%lld, slowly %lld",
                 (unsigned long long)began, text, duration.count, (int)duration.unit,
                 (long long)due.us, (long long)want.us, offset.count, (int)offset.unit,
                 (long long)rung_us, (long long)want_us);
    }
}

static void
test_random_against_slow(void **state)
{
    (void)state;
    struct slow_calendar slow;
    struct slow_calendar slow_closed;
    assert_true(slow_init(&slow, WM_HOLIDAYS));
    slow_closed = slow;
    for (int year = 2019; year <= 2028; year++) {
        slow_add_closure(&slow_closed, (struct slow_date){year, 12, 24},
                         (struct slow_date){year + 1, 1, 1});
    }
    slow_add_closure(&slow_closed, (struct slow_date){2026, 5, 4}, (struct slow_date){2026, 5, 4});
    slow_add_closure(&slow_closed, (struct slow_date){2026, 7, 5}, (struct slow_date){2026, 7, 7});
    uint64_t seed = 20260404;
    for (int i = 0; i < RANDOM_ROUNDS; i++) {
        compare_once(&statutory, &slow, &seed);
        if (i % 3 == 0) {
            compare_once(&service, &slow_closed, &seed);
        }
    }
}

/* Every day of ten years: working or not, local starts and hours, and additions that are undone. */
static void
test_every_day_against_slow(void **state)
{
    (void)state;
    struct slow_calendar slow;
    assert_true(slow_init(&slow, WM_HOLIDAYS));
    for (int32_t day = uk_day("2019-01-01"); day <= uk_day("2028-12-31"); day++) {
        const struct wm_date date = wm_date_of(day);
        const struct slow_date plain = {date.year, date.month, date.day};
        assert_int_equal(wm_calendar_is_working(&statutory, day), slow_is_working(&slow, plain));
        assert_int_equal(wm_calendar_start(&statutory, day), slow_instant(plain, 0));
        assert_int_equal(wm_calendar_at(&statutory, day, 9 * 3600), slow_instant(plain, 9));
        assert_true(same_date(day, slow_date_at(wm_calendar_start(&statutory, day))));
        const int32_t n = 1 + day % 40;
        const int32_t later = wm_calendar_add(&statutory, day, n);
        assert_int_equal(wm_calendar_count(&statutory, day, later), n);
        assert_int_equal(wm_calendar_count(&statutory, day, later - 1), n - 1);
        const int32_t earlier = wm_calendar_add(&statutory, day, -n);
        assert_int_equal(wm_calendar_count(&statutory, earlier - 1, day - 1), n);
        assert_int_equal(wm_calendar_count(&statutory, earlier, day - 1), n - 1);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_against_slow),
        cmocka_unit_test(test_every_day_against_slow),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
