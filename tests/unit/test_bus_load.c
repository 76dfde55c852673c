/* test_bus_load.c - goal: the configuration is taken or refused as a whole, with a sentence for
 * each mistake; what this version lacks is refused in words; what a reload does not change is
 * named. Method: the shipped configuration, and copies of it with one thing changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/load.h"
#include "daemon/options.h"

enum { PATH_SIZE = 256, TEXT_SIZE = 8192 };

/* A configuration that names the shipped policy, with `more` at its end. */
static void
write_config(char path[static PATH_SIZE], const char *security, const char *more)
{
    (void)snprintf(path, PATH_SIZE, "%s/waymark-%d.cfg", WM_TEST_DIR, (int)getpid());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(file,
                  "organisation = \"ovh\";\nstore = \"sqlite:%s/w.db\";\n"
                  "policy: { calendar = \"%s/calendars/england-and-wales.cfg\"; teams = "
                  "\"%s/teams.cfg\"; workflows = [ \"%s/workflows/complaint.cfg\" ]; };\n"
                  "endpoints: { intake = [ \"tcp://127.0.0.1:7701\" ]; dispatch = [ "
                  "\"tcp://127.0.0.1:7702\" ]; changes = [ \"tcp://127.0.0.1:7703\" ]; control = "
                  "\"ipc://%s/control\"; };\nsecurity: { %s };\n%s\n",
                  WM_TEST_DIR, WM_CONFIG_DIR, WM_CONFIG_DIR, WM_CONFIG_DIR, WM_TEST_DIR, security,
                  more);
    assert_int_equal(fclose(file), 0);
}

static struct wm_loaded *
load(const char *security, const char *more)
{
    char path[PATH_SIZE];
    write_config(path, security, more);
    struct wm_loaded *loaded = wm_load(path);
    (void)unlink(path);
    assert_non_null(loaded);
    return loaded;
}

/* Fails unless a finding that is an error says `text`. */
static void
assert_error(const struct wm_loaded *loaded, const char *text)
{
    for (size_t i = 0; i < loaded->findings.count; i++) {
        const struct wm_finding *finding = &loaded->findings.items[i];
        if (!finding->warning &&
            memmem(finding->text.data, finding->text.size, text, strlen(text)) != NULL) {
            return;
        }
    }
    fail_msg("no finding says \"%s\"", text);
}

static void
test_shipped(void **state)
{
    (void)state;
    struct wm_loaded *loaded = wm_load(WM_CONFIG_DIR "/waymark.cfg");
    assert_non_null(loaded);
    wm_loaded_print(loaded);
    assert_true(wm_loaded_is_good(loaded));
    assert_int_equal(loaded->policy.workflow_count, 2);
    assert_int_equal(loaded->policy.version.size, 16);
    struct wm_loaded *again = wm_load(WM_CONFIG_DIR "/waymark.cfg");
    assert_true(wm_span_equal(loaded->policy.version, again->policy.version));
    wm_load_free(&again);
    wm_load_free(&loaded);
    assert_null(loaded);
}

static void
test_missing_file(void **state)
{
    (void)state;
    struct wm_loaded *loaded = wm_load("/no/such/waymark.cfg");
    assert_non_null(loaded);
    assert_false(wm_loaded_is_good(loaded));
    wm_load_free(&loaded);
}

static void
test_curve_refused(void **state)
{
    (void)state;
    struct wm_loaded *loaded = load("curve = true; server_key = \"x\"; clients = \"y\"", "");
    assert_false(wm_loaded_is_good(loaded));
    assert_error(loaded, "no CURVE yet");
    wm_load_free(&loaded);
}

static void
test_feeds_refused(void **state)
{
    (void)state;
    struct wm_loaded *loaded = load(
        "insecure = true;",
        "feeds = ( { endpoint = \"tcp://127.0.0.1:9\"; topics = [ \"\" ]; as = \"react\"; } );");
    assert_false(wm_loaded_is_good(loaded));
    assert_error(loaded, "no feeds yet");
    wm_load_free(&loaded);
}

/* All mistakes at once: of the settings' own and of what they name. */
static void
test_schemas_folder(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    write_config(path, "insecure = true;", "");
    char text[TEXT_SIZE] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    (void)fclose(file);
    char *policy = strstr(text, "policy: {");
    assert_non_null(policy);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(file, "%.*spolicy: { schemas = [ \"/no/such/folder\" ];%s", (int)(policy - text),
                  text, policy + strlen("policy: {"));
    (void)fclose(file);
    struct wm_loaded *loaded = wm_load(path);
    (void)unlink(path);
    assert_non_null(loaded);
    assert_false(wm_loaded_is_good(loaded));
    wm_load_free(&loaded);
}

static void
test_fixed_settings(void **state)
{
    (void)state;
    struct wm_loaded *old = load("insecure = true;", "");
    struct wm_loaded *same = load("insecure = true;", "");
    struct wm_loaded *other =
        load("insecure = true;", "limits: { batch = 7; };\nclock = \"manual\";");
    assert_true(wm_loaded_is_good(old) && wm_loaded_is_good(other));
    assert_int_equal(wm_loaded_fixed(old, same).size, 0);
    assert_true(wm_span_is(wm_loaded_fixed(old, other), "clock, limits"));
    wm_load_free(&old);
    wm_load_free(&same);
    wm_load_free(&other);
}

struct option_row {
    const char *words[4];
    enum wm_mode mode;
};

static const struct option_row option_rows[] = {
    {{"--config", "x.cfg"}, WM_MODE_SERVE},
    {{"--config=x.cfg", "--check"}, WM_MODE_CHECK},
    {{"--check", "--config", "x.cfg"}, WM_MODE_CHECK},
    {{"--help"}, WM_MODE_DONE},
    {{"--version"}, WM_MODE_DONE},
    {{NULL}, WM_MODE_BAD},
    {{"--check"}, WM_MODE_BAD},
    {{"--config"}, WM_MODE_BAD},
    {{"--config", "x.cfg", "more"}, WM_MODE_BAD},
    {{"--nonsense"}, WM_MODE_BAD},
};

static void
test_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < WM_COUNT(option_rows); i++) {
        char *argv[6] = {strdup("waymarkd")};
        int argc = 1;
        while (argc <= 4 && option_rows[i].words[argc - 1] != NULL) {
            argv[argc] = strdup(option_rows[i].words[argc - 1]);
            argc++;
        }
        optind = 0; /* glibc: begin anew */
        const struct wm_options options = wm_options_read(argc, argv);
        assert_int_equal(options.mode, option_rows[i].mode);
        if (options.mode == WM_MODE_SERVE || options.mode == WM_MODE_CHECK) {
            assert_string_equal(options.config, "x.cfg");
        }
        for (int k = 0; k < argc; k++) {
            free(argv[k]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped),        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_curve_refused),  cmocka_unit_test(test_feeds_refused),
        cmocka_unit_test(test_schemas_folder), cmocka_unit_test(test_fixed_settings),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests_name("bus load", tests, NULL, NULL);
}
