/* staff.c - a small landlord's people, for tests. */
#include "tests/unit/staff.h"

#include <assert.h>

static const struct wm_span complaints[] = {{"complaints", 10}};
static const struct wm_span both[] = {{"complaints", 10}, {"asb", 3}};
static const struct wm_span asb[] = {{"asb", 3}};
static const struct wm_span damp[] = {{"damp", 4}};

static void
add(struct staff *staff, enum staff_index who, const char *id, const struct wm_span *teams,
    size_t count)
{
    staff->officers[who] = (struct wm_officer){
        .id = wm_span(id),
        .name = wm_span(id),
        .kind = WM_OFFICER,
        .teams = teams,
        .team_count = count,
        .leaves = staff->leaves[who],
        .duties = staff->duties[who],
        .absent_from = WM_NEVER,
    };
}

void
staff_init(struct staff *staff)
{
    memset(staff, 0, sizeof *staff);
    add(staff, ANN, "ann", complaints, 1);
    add(staff, BEN, "ben", complaints, 1);
    add(staff, CAT, "cat", both, 2);
    add(staff, DAN, "dan", complaints, 1);
    add(staff, EVE, "eve", asb, 1);
    add(staff, HEAD, "head", NULL, 0);
    add(staff, MIA, "mia", complaints, 1);
    add(staff, NIGHT, "night", asb, 1);
    staff->officers[DAN].skills = damp;
    staff->officers[DAN].skill_count = 1;
    staff->officers[MIA].deputy = wm_span("ann");
    staff->officers[NIGHT].kind = WM_OFFICER_EXTERNAL;
    staff->teams[0] = (struct wm_team){.name = wm_span("complaints"),
                                       .manager = wm_span("mia"),
                                       .head = wm_span("head"),
                                       .max_open = 40};
    staff->teams[1] = (struct wm_team){
        .name = wm_span("asb"), .manager = wm_span("eve"), .head = wm_span("head")};
    staff->people = (struct wm_people){.officers = staff->officers,
                                       .officer_count = STAFF_COUNT,
                                       .teams = staff->teams,
                                       .team_count = 2,
                                       .last_resort = wm_span("head"),
                                       .calendar = wm_span("statutory"),
                                       .handover_after = 2,
                                       .handover_lead = 1,
                                       .absence_grace = 2,
                                       .reach_us = 2 * WM_US_PER_HOUR};
}

void
staff_leave(struct staff *staff, enum staff_index who, const char *from, const char *to)
{
    struct wm_officer *officer = &staff->officers[who];
    assert(officer->leave_count < 8);
    staff->leaves[who][officer->leave_count++] = (struct wm_leave){
        .id = wm_span(from), .from = uk_day(from), .to = uk_day(to), .kind = wm_span("annual")};
}

void
staff_duty(struct staff *staff, enum staff_index who, const char *from, const char *to)
{
    struct wm_officer *officer = &staff->officers[who];
    assert(officer->duty_count < 4);
    staff->duties[who][officer->duty_count++] =
        (struct wm_duty){.from_us = uk_time(from), .to_us = uk_time(to)};
}

void
staff_absent(struct staff *staff, enum staff_index who, const char *from, const char *until)
{
    staff->officers[who].absent_from = uk_day(from) * WM_US_PER_DAY + WM_US_PER_DAY / 2;
    staff->officers[who].absent_until = until != NULL ? uk_day(until) : INT32_MAX;
}

struct wm_want
staff_want(const struct wm_calendar *calendar, const char *now, const char *due)
{
    struct wm_want want = {.team = wm_span("complaints"),
                           .weight = 1,
                           .now_us = uk_time(now),
                           .due = {.us = WM_NEVER}};
    if (due != NULL) {
        want.due = wm_calendar_due_on(calendar, uk_day(due));
    }
    return want;
}

struct wm_want
staff_want_hours(const struct wm_calendar *calendar, const char *now)
{
    const struct wm_duration day = {24, WM_UNIT_HOURS, false};
    struct wm_want want = staff_want(calendar, now, NULL);
    want.due = wm_calendar_due(calendar, want.now_us, day);
    want.in_hours = true;
    return want;
}
