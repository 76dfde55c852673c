/* publish.c - publish: events from files to the intake, in order, each told of. */
#include "ctl/publish.h"

#include <assert.h>
#include <stdlib.h>

#include <czmq.h>

#include "proto/waymark.h"

enum {
    TURN_MS = 200,      /* one look at the socket */
    FIRST_MS = 5000,    /* without a sign of life at the start */
    SILENCE_MS = 30000, /* without one later on, with reconnects in between */
    SUMMARY_BYTES = 64,
    WINDOW = 256 /* events under way */
};

/* An event under way. */
struct sent {
    bool is_taken;
    const char *file; /* NULL: made on the command line */
    long number;
    char *subject; /* owned, like type */
    char *type;
    bool is_told_waiting; /* that it has to wait has been said */
};

struct publishing {
    struct wm_ctl *ctl;
    struct wm_publisher *publisher;
    struct wm_replay *replay; /* NULL: no --replay */
    struct wm_source *source;
    struct wm_teller *teller;
    struct sent slots[WINDOW];
    size_t sent_count;
    int64_t heard_ms; /* when the daemon was last known to be there */
    bool is_heard;    /* once */
};

/* ---- reading --------------------------------------------------------------------------------- */

struct wm_told_event
wm_publish_told(struct wm_arena *brief, const struct wm_line_read *line,
                const struct wm_cloudevent *event)
{
    struct wm_told_event told = {.file = line->file, .number = line->number};
    if (event != NULL) {
        told.subject = wm_arena_string(brief, event->subject);
        told.type = wm_arena_string(brief, event->type);
    }
    return told;
}

enum wm_status
wm_publish_next(struct wm_source *source, struct wm_teller *teller, struct wm_line_read *ret_line,
                struct wm_cloudevent *ret_event)
{
    assert(source != NULL && teller != NULL);
    for (;;) {
        const char *why = NULL;
        const enum wm_status status = wm_source_next(source, ret_line, &why);
        if (status == WM_NOTFOUND) {
            return status;
        }
        const struct wm_told_event told = wm_publish_told(teller->brief, ret_line, NULL);
        struct wm_fault fault = {0};
        if (status != WM_OK) {
            wm_teller_fault(teller, &told, "malformed", NULL, why);
        } else if (ret_line->is_long) {
            wm_teller_fault(teller, &told, "too-large", NULL, "a line of more than 1 MiB");
        } else if (wm_cloudevent_parse(ret_line->bytes, ret_event, &fault) != WM_OK) {
            wm_teller_fault(teller, &told, fault.code, fault.field, fault.message);
        } else {
            return WM_OK;
        }
    }
}

/* ---- answers --------------------------------------------------------------------------------- */

static void
free_slot(struct sent *sent)
{
    free(sent->subject);
    free(sent->type);
    *sent = (struct sent){0};
}

static void
take_answer(void *context, const struct wm_answer *answer)
{
    struct publishing *publishing = context;
    struct sent *sent = answer->tag;
    const struct wm_told_event told = {
        .file = sent->file, .number = sent->number, .subject = sent->subject, .type = sent->type};
    (answer->kind == WM_ANSWER_OK ? wm_teller_ok : wm_teller_reject)(publishing->teller, &told,
                                                                     answer->detail);
    free_slot(sent);
}

/* An event that has to wait, for its case or for the daemon: said once. */
static void
take_retry(void *context, void *tag, struct wm_span detail)
{
    struct publishing *publishing = context;
    struct sent *sent = tag;
    if (sent->is_told_waiting) {
        return;
    }
    sent->is_told_waiting = true;
    json_t *json = json_loadb(detail.data, detail.size, 0, NULL);
    const char *message = json_string_value(json_object_get(json, "message"));
    wm_progress_clear(&publishing->teller->progress);
    wm_ctl_say(publishing->ctl, "%s:%ld: waits: %s",
               sent->file != NULL ? sent->file : "command line", sent->number,
               message != NULL ? message : "no reason was given");
    json_decref(json);
}

/* Takes what has come, for up to timeout_ms. WM_EXIT_NO_DAEMON when it has been silent too long. */
static enum wm_exit
take_answers(struct publishing *publishing, int timeout_ms)
{
    (void)wm_publisher_poll(publishing->publisher, timeout_ms, take_answer, publishing);
    char what[SUMMARY_BYTES];
    (void)snprintf(what, sizeof what, "%zu events", publishing->sent_count); /* fits */
    wm_progress_show(&publishing->teller->progress, what, wm_source_read(publishing->source),
                     wm_source_size(publishing->source));
    const int64_t now_ms = zclock_mono();
    if (wm_publisher_heard(publishing->publisher)) {
        publishing->heard_ms = now_ms;
        publishing->is_heard = true;
        return WM_EXIT_DONE;
    }
    if (now_ms - publishing->heard_ms < (publishing->is_heard ? SILENCE_MS : FIRST_MS)) {
        return WM_EXIT_DONE;
    }
    wm_progress_clear(&publishing->teller->progress);
    return wm_ctl_fail(publishing->ctl, WM_EXIT_NO_DAEMON,
                       publishing->is_heard
                           ? "waymarkd went away and has not come back; publish the same files "
                             "again, what was taken is not taken twice"
                           : "nobody answers at the intake: is waymarkd running there? "
                             "(--intake ENDPOINT names another place)");
}

static enum wm_exit
wait_for_all(struct publishing *publishing)
{
    enum wm_exit code = WM_EXIT_DONE;
    while (code == WM_EXIT_DONE && wm_publisher_pending(publishing->publisher) > 0) {
        code = take_answers(publishing, TURN_MS);
    }
    return code;
}

/* ---- sending --------------------------------------------------------------------------------- */

/* A free slot, filled; NULL: as many events are under way as may be. */
static struct sent *
take_slot(struct publishing *publishing, const struct wm_line_read *line,
          const struct wm_cloudevent *event)
{
    for (size_t i = 0; i < WINDOW; i++) {
        struct sent *sent = &publishing->slots[i];
        if (!sent->is_taken) {
            sent->is_taken = true;
            sent->file = line->file;
            sent->number = line->number;
            sent->subject = strndup(event->subject.data, event->subject.size);
            sent->type = strndup(event->type.data, event->type.size);
            return sent;
        }
    }
    return NULL;
}

/* An event that is not in time yet waits for the clock, and the clock for what came before: what
 * was recorded when must not depend on who was quicker. */
static enum wm_exit
move_clock(struct publishing *publishing, const struct wm_cloudevent *event)
{
    if (publishing->replay == NULL || !wm_replay_is_ahead(publishing->replay, event)) {
        return WM_EXIT_DONE;
    }
    const enum wm_exit code = wait_for_all(publishing);
    return code == WM_EXIT_DONE ? wm_replay_move(publishing->replay, event->time_us) : code;
}

static enum wm_exit
send_event(struct publishing *publishing, const struct wm_line_read *line,
           const struct wm_cloudevent *event)
{
    enum wm_exit code = move_clock(publishing, event);
    struct sent *sent = NULL;
    while (code == WM_EXIT_DONE && sent == NULL) {
        sent = take_slot(publishing, line, event);
        code = take_answers(publishing, sent == NULL ? TURN_MS : 0);
    }
    if (code != WM_EXIT_DONE) {
        return code;
    }
    const enum wm_status status = wm_publisher_send(publishing->publisher, line->bytes, sent);
    if (status != WM_OK) {
        free_slot(sent);
        return wm_ctl_fail(publishing->ctl, WM_EXIT_REFUSED, "%s:%ld: can't be sent: %s",
                           line->file != NULL ? line->file : "command line", line->number,
                           wm_status_text(status));
    }
    publishing->sent_count++;
    return WM_EXIT_DONE;
}

static enum wm_exit
send_all(struct publishing *publishing)
{
    enum wm_exit code = WM_EXIT_DONE;
    struct wm_line_read line;
    struct wm_cloudevent event;
    while (code == WM_EXIT_DONE &&
           wm_publish_next(publishing->source, publishing->teller, &line, &event) == WM_OK) {
        code = send_event(publishing, &line, &event);
        wm_cloudevent_free(&event);
        wm_arena_reset(publishing->teller->brief);
    }
    return code == WM_EXIT_DONE ? wait_for_all(publishing) : code;
}

enum wm_exit
wm_publish_send(struct wm_ctl *ctl, const struct wm_publish_plan *plan, struct wm_source *source,
                struct wm_teller *teller)
{
    assert(ctl != NULL && plan != NULL && source != NULL && teller != NULL);
    struct publishing *publishing = calloc(1, sizeof *publishing);
    if (publishing == NULL) {
        return wm_ctl_fail(ctl, WM_EXIT_REFUSED, "out of memory");
    }
    *publishing = (struct publishing){.ctl = ctl,
                                      .replay = plan->replay,
                                      .source = source,
                                      .teller = teller,
                                      .heard_ms = zclock_mono()};
    const struct wm_publisher_options options = {.endpoints = plan->endpoints,
                                                 .endpoint_count = plan->endpoint_count,
                                                 .window = WINDOW,
                                                 .keys = plan->keys};
    publishing->publisher = wm_publisher_new(&options);
    enum wm_exit code = WM_EXIT_REFUSED;
    if (publishing->publisher == NULL) {
        wm_ctl_say(ctl, "%s: %s", plan->endpoints[0], strerror(errno));
    } else {
        wm_publisher_on_retry(publishing->publisher, take_retry, publishing);
        code = send_all(publishing);
    }
    wm_publisher_free(&publishing->publisher);
    for (size_t i = 0; i < WINDOW; i++) {
        free_slot(&publishing->slots[i]);
    }
    free(publishing);
    return code;
}
