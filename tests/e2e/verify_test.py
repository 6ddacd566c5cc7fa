"""`wgaudit verify` of what the daemon wrote."""

import hashlib
import re
import socket
import subprocess
import time
import unittest

from support import PROGRAM, Daemon, EndToEnd, Peer, StandInWg, key

EVENTS = 12000


class Verify(EndToEnd):

    def verify(self, folder, *flags):
        return subprocess.run([PROGRAM, "verify", "--journal", folder, *flags], capture_output=True,
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
        oldest = sorted(daemon.journal.glob("events-*.jsonl"))[0]
        subprocess.run(["gzip", oldest], check=True)
        self.assertEqual(self.verify(daemon.journal).returncode, 0, "compressed")
        subprocess.run(["gunzip", f"{oldest}.gz"], check=True)
        oldest.write_text(oldest.read_text().replace('"id":1', '"id":2', 1))
        self.assertRegex(self.verify(daemon.journal).stdout,
                         f"{oldest.name}:0: edited: this segment is another than record \\d+ sealed\n")

    def test_a_line_that_is_taken_away_is_found(self):
        daemon = Daemon(self, self.folder, StandInWg(self.folder).path)
        self.assertEqual(daemon.stop(), 0)
        segment = daemon.journal / "journal-00000000000000000001.jsonl"
        lines = segment.read_text().splitlines(keepends=True)
        segment.write_text("".join(lines[1:]))
        verified = self.verify(daemon.journal)
        self.assertEqual(verified.returncode, 65)
        self.assertIn("removed: before it, record 1 is missing", verified.stdout)

    def test_what_is_sealed_cannot_be_made_anew_with_all_that_is_on_the_disk(self):
        folder, wg = self.folder, StandInWg(self.folder)
        syslog = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(syslog.close)
        syslog.bind(str(folder / "log"))
        daemon = Daemon(self, folder, wg.path, "--seal-syslog", folder / "log")
        key_line = daemon.wait_for_stderr(r"the first key that seals the journal is ([0-9a-f]{64}):")
        self.assertEqual(daemon.stop(), 0)
        seals = [record["seal"] for record in daemon.records() if "seal" in record]
        self.assertEqual([seal["epoch"] for seal in seals], [0, 1])
        self.assertEqual(seals[0]["key"], key_line[1])
        segment = daemon.journal / "journal-00000000000000000001.jsonl"
        whole = segment.read_text().splitlines()

        verified = self.verify(daemon.journal, "--key", key_line[1])
        self.assertEqual(verified.returncode, 0, verified.stdout)
        self.assertRegex(verified.stdout, f"sealed up to record {len(whole)}, .* \\(epoch 1\\)\n")

        self.assertRegex(syslog.recv(1024).decode(), r"^<86>wgaudit\[\d+\]: sealed: record \d+, link ")
        held = folder / "held"
        held.write_text("".join(f"Nov 21 07:00:00 gw {line}\n" for line in daemon.stderr().splitlines()
                                if "sealed: record" in line))
        verified = self.verify(daemon.journal, "--held", held)
        self.assertEqual(verified.returncode, 0, verified.stdout)
        segment.write_text("".join(line + "\n" for line in whole[:-1]))
        verified = self.verify(daemon.journal, "--held", held)
        self.assertEqual(verified.returncode, 65, verified.stdout)
        self.assertIn(f"cut off: record {len(whole)}, which was kept elsewhere, is not there",
                      verified.stdout)
        held.write_text("nothing\n")
        self.assertEqual(self.verify(daemon.journal, "--held", held).returncode, 74)

        forged = self.chained_anew([whole[0].replace('"message":"m', '"message":"M', 1), *whole[1:]])
        segment.write_text("".join(line + "\n" for line in forged))
        verified = self.verify(daemon.journal, "--key", key_line[1])
        self.assertEqual(verified.returncode, 65, verified.stdout)
        self.assertIn("edited: seals other lines than", verified.stdout)

        verified = self.verify(daemon.journal, "--key", "0" * 64)
        self.assertIn("is sealed with another key than was named for its epoch", verified.stdout)

    def test_what_remains_is_proven_by_the_first_key_when_old_segments_are_deleted(self):
        wg = StandInWg(self.folder)
        daemon = Daemon(self, self.folder, wg.path, "--segment-bytes", "4096", "--journal-bytes", "16384")
        first_key = daemon.wait_for_stderr(r"the first key that seals the journal is ([0-9a-f]{64}):")[1]
        start, names = int(time.time()), [f"peer{number}" for number in range(30)]
        for shown in range(1, len(names) + 1):
            wg.show([Peer(name, handshake=start) for name in names[:shown]])
            daemon.announce_handshake()
            daemon.wait_for("peer_online", key(names[shown - 1]))
        self.assertEqual(daemon.stop(), 0)
        deleted = [record["wireguard"]["loss"] for record in daemon.records()
                   if record["event"].get("reason") == "journal_deleted"]
        begin = deleted[-1]["numbers"]["last"] + 1
        self.assertEqual(daemon.records()[0]["event"]["sequence"], begin)

        held = self.folder / "held"
        held.write_text("".join(f"{line}\n" for line in daemon.stderr().splitlines()
                                if "sealed: record" in line))
        verified = self.verify(daemon.journal, "--key", first_key, "--held", held)
        self.assertEqual(verified.returncode, 0, verified.stdout)
        self.assertIn(f"begins with record {begin}: record ", verified.stdout)
        kept = daemon.journal / "seals.jsonl"
        seals = kept.read_text().splitlines(keepends=True)
        self.assertGreater(len(seals), 3)
        kept.write_text("".join(seals[:-1]))
        self.assertRegex(self.verify(daemon.journal, "--key", first_key).stdout, "is sealed in epoch")
        kept.write_text("".join([*seals[:-1], seals[-1].replace('"message":"', '"message":" ')]))
        self.assertIn("has a seal that its key did not sign",
                      self.verify(daemon.journal, "--key", first_key).stdout)
        self.assertIn("seals.jsonl:1: record ", self.verify(daemon.journal, "--key", "0" * 64).stdout)

    @staticmethod
    def chained_anew(lines):
        """As the documentation of the chain says, and nothing of the program's."""
        link, chained = bytes(32), []
        for line in lines:
            text = re.sub(r',"chain":"[0-9a-f]{64}"}$', "}", line)
            link = hashlib.sha256(link + text.encode()).digest()
            chained.append(f'{text[:-1]},"chain":"{link.hex()}"}}')
        return chained

    def test_a_folder_without_a_journal_cannot_be_read(self):
        verified = self.verify(self.folder)
        self.assertEqual(verified.returncode, 74)
        self.assertEqual(verified.stderr, f"wgaudit: {self.folder}: there is no journal; name its "
                         "folder with --journal\n")


if __name__ == "__main__":
    unittest.main()
