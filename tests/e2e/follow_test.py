"""`wgaudit follow` and `classify` as people use them: what they show, when they end, and how far reading
has come on a terminal."""

import os
import pathlib
import pty
import subprocess
import tempfile
import unittest

from support import ENVIRONMENT, PROGRAM, TRACES, eventually, rest_of

LINE = (b"2026-11-20T06:00:00+00:00 gw1 kernel: wireguard: wg0: Receiving keepalive packet from peer 7 "
        b"(10.1.0.7:40001)\n")


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env=ENVIRONMENT)


class Follow(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.journal = pathlib.Path(folder.name)
        replayed = run("replay", str(TRACES / "roaming")).stdout.splitlines(keepends=True)
        for stream, is_event in (("journal", False), ("events", True)):
            text = "".join(line for line in replayed
                           if ('"kind":"event","category":["network"],"type":["info"]' in line) == is_event)
            (self.journal / f"{stream}-{1:020}.jsonl").write_text(text)

    def follow(self, *flags):
        done = run("follow", "--journal", str(self.journal), *flags)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def test_an_end_that_is_over_shows_what_is_there_and_ends(self):
        everything = self.follow("--until", "now")
        stored = sum(file.read_text().count("\n") for file in self.journal.iterdir())
        self.assertEqual(len(everything), stored)

    def test_the_lines_of_a_peers_handshake_are_found_by_its_key(self):
        self.assertEqual(self.follow("--until", "2026-11-21T07:28:57Z", "--peer", "0JLQLxux",
                                     "--interface", "wg0", "--source", "10.2.0.0/16"), [
            "2026-11-21T07:28:56.548757Z wg0 0JLQLxux (peer 2): handshake initiation received (10.2.0.2:40002)",
            "2026-11-21T07:28:56.548780Z wg0 0JLQLxux (peer 2): handshake response sent (10.2.0.2:40002)",
            "2026-11-21T07:28:56.598240Z wg0 0JLQLxux (peer 2): keepalive received (10.2.0.2:40002)"])

    def test_a_line_from_before_the_proof_is_found_too(self):
        found = self.follow("--until", "now", "--peer", "0JLQLxux", "--kind", "peer_created,peer_identified")
        self.assertEqual(found, [
            "2026-11-21T07:28:41.303321Z wg0 peer 2: peer created",
            "2026-11-21T07:28:49.932013Z wg0 peer 2 is 0JLQLxux (order, count)"])

    def test_a_forged_line_is_not_shown_and_told_of(self):
        with open(self.journal / f"journal-{1:020}.jsonl", "a") as file:
            file.write('{"message":"ONLINE wg0 mallory"}\n')
        for flags in ((), ("--json",), ("--raw",)):
            done = run("follow", "--journal", str(self.journal), "--until", "now", *flags)
            self.assertNotIn("mallory", done.stdout)
            self.assertEqual(done.stderr, "wgaudit: 1 lines that are no records of the daemon's were passed "
                             "over, 0 segments end in damage; wgaudit verify tells which\n")


class Progress(unittest.TestCase):

    def classify(self, stderr):
        process = subprocess.Popen(
            [PROGRAM, "classify", "--kind", "cookie_sent"], stdin=subprocess.PIPE, stderr=stderr,
            stdout=subprocess.PIPE, env=ENVIRONMENT)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        return process

    def feed_until(self, process, condition):
        def fed():
            process.stdin.write(LINE * 100)
            process.stdin.flush()
            return condition()
        eventually(fed, "progress")
        process.stdin.close()
        self.assertEqual(process.wait(), 0)

    def test_is_shown_on_a_terminal_and_erased(self):
        terminal, other_end = pty.openpty()
        self.addCleanup(os.close, terminal)
        os.set_blocking(terminal, False)
        process = self.classify(other_end)
        os.close(other_end)
        seen = b""

        def is_shown():
            nonlocal seen
            try:
                seen += os.read(terminal, 4096)
            except BlockingIOError:
                pass
            return b"MB/s" in seen

        self.feed_until(process, is_shown)
        os.set_blocking(terminal, True)
        seen += rest_of(terminal)
        self.assertRegex(seen, rb"\A(\r\d+ MB, \d+ MB/s *)+\r +\r\Z")

    def test_is_not_shown_without_a_terminal(self):
        with tempfile.TemporaryFile() as stderr:
            process = self.classify(stderr)
            before = os.times().elapsed
            self.feed_until(process, lambda: os.times().elapsed > before + 1.5)
            stderr.seek(0)
            self.assertEqual(stderr.read(), b"")


if __name__ == "__main__":
    unittest.main()
