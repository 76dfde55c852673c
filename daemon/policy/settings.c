/* settings.c - waymark.cfg: one table row a key, then what keys demand of each other. */
#include "daemon/policy/settings.h"

#include <assert.h>

#include "daemon/policy/endpoint.h"
#include "daemon/policy/reader.h"

enum key_kind {
    KEY_TEXT = 1,
    KEY_PATH,      /* relative to the file */
    KEY_PATHS,     /* a list of them */
    KEY_ENDPOINT,  /* as text: looked at when all is read */
    KEY_ENDPOINTS, /* a list of them */
    KEY_NUMBER,
    KEY_FLAG,
    KEY_OTHER /* read by a function of its own */
};

struct key {
    const char *group; /* "" for the top */
    const char *name;
    size_t target; /* offset in struct wm_settings */
    enum key_kind kind;
    struct wm_bounds bounds;
    const char *otherwise; /* text; NULL: none */
    const char *needed;    /* why it must stand there; NULL: it need not */
};

#define AT(member) offsetof(struct wm_settings, member)

static const struct key keys[] = {
    {"", "organisation", AT(organisation), KEY_TEXT, {0}, NULL, "the short name of the landlord"},
    {"",
     "store",
     AT(store),
     KEY_TEXT,
     {0},
     NULL,
     "where cases are kept, such as \"sqlite:../var/waymark.db\""},
    {"", "engines", AT(engines), KEY_NUMBER, {1, 64, 1}, NULL, NULL},
    {"", "clock", 0, KEY_OTHER, {0}, NULL, NULL},
    {"", "clock_start", 0, KEY_OTHER, {0}, NULL, NULL},
    {"", "policy", 0, KEY_OTHER, {0}, NULL, "the group that names the policy files"},
    {"", "endpoints", 0, KEY_OTHER, {0}, NULL, "the group that says where the daemon listens"},
    {"", "feeds", 0, KEY_OTHER, {0}, NULL, NULL},
    {"", "topics", 0, KEY_OTHER, {0}, NULL, NULL},
    {"", "security", 0, KEY_OTHER, {0}, NULL, NULL},
    {"", "limits", 0, KEY_OTHER, {0}, NULL, NULL},
    {"policy", "calendar", AT(calendar_file), KEY_PATH, {0}, NULL, "the file with the calendars"},
    {"policy", "teams", AT(teams_file), KEY_PATH, {0}, NULL, "the file with teams and officers"},
    {"policy", "workflows", AT(workflow_files), KEY_PATHS, {0}, NULL, "the workflow files"},
    {"policy", "schemas", AT(schema_folders), KEY_PATHS, {0}, NULL, NULL},
    {"endpoints", "intake", AT(intake), KEY_ENDPOINTS, {0}, NULL, "where events come in"},
    {"endpoints", "dispatch", AT(dispatch), KEY_ENDPOINTS, {0}, NULL, "where workers fetch"},
    {"endpoints", "changes", AT(changes), KEY_ENDPOINTS, {0}, NULL, "where changes are told"},
    {"endpoints", "control", AT(control), KEY_ENDPOINT, {0}, NULL, "where waymarkctl asks"},
    {"security", "curve", AT(security.curve), KEY_FLAG, {0, 1, 0}, NULL, NULL},
    {"security", "insecure", AT(security.insecure), KEY_FLAG, {0, 1, 1}, NULL, NULL},
    {"security",
     "server_key",
     AT(security.server_key),
     KEY_PATH,
     {0},
     "keys/server.key_secret",
     NULL},
    {"security", "clients", AT(security.clients), KEY_PATH, {0}, "keys/clients.cfg", NULL},
    {"limits", "batch", AT(limits.batch), KEY_NUMBER, {1, 65536, 512}, NULL, NULL},
    {"limits", "in_flight", AT(limits.in_flight), KEY_NUMBER, {1, 1048576, 8192}, NULL, NULL},
    {"limits",
     "message_bytes",
     AT(limits.message_bytes),
     KEY_NUMBER,
     {1024, 67108864, 262144},
     NULL,
     NULL},
    {"limits",
     "store_wait_ms",
     AT(limits.store_wait_ms),
     KEY_NUMBER,
     {10, 600000, 5000},
     NULL,
     NULL},
    {"limits", "lease_ms", AT(limits.lease_ms), KEY_NUMBER, {100, 86400000, 60000}, NULL, NULL},
    {"limits",
     "heartbeat_ms",
     AT(limits.heartbeat_ms),
     KEY_NUMBER,
     {50, 3600000, 5000},
     NULL,
     NULL},
    {"limits", "max_attempts", AT(limits.max_attempts), KEY_NUMBER, {1, 1000, 10}, NULL, NULL},
    {"limits", "retry_ms", AT(limits.retry_ms), KEY_NUMBER, {1, 3600000, 1000}, NULL, NULL},
    {"limits",
     "retry_max_ms",
     AT(limits.retry_max_ms),
     KEY_NUMBER,
     {1, 86400000, 300000},
     NULL,
     NULL},
    {"limits", "not_yet_ms", AT(limits.not_yet_ms), KEY_NUMBER, {0, 86400000, 60000}, NULL, NULL},
    {"limits", "min_free_mib", AT(limits.min_free_mib), KEY_NUMBER, {0, 1048576, 256}, NULL, NULL},
};

/* ---- one key ---- */

/* Where a key's value goes. */
static void *
target(struct wm_settings *settings, const struct key *key)
{
    assert(key->target < sizeof *settings);
    return (char *)settings + key->target;
}

/* An empty text is a setting that somebody forgot to fill in. */
static void
read_text(struct wm_reader *reader, const struct wm_node *group, const struct key *key,
          struct wm_span *into)
{
    assert(group->kind == WM_NODE_GROUP);
    *into = wm_reader_text(reader, group, key->name);
    const struct wm_node *node = wm_node_get(group, key->name);
    if (node != NULL && into->data != NULL && into->size == 0) {
        wm_reader_bad(reader, node->line, "%s must not be empty", key->name);
    }
    if (node == NULL && key->otherwise != NULL) {
        *into = wm_span(key->otherwise);
    }
    if (key->kind == KEY_PATH && into->size > 0) {
        *into = wm_path_beside(reader->arena, reader->file, *into);
    }
}

/* Only lists that must stand there must hold something. */
static void
read_texts(struct wm_reader *reader, const struct wm_node *group, const struct key *key,
           struct wm_settings_list *into)
{
    assert(group->kind == WM_NODE_GROUP);
    const struct wm_names texts = wm_reader_texts(reader, group, key->name);
    const struct wm_node *node = wm_node_get(group, key->name);
    if (node != NULL && texts.count == 0 && key->needed != NULL) {
        wm_reader_bad(reader, node->line, "%s must name at least one: %s", key->name, key->needed);
    }
    into->items = WM_MAKE(reader->arena, struct wm_span, texts.count);
    into->count = into->items != NULL ? texts.count : 0;
    for (size_t i = 0; i < into->count; i++) {
        into->items[i] = key->kind == KEY_PATHS
                             ? wm_path_beside(reader->arena, reader->file, texts.items[i])
                             : texts.items[i];
    }
}

/* A key that must stand there and does not has no default to fall back on. */
static void
read_key(struct wm_reader *reader, const struct wm_node *group, const struct key *key,
         struct wm_settings *settings)
{
    assert(group->kind == WM_NODE_GROUP);
    if (key->needed != NULL && wm_reader_need(reader, group, key->name, key->needed) == NULL) {
        return;
    }
    switch (key->kind) {
    case KEY_TEXT:
    case KEY_PATH:
    case KEY_ENDPOINT:
        read_text(reader, group, key, target(settings, key));
        break;
    case KEY_PATHS:
    case KEY_ENDPOINTS:
        read_texts(reader, group, key, target(settings, key));
        break;
    case KEY_NUMBER:
        *(int32_t *)target(settings, key) = wm_reader_number(reader, group, key->name, key->bounds);
        break;
    case KEY_FLAG:
        *(bool *)target(settings, key) =
            wm_reader_flag(reader, group, key->name, key->bounds.otherwise != 0);
        break;
    case KEY_OTHER:
        break;
    }
}

/* Unknown settings are told group by group, with the names that the group has. */
static void
read_group(struct wm_reader *reader, const struct wm_node *root, const char *name,
           struct wm_settings *settings)
{
    assert(root != NULL);
    const struct wm_node nothing = {.kind = WM_NODE_GROUP};
    const struct wm_node *group = name[0] != '\0' ? wm_node_get(root, name) : root;
    const bool absent = group == NULL;
    if (group != NULL && group->kind != WM_NODE_GROUP) {
        wm_reader_bad(reader, group->line, "%s must be a group { }, not %s", name,
                      wm_node_words(group));
        return;
    }
    reader->where = wm_span(name);
    const char *names[WM_COUNT(keys) + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < WM_COUNT(keys); i++) {
        if (strcmp(keys[i].group, name) != 0) {
            continue;
        }
        names[count++] = keys[i].name;
        /* That the whole group is missing has been said already. */
        if (!absent || keys[i].needed == NULL) {
            read_key(reader, absent ? &nothing : group, &keys[i], settings);
        }
    }
    if (!absent) {
        wm_reader_keys(reader, group, names);
    }
    reader->where = (struct wm_span){0};
}

/* ---- what has a form of its own ---- */

/* The manual clock's beginning is read in any case: a slip in it should not wait for a rehearsal.
 * */
static void
read_clock(struct wm_reader *reader, const struct wm_node *root, struct wm_settings *settings)
{
    assert(root != NULL);
    const struct wm_node *node = wm_node_get(root, "clock");
    const struct wm_span mode = wm_reader_text(reader, root, "clock");
    settings->clock = wm_span_is(mode, "manual") ? WM_CLOCK_MANUAL : WM_CLOCK_SYSTEM;
    if (mode.data != NULL && !wm_span_is(mode, "manual") && !wm_span_is(mode, "system")) {
        wm_reader_bad(reader, node->line, "clock must be \"system\" or \"manual\", not \"%.*s\"",
                      WM_SPAN_ARG(mode));
    }
    struct wm_span start = wm_reader_text(reader, root, "clock_start");
    node = wm_node_get(root, "clock_start");
    if (start.data == NULL) {
        start = wm_span("2024-01-01T00:00:00Z");
    }
    if (wm_time_parse(start, &settings->clock_start_us) != WM_OK) {
        wm_reader_bad(reader, node->line,
                      "clock_start must be a time such as \"2024-01-01T00:00:00Z\", not \"%.*s\"",
                      WM_SPAN_ARG(start));
    }
}

/* A feed comes from elsewhere: without its key anybody could be it. */
static void
read_feeds(struct wm_reader *reader, const struct wm_node *root, struct wm_settings *settings)
{
    assert(root != NULL);
    static const char *const known[] = {"endpoint", "topics", "as", "server_key", NULL};
    const struct wm_nodes nodes = wm_reader_groups(reader, root, "feeds");
    struct wm_feed_setting *feeds = WM_MAKE(reader->arena, struct wm_feed_setting, nodes.count);
    const struct key topics = {.name = "topics", .kind = KEY_ENDPOINTS};
    for (size_t i = 0; feeds != NULL && i < nodes.count; i++) {
        const struct wm_node *node = &nodes.items[i];
        reader->where = wm_arena_printf(reader->arena, "feed %zu", i + 1);
        wm_reader_keys(reader, node, known);
        if (wm_reader_need(reader, node, "endpoint", "where the feed is published") != NULL) {
            feeds[i].endpoint = wm_reader_text(reader, node, "endpoint");
        }
        if (wm_reader_need(reader, node, "as", "the name under which its events come in") != NULL) {
            feeds[i].as = wm_reader_text(reader, node, "as");
        }
        feeds[i].server_key = wm_reader_text(reader, node, "server_key");
        read_texts(reader, node, &topics, &feeds[i].topics);
        const struct wm_endpoint_rule rule = {.curve = feeds[i].server_key.size > 0,
                                              .insecure = settings->security.insecure,
                                              .remedy = "give its server_key"};
        wm_endpoint_check(reader, node->line, &rule, &feeds[i].endpoint);
    }
    settings->feeds = feeds;
    settings->feed_count = feeds != NULL ? nodes.count : 0;
    reader->where = (struct wm_span){0};
}

/* What becomes of old messages must be said together with what old means. */
static void
read_topics(struct wm_reader *reader, const struct wm_node *root, struct wm_settings *settings)
{
    assert(root != NULL);
    static const char *const known[] = {"name", "max_age", "when_old", NULL};
    const struct wm_nodes nodes = wm_reader_groups(reader, root, "topics");
    struct wm_topic_setting *topics = WM_MAKE(reader->arena, struct wm_topic_setting, nodes.count);
    for (size_t i = 0; topics != NULL && i < nodes.count; i++) {
        const struct wm_node *node = &nodes.items[i];
        reader->where = wm_arena_printf(reader->arena, "topic %zu", i + 1);
        wm_reader_keys(reader, node, known);
        if (wm_reader_need(reader, node, "name", "the topic's name") != NULL) {
            topics[i].name = wm_reader_text(reader, node, "name");
        }
        topics[i].max_age = wm_reader_duration(reader, node, "max_age");
        topics[i].when_old = wm_reader_text(reader, node, "when_old");
        const struct wm_node *old = wm_node_get(node, "when_old");
        if (topics[i].when_old.data != NULL && !wm_span_is(topics[i].when_old, "journal")) {
            wm_reader_bad(reader, old->line, "when_old must be \"journal\", not \"%.*s\"",
                          WM_SPAN_ARG(topics[i].when_old));
        }
        if (topics[i].when_old.data != NULL && topics[i].max_age.count == 0) {
            wm_reader_bad(reader, old->line, "when_old says nothing without max_age");
        }
    }
    settings->topics = topics;
    settings->topic_count = topics != NULL ? nodes.count : 0;
    reader->where = (struct wm_span){0};
}

bool
wm_settings_load(struct wm_arena *arena, struct wm_span path, struct wm_findings *findings,
                 struct wm_settings *ret_settings)
{
    assert(arena != NULL && ret_settings != NULL);
    static const char *const groups[] = {"", "policy", "endpoints", "security", "limits"};
    struct wm_reader reader = {.arena = arena, .findings = findings, .file = path};
    struct wm_settings settings = {0};
    const size_t before = findings->count;
    const size_t errors = wm_findings_errors(findings);
    const struct wm_node *root = wm_reader_open(&reader);
    if (root == NULL) {
        return false;
    }
    for (size_t i = 0; i < WM_COUNT(groups); i++) {
        read_group(&reader, root, groups[i], &settings);
    }
    read_clock(&reader, root, &settings);
    read_feeds(&reader, root, &settings);
    read_topics(&reader, root, &settings);
    wm_settings_check(&reader, root, &settings);
    if (wm_arena_failed(arena)) {
        wm_reader_bad(&reader, 0, "the file is too large");
    }
    wm_findings_sort(findings, before);
    if (wm_findings_errors(findings) > errors) {
        return false;
    }
    *ret_settings = settings;
    return true;
}
