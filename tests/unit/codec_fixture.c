/* codec_fixture.c - a workflow with a little of everything, and cases of it. */
#include "tests/unit/codec_fixture.h"

#define S(text)                \
    {                          \
        text, sizeof(text) - 1 \
    }

enum { HOUR = 3600 };

static const struct wm_attribute attributes[] = {
    {.name = S("customer"), .type = WM_TYPE_STRING, .personal = true},
    {.name = S("stage"), .type = WM_TYPE_INTEGER, .initial = {.kind = WM_VALUE_INT, .number = 1}},
    {.name = S("skills"), .type = WM_TYPE_LIST},
    {.name = S("details"), .type = WM_TYPE_OBJECT},
    {.name = S("safe"), .type = WM_TYPE_BOOLEAN},
    {.name = S("amount"), .type = WM_TYPE_STRING},
};
static const struct wm_span statuses[] = {S("open"), S("done")};
static const struct wm_span letter_statuses[] = {S("drafted"), S("sent")};
static const bool open[] = {true, false};
static const struct wm_item_kind items[] = {
    {.name = S("letter"), .statuses = letter_statuses, .open = open, .status_count = 2},
    {.name = S("action"), .statuses = statuses, .open = open, .status_count = 2},
};
static const struct wm_touchpoint touchpoints[] = {{.name = S("acknowledgement")}};
static const struct wm_state states[] = {
    {.name = S("received"), .touchpoint = -1},
    {.name = S("investigating"), .touchpoint = 0},
    {.name = S("closed"), .touchpoint = -1, .closed = true},
};
static const struct wm_clock_def clocks[] = {
    [FIXTURE_CLOCK_ACKNOWLEDGE] = {.name = S("acknowledge"), .item_kind = -1, .touchpoint = 0},
    [FIXTURE_CLOCK_URGENT] = {.name = S("urgent"), .item_kind = -1, .touchpoint = -1},
    [FIXTURE_CLOCK_ACTION] = {.name = S("action"), .item_kind = 1, .touchpoint = -1},
};
static const struct wm_tally tallies[] = {{.event = S("contact.attempted")},
                                          {.event = S("contact.inbound_chaser")}};
static const struct wm_send send = {.topic = S("survey"), .type = S("waymark.survey.row")};
static const struct wm_send *const sends[] = {&send, &send};

const struct wm_workflow codec_workflow = {
    .name = S("complaint"),
    .version = 3,
    .attributes = attributes,
    .attribute_count = WM_COUNT(attributes),
    .items = items,
    .item_count = WM_COUNT(items),
    .touchpoints = touchpoints,
    .touchpoint_count = WM_COUNT(touchpoints),
    .states = states,
    .state_count = WM_COUNT(states),
    .clocks = clocks,
    .clock_count = WM_COUNT(clocks),
    .tallies = tallies,
    .tally_count = WM_COUNT(tallies),
    .sends = sends,
    .send_count = WM_COUNT(sends),
};

struct wm_case *
codec_bare_case(struct wm_arena *arena)
{
    return wm_case_new(arena, &codec_workflow, wm_span("C-1"));
}

static void
fill_attributes(struct wm_arena *arena, struct wm_case *c)
{
    static const struct wm_value skills[] = {{WM_VALUE_STRING, {.text = S("damp")}},
                                             {WM_VALUE_NULL, {.flag = false}}};
    struct wm_value details = wm_value_object(NULL, 0);
    wm_value_put(arena, &details, wm_span("nested"), wm_value_list(skills, WM_COUNT(skills)));
    wm_value_put(arena, &details, wm_span("empty"), wm_value_object(NULL, 0));
    c->attributes[0] = wm_value_string(wm_span("T-1 \"Z\xC3\xB6\"\n\x01"));
    c->attributes[1] = wm_value_int(-2);
    c->attributes[2] = wm_value_list(skills, WM_COUNT(skills));
    c->attributes[3] = details;
    c->attributes[4] = wm_value_bool(false);
    c->attributes[5] = (struct wm_value){WM_VALUE_DECIMAL, {.text = S("75.5")}};
}

static void
fill_items(struct wm_arena *arena, struct wm_case *c)
{
    struct wm_item *letter = WM_PUSH(arena, &c->items);
    *letter = (struct wm_item){.kind = 0, .id = S(""), .status = 1, .opened_us = 1};
    letter->fields = wm_value_object(NULL, 0);
    struct wm_item *action = WM_PUSH(arena, &c->items);
    *action = (struct wm_item){.kind = 1, .id = S("a:17"), .status = 0, .opened_us = 22};
    action->fields = wm_value_object(NULL, 0);
    wm_value_put(arena, &action->fields, wm_span("due"), wm_value_string(wm_span("2026-01-09")));
    wm_value_put(arena, &action->fields, wm_span("title"),
                 wm_value_string(wm_span("Mend the tap")));
    wm_value_put(arena, &action->fields, wm_span("status"), wm_value_string(wm_span("hidden")));
}

static void
fill_clocks(struct wm_arena *arena, struct wm_case *c)
{
    static struct wm_pause pauses[] = {{100, 200}, {300, WM_NEVER}};
    *WM_PUSH(arena, &c->clocks) = (struct wm_clock){
        .def = FIXTURE_CLOCK_ACKNOWLEDGE,
        .run = 2,
        .status = WM_CLOCK_PAUSED,
        .started_us = -3,
        .day0 = 20455,
        .target = {5, WM_UNIT_WORKING_DAYS, true},
        .until = 20470,
        .due = {WM_NEVER, 20462},
        .agreed = {INT64_C(1767000000000001), 20461},
        .extended = 3,
        .stopped_us = WM_NEVER,
        .known_us = 77,
        .fired = UINT32_MAX,
        .due_passed = true,
        .outside = true,
        .extension_open = true,
        .paused_rest = 4,
        .paused_rest_us = 5,
        .pauses = pauses,
        .pause_count = WM_COUNT(pauses),
        .calendar_version = S("d1"),
    };
    *WM_PUSH(arena, &c->clocks) = (struct wm_clock){
        .def = FIXTURE_CLOCK_URGENT,
        .run = 1,
        .status = WM_CLOCK_RUNNING,
        .target = {24, WM_UNIT_HOURS, false},
        .until = INT32_MIN,
        .due = {2 * HOUR * WM_US_PER_SECOND, 0},
        .stopped_us = WM_NEVER,
        .calendar_version = S("d2"),
    };
    *WM_PUSH(arena, &c->clocks) = (struct wm_clock){
        .def = FIXTURE_CLOCK_ACTION,
        .item = S("a:17"),
        .run = 1,
        .status = WM_CLOCK_MET,
        .until = 9,
        .due = {9, 9},
        .stopped_us = 8,
        .calendar_version = S("d1"),
    };
}

struct wm_case *
codec_full_case(struct wm_arena *arena)
{
    struct wm_case *c = codec_bare_case(arena);
    c->state = 1;
    c->officer = wm_span("s.brook");
    c->seq = 42;
    c->opened_us = INT64_C(1766400000000000);
    c->closed_us = INT64_C(1767225600500000);
    c->folded_us = 12;
    c->moved_us = 13;
    c->check_us = 14;
    c->wake_us = 15;
    fill_attributes(arena, c);
    fill_items(arena, c);
    fill_clocks(arena, c);
    *WM_PUSH(arena, &c->tallies[1]) = (struct wm_hit){5, S("2026-01-05")};
    *WM_PUSH(arena, &c->tallies[1]) = (struct wm_hit){6, {0}};
    *WM_PUSH(arena, &c->wanted) = (struct wm_wanted){S("m1"), 1, S("a:17")};
    *WM_PUSH(arena, &c->wanted) = (struct wm_wanted){S("m2"), 0, {0}};
    *WM_PUSH(arena, &c->tenures) = (struct wm_tenure){S("p.adeyemi"), 1, true, false};
    *WM_PUSH(arena, &c->tenures) = (struct wm_tenure){S("s.brook"), 2, false, true};
    *WM_PUSH(arena, &c->aliases) = wm_span("react:12345");
    *WM_PUSH(arena, &c->aliases) = wm_span("nec:7");
    return c;
}
