/* query_status.c - how it stands, and what a person must look at. */
#include <assert.h>

#include "daemon/engine/query.h"

enum {
    OVERDUE_S = 60,        /* a wake-up later than this is worth a look */
    QUIET_DAYS = 10,       /* nothing from outside for so long */
    WAITING_S = 600,       /* a message that could go for so long, and did not */
    CALENDAR_DAYS = 180,   /* holidays must be known so far ahead */
    STUCK_LIMIT = 100,     /* of each kind */
    LOOK_AT_MESSAGES = 256 /* of a topic, to find the oldest that could go */
};

enum wm_status
wm_query_clock_show(struct wm_ask *ask)
{
    struct wm_text text = wm_ask_object(ask);
    wm_json_put_time(&text, "now", ask->now_us);
    wm_json_put_field(&text, "mode",
                      wm_span(ask->reader->options.manual_clock ? "manual" : "system"));
    wm_json_put_flag(&text, "following", ask->is_following || !ask->reader->options.manual_clock);
    wm_ask_emit(ask, &text);
    return WM_OK;
}

enum wm_status
wm_query_workflow_list(struct wm_ask *ask)
{
    struct wm_text_row *rows = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_texts_list(ask->store, WM_TEXT_WORKFLOW, ask->arena, &rows, &count);
    if (status != WM_OK) {
        return status;
    }
    const struct wm_policy *policy = ask->policy;
    for (size_t i = 0; i < policy->workflow_count; i++) {
        const struct wm_workflow *workflow = policy->workflows[i];
        struct wm_text text = wm_ask_object(ask);
        wm_json_put_field(&text, "name", workflow->name);
        wm_json_put_int(&text, "version", workflow->version);
        wm_json_put_field(&text, "title", workflow->title);
        wm_json_put_flag(&text, "loaded", true);
        wm_json_put_int(&text, "states", (int64_t)workflow->state_count);
        wm_json_put_int(&text, "clocks", (int64_t)workflow->clock_count);
        wm_ask_emit(ask, &text);
    }
    for (size_t i = 0; i < count; i++) {
        struct wm_text text = wm_ask_object(ask);
        wm_json_put_field(&text, "name", rows[i].name);
        wm_json_put_raw(&text, "version", rows[i].version, "null");
        wm_json_put_flag(&text, "stored", true);
        wm_json_put_int(&text, "open_cases", rows[i].cases);
        wm_ask_emit(ask, &text);
    }
    return WM_OK;
}

enum wm_status
wm_query_status(struct wm_ask *ask)
{
    struct wm_totals totals;
    struct wm_topic_row *topics = NULL;
    size_t count = 0;
    enum wm_status status = wm_store_totals(ask->store, ask->now_us, &totals);
    if (status == WM_OK) {
        status = wm_store_topics(ask->store, ask->arena, &topics, &count);
    }
    if (status != WM_OK) {
        return status;
    }
    struct wm_text text = wm_ask_object(ask);
    wm_json_put_field(&text, "organisation", ask->reader->options.organisation);
    wm_json_put_field(&text, "store", wm_span(wm_store_describe(ask->store)));
    wm_json_put_time(&text, "clock", ask->now_us);
    wm_json_put_time(&text, "now", ask->now_us);
    wm_json_put_field(&text, "clock_mode",
                      wm_span(ask->reader->options.manual_clock ? "manual" : "system"));
    wm_json_put_field(&text, "policy", ask->policy->version);
    wm_json_put_int(&text, "open_cases", totals.open_cases);
    wm_json_put_int(&text, "unassigned", totals.unassigned);
    wm_json_put_int(&text, "overdue_wakes", totals.overdue_wakes);
    wm_json_put_int(&text, "dead_letters", totals.dead_letters);
    struct wm_text outbox = wm_ask_object(ask);
    for (size_t i = 0; i < count; i++) {
        wm_json_put_int(&outbox, wm_arena_string(ask->arena, topics[i].topic), topics[i].waiting);
    }
    wm_text_puts(&outbox, "}");
    wm_json_put_raw(&text, "outbox", wm_text_span(&outbox), "{}");
    wm_ask_emit(ask, &text);
    return WM_OK;
}

/* ---- stuck ----------------------------------------------------------------------------------- */

/* One thing to look at. Absent spans and WM_NEVER are left out. */
struct finding {
    const char *what;
    struct wm_span ref;
    struct wm_span topic;
    int64_t since_us;
    struct wm_span text;
    struct wm_span command;
};

static void
put_finding(struct wm_ask *ask, const struct finding *finding)
{
    struct wm_text text = wm_ask_object(ask);
    wm_json_put_field(&text, "what", wm_span(finding->what));
    if (finding->ref.size > 0) {
        wm_json_put_field(&text, "ref", finding->ref);
    }
    if (finding->topic.size > 0) {
        wm_json_put_field(&text, "topic", finding->topic);
    }
    if (finding->since_us != WM_NEVER) {
        wm_json_put_time(&text, "since", finding->since_us);
    }
    wm_json_put_field(&text, "text", finding->text);
    wm_json_put_field(&text, "command", finding->command);
    wm_ask_emit(ask, &text);
}

static enum wm_status
overdue_wakes(struct wm_ask *ask)
{
    struct wm_span *refs = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_cases_due(ask->store, ask->now_us - OVERDUE_S * WM_US_PER_SECOND, STUCK_LIMIT,
                           ask->arena, &refs, &count);
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        const struct finding finding = {
            .what = "overdue-wake",
            .ref = refs[i],
            .since_us = WM_NEVER,
            .text = wm_arena_printf(ask->arena,
                                    "%.*s wanted attention more than a minute ago and did not "
                                    "get it",
                                    WM_SPAN_ARG(refs[i])),
            .command = wm_arena_printf(ask->arena, "waymarkctl verify %.*s", WM_SPAN_ARG(refs[i])),
        };
        put_finding(ask, &finding);
    }
    return status;
}

static enum wm_status
cases_like(struct wm_ask *ask, const struct wm_case_filter *filter, bool is_quiet)
{
    struct wm_case_row *rows = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_cases_list(ask->store, filter, false, ask->arena, &rows, &count);
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        const struct wm_span ref = rows[i].ref;
        struct finding finding = {.what = is_quiet ? "quiet" : "unassigned", .ref = ref};
        if (is_quiet) {
            finding.since_us = rows[i].last_us;
            finding.text = wm_arena_printf(ask->arena, "nothing was heard of %.*s for %d days",
                                           WM_SPAN_ARG(ref), QUIET_DAYS);
            finding.command =
                wm_arena_printf(ask->arena, "waymarkctl case history %.*s", WM_SPAN_ARG(ref));
        } else {
            finding.since_us = rows[i].opened_us;
            finding.text =
                wm_arena_printf(ask->arena, "%.*s is open and nobody has it", WM_SPAN_ARG(ref));
            finding.command = wm_arena_printf(ask->arena, "waymarkctl case explain %.*s officer",
                                              WM_SPAN_ARG(ref));
        }
        put_finding(ask, &finding);
    }
    return status;
}

/* The oldest message of a topic that could have gone by now, and what holds it. */
static enum wm_status
waiting_message(struct wm_ask *ask, struct wm_span topic)
{
    const struct wm_message_filter filter = {.topic = topic, .limit = LOOK_AT_MESSAGES};
    struct wm_message_row *rows = NULL;
    size_t count = 0;
    const enum wm_status status =
        wm_store_outbox_list(ask->store, &filter, ask->arena, &rows, &count);
    const int64_t since_us = ask->now_us - WAITING_S * WM_US_PER_SECOND;
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        const struct wm_message_row *row = &rows[i];
        if (row->made_us > since_us || row->not_before_us > since_us) {
            continue;
        }
        const char *why = row->state == WM_MESSAGE_LEASED ? "a worker has it"
                          : row->attempts > 0             ? "it is tried again later"
                                                          : "no worker has taken it";
        const struct finding finding = {
            .what = "waiting",
            .ref = row->ref,
            .topic = topic,
            .since_us = row->made_us,
            .text = wm_arena_printf(ask->arena, "%.*s waits on %.*s: %s, after %d attempts%s%.*s",
                                    WM_SPAN_ARG(row->id), WM_SPAN_ARG(topic), why, row->attempts,
                                    row->reason.size > 0 ? ", the last one said: " : "",
                                    WM_SPAN_ARG(row->reason)),
            .command = wm_arena_printf(ask->arena, "waymarkctl outbox list --topic %.*s",
                                       WM_SPAN_ARG(topic)),
        };
        put_finding(ask, &finding);
        break;
    }
    return status;
}

static enum wm_status
topics(struct wm_ask *ask)
{
    struct wm_topic_row *rows = NULL;
    size_t count = 0;
    enum wm_status status = wm_store_topics(ask->store, ask->arena, &rows, &count);
    for (size_t i = 0; i < count && status == WM_OK; i++) {
        const struct wm_topic_row *row = &rows[i];
        if (row->waiting > 0) {
            status = waiting_message(ask, row->topic);
        }
        if (row->dead > 0 && status == WM_OK) {
            const struct finding finding = {
                .what = "dead-letters",
                .topic = row->topic,
                .since_us = WM_NEVER,
                .text = wm_arena_printf(ask->arena, "%lld messages on %.*s were given up",
                                        (long long)row->dead, WM_SPAN_ARG(row->topic)),
                .command = wm_arena_printf(ask->arena, "waymarkctl dead-letters list --topic %.*s",
                                           WM_SPAN_ARG(row->topic)),
            };
            put_finding(ask, &finding);
        }
    }
    return status;
}

static void
calendars(struct wm_ask *ask)
{
    const struct wm_calendars *list = &ask->policy->calendars;
    for (size_t i = 0; i < list->count; i++) {
        const struct wm_calendar *calendar = &list->items[i];
        const int32_t today = wm_calendar_day(calendar, ask->now_us);
        if (calendar->last_known - today >= CALENDAR_DAYS) {
            continue;
        }
        const struct finding finding = {
            .what = "calendar",
            .since_us = WM_NEVER,
            .text = wm_arena_printf(ask->arena,
                                    "the holidays of calendar %.*s are known until %.*s only",
                                    WM_SPAN_ARG(calendar->name),
                                    WM_SPAN_ARG(wm_day_text(ask->arena, calendar->last_known))),
            .command = wm_arena_printf(ask->arena, "waymarkctl calendar show"),
        };
        put_finding(ask, &finding);
    }
}

enum wm_status
wm_query_stuck(struct wm_ask *ask)
{
    const struct wm_case_filter nobody = {.unassigned = true,
                                          .open = true,
                                          .now_us = ask->now_us,
                                          .due_before_us = WM_NEVER,
                                          .limit = STUCK_LIMIT};
    const struct wm_case_filter quiet = {.open = true,
                                         .now_us = ask->now_us,
                                         .due_before_us = WM_NEVER,
                                         .quiet_since_us = ask->now_us - QUIET_DAYS * WM_US_PER_DAY,
                                         .limit = STUCK_LIMIT};
    enum wm_status status = overdue_wakes(ask);
    if (status == WM_OK) {
        status = cases_like(ask, &nobody, false);
    }
    if (status == WM_OK) {
        status = cases_like(ask, &quiet, true);
    }
    if (status == WM_OK) {
        status = topics(ask);
    }
    if (status == WM_OK) {
        calendars(ask);
    }
    return status;
}
