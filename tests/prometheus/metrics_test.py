"""What Prometheus makes of wgaudit's metrics and alerts: its own tools, and its server.

Exits with 77, and says why, where Prometheus cannot be had.
"""

import collections
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest
import urllib.request

from server import Prometheus, Unavailable, programs
from support import (PATIENCE, SOURCE, Daemon, EndToEnd, Peer, Player, StandInWg, key, run_command,
                     trace_lines)

BUILD = pathlib.Path(os.environ["PROMETHEUS_BUILD"]) / "prometheus"
SKIPPED = BUILD / "skipped"  # for scripts/test: why
SKIP = 77
PACKAGING = SOURCE / "packaging/prometheus"
MANUAL = (SOURCE / "packaging/man/wgaudit.8").read_text()
PROGRAMS = None
SECONDS = 12  # of the recorded trace


def promtool(*arguments, **options):
    done = subprocess.run([PROGRAMS / "promtool", *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, **options)
    return done.returncode, done.stdout


def metrics_port(daemon):
    return int(daemon.wait_for_stderr(r"metrics on http://127\.0\.0\.1:(\d+)/metrics").group(1))


def scrape(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
        return answer.read().decode()


def counted(daemon):
    """What the daemon wrote, as its metrics should have it."""
    counts = collections.Counter()
    for record in daemon.records():
        counts["wgaudit_records_total", ("action", record["event"]["action"])] += 1
    for record in daemon.records("events"):
        lines = record["event"].get("repeated", 1)
        counts["wgaudit_events_total", ("kind", record["event"]["action"])] += lines
    for stream in ("journal", "events"):
        last = daemon.records(stream)[-1]["event"]["sequence"]
        counts["wgaudit_last_sequence", ("stream", stream)] = last
    return dict(counts)


class Rules(unittest.TestCase):

    def test_rules_are_well_formed(self):
        self.assertEqual(promtool("check", "rules", PACKAGING / "wgaudit.rules.yml")[0], 0)

    def test_each_alert_fires_when_it_should_and_not_before(self):
        done = promtool("test", "rules", "wgaudit.rules.test.yml", cwd=PACKAGING)
        self.assertEqual(done[0], 0, done[1])

    def test_each_alert_is_tested(self):
        alerts = set(re.findall(r"- alert: (\w+)", (PACKAGING / "wgaudit.rules.yml").read_text()))
        tested = set(re.findall(r'alertname="(\w+)"', (PACKAGING / "wgaudit.rules.test.yml").read_text()))
        self.assertEqual(tested, alerts)

    def test_metrics_of_the_rules_are_those_of_the_manual(self):
        used = set(re.findall(r"\bwgaudit_\w+", (PACKAGING / "wgaudit.rules.yml").read_text()))
        self.assertEqual([name for name in used if f".It Ic {name}\n" not in MANUAL], [])


class Scrape(EndToEnd):

    def run_daemon(self, *flags, wg=None):
        wg = wg or StandInWg(self.folder).path
        return Daemon(self, self.folder, wg, "--metrics", "127.0.0.1:0", *flags)

    def test_promtool_finds_no_fault_in_what_is_scraped(self):
        wg = StandInWg(self.folder)
        names = self.folder / "names.toml"
        names.write_text(f'"{key("alice")}" = "the \\"first\\" \\\\"\n')
        wg.show([Peer("alice", time.time(), allowed_ips="(none)"), Peer("bob")])
        dump = wg.folder / "dump"
        dump.write_bytes(dump.read_bytes().replace(b"wg0", b'w"g\\\x07\xff'))
        daemon = self.run_daemon("--metrics-wireguard-exporter", "--names", names, wg=wg.path)
        port = metrics_port(daemon)
        text = daemon.eventually(lambda: "friendly" in (text := scrape(port)) and text, "a dump")
        self.assertIn('{interface="w\\"g\\\\x5c\\\\x07\\\\xff",', text)
        self.assertEqual(promtool("check", "metrics", input=text), (0, ""))

    def test_the_manual_names_every_metric_and_no_other(self):
        daemon = self.run_daemon("--metrics-wireguard-exporter", "--on-change-script", "/bin/true",
                                 "--metrics-textfile", self.folder / "w.prom")
        port = metrics_port(daemon)
        text = daemon.eventually(lambda: "last_dump" in (text := scrape(port)) and text, "a dump")
        listed = re.findall(r"^\.It Ic (w\w+_\w+)", MANUAL, re.MULTILINE)
        self.assertEqual(sorted(listed), sorted(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE)))

    def test_the_textfile_is_what_is_scraped(self):
        file = self.folder / "w.prom"
        daemon = self.run_daemon("--metrics-textfile", file)
        families = lambda text: re.findall(r"^# TYPE.*", text, re.MULTILINE)
        daemon.eventually(file.exists, "the file")
        self.assertLessEqual(set(families(file.read_text())), set(families(scrape(metrics_port(daemon)))))
        self.assertEqual(promtool("check", "metrics", input=file.read_text()), (0, ""))
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(file.exists())

    def test_a_taken_port_is_refused_with_a_cure(self):
        port = metrics_port(self.run_daemon())
        command = run_command(self.make_folder(), StandInWg(self.make_folder()).path, "--metrics",
                              f"127.0.0.1:{port}")
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 69)
        self.assertEqual(done.stderr, f"wgaudit: cannot listen on 127.0.0.1:{port}: Address already in use; "
                         "see who has the port with 'ss -tlpn', or name another with --metrics\n")

    def test_an_address_that_others_reach_is_told(self):
        daemon = Daemon(self, self.folder, StandInWg(self.folder).path, "--metrics", "0.0.0.0:0")
        self.assertIn("whoever can reach 0.0.0.0 can read the metrics", daemon.stderr())

    def test_prometheus_stores_what_the_journal_counts(self):
        player = Player(self, "roaming", self.folder, "--to", "0")
        daemon = self.run_daemon("--metrics-wireguard-exporter", wg=player.wg)
        prometheus = Prometheus(self, self.make_folder(), PROGRAMS / "prometheus", metrics_port(daemon))
        Player(self, "roaming", self.folder, "--send", f"127.0.0.1:{daemon.port}", "--to", str(SECONDS)).wait()
        daemon.wait_for("peer_online")

        def stored():
            found = prometheus.query('{__name__=~"wgaudit_(records_total|events_total|last_sequence)"}')
            return {labels: value for labels, value in found.items() if value != 0}

        # One after the other: any scrape may come before what is looked for, or fail on a busy machine.
        received = {("",): len(trace_lines("roaming", SECONDS))}
        daemon.eventually(lambda: prometheus.query("sum(wgaudit_datagrams_total)") == received, received)
        daemon.eventually(lambda: daemon.records("events") and stored() == counted(daemon),
                          "the counts of journal and events")
        online = sum(record["event"]["action"] == "peer_online" for record in daemon.records())
        self.assertGreater(online, 0)
        daemon.eventually(lambda: prometheus.query('sum(wgaudit_peers{state="online"})') == {("",): online},
                          f"{online} are online")
        daemon.eventually(lambda: prometheus.query("up") == {("up",): 1}, "it is up")


if __name__ == "__main__":
    BUILD.mkdir(parents=True, exist_ok=True)
    SKIPPED.unlink(missing_ok=True)
    try:
        PROGRAMS = programs(BUILD)
    except Unavailable as reason:
        SKIPPED.write_text(f"{reason}\n")
        print(reason)
        sys.exit(SKIP)
    unittest.main()
