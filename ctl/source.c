/* source.c - reads NDJSON line by line: a file may be larger than memory. */
#include "ctl/source.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct wm_source {
    const char *const *files;
    size_t count;
    size_t next;
    FILE *file; /* the one at hand, or NULL */
    const char *name;
    long number;
    char *line;
    size_t room;
    int64_t read;
    int64_t size;
    struct wm_span text; /* the one line, if it is made on the command line */
};

static const char *const standard_input[] = {"-"};

static bool
is_standard_input(const char *name)
{
    return strcmp(name, "-") == 0;
}

/* All bytes there are to read; 0 when one of the files does not tell. */
static int64_t
measure(const char *const *files, size_t count)
{
    int64_t size = 0;
    for (size_t i = 0; i < count; i++) {
        struct stat status;
        if (is_standard_input(files[i]) || stat(files[i], &status) != 0 ||
            !S_ISREG(status.st_mode)) {
            return 0;
        }
        size += status.st_size;
    }
    return size;
}

struct wm_source *
wm_source_new(const char *const *files, size_t count)
{
    assert(files != NULL || count == 0);
    struct wm_source *source = calloc(1, sizeof *source);
    if (source != NULL) {
        source->files = count > 0 ? files : standard_input;
        source->count = count > 0 ? count : 1;
        source->size = measure(source->files, source->count);
    }
    return source;
}

struct wm_source *
wm_source_of_text(struct wm_span line)
{
    assert(line.data != NULL);
    struct wm_source *source = calloc(1, sizeof *source);
    if (source != NULL) {
        source->text = line;
        source->size = (int64_t)line.size;
    }
    return source;
}

static void
close_file(struct wm_source *source)
{
    if (source->file != NULL && source->file != stdin) {
        (void)fclose(source->file); /* it was only read */
    }
    source->file = NULL;
}

void
wm_source_free(struct wm_source **source)
{
    assert(source != NULL);
    if (*source != NULL) {
        close_file(*source);
        free((*source)->line);
        free(*source);
        *source = NULL;
    }
}

static bool
open_next(struct wm_source *source)
{
    source->name = source->files[source->next++];
    source->number = 0;
    source->file = is_standard_input(source->name) ? stdin : fopen(source->name, "re");
    return source->file != NULL;
}

static struct wm_span
without_end(const char *line, size_t size)
{
    while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r')) {
        size--;
    }
    return (struct wm_span){line, size};
}

static bool
is_blank(struct wm_span line)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] != ' ' && line.data[i] != '\t') {
            return false;
        }
    }
    return true;
}

/* The next line of the file at hand. WM_AGAIN: a blank one, or its end. */
static enum wm_status
read_line(struct wm_source *source, struct wm_line_read *ret_line, const char **ret_why)
{
    errno = 0;
    const ssize_t size = getline(&source->line, &source->room, source->file);
    if (size < 0) {
        const int error = ferror(source->file) != 0 ? errno : 0;
        close_file(source);
        if (error == 0) {
            return WM_AGAIN;
        }
        *ret_line = (struct wm_line_read){.file = source->name, .number = source->number};
        *ret_why = strerror(error);
        return WM_IO;
    }
    source->number++;
    source->read += size;
    struct wm_span line = without_end(source->line, (size_t)size);
    if (is_blank(line)) {
        return WM_AGAIN;
    }
    const bool is_long = line.size > WM_LINE_MAX;
    line.size = is_long ? WM_LINE_MAX : line.size;
    *ret_line = (struct wm_line_read){
        .bytes = line, .file = source->name, .number = source->number, .is_long = is_long};
    return WM_OK;
}

enum wm_status
wm_source_next(struct wm_source *source, struct wm_line_read *ret_line, const char **ret_why)
{
    assert(source != NULL && ret_line != NULL && ret_why != NULL);
    if (source->text.data != NULL) {
        *ret_line = (struct wm_line_read){.bytes = source->text, .number = 1};
        source->read = source->size;
        source->text = (struct wm_span){0};
        return WM_OK;
    }
    while (source->file != NULL || source->next < source->count) {
        if (source->file == NULL && !open_next(source)) {
            *ret_line = (struct wm_line_read){.file = source->name};
            *ret_why = strerror(errno);
            return WM_IO;
        }
        const enum wm_status status = read_line(source, ret_line, ret_why);
        if (status != WM_AGAIN) {
            return status;
        }
    }
    return WM_NOTFOUND;
}

int64_t
wm_source_read(const struct wm_source *source)
{
    return source->read;
}

int64_t
wm_source_size(const struct wm_source *source)
{
    return source->size;
}
