/* desk.c - who has the case: assigned, moved, or nobody, with the reason (workflow.md 5). */
#include <assert.h>

#include "daemon/core/fold.h"

static const struct wm_calendar *
people_calendar(const struct wm_fold *fold)
{
    const struct wm_span name =
        fold->world->people != NULL ? fold->world->people->calendar : fold->workflow->calendar;
    const struct wm_calendar *calendar = wm_calendar_find(fold->world->calendars, name);
    assert(calendar != NULL); /* the policy's checker saw to it */
    return calendar;
}

static struct wm_value
candidates_value(struct wm_fold *fold, const struct wm_choice *choice)
{
    struct wm_value *items =
        WM_NEW_ARRAY(fold->arena, struct wm_value, choice->candidate_count + 1);
    for (size_t i = 0; !wm_arena_failed(fold->arena) && i < choice->candidate_count; i++) {
        const struct wm_candidate *candidate = &choice->candidates[i];
        struct wm_value item = wm_value_object(NULL, 0);
        wm_value_put(fold->arena, &item, wm_span("officer"), wm_value_string(candidate->officer));
        wm_value_put(fold->arena, &item, wm_span("open"), wm_value_int(candidate->open_cases));
        if (candidate->why_not.size > 0) {
            wm_value_put(fold->arena, &item, wm_span("why_not"),
                         wm_value_string(candidate->why_not));
        }
        items[i] = item;
    }
    return wm_value_list(items, wm_arena_failed(fold->arena) ? 0 : choice->candidate_count);
}

static void
tell_unassigned(struct wm_fold *fold, struct wm_span why)
{
    struct wm_value data = wm_value_object(NULL, 0);
    wm_value_put(fold->arena, &data, wm_span("why"), wm_value_string(why));
    wm_transition_internal(fold, "waymark.case.unassigned", data);
    wm_message_alert(fold, "unassigned", "manager",
                     wm_arena_printf(fold->arena, "%.*s has nobody: %.*s",
                                     WM_SPAN_ARG(fold->c->ref), WM_SPAN_ARG(why)));
}

/* A move is told in the history, and to the policy, as an event of its own; the first assignment is
 * part of the event that asked for it. */
static void
place(struct wm_fold *fold, struct wm_span officer, struct wm_span why, struct wm_value candidates)
{
    const struct wm_span previous = fold->c->officer;
    const bool first = fold->c->tenures.count == 0 && fold->c->check_us == WM_NEVER;
    if (officer.size > 0 && wm_span_equal(officer, previous)) {
        return;
    }
    if (officer.size == 0 && previous.size == 0 && fold->c->check_us != WM_NEVER) {
        return; /* still nobody: it was told when it happened */
    }
    fold->c->officer = officer;
    if (officer.size > 0) {
        struct wm_tenure *tenure = WM_PUSH(fold->arena, &fold->c->tenures);
        tenure->officer = officer;
        tenure->from_us = fold->now_us;
    }
    if (officer.size == 0) {
        tell_unassigned(fold, why);
    } else if (!first) {
        struct wm_value data = wm_value_object(NULL, 0);
        wm_value_put(fold->arena, &data, wm_span("from"),
                     previous.size > 0 ? wm_value_string(previous) : wm_value_null());
        wm_value_put(fold->arena, &data, wm_span("to"), wm_value_string(officer));
        wm_value_put(fold->arena, &data, wm_span("why"), wm_value_string(why));
        fold->c->moved_us = fold->now_us;
        wm_transition_internal(fold, "waymark.case.reassigned", data);
    }
    struct wm_effect *effect = wm_fold_effect(fold, WM_EFFECT_ASSIGNED);
    effect->officer = officer;
    effect->previous = previous;
    effect->text = why;
    effect->data = candidates;
}

static void
record(struct wm_fold *fold, struct wm_span why)
{
    const struct wm_span officer = fold->c->officer;
    wm_fold_input(fold, "officer", officer.size > 0 ? wm_value_string(officer) : wm_value_null());
    wm_fold_input(fold, "why", wm_value_string(why));
}

/* Nobody could have it: looked at again when the next working day begins, and whenever somebody's
 * leave changes. */
static int64_t
next_try(const struct wm_fold *fold)
{
    const struct wm_calendar *calendar = people_calendar(fold);
    const int32_t today = wm_calendar_day(calendar, fold->now_us);
    return wm_calendar_at(calendar, wm_calendar_add(calendar, today, 1), calendar->warn_at_s);
}

static void
choose(struct wm_fold *fold, const struct wm_action *action, struct wm_span why)
{
    const struct wm_want want = wm_desk_want(fold, action);
    const struct wm_choice choice =
        wm_assign(fold->world->people, people_calendar(fold), &want, fold->arena);
    if (action != NULL && action->conflict && fold->c->tenures.count > 0) {
        fold->c->tenures.items[fold->c->tenures.count - 1].conflict = true;
        wm_fold_input(fold, "conflict", wm_value_bool(true));
    }
    struct wm_span told = choice.why;
    if (why.size > 0) {
        told = wm_arena_printf(fold->arena, "%.*s %.*s", WM_SPAN_ARG(why), WM_SPAN_ARG(choice.why));
    }
    place(fold, choice.officer, told, candidates_value(fold, &choice));
    record(fold, told);
}

/* A case moves once a day, unless whoever has it left, or a clock of it falls due before the next
 * working day ends. */
static bool
may_move(const struct wm_fold *fold, const struct wm_officer *officer, const struct wm_want *want)
{
    const struct wm_calendar *calendar = people_calendar(fold);
    const int32_t today = wm_calendar_day(calendar, fold->now_us);
    if (officer == NULL || officer->left || fold->c->moved_us == 0 ||
        wm_calendar_day(calendar, fold->c->moved_us) != today) {
        return true;
    }
    return want->due.us <= wm_calendar_start(calendar, wm_calendar_add(calendar, today, 1) + 1);
}

/* Is the officer still the right one? */
static void
judge_officer(struct wm_fold *fold)
{
    const struct wm_people *people = fold->world->people;
    const struct wm_calendar *calendar = people_calendar(fold);
    const struct wm_officer *officer = wm_people_officer(people, fold->c->officer);
    const struct wm_want want = wm_desk_want(fold, NULL);
    struct wm_span why = {0};
    bool move = officer == NULL || officer->left;
    const struct wm_tenures *tenures = &fold->c->tenures;
    if (move) {
        why = wm_span("The officer has left.");
    } else if (tenures->count == 0 || !tenures->items[tenures->count - 1].by_hand) {
        /* A manager who overrode leave by hand meant it. */
        move = wm_people_should_move(people, calendar, officer, &want, fold->arena, &why);
    }
    if (move && !may_move(fold, officer, &want)) {
        const int32_t today = wm_calendar_day(calendar, fold->now_us);
        fold->c->check_us = wm_calendar_start(calendar, today + 1);
        return;
    }
    if (move) {
        choose(fold, NULL, why);
    }
    officer = wm_people_officer(people, fold->c->officer);
    fold->c->check_us =
        officer != NULL ? wm_people_next_check(people, calendar, officer, &want) : next_try(fold);
}

/* Replaying: what was decided is done again, by the record. */
static void
follow_record(struct wm_fold *fold)
{
    const struct wm_value *officer = wm_value_get(&fold->world->inputs, wm_span("officer"));
    const struct wm_value *check = wm_value_get(&fold->world->inputs, wm_span("check"));
    const struct wm_span why = wm_value_text(wm_value_get(&fold->world->inputs, wm_span("why")));
    if (wm_value_get(&fold->world->inputs, wm_span("conflict"))->kind == WM_VALUE_BOOL &&
        fold->c->tenures.count > 0) {
        fold->c->tenures.items[fold->c->tenures.count - 1].conflict = true;
    }
    if (officer->kind != 0) {
        place(fold, wm_value_text(officer), why, wm_value_none());
    }
    if (wm_value_get(&fold->world->inputs, wm_span("by_hand"))->kind == WM_VALUE_BOOL &&
        fold->c->tenures.count > 0) {
        fold->c->tenures.items[fold->c->tenures.count - 1].by_hand = true;
    }
    if (check->kind != 0) {
        fold->c->check_us = check->kind == WM_VALUE_INT ? check->number : WM_NEVER;
    }
}

static void
judge_now(struct wm_fold *fold)
{
    const struct wm_action *action = fold->assign;
    fold->assign = NULL;
    if (action != NULL) {
        choose(fold, action, action->why);
    } else if (fold->c->officer.size == 0 && fold->c->check_us != WM_NEVER) {
        choose(fold, NULL, (struct wm_span){0});
    }
    if (!wm_case_is_open(fold->c)) {
        fold->c->check_us = WM_NEVER;
    } else if (fold->c->officer.size > 0) {
        judge_officer(fold);
    } else if (action != NULL || fold->c->check_us != WM_NEVER) {
        fold->c->check_us = next_try(fold);
    }
}

void
wm_desk_judge(struct wm_fold *fold)
{
    assert(!fold->silent);
    if (fold->world->people == NULL) {
        follow_record(fold);
        return;
    }
    const int64_t before = fold->c->check_us;
    judge_now(fold);
    if (fold->c->check_us != before) {
        wm_fold_input(fold, "check",
                      fold->c->check_us == WM_NEVER ? wm_value_null()
                                                    : wm_value_int(fold->c->check_us));
    }
}

bool
wm_desk_assign(struct wm_fold *fold, struct wm_span *ret_why_not)
{
    assert(fold->event != NULL);
    const struct wm_value *data = &fold->event->data;
    const struct wm_span who = wm_value_text(wm_value_get(data, wm_span("officer")));
    const struct wm_span why = wm_value_text(wm_value_get(data, wm_span("why")));
    const struct wm_value *override = wm_value_get(data, wm_span("override"));
    if (fold->world->people == NULL) {
        return true; /* replaying: the record says what came of it */
    }
    const struct wm_officer *officer = wm_people_officer(fold->world->people, who);
    if (officer == NULL || officer->left) {
        *ret_why_not = wm_arena_printf(fold->arena, "There is no officer %.*s.", WM_SPAN_ARG(who));
        return false;
    }
    const struct wm_span actor = fold->event->actor;
    if (wm_people_officer(fold->world->people, actor) != NULL && !wm_desk_is_manager(fold, actor)) {
        *ret_why_not = wm_arena_printf(
            fold->arena, "Only a manager assigns by hand, and %.*s does not manage this case.",
            WM_SPAN_ARG(actor));
        return false;
    }
    if (wm_desk_in_conflict(fold, who)) {
        *ret_why_not = wm_arena_printf(
            fold->arena, "%.*s is in conflict with this case, and nothing overrides that.",
            WM_SPAN_ARG(who));
        return false;
    }
    const struct wm_want want = wm_desk_want(fold, NULL);
    const struct wm_span away =
        wm_people_away(fold->world->people, people_calendar(fold), officer, &want, fold->arena);
    const bool full =
        officer->open_cases >= wm_people_limit(fold->world->people, officer, fold->workflow->team);
    const bool overridden = override->kind == WM_VALUE_BOOL && override->flag;
    if ((away.size > 0 || full) && !overridden) {
        *ret_why_not = wm_arena_printf(
            fold->arena,
            "%.*s can't have it: %.*s. With \"override\": true it is done all the same.",
            WM_SPAN_ARG(who), WM_SPAN_ARG(full ? wm_span("at the most open cases allowed") : away));
        return false;
    }
    place(fold, who, why, wm_value_none());
    if (away.size > 0 && fold->c->tenures.count > 0) {
        fold->c->tenures.items[fold->c->tenures.count - 1].by_hand = true;
        wm_fold_input(fold, "by_hand", wm_value_bool(true));
    }
    record(fold, why);
    return true;
}
