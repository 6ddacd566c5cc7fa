"""A session as the watcher saw it, and what therefore its accounts can be.

wgaudit reads the counters at moments of its own: a count is that between two reads of the watcher which
lie around them, and the bounds below are as wide as the two differ.
"""

from times import SECOND

# A read of the watcher is stamped before it is made, and takes its time in an emulated machine.
READ_TIME = SECOND // 2

# Handshakes that are closer together can be one in the next dump.
HANDSHAKES_APART = 3 * SECOND


class Counters:
    """Bytes from and to a peer, over all objects that the kernel has had for its key."""

    def __init__(self, row):
        self.reads = [(row["t"], row["rx"], row["tx"])]
        self.row = row

    def take(self, row):
        before = {"rx": 0, "tx": 0} if is_another_object(self.row, row) else self.row
        _, rx, tx = self.reads[-1]
        self.reads.append((row["t"], rx + row["rx"] - before["rx"], tx + row["tx"] - before["tx"]))
        self.row = row

    def at(self, time):
        """Of the last read that was begun by then; none is before the peer was there."""
        counted = [(rx, tx) for when, rx, tx in self.reads if when <= time]
        return counted[-1] if counted else (0, 0)


def is_another_object(before, row):
    return any(row[field] < before[field] for field in ("handshake", "rx", "tx"))


class Session:
    def __init__(self, counters, row, began, patience):
        self.began = began                  # not before, not after
        self.counters = counters
        self.handshakes = []
        self.endpoints = []
        self.patience = patience            # within which there was a dump
        self.is_continued = False           # over an outage
        self.name = None                    # as wgaudit calls it
        self.counted_from = counters.at(row["handshake"] // 1000 - patience), counters.at(row["t"] - 1)

    def take(self, row):
        if row["handshake"] not in self.handshakes and row["handshake"]:
            self.handshakes.append(row["handshake"])
        if row["endpoint"] and self.endpoints[-1:] != [row["endpoint"]]:
            self.endpoints.append(row["endpoint"])

    def faults_of(self, record, at, reason):
        """What is wrong with the accounts of a session_ended, in words. `at`: when it ended."""
        if record.end != record.timestamp:
            yield "the end is not the record's time"
        if record.start + record.duration != record.end:
            yield f"wrong duration {record.duration / SECOND} s"
        yield from self.faults_of_bytes(record, at, reason)
        is_gone = reason in ("peer_removed", "interface_removed")
        yield from self.faults_of_handshakes(record.accounts["handshakes"],
                                             at - self.patience if is_gone else at)
        if not is_part(record.endpoints, self.endpoints) or \
                record.endpoints[-1:] != self.endpoints[-1:]:
            yield f"wrong endpoints {record.endpoints}, not {self.endpoints}"
        if record.accounts.get("continued", False) != self.is_continued:
            yield "wrongly continued" if not self.is_continued else "not continued"

    def faults_of_bytes(self, record, at, reason):
        # What ends by a dump has that dump counted; what a dump does not show any more, the one before.
        is_gone = reason in ("peer_removed", "interface_removed")
        earliest = at if reason == "timeout" else at - self.patience
        latest = at if is_gone else record.created
        bounds = zip(*self.counted_from, self.counters.at(earliest - READ_TIME),
                     self.counters.at(latest + READ_TIME))
        for name, (low, high, first, last) in zip(("rx_bytes", "tx_bytes"), bounds):
            # What was counted before a restart can be missing from what a restart goes on with.
            least = 0 if self.is_continued or not record.accounts["complete"] else first - high
            if not least <= record.accounts[name] <= last - low:
                yield f"wrong {name} {record.accounts[name]}, not {least} to {last - low}"

    def faults_of_handshakes(self, count, shown_until):
        """A dump showed those before `shown_until`."""
        are_apart = all(later - earlier > HANDSHAKES_APART * 1000
                        for earlier, later in zip(self.handshakes, self.handshakes[1:]))
        shown = sum(handshake // 1000 < shown_until for handshake in self.handshakes)
        least = max(shown, 1) if are_apart and not self.is_continued else 1
        if not least <= count <= len(self.handshakes):
            yield f"wrong handshakes {count}, not {len(self.handshakes)}"


def is_part(some, of):
    """Whether they are among them in this order."""
    rest = iter(of)
    return all(one in rest for one in some)
