"""What systemd gives the daemon and is told by it (sd_listen_fds(3), sd_notify(3)), without systemd."""

import os
import re
import socket
import subprocess
import sys
import time
import unittest

from support import ENVIRONMENT, PATIENCE, Daemon, EndToEnd, Peer, StandInWg, eventually, run_command

# Gives its socket away as the third descriptor, to the process that it becomes.
GIVE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="wgaudit.socket")
os.execv(sys.argv[2], sys.argv[2:])
"""

# In front of tests/support/fake_wg: notes what it is given.
WG_LOOKS = """#!/bin/sh
here=${0%/*}
env >"$here/environment"
exec "$here/real" "$@"
"""


def bound_socket(port=0, kind=socket.SOCK_DGRAM):
    """As systemd makes it."""
    made = socket.socket(socket.AF_INET, kind)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(("127.0.0.1", port))
    except OSError:
        made.close()
        raise
    return made


class ServiceManager(EndToEnd):

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder)
        self.socket = bound_socket()
        self.addCleanup(self.socket.close)
        self.port = self.socket.getsockname()[1]
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.told.bind(str(self.folder / "notify"))
        self.told.settimeout(PATIENCE)
        self.addCleanup(self.told.close)
        self.environment = {"NOTIFY_SOCKET": str(self.folder / "notify")}

    def command(self, given, port, *flags):
        return [sys.executable, "-c", GIVE, str(given.fileno()),
                *run_command(self.folder, self.wg.path, "--listen", f"127.0.0.1:{port}", *flags)]

    def run_daemon(self, *flags):
        return Daemon(self, self.folder, self.wg.path, command=self.command(self.socket, self.port, *flags),
                      environment=self.environment, pass_fds=[self.socket.fileno()])

    def refusal(self, given, port):
        process = subprocess.run(self.command(given, port), env=ENVIRONMENT, stderr=subprocess.PIPE,
                                 pass_fds=[given.fileno()], text=True, timeout=PATIENCE)
        self.assertEqual(process.returncode, 78, process.stderr)
        return process.stderr

    def wait_until_told(self, pattern):
        """All that was told up to there."""
        told = []
        while not told or not re.fullmatch(pattern, told[-1]):
            told.append(self.told.recv(4096).decode())
        return told

    def test_what_came_before_the_daemon_and_between_two_of_them_is_received(self):
        line = "<7>Nov 21 07:00:00 gw kernel: [12345.678901] wireguard: wg0: Peer {} created"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in (1, 2):
                sender.sendto(line.format(number).encode(), ("127.0.0.1", self.port))
                daemon = self.run_daemon()
                events = lambda: [record["wireguard"]["peer"]["id"] for record in daemon.records("events")]
                daemon.eventually(lambda: events() == list(range(1, number + 1)), "the event")
                self.assertEqual(daemon.stop(), 0)

    def test_nobody_else_can_bind_the_port_from_then_on(self):
        self.run_daemon()
        with self.assertRaises(OSError):
            bound_socket(self.port)

    def test_a_socket_that_was_bound_beside_it_is_recorded(self):
        stranger = bound_socket(self.port)
        self.addCleanup(stranger.close)
        if os.geteuid() == 0:
            os.fchown(stranger.fileno(), 65534, 65534)
        daemon = self.run_daemon()
        lost = daemon.wait_for("evidence_lost")
        self.assertEqual(lost["event"]["reason"], "port_shared")
        self.assertRegex(lost["wireguard"]["loss"]["detail"], r"^the users \d+, \d+ have sockets there, ")
        self.assertIn("the port is shared: ", daemon.stderr())

    def test_what_the_socket_dropped_before_is_recorded_without_a_number_of_its_own(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(100):
                sender.sendto(b"x", ("127.0.0.1", self.port))
        daemon = self.run_daemon()
        self.assertEqual(daemon.stop(), 0)
        [lost] = [record for record in daemon.records()
                  if record["event"].get("reason") == "socket_overflow"]
        self.assertNotIn("count", lost["wireguard"]["loss"])
        self.assertRegex(lost["wireguard"]["loss"]["detail"],
                         r"^\d\d that the socket dropped since it was bound$")

    def test_alone_on_the_port_nothing_is_recorded(self):
        daemon = self.run_daemon()
        self.assertEqual(daemon.stop(), 0)
        self.assertIsNone(daemon.find("evidence_lost"))

    def test_another_address_than_that_of_the_setting_is_refused(self):
        self.assertEqual(self.refusal(self.socket, 9),
                         f"wgaudit: the socket unit listens on 127.0.0.1:{self.port}, the setting listen "
                         "says 127.0.0.1:9: make them one, here or with 'systemctl edit' there\n")

    def test_a_socket_of_another_kind_is_refused(self):
        with bound_socket(kind=socket.SOCK_STREAM) as stream:
            stream.listen()
            self.assertEqual(self.refusal(stream, stream.getsockname()[1]),
                             "wgaudit: the socket unit gives something else than one UDP socket; have one "
                             "ListenDatagram= in it, with an address and a port\n")

    def test_it_tells_when_it_is_ready_what_it_knows_and_when_it_stops(self):
        self.wg.show([Peer("alice", time.time()), Peer("bob"), Peer("carol", time.time())])
        daemon = self.run_daemon("--interval", "1")
        told = self.wait_until_told(r"STATUS=.*")
        self.assertEqual(sorted(told)[0], "READY=1")
        self.assertRegex(told[-1], r"^STATUS=2 of 3 peers online, dump at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.wg.set_mode("fail")
        self.wait_until_told(r"STATUS=2 of 3 peers online, dump at [-0-9 :]{19}; the last one failed: "
                             r".*Operation not permitted.*")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.wait_until_told("STOPPING=1").count("WATCHDOG=1"), 0, "nobody asked for it")

    def test_the_watchdog_is_fed_as_long_as_the_loop_turns(self):
        self.environment["WATCHDOG_USEC"] = "100000"
        self.run_daemon()
        for _ in range(3):
            self.wait_until_told("WATCHDOG=1")

    def test_programs_that_are_run_see_nothing_of_it(self):
        self.environment["WATCHDOG_USEC"] = "60000000"
        self.wg.path.rename(self.wg.folder / "real")
        self.wg.path.write_text(WG_LOOKS)
        self.wg.path.chmod(0o755)
        hook = self.folder / "hook"
        hook.write_text(f"#!/bin/sh\nenv >{self.folder}/environment\n")
        hook.chmod(0o755)
        self.wg.show([Peer("alice", time.time())])
        self.run_daemon("--on-change-script", hook)
        self.wait_until_told("READY=1")
        for folder in (self.folder, self.wg.folder):
            seen = folder / "environment"
            eventually(lambda: seen.exists() and "PATH=" in seen.read_text(), "a program that ran")
            self.assertNotRegex(seen.read_text(), "(?m)^(NOTIFY|LISTEN|WATCHDOG)_")


if __name__ == "__main__":
    unittest.main()
