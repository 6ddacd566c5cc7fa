"""The shipped rule files in a real rsyslogd."""

import itertools
import json
import re
import socket
import subprocess
import unittest

from support import (ENVIRONMENT, PROGRAM, Daemon, EndToEnd, Rsyslogd, StandInWg, eventually,
                     kmsg_line, trace_lines, write_rsyslog_config)

RECOMMENDED = "10-wgaudit.conf"
SIMPLE = "10-wgaudit-simple.conf"

# What the kernel prints; whether the recommended rule forwards it, and whether it goes on to the
# rules that follow.
KERNEL_LINES = [
    ("<7>[    1.000001] wireguard: wg0: Peer 1 created", True, False),
    ("<7>[    1.000002] amneziawg: awg0: Peer 2 created", True, False),
    ("<7>[    1.000003] <intr> wireguard:wg_xmit:156: wireguard: wg0: Invalid IP packet", True, False),
    ("<6>[    1.000004] wireguard: WireGuard 1.0.0 loaded. See www.wireguard.com", True, True),
    ("<3>[    1.000005] wireguard: wg0: Could not create IPv4 socket", True, True),
    ("<6>[    1.000006] wireguard:[4711]: segfault at 0 ip 0 sp 0 error 4", True, True),
    ("<6>[    1.000007] office: renamed from wg0", True, True),
    ("<4>[    1.000008] net_ratelimit: 12 callbacks suppressed", True, True),
    ("<4>[    1.000009] [UFW BLOCK] IN=wg0 OUT= SRC=203.0.113.9 DST=10.0.0.1 PROTO=UDP", False, True),
    ("<6>[    1.000010] device wg0 entered promiscuous mode", False, True),
    ("<7>[    1.000011] IPv4: martian source 10.0.0.1 from 10.0.0.2, on dev wg0", False, True),
]

FORGED = "<7>kernel: [    1.000012] wireguard: wg0: Peer 666 created"


class Receiver:
    """Takes the place of the daemon, to see the datagrams themselves."""

    def __init__(self, test):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        test.addCleanup(self.socket.close)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.datagrams = []

    def wait_for(self, count):
        def receive():
            try:
                self.datagrams.append(self.socket.recv(65536).decode())
            except BlockingIOError:
                pass
            return len(self.datagrams) >= count
        eventually(receive, f"{count} datagrams", lambda: "\n".join(self.datagrams))
        return self.datagrams


class Rules(EndToEnd):

    def test_rsyslogd_accepts_each_rule_file(self):
        for rule in (RECOMMENDED, SIMPLE):
            with self.subTest(rule):
                config = write_rsyslog_config(self.folder, rule, 9999)
                check = subprocess.run(["rsyslogd", "-N1", "-f", config], env=ENVIRONMENT,
                                       stderr=subprocess.PIPE, text=True)
                self.assertEqual(check.returncode, 0, check.stderr)
                self.assertNotRegex(check.stderr.lower(), "error|warning")

    def test_recommended_rule_forwards_what_is_used_and_stops_debug_lines(self):
        receiver = Receiver(self)
        rsyslogd = Rsyslogd(self, self.folder, RECOMMENDED, receiver.port)
        rsyslogd.print(*[line for line, _, _ in KERNEL_LINES])
        wanted = [line for line, forwarded, _ in KERNEL_LINES if forwarded]
        self.assertEqual(as_kmsg(receiver.wait_for(len(wanted))), wanted)
        left = [line[len("<7>"):] for line, _, goes_on in KERNEL_LINES if goes_on]
        eventually(lambda: left[-1] in rsyslogd.left(), "the last line")
        self.assertEqual([line for line in rsyslogd.left() if line.startswith("[  ")], left)

    def test_recommended_rule_does_not_take_what_users_write_to_the_log_socket(self):
        receiver = Receiver(self)
        rsyslogd = Rsyslogd(self, self.folder, RECOMMENDED, receiver.port)
        rsyslogd.forge(FORGED)
        eventually(lambda: FORGED in rsyslogd.left(), "the forged line")
        rsyslogd.print(KERNEL_LINES[0][0])
        self.assertEqual(as_kmsg(receiver.wait_for(1)), [KERNEL_LINES[0][0]])

    def test_simple_rule_forwards_all_that_has_the_kernels_facility_and_stops_nothing(self):
        receiver = Receiver(self)
        rsyslogd = Rsyslogd(self, self.folder, SIMPLE, receiver.port)
        rsyslogd.print(*[line for line, _, _ in KERNEL_LINES])
        receiver.wait_for(len(KERNEL_LINES))
        rsyslogd.forge(FORGED)
        datagrams = receiver.wait_for(len(KERNEL_LINES) + 1)
        wanted = [line for line, _, _ in KERNEL_LINES] + ["<7>[    1.000012] wireguard: wg0: Peer 666 created"]
        self.assertEqual([kmsg_line(datagram) for datagram in datagrams], wanted)
        eventually(lambda: FORGED in rsyslogd.left(), "the forged line")
        self.assertEqual(sum(line.startswith("[  ") for line in rsyslogd.left()), len(KERNEL_LINES))


def as_kmsg(datagrams):
    """RSYSLOG_SyslogProtocol23Format back to what the kernel printed."""
    pattern = r"(<\d+>)1 \d{4}-\d\d-\d\dT\S+ \S+ kernel - - - (.*)\n"
    return ["".join(re.fullmatch(pattern, datagram).groups()) for datagram in datagrams]


class Chain(EndToEnd):

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder).path

    def test_every_line_of_a_trace_becomes_a_record_in_order(self):
        for rule in (RECOMMENDED, SIMPLE):
            with self.subTest(rule):
                folder = self.make_folder()
                lines = trace_lines("basic", seconds=60)
                wanted = self.replayed(folder, lines)
                self.assertGreater(len(wanted), 50)
                daemon = Daemon(self, folder, self.wg)
                rsyslogd = Rsyslogd(self, folder, rule, daemon.port)
                rsyslogd.print(*[kmsg_line(line["data"]) for line in lines])
                daemon.eventually(lambda: len(daemon.records("events")) >= len(wanted), "all records")
                self.assertEqual([gist(record) for record in daemon.records("events")], wanted)

    def replayed(self, folder, lines):
        """What wgaudit makes of the same lines without rsyslogd."""
        trace = folder / "trace"
        trace.mkdir()
        (trace / "datagrams.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        (trace / "dumps.jsonl").write_text("")
        replay = subprocess.run([PROGRAM, "replay", trace], env=ENVIRONMENT, check=True,
                                stdout=subprocess.PIPE)
        return [gist(json.loads(line)) for line in replay.stdout.splitlines()]

    def test_what_imklog_drops_is_recorded_as_lost(self):
        daemon = Daemon(self, self.folder, self.wg)
        rsyslogd = Rsyslogd(self, self.folder, RECOMMENDED, daemon.port,
                            'ratelimitinterval="1" ratelimitburst="5"')
        rsyslogd.print(*[f"<7>[    1.00000{i}] wireguard: wg0: Peer {i} created" for i in range(8)])
        number = itertools.count(100)

        def lost():  # it is said with the first line of the next second
            rsyslogd.print(f"<7>[    2.000000] wireguard: wg0: Peer {next(number)} created")
            texts = [record["message"] for record in daemon.records("events")
                     if record["event"]["action"] == "messages_suppressed"]
            return any(re.fullmatch(r"messages suppressed, count \d+, imklog", text) for text in texts)
        daemon.eventually(lost, "a notice of lost lines")

    def test_a_notice_of_the_kernels_rate_limit_is_recorded(self):
        daemon = Daemon(self, self.folder, self.wg)
        rsyslogd = Rsyslogd(self, self.folder, RECOMMENDED, daemon.port)
        rsyslogd.print("<4>[   12.000000] net_ratelimit: 34 callbacks suppressed")
        record = daemon.eventually(lambda: daemon.records("events"), "a record")[0]
        self.assertEqual(record["event"]["action"], "messages_suppressed")
        self.assertEqual(record["wireguard"]["count"], 34)


def gist(record):
    """The record without the times of receipt."""
    return record["event"]["action"], record.get("source"), record["wireguard"], record["message"]


if __name__ == "__main__":
    unittest.main()
