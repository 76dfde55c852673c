/* request.h - who asked, kept while the answer is being worked out. */
#ifndef WM_BUS_REQUEST_H
#define WM_BUS_REQUEST_H

#include "daemon/bus/message.h"

/* A copy of a message's route and token. Owned by whoever holds the pointer, until it is answered
 * or freed. */
struct wm_request;

/* `size`: bytes of the event or call, so that what waits can be bounded by bytes. NULL when out of
 * memory. */
struct wm_request *wm_request_new(const struct wm_message *message, struct wm_span token,
                                  size_t size);
void wm_request_free(struct wm_request **request);
size_t wm_request_size(const struct wm_request *request);
/* True if both came from the same peer. */
bool wm_request_same_peer(const struct wm_request *a, const struct wm_request *b);
/* Sends `verb` token [detail]; detail absent: no such frame. As wm_message_send. */
WM_MUSTCHECK enum wm_status wm_request_answer(void *socket, const struct wm_request *request,
                                              enum wm_verb verb, struct wm_span detail);

#endif
