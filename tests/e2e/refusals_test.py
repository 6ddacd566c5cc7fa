"""Bad input at the start: one line that names the cure, and the documented exit status."""

import os
import socket
import subprocess
import unittest

from support import ENVIRONMENT, PATIENCE, Daemon, EndToEnd, StandInWg, run_command

USAGE, UNAVAILABLE, INPUT_OUTPUT, CONFIGURATION = 64, 69, 74, 78


class Refusals(EndToEnd):

    def setUp(self):
        super().setUp()
        self.wg = StandInWg(self.folder)

    def assert_refused(self, status, pattern, *flags, command=None):
        process = subprocess.run(command or run_command(self.folder, self.wg.path, *flags),
                                 env=ENVIRONMENT, stderr=subprocess.PIPE, text=True,
                                 timeout=PATIENCE)
        self.assertRegex(process.stderr, rf"\Awgaudit: {pattern}\n\Z")
        self.assertEqual(process.returncode, status)

    def test_an_unknown_flag(self):
        self.assert_refused(USAGE, r"unknown flag --intervall; did you mean --interval\?",
                            "--intervall", "5")

    def test_a_bad_value(self):
        self.assert_refused(USAGE, r"--interval: 'soon' is not a whole number; give 1 to 86400 seconds",
                            "--interval", "soon")

    def test_a_bad_pattern_file(self):
        patterns = self.folder / "patterns"
        patterns.mkdir()
        (patterns / "own.patterns").write_text(
            "# example: wireguard: wg0: Peer 7 created\npeer_created  interface  7  Peer (\n")
        self.assert_refused(CONFIGURATION, r".*/own\.patterns:2: .*", "--patterns", patterns)

    def test_a_port_that_is_taken(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            port = other.getsockname()[1]
            self.assert_refused(
                UNAVAILABLE,
                rf"cannot listen on 127\.0\.0\.1:{port}: Address already in use; see who has the port "
                r"with 'ss -ulpn', or name another with --listen",
                "--listen", f"127.0.0.1:{port}")

    def test_a_journal_that_cannot_be_written(self):
        journal = self.folder / "file"
        journal.touch()
        self.assert_refused(
            INPUT_OUTPUT, r"\S+/file: .*Not a directory; make it writable or name another with --journal",
            "--journal", journal)

    def test_a_log_that_cannot_be_written(self):
        log = self.folder / "absent/audit.log"
        self.assert_refused(INPUT_OUTPUT, r"\S+/absent/audit\.log: .*; name another with --log-path",
                            "--log-path", log)

    def test_a_second_daemon_on_one_journal(self):
        Daemon(self, self.folder, self.wg.path)
        self.assert_refused(
            UNAVAILABLE, r"\S+/journal: another wgaudit writes this journal; stop it or name another .*")

    def test_no_wg(self):
        command = run_command(self.folder, self.wg.path)
        position = command.index("--wg")
        del command[position:position + 2]
        self.assert_refused(
            UNAVAILABLE, r"wg: not found in /usr/bin, .*; apt-get install -y wireguard-tools",
            command=without_wg(self, command))

    def test_a_wg_that_others_could_replace(self):
        self.wg.path.chmod(0o777)
        self.assert_refused(CONFIGURATION, r"\S+/wg: others can write it .*; chmod go-w \S+/wg")

    def test_a_wg_without_permission(self):
        self.wg.set_mode("fail")
        process = subprocess.run(run_command(self.folder, self.wg.path), env=ENVIRONMENT,
                                 stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
        self.assertEqual(process.stderr.splitlines()[-1],
                         "wgaudit: wg show all dump: not permitted; run as root or with the "
                         "capability CAP_NET_ADMIN")
        self.assertEqual(process.returncode, UNAVAILABLE)


def without_wg(test, command):
    """`command` where wireguard-tools are not installed, by hiding them if they are."""
    installed = [folder for folder in ("/usr/bin", "/usr/sbin") if os.path.exists(folder + "/wg")]
    if not installed:
        return command
    hide = " && ".join(f"mount --bind /dev/null {folder}/wg" for folder in installed)
    shell = ["unshare", "--mount", "--map-root-user", "sh", "-c", f'{hide} && exec "$@"', "sh"]
    if subprocess.run([*shell, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        test.skipTest("wg is installed and cannot be hidden: no namespaces here")
    return [*shell, *map(str, command)]


if __name__ == "__main__":
    unittest.main()
