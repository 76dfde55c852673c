/* serve.h - waymarkd at work. */
#ifndef WM_DAEMON_SERVE_H
#define WM_DAEMON_SERVE_H

#include "daemon/load.h"
#include "daemon/options.h"

/* Opens everything, serves until asked to stop, closes everything. `loaded` is good and is taken.
 * Signals are blocked already. */
enum wm_exit wm_serve(const char *config, struct wm_loaded **loaded);

#endif
