"""Every text file of the repository: no trailing space, no tab, one newline at the end, nothing put
off. Call with the root of the repository."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])
FILES = ["CMakeLists.txt", "CMakePresets.json", "README.md", "CONTRIBUTING.md", "LICENSE", ".clang-format", ".git-blame-ignore-revs",
         ".gitignore"]
FOLDERS = [".ci", "doc", "include", "packaging", "patterns", "rsyslog", "scripts", "src", "tests"]
# Bytes that were captured or found, to be left as they are.
DATA = {ROOT / "tests/data", ROOT / "tests/fuzz/corpus"}

# In pieces: this file is checked too.
PUT_OFF = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")


def faults_of(text):
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            found.append((number, "trailing space"))
        if "\t" in line:
            found.append((number, "tab"))
        if PUT_OFF.search(line):
            found.append((number, "something put off"))
    if text and not re.search(r"[^\n]\n\Z", text):
        found.append((text.count("\n") + 1, "not one newline at the end"))
    return found


def text_files():
    for folder in FOLDERS:
        yield from sorted(path for path in (ROOT / folder).rglob("*")
                          if path.is_file() and DATA.isdisjoint(path.parents))
    yield from (ROOT / name for name in FILES)


class Text(unittest.TestCase):

    def test_every_file_is_clean(self):
        files = list(text_files())
        self.assertGreater(len(files), 150)
        found = [f"{path.relative_to(ROOT)}:{number}: {fault}" for path in files
                 for number, fault in faults_of(path.read_text(encoding="utf-8"))]
        self.assertEqual(found, [], "\n".join(["", *found]))

    def test_faults_are_found(self):
        rows = [
            ("a\n", []),
            ("", []),
            ("a", [(1, "not one newline at the end")]),
            ("a\n\n", [(3, "not one newline at the end")]),
            ("a \nb\n", [(1, "trailing space")]),
            ("a\r\n", [(1, "trailing space")]),
            ("\ta\n", [(1, "tab")]),
            ("a\n// TO" "DO: b\n", [(2, "something put off")]),
            ('mkdtemp("wgaudit-XXXXXX")\n', []),
        ]
        for text, wanted in rows:
            self.assertEqual(faults_of(text), wanted, repr(text))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
