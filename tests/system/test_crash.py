"""test_crash.py - goal: what was answered OK is in the history once, whatever is killed and resent. Method: kill -9 at random
moments under load, resend what is unanswered, then compare with every history."""
import json
import os
import random
import time
import unittest

import zmq

from waymark import Case, Publisher, complaint, event

KILLS = int(os.environ.get("WAYMARK_KILLS", "12"))
CASES = 16


class Crash(Case):
    options = {"clock": "system"}

    def run_until_killed(self, waiting, answered, deadline):
        """Keeps a window of events under way, one a case, until the deadline; notes what was answered OK."""
        with Publisher(self.daemon) as publisher:
            out = {}
            while time.monotonic() < deadline:
                for ref in [ref for ref in waiting if ref not in out]:
                    made = waiting[ref]
                    out[ref] = made
                    publisher.send("PUBLISH", ref.encode(), json.dumps(made).encode())
                frames = publisher.receive(20)
                if frames is None:
                    continue
                ref = frames[1].decode()
                self.assertIn(frames[0], (b"OK", b"RETRY"), frames)
                made = out.pop(ref)
                if frames[0] == b"OK":
                    answered.setdefault(ref, []).append(made["id"])
                    waiting[ref] = event("note.added", ref, data={"text_ref": made["id"]})

    def test_killed_at_random(self):
        seed = random.randrange(2**32)
        print(f"seed {seed}")
        chance = random.Random(seed)
        waiting = {f"C-{number}": complaint(f"C-{number}") for number in range(CASES)}
        answered = {}
        for _ in range(KILLS):
            self.run_until_killed(waiting, answered, time.monotonic() + chance.uniform(0.02, 0.5))
            self.daemon.kill()
            self.daemon.start()
        self.run_until_killed(waiting, answered, time.monotonic() + 1)
        self.assertGreater(sum(map(len, answered.values())), KILLS)
        for ref, ids in answered.items():
            rows = [row["id"] for row in self.daemon.history(ref) if row["source"] == "/tests"]
            self.assertEqual(len(rows), len(set(rows)), "applied twice")
            self.assertLessEqual(set(ids), set(rows), "answered OK and lost")
            self.assertEqual([row for row in rows if row in set(ids)], ids, "out of order")
        self.assertEqual(self.daemon.ctl("verify").returncode, 0)

    def test_clean_stop(self):
        self.publisher.ok(complaint("C-1"))
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.start()
        self.assertEqual(self.daemon.case("C-1")["state"], "received")


if __name__ == "__main__":
    unittest.main()
