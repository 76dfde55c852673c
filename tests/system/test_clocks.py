"""test_clocks.py - goal: due days as domain.md 4.4 has them, rungs once and in order, through the real daemon."""
import unittest

from waymark import Case, Daemon, Publisher, complaint, event

# received, due day of the acknowledgement, of the answer when it is acknowledged on the last day allowed
VECTORS = [("2025-12-19", "2025-12-30", "2026-01-14"), ("2025-12-27", "2026-01-05", "2026-01-19"),
           ("2026-04-02", "2026-04-13", "2026-04-27"), ("2026-12-24", "2027-01-05", "2027-01-19"),
           ("2027-12-24", "2028-01-05", "2028-01-19"), ("2027-12-31", "2028-01-10", "2028-01-24"),
           ("2028-04-13", "2028-04-24", "2028-05-09")]


class Vectors(unittest.TestCase):
    def test_vectors(self):
        for received, acknowledge, respond in VECTORS:
            with self.subTest(received):
                daemon = Daemon(start=f"{received}T15:30:00Z")
                self.addCleanup(daemon.close)
                with Publisher(daemon) as publisher:
                    publisher.ok(complaint("C-1"))
                    self.assertEqual(daemon.clock_of("C-1", "acknowledge")["due_day"], acknowledge)
                    daemon.ctl("clock", "set", f"{acknowledge}T12:00:00Z")
                    publisher.ok(event("letter.sent", "C-1", data={
                        "letter": "acknowledgement", "letter_id": "a", "channel": "tracked", "proof": "RM1"}))
                    self.assertEqual(daemon.clock_of("C-1", "acknowledge")["status"], "met")
                    self.assertEqual(daemon.clock_of("C-1", "respond")["due_day"], respond)
                daemon.close()


class Due(Case):
    def test_rungs_fire_once_and_the_breach_shows_from_the_due_moment(self):
        self.daemon.ctl("clock", "set", "2025-12-19T10:00:00Z")
        self.publisher.ok(complaint("C-1"))
        self.daemon.ctl("clock", "set", "2025-12-30T23:59:59Z")
        self.assertEqual(self.daemon.clock_of("C-1", "acknowledge")["status"], "running")
        self.daemon.ctl("clock", "set", "2025-12-31T00:00:00Z")
        self.assertEqual(self.daemon.clock_of("C-1", "acknowledge")["status"], "breached")
        self.daemon.ctl("clock", "advance", "30 days")
        self.daemon.kill()
        self.daemon.start()
        self.daemon.ctl("clock", "advance", "1 day")
        rungs = [row["id"] for row in self.daemon.history("C-1") if row["type"].startswith("waymark.clock.")]
        self.assertEqual(len(rungs), len(set(rungs)))
        breached = [row for row in self.daemon.history("C-1") if row["type"] == "waymark.clock.breached"]
        self.assertGreaterEqual(len(breached), 1)
        self.assertEqual(self.daemon.ctl("verify").returncode, 0)

    def test_clock_moves_forward_only(self):
        self.daemon.ctl("clock", "set", "2025-12-19T10:00:00Z")
        self.assertEqual(self.daemon.ctl("clock", "set", "2025-12-18T10:00:00Z", check=False).returncode, 1)

    def test_late_record_takes_a_breach_back(self):
        self.daemon.ctl("clock", "set", "2025-12-19T10:00:00Z")
        self.publisher.ok(complaint("C-1"))
        self.daemon.ctl("clock", "set", "2026-01-05T10:00:00Z")
        self.assertEqual(self.daemon.clock_of("C-1", "first-contact")["status"], "breached")
        detail = self.publisher.ok(event("contact.made", "C-1", "2025-12-22T10:00:00Z",
                                         {"method": "phone", "by": "s.brook"}))
        self.assertEqual(detail["outcome"], "corrected")
        self.assertEqual(self.daemon.clock_of("C-1", "first-contact")["status"], "met")
        self.assertEqual(self.daemon.ctl("verify").returncode, 0)


if __name__ == "__main__":
    unittest.main()
