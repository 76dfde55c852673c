"""test_intake.py - goal: every answer of the intake that wire.md names, and nonsense that gets an answer or silence."""
import json
import os
import socket
import time
import unittest

import zmq

from waymark import Case, Dealer, Publisher, Worker, complaint, event


class Answers(Case):
    def test_ok_carries_case_seq_state_outcome(self):
        detail = self.publisher.ok(complaint("C-1", "2025-12-01T00:00:00Z"))
        self.assertEqual(detail["case"], "C-1")
        self.assertEqual(detail["seq"], 1)
        self.assertEqual(detail["state"], "received")
        self.assertEqual(detail["outcome"], "applied")

    def test_duplicate_is_answered_as_the_first_time(self):
        first = complaint("C-1", id="one")
        detail = self.publisher.ok(first)
        self.publisher.ok(event("note.added", "C-1", data={"text_ref": "n"}))
        again = self.publisher.ok(first)
        self.assertEqual(again["outcome"], "duplicate")
        self.assertEqual((again["seq"], again["state"]), (detail["seq"], detail["state"]))
        self.assertEqual(len([row for row in self.daemon.history("C-1") if row["id"] == "one"]), 1)

    def test_same_id_other_content(self):
        self.publisher.ok(complaint("C-1", id="one"))
        self.publisher.reject(event("note.added", "C-1", data={"text_ref": "n"}, id="one"), "id-reused")
        # The order of keys is no content.
        first = {"specversion": "1.0", "id": "two", "source": "/t", "type": "note.added", "subject": "C-1",
                 "data": {"text_ref": "n", "customer_visible": True}}
        self.publisher.ok(first)
        turned = dict(reversed(list(first.items())), data=dict(reversed(list(first["data"].items()))))
        self.assertEqual(self.publisher.ok(turned)["outcome"], "duplicate")

    def test_malformed(self):
        for bytes_ in (b"", b"{", b"[]", b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 1000, b"null", b'"x"'):
            self.publisher.reject(bytes_, "malformed")

    def test_schema_of_attributes_and_data(self):
        for field in ("specversion", "id", "source", "type", "subject"):
            broken = complaint("C-1")
            del broken[field]
            self.assertEqual(self.publisher.reject(broken, "schema")["field"], field)
        self.publisher.reject(complaint("C 1"), "schema")
        self.publisher.reject(complaint("C-1", "yesterday"), "schema")
        detail = self.publisher.reject(event("complaint.received", "C-1", data={"channel": "fax"}), "schema")
        self.assertIn("channel", detail["field"])

    def test_unknown_fields_are_warned_about(self):
        made = complaint("C-1")
        made["data"]["favourite_colour"] = "blue"
        self.assertIn("favourite_colour", json.dumps(self.publisher.ok(made)["warnings"]))

    def test_forbidden(self):
        self.publisher.ok(complaint("C-1"))
        self.publisher.reject(event("waymark.clock.breached", "C-1"), "forbidden")
        self.publisher.reject(event("note.added", "C-1", source="/waymark/ovh"), "forbidden")

    def test_unknown_type(self):
        self.publisher.reject(event("complaint.recieved", "C-1"), "unknown-type")

    def test_too_large(self):
        self.publisher.reject(complaint("C-1", padding="x" * (256 * 1024)), "too-large")

    def test_future(self):
        self.publisher.reject(complaint("C-1", "2027-01-01T00:00:00Z"), "future-time")
        verb, detail = self.publisher.ask(complaint("C-2", "2025-12-01T00:00:30Z"))
        self.assertEqual((verb, detail["code"]), ("RETRY", "not-yet"))
        self.assertGreater(detail["retry_after_ms"], 0)

    def test_ref_in_use_and_request_refusals(self):
        self.publisher.ok(complaint("C-1"))
        self.publisher.reject(complaint("C-1"), "ref-in-use")
        closing = event("complaint.closed", "C-1", data={"outcome": "upheld", "lesson": "none"})
        detail = self.publisher.reject(closing, "not-allowed-now")
        self.assertIn("accepts", detail)
        voided = event("case.voided", "C-1", data={"why": "logged twice"})
        self.publisher.ok(voided)
        self.publisher.reject(event("note.added", "C-1"), "case-closed")
        refused = self.daemon.lines("case", "history", "C-1", "--refused")
        self.assertGreaterEqual(len(refused), 2)

    def test_subject_new_makes_a_reference(self):
        first = self.publisher.ok(complaint("new"))["case"]
        second = self.publisher.ok(complaint("new"))["case"]
        self.assertNotEqual(first, second)
        self.assertEqual(self.daemon.case(first)["workflow"], "complaint")

    def test_alias_names_the_case(self):
        made = complaint("C-1")
        made["data"]["aliases"] = ["react:77"]
        self.publisher.ok(made)
        self.assertEqual(self.publisher.ok(event("note.added", "react:77"))["case"], "C-1")

    def test_req_client(self):
        request = zmq.Context.instance().socket(zmq.REQ)
        request.connect(self.daemon.intake)
        request.send_multipart([b"WMP1", b"PUBLISH", b"t", json.dumps(complaint("C-1")).encode()])
        self.assertTrue(request.poll(20000))
        self.assertEqual(request.recv_multipart()[:3], [b"WMP1", b"OK", b"t"])
        request.close(linger=0)


class NotYet(Case):
    options = {"limits": "not_yet_ms = 300;"}

    def test_no_such_case_after_not_yet(self):
        made = event("note.added", "C-404")
        verb, detail = self.publisher.ask(made)
        self.assertEqual((verb, detail["code"]), ("RETRY", "not-yet"))
        end = time.monotonic() + 10
        while verb == "RETRY" and time.monotonic() < end:
            verb, detail = self.publisher.ask(made)
        self.assertEqual((verb, detail["code"]), ("REJECT", "no-such-case"))

    def test_opening_that_comes_second_is_waited_for(self):
        made = event("note.added", "C-1")
        self.assertEqual(self.publisher.ask(made)[0], "RETRY")
        self.publisher.ok(complaint("C-1"))
        self.publisher.ok(made)


class Nonsense(Case):
    def test_wrong_frames(self):
        with Dealer(self.daemon.intake) as dealer:
            for frames in ([b""], [b"WMP2", b"PUBLISH", b"t", b"{}"], [b"WMP1"], [b"WMP1", b"SHOUT", b"t"],
                           [b"WMP1", b"PUBLISH"], [b"WMP1", b"PUBLISH", b"t" * 65, b"{}"], [b"x"] * 20,
                           [b"WMP1", b"OK", b"t", b"{}"], [os.urandom(100)]):
                dealer.raw(*frames)
            dealer.raw(b"WMP1", b"PUBLISH", b"t")
            dealer.send("PING", b"still there")
            while (frames := dealer.receive()) and frames[0] != b"PONG":
                self.assertEqual(frames[0], b"REJECT")
            self.assertEqual(frames, [b"PONG", b"still there"])

    def test_a_mebibyte_of_brackets(self):
        verb, detail = self.publisher.ask(b"[" * (1024 * 1024))
        self.assertEqual((verb, detail["code"]), ("REJECT", "too-large"))

    def test_raw_bytes_that_are_no_zmtp(self):
        host, port = self.daemon.intake.removeprefix("tcp://").split(":")
        for endpoint in (self.daemon.intake, self.daemon.dispatch, self.daemon.changes):
            port = int(endpoint.rsplit(":", 1)[1])
            for seed in range(5):
                with socket.create_connection((host, port)) as sock:
                    sock.sendall(bytes([seed]) + os.urandom(4096))
        self.publisher.ok(complaint("C-1"))

    def test_nonsense_on_dispatch(self):
        with Dealer(self.daemon.dispatch) as dealer:
            for frames in ([b"WMP1", b"ACK", b"nothing"], [b"WMP1", b"READY", b"letters", b"-1"],
                           [b"WMP1", b"READY", b"x" * 1000, b"1"], [b"WMP1", b"NACK", b"a", b"b", b"c"],
                           [b"WMP1", b"READY"], [os.urandom(64)] * 3):
                dealer.raw(*frames)
        self.publisher.ok(complaint("C-1"))
        with Worker(self.daemon, "letters") as worker:
            self.assertIsNotNone(worker.delivery())

    def test_nonsense_on_control(self):
        with Dealer(self.daemon.control) as dealer:
            for frames in ([b"WMP1", b"CALL", b"t", b"{"], [b"WMP1", b"CALL", b"t", b"[]"],
                           [b"WMP1", b"CALL", b"t", b'{"op":"no.such.op"}'], [b"WMP1", b"CALL"], [b"", b""]):
                dealer.raw(*frames)
            answers = [dealer.receive(5000) for _ in range(3)]
            self.assertTrue(all(answer and answer[0] == b"ERROR" for answer in answers), answers)
        self.assertEqual(self.daemon.json("status")["organisation"], "ovh")


if __name__ == "__main__":
    unittest.main()
