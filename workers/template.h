/* template.h - letters from templates: {{name}}, {{#name}}…{{/name}} for each of a list or where a
 * value is present,
 * {{^name}}…{{/name}} where it is absent, {{.}} for the element of a plain list. Names may be
 * dotted. */
#ifndef WM_WORKERS_TEMPLATE_H
#define WM_WORKERS_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* Checks that sections are closed in order and tags are whole. False: *ret_line and *ret_why say
 * what is wrong. */
bool wm_template_check(const char *text, int *ret_line, const char **ret_why);
/* The text with its tags filled in (malloc'd, caller frees), or NULL when memory ran out. Dates
 * YYYY-MM-DD become "5 January 2026"; a line that holds nothing but section tags leaves no line
 * behind. The template must have passed wm_template_check. */
char *wm_template_render(const char *text, const json_t *data, size_t *ret_size);

#endif
