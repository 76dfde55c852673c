/* policy_fixture.h - what the policy tests share: a small catalogue, people, calendars, loading. */
#ifndef WM_TESTS_POLICY_FIXTURE_H
#define WM_TESTS_POLICY_FIXTURE_H

#include "daemon/policy/policy.h"

/* Calendars statutory and service, team front, officers p.one and p.two, skill repairs, the events
 * of data/policy/enquiry.cfg. All static. */
struct wm_surroundings policy_surroundings(void);
/* The text of a file below tests/unit/data/policy/, or of any file if the name begins with "/". */
struct wm_span policy_file(struct wm_arena *arena, const char *name);
/* `text` with the first `from` replaced by `to`; fails the test when it holds none. */
struct wm_span policy_change(struct wm_arena *arena, struct wm_span text, const char *from,
                             const char *to);
/* All findings as "LINE: text" lines, "LINE: warning: text" for warnings. */
struct wm_span policy_told(struct wm_arena *arena, const struct wm_findings *findings);
/* Writes a file into a new folder of its own and gives back its path; forget removes both. */
struct wm_span policy_write(struct wm_arena *arena, const char *name, struct wm_span text);
void policy_forget(struct wm_arena *arena, struct wm_span path);

#endif
