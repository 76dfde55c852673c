"""test_workers.py - goal: what the five workers leave for people holds every message once, though they are killed at any
moment. Method: SIGKILL and restart at random moments while cases run from opening to survey, then the files are compared with the histories."""
import csv
import os
import random
import re
import signal
import stat
import subprocess
import time
import unittest

from waymark import BIN, ROOT, WAIT_MS, Case, complaint, event

NAMES = ("actions", "lessons", "letters", "notify", "survey")
KILLS = int(os.environ.get("WAYMARK_KILLS", "14"))
NOTICES = re.compile(r"^\d\d:\d\d  \S", re.MULTILINE)

# domain.md 7.2, and behind it what the assistant fills in
CALLS = """row_id case_ref kind customer_name phone_1 phone_2 preferred_channel best_times language interpreter adjustments
service_area officer_name opened closed stage outcome close_reason outside_landlord_control actions_done actions_open
partner_facts_shareable previous_attempts consent_to_call do_not_leave_message safe_to_call expires_on called_at attempt_no
result q_service q_outcome q_informed verbatim flag call_back_permission publicity_permission how_to_complain_given""".split()


class Crew:
    """The five workers of a daemon; each keeps its state in a folder of its own beside the store."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.processes = {}

    def folder(self, name):
        return self.daemon.folder / name

    def start(self, name):
        words = [BIN / f"waymark-{name}", "--dispatch", self.daemon.dispatch, "--intake", self.daemon.intake,
                 "--state", self.folder(name), "--rehearsal"]
        if name == "letters":
            words += ["--config", ROOT / "config/letters/letters.cfg"]
        with open(self.daemon.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def kill(self, name):
        self.processes[name].kill()
        self.processes[name].wait()

    def close(self):
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()

    def logs(self):
        return "".join((self.daemon.folder / f"{name}.log").read_text()[-1500:] for name in self.processes)

    def settle(self, *topics):
        """Waits until nothing lies in the outbox (of these topics) that could be delivered now."""
        end = time.monotonic() + 2 * WAIT_MS / 1000
        now = self.daemon.json("clock", "show")["now"]
        while time.monotonic() < end:
            waiting = [row for row in self.daemon.lines("outbox", "list")
                       if (row["not_before"] or "") <= now and (not topics or row["topic"] in topics)]
            if not waiting:
                return
            time.sleep(0.1)
        raise AssertionError(f"still waiting: {waiting[:5]}\n{self.logs()}")

    def stop(self):
        """Clean stop; exit status by name."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        return {name: process.wait(timeout=30) for name, process in self.processes.items()}

    def table(self, name, file):
        """Rows of a CSV file; every row must have as many cells as the head."""
        path = self.folder(name) / file
        if not path.exists() or path.stat().st_size == 0:
            return []
        with open(path, newline="", encoding="utf-8") as text:
            rows = list(csv.reader(text, strict=True))
        assert all(len(row) == len(rows[0]) for row in rows), (path, rows)
        return [dict(zip(rows[0], row)) for row in rows[1:]]

    def calls(self):
        return [row for path in sorted(self.folder("survey").glob("calls-*.csv")) for row in self.table("survey", path.name)]


def life(ref, officer="s.brook"):
    """A complaint from opening to closing, with quotes, commas, line ends and a formula in its texts."""
    made = lambda kind, data: event(kind, ref, data=data)
    opening = complaint(ref)
    opening["data"]["customer"].update({"name": "=HYPERLINK(\"http://x\")", "phone": f"01632 9601{len(ref)}", "email": "a@example.org"})
    opening["data"]["contact"] = {"method": "phone", "safe": True, "availability": "mornings,\n\"not\" Fridays"}
    remedy = {"action": f"act-{ref}-1", "owner": "v.penrose", "due": "2025-12-22", "kind": "repair", "customer_text": "A \"new\" tap,\nby Monday; žluť"}
    return [
        opening,
        made("contact.made", {"method": "phone", "by": officer, "conversation": True, "two_way": True}),
        made("action.agreed", {"action": f"act-{ref}-2", "title": "-1 lock, changed", "owner": "v.penrose", "due": "2025-12-19"}),
        made("letter.drafted", {"letter": "stage1", "letter_id": f"{ref}-s1", "revision": 1, "answers": [
            {"point": "p1", "finding": "upheld", "reason": "It was not done", "remedy": remedy}],
            "checklist": ["stage", "definition", "decision", "reasons", "remedy", "outstanding_actions", "escalation"]}),
        made("qc.passed", {"letter_id": f"{ref}-s1", "by": "q.norris"}),
        made("letter.sent", {"letter": "stage1", "letter_id": f"{ref}-s1", "channel": "email", "proof": f"smtp:{ref}"}),
        made("letter.delivered", {"letter_id": f"{ref}-s1", "proof": "opened"}),
        made("action.acknowledged", {"action": f"act-{ref}-1"}),
        made("action.completed", {"action": f"act-{ref}-1", "note": "Done"}),
        made("action.cancelled", {"action": f"act-{ref}-2", "why": "Not needed"}),
        made("complaint.closed", {"outcome": "upheld", "lesson": {
            "theme": "delay", "root_cause": "not_followed", "service_area": "repairs", "learning": "Ring, then \"book\"", "owner": "p.adeyemi"}}
            if int(ref[2:]) % 2 else {"outcome": "upheld", "lesson": "none", "why": "Once only"}),
    ]


class Workers(Case):
    options = {"start": "2025-12-01T09:00:00Z",
               "limits": "lease_ms = 2000; heartbeat_ms = 500; retry_ms = 100; retry_max_ms = 200; max_attempts = 1000;"}

    def setUp(self):
        super().setUp()
        self.crew = Crew(self.daemon)
        self.addCleanup(self.crew.close)

    def sent(self, refs):
        """What the histories say was sent: (ref, message's id, topic, type)."""
        return [(ref, effect["id"], effect["topic"], effect["type"]) for ref in refs for row in self.daemon.history(ref)
                for effect in row["effects"] if effect["kind"] == "send"]

    def run_lives(self, refs, chance):
        """Publishes every case's life, one event of each in turn, while workers die and come back."""
        for name in NAMES:
            self.crew.start(name)
        lives = [life(ref) for ref in refs]
        steps = len(lives[0])
        kills = sorted(chance.randrange(steps * len(refs)) for _ in range(KILLS))
        for at in range(steps * len(refs)):
            self.publisher.ok(lives[at % len(refs)][at // len(refs)])
            for _ in range(kills.count(at)):
                time.sleep(chance.uniform(0, 0.15))
                name = chance.choice(NAMES)
                self.crew.kill(name)
                self.crew.start(name)

    def test_killed_at_random(self):
        seed = random.randrange(2**32)
        print(f"seed {seed}")
        chance = random.Random(seed)
        refs = [f"C-{number}" for number in range(1, 7)]
        self.run_lives(refs, chance)
        self.daemon.ctl("case", "assign", "C-1", "n.farrow", "--why", "For the hand-over")
        self.crew.settle()
        self.daemon.ctl("clock", "advance", "14 days")
        for name in NAMES:
            self.crew.kill(name)
            self.crew.start(name)
        self.crew.settle()
        self.assertEqual(self.crew.stop(), dict.fromkeys(NAMES, 0), self.crew.logs())
        self.assertEqual(self.daemon.lines("dead-letters", "list"), [])
        sent = self.sent(refs)
        self.check_actions(refs)
        self.check_lessons(refs)
        self.check_calls(refs)
        self.check_letters(refs, sent)
        self.check_notices(sent)
        self.check_modes()

    def check_actions(self, refs):
        rows = {(row["case"], row["action_id"]): row["status"] for row in self.crew.table("actions", "actions.csv")}
        self.assertEqual(len(rows), len(self.crew.table("actions", "actions.csv")), "an action twice")
        self.assertEqual(rows, {(ref, f"act-{ref}-{number}"): status for ref in refs
                                for number, status in ((1, "done"), (2, "cancelled"))})

    def check_lessons(self, refs):
        raised = [row["case"] for row in self.crew.table("lessons", "lessons.csv")]
        none = [row["case"] for row in self.crew.table("lessons", "no-lesson.csv")]
        self.assertEqual(sorted(raised), [ref for ref in refs if int(ref[2:]) % 2])
        self.assertEqual(sorted(none), [ref for ref in refs if not int(ref[2:]) % 2])
        self.assertEqual([row["lessons"] for row in self.crew.table("lessons", "themes.csv")], [str(len(raised))])

    def check_calls(self, refs):
        rows = self.crew.calls()
        self.assertEqual(list(rows[0]), CALLS)
        self.assertEqual(sorted(row["case_ref"] for row in rows), refs)
        self.assertEqual({row["customer_name"] for row in rows}, {"'=HYPERLINK(\"http://x\")"}, "a formula, or a broken cell")
        self.assertEqual({row["best_times"] for row in rows}, {"mornings,\n\"not\" Fridays"})

    def check_letters(self, refs, sent):
        asked = {message for _, message, _, kind in sent if kind == "waymark.letter.requested"}
        self.assertGreaterEqual(len(asked), len(refs))
        back = [row["id"] for ref in refs for row in self.daemon.history(ref) if row["source"] == "/worker/letters"]
        self.assertEqual(sorted(back), sorted(f"{message}/sent" for message in asked), "letter.sent not once a letter")
        rows = self.crew.table("letters", "letters.csv")
        files = {path for path in (self.crew.folder("letters") / "spool").iterdir()}
        self.assertEqual(len(rows), len(asked))
        self.assertEqual({self.daemon.folder / row["file"] for row in rows}, files)
        for path in files:
            text = path.read_text()
            self.assertGreater(len(text), 100)
            self.assertNotIn("{{", text, path)

    def check_notices(self, sent):
        topics = [topic for _, _, topic, _ in sent]
        # A move sends two: the pack, that both people see, and a line for whoever had the case.
        self.assertEqual(topics.count("handover"), 2)
        expected = sum(map(topics.count, ("alerts", "kpi", "group", "ooh"))) + 3
        told = 0
        for path in self.crew.folder("notify").glob("*/*.txt"):
            text = path.read_text()
            count = len(NOTICES.findall(text))
            self.assertIn(f": {count} notices\n", text.splitlines(True)[0])
            told += count
        self.assertEqual(told, expected)

    def check_modes(self):
        for name in NAMES:
            for path in [self.crew.folder(name), *self.crew.folder(name).rglob("*")]:
                mode = stat.S_IMODE(path.stat().st_mode)
                self.assertEqual(oct(mode), oct(0o750 if path.is_dir() else 0o640), path)
                self.assertNotEqual(path.suffix, ".part", "half a file was left")

    def test_what_is_withdrawn_is_off_the_list(self):
        self.crew.start("survey")
        for ref in ("C-1", "C-2", "C-3", "C-4"):
            for made in life(ref):
                self.publisher.ok(made)
        self.publisher.ok(event("customer.consents_changed", "P-C-1", data={"consents": {"survey": False}}))
        self.daemon.ctl("clock", "advance", "14 days")
        self.crew.settle("surveys")
        self.assertEqual(self.wait_calls(["C-2", "C-3", "C-4"]), ["C-2", "C-3", "C-4"])
        self.publisher.ok(event("customer.consents_changed", "P-C-2", data={"consents": {"survey": False}}))
        self.publisher.ok(event("customer.deceased", "P-C-3", data={}))
        self.assertEqual(self.wait_calls(["C-4"]), ["C-4"], [row for row in self.daemon.history("C-2")][-2:])

    def wait_calls(self, refs):
        end = time.monotonic() + WAIT_MS / 1000
        while (listed := sorted(row["case_ref"] for row in self.crew.calls())) != refs and time.monotonic() < end:
            time.sleep(0.1)
        return listed


class CommandLine(unittest.TestCase):
    def test_usage(self):
        for name in NAMES:
            program = BIN / f"waymark-{name}"
            run = lambda *words: subprocess.run([program, *words], capture_output=True, text=True, timeout=30, check=False)
            for words in (["--nonsense"], ["word"], ["--state"]):
                done = run(*words)
                self.assertEqual((done.returncode, done.stdout), (2, ""), (name, words))
                self.assertIn("usage: waymark-" + name, done.stderr)
            self.assertIn("--dispatch", run("--help").stdout)
            self.assertEqual((run("--help").returncode, run("--version").returncode), (0, 0))

    def test_letters_without_a_configuration(self):
        done = subprocess.run([BIN / "waymark-letters", "--state", f"/tmp/waymark-{os.getpid()}-letters"],
                              capture_output=True, text=True, timeout=30, check=False)
        subprocess.run(["rm", "-r", f"/tmp/waymark-{os.getpid()}-letters"], check=True)
        self.assertEqual(done.returncode, 78)
        self.assertIn("--config FILE", done.stderr)


if __name__ == "__main__":
    unittest.main()
