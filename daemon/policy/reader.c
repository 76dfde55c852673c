/* reader.c - libconfig's tree copied into the arena; what is wrong with it becomes a finding. */
#include "daemon/policy/reader.h"

#include <assert.h>
#include <stdarg.h>

#include <libconfig.h>

void *
wm_reader_alloc(struct wm_arena *arena, size_t count, size_t size)
{
    assert(size > 0);
    void *memory = count > 0 && !wm_arena_failed(arena) ? wm_arena_alloc(arena, count, size) : NULL;
    return wm_arena_failed(arena) ? NULL : memory;
}

static struct wm_span WM_FORMAT(2, 0)
    vclause(struct wm_reader *reader, const char *format, va_list args)
{
    assert(reader->findings != NULL);
    struct wm_arena *arena = reader->findings->arena;
    const struct wm_span text = wm_arena_vprintf(arena, format, args);
    if (reader->where.size == 0) {
        return text;
    }
    return wm_arena_printf(arena, "%.*s: %.*s", WM_SPAN_ARG(reader->where), WM_SPAN_ARG(text));
}

void
wm_reader_bad(struct wm_reader *reader, int32_t line, const char *format, ...)
{
    assert(reader->findings != NULL);
    va_list args;
    va_start(args, format);
    const struct wm_span text = vclause(reader, format, args);
    va_end(args);
    wm_finding_add(reader->findings, reader->file, line, "%.*s", WM_SPAN_ARG(text));
}

void
wm_reader_warn(struct wm_reader *reader, int32_t line, const char *format, ...)
{
    assert(reader->findings != NULL);
    va_list args;
    va_start(args, format);
    const struct wm_span text = vclause(reader, format, args);
    va_end(args);
    wm_finding_warn(reader->findings, reader->file, line, "%.*s", WM_SPAN_ARG(text));
}

const char *
wm_reader_near(struct wm_reader *reader, struct wm_span word, struct wm_names names)
{
    assert(reader->findings != NULL);
    struct wm_span near = wm_text_nearest(word, names.items, names.count);
    if (near.data == NULL) {
        return "";
    }
    near = wm_arena_printf(reader->arena, "; did you mean \"%.*s\"?", WM_SPAN_ARG(near));
    return near.data != NULL ? near.data : "";
}

/* ---- from libconfig's tree to ours ---- */

/* Kind and content of one setting, without its children. */
static void
fill(struct wm_arena *arena, struct wm_node *node, const config_setting_t *setting)
{
    assert(node != NULL);
    const char *name = config_setting_name(setting);
    node->name = name != NULL ? wm_arena_copy(arena, wm_span(name)) : (struct wm_span){0};
    node->line = (int32_t)config_setting_source_line(setting);
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_GROUP:
        node->kind = WM_NODE_GROUP;
        break;
    case CONFIG_TYPE_INT:
        node->kind = WM_NODE_NUMBER;
        node->number = config_setting_get_int(setting);
        break;
    case CONFIG_TYPE_INT64:
        node->kind = WM_NODE_NUMBER;
        node->number = config_setting_get_int64(setting);
        break;
    case CONFIG_TYPE_FLOAT:
        node->kind = WM_NODE_DECIMAL;
        break;
    case CONFIG_TYPE_STRING:
        node->kind = WM_NODE_TEXT;
        node->text = wm_arena_copy(arena, wm_span(config_setting_get_string(setting)));
        break;
    case CONFIG_TYPE_BOOL:
        node->kind = WM_NODE_FLAG;
        node->flag = config_setting_get_bool(setting) != 0;
        break;
    default:
        node->kind = WM_NODE_LIST;
        break;
    }
}

/* The depth is bounded: wm_syntax_check refuses deeper brackets first. */
static void
/* NOLINTNEXTLINE(misc-no-recursion) */
copy(struct wm_arena *arena, struct wm_node *node, const config_setting_t *setting)
{
    assert(node != NULL);
    fill(arena, node, setting);
    if (node->kind != WM_NODE_GROUP && node->kind != WM_NODE_LIST) {
        return;
    }
    const size_t count = (size_t)config_setting_length(setting);
    struct wm_node *children = WM_MAKE(arena, struct wm_node, count);
    if (children == NULL || wm_arena_failed(arena)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        copy(arena, &children[i], config_setting_get_elem(setting, (unsigned)i));
    }
    node->children = children;
    node->count = count;
}

/* libconfig's line is where it noticed, not where the slip is; hence "at or before". */
static void
tell_syntax(struct wm_reader *reader, const config_t *config, struct wm_span text)
{
    assert(reader->findings != NULL);
    const int32_t line = (int32_t)config_error_line(config);
    if (strcmp(config_error_text(config), "duplicate setting name") == 0) {
        wm_reader_bad(reader, line, "this setting stands in its group twice");
        return;
    }
    const struct wm_span hint = wm_syntax_hint(reader->arena, text);
    wm_reader_bad(reader, line, "%s at or before line %d%s%.*s", config_error_text(config), line,
                  hint.data != NULL ? ": " : "", WM_SPAN_ARG(hint));
}

const struct wm_node *
wm_reader_parse(struct wm_reader *reader, struct wm_span text)
{
    assert(reader->arena != NULL && reader->findings != NULL);
    if (!wm_syntax_check(reader, text)) {
        return NULL;
    }
    struct wm_node *root = WM_MAKE(reader->arena, struct wm_node, 1);
    if (root == NULL) {
        wm_reader_bad(reader, 0, "not enough memory to read it");
        return NULL;
    }
    config_t config;
    config_init(&config);
    const bool good = config_read_string(&config, wm_arena_string(reader->arena, text)) != 0;
    if (good) {
        copy(reader->arena, root, config_root_setting(&config));
        root->name = (struct wm_span){0};
    } else {
        tell_syntax(reader, &config, text);
    }
    config_destroy(&config);
    if (good && wm_arena_failed(reader->arena)) {
        wm_reader_bad(reader, 0, "the file is too large");
        return NULL;
    }
    return good ? root : NULL;
}

const struct wm_node *
wm_reader_open(struct wm_reader *reader)
{
    assert(reader->findings != NULL);
    struct wm_span text = {0};
    struct wm_span why = {0};
    if (wm_file_read(reader->arena, reader->file, &text, &why) != WM_OK) {
        wm_reader_bad(reader, 0, "%.*s", WM_SPAN_ARG(why));
        return NULL;
    }
    return wm_reader_parse(reader, text);
}
