"""The package on a Debian 12 of its own, with a real systemd and a real rsyslogd. Of the kernel there
is no WireGuard: `wg` is a stand-in, and what the kernel prints comes from a FIFO."""

import base64
import datetime
import gzip
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from machine import (HERE, INSTALL, Machine, Unavailable, base_root, eventually, run,
                     try_machine)

BUILD = pathlib.Path(os.environ["PACKAGE_BUILD"])
WORK = BUILD / "package"
SKIPPED = WORK / "skipped"  # for scripts/test: why
EXPOSURE = 1.8  # systemd-analyze's, from 0 to 10
STAND_IN = "/usr/local/lib/wg"

# An online peer for each number; each dump has all of them at a port that none had before.
WG = """#!/bin/sh
set -- "$(date +%s)" "$(date +%1N%S%M)"
key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
printf 'wg0\\t%s\\t%s\\t51820\\toff\\n' $key $key
while IFS= read -r key; do
  printf 'wg0\\t%s\\t(none)\\t203.0.113.7:%d\\t10.0.0.2/32\\t%d\\t148\\t92\\toff\\n' \\
    "$key" "$((1$2 % 60000 + 1))" "$1"
done </usr/local/lib/wg.keys
"""

SCRAPE = """
import urllib.request
print(urllib.request.urlopen("http://127.0.0.1:9586/metrics").read().decode())
"""


def key(number):
    return base64.b64encode(number.to_bytes(32, "big")).decode()


def make_package(version):
    """The file."""
    run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", WORK, "-D",
        f"CPACK_PACKAGE_VERSION={version}")
    return next(WORK.glob(f"wgaudit_{version}_*.deb"))


class OnAMachine(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="machine-", dir=WORK)
        cls.addClassCleanup(folder.cleanup)
        cls.machine = Machine(base_root(WORK, FIRST), pathlib.Path(folder.name))
        cls.addClassCleanup(cls.machine.end)

    @classmethod
    def install(cls, package):
        target = cls.machine.root / "root" / package.name
        target.write_bytes(package.read_bytes())
        cls.machine.run(*INSTALL, f"/root/{package.name}")
        target.unlink()

    @classmethod
    def write(cls, path, text, mode=0o644):
        file = cls.machine.root / path.lstrip("/")
        file.write_text(text)
        file.chmod(mode)

    def show_peers(self, count):
        self.write(STAND_IN + ".keys", "".join(key(number) + "\n" for number in range(1, count + 1)))
        self.write(STAND_IN, WG, 0o755)

    def configure(self, text=""):
        self.write("/etc/wgaudit/wgaudit.toml", f'wg = "{STAND_IN}"\ninterval = 1\n{text}')
        self.machine.run("systemctl", "restart", "wgaudit")

    def records(self, stream, folder="/var/log/wgaudit"):
        for path in sorted((self.machine.root / folder.lstrip("/")).glob(f"{stream}-*.jsonl")):
            for line in path.read_text().split("\n")[:-1]:
                yield json.loads(line)

    def actions(self, folder="/var/log/wgaudit"):
        return [record["event"]["action"] for record in self.records("journal", folder)]

    def peer_ids(self, folder="/var/log/wgaudit"):
        return [record["wireguard"]["peer"]["id"] for record in self.records("events", folder)
                if record["event"]["action"] == "peer_created"]

    def count_events(self):
        folder = self.machine.root / "var/log/wgaudit"
        return sum(path.read_bytes().count(b"\n") for path in folder.glob("events-*.jsonl"))

    def status(self, unit="wgaudit.service"):
        return self.machine.properties(unit, "StatusText")["StatusText"]

    def log_of(self, unit):
        return self.machine.run("journalctl", "--no-pager", "-o", "cat", "-u", unit)


class Installed(OnAMachine):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.install(FIRST)

    def setUp(self):
        self.show_peers(3)
        self.configure()

    def test_the_daemon_runs_as_its_user_and_status_tells_of_peers(self):
        eventually(lambda: re.fullmatch(r"3 of 3 peers online, dump at [-0-9]{10} [:0-9]{8}", self.status()),
                   "the status")
        about = self.machine.properties("wgaudit.service", "MainPID", "ActiveState")
        self.assertEqual(about["ActiveState"], "active")
        self.assertEqual(self.machine.run("ps", "-o", "user=,args=", "-p", about["MainPID"]).split(),
                         ["wgaudit", "wgaudit", "run"])
        self.assertEqual(self.machine.run("stat", "-c", "%U %G %a", "/var/log/wgaudit").split(),
                         ["wgaudit", "wgaudit", "750"])
        self.assertNotIn("CAP_NET_ADMIN", self.log_of("wgaudit"))
        self.assertNotIn("receive buffer", self.log_of("wgaudit"))
        started = next(record for record in self.records("journal")
                       if record["event"]["action"] == "monitor_started")
        self.assertRegex(started["observer"]["boot_id"], "^[-0-9a-f]{36}$")

    def test_systemd_finds_no_fault_in_the_units_and_they_are_confined(self):
        units = ["wgaudit.service", "wgaudit.socket", "wgaudit@x.service", "wgaudit-hooks.socket"]
        self.assertEqual(self.machine.run("systemd-analyze", "verify", "--man=no", *units), "")
        for unit in ("wgaudit.service", "wgaudit@.service"):
            text = self.machine.run("systemd-analyze", "security", "--offline=true",
                                    f"/lib/systemd/system/{unit}")
            found = re.search(r"Overall exposure level for \S+: ([\d.]+)", text)
            self.assertLessEqual(float(found[1]), EXPOSURE, text)

    def test_what_the_kernel_prints_comes_through_rsyslog(self):
        self.machine.print("<7>[   15.604317] wireguard: wg0: Peer 4711 created")
        eventually(lambda: 4711 in self.peer_ids(), "the kernel's line")

    def test_no_line_is_lost_over_three_restarts_a_kill_and_an_upgrade(self):
        before, first = self.count_events(), len(self.peer_ids())
        most, pause = 300_000, 25_000
        flood = subprocess.Popen(self.machine.in_its_network(
            sys.executable, HERE / "flood.py", "9999", str(most), "4000", str(pause)),
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(flood.kill)
        for number in (5000, 10_000, 15_000):
            eventually(lambda: self.count_events() > before + number, "the way so far")
            self.machine.run("systemctl", "restart", "wgaudit.service")
        # What the daemon has read and not written yet is in its memory, and dies with it: of that,
        # this is no test.
        os.waitid(os.P_PID, flood.pid, os.WSTOPPED)
        eventually(lambda: self.count_events() >= before + pause - 1, "all up to the pause")
        self.machine.run("systemctl", "kill", "--signal=KILL", "wgaudit.service")
        flood.send_signal(signal.SIGCONT)
        eventually(lambda: self.count_events() > before + pause + 2000, "the way so far")
        self.install(SECOND)
        self.assertIsNone(flood.poll(), "the flood was over before")
        flood.terminate()
        count = int(flood.communicate()[0])
        eventually(lambda: self.count_events() >= before + count, "the last of them")
        self.assertEqual(self.peer_ids()[first:], list(range(1, count + 1)))
        self.assertNotIn("socket_overflow",
                         [record["event"].get("reason") for record in self.records("journal")])
        self.assertGreaterEqual(self.actions().count("monitor_started"), 6)
        self.assertEqual(self.machine.properties("wgaudit.service", "ActiveState")["ActiveState"], "active")

    def test_no_line_of_the_text_log_is_lost_when_logrotate_moves_it(self):
        self.show_peers(200)
        folder = self.machine.root / "var/log/wgaudit"
        roamed = lambda: self.actions().count("peer_roamed")
        self.machine.run("systemctl", "stop", "wgaudit.service")
        roamed_before, told_before = roamed(), len(roaming_lines(folder))  # there may be another log too
        self.configure()
        for _ in range(4):
            seen = roamed()
            eventually(lambda: roamed() > seen, "more lines")
            self.machine.run("logrotate", "--force", "/etc/logrotate.d/wgaudit")
        self.machine.run("systemctl", "stop", "wgaudit.socket")
        lines = roaming_lines(folder)[told_before:]
        self.assertGreaterEqual(len(list(folder.glob("audit.log.*"))), 4)
        self.assertGreater(len(lines), 600)
        self.assertEqual(lines, [roaming_line(record) for record in self.records("journal")
                                 if record["event"]["action"] == "peer_roamed"][roamed_before:])

    def test_an_instance_has_settings_a_port_and_records_of_its_own(self):
        self.write("/etc/wgaudit/office.toml", f'wg = "{STAND_IN}"\nlisten = "127.0.0.1:9998"\n')
        self.machine.run("systemctl", "start", "wgaudit@office")
        run(*self.machine.in_its_network(sys.executable, HERE / "flood.py", "9998", "100", "10000"))
        eventually(lambda: self.peer_ids("/var/log/wgaudit/office") == list(range(1, 101)), "its lines")
        eventually(lambda: self.status("wgaudit@office.service").startswith("3 of 3 peers online, dump at "),
                   "its status")
        self.machine.run("systemctl", "stop", "wgaudit@office")

    def test_an_installed_wg_monitor_is_taken_over_and_given_back(self):
        script = "/usr/share/wgaudit/take_over_wg_monitor"
        log = self.machine.root / "var/log/wg_monitor.log"
        self.install_wg_monitor()
        self.machine.run(script, "--apply")
        self.assertEqual(self.machine.properties("wg-monitor.service", "Id", "ActiveState", "User"),
                         {"Id": "wgaudit.service", "ActiveState": "active", "User": "wgaudit"})
        eventually(lambda: log.read_text().count(" ONLINE ") >= 3, "its lines")
        self.assertEqual(log.read_text().splitlines()[0], "a line of wg_monitor's")
        for command in (["logrotate", "--force", "/etc/logrotate.d/wg-monitor"],
                        ["systemctl", "restart", "wg-monitor"]):
            self.machine.run(*command)
        eventually(lambda: log.read_text().count(" new (handshake: ") == 3, "everybody at the start")
        self.assertIn(" Log file reopened successfully.\n", log.read_text())
        self.machine.run(script, "--undo")
        self.assertEqual(self.machine.properties("wg-monitor.service", "Id", "ActiveState", "User"),
                         {"Id": "wg-monitor.service", "ActiveState": "active", "User": ""})
        self.assertEqual(self.machine.properties("wgaudit.service", "ActiveState"), {"ActiveState": "active"})
        self.machine.run("systemctl", "disable", "--now", "wg-monitor")

    def install_wg_monitor(self):
        """One that only sleeps: there is no Python."""
        self.write("/etc/default/wg-monitor", "INTERVAL=5\n")
        self.write("/etc/systemd/system/wg-monitor.service",
                   "[Service]\nExecStart=sleep infinity\n[Install]\nWantedBy=multi-user.target\n")
        self.write("/etc/logrotate.d/wg-monitor", "/var/log/wg_monitor.log {\n}\n")
        self.write("/var/log/wg_monitor.log", "a line of wg_monitor's\n")
        folder = self.machine.root / "etc/systemd/system/wgaudit.service.d"
        folder.mkdir()
        self.addCleanup(shutil.rmtree, folder)
        (folder / "wg.conf").write_text(f"[Service]\nEnvironment=WGAUDIT_WG={STAND_IN}\n")
        self.machine.run("systemctl", "enable", "--now", "wg-monitor")

    def test_a_port_that_is_taken_is_said_and_taken_when_it_is_free(self):
        self.write("/etc/wgaudit/branch.toml", 'listen = "127.0.0.1:9999"\n')
        self.assertNotEqual(self.machine.try_run("systemctl", "start", "wgaudit@branch").returncode, 0)
        self.assertIn("wgaudit: cannot listen on 127.0.0.1:9999: Address already in use; see who has the "
                      "port with 'ss -ulpn', or name another with --listen\n",
                      self.log_of("wgaudit@branch"))
        self.write("/etc/wgaudit/branch.toml", f'wg = "{STAND_IN}"\nlisten = "127.0.0.1:9997"\n')
        active = lambda: self.machine.properties("wgaudit@branch", "ActiveState")["ActiveState"]
        eventually(lambda: active() == "active", "the next try")
        self.machine.run("systemctl", "stop", "wgaudit@branch")

    def test_metrics_are_given_from_within_the_sandbox(self):
        self.configure('metrics = "127.0.0.1:9586"\nmetrics_textfile = "/run/wgaudit/wgaudit.prom"\n')
        scrape = self.machine.in_its_network(sys.executable, "-c", SCRAPE)
        eventually(lambda: 'wgaudit_peers{interface="wg0",state="online"} 3\n' in run(*scrape), "the peers")
        file = self.machine.run("setpriv", "--reuid=65534", "--clear-groups", "cat",
                                "/run/wgaudit/wgaudit.prom")
        self.assertIn("\nwgaudit_build_info{", file)
        self.configure()
        self.assertEqual(self.machine.run("find", "/run/wgaudit", "-name", "*.prom*"), "")

    def test_a_hook_outside_the_sandbox_gets_the_record_and_nobody_else_can_send_it_one(self):
        self.write("/etc/wgaudit/hooks", "#!/bin/sh\nexec cat >>/var/lib/handed-over\n", 0o755)
        self.machine.run("systemctl", "start", "wgaudit-hooks.socket")
        self.configure('on_change_script = "/usr/share/wgaudit/hand_over"\nhook_concurrency = 1\n'
                       'hook_actions = ["peer_added", "peer_online"]\n')
        self.show_peers(4)
        handed = self.machine.root / "var/lib/handed-over"
        records = lambda: [json.loads(line) for line in handed.read_text().split("\n")[:-1]]
        eventually(lambda: handed.exists() and records() and
                   records()[-1]["wireguard"]["peer"]["public_key"] == key(4), "the record")
        forged = self.machine.try_run("setpriv", "--reuid=65534", "--clear-groups", "sh", "-c",
                                      "echo '{}' >/run/wgaudit-hooks")
        self.assertIn("Permission denied", forged.stdout)
        self.machine.run("systemctl", "stop", "wgaudit-hooks.socket")

    def test_a_daemon_that_does_not_turn_is_started_again(self):
        folder = self.machine.root / "etc/systemd/system/wgaudit.service.d"
        folder.mkdir()
        (folder / "watchdog.conf").write_text("[Service]\nWatchdogSec=1s\n")
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "restart", "wgaudit")
        main = lambda: self.machine.properties("wgaudit", "MainPID")["MainPID"]
        stopped = main()
        self.machine.run("kill", "-STOP", stopped)
        eventually(lambda: main() not in (stopped, "0"), "another one")
        self.assertIn("Watchdog timeout", self.log_of("wgaudit"))
        (folder / "watchdog.conf").unlink()
        folder.rmdir()
        self.machine.run("systemctl", "daemon-reload")


def age(path):
    """Of audit.log, audit.log.1, audit.log.2.gz."""
    number = re.search(r"\.(\d+)", path.name)
    return int(number[1]) if number else 0


def endpoint_text(endpoint):
    return f"{endpoint['ip']}:{endpoint['port']}"


def roaming_lines(folder):
    """Of the text log and what logrotate made of it, in order."""
    lines = []
    for path in sorted(folder.glob("audit.log*"), key=age, reverse=True):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines += [line for line in text.decode().splitlines() if " ROAMING " in line]
    return lines


def roaming_line(record):
    """As the text log has it, of a journal's record."""
    created = datetime.datetime.fromisoformat(record["event"]["created"])
    peer = record["wireguard"]["peer"]["public_key"]
    before = endpoint_text(record["wireguard"]["previous_endpoint"])
    now = endpoint_text(record["source"])
    return (f"{created:%Y-%m-%d %H:%M:%S} ROAMING [wg0] {peer[:8]}...{peer[-8:]} ({now}) [IP: 10.0.0.2] "
            f"{before} → {now}")


class Removed(OnAMachine):

    def test_remove_stops_everything_and_purge_leaves_no_file(self):
        before = self.machine.files()
        self.install(FIRST)
        self.show_peers(1)
        self.configure()
        self.write("/etc/wgaudit/office.toml", f'wg = "{STAND_IN}"\nlisten = "127.0.0.1:9998"\n')
        self.machine.run("systemctl", "start", "wgaudit@office")
        self.machine.run("systemctl", "start", "wgaudit-hooks.socket")
        eventually(lambda: "peer_added" in self.actions("/var/log/wgaudit/office"), "records")
        self.machine.run("apt-get", "remove", "-y", "wgaudit")
        self.assertEqual(self.machine.try_run("pgrep", "-x", "wgaudit").stdout, "")
        self.assertEqual(self.machine.run("systemctl", "list-units", "--no-legend", "--state=active",
                                          "wgaudit*"), "")
        self.assertIn("peer_added", self.actions(), "the records are still there")
        self.assertNotIn("wgaudit", self.machine.run("rsyslogd", "-N1"))
        self.machine.run("apt-get", "purge", "-y", "wgaudit")
        (self.machine.root / STAND_IN.lstrip("/")).unlink()
        (self.machine.root / (STAND_IN.lstrip("/") + ".keys")).unlink()
        owned = set(self.machine.run("sh", "-c", "cat /var/lib/dpkg/info/*.list").splitlines())
        owned |= {"/usr" + path for path in owned}  # /lib is a link to /usr/lib
        left = [path for path in self.machine.files() - before - owned if not OTHERS.match(path)]
        self.assertEqual(left, [])


# What the packages that it depends on, apt, dpkg and systemd write.
OTHERS = re.compile(
    r"/var/(cache|lib/(apt|dpkg|systemd|rsyslog|logrotate)|spool/rsyslog|log/(apt|journal))(/|$)|"
    r"/var/log/(syslog|kern\.log|user\.log|auth\.log|cron\.log|mail\.log|messages|debug)$|"
    r"/etc/.*-$|/etc/systemd/system/.*(rsyslog|syslog|logrotate|wg-quick|cron)")


CONTENTS = """
etc/logrotate.d/wgaudit
etc/rsyslog.d/10-wgaudit.conf
etc/wgaudit/wgaudit.toml
usr/lib/systemd/system/wgaudit-hooks.service
usr/lib/systemd/system/wgaudit-hooks.socket
usr/lib/systemd/system/wgaudit.service
usr/lib/systemd/system/wgaudit.socket
usr/lib/systemd/system/wgaudit@.service
usr/lib/sysusers.d/wgaudit.conf
usr/sbin/wgaudit
usr/share/bash-completion/completions/wgaudit
usr/share/doc/wgaudit/README.md
usr/share/doc/wgaudit/changelog.gz
usr/share/doc/wgaudit/copyright
usr/share/doc/wgaudit/forgery.md
usr/share/doc/wgaudit/how-it-works.md
usr/share/doc/wgaudit/identity.md
usr/share/doc/wgaudit/operations.md
usr/share/doc/wgaudit/performance.md
usr/share/doc/wgaudit/record-format.md
usr/share/doc/wgaudit/rsyslog.md
usr/share/doc/wgaudit/sealing.md
usr/share/doc/wgaudit/security.md
usr/share/doc/wgaudit/wg_monitor.md
usr/share/man/man5/wgaudit-patterns.5.gz
usr/share/man/man5/wgaudit.toml.5.gz
usr/share/man/man8/wgaudit.8.gz
usr/share/wgaudit/hand_over
usr/share/wgaudit/logrotate.conf
usr/share/wgaudit/modprobe.conf
usr/share/wgaudit/names.toml
usr/share/wgaudit/patterns/wireguard.patterns
usr/share/wgaudit/prometheus/wgaudit.rules.test.yml
usr/share/wgaudit/prometheus/wgaudit.rules.yml
usr/share/wgaudit/record.schema.json
usr/share/wgaudit/rsyslog/10-wgaudit-simple.conf
usr/share/wgaudit/rsyslog/10-wgaudit-unix.conf
usr/share/wgaudit/rsyslog/10-wgaudit.conf
usr/share/wgaudit/sysctl.conf
usr/share/wgaudit/take_over_wg_monitor
usr/share/wgaudit/undoable_steps.sh
usr/share/wgaudit/wg_monitor.py
usr/share/wgaudit/wgaudit.nft
usr/share/wgaudit/wgaudit.toml
""".split()


class Package(unittest.TestCase):
    maxDiff = None

    def test_nothing_in_it_has_an_effect_unasked_but_the_units_and_the_rule_of_rsyslog(self):
        listed = [line.split()[-1] for line in run("dpkg-deb", "--contents", FIRST).splitlines()]
        self.assertEqual([path[2:] for path in listed if not path.endswith("/")], CONTENTS)
        conffiles = run("dpkg-deb", "--info", FIRST, "conffiles").split()
        self.assertEqual(conffiles, ["/" + path for path in CONTENTS if path.startswith("etc/")])

    def test_cmake_installs_elsewhere_what_needs_no_package_and_nothing_in_etc(self):
        with tempfile.TemporaryDirectory(prefix="wgaudit-") as folder:
            run("cmake", "--install", BUILD, "--prefix", f"{folder}/usr")
            installed = sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*")
                               if path.is_file())
        debians = {"usr/share/doc/wgaudit/changelog.gz", "usr/share/doc/wgaudit/copyright"}
        self.assertEqual(installed, sorted(path for path in set(CONTENTS) - debians
                                           if path.startswith("usr/")))

    @unittest.skipIf(shutil.which("lintian") is None, "there is no lintian")
    def test_lintian_finds_nothing(self):
        done = subprocess.run(["lintian", "--allow-root", FIRST], stdout=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


def main():
    global FIRST, SECOND
    WORK.mkdir(exist_ok=True)
    SKIPPED.unlink(missing_ok=True)
    try:
        if shutil.which("dpkg-shlibdeps") is None:
            raise Unavailable("there is no dpkg-dev")
        FIRST, SECOND = make_package("0.1.0"), make_package("0.1.1")
        try_machine(WORK, FIRST)
    except Unavailable as reason:
        SKIPPED.write_text(f"{reason}\n")
        print(f"NOT TESTED as it is installed: {reason}")
        return 77
    return 0 if unittest.main(verbosity=2, exit=False).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
