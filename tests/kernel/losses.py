"""What the records say was lost, compared with what was: the kernel's own counts, how late its lines
came, and the handshakes that it printed nothing of."""

from times import SECOND

# What was lost, by a record's reason; whatever else is lost, a scenario has to say.
COUNTED = ("net_ratelimit", "lines_late", "handshake_not_printed")

# A line that is later has to be told, one that is not this late must not be.
SURELY_LATE = 3 * SECOND // 2
SURELY_PROMPT = SECOND // 10

# How far wgaudit's reckoning of when a line was printed can be from the watcher's.
CLOCKS_APART = SECOND // 2

# A responder's latest handshake is when the first packet under the new keys came, which is tried again
# after five seconds; wgaudit knows it to the second.
PRINTED_BEFORE = 6 * SECOND
PRINTED_AFTER = 2 * SECOND


def is_counted(record):
    return record.action == "evidence_lost" and record.reason in COUNTED


class Losses:
    def __init__(self, boot, journal, events):
        self.boot = boot
        self.events = events
        self.told = {reason: [record for record in journal if is_counted(record) and
                              record.reason == reason] for reason in COUNTED}

    def faults(self, patience):
        """In words. `patience`: µs within which there was a dump."""
        yield from self.faults_of_suppressed()
        yield from self.faults_of_late()
        yield from self.faults_of_unprinted(patience)

    def faults_of_suppressed(self):
        """What the kernel says that it suppressed, all told."""
        wanted = sum(line.count for line in self.boot.lines
                     if line.kind == "messages_suppressed" and self.boot.is_watched(line.heard))
        told = count(self.told["net_ratelimit"])
        if told != wanted:
            yield f"{wanted} messages were suppressed, {told} recorded as lost"

    def faults_of_late(self):
        """Each late line is within what a record tells, which counts no others."""
        delays = [(event.created, event.created - self.boot.printed(event))
                  for event in self.events if event.stamp is not None]
        told = self.told["lines_late"]
        for created, delay in delays:
            if delay > SURELY_LATE and not any(is_of(record, created) for record in told):
                yield f"not told: a line was {delay / SECOND:.1f} s late"
        for record in told:
            late = sum(delay > SURELY_PROMPT for created, delay in delays if is_of(record, created))
            if record.loss["count"] > late:
                yield f"only {late} lines were late: {record}"

    def faults_of_unprinted(self, patience):
        """A handshake that a dump showed and no line told of is told, and no other."""
        surely, maybe = self.unprinted(patience)
        told = self.told["handshake_not_printed"]
        for record in told:
            first, last = record.loss["first"], record.loss["last"]
            if record.loss["count"] > sum(first <= when <= last for when in maybe):
                yield f"they were printed: {record}"
        if not len(surely) <= count(told) <= len(maybe):
            yield f"{len(surely)} to {len(maybe)} handshakes were not printed, told {count(told)}"

    def unprinted(self, patience):
        """When; those that a dump must have shown, and those that one can have shown."""
        surely, maybe = [], []
        for key, handshakes in self.handshakes().items():
            for when, following in zip(handshakes, [*handshakes[1:], float("inf")]):
                if self.is_printed(key, when):
                    continue
                maybe.append(when)
                if following - when > patience and self.boot.is_watched(when, patience):
                    surely.append(when)
        return surely, maybe

    def handshakes(self):
        """When, by key, as the watcher saw them."""
        found = {}
        for row in self.boot.rows:
            if row.get("handshake"):
                found.setdefault(row["key"], set()).add(row["handshake"] // 1000)
        return {key: sorted(when) for key, when in found.items()}

    def is_printed(self, key, when):
        return any(when - PRINTED_BEFORE < self.boot.printed(line) < when + PRINTED_AFTER
                   for line in self.boot.lines if line.kind == "keypair_created" and
                   self.boot.key_of(self.boot.load_at(line.heard), line.peer) == key)


def count(records):
    return sum(record.loss["count"] for record in records)


def is_of(record, time):
    """Whether a line that was received then is one of those that were lost."""
    return record.loss["first"] <= time <= record.loss["last"] + CLOCKS_APART
