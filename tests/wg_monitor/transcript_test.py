"""Dumps in, lines out, in both grammars: wgaudit's text log beside that of the rules in model.py.
They are equal, but where wgaudit is to be better; there the letter is that of doc/wg_monitor.md."""

import json
import os
import subprocess
import unittest

from model import Classic, Compact, WgMonitor
from support import ENVIRONMENT, PROGRAM, TRACES, EndToEnd, key

TEXT_LOG = os.environ["E2E_TEXT_LOG"]
GRAMMARS = {"compact": Compact(), "classic": Classic()}
START = 1795244400  # 2026-11-21 07:00:00 UTC
POLL = 5

INTERFACE = "\t".join(["wg0", key("private"), key("gateway"), "51820", "off"]) + "\n"


def row(name, handshake=0, endpoint="203.0.113.7:51820", ips="10.0.0.2/32", interface="wg0"):
    return "\t".join([interface, key(name), "(none)", endpoint, ips, str(handshake), "148", "92", "off"]) + "\n"


def dump(*rows):
    return INTERFACE + "".join(rows)


def bodies(lines):
    """Without the times of recording."""
    return [line[20:] for line in lines]


class Transcript(EndToEnd):

    def play(self, polls, grammar):
        """What wgaudit writes, told these (seconds, dump) and no kernel line; that these are missed, it
        says too, in lines that wg_monitor has not."""
        trace = self.make_folder()
        (trace / "datagrams.jsonl").touch()
        times = [round(now * 1_000_000) for now, _ in polls]
        (trace / "dumps.jsonl").write_text("".join(
            json.dumps({"t0_us": time, "t_us": time, "rc": 0, "dump": text}) + "\n"
            for time, (_, text) in zip(times, polls)))
        replay = [PROGRAM, "replay", "--interval", "1", trace]
        records = subprocess.run(replay, check=True, stdout=subprocess.PIPE, env=ENVIRONMENT).stdout
        done = subprocess.run([TEXT_LOG, grammar], input=records, check=True, stdout=subprocess.PIPE,
                              env=ENVIRONMENT)
        return [line for line in done.stdout.decode().splitlines() if "evidence lost: " not in line]

    def model(self, polls, grammar):
        monitor = WgMonitor(GRAMMARS[grammar])
        return [line for now, text in polls for line in monitor.poll(now, text)]

    def both(self, dumps, grammar="compact", every=POLL):
        """What each writes of dumps that come so many seconds apart."""
        polls = [(START + i * every, text) for i, text in enumerate(dumps)]
        return self.play(polls, grammar), self.model(polls, grammar)

    def assert_equal(self, dumps, wanted, every=POLL):
        """Both are the same, in both grammars; in the compact one they are `wanted`."""
        for grammar in GRAMMARS:
            with self.subTest(grammar=grammar):
                ours, theirs = self.both(dumps, grammar, every)
                self.assertEqual(ours, theirs)
                if grammar == "compact":
                    self.assertEqual(ours, wanted)

    def test_first_sight(self):
        self.assert_equal(
            [dump(row("alice", START - 31), row("bob", 0, "(none)", "(none)"),
                  row("carol", START - 90000, "[2001:db8::7]:51820", "10.0.0.3/32,fd00::3/128,10.9.0.0/16"),
                  row("dora", START - 40, ips="10.8.0.0/24,fd00::/64"))],
            ["2026-11-21 07:00:00 ONLINE  [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] new (handshake: 06:59:29)",
             "2026-11-21 07:00:00 OFFLINE [wg0] Ym9iAAAA...AAAAAAA= ((none)) [IP: (none)] new (handshake: Never)",
             "2026-11-21 07:00:00 OFFLINE [wg0] Y2Fyb2wA...AAAAAAA= ([2001:db8::7]:51820) [IPs: 10.0.0.3, fd00::3] new (handshake: 2026-11-20 06:00:00)",
             "2026-11-21 07:00:00 ONLINE  [wg0] ZG9yYQAA...AAAAAAA= (203.0.113.7:51820) [IPs: 10.8.0.0/24,fd00::/64] new (handshake: 06:59:20)"])

    def test_coming_and_going(self):
        self.assert_equal(
            [dump(row("alice")), dump(row("alice", START + 4)), dump(row("alice", START + 4)),
             dump(row("alice", START + 4, "198.51.100.1:9")),
             dump(row("alice", START + 4, "198.51.100.1:9"), row("bob")), dump(row("bob"))],
            ["2026-11-21 07:00:00 OFFLINE [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] new (handshake: Never)",
             "2026-11-21 07:00:05 ONLINE  [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] (handshake: 07:00:04)",
             "2026-11-21 07:00:15 ROAMING [wg0] YWxpY2UA...AAAAAAA= (198.51.100.1:9) [IP: 10.0.0.2] 203.0.113.7:51820 → 198.51.100.1:9",
             "2026-11-21 07:00:20 OFFLINE [wg0] Ym9iAAAA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] new (handshake: Never)",
             "2026-11-21 07:00:25 [WARN] REMOVED [wg0] YWxpY2UA...AAAAAAA= (198.51.100.1:9) [IP: 10.0.0.2] (handshake: 07:00:04)"])

    def test_the_threshold_is_to_the_second(self):
        alice = row("alice", START - 1)
        self.assert_equal(
            [dump(alice)] * 5,
            ["2026-11-21 07:00:00 ONLINE  [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] new (handshake: 06:59:59)",
             "2026-11-21 07:03:00 OFFLINE [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] (handshake: 06:59:59)"],
            every=60)

    def test_interface_rows_and_an_endpoint_of_somebody_who_is_offline_say_nothing(self):
        self.assert_equal(
            [dump(row("alice")), dump(row("alice", 0, "198.51.100.1:9")), INTERFACE + row("alice", 0, "198.51.100.2:9")],
            ["2026-11-21 07:00:00 OFFLINE [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] new (handshake: Never)"])

    def test_recorded_dumps(self):
        """Polled as wg_monitor does, until an interface is gone: that wgaudit believes only the second
        dump in a row."""
        for trace in sorted(path.parent for path in TRACES.glob("*/dumps.jsonl")):
            polls = self.recorded_polls(trace)
            for grammar in GRAMMARS:
                with self.subTest(trace=trace.name, grammar=grammar):
                    ours = self.play(polls, grammar)
                    self.assertEqual(sorted(ours), sorted(self.model(polls, grammar)))

    def recorded_polls(self, trace):
        polls, interfaces = [], set()
        for line in (trace / "dumps.jsonl").read_text().splitlines():
            recorded = json.loads(line)
            now = recorded["t_us"] / 1_000_000
            if not recorded["dump"] or recorded["rc"] != 0 or polls and now - polls[-1][0] < POLL:
                continue
            shown = {row.split("\t")[0] for row in recorded["dump"].splitlines()}
            if not interfaces <= shown:
                break
            interfaces = shown
            polls.append((now, recorded["dump"]))
        self.assertTrue(polls, trace.name)
        return polls

    def test_letter_d_a_malformed_row_removes_nobody(self):
        alice = row("alice", START)
        ours, theirs = self.both([dump(alice), dump(alice.replace(str(START), "x")), dump(alice)])
        self.assertEqual(bodies(theirs)[1:], [
            "[WARN] Failed to parse handshake timestamp: wg0\tYWxpY2UAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\t(...",
            "[WARN] REMOVED [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] (handshake: 07:00:00)",
            "ONLINE  [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] new (handshake: 07:00:00)"])
        self.assertEqual(ours[:1], theirs[:1])
        self.assertEqual(ours[1:], [])

    def test_letter_e_the_last_interface_that_goes_takes_its_peers_along(self):
        ours, theirs = self.both([dump(row("alice", START)), "", ""])
        self.assertEqual(ours[:1], theirs)
        self.assertEqual(bodies(ours)[1:], [
            "[WARN] REMOVED [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] (handshake: 07:00:00)"])

    def test_letter_f_every_legal_name_of_an_interface_is_seen(self):
        for name in ("wg0.1", "wg+a", "wg=b"):
            interface = INTERFACE.replace("wg0", name)
            ours, theirs = self.both([interface + row("alice", START, interface=name)])
            self.assertEqual(theirs, [])
            self.assertEqual(bodies(ours), [
                f"ONLINE  [{name}] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] new (handshake: 07:00:00)"])

    def test_letter_g_offline_is_told_at_the_second_it_happens(self):
        alice = dump(row("alice", START))
        seconds = [(START + i, alice) for i in range(0, 200)]
        polls = [poll for poll in seconds if (poll[0] - START) % 30 == 13]  # as wg_monitor looks
        self.assertEqual(self.play(seconds, "compact")[1][:19], "2026-11-21 07:03:00")
        self.assertEqual(self.model(polls, "compact")[1][:19], "2026-11-21 07:03:13")

    def test_letter_h_a_handshake_in_the_future_is_not_online_for_ever(self):
        dumps = [dump(row("alice", START + 86400))] * 50
        ours, theirs = self.both(dumps)
        self.assertEqual([line.split()[2] for line in theirs], ["ONLINE"])
        self.assertEqual([line.split()[2] for line in ours], ["ONLINE", "OFFLINE"])
        self.assertEqual(ours[1][:19], "2026-11-21 07:03:00")

    def test_letter_j_an_endpoint_that_is_new_with_the_handshake_is_told(self):
        before, after = row("alice", START - 300), row("alice", START + 5, "198.51.100.1:9")
        ours, theirs = self.both([dump(before), dump(after)])
        self.assertEqual(ours, theirs, "the text log has wg_monitor's line")
        self.assertIn("198.51.100.1:9", ours[1])

    def test_a_negative_handshake_is_a_malformed_row(self):
        ours, theirs = self.both([dump(row("alice", START)), dump(row("alice", -1))])
        self.assertEqual(bodies(theirs)[1:], [
            "[WARN] Negative handshake timestamp for YWxpY2UAAAAAAAAA..., treating as 0",
            "OFFLINE [wg0] YWxpY2UA...AAAAAAA= (203.0.113.7:51820) [IP: 10.0.0.2] (handshake: Never)"])
        self.assertEqual(ours[1:], [])


if __name__ == "__main__":
    unittest.main()
