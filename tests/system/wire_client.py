#!/usr/bin/python3
"""wire_client.py - a client of waymarkd in another language, written from proto/README.md alone.

    wire_client.py publish ENDPOINT [FILE]           events, one a line; prints each final answer
    wire_client.py work ENDPOINT TOPIC... [--count N] [--seconds S] [--result INTAKE TYPE]
    wire_client.py vectors ENDPOINT FILE             replays intake.json
    wire_client.py nonsense ENDPOINT [--dispatch]    bytes that are no ZMTP; then a PING

CURVE: --server-key FILE --key FILE (certificates as `waymarkctl keys new` writes them, or Z85 text in
the environment variables WM_SERVER_KEY, WM_PUBLIC_KEY, WM_SECRET_KEY). Exit status 0 if all went well, 1
if something was refused or differed, 3 if nobody answered.
"""

import argparse
import collections
import json
import os
import socket as sockets
import sys
import time
import uuid
import zlib

import zmq
import zmq.auth

PROTOCOL = b"WMP1"


class Silence(Exception):
    """Nobody answered in time."""


def connect(context, endpoint, kind=zmq.DEALER):
    """A socket with bounds; CURVE if the environment has keys."""
    socket = context.socket(kind)
    socket.linger = 1000
    socket.sndhwm = socket.rcvhwm = 2000
    socket.maxmsgsize = 1024 * 1024
    socket.handshake_ivl = 5000
    if os.environ.get("WM_SERVER_KEY"):
        socket.curve_serverkey = os.environ["WM_SERVER_KEY"].encode()
        socket.curve_publickey = os.environ["WM_PUBLIC_KEY"].encode()
        socket.curve_secretkey = os.environ["WM_SECRET_KEY"].encode()
    socket.connect(endpoint)
    return socket


def receive(socket, timeout_s):
    """The frames of the next message, or None."""
    if socket.poll(max(0, int(timeout_s * 1000))):
        return socket.recv_multipart()
    return None


class Publisher:
    """Events by a window, one unanswered per case, RETRY and silence included."""

    def __init__(self, endpoint, window=256, timeout_s=10):
        self.context = zmq.Context.instance()
        self.endpoint, self.window, self.timeout_s = endpoint, window, timeout_s
        self.cases = collections.OrderedDict()  # subject -> queue of [bytes, tag]; the first is under way
        self.under_way = collections.OrderedDict()  # token -> (subject, when it was sent)
        self.resting = []  # (due, subject)
        self.pending = self.tokens = self.retries = self.reconnects = 0
        self.socket = None
        self.open()

    def open(self):
        if self.socket is not None:
            self.socket.close(0)
            self.reconnects += 1
        self.socket = connect(self.context, self.endpoint)
        self.socket.send_multipart([PROTOCOL, b"PING", b"hello"])
        self.heard, self.pinged = time.monotonic(), True
        again = [subject for subject, _ in self.under_way.values()]
        self.under_way.clear()
        for subject in again:
            self.transmit(subject)

    def transmit(self, subject):
        self.tokens += 1
        token = b"%d" % self.tokens
        self.under_way[token] = subject, time.monotonic()
        self.socket.send_multipart([PROTOCOL, b"PUBLISH", token, self.cases[subject][0][0]])

    def send(self, event, tag=None):
        """False if the window is full."""
        if self.pending >= self.window:
            return False
        subject = json.loads(event)["subject"]
        if not self.under_way:
            self.heard, self.pinged = time.monotonic(), False
        self.pending += 1
        queue = self.cases.setdefault(subject, collections.deque())
        queue.append((event, tag))
        if len(queue) == 1:
            self.transmit(subject)
        return True

    def tend(self):
        now = time.monotonic()
        for due, subject in [rest for rest in self.resting if rest[0] <= now]:
            self.resting.remove((due, subject))
            self.transmit(subject)
        if not self.under_way:
            return
        silent = now - self.heard
        _, oldest = next(iter(self.under_way.values()))
        if silent > self.timeout_s or now - oldest > 2 * self.timeout_s:
            self.open()
        elif silent > self.timeout_s / 2 and not self.pinged:
            self.socket.send_multipart([PROTOCOL, b"PING", b"there?"])
            self.pinged = True

    def poll(self, timeout_s):
        """The next final answer as (verb, detail, tag), or None."""
        until = time.monotonic() + timeout_s
        while True:
            frames = receive(self.socket, min(0.05, until - time.monotonic()))
            if frames is not None and frames[0] == PROTOCOL:
                self.heard, self.pinged = time.monotonic(), False
                answer = self.take(frames)
                if answer is not None:
                    return answer
            self.tend()
            if time.monotonic() >= until:
                return None

    def take(self, frames):
        verb = frames[1].decode()
        if verb not in ("OK", "REJECT", "RETRY") or frames[2] not in self.under_way:
            return None
        subject, _ = self.under_way.pop(frames[2])
        detail = json.loads(frames[3])
        if verb == "RETRY":
            self.retries += 1
            wait = detail.get("retry_after_ms", 1000) / 1000
            self.resting.append((time.monotonic() + wait, subject))
            return None
        queue = self.cases[subject]
        _, tag = queue.popleft()
        self.pending -= 1
        if queue:
            self.transmit(subject)
        else:
            del self.cases[subject]
        return verb, detail, tag


class Worker:
    """Deliveries of some topics; PING, silence and reconnects included."""

    def __init__(self, endpoint, topics, credit=16, timeout_s=15):
        self.context = zmq.Context.instance()
        self.endpoint, self.topics, self.credit, self.timeout_s = endpoint, topics, credit, timeout_s
        self.socket = None
        self.open()

    def open(self):
        if self.socket is not None:
            self.socket.close(0)
        self.socket = connect(self.context, self.endpoint)
        self.heard = time.monotonic()
        self.greet(b"PING")

    def greet(self, verb):
        self.socket.send_multipart([PROTOCOL, verb])
        for topic in self.topics:
            self.socket.send_multipart([PROTOCOL, b"READY", topic.encode(), b"%d" % self.credit])

    def receive(self, timeout_s):
        """The next delivery as (delivery-id, topic, attempt, event), or None."""
        until = time.monotonic() + timeout_s
        while True:
            frames = receive(self.socket, min(0.5, until - time.monotonic()))
            if frames is not None and frames[0] == PROTOCOL:
                self.heard = time.monotonic()
                if frames[1] == b"DELIVER":
                    delivery, topic, attempt, event = frames[2:]
                    return delivery, topic.decode(), int(attempt), json.loads(event)
                if frames[1] == b"PING":
                    self.greet(b"PONG")
            if time.monotonic() - self.heard > self.timeout_s:
                self.open()
            if time.monotonic() >= until:
                return None

    def answer(self, verb, delivery, *rest):
        self.socket.send_multipart([PROTOCOL, verb.encode(), delivery, *rest])

    def close(self):
        self.socket.send_multipart([PROTOCOL, b"BYE"])
        self.socket.close(1000)


def publish(endpoint, lines, timeout_s=60):
    """Publishes all lines; yields (line number, verb, detail) as they are answered."""
    publisher = Publisher(endpoint)
    waiting, number, last = list(enumerate(lines, 1)), 0, time.monotonic()
    waiting.reverse()
    while waiting or publisher.pending:
        while waiting and publisher.send(waiting[-1][1], waiting[-1][0]):
            waiting.pop()
        answer = publisher.poll(1)
        if answer is not None:
            last = time.monotonic()
            yield answer[2], answer[0], answer[1]
        elif time.monotonic() - last > timeout_s:
            raise Silence(f"nothing was answered for {timeout_s} s")


def run_publish(arguments):
    source = open(arguments.file, "rb") if arguments.file else sys.stdin.buffer
    lines = [line.strip() for line in source if line.strip()]
    refused = 0
    for number, verb, detail in publish(arguments.endpoint, lines):
        print(number, verb, json.dumps(detail), flush=True)
        refused += verb == "REJECT"
    return 1 if refused else 0


def publish_result(publisher, event, kind):
    """What a worker learnt, under an id that a repetition makes a duplicate."""
    result = {
        "specversion": "1.0",
        "id": event["id"] + "/done",
        "source": "/tests/worker",
        "type": kind,
        "subject": event["subject"],
        "data": {"text_ref": event["id"]},
    }
    publisher.send(json.dumps(result).encode())
    answer = publisher.poll(30)
    if answer is None:
        raise Silence("the result was not answered")
    return answer


def run_work(arguments):
    worker = Worker(arguments.endpoint, arguments.topics)
    publisher = Publisher(arguments.result[0]) if arguments.result else None
    until, count = time.monotonic() + arguments.seconds, 0
    while time.monotonic() < until and (arguments.count == 0 or count < arguments.count):
        delivery = worker.receive(0.5)
        if delivery is None:
            continue
        identity, topic, attempt, event = delivery
        if publisher is not None:
            verb, detail, _ = publish_result(publisher, event, arguments.result[1])
            print("result", verb, json.dumps(detail), flush=True)
        print(topic, attempt, json.dumps(event), flush=True)
        worker.answer("ACK", identity)
        count += 1
    worker.close()
    return 0 if arguments.count == 0 or count == arguments.count else 3


def frame_bytes(value, fresh):
    """The bytes that a vector's value stands for; "@" becomes what is new in this run."""
    if isinstance(value, list):
        return b"".join(frame_bytes(part, fresh) for part in value)
    if isinstance(value, str):
        return value.replace("@", fresh).encode()
    if "hex" in value:
        return bytes.fromhex(value["hex"])
    return value["repeat"].encode() * value["count"]


def differences(expect, sent, frames):
    """What is not as expected, as sentences."""
    if expect["verb"] is None:
        return [] if frames is None else [f"silence was expected, not {frames}"]
    if frames is None:
        return [f"{expect['verb']} was expected, nothing came"]
    found = []
    if (frames[0] == b"") != expect.get("delimiter", False):
        found.append("the empty delimiter was not returned as it was sent")
    frames = frames[1:] if frames[0] == b"" else frames
    if len(frames) < 3 or frames[0] != PROTOCOL or frames[1].decode() != expect["verb"]:
        return found + [f"{expect['verb']} was expected, not {frames}"]
    token = sent[sent.index(PROTOCOL) + 2] if PROTOCOL in sent else sent[2]
    if "token" in expect:
        token = frame_bytes(expect["token"], "")
    if frames[2] != token:
        found.append(f"the token {token} was expected, not {frames[2]}")
    detail = json.loads(frames[3]) if len(frames) > 3 else {}
    for name in ("code", "field", "outcome"):
        if name in expect and detail.get(name) != expect[name]:
            found.append(f"{name} {expect[name]} was expected: {detail}")
    for name in ("accepts", "warnings", "violations"):
        if expect.get(name) and not detail.get(name):
            found.append(f"{name} was expected: {detail}")
    if expect["verb"] in ("REJECT", "RETRY") and len(detail.get("message", "")) < 10:
        found.append(f"no sentence for the reader: {detail}")
    return found


def replay_step(socket, step, fresh, patience_s):
    sent = [frame_bytes(value, fresh) for value in step["send"]]
    until = time.monotonic() + patience_s
    while True:
        socket.send_multipart(sent)
        frames = receive(socket, 0.3 if step["expect"]["verb"] is None else 10)
        if not (step.get("until") and frames and b"RETRY" in frames[:3]):
            return differences(step["expect"], sent, frames)
        if time.monotonic() > until:
            return ["RETRY without end"]
        time.sleep(json.loads(frames[-1]).get("retry_after_ms", 1000) / 1000)


def replay(endpoint, vectors, patience_s=120):
    """Replays vectors one by one; yields (name, list of differences)."""
    context = zmq.Context.instance()
    for vector in vectors:
        socket = connect(context, endpoint)
        fresh = f"{zlib.crc32(vector['name'].encode()):08x}-{uuid.uuid4().hex[:12]}"
        found = []
        for number, step in enumerate(vector["steps"], 1):
            found += [f"step {number}: {text}" for text in replay_step(socket, step, fresh, patience_s)]
        socket.close(0)
        yield vector["name"], found


def run_vectors(arguments):
    with open(arguments.file, encoding="utf-8") as file:
        vectors = json.load(file)
    failed = 0
    for name, found in replay(arguments.endpoint, vectors, arguments.patience):
        print("FAILED" if found else "ok", name, *found, sep="\n    " if found else " ", flush=True)
        failed += bool(found)
    print(f"{len(vectors)} vectors, {failed} failed")
    return 1 if failed else 0


NONSENSE = (
    b"",
    b"\x00" * 64,
    b"\xff" * 4096,
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03",
    b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f",  # half a greeting
    b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x01NULL" + b"\x00" * 48 + b"\x04\x05READY",
    b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x01NULL" + b"\x00" * 48 + b"\x02" + b"\xff" * 8,
)


def nonsense(endpoint, token=b"still there?"):
    """Sends each piece of nonsense on a connection of its own, then asks whether anybody is left (at dispatch: without
    a token)."""
    rest = [token] if token else []
    host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
    held = []
    for piece in NONSENSE:
        connection = sockets.create_connection((host, int(port)), 5)
        connection.sendall(piece)
        held.append(connection)
    socket = connect(zmq.Context.instance(), endpoint)
    socket.send_multipart([PROTOCOL, b"PING", *rest])
    frames = receive(socket, 10)
    socket.close(0)
    for connection in held:
        connection.close()
    return frames == [PROTOCOL, b"PONG", *rest]


def run_nonsense(arguments):
    return 0 if nonsense(arguments.endpoint, b"" if arguments.dispatch else b"still there?") else 3


def read_keys(arguments):
    """Keys of czmq's certificate files, into the environment."""
    for name, secret in ((arguments.server_key, False), (arguments.key, True)):
        if name is None:
            continue
        public, private = zmq.auth.load_certificate(name)
        os.environ["WM_PUBLIC_KEY" if secret else "WM_SERVER_KEY"] = public.decode()
        if secret:
            os.environ["WM_SECRET_KEY"] = private.decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--server-key")
    parser.add_argument("--key")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("publish")
    command.add_argument("endpoint")
    command.add_argument("file", nargs="?")
    command.set_defaults(run=run_publish)
    command = commands.add_parser("work")
    command.add_argument("endpoint")
    command.add_argument("topics", nargs="+")
    command.add_argument("--count", type=int, default=0)
    command.add_argument("--seconds", type=float, default=3600)
    command.add_argument("--result", nargs=2, metavar=("INTAKE", "TYPE"))
    command.set_defaults(run=run_work)
    command = commands.add_parser("vectors")
    command.add_argument("endpoint")
    command.add_argument("file")
    command.add_argument("--patience", type=float, default=120, help="seconds of RETRY to sit through")
    command.set_defaults(run=run_vectors)
    command = commands.add_parser("nonsense")
    command.add_argument("endpoint")
    command.add_argument("--dispatch", action="store_true", help="the endpoint is dispatch, not the intake")
    command.set_defaults(run=run_nonsense)
    arguments = parser.parse_args()
    if arguments.server_key or arguments.key:
        read_keys(arguments)
    try:
        return arguments.run(arguments)
    except Silence as why:
        print(why, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
