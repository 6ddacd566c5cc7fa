"""packaging/take_over_wg_monitor on an installed wg_monitor in a scratch root."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from scratch_root import SCRIPT, SYSTEM, USER, UNIT, VERSION_1, VERSION_2, Root
from support import ENVIRONMENT, PROGRAM, SOURCE, Daemon, EndToEnd, Peer, StandInWg, run_command

SHIM = SOURCE / "packaging/wg_monitor.py"
KEPT = "var/lib/wgaudit-take-over"


class TakeOver(EndToEnd):

    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)
        self.root = Root(self.folder / "root")
        self.root.install()

    def succeed(self, *flags):
        done = self.root.run(*flags)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def assert_refused(self, text, *flags):
        done = self.root.run(*flags)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(text, done.stderr)

    def install_all(self):
        self.root.add_hook()
        self.root.add_instance("office", VERSION_2 + "INTERFACE=wg1\n")
        self.root.add_instance("lab", 'LOG_PATH="/var/log/lab.log"\nINTERVAL=3\n')
        self.root.write(SYSTEM + "wg-monitor.service.d/override.conf",
                        "[Service]\nExecStart=\nExecStart=/usr/bin/python3 /opt/wg-monitor/wg_monitor.py --inter 10\n")

    def test_without_a_flag_every_step_is_shown_and_nothing_is_changed(self):
        self.install_all()
        before = self.root.tree()
        shown = self.succeed()
        self.assertEqual(self.root.tree(), before)
        self.succeed("--apply")
        after = self.root.tree()
        for name in {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}:
            if not name.startswith(KEPT) and after.get(name, ["d"])[0][0] != "d":
                self.assertIn(f"{self.root.folder}/{name}: ", shown)

    def test_the_service_keeps_its_settings_and_its_name(self):
        self.succeed("--apply")
        self.assertEqual(self.root.read("etc/default/wg-monitor"), VERSION_2)
        dropin = self.root.read(SYSTEM + "wgaudit.service.d/00-wg-monitor.conf")
        self.assertIn("\nEnvironment=WGAUDIT_CONFIG=/etc/default/wg-monitor WGAUDIT_COMPAT=wg_monitor\n", dropin)
        tree = self.root.tree()
        self.assertEqual(tree[SYSTEM + "wg-monitor.service"][3], "/lib/systemd/system/wgaudit.service")
        self.assertEqual(tree[SYSTEM + "wg-monitor@.service"][3], "/lib/systemd/system/wgaudit@.service")
        wants = {name: what[3] for name, what in tree.items() if ".wants/" in name}
        self.assertEqual(wants, {
            SYSTEM + "multi-user.target.wants/wgaudit.service": "/lib/systemd/system/wgaudit.service",
            SYSTEM + "sockets.target.wants/wgaudit.socket": "/lib/systemd/system/wgaudit.socket"})

    def test_the_log_becomes_the_services_users_and_stays_after_logrotate(self):
        self.succeed("--apply")
        mode, uid, gid, content = self.root.tree()["var/log/wg_monitor.log"]
        self.assertEqual((mode, uid, gid), ("-rw-r-----", USER, USER))
        self.assertEqual(content, b"2026-11-21 07:00:00 Monitor started\n")
        rotation = self.root.read("etc/logrotate.d/wg-monitor")
        self.assertIn('"/var/log/wg_monitor.log" {', rotation)
        self.assertIn("create 0640 wgaudit wgaudit", rotation)

    def test_version_1_keeps_its_grammar(self):
        self.root = Root(self.folder / "v1")
        self.root.install(VERSION_1, "nothing")
        self.succeed("--apply")
        self.assertIn(" WGAUDIT_LOG_FORMAT=classic\n", self.root.read(SYSTEM + "wgaudit.service.d/00-wg-monitor.conf"))
        self.assert_accepted("/etc/default/wg-monitor")

    def test_instances_have_ports_and_logs_of_their_own(self):
        self.install_all()
        self.succeed("--apply")
        for name, flags in (("lab", "--listen 127.0.0.1:9998 --log-path /var/log/lab.log"),
                            ("office", "--listen 127.0.0.1:9997 --log-path /var/log/wg_monitor-office.log")):
            self.assertIn(f"\nExecStart=wgaudit run --config /etc/default/wg-monitor-{name} --journal "
                          f"/var/log/wgaudit/%i {flags} --status-socket /run/wgaudit-%i/status.sock\n",
                          self.root.read(SYSTEM + f"wgaudit@{name}.service.d/00-wg-monitor.conf"))
            self.assertEqual(self.root.tree()[SYSTEM + f"multi-user.target.wants/wgaudit@{name}.service"][3],
                             "/lib/systemd/system/wgaudit@.service")
            self.assert_accepted(f"/etc/default/wg-monitor-{name}")

    def assert_accepted(self, file):
        """The real program takes the settings."""
        done = subprocess.run([PROGRAM, "run", "--check-config", "--wg", "/bin/true"], text=True,
                              env={**ENVIRONMENT, "WGAUDIT_CONFIG": f"{self.root.folder}{file}",
                                   "WGAUDIT_COMPAT": "wg_monitor", "WGAUDIT_PATTERNS": ""},
                              stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_daemon_runs_with_what_was_taken_over(self):
        self.root.write("etc/default/wg-monitor", f"LOG_PATH={self.folder}/taken.log\nINTERVAL=2\n")
        self.succeed("--apply")
        wg = StandInWg(self.folder)
        wg.show([Peer("alice")])
        command = [part for part in run_command(self.folder, wg.path) if part not in ("--config", "/dev/null")]
        at = command.index("--log-path")
        del command[at:at + 2]
        environment = dict(re.findall(r"(WGAUDIT_\w+)=(\S+)", self.root.read(SYSTEM + "wgaudit.service.d/00-wg-monitor.conf")))
        environment["WGAUDIT_CONFIG"] = f"{self.root.folder}{environment['WGAUDIT_CONFIG']}"
        daemon = Daemon(self, self.folder, wg.path, command=command, environment=environment)
        daemon.wait_for("peer_added")
        self.assertEqual(daemon.stop(), 0)
        log = (self.folder / "taken.log").read_text()
        self.assertRegex(log, r"\A\S+ \S+ \[WARN\] Interval too small \(<5s\), setting to 5s\n"
                              r"\S+ \S+ Monitor started \| Interval: 5s, Threshold: 180s, Stats: 3600s\n"
                              r"\S+ \S+ OFFLINE \[wg0\] .* new \(handshake: Never\)\n")

    def test_undone_the_tree_is_what_it_was(self):
        self.install_all()
        before = self.root.tree()
        self.succeed("--apply")
        self.assertNotEqual(self.root.tree(), before)
        self.succeed("--undo")
        self.assertEqual(self.root.tree(), before)

    def test_killed_at_any_step_it_can_be_gone_on_with_and_undone(self):
        self.install_all()
        self.root.write("etc/default/wg-monitor-lab", self.root.read("etc/default/wg-monitor-lab"), 0o600)
        before = self.root.tree()
        self.succeed("--apply")
        after = self.root.tree()
        self.succeed("--undo")
        for number in range(1, 1000, 3):
            killed = self.run_killed(number, "--apply")
            if number % 2:
                self.succeed("--apply") if killed else None
                self.assertEqual(self.root.tree(), after, number)
            self.undo_killed(number)
            self.assertEqual(self.root.tree(), before, number)
            if not killed:
                self.assertGreater(number, 40, "as many steps were killed")
                return
        self.fail("it never came to its end")

    def undo_killed(self, number):
        self.run_killed(number, "--undo")
        done = self.root.run("--undo")
        self.assertIn((done.returncode, "nothing was taken over" in done.stderr), ((0, False), (1, True)))

    def run_killed(self, number, flag):
        """Whether the script was killed by the program that it ran as the given one of those that change
        something."""
        tools = self.folder / "tools"
        tools.mkdir(exist_ok=True)
        counter = self.folder / "counter"
        counter.write_text("")
        for name in ("cp", "mv", "ln", "rm", "rmdir", "mkdir", "chown", "chmod", "chgrp", "install"):
            tool = tools / name
            tool.write_text(f'#!/bin/bash\necho >>{counter}\n'
                            f'[ "$(wc -l <{counter})" -ne {number} ] || {{ kill -9 $PPID; exit 1; }}\n'
                            f'exec {shutil.which(name)} "$@"\n')
            tool.chmod(0o755)
        return self.root.run(flag, path=f"{tools}:").returncode == -9

    def test_what_was_changed_in_between_is_not_overwritten(self):
        self.succeed("--apply")
        self.root.write("etc/logrotate.d/wg-monitor", "mine\n")
        before = self.root.tree()
        self.assert_refused(f"changed since it was taken over: {self.root.folder}/etc/logrotate.d/wg-monitor", "--undo")
        self.assertEqual(self.root.tree(), before)

    def test_what_the_log_has_got_meanwhile_stays(self):
        self.succeed("--apply")
        with open(self.root.folder / "var/log/wg_monitor.log", "a") as log:
            log.write("more\n")
        self.succeed("--undo")
        mode, uid, gid, content = self.root.tree()["var/log/wg_monitor.log"]
        self.assertEqual((mode, uid, gid), ("-rw-r-----", 0, 0))
        self.assertTrue(content.endswith(b"more\n"))

    def test_a_second_time_it_says_so(self):
        self.succeed("--apply")
        before = self.root.tree()
        self.assert_refused("it is taken over already; --undo undoes it", "--apply")
        self.assert_refused("it was taken over", )
        self.assertEqual(self.root.tree(), before)
        self.succeed("--undo")
        self.assert_refused("nothing was taken over", "--undo")

    def test_a_hook_that_others_could_replace_is_refused_with_the_cure(self):
        self.root.add_hook(0o757)
        self.assert_refused(f"the hook could be replaced by others; chmod go-w {self.root.folder}/usr/local/bin/hook")
        (self.root.folder / "usr/local/bin/hook").chmod(0o700)
        self.assert_refused(f"cannot run it; chmod a+rx {self.root.folder}/usr/local/bin/hook")
        (self.root.folder / "usr/local/bin/hook").chmod(0o755)
        self.assertIn("without root's rights; see wgaudit(8), HOOKS", self.succeed())

    def test_a_log_that_others_could_make_a_link_of_is_refused_with_the_cure(self):
        shadow = self.root.write("etc/shadow", "secret\n", 0o600)
        folder = self.root.folder / "var/log/mine"
        self.root.write("etc/default/wg-monitor", "LOG_PATH=/var/log/mine/wg.log\n")
        self.root.link("var/log/mine/wg.log", shadow)
        self.assert_refused(f"{folder}/wg.log: is no file; name a file, or put one there", "--apply")
        (folder / "wg.log").unlink()
        os.chown(folder, 1000, -1)
        self.assert_refused(f"{folder}: others could put links there; chown root {folder}; chmod o-w {folder}", "--apply")
        os.chown(folder, 0, -1)
        folder.chmod(0o700)
        self.assert_refused(f"{folder}: the user wgaudit cannot pass it; chmod o+x {folder}", "--apply")
        folder.chmod(0o711)
        self.succeed("--apply")
        self.assertEqual(self.root.tree()["etc/shadow"][:3], ("-rw-------", 0, 0))

    def test_undone_no_folder_of_a_log_stays(self):
        self.root.write("etc/default/wg-monitor", "LOG_PATH=/var/log/a/b/wg.log\n")
        before = self.root.tree()
        self.succeed("--apply")
        self.succeed("--undo")
        self.assertEqual(self.root.tree(), before)

    def test_settings_that_are_gone_hold_up_no_undoing(self):
        (self.root.folder / "etc/default/wg-monitor").chmod(0o600)
        self.succeed("--apply")
        (self.root.folder / "etc/default/wg-monitor").unlink()
        self.succeed("--undo")
        self.assertEqual(self.root.read(SYSTEM + "wg-monitor.service"), UNIT)

    def test_without_the_folder_that_is_named_nothing_is_done_elsewhere(self):
        done = subprocess.run([SCRIPT, "--root", "--apply"], env=ENVIRONMENT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual((done.returncode, done.stdout), (64, ""))

    def test_nothing_of_the_settings_is_run(self):
        self.root.write("etc/default/wg-monitor", f"LOG_PATH=$(touch {self.folder}/run)\nINTERVAL=`touch {self.folder}/run`\n")
        self.root.run("--apply")
        self.assertFalse((self.folder / "run").exists())

    def test_without_wgaudit_or_wg_monitor_it_says_what_is_missing(self):
        for path in (self.root.folder / "lib/systemd/system").iterdir():
            path.unlink()
        self.assert_refused("install wgaudit first")
        self.root = Root(self.folder / "bare")
        self.assert_refused("there is no wg_monitor")

    def test_the_shim_starts_wgaudit_by_both_ways(self):
        self.succeed("--apply")
        shim = self.folder / "wg_monitor.py"
        text = (self.root.folder / "opt/wg-monitor/wg_monitor.py").read_text()
        self.assertEqual(text, "#!/usr/bin/env python3\n" + SHIM.read_text())
        shim.write_text(text.replace("/usr/local/sbin:", f"{pathlib.Path(PROGRAM).parent}:"))
        shim.chmod(0o755)
        for command in ([shim], [sys.executable, shim]):
            done = subprocess.run([*command, "--vers"], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout), (0, "WireGuard Monitor v2.0.0\n"))
            done = subprocess.run([*command, "--inter", "5"], env=ENVIRONMENT, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 2)


@unittest.skipUnless(shutil.which("shellcheck"), "there is no shellcheck")
class Style(unittest.TestCase):

    def test_shellcheck_finds_no_fault(self):
        done = subprocess.run(["shellcheck", "-x", SCRIPT, SCRIPT.with_name("undoable_steps.sh")], cwd=SOURCE,
                              stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main()
