/* crew.c - the workers that are there, what each may hold and what it holds. Lists are short (some
 * dozens of workers, a handful of topics), so they are searched from end to end. */
#include "daemon/bus/crew.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    KEPT_OF_ID = 20, /* letters of a message id that cannot be used whole */
    MARK_SIZE = sizeof "#-9223372036854775808"
};

struct wm_route
wm_worker_route(const struct wm_worker *worker)
{
    assert(worker != NULL);
    assert(worker->route_size >= 1);
    return (struct wm_route){{(const char *)worker->route, worker->route_size}, worker->delimiter};
}

struct wm_worker *
wm_crew_find(const struct wm_crew *crew, const struct wm_route *route)
{
    assert(crew != NULL && route != NULL);
    for (size_t i = 0; i < crew->worker_count; i++) {
        struct wm_worker *worker = crew->workers[i];
        if (wm_span_equal(wm_worker_route(worker).id, route->id)) {
            return worker;
        }
    }
    return NULL;
}

struct wm_worker *
wm_crew_join(struct wm_crew *crew, const struct wm_route *route, int64_t now_ms)
{
    assert(crew != NULL && route != NULL);
    assert(route->id.size >= 1 && route->id.size <= WM_ROUTE_MAX);
    assert(wm_crew_find(crew, route) == NULL);

    if (crew->worker_count == WM_WORKERS_MAX) {
        return NULL;
    }
    struct wm_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        return NULL;
    }
    memcpy(worker->route, route->id.data, route->id.size);
    worker->route_size = route->id.size;
    worker->delimiter = route->delimiter;
    worker->heard_ms = now_ms;
    crew->workers[crew->worker_count++] = worker;
    return worker;
}

/* A topic that nobody has a share in is not asked for any more. */
static void
drop_topic(struct wm_crew *crew, struct wm_topic *topic)
{
    for (size_t i = 0; i < crew->topic_count; i++) {
        if (crew->topics[i] == topic) {
            crew->topics[i] = crew->topics[--crew->topic_count];
            free(topic);
            return;
        }
    }
    assert(false);
}

void
wm_crew_leave(struct wm_crew *crew, struct wm_worker *worker)
{
    assert(crew != NULL && worker != NULL);
    assert(worker->held == 0 && worker->oldest == NULL);

    for (size_t i = 0; i < worker->share_count; i++) {
        struct wm_topic *topic = worker->shares[i].topic;
        assert(topic->sharers >= 1);
        if (--topic->sharers == 0) {
            drop_topic(crew, topic);
        }
    }
    for (size_t i = 0; i < crew->worker_count; i++) {
        if (crew->workers[i] == worker) {
            crew->workers[i] = crew->workers[--crew->worker_count];
            break;
        }
    }
    free(worker);
}

struct wm_topic *
wm_crew_topic(const struct wm_crew *crew, struct wm_span name)
{
    assert(crew != NULL);
    for (size_t i = 0; i < crew->topic_count; i++) {
        if (wm_span_is(name, crew->topics[i]->name)) {
            return crew->topics[i];
        }
    }
    return NULL;
}

static struct wm_topic *
make_topic(struct wm_crew *crew, struct wm_span name)
{
    assert(name.size >= 1 && name.size <= WM_WORD_MAX);
    if (crew->topic_count == WM_TOPICS_MAX) {
        return NULL;
    }
    struct wm_topic *topic = calloc(1, sizeof *topic);
    if (topic == NULL) {
        return NULL;
    }
    memcpy(topic->name, name.data, name.size);
    crew->topics[crew->topic_count++] = topic;
    return topic;
}

static struct wm_share *
find_share(struct wm_worker *worker, const struct wm_topic *topic)
{
    for (size_t i = 0; i < worker->share_count; i++) {
        if (worker->shares[i].topic == topic) {
            return &worker->shares[i];
        }
    }
    return NULL;
}

bool
wm_crew_share(struct wm_crew *crew, struct wm_worker *worker, struct wm_span name, uint32_t credit)
{
    assert(crew != NULL && worker != NULL);
    assert(credit <= WM_CREDIT_MAX);

    struct wm_topic *topic = wm_crew_topic(crew, name);
    struct wm_share *share = topic != NULL ? find_share(worker, topic) : NULL;
    if (share != NULL) {
        share->credit = credit;
        return true;
    }
    if (worker->share_count == WM_SHARES_MAX) {
        return false;
    }
    topic = topic != NULL ? topic : make_topic(crew, name);
    if (topic == NULL) {
        return false;
    }
    topic->sharers++;
    worker->shares[worker->share_count++] = (struct wm_share){topic, credit, 0};
    return true;
}

static uint32_t
share_room(const struct wm_share *share)
{
    return share != NULL && share->credit > share->held ? share->credit - share->held : 0;
}

uint32_t
wm_crew_room(const struct wm_crew *crew, const struct wm_topic *topic)
{
    assert(crew != NULL && topic != NULL);
    uint32_t room = 0;
    for (size_t i = 0; i < crew->worker_count; i++) {
        room += share_room(find_share(crew->workers[i], topic));
    }
    return room;
}

struct wm_worker *
wm_crew_pick(const struct wm_crew *crew, struct wm_topic *topic, int64_t now_ms)
{
    assert(crew != NULL && topic != NULL);
    for (size_t i = 1; i <= crew->worker_count; i++) {
        const size_t index = (topic->turn + i) % crew->worker_count;
        struct wm_worker *worker = crew->workers[index];
        if (share_room(find_share(worker, topic)) > 0 && worker->stalled_ms <= now_ms) {
            topic->turn = index;
            return worker;
        }
    }
    return NULL;
}

static bool
is_word(struct wm_span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] <= ' ' || text.data[i] > '~') {
            return false;
        }
    }
    return true;
}

/* The delivery's id: message id "#" lease. A message id that would not pass as a word of the wire
 * is shortened, and the serial makes it unique again. */
static void
name_delivery(struct wm_held *held, uint64_t serial)
{
    const struct wm_span id = {held->message, held->message_size};
    char mark[MARK_SIZE];
    const int size = snprintf(mark, sizeof mark, "#%" PRId64, held->lease); /* fits */
    if (id.size + (size_t)size <= WM_WORD_MAX && is_word(id)) {
        memcpy(held->delivery, id.data, id.size);
        memcpy(held->delivery + id.size, mark, (size_t)size);
        return;
    }
    size_t kept = 0;
    while (kept < KEPT_OF_ID && kept < id.size) {
        const char letter = id.data[kept];
        held->delivery[kept++] = (char)(letter > ' ' && letter <= '~' ? letter : '_');
    }
    (void)snprintf(held->delivery + kept, sizeof held->delivery - kept, "~%" PRIu64 "%s", serial,
                   mark); /* fits: two numbers of at most 20 digits */
}

struct wm_held *
wm_held_new(struct wm_topic *topic, struct wm_span message, int64_t lease, uint32_t attempt,
            uint64_t serial)
{
    assert(topic != NULL);
    assert(message.size > 0);

    struct wm_held *held = calloc(1, sizeof *held + message.size);
    if (held == NULL) {
        return NULL;
    }
    held->topic = topic;
    held->lease = lease;
    held->attempt = attempt;
    held->message_size = message.size;
    memcpy(held->message, message.data, message.size);
    name_delivery(held, serial);
    return held;
}

void
wm_worker_hold(struct wm_worker *worker, struct wm_held *held)
{
    assert(worker != NULL && held != NULL);
    struct wm_share *share = find_share(worker, held->topic);
    assert(share != NULL && share->held < share->credit);

    share->held++;
    worker->held++;
    held->next = NULL;
    if (worker->newest != NULL) {
        worker->newest->next = held;
    } else {
        worker->oldest = held;
    }
    worker->newest = held;
}

struct wm_held *
wm_worker_find(const struct wm_worker *worker, struct wm_span delivery)
{
    assert(worker != NULL);
    for (struct wm_held *held = worker->oldest; held != NULL; held = held->next) {
        if (wm_span_is(delivery, held->delivery)) {
            return held;
        }
    }
    return NULL;
}

void
wm_worker_release(struct wm_worker *worker, struct wm_held *held)
{
    assert(worker != NULL && held != NULL);
    struct wm_share *share = find_share(worker, held->topic);
    assert(share != NULL && share->held >= 1 && worker->held >= 1);

    struct wm_held *before = NULL;
    struct wm_held **link = &worker->oldest;
    while (*link != held) {
        assert(*link != NULL);
        before = *link;
        link = &before->next;
    }
    *link = held->next;
    if (worker->newest == held) {
        worker->newest = before;
    }
    share->held--;
    worker->held--;
}

static void
check_worker(const struct wm_worker *worker)
{
    size_t listed = 0;
    size_t shared = 0;
    for (const struct wm_held *held = worker->oldest; held != NULL; held = held->next) {
        listed++;
    }
    for (size_t i = 0; i < worker->share_count; i++) {
        shared += worker->shares[i].held;
        assert(worker->shares[i].topic->sharers >= 1);
    }
    assert(worker->held == listed);
    assert(worker->held == shared);
}

void
wm_crew_check(const struct wm_crew *crew)
{
    assert(crew != NULL);
    assert(crew->worker_count <= WM_WORKERS_MAX && crew->topic_count <= WM_TOPICS_MAX);
    for (size_t i = 0; i < crew->worker_count; i++) {
        check_worker(crew->workers[i]);
    }
}
