/* publish_run.c - publish: what is to be published, and where to. */
#include <assert.h>
#include <stdlib.h>

#include <czmq.h>

#include "ctl/make_event.h"
#include "ctl/publish.h"
#include "ctl/run.h"

enum { ENDPOINTS_MAX = 16 };

/* What the plan borrows from. */
struct target {
    struct wm_setup setup;
    const char *endpoints[ENDPOINTS_MAX];
    zcert_t *own;    /* --key, or NULL */
    zcert_t *server; /* --server-key as a file, or NULL */
};

/* ---- where to -------------------------------------------------------------------------------- */

/* The endpoints of --intake, each of them; else those of the config. */
static size_t
find_endpoints(struct wm_ctl *ctl, struct target *target)
{
    size_t count = 0;
    for (size_t i = 0; i < ctl->args->given_count && count < ENDPOINTS_MAX; i++) {
        if (strcmp(ctl->args->given[i].option->name, "--intake") == 0) {
            target->endpoints[count++] = ctl->args->given[i].value;
        }
    }
    if (count > 0) {
        return count;
    }
    if (!target->setup.has_settings && !wm_setup_settings(&target->setup)) {
        wm_setup_print(ctl, &target->setup, ctl->err);
        return 0;
    }
    const struct wm_settings_list *list = &target->setup.settings.intake;
    for (size_t i = 0; i < list->count && count < ENDPOINTS_MAX; i++) {
        target->endpoints[count++] = wm_arena_string(ctl->arena, list->items[i]);
    }
    return count;
}

/* A public key: 40 characters, or a certificate file that has it. */
static const char *
read_server_key(struct target *target, const char *text)
{
    enum { KEY_CHARACTERS = 40 };
    if (strlen(text) == KEY_CHARACTERS) {
        return text;
    }
    target->server = zcert_load(text);
    return target->server != NULL ? zcert_public_txt(target->server) : NULL;
}

static bool
find_keys(struct wm_ctl *ctl, struct target *target, struct wm_keys *ret_keys)
{
    const char *own = wm_args_value(ctl->args, "--key");
    const char *server = wm_args_value(ctl->args, "--server-key");
    if (own == NULL && server == NULL) {
        return true;
    }
    if (own == NULL || server == NULL) {
        wm_ctl_say(ctl, "--key and --server-key go together");
        return false;
    }
    target->own = zcert_load(own);
    if (target->own == NULL) {
        wm_ctl_say(ctl, "%s: no certificate with a secret key can be read there", own);
        return false;
    }
    ret_keys->server_key = read_server_key(target, server);
    if (ret_keys->server_key == NULL) {
        wm_ctl_say(ctl, "%s: neither a public key of 40 characters nor a file that has one",
                   server);
        return false;
    }
    ret_keys->public_key = zcert_public_txt(target->own);
    ret_keys->secret_key = zcert_secret_txt(target->own);
    return true;
}

/* ---- what ------------------------------------------------------------------------------------ */

/* The one event of --type and --subject as a line, in the arena; absent with a sentence said. */
static struct wm_span
make_line(struct wm_ctl *ctl, struct target *target)
{
    const struct wm_event_wish wish = {.type = wm_args_value(ctl->args, "--type"),
                                       .subject = wm_args_value(ctl->args, "--subject"),
                                       .time = wm_args_value(ctl->args, "--time"),
                                       .id = wm_args_value(ctl->args, "--id"),
                                       .source = wm_args_value(ctl->args, "--source"),
                                       .actor = wm_args_value(ctl->args, "--actor"),
                                       .pairs = ctl->args->words,
                                       .pair_count = ctl->args->word_count};
    if (target->setup.config.data != NULL && !target->setup.has_settings) {
        (void)wm_setup_settings(&target->setup); /* a landlord's own schemas; said with the rest */
    }
    if (!wm_setup_schemas(&target->setup)) {
        wm_setup_print(ctl, &target->setup, ctl->err);
        return (struct wm_span){0};
    }
    json_t *event = NULL;
    struct wm_span why;
    if (wm_make_event(ctl->arena, target->setup.schemas, &wish, &event, &why) != WM_OK) {
        wm_ctl_say(ctl, "%.*s", WM_SPAN_ARG(why));
        return (struct wm_span){0};
    }
    char *text = json_dumps(event, JSON_COMPACT);
    const struct wm_span line = wm_arena_copy(ctl->arena, wm_span(text));
    free(text);
    json_decref(event);
    return line;
}

static struct wm_source *
open_source(struct wm_ctl *ctl, struct target *target)
{
    if (wm_args_value(ctl->args, "--type") == NULL) {
        return wm_source_new(ctl->args->words, ctl->args->word_count);
    }
    const struct wm_span line = make_line(ctl, target);
    return line.data != NULL ? wm_source_of_text(line) : NULL;
}

static bool
is_sensible(struct wm_ctl *ctl)
{
    const bool has_type = wm_args_value(ctl->args, "--type") != NULL;
    const bool has_subject = wm_args_value(ctl->args, "--subject") != NULL;
    if (has_type != has_subject) {
        wm_ctl_say(ctl, "--type and --subject go together; without them FILEs are published");
        return false;
    }
    if (wm_args_flag(ctl->args, "--replay") && wm_args_flag(ctl->args, "--check")) {
        wm_ctl_say(ctl, "--check writes nothing, so there is nothing to --replay");
        return false;
    }
    return true;
}

/* ---- the command ----------------------------------------------------------------------------- */

static enum wm_exit
send_all(struct wm_ctl *ctl, struct target *target, struct wm_source *source,
         struct wm_teller *teller)
{
    struct wm_publish_plan plan = {.endpoints = target->endpoints};
    plan.endpoint_count = find_endpoints(ctl, target);
    if (plan.endpoint_count == 0 || !find_keys(ctl, target, &plan.keys)) {
        return WM_EXIT_USAGE;
    }
    struct wm_replay replay = {0};
    enum wm_exit code = WM_EXIT_DONE;
    if (wm_args_flag(ctl->args, "--replay")) {
        code = wm_replay_begin(ctl, &replay);
        plan.replay = &replay;
    }
    if (code == WM_EXIT_DONE) {
        code = wm_publish_send(ctl, &plan, source, teller);
        wm_replay_end(&replay);
    }
    return code;
}

static enum wm_exit
publish(struct wm_ctl *ctl, struct target *target, struct wm_source *source)
{
    struct wm_teller teller;
    if (!wm_teller_init(&teller, ctl)) {
        return wm_ctl_fail(ctl, WM_EXIT_REFUSED, "out of memory");
    }
    enum wm_exit code = wm_args_flag(ctl->args, "--check") ? wm_publish_check(ctl, source, &teller)
                                                           : send_all(ctl, target, source, &teller);
    /* One event has had its answer; a sum of one says nothing new. */
    const bool is_one = wm_args_value(ctl->args, "--type") != NULL;
    const enum wm_exit sum = is_one ? wm_teller_result(&teller) : wm_teller_sum_up(&teller);
    code = code == WM_EXIT_DONE ? sum : code;
    wm_teller_deinit(&teller);
    return code;
}

enum wm_exit
wm_run_publish(struct wm_ctl *ctl)
{
    if (!is_sensible(ctl)) {
        return WM_EXIT_USAGE;
    }
    struct target target = {0};
    wm_setup_init(&target.setup, ctl->arena, wm_args_value(ctl->args, "--config"));
    struct wm_source *source = open_source(ctl, &target);
    const enum wm_exit code = source != NULL ? publish(ctl, &target, source) : WM_EXIT_REFUSED;
    wm_source_free(&source);
    zcert_destroy(&target.own);
    zcert_destroy(&target.server);
    wm_setup_deinit(&target.setup);
    return code;
}
