"""`wgaudit status`: what the daemon that runs tells of itself and of everybody."""

import json
import os
import pty
import re
import signal
import socket
import stat
import subprocess
import time
import unittest

from support import (ENVIRONMENT, PATIENCE, PROGRAM, RECORDS, Daemon, EndToEnd, Peer, StandInWg,
                     eventually, key, rest_of)

MANY = 2_000


def ask(socket_file, *flags, **environment):
    return subprocess.run(
        [PROGRAM, "status", "--config", "/dev/null", "--status-socket", socket_file, *flags],
        capture_output=True, text=True, timeout=PATIENCE, env={**ENVIRONMENT, **environment})


def without_times(text):
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "DATE", text)
    text = re.sub(r" on \S+, since", " on HOST, since", text)
    text = re.sub(r"\(\d+s\)|\d+s ago", lambda found: re.sub(r"\d+", "N", found[0]), text)
    return re.sub(r"(?<=\d|N)s +", "s ", re.sub(r" \d+s ", " Ns ", text))


class StatusTest(EndToEnd):

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder)
        self.socket = self.folder / "status.sock"

    def start(self, *flags, folder=None):
        return Daemon(self, folder or self.folder, self.wg.path, *flags)

    def start_with_alice_online(self):
        self.wg.show([Peer("alice", time.time() - 5), Peer("bob", 0, "(none)")])
        daemon = self.start()
        daemon.wait_for("peer_online", key("alice"))
        return daemon

    def told(self):
        answer = ask(self.socket, "--json")
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        return json.loads(answer.stdout)

    def test_people_see_how_the_daemon_is_doing_and_who_is_there(self):
        daemon = self.start_with_alice_online()
        daemon.send("wireguard: wg0: Peer 7 created")
        eventually(lambda: self.told()["lines"] == {"peer_created": 1}, "the line")
        eventually(lambda: self.told()["readers"][0]["behind"] == 0, "the text log")
        answer = ask(self.socket)
        self.assertEqual(answer.stderr, "")
        text = without_times(answer.stdout)
        text = re.sub(r"\d+ in all", "N in all", text)
        self.assertEqual(text, """\
wgaudit 0.1.0 on HOST, since DATE (Ns)
last dump  Ns ago, N in all, 0 failed
datagrams  1 received, 1 recorded, 0 ignored, 0 rejected
handshakes 0 today (UTC), 0 of them printed by the kernel
lost       nothing that is known
readers    text_log has read all
peers      1 of 2 online

PEER     IF  STATE   SINCE HANDSHAKE RX TX ENDPOINT          IDENTITY
YWxpY2UA wg0 online  Ns Ns 0  0  203.0.113.7:51820 -
Ym9iAAAA wg0 offline Ns never     -  -  -                 -
""")

    def test_the_json_has_what_wg_shows_in_records_as_the_journal_has_them(self):
        self.start_with_alice_online()
        told = self.told()
        RECORDS.mkdir(parents=True, exist_ok=True)
        with open(RECORDS / f"e2e-status-{os.getpid()}.jsonl", "a") as kept:
            for record in told["interfaces"] + told["peers"]:
                kept.write(json.dumps(record) + "\n")
        self.assertEqual(told["interfaces"][0]["wireguard"]["interface_key"], key("gateway"))
        self.assertEqual(told["interfaces"][0]["wireguard"]["listen_port"], 51820)
        alice = next(one for one in told["peers"] if one["wireguard"]["peer"]["public_key"] == key("alice"))
        self.assertEqual(alice["source"], {"ip": "203.0.113.7", "port": 51820})
        self.assertEqual(alice["wireguard"]["peer"]["allowed_ips"], ["10.0.0.2/32"])
        self.assertEqual(alice["wireguard"]["session_summary"]["handshakes"], 1)
        self.assertNotIn(key("private"), json.dumps(told))

    def test_without_a_daemon_one_line_names_the_cure(self):
        daemon = self.start()
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(self.socket.exists())
        answer = ask(self.socket)
        self.assertEqual((answer.returncode, answer.stdout), (69, ""))
        self.assertEqual(answer.stderr,
                         f"wgaudit: {self.socket}: no daemon answers there; start it (systemctl start "
                         "wgaudit), or name its socket with --status-socket\n")

    def test_a_daemon_that_stands_still_is_told(self):
        daemon = self.start()
        daemon.process.send_signal(signal.SIGSTOP)
        answer = ask(self.socket)
        daemon.process.send_signal(signal.SIGCONT)
        self.assertEqual(answer.returncode, 69)
        self.assertIn("the daemon does not answer: it hangs or has no time", answer.stderr)
        self.assertEqual(self.told()["v"], 1)

    def test_one_that_was_killed_is_followed_and_one_that_runs_keeps_its_socket(self):
        first = self.start()
        second = self.start(folder=self.make_folder(), *("--status-socket", self.socket))
        second.wait_for_stderr("wgaudit status will not be answered: .*status.sock: another wgaudit "
                               "answers there; make a folder")
        self.assertIn(str(first.port), first.stderr())
        first.send("wireguard: wg0: Peer 7 created")
        eventually(lambda: self.told()["lines"], "the first one's line")
        second.stop()
        self.assertEqual(self.told()["lines"], {"peer_created": 1})
        first.process.kill()
        first.process.wait()
        self.start()
        eventually(lambda: ask(self.socket).returncode == 0, "the one that follows")

    def test_a_daemon_without_a_place_for_its_socket_records_all_the_same(self):
        daemon = self.start("--status-socket", "/nonexistent/status.sock")
        daemon.wait_for_stderr("wgaudit status will not be answered: /nonexistent/status.sock: No such "
                               "file or directory; make a folder")
        daemon.wait_for("monitor_started")
        self.assertEqual(daemon.stop(), 0)

    def test_only_owner_and_group_may_ask(self):
        self.start()
        self.assertEqual(stat.S_IMODE(self.socket.stat().st_mode), 0o660)

    def test_clients_that_read_nothing_hold_up_neither_lines_nor_others(self):
        self.wg.show([Peer(f"peer{i}", time.time(), f"203.0.{i // 250}.{i % 250}:{1024 + i}")
                      for i in range(MANY)])
        daemon = self.start()
        eventually(lambda: len(self.told()["peers"]) == MANY, "all peers")
        silent = []
        for _ in range(6):
            silent.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            self.addCleanup(silent[-1].close)
            silent[-1].connect(str(self.socket))
        daemon.send("wireguard: wg0: Peer 7 created")
        began = time.monotonic()
        daemon.eventually(lambda: any(record["event"]["action"] == "peer_created"
                                      for record in daemon.records("events")), "the line")
        self.assertLess(time.monotonic() - began, 5)
        answer = ask(self.socket)
        self.assertIn(f"peers      {MANY} of {MANY} online\n", answer.stdout)
        self.assertEqual(answer.stdout.count("wg0 online"), MANY)

    def on_a_terminal(self, *flags, **environment):
        """The terminal's other end, and what prints there."""
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        process = subprocess.Popen(
            [PROGRAM, "status", "--config", "/dev/null", "--status-socket", self.socket, *flags],
            stdout=slave, env={**ENVIRONMENT, "TERM": "xterm", **environment})
        os.close(slave)
        return master, process

    def test_colours_are_for_a_terminal_that_wants_them(self):
        self.start_with_alice_online()
        self.assertNotIn("\x1b", ask(self.socket, TERM="xterm").stdout)
        for environment, has_colours in (({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False),
                                         ({"TERM": "dumb"}, False)):
            with self.subTest(environment):
                master, process = self.on_a_terminal(**environment)
                self.assertEqual(process.wait(PATIENCE), 0)
                self.assertEqual(b"\x1b[32monline" in rest_of(master), has_colours)

    def test_watching_goes_on_until_it_is_interrupted_over_a_restart_of_the_daemon(self):
        daemon = self.start_with_alice_online()
        watching = subprocess.Popen(
            [PROGRAM, "status", "--config", "/dev/null", "--status-socket", self.socket, "--watch"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True)
        self.addCleanup(watching.stdout.close)
        self.addCleanup(watching.stderr.close)

        def wait_for_heads(count):
            while count > 0:
                line = watching.stdout.readline()
                self.assertTrue(line, "it ended")
                count -= line.startswith("wgaudit 0.1.0 on ")

        wait_for_heads(2)
        daemon.stop()
        while "no daemon answers there" not in (line := watching.stderr.readline()):
            self.assertTrue(line, "it ended")  # it may have asked just as the daemon ended
        self.start()
        wait_for_heads(2)
        watching.send_signal(signal.SIGINT)
        self.assertEqual(watching.wait(PATIENCE), -signal.SIGINT)

    def test_a_terminal_that_watches_is_drawn_over_in_place(self):
        self.start_with_alice_online()
        master, process = self.on_a_terminal("--watch")
        screen = b""
        while screen.count(b"\x1b[H") < 2:
            screen += os.read(master, 65536)
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        self.assertEqual(screen.count(b"\x1b[2J"), 1)
        self.assertIn(b"\x1b[K\r\n", screen)


if __name__ == "__main__":
    unittest.main()
