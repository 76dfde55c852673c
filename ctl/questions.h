/* questions.h - the table of questions, and how their answers are shown where columns won't do. */
#ifndef WM_CTL_QUESTIONS_H
#define WM_CTL_QUESTIONS_H

#include "ctl/question.h"

/* The question of a command ("case list"); NULL if it asks none. */
const struct wm_question *wm_questions_find(const char *command);

wm_show_fn wm_show_status;
wm_show_fn wm_show_stuck;
wm_show_fn wm_show_clock;
wm_show_fn wm_show_case;
wm_show_fn wm_show_history;
wm_show_fn wm_show_letter;
wm_show_fn wm_show_verified;

#endif
