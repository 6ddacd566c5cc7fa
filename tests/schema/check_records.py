#!/usr/bin/python3
"""Checks records against packaging/record.schema.json.

    check_records.py SCHEMA PROGRAM TRACES RECORDS

Every record that PROGRAM replays from the folders in TRACES, and every line of the *.jsonl in RECORDS,
which is what the other tests wrote, must be valid; and records that are spoilt must not be.
"""
import copy
import json
import pathlib
import subprocess
import sys

import jsonschema


def spoilt(record):
    """Records with one fault each, made from a good peer_online."""
    faults = [
        lambda r: r.pop("message"),
        lambda r: r.update(v=2),
        lambda r: r.update(extra=1),
        lambda r: r["event"].update(action="peer_elsewhere"),
        lambda r: r["event"].update(sequence=-1),
        lambda r: r["event"].update(created="2026-11-21 07:00:00"),
        lambda r: r["wireguard"]["peer"].update(public_key="short"),
        lambda r: r["wireguard"]["peer"].update(id=7),
        lambda r: r["wireguard"]["peer"].update(id=7, identity="unresolved"),
        lambda r: r["wireguard"]["peer"].update(private_key="x"),
        lambda r: r["source"].update(port=65536),
        lambda r: r["wireguard"].update(interface_key=None),
        lambda r: r["wireguard"].pop("peer") and r["event"].update(action="snapshot"),
    ]
    for fault in faults:
        bad = copy.deepcopy(record)
        fault(bad)
        yield bad


def main(schema_path, program, traces, records):
    schema = json.loads(pathlib.Path(schema_path).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    checked = faulty = 0
    a_peer_online = None

    def check(line, origin):
        nonlocal checked, faulty, a_peer_online
        record = json.loads(line)
        checked += 1
        for error in validator.iter_errors(record):
            faulty += 1
            print(f"{origin}: {error.json_path}: {error.message}\n  {line}")
        if record["event"]["action"] == "peer_online":
            a_peer_online = record

    for trace in sorted(path.parent for path in pathlib.Path(traces).glob("*/dumps.jsonl")):
        output = subprocess.run([program, "replay", trace], check=True, capture_output=True)
        for line in output.stdout.splitlines():
            check(line, trace.name)
    written = 0
    for path in sorted(pathlib.Path(records).glob("*.jsonl")):
        faults_before = faulty
        for line in path.read_text().split("\n")[:-1]:
            check(line, path.name)
            written += 1
        if faulty == faults_before:
            path.unlink()
    for bad in spoilt(a_peer_online):
        if validator.is_valid(bad):
            faulty += 1
            print(f"the schema takes {bad}")
    print(f"{checked} records checked, {written} of them written by other tests, {faulty} faults")
    return 1 if faulty or written == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
