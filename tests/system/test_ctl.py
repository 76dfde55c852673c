"""test_ctl.py - goal: waymarkctl as scripts rely on it (interfaces.md): exit statuses, help, the fields of every list, what needs
no daemon. Method: every command against a daemon with a case or two, and against none."""
import concurrent.futures
import json
import subprocess
import unittest

from waymark import BIN, ROOT, Case, Worker, complaint, event

CALENDAR = ROOT / "config/calendars/england-and-wales.cfg"
WORKFLOWS = [ROOT / "config/workflows/complaint.cfg", ROOT / "config/workflows/asb.cfg"]
CONFIG = ROOT / "config/waymark.cfg"
NOBODY = "ipc:///tmp/waymark-nobody-is-there/control"

# What asks a daemon, with words that make sense
ASKING = [["status"], ["stuck"], ["case", "show", "C-1"], ["case", "history", "C-1"], ["case", "list"], ["case", "explain", "C-1", "respond"],
          ["case", "why", "C-1", "respond"], ["case", "assign", "C-1", "s.brook", "--why", "x"], ["journeys"], ["officer", "list"],
          ["officer", "show", "s.brook"], ["outbox", "list"], ["dead-letters", "list"], ["dead-letters", "show", "x"],
          ["dead-letters", "retry", "x"], ["dead-letters", "drop", "x"], ["clock", "show"], ["clock", "set", "2026-01-01T00:00:00Z"],
          ["clock", "advance", "1 day"], ["clock", "follow"], ["workflow", "list"], ["verify"], ["reload"]]
LOCAL = [["publish"], ["event", "list"], ["event", "show"], ["workflow", "check"], ["workflow", "graph"], ["simulate"], ["config", "check"],
         ["calendar", "add"], ["calendar", "show"]]
SENSELESS = [[], ["nonsense"], ["case"], ["case", "nonsense"], ["case", "show"], ["case", "show", "A", "B"], ["case", "list", "--nonsense"],
             ["case", "list", "--state"], ["case", "assign", "C-1", "s.brook"], ["case", "list", "--sample", "many"], ["clock", "set"],
             ["clock", "set", "tomorrow"], ["clock", "advance", "5 moons"],
             ["calendar", "add", "--kind", "nonsense", "2026-01-01T00:00:00Z", "1 day"], ["calendar", "show", "MMXXVI"], ["event", "show"],
             ["workflow", "check"], ["--nonsense", "status"], ["--control"], ["status", "--officer", "x"]]

CASE = {"ref", "workflow", "version", "state", "officer", "opened", "closed", "seq", "attributes", "clocks", "items", "aliases"}
CLOCK = {"name", "run", "status", "started", "due", "due_day", "stopped", "extended", "remaining", "touchpoint"}
ROW = {"seq", "id", "source", "type", "occurred", "recorded", "from", "to", "officer", "actor", "outcome", "violations", "effects"}
LISTED = {"ref", "workflow", "state", "officer", "opened", "closed", "next_due", "next_clock"}
STATUS = {"version", "organisation", "store", "clock", "uptime_s", "open_cases", "in_flight", "outbox", "dead_letters", "counters"}
COUNTERS = {"applied", "duplicate", "rejected", "retried", "wakes", "delivered"}
MESSAGE = {"id", "topic", "ref", "type", "state", "made", "not_before", "attempts", "reason"}


def ctl(*words, given=None):
    return subprocess.run([BIN / "waymarkctl", *words], capture_output=True, text=True, timeout=60, check=False, input=given)


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


class NoDaemon(unittest.TestCase):
    def test_status_3(self):
        # Side by side: each waits for an answer for a while.
        with concurrent.futures.ThreadPoolExecutor(len(ASKING)) as pool:
            answers = list(pool.map(lambda words: (words, ctl("--control", NOBODY, *words)), ASKING))
        for words, done in answers:
            self.assertEqual((done.returncode, done.stdout), (3, ""), words)
            self.assertIn(NOBODY, done.stderr, words)

    def test_status_2(self):
        for words in SENSELESS:
            done = ctl(*(["--control", NOBODY] if "--control" not in words else []), *words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), (words, done.stderr))
            self.assertTrue(done.stderr.startswith("waymarkctl: ") or "sage: waymarkctl" in done.stderr, (words, done.stderr))

    def test_help_of_every_command(self):
        listed = [line[2:24].strip() for line in ctl("--help").stdout.splitlines() if line.startswith("  ") and line[2:3].isalpha()]
        named = {" ".join(words[:2] if words[0] in ("case", "officer", "outbox", "dead-letters", "clock", "workflow") else words[:1])
                 for words in ASKING} | {" ".join(words) for words in LOCAL}
        self.assertEqual(set(listed), named)
        for command in listed:
            done = ctl(*command.split(), "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), command)
            self.assertTrue(done.stdout.startswith(f"Usage: waymarkctl {command}"), command)

    def test_calendar_add_from_standard_input(self):
        given = ("2025-12-19T15:30:00Z 5 working days\nnonsense\n2026-03-28T12:00:00Z 24 hours\n2025-12-19 5 wurking days\n"
                 "2025-02-30T00:00:00Z 1 day\n2025-12-19T15:30:00 1 day\n2026-01-01T09:00:00+00:00 30 days\n")
        done = ctl("calendar", "add", "--calendar", CALENDAR, given=given)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.splitlines(), ["2025-12-31T00:00:00Z", "2026-03-29T12:00:00Z", "2026-02-01T00:00:00Z"])
        named = done.stderr.splitlines()
        for line, number in zip(named, (2, 4, 5, 6), strict=True):
            self.assertIn(f"line {number}: ", line)
        done = ctl("calendar", "add", "--calendar", CALENDAR, given=given.splitlines()[0])
        self.assertEqual((done.returncode, done.stdout), (0, "2025-12-31T00:00:00Z\n"))

    def test_calendar_add_by_words(self):
        add = lambda *words: ctl("calendar", "add", "--calendar", CALENDAR, *words)
        self.assertEqual(add("2026-04-02T15:30:00+01:00", "5 working days").stdout, "2026-04-13T23:00:00Z\n")
        self.assertEqual(add("2026-04-02", "5 working days").stdout, "2026-04-13T23:00:00Z\n")
        told = json.loads(ctl("--json", "calendar", "add", "--calendar", CALENDAR, "2026-04-02", "5 working days").stdout)
        self.assertEqual((told["due"], told["due_day"]), ("2026-04-13T23:00:00Z", "2026-04-13"))
        self.assertEqual(add("nonsense", "5 working days").returncode, 1)
        self.assertEqual(add("--kind", "service", "2025-12-23T10:00:00Z", "1 working day").returncode, 0)

    def test_calendar_show(self):
        days = {(row["calendar"], row["day"]) for row in lines(ctl("--json", "calendar", "show", "--calendar", CALENDAR, "2026"))}
        for day in ("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28"):
            self.assertLessEqual({("statutory", day), ("service", day)}, days)
        self.assertEqual(sum(name == "statutory" for name, _ in days), 8)

    def test_workflow_check(self):
        self.assertEqual(ctl("workflow", "check", "--config", CONFIG, *WORKFLOWS).returncode, 0)
        self.assertEqual(ctl("--json", "workflow", "check", "--config", CONFIG, *WORKFLOWS).stdout, "")
        done = ctl("--json", "workflow", "check", "--config", CONFIG, CALENDAR, WORKFLOWS[0])
        self.assertEqual(done.returncode, 1)
        for finding in lines(done):
            self.assertEqual(set(finding), {"file", "line", "level", "text"})
            self.assertEqual(finding["file"], str(CALENDAR))
            self.assertTrue(finding["text"])

    def test_workflow_graph(self):
        for workflow in WORKFLOWS:
            done = ctl("workflow", "graph", "--config", CONFIG, workflow)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            drawn = subprocess.run(["dot", "-Tsvg"], input=done.stdout, capture_output=True, text=True, timeout=60, check=True).stdout
            for state in ("reported", "closed") if workflow.name == "asb.cfg" else ("received", "investigating", "s2_responded", "closed"):
                self.assertIn(state.replace("_", "-"), drawn.replace("&#45;", "-"))

    def test_event_list_and_show(self):
        listed = lines(ctl("--json", "event", "list", "--config", CONFIG))
        files = {path.stem for path in (ROOT / "proto/schemas").glob("*.json") if not path.stem.startswith("waymark.")}
        self.assertEqual({row["type"] for row in listed}, files)
        for row in listed[::20]:
            self.assertEqual(set(row), {"type", "kind", "subject", "title"})
            shown = json.loads(ctl("--json", "event", "show", "--config", CONFIG, row["type"]).stdout)
            self.assertLessEqual({"type", "kind", "subject", "title", "time", "fields"}, set(shown), row)
            self.assertTrue(all({"name", "type", "required", "description"} <= set(field) for field in shown["fields"]))
        self.assertEqual(ctl("event", "show", "--config", CONFIG, "no.such").returncode, 1)


class WithDaemon(Case):
    options = {"start": "2025-12-01T09:00:00Z", "limits": "max_attempts = 1; retry_ms = 50;"}

    def setUp(self):
        super().setUp()
        for ref in ("C-1", "C-2"):
            self.publisher.ok(complaint(ref))
        self.publisher.ok(event("asb.reported", "A-1", data={"channel": "phone", "category": "noise"}))
        self.publisher.ok(event("contact.made", "C-1", data={"method": "phone", "by": "s.brook"}))
        self.publisher.reject(event("complaint.closed", "C-1", data={"outcome": "upheld", "lesson": "none", "why": "x"}), "not-allowed-now")

    def test_case(self):
        shown = self.daemon.case("C-1")
        self.assertLessEqual(CASE, set(shown))
        self.assertTrue(all(CLOCK <= set(clock) for clock in shown["clocks"]))
        rows = self.daemon.history("C-1")
        self.assertTrue(rows and all(ROW <= set(row) for row in rows))
        refused = self.daemon.lines("case", "history", "C-1", "--refused")
        self.assertEqual([(row["type"], row["code"]) for row in refused], [("complaint.closed", "not-allowed-now")])
        for words in (["case", "explain", "C-1", "respond"], ["case", "explain", "C-1", "officer"], ["case", "why", "C-1", "acknowledge"]):
            done = self.daemon.ctl(*words, check=False)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertTrue(done.stdout or done.stderr)
        self.assertEqual(self.daemon.ctl("case", "show", "C-404", check=False).returncode, 1)

    def test_case_list(self):
        every = self.daemon.lines("case", "list")
        self.assertEqual([row["ref"] for row in every], ["A-1", "C-1", "C-2"])
        self.assertTrue(all(LISTED <= set(row) for row in every))
        refs = lambda *words: [row["ref"] for row in self.daemon.lines("case", "list", *words)]
        officer = every[1]["officer"]
        self.assertEqual(refs("--workflow", "asb"), ["A-1"])
        self.assertEqual(refs("--state", "received"), ["C-2"])
        self.assertEqual(refs("--officer", officer), [row["ref"] for row in every if row["officer"] == officer])
        self.assertEqual(refs("--customer", "P-C-2"), ["C-2"])
        self.assertEqual((refs("--unassigned"), refs("--breached"), refs("--overdue")), ([], [], []))
        self.assertEqual(len(refs("--sample", "2", "--seed", "7")), 2)
        self.assertEqual(refs("--sample", "2", "--seed", "7"), refs("--sample", "2", "--seed", "7"))
        self.daemon.ctl("clock", "advance", "9 days")
        self.assertEqual(refs("--breached", "--workflow", "complaint"), ["C-1", "C-2"])
        self.assertIn("C-2", refs("--quiet-for", "5 days"))
        self.assertEqual(refs("--quiet-for", "50 days"), [])
        self.assertIn("C-1", refs("--due-within", "30 days"))

    def test_status(self):
        status = self.daemon.json("status")
        self.assertLessEqual(STATUS, set(status))
        self.assertLessEqual(COUNTERS, set(status["counters"]))
        self.assertEqual((status["organisation"], status["open_cases"], status["counters"]["rejected"]), ("ovh", 3, 1))
        self.assertEqual(status["outbox"]["letters"], 3)
        self.assertEqual(self.daemon.json("clock", "show")["now"], "2025-12-01T09:00:00Z")

    def test_people_and_workflows(self):
        officers = self.daemon.lines("officer", "list")
        self.assertGreaterEqual(len(officers), 12)
        self.assertTrue(all({"id", "name", "teams", "open", "max_open", "away", "leave"} <= set(row) for row in officers))
        self.assertEqual(self.daemon.json("officer", "show", "s.brook")["id"], "s.brook")
        self.assertEqual(self.daemon.ctl("officer", "show", "nobody", check=False).returncode, 1)
        self.assertEqual({row["name"] for row in self.daemon.lines("workflow", "list")}, {"complaint", "asb"})

    def test_assign(self):
        done = self.daemon.ctl("case", "assign", "C-1", "n.farrow", "--why", "She knows the family")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.daemon.case("C-1")["officer"], "n.farrow")
        self.assertEqual(self.daemon.ctl("case", "assign", "C-1", "nobody", "--why", "x", check=False).returncode, 1)
        self.assertIn("She knows the family", self.daemon.ctl("case", "explain", "C-1", "officer").stdout)

    def test_messages(self):
        waiting = self.daemon.lines("outbox", "list")
        self.assertTrue(waiting and all(MESSAGE <= set(row) for row in waiting))
        self.assertEqual({row["topic"] for row in self.daemon.lines("outbox", "list", "--topic", "letters")}, {"letters"})
        with Worker(self.daemon, "letters", credit=1) as worker:
            delivery = worker.delivery()
            worker.send("REFUSE", delivery[0], "no such letter")
            self.assertIsNotNone(worker.delivery())
        dead = self.daemon.lines("dead-letters", "list")
        self.assertEqual([(row["topic"], row["reason"]) for row in dead], [("letters", "no such letter")])
        self.assertTrue(all(MESSAGE <= set(row) for row in dead))
        number = dead[0]["id"]
        self.assertEqual(self.daemon.json("dead-letters", "show", number)["id"], number)
        stuck = self.daemon.ctl("--json", "stuck", check=False)
        self.assertEqual(stuck.returncode, 1)
        self.assertTrue(all({"what", "text", "command"} <= set(row) for row in lines(stuck)))
        self.assertEqual(self.daemon.ctl("dead-letters", "retry", number).returncode, 0)
        self.assertEqual(self.daemon.lines("dead-letters", "list"), [])

    def test_publish_one(self):
        done = self.daemon.ctl("publish", "--intake", self.daemon.intake, "--config", self.daemon.config, "--type", "contact.made", "--subject", "C-2",
                               "--actor", "s.brook", "method=phone", "by=s.brook", "conversation=true")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.daemon.history("C-2")[-1]["actor"], "s.brook")
        for words in (["by=s.brook"], ["method=phone", "by=s.brook", "conversation=perhaps"]):
            done = self.daemon.ctl("publish", "--intake", self.daemon.intake, "--type", "contact.made", "--subject", "C-2", *words, check=False)
            self.assertIn(done.returncode, (1, 2), words)
        self.assertEqual(self.daemon.history("C-2")[-1]["seq"], 2)

    def test_reload_verify_journeys(self):
        self.assertTrue(self.daemon.json("reload")["policy"])
        self.assertEqual(self.daemon.lines("verify"), [{"cases": 3, "differences": 0}])
        self.assertEqual(self.daemon.ctl("verify", "C-404", check=False).returncode, 1)
        told = self.daemon.lines("journeys", "C-1")
        self.assertEqual([journey["ref"] for journey in told], ["C-1"])
        self.assertLessEqual({"ref", "workflow", "state", "officer", "moments", "promises"}, set(told[0]))


if __name__ == "__main__":
    unittest.main()
