/* leave.c - facts about when an officer is away or on call. */
#include <assert.h>

#include "daemon/core/officer.h"

static enum wm_status
read_day(const struct wm_change *change, const char *name, int32_t *ret_day)
{
    assert(ret_day != NULL);
    if (wm_day_parse(wm_value_text(wm_change_field(change, name)), ret_day) != WM_OK) {
        *change->ret_why =
            wm_arena_printf(change->arena, "%s must be a date such as 2026-03-31.", name);
        return WM_EINVAL;
    }
    return WM_OK;
}

/* Index of a leave; leave_count if there is none of that id. */
static size_t
find_leave(const struct wm_officer *officer, struct wm_span id)
{
    size_t index = 0;
    assert(officer->leave_count == 0 || officer->leaves != NULL);
    while (index < officer->leave_count && !wm_span_equal(officer->leaves[index].id, id)) {
        index++;
    }
    return index;
}

/* Index of the leave that ended first: at the bound it makes room for the new one. */
static size_t
oldest_leave(const struct wm_officer *officer)
{
    size_t oldest = 0;
    assert(officer->leave_count > 0);
    for (size_t i = 1; i < officer->leave_count; i++) {
        oldest = officer->leaves[i].to < officer->leaves[oldest].to ? i : oldest;
    }
    return oldest;
}

/* Puts the leave where one of its id was, or behind the others. */
static void
put_leave(const struct wm_change *change, const struct wm_leave *leave)
{
    struct wm_officer *officer = change->officer;
    const size_t count = officer->leave_count;
    struct wm_leave *leaves = WM_NEW_ARRAY(change->arena, struct wm_leave, count + 1);
    assert(count <= WM_LEAVES_MAX);
    if (wm_arena_failed(change->arena)) {
        return;
    }
    if (count > 0) {
        memcpy(leaves, officer->leaves, count * sizeof *leaves);
    }
    size_t at = find_leave(officer, leave->id);
    if (at == WM_LEAVES_MAX) {
        at = oldest_leave(officer);
    }
    leaves[at] = *leave;
    officer->leaves = leaves;
    officer->leave_count = at < count ? count : count + 1;
}

enum wm_status
wm_change_leave(const struct wm_change *change)
{
    struct wm_leave leave = {.kind = wm_span("leave")};
    enum wm_status status = wm_change_text(change, "leave", &leave.id);
    assert(change->officer != NULL);
    status = status != WM_OK ? status : wm_change_text(change, "kind", &leave.kind);
    status = status != WM_OK ? status : read_day(change, "from", &leave.from);
    status = status != WM_OK ? status : read_day(change, "to", &leave.to);
    if (status != WM_OK) {
        return status;
    }
    if (leave.id.size == 0) {
        return wm_change_refuse(change, "leave is missing: the id by which it can be cancelled.");
    }
    if (leave.to < leave.from) {
        return wm_change_refuse(change,
                                "The leave ends before it begins: to must not be before from.");
    }
    put_leave(change, &leave);
    return WM_OK;
}

enum wm_status
wm_change_leave_cancelled(const struct wm_change *change)
{
    struct wm_officer *officer = change->officer;
    const size_t at = find_leave(officer, wm_value_text(wm_change_field(change, "leave")));
    assert(at <= officer->leave_count);
    if (at == officer->leave_count) {
        return WM_OK;
    }
    struct wm_leave *leaves = WM_NEW_ARRAY(change->arena, struct wm_leave, officer->leave_count);
    if (wm_arena_failed(change->arena)) {
        return WM_NOMEM;
    }
    size_t count = 0;
    for (size_t i = 0; i < officer->leave_count; i++) {
        if (i != at) {
            leaves[count++] = officer->leaves[i];
        }
    }
    officer->leaves = leaves;
    officer->leave_count = count;
    return WM_OK;
}

enum wm_status
wm_change_absent(const struct wm_change *change)
{
    struct wm_officer *officer = change->officer;
    const bool has_end = wm_value_exists(wm_change_field(change, "expected_to"));
    int32_t from = 0;
    int32_t until = INT32_MAX;
    enum wm_status status = read_day(change, "from", &from);
    assert(officer != NULL);
    if (status == WM_OK && has_end) {
        status = read_day(change, "expected_to", &until);
    }
    if (status == WM_OK && until < from) {
        return wm_change_refuse(change,
                                "The absence ends before it begins: expected_to must not be before "
                                "from.");
    }
    if (status == WM_OK) {
        /* Noon is the same day in the zone of any landlord. */
        officer->absent_from = from * WM_US_PER_DAY + WM_US_PER_DAY / 2;
        officer->absent_until = until;
    }
    return status;
}

/* `on` is the first day back: until then the absence goes on, with an end that is now known. */
enum wm_status
wm_change_returned(const struct wm_change *change)
{
    struct wm_officer *officer = change->officer;
    int32_t on = wm_day_of_time(change->event->occurred_us);
    const int32_t today = on;
    assert(officer != NULL);
    if (wm_value_exists(wm_change_field(change, "on"))) {
        const enum wm_status status = read_day(change, "on", &on);
        if (status != WM_OK) {
            return status;
        }
    }
    if (officer->absent_from == WM_NEVER) {
        return WM_OK;
    }
    if (on > today && on > wm_day_of_time(officer->absent_from)) {
        officer->absent_until = on - 1;
        return WM_OK;
    }
    officer->absent_from = WM_NEVER;
    officer->absent_until = 0;
    return WM_OK;
}

/* ---- when they are on call ---- */

/* A time, or a day: 00:00 UTC of it stands for 00:00 wherever the landlord is. */
static bool
read_moment(struct wm_span text, int64_t *ret_us, bool *ret_is_day)
{
    int32_t day = 0;
    assert(ret_us != NULL && ret_is_day != NULL);
    *ret_is_day = wm_day_parse(text, &day) == WM_OK;
    if (*ret_is_day) {
        *ret_us = day * WM_US_PER_DAY;
        return true;
    }
    return wm_time_parse(text, ret_us) == WM_OK;
}

static enum wm_status
read_duty(const struct wm_change *change, struct wm_duty *ret_duty)
{
    struct wm_duty duty = {0};
    assert(ret_duty != NULL);
    if (!read_moment(wm_value_text(wm_change_field(change, "from")), &duty.from_us,
                     &duty.from_is_day) ||
        !read_moment(wm_value_text(wm_change_field(change, "to")), &duty.to_us, &duty.to_is_day)) {
        return wm_change_refuse(change, "from and to must be times such as 2026-03-27T17:00:00Z, "
                                        "or dates such as 2026-03-27.");
    }
    duty.to_us += duty.to_is_day ? WM_US_PER_DAY : 0; /* a day means its end */
    if (duty.to_us <= duty.from_us) {
        return wm_change_refuse(change, "The duty ends before it begins: to must be after from.");
    }
    *ret_duty = duty;
    return WM_OK;
}

static bool
is_same(const struct wm_duty *a, const struct wm_duty *b)
{
    assert(a != NULL && b != NULL);
    return a->from_us == b->from_us && a->to_us == b->to_us && a->from_is_day == b->from_is_day &&
           a->to_is_day == b->to_is_day;
}

enum wm_status
wm_change_duty(const struct wm_change *change)
{
    struct wm_officer *officer = change->officer;
    struct wm_duty duty = {0};
    const enum wm_status status = read_duty(change, &duty);
    if (status != WM_OK) {
        return status;
    }
    assert(officer->duty_count <= WM_DUTIES_MAX);
    struct wm_duty *duties = WM_NEW_ARRAY(change->arena, struct wm_duty, officer->duty_count + 1);
    if (wm_arena_failed(change->arena)) {
        return WM_NOMEM;
    }
    /* At the bound the first that was told makes room. */
    const size_t skip = officer->duty_count == WM_DUTIES_MAX ? 1 : 0;
    size_t count = 0;
    for (size_t i = skip; i < officer->duty_count; i++) {
        const struct wm_duty *known = &officer->duties[i];
        if (!is_same(known, &duty)) {
            duties[count++] = *known;
        }
    }
    duties[count++] = duty;
    officer->duties = duties;
    officer->duty_count = count;
    return WM_OK;
}
