/* endpoint.h - where sockets are bound and connected: tcp:// and ipc://. */
#ifndef WM_POLICY_ENDPOINT_H
#define WM_POLICY_ENDPOINT_H

#include "daemon/policy/reader.h"
#include "daemon/policy/settings.h"

struct wm_endpoint_rule {
    bool curve;         /* what goes over it is encrypted */
    bool insecure;      /* plain is allowed on the loopback */
    const char *remedy; /* how to encrypt */
};

/* Finds what is wrong with an endpoint; makes an ipc path relative to the process. An absent
 * endpoint is passed over. */
void wm_endpoint_check(struct wm_reader *reader, int32_t line, const struct wm_endpoint_rule *rule,
                       struct wm_span *endpoint);
/* Finds an endpoint that stands in the lists twice. */
void wm_endpoint_doubles(struct wm_reader *reader, int32_t line,
                         struct wm_settings_list *const *lists, size_t count);

/* Finds values of waymark.cfg that go together badly; completes the store's and the endpoints'
 * paths. */
void wm_settings_check(struct wm_reader *reader, const struct wm_node *root,
                       struct wm_settings *settings);

#endif
