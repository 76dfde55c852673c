/* codec_fixture.h - a workflow with a little of everything, and cases of it that use every field.
 */
#ifndef WM_TESTS_UNIT_CODEC_FIXTURE_H
#define WM_TESTS_UNIT_CODEC_FIXTURE_H

#include "daemon/core/case.h"

enum { FIXTURE_CLOCK_ACKNOWLEDGE, FIXTURE_CLOCK_URGENT, FIXTURE_CLOCK_ACTION };

extern const struct wm_workflow codec_workflow;

/* A case with nothing but a reference. */
struct wm_case *codec_bare_case(struct wm_arena *arena);
/* A case in which no field has its ordinary value. */
struct wm_case *codec_full_case(struct wm_arena *arena);

#endif
