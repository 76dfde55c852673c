/* report.c - what a turn has to tell: journal lines and the change feed. No personal data: never
 * what an event says, only what it is and what came of it. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/engine/parts.h"

/* ---- in the batch ---------------------------------------------------------------------------- */

struct wm_line *
wm_batch_line(struct wm_batch *batch, enum wm_level level, const char *kind)
{
    struct wm_line *line = WM_PUSH(batch->arena, &batch->lines);
    line->level = level;
    line->kind = kind;
    return line;
}

/* Texts one after the other; `parts` ends with an absent one. Cheaper than printing them, and there
 * is a line for each event. */
static struct wm_span
join(struct wm_arena *arena, const struct wm_span *parts)
{
    size_t size = 0;
    for (const struct wm_span *part = parts; part->data != NULL; part++) {
        size += part->size;
    }
    char *text = wm_arena_alloc(arena, size + 1, 1);
    if (text == NULL || wm_arena_failed(arena)) {
        return (struct wm_span){0};
    }
    size_t at = 0;
    for (const struct wm_span *part = parts; part->data != NULL; part++) {
        memcpy(text + at, part->data, part->size);
        at += part->size;
    }
    return (struct wm_span){text, size};
}

static void
add_topic(struct wm_arena *arena, struct wm_spans *topics, struct wm_span topic, bool copy)
{
    for (size_t i = 0; i < topics->count; i++) {
        if (wm_span_equal(topics->items[i], topic)) {
            return;
        }
    }
    struct wm_span *item = WM_PUSH(arena, topics);
    *item = copy ? wm_arena_copy(arena, topic) : topic;
}

void
wm_batch_topic(struct wm_batch *batch, struct wm_span topic)
{
    add_topic(batch->arena, &batch->topics, topic, false);
}

/* Rows of our own that a person should see, and how loudly. */
static const struct loud {
    const char *type;
    const char *kind;
    const char *words;
    enum wm_level level;
} louds[] = {
    {"waymark.clock.warned", "clock.warned", "is due soon", WM_LEVEL_NOTICE},
    {"waymark.clock.breached", "clock.breached", "was not kept", WM_LEVEL_WARNING},
    {"waymark.clock.escalated", "clock.escalated", "is still not kept", WM_LEVEL_WARNING},
    {"waymark.case.reassigned", "case.moved", NULL, WM_LEVEL_INFO},
    {"waymark.case.unassigned", "case.unassigned", NULL, WM_LEVEL_WARNING},
};

static struct wm_line *
row_line(struct wm_batch *batch, const struct wm_slot *slot, const struct loud *loud,
         const struct wm_row *row)
{
    struct wm_line *line = wm_batch_line(batch, loud->level, loud->kind);
    line->ref = slot->ref;
    line->event_id = row->id;
    line->event_type = row->type;
    line->officer = slot->c->officer;
    line->clock = wm_value_text(wm_value_get(&row->data, wm_span("clock")));
    return line;
}

static void
own_row_line(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_row *row)
{
    for (size_t i = 0; i < WM_COUNT(louds); i++) {
        if (!wm_span_is(row->type, louds[i].type)) {
            continue;
        }
        struct wm_line *line = row_line(batch, slot, &louds[i], row);
        const struct wm_span due = wm_value_text(wm_value_get(&row->data, wm_span("due")));
        if (louds[i].words != NULL) {
            line->text = wm_arena_printf(batch->arena, "%.*s: promise %.*s %s (due %.*s)",
                                         WM_SPAN_ARG(slot->ref), WM_SPAN_ARG(line->clock),
                                         louds[i].words, WM_SPAN_ARG(due));
        } else if (line->officer.size > 0) {
            line->text = wm_arena_printf(batch->arena, "%.*s goes to %.*s", WM_SPAN_ARG(slot->ref),
                                         WM_SPAN_ARG(line->officer));
        } else {
            line->text = wm_arena_printf(batch->arena, "%.*s has nobody", WM_SPAN_ARG(slot->ref));
        }
        return;
    }
}

static void
event_line(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_case *was,
           const struct wm_work *work, const struct wm_step_result *result)
{
    const struct wm_cloudevent *event = &work->event->event;
    const struct wm_workflow *workflow = slot->c->workflow;
    const struct wm_span to = workflow->states[slot->c->state].name;
    const struct wm_span from = was != NULL ? workflow->states[was->state].name : to;
    struct wm_line *line =
        wm_batch_line(batch, WM_LEVEL_INFO, was == NULL ? "case.opened" : "case.event");
    line->ref = slot->ref;
    line->event_id = event->id;
    line->event_type = event->type;
    line->actor = event->actor;
    line->from = was != NULL ? from : (struct wm_span){0};
    line->to = to;
    line->officer = slot->c->officer;
    const struct wm_span end = {0};
    const struct wm_span gap = wm_span(" ");
    if (was == NULL) {
        line->text = join(batch->arena, (const struct wm_span[]){slot->ref, gap, event->type,
                                                                 wm_span(": opened, "), to, end});
    } else if (was->state != slot->c->state) {
        line->text =
            join(batch->arena, (const struct wm_span[]){slot->ref, gap, event->type, wm_span(": "),
                                                        from, wm_span(" -> "), to, end});
    } else {
        line->text =
            join(batch->arena, (const struct wm_span[]){slot->ref, gap, event->type, wm_span(": "),
                                                        wm_span(wm_outcome_text(result->outcome)),
                                                        wm_span(", stays "), to, end});
    }
}

static void
violation_lines(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_work *work,
                const struct wm_step_result *result)
{
    for (size_t i = 0; i < result->violation_count; i++) {
        struct wm_line *line = wm_batch_line(batch, WM_LEVEL_WARNING, "case.violation");
        line->ref = slot->ref;
        line->event_id = work->event->event.id;
        line->event_type = work->event->event.type;
        line->actor = work->event->event.actor;
        line->officer = slot->c->officer;
        line->text =
            wm_arena_printf(batch->arena, "%.*s %.*s breaks %.*s: %.*s", WM_SPAN_ARG(slot->ref),
                            WM_SPAN_ARG(line->event_type), WM_SPAN_ARG(result->violations[i].rule),
                            WM_SPAN_ARG(result->violations[i].text));
    }
}

enum { CHANGE_FIELDS = 8 };

static struct wm_field
text_field(const char *name, struct wm_span text)
{
    return (struct wm_field){wm_span(name), wm_value_string(text)};
}

/* The change feed is for screens: best effort, one message a step. */
static void
put_change(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_case *was,
           const struct wm_work *work)
{
    const struct wm_case *c = slot->c;
    const struct wm_workflow *workflow = c->workflow;
    struct wm_arena *arena = batch->arena;
    struct wm_field fields[CHANGE_FIELDS];
    size_t count = 0;
    fields[count++] = text_field("ref", slot->ref);
    fields[count++] = text_field("workflow", workflow->name);
    fields[count++] = text_field("state", workflow->states[c->state].name);
    if (was != NULL && was->state != c->state) {
        fields[count++] = text_field("from", workflow->states[was->state].name);
    }
    if (c->officer.size > 0) {
        fields[count++] = text_field("officer", c->officer);
    }
    fields[count++] = (struct wm_field){wm_span("seq"), wm_value_int(c->seq)};
    if (work != NULL) {
        fields[count++] = text_field("event", work->event->event.type);
        fields[count++] = text_field("event_id", work->event->event.id);
    }
    assert(count <= CHANGE_FIELDS);
    const struct wm_row row = {
        .type = wm_span("waymark.case.changed"),
        .id =
            wm_arena_printf(arena, "%.*s/%lld/changed", WM_SPAN_ARG(slot->ref), (long long)c->seq),
        .occurred_us = batch->now_us,
        .data = wm_value_object(fields, count),
    };
    struct wm_change *change = WM_PUSH(arena, &batch->changes);
    if (!wm_arena_failed(arena)) {
        change->topic =
            join(arena, (const struct wm_span[]){wm_span("case."), workflow->name, wm_span("."),
                                                 slot->ref, (struct wm_span){0}});
        change->body = wm_row_encode(arena, batch->engine->options.organisation, slot->ref, &row);
    }
}

void
wm_batch_lines(struct wm_batch *batch, const struct wm_slot *slot, const struct wm_case *was,
               const struct wm_work *work, const struct wm_step_result *result)
{
    for (size_t i = 0; i < result->row_count; i++) {
        if (!result->rows[i].primary) {
            own_row_line(batch, slot, &result->rows[i]);
        } else if (work != NULL) {
            event_line(batch, slot, was, work, result);
            violation_lines(batch, slot, work, result);
        }
    }
    if (result->row_count > 0) {
        put_change(batch, slot, was, work);
    }
}

/* ---- in the report --------------------------------------------------------------------------- */

/* Lines that did not fit are counted; the last line says how many. */
static bool
has_room(struct wm_told *told)
{
    if (told->lines.count < WM_REPORT_LINES && !wm_arena_failed(told->report->arena)) {
        return true;
    }
    told->left_out += 1;
    return false;
}

void
wm_told_line(struct wm_told *told, const struct wm_line *line)
{
    if (!has_room(told)) {
        return;
    }
    struct wm_arena *arena = told->report->arena;
    struct wm_line *copy = WM_PUSH(arena, &told->lines);
    *copy = *line;
    const struct wm_span *from[] = {&line->text,       &line->ref,   &line->event_id,
                                    &line->event_type, &line->actor, &line->from,
                                    &line->to,         &line->clock, &line->officer};
    struct wm_span *to[] = {&copy->text,       &copy->ref,   &copy->event_id,
                            &copy->event_type, &copy->actor, &copy->from,
                            &copy->to,         &copy->clock, &copy->officer};
    size_t size = 0;
    for (size_t i = 0; i < WM_COUNT(from); i++) {
        size += from[i]->size;
    }
    char *at = wm_arena_alloc(arena, size + 1, 1);
    for (size_t i = 0; i < WM_COUNT(from) && at != NULL && !wm_arena_failed(arena); i++) {
        if (from[i]->size > 0) {
            memcpy(at, from[i]->data, from[i]->size);
            *to[i] = (struct wm_span){at, from[i]->size};
            at += from[i]->size;
        }
    }
}

void
wm_told_topic(struct wm_told *told, struct wm_span topic)
{
    add_topic(told->report->arena, &told->topics, topic, true);
}

void
wm_told_batch(struct wm_told *told, const struct wm_batch *batch)
{
    for (size_t i = 0; i < batch->lines.count; i++) {
        wm_told_line(told, &batch->lines.items[i]);
    }
    for (size_t i = 0; i < batch->topics.count; i++) {
        wm_told_topic(told, batch->topics.items[i]);
    }
    struct wm_arena *arena = told->report->arena;
    for (size_t i = 0; i < batch->changes.count && told->changes.count < WM_REPORT_LINES; i++) {
        struct wm_change *change = WM_PUSH(arena, &told->changes);
        change->topic = wm_arena_copy(arena, batch->changes.items[i].topic);
        change->body = wm_arena_copy(arena, batch->changes.items[i].body);
    }
}

void
wm_told_trouble(struct wm_told *told, enum wm_level level, const char *kind, const char *format,
                ...)
{
    va_list args;
    va_start(args, format);
    struct wm_line line = {.level = level, .kind = kind};
    line.text = wm_arena_vprintf(told->report->arena, format, args);
    va_end(args);
    if (has_room(told)) {
        *WM_PUSH(told->report->arena, &told->lines) = line;
    }
}

void
wm_told_finish(struct wm_told *told, struct wm_engine *engine)
{
    struct wm_report *report = told->report;
    if (wm_arena_failed(report->arena)) {
        /* The last items may stand in memory that was not given: they are left out. */
        told->left_out += told->lines.count;
        told->lines.count = 0;
        told->changes.count = 0;
        told->topics.count = 0;
        wm_arena_reset(report->arena);
        told->lines = (struct wm_lines){0};
        wm_nudge_all(engine); /* the topics are told with the next turn */
        report->more = true;
    }
    if (told->left_out > 0) {
        struct wm_line *line = WM_PUSH(report->arena, &told->lines);
        line->level = WM_LEVEL_WARNING;
        line->kind = "store.trouble";
        line->text = wm_arena_printf(
            report->arena, "%zu lines were left out here; the history of the cases has them all",
            told->left_out);
    }
    report->lines = told->lines.items;
    report->line_count = told->lines.count;
    report->changes = told->changes.items;
    report->change_count = told->changes.count;
    report->topics = told->topics.items;
    report->topic_count = told->topics.count;
    report->counters.applied = engine->applied;
    report->counters.duplicate = engine->duplicate;
    report->counters.rejected = engine->rejected;
    report->counters.retried = engine->retried;
    report->counters.wakes = engine->wakes;
    report->counters.delivered = engine->delivered;
    (void)snprintf(report->status, sizeof report->status,
                   "%lld open cases, %lld of them without an officer; %lld events taken",
                   (long long)engine->open_cases, (long long)engine->unassigned,
                   (long long)engine->applied);
}
