/* test_bus_control.c - goal: CALL and its answers, long ones too, bounds and nonsense; the socket
 * file: made, replaced when stale, never taken from a living daemon. Method: a real ipc socket in a
 * folder of its own, a client played by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <zmq.h>

#include "daemon/bus/control.h"
#include "daemon/bus/socket.h"
#include "tests/unit/bus_peer.h"

enum { PATH_SIZE = 90 };

struct fixture {
    char folder[32];
    char path[PATH_SIZE]; /* folder/var/control */
    char endpoint[PATH_SIZE + 8];
    struct wm_control *control;
    struct peer peer;
    struct wm_request *calls[WM_CALLS_MAX];
    size_t call_count;
    char json[64]; /* of the last call */
};

static void
on_call(void *context, struct wm_request *request, struct wm_span json)
{
    struct fixture *fixture = context;
    assert_true(fixture->call_count < WM_CALLS_MAX);
    fixture->calls[fixture->call_count++] = request;
    peer_copy(fixture->json, sizeof fixture->json, json);
}

static void
pump(void *context)
{
    wm_control_read(((struct fixture *)context)->control);
}

static struct wm_control *
open_control(struct fixture *fixture, char **ret_why)
{
    const struct wm_control_options options = {
        .endpoint = fixture->endpoint, .call = on_call, .context = fixture};
    return wm_control_new(&options, ret_why);
}

static int
set_up_files(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/wm-control-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/var/control", fixture->folder);
    (void)snprintf(fixture->endpoint, sizeof fixture->endpoint, "ipc://%s", fixture->path);
    *state = fixture;
    return 0;
}

static int
set_up(void **state)
{
    (void)set_up_files(state);
    struct fixture *fixture = *state;
    char *why = NULL;
    fixture->control = open_control(fixture, &why);
    assert_non_null(fixture->control);
    fixture->peer.pump = pump;
    fixture->peer.pumped = fixture;
    peer_start(&fixture->peer, ZMQ_DEALER, wm_control_socket(fixture->control), NULL);
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->peer.socket != NULL) {
        peer_stop(&fixture->peer);
    }
    for (size_t i = 0; i < fixture->call_count; i++) {
        wm_request_free(&fixture->calls[i]);
    }
    wm_control_free(&fixture->control);
    (void)unlink(fixture->path);
    char var[PATH_SIZE];
    (void)snprintf(var, sizeof var, "%s/var", fixture->folder);
    (void)rmdir(var);
    (void)rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static void
wait_for(struct fixture *fixture, size_t count)
{
    for (int i = 0; i < PEER_WAIT_MS && fixture->call_count < count; i++) {
        peer_settle(&fixture->peer, 1);
    }
    assert_int_equal(fixture->call_count, count);
}

static void
test_call(void **state)
{
    struct fixture *fixture = *state;
    static const enum wm_verb verbs[] = {WM_VERB_RESULT, WM_VERB_ERROR};
    for (size_t i = 0; i < WM_COUNT(verbs); i++) {
        peer_send(&fixture->peer, "WMP1", "CALL", "c1", "{\"op\":\"status\"}", NULL);
        wait_for(fixture, 1);
        assert_string_equal(fixture->json, "{\"op\":\"status\"}");
        fixture->call_count = 0;
        assert_int_equal(
            wm_control_end(fixture->control, &fixture->calls[0], verbs[i], wm_span("{\"a\":1}")),
            WM_OK);
        assert_null(fixture->calls[0]);
        peer_expect(&fixture->peer, "WMP1", wm_verb_name(verbs[i]), "c1", "{\"a\":1}", NULL);
    }
}

/* Pieces that the asker does not take are not lost: WM_AGAIN says to wait. */
static void
test_long_answer(void **state)
{
    struct fixture *fixture = *state;
    peer_send(&fixture->peer, "WMP1", "CALL", "c1", "{}", NULL);
    wait_for(fixture, 1);
    int sent = 0;
    while (wm_control_more(fixture->control, fixture->calls[0], wm_span("{\"ref\":\"C-1\"}")) ==
               WM_OK &&
           sent < 100000) {
        sent++;
    }
    if (sent < 100000) { /* its queue is full */
        assert_int_equal(
            wm_control_end(fixture->control, &fixture->calls[0], WM_VERB_RESULT, wm_span("{}")),
            WM_AGAIN);
        assert_non_null(fixture->calls[0]);
    }
    for (int i = 0; i < sent; i++) {
        peer_expect(&fixture->peer, "WMP1", "MORE", "c1", "{\"ref\":\"C-1\"}", NULL);
    }
    fixture->call_count = 0;
    assert_int_equal(
        wm_control_end(fixture->control, &fixture->calls[0], WM_VERB_RESULT, wm_span("{}")), WM_OK);
    peer_expect(&fixture->peer, "WMP1", "RESULT", "c1", "{}", NULL);
}

static void
test_asker_gone(void **state)
{
    struct fixture *fixture = *state;
    peer_send(&fixture->peer, "WMP1", "CALL", "c1", "{}", NULL);
    wait_for(fixture, 1);
    peer_stop(&fixture->peer);
    enum wm_status status = WM_OK;
    for (int i = 0; i < PEER_WAIT_MS && status != WM_NOTFOUND; i++) {
        (void)zmq_poll(NULL, 0, 1);
        status = wm_control_more(fixture->control, fixture->calls[0], wm_span("{}"));
    }
    assert_int_equal(status, WM_NOTFOUND);
    fixture->call_count = 0;
    assert_int_equal(
        wm_control_end(fixture->control, &fixture->calls[0], WM_VERB_RESULT, wm_span("{}")),
        WM_NOTFOUND);
    assert_null(fixture->calls[0]);
}

static void
test_bound(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < WM_CALLS_MAX + 10; i++) {
        peer_send(&fixture->peer, "WMP1", "CALL", "c", "{}", NULL);
    }
    wait_for(fixture, WM_CALLS_MAX);
    peer_settle(&fixture->peer, PEER_QUIET_MS);
    assert_int_equal(fixture->call_count, WM_CALLS_MAX);
    assert_false(wm_control_has_room(fixture->control));
}

static void
test_nonsense(void **state)
{
    struct fixture *fixture = *state;
    peer_send(&fixture->peer, "", NULL);
    peer_send(&fixture->peer, "WMP1", "CALL", NULL);
    peer_send(&fixture->peer, "WMP1", "SHOUT", NULL);
    peer_expect_silence(&fixture->peer);
    peer_send(&fixture->peer, "WMP1", "SHOUT", "c1", "{}", NULL);
    peer_expect(&fixture->peer, "WMP1", "ERROR", "c1", "*", NULL);
    assert_non_null(strstr(fixture->peer.frames[3], "malformed"));
    peer_send(&fixture->peer, "WMP1", "CALL", "c2", NULL);
    peer_expect(&fixture->peer, "WMP1", "ERROR", "c2", "*", NULL);
    assert_int_equal(fixture->call_count, 0);
}

/* ---- the socket file ---- */

static void
test_folder_and_modes(void **state)
{
    struct fixture *fixture = *state;
    struct stat stat_of;
    char var[PATH_SIZE];
    (void)snprintf(var, sizeof var, "%s/var", fixture->folder);
    assert_int_equal(stat(var, &stat_of), 0);
    assert_int_equal(stat_of.st_mode & 0007, 0);
    assert_int_equal(stat(fixture->path, &stat_of), 0);
    assert_int_equal(stat_of.st_mode & 0777, 0660);
}

static void
test_not_taken_over(void **state)
{
    struct fixture *fixture = *state;
    char *why = NULL;
    assert_null(open_control(fixture, &why));
    assert_non_null(strstr(why, "another waymarkd listens there"));
    free(why);
    peer_send(&fixture->peer, "WMP1", "CALL", "c1", "{}", NULL); /* the first one still serves */
    wait_for(fixture, 1);
}

static void
test_stale_file(void **state)
{
    struct fixture *fixture = *state;
    char var[PATH_SIZE];
    (void)snprintf(var, sizeof var, "%s/var", fixture->folder);
    assert_int_equal(mkdir(var, 0700), 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", fixture->path);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    (void)close(fd); /* as a killed daemon leaves it */
    assert_int_equal(access(fixture->path, F_OK), 0);
    char *why = NULL;
    fixture->control = open_control(fixture, &why);
    assert_non_null(fixture->control);
}

static void
test_no_socket_there(void **state)
{
    struct fixture *fixture = *state;
    char var[PATH_SIZE];
    (void)snprintf(var, sizeof var, "%s/var", fixture->folder);
    assert_int_equal(mkdir(var, 0700), 0);
    FILE *file = fopen(fixture->path, "w");
    assert_non_null(file);
    (void)fclose(file);
    char *why = NULL;
    assert_null(open_control(fixture, &why));
    assert_non_null(strstr(why, "no socket"));
    free(why);
    assert_int_equal(access(fixture->path, F_OK), 0); /* still there */
}

static void
test_bad_paths(void **state)
{
    struct fixture *fixture = *state;
    char *why = NULL;
    (void)snprintf(fixture->endpoint, sizeof fixture->endpoint, "ipc://%s/no/such/folder/control",
                   fixture->folder);
    assert_null(open_control(fixture, &why));
    assert_non_null(strstr(why, "cannot make the folder"));
    free(why);

    char endpoint[200];
    (void)snprintf(endpoint, sizeof endpoint, "ipc:///tmp/%0150d", 1);
    const struct wm_control_options options = {.endpoint = endpoint, .call = on_call};
    why = NULL;
    assert_null(wm_control_new(&options, &why));
    assert_non_null(strstr(why, "longer than 107 bytes"));
    free(why);
}

static int
prepare(void **state)
{
    (void)state;
    wm_socket_prepare();
    return 0;
}

static int
finish(void **state)
{
    (void)state;
    wm_socket_finish();
    return 0;
}

#define ROW(name)   cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define FILES(name) cmocka_unit_test_setup_teardown(name, set_up_files, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(test_call),           ROW(test_long_answer),  ROW(test_asker_gone),
        ROW(test_bound),          ROW(test_nonsense),     ROW(test_folder_and_modes),
        ROW(test_not_taken_over), FILES(test_stale_file), FILES(test_no_socket_there),
        FILES(test_bad_paths),
    };
    return cmocka_run_group_tests_name("bus control", tests, prepare, finish);
}
