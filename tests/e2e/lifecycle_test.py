"""Start, signals, restart and end of the daemon."""

import re
import signal
import time
import unittest

from support import Daemon, EndToEnd, Peer, StandInWg, key


class Lifecycle(EndToEnd):

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder)
        self.start = int(time.time())

    def run_daemon(self, *flags):
        return Daemon(self, self.folder, self.wg.path, *flags)

    def bring_online(self, daemon, *names):
        """Adds up: each name stays online."""
        self.wg.show([Peer(name, handshake=self.start) for name in names])
        daemon.announce_handshake()
        daemon.wait_for("peer_online", key(names[-1]))

    def wait_for_line(self, daemon, pattern, log=None):
        log = log or daemon.log
        daemon.eventually(lambda: log.exists() and re.search(pattern, log.read_text()), pattern)

    def test_sigterm_and_sigint_end_it_with_status_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                self.folder = self.make_folder()
                daemon = self.run_daemon()
                self.wait_for_line(daemon, "Monitor started")
                self.assertEqual(daemon.stop(number), 0)
                self.assertEqual(
                    lines(daemon.log),
                    [STARTED, f"Received signal {int(number)}, shutting down gracefully...",
                     "Monitor stopped gracefully."])
                self.assertRegex(daemon.stderr(), r"Monitor stopped gracefully\.\n"
                                 r"(wgaudit: sealed: record \d, link [0-9a-f]{64}\n)?"
                                 r".{19} Statistics \| Checks: \d+, Failures: 0, Changes: 0, "
                                 r"Errors: 0, Peers: 0, Handshakes today: 0, Printed: 0\n$")
                self.assertEqual([r["event"]["action"] for r in daemon.records()[-2:]],
                                 ["monitor_stopped", "checkpoint"], "and the seal of the run")

    def test_all_that_is_in_the_log_is_on_standard_error_too(self):
        daemon = self.run_daemon()
        self.bring_online(daemon, "alice")
        daemon.stop()
        for line in daemon.log.read_text().splitlines():
            self.assertIn(line + "\n", daemon.stderr())

    def test_sighup_goes_on_in_a_new_file_and_loses_no_line(self):
        daemon = self.run_daemon()
        self.bring_online(daemon, "alice")
        self.wait_for_line(daemon, "ONLINE")
        old = daemon.log.rename(daemon.log.with_name("audit.log.1"))
        self.bring_online(daemon, "alice", "bob")
        self.wait_for_line(daemon, r"(?s)ONLINE.*ONLINE", old)
        daemon.process.send_signal(signal.SIGHUP)
        self.wait_for_line(daemon, "Log file reopened successfully")
        self.bring_online(daemon, "alice", "bob", "carol")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(lines(old), [STARTED, online("alice"), online("bob"),
                                      "Received SIGHUP, reopening log file..."])
        self.assertEqual(lines(daemon.log),
                         ["Log file reopened successfully.", online("carol"), *STOPPED])

    def test_a_restart_announces_nobody_again(self):
        first = self.run_daemon()
        self.bring_online(first, "alice")
        session = first.find("peer_online", key("alice"))["wireguard"]["session"]
        self.assertEqual(first.stop(), 0)
        second = self.run_daemon()
        self.bring_online(second, "alice", "bob")
        self.wg.show([Peer("alice", handshake=1), Peer("bob", handshake=self.start)])
        second.announce_handshake()
        ended = second.wait_for("peer_offline", key("alice"))
        self.assertEqual(second.stop(), 0)
        self.assertEqual([line for line in lines(second.log) if "LINE" in line],
                         [online("alice"), online("bob"),
                          online("alice").replace("ONLINE ", "OFFLINE").removesuffix(" new")])
        self.assertEqual(ended["wireguard"]["session"], session)

    def test_after_a_crash_nothing_is_lost_or_told_twice(self):
        first = self.run_daemon()
        self.bring_online(first, "alice")
        first.stop(signal.SIGKILL)
        second = self.run_daemon()
        self.bring_online(second, "alice", "bob")
        self.assertEqual(second.stop(), 0)
        self.assertEqual([line for line in lines(second.log) if "LINE" in line],
                         [online("alice"), online("bob")])
        sequences = [record["event"]["sequence"] for record in second.records()]
        self.assertEqual(sequences, list(range(1, len(sequences) + 1)))


STARTED = "Monitor started | Interval: 30s, Threshold: 180s, Stats: 3600s"
STOPPED = ["Received signal 15, shutting down gracefully...", "Monitor stopped gracefully."]


def online(name):
    """The line of a peer that was never seen before."""
    text = key(name)
    return f"ONLINE  [wg0] {text[:8]}...{text[-8:]} (203.0.113.7:51820) [IP: 10.0.0.2] new"


def lines(log):
    """Without the times, and without what a test that takes longer is told too: that the kernel printed
    nothing of the handshakes, of which the stand-in has more than it has lines."""
    return [re.sub(r" \(handshake: [-0-9: ]+\)$", "", line[len("2026-11-21 07:00:00 "):])
            for line in log.read_text().splitlines() if "evidence lost: handshake not printed" not in line]


if __name__ == "__main__":
    unittest.main()
