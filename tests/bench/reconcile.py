#!/usr/bin/python3
"""Prints what a dump of 10,000 peers in which nothing changed costs, parsed and reconciled, beside a
loop over its lines in Python, as a monitor that is a script has it; and how the cost of a peer grows
up to 100,000 of them.

    reconcile.py BUILD_FOLDER
"""
import base64
import pathlib
import random
import re
import statistics
import subprocess
import sys
import time

THRESHOLD = 180
VALID_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")


def key(random_):
    return base64.b64encode(random_.randbytes(31) + b"\0").decode()


def dump(peers):
    random_ = random.Random(1)
    now = int(time.time())
    lines = [f"wg0\t{key(random_)}\t{key(random_)}\t51820\toff"]
    for i in range(peers):
        lines.append(f"wg0\t{key(random_)}\t{key(random_)}\t203.0.{i // 250}.{i % 250}:51820\t"
                     f"10.{i // 250}.{i % 250}.2/32\t{now}\t{i * 1000}\t{i * 2000}\t25")
    return "\n".join(lines) + "\n"


def monitor(text, known):
    """One round: what each line says, and what that changes; the peers as they are now."""
    now = int(time.time())
    seen = {}
    changes = []
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) != 9:
            continue
        interface, public_key, _, endpoint, allowed, handshake, received, sent, _ = fields
        if not VALID_KEY.fullmatch(public_key):
            continue
        last = int(handshake)
        peer = {"endpoint": endpoint, "allowed": allowed.split(","), "handshake": last,
                "received": int(received), "sent": int(sent), "online": 0 < last and now - last < THRESHOLD}
        name = (interface, public_key)
        seen[name] = peer
        before = known.get(name)
        if before is None or before["online"] != peer["online"]:
            changes.append((name, peer["online"]))
        elif before["endpoint"] != endpoint:
            changes.append((name, endpoint))
    changes.extend((name, None) for name in known if name not in seen)
    return seen, changes


def microseconds_in_python(peers):
    text = dump(peers)
    known, _ = monitor(text, {})
    times = []
    for _ in range(9):
        start = time.process_time()
        known, changes = monitor(text, known)
        times.append((time.process_time() - start) * 1e6)
        if changes:
            sys.exit("nothing was to change")
    return statistics.median(times)


def microseconds_here(build):
    """By the number of peers."""
    command = [build / "tests/dump_bench", "--benchmark_filter=^parse_and_reconcile/",
               "--benchmark_repetitions=5"]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    medians = re.findall(r"^parse_and_reconcile/(\d+)_median +\S+ us +(\S+) us", ran.stdout, re.MULTILINE)
    return {int(peers): float(time) for peers, time in medians}


def main(build):
    here = microseconds_here(pathlib.Path(build))
    script = microseconds_in_python(10_000)
    print(f"10,000 peers: {here[10_000]:.0f} µs here, {script:.0f} µs in Python: "
          f"{script / here[10_000]:.1f} times as fast (mark 30)")
    growth = (here[100_000] / 100_000) / (here[1_000] / 1_000)
    print(f"a peer of 1,000 costs {here[1_000]:.0f} ns, one of 100,000 {growth:.2f} times that (mark 1.3)")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
