/* say.h - the sentences that tell what is wrong with an event's data. */
#ifndef WM_CODEC_SAY_H
#define WM_CODEC_SAY_H

#include "daemon/codec/node.h"
#include "proto/event.h"

enum { WM_SAY_PATH = 96, WM_SAY_LIST = 160 };

/* The way down to the value at hand: a name, or the place in a list. */
struct wm_step {
    const struct wm_step *up;
    const char *name; /* NULL: index counts */
    size_t index;
};

/* `fault` NULL: only whether it fits is asked. */
struct wm_checking {
    struct wm_fault *fault;
    struct wm_text *warnings;
};

/* True if the value is of a type that the node takes. */
bool wm_node_takes(const struct wm_node *node, const json_t *json);
/* "data.points[0].id"; cut at the front if it is too long. */
void wm_say_path(const struct wm_step *step, char path[static WM_SAY_PATH]);
/* "a text or a list", from bits of enum wm_json_type. */
void wm_say_types(unsigned types, char text[static WM_SAY_LIST]);
/* "phone, email, letter"; a long list ends with "…". */
void wm_say_words(const struct wm_node *node, char text[static WM_SAY_LIST]);
/* Sets the fault to a sentence that begins with the path. Always false. */
bool wm_say_refuse(const struct wm_checking *checking, const struct wm_step *step,
                   const char *format, ...) WM_FORMAT(3, 4);
/* "… must be a text, not a number" */
bool wm_say_refuse_type(const struct wm_checking *checking, const struct wm_step *step,
                        unsigned types, const json_t *json);

#endif
