#!/usr/bin/python3
"""Writes the inputs that every target begins with, one folder each: what was recorded, and the corpus.

    seeds.py PROGRAM INPUTS

INPUTS/seeds/TARGET is made of tests/data, the journal's lines by `PROGRAM replay`; INPUTS/corpus/TARGET is
unpacked from corpus/TARGET.tar.gz. Of inputs that differ in their numbers and keys only, one is taken.
"""
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).parent
DATA = HERE.parent / "data"
PATTERNS = HERE.parent.parent / "patterns/wireguard.patterns"
TRACES = sorted(path.parent for path in DATA.glob("traces/*/dumps.jsonl"))
MAX_SIZE = 6000
START = 1795244400  # as in auditor.cpp

# All that the reader of a status asks for, but for when and who.
STATUS = {
    "v": 1, "started": "2026-11-21T07:00:00.000000Z", "version": "0.1.0",
    "datagrams": {"received": 1204, "recorded": 1100, "ignored": 104, "rejected": 3},
    "dumps": {"succeeded": 248, "failed": 2, "last": "2026-11-21T08:59:57.000000Z",
              "trouble": "exit status 1"},
    "handshakes_today": {"proven": 40, "printed": 39},
    "losses": {"socket_overflow": {"records": 2, "lost": 14}},
    "sequence": {"journal": 400, "events": 1100},
    "readers": [{"name": "text_log", "next": 401, "behind": 3}],
    "writer": {"waiting_records": 6, "waiting_bytes": 512, "refuses": True, "holds_events": True},
}


def json_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def datagrams():
    for trace in TRACES:
        for path in sorted(trace.glob("datagrams*.jsonl")):
            yield from (line["data"].encode() for line in json_lines(path))
    for path in sorted(DATA.glob("datagrams/**/*.bin")):
        yield path.read_bytes()


def kernel_lines():
    yield from (datagram.partition(b"kernel: ")[2] for datagram in datagrams())


def texts():
    yield from (re.sub(rb"^\[ *[0-9.]+\] ", b"", line) for line in kernel_lines())
    for line in PATTERNS.read_bytes().splitlines():
        if line.startswith(b"# example: "):
            yield line.removeprefix(b"# example: ")
    for path in sorted(DATA.glob("kmsg/*.kmsg")):
        yield from (line.partition(b";")[2] for line in path.read_bytes().splitlines())


def dumps():
    for trace in TRACES:
        before = b""
        for line in json_lines(trace / "dumps.jsonl"):
            dump = line["dump"].encode()
            yield before + b"\0" + dump
            before = dump


def pattern_files():
    text = PATTERNS.read_text()
    yield text.encode()
    fields = "".join(f"{line}\n" for line in text.splitlines() if line.startswith("field "))
    for rule in re.findall(r"(?:^# example: .*\n)+.+\n", text, re.MULTILINE):
        yield (fields + rule).encode()


def journals(program):
    for trace in TRACES:
        replay = subprocess.run([program, "replay", trace], check=True, capture_output=True)
        lines = replay.stdout.splitlines(keepends=True)
        yield from lines
        yield from (b"".join(lines[i:i + 4]) for i in range(0, len(lines), 40))


def statuses(program):
    """Those that a daemon could tell at each snapshot of a trace."""
    for trace in TRACES:
        replay = subprocess.run([program, "replay", trace], check=True, capture_output=True)
        records = [json.loads(line) for line in replay.stdout.splitlines()]
        snapshots = {}
        for record in records:
            if record["event"]["action"] == "snapshot":
                snapshots.setdefault(record["@timestamp"], []).append(record)
        for time, pictured in snapshots.items():
            status = STATUS | {
                "now": time, "observer": pictured[0]["observer"],
                "interfaces": [record for record in pictured if "peer" not in record["wireguard"]],
                "peers": [record for record in pictured if "peer" in record["wireguard"]]}
            yield json.dumps(status, separators=(",", ":")).encode()


def delay(microseconds):
    """The first byte of a step: a letter of which the low four bits are the power of two."""
    return bytes([ord("`") + min(15, (microseconds // 1000).bit_length())])


def handshakes_moved(dump, seconds):
    rows = [line.split("\t") for line in dump.splitlines()]
    for row in rows:
        if len(row) == 9 and row[5] != "0":
            row[5] = str(int(row[5]) + seconds)
    return "".join("\t".join(row) + "\n" for row in rows)


def with_clocks(steps):
    """The same, and on the way the machine sleeps and the clock is set forward and back."""
    third = len(steps) // 3
    return steps[:third] + [b"`sq", b"`cr"] + steps[third:-third] + [b"`cT"] + steps[-third:]


def histories():
    """Windows of traces, as if each had begun at START; some also with clocks that are set."""
    for number, steps in enumerate(windows()):
        yield b"\x1e".join(steps)
        if number % 4 == 0:
            yield b"\x1e".join(with_clocks(steps))


def windows():
    for trace in TRACES:
        events = [(line["t_us"], line["data"], None) for line in json_lines(trace / "datagrams.jsonl")
                  if "wireguard: " in line["data"]]
        events += [(line["t_us"], None, line["dump"]) for line in json_lines(trace / "dumps.jsonl")[::4]]
        steps, size, begin = [], 0, 0
        for time, datagram, dump in sorted(events, key=lambda event: event[0]):
            if not steps:
                begin = last = time
            if datagram is None:
                payload = "d" + handshakes_moved(dump, START - begin // 1_000_000)
            else:
                payload = datagram
            steps.append(delay(time - last) + payload.encode())
            size += len(steps[-1])
            last = time
            if size > MAX_SIZE // 4:
                yield steps
                steps, size = [], 0
        if steps:
            yield steps


def write_seeds(folder, inputs):
    folder.mkdir(parents=True)
    shapes = set()
    for data in inputs:
        shape = re.sub(rb"[0-9]+", b"0", re.sub(rb"[A-Za-z0-9+/]{43}=", b"", data))
        if len(data) > MAX_SIZE or shape in shapes:
            continue
        shapes.add(shape)
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def unpack(archive, folder):
    folder.mkdir(parents=True)
    if archive.exists():
        with tarfile.open(archive) as tar:
            tar.extractall(folder)


def main(program, inputs):
    sources = {
        "auditor": histories(), "classifier": texts(), "dump": dumps(), "frame": datagrams(),
        "journal": journals(program), "kernel_line": kernel_lines(), "pattern_file": pattern_files(),
        "status": statuses(program),
    }
    shutil.rmtree(inputs, ignore_errors=True)
    for target, source in sources.items():
        write_seeds(inputs / "seeds" / target, source)
        unpack(HERE / "corpus" / f"{target}.tar.gz", inputs / "corpus" / target)


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
