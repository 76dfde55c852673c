/* digest.h - what a policy file means, whatever its comments and the order of its settings. */
#ifndef WM_POLICY_DIGEST_H
#define WM_POLICY_DIGEST_H

#include "daemon/policy/reader.h"

/* 32 hex digits over the bytes (FNV-1a, 128 bits: tells versions apart, keeps no secret). */
struct wm_span wm_digest_of(struct wm_arena *arena, struct wm_span bytes);
/* The same over the tree: settings sorted by name, no comments, no layout. */
struct wm_span wm_digest_of_tree(struct wm_arena *arena, const struct wm_node *root);

#endif
