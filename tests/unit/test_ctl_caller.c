/* test_ctl_caller.c - goal: a call hears its answer and nothing else, passes on the daemon's own
 * sentence, and ends by itself when nobody is there; commands that ask say what was typed and show
 * what is answered. Method: a daemon played in a thread on an ipc socket of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <czmq.h>

#include "ctl/caller.h"

enum { ARENA_BYTES = 1 << 20 };

static char folder[] = P_tmpdir "/test_ctl_caller.XXXXXX";
static char endpoint[64];

/* What the played daemon says to a call, by what its op is called. */
static void
answer(zsock_t *router, zframe_t *id, const char *token, const char *json)
{
    if (strstr(json, "\"list\"") != NULL) {
        (void)zsock_send(router, "fssss", id, "WMP1", "RESULT", "another", "{\"n\":9}");
        (void)zsock_send(router, "fsss", id, "WMP1", "NONSENSE", token);
        (void)zsock_send(router, "fssss", id, "WMP1", "MORE", token, "{\"n\":1}");
        (void)zsock_send(router, "fssss", id, "WMP1", "MORE", token, "{\"n\":2}");
        (void)zsock_send(router, "fssss", id, "WMP1", "RESULT", token, "{\"end\":true}");
    } else if (strstr(json, "\"op\":\"case.list\"") != NULL) {
        /* The request comes back as a case, so that the test sees what was asked. */
        json_t *row = json_loads(json, 0, NULL);
        (void)json_object_set_new(row, "ref", json_string("C-1"));
        (void)json_object_set_new(row, "next_due", json_string("2026-01-06T00:00:00Z"));
        (void)json_object_del(row, "user");
        char *text = json_dumps(row, JSON_COMPACT | JSON_SORT_KEYS);
        (void)zsock_send(router, "fssss", id, "WMP1", "MORE", token, text);
        (void)zsock_send(router, "fssss", id, "WMP1", "RESULT", token, "{}");
        free(text);
        json_decref(row);
    } else if (strstr(json, "\"op\":\"outbox.list\"") != NULL) {
        (void)zsock_send(router, "fssss", id, "WMP1", "MORE", token,
                         "{\"id\":\"now\",\"not_before\":null}");
        (void)zsock_send(router, "fssss", id, "WMP1", "MORE", token,
                         "{\"id\":\"later\",\"not_before\":\"2026-02-01T00:00:00Z\"}");
        (void)zsock_send(router, "fssss", id, "WMP1", "RESULT", token, "{}");
    } else if (strstr(json, "\"op\":\"clock.show\"") != NULL) {
        (void)zsock_send(router, "fssss", id, "WMP1", "RESULT", token,
                         "{\"now\":\"2026-01-05T09:00:00Z\",\"mode\":\"manual\"}");
    } else if (strstr(json, "\"op\":\"stuck\"") != NULL) {
        (void)zsock_send(router, "fssss", id, "WMP1", "MORE", token,
                         "{\"what\":\"quiet\",\"ref\":\"C-1\",\"text\":\"for days\","
                         "\"command\":\"waymarkctl case show C-1\"}");
        (void)zsock_send(router, "fssss", id, "WMP1", "RESULT", token, "{}");
    } else if (strstr(json, "\"refuse\"") != NULL) {
        (void)zsock_send(router, "fssss", id, "WMP1", "ERROR", token,
                         "{\"code\":\"guard\",\"message\":\"not today\"}");
    }
}

/* Takes one call. False when it says that the daemon is to die of it. */
static bool
take_call(zsock_t *router)
{
    zmsg_t *message = zmsg_recv(router);
    zframe_t *id = zmsg_pop(message);
    char *protocol = zmsg_popstr(message);
    char *verb = zmsg_popstr(message);
    char *token = zmsg_popstr(message);
    char *json = zmsg_popstr(message);
    const bool goes_on = strstr(json, "\"die\"") == NULL;
    answer(router, id, token, json);
    zstr_free(&protocol);
    zstr_free(&verb);
    zstr_free(&token);
    zstr_free(&json);
    zframe_destroy(&id);
    zmsg_destroy(&message);
    return goes_on;
}

static void
play(zsock_t *pipe, void *args)
{
    (void)args;
    zsock_t *router = zsock_new_router(endpoint);
    (void)zsock_signal(pipe, router != NULL ? 0 : 1);
    zpoller_t *poller = zpoller_new(pipe, router, NULL);
    bool is_alive = router != NULL;
    while (is_alive && zpoller_wait(poller, -1) == router) {
        is_alive = take_call(router);
    }
    zpoller_destroy(&poller);
    zsock_destroy(&router);
    if (!is_alive) {
        char *end_of_test = zstr_recv(pipe);
        zstr_free(&end_of_test);
    }
}

struct heard {
    struct wm_args args;
    struct wm_ctl ctl;
    char *said;
    size_t said_size;
    json_int_t sum;
};

static void
begin(struct heard *heard)
{
    *heard = (struct heard){.args = {.control = endpoint}};
    heard->ctl = (struct wm_ctl){.arena = wm_arena_new(ARENA_BYTES),
                                 .args = &heard->args,
                                 .out = stdout,
                                 .err = open_memstream(&heard->said, &heard->said_size)};
}

static void
end(struct heard *heard, const char *want)
{
    assert_int_equal(fclose(heard->ctl.err), 0);
    assert_non_null(strstr(heard->said, want));
    free(heard->said);
    wm_arena_free(&heard->ctl.arena);
}

static void
take(void *context, struct wm_span json)
{
    struct heard *heard = context;
    json_t *object = json_loadb(json.data, json.size, 0, NULL);
    heard->sum += json_integer_value(json_object_get(object, "n"));
    json_decref(object);
}

static enum wm_exit
ask(struct heard *heard, const char *op, json_t **ret_result)
{
    struct wm_caller *caller = wm_caller_new(&heard->ctl);
    assert_non_null(caller);
    const struct wm_call call = {
        .request = json_pack("{s:s}", "op", op), .fn = take, .context = heard, .is_long = true};
    const enum wm_exit code = wm_caller_call(caller, &call, ret_result);
    wm_caller_free(&caller);
    return code;
}

static void
test_list(void **state)
{
    (void)state;
    struct heard heard;
    begin(&heard);
    zactor_t *daemon = zactor_new(play, NULL);
    json_t *result = NULL;
    assert_int_equal(ask(&heard, "list", &result), WM_EXIT_DONE);
    assert_int_equal(heard.sum, 3);
    assert_true(json_is_true(json_object_get(result, "end")));
    json_decref(result);
    zactor_destroy(&daemon);
    end(&heard, "");
}

static void
test_refusal(void **state)
{
    (void)state;
    struct heard heard;
    begin(&heard);
    zactor_t *daemon = zactor_new(play, NULL);
    json_t *result = NULL;
    assert_int_equal(ask(&heard, "refuse", &result), WM_EXIT_REFUSED);
    assert_null(result);
    zactor_destroy(&daemon);
    end(&heard, "waymarkctl: not today\n");
}

/* However long a call may take: when the daemon is gone, there is nothing to wait for. */
static void
test_daemon_dies(void **state)
{
    (void)state;
    struct heard heard;
    begin(&heard);
    zactor_t *daemon = zactor_new(play, NULL);
    json_t *result = NULL;
    assert_int_equal(ask(&heard, "die", &result), WM_EXIT_NO_DAEMON);
    zactor_destroy(&daemon);
    end(&heard, "went away before it had answered");
}

static void
test_nobody(void **state)
{
    (void)state;
    struct heard heard;
    begin(&heard);
    json_t *result = NULL;
    assert_int_equal(ask(&heard, "list", &result), WM_EXIT_NO_DAEMON);
    end(&heard, "nobody answers at ipc://");
}

static void
test_nonsense_endpoint(void **state)
{
    (void)state;
    struct heard heard;
    begin(&heard);
    heard.args.control = "carrier-pigeon://loft";
    assert_null(wm_caller_new(&heard.ctl));
    end(&heard, "carrier-pigeon://loft");
}

struct typed {
    const char *name;
    const char *argv[10];
    enum wm_exit code;
    const char *printed;
};

static const struct typed typed[] = {
    {"a list as objects",
     {"waymarkctl", "--json", "case", "list", "--state", "closed", "--quiet-for", "10 days",
      "--open"},
     WM_EXIT_DONE,
     "{\"next_due\":\"2026-01-06T00:00:00Z\",\"op\":\"case.list\",\"open\":true,"
     "\"quiet_for\":\"10 days\",\"ref\":\"C-1\",\"state\":\"closed\"}\n"},
    {"a list as a table",
     {"waymarkctl", "case", "list", "--officer", "j.cole"},
     WM_EXIT_DONE,
     "case  officer  next due\nC-1   j.cole   Mon 2026-01-05\n"},
    {"all messages",
     {"waymarkctl", "--json", "outbox", "list"},
     WM_EXIT_DONE,
     "{\"id\":\"now\",\"not_before\":null}\n"
     "{\"id\":\"later\",\"not_before\":\"2026-02-01T00:00:00Z\"}\n"},
    {"messages that may go now",
     {"waymarkctl", "--json", "outbox", "list", "--ready"},
     WM_EXIT_DONE,
     "{\"id\":\"now\",\"not_before\":null}\n"},
    {"something is stuck",
     {"waymarkctl", "stuck"},
     WM_EXIT_REFUSED,
     "quiet C-1: for days\n    waymarkctl case show C-1\n"},
    {"a duration that is none",
     {"waymarkctl", "case", "list", "--quiet-for", "long"},
     WM_EXIT_USAGE,
     ""},
    {"nothing named", {"waymarkctl", "dead-letters", "drop"}, WM_EXIT_USAGE, ""},
};

static void
test_command(void **state)
{
    const struct typed *line = *state;
    struct wm_argv argv = {.items = line->argv};
    while (line->argv[argv.count] != NULL) {
        argv.count++;
    }
    struct heard heard;
    begin(&heard);
    struct wm_span why = {0};
    assert_int_equal(wm_args_parse(&wm_commands, heard.ctl.arena, argv, &heard.args, &why), WM_OK);
    heard.args.control = endpoint;
    char *text = NULL;
    size_t size = 0;
    heard.ctl.out = open_memstream(&text, &size);
    zactor_t *daemon = zactor_new(play, NULL);
    assert_int_equal(heard.args.command->run(&heard.ctl), line->code);
    zactor_destroy(&daemon);
    assert_int_equal(fclose(heard.ctl.out), 0);
    assert_string_equal(text, line->printed);
    free(text);
    end(&heard, "");
}

static int
setup(void **state)
{
    (void)state;
    (void)snprintf(endpoint, sizeof endpoint, "ipc://%s/control", mkdtemp(folder));
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    (void)unlink(endpoint + strlen("ipc://")); /* gone with its socket, as a rule */
    return rmdir(folder);
}

int
main(void)
{
    zsys_handler_set(NULL);
    struct CMUnitTest tests[WM_COUNT(typed) + 5] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_refusal),
        cmocka_unit_test(test_daemon_dies),
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_nonsense_endpoint),
    };
    for (size_t i = 0; i < WM_COUNT(typed); i++) {
        tests[5 + i] = (struct CMUnitTest){.name = typed[i].name,
                                           .test_func = test_command,
                                           .initial_state = (void *)(uintptr_t)&typed[i]};
    }
    return cmocka_run_group_tests(tests, setup, teardown);
}
