"""wgaudit on a real kernel, with a real rsyslogd and a real wg: boots a guest, runs the scenarios and
compares what was recorded with what happened. `core` is one boot with a short --threshold; `long` has
the protocol's own times.

    kernel_test.py core|long

Prints a table. Exits with 77, and says why, where QEMU or the kernel cannot be had.
"""

import dataclasses
import os
import pathlib
import sys
import unittest

import check
import guest

BUILD = pathlib.Path(os.environ["KERNEL_BUILD"])
FOLDER = BUILD / "kernel"
SKIPPED = FOLDER / "skipped"  # for scripts/test: why

SKIP = 77


@dataclasses.dataclass
class Plan:
    """One boot."""
    name: str
    kernel: str
    scenarios: list
    threshold: int
    interval: int
    time_limit: int


CORE = [Plan("core", "6.1", ["gateway", "connect", "rest"], threshold=20, interval=5, time_limit=400)]


def run(plan):
    kernel = guest.Kernel(plan.kernel, FOLDER)
    folder = FOLDER / f"{plan.name}-{plan.kernel}"
    folder.mkdir(exist_ok=True)
    initramfs = guest.build_initramfs(kernel, BUILD, folder)
    guest.boot(kernel, initramfs, plan.scenarios, folder / "results", plan.time_limit)
    return check.Check(folder / "results", folder / "results/journal", plan.threshold, plan.interval)


class Boot:
    """The tests of one plan."""
    plan = None

    @classmethod
    def setUpClass(cls):
        cls.result = run(cls.plan)
        print(f"\n{cls.result.table(cls.plan.kernel)}\n", flush=True)

    def test_every_record_and_event_is_right_and_there_is_no_other(self):
        self.assertEqual(self.result.faults, [], "\n" + "\n".join(self.result.faults))

    def test_no_identity_is_wrong(self):
        self.assertEqual(self.result.wrong_identities(), 0)


def load(plans):
    suite = unittest.TestSuite()
    for plan in plans:
        case = type(f"{plan.name}_{plan.kernel}", (Boot, unittest.TestCase), {"plan": plan})
        suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    return suite


def main():
    FOLDER.mkdir(exist_ok=True)
    SKIPPED.unlink(missing_ok=True)
    plans = {"core": CORE}[sys.argv[1]]
    try:
        guest.need_programs()
        for plan in plans:
            guest.Kernel(plan.kernel, FOLDER)
    except guest.Unavailable as reason:
        SKIPPED.write_text(f"{reason}\n")
        print(f"NOT TESTED on a real kernel: {reason}")
        return SKIP
    done = unittest.TextTestRunner(verbosity=2).run(load(plans))
    return 0 if done.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
