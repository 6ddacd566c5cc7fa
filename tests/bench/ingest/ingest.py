#!/usr/bin/python3
"""Measures what receiving costs, with real sockets on the loopback and real files, and prints it
beside its references and marks.

    ingest.py BUILD_FOLDER [MEASURE...]

Measures: cpu loss latency dumps flood instructions soak; all but soak, which takes ten minutes, where
none is named.

The references, in the same run: a loop that only counts what it receives (ingest_counter), and
rsyslogd with imudp, mmnormalize and omfile, which writes less of each line than wgaudit does. Times
are those that the scheduler counts for each thread. Sender and receiver have a processor each. The
files lie in BUILD_FOLDER, which is to be on a real disk.
"""
import base64
import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
SENDER_CPU, RECEIVER_CPU = 0, 1
PEERS = 1000
ROUNDS = 3
PER_SECOND = 200_000
COUNT = 400_000

RSYSLOG = """
global(workDirectory="{folder}")
module(load="imudp")
module(load="mmnormalize")
template(name="json" type="list") {{ property(name="$!all-json-plain") constant(value="\\n") }}
ruleset(name="in") {{
  action(type="mmnormalize" rulebase="{rules}")
  if $parsesuccess == "OK" then action(type="omfile" file="{folder}/out.json" template="json")
}}
input(type="imudp" address="127.0.0.1" port="{port}" ruleset="in" rcvbufSize="8m")
"""


def on_cpu(number):
    def prepare():
        os.sched_setaffinity(0, {number % os.cpu_count()})
    return prepare


def wait_until(condition, what):
    end = time.monotonic() + 120
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"{what}: not within two minutes")
        time.sleep(0.02)


def key(random_):
    return base64.b64encode(random_.randbytes(31) + b"\0").decode()


def dump():
    """Of the peers that the sender tells of, in the order of their ids, seen @now@."""
    random_ = random.Random(1)
    lines = [f"wg0\t{key(random_)}\t{key(random_)}\t51820\toff"]
    for i in range(PEERS):
        lines.append(f"wg0\t{key(random_)}\t(none)\t203.0.{i // 250}.{i % 250}:{40000 + i}\t"
                     f"10.0.{i // 250}.{i % 250}/32\t@now@\t{i}\t{i}\t25")
    return "\n".join(lines) + "\n"


class Receiver:
    """A program that receives, in a folder of its own."""

    def __init__(self, folder, command, **options):
        self.folder = folder
        self.process = subprocess.Popen([str(word) for word in command],
                                        preexec_fn=on_cpu(RECEIVER_CPU), **options)

    def cpu_seconds(self):
        """Of all its threads, without its children's."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(path.read_text().split()[0]) for path in tasks) / 1e9

    def is_idle(self):
        before = self.cpu_seconds()
        time.sleep(0.3)
        return self.cpu_seconds() - before < 0.03

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Counter(Receiver):
    name = "bare recvmmsg loop"

    def __init__(self, build, folder):
        super().__init__(folder, [build / "tests/ingest_counter"], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def received(self):
        self.stop()
        return int(self.process.stdout.read())


class Rsyslog(Receiver):
    name = "rsyslogd, mmnormalize"

    def __init__(self, _build, folder):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        configuration = folder / "rsyslog.conf"
        configuration.write_text(RSYSLOG.format(folder=folder, rules=HERE / "wireguard.rulebase",
                                                port=self.port))
        super().__init__(folder, ["/usr/sbin/rsyslogd", "-n", "-f", configuration, "-i", folder / "pid"])
        bound = f":{self.port:04X} "
        wait_until(lambda: bound in pathlib.Path("/proc/net/udp").read_text(), "rsyslogd")

    def received(self):
        self.stop()
        return (self.folder / "out.json").read_bytes().count(b"\n")


class Wgaudit(Receiver):
    name = "wgaudit"

    def __init__(self, build, folder, options=()):
        (folder / "dump").write_text(dump())
        wg = folder / "wg"
        wg.write_text(f"#!/bin/sh\nexec sed s/@now@/$(date +%s)/ {folder}/dump\n")
        wg.chmod(0o755)
        told = folder / "stderr"
        with open(told, "w") as errors:
            super().__init__(folder, [build / "bin/wgaudit", "run", "--config", "/dev/null",
                                      "--listen", "127.0.0.1:0", "--wg", wg, "--journal", folder,
                                      "--log-path", folder / "log", *options], stderr=errors)
        port = re.compile(r"listening on 127.0.0.1:(\d+)")
        wait_until(lambda: port.search(told.read_text()), "wgaudit")
        self.port = int(port.search(told.read_text())[1])
        wait_until(lambda: self.lines("journal") >= 2 * PEERS, "wgaudit")

    def lines(self, stream):
        return sum(path.read_bytes().count(b"\n") for path in self.folder.glob(f"{stream}-*.jsonl"))

    def journal(self, action):
        for path in sorted(self.folder.glob("journal-*.jsonl")):
            for line in path.read_text().splitlines():
                record = json.loads(line)
                if record["event"]["action"] == action:
                    yield record

    def received(self):
        self.stop()
        return self.lines("events")

    def lost(self, *reasons):
        """As its own records say, after its end."""
        return sum(record["wireguard"]["loss"]["count"] for record in self.journal("evidence_lost")
                   if record["event"]["reason"] in reasons)


@contextlib.contextmanager
def running(kind, build, **options):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ingest-", dir=build))
    receiver = kind(build, folder, **options)
    try:
        wait_until(receiver.is_idle, receiver.name)
        yield receiver
    finally:
        if receiver.process.poll() is None:
            receiver.stop()
        shutil.rmtree(folder)


def send(build, port, firewall_percent, per_second, count):
    """Seconds that it took."""
    command = [build / "tests/ingest_sender", port, firewall_percent, per_second, count]
    ran = subprocess.run([str(word) for word in command], preexec_fn=on_cpu(SENDER_CPU),
                         stdout=subprocess.PIPE, text=True, check=True)
    return float(ran.stdout.split()[1])


def cpu_per_message(kind, build, firewall_percent):
    """Microseconds."""
    with running(kind, build) as receiver:
        before = receiver.cpu_seconds()
        send(build, receiver.port, firewall_percent, PER_SECOND, COUNT)
        wait_until(receiver.is_idle, receiver.name)
        took = receiver.cpu_seconds() - before
        received = receiver.received()
        wanted = COUNT if kind is Counter else COUNT * (100 - firewall_percent) // 100
        if not 0.95 * wanted < received < 1.001 * wanted:
            sys.exit(f"{receiver.name}: {received} of {wanted} messages arrived")
        return took / (COUNT * received / wanted) * 1e6


def row(what, value, mark, holds):
    print(f"{what:62} {value:>22}   {mark:>14}   {'holds' if holds else 'MISSED'}", flush=True)


def measure_cpu(build):
    kinds = [Counter, Wgaudit] + ([Rsyslog] if has_rsyslog() else [])
    times = {(kind, mix): [] for kind in kinds for mix in (0, 80)}
    for _ in range(ROUNDS):
        for kind, mix in times:
            times[kind, mix].append(cpu_per_message(kind, build, mix))
    middle = {which: statistics.median(values) for which, values in times.items()}
    for (kind, mix), value in middle.items():
        print(f"  {kind.name}, {mix} % firewall lines: {value:.2f} µs a message "
              f"({min(times[kind, mix]):.2f} to {max(times[kind, mix]):.2f})")
    bare, ours = middle[Counter, 0], middle[Wgaudit, 0]
    row("CPU per WireGuard message: times the bare loop", f"{ours / bare:.2f}", "2.0", ours <= 2 * bare)
    if has_rsyslog():
        theirs = middle[Rsyslog, 0]
        row("the same: times rsyslogd", f"{ours / theirs:.2f}", "0.45", ours <= 0.45 * theirs)
    else:
        print("NOT COMPARED with rsyslogd: it is not installed, or has no mmnormalize")
    other = (middle[Wgaudit, 80] - 0.2 * ours) / 0.8
    bare = middle[Counter, 80]
    row("CPU per other kernel line: times the bare loop", f"{other / bare:.2f}", "1.3",
        other <= 1.3 * bare)


def has_rsyslog():
    return any(pathlib.Path("/usr/lib").glob("*/rsyslog/mmnormalize.so"))


def flat_out(build, receiver, seconds):
    """How many were sent, one sender as fast as it can."""
    trial = send(build, receiver.port, 0, 0, COUNT)
    count = int(COUNT / trial * seconds)
    wait_until(receiver.is_idle, receiver.name)
    took = send(build, receiver.port, 0, 0, count)
    wait_until(receiver.is_idle, receiver.name)
    print(f"  {receiver.name}: {count} sent in {took:.1f} s, {count / took:.0f} a second")
    return COUNT + count


def measure_loss(build, seconds=10):
    with running(Counter, build) as receiver:
        sent = flat_out(build, receiver, seconds)
        print(f"  of these not received: {sent - receiver.received()}")
    with running(Wgaudit, build) as receiver:
        flat_out(build, receiver, seconds)
        receiver.stop()
        lost = receiver.lost("socket_overflow", "events_overflow")
        row("lost, one sender flat out for 10 s", str(lost), "0", lost == 0)


def measure_latency(build, seconds=10):
    with running(Wgaudit, build) as receiver:
        send(build, receiver.port, 0, 1000, 100)
        wait_until(lambda: receiver.lines("events") == 100, receiver.name)
        events = max(receiver.folder.glob("events-*.jsonl"))
        command = [build / "tests/ingest_latency", receiver.port, events, 1000, 1000 * seconds]
        ran = subprocess.run([str(word) for word in command], preexec_fn=on_cpu(SENDER_CPU),
                             stdout=subprocess.PIPE, text=True, check=True)
        middle, slow = (int(word) for word in ran.stdout.split())
        row("datagram to its line readable, 1,000 a second, median", f"{middle} µs", "200 µs", middle <= 200)
        row("the same, 99 of 100", f"{slow} µs", "2000 µs", slow <= 2000)


def instructions(build, firewall_percent, batches):
    with tempfile.TemporaryDirectory(dir=build) as out:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}/counts",
                   build / "tests/ingest_way", str(firewall_percent), str(batches)]
        subprocess.run(command, stderr=subprocess.DEVNULL, check=True)
        counts = (pathlib.Path(out) / "counts").read_text()
    return int(re.search(r"^(?:totals|summary): (\d+)", counts, re.MULTILINE)[1])


def measure_instructions(build):
    if shutil.which("valgrind") is None:
        print("NOT COUNTED: valgrind is not installed")
        return
    few, many, size = 200, 700, 64
    for mix in (0, 80):
        each = (instructions(build, mix, many) - instructions(build, mix, few)) / (many - few) / size
        print(f"{f'instructions a message, datagram to batch, {mix} % firewall lines':62} {each:>22.0f}")


def measure_flood(build, seconds=30):
    """Everything that was sent is recorded, ignored, rejected or counted as lost."""
    with running(Wgaudit, build) as receiver:
        trial = send(build, receiver.port, 20, 0, COUNT)
        sent = COUNT + int(COUNT / trial * seconds)
        send(build, receiver.port, 20, 0, sent - COUNT)
        receiver.stop()
        ended = next(receiver.journal("monitor_stopped"))["wireguard"]["monitor"]["datagrams"]
        lost = receiver.lost("socket_overflow")
        stored = receiver.lines("events") + receiver.lost("events_overflow", "events_deleted")
        received = ended["recorded"] + ended["ignored"] + ended["rejected"]
        print(f"  {sent} sent: {ended['recorded']} recorded, {ended['ignored']} ignored, "
              f"{ended['rejected']} rejected, {lost} lost in the socket; "
              f"{sent / max(received, 1):.1f} times what it took")
        exact = sent == received + lost and received == ended["received"] and stored == ended["recorded"]
        row("a flood: sent less what is accounted for", str(sent - received - lost), "0", exact)


def measure_soak(build, millions=50, per_second=120_000):
    """The events are capped, so that their files stay small."""
    def resident_mb(receiver):
        status = pathlib.Path(f"/proc/{receiver.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024
    with running(Wgaudit, build, options=["--events-bytes", "64M"]) as receiver:
        sizes = []
        for _ in range(int(millions)):
            send(build, receiver.port, 20, per_second, 1_000_000)
            sizes.append(resident_mb(receiver))
        grown = (sizes[-1] / sizes[0] - 1) * 100
        print(f"  {sizes[0]:.1f} MB after the first million, {max(sizes):.1f} at most, {sizes[-1]:.1f} "
              f"after {len(sizes)}")
        row("resident memory after the soak, beside the first million", f"{grown:+.1f} %", "±5 %",
            abs(grown) <= 5)


def measure_dumps(build):
    """A storm of handshakes, so that dumps follow each other as closely as they may."""
    with running(Wgaudit, build) as receiver:
        start = time.monotonic()
        send(build, receiver.port, 0, 2000, 20_000)
        receiver.stop()
        took = time.monotonic() - start
        dumps = next(receiver.journal("monitor_stopped"))["wireguard"]["monitor"]["dumps"]
        share = dumps["cpu_microseconds"] / took / 1e4
        print(f"  {dumps['count']} dumps of {PEERS} peers in {took:.1f} s; "
              f"{dumps['cpu_microseconds'] / dumps['count'] / 1000:.2f} ms of CPU each, wg (a shell "
              "script here) included")
        row("share of a core that dumps take in a storm", f"{share:.1f} %", "10 %", share <= 10.5)


MEASURES = {"cpu": measure_cpu, "loss": measure_loss, "latency": measure_latency,
            "dumps": measure_dumps, "flood": measure_flood, "instructions": measure_instructions,
            "soak": measure_soak}


def main(build, *wanted):
    print(f"{'':62} {'here':>22}   {'mark at most':>14}")
    for name in wanted or [name for name in MEASURES if name != "soak"]:
        MEASURES[name](pathlib.Path(build).resolve())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
