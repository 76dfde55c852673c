/* words.c - a workflow's conditions, events and durations as a manager would read them. */
#include "daemon/policy/words.h"

#include <assert.h>

enum { CONDITION_MAX = 90 };

void
wm_words_name(struct wm_text *out, struct wm_span name)
{
    assert(out->arena != NULL);
    static const char own[] = "waymark.";
    if (wm_span_starts(name, own)) {
        name = (struct wm_span){name.data + strlen(own), name.size - strlen(own)};
    }
    for (size_t i = 0; i < name.size; i++) {
        const bool joint = name.data[i] == '.' || name.data[i] == '_';
        wm_text_put(out, joint ? wm_span(" ") : (struct wm_span){name.data + i, 1});
    }
}

/* ---- fields ---- */

/* "number of action items still open". */
static void
put_items(struct wm_text *out, const struct wm_workflow *workflow, const struct wm_operand *field)
{
    assert(out->arena != NULL);
    const struct wm_item_kind *kind = &workflow->items[field->index];
    wm_text_puts(out, "number of ");
    wm_words_name(out, kind->name);
    wm_text_puts(out, " items");
    if (field->status == WM_STATUS_OPEN) {
        wm_text_puts(out, " still open");
    } else if (field->status >= 0) {
        wm_text_puts(out, " ");
        wm_words_name(out, kind->statuses[field->status]);
    }
}

/* The status of a clock needs no word of its own: "clock respond is running". */
static const char *
aspect_words(enum wm_aspect aspect)
{
    switch (aspect) {
    case WM_ASPECT_STATUS:
        return "";
    case WM_ASPECT_DUE:
    case WM_ASPECT_DUE_DAY:
        return " due";
    case WM_ASPECT_LATE:
        return " hours late";
    case WM_ASPECT_RUN:
        return " run";
    case WM_ASPECT_IS_MANAGER:
        return " is a manager";
    case WM_ASPECT_TEAMS:
        return "'s teams";
    case WM_ASPECT_SKILLS:
        return "'s skills";
    case WM_ASPECT_IN_CONFLICT:
        return " in conflict";
    case WM_ASPECT_NONE:
        break;
    }
    return "";
}

/* People say who, not in which field the name stood. */
static void
put_person(struct wm_text *out, const struct wm_operand *field)
{
    assert(out->arena != NULL);
    static const char prefix[] = "data.";
    struct wm_span who = field->path;
    if (wm_span_starts(who, prefix)) {
        who = (struct wm_span){who.data + strlen(prefix), who.size - strlen(prefix)};
    }
    wm_words_name(out, who);
    wm_text_puts(out, aspect_words(field->aspect));
}

/* A field in the words of the file, without its technical prefix. */
static void
put_field(struct wm_text *out, const struct wm_workflow *workflow, const struct wm_operand *field)
{
    assert(out->arena != NULL);
    switch (field->root) {
    case WM_ROOT_ATTRIBUTE:
        wm_words_name(out, workflow->attributes[field->index].name);
        return;
    case WM_ROOT_CLOCK:
        wm_text_puts(out, "clock ");
        wm_words_name(out, workflow->clocks[field->index].name);
        wm_text_puts(out, aspect_words(field->aspect));
        return;
    case WM_ROOT_ITEMS:
        put_items(out, workflow, field);
        return;
    case WM_ROOT_EVENTS:
        wm_text_puts(out, "times of ");
        wm_words_name(out, workflow->tallies[field->index].event);
        return;
    case WM_ROOT_PERSON:
        put_person(out, field);
        return;
    case WM_ROOT_DATA:
    case WM_ROOT_ITEM:
    case WM_ROOT_EACH:
        wm_words_name(out, field->path);
        return;
    case WM_ROOT_ACTOR:
        wm_text_puts(out, "who did it");
        return;
    case WM_ROOT_STATE:
        wm_text_puts(out, "state");
        return;
    case WM_ROOT_OFFICER:
        wm_text_puts(out, "officer");
        return;
    case WM_ROOT_REF:
    case WM_ROOT_TIME:
    case WM_ROOT_DAY:
    case WM_ROOT_TYPE:
    case WM_ROOT_OPENED:
    case WM_ROOT_CLOSED:
        break;
    }
    wm_text_puts(out, field->root == WM_ROOT_TYPE ? "event" : "day");
}

/* ---- conditions ---- */

/* Between the field and the value. */
static const char *
test_words(const struct wm_condition *condition)
{
    switch (condition->test) {
    case WM_TEST_IS:
        return " is ";
    case WM_TEST_NOT:
        return " is not ";
    case WM_TEST_ONE_OF:
        return " is one of ";
    case WM_TEST_AT_LEAST:
        return " is at least ";
    case WM_TEST_AT_MOST:
        return " is at most ";
    case WM_TEST_EXISTS:
        return condition->value.flag ? " is given" : " is not given";
    case WM_TEST_HAS:
        return " has ";
    case WM_TEST_COVERS:
        return " covers every open ";
    case WM_TEST_SAME_AS:
        return " is the same as ";
    case WM_TEST_IN:
        return " is among ";
    case WM_TEST_ALL:
    case WM_TEST_ANY:
        break;
    }
    return "";
}

/* Yes and no are left to the field's own words where these say it. */
static void
put_test(struct wm_text *out, const struct wm_workflow *workflow,
         const struct wm_condition *condition)
{
    assert(out->arena != NULL);
    put_field(out, workflow, &condition->field);
    const bool flag = condition->value.kind == WM_VALUE_BOOL;
    if (condition->test == WM_TEST_IS && flag) {
        wm_text_puts(out, condition->value.flag ? "" : ": no");
        return;
    }
    wm_text_puts(out, test_words(condition));
    if (condition->test == WM_TEST_SAME_AS || condition->test == WM_TEST_IN) {
        put_field(out, workflow, &condition->other);
    } else if (condition->test == WM_TEST_COVERS) {
        wm_words_name(out, workflow->items[condition->kind].name);
    } else if (condition->test != WM_TEST_EXISTS) {
        wm_text_put(out, wm_value_words(out->arena, &condition->value));
    }
}

/* The depth is that of the file, which wm_syntax_check bounds. */
static void
/* NOLINTNEXTLINE(misc-no-recursion) */
put_condition(struct wm_text *out, const struct wm_workflow *workflow,
              const struct wm_condition *condition)
{
    assert(out->arena != NULL);
    if (condition->test != WM_TEST_ALL && condition->test != WM_TEST_ANY) {
        put_test(out, workflow, condition);
        return;
    }
    for (size_t i = 0; i < condition->child_count; i++) {
        if (i > 0) {
            wm_text_puts(out, condition->test == WM_TEST_ALL ? " and " : " or ");
        }
        put_condition(out, workflow, &condition->children[i]);
    }
}

struct wm_span
wm_words_condition(struct wm_arena *arena, const struct wm_workflow *workflow,
                   const struct wm_condition *condition)
{
    assert(condition != NULL);
    struct wm_text out = {.arena = arena};
    put_condition(&out, workflow, condition);
    const struct wm_span whole = wm_text_span(&out);
    if (whole.size <= CONDITION_MAX) {
        return whole;
    }
    size_t cut = CONDITION_MAX;
    while (cut > 0 && whole.data[cut] != ' ') {
        cut--;
    }
    return wm_arena_printf(arena, "%.*s …", (int)cut, whole.data);
}

/* ---- targets ---- */

/* One target, without its condition. */
static void
put_target(struct wm_text *out, const struct wm_workflow *workflow, const struct wm_target *target)
{
    assert(out->arena != NULL);
    if (target->until.root != 0) {
        wm_text_puts(out, "until ");
        put_field(out, workflow, &target->until);
        wm_text_puts(out, " ends");
        return;
    }
    if (target->days.root != 0) {
        struct wm_duration unit = {.count = 2, .unit = target->duration.unit};
        const struct wm_span words = wm_duration_text(out->arena, unit);
        put_field(out, workflow, &target->days);
        wm_text_printf(out, " (%.*s)", (int)(words.size - 2), words.data + 2);
        return;
    }
    wm_text_put(out, wm_duration_text(out->arena, target->duration));
}

struct wm_span
wm_words_targets(struct wm_arena *arena, const struct wm_workflow *workflow,
                 const struct wm_clock_def *clock)
{
    assert(clock->target_count > 0);
    struct wm_text out = {.arena = arena};
    for (size_t i = 0; i < clock->target_count; i++) {
        const struct wm_target *target = &clock->targets[i];
        wm_text_puts(&out, i > 0 ? "; " : "");
        put_target(&out, workflow, target);
        if (target->when != NULL) {
            wm_text_puts(&out, " if ");
            wm_text_put(&out, wm_words_condition(arena, workflow, target->when));
        } else if (i > 0) {
            wm_text_puts(&out, " otherwise");
        }
    }
    return wm_text_span(&out);
}
