/* stationery.h - the letters' configuration: who writes, which template for which letter, the
 * Ombudsman's block. */
#ifndef WM_WORKERS_STATIONERY_H
#define WM_WORKERS_STATIONERY_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct wm_stationery;

/* Reads letters.cfg and its templates (named relative to it) and checks them. NULL: *ret_errors
 * (malloc'd, caller frees) lists every mistake, `file:line: sentence` a line. */
struct wm_stationery *wm_stationery_load(const char *path, char **ret_errors);
void wm_stationery_free(struct wm_stationery **stationery);
/* True if there is a template for the letter. */
bool wm_stationery_has(const struct wm_stationery *stationery, const char *letter);
/* The letter's text (malloc'd, caller frees); NULL when out of memory. `time` dates it (RFC 3339;
 * NULL: undated). */
char *wm_stationery_write(const struct wm_stationery *stationery, const char *letter, json_t *data,
                          const char *time, size_t *ret_size);

#endif
