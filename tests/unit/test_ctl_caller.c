/* test_ctl_caller.c - goal: a call hears its answer and nothing else, passes on the daemon's own
 * sentence, and ends by itself when nobody is there. Method: a daemon played in a thread on an ipc
 * socket of the test's own. */
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
    const int64_t before_ms = zclock_mono();
    assert_int_equal(ask(&heard, "die", &result), WM_EXIT_NO_DAEMON);
    assert_true(zclock_mono() - before_ms < 4000);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_refusal),
        cmocka_unit_test(test_daemon_dies),
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_nonsense_endpoint),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
