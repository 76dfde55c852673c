/* taken.c - looks an event type up in a workflow. */
#include "ctl/taken.h"

#include <assert.h>

#include "daemon/codec/json.h"

static bool
is_in(const struct wm_transition *transitions, size_t count, struct wm_span type)
{
    for (size_t i = 0; i < count; i++) {
        if (wm_span_equal(transitions[i].event, type)) {
            return true;
        }
    }
    return false;
}

static bool
is_trigger(const struct wm_trigger *triggers, size_t count, struct wm_span type)
{
    for (size_t i = 0; i < count; i++) {
        if (triggers[i].moment == WM_MOMENT_EVENT && wm_span_equal(triggers[i].event, type)) {
            return true;
        }
    }
    return false;
}

static bool
is_counted(const struct wm_clock_def *clock, struct wm_span type)
{
    return is_trigger(clock->starts, clock->start_count, type) ||
           is_trigger(clock->met_by, clock->met_count, type) ||
           is_trigger(clock->cancelled_by, clock->cancel_count, type) ||
           is_trigger(clock->pauses, clock->pause_count, type) ||
           is_trigger(clock->resumes, clock->resume_count, type);
}

static bool
is_rule(const struct wm_item_kind *kind, struct wm_span type)
{
    for (size_t i = 0; i < kind->rule_count; i++) {
        if (wm_span_equal(kind->rules[i].event, type)) {
            return true;
        }
    }
    return false;
}

/* A list in the making: "taken in a, b" or "\"states\":[\"a\",\"b\"]". */
struct list {
    struct wm_text *text;
    const char *intro;
    bool json;
    size_t count;
};

static void
add_name(struct list *list, struct wm_span name)
{
    if (list->json) {
        wm_text_puts(list->text, list->count == 0 ? "" : ",");
        wm_json_put_string(list->text, name);
    } else {
        const char *before = list->text->count == 0 ? "" : "; ";
        wm_text_printf(list->text, "%s%s%.*s", list->count == 0 ? before : ", ",
                       list->count == 0 ? list->intro : "", WM_SPAN_ARG(name));
    }
    list->count++;
}

static void
add_states(struct list *list, const struct wm_workflow *workflow, struct wm_span type)
{
    for (size_t i = 0; i < workflow->state_count; i++) {
        const struct wm_state *state = &workflow->states[i];
        if (is_in(state->on, state->on_count, type)) {
            add_name(list, state->name);
        }
    }
}

static void
add_clocks(struct list *list, const struct wm_workflow *workflow, struct wm_span type)
{
    for (size_t i = 0; i < workflow->clock_count; i++) {
        if (is_counted(&workflow->clocks[i], type)) {
            add_name(list, workflow->clocks[i].name);
        }
    }
}

static void
add_items(struct list *list, const struct wm_workflow *workflow, struct wm_span type)
{
    for (size_t i = 0; i < workflow->item_count; i++) {
        if (is_rule(&workflow->items[i], type)) {
            add_name(list, workflow->items[i].name);
        }
    }
}

struct wm_span
wm_taken_text(struct wm_arena *arena, const struct wm_workflow *workflow, struct wm_span type)
{
    assert(arena != NULL && workflow != NULL);
    struct wm_text text = {.arena = arena};
    if (wm_workflow_opening(workflow, type) != NULL) {
        wm_text_puts(&text, "opens a case");
    }
    struct list states = {.text = &text, .intro = "taken in "};
    add_states(&states, workflow, type);
    if (is_in(workflow->anywhere, workflow->anywhere_count, type)) {
        wm_text_puts(&text, text.count == 0 ? "taken in every state but the final ones"
                                            : "; taken in every state but the final ones");
    }
    struct list clocks = {.text = &text, .intro = "counts for the clocks "};
    add_clocks(&clocks, workflow, type);
    struct list items = {.text = &text, .intro = "moves items: "};
    add_items(&items, workflow, type);
    return wm_text_span(&text);
}

void
wm_taken_put_json(struct wm_text *text, const struct wm_workflow *workflow, struct wm_span type)
{
    assert(text != NULL && workflow != NULL);
    if (!wm_workflow_takes(workflow, type)) {
        return;
    }
    wm_text_puts(text, text->items[text->count - 1] == '[' ? "{" : ",{");
    wm_json_put_field(text, "workflow", workflow->name);
    wm_json_put_name(text, "opens");
    wm_text_puts(text, wm_workflow_opening(workflow, type) != NULL ? "true" : "false");
    wm_json_put_name(text, "anywhere");
    wm_text_puts(text,
                 is_in(workflow->anywhere, workflow->anywhere_count, type) ? "true" : "false");
    static const struct {
        const char *name;
        void (*add)(struct list *list, const struct wm_workflow *workflow, struct wm_span type);
    } parts[] = {{"states", add_states}, {"clocks", add_clocks}, {"items", add_items}};
    for (size_t i = 0; i < WM_COUNT(parts); i++) {
        wm_json_put_name(text, parts[i].name);
        wm_text_puts(text, "[");
        struct list list = {.text = text, .json = true};
        parts[i].add(&list, workflow, type);
        wm_text_puts(text, "]");
    }
    wm_text_puts(text, "}");
}
