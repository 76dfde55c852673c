/* test_ctl_event.c - goal: key=value words become an event typed by its schema, or are refused with
 * a sentence. Method: words by table against the JSON that should come of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/make_event.h"
#include "ctl/setup.h"

enum { ARENA_BYTES = 1 << 24, PAIRS_MAX = 8 };

struct example {
    const char *type;
    const char *pairs[PAIRS_MAX];
    const char *data; /* JSON of `data`; NULL: refused */
    const char *why;  /* part of the sentence */
};

static const struct example examples[] = {
    {"contact.made",
     {"method=phone", "by=s.brook", "two_way=yes"},
     "{\"method\":\"phone\",\"by\":\"s.brook\",\"two_way\":true}",
     NULL},
    {"complaint.received",
     {"channel=phone", "customer.ref=T-1", "customer.name=Ann = Bee", "aliases=react:1,react:2",
      "vulnerable=false"},
     "{\"channel\":\"phone\",\"customer\":{\"ref\":\"T-1\",\"name\":\"Ann = Bee\"},"
     "\"aliases\":[\"react:1\",\"react:2\"],\"vulnerable\":false}",
     NULL},
    {"complaint.received",
     {"points=[{\"id\":\"p1\",\"text\":\"drips\"}]", "contact.frequency_days=5"},
     "{\"points\":[{\"id\":\"p1\",\"text\":\"drips\"}],\"contact\":{\"frequency_days\":5}}",
     NULL},
    {"extension.agreed", {"working_days=10"}, "{\"working_days\":10}", NULL},
    {"complaint.closed", {"lesson=none"}, "{\"lesson\":\"none\"}", NULL},
    {"complaint.closed",
     {"lesson.theme=delay", "lesson.root_cause=handover"},
     "{\"lesson\":{\"theme\":\"delay\",\"root_cause\":\"handover\"}}",
     NULL},
    {"contact.made", {"note=12"}, "{\"note\":12}", NULL}, /* unknown: as it reads */
    {"contact.made", {NULL}, "{}", NULL},
    {"contact.made", {"method"}, NULL, "\"method\" is no key=value"},
    {"contact.made", {"=phone"}, NULL, "is no key=value"},
    {"contact.made", {"a..b=1"}, NULL, "is no key=value"},
    {"contact.made", {"two_way=perhaps"}, NULL, "two_way: \"perhaps\" is not yes or no"},
    {"extension.agreed", {"working_days=ten"}, NULL, "\"ten\" is not a whole number"},
    {"contact.made", {"method=phone", "method.kind=x"}, NULL, "has a value of its own"},
    {"contact.maid", {NULL}, NULL, "did you mean \"contact.made\"?"},
};

static struct wm_setup shared;

static void
check_data(const json_t *event, const char *want)
{
    json_t *data = json_loads(want, 0, NULL);
    assert_non_null(data);
    assert_true(json_equal(json_object_get(event, "data"), data));
    json_decref(data);
}

static void
test_example(void **state)
{
    const struct example *example = *state;
    struct wm_event_wish wish = {.type = example->type, .subject = "C-1", .pairs = example->pairs};
    while (wish.pair_count < PAIRS_MAX && example->pairs[wish.pair_count] != NULL) {
        wish.pair_count++;
    }
    json_t *event = NULL;
    struct wm_span why = {0};
    const enum wm_status status = wm_make_event(shared.arena, shared.schemas, &wish, &event, &why);
    if (example->data == NULL) {
        assert_int_equal(status, WM_EINVAL);
        assert_non_null(strstr(why.data, example->why));
        return;
    }
    assert_int_equal(status, WM_OK);
    check_data(event, example->data);
    json_decref(event);
}

/* What comes out passes the wire's own checks, and two events are two. */
static void
test_attributes(void **state)
{
    (void)state;
    const char *const pairs[] = {"method=phone", "by=s.brook"};
    const struct wm_event_wish wish = {.type = "contact.made",
                                       .subject = "C-1",
                                       .time = "2026-04-02T10:00:00+01:00",
                                       .actor = "s.brook",
                                       .pairs = pairs,
                                       .pair_count = WM_COUNT(pairs)};
    json_t *events[2] = {NULL};
    struct wm_cloudevent parsed[2];
    char *texts[2];
    struct wm_span why;
    struct wm_fault fault;
    for (size_t i = 0; i < WM_COUNT(events); i++) {
        assert_int_equal(wm_make_event(shared.arena, shared.schemas, &wish, &events[i], &why),
                         WM_OK);
        texts[i] = json_dumps(events[i], JSON_COMPACT);
        assert_int_equal(wm_cloudevent_parse(wm_span(texts[i]), &parsed[i], &fault), WM_OK);
    }
    assert_false(wm_span_equal(parsed[0].id, parsed[1].id));
    assert_true(wm_span_is(parsed[0].actor, "s.brook"));
    assert_true(wm_span_starts(parsed[0].source, "/waymarkctl/"));
    assert_true(parsed[0].has_time);
    const struct wm_schema *schema = wm_schemas_find(shared.schemas, parsed[0].type);
    assert_int_equal(wm_schema_check(schema, parsed[0].data, &fault, NULL), WM_OK);
    for (size_t i = 0; i < WM_COUNT(events); i++) {
        wm_cloudevent_free(&parsed[i]);
        free(texts[i]);
        json_decref(events[i]);
    }
}

static int
load(void **state)
{
    (void)state;
    wm_setup_init(&shared, wm_arena_new(ARENA_BYTES), NULL);
    return wm_setup_schemas(&shared) ? 0 : 1;
}

static int
unload(void **state)
{
    (void)state;
    wm_setup_deinit(&shared);
    wm_arena_free(&shared.arena);
    return 0;
}

int
main(void)
{
    struct CMUnitTest tests[WM_COUNT(examples) + 1];
    for (size_t i = 0; i < WM_COUNT(examples); i++) {
        tests[i] = (struct CMUnitTest){.name = examples[i].pairs[0] != NULL ? examples[i].pairs[0]
                                                                            : examples[i].type,
                                       .test_func = test_example,
                                       .initial_state = (void *)(uintptr_t)&examples[i]};
    }
    tests[WM_COUNT(examples)] = (struct CMUnitTest)cmocka_unit_test(test_attributes);
    return cmocka_run_group_tests(tests, load, unload);
}
