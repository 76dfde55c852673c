/* fake_daemon.h - a ROUTER that a test plays by hand, in the same thread as the client under test.
 */
#ifndef WM_TESTS_UNIT_FAKE_DAEMON_H
#define WM_TESTS_UNIT_FAKE_DAEMON_H

#include <stdbool.h>
#include <stddef.h>

enum { FAKE_FRAMES = 8, FAKE_BYTES = 512, FAKE_ID = 16 };

struct fake_daemon {
    void *context;
    void *router;
    char endpoint[64];
    const char *secret_key; /* Z85, or NULL for no CURVE; set before fake_start */
};

/* A message as it came: frames behind the routing id, NUL-terminated. */
struct fake_message {
    char id[FAKE_ID];
    size_t id_size;
    size_t count;
    char frames[FAKE_FRAMES][FAKE_BYTES];
};

/* Binds to the endpoint it had before, or to a free port at the first time. */
void fake_start(struct fake_daemon *daemon);
/* Closes the socket as a killed daemon does. */
void fake_stop(struct fake_daemon *daemon);
void fake_free(struct fake_daemon *daemon);
/* Takes one message that has come; false if none has. */
bool fake_take(struct fake_daemon *daemon, struct fake_message *ret_message);
/* Sends frames, the last of them NULL, to whoever sent `to`. */
void fake_send(struct fake_daemon *daemon, const struct fake_message *to, ...);
/* Answers what was published: verb and detail, with its token. */
void fake_answer(struct fake_daemon *daemon, const struct fake_message *to, const char *verb,
                 const char *detail);

#endif
