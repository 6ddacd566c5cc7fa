"""What a local user can forge: each attack by a real other user (uid 65534) in a network namespace of
its own, without more, with the firewall's marks, and through rsyslogd. What comes of each is what the
table in doc/forgery.md says."""

import contextlib
import ctypes
import errno
import itertools
import os
import re
import signal
import socket
import subprocess
import time
import traceback
import unittest

from support import (ENVIRONMENT, PATIENCE, SOURCE, Daemon, EndToEnd, Peer, Rsyslogd, StandInWg,
                     eventually, key, run_command)

NOBODY = 65534
CLONE_NEWNET = 0x40000000
RULES = SOURCE / "packaging/wgaudit.nft"

FORGED = "wireguard: wg0: Peer 666 created"
GENUINE = "wireguard: wg0: Peer 1 created"

WAYS = PLAIN, MARKED = "plain", "with marks"
FLAGS = {PLAIN: (), MARKED: ("--require-mark", "0x5747")}

DOCUMENT = SOURCE / "doc/forgery.md"
# The outcomes that the document tells, by attack (`A`, or all of its words) and way.
TABLE = {(words if words.startswith("F") else words.split(":")[0], way): outcome
         for words, *outcomes in re.findall(r"^\| (\w+: .*) \| (.*) \| (.*) \|$", DOCUMENT.read_text(),
                                            re.MULTILINE)
         for way, outcome in zip(WAYS, outcomes)}


def framed(text):
    return f"<7>Nov 21 07:00:00 gw kernel: [{time.monotonic():12.6f}] {text}".encode()


def enter_network_namespace():
    """With a loopback of its own, for this process and its children."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise unittest.SkipTest(f"no network namespace: {os.strerror(ctypes.get_errno())}")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


@contextlib.contextmanager
def as_user(uid, act):
    """Runs `act` in a process of that user; what it returns is open until the end of the block."""
    done, may_end = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(may_end[1])
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            held = act()
            os.write(done[1], b"1")
            os.read(may_end[0], 1)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(may_end[0])
    os.close(done[1])
    try:
        assert os.read(done[0], 1) == b"1", "the other user's process has failed"
        yield
    finally:
        os.close(done[0])
        os.close(may_end[1])
        os.waitpid(child, 0)


class Attacker:
    """What a user can do to the daemon's port, and to rsyslog's own."""

    def __init__(self, port, port_of_rsyslog):
        self.address = ("127.0.0.1", port)
        self.port_of_rsyslog = port_of_rsyslog

    def send(self, source_port=None, options=()):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for option in options:
            sender.setsockopt(socket.SOL_SOCKET, option, 1)
        if source_port:
            sender.bind(("127.0.0.1", source_port))
        sender.sendto(framed(FORGED), self.address)
        return sender

    def send_from_own_port(self):
        return self.send()

    def send_from_own_port_and_close(self):
        self.send().close()

    def send_from_rsyslogs_port(self):
        return self.send(self.port_of_rsyslog, [socket.SO_REUSEADDR])

    def send_from_rsyslogs_port_and_close(self):
        self.send_from_rsyslogs_port().close()

    def mark_it_himself(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            try:
                sender.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 0x5747)
                raise AssertionError("set the mark")
            except PermissionError:
                pass

    def take_the_port(self):
        """With every mix of options; none may work."""
        for options in ([], [socket.SO_REUSEADDR], [socket.SO_REUSEPORT],
                        [socket.SO_REUSEADDR, socket.SO_REUSEPORT]):
            for host in ("127.0.0.1", "0.0.0.0"):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taker:
                    for option in options:
                        taker.setsockopt(socket.SOL_SOCKET, option, 1)
                    try:
                        taker.bind((host, self.address[1]))
                        raise AssertionError(f"took the port by {options} on {host}")
                    except OSError as error:
                        assert error.errno == errno.EADDRINUSE, error


SENDS = {"A": Attacker.send_from_own_port, "B": Attacker.send_from_own_port_and_close,
         "C": Attacker.send_from_rsyslogs_port, "C2": Attacker.send_from_rsyslogs_port_and_close}


@unittest.skipIf(os.geteuid() != 0, "two users and a network namespace take root")
class Forgery(EndToEnd):

    @classmethod
    def setUpClass(cls):
        enter_network_namespace()
        cls.has_firewall = subprocess.run(["nft", "list", "ruleset"]).returncode == 0

    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)
        self.wg = StandInWg(self.folder)
        self.rsyslog = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)  # shares its port, as omfwd does
        self.rsyslog.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.addCleanup(self.rsyslog.close)
        self.genuine = 0  # lines that were sent

    def start(self, way, *flags):
        if way == MARKED and not self.has_firewall:
            self.skipTest("this kernel has no nf_tables")
        self.daemon = Daemon(self, self.folder, self.wg.path, *FLAGS[way], *flags)
        self.daemon.wait_for("monitor_started")
        if way == MARKED:
            load_rules(self.daemon.port)

    def send_genuine(self):
        self.rsyslog.sendto(framed(GENUINE), ("127.0.0.1", self.daemon.port))
        self.genuine += 1

    def attack(self, act, alarm):
        """The daemon reads only when the attack is over, which is best for the attacker. An alarm is
        waited for as long as he stays."""
        self.send_genuine()
        self.daemon.eventually(lambda: self.count(GENUINE), "the genuine line")
        attacker = Attacker(self.daemon.port, self.rsyslog.getsockname()[1])
        self.daemon.process.send_signal(signal.SIGSTOP)
        with as_user(NOBODY, lambda: act(attacker)):
            self.daemon.process.send_signal(signal.SIGCONT)

            def is_over():
                self.send_genuine()
                self.daemon.eventually(lambda: self.count(GENUINE) == self.genuine, "a genuine line")
                return self.alarms() or not alarm
            self.daemon.eventually(is_over, "an alarm")
        self.daemon.stop()

    def count(self, text):
        peer = int(re.search(r"Peer (\d+)", text)[1])
        return sum(record["wireguard"].get("peer", {}).get("id") == peer
                   for record in self.daemon.records("events"))

    def alarms(self):
        return [record for record in self.daemon.records()
                if record["event"]["action"] == "forged_input"]

    def outcome(self):
        reasons = sorted({record["event"]["reason"] for record in self.alarms()})
        taken = "accepted" if self.count(FORGED) else "refused"
        return ", ".join([taken, *reasons])

    def note(self, attack, way, outcome):
        print(f"  {attack}, {way}: {outcome}", flush=True)
        self.assertEqual(outcome, TABLE[attack, way])

    def assert_all_accounted_for(self):
        counts = self.daemon.find("monitor_stopped")["wireguard"]["monitor"]["datagrams"]
        self.assertEqual(counts["received"], self.genuine + 1)
        self.assertEqual(counts["recorded"] + counts["rejected"], counts["received"])
        self.assertEqual(counts["recorded"], len(self.daemon.records("events")))

    def check_sends(self, way):
        for attack, act in SENDS.items():
            with self.subTest(attack):
                self.setUp()
                self.start(way)
                self.attack(act, alarm="sender" in TABLE[attack, way])
                self.note(attack, way, self.outcome())
                self.assert_all_accounted_for()

    def test_without_marks_a_forged_line_counts_and_a_sender_who_stays_is_an_alarm(self):
        self.check_sends(PLAIN)
        self.check_alarm("foreign_sender")

    def test_with_marks_no_forged_line_counts_and_each_is_told(self):
        self.check_sends(MARKED)
        self.check_alarm("wrong_mark")

    def check_alarm(self, reason):
        """Names who it was, in the text log as well."""
        self.setUp()
        self.start(MARKED if reason == "wrong_mark" else PLAIN)
        self.attack(Attacker.send_from_own_port, alarm=True)
        alarm = self.alarms()[0]
        self.assertEqual(alarm["event"]["reason"], reason)
        self.assertEqual(alarm["source"]["ip"], "127.0.0.1")
        forgery = alarm["wireguard"]["forgery"]
        self.assertEqual([forgery["count"], forgery["uid"]], [1, NOBODY])
        self.assertIn(FORGED, forgery["sample"])
        words = (f"[WARN] forged input: {reason.replace('_', ' ')}, from "
                 f"127.0.0.1:{alarm['source']['port']}, uid {NOBODY}: <7>")
        self.assertIn(words, self.daemon.log.read_text())

    def test_nobody_else_can_set_the_mark(self):
        with as_user(NOBODY, Attacker(None, None).mark_it_himself):
            pass

    def test_nobody_else_can_take_the_port(self):
        for way in WAYS:
            with self.subTest(way):
                self.setUp()
                self.start(way)
                with as_user(NOBODY, Attacker(self.daemon.port, None).take_the_port):
                    self.note("D", way, "refused")

    def test_a_port_that_was_taken_before_the_start_is_told(self):
        for way in WAYS:
            command = run_command(self.folder, self.wg.path, "--listen", "127.0.0.1:9999", *FLAGS[way])
            with as_user(NOBODY, lambda: bound(9999)):
                daemon = subprocess.run(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True,
                                        timeout=PATIENCE)
            self.assertEqual(daemon.returncode, 69)
            self.assertIn("Address already in use; see who has the port with 'ss -ulpn'", daemon.stderr)
            self.note("E", way, "no start")

    def test_what_users_write_to_the_log_socket_does_not_pass_the_recommended_rule(self):
        rules = {"recommended": "10-wgaudit.conf", "simple": "10-wgaudit-simple.conf"}
        for (word, rule), way in itertools.product(rules.items(), WAYS):
            with self.subTest(f"{rule} {way}"):
                self.setUp()
                self.start(way)
                self.forge_through_rsyslogd(rule)
                self.note(f"F: writes to /dev/log, {word} rule", way, self.outcome())

    def forge_through_rsyslogd(self, rule):
        folder = self.make_folder()
        folder.chmod(0o755)
        rsyslogd = Rsyslogd(self, folder, rule, self.daemon.port)
        with as_user(NOBODY, lambda: rsyslogd.forge(f"<7>kernel: [    1.000001] {FORGED}")):
            eventually(lambda: any(FORGED in line for line in rsyslogd.left()), "the forged line")
            rsyslogd.print(f"<7>[    1.000002] {GENUINE}")
            self.daemon.eventually(lambda: self.count(GENUINE), "the genuine line")
        self.daemon.stop()

    def test_over_the_unix_socket_rsyslogd_is_heard_and_nobody_else(self):
        socket_file = self.folder / "unix"
        self.start(PLAIN, "--listen-unix", socket_file)
        folder = self.make_folder()
        Rsyslogd(self, folder, "10-wgaudit-unix.conf", socket_file).print(f"<7>[    1.000002] {GENUINE}")
        self.daemon.eventually(lambda: self.count(GENUINE), "the genuine line")
        sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(sender.close)
        self.assertEqual(socket_file.stat().st_mode & 0o777, 0o600)
        socket_file.chmod(0o666)
        with as_user(NOBODY, lambda: sender.sendto(framed(FORGED), str(socket_file))):
            self.daemon.wait_for("forged_input")
        self.daemon.stop()
        self.assertEqual(self.outcome(), "refused, foreign_sender")
        self.genuine = 1
        self.assert_all_accounted_for()
        self.assertIn("a datagram to", self.daemon.stderr())
        self.assertFalse(socket_file.exists())

    def test_rsyslogd_finds_the_unix_socket_of_the_next_run(self):
        flags = "--listen-unix", self.folder / "unix"
        self.start(PLAIN, *flags)
        folder = self.make_folder()
        rsyslogd = Rsyslogd(self, folder, "10-wgaudit-unix.conf", flags[1])
        rsyslogd.print(f"<7>[    1.000002] {GENUINE}")
        self.daemon.eventually(lambda: self.count(GENUINE), "a line")
        self.daemon.process.kill()  # leaves its socket behind
        self.daemon.process.wait()
        rsyslogd.print(f"<7>[    2.000002] {GENUINE}")
        self.start(PLAIN, *flags)

        def is_heard():
            rsyslogd.print(f"<7>[    3.000002] {FORGED}")
            return self.count(FORGED)
        self.daemon.eventually(is_heard, "a line in the next run")

    def test_a_forged_line_alone_makes_nobody_online_and_binds_no_key(self):
        self.wg.show([Peer("alice")])
        self.start(PLAIN, "--interval", "1")
        self.daemon.wait_for("peer_added", key("alice"))
        texts = ["Peer 1 created", "Peer 9 created",
                 "Receiving handshake initiation from peer 1 (203.0.113.7:51820)",
                 "Sending handshake response to peer 1 (203.0.113.7:51820)",
                 "Receiving handshake response from peer 9 (203.0.113.7:51820)",
                 "Keypair 1 created for peer 1", "Keypair 2 created for peer 9",
                 "Receiving keepalive packet from peer 1 (203.0.113.7:51820)"]
        with as_user(NOBODY, lambda: [self.daemon.print(f"wireguard: wg0: {text}") for text in texts]):
            self.daemon.eventually(lambda: len(self.daemon.records("events")) == len(texts), "the lines")
        for ips in ("10.0.0.3/32", "10.0.0.4/32"):  # the second is of a dump that began behind the lines
            self.wg.show([Peer("alice", allowed_ips=ips)])
            self.daemon.eventually(lambda: any(record["wireguard"].get("change", {}).get("after") == ips
                                               for record in self.daemon.records()), ips)
        self.daemon.stop()
        actions = {record["event"]["action"] for record in self.daemon.records()}
        self.assertTrue(actions.isdisjoint({"peer_online", "session_ended", "peer_identified"}), actions)
        events = self.daemon.records("events")
        self.assertEqual({event["wireguard"]["peer"]["identity"] for event in events}, {"unresolved"})


def bound(port):
    """In a namespace of our own, every port is free."""
    taker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    taker.bind(("127.0.0.1", port))
    return taker


def load_rules(port):
    """The shipped ones, for another port."""
    text = RULES.read_text()
    assert "9999" in text
    subprocess.run(["nft", "-f", "-"], input=text.replace("9999", str(port)), text=True, check=True)


if __name__ == "__main__":
    unittest.main()
