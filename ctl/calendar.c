/* calendar.c - calendar add: when a promise falls due. */
#include "ctl/calendar.h"

#include <assert.h>
#include <stdlib.h>

#include "ctl/run.h"
#include "daemon/codec/json.h"

enum { LINE_BYTES = 64 * 1024, BRIEF_BYTES = 256 * 1024 };

bool
wm_ctl_calendar_setup(struct wm_ctl *ctl, struct wm_setup *ret_setup)
{
    assert(ctl != NULL && ret_setup != NULL);
    const char *path = wm_args_value(ctl->args, "--calendar");
    wm_setup_init(ret_setup, ctl->arena, NULL);
    const bool is_good = path != NULL
                             ? wm_setup_calendars(ret_setup, wm_span(path))
                             : wm_setup_settings(ret_setup) &&
                                   wm_setup_calendars(ret_setup, ret_setup->settings.calendar_file);
    if (!is_good) {
        wm_setup_print(ctl, ret_setup, ctl->err);
    }
    return is_good;
}

const struct wm_calendar *
wm_ctl_calendar_wanted(struct wm_ctl *ctl, const struct wm_setup *setup)
{
    const char *kind = wm_args_value(ctl->args, "--kind");
    kind = kind != NULL ? kind : "statutory";
    const struct wm_calendar *calendar = wm_calendar_find(&setup->calendars, wm_span(kind));
    if (calendar == NULL) {
        struct wm_text names = {.arena = ctl->arena};
        for (size_t i = 0; i < setup->calendars.count; i++) {
            wm_text_puts(&names, i == 0 ? "" : ", ");
            wm_text_put(&names, setup->calendars.items[i].name);
        }
        wm_ctl_say(ctl, "there is no calendar \"%s\"; there are: %.*s", kind,
                   WM_SPAN_ARG(wm_text_span(&names)));
    }
    return calendar;
}

static struct wm_span
trim(struct wm_span text)
{
    while (text.size > 0 && strchr(" \t\r\n", text.data[0]) != NULL) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && strchr(" \t\r\n", text.data[text.size - 1]) != NULL) {
        text.size--;
    }
    return text;
}

static size_t
word_size(struct wm_span text)
{
    size_t size = 0;
    while (size < text.size && text.data[size] != ' ' && text.data[size] != '\t') {
        size++;
    }
    return size;
}

enum wm_status
wm_ctl_due_line(const struct wm_calendar *calendar, struct wm_arena *arena, struct wm_span line,
                struct wm_due *ret_due, struct wm_span *ret_why)
{
    assert(calendar != NULL && ret_due != NULL && ret_why != NULL);
    const struct wm_span text = trim(line);
    const size_t size = word_size(text);
    const struct wm_span time = {text.data, size};
    const struct wm_span rest = trim((struct wm_span){text.data + size, text.size - size});
    struct wm_duration duration;
    if (wm_duration_parse(rest, &duration) != WM_OK) {
        *ret_why =
            wm_arena_printf(arena,
                            "\"%.*s\" is no duration; write \"5 working days\", \"30 days\", "
                            "\"24 hours\" or \"30 minutes\" behind the time",
                            WM_SPAN_ARG(rest));
        return WM_EPROTO;
    }
    int64_t us = 0;
    int32_t day = 0;
    if (wm_time_parse(time, &us) == WM_OK) {
        *ret_due = wm_calendar_due(calendar, us, duration);
    } else if (wm_day_parse(time, &day) == WM_OK) {
        *ret_due = wm_calendar_due_from_day(calendar, day, duration);
    } else {
        *ret_why = wm_arena_printf(arena,
                                   "\"%.*s\" is no time; write it as 2026-04-02T10:00:00+01:00, or "
                                   "the day alone as 2026-04-02",
                                   WM_SPAN_ARG(time));
        return WM_EPROTO;
    }
    return WM_OK;
}

static struct wm_span
due_json(struct wm_arena *arena, struct wm_span line, struct wm_due due)
{
    struct wm_text text = {.arena = arena};
    wm_text_puts(&text, "{");
    wm_json_put_field(&text, "asked", trim(line));
    wm_json_put_time(&text, "due", due.us);
    wm_json_put_field(&text, "due_day", wm_day_text(arena, due.day));
    wm_text_puts(&text, "}");
    return wm_text_span(&text);
}

/* Answers one line. `number` 0: it came from the command line. */
static bool
answer(struct wm_ctl *ctl, const struct wm_calendar *calendar, struct wm_span line, long number)
{
    struct wm_due due;
    struct wm_span why;
    if (wm_ctl_due_line(calendar, ctl->arena, line, &due, &why) != WM_OK) {
        const char *where =
            number > 0 ? wm_arena_printf(ctl->arena, "line %ld: ", number).data : "";
        wm_ctl_say(ctl, "%s%.*s", where, WM_SPAN_ARG(why));
        return false;
    }
    const struct wm_span text =
        ctl->args->json ? due_json(ctl->arena, line, due) : wm_time_text(ctl->arena, due.us);
    (void)fprintf(ctl->out, "%.*s\n", WM_SPAN_ARG(text)); /* shows when the stream is closed */
    return true;
}

/* Each line in an arena that forgets it: there may be a million. */
static bool
answer_lines(struct wm_ctl *ctl, const struct wm_calendar *calendar)
{
    struct wm_arena *const kept = ctl->arena;
    struct wm_arena *brief = wm_arena_new(BRIEF_BYTES);
    char *line = NULL;
    size_t room = 0;
    bool is_good = brief != NULL;
    ctl->arena = brief;
    for (long number = 1; brief != NULL; number++) {
        const ssize_t size = getline(&line, &room, stdin);
        if (size < 0) {
            break;
        }
        const struct wm_span text = {line, size < LINE_BYTES ? (size_t)size : LINE_BYTES};
        if (trim(text).size > 0) {
            is_good = answer(ctl, calendar, text, number) && is_good;
        }
        wm_arena_reset(brief);
    }
    ctl->arena = kept;
    free(line);
    wm_arena_free(&brief);
    return is_good;
}

enum wm_exit
wm_run_calendar_add(struct wm_ctl *ctl)
{
    struct wm_setup setup;
    const bool is_loaded = wm_ctl_calendar_setup(ctl, &setup);
    const struct wm_calendar *calendar = is_loaded ? wm_ctl_calendar_wanted(ctl, &setup) : NULL;
    enum wm_exit code = WM_EXIT_USAGE;
    if (!is_loaded) {
        code = WM_EXIT_REFUSED;
    } else if (calendar != NULL && ctl->args->word_count == 0) {
        code = answer_lines(ctl, calendar) ? WM_EXIT_DONE : WM_EXIT_REFUSED;
    } else if (calendar != NULL) {
        struct wm_text line = {.arena = ctl->arena};
        for (size_t i = 0; i < ctl->args->word_count; i++) {
            wm_text_puts(&line, i == 0 ? "" : " ");
            wm_text_puts(&line, ctl->args->words[i]);
        }
        code = answer(ctl, calendar, wm_text_span(&line), 0) ? WM_EXIT_DONE : WM_EXIT_REFUSED;
    }
    wm_setup_deinit(&setup);
    return code;
}
