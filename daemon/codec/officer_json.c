/* officer_json.c - an officer's facts as the text that the store keeps. */
#include <assert.h>

#include "daemon/codec/scan.h"
#include "daemon/codec/snapshot.h"

struct leaves {
    struct wm_leave *items;
    size_t count;
    size_t room;
};

/* Which ends of a duty are dates. */
enum { FROM_IS_DAY = 1, TO_IS_DAY = 2 };

struct duties {
    struct wm_duty *items;
    size_t count;
    size_t room;
};

static void
put_names(struct wm_text *text, const char *name, const struct wm_span *names, size_t count)
{
    wm_json_put_name(text, name);
    wm_text_puts(text, "[");
    for (size_t i = 0; i < count; i++) {
        wm_text_puts(text, i > 0 ? "," : "");
        wm_json_put_string(text, names[i]);
    }
    wm_text_puts(text, "]");
}

static void
put_present(struct wm_text *text, const char *name, struct wm_span string)
{
    if (string.data != NULL) {
        wm_json_put_field(text, name, string);
    }
}

static void
put_flag(struct wm_text *text, const char *name, bool flag)
{
    if (flag) {
        wm_json_put_name(text, name);
        wm_text_puts(text, "true");
    }
}

/* Two numbers in brackets. */
static void
put_pair(struct wm_text *text, size_t index, int64_t from, int64_t to)
{
    wm_text_puts(text, index > 0 ? ",[" : "[");
    const struct wm_value numbers[] = {wm_value_int(from), wm_value_int(to)};
    wm_json_put_value(text, &numbers[0]);
    wm_text_puts(text, ",");
    wm_json_put_value(text, &numbers[1]);
    wm_text_puts(text, "]");
}

static void
put_times(struct wm_text *text, const struct wm_officer *officer)
{
    wm_json_put_name(text, "hours");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < WM_WEEK; i++) {
        put_pair(text, i, officer->hours[i].from_min, officer->hours[i].to_min);
    }
    wm_text_puts(text, "]");
    wm_json_put_name(text, "duties");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < officer->duty_count; i++) {
        /* Ends that were told as dates are read in the calendar's zone: they are kept as such. */
        const struct wm_duty *duty = &officer->duties[i];
        const int64_t days =
            (duty->from_is_day ? FROM_IS_DAY : 0) | (duty->to_is_day ? TO_IS_DAY : 0);
        wm_text_printf(text, "%s[%lld,%lld,%lld]", i > 0 ? "," : "", (long long)duty->from_us,
                       (long long)duty->to_us, (long long)days);
    }
    wm_text_puts(text, "]");
    wm_json_put_name(text, "leaves");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < officer->leave_count; i++) {
        const struct wm_leave *leave = &officer->leaves[i];
        wm_text_puts(text, i > 0 ? ",{" : "{");
        wm_json_put_int(text, "from", leave->from);
        wm_json_put_int(text, "to", leave->to);
        put_present(text, "id", leave->id);
        put_present(text, "kind", leave->kind);
        wm_text_puts(text, "}");
    }
    wm_text_puts(text, "]");
}

struct wm_span
wm_officer_encode(struct wm_arena *arena, const struct wm_officer *officer)
{
    assert(officer->id.size > 0);
    assert(officer->kind == WM_OFFICER || officer->kind == WM_OFFICER_EXTERNAL);
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "id", officer->id);
    wm_json_put_field(&text, "kind", wm_span(officer->kind == WM_OFFICER ? "officer" : "external"));
    put_present(&text, "name", officer->name);
    put_present(&text, "email", officer->email);
    put_present(&text, "manager", officer->manager);
    put_present(&text, "deputy", officer->deputy);
    put_names(&text, "teams", officer->teams, officer->team_count);
    put_names(&text, "skills", officer->skills, officer->skill_count);
    wm_json_put_int(&text, "max_open", officer->max_open);
    put_times(&text, officer);
    if (officer->absent_from != WM_NEVER) {
        wm_json_put_int(&text, "absent_from", officer->absent_from);
    }
    wm_json_put_int(&text, "absent_until", officer->absent_until);
    put_flag(&text, "left", officer->left);
    wm_json_put_int(&text, "seq", officer->seq);
    wm_text_puts(&text, "}");
    return wm_text_span(&text);
}

/* ---- reading */

static const struct wm_span *
read_names(struct wm_scan *scan, const char *key, size_t *ret_count)
{
    struct wm_spans names = {0};
    wm_scan_expect(scan, key);
    for (size_t count = 0; wm_scan_element(scan, &count);) {
        *WM_PUSH(scan->arena, &names) = wm_scan_string(scan);
    }
    *ret_count = names.count;
    return names.items;
}

static void
read_hours(struct wm_scan *scan, struct wm_officer *officer)
{
    size_t count = 0;
    wm_scan_expect(scan, ",\"hours\":");
    while (wm_scan_element(scan, &count) && count <= WM_WEEK) {
        struct wm_hours *hours = &officer->hours[count - 1];
        wm_scan_expect(scan, "[");
        hours->from_min = wm_scan_int32(scan);
        wm_scan_expect(scan, ",");
        hours->to_min = wm_scan_int32(scan);
        wm_scan_expect(scan, "]");
    }
    scan->bad = scan->bad || count != WM_WEEK;
}

static void
read_duties(struct wm_scan *scan, struct wm_officer *officer)
{
    struct duties duties = {0};
    wm_scan_expect(scan, ",\"duties\":");
    for (size_t count = 0; wm_scan_element(scan, &count);) {
        struct wm_duty *duty = WM_PUSH(scan->arena, &duties);
        wm_scan_expect(scan, "[");
        duty->from_us = wm_scan_int(scan);
        wm_scan_expect(scan, ",");
        duty->to_us = wm_scan_int(scan);
        wm_scan_expect(scan, ",");
        const int64_t days = wm_scan_int(scan);
        duty->from_is_day = (days & FROM_IS_DAY) != 0;
        duty->to_is_day = (days & TO_IS_DAY) != 0;
        wm_scan_expect(scan, "]");
    }
    officer->duties = duties.items;
    officer->duty_count = duties.count;
}

static void
read_leaves(struct wm_scan *scan, struct wm_officer *officer)
{
    struct leaves leaves = {0};
    wm_scan_expect(scan, ",\"leaves\":");
    for (size_t count = 0; wm_scan_element(scan, &count);) {
        struct wm_leave *leave = WM_PUSH(scan->arena, &leaves);
        wm_scan_expect(scan, "{\"from\":");
        leave->from = wm_scan_int32(scan);
        wm_scan_expect(scan, ",\"to\":");
        leave->to = wm_scan_int32(scan);
        wm_scan_key_string(scan, "id", &leave->id);
        wm_scan_key_string(scan, "kind", &leave->kind);
        wm_scan_expect(scan, "}");
    }
    officer->leaves = leaves.items;
    officer->leave_count = leaves.count;
}

static void
read_officer(struct wm_scan *scan, struct wm_officer *officer)
{
    wm_scan_expect(scan, "{\"id\":");
    officer->id = wm_scan_string(scan);
    const bool is_external = wm_scan_try(scan, ",\"kind\":\"external\"");
    if (!is_external) {
        wm_scan_expect(scan, ",\"kind\":\"officer\"");
    }
    officer->kind = is_external ? WM_OFFICER_EXTERNAL : WM_OFFICER;
    wm_scan_key_string(scan, "name", &officer->name);
    wm_scan_key_string(scan, "email", &officer->email);
    wm_scan_key_string(scan, "manager", &officer->manager);
    wm_scan_key_string(scan, "deputy", &officer->deputy);
    officer->teams = read_names(scan, ",\"teams\":", &officer->team_count);
    officer->skills = read_names(scan, ",\"skills\":", &officer->skill_count);
    wm_scan_expect(scan, ",\"max_open\":");
    officer->max_open = wm_scan_int32(scan);
    read_hours(scan, officer);
    read_duties(scan, officer);
    read_leaves(scan, officer);
    wm_scan_key_int(scan, "absent_from", &officer->absent_from);
    wm_scan_expect(scan, ",\"absent_until\":");
    officer->absent_until = wm_scan_int32(scan);
    wm_scan_key_true(scan, "left", &officer->left);
    wm_scan_expect(scan, ",\"seq\":");
    officer->seq = wm_scan_int(scan);
    wm_scan_expect(scan, "}");
}

enum wm_status
wm_officer_decode(struct wm_arena *arena, struct wm_span text, struct wm_officer *ret_officer)
{
    struct wm_scan scan = wm_scan_begin(arena, text);
    struct wm_officer officer = {.absent_from = WM_NEVER};
    read_officer(&scan, &officer);
    if (wm_arena_failed(arena)) {
        return WM_NOMEM;
    }
    if (!wm_scan_is_whole(&scan) || officer.id.size == 0) {
        return WM_CORRUPT;
    }
    *ret_officer = officer;
    return WM_OK;
}
