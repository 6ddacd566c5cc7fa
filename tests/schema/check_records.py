#!/usr/bin/python3
"""Checks records against packaging/record.schema.json.

    check_records.py SCHEMA PROGRAM TRACES RECORDS

Every record that PROGRAM replays from the folders in TRACES, and every line of the *.jsonl in RECORDS,
which is what the other tests wrote, must be valid; and records that are spoilt must not be.
"""
import copy
import functools
import json
import multiprocessing
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


@functools.cache
def validator_of(schema_path):
    schema = json.loads(pathlib.Path(schema_path).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def faults_of(schema_path, origin, line):
    """In words. For a process of its own."""
    return [f"{origin}: {error.json_path}: {error.message}\n  {line}"
            for error in validator_of(schema_path).iter_errors(json.loads(line))]


def replayed(program, traces):
    for trace in sorted(path.parent for path in pathlib.Path(traces).glob("*/dumps.jsonl")):
        output = subprocess.run([program, "replay", trace], check=True, capture_output=True, text=True)
        yield from ((trace.name, line) for line in output.stdout.split("\n")[:-1])


def written(records):
    for path in sorted(pathlib.Path(records).glob("*.jsonl")):
        yield from ((path.name, line) for line in path.read_text().split("\n")[:-1])


def main(schema_path, program, traces, records):
    from_tests = list(written(records))
    rows = [*replayed(program, traces), *from_tests]
    with multiprocessing.Pool() as pool:
        found = pool.starmap(faults_of, [(schema_path, *row) for row in rows], chunksize=200)
    faults = [fault for some in found for fault in some]
    a_peer_online = next(line for _, line in rows if '"action":"peer_online"' in line)
    faults += [f"the schema takes {bad}" for bad in spoilt(json.loads(a_peer_online))
               if validator_of(schema_path).is_valid(bad)]
    for fault in faults:
        print(fault)
    print(f"{len(rows)} records checked, {len(from_tests)} of them written by other tests, "
          f"{len(faults)} faults")
    if faults or not from_tests:
        return 1
    for path in pathlib.Path(records).glob("*.jsonl"):
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
