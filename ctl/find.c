/* find.c - where the shipped files are: in the build's own checkout, or installed. */
#include <limits.h>
#include <unistd.h>

#include "ctl/setup.h"

static const char installed_config[] = "/etc/waymark/waymark.cfg";
static const char installed_schemas[] = "/usr/share/waymark/schemas";

/* True if this program runs from the build tree: then the source tree's files belong to it. */
static bool
is_in_build_tree(void)
{
    char path[PATH_MAX];
    const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
    const size_t build = strlen(WM_BUILD_DIR);
    return size > 0 && (size_t)size > build && memcmp(path, WM_BUILD_DIR, build) == 0 &&
           path[build] == '/';
}

struct wm_span
wm_find_config(struct wm_arena *arena)
{
    const char *path = is_in_build_tree() ? WM_CONFIG_DIR "/waymark.cfg" : installed_config;
    if (access(path, F_OK) != 0) {
        return (struct wm_span){0};
    }
    return wm_arena_copy(arena, wm_span(path));
}

const char *
wm_find_schemas(void)
{
    return is_in_build_tree() ? WM_SCHEMA_DIR : installed_schemas;
}
