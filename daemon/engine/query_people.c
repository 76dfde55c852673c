/* query_people.c - officers: what they have, and whether they are away. */
#include <assert.h>

#include "daemon/engine/query.h"

static void
put_leaves(struct wm_ask *ask, struct wm_text *text, const struct wm_officer *officer)
{
    wm_json_put_name(text, "leave");
    wm_text_puts(text, "[");
    for (size_t i = 0; i < officer->leave_count; i++) {
        const struct wm_leave *leave = &officer->leaves[i];
        struct wm_text item = wm_ask_object(ask);
        wm_json_put_field(&item, "leave", leave->id);
        wm_json_put_field(&item, "from", wm_day_text(ask->arena, leave->from));
        wm_json_put_field(&item, "to", wm_day_text(ask->arena, leave->to));
        wm_json_put_field(&item, "kind", leave->kind);
        wm_text_puts(&item, "}");
        wm_text_puts(text, i > 0 ? "," : "");
        wm_text_put(text, wm_text_span(&item));
    }
    wm_text_puts(text, "]");
}

static void
put_officer(struct wm_ask *ask, const struct wm_people *people, const struct wm_officer *officer,
            bool in_full)
{
    const struct wm_calendar *calendar =
        wm_calendar_find(&ask->policy->calendars, people->calendar);
    const struct wm_want want = {.due = {.us = WM_NEVER}, .now_us = ask->now_us, .weight = 1};
    struct wm_text text = wm_ask_object(ask);
    wm_json_put_field(&text, "id", officer->id);
    wm_json_put_field(&text, "name", officer->name);
    wm_json_put_list(&text, "teams", officer->teams, officer->team_count);
    wm_json_put_int(&text, "open", officer->open_cases);
    wm_json_put_int(&text, "weight", officer->open_weight);
    wm_json_put_int(&text, "max_open", officer->max_open);
    wm_json_put_flag(&text, "left", officer->left);
    wm_json_put_field(&text, "away",
                      calendar != NULL
                          ? wm_people_away(people, calendar, officer, &want, ask->arena)
                          : (struct wm_span){0});
    put_leaves(ask, &text, officer);
    if (in_full) {
        wm_json_put_list(&text, "skills", officer->skills, officer->skill_count);
        wm_json_put_field(&text, "email", officer->email);
        wm_json_put_field(&text, "manager", officer->manager);
        wm_json_put_field(&text, "deputy", officer->deputy);
        wm_json_put_field(&text, "kind",
                          wm_span(officer->kind == WM_OFFICER_EXTERNAL ? "external" : "officer"));
        wm_json_put_time(&text, "last_assigned",
                         officer->last_assigned > 0 ? officer->last_assigned : WM_NEVER);
        wm_json_put_int(&text, "seq", officer->seq);
    }
    wm_ask_emit(ask, &text);
}

enum wm_status
wm_query_officer_list(struct wm_ask *ask)
{
    struct wm_people people;
    const enum wm_status status = wm_ask_people(ask, &people);
    for (size_t i = 0; status == WM_OK && i < people.officer_count && !ask->is_gone; i++) {
        put_officer(ask, &people, &people.officers[i], false);
    }
    return status;
}

enum wm_status
wm_query_officer_show(struct wm_ask *ask)
{
    struct wm_people people;
    const struct wm_span id = wm_ask_text(ask, "id");
    const enum wm_status status = wm_ask_people(ask, &people);
    if (status != WM_OK) {
        return status;
    }
    const struct wm_officer *officer = wm_people_officer(&people, id);
    if (officer == NULL) {
        return wm_ask_refuse(ask, "no-such-officer", "id", "there is no officer %.*s",
                             WM_SPAN_ARG(id));
    }
    put_officer(ask, &people, officer, true);
    return WM_OK;
}
