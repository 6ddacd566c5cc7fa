"""`wgaudit doctor` on set-ups that are really broken: each is found, and what it prints to mend it is
run as it is printed, by root's shell, and mends it. In namespaces of its own, with a real rsyslogd and
the real daemon, both as they are started by default; /proc/kmsg is a FIFO, as there is no WireGuard.
tests/kernel breaks what takes a real kernel."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

from support import ENVIRONMENT, PROGRAM, SOURCE, eventually

INSIDE = "DOCTOR_TEST_INSIDE"
SETTINGS = pathlib.Path("/etc/wgaudit/wgaudit.toml")
RULES = pathlib.Path("/etc/rsyslog.d/10-wgaudit.conf")
RSYSLOG = pathlib.Path("/etc/rsyslog.conf")
JOURNAL = pathlib.Path("/var/log/wgaudit")
LOAD_IMKLOG = 'module(load="imklog")'
BROKEN = 69


def run(*command):
    return subprocess.run(command, check=True, env=ENVIRONMENT, stdin=subprocess.DEVNULL)


def put_machine():
    """Folders of our own for all that the programs and their mends write to."""
    etc = pathlib.Path(tempfile.mkdtemp(dir="/run")) / "etc"
    shutil.copytree("/etc", etc, symlinks=True)
    run("mount", "--bind", etc, "/etc")
    run("mount", "-t", "tmpfs", "tmpfs", "/var/log")
    os.mkfifo("/run/kmsg")
    run("mount", "--bind", "/run/kmsg", "/proc/kmsg")
    run("ip", "link", "set", "lo", "up")
    return os.open("/run/kmsg", os.O_RDWR)  # for as long as this process lives


class Machine(unittest.TestCase):
    maxDiff = None

    kmsg = None

    def setUp(self):
        """All as it should be."""
        self.mends = []
        for folder in (RULES.parent, SETTINGS.parent):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        RSYSLOG.write_text(f"{LOAD_IMKLOG}\n$IncludeConfig /etc/rsyslog.d/*.conf\n")
        shutil.copy(SOURCE / "rsyslog/10-wgaudit.conf", RULES)
        SETTINGS.write_text('user = "root"\nevents_bytes = "64M"\n')
        self.start_rsyslogd()
        self.start_daemon()
        self.addCleanup(self.end_all)

    def end_all(self):
        def is_over():  # a mend may be about to start one
            for name in ("rsyslogd", "wgaudit"):
                self.end(name)
            return all(mend.poll() is not None for mend in self.mends)
        eventually(is_over, "the end of all mends")
        if os.path.ismount(JOURNAL):
            run("umount", JOURNAL)
        shutil.rmtree(JOURNAL, ignore_errors=True)

    # Both are nobody's children here: the namespace's process 1 waits for them.

    def start_rsyslogd(self):
        run("rsyslogd")
        eventually(lambda: pids_of("rsyslogd"), "rsyslogd")

    def start_daemon(self, *flags):
        run("setsid", "--fork", PROGRAM, "run", *flags)
        eventually(lambda: "ok" == self.examine()["port"]["health"], "the daemon", self.report)

    def end(self, name):
        for pid in pids_of(name):
            with contextlib.suppress(ProcessLookupError):  # a child of its own has that name before execve
                os.kill(pid, 15)
        eventually(lambda: not pids_of(name), f"the end of {name}")

    def examine(self, *flags):
        done = subprocess.run([PROGRAM, "doctor", "--json", *flags], env=ENVIRONMENT,
                              stdout=subprocess.PIPE, text=True)
        checks = [json.loads(line) for line in done.stdout.splitlines()]
        worst = "broken" in [check["health"] for check in checks]
        self.assertEqual(done.returncode == BROKEN, worst, done.stdout)
        return {check["link"]: check for check in checks}

    def report(self):
        return "\n".join(map(str, self.examine().values()))

    def assert_mended(self, link, finding, *flags):
        """That the link, which was ok, is found broken, and that its mend mends it."""
        check = self.examine(*flags)[link]
        self.assertEqual([check["health"], check["finding"]], ["broken", finding])
        print("\n".join(["", f"{link}: {finding}", *check["cure"]]), flush=True)
        before = pids_of("wgaudit")
        mend = subprocess.Popen(["setsid", "sh", "-c", "\n".join(check["cure"])], env=ENVIRONMENT,
                                stdin=subprocess.DEVNULL)
        self.mends.append(mend)  # one that starts the daemon lasts as long as that
        eventually(lambda: mend.poll() is not None or set(pids_of("wgaudit")).difference(before),
                   "the mend's end")
        eventually(lambda: self.examine(*flags)[link]["health"] == "ok", f"{link} is ok", self.report)


class Rsyslog(Machine):

    def test_all_is_ok_that_needs_no_wireguard(self):
        health = {link: check["health"] for link, check in self.examine().items()}
        for link in ("rsyslog", "kernel input", "kernel stamps", "rule", "firewall mark", "port",
                     "receive buffer", "wg", "journal folder", "text log", "free space", "signing key"):
            self.assertEqual(health[link], "ok", f"{link}\n{self.report()}")

    def test_it_does_not_run(self):
        self.end("rsyslogd")
        self.assert_mended("rsyslog", "does not run")

    def test_there_is_no_rule(self):
        RULES.unlink()
        self.assert_mended("rule", "none forwards to 127.0.0.1:9999")
        self.assert_line_arrives()

    def test_the_rule_is_for_another_port(self):
        RULES.write_text(RULES.read_text().replace("9999", "9998"))
        self.assert_mended("rule", "none forwards to 127.0.0.1:9999, but one to 127.0.0.1:9998")
        self.assert_line_arrives()

    def test_rules_are_not_included(self):
        RSYSLOG.write_text(f"{LOAD_IMKLOG}\n")
        self.assert_mended("rule", "none forwards to 127.0.0.1:9999")
        self.assert_line_arrives()

    def test_it_reads_no_kernel_messages(self):
        RSYSLOG.write_text(RSYSLOG.read_text().replace(LOAD_IMKLOG, ""))
        self.assert_mended("kernel input", "rsyslog reads no kernel messages")
        self.assert_line_arrives()

    def test_it_drops_the_kernels_stamps(self):
        dropped = "imklog drops them: identity is not proven by order"
        for option in ("", ' KeepKernelTimestamp="off"'):
            with self.subTest(option):
                RSYSLOG.write_text(f'module(load="imklog" ParseKernelTimestamp="on"{option})\n'
                                   "$IncludeConfig /etc/rsyslog.d/*.conf\n")
                self.assert_mended("kernel stamps", dropped)
                self.assert_line_arrives()

    def assert_line_arrives(self):
        """That the mends were not for show."""
        before = len(self.events())

        def has_arrived():
            os.write(self.kmsg, b"<7>[    1.000001] wireguard: wg0: Peer 1 created\n")
            return len(self.events()) > before
        eventually(has_arrived, "a line", self.report)

    def events(self):
        return "".join(path.read_text() for path in JOURNAL.glob("events-*")).splitlines()


class Daemon(Machine):

    def test_it_does_not_run(self):
        self.end("wgaudit")
        self.assert_mended("port", "nobody has 127.0.0.1:9999: the daemon does not run")

    def test_somebody_else_has_its_port(self):
        self.end("wgaudit")
        taker = subprocess.Popen([sys.executable, "-c", TAKE_PORT], stdout=subprocess.PIPE)
        self.addCleanup(taker.stdout.close)
        self.addCleanup(taker.wait)
        taker.stdout.read(1)
        name = pathlib.Path(f"/proc/{taker.pid}/comm").read_text().strip()
        self.assert_mended("port", f"{name} of root, PID {taker.pid} has 127.0.0.1:9999")

    def test_its_buffer_is_small(self):
        self.end("wgaudit")
        self.start_daemon("--receive-buffer", "64K")
        self.assert_mended("receive buffer", "65536 bytes and not 8388608")

    def test_others_could_replace_wg(self):
        wg = JOURNAL.parent / "wg"
        shutil.copy("/usr/bin/wg", wg)
        wg.chmod(0o777)
        self.assert_mended("wg", f"{wg}: others can write it and so replace the program", "--wg", wg)

    def test_wg_is_not_permitted(self):
        """Found as what it is, which nobody can mend."""
        wg = JOURNAL.parent / "wg-that-fails"
        wg.write_text('#!/bin/sh\necho "Unable to access interface wg0: Operation not permitted" >&2\n'
                      "exit 1\n")
        wg.chmod(0o755)
        check = self.examine("--wg", wg)["wg"]
        self.assertEqual(check, {"link": "wg", "health": "broken", "finding": (
            "wg: exit_status: exit status 1: Unable to access interface wg0: Operation not permitted")})

    @unittest.skipIf(subprocess.run(["nft", "list", "ruleset"]).returncode != 0, "no nf_tables here")
    def test_nobody_sets_the_mark_that_it_requires(self):
        self.assert_mended("firewall mark", "no rule sets 0x5747: all lines are refused",
                           "--require-mark", "0x5747")


TAKE_PORT = """
import signal, socket
taker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
taker.bind(("127.0.0.1", 9999))
print("x", flush=True)
signal.pause()
"""


class Storage(Machine):

    def test_the_journals_folder_is_not_there(self):
        self.end("wgaudit")
        shutil.rmtree(JOURNAL)
        self.assert_mended("journal folder", "/var/log/wgaudit is not there")

    def test_the_journals_folder_is_of_somebody_else(self):
        os.chown(JOURNAL, 65534, 65534)
        self.assert_mended("journal folder", "/var/log/wgaudit is of nobody, not root")

    def test_a_file_of_the_journal_is_of_somebody_else(self):
        os.chown(JOURNAL / "lock", 65534, 65534)
        self.assert_mended("journal folder", "/var/log/wgaudit/lock is not root's")

    def test_others_can_write_to_the_journals_folder(self):
        JOURNAL.chmod(0o777)
        self.assert_mended("journal folder", "others can write to /var/log/wgaudit")

    def test_the_text_logs_folder_is_not_there(self):
        self.assert_mended("text log", "/var/log/other is not there", "--log-path",
                           "/var/log/other/audit.log")

    def test_the_text_log_is_of_somebody_else(self):
        os.chown(JOURNAL / "audit.log", 65534, 65534)
        self.assert_mended("text log", "root cannot write /var/log/wgaudit/audit.log")

    def test_there_is_less_space_than_may_be_needed(self):
        self.end("wgaudit")
        run("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", JOURNAL)
        SETTINGS.write_text('user = "root"\nevents_bytes = "1G"\n')
        self.assert_mended("free space", "400 MiB are free, 1152 may be needed")

    def test_others_can_read_the_signing_key(self):
        (JOURNAL / "seal.key").chmod(0o644)
        self.assert_mended("signing key", "others can read /var/log/wgaudit/seal.key")

    def test_the_signing_key_is_of_somebody_else(self):
        os.chown(JOURNAL / "seal.key", 65534, 65534)
        self.assert_mended("signing key", "/var/log/wgaudit/seal.key is not the folder's owner's")

    def test_the_signing_key_is_gone(self):
        (JOURNAL / "seal.key").unlink()
        self.assert_mended("signing key", "/var/log/wgaudit/seal.key is gone")


def pids_of(name):
    def is_it(process):
        try:
            return (process / "comm").read_text() == name + "\n"
        except OSError:
            return False
    return [int(process.name) for process in pathlib.Path("/proc").glob("[0-9]*") if is_it(process)]


def main():
    """In namespaces, beside a process 1 that waits for whatever is left to it."""
    namespaces = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    inside = ["sh", "-c", "mount -t tmpfs tmpfs /run && \"$@\" & wait $!", "sh", sys.executable, "-B",
              "-W", "error", *sys.argv]
    if INSIDE in os.environ:
        Machine.kmsg = put_machine()
        unittest.main()
    elif os.geteuid() != 0 or subprocess.run([*namespaces, "true"]).returncode != 0:
        print("skipped: namespaces take root", file=sys.stderr)
    else:
        sys.exit(subprocess.run([*namespaces, *inside], env={**os.environ, INSIDE: "1"}).returncode)


if __name__ == "__main__":
    main()
