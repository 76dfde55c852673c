/* test_policy_settings.c - goal: waymark.cfg has exactly the keys, defaults and bounds of
 * interfaces.md, and each slip is told with its line. Method: a file with only what must stand
 * there, then the same with a word changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "daemon/policy/settings.h"
#include "tests/unit/policy_fixture.h"

#define assert_span(arena, span, want) assert_string_equal(wm_arena_string((arena), (span)), (want))

struct row {
    const char *name;
    const char *from;
    const char *to;
    const char *told;
};

#define POLICY     "policy: {"
#define LAST       "control = \"ipc://../var/control\"; };"
#define INTAKE     "tcp://127.0.0.1:7701"
#define WITH(more) LAST, LAST "\n" more

static const struct row rows[] = {
    {"unknown_key", WITH("storre = 1;"),
     "6: unknown setting \"storre\"; did you mean \"store\"?\n"},
    {"unknown_limit", WITH("limits: { bach = 1; };"),
     "6: limits: unknown setting \"bach\"; did you mean \"batch\"?\n"},
    {"organisation_missing", "organisation = \"ovh\";", "",
     "0: \"organisation\" is missing: the short name of the landlord\n"},
    {"organisation_words", "\"ovh\"", "\"O V H\"",
     "2: organisation must be at most 63 of a-z, 0-9 and -, not \"O V H\"\n"},
    {"store_missing", "store = \"sqlite:../var/waymark.db\";", "",
     "0: \"store\" is missing: where cases are kept, such as \"sqlite:../var/waymark.db\"\n"},
    {"store_empty", "\"sqlite:../var/waymark.db\"", "\"\"", "3: store must not be empty\n"},
    {"store_no_file", "\"sqlite:../var/waymark.db\"", "\"sqlite:\"",
     "3: store must be \"sqlite:FILE\" or a PostgreSQL connection string such as "
     "\"postgresql://HOST/NAME\" or \"host=… dbname=…\"\n"},
    {"store_unknown", "\"sqlite:../var/waymark.db\"", "\"mysql\"",
     "3: store must be \"sqlite:FILE\" or a PostgreSQL connection string such as "
     "\"postgresql://HOST/NAME\" or \"host=… dbname=…\"\n"},
    {"policy_missing", POLICY, "policies: {",
     "0: \"policy\" is missing: the group that names the policy files\n"
     "4: unknown setting \"policies\"\n"},
    {"policy_no_group", WITH("limits = 5;"), "6: limits must be a group { }, not a whole number\n"},
    {"teams_missing", "teams = \"teams.cfg\";", "",
     "4: policy: \"teams\" is missing: the file with teams and officers\n"},
    {"no_workflows", "[ \"workflows/complaint.cfg\", \"/abs/asb.cfg\" ]", "[ ]",
     "4: policy: workflows must name at least one: the workflow files\n"},
    {"control_missing", " control = \"ipc://../var/control\";", "",
     "5: endpoints: \"control\" is missing: where waymarkctl asks\n"},
    {"engines_range", WITH("engines = 0;"), "6: engines must be from 1 to 64, not 0\n"},
    {"engines_sqlite", WITH("engines = 2;"), "6: the embedded store takes one engine, not 2\n"},
    {"clock_unknown", WITH("clock = \"wall\";"),
     "6: clock must be \"system\" or \"manual\", not \"wall\"\n"},
    {"clock_start", WITH("clock_start = \"yesterday\";"),
     "6: clock_start must be a time such as \"2024-01-01T00:00:00Z\", not \"yesterday\"\n"},
    {"limit_type", WITH("limits: { batch = \"5\"; };"),
     "6: limits: batch must be a whole number, not text in quotes\n"},
    {"limit_range", WITH("limits: { batch = 0; };"),
     "6: limits: batch must be from 1 to 65536, not 0\n"},
    {"limit_wrapped", WITH("limits: { message_bytes = 10737418240; };"),
     "6: the number 10737418240 is too large\n"},
    {"limit_long", WITH("limits: { batch = 10737418240L; };"),
     "6: limits: batch must be from 1 to 65536, not 10737418240\n"},
    {"retry_order", WITH("limits: { retry_ms = 2000; retry_max_ms = 1000; };"),
     "6: retry_ms (2000) must not exceed retry_max_ms (1000)\n"},
    {"heartbeat_order", WITH("limits: { heartbeat_ms = 60000; };"),
     "6: heartbeat_ms (60000) must be less than lease_ms (60000)\n"},
    {"flag_type", WITH("security: { curve = 1; };"),
     "6: security: curve must be true or false, not a whole number\n"},
    {"endpoint_scheme", INTAKE, "udp://127.0.0.1:7701",
     "5: intake: \"udp://127.0.0.1:7701\" must begin with tcp:// or ipc://\n"},
    {"endpoint_port", INTAKE, "tcp://127.0.0.1:77011",
     "5: intake: \"tcp://127.0.0.1:77011\" must be tcp://HOST:PORT with a port from 1 to 65535\n"},
    {"endpoint_no_port", INTAKE, "tcp://127.0.0.1",
     "5: intake: \"tcp://127.0.0.1\" must be tcp://HOST:PORT with a port from 1 to 65535\n"},
    {"endpoint_open", INTAKE, "tcp://0.0.0.0:7701",
     "5: intake: \"tcp://0.0.0.0:7701\" would carry personal data unencrypted; set security.curve = "
     "true, or use 127.0.0.1 with security.insecure = true\n"},
    {"endpoint_secure_only", WITH("security: { insecure = false; };"),
     "5: intake: \"tcp://127.0.0.1:7701\" would carry personal data unencrypted; set "
     "security.curve = true, or use 127.0.0.1 with security.insecure = true\n"
     "5: dispatch: \"tcp://127.0.0.1:7702\" would carry personal data unencrypted; set "
     "security.curve = true, or use 127.0.0.1 with security.insecure = true\n"
     "5: changes: \"tcp://127.0.0.1:7703\" would carry personal data unencrypted; set "
     "security.curve = true, or use 127.0.0.1 with security.insecure = true\n"},
    {"endpoint_twice", INTAKE, "tcp://127.0.0.1:7702",
     "5: \"tcp://127.0.0.1:7702\" is used twice; each socket needs its own\n"},
    {"ipc_nowhere", "ipc://../var/control", "ipc://",
     "5: control: \"ipc://\" must name a path, such as ipc://../var/control\n"},
    {"ipc_long", "ipc://../var/control",
     "ipc:///1234567890123456789012345678901234567890123456789012345678901234567890123456789012345"
     "6789012345678901234567",
     "5: control: the path of \"ipc:///12345678901234567890123456789012345678901234567890123456789"
     "012345678901234567890123456789012345678901234567\" has 108 bytes; the system allows 107\n"},
    {"feed_parts", WITH("feeds = ( { topics = [ \"a\" ]; } );"),
     "6: feed 1: \"endpoint\" is missing: where the feed is published\n"
     "6: feed 1: \"as\" is missing: the name under which its events come in\n"},
    {"feed_open", WITH("feeds = ( { endpoint = \"tcp://react:7700\"; as = \"react\"; } );"),
     "6: feed 1: \"tcp://react:7700\" would carry personal data unencrypted; give its server_key, "
     "or use 127.0.0.1 with security.insecure = true\n"},
    {"feeds_no_list", WITH("feeds = 1;"),
     "6: feeds must be a list of groups, ( { … }, { … } ), not a whole number\n"},
    {"topic_old",
     WITH("topics = ( { name = \"alerts\"; max_age = \"1 day\"; when_old = \"drop\"; } );"),
     "6: topic 1: when_old must be \"journal\", not \"drop\"\n"},
    {"topic_no_age", WITH("topics = ( { name = \"alerts\"; when_old = \"journal\"; } );"),
     "6: topic 1: when_old says nothing without max_age\n"},
};

static void
test_row(void **state)
{
    const struct row *row = *state;
    struct wm_arena *arena = wm_arena_new(4 << 20);
    struct wm_findings findings = {.arena = arena};
    struct wm_settings settings;
    const struct wm_span text =
        policy_change(arena, policy_file(arena, "waymark.cfg"), row->from, row->to);
    const struct wm_span path = policy_write(arena, "waymark.cfg", text);
    assert_false(wm_settings_load(arena, path, &findings, &settings));
    policy_forget(arena, path);
    assert_string_equal(policy_told(arena, &findings).data, row->told);
    wm_arena_free(&arena);
}

static struct wm_settings
load(struct wm_arena *arena, const char *to)
{
    struct wm_findings findings = {.arena = arena};
    struct wm_settings settings = {0};
    struct wm_span text = policy_file(arena, "waymark.cfg");
    text = policy_change(arena, text, LAST,
                         wm_arena_string(arena, wm_arena_printf(arena, LAST "\n%s", to)));
    const struct wm_span path = policy_write(arena, "waymark.cfg", text);
    const bool good = wm_settings_load(arena, path, &findings, &settings);
    policy_forget(arena, path);
    assert_string_equal(policy_told(arena, &findings).data, "");
    assert_true(good);
    return settings;
}

static void
test_defaults(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(4 << 20);
    struct wm_findings findings = {.arena = arena};
    struct wm_settings settings;
    const struct wm_span path = wm_span(WM_POLICY_DATA "/waymark.cfg");
    assert_true(wm_settings_load(arena, path, &findings, &settings));
    assert_span(arena, settings.organisation, "ovh");
    assert_span(arena, settings.store, "sqlite:" WM_POLICY_DATA "/../var/waymark.db");
    assert_int_equal(settings.engines, 1);
    assert_int_equal(settings.clock, WM_CLOCK_SYSTEM);
    assert_int_equal(settings.clock_start_us, INT64_C(1704067200) * WM_US_PER_SECOND);
    assert_span(arena, settings.calendar_file, WM_POLICY_DATA "/calendars/england-and-wales.cfg");
    assert_span(arena, settings.teams_file, WM_POLICY_DATA "/teams.cfg");
    assert_int_equal(settings.workflow_files.count, 2);
    assert_span(arena, settings.workflow_files.items[1], "/abs/asb.cfg");
    assert_int_equal(settings.schema_folders.count, 0);
    assert_span(arena, settings.intake.items[0], "tcp://127.0.0.1:7701");
    assert_span(arena, settings.control, "ipc://" WM_POLICY_DATA "/../var/control");
    assert_int_equal(settings.feed_count + settings.topic_count, 0);
    assert_false(settings.security.curve);
    assert_true(settings.security.insecure);
    assert_span(arena, settings.security.server_key, WM_POLICY_DATA "/keys/server.key_secret");
    assert_span(arena, settings.security.clients, WM_POLICY_DATA "/keys/clients.cfg");
    wm_arena_free(&arena);
}

static void
test_default_limits(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(4 << 20);
    const struct wm_settings settings = load(arena, "");
    assert_int_equal(settings.limits.batch, 512);
    assert_int_equal(settings.limits.in_flight, 8192);
    assert_int_equal(settings.limits.message_bytes, 262144);
    assert_int_equal(settings.limits.store_wait_ms, 5000);
    assert_int_equal(settings.limits.lease_ms, 60000);
    assert_int_equal(settings.limits.heartbeat_ms, 5000);
    assert_int_equal(settings.limits.max_attempts, 10);
    assert_int_equal(settings.limits.retry_ms, 1000);
    assert_int_equal(settings.limits.retry_max_ms, 300000);
    assert_int_equal(settings.limits.not_yet_ms, 60000);
    assert_int_equal(settings.limits.min_free_mib, 256);
    wm_arena_free(&arena);
}

static void
test_everything_said(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(4 << 20);
    const struct wm_settings settings = load(
        arena, "clock = \"manual\"; clock_start = \"2025-10-01T08:00:00+01:00\";\n"
               "feeds = ( { endpoint = \"tcp://react:7700\"; topics = [ \"\" ]; as = \"react\"; "
               "server_key = \"k\"; } );\n"
               "topics = ( { name = \"alerts\"; max_age = \"1 day\"; when_old = \"journal\"; } );\n"
               "security: { curve = true; insecure = false; server_key = \"/etc/k\"; };\n"
               "limits: { batch = 1; not_yet_ms = 0; min_free_mib = 0; };\n");
    assert_int_equal(settings.clock, WM_CLOCK_MANUAL);
    assert_int_equal(settings.clock_start_us, INT64_C(1759302000) * WM_US_PER_SECOND);
    assert_int_equal(settings.feed_count, 1);
    assert_int_equal(settings.feeds[0].topics.count, 1);
    assert_int_equal(settings.feeds[0].topics.items[0].size, 0);
    assert_span(arena, settings.feeds[0].as, "react");
    assert_span(arena, settings.topics[0].name, "alerts");
    assert_int_equal(settings.topics[0].max_age.count, 1);
    assert_true(settings.security.curve);
    assert_span(arena, settings.security.server_key, "/etc/k");
    assert_int_equal(settings.limits.batch, 1);
    assert_int_equal(settings.limits.not_yet_ms, 0);
    wm_arena_free(&arena);
}

/* A connection string is libpq's business and passes as it is. */
static void
test_postgres(void **state)
{
    (void)state;
    static const char *const stores[] = {"postgresql://db.example.org/waymark",
                                         "host=/run/postgresql dbname=waymark"};
    for (size_t i = 0; i < WM_COUNT(stores); i++) {
        struct wm_arena *arena = wm_arena_new(4 << 20);
        struct wm_findings findings = {.arena = arena};
        struct wm_settings settings;
        struct wm_span text = policy_file(arena, "waymark.cfg");
        text = policy_change(arena, text, "sqlite:../var/waymark.db", stores[i]);
        text = policy_change(arena, text, POLICY, "engines = 4; " POLICY);
        const struct wm_span path = policy_write(arena, "waymark.cfg", text);
        assert_true(wm_settings_load(arena, path, &findings, &settings));
        policy_forget(arena, path);
        assert_span(arena, settings.store, stores[i]);
        assert_int_equal(settings.engines, 4);
        wm_arena_free(&arena);
    }
}

static void
test_files(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *told;
    } files[] = {{"/nonexistent/waymark.cfg",
                  "0: cannot read /nonexistent/waymark.cfg: No such file or directory\n"},
                 {"/dev/null", "0: cannot read /dev/null: it is not a file\n"},
                 {"/", "0: cannot read /: it is not a file\n"}};
    for (size_t i = 0; i < WM_COUNT(files); i++) {
        struct wm_arena *arena = wm_arena_new(1 << 20);
        struct wm_findings findings = {.arena = arena};
        struct wm_settings settings;
        assert_false(wm_settings_load(arena, wm_span(files[i].path), &findings, &settings));
        assert_string_equal(policy_told(arena, &findings).data, files[i].told);
        wm_arena_free(&arena);
    }
}

static void
test_shipped(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(4 << 20);
    struct wm_findings findings = {.arena = arena};
    struct wm_settings settings;
    const bool good =
        wm_settings_load(arena, wm_span(WM_CONFIG_DIR "/waymark.cfg"), &findings, &settings);
    assert_string_equal(policy_told(arena, &findings).data, "");
    assert_true(good);
    wm_arena_free(&arena);
}

int
main(void)
{
    static struct CMUnitTest tests[WM_COUNT(rows)];
    static struct row copies[WM_COUNT(rows)];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_defaults),        cmocka_unit_test(test_default_limits),
        cmocka_unit_test(test_everything_said), cmocka_unit_test(test_postgres),
        cmocka_unit_test(test_files),           cmocka_unit_test(test_shipped)};
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        copies[i] = rows[i];
        tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, &copies[i]};
    }
    int failed = cmocka_run_group_tests_name("policy settings, slips", tests, NULL, NULL);
    failed += cmocka_run_group_tests_name("policy settings", others, NULL, NULL);
    return failed;
}
