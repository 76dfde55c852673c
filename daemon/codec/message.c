/* message.c - what leaves the core as bytes: CloudEvents, effects, violations; and what enters. */
#include <assert.h>

#include "daemon/codec/snapshot.h"

/* What both kinds of our own events begin with. */
struct header {
    struct wm_span organisation;
    struct wm_span ref;
    struct wm_span id;
    struct wm_span type;
    int64_t time_us;
    struct wm_span traceparent;
};

static struct wm_span
encode(struct wm_arena *arena, const struct header *header, const struct wm_value *data)
{
    assert(header->organisation.size > 0);
    assert(header->id.size > 0 && header->type.size > 0);
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "specversion", wm_span("1.0"));
    wm_json_put_field(&text, "id", header->id);
    wm_json_put_field(&text, "source",
                      wm_arena_printf(arena, "/waymark/%.*s", WM_SPAN_ARG(header->organisation)));
    wm_json_put_field(&text, "type", header->type);
    wm_json_put_field(&text, "subject", header->ref);
    wm_json_put_time(&text, "time", header->time_us);
    if (header->traceparent.data != NULL) {
        wm_json_put_field(&text, "traceparent", header->traceparent);
    }
    wm_json_put_name(&text, "data");
    if (data->kind == WM_VALUE_OBJECT) {
        wm_json_put_value(&text, data);
    } else {
        wm_text_puts(&text, "{}");
    }
    wm_text_puts(&text, "}");
    return wm_text_span(&text);
}

/* Its parameters are the header's. NOLINTBEGIN(readability-function-size) */
struct wm_span
wm_message_encode(struct wm_arena *arena, struct wm_span organisation, struct wm_span ref,
                  const struct wm_effect *effect, int64_t time_us, struct wm_span traceparent)
{
    assert(effect->kind == WM_EFFECT_SEND || effect->kind == WM_EFFECT_WITHDRAW);
    const struct header header = {organisation, ref,     effect->id,
                                  effect->type, time_us, traceparent};
    return encode(arena, &header, &effect->data);
}

/* NOLINTEND(readability-function-size) */

struct wm_span
wm_row_encode(struct wm_arena *arena, struct wm_span organisation, struct wm_span ref,
              const struct wm_row *row)
{
    const struct header header = {organisation, ref, row->id, row->type, row->occurred_us, {0}};
    return encode(arena, &header, &row->data);
}

struct wm_event
wm_event_of(struct wm_arena *arena, const struct wm_cloudevent *event, int64_t recorded_us,
            bool request)
{
    return (struct wm_event){
        .id = event->id,
        .source = event->source,
        .type = event->type,
        .subject = event->subject,
        .actor = event->actor,
        .occurred_us = event->has_time ? event->time_us : recorded_us,
        .recorded_us = recorded_us,
        .data = event->data != NULL ? wm_value_of_json(arena, event->data, false)
                                    : wm_value_object(NULL, 0),
        .request = request,
    };
}

/* ---- effects, for the history: what was done, without what was said */

static void
put_present(struct wm_text *text, const char *name, struct wm_span string)
{
    if (string.data != NULL) {
        wm_json_put_field(text, name, string);
    }
}

static void
put_send(struct wm_text *text, const struct wm_effect *effect)
{
    wm_json_put_field(text, "kind", wm_span("send"));
    wm_json_put_field(text, "id", effect->id);
    wm_json_put_field(text, "topic", effect->name);
    wm_json_put_field(text, "type", effect->type);
    if (effect->not_before_us > 0) {
        wm_json_put_time(text, "not_before", effect->not_before_us);
    }
}

static void
put_withdraw(struct wm_text *text, const struct wm_effect *effect)
{
    wm_json_put_field(text, "kind", wm_span("withdraw"));
    wm_json_put_field(text, "id", effect->id);
    wm_json_put_field(text, "topic", effect->name);
    put_present(text, "why", effect->text);
}

/* The fields of `data` stand beside the others: "run", "due", "due_day". */
static void
put_clock(struct wm_text *text, const struct wm_effect *effect)
{
    wm_json_put_field(text, "kind", wm_span("clock"));
    wm_json_put_field(text, "clock", effect->name);
    wm_json_put_field(text, "change", effect->type);
    for (size_t i = 0; effect->data.kind == WM_VALUE_OBJECT && i < effect->data.object.count; i++) {
        const struct wm_field *field = &effect->data.object.fields[i];
        wm_text_puts(text, ",");
        wm_json_put_string(text, field->name);
        wm_text_puts(text, ":");
        wm_json_put_value(text, &field->value);
    }
    put_present(text, "why", effect->text);
}

static void
put_assigned(struct wm_text *text, const struct wm_effect *effect)
{
    wm_json_put_field(text, "kind", wm_span("assigned"));
    wm_json_put_field(text, "officer", effect->officer);
    wm_json_put_field(text, "previous", effect->previous);
    put_present(text, "why", effect->text);
    if (effect->data.kind != 0) {
        wm_json_put_name(text, "candidates");
        wm_json_put_value(text, &effect->data);
    }
}

static void
put_effect(struct wm_text *text, const struct wm_effect *effect)
{
    switch (effect->kind) {
    case WM_EFFECT_SEND:
        put_send(text, effect);
        return;
    case WM_EFFECT_WITHDRAW:
        put_withdraw(text, effect);
        return;
    case WM_EFFECT_CLOCK:
        put_clock(text, effect);
        return;
    case WM_EFFECT_ASSIGNED:
        put_assigned(text, effect);
        return;
    case WM_EFFECT_RETRACT:
        wm_json_put_field(text, "kind", wm_span("retract"));
        wm_json_put_field(text, "id", effect->id);
        return;
    case WM_EFFECT_KEY:
    case WM_EFFECT_UNKEY:
        /* The value may name a person: it stands in the case. */
        wm_json_put_field(text, "kind", wm_span(effect->kind == WM_EFFECT_KEY ? "key" : "unkey"));
        wm_json_put_field(text, "name", effect->name);
        return;
    case WM_EFFECT_NOTE:
        wm_json_put_field(text, "kind", wm_span("note"));
        wm_json_put_field(text, "text", effect->text);
        return;
    }
}

struct wm_span
wm_effects_encode(struct wm_arena *arena, const struct wm_step_result *result, size_t from,
                  size_t to)
{
    assert(from <= to && to <= result->effect_count);
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "[");
    for (size_t i = from; i < to; i++) {
        wm_text_puts(&text, i > from ? ",{" : "{");
        put_effect(&text, &result->effects[i]);
        wm_text_puts(&text, "}");
    }
    wm_text_puts(&text, "]");
    return wm_text_span(&text);
}

struct wm_span
wm_violations_encode(struct wm_arena *arena, const struct wm_step_result *result)
{
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "[");
    for (size_t i = 0; i < result->violation_count; i++) {
        wm_text_puts(&text, i > 0 ? "," : "");
        wm_json_put_string(&text, result->violations[i].rule);
    }
    wm_text_puts(&text, "]");
    return wm_text_span(&text);
}
