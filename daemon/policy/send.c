/* send.c - messages to workers: topic, type, fields, and what their schema requires. */
#include <assert.h>

#include "daemon/policy/parts.h"

/* What the shipped workers serve (events.md). */
static const struct wm_span served[] = {{"actions", 7}, {"lessons", 7}, {"surveys", 7},
                                        {"letters", 7}, {"alerts", 6},  {"handover", 8},
                                        {"kpi", 3},     {"group", 5},   {"ooh", 3}};

/* A message on a topic that nobody serves would wait for ever. */
static void
check_topic(struct wm_build *build, const struct wm_node *node, struct wm_span topic)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_names known = {served, WM_COUNT(served)};
    const struct wm_names named = {build->around->topics, build->around->topic_count};
    if (topic.data != NULL && wm_names_index(known, topic) < 0 &&
        wm_names_index(named, topic) < 0) {
        wm_reader_bad(&build->reader, wm_node_get(node, "send")->line,
                      "nobody serves the topic \"%.*s\"%s", WM_SPAN_ARG(topic),
                      wm_reader_near(&build->reader, topic, known));
    }
}

/* Roles are resolved when the message is made; ids must exist now. */
static void
check_recipient(struct wm_build *build, const struct wm_node *node, struct wm_span to)
{
    assert(node->kind == WM_NODE_GROUP);
    static const struct wm_span roles[] = {
        {"officer", 7}, {"manager", 7}, {"head", 4}, {"customer", 8}};
    const struct wm_names known = {roles, WM_COUNT(roles)};
    const struct wm_people *people = build->around->people;
    if (to.data == NULL || wm_names_index(known, to) >= 0 || people == NULL ||
        people->officer_count == 0 || wm_people_officer(people, to) != NULL) {
        return;
    }
    wm_reader_bad(
        &build->reader, wm_node_get(node, "to")->line,
        "to must be officer, manager, head or an officer's id; nobody is called \"%.*s\"%s",
        WM_SPAN_ARG(to), wm_reader_near(&build->reader, to, known));
}

/* ---- what the schema says ---- */

/* By the author or by the engine. */
static bool
has_field(const struct wm_send *send, struct wm_span name)
{
    for (size_t i = 0; i < send->field_count; i++) {
        if (wm_span_equal(send->fields[i].name, name)) {
            return true;
        }
    }
    /* These the engine puts in by itself. */
    const bool alert = wm_span_is(send->type, "waymark.alert");
    return (wm_span_is(name, "to") && send->to.data != NULL) ||
           (alert && (wm_span_is(name, "alert") || wm_span_is(name, "clock")));
}

/* A worker that gets less than its schema says refuses the message: it would end among the dead
 * letters. */
static void
check_required(struct wm_build *build, const struct wm_node *node, const struct wm_send *send)
{
    assert(node != NULL);
    const struct wm_catalogue *catalogue = build->around->catalogue;
    struct wm_span *names = NULL;
    const size_t count =
        catalogue->required(catalogue->context, send->type, build->reader.arena, &names);
    for (size_t i = 0; i < count; i++) {
        if (!has_field(send, names[i])) {
            wm_reader_bad(&build->reader, node->line, "%.*s must have the field \"%.*s\"",
                          WM_SPAN_ARG(send->type), WM_SPAN_ARG(names[i]));
        }
    }
}

/* Unknown fields would be dropped by the worker in silence. */
static void
check_fields(struct wm_build *build, const struct wm_node *node, const struct wm_send *send,
             const struct wm_sort *sorts)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_catalogue *catalogue = build->around->catalogue;
    const struct wm_node *fields = wm_node_get(node, "fields");
    for (size_t i = 0; i < send->field_count; i++) {
        const struct wm_field_rule *field = &send->fields[i];
        const struct wm_node *at = &fields->children[i];
        const char *kind = NULL;
        if (!catalogue->field(catalogue->context, send->type, field->name, &kind)) {
            wm_reader_bad(&build->reader, at->line, "%.*s has no field \"%.*s\"",
                          WM_SPAN_ARG(send->type), WM_SPAN_ARG(field->name));
            continue;
        }
        const struct wm_sort wanted = wm_build_json_sort(kind);
        if (!wm_sort_fits(wanted, sorts[i])) {
            wm_reader_bad(&build->reader, at->line, "%.*s of %.*s must be %s, not %s",
                          WM_SPAN_ARG(field->name), WM_SPAN_ARG(send->type), wm_sort_words(wanted),
                          wm_sort_words(sorts[i]));
        }
    }
}

/* Nothing is said of the fields of a type that is not known. */
static void
check_message(struct wm_build *build, const struct wm_node *node, const struct wm_send *send,
              const struct wm_sort *sorts)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_catalogue *catalogue = build->around->catalogue;
    bool request = false;
    const struct wm_node *type = wm_node_get(node, "type");
    if (type == NULL || catalogue == NULL || send->type.data == NULL) {
        return;
    }
    wm_build_event(build, type->line, send->type);
    if (catalogue->type(catalogue->context, send->type, &request)) {
        check_required(build, node, send);
        check_fields(build, node, send, sorts);
    }
    if (wm_span_is(send->type, "waymark.alert") && !has_field(send, wm_span("to"))) {
        wm_reader_warn(&build->reader, node->line,
                       "nobody hears this alert; say whom it is for: to = \"officer\"");
    }
}

/* ---- reading ---- */

/* The condition is judged again with each later event, when this event's data is gone. */
static void
read_wanted(struct wm_build *build, const struct wm_node *node, struct wm_send *send)
{
    assert(node->kind == WM_NODE_GROUP);
    const struct wm_scope before = build->scope;
    build->scope.data = WM_DATA_NONE;
    build->scope.each = (struct wm_span){0};
    send->wanted = wm_build_when(build, node, "while");
    build->scope = before;
    send->until = wm_reader_text(&build->reader, node, "until");
    const struct wm_node *until = wm_node_get(node, "until");
    if (send->until.data != NULL) {
        wm_build_event(build, until->line, send->until);
    }
    if (until != NULL && send->wanted == NULL) {
        wm_reader_bad(&build->reader, until->line, "until says nothing without while = CONDITION");
    }
}

const struct wm_send *
wm_build_send(struct wm_build *build, const struct wm_node *node)
{
    assert(node->kind == WM_NODE_GROUP);
    struct wm_reader *reader = &build->reader;
    struct wm_send *send = WM_MAKE(reader->arena, struct wm_send, 1);
    if (send == NULL) {
        return NULL;
    }
    struct wm_sort *sorts = NULL;
    struct wm_sort sort;
    send->line = node->line;
    send->topic = wm_reader_text(reader, node, "send");
    check_topic(build, node, send->topic);
    if (wm_reader_need(reader, node, "type",
                       "what the message is, such as "
                       "\"waymark.letter.requested\"") != NULL) {
        send->type = wm_reader_text(reader, node, "type");
    }
    send->fields = wm_build_fields(build, node, &sorts, &send->field_count);
    send->to = wm_reader_text(reader, node, "to");
    check_recipient(build, node, send->to);
    send->not_before = wm_build_expr_at(build, node, "not_before", &sort);
    read_wanted(build, node, send);
    check_message(build, node, send, sorts);
    send->index = (int32_t)build->sends.count;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): a list of pointers is what is meant */
    const struct wm_send **kept = WM_PUSH(reader->arena, &build->sends);
    *kept = send;
    return send;
}
