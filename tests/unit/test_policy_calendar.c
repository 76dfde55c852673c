/* test_policy_calendar.c - goal: calendars as their file says, with the zone's changes, the same
 * again from their stored text, and each slip told. Method: a small file and slips in it by table;
 * the shipped file against the published holidays' count and libc's zone data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/policy_fixture.h"

#define assert_span(arena, span, want) assert_string_equal(wm_arena_string((arena), (span)), (want))

struct row {
    const char *name;
    const char *from;
    const char *to;
    const char *told;
};

static const struct row rows[] = {
    {"zone_unknown", "Europe/London", "Europe/Lundun",
     "3: calendar \"statutory\": the time zone \"Europe/Lundun\" is not known here (package "
     "tzdata)\n"},
    {"zone_is_path", "Europe/London", "../../etc/passwd",
     "3: calendar \"statutory\": the time zone \"../../etc/passwd\" is not known here (package "
     "tzdata)\n"},
    {"zone_missing", "zone = \"Europe/London\";", "",
     "2: calendar \"statutory\": \"zone\" is missing: the time zone, such as \"Europe/London\"\n"},
    {"unknown_key", "warn_at", "warn_att",
     "6: calendar \"statutory\": unknown setting \"warn_att\"; did you mean \"warn_at\"?\n"},
    {"no_day", "\"tue\"", "\"tuesday\"",
     "4: calendar \"statutory\": \"tuesday\" is no day; write mon, tue … sun\n"},
    {"empty_week", "[ \"mon\", \"tue\", \"wed\", \"thu\", \"fri\" ]", "[ ]",
     "4: calendar \"statutory\": working_week must name at least one day\n"},
    {"hours", "\"09:00-13:00\"", "\"9 to 1\"",
     "5: calendar \"statutory\": fri must be hours such as \"09:00-17:00\"\n"},
    {"hours_backwards", "\"09:00-13:00\"", "\"13:00-09:00\"",
     "5: calendar \"statutory\": fri must be hours such as \"09:00-17:00\"\n"},
    {"hours_unknown_day", "fri = \"09", "fry = \"09",
     "5: calendar \"statutory\": unknown setting \"fry\"; did you mean \"fri\"?\n"},
    {"warn_at", "\"08:30\"", "\"24:00\"",
     "6: calendar \"statutory\": warn_at must be a time of day such as \"09:00\"\n"},
    {"date_not_there", "2025-12-26", "2025-02-30",
     "7: calendar \"statutory\": date must be a date that exists, such as \"2025-12-25\"\n"},
    {"holiday_twice", "2025-12-26", "2025-12-25",
     "2: calendar \"statutory\": 2025-12-25 is a holiday twice\n"},
    {"holiday_misspelt", "{ date = \"2025-12-26\"", "{ day = \"2025-12-26\"",
     "7: calendar \"statutory\": unknown setting \"day\"\n"
     "7: calendar \"statutory\": \"date\" is missing: a date such as \"2025-12-25\"\n"},
    {"extends_unknown", "extends = \"statutory\"", "extends = \"statutry\"",
     "10: calendar \"service\": no calendar \"statutry\" stands before this one\n"},
    {"closure_backwards", "to = \"2025-12-31\"", "to = \"2025-12-28\"",
     "11: calendar \"service\": the closure ends before it begins\n"},
    {"closures_overlap", "{ from = \"2025-10-03\"; to = \"2025-10-03\"",
     "{ from = \"2025-10-03\"; to = \"2025-12-29\"",
     "9: calendar \"service\": the closures \"Away day\" and \"Christmas closure\" overlap\n"},
    {"closure_nameless", " name = \"Away day\";", "",
     "11: calendar \"service\": the closure needs a name, such as \"Office closed\"\n"},
    {"known_backwards", "warn_at = \"08:30\";",
     "known = { from = \"2026-01-01\"; to = \"2025-01-01\"; };",
     "6: calendar \"statutory\": known ends before it begins\n"},
    {"none", "calendars = {", "kalendars = {",
     "0: calendars = { statutory = { … }; … } is missing\n"
     "1: unknown setting \"kalendars\"; did you mean \"calendars\"?\n"},
};

struct loaded {
    struct wm_calendars calendars;
    struct wm_span *texts;
};

static void
test_row(void **state)
{
    const struct row *row = *state;
    struct wm_arena *arena = wm_arena_new(8 << 20);
    struct wm_findings findings = {.arena = arena};
    struct loaded loaded;
    const struct wm_span text =
        policy_change(arena, policy_file(arena, "calendars.cfg"), row->from, row->to);
    const struct wm_span path = policy_write(arena, "calendars.cfg", text);
    assert_false(wm_calendars_load(arena, path, &findings, &loaded.calendars, &loaded.texts));
    policy_forget(arena, path);
    assert_string_equal(policy_told(arena, &findings).data, row->told);
    wm_arena_free(&arena);
}

static struct loaded
load(struct wm_arena *arena, const char *path)
{
    struct wm_findings findings = {.arena = arena};
    struct loaded loaded;
    const bool good =
        wm_calendars_load(arena, wm_span(path), &findings, &loaded.calendars, &loaded.texts);
    assert_string_equal(policy_told(arena, &findings).data, "");
    assert_true(good);
    return loaded;
}

static int32_t
day(const char *text)
{
    int32_t number = 0;
    assert_int_equal(wm_day_parse(wm_span(text), &number), WM_OK);
    return number;
}

static void
test_small(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(8 << 20);
    const struct loaded loaded = load(arena, WM_POLICY_DATA "/calendars.cfg");
    assert_int_equal(loaded.calendars.count, 2);
    const struct wm_calendar *statutory = &loaded.calendars.items[0];
    const struct wm_calendar *service = &loaded.calendars.items[1];
    assert_span(arena, statutory->name, "statutory");
    assert_int_equal(statutory->working_week, 0x1F);
    assert_int_equal(statutory->warn_at_s, 8 * 3600 + 30 * 60);
    assert_int_equal(statutory->opening[4].to_min, 13 * 60);
    assert_int_equal(statutory->opening[1].to_min, 0);
    assert_int_equal(statutory->holiday_count, 2);
    assert_int_equal(statutory->holidays[0].day, day("2025-12-25")); /* in order of the days */
    assert_span(arena, statutory->holidays[0].name, "Christmas \"Day\"");
    assert_int_equal(statutory->first_known, day("2025-01-01"));
    assert_int_equal(statutory->last_known, day("2025-12-31"));
    assert_int_equal(statutory->closure_count, 0);
    assert_int_equal(service->closure_count, 2);
    assert_int_equal(service->closures[0].from, day("2025-10-03"));
    assert_int_equal(service->holiday_count, 2);
    assert_span(arena, service->zone, "Europe/London");
    assert_int_equal(service->change_count, statutory->change_count);
    assert_string_not_equal(service->version.data, statutory->version.data);
    wm_arena_free(&arena);
}

/* What is stored with the cases gives the same calendar, whatever the zone data says by then. */
static void
test_text_round_trip(void **state)
{
    (void)state;
    static const char *const files[] = {WM_POLICY_DATA "/calendars.cfg",
                                        WM_CONFIG_DIR "/calendars/england-and-wales.cfg"};
    for (size_t k = 0; k < 2 * WM_COUNT(files); k++) {
        struct wm_arena *arena = wm_arena_new(8 << 20);
        struct wm_findings findings = {.arena = arena};
        const struct loaded loaded = load(arena, files[k / 2]);
        const struct wm_calendar *first = &loaded.calendars.items[k % 2];
        struct wm_calendar again;
        assert_true(
            wm_calendar_load_text(arena, first->name, loaded.texts[k % 2], &findings, &again));
        assert_span(arena, again.version, first->version.data);
        assert_int_equal(again.holiday_count, first->holiday_count);
        assert_int_equal(again.closure_count, first->closure_count);
        assert_int_equal(again.warn_at_s, first->warn_at_s);
        assert_int_equal(again.last_known, first->last_known);
        assert_memory_equal(again.opening, first->opening, sizeof again.opening);
        for (size_t i = 0; i < first->change_count; i++) {
            assert_int_equal(again.changes[i].from_us, first->changes[i].from_us);
            assert_int_equal(again.changes[i].offset_s, first->changes[i].offset_s);
        }
        wm_arena_free(&arena);
    }
}

/* Changes out of order, or a text that ends in the middle, are refused. */
static void
test_text_slips(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(8 << 20);
    const struct loaded loaded = load(arena, WM_POLICY_DATA "/calendars.cfg");
    const struct {
        const char *from;
        const char *to;
    } slips[] = {{"2000-10-29T01:00:00Z", "1999-10-29T01:00:00Z"},
                 {"2000-10-29T01:00:00Z", "29 October"},
                 {"closures = (", "closures = "},
                 {"offset = 0;", "offset = 90000;"}};
    for (size_t i = 0; i < WM_COUNT(slips); i++) {
        struct wm_findings findings = {.arena = arena};
        struct wm_calendar again;
        const struct wm_span text =
            policy_change(arena, loaded.texts[0], slips[i].from, slips[i].to);
        assert_false(wm_calendar_load_text(arena, wm_span("statutory"), text, &findings, &again));
        assert_true(findings.count > 0);
    }
    wm_arena_free(&arena);
}

/* The offset by libc's zone data, which reads the same files another way. */
static int32_t
libc_offset(int64_t second)
{
    const time_t at = (time_t)second;
    struct tm local;
    assert_non_null(localtime_r(&at, &local));
    return (int32_t)local.tm_gmtoff;
}

static void
test_zone_changes(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(8 << 20);
    const struct loaded loaded = load(arena, WM_CONFIG_DIR "/calendars/england-and-wales.cfg");
    const struct wm_calendar *calendar = &loaded.calendars.items[0];
    assert_int_equal(setenv("TZ", "Europe/London", 1), 0);
    tzset();
    assert_int_equal(calendar->changes[0].from_us, INT64_MIN);
    for (size_t i = 1; i < calendar->change_count; i++) {
        const int64_t second = calendar->changes[i].from_us / WM_US_PER_SECOND;
        assert_int_equal(libc_offset(second), calendar->changes[i].offset_s);
        assert_int_equal(libc_offset(second - 1), calendar->changes[i - 1].offset_s);
    }
    /* None is missing: every day from 2000 to 2040 has the offset that libc gives it. */
    size_t at = 0;
    for (int32_t noon = day("2000-01-01"); noon <= day("2040-12-31"); noon++) {
        const int64_t second = noon * INT64_C(86400) + 43200;
        while (at + 1 < calendar->change_count &&
               calendar->changes[at + 1].from_us <= second * WM_US_PER_SECOND) {
            at++;
        }
        assert_int_equal(libc_offset(second), calendar->changes[at].offset_s);
    }
    wm_arena_free(&arena);
}

static void
test_shipped(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(8 << 20);
    const struct loaded loaded = load(arena, WM_CONFIG_DIR "/calendars/england-and-wales.cfg");
    const struct wm_calendar *statutory = wm_calendar_find(&loaded.calendars, wm_span("statutory"));
    const struct wm_calendar *service = wm_calendar_find(&loaded.calendars, wm_span("service"));
    assert_int_equal(statutory->holiday_count, 83);
    assert_int_equal(statutory->first_known, day("2019-01-01"));
    assert_int_equal(statutory->last_known, day("2028-12-31"));
    assert_false(wm_calendar_is_working(statutory, day("2022-09-19"))); /* the state funeral */
    assert_true(wm_calendar_is_working(statutory, day("2025-12-29")));
    assert_false(wm_calendar_is_working(service, day("2025-12-29")));
    wm_arena_free(&arena);
}

/* An arena that is too small is an answer, not a crash. */
static void
test_no_memory(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(4 << 20);
    for (size_t limit = 1; limit < 12; limit++) {
        struct wm_arena *small = wm_arena_new(limit << 16);
        struct wm_findings findings = {.arena = arena};
        struct loaded loaded;
        const bool good =
            wm_calendars_load(small, wm_span(WM_CONFIG_DIR "/calendars/england-and-wales.cfg"),
                              &findings, &loaded.calendars, &loaded.texts);
        assert_int_equal(good, wm_findings_errors(&findings) == 0);
        wm_arena_free(&small);
    }
    wm_arena_free(&arena);
}

int
main(void)
{
    static struct CMUnitTest tests[WM_COUNT(rows)];
    static struct row copies[WM_COUNT(rows)];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_small),      cmocka_unit_test(test_text_round_trip),
        cmocka_unit_test(test_text_slips), cmocka_unit_test(test_zone_changes),
        cmocka_unit_test(test_shipped),    cmocka_unit_test(test_no_memory)};
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        copies[i] = rows[i];
        tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, &copies[i]};
    }
    int failed = cmocka_run_group_tests_name("policy calendars, slips", tests, NULL, NULL);
    failed += cmocka_run_group_tests_name("policy calendars", others, NULL, NULL);
    return failed;
}
