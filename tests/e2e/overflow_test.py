"""More lines than the socket holds: what was lost is counted."""

import os
import signal
import socket
import unittest

from support import PATIENCE, Daemon, EndToEnd, StandInWg

BURST = 20_000


class Overflow(EndToEnd):

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder)
        self.start("256K")

    def start(self, buffer):
        self.daemon = Daemon(self, self.folder, self.wg.path, "--receive-buffer", buffer)
        self.daemon.wait_for("snapshot")

    def send_to_stopped_daemon(self, burst=BURST):
        """One in four is a line of WireGuard's, one is another of the kernel's, one is of another
        program, and one is no syslog message."""
        lines = [b"<7>Nov 21 07:00:00 gw kernel: wireguard: wg0: Keypair %d created for peer 1",
                 b"<4>Nov 21 07:00:00 gw kernel: usb 1-1: new device number %d",
                 b"<30>Nov 21 07:00:00 gw systemd[1]: Started session %d.",
                 b"Keypair %d created for peer 1"]
        self.daemon.process.send_signal(signal.SIGSTOP)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(("127.0.0.1", self.daemon.port))
            for i in range(burst):
                sender.send(lines[i % 4] % i)

    def losses(self, reason):
        return [record["wireguard"]["loss"] for record in self.daemon.records()
                if record["event"].get("reason") == reason]

    def test_every_datagram_is_recorded_ignored_rejected_or_counted_as_lost(self):
        self.send_to_stopped_daemon()
        self.daemon.process.send_signal(signal.SIGCONT)
        self.daemon.stop()
        lost = sum(loss["count"] for loss in self.losses("socket_overflow"))
        self.assertGreater(lost, 0)
        counts = self.daemon.find("monitor_stopped")["wireguard"]["monitor"]["datagrams"]
        self.assertEqual(counts["received"] + lost, BURST)
        self.assertEqual(counts["recorded"] + counts["ignored"] + counts["rejected"], counts["received"])
        self.assertEqual(len(self.daemon.records("events")), counts["recorded"])
        for outcome in ("recorded", "ignored", "rejected"):
            self.assertGreater(counts[outcome], 0)

    def test_the_loss_is_told_although_nothing_follows(self):
        self.send_to_stopped_daemon()
        self.daemon.process.send_signal(signal.SIGCONT)
        lost = self.daemon.eventually(lambda: self.losses("socket_overflow"), "socket_overflow")
        self.assertLess(lost[0]["from"], lost[0]["to"])
        self.daemon.wait_for_stderr("evidence lost: socket overflow, [0-9]+ times")

    @unittest.skipIf(os.geteuid() != 0, "a large buffer takes root")
    def test_the_end_of_a_run_takes_what_a_large_buffer_holds(self):
        """More events than the writer's queue holds."""
        burst = 320_000
        self.daemon.stop()
        self.start("512M")
        self.send_to_stopped_daemon(burst)
        self.daemon.process.send_signal(signal.SIGTERM)
        self.daemon.process.send_signal(signal.SIGCONT)
        self.daemon.process.wait(PATIENCE)
        self.assertEqual(self.losses("events_overflow"), [])
        counts = self.daemon.records()[-2]["wireguard"]["monitor"]["datagrams"]
        self.assertEqual(counts["received"], burst)
        self.assertEqual(len(self.daemon.records("events")), counts["recorded"])


if __name__ == "__main__":
    unittest.main()
