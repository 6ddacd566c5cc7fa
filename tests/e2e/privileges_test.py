"""What the running daemon, `wg` and a hook may do, as the kernel tells it in /proc."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import time
import unittest

from support import (ENVIRONMENT, PATIENCE, PROGRAM, Daemon, EndToEnd, Peer, StandInWg, eventually,
                     run_command)

USER, NUMBER = "nobody", 65534
ANOTHER = 12345
NET_ADMIN = f"{1 << 12:016x}"
NONE = f"{0:016x}"

# Python alone: what a hook is given must not be what a shell between has made of it.
HOOK = """#!/usr/bin/python3 -BI
import ctypes, errno, json, os, subprocess, threading

CLONE_NEWUSER, PTRACE_CONT = 0x10000000, 7
IO_URING_SETUP, OPEN_TREE, CLONE3 = 425, 428, 435  # by these numbers on every architecture
libc = ctypes.CDLL(None, use_errno=True)

def refusal(call, *arguments):
    ctypes.set_errno(0)
    call(*arguments)
    return errno.errorcode.get(ctypes.get_errno())

def read(name):
    with open("/proc/self/" + name) as file:
        return file.read()

fds = {fd: os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
       if os.path.exists(f"/proc/self/fd/{fd}")}  # no more the one that listed them
stack, nothing = ctypes.create_string_buffer(65536), ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 0)
thread = threading.Thread(target=lambda: None)
thread.start()
seen = {
    "status": read("status"), "limits": read("limits"), "environment": read("environ"), "fds": fds,
    "refusals": {
        "ptrace": refusal(libc.ptrace, PTRACE_CONT, 0, 0, 0),
        "unshare": refusal(libc.unshare, CLONE_NEWUSER),
        "io_uring_setup": refusal(libc.syscall, IO_URING_SETUP, 0, 0),
        "open_tree": refusal(libc.syscall, OPEN_TREE, -1, 0, 0),
        "clone": refusal(libc.clone, nothing, ctypes.c_void_p(ctypes.addressof(stack) + 32768),
                         CLONE_NEWUSER, None),
        "clone3": refusal(libc.syscall, CLONE3, 0, 0),
    },
    "child": subprocess.run(["sh", "-c", "echo runs"], stdout=subprocess.PIPE, text=True).stdout,
}
folder = os.path.dirname(__file__)
with open(folder + "/seen.new", "w") as file:
    json.dump(seen, file)
os.rename(folder + "/seen.new", folder + "/seen")
"""

# In front of tests/support/fake_wg: the shell's own status, as `wg` would have it.
WG_LOOKS = """#!/bin/sh
here=${0%/*}
cat /proc/$$/status >"$here/status.new" && mv "$here/status.new" "$here/status"
exec "$here/real" "$@"
"""


def facts(status):
    """The fields of a /proc/PID/status."""
    return dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)


def capabilities(status):
    """Inheritable, permitted, effective, bounding, ambient."""
    return [facts(status)["Cap" + name] for name in ("Inh", "Prm", "Eff", "Bnd", "Amb")]


def identities(status):
    fields = facts(status)
    return [fields[name].split() for name in ("Uid", "Gid", "Groups")]


AS_USER = [[str(NUMBER)] * 4, [str(NUMBER)] * 4, [str(NUMBER)]]


def descriptors(process):
    """What the process has open."""
    for path in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(path)


def without_numbers(target):
    return re.sub(r":\[\d+\]|-\d{20}\.jsonl", "", target)


def own(*paths, user=NUMBER):
    for path in paths:
        os.chown(path, user, user)


@unittest.skipIf(os.geteuid() != 0, "only root can give up what root may")
class Privileges(EndToEnd):

    @classmethod
    def setUpClass(cls):
        """The program where any user can read its patterns, as it is installed."""
        folder = tempfile.TemporaryDirectory(prefix="wgaudit-")
        cls.addClassCleanup(folder.cleanup)
        root, built = pathlib.Path(folder.name), pathlib.Path(PROGRAM).parent.parent
        root.chmod(0o755)
        cls.program = root / "bin/wgaudit"
        cls.program.parent.mkdir()
        shutil.copy(PROGRAM, cls.program)
        shutil.copytree(built / "share", root / "share")

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder)
        self.wg.path.rename(self.wg.folder / "real")
        self.wg.path.write_text(WG_LOOKS)
        self.wg.path.chmod(0o755)
        self.hook = self.folder / "hook"
        self.hook.write_text(HOOK)
        self.hook.chmod(0o755)
        own(self.folder, self.wg.folder)

    def command(self, *flags):
        return [self.program, *run_command(self.folder, self.wg.path, *flags)[1:]]

    def run_daemon(self, *flags, launcher=()):
        """One that is at rest: `wg` is asked once, at the start."""
        self.wg.show([Peer("alice")])
        command = [*launcher, *self.command("--interval", "3600", *flags)]
        daemon = Daemon(self, self.folder, self.wg.path, command=command)
        daemon.wait_for("peer_added")
        return daemon

    def run_hook(self, daemon):
        self.wg.show([Peer("alice", time.time())])
        daemon.announce_handshake()
        eventually((self.folder / "seen").exists, "the hook", daemon.stderr)
        return json.loads((self.folder / "seen").read_text())

    def statuses(self, daemon):
        """Of each thread (loop, segments, text log): capabilities and filters are a thread's own."""
        paths = list(pathlib.Path(f"/proc/{daemon.process.pid}/task").glob("*/status"))
        self.assertEqual(len(paths), 3)
        return [path.read_text() for path in paths]

    def assert_confined(self, status):
        self.assertEqual(facts(status)["NoNewPrivs"], "1")
        self.assertEqual(facts(status)["Seccomp"], "2")

    def refusal(self, *flags, status, launcher=()):
        process = subprocess.run([*launcher, *self.command(*flags)], env=ENVIRONMENT,
                                 stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
        self.assertEqual(process.returncode, status, process.stderr)
        self.assertEqual(process.stderr.count("\n"), 1)
        return process.stderr.removeprefix("wgaudit: ").rstrip("\n")

    def test_started_as_root_it_is_the_user_with_one_capability(self):
        daemon = self.run_daemon("--user", USER)
        for status in self.statuses(daemon):
            self.assertEqual(identities(status), AS_USER)
            self.assertEqual(capabilities(status), [NONE, NET_ADMIN, NET_ADMIN, NET_ADMIN, NONE])
            self.assert_confined(status)
        self.assertNotIn("receive buffer", daemon.stderr())
        self.assertNotIn("CAP_NET_ADMIN", daemon.stderr())
        for path in [daemon.log, *daemon.journal.iterdir()]:
            self.assertEqual((path.stat().st_uid, path.stat().st_gid), (NUMBER, NUMBER), path)
        self.assertEqual(daemon.stop(), 0)

    def test_without_a_user_it_stays_root_by_number_only(self):
        own(self.folder, self.wg.folder, user=0)
        daemon = self.run_daemon("--on-change-script", self.hook)
        for status in self.statuses(daemon):
            self.assertEqual(identities(status)[0], ["0"] * 4)
            self.assertEqual(capabilities(status), [NONE, NET_ADMIN, NET_ADMIN, NET_ADMIN, NONE])
            self.assert_confined(status)
        hook = self.run_hook(daemon)["status"]
        self.assertEqual(capabilities(hook), [NONE, NONE, NONE, NET_ADMIN, NONE])
        self.assertEqual(capabilities((self.wg.folder / "status").read_text())[2], NET_ADMIN)

    def test_started_as_a_user_it_gives_up_what_is_too_much(self):
        ambient = "+net_admin,+net_raw"
        launcher = ["setpriv", "--reuid", str(NUMBER), "--regid", str(NUMBER), "--init-groups",
                    "--inh-caps", ambient, "--ambient-caps", ambient]
        daemon = self.run_daemon("--user", USER, "--on-change-script", self.hook, launcher=launcher)
        for status in self.statuses(daemon):
            self.assertEqual(identities(status), AS_USER)
            inheritable, permitted, effective, _, of_children = capabilities(status)
            self.assertEqual([inheritable, permitted, effective, of_children],
                             [NONE, NET_ADMIN, NET_ADMIN, NONE])
            self.assert_confined(status)
        self.assertNotIn("CAP_NET_ADMIN", daemon.stderr())
        self.assertEqual(capabilities((self.wg.folder / "status").read_text())[2], NET_ADMIN)
        self.assertEqual(capabilities(self.run_hook(daemon)["status"])[:3], [NONE] * 3)

    def test_without_the_capability_it_says_so_once(self):
        launcher = ["setpriv", "--reuid", str(NUMBER), "--regid", str(NUMBER), "--clear-groups"]
        daemon = self.run_daemon("--receive-buffer", "4K", launcher=launcher)
        self.assertEqual(daemon.stderr().count(
            "wgaudit: without CAP_NET_ADMIN wg will be refused: start as root, or put "
            "AmbientCapabilities=CAP_NET_ADMIN into the unit\n"), 1)
        for status in self.statuses(daemon):
            self.assertEqual(capabilities(status)[:3], [NONE] * 3)

    def test_wg_has_the_capability_and_a_hook_has_none(self):
        daemon = self.run_daemon("--user", USER, "--on-change-script", self.hook)
        hook, wg = self.run_hook(daemon)["status"], (self.wg.folder / "status").read_text()
        self.assertEqual(capabilities(wg), [NET_ADMIN] * 5)
        self.assertEqual(capabilities(hook), [NONE, NONE, NONE, NET_ADMIN, NONE])
        for status in (hook, wg):
            self.assertEqual(identities(status), AS_USER)
            self.assert_confined(status)

    def test_a_hook_gets_three_pipes_and_a_clean_environment(self):
        daemon = self.run_daemon("--user", USER, "--on-change-script", self.hook)
        seen = self.run_hook(daemon)
        self.assertEqual(sorted(seen["fds"]), ["0", "1", "2"])
        for target in seen["fds"].values():
            self.assertRegex(target, r"^pipe:")
        names = [variable.split("=")[0] for variable in seen["environment"].split("\0")[:-1]]
        self.assertEqual(sorted(names), [
            "PATH", "PEER_ALLOWED_IPS", "PEER_ENDPOINT", "PEER_EVENT", "PEER_HANDSHAKE", "PEER_IFACE",
            "PEER_NAME", "PEER_ONLINE", "PEER_PUBKEY", "WGAUDIT_REPLAY", "WGAUDIT_SEQUENCE"])
        self.assertRegex(seen["limits"], r"Max core file size +0 +0 ")

    def test_a_hook_runs_threads_and_programs_and_administers_nothing(self):
        daemon = self.run_daemon("--user", USER, "--on-change-script", self.hook)
        seen = self.run_hook(daemon)
        if os.environ["E2E_SANITIZE"]:
            seen["refusals"].pop("ptrace")
        self.assertEqual(seen["refusals"].pop("clone3"), "ENOSYS")
        self.assertEqual(set(seen["refusals"].values()), {"EPERM"}, seen["refusals"])
        self.assertEqual(seen["child"], "runs\n")

    def test_every_descriptor_is_accounted_for(self):
        daemon = self.run_daemon("--user", USER, "--on-change-script", self.hook)
        daemon.send("wireguard: wg0: an event, so that there is a file of them")
        daemon.eventually(lambda: daemon.records("events"), "an event")
        journal = str(daemon.journal)
        expected = [
            os.readlink("/proc/self/fd/0"), os.readlink("/proc/self/fd/1"), str(daemon.stderr_file),
            "anon_inode:[eventfd]", "anon_inode:[eventpoll]", "anon_inode:[timerfd]",  # Asio's loop,
            "pipe", "pipe",  # a signal's way into it,
            "socket", "socket",  # where lines arrive, and where to ask who sent them,
            "socket", f"{self.folder}/status.sock.lock",  # where wgaudit status asks
            f"{journal}/lock", f"{journal}/seal.key", f"{journal}/journal.synced",
            f"{journal}/journal", f"{journal}/events",  # their segments, and the journal's readers:
            f"{journal}/journal", f"{journal}/audit-log.cursor", str(daemon.log),  # the text log
            f"{journal}/journal", f"{journal}/hooks.cursor",  # and the hooks
        ]
        expected = sorted(without_numbers(target) for target in expected)
        found = lambda: sorted(without_numbers(target) for target in descriptors(daemon.process))
        # What the hook at the start needs is soon gone.
        eventually(lambda: found() == expected, "these descriptors", lambda: "\n".join(found()))

    def test_it_leaves_no_core_and_its_user_cannot_look_into_it(self):
        daemon = self.run_daemon("--user", USER)
        folder = pathlib.Path(f"/proc/{daemon.process.pid}")
        self.assertRegex((folder / "limits").read_text(), r"Max core file size +0 +0 ")
        self.assertEqual((folder / "environ").stat().st_uid, 0)  # as where it is not dumpable
        for secret in ("maps", "mem", "environ"):
            process = subprocess.run(["cat", folder / secret], user=NUMBER, capture_output=True)
            self.assertIn(b"Permission denied", process.stderr)

    def test_a_user_that_is_none_is_refused(self):
        self.assertEqual(self.refusal("--user", "no\x1buser", status=78),
                         r"user: there is no user 'no\x1buser'; adduser --system --group "
                         r"--no-create-home no\x1buser")

    def test_only_root_changes_to_another_user(self):
        launcher = ["setpriv", "--reuid", str(NUMBER), "--clear-groups"]
        self.assertEqual(self.refusal("--user", "root", status=78, launcher=launcher),
                         "user: only root can change to 'root'; start as root, or as that user")

    def test_a_journal_that_root_made_is_refused_with_the_cure(self):
        own(self.folder, self.wg.folder, user=0)
        self.folder.chmod(0o755)
        self.wg.folder.chmod(0o755)
        self.assertEqual(self.run_daemon().stop(), 0)
        journal, log = self.folder / "journal", self.folder / "audit.log"
        refusal = self.refusal("--user", USER, status=74)
        cure = f"mkdir -p {journal} && chown -R {USER}: {journal}"
        self.assertEqual(refusal, f"{journal}: the journal's folder cannot be used: Permission denied; "
                                  f"{cure}")
        subprocess.run(["sh", "-c", cure], check=True)
        refusal = self.refusal("--user", USER, status=74)
        cure = f"touch {log} && chown {USER}: {log}"
        self.assertEqual(refusal, f"{log}: the audit log cannot be opened: Permission denied; {cure}, or "
                                  "name another with --log-path")
        subprocess.run(["sh", "-c", cure], check=True)
        self.assertEqual(self.run_daemon("--user", USER).stop(), 0)

    def test_a_journals_folder_that_the_user_cannot_make_is_refused_with_the_cure(self):
        own(self.folder, user=0)
        self.folder.chmod(0o755)
        refusal = self.refusal("--user", USER, status=74)
        subprocess.run(["sh", "-c", refusal.split("; ")[1]], check=True)
        self.assertEqual((self.folder / "journal").stat().st_uid, NUMBER)

    def test_root_is_told_whose_journal_it_may_not_write(self):
        self.assertEqual(self.run_daemon("--user", USER).stop(), 0)
        own(self.folder, self.wg.folder, user=0)
        self.assertRegex(self.refusal(status=74), rf"Permission denied; give its owner, --user {USER}$")

    def test_a_port_of_roots_is_refused_with_the_cure(self):
        first = pathlib.Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()
        if int(first) < 2:
            self.skipTest("here every port is everybody's")
        self.assertEqual(self.refusal("--listen", "127.0.0.1:1", "--user", USER, status=69),
                         "cannot listen on 127.0.0.1:1: Permission denied; name a port from 1024 on "
                         "with --listen")

    def test_a_hook_is_roots_or_the_users_own(self):
        own(self.hook)
        flags = ("--user", USER, "--on-change-script", self.hook)
        self.assertEqual(self.run_daemon(*flags).stop(), 0)
        own(self.hook, user=ANOTHER)
        self.assertEqual(self.refusal(*flags, status=78),
                         f"{self.hook}: belongs to user {ANOTHER}, who could replace the program; "
                         f"chown root {self.hook}")
        own(self.hook, user=0)
        self.hook.chmod(stat.S_IMODE(self.hook.stat().st_mode) | stat.S_IWOTH)
        self.assertRegex(self.refusal(*flags, status=78), "others can write it")


if __name__ == "__main__":
    unittest.main()
