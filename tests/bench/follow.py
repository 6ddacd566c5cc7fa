"""How fast `wgaudit follow` finds records, beside grep looking for one of the filter's texts in the
same files.

    python3 tests/bench/follow.py BUILD [COUNT]

BUILD is an optimized build's folder. COUNT events, ten million if not given, take about 400 bytes each
in a temporary folder. Each search is done three times, in turn with the other's; the least time of the
processor is told, which hardly depends on what else the machine does. What is found goes through a
pipe: to /dev/null grep would stop at the first.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
RUNS = 3

# What is looked for: grep's text, follow's flags.
SEARCHES = [
    ("a rare kind", '"action":"mac_invalid"', ["--kind", "mac_invalid"]),
    ("one peer of 100", '"name":"peer-42"', ["--peer", "peer-42"]),
    ("a kind, 3 of 10", '"action":"keepalive_received"', ["--kind", "keepalive_received"]),
    ("peer, kind, interface, source, time", '"name":"peer-42"',
     ["--peer", "peer-42", "--kind", "keepalive_received,keepalive_sent", "--interface", "wg0",
      "--source", "203.0.113.0/24", "--since", "2026-11-21T07:10:00Z"]),
]


def run(command):
    """The processor's seconds that it took, and how many lines came out."""
    lines = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
        while block := process.stdout.read1(1 << 20):
            lines += block.count(b"\n")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return usage.ru_utime + usage.ru_stime, lines


def compare(name, text, flags, build, folder):
    files = sorted(folder.glob("events-*"))
    grep = ["grep", "-hF", text, *files]
    follow = [build / "bin/wgaudit", "follow", "--journal", folder, "--until", "now", *flags]
    rounds = [[run(command) for command in (grep, follow, [*follow, "--json"])] for _ in range(RUNS)]
    best = [min(column) for column in zip(*rounds)]
    size = sum(file.stat().st_size for file in files)
    for what, (seconds, lines) in zip(("grep", "follow", "follow --json"), best):
        print(f"{name:36} {what:14} {lines:9} lines, {size / seconds / 1e6:6.0f} MB/s, "
              f"{best[0][0] / seconds:5.2f} times grep's speed")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    count = sys.argv[2] if len(sys.argv) > 2 else "10000000"
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        folder = pathlib.Path(name)
        subprocess.run([build / "tests/many_events", folder, count], check=True)
        for search in SEARCHES:
            compare(*search, build, folder)


if __name__ == "__main__":
    main()
