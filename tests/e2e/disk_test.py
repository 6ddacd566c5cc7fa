"""A disk that is full, and a log folder that goes away: the daemon goes on, says so once,
and writes what has waited, in order, when it can."""

import os
import pathlib
import shutil
import subprocess
import unittest

import support
from support import Daemon, EndToEnd, Peer, StandInWg

NAMESPACE = ["unshare", "--mount"] + ([] if os.getuid() == 0 else ["--map-root-user"])
ENTER = ["nsenter", "--mount", "--root"] + ([] if os.getuid() == 0 else ["--user", "--preserve-credentials"])


def free_bytes(folder):
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


def fill(folder, left=0):
    with open(folder / "filler", "wb", buffering=0) as filler:
        try:
            while free_bytes(folder) > left or left == 0:
                filler.write(bytes(512))
        except OSError:
            pass


class Disk(EndToEnd):

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder)
        self.wg.show([Peer("alice")])

    def send_lines(self, daemon, count, first=1):
        for number in range(first, first + count):
            daemon.send(f"wireguard: wg0: Sending keepalive packet to peer {number} (203.0.113.7:51820)")

    def assert_complete(self, daemon, stream, count=None):
        numbers = [record["event"]["sequence"] for record in daemon.records(stream)]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        if count:
            self.assertEqual(len(numbers), count)

    def test_a_folder_that_is_removed_is_replaced_and_what_it_held_is_told(self):
        daemon = Daemon(self, self.folder, self.wg.path)
        daemon.wait_for("peer_added")
        before = len(daemon.records())
        self.send_lines(daemon, 3)
        daemon.eventually(lambda: len(daemon.records("events")) == 3, "three events")
        shutil.rmtree(daemon.journal)
        self.send_lines(daemon, 2, first=4)
        removed = daemon.eventually(lambda: [r for r in daemon.records() if r["event"].get("reason") ==
                                             "records_removed"][1:], "both streams")
        daemon.eventually(lambda: len(daemon.records("events")) == 2, "two events")
        told = {r["wireguard"]["loss"]["detail"]: r["wireguard"]["loss"]["count"]
                for r in daemon.records() if r["event"].get("reason") == "records_removed"}
        self.assertEqual(told["events 1 to 3"], 3)
        self.assertEqual(told[f"journal 1 to {before}"], before)
        self.assertEqual(len(removed), 1)
        self.assertEqual(daemon.stop(), 0)

    def run_on_small_disk(self, size="400k"):
        """The daemon in a mount namespace of its own, its files on a file system of this size."""
        disk = self.folder / "disk"
        disk.mkdir()
        command = support.run_command(disk, self.wg.path)
        mount = 'mount -t tmpfs -o size="$1" none "$2"; shift 2; exec "$@"'
        words = [*NAMESPACE, "sh", "-ec", mount, "sh", size, disk, *command]
        self.patch_command(lambda *_: words)
        daemon = Daemon(self, self.folder, self.wg.path)
        daemon.disk = pathlib.Path(f"/proc/{daemon.process.pid}/root/{disk}")
        daemon.journal = daemon.disk / "journal"
        daemon.wait_for("peer_added")
        return daemon

    def patch_command(self, command):
        before = support.run_command
        support.run_command = command
        self.addCleanup(setattr, support, "run_command", before)

    def test_a_full_disk_loses_nothing(self):
        daemon = self.run_on_small_disk()
        self.send_lines(daemon, 10)
        daemon.eventually(lambda: len(daemon.records("events")) == 10, "ten events")
        fill(daemon.disk)
        self.send_lines(daemon, 500, first=11)
        daemon.wait_for_stderr("the disk is nearly full; events wait")
        self.send_lines(daemon, 500, first=511)
        self.wg.show([])
        daemon.send("wireguard: wg0: Peer 1 (203.0.113.7:51820) destroyed")
        daemon.wait_for_stderr("No space left on device; what is recorded waits")
        self.assertIsNone(daemon.find("peer_removed"))
        self.remount(daemon, "size=4m")
        daemon.wait_for_stderr("writing works again")
        daemon.wait_for("peer_removed")
        daemon.eventually(lambda: len(daemon.records("events")) == 1011, "all events")
        self.assertEqual(daemon.stderr().count("what is recorded waits"), 1)
        self.assert_complete(daemon, "journal")
        self.assert_complete(daemon, "events", 1011)
        self.assertIsNone(daemon.find("evidence_lost"))

    def test_on_a_disk_that_is_nearly_full_only_events_wait(self):
        daemon = self.run_on_small_disk("16m")
        fill(daemon.disk, left=120_000)  # less than half of 2 %

        def is_told():  # the disk is looked at when something is written, once a second
            self.send_lines(daemon, 1)
            return "the disk is nearly full; events wait" in daemon.stderr()
        daemon.eventually(is_told, "a disk that is nearly full")
        before = len(daemon.records("events"))
        self.send_lines(daemon, 100)
        self.wg.show([])
        daemon.send("wireguard: wg0: Peer 1 (203.0.113.7:51820) destroyed")
        daemon.wait_for("peer_removed")
        self.assertEqual(len(daemon.records("events")), before)
        (daemon.disk / "filler").unlink()
        daemon.wait_for_stderr("there is room for events again")
        daemon.eventually(lambda: len(daemon.records("events")) > before + 100, "all events")
        self.assert_complete(daemon, "journal")
        self.assert_complete(daemon, "events")
        self.assertIsNone(daemon.find("evidence_lost"))

    def remount(self, daemon, options):
        subprocess.run([*ENTER, "--target", str(daemon.process.pid), "mount", "-o", f"remount,{options}",
                        self.folder / "disk"], check=True)


if __name__ == "__main__":
    unittest.main()
