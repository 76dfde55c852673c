/* file.c - whole files, and paths as seen from the file that names them. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/policy/policy.h"

enum { FILE_MAX_MIB = 4, MIB = 1024 * 1024 };

/* Reads until the end of the file or until `room` bytes; -1 with errno on failure. */
static ssize_t
read_all(int fd, char *into, size_t room)
{
    size_t have = 0;
    while (have < room) {
        const ssize_t got = read(fd, into + have, room - have);
        if (got < 0 && errno != EINTR) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        have += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)have;
}

/* The reason in words; the path as the caller gave it. */
static enum wm_status
no(struct wm_arena *arena, struct wm_span path, const char *why, struct wm_span *ret_why)
{
    *ret_why = wm_arena_printf(arena, "cannot read %.*s: %s", WM_SPAN_ARG(path), why);
    return WM_IO;
}

/* Reading stops at the size that was asked first: what a file gains meanwhile is not read. */
static enum wm_status
read_open(struct wm_arena *arena, int fd, struct wm_span path, struct wm_span *ret_text,
          struct wm_span *ret_why)
{
    assert(ret_text != NULL);
    assert(ret_why != NULL);
    struct stat about;
    if (fstat(fd, &about) != 0) {
        return no(arena, path, strerrordesc_np(errno), ret_why);
    }
    /* A pipe or a device has no size to bound by, and is never what was meant. */
    if (!S_ISREG(about.st_mode)) {
        return no(arena, path, "it is not a file", ret_why);
    }
    if (about.st_size > (off_t)FILE_MAX_MIB * MIB) {
        return no(arena, path, "it is larger than 4 MiB", ret_why);
    }
    const size_t size = (size_t)about.st_size;
    char *bytes = wm_arena_alloc(arena, size + 1, 1);
    if (bytes == NULL || wm_arena_failed(arena)) {
        return no(arena, path, "not enough memory", ret_why);
    }
    const ssize_t have = read_all(fd, bytes, size);
    if (have < 0) {
        return no(arena, path, strerrordesc_np(errno), ret_why);
    }
    *ret_text = (struct wm_span){bytes, (size_t)have};
    return WM_OK;
}

enum wm_status
wm_file_read(struct wm_arena *arena, struct wm_span path, struct wm_span *ret_text,
             struct wm_span *ret_why)
{
    assert(path.data != NULL);
    const int fd = open(wm_arena_string(arena, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return no(arena, path, strerrordesc_np(errno), ret_why);
    }
    const enum wm_status status = read_open(arena, fd, path, ret_text, ret_why);
    (void)close(fd); /* it was only read */
    return status;
}

struct wm_span
wm_path_beside(struct wm_arena *arena, struct wm_span file, struct wm_span path)
{
    assert(path.data != NULL);
    size_t folder = file.size;
    while (folder > 0 && file.data[folder - 1] != '/') {
        folder--;
    }
    if (folder == 0 || wm_span_starts(path, "/")) {
        return wm_arena_copy(arena, path);
    }
    return wm_arena_printf(arena, "%.*s%.*s", (int)folder, file.data, WM_SPAN_ARG(path));
}
