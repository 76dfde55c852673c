"""waymark.py - starts waymarkd in a folder of its own and talks to it, from the specification alone (pyzmq)."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import zmq

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("WAYMARK_BIN", ROOT / "build/release/bin"))
WAIT_MS = 20000  # sanitizers are slow; no test waits for time to pass in the domain


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for sock in sockets:
        sock.bind(("127.0.0.1", 0))
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


CONFIG = """
organisation = "{organisation}";
store = "sqlite:{folder}/waymark.db";
clock = "{clock}";
{start}
policy: {{ calendar = "{root}/config/calendars/england-and-wales.cfg"; teams = "{teams}"; workflows = [ {workflows} ]; }};
endpoints: {{ intake = [ "{intake}" ]; dispatch = [ "{dispatch}" ]; changes = [ "{changes}" ]; control = "{control}"; }};
security: {{ insecure = true; }};
limits: {{ {limits} }};
{extra}
"""


class Daemon:
    """waymarkd on a fresh SQLite store; restarted on the same one after kill()."""

    def __init__(self, clock="manual", start="2025-12-01T00:00:00Z", limits="", extra="", teams=None, workflows=None):
        self.temporary = tempfile.TemporaryDirectory(prefix="waymark-")
        self.folder = pathlib.Path(self.temporary.name)
        intake, dispatch, changes = free_ports(3)
        self.intake = f"tcp://127.0.0.1:{intake}"
        self.dispatch = f"tcp://127.0.0.1:{dispatch}"
        self.changes = f"tcp://127.0.0.1:{changes}"
        self.control = f"ipc://{self.folder}/control"
        self.config = self.folder / "waymark.cfg"
        files = workflows or [ROOT / "config/workflows/complaint.cfg", ROOT / "config/workflows/asb.cfg"]
        self.config.write_text(CONFIG.format(
            organisation="ovh", folder=self.folder, clock=clock, root=ROOT,
            start=f'clock_start = "{start}";' if clock == "manual" else "", intake=self.intake,
            dispatch=self.dispatch, changes=self.changes, control=self.control, limits=limits, extra=extra,
            teams=teams or ROOT / "config/teams.cfg", workflows=", ".join(f'"{name}"' for name in files)))
        self.log = self.folder / "waymarkd.log"
        self.process = None
        self.start()

    def start(self, expect=True):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([BIN / "waymarkd", "--config", self.config],
                                            stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        if expect:
            self.wait_ready()

    def wait_ready(self):
        with Publisher(self) as publisher:
            end = time.monotonic() + WAIT_MS / 1000
            while time.monotonic() < end:
                if self.process.poll() is not None:
                    raise AssertionError(f"waymarkd ended with {self.process.returncode}:\n{self.log.read_text()}")
                publisher.send("PING", b"up")
                if publisher.receive(250):
                    return
                publisher.reconnect()
        raise AssertionError(f"waymarkd does not answer:\n{self.log.read_text()}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Clean stop; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def close(self):
        if self.process.poll() is None:
            self.kill()
        self.temporary.cleanup()

    def ctl(self, *words, check=True):
        done = subprocess.run([BIN / "waymarkctl", "--control", self.control, *words],
                              capture_output=True, text=True, timeout=120, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"waymarkctl {' '.join(map(str, words))}: {done.returncode}\n{done.stdout}{done.stderr}"
                                 f"\n{self.log.read_text()[-3000:]}")
        return done

    def json(self, *words):
        """One document."""
        return json.loads(self.ctl("--json", *words).stdout)

    def lines(self, *words):
        """One object a line."""
        return [json.loads(line) for line in self.ctl("--json", *words).stdout.splitlines()]

    def case(self, ref):
        return self.json("case", "show", ref)

    def clock_of(self, ref, name):
        return next((clock for clock in self.case(ref)["clocks"] if clock["name"] == name), None)

    def history(self, ref):
        return self.lines("case", "history", ref)


class Dealer:
    """A DEALER that speaks WMP/1."""

    def __init__(self, endpoint):
        self.context = zmq.Context.instance()
        self.endpoint = endpoint
        self.socket = None
        self.reconnect()

    def reconnect(self):
        if self.socket is not None:
            self.socket.close(linger=0)
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.connect(self.endpoint)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close(linger=0)

    def send(self, *frames):
        self.raw(b"WMP1", *(frame.encode() if isinstance(frame, str) else frame for frame in frames))

    def raw(self, *frames):
        self.socket.send_multipart(frames)

    def receive(self, timeout_ms=WAIT_MS):
        """The frames behind WMP1, or None."""
        if not self.socket.poll(timeout_ms):
            return None
        frames = self.socket.recv_multipart()
        assert frames[0] == b"WMP1", frames
        return frames[1:]


class Publisher(Dealer):
    def __init__(self, daemon):
        super().__init__(daemon.intake)
        self.token = 0

    def ask(self, event, timeout_ms=WAIT_MS):
        """Sends one event (a dict or bytes) and waits: (verb, detail)."""
        self.token += 1
        token = str(self.token).encode()
        self.send("PUBLISH", token, event if isinstance(event, bytes) else json.dumps(event).encode())
        while (frames := self.receive(timeout_ms)) is not None:
            if frames[0] != b"PONG" and frames[1] in (token, b""):
                return frames[0].decode(), json.loads(frames[2])
        return "SILENCE", None

    def ok(self, event):
        verb, detail = self.ask(event)
        assert verb == "OK", (event, verb, detail)
        return detail

    def reject(self, event, code):
        verb, detail = self.ask(event)
        assert (verb, detail["code"]) == ("REJECT", code), (event, verb, detail)
        assert detail["message"], detail
        return detail


class Worker(Dealer):
    def __init__(self, daemon, topic, credit=10):
        super().__init__(daemon.dispatch)
        self.topic = topic
        self.ready(credit)

    def ready(self, credit):
        self.send("READY", self.topic, str(credit))

    def delivery(self, timeout_ms=WAIT_MS):
        """(delivery-id, topic, attempt, event) or None; answers PING on the way."""
        end = time.monotonic() + timeout_ms / 1000
        while (left := end - time.monotonic()) > 0:
            frames = self.receive(int(left * 1000) + 1)
            if frames is None:
                return None
            if frames[0] == b"PING":
                self.send("PONG")
            elif frames[0] == b"DELIVER":
                return frames[1], frames[2].decode(), int(frames[3]), json.loads(frames[4])
        return None

    def ack(self, delivery):
        self.send("ACK", delivery[0])


COUNTER = iter(range(1, 10**9))


def event(kind, subject, time=None, data=None, **attributes):
    made = {"specversion": "1.0", "id": attributes.pop("id", f"e-{next(COUNTER)}"),
            "source": attributes.pop("source", "/tests"), "type": kind, "subject": subject, "data": data or {}}
    if time is not None:
        made["time"] = time
    made.update(attributes)
    return made


def complaint(subject, time=None, **attributes):
    return event("complaint.received", subject, time, {
        "channel": "phone", "area": "responsive repairs", "customer": {"ref": f"P-{subject}"},
        "points": [{"id": "p1", "text": "The boiler was not mended."}], "consents": {"survey": True}}, **attributes)


class Case(unittest.TestCase):
    """A test with a daemon of its own."""

    options = {}

    def setUp(self):
        self.daemon = Daemon(**self.options)
        self.addCleanup(self.daemon.close)
        self.publisher = Publisher(self.daemon)
        self.addCleanup(self.publisher.__exit__)
