/* stationery.c - letters.cfg and the templates. */
#include "workers/stationery.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "workers/template.h"

enum { PATH_BYTES = 1024, TEMPLATE_BYTES = 256 * 1024, DAY_CHARS = 10 };

struct sheet {
    char *letter;
    char *text;
};

struct wm_stationery {
    json_t *landlord; /* what every letter may use besides its own data */
    struct sheet *sheets;
    size_t sheet_count;
};

/* While loading. */
struct load {
    struct wm_stationery *stationery;
    const char *path; /* of letters.cfg */
    FILE *errors;
};

static int
line_of(const config_setting_t *setting)
{
    return (int)config_setting_source_line(setting);
}

static void
complain(const struct load *load, const char *file, int line, const char *text, const char *name)
{
    (void)fprintf(load->errors, "%s:%d: %s%s%s\n", file, line, text, name != NULL ? ": " : "",
                  name != NULL ? name : "");
}

static char *
read_file(const char *path)
{
    FILE *in = fopen(path, "re");
    char *text = in != NULL ? calloc(1, TEMPLATE_BYTES + 1) : NULL;
    const size_t size = text != NULL ? fread(text, 1, TEMPLATE_BYTES + 1, in) : 0;
    if (in != NULL) {
        (void)fclose(in);
    }
    if (size > TEMPLATE_BYTES) {
        free(text);
        return NULL;
    }
    return text;
}

static void
beside(const char *path, const char *name, char *out)
{
    const char *slash = strrchr(path, '/');
    const int folder = slash != NULL && name[0] != '/' ? (int)(slash - path) + 1 : 0;
    (void)snprintf(out, PATH_BYTES, "%.*s%s", folder, path, name);
}

/* The text of a file that a setting names, or NULL with a complaint. */
static char *
file_of(const struct load *load, const config_setting_t *setting)
{
    char path[PATH_BYTES];
    const char *name = config_setting_get_string(setting);
    const int line = line_of(setting);
    if (name == NULL) {
        complain(load, load->path, line, "this must be a file's name in quotes",
                 config_setting_name(setting));
        return NULL;
    }
    beside(load->path, name, path);
    char *text = read_file(path);
    if (text == NULL) {
        complain(load, load->path, line, "can't be read, or is over 256 KiB", path);
    }
    return text;
}

static void
load_template(struct load *load, const config_setting_t *setting)
{
    char path[PATH_BYTES];
    int line = 0;
    const char *why = NULL;
    char *text = file_of(load, setting);
    if (text == NULL) {
        return;
    }
    beside(load->path, config_setting_get_string(setting), path);
    if (!wm_template_check(text, &line, &why)) {
        complain(load, path, line, why, NULL);
        free(text);
        return;
    }
    struct wm_stationery *stationery = load->stationery;
    struct sheet *wider =
        realloc(stationery->sheets, (stationery->sheet_count + 1) * sizeof *stationery->sheets);
    char *letter = strdup(config_setting_name(setting));
    if (wider == NULL || letter == NULL) {
        stationery->sheets = wider != NULL ? wider : stationery->sheets;
        free(letter);
        free(text);
        complain(load, load->path, 0, "out of memory", NULL);
        return;
    }
    stationery->sheets = wider;
    stationery->sheets[stationery->sheet_count++] = (struct sheet){letter, text};
}

/* landlord = { name = "…"; phone = "…"; }: each is {{landlord.name}} in a letter. */
static void
load_group(struct load *load, const config_setting_t *group, json_t *object)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const char *text = config_setting_get_string(setting);
        if (text == NULL) {
            complain(load, load->path, line_of(setting), "this must be text in quotes",
                     config_setting_name(setting));
        } else {
            (void)json_object_set_new(object, config_setting_name(setting), json_string(text));
        }
    }
}

static void
load_ombudsman(struct load *load, const config_setting_t *group)
{
    const config_setting_t *file = config_setting_get_member(group, "file");
    const config_setting_t *verified = config_setting_get_member(group, "verified_on");
    if (file == NULL || verified == NULL) {
        complain(load, load->path, line_of(group),
                 "ombudsman needs file and verified_on (the day its details were last checked)",
                 NULL);
        return;
    }
    char *text = file_of(load, file);
    if (text != NULL) {
        (void)json_object_set_new(load->stationery->landlord, "ombudsman", json_string(text));
    }
    free(text);
}

static void
load_settings(struct load *load, const config_t *config)
{
    const config_setting_t *root = config_root_setting(config);
    json_t *landlord = json_object();
    (void)json_object_set_new(load->stationery->landlord, "landlord", landlord);
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *setting = config_setting_get_elem(root, (unsigned)i);
        const char *name = config_setting_name(setting);
        if (strcmp(name, "landlord") == 0 && config_setting_is_group(setting)) {
            load_group(load, setting, landlord);
        } else if (strcmp(name, "ombudsman") == 0 && config_setting_is_group(setting)) {
            load_ombudsman(load, setting);
        } else if (strcmp(name, "templates") == 0 && config_setting_is_group(setting)) {
            for (int j = 0; j < config_setting_length(setting); j++) {
                load_template(load, config_setting_get_elem(setting, (unsigned)j));
            }
        } else {
            complain(load, load->path, line_of(setting),
                     "no such setting; there are the groups landlord, ombudsman and templates",
                     name);
        }
    }
    if (load->stationery->sheet_count == 0) {
        complain(load, load->path, 0, "names no templates", NULL);
    }
}

struct wm_stationery *
wm_stationery_load(const char *path, char **ret_errors)
{
    assert(path != NULL && ret_errors != NULL);
    size_t size = 0;
    config_t config;
    struct load load = {.path = path, .stationery = calloc(1, sizeof(struct wm_stationery))};
    *ret_errors = NULL;
    load.errors = open_memstream(ret_errors, &size);
    if (load.stationery == NULL || load.errors == NULL) {
        free(load.stationery);
        return NULL;
    }
    load.stationery->landlord = json_object();
    config_init(&config);
    if (config_read_file(&config, path) == CONFIG_TRUE) {
        load_settings(&load, &config);
    } else {
        complain(&load, path, config_error_line(&config), config_error_text(&config), NULL);
    }
    config_destroy(&config);
    (void)fclose(load.errors);
    if (size > 0) {
        wm_stationery_free(&load.stationery);
    }
    return load.stationery;
}

void
wm_stationery_free(struct wm_stationery **stationery)
{
    if (*stationery == NULL) {
        return;
    }
    for (size_t i = 0; i < (*stationery)->sheet_count; i++) {
        free((*stationery)->sheets[i].letter);
        free((*stationery)->sheets[i].text);
    }
    free((*stationery)->sheets);
    json_decref((*stationery)->landlord);
    free(*stationery);
    *stationery = NULL;
}

static const struct sheet *
find(const struct wm_stationery *stationery, const char *letter)
{
    for (size_t i = 0; i < stationery->sheet_count; i++) {
        if (strcmp(stationery->sheets[i].letter, letter) == 0) {
            return &stationery->sheets[i];
        }
    }
    return NULL;
}

bool
wm_stationery_has(const struct wm_stationery *stationery, const char *letter)
{
    return find(stationery, letter) != NULL;
}

char *
wm_stationery_write(const struct wm_stationery *stationery, const char *letter, json_t *data,
                    const char *time, size_t *ret_size)
{
    const struct sheet *sheet = find(stationery, letter);
    json_t *all = json_copy(stationery->landlord);
    assert(sheet != NULL);
    if (all == NULL) {
        return NULL;
    }
    (void)json_object_update(all, data);
    if (time != NULL && strlen(time) >= DAY_CHARS) {
        (void)json_object_set_new(all, "today", json_stringn(time, DAY_CHARS));
    }
    char *text = wm_template_render(sheet->text, all, ret_size);
    json_decref(all);
    return text;
}
