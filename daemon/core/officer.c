/* officer.c - what officer.* facts make of an officer (events.md "People, calendars, import"). */
#include "daemon/core/officer.h"

#include <assert.h>

#include "base/attributes.h"

enum {
    MINUTES_PER_HOUR = 60,
    MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR,
    MAX_OPEN_MOST = 10000,
    CLOCK_SIZE = sizeof "09:00" - 1,
    HOURS_SIZE = sizeof "09:00-17:00" - 1
};

enum wm_status
wm_change_refuse(const struct wm_change *change, const char *sentence)
{
    assert(change->ret_why != NULL);
    *change->ret_why = wm_span(sentence);
    return WM_EINVAL;
}

const struct wm_value *
wm_change_field(const struct wm_change *change, const char *name)
{
    assert(change->event != NULL);
    return wm_value_get(&change->event->data, wm_span(name));
}

/* ---- who they are ---- */

/* A text in the arena; the span stays as it was when the wm_change_field is missing. */
enum wm_status
wm_change_text(const struct wm_change *change, const char *name, struct wm_span *text)
{
    const struct wm_value *value = wm_change_field(change, name);
    assert(text != NULL);
    if (value->kind == 0 || value->kind == WM_VALUE_NULL) {
        return WM_OK;
    }
    if (value->kind != WM_VALUE_STRING) {
        *change->ret_why = wm_arena_printf(change->arena, "%s must be text.", name);
        return WM_EINVAL;
    }
    *text = wm_arena_copy(change->arena, value->text);
    return WM_OK;
}

static enum wm_status
take_texts(const struct wm_change *change, const char *name, const struct wm_span **items,
           size_t *count)
{
    const struct wm_value *value = wm_change_field(change, name);
    assert(items != NULL && count != NULL);
    if (value->kind == 0 || value->kind == WM_VALUE_NULL) {
        return WM_OK;
    }
    const size_t size = value->kind == WM_VALUE_LIST ? value->list.count : 0;
    struct wm_span *texts = WM_NEW_ARRAY(change->arena, struct wm_span, size + 1);
    bool sound = value->kind == WM_VALUE_LIST;
    for (size_t i = 0; sound && !wm_arena_failed(change->arena) && i < size; i++) {
        texts[i] = wm_arena_copy(change->arena, wm_value_text(&value->list.items[i]));
        sound = texts[i].size > 0;
    }
    if (!sound) {
        *change->ret_why = wm_arena_printf(change->arena, "%s must be a list of names.", name);
        return WM_EINVAL;
    }
    *items = texts;
    *count = size;
    return WM_OK;
}

static enum wm_status
take_max_open(const struct wm_change *change)
{
    const struct wm_value *value = wm_change_field(change, "max_open");
    assert(change->officer != NULL);
    if (value->kind == 0 || value->kind == WM_VALUE_NULL) {
        return WM_OK;
    }
    if (value->kind != WM_VALUE_INT || value->number < 0 || value->number > MAX_OPEN_MOST) {
        return wm_change_refuse(change, "max_open must be a number from 0 (as the team) to 10000.");
    }
    change->officer->max_open = (int32_t)value->number;
    return WM_OK;
}

static enum wm_status
take_kind(const struct wm_change *change)
{
    const struct wm_value *value = wm_change_field(change, "kind");
    const struct wm_span kind = wm_value_text(value);
    assert(change->officer != NULL);
    if (value->kind == 0 || value->kind == WM_VALUE_NULL) {
        return WM_OK;
    }
    if (!wm_span_is(kind, "officer") && !wm_span_is(kind, "external")) {
        return wm_change_refuse(change, "kind must be \"officer\" or \"external\".");
    }
    change->officer->kind = wm_span_is(kind, "external") ? WM_OFFICER_EXTERNAL : WM_OFFICER;
    return WM_OK;
}

/* "09:00" in minutes, "24:00" the end of the day; -1 if it is no time. */
static int32_t
minutes(const char text[static CLOCK_SIZE])
{
    static const char pattern[CLOCK_SIZE] = {'9', '9', ':', '9', '9'};
    int32_t number = 0;
    for (size_t i = 0; i < CLOCK_SIZE; i++) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (pattern[i] == ':' ? text[i] != ':' : !digit) {
            return -1;
        }
        number = digit ? number * 10 + (text[i] - '0') : number;
    }
    const int32_t hour = number / 100;
    const int32_t minute = number % 100;
    const int32_t of_day = hour * MINUTES_PER_HOUR + minute;
    assert(number >= 0 && number <= 9999);
    return minute < MINUTES_PER_HOUR && of_day <= MINUTES_PER_DAY ? of_day : -1;
}

/* "09:00-17:00"; false if it is none. */
static bool
parse_hours(struct wm_span text, struct wm_hours *ret_hours)
{
    assert(ret_hours != NULL);
    if (text.size != HOURS_SIZE || text.data[CLOCK_SIZE] != '-') {
        return false;
    }
    const struct wm_hours hours = {minutes(text.data), minutes(text.data + CLOCK_SIZE + 1)};
    if (hours.from_min < 0 || hours.to_min <= hours.from_min) {
        return false;
    }
    *ret_hours = hours;
    return true;
}

/* All seven days anew: a day that is not named is off. */
static enum wm_status
take_hours(const struct wm_change *change)
{
    static const char *const days[WM_WEEK] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const struct wm_value *value = wm_change_field(change, "hours");
    struct wm_hours week[WM_WEEK] = {{0, 0}};
    size_t named = 0;
    assert(change->officer != NULL);
    if (value->kind == 0 || value->kind == WM_VALUE_NULL) {
        return WM_OK;
    }
    bool sound = value->kind == WM_VALUE_OBJECT;
    for (size_t i = 0; sound && i < WM_WEEK; i++) {
        const struct wm_value *day = wm_value_get(value, wm_span(days[i]));
        named += day->kind != 0 ? 1 : 0;
        sound = day->kind == 0 || parse_hours(wm_value_text(day), &week[i]);
    }
    if (!sound || named < value->object.count) {
        return wm_change_refuse(change,
                                "hours must be an object of three-letter days, such as {\"mon\": "
                                "\"09:00-17:00\"}; a day that is not in it is off.");
    }
    memcpy(change->officer->hours, week, sizeof week);
    return WM_OK;
}

/* officer.joined and officer.changed: what is not named stays as it was. */
static enum wm_status
take_facts(const struct wm_change *change)
{
    struct wm_officer *officer = change->officer;
    assert(officer != NULL);
    const struct {
        const char *name;
        struct wm_span *text;
    } texts[] = {{"name", &officer->name},
                 {"email", &officer->email},
                 {"manager", &officer->manager},
                 {"deputy", &officer->deputy}};
    enum wm_status status = WM_OK;
    for (size_t i = 0; status == WM_OK && i < WM_COUNT(texts); i++) {
        status = wm_change_text(change, texts[i].name, texts[i].text);
    }
    status = status != WM_OK ? status
                             : take_texts(change, "teams", &officer->teams, &officer->team_count);
    status = status != WM_OK
                 ? status
                 : take_texts(change, "skills", &officer->skills, &officer->skill_count);
    status = status != WM_OK ? status : take_max_open(change);
    status = status != WM_OK ? status : take_kind(change);
    status = status != WM_OK ? status : take_hours(change);
    if (status == WM_OK && (wm_span_equal(officer->manager, officer->id) ||
                            wm_span_equal(officer->deputy, officer->id))) {
        return wm_change_refuse(change, "Nobody is their own manager or deputy.");
    }
    return status;
}

static enum wm_status
take_joined(const struct wm_change *change)
{
    const enum wm_status status = take_facts(change);
    assert(change->officer != NULL);
    if (status == WM_OK && change->officer->name.size == 0) {
        return wm_change_refuse(change, "name is missing: what customers are told.");
    }
    change->officer->left = false;
    return status;
}

static enum wm_status
take_left(const struct wm_change *change)
{
    assert(change->officer != NULL);
    change->officer->left = true;
    return WM_OK;
}

/* ---- the fact ---- */

static const struct {
    const char *type;
    enum wm_status (*take)(const struct wm_change *change);
    bool anew; /* may name somebody who is not known yet */
} facts[] = {
    {"officer.joined", take_joined, true},
    {"officer.changed", take_facts, false},
    {"officer.left", take_left, false},
    {"officer.leave.booked", wm_change_leave, false},
    {"officer.leave.cancelled", wm_change_leave_cancelled, false},
    {"officer.duty", wm_change_duty, false},
    {"officer.absent", wm_change_absent, false},
    {"officer.returned", wm_change_returned, false},
};

/* Index of the fact; their number if the event is none. */
static size_t
find_fact(struct wm_span type)
{
    size_t at = 0;
    assert(type.size == 0 || type.data != NULL);
    while (at < WM_COUNT(facts) && !wm_span_is(type, facts[at].type)) {
        at++;
    }
    return at;
}

enum wm_status
wm_officer_step(const struct wm_officer *officer, const struct wm_event *event,
                struct wm_arena *arena, struct wm_officer *ret_officer, struct wm_span *ret_why)
{
    assert(event != NULL);
    assert(ret_officer != NULL);
    const size_t at = find_fact(event->type);
    if (at == WM_COUNT(facts) || (officer == NULL && !facts[at].anew)) {
        return WM_NOTFOUND;
    }
    struct wm_officer after = {.kind = WM_OFFICER, .absent_from = WM_NEVER};
    if (officer != NULL) {
        after = *officer;
    } else {
        after.id = wm_arena_copy(arena, event->subject);
    }
    const struct wm_change change = {event, arena, &after, ret_why};
    const enum wm_status status = facts[at].take(&change);
    if (status != WM_OK || wm_arena_failed(arena)) {
        return status != WM_OK ? status : WM_NOMEM;
    }
    after.seq++;
    *ret_officer = after;
    return WM_OK;
}
