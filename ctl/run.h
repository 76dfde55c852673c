/* run.h - what the commands do: one function each, named in the table of commands.c. */
#ifndef WM_CTL_RUN_H
#define WM_CTL_RUN_H

#include "ctl/command.h"

enum wm_exit wm_run_calendar_add(struct wm_ctl *ctl);
enum wm_exit wm_run_calendar_show(struct wm_ctl *ctl);
enum wm_exit wm_run_event_list(struct wm_ctl *ctl);
enum wm_exit wm_run_event_show(struct wm_ctl *ctl);
enum wm_exit wm_run_workflow_check(struct wm_ctl *ctl);
enum wm_exit wm_run_workflow_graph(struct wm_ctl *ctl);
enum wm_exit wm_run_config_check(struct wm_ctl *ctl);
enum wm_exit wm_run_publish(struct wm_ctl *ctl);
enum wm_exit wm_run_case_assign(struct wm_ctl *ctl);
enum wm_exit wm_run_simulate(struct wm_ctl *ctl);
enum wm_exit wm_run_journeys(struct wm_ctl *ctl);
enum wm_exit wm_run_question(struct wm_ctl *ctl); /* see question.h */

#endif
