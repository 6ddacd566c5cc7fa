"""The room() lines of CMakeLists.txt hold: who may include whom, and how large a room may be. Call with
the root of the repository."""

import collections
import dataclasses
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])

MOST_FILES = 40
MOST_LINES = 4000

# All rooms may include these libraries' headers.
COMMON = ("fmt/", "tl/")

# A header that takes long to compile is included by one file, and what touches the machine's secrets
# or sandbox likewise.
ONE_FILE = ("boost/beast", "boost/iostreams/", "re2/", "seccomp.h", "systemd/")

# Rooms of the processes that read the journal: the recorder must not need what they need.
READING_PROCESSES = {"history", "page", "notices", "fleet"}

# Values in, values out: the core has no file, socket, process, thread, clock or chance.
NOT_IN_THE_CORE = re.compile(
    r"(sys/.*|unistd\.h|fcntl\.h|poll\.h|signal\.h|time\.h|stdio\.h|stdlib\.h|thread|mutex|"
    r"shared_mutex|condition_variable|future|atomic|fstream|iostream|filesystem|cstdio|csignal|"
    r"ctime|random)")
CLOCK = re.compile(r"_clock::now\(|\bgetenv\(|\btime\(nullptr\)")

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)
LIBRARY = re.compile(r"(fmt|tl|boost|nlohmann|openssl|re2|systemd|toml\+\+)/|seccomp\.h")


@dataclasses.dataclass
class Room:
    name: str
    kind: str
    needs: list = dataclasses.field(default_factory=list)
    owns: list = dataclasses.field(default_factory=list)
    values: list = dataclasses.field(default_factory=list)
    tests_need: list = dataclasses.field(default_factory=list)


def rooms_of(cmake):
    """The rooms that the text of a CMakeLists.txt declares, by name."""
    rooms = {}
    for body in re.findall(r"^room\(([^)]*)\)", cmake, re.MULTILINE):
        name, kind, *words = body.split()
        rooms[name] = room = Room(name, kind)
        for word in words:
            if word in ("NEEDS", "OWNS", "VALUES", "TESTS_NEED"):
                target = getattr(room, word.lower())
            else:
                target.append(word)
    return rooms


def place_of(path):
    """The room that a file of the project is in, and its name there without its ending."""
    match = re.match(r"(?:include/wgaudit|src(?:/shell)?|tests)/(\w+)/(?:stories/)?(\w+)\.[ch]pp$", path)
    return (match[1], match[2]) if match else None


def included_place(name):
    """The same of a name in an include line of the project."""
    match = re.match(r"(?:wgaudit/|shell/)?(\w+)/(\w+)\.hpp$", name)
    return (match[1], match[2]) if match else None


def room_fault(rooms, path, name):
    """What is wrong with an include of the project's header `name` in the file at `path`, or None."""
    place = place_of(path)
    target = included_place(name)
    if target is None or target[0] not in rooms:
        return f"{name} is named without its room"
    room = rooms[place[0]]
    if target[0] == room.name:
        if place[1] in room.values and target[1] not in room.values:
            return f"a value of {room.name} must not include {name}"
        if path.startswith("include/") and not name.startswith("wgaudit/"):
            return f"a public header must not include {name}"
        return None
    if target[0] in room.needs:
        is_public = name.startswith("wgaudit/") or rooms[target[0]].kind == "SHELL"
        return None if is_public else f"{name} is private to {target[0]}"
    if f"{target[0]}.values" in room.needs and target[1] in rooms[target[0]].values:
        return None
    return f"{room.name} must not know {name}"


def library_fault(room, name):
    if LIBRARY.match(name) and not name.startswith((*COMMON, *room.owns)):
        return f"{room.name} does not own {name}"
    if room.kind == "CORE" and NOT_IN_THE_CORE.fullmatch(name):
        return f"the core must not use {name}"
    return None


def faults_of(rooms, path, text):
    room = rooms[place_of(path)[0]]
    found = []
    for quote, name in INCLUDE.findall(text):
        fault = room_fault(rooms, path, name) if quote == '"' else library_fault(room, name)
        if fault:
            found.append(f"{path}: {fault}")
    if room.kind == "CORE" and CLOCK.search(text):
        found.append(f"{path}: the core must be given the time and its settings")
    return found


def circles(edges):
    """The units of `edges` (unit -> units that it includes) that include themselves, over others."""
    found = []
    for start in edges:
        seen, waiting = set(), list(edges[start] - {start})
        while waiting:
            unit = waiting.pop()
            if unit not in seen:
                seen.add(unit)
                waiting += edges.get(unit, ())
        if start in seen:
            found.append(start)
    return sorted(found)


def need_circles(rooms):
    return circles({name: {need.removesuffix(".values") for need in room.needs}
                    for name, room in rooms.items()})


def own_header_fault(path, text):
    """Only what stands first in some file is known to include what it needs."""
    if not path.endswith(".cpp"):
        return None
    private = path.replace(".cpp", ".hpp")
    public = re.sub(r"^src/", "include/wgaudit/", private)
    own = [re.sub(r"^(src|include)/", "", header) for header in (private, public) if (ROOT / header).exists()]
    first = re.search(r'^#include ["<]([^">]+)[">]', text, re.MULTILINE)
    if own and first[1] not in own:
        return f"{path}: {first[1]} stands before the file's own header"
    return None


def sources():
    """All files of the rooms; main.cpp, which chooses a command, may include everything."""
    paths = [*ROOT.glob("include/wgaudit/*/*"), *ROOT.glob("src/**/*.[ch]pp")]
    return {str(path.relative_to(ROOT)): path.read_text()
            for path in sorted(paths) if path != ROOT / "src/main.cpp"}


def tests_of(rooms):
    """The C++ tests of the rooms."""
    return [str(path.relative_to(ROOT)) for name in rooms for path in (ROOT / "tests" / name).rglob("*_test.cpp")]


class Layering(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.rooms = rooms_of((ROOT / "CMakeLists.txt").read_text())
        cls.sources = sources()

    def test_every_file_is_in_a_room_that_is_declared(self):
        self.assertGreater(len(self.rooms), 15)
        self.assertEqual({place_of(path)[0] for path in self.sources}, set(self.rooms))

    def test_every_file_includes_only_what_its_room_may(self):
        found = [fault for path, text in self.sources.items() for fault in faults_of(self.rooms, path, text)]
        self.assertEqual(found, [], "\n".join(["", *found]))

    def test_rooms_need_only_rooms_declared_before_them(self):
        known = set()
        for name, room in self.rooms.items():
            self.assertLessEqual({need.removesuffix(".values") for need in room.needs}, known, name)
            known.add(name)
        self.assertEqual(need_circles(self.rooms), [])

    def test_no_room_needs_what_none_of_its_files_includes(self):
        used = collections.defaultdict(set)
        for path, text in self.sources.items():
            for quote, name in INCLUDE.findall(text):
                place = included_place(name) if quote == '"' else None
                if place:
                    used[place_of(path)[0]].add(place[0])
        for name, room in self.rooms.items():
            self.assertEqual({need.removesuffix(".values") for need in room.needs} - used[name], set(), name)

    def test_the_core_needs_the_core_alone(self):
        core = {name for name, room in self.rooms.items() if room.kind == "CORE"}
        for name in core:
            self.assertLessEqual({need.removesuffix(".values") for need in self.rooms[name].needs}, core)

    def test_the_recorder_needs_no_room_of_the_reading_processes(self):
        waiting, seen = ["daemon"], set()
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += [need.removesuffix(".values") for need in self.rooms[name].needs]
        self.assertEqual(seen & READING_PROCESSES, set())

    def test_no_room_is_too_large(self):
        files, lines = collections.Counter(), collections.Counter()
        for path, text in self.sources.items():
            files[place_of(path)[0]] += 1
            lines[place_of(path)[0]] += text.count("\n")
        self.assertEqual({name: count for name, count in files.items() if count > MOST_FILES}, {})
        self.assertEqual({name: count for name, count in lines.items() if count > MOST_LINES}, {})

    def test_every_source_file_includes_its_own_header_first(self):
        found = [own_header_fault(path, text) for path, text in self.sources.items()]
        self.assertEqual([fault for fault in found if fault], [])

    def test_a_core_header_is_public_only_where_another_room_needs_it(self):
        users = collections.defaultdict(set)
        for path, text in self.sources.items():
            for name in re.findall(r'^#include "(wgaudit/[^"]+)"', text, re.MULTILINE):
                users[f"include/{name}"].add(path)
        main = (ROOT / "src/main.cpp").read_text()
        for path in self.sources:
            if not path.startswith("include/"):
                continue
            others = {user for user in users[path] if place_of(user)[0] != place_of(path)[0]}
            by_public = {user for user in users[path] if user.startswith("include/")}
            self.assertTrue(others or by_public or path.removeprefix("include/") in main,
                            f"{path} is for its own room alone: it belongs in src/")

    def test_some_libraries_are_each_in_one_file(self):
        for library in ONE_FILE:
            owners = {path for path, text in self.sources.items() if f"#include <{library}" in text}
            self.assertEqual(len({place_of(path) for path in owners}), 1, f"{library}: {owners}")

    def test_no_files_of_a_room_include_each_other(self):
        edges = collections.defaultdict(set)
        for path, text in self.sources.items():
            for quote, name in INCLUDE.findall(text):
                place = included_place(name) if quote == '"' else None
                if place and place[0] == place_of(path)[0]:
                    edges[place_of(path)].add(place)
        self.assertEqual(circles(edges), [])

    def test_every_test_is_of_a_room(self):
        strays = {str(path.relative_to(ROOT)) for path in ROOT.glob("tests/**/*_test.cpp")}
        self.assertEqual(strays - set(tests_of(self.rooms)),
                         {f"tests/memory/{name}_test.cpp" for name in ("allocation", "memory")})

    def test_every_test_file_has_a_namespace_of_its_own(self):
        without = [path for path in tests_of(self.rooms)
                   if f"\nnamespace wgaudit::{pathlib.Path(path).stem} {{\n" not in (ROOT / path).read_text()]
        self.assertEqual(without, [], "files of a room are compiled together: their names must not meet")

    def test_every_test_is_beside_its_unit_or_a_story(self):
        units = {place_of(path) for path in self.sources}
        strays = [path for path in tests_of(self.rooms)
                  if "/stories/" not in path and
                  (place_of(path)[0], place_of(path)[1].removesuffix("_test")) not in units]
        self.assertEqual(strays, [])


SAMPLE = """
room(base   CORE  OWNS openssl/)
room(proofs CORE  NEEDS base VALUES proof)
room(record CORE  NEEDS base proofs.values OWNS nlohmann/)
room(system SHELL NEEDS base OWNS boost/)
room(daemon SHELL NEEDS base record
                        system OWNS boost/)
"""


class Rule(unittest.TestCase):

    def test_faults_are_found(self):
        rooms = rooms_of(SAMPLE)
        rows = [
            ("src/base/text.cpp", '"wgaudit/record/record.hpp"', "base must not know wgaudit/record/record.hpp"),
            ("src/record/record.cpp", '"wgaudit/proofs/engine.hpp"', "record must not know wgaudit/proofs/engine.hpp"),
            ("include/wgaudit/proofs/proof.hpp", '"wgaudit/proofs/engine.hpp"',
             "a value of proofs must not include wgaudit/proofs/engine.hpp"),
            ("src/shell/system/file.cpp", '"daemon/daemon.hpp"', "system must not know daemon/daemon.hpp"),
            ("src/daemon/daemon.cpp", '"record/words.hpp"', "record/words.hpp is private to record"),
            ("src/daemon/daemon.cpp", '"words.hpp"', "words.hpp is named without its room"),
            ("include/wgaudit/record/record.hpp", '"record/words.hpp"', "a public header must not include record/words.hpp"),
            ("src/record/record.cpp", "<openssl/evp.h>", "record does not own openssl/evp.h"),
            ("src/daemon/daemon.cpp", "<seccomp.h>", "daemon does not own seccomp.h"),
            ("src/base/text.cpp", "<fstream>", "the core must not use fstream"),
            ("src/record/record.cpp", "<sys/stat.h>", "the core must not use sys/stat.h"),
        ]
        for path, name, fault in rows:
            self.assertEqual(faults_of(rooms, path, f"#include {name}\n"), [f"{path}: {fault}"])
        clock = "auto now = std::chrono::system_clock::now();\n"
        self.assertEqual(len(faults_of(rooms, "src/record/record.cpp", clock)), 1)

    def test_what_is_allowed_is_no_fault(self):
        rooms = rooms_of(SAMPLE)
        rows = [
            ("src/record/record.cpp", '"record/words.hpp"'),
            ("src/record/record.cpp", '"wgaudit/proofs/proof.hpp"'),
            ("src/record/record.cpp", "<nlohmann/json.hpp>"),
            ("src/daemon/daemon.cpp", '"shell/system/file.hpp"'),
            ("src/daemon/daemon.cpp", "<sys/file.h>"),
            ("src/base/text.cpp", "<fmt/format.h>"),
        ]
        for path, name in rows:
            self.assertEqual(faults_of(rooms, path, f"#include {name}\n"), [])

    def test_circles_are_found(self):
        self.assertEqual(circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}), ["b", "c"])
        upward = rooms_of(SAMPLE.replace("room(base   CORE ", "room(base   CORE NEEDS system"))
        self.assertEqual(need_circles(upward), ["base", "system"])

    def test_a_header_that_is_not_first_is_found(self):
        text = '#include <string>\n#include "shell/system/log.hpp"\n'
        self.assertEqual(own_header_fault("src/shell/system/log.cpp", text),
                         "src/shell/system/log.cpp: string stands before the file's own header")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
