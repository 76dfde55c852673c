/* reader.h - a libconfig file as a tree of our own, and typed looks into it that record findings.
 *
 * The tree lives in an arena and outlives libconfig's; everything that is wrong becomes a finding
 * with the line, and reading goes on, so that all of it is told at once. */
#ifndef WM_POLICY_READER_H
#define WM_POLICY_READER_H

#include "base/text.h"
#include "daemon/policy/policy.h"

enum wm_node_kind {
    WM_NODE_GROUP = 1,
    WM_NODE_LIST, /* ( ) or [ ] */
    WM_NODE_TEXT,
    WM_NODE_NUMBER,
    WM_NODE_FLAG,
    WM_NODE_DECIMAL /* a number with a point: nothing takes one */
};

struct wm_node {
    struct wm_span name; /* absent in lists and for the file as a whole */
    enum wm_node_kind kind;
    int32_t line;
    struct wm_span text;
    int64_t number;
    bool flag;
    const struct wm_node *children;
    size_t count;
};

struct wm_nodes {
    const struct wm_node *items;
    size_t count;
};

struct wm_names {
    const struct wm_span *items;
    size_t count;
};

struct wm_bounds {
    int32_t least;
    int32_t most;
    int32_t otherwise; /* when the key is absent */
};

struct wm_reader {
    struct wm_arena *arena;
    struct wm_findings *findings;
    struct wm_span file;
    struct wm_span where; /* begins each finding: `clock "respond"`; may be absent */
};

/* Zeroed memory for `count` objects; NULL for none, and when the arena has failed: never its
 * scratch memory, for what is built here is read again. */
void *wm_reader_alloc(struct wm_arena *arena, size_t count, size_t size);
#define WM_MAKE(arena, type, count) ((type *)wm_reader_alloc((arena), (count), sizeof(type)))

/* Parses the text of a file. NULL with a finding when it is no libconfig. */
const struct wm_node *wm_reader_parse(struct wm_reader *reader, struct wm_span text);
/* Reads a file and parses it; NULL with a finding. */
const struct wm_node *wm_reader_open(struct wm_reader *reader);

void wm_reader_bad(struct wm_reader *reader, int32_t line, const char *format, ...) WM_FORMAT(3, 4);
void wm_reader_warn(struct wm_reader *reader, int32_t line, const char *format, ...)
    WM_FORMAT(3, 4);
/* `; did you mean "x"?` for the name nearest to `word`, or the empty text. Never NULL. */
const char *wm_reader_near(struct wm_reader *reader, struct wm_span word, struct wm_names names);
/* "a number", "a group { }": what a node is, in words. */
const char *wm_node_words(const struct wm_node *node);

/* NULL if the group has no such setting. */
const struct wm_node *wm_node_get(const struct wm_node *group, const char *key);
/* Finds settings that the group may not have. `keys` ends with NULL. */
void wm_reader_keys(struct wm_reader *reader, const struct wm_node *group, const char *const *keys);
/* The setting; when it is absent a finding that says `why` it must stand there, and NULL. */
const struct wm_node *wm_reader_need(struct wm_reader *reader, const struct wm_node *group,
                                     const char *key, const char *why);
/* Absent keys give the absent span, `otherwise`, no items; a wrong kind too, with a finding. */
struct wm_span wm_reader_text(struct wm_reader *reader, const struct wm_node *group,
                              const char *key);
bool wm_reader_flag(struct wm_reader *reader, const struct wm_node *group, const char *key,
                    bool otherwise);
int32_t wm_reader_number(struct wm_reader *reader, const struct wm_node *group, const char *key,
                         struct wm_bounds bounds);
struct wm_duration wm_reader_duration(struct wm_reader *reader, const struct wm_node *group,
                                      const char *key);
/* A list of texts, or one text alone. */
struct wm_names wm_reader_texts(struct wm_reader *reader, const struct wm_node *group,
                                const char *key);
/* The elements of a list of groups, or one group alone. */
struct wm_nodes wm_reader_groups(struct wm_reader *reader, const struct wm_node *group,
                                 const char *key);
/* The settings of a group of groups: { name = { … }; … }. */
struct wm_nodes wm_reader_members(struct wm_reader *reader, const struct wm_node *group,
                                  const char *key);
/* The same of one node: a text, a duration. */
struct wm_span wm_reader_text_of(struct wm_reader *reader, const struct wm_node *node);
struct wm_duration wm_reader_duration_of(struct wm_reader *reader, const struct wm_node *node);

/* The index of a name, or -1. */
int32_t wm_names_index(struct wm_names names, struct wm_span name);
/* Sorts the findings from the given one on by line, stable. */
void wm_findings_sort(struct wm_findings *findings, size_t from);
/* Finds what libconfig takes silently or falls over. False: it must not be given this text. */
bool wm_syntax_check(struct wm_reader *reader, struct wm_span text);
/* Where a slip of syntax probably is, a clause in the arena; absent: nothing looks wrong. */
struct wm_span wm_syntax_hint(struct wm_arena *arena, struct wm_span text);

#endif
