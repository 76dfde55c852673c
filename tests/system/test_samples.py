"""test_samples.py - goal: the shipped samples go through the shipped policy without a refusal, and two ways of folding them
agree. Method: replays them into a daemon, asks for everything of every case, and folds the same files with `simulate`."""
import json
import subprocess
import unittest

from waymark import BIN, ROOT, Daemon

SAMPLES = sorted((ROOT / "config/samples").glob("2*.ndjson"))
REFUSED = ROOT / "config/samples/refused.ndjson"
START = "2025-10-01T00:00:00Z"
END = "2026-05-01T00:00:00Z"

# interfaces.md, "case show --json" and "case history --json"
CASE = {"ref", "workflow", "version", "state", "officer", "opened", "closed", "seq", "attributes", "clocks", "items", "aliases"}
CLOCK = {"name", "run", "status", "started", "due", "due_day", "stopped", "extended", "remaining", "touchpoint"}
ITEM = {"kind", "id", "status", "due"}
LISTED = {"ref", "workflow", "state", "officer", "opened", "closed", "next_due", "next_clock"}
ROW = {"seq", "id", "source", "type", "occurred", "recorded", "from", "to", "officer", "actor", "outcome", "violations", "effects"}


# What the timeline of `simulate` says last of a clock, and what its status may then be.
STATUS = {"started": {"running", "breached"}, "met": {"met", "breached"}, "cancelled": {"cancelled", "breached"},
          "paused": {"paused", "breached"}, "extended": {"running", "breached"}, "moved": {"running", "breached"},
          "corrected": {"met", "breached", "running", "cancelled"}}


def events_of(*files):
    return [json.loads(line) for name in files for line in name.read_text().splitlines()]


class Samples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(start=START)
        cls.addClassCleanup(cls.daemon.close)
        cls.published = cls.daemon.ctl("publish", "--intake", cls.daemon.intake, "--replay", *SAMPLES, check=False)
        cls.counters = cls.daemon.json("status")["counters"]
        cls.daemon.ctl("clock", "set", END)
        cls.cases = cls.daemon.lines("case", "list")
        cls.shown = {case["ref"]: cls.daemon.case(case["ref"]) for case in cls.cases}

    def simulate(self, *words):
        done = subprocess.run([BIN / "waymarkctl", *words, "--config", self.daemon.config, "--until", END, *SAMPLES],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_no_refusal(self):
        self.assertEqual(self.published.returncode, 0, self.published.stdout + self.published.stderr)
        self.assertEqual(self.counters["rejected"], 0)
        self.assertEqual(self.counters["applied"] + self.counters["duplicate"], len(events_of(*SAMPLES)))

    def test_every_event_is_in_a_history_once(self):
        """What names a customer or an officer is in the histories of all its cases, or of none."""
        rows = [(row["source"], row["id"]) for ref in self.shown for row in self.daemon.history(ref)]
        of_cases = [(made["source"], made["id"]) for made in events_of(*SAMPLES) if made["subject"] in self.shown]
        self.assertGreater(len(of_cases), 1500)
        for key in of_cases:
            self.assertEqual(rows.count(key), 1, key)

    def test_verify_finds_no_difference(self):
        self.assertEqual(self.daemon.lines("verify"), [{"cases": len(self.cases), "differences": 0}])

    def test_two_workflows_forty_cases_each(self):
        for workflow in ("complaint", "asb"):
            self.assertGreaterEqual(sum(case["workflow"] == workflow for case in self.cases), 40, workflow)
        for case in self.cases:
            self.assertLessEqual(LISTED, set(case), case)

    def test_a_case_has_every_field(self):
        for ref, shown in self.shown.items():
            self.assertLessEqual(CASE, set(shown), ref)
            names = [clock["name"] for clock in shown["clocks"]]
            self.assertEqual(len(names), len(set(names)), f"{ref}: a clock's name twice")
            for clock in shown["clocks"]:
                self.assertLessEqual(CLOCK, set(clock), (ref, clock))
            for item in shown["items"]:
                self.assertLessEqual(ITEM, set(item), (ref, item))

    def test_a_history_has_every_field_in_order(self):
        for ref in list(self.shown)[::7]:
            rows = self.daemon.history(ref)
            self.assertEqual([row["seq"] for row in rows], list(range(1, len(rows) + 1)), ref)
            for row in rows:
                self.assertLessEqual(ROW, set(row), (ref, row))

    def test_journeys_tell_of_every_case(self):
        told = self.daemon.ctl("journeys").stdout
        self.assertEqual([ref for ref in self.shown if ref not in told], [])

    def test_each_of_the_refused_is_refused(self):
        before = {ref: shown["seq"] for ref, shown in self.shown.items()}
        done = self.daemon.ctl("--json", "publish", "--intake", self.daemon.intake, REFUSED, check=False)
        self.assertEqual(done.returncode, 1)
        told = [json.loads(line) for line in done.stdout.splitlines()]
        lines = sorted(answer["line"] for answer in told if answer.get("verdict") in ("REJECT", "RETRY"))
        self.assertEqual(lines, list(range(1, len(events_of(REFUSED)) + 1)), done.stdout)
        self.assertEqual({ref: self.daemon.case(ref)["seq"] for ref in before}, before, "a refusal left a trace")

    def test_simulate_prints_a_timeline(self):
        printed = self.simulate("simulate")
        self.assertEqual([ref for ref in self.shown if ref not in printed], [])

    def test_simulate_agrees_on_every_clock(self):
        said = {}
        for line in self.simulate("--json", "simulate").splitlines():
            row = json.loads(line)
            for effect in row.get("effects", []):
                if effect["kind"] == "clock":
                    said[row["ref"], effect["clock"], effect["run"]] = effect
        for ref, shown in self.shown.items():
            for clock in shown["clocks"]:
                last = said[ref, clock["name"], clock["run"]]
                self.assertEqual((last["due_day"], last["due"]), (clock["due_day"], clock["due"]), (ref, clock))
                self.assertIn(clock["status"], STATUS[last["change"]], (ref, clock))

    def test_simulate_tells_the_same_journeys(self):
        """Of each run of each clock: kept or broken, due, stopped, how late; who had the case, and what happened."""
        simulated = [json.loads(line) for line in self.simulate("--json", "simulate", "--journeys").splitlines()]
        simulated = {journey["ref"]: journey for journey in simulated if "ref" in journey}
        for journey in self.daemon.lines("journeys"):
            self.assertEqual(simulated.pop(journey["ref"]), journey)
        self.assertEqual(simulated, {})


if __name__ == "__main__":
    unittest.main()
