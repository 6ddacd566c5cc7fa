"""ONLINE is recorded when the handshake happens, because of the kernel's lines and of nothing else."""

import datetime
import json
import socket
import unittest

from support import TRACES, Daemon, EndToEnd, Player, Rsyslogd

# Seconds of the trace `basic`: its first handshake is in the sixth of this part. The daemon dumps when
# it starts and again after an hour.
PART = ("--from", "6", "--to", "16")
INTERVAL = "3600"


def first_handshake():
    with open(TRACES / "basic/truth.json") as file:
        handshake = json.load(file)["handshakes"][0]
    return handshake["public_key"], handshake["t_us"] / 1e6


class Chain:
    """A daemon with a player of its own, for a peer that connects."""

    def __init__(self, test, connect):
        self.folder = test.make_folder()
        stand_in = Player(test, "basic", self.folder, *PART[:2], "--to", "0")
        stand_in.wait()
        self.daemon = Daemon(test, self.folder, stand_in.wg, "--interval", INTERVAL)
        self.peer, handshake = first_handshake()
        self.daemon.wait_for("peer_added", self.peer)
        self.player = Player(test, "basic", self.folder, *PART, *connect(self))
        self.handshake = handshake + self.player.shift

    def seconds_to_online(self):
        """From the handshake to when it was recorded."""
        recorded = self.daemon.wait_for("peer_online", self.peer)["event"]["created"]
        return datetime.datetime.fromisoformat(recorded).timestamp() - self.handshake


class Promptness(EndToEnd):

    def test_online_comes_within_a_second_with_the_lines_and_not_without_them(self):
        nobody = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(nobody.close)
        nobody.bind(("127.0.0.1", 0))

        def by_rsyslogd(chain):
            rsyslogd = Rsyslogd(self, chain.folder, "10-wgaudit.conf", chain.daemon.port)
            return "--kmsg", str(rsyslogd.kmsg)

        direct = Chain(self, lambda chain: ("--send", f"127.0.0.1:{chain.daemon.port}"))
        forwarded = Chain(self, by_rsyslogd)
        deaf = Chain(self, lambda chain: ("--send", f"127.0.0.1:{nobody.getsockname()[1]}"))

        self.assertLess(direct.seconds_to_online(), 1)
        self.assertLess(forwarded.seconds_to_online(), 1)
        for chain in (direct, forwarded, deaf):
            chain.player.wait()
        self.assertIsNone(deaf.daemon.find("peer_online", deaf.peer),
                          "a poller would be as prompt: the lines prove nothing here")


if __name__ == "__main__":
    unittest.main()
