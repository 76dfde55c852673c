/* catalogue.h - the schemas as the policy checker sees them. */
#ifndef WM_DAEMON_CATALOGUE_H
#define WM_DAEMON_CATALOGUE_H

#include "daemon/codec/schema.h"
#include "daemon/policy/policy.h"

/* Borrows the schemas. */
struct wm_catalogue wm_catalogue_of(struct wm_schemas *schemas);

#endif
