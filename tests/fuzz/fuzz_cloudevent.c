/* fuzz_cloudevent.c - an event of any bytes: refused with a code and a sentence, or parsed; then
 * its data goes through the schema of its type, and what was parsed has the same digest again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/codec/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The shipped schemas, loaded once: they never change. */
static const struct wm_schemas *
shipped(void)
{
    static struct wm_schemas *schemas;
    static const char *const folder[] = {WM_SCHEMAS};
    char *errors = NULL;
    if (schemas == NULL && wm_schemas_load(folder, 1, &schemas, &errors) != WM_OK) {
        abort();
    }
    return schemas;
}

static void
check_fault(const struct wm_fault *fault)
{
    if (fault->code == NULL || fault->message[0] == '\0' ||
        strlen(fault->message) >= WM_FAULT_TEXT) {
        abort();
    }
}

static void
check_digest(struct wm_span bytes, const struct wm_cloudevent *event)
{
    unsigned char first[WM_DIGEST_BYTES];
    unsigned char second[WM_DIGEST_BYTES];
    struct wm_cloudevent again;
    struct wm_fault fault;
    if (wm_cloudevent_digest(event, first) != WM_OK) {
        abort();
    }
    if (wm_cloudevent_parse(bytes, &again, &fault) != WM_OK ||
        wm_cloudevent_digest(&again, second) != WM_OK || memcmp(first, second, sizeof first) != 0) {
        abort();
    }
    wm_cloudevent_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct wm_span bytes = {(const char *)data, size};
    struct wm_cloudevent event;
    struct wm_fault fault = {0};
    if (size == 0) {
        return 0;
    }
    if (wm_cloudevent_parse(bytes, &event, &fault) != WM_OK) {
        check_fault(&fault);
        return 0;
    }
    check_digest(bytes, &event);
    const struct wm_schema *schema = wm_schemas_find(shipped(), event.type);
    if (schema != NULL && wm_schema_check(schema, event.data, &fault, NULL) != WM_OK) {
        check_fault(&fault);
    }
    wm_cloudevent_free(&event);
    return 0;
}
