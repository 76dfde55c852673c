/* schema_file.h - a schema with its compiled form behind the part that everybody sees. */
#ifndef WM_CODEC_SCHEMA_FILE_H
#define WM_CODEC_SCHEMA_FILE_H

#include "daemon/codec/node.h"
#include "daemon/codec/schema.h"

/* Invariant: `seen` stands first, so that a pointer to it is one to all. */
struct wm_schema_file {
    struct wm_schema seen;
    struct wm_node root;
};

static inline const struct wm_schema_file *
wm_schema_file(const struct wm_schema *schema)
{
    return (const struct wm_schema_file *)(const void *)schema;
}

#endif
