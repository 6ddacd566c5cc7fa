"""The wall clock is set, the machine sleeps, the process is paused: nobody comes or goes by that."""

import datetime
import os
import signal
import struct
import time
import unittest

from support import Daemon, EndToEnd, Peer, StandInWg, key

HOUR = 3600
THRESHOLD = 180  # the daemon's


def seconds_of(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()


class Clock(EndToEnd):

    def setUp(self):
        super().setUp()
        self.begin()

    def begin(self):
        """An empty folder, clocks that nobody has set, and a peer that has not connected yet."""
        self.folder = self.make_folder()
        self.wg = StandInWg(self.folder)
        self.clocks = self.folder / "clocks"
        self.set = self.slept = self.marks = 0
        self.set_clocks()
        self.handshake = 0

    def set_clocks(self, wall=0, slept=0):
        """By so many seconds more."""
        self.set += wall
        self.slept += slept
        with open(self.clocks, "r+b" if self.clocks.exists() else "wb") as file:
            file.write(struct.pack("qq", self.set, self.slept))

    def now(self):
        """What the wall clock says."""
        return time.time() + self.set + self.slept

    def run_daemon(self):
        daemon = Daemon(self, self.folder, self.wg.path,
                        environment={"LD_PRELOAD": os.environ["E2E_CLOCKS"],
                                     "CLOCKS": str(self.clocks),
                                     "ASAN_OPTIONS": "verify_asan_link_order=0"})
        daemon.wait_for("monitor_started")
        self.look(daemon)
        return daemon

    def look(self, daemon):
        """Returns when a dump that is taken now was judged: it shows a peer more."""
        self.marks += 1
        self.wg.show([Peer("alice", self.handshake)] +
                     [Peer(f"mark {number}") for number in range(self.marks)])
        daemon.announce_handshake()
        daemon.wait_for("peer_added", key(f"mark {self.marks - 1}"))

    def connect(self, daemon):
        self.handshake = int(self.now())
        self.look(daemon)

    def presence(self, daemon):
        return [record["event"]["action"] for record in daemon.records()
                if record["event"]["action"] in ("peer_online", "peer_offline", "session_ended")]

    def steps(self, daemon):
        return [(record["event"]["reason"],
                 round(record["wireguard"]["clock"]["step_microseconds"] / 1e6))
                for record in daemon.records() if record["event"]["action"] == "clock_stepped"]

    def check_end(self, daemon):
        """The machine sleeps for an hour: who was on ends when the handshake was too old."""
        self.set_clocks(slept=HOUR)
        ended = daemon.wait_for("session_ended")
        self.assertEqual(ended["event"]["reason"], "timeout")
        self.assertEqual(seconds_of(ended["event"]["end"]), self.handshake + THRESHOLD)
        self.assertEqual(self.presence(daemon), ["peer_online", "peer_offline", "session_ended"])
        self.assertEqual(daemon.stop(), 0)

    def test_a_clock_that_is_set_moves_nobody(self):
        for step in (HOUR, -HOUR, 400 * 24 * HOUR, -400 * 24 * HOUR):
            with self.subTest(step):
                self.begin()
                daemon = self.run_daemon()
                self.connect(daemon)
                self.set_clocks(wall=step)
                self.look(daemon)
                self.connect(daemon)
                self.assertEqual(self.presence(daemon), ["peer_online"])
                self.assertEqual(self.steps(daemon),
                                 [("set_forward" if step > 0 else "set_back", step)])
                self.check_end(daemon)

    def test_a_clock_that_is_set_while_the_daemon_is_down_moves_nobody(self):
        for step in (HOUR, -HOUR):
            with self.subTest(step):
                self.begin()
                daemon = self.run_daemon()
                self.connect(daemon)
                self.assertEqual(daemon.stop(), 0)
                self.set_clocks(wall=step)
                daemon = self.run_daemon()
                self.assertEqual(self.presence(daemon), ["peer_online"])
                self.assertEqual(self.steps(daemon),
                                 [("set_forward" if step > 0 else "set_back", step)])
                self.connect(daemon)
                self.check_end(daemon)

    def test_a_sleep_is_no_step_and_who_is_back_is_not_gone(self):
        daemon = self.run_daemon()
        self.connect(daemon)
        self.set_clocks(slept=THRESHOLD // 2)
        self.look(daemon)
        # The peer was heard again before the daemon could look.
        daemon.process.send_signal(signal.SIGSTOP)
        self.set_clocks(slept=HOUR)
        self.handshake = int(self.now())
        self.wg.show([Peer("alice", self.handshake)])
        daemon.process.send_signal(signal.SIGCONT)
        self.look(daemon)
        self.assertEqual(self.presence(daemon), ["peer_online"])
        self.assertEqual(self.steps(daemon), [])
        self.check_end(daemon)


if __name__ == "__main__":
    unittest.main()
