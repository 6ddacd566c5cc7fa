"""Text that others choose: names of interfaces and peers, zones of endpoints, messages, what children
print. It comes out escaped wherever a terminal, a shell or a reader of lines could act on it, and the
records tell what it was."""

import json
import re
import shutil
import subprocess
import time
import unittest

from support import ENVIRONMENT, PROGRAM, Daemon, EndToEnd, StandInWg, eventually, key

# As names of interfaces, which the kernel takes: up to 15 bytes but '/', ':' and white space.
INTERFACES = [
    b"\x1b[31mred", b"\x9b2J\xc2\x9b2J", b"wg\xff\xc0\xaf\xed\xbf\xbf", "a\u202e0gw\u2066".encode(),
    b"\a\b\x7f\x01", "\u2028wg".encode(), b'"},{"v",2,"', b"\\x1b\\", b"$(>pwned)", b"`>pwned`;'|&",
    b"{}{0}%n%s", "ä😀".encode(), b"<b>&amp;", b"*?[!~#"]

# As names of peers in names.toml, where control characters are refused.
NAMES = ['"; touch pwned; #', "$(touch pwned)", "`touch pwned`", "a\\x1b[2J", "{} %n", "ä😀 'x'",
         "</script><b>", "-rf *"]

# As kernel messages; also with a line feed, which rsyslog may let through.
MESSAGES = [b"wireguard: wg0: \x1b]0;title\a", b"wireguard: wg0: two\nlines\r\n\tand a tab",
            b"wireguard: wg0: \xff\xfe\x80", "wireguard: wg0: \u202egnol\u2029".encode(),
            b'wireguard: wg0: "},"event":{"action":"peer_online"', b"wireguard: wg0: $(touch pwned)\\n",
            b"wireguard: wg0: NUL \0 inside"]

HOOK = """#!/bin/sh
cat /proc/$$/environ >"${0%/*}/seen/$WGAUDIT_SEQUENCE.env"
cat >"${0%/*}/seen/$WGAUDIT_SEQUENCE"
mv "${0%/*}/seen/$WGAUDIT_SEQUENCE" "${0%/*}/seen/$WGAUDIT_SEQUENCE.json"
printf 'a hook says \\033[2J\\342\\200\\256 \\377\\n'
"""

ACTIVE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def printable(data):
    """How `data` is shown."""

    def escaped(match):
        return "".join(f"\\x{byte:02x}" for byte in match[0].encode(errors="surrogateescape"))

    return re.sub("[\ud800-\udfff\\\\\n]|" + ACTIVE.pattern, escaped,
                  data.decode(errors="surrogateescape"))


def unescaped(text):
    """The bytes that were."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes([int(match[1], 16)]), text.encode())


class HostileText(EndToEnd):

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder)
        (self.wg.folder / "dump").write_bytes(self.dump())
        self.hook = self.folder / "hook"
        self.hook.write_text(HOOK)
        self.hook.chmod(0o755)
        self.seen = self.folder / "seen"
        self.seen.mkdir()
        self.names = self.folder / "names.toml"
        self.names.write_text("[names]\n" + "".join(
            f"{json.dumps(key(str(i)))} = {json.dumps(name, ensure_ascii=False)}\n" for i, name in enumerate(NAMES)))

    def dump(self):
        """An interface for each name, with a peer that came from a zone of that name."""
        rows = []
        for i, name in enumerate(INTERFACES):
            endpoint = b"[fe80::1%" + name + b"]:51820"
            rows.append([name, key("private").encode(), key("gateway").encode(), b"51820", b"off"])
            rows.append([name, key(str(i)).encode(), b"(none)", endpoint, b"10.0.0.2/32",
                         str(int(time.time())).encode(), b"148", b"92", b"off"])
        return b"".join(b"\t".join(row) + b"\n" for row in rows)

    def run_daemon(self):
        daemon = Daemon(self, self.folder, self.wg.path, "--debug", "--names", self.names,
                        "--on-change-script", self.hook)
        daemon.eventually(lambda: self.count(daemon, "peer_online") == len(INTERFACES), "all online")
        daemon.eventually(lambda: len(list(self.seen.glob("*.json"))) == len(INTERFACES), "all hooks")
        return daemon

    def count(self, daemon, action):
        return sum(record["event"]["action"] == action for record in daemon.records())

    def follow(self, daemon, journal=None):
        """What `wgaudit follow` shows of as many records as the daemon's, which it never ends to do."""
        shown = self.folder / "shown"
        with open(shown, "wb") as file:
            process = subprocess.Popen([PROGRAM, "follow", "--journal", journal or daemon.journal,
                                        "--since", "1h"], stdout=file, env=ENVIRONMENT)
        wanted = len(daemon.records()) + len(daemon.records("events"))
        try:
            eventually(lambda: shown.read_bytes().count(b"\n") >= wanted, "all lines")
        finally:
            process.kill()
            process.wait()
        return shown.read_bytes()

    def assert_harmless(self, data, place):
        """Lines of UTF-8 on which nothing acts. Returned as text."""
        text = data.decode()
        found = ACTIVE.search(text)
        self.assertIsNone(found, f"{place}: {text[max(0, found.start() - 80):][:160]!r}" if found else "")
        return text

    def test_names_and_zones_are_escaped_in_every_output(self):
        daemon = self.run_daemon()
        outputs = {
            "journal": b"".join(path.read_bytes() for path in daemon.journal.glob("journal-*")),
            "text log": daemon.log.read_bytes(),
            "standard error": daemon.stderr_file.read_bytes(),
            "follow": self.follow(daemon),
        }
        for place, data in outputs.items():
            text = self.assert_harmless(data, place)
            for name in INTERFACES:
                shown = printable(name)
                self.assertIn(json.dumps(shown, ensure_ascii=False) if place == "journal" else shown,
                              text, place)

    def test_names_and_zones_round_trip_in_json(self):
        daemon = self.run_daemon()
        online = [record for record in daemon.records() if record["event"]["action"] == "peer_online"]
        found = {record["wireguard"]["peer"]["public_key"]: record for record in online}
        for i, name in enumerate(INTERFACES):
            record = found[key(str(i))]
            self.assertEqual(unescaped(record["wireguard"]["interface"]), name)
            self.assertEqual(unescaped(record["source"]["zone"]), name)
        for i, name in enumerate(NAMES):
            self.assertEqual(found[key(str(i))]["wireguard"]["peer"]["name"], name)
        self.assertEqual(daemon.stop(), 0)
        # What is restored from the journal is what was: nobody comes or goes.
        daemon = Daemon(self, self.folder, self.wg.path)
        daemon.eventually(lambda: self.count(daemon, "monitor_started") == 2, "a second start")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.count(daemon, "peer_online"), len(INTERFACES))
        self.assertEqual(self.count(daemon, "peer_removed"), 0)

    def test_hooks_get_them_escaped_and_no_shell_sees_them(self):
        daemon = self.run_daemon()
        seen = {}
        for path in self.seen.glob("*.env"):
            variables = path.read_bytes().split(b"\0")[:-1]
            for variable in variables:
                self.assert_harmless(variable, path)
            environment = dict(variable.decode().split("=", 1) for variable in variables)
            seen[environment["PEER_PUBKEY"]] = environment
            record = self.assert_harmless(path.with_suffix(".json").read_bytes(), path)
            self.assertEqual(json.loads(record)["wireguard"]["peer"]["public_key"],
                             environment["PEER_PUBKEY"])
        for i, name in enumerate(INTERFACES):
            environment = seen[key(str(i))]
            self.assertEqual(environment["PEER_IFACE"], printable(name))
            self.assertEqual(environment["PEER_ENDPOINT"], f"[fe80::1%{printable(name)}]:51820")
            peer_name = NAMES[i] if i < len(NAMES) else ""
            self.assertEqual(environment["PEER_NAME"], printable(peer_name.encode()))
        self.assertEqual([path for path in self.folder.rglob("*pwned*")], [])

    def test_a_forged_journal_does_not_act_on_the_terminal_of_who_reads_it(self):
        daemon = Daemon(self, self.folder, self.wg.path)
        daemon.wait_for("peer_online")
        self.assertEqual(daemon.stop(), 0)
        forged = shutil.copytree(daemon.journal, self.folder / "forged")
        journal = next(forged.glob("journal-*"))
        text = journal.read_text().replace('"message":"', '"message":"\\u001b[2J\u009b2J\u202e')
        first, _, rest = text.partition("\n")
        lost = {**json.loads(first), "wireguard": {"loss": {}}}
        lost["event"].update(action="evidence_lost", type=["error"], reason="\x1b[2J\u202e")
        journal.write_text(json.dumps(lost) + "\n" + rest)
        verified = subprocess.run([PROGRAM, "verify", "--journal", forged], env=ENVIRONMENT,
                                  capture_output=True)
        self.assertIn(r"lost: \x1b[2J\xe2\x80\xae", self.assert_harmless(verified.stdout, "verify"))
        self.assertIn(r" \x1b[2J\xc2\x9b2J\xe2\x80\xaeONLINE ",
                      self.assert_harmless(self.follow(daemon, forged), "follow"))

    def test_messages_are_escaped_in_every_output_and_round_trip_in_json(self):
        daemon = self.run_daemon()
        for message in MESSAGES:
            daemon.send_bytes(b"<7>Nov 21 07:00:00 gw kernel: [12345.678901] " + message)
        daemon.eventually(lambda: len(daemon.records("events")) >= len(MESSAGES), "all events")
        text = b"".join(path.read_bytes() for path in daemon.journal.glob("events-*"))
        self.assert_harmless(text, "events")
        self.assert_harmless(daemon.stderr_file.read_bytes(), "standard error")
        shown = self.assert_harmless(self.follow(daemon), "follow")
        self.assertIn(printable(MESSAGES[0]).split(": ")[-1], shown)
        told = [unescaped(record["wireguard"]["text"]) for record in daemon.records("events")]
        self.assertEqual(told, MESSAGES)

    def test_what_children_print_is_escaped(self):
        daemon = self.run_daemon()
        daemon.wait_for_stderr(r"a hook says " + re.escape(r"\x1b[2J\xe2\x80\xae \xff"))
        self.wg.path.write_text("#!/bin/sh\nprintf 'so\\033[2J\\302\\2332J\\377' >&2\nexit 1\n")
        daemon.announce_handshake()
        daemon.wait_for_stderr(re.escape(r"exit status 1: so\x1b[2J\xc2\x9b2J\xff"))
        daemon.wait_for("evidence_lost")
        for path in (daemon.stderr_file, daemon.log, *daemon.journal.glob("*.jsonl")):
            self.assert_harmless(path.read_bytes(), path)


if __name__ == "__main__":
    unittest.main()
