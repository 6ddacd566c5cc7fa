"""wgaudit on a real kernel, with a real rsyslogd and a real wg: boots a guest, runs the scenarios and
compares what was recorded with what happened. `core` is one boot with a short --threshold; `long` has
the protocol's own times; in `doctor` the gateway is broken and mended.

    kernel_test.py core|long|doctor|BOOT...

Prints tables. Exits with 77, and says why, where QEMU or the kernel cannot be had.
"""

import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import unittest

import check
import doctor_test
import guest

BUILD = pathlib.Path(os.environ["KERNEL_BUILD"])
FOLDER = BUILD / "kernel"
RECORDS = BUILD / "records"  # what the schema is checked with
SKIPPED = FOLDER / "skipped"  # for scripts/test: why

SKIP = 77
CAP_NET_ADMIN = 12  # linux/capability.h


STORIES = ["connect", "short_session", "keepalive_only", "new_keys", "roaming", "swapped_endpoints",
           "wrong_keys", "wrong_preshared_key", "garbage", "forged_cookie", "changed_peers",
           "interfaces", "restarts", "late_debug"]
CHECKER = ["broken_identity", "broken_classification"]


@dataclasses.dataclass
class Plan:
    """One boot. The short threshold lets sessions time out within it."""
    name: str
    kernel: str
    scenarios: list
    time_limit: int
    crowd_size: int = 12
    threshold: int = 20
    interval: int = 5
    recorder: str = ""  # the program that records a trace (record_trace.py)

    def title(self):
        return f"{self.name}-{self.kernel}"

    def variables(self):
        flags = f"--threshold {self.threshold} --interval {self.interval}"
        return {"scenarios": " ".join(self.scenarios), "flags": flags, "threshold": self.threshold,
                "interval": self.interval, "crowd_size": self.crowd_size, "recorder": self.recorder}


def core(kernel):
    scenarios = ["gateway", *STORIES, "crowd", "same_names", "reload", "rest", "stop", *CHECKER]
    return Plan("core", kernel, scenarios, time_limit=900)


def load(kernel):
    scenarios = ["gateway", "cookie_received", "crowd", "cookie", "rest", "crowd_unlimited", "rest",
                 "stop"]
    return Plan("load", kernel, scenarios, crowd_size=guest.CROWD, time_limit=900)


def protocol(kernel):
    return Plan("protocol", kernel, ["gateway", "protocol_times", "rest", "stop"], threshold=180,
                interval=30, time_limit=1500)


def doctor(kernel):
    return Plan("doctor", kernel, ["doctor"], time_limit=600)


SETS = {"core": [core("6.1")],
        "doctor": [doctor("6.1")],
        "long": [core("6.12"), load("6.1"), load("6.12"), protocol("6.1")]}


def plans_of(words):
    """`core`, `long`, or one boot such as `load-6.12`."""
    every = sum(SETS.values(), [])
    return [plan for word in words
            for plan in SETS.get(word) or [one for one in every if one.title() == word]]


def run(plan):
    """The folder of its results."""
    kernel = guest.Kernel(plan.kernel, FOLDER)
    folder = FOLDER / plan.title()
    folder.mkdir(exist_ok=True)
    initramfs = guest.build_initramfs(kernel, BUILD, folder, plan.variables())
    guest.boot(kernel, initramfs, folder / "results", plan.time_limit)
    keep_records(plan.title(), folder / "results/journal")
    return folder / "results"


def keep_records(title, journal):
    """For the test that checks every record that any test wrote against the schema."""
    RECORDS.mkdir(exist_ok=True)
    text = "".join(path.read_text() for path in sorted(journal.glob("*.jsonl")))
    (RECORDS / f"kernel-{title}.jsonl").write_text(text)


class Boot:
    """The tests of one plan."""
    plan = None

    @classmethod
    def setUpClass(cls):
        cls.folder = run(cls.plan)
        cls.result = cls.check("journal")
        table = cls.result.table(cls.plan.kernel)
        (cls.folder.parent / "table").write_text(f"{table}\n")  # for scripts/test
        print(f"\n{table}\n", flush=True)

    @classmethod
    def check(cls, journal):
        return check.Check(cls.folder, journal, cls.plan.threshold, cls.plan.interval)

    def test_every_record_and_event_is_right_and_there_is_no_other(self):
        self.assertEqual(self.result.faults, [], "\n" + "\n".join(self.result.faults))

    def test_wgaudit_had_one_capability_and_was_not_root(self):
        for step in self.result.boot.did("daemon_up"):
            self.assertNotEqual(step["uid"], "0")
            self.assertEqual(int(step["capabilities"], 16), 1 << CAP_NET_ADMIN)

    def test_no_identity_is_wrong(self):
        self.assertEqual(self.result.wrong_identities(), 0)


class Prompt:
    """Of boots in which one peer after another connects."""

    def test_lines_tell_of_sessions_sooner_than_dumps_of_the_interval_could(self):
        whole = check.total(self.result.scores.values())
        self.assertGreater(len(whole.line), 0)
        self.assertLess(statistics.median(whole.line), self.plan.interval / 2)


def moved_on(record):
    """A second later."""
    time = record["@timestamp"]
    return {**record, "@timestamp": f"{time[:17]}{(int(time[17:19]) + 1) % 60:02}{time[19:]}"}


def changed(record, part, **fields):
    return {**record, part: {**record[part], **fields}}


def with_reason(record, reason):
    return changed(record, "event", reason=reason)


def more_of(record, field, count):
    summary = record["wireguard"]["session_summary"]
    return changed(record, "wireguard", session_summary={**summary, field: summary[field] + count})


def more_lost(record):
    loss = record["wireguard"]["loss"]
    return changed(record, "wireguard", loss={**loss, "count": loss["count"] + 1000})


def unreadable(record):
    """What a dump records that asks for the interface just as it goes."""
    lost = changed(record, "event", action="evidence_lost", reason="interface_unreadable")
    return {**lost, "wireguard": {"loss": {"from": record["@timestamp"]}}}


def longer(record):
    return changed(record, "event", duration=record["event"]["duration"] + 1000)


class Checker:
    """That the checker finds what is wrong: in this boot's journal when it is spoilt, and in those of
    broken daemons, which ran at its end."""

    def faults_with(self, what, spoil):
        """Those that there are with the first record of an action, or of a reason, replaced by what
        `spoil` makes of it."""
        with tempfile.TemporaryDirectory() as folder:
            spoilt = pathlib.Path(folder) / "results"
            shutil.copytree(self.folder, spoilt)
            for path in sorted((spoilt / "journal").glob("journal-*.jsonl")):
                records = [json.loads(line) for line in path.read_text().splitlines()]
                for place, record in enumerate(records):
                    if what in (record["event"]["action"], record["event"].get("reason")):
                        records[place:place + 1] = spoil(record)
                        break
                path.write_text("".join(json.dumps(record) + "\n" for record in records))
            faults = check.Check(spoilt, "journal", self.plan.threshold, self.plan.interval).faults
            return [fault for fault in faults if fault not in self.result.faults]

    def test_a_spoilt_record_is_found(self):
        rows = [
            ("left out", "peer_offline", lambda record: [], "missing: peer_offline"),
            ("told twice", "peer_offline", lambda record: [record, record], "not expected: "),
            ("a second off", "peer_offline", lambda record: [moved_on(record)], "wrong time "),
            ("another reason", "peer_online", lambda record: [with_reason(record, "first_seen")],
             "wrong reason first_seen"),
            ("a packet too many", "session_ended", lambda record: [more_of(record, "rx_bytes", 1500)],
             "wrong rx_bytes "),
            ("a handshake too many", "session_ended",
             lambda record: [more_of(record, "handshakes", 1)], "wrong handshakes "),
            ("a microsecond too long", "session_ended", lambda record: [longer(record)],
             "wrong duration "),
            ("late lines left out", "lines_late", lambda record: [], "not told: "),
            ("late lines too many", "lines_late", lambda record: [more_lost(record)], "only "),
            ("printed handshakes", "handshake_not_printed", lambda record: [more_lost(record)],
             "they were printed: "),
            ("handshakes told again", "handshake_not_printed", lambda record: [record] * 50,
             "handshakes were not printed, told "),
        ]
        self.assertEqual(self.faults_with("peer_offline", lambda record: [record]), [])
        for name, what, spoil, part in rows:
            with self.subTest(name):
                faults = self.faults_with(what, spoil)
                self.assertTrue(any(part in fault for fault in faults), faults)

    def test_an_interface_that_is_unreadable_as_it_goes_is_allowed(self):
        self.assertEqual(self.faults_with("interface_removed", lambda it: [unreadable(it), it]), [])

    def test_identities_that_are_off_by_one_row_are_found(self):
        broken = self.check("broken_identity")
        self.assertGreater(broken.wrong_identities(), 0)
        self.assertTrue(any(fault.startswith("missing: peer_online") for fault in broken.faults))

    def test_lines_that_are_classified_as_others_are_found(self):
        broken = self.check("broken_classification")
        faults = " ".join(broken.faults)
        for kind in ("keepalive_sent", "keepalive_received"):
            self.assertIn(f"event missing: ['{kind}'", faults)
            self.assertIn(f"event not expected: ['{kind}'", faults)


class Doctor(doctor_test.Doctor):
    """The tests of the boot that has no watcher's story to compare with."""

    @classmethod
    def setUpClass(cls):
        cls.folder = run(cls.plan)


def parts_of(plan):
    if "doctor" in plan.scenarios:
        return (Doctor,)
    return (Boot, Prompt, Checker) if "broken_identity" in plan.scenarios else (Boot,)


def suite_of(plans):
    suite = unittest.TestSuite()
    for plan in plans:
        parts = parts_of(plan)
        case = type(plan.title(), (*parts, unittest.TestCase), {"plan": plan})
        suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    return suite


def main():
    FOLDER.mkdir(exist_ok=True)
    SKIPPED.unlink(missing_ok=True)
    plans = plans_of(sys.argv[1:])
    try:
        guest.need_programs()
        for plan in plans:
            guest.Kernel(plan.kernel, FOLDER)
    except guest.Unavailable as reason:
        SKIPPED.write_text(f"{reason}\n")
        print(f"NOT TESTED on a real kernel: {reason}")
        return SKIP
    done = unittest.TextTestRunner(verbosity=2).run(suite_of(plans))
    return 0 if done.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
