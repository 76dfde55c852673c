/* settings_check.c - what the keys of waymark.cfg demand of each other. */
#include <assert.h>

#include "daemon/policy/endpoint.h"

enum { ORGANISATION_MAX = 63 };

/* The name becomes part of event sources and of log fields. */
static bool
is_plain(struct wm_span name)
{
    for (size_t i = 0; i < name.size; i++) {
        const char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && i > 0))) {
            return false;
        }
    }
    return name.size > 0 && name.size <= ORGANISATION_MAX;
}

/* An absent one has been told. */
static void
check_organisation(struct wm_reader *reader, const struct wm_node *root,
                   const struct wm_settings *settings)
{
    assert(root != NULL);
    if (settings->organisation.size > 0 && !is_plain(settings->organisation)) {
        wm_reader_bad(reader, wm_node_get(root, "organisation")->line,
                      "organisation must be at most 63 of a-z, 0-9 and -, not \"%.*s\"",
                      WM_SPAN_ARG(settings->organisation));
    }
}

/* A connection string is libpq's business: only what is plainly none is refused. */
static void
check_store(struct wm_reader *reader, const struct wm_node *root, struct wm_settings *settings)
{
    assert(root != NULL);
    static const char prefix[] = "sqlite:";
    const struct wm_node *node = wm_node_get(root, "store");
    struct wm_span *store = &settings->store;
    const bool sqlite = wm_span_starts(*store, prefix);
    if (sqlite && store->size > strlen(prefix)) {
        const struct wm_span path = {store->data + strlen(prefix), store->size - strlen(prefix)};
        const struct wm_span beside = wm_path_beside(reader->arena, reader->file, path);
        *store = wm_arena_printf(reader->arena, "%s%.*s", prefix, WM_SPAN_ARG(beside));
    } else if (store->size > 0 && !wm_span_starts(*store, "postgresql://") &&
               !wm_span_starts(*store, "postgres://") &&
               memchr(store->data, '=', store->size) == NULL) {
        wm_reader_bad(reader, node->line,
                      "store must be \"sqlite:FILE\" or a PostgreSQL connection string such as "
                      "\"postgresql://HOST/NAME\" or \"host=… dbname=…\"");
    }
    node = wm_node_get(root, "engines");
    if (node != NULL && settings->engines > 1 && sqlite) {
        wm_reader_bad(reader, node->line, "the embedded store takes one engine, not %d",
                      settings->engines);
    } else if (node != NULL && settings->engines > 1 && settings->clock == WM_CLOCK_MANUAL) {
        wm_reader_bad(reader, node->line, "the manual clock allows one engine, not %d",
                      settings->engines);
    }
}

/* Security first, for it decides what is allowed. */
static void
check_endpoints(struct wm_reader *reader, const struct wm_node *root, struct wm_settings *settings)
{
    assert(root != NULL);
    const struct wm_node *group = wm_node_get(root, "endpoints");
    if (group == NULL || group->kind != WM_NODE_GROUP) {
        return;
    }
    const struct wm_endpoint_rule rule = {.curve = settings->security.curve,
                                          .insecure = settings->security.insecure,
                                          .remedy = "set security.curve = true"};
    struct wm_settings_list control = {&settings->control, settings->control.size > 0 ? 1 : 0};
    struct wm_settings_list *const lists[] = {&settings->intake, &settings->dispatch,
                                              &settings->changes, &control};
    static const char *const names[] = {"intake", "dispatch", "changes", "control"};
    for (size_t i = 0; i < WM_COUNT(lists); i++) {
        reader->where = wm_span(names[i]);
        const struct wm_node *node = wm_node_get(group, names[i]);
        for (size_t k = 0; node != NULL && k < lists[i]->count; k++) {
            wm_endpoint_check(reader, node->line, &rule, &lists[i]->items[k]);
        }
    }
    reader->where = (struct wm_span){0};
    wm_endpoint_doubles(reader, group->line, lists, WM_COUNT(lists));
}

/* Both orders are needed for retries and leases to work at all. */
static void
check_limits(struct wm_reader *reader, const struct wm_node *root,
             const struct wm_settings *settings)
{
    assert(root != NULL);
    const struct wm_node *group = wm_node_get(root, "limits");
    if (group == NULL || group->kind != WM_NODE_GROUP) {
        return;
    }
    if (settings->limits.retry_ms > settings->limits.retry_max_ms) {
        wm_reader_bad(reader, group->line, "retry_ms (%d) must not exceed retry_max_ms (%d)",
                      settings->limits.retry_ms, settings->limits.retry_max_ms);
    }
    if (settings->limits.heartbeat_ms >= settings->limits.lease_ms) {
        wm_reader_bad(reader, group->line, "heartbeat_ms (%d) must be less than lease_ms (%d)",
                      settings->limits.heartbeat_ms, settings->limits.lease_ms);
    }
}

void
wm_settings_check(struct wm_reader *reader, const struct wm_node *root,
                  struct wm_settings *settings)
{
    assert(reader->where.size == 0);
    check_organisation(reader, root, settings);
    check_store(reader, root, settings);
    check_endpoints(reader, root, settings);
    check_limits(reader, root, settings);
}
