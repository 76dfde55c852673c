/* replay.c - publish --replay: the manual clock goes before the events, and never back. */
#include <assert.h>

#include "ctl/caller.h"
#include "ctl/publish.h"

static json_t *
request(const char *op)
{
    json_t *call = json_object();
    (void)json_object_set_new(call, "op", json_string(op)); /* what is missing is refused */
    return call;
}

/* Keeps where the clock stands by its own word. */
static bool
read_now(struct wm_replay *replay, const json_t *result)
{
    const struct wm_span now = wm_span(json_string_value(json_object_get(result, "now")));
    return wm_time_parse(now, &replay->now_us) == WM_OK;
}

enum wm_exit
wm_replay_begin(const struct wm_ctl *ctl, struct wm_replay *ret_replay)
{
    assert(ctl != NULL && ret_replay != NULL);
    struct wm_replay replay = {.caller = wm_caller_new(ctl)};
    if (replay.caller == NULL) {
        return WM_EXIT_NO_DAEMON;
    }
    json_t *result = NULL;
    const struct wm_call call = {.request = request("clock.show")};
    enum wm_exit code = wm_caller_call(replay.caller, &call, &result);
    if (code == WM_EXIT_DONE) {
        const char *mode = json_string_value(json_object_get(result, "mode"));
        if (mode == NULL || strcmp(mode, "manual") != 0) {
            code = wm_ctl_fail(ctl, WM_EXIT_REFUSED,
                               "--replay moves a manual clock, and this daemon goes by the "
                               "machine's; its config must say clock = \"manual\"");
        } else if (!read_now(&replay, result)) {
            code =
                wm_ctl_fail(ctl, WM_EXIT_REFUSED, "the daemon does not say what its clock shows");
        }
    }
    json_decref(result);
    if (code != WM_EXIT_DONE) {
        wm_replay_end(&replay);
    }
    *ret_replay = replay;
    return code;
}

void
wm_replay_end(struct wm_replay *replay)
{
    assert(replay != NULL);
    wm_caller_free(&replay->caller);
}

bool
wm_replay_is_ahead(const struct wm_replay *replay, const struct wm_cloudevent *event)
{
    assert(replay != NULL && event != NULL);
    return replay->caller != NULL && event->has_time && event->time_us > replay->now_us;
}

enum wm_exit
wm_replay_move(struct wm_replay *replay, int64_t time_us)
{
    assert(replay->caller != NULL);
    assert(time_us > replay->now_us);
    char text[WM_TIME_SIZE];
    wm_time_format(time_us, text);
    json_t *result = NULL;
    struct wm_call call = {.request = request("clock.set"), .is_long = true};
    (void)json_object_set_new(call.request, "time", json_string(text)); /* checked by the daemon */
    const enum wm_exit code = wm_caller_call(replay->caller, &call, &result);
    if (code == WM_EXIT_DONE && !read_now(replay, result)) {
        replay->now_us = time_us;
    }
    json_decref(result);
    return code;
}
