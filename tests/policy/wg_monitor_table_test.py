"""Every row of doc/wg_monitor.md names tests, and there they are. Call with the root of the
repository."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])


def rows_of(text):
    """The cells of each row that is no head and no section."""
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for row in rows if row[1:] != ["", ""]]


def tests_of(folder):
    """As the table names them: `Suite.Name`, and `file_test.test_name` in Python."""
    found = set()
    for path in folder.rglob("*_test.cpp"):
        for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", path.read_text(), re.MULTILINE):
            found |= {f"{suite}.{name}", f"{suite.removesuffix('Test')}.{name}"}
    for path in folder.rglob("*_test.py"):
        found |= {f"{path.stem}.{name}" for name in re.findall(r"def (test_\w+)\(", path.read_text())}
    return found


def faults_of(rows, tests):
    faults = []
    for row in rows:
        named = re.findall(r"`([^`]+)`", row[-1])
        if len(row) != 3 or not row[1] or not named:
            faults.append(f"{row[0]}: a cell is missing")
        faults += [f"{row[0]}: there is no test {name}" for name in named if name not in tests]
    return faults


class Table(unittest.TestCase):

    def test_every_row_names_tests_that_there_are(self):
        rows = rows_of((ROOT / "doc/wg_monitor.md").read_text())
        self.assertEqual(faults_of(rows, tests_of(ROOT / "tests")), [])
        letters = [match[1] for row in rows if (match := re.match(r"\((\w)\)", row[0]))]
        self.assertEqual(letters, list("abcdefghijkl"))

    def test_a_row_without_its_test_is_found(self):
        text = ("|a|b|c|\n|---|---|---|\n| **section** | | |\n| `x \\| y` | same | `A.B` |\n"
                "| y | same | `C.D` |\n| z | same | |\n")
        self.assertEqual(faults_of(rows_of(text), {"A.B"}), ["y: there is no test C.D", "z: a cell is missing"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
