"""What is proven, and who is on, outlives the daemon; not the boot and not the module's load."""

import json
import signal
import time
import unittest

from support import Daemon, EndToEnd, Peer, StandInWg, key

OTHER_BOOT = "0b5ee4a3-7a4e-4c4e-9d2c-2f1a6b1c8d00"


class Restart(EndToEnd):

    def setUp(self):
        super().setUp()
        self.begin()

    def begin(self):
        """An empty folder, alice online and bob not."""
        self.folder = self.make_folder()
        self.wg = StandInWg(self.folder)
        self.alice = Peer("alice", handshake=time.time())
        self.bob = Peer("bob")

    def run_daemon(self):
        return Daemon(self, self.folder, self.wg.path)

    def run_with_proof(self):
        """A daemon that has seen wg0 and its two peers being created."""
        daemon = self.run_daemon()
        daemon.wait_for("monitor_started")
        self.wg.show([self.alice, self.bob])
        for text in ("Interface created", "Peer 1 created", "Peer 2 created"):
            daemon.print(f"wireguard: wg0: {text}")
        self.wait_for_proof(daemon, "alice")
        self.wait_for_proof(daemon, "bob")
        return daemon

    def wait_for_proof(self, daemon, name):
        """A dump proves when later lines have come, whatever they are about."""
        def look():
            daemon.print("eth0: link becomes ready", 6)
            return daemon.find("peer_identified", key(name))
        return daemon.eventually(look, f"proof of {name}")

    def whose(self, daemon, number):
        """Identity and key of the peer in the record of a line that is sent now."""
        text = f"Receiving keepalive packet from peer {number} (203.0.113.7:51820)"
        told = lambda: [record["wireguard"]["peer"] for record in daemon.records("events")
                        if record["event"]["action"] == "keepalive_received"]
        before = len(told())
        daemon.print(f"wireguard: wg0: {text}")
        [peer] = daemon.eventually(lambda: told()[before:], text)
        self.assertEqual(peer["id"], number)
        return peer["identity"], peer.get("public_key")

    def test_proof_and_session_outlive_the_daemon(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number):
                self.begin()
                first = self.run_with_proof()
                online = first.wait_for("peer_online", key("alice"))
                first.stop(number)

                second = self.run_daemon()
                self.assertEqual(self.whose(second, 1), ("proven", key("alice")))
                self.assertEqual(self.whose(second, 2), ("proven", key("bob")))
                # The dump that proves a third peer is the test of the two.
                self.wg.show([self.alice, self.bob, Peer("carol")])
                second.print("wireguard: wg0: Peer 3 created")
                self.assertEqual(self.wait_for_proof(second, "carol")["wireguard"]["peer"]["id"], 3)
                self.assertEqual(self.whose(second, 1), ("proven", key("alice")))
                self.wg.show([Peer("alice", handshake=1), self.bob, Peer("carol")])
                second.announce_handshake()
                ended = second.wait_for("session_ended", key("alice"))
                self.assertEqual(ended["wireguard"]["session"], online["wireguard"]["session"])
                self.assertEqual(ended["event"]["start"], online["event"]["start"])
                self.assertEqual(second.stop(), 0)
                actions = [record["event"]["action"] for record in second.records()]
                self.assertEqual(actions.count("peer_online"), 1)
                self.assertEqual(actions.count("identity_contradicted"), 0)

    def test_what_is_cut_off_the_journal_says_nothing_of_anybody(self):
        first = self.run_daemon()
        self.wg.show([self.alice])
        first.announce_handshake()
        record = first.wait_for("peer_online", key("alice"))
        first.stop(signal.SIGKILL)
        # Behind a hole that a power loss left.
        record["event"].update(sequence=1000, action="peer_offline", reason="timeout")
        record["wireguard"]["peer"]["presence"] = "offline"
        with open(next(first.journal.glob("journal-*.jsonl")), "a") as segment:
            segment.write("\0" * 300 + "\n" + json.dumps(record, separators=(",", ":")) + "\n")

        second = self.run_daemon()
        self.wg.show([self.alice, self.bob])
        second.announce_handshake()
        second.wait_for("peer_added", key("bob"))
        self.wg.show([self.bob])
        second.announce_handshake()
        second.wait_for("peer_removed", key("alice"))
        self.assertEqual(second.stop(), 0)
        actions = [record["event"]["action"] for record in second.records()]
        self.assertEqual(actions.count("session_ended"), 1, "alice was online to the end")
        self.assertIn("torn_tail", [record["event"].get("reason") for record in second.records()])

    def test_proof_does_not_outlive_the_boot(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number):
                self.begin()
                first = self.run_with_proof()
                boot = first.find("peer_identified")["observer"]["boot_id"]
                first.stop(number)
                replace_in_place(first.journal, boot, OTHER_BOOT)

                second = self.run_daemon()
                self.assertEqual(self.whose(second, 1), ("unresolved", None))
                # The kernel's counts have begun anew; so does the session.
                self.wg.show([Peer("alice", rx=0, tx=0), self.bob])
                second.announce_handshake()
                second.wait_for("session_ended", key("alice"))
                self.assertEqual(second.stop(), 0)

    def test_proof_does_not_outlive_the_load_of_the_module(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number):
                self.begin()
                first = self.run_with_proof()
                first.print(LOADED, 6)
                first.wait_for("identity_contradicted")
                first.stop(number)

                second = self.run_daemon()
                self.assertEqual(self.whose(second, 1), ("unresolved", None))
                self.assertEqual(second.stop(), 0)

    def test_a_load_whose_line_is_the_last_before_the_end_counts(self):
        """Lines are put in order before they are judged, and there is no time for that."""
        first = self.run_with_proof()
        first.print(LOADED, 6)
        self.assertEqual(first.stop(), 0)
        self.assertTrue(first.find("identity_contradicted"))
        second = self.run_daemon()
        self.assertEqual(self.whose(second, 1), ("unresolved", None))
        self.assertEqual(second.stop(), 0)

    def test_what_changed_meanwhile_contradicts_what_was_proven(self):
        first = self.run_with_proof()
        first.stop()
        self.wg.show([self.bob, self.alice])
        second = self.run_daemon()

        def look():
            # Dumps count behind a line that shows that debug is on. An old one, which tells no time.
            second.announce_handshake(stamp=1.678901)
            second.print("eth0: link becomes ready", 6)
            return second.find("identity_contradicted")
        contradiction = second.eventually(look, "a contradiction")
        self.assertEqual(contradiction["wireguard"]["contradiction"]["ids"], [1, 2])
        self.assertEqual(self.whose(second, 1), ("unresolved", None))
        self.assertEqual(second.stop(), 0)


LOADED = "wireguard: WireGuard 1.0.0 loaded. See www.wireguard.com for information."


def replace_in_place(journal, old, new):
    """The files stay the same ones, of the same size: readers have cursors in them."""
    for path in journal.glob("journal-*.jsonl"):
        text = path.read_bytes()
        assert old.encode() in text and len(old) == len(new)
        with open(path, "r+b") as file:
            file.write(text.replace(old.encode(), new.encode()))


if __name__ == "__main__":
    unittest.main()
