"""The daemon is killed at any call that stores something, and its disk refuses any of them: no record
that was told is torn, lost, doubled or out of order, in the journal, the text log and the hooks.

E2E_CRASH_ROUNDS says how often it is killed; E2E_CRASH_SEED repeats a run.
"""

import collections
import itertools
import json
import os
import random
import re
import signal
import socket
import subprocess
import time
import unittest

from support import (ENVIRONMENT, EndToEnd, PATIENCE, PROGRAM, Peer, StandInWg, eventually, keep_records,
                     read_if_there, run_command, trace_lines)

FAULTS = os.environ["E2E_FAULTS"]
ROUNDS = int(os.environ.get("E2E_CRASH_ROUNDS", 40))
SEED = int(os.environ.get("E2E_CRASH_SEED", random.randrange(1 << 30)))

LONGEST_RUN = 1.0  # seconds

# What is killed at, and at the how-manieth of these calls, about.
KILLED_AT = {"write:journal-": 20, "fdatasync:journal-": 20, "open:journal-": 2, "fsync:journal": 2,
             "write:audit-log.cursor": 10, "write:hooks.cursor": 20, "write:audit.log": 20,
             "write:events-": 20, "remove:events-": 1, "": 60}
HOOKED = {"peer_online": "ONLINE", "peer_offline": "OFFLINE", "session_ended": "SESSION_ENDED"}
SHOWN = {"monitor_started": "Monitor started", "peer_online": "ONLINE", "peer_offline": "OFFLINE",
         "peer_roamed": "ROAMING", "evidence_lost": "evidence lost"}


def word_for(record, words):
    """What a reader calls it; None where it is not told. A peer that is first seen offline counts as
    going offline, as in wg_monitor."""
    action = record["event"]["action"]
    if action == "peer_added" and record["wireguard"]["peer"]["presence"] == "offline":
        action = "peer_offline"
    return words.get(action)


class Run:
    """One run of the daemon, from its start to its end, while a trace plays."""

    def __init__(self, crash, faults, call=""):
        self.crash = crash
        self.stderr = crash.folder / "stderr"
        log = crash.folder / "faults"
        log.write_text("")
        environment = {**ENVIRONMENT, "LD_PRELOAD": FAULTS, "FAULTS": faults, "FAULTS_CALL": call,
                       "FAULTS_BOOT_ID": str(crash.boot_id),
                       "FAULTS_SEED": str(crash.random.randrange(1 << 30)),
                       "FAULTS_FOLDER": str(crash.folder / "stored"), "FAULTS_LOG": str(log),
                       "ASAN_OPTIONS": "verify_asan_link_order=0"}
        command = run_command(crash.folder / "stored", crash.wg.path, "--segment-bytes", "64K",
                              "--events-bytes", "512K", "--on-change-script", crash.hook,
                              "--hook-actions", ",".join(HOOKED))
        with open(self.stderr, "wb") as stderr:
            self.process = subprocess.Popen(command, stderr=stderr, env=environment)
        crash.addCleanup(self.process.kill)

    def port(self):
        """None where it died before it listened."""
        def look():
            listening = re.search(rb"listening on 127\.0\.0\.1:(\d+)\D", self.stderr.read_bytes())
            return int(listening[1]) if listening else self.process.poll() is not None
        port = eventually(look, "listening", self.stderr.read_text)
        return None if port is True else port

    def play(self, seconds):
        """Until it dies or so long; then it is asked to end."""
        port = self.port()
        end = time.monotonic() + seconds
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while port and self.process.poll() is None and time.monotonic() < end:
                self.crash.change_peers()
                for _ in range(20):
                    sender.sendto(next(self.crash.datagrams), ("127.0.0.1", port))
                time.sleep(0.01)
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(PATIENCE)


class Crash(EndToEnd):

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.stored = self.folder / "stored"
        self.stored.mkdir()
        self.journal = self.stored / "journal"
        self.wg = StandInWg(self.folder)
        self.hook = self.folder / "hook"
        self.hook.write_text(f"#!/bin/sh\necho $WGAUDIT_SEQUENCE $PEER_EVENT >>{self.folder}/hooked\n")
        self.hook.chmod(0o755)
        self.datagrams = self.repeat([line["data"].encode() for line in trace_lines("basic")])
        self.synced = {}
        self.boot_id = self.folder / "boot_id"
        self.boots = 0
        self.boot()
        self.lost = {}
        self.addCleanup(lambda: keep_records(self.journal))

    def boot(self):
        self.boots += 1
        self.boot_id.write_text(f"{self.boots:08}-0000-4000-8000-000000000000\n")

    @staticmethod
    def repeat(datagrams):
        while True:
            yield from datagrams

    def change_peers(self):
        now = time.time()
        self.wg.show([Peer(f"peer{i}", handshake=self.random.choice((now, now, 0)),
                           endpoint=f"203.0.113.{self.random.randrange(1, 4)}:{40000 + i}")
                      for i in range(8)])

    def last_segments(self):
        for stream in ("journal", "events"):
            segments = sorted(self.journal.glob(f"{stream}-*.jsonl"))
            if segments:
                yield segments[-1]

    def take_faults(self):
        """The calls that failed, each with its file, of the run that has ended."""
        for line in (self.folder / "faults").read_text().splitlines():
            call, name, *size = line.split()
            if call == "synced":
                self.synced[name] = int(size[0])
            else:
                yield f"{call} " + re.sub(r"journal/|-\d+\.jsonl", "", name)

    def lose_power(self):
        """What was not synced is not there, or zeros are, or pages of it are missing."""
        self.boot()
        self.lost.update(self.lines("events"))
        for segment in self.last_segments():
            text = bytearray(segment.read_bytes())
            safe = min(self.synced.get(str(segment.relative_to(self.stored)), 0), len(text))
            # Often enough, that nothing of it is there: the next start then knows nothing of it.
            cut = self.random.choice((safe, self.random.randint(safe, len(text))))
            how = self.random.randrange(3)
            if how == 0:
                text = text[:cut]
            elif how == 1:
                text[cut:] = bytes(len(text) - cut)
            else:
                text[cut:cut + 300] = bytes(len(text[cut:cut + 300]))
            segment.write_bytes(text)

    def records(self, stream):
        for segment in sorted(self.journal.glob(f"{stream}-*.jsonl")):
            for line in segment.read_bytes().decode().splitlines():
                yield json.loads(line)

    def lines(self, stream):
        """By their numbers, whole ones; the last segment may be torn."""
        found = {}
        for segment in sorted(self.journal.glob(f"{stream}-*.jsonl")):
            for line in segment.read_bytes().split(b"\n")[:-1]:
                number = re.match(rb'.*?"sequence":(\d+),.*}$', line)
                if number:
                    found[int(number[1])] = line
        return found

    def wanted_hooks(self):
        return {(record["event"]["sequence"], word) for record in self.records("journal")
                for word in (word_for(record, HOOKED),) if word}

    def end_cleanly(self):
        """Two runs that nothing disturbs: the second ends when the hooks for all before it have."""
        run = Run(self, "")
        self.assertEqual(run.play(0.3), 0, run.stderr.read_text())
        wanted = self.wanted_hooks()
        run = Run(self, "")
        run.port()
        eventually(lambda: wanted <= self.hooked(), "every hook", run.stderr.read_text)
        run.process.send_signal(signal.SIGTERM)
        self.assertEqual(run.process.wait(PATIENCE), 0)
        self.assertEqual(self.hooked() - self.wanted_hooks(), set(), "told but not recorded")

    def hooked(self):
        """What hooks were run for: number and event."""
        lines = read_if_there(self.folder / "hooked").decode().split("\n")[:-1]
        return {(int(number), event) for number, event in map(str.split, lines)}

    def check(self):
        journal = list(self.records("journal"))
        numbers = [record["event"]["sequence"] for record in journal]
        self.assertTrue(numbers == list(range(1, len(numbers) + 1)), "journal")
        self.check_text_log(journal)
        self.check_events()
        return journal

    def check_events(self):
        """They are in order, each that is missing is told of, and no number was given out twice."""
        verified = subprocess.run([PROGRAM, "verify", "--journal", self.journal], capture_output=True,
                                  text=True, env=ENVIRONMENT, check=False)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        for number, line in self.lines("events").items():
            self.assertEqual(self.lost.get(number, line), line, f"event {number}")

    def check_text_log(self, journal):
        wanted = [word + record["wireguard"].get("peer", {}).get("public_key", "")[:8]
                  for record in journal for word in (word_for(record, SHOWN),) if word]
        line = re.compile(f"({'|'.join(SHOWN.values())}) *(?:\\[wg0\\] (.{{8}}))?")
        text = (self.stored / "audit.log").read_text()
        shown = [found[1] + (found[2] or "") for found in map(line.search, text.splitlines()) if found]
        for number, (line, record) in enumerate(itertools.zip_longest(shown, wanted)):
            self.assertEqual(line, record, f"line {number} of the text log")

    def has_torn_tail(self):
        """That one was found at a start."""
        return any(b'"torn_tail"' in segment.read_bytes() for segment in self.journal.glob("journal-*.jsonl"))

    def play_rounds(self, rounds, choose, is_enough=lambda: True):
        """The journal, of so many rounds, or up to three times as many until that is enough."""
        failed = collections.Counter()
        for number in range(3 * rounds):
            if number >= rounds and is_enough():
                break
            self.change_peers()
            Run(self, *choose()).play(LONGEST_RUN)
            failed.update(self.take_faults())
            if self.random.randrange(3) == 0:
                self.lose_power()
        self.end_cleanly()
        journal = self.check()
        print(f"\nseed {SEED}: {len(journal)} records; {sum(failed.values())} calls failed")
        for call, count in failed.most_common():
            print(f"  {count:5} {call}")
        return journal

    def test_killed_at_any_call(self):
        def choose():
            call, about = self.random.choice(list(KILLED_AT.items()))
            return f"kill:{int(self.random.expovariate(1 / about)) + 1}", call
        journal = self.play_rounds(ROUNDS, choose, self.has_torn_tail)
        torn = [record for record in journal if record["event"].get("reason") == "torn_tail"]
        self.assertNotEqual(torn, [])

    def test_a_disk_that_refuses_any_call(self):
        self.play_rounds(ROUNDS // 4, lambda: [f"error:{self.random.choice((2, 5, 20))}"])


if __name__ == "__main__":
    unittest.main()
