/* socket.c - the daemon's sockets: every option in one place. */
#include "daemon/bus/socket.h"

#include <assert.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    LINGER_MS = 2000, /* for the last replies at a clean stop */
    HANDSHAKE_MS = 5000,
    HEARTBEAT_MS = 2000,
    HEARTBEAT_TIMEOUT_MS = 6000,
    BACKLOG = 512,
    FOLDER_MODE = 0750,
    FILE_MODE = 0660 /* who may come at all is decided by the folder */
};

static const char ipc[] = "ipc://";

void
wm_socket_prepare(void)
{
    /* czmq takes options from its environment; ours stand in the configuration alone. */
    char **variable = environ;
    while (variable != NULL && *variable != NULL) {
        char *name = strncmp(*variable, "ZSYS_", strlen("ZSYS_")) == 0
                         ? strndup(*variable, strcspn(*variable, "="))
                         : NULL;
        if (name == NULL || unsetenv(name) != 0) {
            variable++; /* else the next one has moved up to this place */
        }
        free(name);
    }
    zsys_handler_set(NULL);
    (void)
        zsys_init(); /* NULL only when the context cannot be made: then the first socket says so */
}

void
wm_socket_finish(void)
{
    zsys_shutdown();
}

static void
set_options(zsock_t *socket, const struct wm_socket_options *options)
{
    assert(options->send_max >= 1 && options->receive_max >= 1);
    assert(options->frame_bytes >= 1);

    zsock_set_linger(socket, LINGER_MS);
    zsock_set_sndhwm(socket, options->send_max);
    zsock_set_rcvhwm(socket, options->receive_max);
    zsock_set_maxmsgsize(socket, options->frame_bytes);
    zsock_set_handshake_ivl(socket, HANDSHAKE_MS);
    zsock_set_heartbeat_ivl(socket, HEARTBEAT_MS);
    zsock_set_heartbeat_timeout(socket, HEARTBEAT_TIMEOUT_MS);
    zsock_set_backlog(socket, BACKLOG);
    if (options->kind == WM_SOCKET_ROUTER) {
        zsock_set_router_mandatory(socket, 1);
        zsock_set_router_handover(socket, 0);
    }
}

/* Whether somebody listens on a Unix socket. */
static bool
is_served(const struct sockaddr_un *address)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return false;
    }
    const bool served = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    (void)close(fd); /* nothing was written */
    return served;
}

static bool
make_folder(const char *path, char **ret_why)
{
    char copy[sizeof((struct sockaddr_un *)NULL)->sun_path];
    (void)snprintf(copy, sizeof copy, "%s", path); /* its length was checked */
    const char *folder = dirname(copy);
    if (mkdir(folder, FOLDER_MODE) == 0 || errno == EEXIST) {
        return true;
    }
    if (asprintf(ret_why, "cannot make the folder %s: %s", folder, strerror(errno)) < 0) {
        *ret_why = NULL;
    }
    return false;
}

/* libzmq removes whatever file is there before it binds: a second daemon would take the first one's
 * place without a word. So it is looked at first. */
static bool
prepare_path(const char *path, char **ret_why)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        if (asprintf(ret_why, "the path is longer than %zu bytes, which the system does not allow",
                     sizeof address.sun_path - 1) < 0) {
            *ret_why = NULL;
        }
        return false;
    }
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path); /* fits */
    if (!make_folder(path, ret_why)) {
        return false;
    }
    struct stat stat;
    if (lstat(path, &stat) != 0) {
        return true;
    }
    if (!S_ISSOCK(stat.st_mode)) {
        *ret_why = strdup("there is a file of that name which is no socket; move it away");
        return false;
    }
    if (is_served(&address)) {
        *ret_why = strdup("another waymarkd listens there; stop it first, or give this one another "
                          "endpoint");
        return false;
    }
    return true;
}

/* The file of an ipc endpoint; NULL if it has none. */
static const char *
path_of(const char *endpoint)
{
    const size_t prefix = strlen(ipc);
    return strncmp(endpoint, ipc, prefix) == 0 && endpoint[prefix] != '@' ? endpoint + prefix
                                                                          : NULL;
}

/* What would help. */
static const char *
hint_of(int error)
{
    switch (error) {
    case EADDRINUSE:
        return " (another waymarkd, or another program, has it: stop it, or choose another port)";
    case EACCES:
        return " (the folder must be writable, or the port allowed, for the daemon's user)";
    case EADDRNOTAVAIL:
    case ENODEV:
        return " (this machine has no such address)";
    default:
        return "";
    }
}

static bool
bind_endpoint(zsock_t *socket, const char *endpoint, char **ret_why)
{
    const char *path = path_of(endpoint);
    if (path != NULL && !prepare_path(path, ret_why)) {
        return false;
    }
    if (zmq_bind(zsock_resolve(socket), endpoint) != 0) {
        const char *hint = hint_of(errno);
        if (asprintf(ret_why, "%s%s", zmq_strerror(errno), hint) < 0) {
            *ret_why = NULL;
        }
        return false;
    }
    if (path != NULL) {
        (void)chmod(path, FILE_MODE); /* else the umask's mode stays, which is narrower */
    }
    return true;
}

/* "intake cannot listen on tcp://…: why"; frees `why`. */
static char *
sentence(const char *purpose, const char *endpoint, char *why)
{
    char *text = NULL;
    if (asprintf(&text, "%s cannot listen on %s: %s", purpose, endpoint,
                 why != NULL ? why : "out of memory") < 0) {
        text = NULL;
    }
    free(why);
    return text;
}

void
wm_socket_free(zsock_t **socket)
{
    assert(socket != NULL);
    if (*socket == NULL) {
        return;
    }
    char endpoint[sizeof ipc + sizeof((struct sockaddr_un *)NULL)->sun_path];
    size_t size = sizeof endpoint;
    if (zmq_getsockopt(zsock_resolve(*socket), ZMQ_LAST_ENDPOINT, endpoint, &size) == 0) {
        const char *path = path_of(endpoint);
        if (path != NULL) {
            (void)unlink(path); /* the next start would replace it, too */
        }
    }
    zsock_destroy(socket);
}

zsock_t *
wm_socket_new(const struct wm_socket_options *options, char **ret_why)
{
    assert(options != NULL && options->purpose != NULL);
    assert(ret_why != NULL);

    zsock_t *socket = zsock_new(options->kind == WM_SOCKET_ROUTER ? ZMQ_ROUTER : ZMQ_XPUB);
    if (socket == NULL) {
        *ret_why = sentence(options->purpose, "any endpoint", strdup(zmq_strerror(errno)));
        return NULL;
    }
    set_options(socket, options);
    for (size_t i = 0; i < options->endpoint_count; i++) {
        char *why = NULL;
        if (!bind_endpoint(socket, options->endpoints[i], &why)) {
            *ret_why = sentence(options->purpose, options->endpoints[i], why);
            wm_socket_free(&socket);
            return NULL;
        }
    }
    return socket;
}
