"""ONLINE is recorded when the handshake happens, because of the kernel's lines and of nothing else."""

import json
import socket
import time
import unittest

from support import TRACES, Daemon, EndToEnd, Player, Rsyslogd

# Seconds of the trace `basic`: its first handshake is in the sixth of this part. The daemon dumps when
# it starts and again after 30 seconds, which is after the end.
PART = ("--from", "6", "--to", "16")


def first_handshake():
    with open(TRACES / "basic/truth.json") as file:
        handshake = json.load(file)["handshakes"][0]
    return handshake["public_key"], handshake["t_us"] / 1e6


class Chain:
    """A daemon with a player of its own, and when the journal said that the peer is online."""

    def __init__(self, test, connect):
        self.folder = test.make_folder()
        stand_in = Player(test, "basic", self.folder, *PART[:2], "--to", "0")
        stand_in.wait()
        self.daemon = Daemon(test, self.folder, stand_in.wg, "--interval", "30")
        peer, handshake = first_handshake()
        self.daemon.wait_for("peer_added", peer)
        self.player = Player(test, "basic", self.folder, *PART, *connect(self))
        self.peer = peer
        self.handshake = handshake + self.player.shift
        self.seen = None

    def look(self):
        if self.seen is None and self.daemon.find("peer_online", self.peer):
            self.seen = time.time()

    def has_ended(self):
        return self.player.process.poll() is not None


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

        chains = (direct, forwarded, deaf)
        while not all(chain.has_ended() for chain in chains):
            for chain in chains:
                chain.look()
            time.sleep(0.01)
        for chain in chains:
            chain.player.wait()

        self.assertIsNotNone(direct.seen)
        self.assertLess(direct.seen - direct.handshake, 1)
        self.assertIsNotNone(forwarded.seen)
        self.assertLess(forwarded.seen - forwarded.handshake, 1)
        self.assertIsNone(deaf.seen, "a poller would be as prompt: the lines prove nothing here")


if __name__ == "__main__":
    unittest.main()
