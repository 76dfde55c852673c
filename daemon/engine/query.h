/* query.h - private to the engine: answering waymarkctl's questions, beside the engine that works.
 *
 * A reader has a connection of its own, reads in short transactions, a page at a time, and changes
 * nothing. Lists emit one object at a time. */
#ifndef WM_ENGINE_QUERY_H
#define WM_ENGINE_QUERY_H

#include "daemon/engine/parts.h"

enum {
    WM_READER_BYTES = 64 << 20, /* of one page, or of one case with its history */
    WM_QUERY_SAMPLE_MAX = 1000
};

struct wm_reader {
    struct wm_engine_options options;
    struct wm_store *store;
    struct wm_arena *life;
    struct wm_arena *call_arena;
    struct wm_arena *page; /* reset for each page */
    struct wm_library library;
};

/* One question. */
struct wm_ask {
    struct wm_reader *reader;
    struct wm_store *store;
    const struct wm_policy *policy;
    const struct wm_value *call;
    struct wm_arena *arena; /* of the page */
    int64_t now_us;         /* the domain's */
    bool is_following;
    bool is_gone; /* the asker wants no more */
    wm_reader_emit *emit;
    void *context;
    struct wm_fault *fault;
};

/* Text, number and flag of the call; absent, `otherwise`, false if they are not there. */
struct wm_span wm_ask_text(const struct wm_ask *ask, const char *name);
int64_t wm_ask_number(const struct wm_ask *ask, const char *name, int64_t otherwise);
bool wm_ask_flag(const struct wm_ask *ask, const char *name);
/* A new object in the page's arena, begun with its brace; wm_ask_emit closes and sends it. */
struct wm_text wm_ask_object(const struct wm_ask *ask);
void wm_ask_emit(struct wm_ask *ask, struct wm_text *object);
/* `"name":true` and lists of texts. */
void wm_json_put_flag(struct wm_text *text, const char *name, bool flag);
void wm_json_put_list(struct wm_text *text, const char *name, const struct wm_span *items,
                      size_t count);
/* JSON text as it is; `otherwise` when absent. */
void wm_json_put_raw(struct wm_text *text, const char *name, struct wm_span json,
                     const char *otherwise);
/* WM_EINVAL, with the fault. */
enum wm_status wm_ask_refuse(struct wm_ask *ask, const char *code, const char *field,
                             const char *format, ...) WM_FORMAT(4, 5);

/* A case with its row, by reference or alias. WM_EINVAL with the fault if there is none. */
WM_MUSTCHECK enum wm_status wm_ask_case(struct wm_ask *ask, struct wm_case_row *ret_row,
                                        struct wm_case **ret_case);
WM_MUSTCHECK enum wm_status wm_ask_decode(struct wm_ask *ask, const struct wm_case_row *row,
                                          struct wm_case **ret_case);
/* Officers as the store has them, with the policy's teams. */
WM_MUSTCHECK enum wm_status wm_ask_people(struct wm_ask *ask, struct wm_people *ret_people);
/* The instant that lies `duration` ("10 days") before (sign -1) or after now; field names it. */
WM_MUSTCHECK enum wm_status wm_ask_moment(struct wm_ask *ask, const char *field, int sign,
                                          int64_t *ret_us);

/* One for each reading op. */
enum wm_status wm_query_status(struct wm_ask *ask);
enum wm_status wm_query_stuck(struct wm_ask *ask);
enum wm_status wm_query_case_show(struct wm_ask *ask);
enum wm_status wm_query_case_history(struct wm_ask *ask);
enum wm_status wm_query_case_list(struct wm_ask *ask);
enum wm_status wm_query_case_explain(struct wm_ask *ask);
enum wm_status wm_query_case_why(struct wm_ask *ask);
enum wm_status wm_query_officer_list(struct wm_ask *ask);
enum wm_status wm_query_officer_show(struct wm_ask *ask);
enum wm_status wm_query_outbox_list(struct wm_ask *ask);
enum wm_status wm_query_letters_list(struct wm_ask *ask);
enum wm_status wm_query_letters_show(struct wm_ask *ask);
enum wm_status wm_query_workflow_list(struct wm_ask *ask);
enum wm_status wm_query_clock_show(struct wm_ask *ask);
enum wm_status wm_query_verify(struct wm_ask *ask);

/* explain.c: the reckoning of a clock, in lines for a person. */
void wm_explain_clock(struct wm_text *text, const struct wm_case *a_case,
                      const struct wm_clock *clock, const struct wm_calendars *calendars,
                      int64_t now_us);

#endif
