/* assign.c - case assign: a person decides who has a case. */
#include <assert.h>

#include "ctl/caller.h"
#include "ctl/make_event.h"
#include "ctl/run.h"
#include "ctl/setup.h"
#include "ctl/teller.h"

static json_t *
make_event(struct wm_ctl *ctl, struct wm_setup *setup)
{
    const char *why = wm_args_value(ctl->args, "--why");
    const char *pairs[] = {
        wm_arena_printf(ctl->arena, "officer=%s", ctl->args->words[1]).data,
        wm_arena_printf(ctl->arena, "why=%s", why).data,
        "override=true",
    };
    const bool is_override = wm_args_flag(ctl->args, "--override");
    const struct wm_event_wish wish = {.type = "case.assigned",
                                       .subject = ctl->args->words[0],
                                       .actor = wm_args_value(ctl->args, "--actor"),
                                       .pairs = pairs,
                                       .pair_count =
                                           is_override ? WM_COUNT(pairs) : WM_COUNT(pairs) - 1};
    json_t *event = NULL;
    struct wm_span reason;
    if (!wm_setup_schemas(setup)) {
        wm_setup_print(ctl, setup, ctl->err);
    } else if (wm_make_event(ctl->arena, setup->schemas, &wish, &event, &reason) != WM_OK) {
        wm_ctl_say(ctl, "%.*s", WM_SPAN_ARG(reason));
    }
    return event;
}

/* Tells the answer as publish tells those of its events. */
static enum wm_exit
tell(struct wm_ctl *ctl, const json_t *result)
{
    struct wm_teller teller;
    char *detail = json_dumps(result, JSON_COMPACT);
    if (detail == NULL || !wm_teller_init(&teller, ctl)) {
        free(detail);
        return wm_ctl_fail(ctl, WM_EXIT_REFUSED, "out of memory");
    }
    const char *verdict = json_string_value(json_object_get(result, "verdict"));
    const struct wm_told_event told = {.subject = ctl->args->words[0], .type = "case.assigned"};
    if (verdict != NULL && strcmp(verdict, "OK") == 0) {
        wm_teller_ok(&teller, &told, wm_span(detail));
    } else {
        wm_teller_reject(&teller, &told, wm_span(detail));
    }
    const enum wm_exit code = wm_teller_result(&teller);
    wm_teller_deinit(&teller);
    free(detail);
    return code;
}

static enum wm_exit
publish(struct wm_ctl *ctl, json_t *event)
{
    struct wm_caller *caller = wm_caller_new(ctl);
    if (caller == NULL) {
        json_decref(event);
        return WM_EXIT_NO_DAEMON;
    }
    struct wm_call call = {.request = json_object()};
    (void)json_object_set_new(call.request, "op", json_string("publish")); /* refused if missing */
    (void)json_object_set_new(call.request, "event", event);
    json_t *result = NULL;
    enum wm_exit code = wm_caller_call(caller, &call, &result);
    if (code == WM_EXIT_DONE) {
        code = tell(ctl, result);
    }
    json_decref(result);
    wm_caller_free(&caller);
    return code;
}

enum wm_exit
wm_run_case_assign(struct wm_ctl *ctl)
{
    assert(ctl->args->word_count == 2);
    if (wm_args_value(ctl->args, "--why") == NULL) {
        return wm_ctl_fail(ctl, WM_EXIT_USAGE,
                           "say why: the history keeps it, and both officers read it (--why TEXT)");
    }
    struct wm_setup setup;
    wm_setup_init(&setup, ctl->arena, NULL);
    json_t *event = make_event(ctl, &setup);
    wm_setup_deinit(&setup);
    return event != NULL ? publish(ctl, event) : WM_EXIT_REFUSED;
}
