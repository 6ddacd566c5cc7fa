"""Who may include whom. Call with the root of the repository."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])

MAY_INCLUDE = {
    "base": {"base"},
    "syslog": {"base", "syslog"},
    "wireguard": {"base", "wireguard"},
    "classify": {"base", "wireguard", "classify"},
    "peers": {"base", "wireguard", "peers"},
    "presence": {"base", "wireguard", "presence"},
    "audit": {"base", "syslog", "wireguard", "classify", "peers", "presence", "audit"},
    "shell": {"base", "wireguard", "audit"},
    "doctor": {"base", "wireguard", "audit"},
    "commands": {"base"},
}
# The layers that touch the world have no public headers; whose each of them may include.
PRIVATE = {"shell": ("shell/",), "doctor": ("doctor/", "shell/"), "commands": ("commands/", "doctor/", "shell/")}
CORE = set(MAY_INCLUDE) - set(PRIVATE)

# The classifier is made by commands and handed through these to the core. They may name it, no more.
HAND_THE_CLASSIFIER_ON = {
    "src/shell/classify_logs.hpp",
    "src/shell/daemon.hpp",
    "src/shell/pattern_folder.hpp",
    "src/shell/replay.hpp",
}

OWNERS = {
    "re2/": ("src/classify/",),
    "openssl/": ("src/base/sha256.cpp", "src/audit/seal.cpp", "src/shell/signing_key.cpp",
                 "src/shell/seal_keys.cpp", "src/shell/pseudonyms.cpp"),
    "nlohmann/json.hpp": ("src/audit/", "src/shell/", "src/doctor/"),
    "nlohmann/json_fwd.hpp": ("include/wgaudit/audit/record_json.hpp",),
    "boost/": ("src/shell/", "src/doctor/"),
    "seccomp.h": ("src/shell/system_call_filter.cpp",),
    "systemd/": ("src/shell/service_manager.cpp",),
    "CLI/": ("src/shell/command_line.cpp",),
    "toml++/": ("src/shell/toml_file.hpp",),
}

# Values in, values out: the core has no file, socket, process, thread, clock or chance.
NOT_IN_THE_CORE = re.compile(
    r"(sys/.*|unistd\.h|fcntl\.h|poll\.h|signal\.h|time\.h|stdio\.h|stdlib\.h|thread|mutex|"
    r"shared_mutex|condition_variable|future|atomic|fstream|iostream|filesystem|cstdio|csignal|"
    r"ctime|random)")
CLOCK = re.compile(r"_clock::now\(|\bgetenv\(|\btime\(nullptr\)")


def layer_of(path):
    match = re.match(r"(?:include/wgaudit|src)/([a-z]+)/", path)
    return match and match[1]


def include_fault(path, quoted, name):
    """What is wrong with `#include` of `name` in the file at `path`, or None."""
    layer = layer_of(path)
    project = re.match(r"wgaudit/([a-z]+)/", name)
    if project:
        hands_on = project[1] == "classify" and path in HAND_THE_CLASSIFIER_ON
        if project[1] not in MAY_INCLUDE[layer] and not hands_on:
            return f"{layer} must not know {project[1]}"
    elif quoted:
        if path.startswith("include/"):
            return f"a public header must not include {name}"
        if "/" in name and not name.startswith(PRIVATE.get(layer, ())):
            return f"{layer} must not know {name}"
    for prefix, owners in OWNERS.items():
        if name.startswith(prefix) and not path.startswith(owners):
            return f"{name} belongs to {' and '.join(owners)}"
    if not quoted and layer in CORE and NOT_IN_THE_CORE.fullmatch(name):
        return f"the core must not use {name}"
    return None


def own_headers(path):
    """The header of a source file's own name, where there is one, as it may be included."""
    name = path.removeprefix("src/").replace(".cpp", ".hpp")
    files = {name: f"src/{name}", pathlib.Path(name).name: f"src/{name}",
             f"wgaudit/{name}": f"include/wgaudit/{name}"}
    return {included for included, file in files.items() if (ROOT / file).exists()}


def own_header_fault(path, text):
    """Only what stands first in some file is known to include what it needs."""
    own = own_headers(path) if path.endswith(".cpp") else set()
    first = re.search(r'^#include ["<]([^">]+)[">]', text, re.MULTILINE)
    if own and first[1] not in own:
        return f"{path}: {first[1]} stands before the file's own header"
    return None


def faults_of(path, text):
    found = []
    for quote, name in re.findall(r'^\s*#\s*include\s*(["<])([^">]+)[">]', text, re.MULTILINE):
        fault = include_fault(path, quote == '"', name)
        if fault:
            found.append(f"{path}: {fault}")
    if layer_of(path) in CORE and CLOCK.search(text):
        found.append(f"{path}: the core must be given the time and its settings")
    return found


def sources():
    """All files of the layers; main.cpp, which chooses a command, may include everything."""
    paths = [*ROOT.glob("include/wgaudit/*/*"), *ROOT.glob("src/*/*")]
    return sorted(str(path.relative_to(ROOT)) for path in paths)


class Layering(unittest.TestCase):

    def test_every_file_includes_only_what_its_layer_may_know(self):
        self.assertGreater(len(sources()), 50)
        found = [fault for path in sources() for fault in faults_of(path, (ROOT / path).read_text())]
        self.assertEqual(found, [], "\n".join(["", *found]))

    def test_every_source_file_includes_its_own_header_first(self):
        found = [own_header_fault(path, (ROOT / path).read_text()) for path in sources()]
        self.assertEqual([fault for fault in found if fault], [])
        text = '#include <string>\n#include "shell/file.hpp"\n'
        self.assertEqual(own_header_fault("src/shell/file.cpp", text),
                         "src/shell/file.cpp: string stands before the file's own header")

    def test_every_layer_is_known(self):
        self.assertEqual({layer_of(path) for path in sources()}, set(MAY_INCLUDE))

    def test_command_line_and_toml_libraries_are_each_in_one_file(self):
        for library in ("CLI/", "toml++/"):
            owners = [path for path in sources() if f"#include <{library}" in (ROOT / path).read_text()]
            self.assertEqual(owners, list(OWNERS[library]))

    def test_faults_are_found(self):
        rows = [
            ("include/wgaudit/base/text.hpp", '"wgaudit/wireguard/ids.hpp"', "base must not know wireguard"),
            ("src/syslog/frame.cpp", '"wgaudit/wireguard/ids.hpp"', "syslog must not know wireguard"),
            ("src/peers/registry.cpp", '"wgaudit/presence/roster.hpp"', "peers must not know presence"),
            ("src/presence/roster.cpp", '"wgaudit/peers/registry.hpp"', "presence must not know peers"),
            ("src/audit/auditor.cpp", '"shell/file.hpp"', "audit must not know shell/file.hpp"),
            ("src/shell/store.cpp", '"wgaudit/presence/roster.hpp"', "shell must not know presence"),
            ("src/shell/store.hpp", '"wgaudit/classify/classifier.hpp"', "shell must not know classify"),
            ("src/shell/daemon.cpp", '"doctor/check.hpp"', "shell must not know doctor/check.hpp"),
            ("include/wgaudit/audit/record.hpp", '"words.hpp"', "a public header must not include words.hpp"),
            ("src/audit/auditor.cpp", "<re2/re2.h>", "re2/re2.h belongs to src/classify/"),
            ("src/classify/classifier.cpp", "<nlohmann/json.hpp>",
             "nlohmann/json.hpp belongs to src/audit/ and src/shell/ and src/doctor/"),
            ("src/audit/auditor.cpp", "<boost/asio/post.hpp>", "boost/asio/post.hpp belongs to src/shell/ and src/doctor/"),
            ("src/shell/follow.cpp", "<CLI/App.hpp>", "CLI/App.hpp belongs to src/shell/command_line.cpp"),
            ("src/base/text.cpp", "<fstream>", "the core must not use fstream"),
            ("src/wireguard/dump.cpp", "<sys/stat.h>", "the core must not use sys/stat.h"),
        ]
        for path, name, fault in rows:
            self.assertEqual(faults_of(path, f"#include {name}\n"), [f"{path}: {fault}"])
        clock = "auto now = std::chrono::system_clock::now();\n"
        self.assertEqual(len(faults_of("src/audit/auditor.cpp", clock)), 1)

    def test_what_is_allowed_is_no_fault(self):
        rows = [
            ("src/audit/auditor.cpp", '"words.hpp"'),
            ("src/audit/record_json.cpp", "<nlohmann/json.hpp>"),
            ("src/shell/daemon.hpp", '"wgaudit/classify/classifier.hpp"'),
            ("src/shell/daemon.cpp", '"shell/file.hpp"'),
            ("src/doctor/gateway.cpp", '"shell/file.hpp"'),
            ("src/shell/daemon.cpp", "<sys/file.h>"),
            ("src/wireguard/endpoint.cpp", "<arpa/inet.h>"),
        ]
        for path, name in rows:
            self.assertEqual(faults_of(path, f"#include {name}\n"), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
