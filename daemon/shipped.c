/* shipped.c - where the files are that come with the program. */
#include "daemon/shipped.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static const char installed[] = "/usr/share/waymark/schemas";

const char *
wm_shipped_schemas(void)
{
    char path[PATH_MAX];
    const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
    const size_t build = strlen(WM_BUILD_DIR);
    const bool built_here = size > 0 && (size_t)size > build &&
                            memcmp(path, WM_BUILD_DIR, build) == 0 && path[build] == '/';
    return built_here ? WM_SCHEMA_DIR : installed;
}
