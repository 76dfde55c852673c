/* simulate.c - simulate: workflows run over events in virtual time, with a timeline to read. */
#include <assert.h>
#include <stdlib.h>

#include "ctl/journeys.h"
#include "ctl/publish.h"
#include "ctl/questions.h"
#include "ctl/rows.h"
#include "ctl/run.h"
#include "ctl/simulation.h"

enum { BRIEF_BYTES = 64 << 20 };

/* What is watched while it runs. */
struct watch {
    struct wm_ctl *ctl;
    struct wm_ctl brief; /* the same, printing from an arena that is reset after each step */
    struct wm_local local;
    struct wm_journeys *journeys; /* NULL: the timeline is printed as it comes */
    const char *source;           /* of Waymark's own rows */
};

/* ---- loading --------------------------------------------------------------------------------- */

static bool
is_policy(const char *word)
{
    const size_t size = strlen(word);
    const size_t end = strlen(".cfg");
    return size > end && strcmp(word + size - end, ".cfg") == 0;
}

/* The workflow files of --workflow and of the words that end in .cfg. */
static struct wm_span *
workflow_files(struct wm_ctl *ctl, size_t *ret_count)
{
    const struct wm_args *args = ctl->args;
    struct wm_span *files =
        WM_NEW_ARRAY(ctl->arena, struct wm_span, args->given_count + args->word_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < args->given_count && !wm_arena_failed(ctl->arena); i++) {
        if (strcmp(args->given[i].option->name, "--workflow") == 0) {
            files[count++] = wm_span(args->given[i].value);
        }
    }
    for (size_t i = 0; i < args->word_count && !wm_arena_failed(ctl->arena); i++) {
        if (is_policy(args->words[i])) {
            files[count++] = wm_span(args->words[i]);
        }
    }
    *ret_count = count;
    return files;
}

bool
wm_simulation_load(struct wm_ctl *ctl, struct wm_setup *setup)
{
    const char *teams = wm_args_value(ctl->args, "--teams");
    const char *calendar = wm_args_value(ctl->args, "--calendar");
    const struct wm_settings *settings = &setup->settings;
    size_t count = 0;
    const struct wm_span *files = workflow_files(ctl, &count);
    const bool needs_config = teams == NULL || calendar == NULL || count == 0;
    bool is_good = (!needs_config || wm_setup_settings(setup)) && wm_setup_schemas(setup);
    is_good = is_good && wm_setup_calendars(setup, calendar != NULL ? wm_span(calendar)
                                                                    : settings->calendar_file);
    is_good =
        is_good && wm_setup_people(setup, teams != NULL ? wm_span(teams) : settings->teams_file);
    if (count == 0 && is_good) {
        files = settings->workflow_files.items;
        count = settings->workflow_files.count;
    }
    is_good = is_good && wm_setup_workflows(setup, files, count);
    if (!is_good) {
        wm_setup_print(ctl, setup, ctl->err);
    }
    return is_good;
}

struct wm_sim *
wm_simulation_new(struct wm_ctl *ctl, const struct wm_setup *setup, wm_sim_fn *fn, void *context)
{
    const struct wm_sim_options options = {
        .workflows = setup->workflows,
        .workflow_count = setup->workflow_count,
        .calendars = &setup->calendars,
        .people = &setup->people,
        .schemas = setup->schemas,
        .organisation = setup->has_settings ? setup->settings.organisation : wm_span("simulation"),
    };
    struct wm_sim *sim = wm_sim_new(&options, fn, context);
    if (sim == NULL) {
        wm_ctl_say(ctl, "out of memory");
    }
    return sim;
}

enum wm_exit
wm_simulation_run(struct wm_ctl *ctl, struct wm_sim *sim, struct wm_source *source,
                  struct wm_teller *teller, wm_simulated_fn *fn)
{
    struct wm_line_read line;
    struct wm_cloudevent event;
    enum wm_status status = WM_OK;
    while (status == WM_OK && wm_publish_next(source, teller, &line, &event) == WM_OK) {
        struct wm_sim_answer answer;
        status = wm_sim_event(sim, &event, line.bytes, &answer);
        if (status == WM_OK) {
            const struct wm_told_event told = wm_publish_told(teller->brief, &line, &event);
            fn(teller, &told, &answer);
        }
        wm_cloudevent_free(&event);
        wm_arena_reset(teller->brief);
        wm_progress_show(&teller->progress, "folding", wm_source_read(source),
                         wm_source_size(source));
    }
    wm_progress_clear(&teller->progress);
    return status == WM_OK ? WM_EXIT_DONE
                           : wm_ctl_fail(ctl, WM_EXIT_REFUSED, "%s", wm_sim_why(sim));
}

/* ---- watching -------------------------------------------------------------------------------- */

static void
take_step(void *context, const struct wm_sim_step *step)
{
    struct watch *watch = context;
    json_t *rows = wm_rows_of_step(watch->brief.arena, step, watch->source);
    size_t index = 0;
    json_t *row = NULL;
    json_array_foreach(rows, index, row)
    {
        if (watch->journeys != NULL) {
            wm_journeys_add_row(watch->journeys, step->ref, row);
        } else if (watch->ctl->args->json) {
            char *text = json_dumps(row, JSON_COMPACT);
            (void)fprintf(watch->ctl->out, "%s\n", text != NULL ? text : ""); /* at the close */
            free(text);
        } else {
            wm_show_history(&watch->brief, &watch->local, row);
        }
    }
    json_decref(rows);
    wm_arena_reset(watch->brief.arena);
}

/* Refusals stand in the timeline where they happened; what is taken shows by what it did. */
static void
tell_refusal(struct wm_teller *teller, const struct wm_told_event *told,
             const struct wm_sim_answer *answer)
{
    if (answer->verdict == WM_SIM_OK) {
        wm_teller_count(teller, answer->detail);
    } else {
        wm_teller_reject(teller, told, answer->detail);
    }
}

static enum wm_exit
finish(struct wm_ctl *ctl, struct wm_sim *sim, struct watch *watch)
{
    const char *until = wm_args_value(ctl->args, "--until");
    int64_t until_us = 0;
    if (until != NULL && wm_time_parse(wm_span(until), &until_us) != WM_OK) {
        return wm_ctl_fail(ctl, WM_EXIT_USAGE,
                           "\"%s\" is no time; write it as 2026-04-02T10:00:00+01:00", until);
    }
    if (until != NULL && wm_sim_run(sim, until_us) != WM_OK) {
        return wm_ctl_fail(ctl, WM_EXIT_REFUSED, "%s", wm_sim_why(sim));
    }
    for (size_t i = 0; watch->journeys != NULL && i < wm_sim_count(sim); i++) {
        wm_arena_reset(watch->brief.arena);
        const struct wm_span show = wm_sim_show(sim, i, watch->brief.arena);
        json_t *document = json_loadb(show.data, show.size, 0, NULL);
        wm_journeys_print(watch->journeys, wm_sim_ref(sim, i), document, wm_sim_now(sim));
        json_decref(document);
    }
    if (watch->journeys != NULL) {
        wm_journeys_sum_up(watch->journeys);
    }
    return WM_EXIT_DONE;
}

static const char **
event_files(struct wm_ctl *ctl, size_t *ret_count)
{
    const struct wm_args *args = ctl->args;
    const char **files = WM_NEW_ARRAY(ctl->arena, const char *, args->word_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < args->word_count && !wm_arena_failed(ctl->arena); i++) {
        if (!is_policy(args->words[i])) {
            files[count++] = args->words[i];
        }
    }
    *ret_count = count;
    return files;
}

static enum wm_exit
simulate(struct wm_ctl *ctl, const struct wm_setup *setup, struct watch *watch)
{
    size_t count = 0;
    const char **files = event_files(ctl, &count);
    struct wm_source *source = wm_source_new(files, count);
    struct wm_sim *sim = wm_simulation_new(ctl, setup, take_step, watch);
    struct wm_teller teller;
    enum wm_exit code = WM_EXIT_REFUSED;
    if (wm_teller_init(&teller, ctl) && sim != NULL && source != NULL) {
        code = wm_simulation_run(ctl, sim, source, &teller, tell_refusal);
    }
    if (code == WM_EXIT_DONE) {
        code = finish(ctl, sim, watch);
    }
    if (code == WM_EXIT_DONE) {
        code = wm_teller_sum_up(&teller);
    }
    wm_teller_deinit(&teller);
    wm_source_free(&source);
    wm_sim_free(&sim);
    return code;
}

enum wm_exit
wm_run_simulate(struct wm_ctl *ctl)
{
    struct wm_setup setup;
    wm_setup_init(&setup, ctl->arena, wm_args_value(ctl->args, "--config"));
    enum wm_exit code = WM_EXIT_REFUSED;
    if (wm_simulation_load(ctl, &setup)) {
        struct watch watch = {.ctl = ctl, .brief = *ctl};
        watch.brief.arena = wm_arena_new(BRIEF_BYTES);
        watch.local.calendar = &setup.calendars.items[0];
        watch.source = "/waymark/simulation";
        struct wm_journeys *journeys = wm_args_flag(ctl->args, "--journeys")
                                           ? wm_journeys_new(ctl, &watch.local, setup.schemas)
                                           : NULL;
        watch.journeys = journeys;
        if (watch.brief.arena != NULL) {
            code = simulate(ctl, &setup, &watch);
        }
        wm_journeys_free(&journeys);
        wm_arena_free(&watch.brief.arena);
    }
    wm_setup_deinit(&setup);
    return code;
}
