/* endpoint.c - tcp:// and ipc:// endpoints: their form, and what must not be open to a network. */
#include "daemon/policy/endpoint.h"

#include <assert.h>

enum { IPC_PATH_MAX = 107, PORT_MAX = 65535, PORT_DIGITS = 5 };

/* What follows the first bytes. */
static struct wm_span
behind(struct wm_span text, size_t size)
{
    return (struct wm_span){text.data + size, text.size - size};
}

/* Port 0 would be another one at each start: nobody could connect. */
static bool
is_port(struct wm_span text)
{
    int32_t port = 0;
    for (size_t i = 0; i < text.size && i <= PORT_DIGITS; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        port = port * 10 + (text.data[i] - '0');
    }
    return text.size > 0 && text.size <= PORT_DIGITS && port >= 1 && port <= PORT_MAX;
}

/* What never leaves the machine. */
static bool
is_loopback(struct wm_span host)
{
    return wm_span_starts(host, "127.") || wm_span_is(host, "localhost") ||
           wm_span_is(host, "[::1]");
}

/* The last colon parts host and port: IPv6 addresses hold more of them. */
static void
check_tcp(struct wm_reader *reader, int32_t line, const struct wm_endpoint_rule *rule,
          struct wm_span endpoint)
{
    assert(reader->findings != NULL);
    const struct wm_span address = behind(endpoint, strlen("tcp://"));
    size_t colon = address.size;
    while (colon > 0 && address.data[colon - 1] != ':') {
        colon--;
    }
    if (colon < 2 || !is_port(behind(address, colon))) {
        wm_reader_bad(reader, line, "\"%.*s\" must be tcp://HOST:PORT with a port from 1 to %d",
                      WM_SPAN_ARG(endpoint), PORT_MAX);
        return;
    }
    const struct wm_span host = {address.data, colon - 1};
    if (!rule->curve && !(is_loopback(host) && rule->insecure)) {
        wm_reader_bad(reader, line,
                      "\"%.*s\" would carry personal data unencrypted; %s, or use 127.0.0.1 with "
                      "security.insecure = true",
                      WM_SPAN_ARG(endpoint), rule->remedy);
    }
}

/* The limit is that of the system's socket addresses; beyond it binding fails without saying why.
 * */
static void
check_ipc(struct wm_reader *reader, int32_t line, struct wm_span *endpoint)
{
    assert(reader->findings != NULL);
    struct wm_span path = behind(*endpoint, strlen("ipc://"));
    if (path.size == 0) {
        wm_reader_bad(reader, line, "\"ipc://\" must name a path, such as ipc://../var/control");
        return;
    }
    if (path.data[0] != '@') { /* Linux's abstract names are no paths */
        path = wm_path_beside(reader->arena, reader->file, path);
    }
    if (path.size > IPC_PATH_MAX) {
        wm_reader_bad(reader, line,
                      "the path of \"ipc://%.*s\" has %zu bytes; the system allows %d",
                      WM_SPAN_ARG(path), path.size, IPC_PATH_MAX);
        return;
    }
    *endpoint = wm_arena_printf(reader->arena, "ipc://%.*s", WM_SPAN_ARG(path));
}

void
wm_endpoint_check(struct wm_reader *reader, int32_t line, const struct wm_endpoint_rule *rule,
                  struct wm_span *endpoint)
{
    assert(rule->remedy != NULL);
    if (endpoint->data == NULL) {
        return;
    }
    if (wm_span_starts(*endpoint, "tcp://")) {
        check_tcp(reader, line, rule, *endpoint);
    } else if (wm_span_starts(*endpoint, "ipc://")) {
        check_ipc(reader, line, endpoint);
    } else {
        wm_reader_bad(reader, line, "\"%.*s\" must begin with tcp:// or ipc://",
                      WM_SPAN_ARG(*endpoint));
    }
}

/* How often the lists hold an endpoint. */
static size_t
times(struct wm_settings_list *const *lists, size_t count, struct wm_span endpoint)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < lists[i]->count; k++) {
            found += wm_span_equal(lists[i]->items[k], endpoint) ? 1 : 0;
        }
    }
    return found;
}

/* Each is compared with those behind it, so that a pair is told once. */
static void
check_list(struct wm_reader *reader, int32_t line, struct wm_settings_list *const *lists,
           size_t count)
{
    assert(reader->findings != NULL);
    const struct wm_settings_list *list = lists[0];
    for (size_t k = 0; k < list->count; k++) {
        struct wm_settings_list rest = {list->items + k, list->count - k};
        struct wm_settings_list *const here[] = {&rest};
        const struct wm_span endpoint = list->items[k];
        if (times(here, 1, endpoint) == 1 && times(lists + 1, count - 1, endpoint) == 0) {
            continue;
        }
        wm_reader_bad(reader, line, "\"%.*s\" is used twice; each socket needs its own",
                      WM_SPAN_ARG(endpoint));
    }
}

void
wm_endpoint_doubles(struct wm_reader *reader, int32_t line, struct wm_settings_list *const *lists,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_list(reader, line, lists + i, count - i);
    }
}
