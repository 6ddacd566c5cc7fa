"""What really happened in a boot, and what wgaudit therefore has to record.

Known from what the scenarios noted (story.jsonl), from the watcher that asked the kernel by netlink
(rows.jsonl), and from its copy of /dev/kmsg. Nothing here has been through wgaudit. Times are
microseconds since 1970.
"""

import dataclasses

from kernel_log import read_kernel_log, read_lines
from session import Counters, Session, is_another_object
from times import SECOND, clock

# How late a record may be: what no line tells is in the next dump (--interval) and dumps take their
# time in an emulated machine.
SLACK = 12 * SECOND

FOR_EVER = float("inf")

CLOCK_SPAN = 20 * SECOND

# How much the two clocks are known to agree.
CLOCKS_APART = SECOND // 20

# From when a dump is asked for until it is complete, which is when what it shows counts as known.
DUMP_TIME = SECOND

# An interface and what is put into it at once: one dump shows both, or two of them.
AT_ONCE = 3 * SECOND


@dataclasses.dataclass
class Expected:
    """A record that has to be there, or may be."""
    action: str
    at: int                   # when it happened
    until: int                # created no later than
    scenario: str
    interface: str = ""
    key: str = ""
    reason: str = ""
    timestamp: tuple = None   # (not before, not after), where the kernel's answer says it
    endpoint: str = None
    session: Session = None   # peer_online, peer_roamed, and those of its end
    handshake: int = None     # peer_online: in µs, for its latency
    is_optional: bool = False

    def __str__(self):
        where = " ".join(word for word in (self.interface, self.key[:8], self.reason) if word)
        return f"{self.action} {where} at {clock(self.at)}"


def kernel_clock(lines):
    """What has to be added to a line's stamp at a time: of those printed around then the one that the
    watcher read first. The clock behind the stamps drifts against the other."""
    least = {}
    for line in lines:
        span = line.stamp // CLOCK_SPAN
        for near in (span - 1, span, span + 1):
            least[near] = min(least.get(near, FOR_EVER), line.heard - line.stamp)
    return lambda stamp: least[stamp // CLOCK_SPAN]


# --- A boot -----------------------------------------------------------------------------------------

class Boot:
    """`folder` holds the files of one boot; `journal` names the daemon's, there can be several."""

    def __init__(self, folder, journal):
        self.story = [step for step in read_lines(folder / "story.jsonl")
                      if step.get("journal", journal) == journal]
        self.rows = read_lines(folder / "rows.jsonl")
        self.lines = read_kernel_log(folder / "kmsg.jsonl")
        self.scenarios = [(step["t"], step["name"]) for step in self.did("scenario")]
        self.peers = {(step["load"], step["id"]): step for step in self.did("id")}
        self.clock = kernel_clock(self.lines)
        gave_up = self.did("gave_up")
        assert not gave_up, f"the guest waited in vain: {gave_up}"
        self.check_ids()

    def did(self, what):
        return [step for step in self.story if step["do"] == what]

    def check_ids(self):
        """The kernel's lines say the same of ids as the words of the scenarios, which count."""
        for line in self.lines:
            if line.kind == "peer_created":
                told = self.peers.get((self.load_at(line.heard), line.peer), {}).get("interface")
                assert told == line.interface, f"{line} was counted for {told}"

    def scenario_at(self, time):
        names = [name for begin, name in self.scenarios if begin <= time]
        return names[-1] if names else self.scenarios[0][1]

    def begin_of_scenario(self, time):
        return max(begin for begin, _ in self.scenarios if begin <= time)

    def key_of(self, load, peer):
        """Of a kernel id of one module load; None where it is a client's of another namespace."""
        step = self.peers.get((load, peer))
        return step["key"] if step and step["namespace"] == "server" else None

    def line_behind(self, key, handshake):
        """When the kernel printed that it had keys for it, where it did: nothing comes after that but
        the peer's first packet, which makes the handshake complete."""
        printed = [self.printed(line) for line in self.lines if line.kind == "keypair_created" and
                   self.key_of(self.load_at(line.heard), line.peer) == key]
        return max((time for time in printed
                    if handshake - 2 * SECOND < time < handshake + CLOCKS_APART), default=None)

    def printed(self, line):
        return line.stamp + self.clock(line.stamp)

    def load_at(self, time):
        """Which load of the module it was, from 1."""
        return 1 + sum(step["t"] <= time for step in self.did("module_loaded"))

    def outages(self):
        """From the end of one daemon to when the next one listens."""
        ups = [step["t"] for step in self.did("daemon_up")]
        downs = [step["t"] for step in self.did("daemon_stop")]
        return list(zip([0, *downs], [*ups, FOR_EVER]))

    def is_watched(self, time, margin=0):
        return not any(begin - margin <= time < end + margin for begin, end in self.outages())

    def noticed_by(self, time, patience):
        """`time` and some patience, or as much after the daemon was up again."""
        for begin, end in self.outages():
            if begin - patience <= time < end != FOR_EVER:
                return end + patience
        return time + patience


# --- What follows -----------------------------------------------------------------------------------

@dataclasses.dataclass
class Peer:
    row: dict
    since: int                 # when the object in the kernel was first seen
    counters: Counters
    session: Session = None    # while online
    scenario: str = ""         # in which the session began


class Model:
    """Runs through the watcher's rows with the rules of README: online is who has a handshake that is
    younger than the threshold."""

    def __init__(self, boot, threshold, interval):
        self.boot = boot
        self.threshold = threshold * SECOND
        self.patience = interval * SECOND + SLACK
        self.renamed = renames(boot.rows)
        self.interfaces = {}     # name: when it was first seen
        self.peers = {}          # (interface, key): Peer
        self.expected = []

    def expect(self, action, at, **fields):
        fields.setdefault("scenario", self.boot.scenario_at(at))
        fields.setdefault("until", self.boot.noticed_by(at, self.patience))
        self.expected.append(Expected(action, at, **fields))

    def run(self):
        end = self.boot.did("daemon_stop")[-1]["t"]
        for row in self.boot.rows:
            if row["t"] < end:
                self.expire(row["t"])
                self.take(row)
        self.expire(end)
        return self.expected

    def take(self, row):
        moment, name = row["t"], row["interface"]
        if (moment, name) in self.renamed:
            if "key" not in row:
                self.rename(row, self.renamed[moment, name])
        elif "key" in row:
            (self.lose_peer if row.get("gone") else self.see_peer)(row)
        elif row.get("gone"):
            self.lose_interface(row)
        elif name not in self.interfaces:
            self.interfaces[name] = moment
            self.expect_config("interface", row, is_optional=self.is_start(moment))

    def rename(self, row, name):
        """It goes on under the other name, and so do the sessions of its peers."""
        self.interfaces[name] = self.interfaces.pop(row["interface"])
        self.peers = {(name if interface == row["interface"] else interface, key): peer
                      for (interface, key), peer in self.peers.items()}
        self.expect_config("interface", {**row, "interface": name})

    def is_start(self, time):
        """What a first dump can show is no change."""
        return any(end - SECOND < time < end + SECOND for _, end in self.boot.outages())

    def expect_config(self, field, row, **more):
        self.expect("config_changed", row["t"], interface=row["interface"], key=row.get("key", ""),
                    reason=field, **more)

    def expire(self, now):
        for (interface, key), peer in self.peers.items():
            if peer.session is None:
                continue
            over = whole_second(peer.row) + self.threshold
            if over <= now:
                self.end(interface, key, peer, "timeout", over, timestamp=(over, over))

    def end(self, interface, key, peer, reason, at, timestamp=None, action="peer_offline"):
        session, peer.session = peer.session, None
        session.is_continued = any(session.began[0] < down < at for down, _ in self.boot.outages())
        fields = {"interface": interface, "key": key, "reason": reason, "timestamp": timestamp,
                  "scenario": peer.scenario, "session": session}
        self.expect(action, at, **fields)
        self.expect("session_ended", at, **fields)

    def see_peer(self, row):
        place = row["interface"], row["key"]
        peer = self.peers.get(place)
        if peer is None:
            return self.meet(place, row)
        before, peer.row = peer.row, row
        peer.counters.take(row)
        if is_another_object(before, row):
            self.recreate(place, peer)
        elif row["handshake"] > before["handshake"]:
            self.handshake(place, peer, "handshake")
        if peer.session is not None:
            peer.session.take(row)
            if before["endpoint"] not in ("", row["endpoint"]):
                self.expect("peer_roamed", row["t"], interface=place[0], key=place[1],
                            reason="endpoint_changed", endpoint=row["endpoint"],
                            session=peer.session)
        for field, name in [("allowed_ips", "allowed_ips"), ("keepalive", "persistent_keepalive")]:
            if row[field] != before[field]:
                self.expect_config(name, row, is_optional=row["t"] - peer.since < AT_ONCE)
        return None

    def meet(self, place, row):
        peer = self.peers[place] = Peer(row, row["t"], Counters(row))
        self.expect("peer_added", row["t"], interface=place[0], key=place[1], reason="first_seen")
        is_first_dump = row["t"] - self.interfaces[place[0]] < AT_ONCE
        if not is_first_dump or row["handshake"] == 0:
            self.expect_config("peer", row, is_optional=is_first_dump)
        if row["handshake"]:
            self.handshake(place, peer, "first_seen")

    def recreate(self, place, peer):
        """The kernel has a new object for the key; those behind it are new too, seen or not."""
        self.expect_config("kernel_peer", peer.row)
        for (interface, _), other in self.peers.items():
            if interface == place[0] and other is not peer:
                self.expect_config("kernel_peer", {**other.row, "t": peer.row["t"]}, is_optional=True)
        if peer.session is not None:
            self.end(*place, peer, "peer_recreated", peer.row["t"])

    def handshake(self, place, peer, reason):
        if peer.session is not None:
            return
        # wg tells whole seconds; but nobody was online before wgaudit knew that he was not.
        second, exact = whole_second(peer.row), peer.row["handshake"] // 1000
        at = peer.row["t"]
        is_new = at - peer.since < AT_ONCE
        began = second, exact + DUMP_TIME
        peer.session = Session(peer.counters, peer.row, began, self.patience)
        peer.session.take(peer.row)
        peer.scenario = self.boot.scenario_at(at)
        self.expect("peer_online", at, interface=place[0], key=place[1],
                    reason="" if is_new else reason, timestamp=began, session=peer.session,
                    endpoint=peer.row["endpoint"], handshake=exact if reason == "handshake" else None)

    def lose_peer(self, row):
        place = row["interface"], row["key"]
        peer = self.peers.pop(place)
        is_alone = not any(other.get("gone") and "key" not in other and
                           other["interface"] == row["interface"] and other["t"] == row["t"]
                           for other in self.boot.rows)
        reason = "peer_removed" if is_alone else "interface_removed"
        if is_alone:
            self.expect_config("peer", row)
        if peer.session is not None:
            self.end(*place, peer, reason, row["t"], action="peer_removed")
        else:
            self.expect("peer_removed", row["t"], interface=place[0], key=place[1], reason=reason)

    def lose_interface(self, row):
        del self.interfaces[row["interface"]]
        self.expect_config("interface", row)


def renames(rows):
    """The new name by the time and the old one: a peer's object is under another name at once."""
    gone = {(row["t"], row["key"], row["handshake"]): row["interface"] for row in rows
            if row.get("gone") and row.get("handshake")}
    found = {}
    for row in rows:
        before = gone.get((row["t"], row.get("key"), row.get("handshake")))
        if before and not row.get("gone"):
            found[row["t"], before] = row["interface"]
    return found


def whole_second(row):
    return row["handshake"] // 1_000_000_000 * SECOND


def told_by_story(boot, patience):
    """What the rows do not show."""
    for down, up in boot.outages():
        if up == FOR_EVER:
            continue
        yield Expected("monitor_started", down, up + SLACK, boot.scenario_at(up))
        if down:
            yield Expected("evidence_lost", down, up + SLACK, boot.scenario_at(up),
                           reason="monitor_down")
    for step in boot.did("daemon_stop"):
        if step["signal"] != "KILL":
            yield Expected("monitor_stopped", step["t"], step["t"] + SLACK,
                           boot.scenario_at(step["t"]))
    for step in boot.did("config"):
        yield Expected("config_changed", step["t"], boot.noticed_by(step["t"], patience),
                       boot.scenario_at(step["t"]), step["interface"], step.get("key", ""),
                       step["field"])
    for step in boot.did("attempt"):
        yield Expected("attempt", step["t"], step["t"] + patience, boot.scenario_at(step["t"]),
                       step["interface"], reason=step["cause"], endpoint=step["endpoint"] or None)


def expected_records(boot, threshold, interval):
    model = Model(boot, threshold, interval)
    records = [*model.run(), *told_by_story(boot, model.patience)]
    return sorted(records, key=lambda record: record.at)
