/* want.c - what a case needs of somebody, and what a condition asks of a person (workflow.md 5). */
#include <assert.h>

#include "daemon/core/fold.h"

/* ---- what the case needs
 * ------------------------------------------------------------------------------- */

/* Appends a text, or each text of a list. */
static void
add_texts(struct wm_fold *fold, struct wm_spans *spans, const struct wm_value *value)
{
    if (value->kind == WM_VALUE_STRING && value->text.size > 0) {
        *WM_PUSH(fold->arena, spans) = value->text;
    }
    for (size_t i = 0; value->kind == WM_VALUE_LIST && i < value->list.count; i++) {
        const struct wm_span text = wm_value_text(&value->list.items[i]);
        if (text.size > 0) {
            *WM_PUSH(fold->arena, spans) = text;
        }
    }
}

/* Whom the case is about: they and their line reports (CON-1). */
static struct wm_spans
excluded(struct wm_fold *fold)
{
    struct wm_spans spans = {0};
    for (size_t i = 0; i < fold->workflow->about_count; i++) {
        const int32_t index = wm_workflow_attribute(fold->workflow, fold->workflow->about[i]);
        if (index >= 0) {
            add_texts(fold, &spans, &fold->c->attributes[index]);
        }
    }
    return spans;
}

/* Who lost it for conflict, and who loses it now (CON-2): they alone, not who reports to them. */
static struct wm_spans
barred(struct wm_fold *fold, const struct wm_action *action)
{
    struct wm_spans spans = {0};
    for (size_t i = 0; i < fold->c->tenures.count; i++) {
        if (fold->c->tenures.items[i].conflict) {
            *WM_PUSH(fold->arena, &spans) = fold->c->tenures.items[i].officer;
        }
    }
    if (action != NULL && action->again && fold->c->officer.size > 0) {
        *WM_PUSH(fold->arena, &spans) = fold->c->officer;
    }
    return spans;
}

static struct wm_spans
wanted_skills(struct wm_fold *fold, const struct wm_action *action)
{
    struct wm_spans spans = {0};
    const int32_t index = wm_workflow_attribute(fold->workflow, wm_span("skills"));
    if (index >= 0) {
        add_texts(fold, &spans, &fold->c->attributes[index]);
    }
    for (size_t i = 0; action != NULL && i < action->skill_count; i++) {
        *WM_PUSH(fold->arena, &spans) = action->skills[i];
    }
    return spans;
}

static bool
counts_hours(const struct wm_clock *clock)
{
    return clock->until == INT32_MIN &&
           (clock->target.unit == WM_UNIT_HOURS || clock->target.unit == WM_UNIT_MINUTES);
}

/* The clock by which being away is judged: the `cover` clock, or before it started the earliest
 * that runs. */
static void
judge_by(const struct wm_fold *fold, struct wm_want *want)
{
    want->due = (struct wm_due){WM_NEVER, 0};
    for (size_t i = 0; i < fold->c->clocks.count; i++) {
        const struct wm_clock *clock = &fold->c->clocks.items[i];
        if (clock->status != WM_CLOCK_RUNNING || clock->due.us < want->now_us) {
            continue;
        }
        const bool cover = clock->def == fold->workflow->cover;
        if (cover || clock->due.us < want->due.us) {
            want->due = clock->due;
            want->in_hours = counts_hours(clock);
        }
        if (cover) {
            return;
        }
    }
}

static int32_t
weight(struct wm_fold *fold)
{
    for (size_t i = 0; i < fold->workflow->weight_count; i++) {
        if (wm_condition_holds(fold, fold->workflow->weights[i].when)) {
            return fold->workflow->weights[i].weight;
        }
    }
    return 1;
}

struct wm_want
wm_desk_want(struct wm_fold *fold, const struct wm_action *action)
{
    struct wm_want want = {.now_us = fold->now_us};
    const struct wm_spans out = excluded(fold);
    const struct wm_spans lost = barred(fold, action);
    const struct wm_spans skills = wanted_skills(fold, action);
    want.team = action != NULL && action->team.size > 0 ? action->team : fold->workflow->team;
    want.excluded = out.items;
    want.excluded_count = out.count;
    want.barred = lost.items;
    want.barred_count = lost.count;
    want.skills = skills.items;
    want.skill_count = skills.count;
    want.same_customer = fold->world->same_customer;
    want.weight = weight(fold);
    if (action != NULL && action->exclude_previous && fold->c->tenures.count > 0) {
        struct wm_span *previous =
            WM_NEW_ARRAY(fold->arena, struct wm_span, fold->c->tenures.count);
        for (size_t i = 0; !wm_arena_failed(fold->arena) && i < fold->c->tenures.count; i++) {
            previous[i] = fold->c->tenures.items[i].officer;
        }
        want.previous = previous;
        want.previous_count = wm_arena_failed(fold->arena) ? 0 : fold->c->tenures.count;
    }
    judge_by(fold, &want);
    return want;
}

/* ---- a person, as conditions ask
 * ------------------------------------------------------------------------ */

static struct wm_value
texts_value(struct wm_arena *arena, const struct wm_span *texts, size_t count)
{
    struct wm_value *items = WM_NEW_ARRAY(arena, struct wm_value, count + 1);
    for (size_t i = 0; !wm_arena_failed(arena) && i < count; i++) {
        items[i] = wm_value_string(texts[i]);
    }
    return wm_value_list(items, wm_arena_failed(arena) ? 0 : count);
}

bool
wm_desk_in_conflict(struct wm_fold *fold, struct wm_span who)
{
    const struct wm_spans about = excluded(fold);
    const struct wm_spans lost = barred(fold, NULL);
    for (size_t i = 0; i < about.count; i++) {
        if (wm_span_equal(about.items[i], who) ||
            wm_people_reports_to(fold->world->people, who, about.items[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < lost.count; i++) {
        if (wm_span_equal(lost.items[i], who)) {
            return true;
        }
    }
    return false;
}

bool
wm_desk_is_manager(const struct wm_fold *fold, struct wm_span who)
{
    const struct wm_people *people = fold->world->people;
    if (fold->c->officer.size > 0 && wm_people_manages(people, who, fold->c->officer)) {
        return true;
    }
    const struct wm_team *team = wm_people_team(people, fold->workflow->team);
    return team != NULL && (wm_span_equal(team->manager, who) || wm_span_equal(team->head, who));
}

static struct wm_value
describe_person(struct wm_fold *fold, struct wm_span who)
{
    const struct wm_officer *officer = wm_people_officer(fold->world->people, who);
    struct wm_value person = wm_value_object(NULL, 0);
    wm_value_put(fold->arena, &person, wm_span("is_manager"),
                 wm_value_bool(wm_desk_is_manager(fold, who)));
    wm_value_put(fold->arena, &person, wm_span("in_conflict"),
                 wm_value_bool(wm_desk_in_conflict(fold, who)));
    if (officer != NULL) {
        wm_value_put(fold->arena, &person, wm_span("teams"),
                     texts_value(fold->arena, officer->teams, officer->team_count));
        wm_value_put(fold->arena, &person, wm_span("skills"),
                     texts_value(fold->arena, officer->skills, officer->skill_count));
    }
    return person;
}

static const char *
aspect_name(enum wm_aspect aspect)
{
    switch (aspect) {
    case WM_ASPECT_IS_MANAGER:
        return "is_manager";
    case WM_ASPECT_TEAMS:
        return "teams";
    case WM_ASPECT_SKILLS:
        return "skills";
    case WM_ASPECT_IN_CONFLICT:
        return "in_conflict";
    case WM_ASPECT_NONE:
    case WM_ASPECT_STATUS:
    case WM_ASPECT_DUE:
    case WM_ASPECT_DUE_DAY:
    case WM_ASPECT_LATE:
    case WM_ASPECT_RUN:
        break;
    }
    return "";
}

struct wm_value
wm_desk_person(struct wm_fold *fold, struct wm_span path, enum wm_aspect aspect)
{
    if (fold->event == NULL) {
        return wm_value_none();
    }
    /* What people were then is recorded with the event: it is asked of the row, not of today's
     * people. */
    const struct wm_value *recorded = wm_value_get(&fold->world->inputs, path);
    if (fold->world->people == NULL || fold->silent) {
        return *wm_value_get(recorded, wm_span(aspect_name(aspect)));
    }
    struct wm_span who = fold->event->actor;
    if (wm_span_starts(path, "data.")) {
        const struct wm_span rest = {path.data + 5, path.size - 5};
        who = wm_value_text(wm_value_at(&fold->event->data, rest));
    }
    if (who.size == 0) {
        return wm_value_none();
    }
    const struct wm_value person = describe_person(fold, who);
    wm_fold_input(fold, wm_arena_string(fold->arena, path), person);
    return *wm_value_get(&person, wm_span(aspect_name(aspect)));
}

int32_t
wm_case_load(const struct wm_world *world, const struct wm_case *a_case, int64_t now_us,
             struct wm_arena *arena)
{
    assert(world->workflow == a_case->workflow);
    struct wm_case shallow = *a_case; /* conditions only look */
    struct wm_fold fold = {.world = world, .workflow = world->workflow, .arena = arena};
    fold.c = &shallow;
    fold.now_us = now_us;
    fold.at_us = now_us;
    return weight(&fold);
}
