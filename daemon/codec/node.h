/* node.h - a JSON Schema made ready for checking: what schema_compile.c makes and schema_check.c
 * walks. */
#ifndef WM_CODEC_NODE_H
#define WM_CODEC_NODE_H

#include <stdint.h>

#include <jansson.h>

#include "base/text.h"

enum {
    WM_NODE_DEPTH = 12,     /* deepest nesting of a schema */
    WM_NODE_PROPERTIES = 64 /* properties of one object: a bit each */
};

/* Bits of wm_node.types. */
enum wm_json_type {
    WM_JSON_OBJECT = 1,
    WM_JSON_ARRAY = 2,
    WM_JSON_STRING = 4,
    WM_JSON_INTEGER = 8,
    WM_JSON_NUMBER = 16, /* integers too */
    WM_JSON_BOOLEAN = 32
};

enum wm_text_format { WM_FORMAT_NONE = 0, WM_FORMAT_DATE, WM_FORMAT_DATE_TIME };

struct wm_property;

/* Invariant: properties ascend by name; bit i of required is properties[i]. */
struct wm_node {
    unsigned types; /* 0: any */
    const struct wm_property *properties;
    size_t property_count;
    uint64_t required;
    const struct wm_node *items;  /* of every element; NULL: any */
    const struct wm_node *others; /* of every field that is no property; NULL: see is_open */
    bool is_open;                 /* fields that are no property are not warned of */
    const struct wm_span *words;  /* enum; NULL: any */
    size_t word_count;
    double minimum; /* -HUGE_VAL: none; likewise below */
    double maximum;
    size_t min_length; /* characters */
    size_t max_length;
    size_t min_items;
    size_t max_items;
    enum wm_text_format format;
    const struct wm_node *any_of; /* one of these holds; NULL: nothing asked */
    size_t any_count;
};

struct wm_property {
    struct wm_span name;
    struct wm_node node;
};

/* "string", … of one bit. */
const char *wm_node_type_name(enum wm_json_type type);
/* Makes a node of a schema; texts are borrowed from `json`. False: a sentence for each mistake was
 * appended to `errors`, a line each. */
bool wm_node_compile(struct wm_arena *arena, const json_t *json, struct wm_text *errors,
                     struct wm_node *ret_node);
/* NULL if there is none. */
const struct wm_property *wm_node_property(const struct wm_node *node, struct wm_span name);

#endif
