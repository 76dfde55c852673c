/* sim_people.c - the officers of a simulation: their events, their counters, who is free. */
#include <assert.h>
#include <stdlib.h>

#include "ctl/sim_parts.h"

bool
wm_sim_people_init(struct wm_sim *sim)
{
    const struct wm_people *from = sim->options.people;
    sim->people = *from;
    sim->officer_room = from->officer_count + 1;
    sim->people.officers = calloc(sim->officer_room, sizeof(struct wm_officer));
    if (sim->people.officers == NULL) {
        return false;
    }
    if (from->officer_count > 0) {
        memcpy(sim->people.officers, from->officers,
               from->officer_count * sizeof(struct wm_officer));
    }
    return true;
}

void
wm_sim_people_deinit(struct wm_sim *sim)
{
    free(sim->people.officers);
    sim->people.officers = NULL;
}

/* ---- events ---------------------------------------------------------------------------------- */

/* Cases of this officer and of nobody are judged anew, now. */
static void
judge_anew(struct wm_sim *sim, struct wm_span officer)
{
    for (size_t i = 0; i < sim->cases.count; i++) {
        struct wm_sim_case *of = sim->cases.items[i].of;
        if (of->is_open && (of->officer.size == 0 || wm_span_equal(of->officer, officer))) {
            wm_sim_wake_at(sim, of, sim->now_us);
        }
    }
}

/* Puts an officer where the id belongs: they ascend. */
static bool
insert(struct wm_sim *sim, const struct wm_officer *officer)
{
    struct wm_people *people = &sim->people;
    if (people->officer_count == sim->officer_room) {
        struct wm_officer *wider =
            realloc(people->officers, 2 * sim->officer_room * sizeof(*wider));
        if (wider == NULL) {
            return false;
        }
        people->officers = wider;
        sim->officer_room *= 2;
    }
    size_t at = people->officer_count;
    while (at > 0 && wm_span_compare(officer->id, people->officers[at - 1].id) < 0) {
        people->officers[at] = people->officers[at - 1];
        at--;
    }
    people->officers[at] = *officer;
    people->officer_count++;
    return true;
}

enum wm_status
wm_sim_people_event(struct wm_sim *sim, const struct wm_event *event, struct wm_span *ret_why)
{
    assert(event != NULL && ret_why != NULL);
    struct wm_officer *known = wm_people_officer(&sim->people, event->subject);
    /* The officer's facts outlast the step: the event they borrow from must, too. */
    struct wm_event kept = *event;
    kept.subject = wm_arena_copy(sim->kept, event->subject);
    kept.data = wm_value_copy(sim->kept, &event->data);
    struct wm_officer after = {0};
    const enum wm_status status = wm_officer_step(known, &kept, sim->kept, &after, ret_why);
    if (status != WM_OK) {
        return status;
    }
    after.id = kept.subject;
    after.seq = known != NULL ? known->seq + 1 : 1;
    if (known != NULL) {
        after.open_cases = known->open_cases;
        after.open_weight = known->open_weight;
        after.last_assigned = known->last_assigned;
        *known = after;
    } else if (!insert(sim, &after)) {
        return WM_NOMEM;
    }
    judge_anew(sim, after.id);
    return WM_OK;
}

/* ---- counters -------------------------------------------------------------------------------- */

/* What a case weighs in its officer's load: the workflow's first rule that holds. */
static int32_t
weigh(const struct wm_sim *sim, const struct wm_case *c)
{
    const struct wm_workflow *workflow = c->workflow;
    const struct wm_world world = {.workflow = workflow,
                                   .calendars = sim->options.calendars,
                                   .people = &sim->people,
                                   .organisation = sim->options.organisation};
    return wm_case_load(&world, c, sim->now_us, sim->brief);
}

static void
count(struct wm_sim *sim, const struct wm_sim_case *of, int32_t sign)
{
    struct wm_officer *officer =
        of->is_open && of->officer.size > 0 ? wm_people_officer(&sim->people, of->officer) : NULL;
    if (officer != NULL) {
        officer->open_cases += sign;
        officer->open_weight += sign * of->weight;
        assert(officer->open_cases >= 0);
    }
}

void
wm_sim_people_count(struct wm_sim *sim, struct wm_sim_case *of, const struct wm_case *now)
{
    const struct wm_officer *officer = wm_people_officer(&sim->people, now->officer);
    const bool gives_room = of->is_open && of->officer.size > 0 &&
                            !(wm_case_is_open(now) && wm_span_equal(of->officer, now->officer));
    count(sim, of, -1);
    of->officer = officer != NULL ? officer->id : (struct wm_span){0};
    of->weight = weigh(sim, now);
    of->is_open = wm_case_is_open(now);
    of->is_final = now->workflow->states[now->state].final;
    count(sim, of, 1);
    if (gives_room) {
        judge_anew(sim, (struct wm_span){0}); /* whoever waits may find somebody now */
    }
}

void
wm_sim_people_assigned(struct wm_sim *sim, struct wm_span officer)
{
    struct wm_officer *found = officer.size > 0 ? wm_people_officer(&sim->people, officer) : NULL;
    if (found != NULL) {
        found->last_assigned = sim->now_us;
    }
}

struct wm_span
wm_sim_same_customer(const struct wm_sim *sim, const struct wm_sim_case *of,
                     struct wm_span customer)
{
    const struct wm_sim_case *best = NULL;
    for (size_t i = 0; i < sim->cases.count && customer.size > 0; i++) {
        const struct wm_sim_case *other = sim->cases.items[i].of;
        if (other != of && other->is_open && other->officer.size > 0 &&
            wm_span_equal(other->customer, customer) &&
            (best == NULL || wm_span_compare(other->ref, best->ref) < 0)) {
            best = other;
        }
    }
    return best != NULL ? best->officer : (struct wm_span){0};
}
