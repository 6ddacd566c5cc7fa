"""--on-change-script with the running daemon."""

import json
import shlex
import time
import unittest

from support import Daemon, EndToEnd, Peer, StandInWg, eventually, key


class Hook(EndToEnd):

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder)
        self.seen = self.folder / "seen"
        self.seen.mkdir()

    def run_daemon(self, script, *flags):
        hook = self.folder / "hook"
        hook.write_text(f"#!/bin/sh\ncd {shlex.quote(str(self.seen))}\n{script}\n")
        hook.chmod(0o755)
        daemon = Daemon(self, self.folder, self.wg.path, "--on-change-script", hook, *flags)
        daemon.wait_for("monitor_started")
        return daemon

    def bring_online(self, daemon, *peers):
        self.wg.show(peers)
        daemon.announce_handshake()

    def test_online_gives_the_environment_of_wg_monitor_and_the_record(self):
        daemon = self.run_daemon("env >env; cat >record; mv record done")
        handshake = int(time.time())
        self.bring_online(daemon, Peer("alice", handshake, "[2001:db8::7]:51820",
                                       "10.0.0.3/32,fd00::3/128,192.168.0.0/16"))
        eventually((self.seen / "done").exists, "the hook", daemon.stderr)
        text = (self.seen / "done").read_text()
        environment = dict(line.split("=", 1) for line in (self.seen / "env").read_text().splitlines())
        record = daemon.find("peer_online", key("alice"))
        wanted = {
            "PATH": "/usr/bin:/usr/sbin:/bin:/sbin",
            "PEER_EVENT": "ONLINE",
            "PEER_IFACE": "wg0",
            "PEER_PUBKEY": key("alice"),
            "PEER_NAME": "",
            "PEER_ENDPOINT": "[2001:db8::7]:51820",
            "PEER_ALLOWED_IPS": "10.0.0.3, fd00::3",
            "PEER_HANDSHAKE": str(handshake),
            "PEER_ONLINE": "1",
            "WGAUDIT_REPLAY": "0",
            "WGAUDIT_SEQUENCE": str(record["event"]["sequence"]),
        }
        for of_the_shell in ("PWD", "OLDPWD"):
            environment.pop(of_the_shell, None)
        self.assertEqual(environment, wanted)
        self.assertEqual(text.count("\n"), 1)
        self.assertEqual(json.loads(text), record)

    def test_a_slow_hook_does_not_delay_the_record(self):
        daemon = self.run_daemon("touch running; until [ -e go ]; do sleep 0.05; done; touch $PEER_PUBKEY",
                                 "--hook-time-limit", "60", "--hook-concurrency", "1")
        now = time.time()
        self.bring_online(daemon, Peer("alice", now))
        eventually((self.seen / "running").exists, "the hook", daemon.stderr)
        self.bring_online(daemon, Peer("alice", now), Peer("bob", now))
        daemon.wait_for("peer_online", key("bob"))
        self.assertFalse((self.seen / key("alice")).exists())
        (self.seen / "go").touch()
        for name in ("alice", "bob"):
            eventually((self.seen / key(name)).exists, f"the hook for {name}", daemon.stderr)

    def test_what_a_hook_says_is_in_the_daemons_log(self):
        daemon = self.run_daemon("echo mail sent; exit 3")
        self.bring_online(daemon, Peer("alice", time.time()))
        sequence = daemon.wait_for("peer_online")["event"]["sequence"]
        daemon.wait_for_stderr(rf"\nwgaudit: hook for record {sequence}: mail sent\n"
                               rf"wgaudit: hook for record {sequence}: \S+/hook ended with status 3\n")


if __name__ == "__main__":
    unittest.main()
