"""Private and preshared keys go nowhere."""

import base64
import json
import re
import unittest

from support import TRACES, Daemon, EndToEnd, Player, StandInWg, key, replace_file

SHADOW = 1 << 30  # a mapping as large is AddressSanitizer's own


def secrets_of(trace):
    """Every private and preshared key in the trace's dumps."""
    found = set()
    with open(TRACES / trace / "dumps.jsonl") as file:
        for line in file:
            for row in json.loads(line)["dump"].splitlines():
                fields = row.split("\t")
                found.add(fields[1] if len(fields) == 5 else fields[2])
    return found - {"(none)"}


def spellings(secret):
    """As text, as bytes, and the middle alone, which a log that cuts would still show."""
    return [secret.encode(), base64.b64decode(secret), secret[4:-4].encode()]


def memory_of(process):
    """All that the process could leave in a core image, piece by piece."""
    with open(f"/proc/{process.pid}/maps") as maps, open(f"/proc/{process.pid}/mem", "rb") as memory:
        for line in maps:
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            if "rw" in line.split()[1] and end - start < SHADOW:
                memory.seek(start)
                yield memory.read(end - start)


class Secrets(EndToEnd):

    def assert_nowhere(self, secrets, daemon):
        written = [daemon.log, daemon.stderr_file, *daemon.journal.iterdir()]
        self.assertGreater(len(written), 4)
        for path in written:
            content = path.read_bytes()
            for secret in secrets:
                for spelling in spellings(secret):
                    self.assertFalse(spelling in content, path)

    def test_after_a_trace_its_secrets_are_in_no_file(self):
        secrets = secrets_of("wrongkey")
        self.assertGreater(len(secrets), 1)
        stand_in = Player(self, "wrongkey", self.folder, "--from", "54", "--to", "0")
        stand_in.wait()
        daemon = Daemon(self, self.folder, stand_in.wg, "--debug", "--interval", "1")
        player = Player(self, "wrongkey", self.folder, "--from", "54", "--to", "60", "--send",
                        f"127.0.0.1:{daemon.port}")
        player.wait()
        dump = (player.folder / "current.dump").read_text()
        self.assertTrue(any(secret in dump for secret in secrets))
        daemon.wait_for("peer_online")
        self.assertEqual(daemon.stop(), 0)
        self.assert_nowhere(secrets, daemon)

    def test_errors_do_not_quote_a_dump(self):
        wg = StandInWg(self.folder)
        daemon = Daemon(self, self.folder, wg.path, "--debug", "--interval", "1")
        daemon.wait_for("monitor_started")
        secret, preshared = key("private"), key("preshared")
        rows = [f"wg0\t{secret}\t{key('gateway')}\t51820\toff",
                f"wg0\t{key('alice')}\t{preshared}\t203.0.113.7:51820\t10.0.0.2/32\t0\t0\t0\toff"]
        for damaged in (rows[0][:40], f"wg0\t{secret}\n", "\n".join([rows[0], rows[1].replace("\t", " ")]),
                        "\n".join([rows[0], rows[1][:60]]), f"{secret}\t{rows[0]}\n"):
            failures = len(re.findall("wg show all dump:", daemon.stderr()))
            replace_file(wg.folder / "dump", damaged)
            daemon.announce_handshake()
            daemon.eventually(
                lambda: len(re.findall("wg show all dump:", daemon.stderr())) > failures, damaged)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nowhere([secret, preshared], daemon)

    def test_the_memory_of_the_daemon_holds_none_between_dumps(self):
        secrets = secrets_of("wrongkey")
        stand_in = Player(self, "wrongkey", self.folder, "--from", "14", "--to", "0")
        stand_in.wait()
        daemon = Daemon(self, self.folder, stand_in.wg, "--interval", "3600")
        public_key = daemon.wait_for("peer_added")["wireguard"]["peer"]["public_key"]
        memory = b"".join(memory_of(daemon.process))
        self.assertIn(base64.b64decode(public_key), memory)
        for secret in secrets:
            for spelling in spellings(secret):
                self.assertFalse(spelling in memory, "a secret is in the memory of the daemon")


if __name__ == "__main__":
    unittest.main()
