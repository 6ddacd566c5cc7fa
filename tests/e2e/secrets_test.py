"""Private and preshared keys go nowhere."""

import base64
import json
import os
import signal
import re
import socket
import time
import unittest

from support import (TRACES, Daemon, EndToEnd, Peer, Player, StandInWg, key, replace_file,
                     trace_lines)

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


def status_of(daemon):
    """Whatever whoever connects is told."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(str(daemon.journal.parent / "status.sock"))
        return b"".join(iter(lambda: client.recv(65536), b""))


def memory_of(process):
    """All that the process could leave in a core image, piece by piece. It is stopped meanwhile:
    what it gives back while it is read cannot be read."""
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED)
    try:
        with open(f"/proc/{process.pid}/maps") as maps, open(f"/proc/{process.pid}/mem", "rb") as memory:
            for line in maps:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                if "rw" in line.split()[1] and end - start < SHADOW:
                    memory.seek(start)
                    yield memory.read(end - start)
    finally:
        process.send_signal(signal.SIGCONT)


# Every private and preshared key begins with these 24 bytes, which are 32 characters as text.
CANARY = os.urandom(24)
CANARIES = [CANARY, CANARY.hex().encode(), CANARY.hex().upper().encode(),
            base64.b64encode(CANARY)[4:28], base64.urlsafe_b64encode(CANARY)[4:28]]

# Prints the dumps 0, 1, 2 … beside it, one each time, and then nothing any more: it fails. What it
# is given besides is noted.
WG_OF_DUMPS = """#!/bin/sh
here=${0%/*}
cat /proc/$$/environ /proc/$$/cmdline >>"$here/../seen/wg"
read -r next <"$here/next"
[ -e "$here/$next" ] || exit 1
echo $((next + 1)) >"$here/next.new" && mv "$here/next.new" "$here/next"
exec cat "$here/$next"
"""

HOOK = """#!/bin/sh
cat /proc/$$/environ /proc/$$/cmdline - >>"${0%/*}/seen/hook"
"""

ACTIONS = ("peer_added,peer_online,peer_offline,peer_roamed,peer_removed,session_ended,attempt,"
           "config_changed,evidence_lost,monitor_started,snapshot")


def canary(number):
    return base64.b64encode(CANARY + number.to_bytes(8, "big")).decode()


LAST_DUMP = "".join("\t".join(row) + "\n" for row in [
    ["wg0", canary(8), key("gateway"), "51820", "off"],
    ["wg0", key("last"), canary(9), *Peer("last").row[3:]]])


def with_canaries(dump, shift, number):
    """`dump` with other secrets, and its handshakes as if they were now."""
    rows = [row.split("\t") for row in dump.splitlines()]
    for row in rows:
        row[1 if len(row) == 5 else 2] = canary(number)
        if len(row) == 9 and row[5] != "0":
            row[5] = str(int(row[5]) + shift)
    return "".join("\t".join(row) + "\n" for row in rows)


def recorded_dumps(trace):
    """Those that differ from the one before, with new secrets from the middle on."""
    with open(TRACES / trace / "dumps.jsonl") as file:
        recorded = [json.loads(line) for line in file]
    shift = int(time.time()) - recorded[-1]["t_us"] // 1_000_000
    texts = list(dict.fromkeys(dump["dump"] for dump in recorded))
    return [with_canaries(text, shift, 2 * i // len(texts)) for i, text in enumerate(texts)]


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

    def make_program(self, path, text):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    def play(self, folder, trace):
        """A daemon that has seen all lines and dumps of the trace and is at rest."""
        wg = self.make_program(folder / "wg/wg", WG_OF_DUMPS)
        hook = self.make_program(folder / "hook", HOOK)
        (folder / "seen").mkdir()
        (wg.parent / "next").write_text("0\n")
        dumps = [*recorded_dumps(trace), LAST_DUMP]
        for number, dump in enumerate(dumps):
            (wg.parent / str(number)).write_text(dump)
        daemon = Daemon(self, folder, wg, "--debug", "--interval", "3600", "--on-change-script", hook,
                        "--hook-actions", ACTIONS)
        for line in trace_lines(trace):
            daemon.send_bytes(line["data"].encode())

        def has_read_all():
            daemon.announce_handshake()
            return (wg.parent / "next").read_text() == f"{len(dumps)}\n"

        daemon.eventually(has_read_all, "all dumps")
        daemon.wait_for("peer_added", key("last"))
        daemon.eventually((folder / "seen/hook").exists, "a hook")
        return daemon

    def test_over_every_trace_no_canary_is_in_memory_files_or_the_surroundings_of_children(self):
        for trace in sorted(path.name for path in TRACES.iterdir() if path.is_dir()):
            with self.subTest(trace):
                folder = self.make_folder()
                daemon = self.play(folder, trace)
                status = status_of(daemon)
                self.assertIn(key("last").encode(), status)
                memory = b"".join(memory_of(daemon.process))
                self.assertIn(base64.b64decode(key("last")), memory)
                self.assertEqual(daemon.stop(), 0)
                files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
                printed = [files.pop(path) for path in list(files) if path.name.isdigit()]
                self.assertTrue(all(base64.b64encode(CANARY) in dump for dump in printed if dump))
                self.assertGreater(len(printed), 3)
                self.assertGreater(len(files), 10)
                for place, content in {**files, "memory": memory, "status": status}.items():
                    for spelling in CANARIES:
                        self.assertFalse(spelling in content, place)

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
