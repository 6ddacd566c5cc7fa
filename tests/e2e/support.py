"""What the end-to-end tests share: the real programs as child processes, and temporary folders.

Nothing here sleeps for a fixed time in the hope that something has happened: `eventually` polls
until it has, or fails. Every process is ended by its own handle.
"""

import base64
import errno
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["E2E_PROGRAM"]
TRACE_PLAYER = os.environ["E2E_TRACE_PLAYER"]
SOURCE = pathlib.Path(os.environ["E2E_SOURCE"])
RECORDS = pathlib.Path(os.environ["E2E_RECORDS"])
TRACES = SOURCE / "tests/data/traces"
RULES = SOURCE / "rsyslog"

PATIENCE = 120  # seconds; only a test that fails waits as long
LONG_AGO = 1.678901 - time.monotonic()  # the kernel's seconds since the boot, behind those of the clock

ENVIRONMENT = {"PATH": "/usr/bin:/usr/sbin:/bin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


def read_if_there(path):
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def eventually(condition, what, about=lambda: ""):
    """The first true value that `condition` returns."""
    end = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {PATIENCE} s: {what}\n{about()}")
        time.sleep(0.01)


def rest_of(terminal):
    """All that is still to be read of a terminal (its master's end) that no program holds any more."""
    text = b""
    while True:
        try:
            text += os.read(terminal, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return text


def replace_file(path, text):
    new = path.with_name(path.name + ".new")
    new.write_text(text)
    new.rename(path)


def trace_lines(name, seconds=None):
    """The recorded objects of datagrams.jsonl, of the first `seconds` or all."""
    with open(TRACES / name / "datagrams.jsonl") as file:
        lines = [json.loads(line) for line in file]
    end = lines[0]["t_us"] + seconds * 1_000_000 if seconds else float("inf")
    return [line for line in lines if line["t_us"] < end]


def kmsg_line(datagram):
    """As /proc/kmsg has it: `<7>[   15.604317] wireguard: ...`."""
    priority, text = re.fullmatch(r"(<\d+>).{15} \S+ kernel: (.*)", datagram, re.DOTALL).groups()
    return priority + text


def key(name):
    """A public key that is told from others by its name."""
    return base64.b64encode(name.encode().ljust(32, b"\0")).decode()


class Peer:
    def __init__(self, name, handshake=0, endpoint="203.0.113.7:51820", allowed_ips="10.0.0.2/32",
                 rx=148, tx=92):
        self.row = ["wg0", key(name), "(none)", endpoint, allowed_ips, str(int(handshake)), str(rx),
                    str(tx), "off"]


class StandInWg:
    """tests/support/fake_wg in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder / "stand-in"
        self.folder.mkdir(mode=0o700)
        self.path = self.folder / "wg"
        shutil.copy(SOURCE / "tests/support/fake_wg", self.path)
        self.path.chmod(0o755)
        self.show([])

    def show(self, peers):
        rows = [["wg0", key("private"), key("gateway"), "51820", "off"]] + [p.row for p in peers]
        replace_file(self.folder / "dump", "".join("\t".join(row) + "\n" for row in rows))

    def set_mode(self, mode):
        replace_file(self.folder / "mode", mode + "\n")


class Daemon:
    """`wgaudit run` in `folder`, which a later one may take up again."""

    def __init__(self, test, folder, wg, *flags, environment={}, command=None, pass_fds=()):
        self.journal = folder / "journal"
        self.log = folder / "audit.log"
        self.stderr_file = folder / "stderr"
        self.before = self.stderr_file.stat().st_size if self.stderr_file.exists() else 0
        with open(self.stderr_file, "ab") as stderr:
            self.process = subprocess.Popen(command or run_command(folder, wg, *flags),
                                            stderr=stderr, env={**ENVIRONMENT, **environment},
                                            pass_fds=pass_fds)
        test.addCleanup(self.end)
        self.port = int(self.wait_for_stderr(r"listening on 127\.0\.0\.1:(\d+)\D").group(1))

    def stderr(self):
        return self.stderr_file.read_bytes()[self.before:].decode()

    def wait_for_stderr(self, pattern):
        return self.eventually(lambda: re.search(pattern, self.stderr()), pattern)

    def eventually(self, condition, what):
        return eventually(condition, what, self.stderr)

    def records(self, stream="journal"):
        """All records, whole lines only: the last one may be in the making, the first deleted."""
        text = b"".join(read_if_there(path) for path in sorted(self.journal.glob(stream + "-*.jsonl")))
        return [json.loads(line) for line in text.split(b"\n")[:-1]]

    def find(self, action, name=None):
        """The first such record of the journal, or None."""
        for record in self.records():
            peer = record.get("wireguard", {}).get("peer", {})
            if record["event"]["action"] == action and name in (None, peer.get("public_key")):
                return record
        return None

    def wait_for(self, action, name=None):
        return self.eventually(lambda: self.find(action, name), f"{action} {name or ''}")

    def send(self, text, priority=7, stamp=None):
        """A datagram as rsyslog forwards a kernel line; unless told, one from long ago, and prompt beside
        the others: its stamp goes on as time does."""
        if stamp is None:
            stamp = LONG_AGO + time.monotonic()
        self.send_bytes(f"<{priority}>Nov 21 07:00:00 gw kernel: [{stamp:12.6f}] {text}".encode())

    def send_bytes(self, datagram):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(datagram, ("127.0.0.1", self.port))

    def print(self, text, priority=7):
        """As the kernel prints it now: only such a line can prove an identity."""
        self.send(text, priority, time.monotonic())

    def announce_handshake(self, stamp=None):
        """A line that makes the daemon look at a dump at once."""
        self.send("wireguard: wg0: Receiving handshake initiation from peer 1 (203.0.113.7:51820)",
                  stamp=stamp)

    def stop(self, number=signal.SIGTERM):
        """Its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def end(self):
        self.process.kill()
        self.process.wait()
        keep_records(self.journal)


def run_command(folder, wg, *flags):
    return [PROGRAM, "run", "--config", "/dev/null", "--listen", "127.0.0.1:0", "--journal",
            folder / "journal", "--log-path", folder / "audit.log", "--wg", wg,
            "--status-socket", folder / "status.sock", *flags]


def keep_records(journal):
    """For the test that checks every record that any test wrote against the schema."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    with open(RECORDS / f"e2e-{os.getpid()}.jsonl", "ab") as kept:
        for path in sorted(journal.glob("*.jsonl")):
            text = path.read_bytes()
            kept.write(text[:text.rfind(b"\n") + 1])


class Player:
    """The trace player on its way through a trace."""

    def __init__(self, test, trace, folder, *flags):
        self.folder = folder / "player"
        self.process = subprocess.Popen([TRACE_PLAYER, TRACES / trace, self.folder, *flags],
                                        stdout=subprocess.PIPE, text=True)
        test.addCleanup(self.end)
        self.wg = self.folder / "wg"
        self.shift = int(re.search(r"shifted by (-?\d+) s", self.process.stdout.readline())[1])

    def wait(self):
        assert self.process.wait(2 * PATIENCE) == 0

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Rsyslogd:
    """A rsyslogd of our own, with a shipped rule file of which only the port is changed. Its imklog
    reads a FIFO in place of /proc/kmsg, its imuxsock a socket in place of /dev/log, and what the rule
    leaves is written to a file."""

    def __init__(self, test, folder, rule, port, imklog=""):
        self.kmsg = folder / "kmsg"
        self.socket = folder / "log"
        self.rest = folder / "rest.log"
        os.mkfifo(self.kmsg)
        self.fifo = os.open(self.kmsg, os.O_RDWR)
        config = write_rsyslog_config(folder, rule, port, imklog)
        self.process = subprocess.Popen(
            ["rsyslogd", "-n", "-f", config, "-i", folder / "rsyslogd.pid"], env=ENVIRONMENT)
        test.addCleanup(self.end)
        # It is made first, and anybody's then.
        eventually(lambda: self.socket.exists() and self.socket.stat().st_mode & 0o002, "rsyslogd's socket")

    def print(self, *lines):
        """As the kernel does."""
        for line in lines:
            os.write(self.fifo, line.encode() + b"\n")

    def forge(self, line):
        """As any user can."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(line.encode(), str(self.socket))

    def left(self):
        """The lines that the rule did not stop."""
        return self.rest.read_text().splitlines() if self.rest.exists() else []

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.fifo)


def write_rsyslog_config(folder, rule, target, imklog=""):
    """`target` is the port, or the file of the unix socket."""
    text = (RULES / rule).read_text()
    shipped = re.search("9999|/run/wgaudit/log", text.split("\n\n", 1)[1])[0]
    (folder / "rule.conf").write_text(text.replace(shipped, str(target)))
    (folder / "rsyslog.conf").write_text(f"""
        global(workDirectory="{folder}" processInternalMessages="on")
        module(load="imuxsock" SysSock.Use="off")
        input(type="imuxsock" Socket="{folder}/log")
        module(load="imklog" logpath="{folder}/kmsg" {imklog})
        $IncludeConfig {folder}/rule.conf
        template(name="raw" type="string" string="%rawmsg%\\n")
        *.* action(type="omfile" file="{folder}/rest.log" template="raw")
        """)
    return folder / "rsyslog.conf"


class EndToEnd(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = self.make_folder()

    def make_folder(self):
        folder = tempfile.TemporaryDirectory(prefix="wgaudit-")
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)
