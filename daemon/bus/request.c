/* request.c - who asked, kept while the answer is being worked out. */
#include "daemon/bus/request.h"

#include <assert.h>
#include <stdlib.h>

struct wm_request {
    size_t size;
    bool delimiter;
    unsigned char route_size;
    unsigned char token_size;
    char bytes[]; /* route, then token */
};

_Static_assert(WM_ROUTE_MAX <= UCHAR_MAX && WM_TOKEN_MAX <= UCHAR_MAX, "sizes fit their fields");

struct wm_request *
wm_request_new(const struct wm_message *message, struct wm_span token, size_t size)
{
    assert(message != NULL);
    assert(message->route.id.size >= 1 && message->route.id.size <= WM_ROUTE_MAX);
    assert(token.size <= WM_TOKEN_MAX);

    const struct wm_span route = message->route.id;
    struct wm_request *request = malloc(sizeof *request + route.size + token.size);
    if (request == NULL) {
        return NULL;
    }
    request->size = size;
    request->delimiter = message->route.delimiter;
    request->route_size = (unsigned char)route.size;
    request->token_size = (unsigned char)token.size;
    memcpy(request->bytes, route.data, route.size);
    if (token.size > 0) {
        memcpy(request->bytes + route.size, token.data, token.size);
    }
    return request;
}

void
wm_request_free(struct wm_request **request)
{
    assert(request != NULL);
    free(*request);
    *request = NULL;
}

size_t
wm_request_size(const struct wm_request *request)
{
    assert(request != NULL);
    return request->size;
}

bool
wm_request_same_peer(const struct wm_request *a, const struct wm_request *b)
{
    assert(a != NULL && b != NULL);
    return a->route_size == b->route_size && memcmp(a->bytes, b->bytes, a->route_size) == 0;
}

enum wm_status
wm_request_answer(void *socket, const struct wm_request *request, enum wm_verb verb,
                  struct wm_span detail)
{
    assert(socket != NULL && request != NULL);
    const struct wm_route route = {{request->bytes, request->route_size}, request->delimiter};
    const struct wm_span frames[] = {
        wm_span(WM_PROTOCOL),
        wm_span(wm_verb_name(verb)),
        {request->bytes + request->route_size, request->token_size},
        detail,
    };
    return wm_message_send(socket, &route, frames,
                           detail.data != NULL ? WM_COUNT(frames) : WM_COUNT(frames) - 1);
}
