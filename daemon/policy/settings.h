/* settings.h - waymark.cfg (interfaces.md). One table row a key: type, default, bounds, reloadable.
 */
#ifndef WM_POLICY_SETTINGS_H
#define WM_POLICY_SETTINGS_H

#include "daemon/policy/policy.h"

enum wm_clock_mode { WM_CLOCK_SYSTEM = 1, WM_CLOCK_MANUAL };

struct wm_settings_list {
    struct wm_span *items;
    size_t count;
};

struct wm_topic_setting {
    struct wm_span name;
    struct wm_duration max_age; /* count 0: none */
    struct wm_span when_old;    /* "journal" */
};

struct wm_feed_setting {
    struct wm_span endpoint;
    struct wm_settings_list topics;
    struct wm_span as;
    struct wm_span server_key;
};

/* Paths and ipc endpoints are absolute or relative to the process; never to the file any more. */
struct wm_settings {
    struct wm_span organisation;
    struct wm_span store; /* "sqlite:/abs/path" or a libpq connection string */
    int32_t engines;
    enum wm_clock_mode clock;
    int64_t clock_start_us;
    struct wm_span calendar_file;
    struct wm_span teams_file;
    struct wm_settings_list workflow_files;
    struct wm_settings_list schema_folders; /* policy.schemas */
    struct wm_settings_list intake;
    struct wm_settings_list dispatch;
    struct wm_settings_list changes;
    struct wm_span control;
    const struct wm_feed_setting *feeds;
    size_t feed_count;
    const struct wm_topic_setting *topics;
    size_t topic_count;
    struct {
        bool curve;
        bool insecure;
        struct wm_span server_key;
        struct wm_span clients;
    } security;
    struct {
        int32_t batch;
        int32_t in_flight;
        int32_t message_bytes;
        int32_t store_wait_ms;
        int32_t lease_ms;
        int32_t heartbeat_ms;
        int32_t max_attempts;
        int32_t retry_ms;
        int32_t retry_max_ms;
        int32_t not_yet_ms;
        int32_t min_free_mib;
    } limits;
};

/* Reads and checks waymark.cfg. False when any finding is an error. */
bool wm_settings_load(struct wm_arena *arena, struct wm_span path, struct wm_findings *findings,
                      struct wm_settings *ret_settings);

#endif
