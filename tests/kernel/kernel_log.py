"""The watcher's copy of /dev/kmsg, read without wgaudit's patterns: what kind of line each is."""

import dataclasses
import json
import re


def read_lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


EP = r"\((?P<endpoint>\S+|\(einval\))\)"
PEER = r"peer (?P<peer>\d+)"
KINDS = [(kind, re.compile(expression + r"\Z")) for kind, expression in [
    ("interface_created", "Interface created"),
    ("interface_destroyed", "Interface destroyed"),
    ("namespace_exiting", "Creating namespace exiting"),
    ("peer_created", r"Peer (?P<peer>\d+) created"),
    ("peer_destroyed", rf"Peer (?P<peer>\d+) {EP} destroyed"),
    ("handshake_initiation_sent", rf"Sending handshake initiation to {PEER} {EP}"),
    ("handshake_initiation_received", rf"Receiving handshake initiation from {PEER} {EP}"),
    ("handshake_response_sent", rf"Sending handshake response to {PEER} {EP}"),
    ("handshake_response_received", rf"Receiving handshake response from {PEER} {EP}"),
    ("handshake_retried", rf"Handshake for {PEER} {EP} did not complete after \d+ seconds, retrying.*"),
    ("handshake_abandoned", rf"Handshake for {PEER} {EP} did not complete after \d+ attempts, giving up"),
    ("peer_silent", rf"Retrying handshake with {PEER} {EP} because we stopped hearing back.*"),
    ("keypair_created", rf"Keypair \d+ created for {PEER}"),
    ("keypair_destroyed", rf"Keypair \d+ destroyed for {PEER}"),
    ("keys_zeroed", rf"Zeroing out all keys for {PEER} {EP}, since.*"),
    ("keepalive_sent", rf"Sending keepalive packet to {PEER} {EP}"),
    ("keepalive_received", rf"Receiving keepalive packet from {PEER} {EP}"),
    ("cookie_sent", r"Sending cookie response for denied handshake message for (?P<endpoint>\S+)"),
    ("cookie_received", r"Receiving cookie response from (?P<endpoint>\S+)"),
    ("mac_invalid", r"Invalid MAC of handshake, dropping packet from (?P<endpoint>\S+)"),
    ("initiation_invalid", r"Invalid handshake initiation from (?P<endpoint>\S+)"),
    ("response_invalid", r"Invalid handshake response from (?P<endpoint>\S+)"),
    ("cookie_invalid", "Could not decrypt invalid cookie response"),
    ("handshake_dropped", r"Dropping handshake packet from (?P<endpoint>\S+)"),
    ("source_not_allowed", rf"Packet has unallowed src IP \(\S+\) from {PEER} {EP}"),
    ("destination_not_allowed", r"No peer has allowed IPs matching \S+"),
    ("endpoint_missing", rf"No valid endpoint has been configured or discovered for {PEER}"),
    ("nonce_invalid", r"Packet has invalid nonce.*"),
    ("no_route", r"No route to (?P<endpoint>\S+), error -\d+"),
]]
LOADED = re.compile(r"wireguard: (WireGuard \S+ loaded\.|Copyright \(C\)).*")
RENAMED = re.compile(r"(?P<interface>[^\s:/]+): renamed from \S+")
SUPPRESSED = re.compile(r"net_ratelimit: (?P<count>\d+) callbacks suppressed")


@dataclasses.dataclass(frozen=True)
class Line:
    """A kernel line about WireGuard. `heard`: when the watcher read it."""
    heard: int
    stamp: int
    text: str
    kind: str
    interface: str = ""
    peer: int = None
    endpoint: str = None
    count: int = None


def kernel_endpoint(text):
    """As wgaudit's records say it: no flow label, no zone."""
    return re.sub(r"\]:(\d+)/.*", r"]:\1", text) if text and text != "(einval)" else None


def parse_line(heard, stamp, text):
    if match := re.fullmatch(r"wireguard: ([^:\s]+): (.*)", text):
        interface, rest = match.groups()
        for kind, expression in KINDS:
            if found := expression.match(rest):
                parts = found.groupdict()
                peer = int(parts["peer"]) if parts.get("peer") else None
                return Line(heard, stamp, text, kind, interface, peer,
                            kernel_endpoint(parts.get("endpoint")))
        return Line(heard, stamp, text, "unknown_message", interface)
    if LOADED.fullmatch(text):
        return Line(heard, stamp, text, "module_loaded")
    if match := RENAMED.match(text):
        return Line(heard, stamp, text, "interface_renamed", match["interface"])
    if match := SUPPRESSED.fullmatch(text):
        return Line(heard, stamp, text, "messages_suppressed", count=int(match["count"]))
    return None


def read_kernel_log(path):
    lines = []
    for row in read_lines(path):
        assert row["raw"] != "lost", "the watcher lost kernel lines"
        head, text = row["raw"].split("\n")[0].split(";", 1)
        priority, _, stamp, _ = head.split(",", 3)
        if int(priority) >> 3 == 0 and (line := parse_line(row["t"], int(stamp), text)):
            lines.append(line)
    return lines
