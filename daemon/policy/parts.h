/* parts.h - private to the policy folder: the readers of a workflow's parts, and its checker. */
#ifndef WM_POLICY_PARTS_H
#define WM_POLICY_PARTS_H

#include "daemon/policy/build.h"

/* operand.c: a field; root 0 with a finding when there is no such thing. */
struct wm_operand wm_build_operand(struct wm_build *build, int32_t line, struct wm_span text,
                                   struct wm_sort *ret_sort);

/* expr.c */
struct wm_value wm_build_value(struct wm_build *build, const struct wm_node *node);
struct wm_expr wm_build_expr(struct wm_build *build, const struct wm_node *node,
                             struct wm_sort *ret_sort);
/* The same of a key; no parts when it is absent. */
struct wm_expr wm_build_expr_at(struct wm_build *build, const struct wm_node *group,
                                const char *key, struct wm_sort *ret_sort);
/* fields = { name = VALUE; }: the sorts beside the rules. */
struct wm_field_rule *wm_build_fields(struct wm_build *build, const struct wm_node *group,
                                      struct wm_sort **ret_sorts, size_t *ret_count);
/* An item's fields, which must be among those of its kind. */
const struct wm_field_rule *wm_build_item_fields(struct wm_build *build,
                                                 const struct wm_node *group, int32_t kind,
                                                 size_t *ret_count);

/* sort.c */
/* True if a value of one sort can be one of the other. */
bool wm_sort_fits(struct wm_sort wanted, struct wm_sort given);
struct wm_sort wm_sort_of(const struct wm_value *value);
/* "text", "a whole number" */
const char *wm_sort_words(struct wm_sort sort);
/* Finds a value that a field of the sort can never have. */
void wm_sort_check(struct wm_reader *reader, const struct wm_node *node, struct wm_sort sort,
                   const struct wm_value *value);

/* condition.c: NULL when the key is absent. */
const struct wm_condition *wm_build_when(struct wm_build *build, const struct wm_node *group,
                                         const char *key);
/* The same of a requirement, which has `rule` and `text` besides. */
void wm_build_requirement(struct wm_build *build, const struct wm_node *node,
                          struct wm_condition *ret_condition);
/* tally.c: the count that `events.TYPE` with its companions means. */
int32_t wm_build_tally(struct wm_build *build, const struct wm_node *group, int32_t line,
                       struct wm_span type);

/* action.c, send.c */
struct wm_actions wm_build_actions(struct wm_build *build, const struct wm_node *group,
                                   const char *key);
struct wm_actions wm_build_action_list(struct wm_build *build, struct wm_nodes nodes);
const struct wm_send *wm_build_send(struct wm_build *build, const struct wm_node *node);

/* What a trigger's event is: an event of the case, or a moment of a clock or an item. */
enum wm_moment wm_moment_of(struct wm_span type);

/* trigger.c, clocks.c, rungs.c, items.c, states.c, attributes.c: the second pass. */
struct wm_triggers wm_build_triggers(struct wm_build *build, const struct wm_node *group,
                                     const char *key, int32_t item_kind);
void wm_build_targets(struct wm_build *build, const struct wm_node *node,
                      struct wm_clock_def *clock);
void wm_build_rungs(struct wm_build *build, const struct wm_node *node, struct wm_clock_def *clock);
void wm_build_attributes(struct wm_build *build);
void wm_build_items(struct wm_build *build);
void wm_build_clocks(struct wm_build *build);
void wm_build_states(struct wm_build *build);
void wm_build_openings(struct wm_build *build);

/* check*.c: what can't be right in the model as a whole. */
void wm_check_workflow(struct wm_build *build);

#endif
