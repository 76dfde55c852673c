/* journey_print.h - a journey on paper. */
#ifndef WM_CTL_JOURNEY_PRINT_H
#define WM_CTL_JOURNEY_PRINT_H

#include "ctl/journey.h"
#include "ctl/table.h"

enum { WM_JOURNEY_COLUMNS = 7 }; /* of a line */

struct wm_journey_page {
    FILE *out;
    struct wm_arena *arena;
    const struct wm_local *local;
};

/* The whole story; `show` is what the case is now. */
void wm_journey_print(const struct wm_journey_page *page, const json_t *show,
                      const struct wm_journey *journey);
/* A row of a table with WM_JOURNEY_COLUMNS columns: case, state, officer, how many had it, promises
 * kept, broken, which. */
void wm_journey_row(const struct wm_journey_page *page, struct wm_table *table, const json_t *show,
                    const struct wm_journey *journey);
/* {"ref","workflow","state","officer","opened","closed","moments","officers","promises","sent"}. */
struct wm_span wm_journey_json(struct wm_arena *arena, const json_t *show,
                               const struct wm_journey *journey);

#endif
