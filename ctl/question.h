/* question.h - commands that ask the daemon one thing and show the answer: rows of a table. */
#ifndef WM_CTL_QUESTION_H
#define WM_CTL_QUESTION_H

#include <jansson.h>

#include "ctl/command.h"
#include "ctl/local.h"
#include "ctl/table.h"

enum wm_taking {
    WM_TAKE_TEXT = 1, /* an option's value as text */
    WM_TAKE_FLAG,     /* true if the option was given */
    WM_TAKE_DURATION, /* text that must be a duration */
    WM_TAKE_TIME,     /* text that must be RFC 3339 */
    WM_TAKE_NUMBER,
    WM_TAKE_WORD, /* the first word, second, …: `from` is "1", "2"; "2+": from the second on, joined
                   */
    WM_TAKE_WORDS /* all words as a list */
};

/* How something that was typed gets into the request. */
struct wm_typed {
    const char *from; /* "--state" */
    const char *key;  /* "state" */
    enum wm_taking taking;
};

enum wm_showing {
    WM_SHOW_TEXT = 1, /* text, numbers, true as "yes", lists with commas */
    WM_SHOW_TIME,     /* RFC 3339 as local time */
    WM_SHOW_DUE,      /* the same; midnight is the end of the day before */
    WM_SHOW_COUNT,    /* a number, on the right */
    WM_SHOW_LIMIT,    /* the same; 0 is none */
    WM_SHOW_LENGTH    /* how many elements a list has */
};

struct wm_shown {
    const char *title;
    const char *key; /* of the answer's object */
    enum wm_showing showing;
};

typedef void wm_show_fn(struct wm_ctl *ctl, const struct wm_local *local, const json_t *document);

struct wm_question {
    const char *command; /* whose question it is */
    const char *op;
    const struct wm_typed *typed; /* ends with a NULL `from` */
    const struct wm_shown *shown; /* columns of a list, or lines of a document; ends with a NULL
                                     title */
    const char *none;             /* list: what to say when it is empty; NULL: nothing */
    /* How to show people a document, or each object of a list, instead of by `shown`; or NULL. */
    wm_show_fn *show;
    /* What to say below a list by its closing document; or NULL. */
    wm_show_fn *conclude;
    bool is_list;
    bool is_long;
    bool is_bad_if_any; /* status 1 when the list is not empty */
    bool needs_aim;     /* something must be named: a word or an option */
};

/* A value as a person reads it, in the arena. */
struct wm_span wm_show_value(struct wm_arena *arena, const struct wm_local *local,
                             const json_t *value, enum wm_showing showing);
/* Fills a row of the table from an object. */
void wm_show_row(struct wm_table *table, const struct wm_local *local, const struct wm_shown *shown,
                 const json_t *object);
/* A line for each key that the document has. */
void wm_show_document(struct wm_ctl *ctl, const struct wm_local *local,
                      const struct wm_shown *shown, const json_t *document);
/* Columns of the table for `shown`. */
size_t wm_show_columns(const struct wm_shown *shown, struct wm_column columns[WM_TABLE_COLUMNS]);
/* The request {"op": op, …} of what was typed; NULL with a sentence said: *ret_code is why. */
json_t *wm_question_request(struct wm_ctl *ctl, const char *op, const struct wm_typed *typed);

#endif
