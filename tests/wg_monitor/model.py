"""The rules by which wg_monitor turns dumps into lines, written from what was observed of it: a small
model to compare wgaudit's text log with. In UTC, which the tests run in."""

import datetime
import re

KEY = re.compile(r"[A-Za-z0-9+/]{43}=")
NAME = re.compile(r"[a-zA-Z0-9_-]{1,15}")


def time_text(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def shown_ips(allowed_ips):
    hosts = [ip.rsplit("/", 1)[0] for ip in allowed_ips.split(",") if re.search(r"/(32|128)$", ip)]
    return ", ".join(hosts) or allowed_ips


class Compact:
    """Version 2."""

    levels = {"info": "", "warning": "[WARN] "}

    def line(self, now, level, body):
        return f"{time_text(now)} {self.levels[level]}{body}"

    def handshake(self, now, peer):
        if peer.handshake == 0:
            return "handshake: Never"
        date, clock = time_text(peer.handshake).split(" ")
        return f"handshake: {clock}" if date == time_text(now)[:10] else f"handshake: {date} {clock}"

    def presence(self, now, peer, mark):
        word = "ONLINE " if peer.online else "OFFLINE"
        return self.line(now, "info", f"{word} {peer.text()}{mark} ({self.handshake(now, peer)})")

    def first(self, now, peer):
        return self.presence(now, peer, " new")

    def flip(self, now, peer):
        return self.presence(now, peer, "")

    def roaming(self, now, peer, before):
        return self.line(now, "info", f"ROAMING {peer.text()} {before} → {peer.endpoint}")

    def removed(self, now, peer):
        return self.line(now, "warning", f"REMOVED {peer.text()} ({self.handshake(now, peer)})")


class Classic(Compact):
    """Version 1, as it was last. It has no line for who is removed: wgaudit has version 2's words."""

    levels = {"info": "- INFO - ", "warning": "- WARNING - "}

    def handshake(self, now, peer):
        return "Last handshake: " + (time_text(peer.handshake) if peer.handshake else "Never")

    def first(self, now, peer):
        state = "ONLINE" if peer.online else "OFFLINE"
        return self.line(now, "info",
                         f"New peer discovered: {peer.text()} - {state} ({self.handshake(now, peer)})")

    def flip(self, now, peer):
        state = "ONLINE" if peer.online else "OFFLINE"
        return self.line(now, "info",
                         f"Status change: {peer.text()} → {state} ({self.handshake(now, peer)})")

    def roaming(self, now, peer, before):
        return self.line(now, "info", f"Endpoint changed (Roaming): {peer.text()} "
                                      f"(Old: {before} → New: {peer.endpoint})")


class Seen:
    """A row of a peer as wg_monitor reads it."""

    def __init__(self, fields, handshake, now, threshold):
        self.interface, self.key, _, self.endpoint, self.allowed_ips = fields[:5]
        self.handshake = max(handshake, 0)
        self.online = self.handshake > 0 and int(now) - self.handshake < threshold

    def text(self):
        ips = shown_ips(self.allowed_ips)
        label = "IPs" if "," in ips or "/" in ips else "IP"
        return (f"[{self.interface}] {self.key[:8]}...{self.key[-8:]} ({self.endpoint or 'N/A'}) "
                f"[{label}: {ips}]")


class WgMonitor:
    """Polls; `now` in seconds since 1970, `dump` what `wg show all dump` printed."""

    def __init__(self, grammar, threshold=180):
        self.grammar = grammar
        self.threshold = threshold
        self.peers = {}

    def poll(self, now, dump):
        if not dump:  # a failure: nobody's state changes
            return []
        lines = []
        seen = {}
        for row in dump.splitlines():
            peer = self.read(row, now, lines)
            if peer:
                seen[peer.interface, peer.key] = peer
                lines += self.compare(now, peer)
        for gone in [peer for place, peer in self.peers.items() if place not in seen]:
            lines.append(self.grammar.removed(now, gone))
        self.peers = seen
        return lines

    def read(self, row, now, lines):
        """The peer, or None for a row that is none, or is passed over."""
        fields = row.split("\t")
        if len(fields) < 9 or not NAME.fullmatch(fields[0]) or not KEY.fullmatch(fields[1]):
            return None
        try:
            handshake = int(fields[5])
        except ValueError:
            lines.append(self.grammar.line(now, "warning",
                                           f"Failed to parse handshake timestamp: {row[:50]}..."))
            return None
        if handshake < 0:
            lines.append(self.grammar.line(
                now, "warning",
                f"Negative handshake timestamp for {fields[1][:16]}..., treating as 0"))
        return Seen(fields, handshake, now, self.threshold)

    def compare(self, now, peer):
        before = self.peers.get((peer.interface, peer.key))
        if before is None:
            return [self.grammar.first(now, peer)]
        if before.online != peer.online:
            return [self.grammar.flip(now, peer)]
        if peer.online and before.endpoint != peer.endpoint:
            return [self.grammar.roaming(now, peer, before.endpoint)]
        return []
