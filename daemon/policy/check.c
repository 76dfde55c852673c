/* check.c - what can't be right in a workflow as a whole. */
#include <assert.h>

#include "daemon/policy/build.h"

void
wm_check_workflow(struct wm_build *build)
{
    assert(build->root != NULL);
}
