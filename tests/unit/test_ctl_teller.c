/* test_ctl_teller.c - goal: what became of each event is told with its line, and summed up; lines
 * are read from files as they stand. Method: answers by hand against the text that should be
 * printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ctl/source.h"
#include "ctl/teller.h"

enum { ARENA_BYTES = 1 << 22 };

struct stage {
    struct wm_args args;
    struct wm_ctl ctl;
    char *text;
    size_t size;
};

static void
begin(struct stage *stage, bool json)
{
    *stage = (struct stage){.args = {.json = json}};
    stage->ctl = (struct wm_ctl){.arena = wm_arena_new(ARENA_BYTES),
                                 .args = &stage->args,
                                 .out = open_memstream(&stage->text, &stage->size),
                                 .err = stderr};
    assert_non_null(stage->ctl.arena);
    assert_non_null(stage->ctl.out);
}

static void
end(struct stage *stage, const char *want)
{
    assert_int_equal(fclose(stage->ctl.out), 0);
    assert_string_equal(stage->text, want);
    free(stage->text);
    wm_arena_free(&stage->ctl.arena);
}

static void
tell_some(struct stage *stage, enum wm_exit want)
{
    const struct wm_told_event event = {"x.ndjson", 3, "C-1", "letter.sent"};
    struct wm_teller teller;
    assert_true(wm_teller_init(&teller, &stage->ctl));
    wm_teller_ok(&teller, &event,
                 wm_span("{\"case\":\"C-1\",\"outcome\":\"applied\",\"violations\":[\"LTR-2\"],"
                         "\"warnings\":[\"data.x is unknown\"]}"));
    wm_teller_ok(&teller, &event, wm_span("{\"case\":\"C-1\",\"outcome\":\"duplicate\"}"));
    wm_teller_reject(&teller, &event,
                     wm_span("{\"code\":\"not-allowed-now\",\"message\":\"C-1 is closed.\","
                             "\"accepts\":[\"a\",\"b\"]}"));
    wm_teller_fault(&teller, &event, "schema", "data.by", "data.by is missing");
    assert_int_equal(wm_teller_sum_up(&teller), want);
    wm_teller_deinit(&teller);
}

static void
test_lines_for_people(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, false);
    tell_some(&stage, WM_EXIT_REFUSED);
    end(&stage,
        "x.ndjson:3: C-1 letter.sent: warning: data.x is unknown\n"
        "x.ndjson:3: C-1 letter.sent: taken, though it breaks LTR-2\n"
        "x.ndjson:3: C-1 letter.sent: refused (not-allowed-now): C-1 is closed. It takes a, b.\n"
        "x.ndjson:3: C-1 letter.sent: refused (schema data.by): data.by is missing\n"
        "1 applied, 0 recorded, 0 corrected, 1 duplicate, 2 refused\n");
}

static void
test_objects(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, true);
    struct wm_teller teller;
    const struct wm_told_event event = {"-", 1, "C-1", "letter.sent"};
    assert_true(wm_teller_init(&teller, &stage.ctl));
    wm_teller_ok(&teller, &event, wm_span("{\"case\":\"C-1\",\"outcome\":\"recorded\"}"));
    assert_int_equal(wm_teller_sum_up(&teller), WM_EXIT_DONE);
    wm_teller_deinit(&teller);
    end(&stage,
        "{\"file\":\"-\",\"line\":1,\"verdict\":\"OK\",\"case\":\"C-1\",\"outcome\":\"recorded\"}\n"
        "{\"applied\":0,\"recorded\":1,\"corrected\":0,\"duplicate\":0,\"rejected\":0}\n");
}

static void
test_one_event(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, false);
    struct wm_teller teller;
    const struct wm_told_event event = {.subject = "new", .type = "complaint.received"};
    assert_true(wm_teller_init(&teller, &stage.ctl));
    wm_teller_ok(&teller, &event,
                 wm_span("{\"case\":\"C-7\",\"state\":\"received\",\"outcome\":\"applied\"}"));
    assert_int_equal(wm_teller_result(&teller), WM_EXIT_DONE);
    wm_teller_deinit(&teller);
    end(&stage, "C-7: applied; it is now received\n");
}

static void
check_line(struct wm_source *source, long number, const char *want)
{
    struct wm_line_read line;
    const char *why = NULL;
    assert_int_equal(wm_source_next(source, &line, &why), WM_OK);
    assert_int_equal(line.number, number);
    assert_true(wm_span_is(line.bytes, want));
}

/* Blank lines count and are passed over; the last line needs no end; a missing file is one fault.
 */
static void
test_source(void **state)
{
    (void)state;
    char path[] = P_tmpdir "/test_ctl_source.XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    assert_true(fputs("{\"a\":1}\r\n\n  \n{\"b\":2}", file) >= 0);
    assert_int_equal(fclose(file), 0);
    const char *const files[] = {"/nonexistent/x.ndjson", path};
    struct wm_source *source = wm_source_new(files, WM_COUNT(files));
    struct wm_line_read line;
    const char *why = NULL;
    assert_int_equal(wm_source_next(source, &line, &why), WM_IO);
    assert_string_equal(line.file, files[0]);
    check_line(source, 1, "{\"a\":1}");
    check_line(source, 4, "{\"b\":2}");
    assert_int_equal(wm_source_next(source, &line, &why), WM_NOTFOUND);
    wm_source_free(&source);
    assert_int_equal(unlink(path), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_for_people),
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_one_event),
        cmocka_unit_test(test_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
