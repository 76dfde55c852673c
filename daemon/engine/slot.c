/* slot.c - the cases of a batch: loaded in one query, decoded when first needed, saved once. */
#include <assert.h>

#include "base/civil.h"
#include "daemon/engine/parts.h"

enum { YEAR_LENGTH = 8, REFERENCE_TRIES = 1000 };

uint64_t
wm_engine_hash(struct wm_span a, struct wm_span b)
{
    /* FNV-1a: short keys, no adversary who gains by a collision. */
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < a.size; i++) {
        hash = (hash ^ (unsigned char)a.data[i]) * UINT64_C(1099511628211);
    }
    hash = (hash ^ '\n') * UINT64_C(1099511628211);
    for (size_t i = 0; i < b.size; i++) {
        hash = (hash ^ (unsigned char)b.data[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

enum wm_status
wm_slots_init(struct wm_batch *batch, size_t expected)
{
    size_t count = 16;
    while (count < 2 * expected) {
        count *= 2;
    }
    batch->slots.bucket_count = count;
    batch->slots.buckets = WM_NEW_ARRAY(batch->arena, struct wm_slot *, count);
    return wm_arena_failed(batch->arena) ? WM_NOMEM : WM_OK;
}

static struct wm_slot **
bucket_of(const struct wm_slots *slots, struct wm_span ref)
{
    const uint64_t hash = wm_engine_hash(ref, (struct wm_span){0});
    return &slots->buckets[(hash ^ hash >> 32) & (slots->bucket_count - 1)];
}

static struct wm_slot *
find(const struct wm_slots *slots, struct wm_span ref)
{
    for (struct wm_slot *slot = *bucket_of(slots, ref); slot != NULL; slot = slot->next) {
        if (wm_span_equal(slot->ref, ref)) {
            return slot;
        }
    }
    return NULL;
}

static enum wm_status
add(struct wm_batch *batch, struct wm_span ref)
{
    struct wm_slots *slots = &batch->slots;
    struct wm_slot *slot = WM_NEW(batch->arena, struct wm_slot);
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): a list of pointers is what is meant */
    struct wm_slot **item = WM_PUSH(batch->arena, slots);
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    struct wm_slot **bucket = bucket_of(slots, ref);
    slot->ref = ref;
    slot->next = *bucket;
    *bucket = slot;
    *item = slot;
    return WM_OK;
}

/* Adds slots for those of refs that have none; *ret_new lists them. */
static enum wm_status
add_new(struct wm_batch *batch, const struct wm_span *refs, size_t count, struct wm_spans *ret_new)
{
    struct wm_span *items = WM_NEW_ARRAY(batch->arena, struct wm_span, count + 1);
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    *ret_new = (struct wm_spans){.items = items, .room = count + 1};
    for (size_t i = 0; i < count; i++) {
        if (find(&batch->slots, refs[i]) != NULL) {
            continue;
        }
        if (add(batch, refs[i]) != WM_OK) {
            return WM_NOMEM;
        }
        items[ret_new->count++] = refs[i];
    }
    return WM_OK;
}

enum wm_status
wm_slots_load(struct wm_batch *batch, const struct wm_span *refs, size_t count)
{
    struct wm_spans wanted;
    enum wm_status status = add_new(batch, refs, count, &wanted);
    if (status != WM_OK || wanted.count == 0) {
        return status;
    }
    struct wm_case_row *rows = NULL;
    size_t row_count = 0;
    status = wm_store_cases_load(batch->store, wanted.items, wanted.count, batch->arena, &rows,
                                 &row_count);
    for (size_t i = 0; i < row_count && status == WM_OK; i++) {
        struct wm_slot *slot = find(&batch->slots, rows[i].ref);
        assert(slot != NULL);
        slot->row = rows[i];
        slot->last_us = rows[i].last_us;
        slot->counted = (struct wm_counted){rows[i].officer, rows[i].weight, rows[i].is_open};
    }
    return status;
}

/* A snapshot that can't be read is this case's trouble alone: the others go on. */
static enum wm_status
decode(struct wm_batch *batch, struct wm_slot *slot)
{
    const struct wm_case_row *row = &slot->row;
    slot->is_decoded = true;
    if (row->ref.data == NULL) {
        return WM_OK;
    }
    const struct wm_workflow *workflow = NULL;
    enum wm_status status =
        wm_library_find(&batch->engine->library, batch->store, row, batch->arena, &workflow);
    if (status == WM_NOTFOUND) {
        slot->trouble = wm_arena_printf(
            batch->arena, "case %.*s has version %d of workflow %.*s, which can't be read back",
            WM_SPAN_ARG(slot->ref), row->version, WM_SPAN_ARG(row->workflow));
        return WM_OK;
    }
    struct wm_span why = {0};
    if (status == WM_OK) {
        status = wm_case_decode(batch->arena, row->snapshot, workflow, &slot->c, &why);
    }
    if (status == WM_CORRUPT) {
        slot->trouble = wm_arena_printf(batch->arena, "the stored case %.*s can't be read: %.*s",
                                        WM_SPAN_ARG(slot->ref), WM_SPAN_ARG(why));
        slot->c = NULL;
        return WM_OK;
    }
    return status;
}

enum wm_status
wm_slots_get(struct wm_batch *batch, struct wm_span ref, struct wm_slot **ret_slot)
{
    struct wm_slot *slot = find(&batch->slots, ref);
    if (slot == NULL) {
        const enum wm_status status = wm_slots_load(batch, &ref, 1);
        if (status != WM_OK) {
            return status;
        }
        slot = find(&batch->slots, ref);
        assert(slot != NULL);
    }
    if (!slot->is_decoded) {
        const enum wm_status status = decode(batch, slot);
        if (status != WM_OK) {
            return status;
        }
    }
    *ret_slot = slot;
    return WM_OK;
}

struct wm_span
wm_case_key(const struct wm_case *a_case, const char *kind)
{
    const struct wm_workflow *workflow = a_case->workflow;
    for (size_t i = 0; i < workflow->attribute_count; i++) {
        const struct wm_span text = wm_value_text(&a_case->attributes[i]);
        if (text.size > 0 && wm_span_is(workflow->attributes[i].key, kind)) {
            return text;
        }
    }
    return (struct wm_span){0};
}

/* The running clock that falls due first and is not late yet. */
static void
next_due(const struct wm_batch *batch, const struct wm_case *c, struct wm_case_row *row)
{
    const struct wm_clock *first = NULL;
    for (size_t i = 0; i < c->clocks.count; i++) {
        const struct wm_clock *clock = &c->clocks.items[i];
        row->breached = row->breached || clock->status == WM_CLOCK_BREACHED ||
                        (clock->status == WM_CLOCK_RUNNING && clock->due.us <= batch->now_us);
        if (clock->status == WM_CLOCK_RUNNING && clock->due.us > batch->now_us &&
            (first == NULL || clock->due.us < first->due.us)) {
            first = clock;
        }
    }
    row->next_due_us = first != NULL ? first->due.us : WM_NEVER;
    row->next_clock = first != NULL ? wm_clock_name(batch->arena, c, first) : (struct wm_span){0};
}

static struct wm_case_row
row_of(const struct wm_batch *batch, const struct wm_slot *slot)
{
    const struct wm_case *c = slot->c;
    struct wm_case_row row = {
        .ref = c->ref,
        .workflow = c->workflow->name,
        .version = c->workflow->version,
        .state = c->workflow->states[c->state].name,
        .officer = c->officer,
        .customer = wm_case_key(c, "customer"),
        .snapshot = wm_case_encode(batch->arena, c),
        .seq = c->seq,
        .opened_us = c->opened_us,
        .closed_us = c->closed_us,
        .wake_us = c->wake_us,
        .last_us = slot->last_us,
        .weight = slot->counted.weight,
        .is_open = slot->counted.is_open,
    };
    next_due(batch, c, &row);
    return row;
}

enum wm_status
wm_slots_save(struct wm_batch *batch)
{
    const struct wm_slots *slots = &batch->slots;
    struct wm_case_row *rows = WM_NEW_ARRAY(batch->arena, struct wm_case_row, slots->count + 1);
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    size_t count = 0;
    for (size_t i = 0; i < slots->count; i++) {
        struct wm_slot *slot = slots->items[i];
        if (slot->is_dirty) {
            rows[count++] = row_of(batch, slot);
            slot->is_dirty = false;
        }
    }
    if (wm_arena_failed(batch->arena)) {
        return WM_NOMEM;
    }
    if (count == 0) {
        return WM_OK;
    }
    batch->wrote = true;
    return wm_store_cases_save(batch->store, rows, count);
}

enum wm_status
wm_slots_alias(struct wm_batch *batch, struct wm_span alias, struct wm_span *ret_ref)
{
    const enum wm_status status = wm_batch_flush(batch);
    if (status != WM_OK) {
        return status;
    }
    struct wm_key_row *rows = NULL;
    size_t count = 0;
    const enum wm_status found = wm_store_keys_find(batch->store, wm_span("alias"), alias,
                                                    WM_STORE_PAGE, batch->arena, &rows, &count);
    /* Whoever had the alias first keeps it: the newest come first. */
    *ret_ref = found == WM_OK && count > 0 ? rows[count - 1].ref : (struct wm_span){0};
    return found;
}

/* "C-2026": what the references that a workflow's cases get in this year begin with. */
static struct wm_span
reference_stem(const struct wm_batch *batch, const struct wm_workflow *workflow)
{
    int initial = workflow->name.size > 0 ? (unsigned char)workflow->name.data[0] : 'x';
    if (initial >= 'a' && initial <= 'z') {
        initial += 'A' - 'a';
    }
    const struct wm_date date = wm_date_of(wm_day_of_time(batch->now_us));
    return wm_arena_printf(batch->arena, "%c-%d", initial, date.year);
}

static int64_t
number_of(struct wm_span digits)
{
    int64_t number = 0;
    for (size_t i = 0; i < digits.size && digits.data[i] >= '0' && digits.data[i] <= '9'; i++) {
        number = number * 10 + (digits.data[i] - '0');
    }
    return number;
}

enum wm_status
wm_slots_reference(struct wm_batch *batch, const struct wm_workflow *workflow,
                   struct wm_span *ret_ref)
{
    const struct wm_span stem = reference_stem(batch, workflow);
    const struct wm_span name = wm_arena_printf(batch->arena, "reference.%.*s", WM_SPAN_ARG(stem));
    struct wm_span last = {0};
    enum wm_status status = wm_store_meta_get(batch->store, name, batch->arena, &last);
    if (status != WM_OK && status != WM_NOTFOUND) {
        return status;
    }
    int64_t number = status == WM_OK ? number_of(last) : 0;
    /* A publisher may have chosen the same reference for a case of its own. */
    for (int tries = 0; tries < REFERENCE_TRIES; tries++) {
        struct wm_slot *slot = NULL;
        const struct wm_span ref =
            wm_arena_printf(batch->arena, "%.*s-%04lld", WM_SPAN_ARG(stem), (long long)++number);
        status = wm_slots_get(batch, ref, &slot);
        if (status != WM_OK) {
            return status;
        }
        if (slot->row.ref.data == NULL && slot->c == NULL) {
            *ret_ref = ref;
            return wm_store_meta_set(batch->store, name,
                                     wm_arena_printf(batch->arena, "%lld", (long long)number));
        }
    }
    return WM_FULL;
}
