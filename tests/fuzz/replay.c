/* replay.c - main for the fuzz targets without libFuzzer: each file of the folders that are given
 * goes through the target once, so that what was found once is an ordinary test. */
#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH_BYTES = 4096, INPUT_BYTES = 1 << 20 };

/* False with a sentence when the file cannot be read whole. */
static bool
replay(const char *path)
{
    static uint8_t bytes[INPUT_BYTES];
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        perror(path);
        return false;
    }
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    const bool whole = feof(file) != 0;
    (void)fclose(file); /* it was only read */
    if (!whole) {
        (void)fprintf(stderr, "%s: larger than %d bytes\n", path, INPUT_BYTES);
        return false;
    }
    (void)LLVMFuzzerTestOneInput(bytes, size);
    return true;
}

/* How many files of the folder went through; -1 when one could not be read. */
static int
replay_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    if (entries == NULL) {
        perror(folder);
        return -1;
    }
    int count = 0;
    for (const struct dirent *entry = readdir(entries); entry != NULL && count >= 0;
         entry = readdir(entries)) {
        char path[PATH_BYTES];
        struct stat about;
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (stat(path, &about) == 0 && S_ISREG(about.st_mode)) {
            count = replay(path) ? count + 1 : -1;
        }
    }
    (void)closedir(entries);
    return count;
}

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const int count = replay_folder(argv[i]);
        if (count <= 0) {
            (void)fprintf(stderr, "%s: nothing was replayed\n", argv[i]);
            return EXIT_FAILURE;
        }
        (void)printf("%s: %d inputs\n", argv[i], count);
    }
    return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
