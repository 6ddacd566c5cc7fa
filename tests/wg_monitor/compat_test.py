"""--compat=wg_monitor with the running daemon."""

import subprocess
import time
import unittest

from support import ENVIRONMENT, PROGRAM, Daemon, EndToEnd, Peer, StandInWg, eventually, key, run_command


class Compat(EndToEnd):

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder)
        self.now = int(time.time())

    def start(self, *flags):
        daemon = Daemon(self, self.folder, self.wg.path, "--compat=wg_monitor", *flags)
        daemon.wait_for_stderr("Monitor started")
        return daemon

    def lines(self):
        """Of the text log, without times, the handshakes and what wgaudit says of its own absence."""
        lines = (self.folder / "audit.log").read_text().splitlines()
        return [line[20:].split(" (handshake")[0] for line in lines if "evidence lost: monitor down" not in line]

    def wait_for_lines(self, daemon, wanted):
        daemon.eventually(lambda: self.lines() == wanted, wanted)

    def test_letter_c_every_start_tells_of_everybody_only_where_it_is_asked_to(self):
        self.wg.show([Peer("alice", self.now), Peer("bob")])
        alice = "ONLINE  [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2]"
        bob = "OFFLINE [wg0] Ym9iAAAA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2]"
        started = "Monitor started | Interval: 30s, Threshold: 180s, Stats: 3600s"
        ended = ["Received signal 15, shutting down gracefully...", "Monitor stopped gracefully."]
        new = [started, alice + " new", bob + " new"]
        daemon = self.start()
        self.wait_for_lines(daemon, new)
        self.assertEqual(daemon.stop(), 0)
        daemon = self.start()
        self.wait_for_lines(daemon, [*new, *ended, *new])
        daemon.process.kill()  # and what is not in the log yet is rendered again
        daemon.process.wait()
        daemon = self.start()
        self.wait_for_lines(daemon, [*new, *ended, *new, *new])
        daemon.stop()
        daemon = Daemon(self, self.folder, self.wg.path)
        self.wg.show([Peer("alice", self.now), Peer("bob", self.now)])
        daemon.announce_handshake()
        self.wait_for_lines(daemon, [*new, *ended, *new, *new, *ended, started, bob.replace("OFFLINE", "ONLINE ")])
        daemon.stop()
        verified = subprocess.run([PROGRAM, "verify", "--journal", daemon.journal], env=ENVIRONMENT,
                                  stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(verified.returncode, 0, verified.stdout)

    def test_what_changed_while_it_was_down_is_told_too(self):
        self.wg.show([Peer("alice", self.now)])
        daemon = self.start()
        daemon.wait_for("peer_online")
        daemon.stop()
        self.wg.show([Peer("alice")])
        daemon = self.start()
        alice = "OFFLINE [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2]"
        daemon.eventually(lambda: self.lines()[-2:] == [alice, alice + " new"], "both lines")

    def test_letter_c_every_start_runs_the_hook_for_everybody(self):
        hook = self.folder / "hook"
        seen = self.folder / "seen"
        hook.write_text(f'#!/bin/sh\necho "$PEER_EVENT $PEER_PUBKEY $PEER_ONLINE" >>{seen}\n')
        hook.chmod(0o755)
        self.wg.show([Peer("alice", self.now), Peer("bob")])
        wanted = sorted([f"ONLINE {key('alice')} 1", f"OFFLINE {key('bob')} 0"])
        for runs in (1, 2):
            daemon = self.start("--on-change-script", hook)
            eventually(lambda: seen.exists() and sorted(seen.read_text().splitlines()) == sorted(wanted * runs),
                       "the hooks", daemon.stderr)
            daemon.stop()

    def test_values_out_of_range_are_clamped_with_warnings_in_the_log(self):
        self.wg.show([])
        daemon = self.start("--interv=7", "--interv", "-5", "--thr", "20", "--on-change-script", "/nonexistent")
        self.wait_for_lines(daemon, [
            "[WARN] Interval too small (<5s), setting to 5s",
            "[WARN] Threshold <60s may be too sensitive for unstable networks",
            "[WARN] on-change-script not found: /nonexistent",
            "Monitor started | Interval: 5s, Threshold: 20s, Stats: 3600s"])

    def test_the_classic_log_is_version_1s(self):
        self.wg.show([Peer("bob")])
        daemon = Daemon(self, self.folder, self.wg.path, "--log-format=classic", "--compat=wg_monitor",
                        "--stats-interval", "5")
        daemon.wait_for("peer_added")
        daemon.stop()
        self.assertEqual(self.lines()[:2], [
            "- WARNING - Stats interval too small (<60s), setting to 60s",
            "- INFO - Monitor started - Interval: 30s, Threshold: 180s, Stats interval: 60s"])
        self.assertIn("- INFO - New peer discovered: [wg0] Ym9iAAAA...AAAAAAA= (203.0.113.7:51820) "
                      "[IP: 10.0.0.2] - OFFLINE (Last handshake: Never)", self.lines())
        self.assertRegex(daemon.stderr(), r" - INFO - Statistics - Checks: \d+, Failures: 0, State changes: 0, "
                                          r"Parse errors: 0, Tracking peers: 1, ")

    def test_exit_codes_are_0_1_and_2(self):
        self.assertEqual(self.start().stop(), 0)
        rows = [
            (["--version"], 0, "WireGuard Monitor v2.0.0\n", ""),
            (["--inter", "5"], 2, "", "Usage: wgaudit run [FLAG...]\nwgaudit: ambiguous option: --inter could match "
                                      "--interval, --interface; give one of them in full\n"),
            (["--no-such"], 2, "", "Usage: wgaudit run [FLAG...]\nwgaudit: unknown flag --no-such; see wgaudit run "
                                   "--help\n"),
            (["--interval", "x"], 2, "", "Usage: wgaudit run [FLAG...]\nwgaudit: --interval: 'x' is not a whole "
                                         "number; give 1 to 86400 seconds\n"),
            (["--wg", "/nonexistent/wg"], 1, "", "wgaudit: /nonexistent/wg: No such file or directory; check the "
                                                 "path\n"),
        ]
        for flags, code, stdout, stderr in rows:
            done = subprocess.run([*run_command(self.folder, self.wg.path), "--compat=wg_monitor", *flags],
                                  env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (code, stdout, stderr))

    def test_letter_a_the_peers_of_one_interface_are_seen(self):
        self.wg.show([Peer("alice", self.now)])
        daemon = self.start("--interface", "wg0")
        self.wait_for_lines(daemon, [
            "Monitor started | Interval: 30s, Threshold: 180s, Stats: 3600s, Interface: wg0",
            "ONLINE  [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] new"])


if __name__ == "__main__":
    unittest.main()
