"""Man pages and completion know every command, flag and setting; the units for one daemon and for an
instance differ in nothing else than what an instance has of its own."""

import difflib
import os
import pathlib
import re
import subprocess
import unittest

PROGRAM = os.environ["PACKAGE_PROGRAM"]
PACKAGING = pathlib.Path(os.environ["PACKAGE_SOURCE"]) / "packaging"

COMPLETE = """
. "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_wgaudit
printf '%s\\n' "${COMPREPLY[@]}"
"""


def help_of(*command):
    return subprocess.run([PROGRAM, *command, "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout


def commands():
    return re.findall(r"^  (\w+) ", help_of(), re.MULTILINE)


def settings():
    """As the file that is shipped has them."""
    return re.findall(r"^#(\w+) = ", (PACKAGING / "wgaudit.toml").read_text(), re.MULTILINE)


def flags_of(command):
    flags = set(re.findall(r"^  (--[-a-z]+)", help_of(command), re.MULTILINE)) | {"--help"}
    if command in ("run", "doctor"):  # their help has not the settings that few change
        flags |= {"--" + setting.replace("_", "-") for setting in settings()}
    return flags


def completions(*words):
    done = subprocess.run(["bash", "-c", COMPLETE, "bash", PACKAGING / "completion.bash", *words],
                          check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.split()


def page(name):
    """Without the backslashes of roff."""
    return (PACKAGING / "man" / name).read_text().replace("\\", "")


class Manual(unittest.TestCase):
    maxDiff = None

    def test_every_command_and_every_flag_of_its_own_is_in_the_manual(self):
        text = page("wgaudit.8")
        for command in commands():
            self.assertIn(f".It Cm {command}\n", text)
            for flag in flags_of(command):
                if flag[2:].replace("-", "_") not in settings():
                    self.assertIn(f"Fl {flag[1:]}", text, command)

    def test_every_setting_is_in_the_manual_with_its_default_and_no_other(self):
        text = page("wgaudit.toml.5").replace("(dq", '"')
        found = re.findall(r"^\.It Ic (\w+) No = (.*)$", text, re.MULTILINE)
        shipped = re.findall(r"^#(\w+) = (.*)$", (PACKAGING / "wgaudit.toml").read_text(), re.MULTILINE)
        self.assertEqual(sorted(found), sorted(shipped))

    def test_every_kind_of_line_in_a_file_of_patterns_is_in_the_manual(self):
        text = page("wgaudit-patterns.5")
        for word in ("field", "# example:", "interface", "module", "kernel", "tag="):
            self.assertRegex(text, rf"(?m)^\.It Ic {word}( |$)")

    def test_man_finds_no_fault_in_a_page(self):
        for name in ("wgaudit.8", "wgaudit.toml.5", "wgaudit-patterns.5"):
            command = ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", PACKAGING / "man" / name]
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)

    def test_each_command_and_each_flag_is_completed(self):
        self.assertEqual(sorted(completions("wgaudit", "")), sorted([*commands(), "--help", "--version"]))
        for command in commands():
            self.assertEqual(set(completions("wgaudit", command, "-")), flags_of(command), command)

    def test_a_word_is_completed_by_what_it_begins_with(self):
        self.assertEqual(completions("wgaudit", "fo"), ["follow"])
        self.assertEqual(completions("wgaudit", "follow", "--si"), ["--since"])
        self.assertEqual(completions("wgaudit", "follow", "--peer", "a"), [])

    def test_an_instance_is_confined_as_the_daemon_is(self):
        one, many = ((PACKAGING / "systemd" / name).read_text().splitlines()
                     for name in ("wgaudit.service", "wgaudit@.service"))
        changed = [line for line in difflib.ndiff(one, many) if line[0] in "-+"]
        keys = {line[2:].split("=")[0] for line in changed if not line[2:].startswith("#")}
        self.assertEqual(keys, {"Description", "Wants", "PartOf", "ExecStart", "LogsDirectory",
                                "RuntimeDirectory"})


if __name__ == "__main__":
    unittest.main()
