/* test_ctl_journey.c - goal: history becomes a story: promises kept, broken and by how much, who
 * had the case, what was sent. Method: rows as `case history --json` writes them, and what should
 * be told of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/journey_print.h"
#include "ctl/words.h"

enum { ARENA_BYTES = 1 << 22 };

static const char history[] =
    "["
    "{\"seq\":1,\"id\":\"e1\",\"source\":\"/nec\",\"type\":\"complaint.received\","
    "\"occurred\":\"2026-01-05T09:00:00Z\",\"recorded\":\"2026-01-05T09:00:00Z\",\"from\":null,"
    "\"to\":\"received\",\"officer\":\"j.cole\",\"outcome\":\"applied\",\"effects\":["
    "{\"kind\":\"clock\",\"clock\":\"acknowledge\",\"change\":\"started\",\"run\":1,"
    "\"due\":\"2026-01-13T00:00:00Z\",\"due_day\":\"2026-01-12\"},"
    "{\"kind\":\"clock\",\"clock\":\"first-contact\",\"change\":\"started\",\"run\":1,"
    "\"due\":\"2026-01-09T00:00:00Z\",\"due_day\":\"2026-01-08\"},"
    "{\"kind\":\"assigned\",\"officer\":\"j.cole\",\"previous\":null,\"why\":\"Fewest cases.\"},"
    "{\"kind\":\"send\",\"id\":\"C-1/1.1\",\"topic\":\"letters\","
    "\"type\":\"waymark.letter.requested\"},{\"kind\":\"key\",\"name\":\"customer\"}]},"
    "{\"seq\":2,\"id\":\"e2\",\"source\":\"/nec\",\"type\":\"letter.sent\","
    "\"occurred\":\"2026-01-06T09:00:00Z\",\"recorded\":\"2026-01-06T09:00:00Z\","
    "\"from\":\"received\",\"to\":\"investigating\",\"officer\":\"j.cole\",\"effects\":["
    "{\"kind\":\"clock\",\"clock\":\"acknowledge\",\"change\":\"met\",\"run\":1,"
    "\"due\":\"2026-01-13T00:00:00Z\",\"due_day\":\"2026-01-12\"},"
    "{\"kind\":\"clock\",\"clock\":\"respond\",\"change\":\"started\",\"run\":1,"
    "\"due\":\"2026-01-21T00:00:00Z\",\"due_day\":\"2026-01-20\"},"
    "{\"kind\":\"clock\",\"clock\":\"action:17\",\"change\":\"started\",\"run\":1,"
    "\"due\":\"2026-01-21T00:00:00Z\",\"due_day\":\"2026-01-20\"}]},"
    "{\"seq\":3,\"id\":\"C-1/first-contact/1/1767916800/rung2\",\"source\":\"/waymark/ovh\","
    "\"type\":\"waymark.clock.breached\",\"occurred\":\"2026-01-09T09:00:00Z\","
    "\"recorded\":\"2026-01-09T09:00:00Z\",\"from\":\"investigating\",\"to\":\"investigating\","
    "\"officer\":\"j.cole\",\"effects\":[{\"kind\":\"send\",\"id\":\"C-1/3.1\","
    "\"topic\":\"alerts\",\"type\":\"waymark.alert\"}]},"
    "{\"seq\":4,\"id\":\"C-1/4\",\"source\":\"/waymark/ovh\",\"type\":\"waymark.case.reassigned\","
    "\"occurred\":\"2026-01-09T10:00:00Z\",\"recorded\":\"2026-01-09T10:00:00Z\","
    "\"from\":\"investigating\",\"to\":\"investigating\",\"officer\":\"s.brook\",\"effects\":["
    "{\"kind\":\"assigned\",\"officer\":\"s.brook\",\"previous\":\"j.cole\",\"why\":\"Ill.\"}]},"
    "{\"seq\":5,\"id\":\"e3\",\"source\":\"/nec\",\"type\":\"contact.made\",\"actor\":\"s.brook\","
    "\"occurred\":\"2026-01-09T11:00:00Z\",\"recorded\":\"2026-01-12T11:00:00Z\","
    "\"from\":\"investigating\",\"to\":\"investigating\",\"officer\":\"s.brook\","
    "\"violations\":[\"CT-4\"],\"effects\":["
    "{\"kind\":\"clock\",\"clock\":\"first-contact\",\"change\":\"met\",\"run\":1,"
    "\"due\":\"2026-01-09T00:00:00Z\",\"due_day\":\"2026-01-08\"}]},"
    "{\"seq\":6,\"id\":\"e4\",\"source\":\"/nec\",\"type\":\"action.cancelled\","
    "\"occurred\":\"2026-01-12T12:00:00Z\",\"recorded\":\"2026-01-12T12:00:00Z\","
    "\"from\":\"investigating\",\"to\":\"investigating\",\"officer\":\"s.brook\",\"effects\":["
    "{\"kind\":\"clock\",\"clock\":\"action:17\",\"change\":\"cancelled\",\"run\":1,"
    "\"due\":\"2026-01-21T00:00:00Z\",\"due_day\":\"2026-01-20\"}]}"
    "]";

static const char now_is[] =
    "{\"ref\":\"C-1\",\"workflow\":\"complaint\",\"state\":\"investigating\","
    "\"officer\":\"s.brook\",\"opened\":\"2026-01-05T09:00:00Z\",\"closed\":null,\"clocks\":["
    "{\"name\":\"respond\",\"run\":1,\"status\":\"breached\",\"due\":\"2026-01-21T00:00:00Z\","
    "\"due_day\":\"2026-01-20\",\"stopped\":null}]}";

struct scene {
    struct wm_arena *arena;
    struct wm_local local;
    json_t *rows;
    json_t *show;
    struct wm_journey journey;
};

static int
setup(void **state)
{
    static struct scene scene;
    int64_t now_us = 0;
    scene.arena = wm_arena_new(ARENA_BYTES);
    scene.rows = json_loads(history, 0, NULL);
    scene.show = json_loads(now_is, 0, NULL);
    assert_non_null(scene.rows);
    assert_non_null(scene.show);
    assert_int_equal(wm_time_parse(wm_span("2026-01-22T06:00:00Z"), &now_us), WM_OK);
    const struct wm_journey_facts facts = {scene.rows, scene.show, now_us};
    scene.journey = wm_journey_of(scene.arena, &scene.local, NULL, &facts);
    *state = &scene;
    return 0;
}

static int
teardown(void **state)
{
    struct scene *scene = *state;
    json_decref(scene->rows);
    json_decref(scene->show);
    wm_arena_free(&scene->arena);
    return 0;
}

static const struct wm_promise *
promise_of(const struct scene *scene, const char *clock)
{
    for (size_t i = 0; i < scene->journey.promises.count; i++) {
        if (wm_span_is(scene->journey.promises.items[i].clock, clock)) {
            return &scene->journey.promises.items[i];
        }
    }
    fail_msg("no promise %s", clock);
    return NULL;
}

static void
test_promises(void **state)
{
    const struct scene *scene = *state;
    assert_int_equal(scene->journey.promises.count, 4);
    assert_int_equal(promise_of(scene, "acknowledge")->end, WM_PROMISE_KEPT);
    const struct wm_promise *contact = promise_of(scene, "first-contact");
    assert_int_equal(contact->end, WM_PROMISE_BROKEN);
    assert_true(contact->late_us == 11 * WM_US_PER_HOUR);
    const struct wm_promise *respond = promise_of(scene, "respond");
    assert_int_equal(respond->end, WM_PROMISE_BROKEN);
    assert_true(respond->stopped_us == WM_NEVER);
    assert_true(respond->late_us == WM_US_PER_DAY + 6 * WM_US_PER_HOUR);
    assert_int_equal(promise_of(scene, "action:17")->end, WM_PROMISE_DROPPED);
}

static void
test_who_had_it(void **state)
{
    const struct scene *scene = *state;
    assert_int_equal(scene->journey.holdings.count, 2);
    assert_true(wm_span_is(scene->journey.holdings.items[0].officer, "j.cole"));
    assert_true(wm_span_is(scene->journey.holdings.items[1].officer, "s.brook"));
}

static void
test_what_was_sent(void **state)
{
    const struct scene *scene = *state;
    assert_int_equal(scene->journey.sents.count, 2);
    assert_true(wm_span_is(scene->journey.sents.items[0].type, "letter.requested"));
    assert_true(wm_span_is(scene->journey.sents.items[1].type, "alert"));
}

/* The story on paper; times are UTC, for this scene has no calendar and the test sets the zone. */
static void
test_story(void **state)
{
    const struct scene *scene = *state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    const struct wm_journey_page page = {out, scene->arena, &scene->local};
    wm_journey_print(&page, scene->show, &scene->journey);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(
        text,
        "C-1: complaint, investigating. Opened Mon 2026-01-05 09:00.\n"
        "  Mon 2026-01-05 09:00  complaint.received; j.cole has it now: Fewest cases.\n"
        "  Tue 2026-01-06 09:00  letter.sent; now investigating\n"
        "  Fri 2026-01-09 09:00  waymark.clock.breached: first-contact\n"
        "  Fri 2026-01-09 10:00  waymark.case.reassigned; s.brook has it now, no longer j.cole: "
        "Ill.\n"
        "  Fri 2026-01-09 11:00  contact.made (s.brook); breaks CT-4 (heard Mon 2026-01-12 11:00)\n"
        "  Mon 2026-01-12 12:00  action.cancelled\n"
        "  Who had it  j.cole from Mon 2026-01-05 09:00, s.brook from Fri 2026-01-09 10:00\n"
        "  Kept        acknowledge\n"
        "  Broken      first-contact, due Thu 2026-01-08: kept Fri 2026-01-09 11:00, 11 h late\n"
        "  Broken      respond, due Tue 2026-01-20: not kept yet, 1 day 6 h late\n"
        "  Sent        1 letter.requested, 1 alert\n"
        "\n");
    free(text);
}

static void
test_object(void **state)
{
    const struct scene *scene = *state;
    const struct wm_span text = wm_journey_json(scene->arena, scene->show, &scene->journey);
    json_t *object = json_loadb(text.data, text.size, 0, NULL);
    assert_non_null(object);
    assert_int_equal(json_array_size(json_object_get(object, "promises")), 4);
    assert_int_equal(json_array_size(json_object_get(object, "moments")), 6);
    assert_true(json_is_null(json_object_get(object, "closed")));
    assert_int_equal(json_integer_value(json_object_get(json_object_get(object, "sent"), "alert")),
                     1);
    json_decref(object);
}

/* References and item ids may hold slashes; corrections are named after what they correct. */
static void
test_clock_of_row(void **state)
{
    const struct scene *scene = *state;
    static const struct {
        const char *type;
        const char *id;
        const char *want;
    } rows[] = {
        {"waymark.clock.warned", "C-1/respond/1/1767916800/rung0", "respond"},
        {"waymark.clock.met", "a/b/c/delivery:l/2/1/1767916800/due0", "delivery:l/2"},
        {"waymark.clock.corrected", "C-1/respond/2/1767916800/rung1/corrected/9", "respond"},
        {"contact.made", "C-1/respond/1/1767916800/rung0", NULL},
        {"waymark.clock.warned", "short", NULL},
    };
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        json_t *row = json_pack("{s:s,s:s}", "type", rows[i].type, "id", rows[i].id);
        const struct wm_span clock = wm_words_clock(scene->arena, row);
        if (rows[i].want == NULL) {
            assert_int_equal(clock.size, 0);
        } else {
            assert_string_equal(clock.data, rows[i].want);
        }
        json_decref(row);
    }
}

int
main(void)
{
    assert_int_equal(setenv("TZ", "UTC", 1), 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_promises),      cmocka_unit_test(test_who_had_it),
        cmocka_unit_test(test_what_was_sent), cmocka_unit_test(test_story),
        cmocka_unit_test(test_object),        cmocka_unit_test(test_clock_of_row),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
