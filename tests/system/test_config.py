"""test_config.py - goal: a bad configuration is told whole, file and line, and never half used. Method: files with known mistakes,
a policy that goes bad while the daemon runs, stores and ports that are taken; exit statuses as interfaces.md has them."""
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

from waymark import BIN, ROOT, WAIT_MS, Case, complaint

TOLD = re.compile(r"^(?:.*/)?([a-z-]+\.cfg):([1-9][0-9]*): \S.*$")


def run(*words, suppressions=None):
    environment = dict(os.environ, LSAN_OPTIONS=f"print_suppressions=0:suppressions={suppressions}") if suppressions else None
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, env=environment)


def waymarkd(*words, suppressions=None):
    return run(BIN / "waymarkd", *words, suppressions=suppressions)


def line_of(path, text):
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)


class Policy(Case):
    """A daemon whose policy files are its own, to be spoilt."""

    def setUp(self):
        super().setUp()
        self.daemon.stop()
        self.policy = self.daemon.folder / "policy"
        shutil.copytree(ROOT / "config", self.policy)
        text = self.daemon.config.read_text().replace(str(ROOT / "config"), str(self.policy))
        self.daemon.config.write_text(text)

    def spoil(self, name, right, wrong):
        """Puts a mistake into a file; returns (file's name, line)."""
        path = (self.daemon.folder if name == "waymark.cfg" else self.policy) / name
        line = line_of(path, right)
        path.write_text(path.read_text().replace(right, wrong, 1))
        return path.name, line

    def told(self, text):
        places = set()
        for line in text.splitlines():
            match = TOLD.match(line)
            self.assertTrue(match, f"no file and line: {line}")
            places.add((match[1], int(match[2])))
        return places

    def check_told(self, mistakes):
        """--check and a start name every mistake, with status 1 and 78; waymarkctl nothing but mistakes, with 1."""
        # libconfig itself forgets the text that it holds when it meets a syntax error.
        leak = self.daemon.folder / "lsan.supp"
        leak.write_text("leak:libconfig\n")
        checked = waymarkd("--check", "--config", self.daemon.config, suppressions=leak)
        started = waymarkd("--config", self.daemon.config, suppressions=leak)
        asked = run(BIN / "waymarkctl", "config", "check", self.daemon.config, suppressions=leak)
        for done, status in ((checked, 1), (started, 78)):
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertLessEqual(set(mistakes), self.told(done.stderr), done.stderr)
        self.assertEqual(asked.returncode, 1, asked.stderr)
        self.assertGreater(len(set(mistakes) & self.told(asked.stdout)), 0, asked.stdout)

    def test_good(self):
        done = waymarkd("--check", "--config", self.daemon.config)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_every_mistake_of_the_policy_at_once(self):
        self.check_told([
            self.spoil("workflows/complaint.cfg", 'event = "complaint.received"', 'event = "complaint.recieved"'),
            self.spoil("workflows/complaint.cfg", 'target = "10 working days"', 'target = "10 wurking days"'),
            self.spoil("workflows/asb.cfg", 'event = "asb.reported"', 'evnt = "asb.reported"'),
            self.spoil("teams.cfg", 'deputy = "s.brook"', 'deputy = "s.brock"'),
            self.spoil("teams.cfg", 'last_resort = "h.oakes"', 'last_resort = "h.aokes"'),
        ])

    def test_every_mistake_of_the_calendars_at_once(self):
        self.check_told([
            self.spoil("calendars/england-and-wales.cfg", '"2026-04-03"', '"2026-04-33"'),
            self.spoil("calendars/england-and-wales.cfg", 'name = "Easter Monday"', 'nmae = "Easter Monday"'),
        ])

    def test_every_mistake_of_the_settings_at_once(self):
        self.check_told([
            self.spoil("waymark.cfg", 'clock = "manual"', 'clok = "manual"'),
            self.spoil("waymark.cfg", "limits: {", "limits: { batch = 0;"),
            self.spoil("waymark.cfg", "insecure = true", 'insecure = "yes"'),
            self.spoil("waymark.cfg", 'intake = [ "tcp://', 'intake = [ "tpc://'),
        ])

    def test_first_syntax_error_of_each_file(self):
        self.check_told([
            self.spoil("workflows/complaint.cfg", 'settle = "30 minutes";', 'settle = = "30 minutes";'),
            self.spoil("workflows/asb.cfg", 'team = "asb";', 'team "asb";'),
            self.spoil("teams.cfg", 'calendar = "service";', 'calendar = "service'),
        ])

    def test_a_file_that_is_not_there(self):
        self.spoil("waymark.cfg", "teams.cfg", "nobody.cfg")
        for words, status in ((["--check"], 1), ([], 78)):
            done = waymarkd(*words, "--config", self.daemon.config)
            self.assertEqual(done.returncode, status)
            self.assertIn("nobody.cfg", done.stderr)
            self.assertIn("No such file", done.stderr)

    def wait_log(self, text):
        end = time.monotonic() + WAIT_MS / 1000
        while text not in self.daemon.log.read_text():
            self.assertLess(time.monotonic(), end, f"not in the log: {text}\n{self.daemon.log.read_text()}")
            time.sleep(0.05)

    def test_reload(self):
        self.daemon.start()
        before = self.daemon.json("status")["policy"]
        good = (self.policy / "workflows/complaint.cfg").read_text()
        name, line = self.spoil("workflows/complaint.cfg", 'target = "5 working days"', 'target = "5 wurking days"')
        self.daemon.process.send_signal(signal.SIGHUP)
        self.wait_log(f"{name}:{line}: ")
        self.wait_log("the old one goes on")
        status = self.daemon.json("status")
        self.assertEqual(status["policy"], before)
        self.assertIn(f"{name}:{line}", str(status["policy_refused"]))
        self.publisher.reconnect()
        self.publisher.ok(complaint("C-1", "2025-12-01T00:00:00Z"))
        self.assertEqual(self.daemon.clock_of("C-1", "acknowledge")["due_day"], "2025-12-08")

        at = good.index("\n  acknowledge = {")
        mended = good[:at] + good[at:].replace('target = "5 working days"', 'target = "4 working days"', 1)
        mended = mended.replace("version = 1;", "version = 2;", 1)
        (self.policy / "workflows/complaint.cfg").write_text(mended)
        self.daemon.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + WAIT_MS / 1000
        while self.daemon.json("status")["policy"] == before and time.monotonic() < end:
            time.sleep(0.05)
        self.assertNotEqual(self.daemon.json("status")["policy"], before)
        self.assertIsNone(self.daemon.json("status")["policy_refused"])
        self.publisher.ok(complaint("C-2", "2025-12-01T00:00:00Z"))
        self.assertEqual(self.daemon.clock_of("C-2", "acknowledge")["due_day"], "2025-12-05")
        self.assertEqual(self.daemon.clock_of("C-1", "acknowledge")["due_day"], "2025-12-08", "a case keeps its version")
        self.assertEqual(self.daemon.ctl("verify").returncode, 0)


class Start(Case):
    def second(self, config):
        """Starts another daemon on this configuration; it must end by itself: (status, what it says)."""
        done = waymarkd("--config", config)
        return done.returncode, done.stdout + done.stderr

    def other(self, **changes):
        """This daemon's configuration with other words in it."""
        text = self.daemon.config.read_text()
        for right, wrong in changes.values():
            self.assertIn(right, text)
            text = text.replace(right, wrong)
        path = self.daemon.folder / "other.cfg"
        path.write_text(text)
        return path

    def elsewhere(self):
        """Another daemon's addresses."""
        return {name: (getattr(self.daemon, name), f"ipc://{self.daemon.folder}/other-{name}")
                for name in ("intake", "dispatch", "changes", "control")}

    def test_second_daemon_on_the_same_store(self):
        status, said = self.second(self.other(**self.elsewhere()))
        self.assertEqual(status, 1, said)
        self.assertIn("waymark.db", said)
        self.publisher.ok(complaint("C-1"))

    def test_port_in_use(self):
        other = self.elsewhere()
        del other["intake"]
        status, said = self.second(self.other(**other, store=("/waymark.db", "/other.db")))
        self.assertEqual(status, 1, said)
        self.assertIn(self.daemon.intake, said)
        self.publisher.ok(complaint("C-1"))

    def test_store_of_a_newer_version(self):
        self.assertEqual(self.daemon.stop(), 0)
        store = sqlite3.connect(self.daemon.folder / "waymark.db")
        version = store.execute("pragma user_version").fetchone()[0]
        store.execute(f"pragma user_version = {version + 1}")
        store.commit()
        store.close()
        status, said = self.second(self.daemon.config)
        self.assertEqual(status, 1, said)
        self.assertIn("newer Waymark", said)
        store = sqlite3.connect(self.daemon.folder / "waymark.db")
        store.execute(f"pragma user_version = {version}")
        store.commit()
        store.close()
        self.daemon.start()

    def test_no_store_of_ours(self):
        self.assertEqual(self.daemon.stop(), 0)
        (self.daemon.folder / "waymark.db").write_bytes(b"this is a letter to the editor\n" * 400)
        for left in ("waymark.db-wal", "waymark.db-shm"):
            (self.daemon.folder / left).unlink(missing_ok=True)
        status, said = self.second(self.daemon.config)
        self.assertEqual(status, 1, said)
        self.assertIn("waymark.db", said)

    def test_state_folder_that_cannot_be_written(self):
        for folder in ("/proc/waymark", "/nowhere/at/all"):
            status, said = self.second(self.other(**self.elsewhere(), store=(f"{self.daemon.folder}/waymark.db", f"{folder}/w.db")))
            self.assertEqual(status, 1, said)
            self.assertIn(folder, said)

    def test_stop_on_request(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            self.daemon.process.send_signal(number)
            self.assertEqual(self.daemon.process.wait(timeout=30), 0)
            self.daemon.start()


class CommandLine(unittest.TestCase):
    def test_usage(self):
        for words in ([], ["--config"], ["--nonsense"], ["--config", "x", "word"]):
            done = waymarkd(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertIn("usage: waymarkd", done.stderr)
        for word in ("--help", "--version"):
            self.assertEqual(waymarkd(word).returncode, 0)

    def test_config_that_is_not_there(self):
        done = waymarkd("--config", f"/nowhere/{os.getpid()}.cfg")
        self.assertEqual(done.returncode, 78)
        self.assertIn("No such file", done.stderr)

    def test_shipped_configurations(self):
        for name in ("waymark.cfg", "rehearsal.cfg"):
            done = waymarkd("--check", "--config", ROOT / "config" / name)
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
