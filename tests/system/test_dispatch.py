"""test_dispatch.py - goal: what wire.md says of dispatch, with a worker in another language."""
import time
import unittest

from waymark import Case, Worker, complaint, event


class Dispatch(Case):
    options = {"limits": "lease_ms = 1500; heartbeat_ms = 400; max_attempts = 3; retry_ms = 100; retry_max_ms = 400;"}

    def open(self, count, first=1):
        for number in range(first, first + count):
            self.publisher.ok(complaint(f"C-{number}"))

    def test_deliver_and_ack(self):
        self.open(1)
        with Worker(self.daemon, "letters") as worker:
            delivery = worker.delivery()
            self.assertEqual(delivery[1:3], ("letters", 1))
            self.assertEqual(delivery[3]["type"], "waymark.letter.requested")
            self.assertEqual(delivery[3]["source"], "/waymark/ovh")
            self.assertEqual(delivery[3]["subject"], "C-1")
            worker.ack(delivery)
            self.assertIsNone(worker.delivery(600))
        self.assertEqual(self.daemon.lines("outbox", "list", "--topic", "letters"), [])

    def test_credit_bounds_what_is_out(self):
        self.open(5)
        with Worker(self.daemon, "letters", credit=2) as worker:
            first = [worker.delivery(), worker.delivery()]
            self.assertIsNone(worker.delivery(300))
            worker.ack(first[0])
            self.assertIsNotNone(worker.delivery())

    def test_lapse_goes_to_another_under_the_same_id(self):
        self.open(1)
        with Worker(self.daemon, "letters") as silent:
            first = silent.delivery()
        with Worker(self.daemon, "letters") as other:
            second = other.delivery()
            self.assertEqual(second[3]["id"], first[3]["id"])
            self.assertNotEqual(second[0], first[0])
            other.ack(first)  # a late answer to an old delivery changes nothing
            self.assertEqual(len(self.daemon.lines("outbox", "list", "--topic", "letters")), 1)
            other.ack(second)

    def test_nack_comes_back_later_and_refuse_never(self):
        self.open(1)
        with Worker(self.daemon, "letters") as worker:
            first = worker.delivery()
            worker.send("NACK", first[0], "200", "printer on fire")
            second = worker.delivery()
            self.assertEqual((second[2], second[3]["id"]), (2, first[3]["id"]))
            worker.send("REFUSE", second[0], "no such address")
            self.assertIsNone(worker.delivery(600))
        dead = self.daemon.lines("dead-letters", "list")
        self.assertEqual([letter["reason"] for letter in dead], ["no such address"])
        self.assertIn("waymark.delivery.dead", [row["type"] for row in self.daemon.history("C-1")])
        self.daemon.ctl("dead-letters", "retry", dead[0]["id"])
        with Worker(self.daemon, "letters") as worker:
            worker.ack(worker.delivery())
        self.assertEqual(self.daemon.lines("dead-letters", "list"), [])

    def test_attempts_end_in_a_dead_letter(self):
        self.open(1)
        with Worker(self.daemon, "letters") as worker:
            for attempt in range(1, 4):
                delivery = worker.delivery()
                self.assertEqual(delivery[2], attempt)
                worker.send("NACK", delivery[0], "100", "broken")
            self.assertIsNone(worker.delivery(800))
        self.assertEqual(len(self.daemon.lines("dead-letters", "list")), 1)

    def test_downstream_does_not_count(self):
        self.open(1)
        with Worker(self.daemon, "letters") as worker:
            for _ in range(5):
                delivery = worker.delivery()
                worker.send("NACK", delivery[0], "100", "downstream")
            worker.ack(worker.delivery())
        self.assertEqual(self.daemon.lines("dead-letters", "list"), [])

    def test_one_case_one_topic_in_order(self):
        self.publisher.ok(complaint("C-1"))
        for number in range(3):
            self.publisher.ok(event("action.agreed", "C-1", data={
                "action": f"a{number}", "title": "t", "owner": "v.penrose", "due": "2025-12-20"}))
        with Worker(self.daemon, "actions", credit=10) as worker:
            seen = []
            for _ in range(3):
                delivery = worker.delivery()
                self.assertIsNone(worker.delivery(200), "the next is held until this one is acknowledged")
                seen.append(delivery[3]["data"]["action_id"])
                worker.ack(delivery)
            self.assertEqual(seen, ["a0", "a1", "a2"])

    def test_bye_gives_back_what_is_unacknowledged(self):
        self.open(1)
        with Worker(self.daemon, "letters") as worker:
            first = worker.delivery()
            worker.send("BYE")
            with Worker(self.daemon, "letters") as other:
                self.assertEqual(other.delivery()[3]["id"], first[3]["id"])

    def test_worker_result_comes_back_as_an_event(self):
        self.open(1)
        with Worker(self.daemon, "letters") as worker:
            delivery = worker.delivery()
            result = event("letter.sent", "C-1", id=delivery[3]["id"] + "/sent", source="/worker/letters", data={
                "letter": "acknowledgement", "letter_id": "C-1-ack", "channel": "tracked", "proof": "RM1"})
            self.publisher.ok(result)
            self.assertEqual(self.publisher.ok(result)["outcome"], "duplicate")
            worker.ack(delivery)
        self.assertEqual(self.daemon.clock_of("C-1", "acknowledge")["status"], "met")

    def test_messages_survive_a_kill(self):
        self.open(20)
        seen = set()
        with Worker(self.daemon, "letters", credit=5) as worker:
            for _ in range(5):
                delivery = worker.delivery()
                worker.ack(delivery)
                seen.add(delivery[3]["id"])
            self.daemon.kill()
        self.daemon.start()
        with Worker(self.daemon, "letters", credit=5) as worker:
            end = time.monotonic() + 20
            while len(seen) < 20 and time.monotonic() < end:
                delivery = worker.delivery(2000)
                if delivery:
                    worker.ack(delivery)
                    seen.add(delivery[3]["id"])
        self.assertEqual(len(seen), 20)


if __name__ == "__main__":
    unittest.main()
