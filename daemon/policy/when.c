/* when.c - days, times of day and weekly hours, as policy files write them. */
#include "daemon/policy/when.h"

#include <assert.h>

enum { MINUTES_PER_HOUR = 60, MINUTES_PER_DAY = 1440, CLOCK_SIZE = 5 };

const char *const wm_weekday_keys[WM_WEEK + 1] = {"mon", "tue", "wed", "thu",
                                                  "fri", "sat", "sun", NULL};

bool
wm_reader_day(struct wm_reader *reader, const struct wm_node *group, const char *key,
              int32_t *ret_day)
{
    assert(group->kind == WM_NODE_GROUP);
    assert(ret_day != NULL);
    const struct wm_node *node =
        wm_reader_need(reader, group, key, "a date such as \"2025-12-25\"");
    if (node == NULL) {
        return false;
    }
    if (node->kind != WM_NODE_TEXT || wm_day_parse(node->text, ret_day) != WM_OK) {
        wm_reader_bad(reader, node->line, "%s must be a date that exists, such as \"2025-12-25\"",
                      key);
        return false;
    }
    return true;
}

int32_t
wm_minutes_parse(struct wm_span text)
{
    if (text.size != CLOCK_SIZE || text.data[2] != ':') {
        return -1;
    }
    for (size_t i = 0; i < CLOCK_SIZE; i++) {
        if (i != 2 && (text.data[i] < '0' || text.data[i] > '9')) {
            return -1;
        }
    }
    const int32_t hour = (text.data[0] - '0') * 10 + (text.data[1] - '0');
    const int32_t minute = (text.data[3] - '0') * 10 + (text.data[4] - '0');
    const int32_t minutes = hour * MINUTES_PER_HOUR + minute;
    return minute < MINUTES_PER_HOUR && minutes <= MINUTES_PER_DAY ? minutes : -1;
}

/* A day whose hours cannot be read counts as closed. */
static void
read_hours(struct wm_reader *reader, const struct wm_node *node, struct wm_hours *hours)
{
    assert(node != NULL);
    const struct wm_span text = node->kind == WM_NODE_TEXT ? node->text : (struct wm_span){0};
    if (text.size == 2 * CLOCK_SIZE + 1 && text.data[CLOCK_SIZE] == '-') {
        const struct wm_span to = {text.data + CLOCK_SIZE + 1, CLOCK_SIZE};
        hours->from_min = wm_minutes_parse((struct wm_span){text.data, CLOCK_SIZE});
        hours->to_min = wm_minutes_parse(to);
        if (hours->from_min >= 0 && hours->from_min < hours->to_min) {
            return;
        }
    }
    *hours = (struct wm_hours){0};
    wm_reader_bad(reader, node->line, "%.*s must be hours such as \"09:00-17:00\"",
                  WM_SPAN_ARG(node->name));
}

bool
wm_reader_hours(struct wm_reader *reader, const struct wm_node *group, const char *key,
                struct wm_hours hours[static WM_WEEK])
{
    assert(hours != NULL);
    const struct wm_node *node = wm_node_get(group, key);
    if (node == NULL) {
        return false;
    }
    if (node->kind != WM_NODE_GROUP) {
        wm_reader_bad(reader, node->line, "%s must be a group { mon = \"09:00-17:00\"; … }, not %s",
                      key, wm_node_words(node));
        return true;
    }
    wm_reader_keys(reader, node, wm_weekday_keys);
    for (size_t i = 0; i < WM_WEEK; i++) {
        const struct wm_node *day = wm_node_get(node, wm_weekday_keys[i]);
        hours[i] = (struct wm_hours){0};
        if (day != NULL) {
            read_hours(reader, day, &hours[i]);
        }
    }
    return true;
}
