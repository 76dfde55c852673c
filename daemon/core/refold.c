/* refold.c - folds a case's facts anew in the order in which they happened: one mechanism for late,
 * corrected and withdrawn records (workflow.md 3). The state and who had the case stay as they were
 * decided. */
#include <assert.h>

#include "base/sort.h"
#include "daemon/core/fold.h"

/* A fact in its place in time. */
struct fact {
    struct wm_event event;
    const struct wm_past *past; /* NULL: the event at hand */
    int64_t at_us;
    int64_t order; /* among facts of one moment */
};

static int
by_time(const void *a, const void *b)
{
    const struct fact *x = a;
    const struct fact *y = b;
    if (x->at_us != y->at_us) {
        return x->at_us < y->at_us ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

bool
wm_refold_is_correction(const struct wm_event *event)
{
    return wm_span_is(event->type, "record.withdrawn") ||
           wm_span_is(event->type, "record.corrected");
}

static bool
names(const struct wm_event *correction, const struct wm_event *event)
{
    const struct wm_value *data = &correction->data;
    return wm_span_equal(wm_value_text(wm_value_get(data, wm_span("event_source"))),
                         event->source) &&
           wm_span_equal(wm_value_text(wm_value_get(data, wm_span("event_id"))), event->id);
}

/* What a later correction makes of a fact. False: it was withdrawn. */
static bool
apply_correction(const struct wm_event *correction, struct wm_event *event)
{
    if (!names(correction, event)) {
        return true;
    }
    if (wm_span_is(correction->type, "record.withdrawn")) {
        return false;
    }
    const struct wm_value *data = wm_value_get(&correction->data, wm_span("data"));
    int64_t us = 0;
    const struct wm_span time = wm_value_text(wm_value_get(&correction->data, wm_span("time")));
    if (data->kind == WM_VALUE_OBJECT) {
        event->data = *data;
    }
    if (wm_time_parse(time, &us) == WM_OK) {
        event->occurred_us = us;
    }
    return true;
}

static bool
correct(const struct wm_fold *fold, size_t after, struct wm_event *event)
{
    const struct wm_world *world = fold->world;
    for (size_t i = after + 1; i < world->past_count; i++) {
        if (world->past[i].primary && wm_refold_is_correction(&world->past[i].event) &&
            !apply_correction(&world->past[i].event, event)) {
            return false;
        }
    }
    return fold->event == NULL || !wm_refold_is_correction(fold->event) ||
           apply_correction(fold->event, event);
}

/* Facts are what came from outside, and moves between officers; not what clocks made of them. */
static bool
is_fact(const struct wm_past *past)
{
    if (past->primary) {
        return !wm_refold_is_correction(&past->event);
    }
    return wm_span_starts(past->event.type, "waymark.case.");
}

static size_t
collect(struct wm_fold *fold, struct fact *facts)
{
    const struct wm_world *world = fold->world;
    size_t count = 0;
    for (size_t i = 0; i < world->past_count; i++) {
        struct fact fact = {.event = world->past[i].event, .past = &world->past[i]};
        fact.order = world->past[i].seq;
        if (!is_fact(fact.past) ||
            (!correct(fold, i, &fact.event) && fact.past->transition != WM_OPENING)) {
            continue;
        }
        fact.at_us = fact.event.occurred_us;
        facts[count++] = fact;
    }
    if (fold->event != NULL && !wm_refold_is_correction(fold->event)) {
        facts[count] = (struct fact){.event = *fold->event, .at_us = fold->event->occurred_us};
        facts[count++].order = INT64_MAX;
    }
    return count;
}

/* Only what happened before the case was opened counts as at its opening; the opening itself comes
 * first. */
static void
place_in_time(struct fact *facts, size_t count, int64_t opened_us)
{
    for (size_t i = 0; i < count; i++) {
        const bool opening = facts[i].past != NULL && facts[i].past->transition == WM_OPENING;
        if (facts[i].at_us < opened_us) {
            facts[i].at_us = opened_us;
        }
        if (opening) {
            facts[i].at_us = opened_us;
            facts[i].order = INT64_MIN;
        }
    }
}

/* A rung that a later refold has taken back counts no more. */
static bool
is_taken_back(const struct wm_world *world, size_t after, struct wm_span row_id)
{
    for (size_t i = after + 1; i < world->past_count; i++) {
        const struct wm_value *superseded =
            wm_value_get(&world->past[i].event.data, wm_span("superseded"));
        if (!world->past[i].primary && wm_span_equal(wm_value_text(superseded), row_id)) {
            return true;
        }
    }
    return false;
}

static void
collect_fired(struct wm_fold *fold)
{
    const struct wm_world *world = fold->world;
    fold->fired = WM_NEW_ARRAY(fold->arena, struct wm_fired, world->past_count + 1);
    for (size_t i = 0; !wm_arena_failed(fold->arena) && i < world->past_count; i++) {
        const struct wm_past *past = &world->past[i];
        const struct wm_value *rung = wm_value_get(&past->event.data, wm_span("rung"));
        const struct wm_span due = wm_value_text(wm_value_get(&past->event.data, wm_span("due")));
        struct wm_fired fired = {.row_id = past->event.id};
        if (past->primary || rung->kind != WM_VALUE_INT ||
            wm_time_parse(due, &fired.due_us) != WM_OK || is_taken_back(world, i, fired.row_id)) {
            continue;
        }
        fired.clock = wm_value_text(wm_value_get(&past->event.data, wm_span("clock")));
        fired.rung = rung->number;
        fold->fired[fold->fired_count++] = fired;
    }
}

static void
repeat_past(struct wm_fold *fold, const struct fact *fact)
{
    const struct wm_past *past = fact->past;
    const int32_t from = wm_workflow_state(fold->workflow, past->from);
    const int32_t to = wm_workflow_state(fold->workflow, past->to);
    const struct wm_transition *transition = NULL;
    fold->c->state = from >= 0 ? from : 0;
    const struct wm_opening *opening = NULL;
    if (past->transition == WM_OPENING) {
        opening = wm_workflow_opening(fold->workflow, past->event.type);
        wm_opening_fill(fold, opening);
    }
    wm_judge_tallies(fold);
    wm_judge_items(fold);
    wm_judge_clocks(fold);
    if (opening != NULL) {
        wm_opening_run(fold, opening);
    } else if (past->primary) {
        transition = wm_transition_at(fold, from, past->transition);
    } else {
        int32_t index = 0;
        transition = wm_transition_find(fold, &index);
    }
    if (transition != NULL) {
        wm_transition_take(fold, transition);
    }
    wm_amend_apply(fold);
    fold->c->state = to >= 0 ? to : fold->c->state;
    fold->c->officer = past->officer;
}

/* Folds one fact of the past without a word: what it led to was told when it was heard. */
static void
fold_past(struct wm_fold *fold, const struct fact *fact)
{
    const struct wm_event *at_hand = fold->event;
    const struct wm_world *world = fold->world;
    const int64_t now_us = fold->now_us;
    struct wm_world then = *world;
    then.inputs = fact->past->inputs;
    fold->world = &then;
    fold->event = &fact->event;
    fold->now_us = fact->past->event.recorded_us;
    fold->silent = true;
    wm_timeline_advance(fold, fact->at_us);
    fold->at_us = fact->at_us;
    repeat_past(fold, fact);
    fold->silent = false;
    fold->now_us = now_us;
    fold->event = at_hand;
    fold->world = world;
}

/* What was decided about the case is no function of its clocks. */
static void
keep_decided(struct wm_fold *fold, const struct wm_case *before)
{
    struct wm_case *c = fold->c;
    c->state = before->state;
    c->officer = before->officer;
    c->closed_us = before->closed_us;
    c->moved_us = before->moved_us;
    c->check_us = before->check_us;
    c->seq = before->seq;
    c->wanted = before->wanted;
    c->tenures = before->tenures;
    c->aliases = before->aliases;
    if (c->folded_us < before->folded_us) {
        c->folded_us = before->folded_us;
    }
}

/* Rungs that would not have happened: withdrawn where nobody has acted on them. */
static void
retract_unseen(struct wm_fold *fold)
{
    for (size_t i = 0; i < fold->fired_count; i++) {
        const struct wm_fired *fired = &fold->fired[i];
        if (fired->seen) {
            continue;
        }
        struct wm_value data = wm_value_object(NULL, 0);
        wm_value_put(fold->arena, &data, wm_span("clock"), wm_value_string(fired->clock));
        wm_value_put(fold->arena, &data, wm_span("superseded"), wm_value_string(fired->row_id));
        const size_t row = fold->row;
        wm_fold_row(fold, false, wm_span("waymark.clock.corrected"),
                    wm_arena_printf(fold->arena, "%.*s/corrected/%lld", WM_SPAN_ARG(fired->row_id),
                                    (long long)fold->c->seq + 1),
                    data);
        struct wm_effect *effect = wm_fold_effect(fold, WM_EFFECT_RETRACT);
        effect->id = fired->row_id;
        effect->name = fired->clock;
        effect->text =
            wm_span("A record that came late or was corrected shows that this did not happen.");
        fold->row = row;
    }
}

/* The case as it was before the refold has its say: each clock that differs is told. */
static void
tell_differences(struct wm_fold *fold, const struct wm_case *before)
{
    for (size_t i = 0; i < fold->c->clocks.count; i++) {
        struct wm_clock *clock = &fold->c->clocks.items[i];
        const struct wm_clock *old = wm_case_clock(before, clock->def, clock->item);
        if (old == NULL || old->status != clock->status || old->due.us != clock->due.us ||
            old->run != clock->run || old->stopped_us != clock->stopped_us) {
            wm_fold_clock_effect(fold, clock, "corrected");
            clock->known_us = fold->now_us; /* its rungs wait for the rest of a late batch */
            fold->corrected = true;
        }
    }
}

/* The opening's moment, which may itself have been corrected. */
static int64_t
opening_moment(const struct fact *facts, size_t count, int64_t otherwise)
{
    for (size_t i = 0; i < count; i++) {
        if (facts[i].past != NULL && facts[i].past->transition == WM_OPENING) {
            return facts[i].at_us;
        }
    }
    return otherwise;
}

/* The event at hand, at its place in time but in the state that the case is in today. */
static bool
fold_at_hand(struct wm_fold *fold, const struct fact *fact, struct wm_case *decided,
             struct wm_step_result *result)
{
    fold->silent = true;
    wm_timeline_advance(fold, fact->at_us);
    fold->silent = false;
    keep_decided(fold, decided);
    fold->at_us = fact->at_us;
    if (!wm_step_event(fold, result)) {
        return false;
    }
    *decided = *fold->c;
    return true;
}

static bool
fold_facts(struct wm_fold *fold, const struct fact *facts, size_t count, struct wm_case *decided,
           struct wm_step_result *result)
{
    for (size_t i = 0; i < count; i++) {
        if (facts[i].past != NULL) {
            fold_past(fold, &facts[i]);
        } else if (!fold_at_hand(fold, &facts[i], decided, result)) {
            return false;
        }
    }
    return true;
}

void
wm_refold(struct wm_fold *fold, const struct wm_case *before, struct wm_step_result *result)
{
    assert(fold->event != NULL);
    const size_t room = fold->world->past_count + 2;
    struct fact *facts = WM_NEW_ARRAY(fold->arena, struct fact, room);
    struct fact *scratch = WM_NEW_ARRAY(fold->arena, struct fact, room);
    struct wm_case *decided = wm_case_copy(fold->arena, before);
    if (wm_arena_failed(fold->arena)) {
        return;
    }
    const size_t count = collect(fold, facts);
    const int64_t opened_us = opening_moment(facts, count, before->opened_us);
    place_in_time(facts, count, opened_us);
    wm_sort(facts, count, sizeof *facts, by_time, scratch);
    collect_fired(fold);
    fold->c = wm_case_new(fold->arena, fold->workflow, before->ref);
    fold->c->opened_us = opened_us;
    fold->c->folded_us = opened_us;
    fold->c->seq = before->seq;
    if (wm_refold_is_correction(fold->event)) {
        const struct wm_case *anew = fold->c;
        fold->c = decided;
        if (!wm_step_event(fold, result)) {
            return;
        }
        fold->c = wm_case_copy(fold->arena, anew);
    }
    if (!fold_facts(fold, facts, count, decided, result)) {
        return;
    }
    /* Rungs that history has beyond the last fact. */
    fold->silent = true;
    wm_timeline_advance(fold, before->folded_us);
    fold->silent = false;
    keep_decided(fold, decided);
    fold->row = fold->primary_row;
    fold->at_us = fold->event->occurred_us;
    tell_differences(fold, before);
    retract_unseen(fold);
}
