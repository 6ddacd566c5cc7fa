"""`wgaudit verify` of what the daemon wrote."""

import subprocess
import time
import unittest

from support import PROGRAM, Daemon, EndToEnd, Peer, StandInWg, key

EVENTS = 12000


class Verify(EndToEnd):

    def verify(self, folder):
        return subprocess.run([PROGRAM, "verify", "--journal", folder], capture_output=True,
                              text=True, check=False)

    def test_what_the_daemon_wrote_is_intact_over_restarts_and_deleted_events(self):
        wg = StandInWg(self.folder)
        for name in ("alice", "bob"):
            daemon = Daemon(self, self.folder, wg.path, "--events-bytes", "1048576")
            for number in range(EVENTS // 100):
                for _ in range(100):
                    daemon.print(f"wireguard: wg0: Keypair {number} destroyed for peer 1")
                time.sleep(0.002)
            wg.show([Peer(name, handshake=int(time.time()))])
            daemon.announce_handshake()
            daemon.wait_for("peer_online", key(name))
            self.assertEqual(self.verify(daemon.journal).returncode, 0, "while it runs")
            self.assertEqual(daemon.stop(), 0)
        self.assertTrue(any(record["event"].get("reason") == "events_deleted"
                            for record in daemon.records()))
        verified = self.verify(daemon.journal)
        self.assertEqual(verified.returncode, 0, verified.stdout)
        self.assertRegex(verified.stdout, r"\n\d+ records in \d+ segments: intact\n$")
        self.assertRegex(verified.stdout, r"lost: events_deleted \d+, \d+ record")

    def test_a_line_that_is_taken_away_is_found(self):
        daemon = Daemon(self, self.folder, StandInWg(self.folder).path)
        self.assertEqual(daemon.stop(), 0)
        segment = daemon.journal / "journal-00000000000000000001.jsonl"
        lines = segment.read_text().splitlines(keepends=True)
        segment.write_text("".join(lines[1:]))
        verified = self.verify(daemon.journal)
        self.assertEqual(verified.returncode, 65)
        self.assertIn("before it, record 1 is missing", verified.stdout)

    def test_a_folder_without_a_journal_cannot_be_read(self):
        verified = self.verify(self.folder)
        self.assertEqual(verified.returncode, 74)
        self.assertEqual(verified.stderr, f"wgaudit: {self.folder}: there is no journal; name its "
                         "folder with --journal\n")


if __name__ == "__main__":
    unittest.main()
