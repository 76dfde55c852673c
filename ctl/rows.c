/* rows.c - makes rows of history out of a step's result. */
#include "ctl/rows.h"

#include <assert.h>

#include "daemon/codec/snapshot.h"

static const char *
outcome_of(enum wm_outcome outcome)
{
    static const char *const texts[] = {[WM_OUTCOME_APPLIED] = "applied",
                                        [WM_OUTCOME_RECORDED] = "recorded",
                                        [WM_OUTCOME_CORRECTED] = "corrected",
                                        [WM_OUTCOME_REJECTED] = "rejected"};
    assert(outcome >= WM_OUTCOME_APPLIED && outcome <= WM_OUTCOME_REJECTED);
    return texts[outcome];
}

static void
put_primary(struct wm_text *text, const struct wm_sim_step *step)
{
    const struct wm_cloudevent *event = step->event;
    wm_json_put_field(text, "id", event->id);
    wm_json_put_field(text, "source", event->source);
    wm_json_put_field(text, "actor", event->actor);
    wm_json_put_field(text, "outcome", wm_span(outcome_of(step->result->outcome)));
    if (step->result->violation_count > 0) {
        wm_json_put_name(text, "violations");
        wm_text_put(text, wm_violations_encode(text->arena, step->result));
    }
}

static struct wm_span
encode(struct wm_arena *arena, const struct wm_sim_step *step, size_t index, const char *source)
{
    const struct wm_row *row = &step->result->rows[index];
    const struct wm_workflow *workflow = step->result->after->workflow;
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "ref", step->ref);
    wm_json_put_int(&text, "seq", step->first_seq + (int64_t)index);
    wm_json_put_field(&text, "type", row->type);
    wm_json_put_time(&text, "occurred", row->occurred_us);
    wm_json_put_time(&text, "recorded", step->now_us);
    wm_json_put_field(&text, "from",
                      step->before.data != NULL || index > 0 ? workflow->states[row->from].name
                                                             : (struct wm_span){0});
    wm_json_put_field(&text, "to", workflow->states[row->to].name);
    wm_json_put_field(&text, "officer", row->officer);
    if (row->primary) {
        put_primary(&text, step);
    } else {
        wm_json_put_field(&text, "id", row->id);
        wm_json_put_field(&text, "source", wm_span(source));
        wm_json_put_field(&text, "clock",
                          wm_value_text(wm_value_get(&row->data, wm_span("clock"))));
    }
    wm_json_put_name(&text, "effects");
    wm_text_put(&text, wm_effects_encode(arena, step->result, row->effect_from, row->effect_to));
    wm_text_puts(&text, "}");
    return wm_text_span(&text);
}

json_t *
wm_rows_of_step(struct wm_arena *arena, const struct wm_sim_step *step, const char *source)
{
    assert(arena != NULL && step != NULL && source != NULL);
    json_t *rows = json_array();
    for (size_t i = 0; i < step->result->row_count; i++) {
        const struct wm_span bytes = encode(arena, step, i, source);
        json_t *row = json_loadb(bytes.data, bytes.size, 0, NULL);
        if (row == NULL || json_array_append_new(rows, row) != 0) {
            json_decref(rows);
            return NULL;
        }
    }
    return rows;
}
