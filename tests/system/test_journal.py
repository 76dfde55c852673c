"""test_journal.py - goal: the journal tells the story of a case in fields, with nothing of a person in it, and never holds the daemon up.
Method: a journal played by the test, bound over the real one's socket in a mount namespace of its own."""
import ctypes
import os
import pathlib
import re
import socket
import struct
import threading
import time
import unittest

import waymark
from waymark import WAIT_MS, Daemon, Publisher, complaint, event

CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 0x40000
JOURNAL = pathlib.Path("/run/systemd/journal/socket")
FIELDS = {"MESSAGE", "PRIORITY", "MESSAGE_ID", "SYSLOG_IDENTIFIER", "WAYMARK_CASE", "WAYMARK_EVENT_ID", "WAYMARK_EVENT_TYPE",
          "WAYMARK_ACTOR", "WAYMARK_STATE_FROM", "WAYMARK_STATE_TO", "WAYMARK_CLOCK", "WAYMARK_OFFICER"}

# Of a person, or written by one: none of it may be in any line.
PERSONAL = ["Clementine", "Wobblecombe", "01632 960199", "clementine@example.org", "7 Quince Row", "rats in the loft", "not before noon",
            "hearing loop", "spoke of her late husband", "sorry about the rats", "brother Osbert", "a free week's rent", "ring after tea"]


def own_mounts():
    """/run of this process is its own from here on, so that a test's journal is nobody else's."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0 or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0 \
            or libc.mount(b"waymark", b"/run", b"tmpfs", 0, b"mode=755") != 0:
        raise OSError(ctypes.get_errno(), "a mount namespace of its own is needed (root)")


def entry_of(datagram):
    """The fields of one entry of the native protocol: NAME=value, or NAME, a length and bytes."""
    fields, rest = {}, datagram
    while rest:
        line, _, after = rest.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            size = struct.unpack("<Q", after[:8])[0]
            value, after = after[8:8 + size], after[8 + size + 1:]
        assert name.decode() not in fields, datagram
        fields[name.decode()] = value.decode()
        rest = after
    return fields


class Journal:
    """Reads what is sent to it; pause() leaves it standing with a full socket."""

    def __init__(self):
        JOURNAL.parent.mkdir(parents=True, exist_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(JOURNAL))
        self.socket.settimeout(0.05)
        self.datagrams = []
        self.reading = threading.Event()
        self.reading.set()
        self.over = False
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        while not self.over:
            self.reading.wait()
            try:
                self.datagrams.append(self.socket.recv(1 << 20))
            except TimeoutError:
                pass

    def close(self):
        self.over = True
        self.reading.set()
        self.thread.join()
        self.socket.close()
        JOURNAL.unlink()

    def entries(self):
        return [entry_of(datagram) for datagram in list(self.datagrams)]

    def wait(self, **fields):
        """The first entry with these fields."""
        end = time.monotonic() + WAIT_MS / 1000
        while time.monotonic() < end:
            for entry in self.entries():
                if all(entry.get(name) == value for name, value in fields.items()):
                    return entry
            time.sleep(0.05)
        raise AssertionError(f"no entry {fields} among\n" + "\n".join(map(str, self.entries()[-40:])))


class ServedDaemon(Daemon):
    """Started as systemd would: standard error is the journal's stream, and JOURNAL_STREAM says so."""

    def start(self, expect=True):
        about = os.stat(self.log) if self.log.exists() else (self.log.touch(), os.stat(self.log))[1]
        os.environ["JOURNAL_STREAM"] = f"{about.st_dev}:{about.st_ino}"
        super().start(expect)


def opening(ref):
    made = complaint(ref)
    made["data"].update({
        "customer": {"ref": f"P-{ref}", "name": "Clementine Wobblecombe", "phone": "01632 960199", "email": "clementine@example.org",
                     "address": "7 Quince Row"},
        "points": [{"id": "p1", "text": "There are rats in the loft"}], "desired_outcome": "a free week's rent",
        "contact": {"method": "phone", "availability": "not before noon"}, "adjustments": ["hearing loop"],
        "representative": "brother Osbert"})
    return made


class Fields(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        own_mounts()

    def setUp(self):
        self.journal = Journal()
        self.addCleanup(self.journal.close)
        self.daemon = ServedDaemon(start="2025-12-01T09:00:00Z")
        self.addCleanup(self.daemon.close)
        self.publisher = Publisher(self.daemon)
        self.addCleanup(self.publisher.__exit__)

    def test_story_of_a_case(self):
        officer = self.story("C-1")
        journal = self.journal
        opened = journal.wait(WAYMARK_CASE="C-1", WAYMARK_EVENT_TYPE="complaint.received")
        self.assertEqual((opened["WAYMARK_EVENT_ID"], opened["WAYMARK_STATE_TO"], opened["WAYMARK_OFFICER"]), ("open-1", "received", officer))
        moved = journal.wait(WAYMARK_CASE="C-1", WAYMARK_EVENT_TYPE="letter.sent")
        self.assertEqual((moved["WAYMARK_STATE_FROM"], moved["WAYMARK_STATE_TO"]), ("received", "investigating"))
        rung = journal.wait(WAYMARK_CASE="C-1", WAYMARK_EVENT_TYPE="contact.made")
        self.assertEqual(rung["WAYMARK_ACTOR"], "s.brook")
        breached = journal.wait(WAYMARK_CASE="C-1", WAYMARK_EVENT_TYPE="waymark.clock.breached", WAYMARK_CLOCK="respond")
        self.assertEqual((breached["PRIORITY"], breached["WAYMARK_OFFICER"]), ("4", officer))
        warned = journal.wait(WAYMARK_CASE="C-1", WAYMARK_EVENT_TYPE="waymark.clock.warned", WAYMARK_CLOCK="respond")
        self.assertEqual(warned["PRIORITY"], "5")
        self.assertNotEqual(warned["MESSAGE_ID"], breached["MESSAGE_ID"])
        journal.wait(WAYMARK_EVENT_ID="refused-1")
        self.check_form()
        self.check_nothing_personal()

    def story(self, ref):
        """A case with its first contact, a refusal, a broken promise; returns its officer."""
        ok = self.publisher.ok
        made = opening(ref)
        made["id"] = "open-1"
        ok(made)
        ok(event("letter.sent", ref, data={"letter": "acknowledgement", "letter_id": "a", "channel": "email", "proof": "smtp:1"}))
        ok(event("contact.made", ref, data={"method": "phone", "by": "s.brook", "conversation": True}, wmactor="s.brook"))
        ok(event("note.added", ref, data={"text_ref": "notes/1", "text": "She spoke of her late husband"}))
        ok(event("customer.changed", f"P-{ref}", data={"contact": {"availability": "ring after tea"}}))
        refused = event("complaint.closed", ref, id="refused-1", data={"outcome": "upheld", "lesson": "none", "why": "We are sorry about the rats"})
        self.assertEqual(self.publisher.ask(refused)[0], "REJECT")
        self.daemon.ctl("clock", "advance", "40 days")
        self.daemon.ctl("case", "show", ref)
        return self.daemon.case(ref)["officer"]

    def check_form(self):
        for entry in self.journal.entries():
            self.assertLessEqual({"MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER"}, set(entry), entry)
            self.assertLessEqual(set(entry) - {"CODE_FILE", "CODE_LINE", "CODE_FUNC"}, FIELDS, entry)
            self.assertRegex(entry["PRIORITY"], "^[3-7]$")
            self.assertRegex(entry["MESSAGE_ID"], "^[0-9a-f]{32}$")
            self.assertEqual(entry["SYSLOG_IDENTIFIER"], "waymarkd")
        kinds = {}
        for entry in self.journal.entries():
            if entry.get("WAYMARK_EVENT_TYPE", "").startswith("waymark.clock."):
                kinds.setdefault(entry["WAYMARK_EVENT_TYPE"], set()).add(entry["MESSAGE_ID"])
        self.assertTrue(all(len(ids) == 1 for ids in kinds.values()), kinds)
        self.assertEqual(self.daemon.log.read_bytes(), b"", "what goes to the journal goes nowhere else")

    def check_nothing_personal(self):
        everything = b"\n".join(self.journal.datagrams)
        for text in PERSONAL:
            self.assertIsNone(re.search(re.escape(text.encode()), everything, re.IGNORECASE), text)

    def test_no_text_from_outside_makes_a_field_or_a_line(self):
        # Control characters are refused in an id; the sentence that says so, and what else is quoted, stays one line.
        self.publisher.ok(complaint("C-1"))
        for spoilt in ({"id": "a\nPRIORITY=0\n"}, {"wmactor": "x\nWAYMARK_CASE=C-9"}, {"source": "/a\nWAYMARK_CASE=C-9"},
                       {"type": "note.added\nWAYMARK_CASE=C-9"}, {"subject": "C-1\nWAYMARK_CASE=C-9"}):
            self.assertIn(self.publisher.ask(event("note.added", "C-1") | spoilt)[0], ("OK", "REJECT"))
        self.publisher.ok(event("note.added", "C-1", id="the-last", data={"text_ref": "n\nWAYMARK_CASE=C-9"}))
        self.journal.wait(WAYMARK_EVENT_ID="the-last")
        self.check_form()
        self.assertEqual([entry for entry in self.journal.entries() if entry.get("WAYMARK_CASE") == "C-9"], [])

    def test_a_journal_that_stands_still(self):
        """Its queue is bounded: events are answered all the same, and what could not be told is counted."""
        self.journal.reading.clear()
        time.sleep(0.2)
        self.publisher.ok(opening("C-1"))
        for number in range(400):
            self.publisher.send("PUBLISH", str(number), waymark.json.dumps(event("history.opened", "C-1", data={"by": "s.brook"})))
        for _ in range(400):
            frames = self.publisher.receive()
            self.assertIsNotNone(frames, "the daemon waits for the journal")
            self.assertEqual(frames[0], b"OK", frames)
        self.flood_until_dropped()
        self.journal.reading.set()
        self.journal.wait(MESSAGE_ID="dbb71c74c7934598b6bd595eb5ae40da")
        self.assertEqual(self.daemon.stop(), 0)

    def flood_until_dropped(self):
        end = time.monotonic() + WAIT_MS / 1000
        number = 1000
        while self.daemon.json("status")["counters"]["log_lines_lost"] == 0:
            self.assertLess(time.monotonic(), end, "nothing was dropped")
            for _ in range(1500):
                number += 1
                self.publisher.send("PUBLISH", str(number), waymark.json.dumps(event("history.opened", "C-1", data={"by": "s.brook"})))
            for _ in range(1500):
                frames = self.publisher.receive()
                self.assertIn(frames[0], (b"OK", b"RETRY"), frames)

    def test_without_the_stream_it_writes_lines(self):
        os.environ["JOURNAL_STREAM"] = "1:2"
        other = Daemon(start="2025-12-01T09:00:00Z")
        self.addCleanup(other.close)
        before = len(self.journal.datagrams)
        with Publisher(other) as publisher:
            publisher.ok(opening("C-7"))
        self.assertEqual(other.stop(), 0)
        self.assertIn("C-7", other.log.read_text())
        self.assertEqual(len(self.journal.datagrams), before)


if __name__ == "__main__":
    unittest.main()
