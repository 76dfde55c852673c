/* options.c - the command line of waymarkd. */
#include "daemon/options.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>

static const char help[] =
    "usage: waymarkd --config FILE [--check]\n"
    "\n"
    "Keeps the promises made to people who complain: takes events over ZeroMQ, drives each case,\n"
    "keeps its clocks, and hands work to workers. Runs in the foreground.\n"
    "\n"
    "  --config FILE  the configuration, waymark.cfg; paths in it are relative to it\n"
    "  --check        load and check everything, print the findings, and end: 0 good, 1 not\n"
    "  --help         this text\n"
    "  --version      the version\n"
    "\n"
    "Signals: TERM and INT finish what is under way and stop; a second one stops at once; HUP loads\n"
    "the policy again.\n"
    "Exit status: 0 stopped on request, 1 could not go on, 2 usage, 78 bad configuration.\n";

static struct wm_options
bad(const char *why)
{
    (void)fprintf(stderr, "waymarkd: %s\nusage: waymarkd --config FILE [--check]\n",
                  why); /* nobody to tell */
    return (struct wm_options){.mode = WM_MODE_BAD};
}

struct wm_options
wm_options_read(int argc, char **argv)
{
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"check", no_argument, NULL, 'k'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    assert(argv != NULL);
    struct wm_options options = {.mode = WM_MODE_SERVE};
    int letter;
    while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (letter) {
        case 'c':
            options.config = optarg;
            break;
        case 'k':
            options.mode = WM_MODE_CHECK;
            break;
        case 'h':
            (void)fputs(help, stdout); /* a lost help text has nobody to be told to */
            return (struct wm_options){.mode = WM_MODE_DONE};
        case 'v':
            (void)puts("waymarkd " WM_VERSION); /* likewise */
            return (struct wm_options){.mode = WM_MODE_DONE};
        default:
            return bad("see --help"); /* getopt has said what is wrong */
        }
    }
    if (optind < argc) {
        return bad("it takes no words but its options");
    }
    if (options.config == NULL) {
        return bad("--config FILE is missing");
    }
    return options;
}
