/* fuzz_frames.c - a message of any frames to any port: it is taken whole or refused, with a token
 * that is a frame of it. The first byte picks the port; then a length in a byte before each frame.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "proto/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAMES = 12, NUMBER_MAX = 100000 };

static size_t
split(const uint8_t *data, size_t size, struct wm_span frames[static FRAMES])
{
    size_t count = 0;
    size_t at = 0;
    while (at < size && count < FRAMES) {
        const size_t left = size - at - 1;
        const size_t length = data[at] < left ? data[at] : left;
        frames[count++] = (struct wm_span){(const char *)data + at + 1, length};
        at += 1 + length;
    }
    return count;
}

/* Aborts unless `part` is one of the frames, or absent. */
static void
check_part(struct wm_span part, const struct wm_span *frames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (wm_span_equal(part, frames[i])) {
            return;
        }
    }
    if (part.data != NULL) {
        abort();
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct wm_span parts[FRAMES];
    struct wm_frames frames = {.count = 0};
    struct wm_span token = {0};
    const enum wm_port port = (enum wm_port)(WM_PORT_INTAKE + data[0] % WM_PORT_CLIENT);
    const size_t count = split(data + 1, size - 1, parts);
    const enum wm_status status = wm_frames_read(port, parts, count, &frames, &token);
    if (status != WM_OK) {
        check_part(token, parts, count);
        return 0;
    }
    if (frames.verb < WM_VERB_PUBLISH || frames.verb >= WM_VERB_COUNT ||
        frames.count > WM_FRAMES_MAX - 2) {
        abort();
    }
    for (size_t i = 0; i < frames.count; i++) {
        uint32_t number = 0;
        check_part(frames.args[i], parts, count);
        if (wm_frames_number(frames.args[i], NUMBER_MAX, &number) == WM_OK && number > NUMBER_MAX) {
            abort();
        }
    }
    return 0;
}
