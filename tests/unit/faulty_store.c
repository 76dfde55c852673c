/* faulty_store.c - stands between the engine and its store (the linker's --wrap), and lets the n-th
 * call fail. */
#include "tests/unit/faulty_store.h"

#include <string.h>

static struct faulty_store faulty;
static int64_t landed;

void
faulty_store_arm(const struct faulty_store *how)
{
    faulty = *how;
    faulty.calls = 0;
}

int64_t
faulty_store_calls(void)
{
    return faulty.calls;
}

int64_t
faulty_store_landed(void)
{
    return landed;
}

/* WM_OK: call the real one. */
static enum wm_status
next_call(bool is_commit)
{
    if (faulty.commit_is_done && !is_commit) {
        return WM_OK;
    }
    faulty.calls += 1;
    if (faulty.calls != faulty.fail_at) {
        return WM_OK;
    }
    landed += 1;
    return faulty.with;
}

/* The parameters are the store's, and so are, for the linker, the names.
 * NOLINTBEGIN(readability-function-size, readability-identifier-naming) */
#define FAULTY(name, params, args)                            \
    enum wm_status __real_##name params;                      \
    enum wm_status __wrap_##name params;                      \
    enum wm_status __wrap_##name params                       \
    {                                                         \
        const enum wm_status status = next_call(false);       \
        return status == WM_OK ? __real_##name args : status; \
    }

FAULTY(wm_store_begin, (struct wm_store * s), (s))
FAULTY(wm_store_cases_load,
       (struct wm_store * s, const struct wm_span *refs, size_t n, struct wm_arena *a,
        struct wm_case_row **rows, size_t *count),
       (s, refs, n, a, rows, count))
FAULTY(wm_store_cases_save, (struct wm_store * s, const struct wm_case_row *rows, size_t n),
       (s, rows, n))
FAULTY(wm_store_cases_due,
       (struct wm_store * s, int64_t now, size_t limit, struct wm_arena *a, struct wm_span **refs,
        size_t *count),
       (s, now, limit, a, refs, count))
FAULTY(wm_store_next_wake, (struct wm_store * s, int64_t *us), (s, us))
FAULTY(wm_store_cases_touch,
       (struct wm_store * s, struct wm_span officer, struct wm_span after, int64_t now,
        size_t limit, struct wm_arena *a, struct wm_span *last),
       (s, officer, after, now, limit, a, last))
FAULTY(wm_store_cases_list,
       (struct wm_store * s, const struct wm_case_filter *filter, bool with, struct wm_arena *a,
        struct wm_case_row **rows, size_t *count),
       (s, filter, with, a, rows, count))
FAULTY(wm_store_events_add, (struct wm_store * s, const struct wm_event_row *rows, size_t n),
       (s, rows, n))
FAULTY(wm_store_events_load,
       (struct wm_store * s, enum wm_aggregate kind, struct wm_span ref, int64_t after,
        size_t limit, struct wm_arena *a, struct wm_event_row **rows, size_t *count),
       (s, kind, ref, after, limit, a, rows, count))
FAULTY(wm_store_seen_load,
       (struct wm_store * s, const struct wm_seen_row *keys, size_t n, struct wm_arena *a,
        struct wm_seen_row **rows, size_t *count),
       (s, keys, n, a, rows, count))
FAULTY(wm_store_seen_add, (struct wm_store * s, const struct wm_seen_row *rows, size_t n),
       (s, rows, n))
FAULTY(wm_store_touch, (struct wm_store * s), (s))
FAULTY(wm_store_refusals_add, (struct wm_store * s, const struct wm_refusal_row *rows, size_t n),
       (s, rows, n))
FAULTY(wm_store_keys_add, (struct wm_store * s, const struct wm_key_row *rows, size_t n),
       (s, rows, n))
FAULTY(wm_store_keys_find,
       (struct wm_store * s, struct wm_span kind, struct wm_span value, size_t limit,
        struct wm_arena *a, struct wm_key_row **rows, size_t *count),
       (s, kind, value, limit, a, rows, count))
FAULTY(wm_store_outbox_add, (struct wm_store * s, const struct wm_message_row *rows, size_t n),
       (s, rows, n))
FAULTY(wm_store_outbox_claim,
       (struct wm_store * s, struct wm_span topic, size_t limit, int64_t now, int64_t real,
        int64_t until, struct wm_arena *a, struct wm_message_row **rows, size_t *count),
       (s, topic, limit, now, real, until, a, rows, count))
FAULTY(wm_store_outbox_next,
       (struct wm_store * s, struct wm_span topic, int64_t now, int64_t real, int64_t *ret_real,
        int64_t *ret_domain),
       (s, topic, now, real, ret_real, ret_domain))
FAULTY(wm_store_outbox_answer,
       (struct wm_store * s, const struct wm_delivery_row *rows, size_t n, bool *taken),
       (s, rows, n, taken))
FAULTY(wm_store_outbox_withdraw,
       (struct wm_store * s, struct wm_span id, struct wm_span cause, struct wm_span reason,
        struct wm_arena *a, struct wm_message_row **rows, size_t *count),
       (s, id, cause, reason, a, rows, count))
FAULTY(wm_store_outbox_list,
       (struct wm_store * s, const struct wm_message_filter *filter, struct wm_arena *a,
        struct wm_message_row **rows, size_t *count),
       (s, filter, a, rows, count))
FAULTY(wm_store_outbox_release, (struct wm_store * s), (s))
FAULTY(wm_store_topics,
       (struct wm_store * s, struct wm_arena *a, struct wm_topic_row **rows, size_t *count),
       (s, a, rows, count))
FAULTY(wm_store_officers_load,
       (struct wm_store * s, struct wm_arena *a, struct wm_officer_row **rows, size_t *count),
       (s, a, rows, count))
FAULTY(wm_store_officers_save, (struct wm_store * s, const struct wm_officer_row *rows, size_t n),
       (s, rows, n))
FAULTY(wm_store_text_add,
       (struct wm_store * s, enum wm_text_kind kind, struct wm_span name, struct wm_span version,
        struct wm_span digest, struct wm_span text),
       (s, kind, name, version, digest, text))
FAULTY(wm_store_meta_set, (struct wm_store * s, struct wm_span name, struct wm_span value),
       (s, name, value))
FAULTY(wm_store_totals, (struct wm_store * s, int64_t now, struct wm_totals *totals),
       (s, now, totals))

/* A commit may fail before it was done, or after: the caller can't tell. */
enum wm_status __real_wm_store_commit(struct wm_store *store);
enum wm_status __wrap_wm_store_commit(struct wm_store *store);
enum wm_status
__wrap_wm_store_commit(struct wm_store *store)
{
    const enum wm_status status = next_call(true);
    if (status == WM_OK) {
        return __real_wm_store_commit(store);
    }
    if (faulty.commit_is_done) {
        const enum wm_status done = __real_wm_store_commit(store);
        return done == WM_OK ? status : done;
    }
    wm_store_rollback(store);
    return status;
}
/* NOLINTEND(readability-function-size, readability-identifier-naming) */
