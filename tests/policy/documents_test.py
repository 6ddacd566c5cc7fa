"""The documents keep up with what they describe: their links lead somewhere, README fits a screen, and
doc/record-format.md names all that the schema does. Call with the root of the repository."""

import json
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("doc/*.md"), *ROOT.glob("rsyslog/*.md"),
                    *ROOT.glob("tests/**/README.md")])
SCREEN = 90


def broken_links(text, folder):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    return [target for target in targets if "://" not in target and not (folder / target).exists()]


def names_in(schema):
    """Property names and the members of closed lists, wherever they stand."""
    if isinstance(schema, list):
        return set().union(*map(names_in, schema))
    if not isinstance(schema, dict):
        return set()
    names = set(schema.get("properties", {})) | {name for name in schema.get("enum", [])}
    return names.union(*map(names_in, schema.values()))


def missing_names(names, text):
    words = set(re.findall(r"[@\w]+", text))
    return sorted(name for name in names if name not in words)


class Documents(unittest.TestCase):

    def test_every_link_leads_to_a_file(self):
        self.assertGreater(len(DOCUMENTS), 10)
        broken = {str(path.relative_to(ROOT)): links for path in DOCUMENTS
                  if (links := broken_links(path.read_text(), path.parent))}
        self.assertEqual(broken, {})

    def test_readme_fits_a_screen(self):
        self.assertLessEqual(len((ROOT / "README.md").read_text().splitlines()), SCREEN)

    def test_every_document_is_in_the_index(self):
        index = (ROOT / "doc/README.md").read_text()
        for path in ROOT.glob("doc/*.md"):
            if path.name != "README.md":
                self.assertIn(f"]({path.name})", index)

    def test_the_record_format_names_all_that_the_schema_does(self):
        schema = json.loads((ROOT / "packaging/record.schema.json").read_text())
        self.assertEqual(missing_names(names_in(schema), (ROOT / "doc/record-format.md").read_text()), [])

    def test_what_is_missing_is_found(self):
        self.assertEqual(broken_links("[a](no.md) [b](https://x.example) [c](doc#d)", ROOT), ["no.md"])
        names = names_in({"properties": {"a": {"enum": ["b"]}}, "oneOf": [{"properties": {"c": {}}}]})
        self.assertEqual(missing_names(names, "`a` c_d"), ["b", "c"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
