"""wgaudit's records, as far as they are compared."""

import json

from times import clock, microseconds


def place(source):
    if not source:
        return None
    return f"[{source['ip']}]:{source['port']}" if ":" in source["ip"] else f"{source['ip']}:{source['port']}"


def time_of(source, name):
    return microseconds(source[name]) if name in source else None


def loss_of(source):
    """What begins has no end yet: an interface that cannot be read."""
    return {"count": source.get("count"), "first": time_of(source, "from"),
            "last": time_of(source, "to")}


class Record:
    def __init__(self, text):
        data = json.loads(text)
        event = data["event"]
        wireguard = data["wireguard"]
        peer = wireguard.get("peer", {})
        self.data = data
        self.action = event["action"]
        self.reason = event.get("reason", "")
        self.timestamp = microseconds(data["@timestamp"])
        self.created = microseconds(event["created"])
        self.start = time_of(event, "start")
        self.end = time_of(event, "end")
        self.duration = event.get("duration", 0) // 1000
        self.interface = wireguard.get("interface", "")
        self.key = peer.get("public_key", "")
        self.peer = peer.get("id")
        self.endpoint = place(data.get("source"))
        self.session = wireguard.get("session")
        self.accounts = wireguard.get("session_summary", {})
        self.endpoints = [place(one) for one in self.accounts.get("endpoints", [])]
        self.loss = loss_of(wireguard.get("loss", {}))
        self.stamp = wireguard.get("printk_microseconds")
        self.repeated = wireguard.get("repeated", 1)

    def __str__(self):
        return f"{clock(self.created)} {self.data['message']}"


def read_records(folder, stream):
    return [Record(line) for path in sorted(folder.glob(f"{stream}-*.jsonl"))
            for line in path.read_text().splitlines()]
