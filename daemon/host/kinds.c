/* kinds.c - the kinds of lines, each with its 128-bit id for ever, so that `journalctl
 * MESSAGE_ID=...` finds all of one kind and the catalogue can explain it. */
#include <assert.h>

#include "base/attributes.h"
#include "daemon/host/line.h"

struct kind {
    const char *name;
    const char *id;
};

static const struct kind kinds[] = {
    {"case.event", "b600aa52a9204ad0a4c88aa2fff84138"},
    {"case.moved", "f7c215c96c394ccd92d5015e36a3f8c6"},
    {"case.opened", "2e2c09c608094175a1a7192fe43c843f"},
    {"case.shown", "3607eb8afcf148a7b0feba00f3aa7882"},
    {"case.unassigned", "faa4a88ac8aa41d98c42a1542968472d"},
    {"case.violation", "f4462d53740c489c90b6b2eccb20323b"},
    {"clock.breached", "c358e526383f4d5c8f59175a6ec3feed"},
    {"clock.escalated", "fcf61f8618444e7aa03d2b1c3c89fe01"},
    {"clock.warned", "7372f73df1d94bc3aea0e15611057d7a"},
    {"daemon.clock-set", "1c91d3990370474fa68a5accdcb17a1e"},
    {"daemon.fault", "a7947b6c2fcb4f77bb261bf02e01d561"},
    {"daemon.policy", "1468ab7ccbf146b3a26575a36e276a27"},
    {"daemon.ready", "167b95210d024115a1996abb7a073dda"},
    {"daemon.security", "808e21c1c96c4a3481d7988345ef531f"},
    {"daemon.started", "cd750c9f1f8c4beaab4c51f24c790bb5"},
    {"daemon.stopped", "162d4e86b0e8498285dcc7e97c106a22"},
    {"delivery.dead", "26567551749548f8b8018b4a59af06d9"},
    {"engine.started", "b16a09998446421aa46c38e3c9580065"},
    {"event.rejected", "6d88643ee243499abe4894959992970b"},
    {"log.dropped", "dbb71c74c7934598b6bd595eb5ae40da"},
    {"people.changed", "e25348beb36546d395c14a000ce12038"},
    {"store.trouble", "f8365e8f1f6441bdbdc97079977ad51b"},
    {"wire.dropped", "9d636bd0276f4e989ede4df84a6b4861"},
    {"worker.gone", "213f2de137b74b33a9577bb7765f66bd"},
    {"worker.ready", "56886540b8f64482b73d15471732397c"},
};

const char *
wm_line_message_id(const char *kind)
{
    assert(kind != NULL);
    for (size_t i = 0; i < WM_COUNT(kinds); i++) {
        if (strcmp(kinds[i].name, kind) == 0) {
            return kinds[i].id;
        }
    }
    return NULL;
}
