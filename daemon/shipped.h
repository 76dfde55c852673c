/* shipped.h - where the files are that come with the program. */
#ifndef WM_DAEMON_SHIPPED_H
#define WM_DAEMON_SHIPPED_H

/* The folder of the JSON Schemas: of the build's own checkout, or installed. */
const char *wm_shipped_schemas(void);

#endif
