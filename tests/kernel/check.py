"""Compares the journal and the events of a boot with what has to be in them (truth.py).

    check.py FOLDER JOURNAL THRESHOLD INTERVAL
"""

import collections
import dataclasses
import pathlib
import statistics
import sys

import truth
from losses import Losses, is_counted
from records import read_records
from times import SECOND, clock

# A line can lag behind the dump that shows what it tells, and clocks are read one after another.
EARLY = 2 * SECOND

# How long behind the word `may` what it allows can come; it holds for its whole scenario.
FOLLOWS = 40 * SECOND

# The line that tells of a handshake which came to nothing. Of those that the gateway began it is enough:
# clients leave as they like. That one of a peer was not confirmed, a scenario has to say.
LINE_BEHIND = {"unanswered": "handshake_initiation_sent", "unconfirmed": None, "response_invalid": None}

# Records that tell of wgaudit's own work; what they say of identities is checked all the same.
OWN_WORK = {"snapshot", "checkpoint", "peer_identified"}


@dataclasses.dataclass
class Score:
    """Of one scenario."""
    expected: int = 0         # records of the journal
    right: int = 0
    lines: int = 0            # kernel lines, and the events that tell them
    lines_right: int = 0
    identities: int = 0
    wrong_identities: int = 0
    line: list = dataclasses.field(default_factory=list)      # s, from the kernel's line to the record
    online: list = dataclasses.field(default_factory=list)    # s, from the handshake to the record
    offline: list = dataclasses.field(default_factory=list)   # s, from latest handshake + threshold


class Check:
    """`faults` is what is wrong, in words; `scores` are by scenario."""

    def __init__(self, folder, journal, threshold, interval):
        self.boot = truth.Boot(folder, journal)
        self.expected = truth.expected_records(self.boot, threshold, interval)
        self.journal = read_records(folder / journal, "journal")
        self.events = read_records(folder / journal, "events")
        self.faults = []
        self.scores = collections.defaultdict(Score)
        self.check_scenarios()
        self.check_records()
        self.check_reasons()
        self.check_attempts()
        self.faults.extend(Losses(self.boot, self.journal, self.events).faults(
            interval * SECOND + truth.SLACK))
        self.check_events()
        self.check_identities()
        self.check_identified()

    def wrong_identities(self):
        return sum(score.wrong_identities for score in self.scores.values())

    def check_scenarios(self):
        """The kernel shows what they meant to do: nothing is right because nothing happened."""
        for step in self.boot.did("sessions"):
            name = self.boot.scenario_at(step["t"])
            if not self.boot.is_watched(step["t"]):
                continue
            begun = sum((one.action, one.scenario) == ("peer_online", name) for one in self.expected)
            if begun != int(step["count"]):
                self.faults.append(f"{name}: {begun} sessions began, not {step['count']}")
        for step in self.boot.did("handshakes"):
            name = self.boot.scenario_at(step["t"])
            counts = [len(one.session.handshakes) for one in self.expected
                      if (one.action, one.interface, one.key, one.scenario) ==
                      ("session_ended", step["interface"], step["key"], name)]
            if self.boot.is_watched(step["t"]) and counts != [int(step["count"])]:
                self.faults.append(f"{name}: {counts} handshakes, not {step['count']}")
        printed = {(line.kind, line.interface, self.boot.scenario_at(line.heard))
                   for line in self.boot.lines}
        for step in self.boot.did("printed"):
            wanted = step["kind"], step["interface"], self.boot.scenario_at(step["t"])
            if wanted not in printed:
                self.faults.append(f"{wanted[2]}: no {wanted[0]} of {wanted[1]} was printed")

    # --- The journal --------------------------------------------------------------------------------

    def check_records(self):
        """Each record that was expected is there, and no other."""
        left = collections.defaultdict(list)
        for record in self.journal:
            if record.action not in OWN_WORK | {"attempt"} and not is_counted(record):
                left[record.action, record.interface, record.key].append(record)
        for wanted in self.expected:
            if wanted.action != "attempt":
                self.settle(wanted, left[wanted.action, wanted.interface, wanted.key])
        for record in sorted(sum(left.values(), []), key=lambda record: record.created):
            if not self.is_allowed(record):
                self.faults.append(f"not expected: {record}")

    def settle(self, wanted, candidates):
        found = next((record for record in candidates if fits(wanted, record)), None)
        if found:
            candidates.remove(found)
        elif wanted.is_optional:
            return
        score = self.scores[wanted.scenario]
        score.expected += 1
        if not found:
            self.faults.append(f"missing: {wanted}")
            return
        faults = list(differences(wanted, found))
        self.faults.extend(f"{fault}: {found} ({wanted})" for fault in faults)
        score.right += not faults
        if wanted.handshake:
            score.online.append((found.created - wanted.handshake) / SECOND)
            line = self.boot.line_behind(wanted.key, wanted.handshake)
            if line is not None:
                score.line.append((found.created - line) / SECOND)
        if (wanted.action, wanted.reason) == ("peer_offline", "timeout") and \
                self.boot.is_watched(wanted.at):
            score.offline.append((found.created - wanted.timestamp[0]) / SECOND)

    def check_reasons(self):
        """Online when first seen is who is added by the same dump; who was seen before shook hands."""
        added = {(record.interface, record.key, record.created)
                 for record in self.journal if record.action == "peer_added"}
        for record in self.journal:
            is_first = (record.interface, record.key, record.created) in added
            if record.action == "peer_online" and \
                    record.reason != ("first_seen" if is_first else "handshake"):
                self.faults.append(f"wrong reason {record.reason}: {record}")

    def is_allowed(self, record):
        """An interface gets its key and port behind its creation; and what a scenario says may be."""
        if record.action == "config_changed" and record.reason in ("interface_key", "listen_port"):
            return any(row["interface"] == record.interface and "key" not in row and
                       row["t"] - EARLY < record.created < row["t"] + truth.SLACK
                       for row in self.boot.rows)
        return any(step["action"] == record.action and step["reason"] == record.reason and
                   self.boot.begin_of_scenario(step["t"]) <= record.created < step["t"] + FOLLOWS
                   for step in self.boot.did("may"))

    def check_attempts(self):
        """Those that a scenario made are there; every one has a line of the kernel or a scenario
        behind it."""
        attempts = [record for record in self.journal if record.action == "attempt"]
        for wanted in (one for one in self.expected if one.action == "attempt"):
            score = self.scores[wanted.scenario]
            score.expected += 1
            if any(is_attempt(record, wanted) for record in attempts):
                score.right += 1
            else:
                self.faults.append(f"missing: {wanted} from {wanted.endpoint}")
        lines = {(line.kind, line.interface, line.endpoint) for line in self.boot.lines}
        for record in attempts:
            kind = LINE_BEHIND.get(record.reason, record.reason)
            if (kind, record.interface, record.endpoint) in lines or self.is_allowed(record):
                continue
            if not any(is_attempt(record, wanted) for wanted in self.expected):
                self.faults.append(f"not expected: {record}")

    # --- The events ---------------------------------------------------------------------------------

    def check_events(self):
        """Each kernel line was recorded as what it is, once."""
        wanted, margin = collections.Counter(), collections.Counter()
        for line in self.boot.lines:
            facts = line.stamp, line.kind, line.interface, line.peer
            if self.boot.is_watched(line.heard, SECOND):
                wanted[facts] += 1
            else:
                margin[facts] += 1
        recorded = collections.Counter()
        for event in self.events:
            recorded[event.stamp, event.action, event.interface, event.peer] += event.repeated
        missing, extra = wanted - recorded, recorded - wanted - margin
        for kind, faults in (("missing", missing), ("not expected", extra)):
            for stamp, *facts in faults:
                self.faults.append(f"event {kind}: {facts} at {stamp} µs after boot")
        for line in self.boot.lines:
            if self.boot.is_watched(line.heard, SECOND):
                score = self.scores[self.boot.scenario_at(line.heard)]
                score.lines += 1
                facts = line.stamp, line.kind, line.interface, line.peer
                score.lines_right += facts not in missing

    # --- Identities ---------------------------------------------------------------------------------

    def identities(self):
        """(record, when its id was in use) of all that give a public key to a kernel id."""
        heard = {line.stamp: line.heard for line in self.boot.lines}
        for record in [*self.journal, *self.events]:
            if record.peer is not None and record.key:
                yield record, heard.get(record.stamp, record.timestamp)

    def check_identities(self):
        for record, time in self.identities():
            key = self.boot.key_of(self.boot.load_at(time), record.peer)
            score = self.scores[self.boot.scenario_at(time)]
            score.identities += 1
            if key != record.key:
                score.wrong_identities += 1
                self.faults.append(f"wrong identity: id {record.peer} is {(key or 'foreign')[:8]}: {record}")

    def check_identified(self):
        """The kernel never lies about ids; but one that nothing is ever said about was missed."""
        told = {(self.boot.load_at(time), record.peer) for record, time in self.identities()}
        for step in self.boot.did("id"):
            peer = step["load"], step["id"]
            if not self.boot.is_watched(step["t"]) or step["namespace"] != "server":
                continue
            if peer not in told and not self.may_stay_open(step):
                self.faults.append(f"never identified: id {step['id']} ({step['name']})")

    def may_stay_open(self, step):
        return any(open_step["name"] in ("", step["name"]) and
                   self.boot.scenario_at(open_step["t"]) == self.boot.scenario_at(step["t"])
                   for open_step in self.boot.did("may_stay_open"))

    # --- In words -----------------------------------------------------------------------------------

    def table(self, kernel):
        """ONLINE is counted from the kernel's line, where it came through, and from the handshake;
        OFFLINE from latest handshake + threshold. Seconds."""
        rows = [("scenario", "kernel", "records", "right", "lines", "right", "identities", "wrong",
                 "online: line", "max", "handshake", "max", "offline", "max")]
        scores = {name: self.scores[name] for _, name in self.boot.scenarios if name in self.scores}
        for name, score in [*scores.items(), ("all", total(scores.values()))]:
            rows.append((name, kernel, score.expected, score.right, score.lines, score.lines_right,
                         score.identities, score.wrong_identities,
                         middle(score.line), largest(score.line),
                         middle(score.online), largest(score.online),
                         middle(score.offline), largest(score.offline)))
        widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
        return "\n".join("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip()
                         for row in rows)


def total(scores):
    whole = Score()
    for score in scores:
        for field in dataclasses.fields(Score):
            setattr(whole, field.name, getattr(whole, field.name) + getattr(score, field.name))
    return whole


def fits(wanted, record):
    return (record.reason == wanted.reason or not wanted.reason) and \
        wanted.at - EARLY <= record.created <= wanted.until


def differences(wanted, record):
    if wanted.timestamp is not None and not is_within(record.timestamp, wanted.timestamp):
        yield f"wrong time {clock(record.timestamp)}, not {span(wanted.timestamp)}"
    if wanted.endpoint is not None and record.endpoint != wanted.endpoint:
        yield f"wrong endpoint {record.endpoint}, not {wanted.endpoint}"
    if wanted.action == "peer_online":
        if record.start != record.timestamp:
            yield f"wrong start {clock(record.start)}"
        wanted.session.name = record.session
    elif wanted.session is not None and record.session != wanted.session.name:
        yield f"wrong session {record.session}, not {wanted.session.name}"
    if wanted.action == "session_ended":
        if not is_within(record.start, wanted.session.began):
            yield f"wrong start {clock(record.start)}, not {span(wanted.session.began)}"
        yield from wanted.session.faults_of(record, wanted.at, wanted.reason)


def is_within(time, bounds):
    return bounds[0] <= time <= bounds[1]


def span(bounds):
    return " to ".join(clock(time) for time in sorted(set(bounds)))


def is_attempt(record, wanted):
    return (record.reason, record.interface, record.endpoint) == \
        (wanted.reason, wanted.interface, wanted.endpoint) and record.created >= wanted.at - 60 * SECOND


def middle(values):
    return f"{statistics.median(values):.2f}" if values else ""


def largest(values):
    return f"{max(values):.2f}" if values else ""


if __name__ == "__main__":
    where = pathlib.Path(sys.argv[1])
    check = Check(where, sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    print(check.table(where.parent.name))
    print(*check.faults, sep="\n")
