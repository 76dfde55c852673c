/* digest.c - canonical dump of a tree, and FNV-1a over it. */
#include "daemon/policy/digest.h"

#include <assert.h>
#include <inttypes.h>

#include "base/sort.h"

__extension__ typedef unsigned __int128 wide;

enum { HALF_BITS = 64 };

/* Standard C has no literals of 128 bits. */
static wide
join(uint64_t high, uint64_t low)
{
    return (wide)high << HALF_BITS | low;
}

struct wm_span
wm_digest_of(struct wm_arena *arena, struct wm_span bytes)
{
    /* Offset basis and prime as FNV's authors give them for 128 bits. */
    const wide prime = join(UINT64_C(0x0000000001000000), UINT64_C(0x000000000000013B));
    wide hash = join(UINT64_C(0x6c62272e07bb0142), UINT64_C(0x62b821756295c58d));
    for (size_t i = 0; i < bytes.size; i++) {
        hash = (hash ^ (unsigned char)bytes.data[i]) * prime;
    }
    return wm_arena_printf(arena, "%016" PRIx64 "%016" PRIx64, (uint64_t)(hash >> HALF_BITS),
                           (uint64_t)hash);
}

/* Settings of a group have no order of their own. */
static int
by_name(const void *a, const void *b)
{
    const struct wm_node *const *left = a;
    const struct wm_node *const *right = b;
    return wm_span_compare((*left)->name, (*right)->name);
}

/* The children in canonical order: a group's by name, a list's as they are. NULL: no memory. */
static const struct wm_node **
ordered(struct wm_arena *arena, const struct wm_node *node)
{
    assert(node != NULL);
    const struct wm_node **order = WM_MAKE(arena, const struct wm_node *, 2 * node->count);
    if (order == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < node->count; i++) {
        order[i] = &node->children[i];
    }
    if (node->kind == WM_NODE_GROUP) {
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is sorted */
        wm_sort(order, node->count, sizeof *order, by_name, order + node->count);
    }
    return order;
}

/* Every text goes in with its length, so that no two trees give the same bytes. The depth is
 * bounded by wm_syntax_check. */
static void
/* NOLINTNEXTLINE(misc-no-recursion) */
dump(struct wm_text *out, const struct wm_node *node)
{
    assert(out->arena != NULL);
    assert(node != NULL);
    wm_text_printf(out, "%zu:%.*s", node->name.size, WM_SPAN_ARG(node->name));
    switch (node->kind) {
    case WM_NODE_TEXT:
        wm_text_printf(out, "=%zu\"%.*s", node->text.size, WM_SPAN_ARG(node->text));
        return;
    case WM_NODE_NUMBER:
        wm_text_printf(out, "=%" PRId64, node->number);
        return;
    case WM_NODE_FLAG:
        wm_text_puts(out, node->flag ? "=true" : "=false");
        return;
    case WM_NODE_DECIMAL:
        wm_text_puts(out, "=.");
        return;
    case WM_NODE_GROUP:
    case WM_NODE_LIST:
        break;
    }
    wm_text_puts(out, node->kind == WM_NODE_GROUP ? "{" : "(");
    if (node->count > 0) {
        const struct wm_node **order = ordered(out->arena, node);
        for (size_t i = 0; order != NULL && i < node->count; i++) {
            wm_text_puts(out, ",");
            dump(out, order[i]);
        }
    }
    wm_text_puts(out, "}");
}

struct wm_span
wm_digest_of_tree(struct wm_arena *arena, const struct wm_node *root)
{
    assert(root != NULL);
    struct wm_text out = {.arena = arena};
    dump(&out, root);
    return wm_digest_of(arena, wm_text_span(&out));
}
