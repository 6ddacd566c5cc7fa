"""Ten thousand transitions at once, and a hook that hangs: all is recorded, nothing else waits."""

import os
import pathlib
import re
import time
import unittest

from support import Daemon, EndToEnd, Peer, StandInWg

PEERS = 10_000


def peers(handshake):
    return [Peer(f"peer{i}", handshake, f"203.0.{i // 250}.{i % 250}:{1024 + i}") for i in range(PEERS)]


class Stall(EndToEnd):

    def count(self, daemon, action):
        wanted = f'"action":"{action}"'.encode()
        return sum(path.read_bytes().count(wanted) for path in daemon.journal.glob("journal-*"))

    def resident_megabytes(self, daemon):
        """At most."""
        status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024

    def test_ten_thousand_transitions_with_a_hook_that_hangs(self):
        wg = StandInWg(self.folder)
        hook = self.folder / "hook"
        hook.write_text("#!/bin/sh\nexec sleep 1000\n")
        hook.chmod(0o755)
        daemon = Daemon(self, self.folder, wg.path, "--on-change-script", hook)
        wg.show(peers(handshake=0))
        daemon.announce_handshake()
        daemon.eventually(lambda: self.count(daemon, "peer_added") == PEERS, "all are added")

        wg.show(peers(handshake=time.time()))
        daemon.announce_handshake()
        daemon.eventually(lambda: self.count(daemon, "peer_online") == PEERS, "all are online")
        wg.show(peers(handshake=1))
        daemon.send("wireguard: wg0: Peer 1 (203.0.0.0:1024) destroyed")
        daemon.eventually(lambda: self.count(daemon, "peer_offline") == PEERS, "all are offline")

        before = len(daemon.records("events"))
        daemon.announce_handshake()
        daemon.eventually(lambda: len(daemon.records("events")) > before, "a line")
        numbers = [record["event"]["sequence"] for record in daemon.records()]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        reasons = {record["event"].get("reason") for record in daemon.records()}
        self.assertFalse(reasons & {"journal_overflow", "events_overflow", "socket_overflow"})
        if not os.environ["E2E_SANITIZE"]:  # a sanitizer keeps what was freed
            self.assertLess(self.resident_megabytes(daemon), 200)
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
