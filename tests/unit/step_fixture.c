/* step_fixture.c - the fixture's workflow, calendar and history. */
#include "tests/unit/step_fixture.h"

#include <assert.h>
#include <stdio.h>

#define S(text)                \
    {                          \
        text, sizeof(text) - 1 \
    }
#define ON(name)                                    \
    {                                               \
        .moment = WM_MOMENT_EVENT, .event = S(name) \
    }

static const struct wm_send warn_send = {
    .topic = S("alerts"), .type = S("waymark.alert"), .to = S("officer"), .index = 0};
static const struct wm_condition still_open = {.test = WM_TEST_IS,
                                               .field = {.root = WM_ROOT_STATE},
                                               .value = {WM_VALUE_STRING, {.text = S("open")}}};
static const struct wm_send survey_send = {
    .topic = S("surveys"), .type = S("waymark.survey.row"), .wanted = &still_open, .index = 1};
static const struct wm_send *const sends[] = {&warn_send, &survey_send};
static const struct wm_action say = {.kind = WM_ACTION_SEND, .send = &warn_send};
static const struct wm_rung ladder[] = {{.kind = WM_RUNG_WARN,
                                         .offset = {-1, WM_UNIT_WORKING_DAYS, false},
                                         .actions = &say,
                                         .action_count = 1},
                                        {.kind = WM_RUNG_BREACH,
                                         .offset = {1, WM_UNIT_WORKING_DAYS, false},
                                         .actions = &say,
                                         .action_count = 1},
                                        {.kind = WM_RUNG_ESCALATE,
                                         .offset = {2, WM_UNIT_WORKING_DAYS, false},
                                         .actions = &say,
                                         .action_count = 1}};
static const struct wm_rung breach_alone[] = {{.kind = WM_RUNG_BREACH,
                                               .offset = {1, WM_UNIT_WORKING_DAYS, false},
                                               .actions = &say,
                                               .action_count = 1}};

static const struct wm_trigger on_opened[] = {ON("opened")};
static const struct wm_trigger on_acknowledged[] = {ON("acknowledged")};
static const struct wm_trigger on_called[] = {ON("called")};
static const struct wm_trigger on_reported[] = {ON("reported")};
static const struct wm_trigger on_posted[] = {ON("posted")};
static const struct wm_trigger on_bounced[] = {ON("bounced")};
static const struct wm_trigger on_answered[] = {ON("answered")};
static const struct wm_trigger on_notice[] = {ON("notice")};
static const struct wm_trigger on_held[] = {ON("held")};
static const struct wm_trigger on_resumed[] = {ON("resumed")};
static const struct wm_trigger on_item_open[] = {{.moment = WM_MOMENT_OPEN}};
static const struct wm_trigger on_item_close[] = {{.moment = WM_MOMENT_CLOSE}};
static const struct wm_trigger respond_starts[] = {
    {.moment = WM_MOMENT_MET, .clock = CLOCK_ACKNOWLEDGE},
    {.moment = WM_MOMENT_DUE, .clock = CLOCK_ACKNOWLEDGE}};

#define TARGET(n, u)                    \
    (const struct wm_target[])          \
    {                                   \
        {                               \
            .duration = { n, u, false } \
        }                               \
    }
#define TRIGGERS(field, list) .field##s = list, .field##_count = WM_COUNT(list)

static const struct wm_target until_due[] = {{.until = {.root = WM_ROOT_ITEM, .path = S("due")}}};

static const struct wm_clock_def clocks[CLOCK_COUNT] = {
    [CLOCK_ACKNOWLEDGE] = {.name = S("acknowledge"),
                           .item_kind = -1,
                           .calendar = S("statutory"),
                           .targets = TARGET(5, WM_UNIT_WORKING_DAYS),
                           .target_count = 1,
                           TRIGGERS(start, on_opened),
                           .met_by = on_acknowledged,
                           .met_count = 1,
                           .pauses = on_held,
                           .pause_count = 1,
                           .resumes = on_resumed,
                           .resume_count = 1,
                           .rungs = ladder,
                           .rung_count = WM_COUNT(ladder)},
    [CLOCK_RESPOND] = {.name = S("respond"),
                       .item_kind = -1,
                       .calendar = S("statutory"),
                       .targets = TARGET(10, WM_UNIT_WORKING_DAYS),
                       .target_count = 1,
                       TRIGGERS(start, respond_starts),
                       .met_by = on_answered,
                       .met_count = 1,
                       .rungs = breach_alone,
                       .rung_count = 1,
                       .once = true,
                       .limit = {10, WM_UNIT_WORKING_DAYS, false},
                       .void_unless = on_notice,
                       .ends_with_case = true},
    [CLOCK_CONTACT] = {.name = S("contact"),
                       .item_kind = -1,
                       .calendar = S("statutory"),
                       .targets = TARGET(5, WM_UNIT_WORKING_DAYS),
                       .target_count = 1,
                       TRIGGERS(start, on_called),
                       .met_by = on_called,
                       .met_count = 1,
                       .rungs = breach_alone,
                       .rung_count = 1,
                       .repeat = true},
    [CLOCK_URGENT] = {.name = S("urgent"),
                      .item_kind = -1,
                      .calendar = S("statutory"),
                      .targets = TARGET(24, WM_UNIT_HOURS),
                      .target_count = 1,
                      TRIGGERS(start, on_reported),
                      .met_by = on_called,
                      .met_count = 1,
                      .rungs = breach_alone,
                      .rung_count = 1},
    [CLOCK_DELIVERY] = {.name = S("delivery"),
                        .item_kind = -1,
                        .calendar = S("statutory"),
                        .targets = TARGET(2, WM_UNIT_WORKING_DAYS),
                        .target_count = 1,
                        TRIGGERS(start, on_posted),
                        .cancelled_by = on_bounced,
                        .cancel_count = 1,
                        .due_is_met = true},
    [CLOCK_TASK] = {.name = S("task"),
                    .item_kind = 0,
                    .calendar = S("statutory"),
                    .targets = until_due,
                    .target_count = 1,
                    TRIGGERS(start, on_item_open),
                    .met_by = on_item_close,
                    .met_count = 1,
                    .rungs = breach_alone,
                    .rung_count = 1}};

static const struct wm_expr_part task_id[] = {
    {.operand = {.root = WM_ROOT_DATA, .path = S("task")}}};
static const struct wm_expr_part task_due[] = {
    {.operand = {.root = WM_ROOT_DATA, .path = S("due")}}};
static const struct wm_field_rule task_fields[] = {
    {.name = S("due"), .value = {.parts = task_due, .part_count = 1}}};
static const struct wm_item_rule task_rules[] = {
    {.event = S("tasked"),
     .opens = true,
     .to = -1,
     .key = {.parts = task_id, .part_count = 1},
     .fields = task_fields,
     .field_count = 1},
    {.event = S("task.done"), .to = 1, .key = {.parts = task_id, .part_count = 1}}};
static const struct wm_span task_statuses[] = {S("open"), S("done")};
static const bool task_open[] = {true, false};
static const struct wm_item_kind items[] = {{.name = S("task"),
                                             .statuses = task_statuses,
                                             .open = task_open,
                                             .status_count = 2,
                                             .rules = task_rules,
                                             .rule_count = 2}};

static const struct wm_expr_part days[] = {{.operand = {.root = WM_ROOT_DATA, .path = S("days")}}};
static const struct wm_action extend = {.kind = WM_ACTION_EXTEND,
                                        .index = CLOCK_RESPOND,
                                        .value = {.literal = {WM_VALUE_INT, {.number = 5}}}};
static const struct wm_action set_mood = {
    .kind = WM_ACTION_SET, .index = 0, .value = {.parts = days, .part_count = 1}};
static const struct wm_action ask_survey = {.kind = WM_ACTION_SEND, .send = &survey_send};
static const struct wm_require was_called[] = {
    {.condition = {.test = WM_TEST_AT_LEAST,
                   .field = {.root = WM_ROOT_EVENTS, .index = 0},
                   .value = {WM_VALUE_INT, {.number = 1}}},
     .rule = S("CT-1"),
     .text = S("Ring the customer first.")}};
static const struct wm_transition transitions[] = {
    {.event = S("extend"), .to = -1, .actions = &extend, .action_count = 1},
    {.event = S("mood"), .to = -1, .actions = &set_mood, .action_count = 1},
    {.event = S("survey"), .to = -1, .actions = &ask_survey, .action_count = 1},
    {.event = S("close"), .to = 1, .require = was_called, .require_count = 1},
    {.event = S("letter"), .to = -1, .require = was_called, .require_count = 1},
    {.event = S("void"), .to = 2}};
static const struct wm_state states[] = {
    {.name = S("open"), .on = transitions, .on_count = WM_COUNT(transitions)},
    {.name = S("closed"), .closed = true},
    {.name = S("voided"), .final = true}};
static const struct wm_opening openings[] = {{.event = S("opened"), .state = 0}};
static const struct wm_attribute attributes[] = {
    {.name = S("mood"), .type = WM_TYPE_STRING, .amendable = true},
    {.name = S("customer"), .type = WM_TYPE_STRING, .key = S("customer")}};
static const struct wm_tally tallies[] = {{.event = S("called"), .distinct = WM_DISTINCT_DAY}};

/* England and Wales from December 2025 to April 2026. */
static const struct wm_zone_change changes[] = {{INT64_MIN, 0},
                                                {INT64_C(1743296400000000), 3600},
                                                {INT64_C(1761440400000000), 0},
                                                {INT64_C(1774746000000000), 3600},
                                                {INT64_C(1792890000000000), 0}};
static struct wm_day_off holidays[] = {{0, S("Christmas Day")},
                                       {0, S("Boxing Day")},
                                       {0, S("New Year's Day")},
                                       {0, S("Good Friday")},
                                       {0, S("Easter Monday")}};
static struct wm_calendar calendar = {.name = S("statutory"),
                                      .version = S("v1"),
                                      .zone = S("Europe/London"),
                                      .changes = changes,
                                      .change_count = WM_COUNT(changes),
                                      .holidays = holidays,
                                      .holiday_count = WM_COUNT(holidays),
                                      .working_week = 0x1F,
                                      .warn_at_s = 9 * 3600};

static int32_t
day(const char *text)
{
    int32_t number = 0;
    const enum wm_status status = wm_day_parse(wm_span(text), &number);
    assert(status == WM_OK);
    return number;
}

void
fixture_begin(struct world_fixture *f)
{
    *f = (struct world_fixture){.arena = wm_arena_new(64 << 20)};
    static const char *const off[] = {"2025-12-25", "2025-12-26", "2026-01-01", "2026-04-03",
                                      "2026-04-06"};
    for (size_t i = 0; i < WM_COUNT(off); i++) {
        holidays[i].day = day(off[i]);
    }
    calendar.first_known = day("2025-01-01");
    calendar.last_known = day("2026-12-31");
    f->calendars = (struct wm_calendars){&calendar, 1};
    f->workflow = (struct wm_workflow){.name = S("test"),
                                       .version = 1,
                                       .cover = CLOCK_RESPOND,
                                       .calendar = S("statutory"),
                                       .attributes = attributes,
                                       .attribute_count = WM_COUNT(attributes),
                                       .items = items,
                                       .item_count = 1,
                                       .states = states,
                                       .state_count = WM_COUNT(states),
                                       .clocks = clocks,
                                       .clock_count = CLOCK_COUNT,
                                       .openings = openings,
                                       .opening_count = 1,
                                       .tallies = tallies,
                                       .tally_count = 1,
                                       .sends = sends,
                                       .send_count = WM_COUNT(sends),
                                       .settle = {30, WM_UNIT_MINUTES, false}};
    f->world = (struct wm_world){
        .workflow = &f->workflow, .calendars = &f->calendars, .organisation = S("ovh")};
}

void
fixture_end(struct world_fixture *f)
{
    wm_arena_free(&f->arena);
}

int64_t
fixture_time(const char *text)
{
    int64_t us = 0;
    const enum wm_status status = wm_time_parse(wm_span(text), &us);
    assert(status == WM_OK);
    return us;
}

const char *
fixture_day(int32_t number)
{
    static char text[11];
    wm_day_format(number, text);
    return text;
}

/* Keeps the rows of the last result as a store would. */
static void
keep_rows(struct world_fixture *f, const struct wm_event *event, int64_t now_us)
{
    const int64_t first = f->c != NULL ? f->c->seq + 1 : 1;
    for (size_t i = 0; i < f->last.row_count; i++) {
        const struct wm_row *row = &f->last.rows[i];
        assert(f->past_count < WM_COUNT(f->past));
        struct wm_past *past = &f->past[f->past_count++];
        *past =
            (struct wm_past){.seq = first + (int64_t)i, .group = first, .primary = row->primary};
        past->event = row->primary
                          ? *event
                          : (struct wm_event){.id = row->id, .type = row->type, .data = row->data};
        past->event.occurred_us = row->primary ? event->occurred_us : row->occurred_us;
        past->event.recorded_us = now_us;
        past->transition = row->primary ? f->last.transition : WM_NO_TRANSITION;
        past->from = states[row->from].name;
        past->to = states[row->to].name;
        past->officer = row->officer;
        past->inputs = f->last.inputs;
    }
    f->c = f->last.after;
}

static struct wm_value
object_of(struct wm_arena *arena, const char *const *data)
{
    struct wm_value object = wm_value_object(NULL, 0);
    for (size_t i = 0; data != NULL && data[i] != NULL; i += 2) {
        wm_value_put(arena, &object, wm_span(data[i]), wm_value_string(wm_span(data[i + 1])));
    }
    return object;
}

enum wm_outcome
fixture_event(struct world_fixture *f, const char *type, const char *occurred, const char *recorded,
              const char *const *data)
{
    struct wm_event event = {.source = S("/test"), .type = wm_span(type), .subject = S("T-1")};
    event.id = wm_arena_printf(f->arena, "e%zu", f->past_count + 1);
    event.occurred_us = fixture_time(occurred);
    event.recorded_us = fixture_time(recorded != NULL ? recorded : occurred);
    event.data = object_of(f->arena, data);
    event.request = strcmp(type, "close") == 0 || strcmp(type, "extend") == 0 ||
                    strncmp(type, "record.", 7) == 0 || strcmp(type, "case.amended") == 0;
    f->now_us = event.recorded_us;
    f->world.past = NULL;
    enum wm_status status = wm_step(&f->world, f->c, &event, f->arena, &f->last);
    assert(status == WM_OK);
    if (f->last.needs_past) {
        f->world.past = f->past;
        f->world.past_count = f->past_count;
        status = wm_step(&f->world, f->c, &event, f->arena, &f->last);
        assert(status == WM_OK);
    }
    if (f->last.outcome != WM_OUTCOME_REJECTED) {
        keep_rows(f, &event, event.recorded_us);
    }
    return f->last.outcome;
}

void
fixture_wake(struct world_fixture *f, const char *now)
{
    f->now_us = fixture_time(now);
    const enum wm_status status = wm_wake(&f->world, f->c, f->now_us, f->arena, &f->last);
    assert(status == WM_OK);
    keep_rows(f, NULL, f->now_us);
}

const struct wm_clock *
fixture_clock(const struct world_fixture *f, int clock, const char *item)
{
    return wm_case_clock(f->c, clock, item != NULL ? wm_span(item) : (struct wm_span){0});
}

const char *
fixture_status(const struct world_fixture *f, int clock)
{
    const struct wm_clock *run = fixture_clock(f, clock, NULL);
    return run != NULL ? wm_clock_status_at(run, f->now_us) : "none";
}

size_t
fixture_rows(const struct world_fixture *f, const char *type)
{
    size_t count = 0;
    for (size_t i = 0; i < f->past_count; i++) {
        count += wm_span_is(f->past[i].event.type, type) ? 1 : 0;
    }
    return count;
}

size_t
fixture_effects(const struct world_fixture *f, enum wm_effect_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < f->last.effect_count; i++) {
        count += f->last.effects[i].kind == kind ? 1 : 0;
    }
    return count;
}
