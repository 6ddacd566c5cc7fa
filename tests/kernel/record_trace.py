"""Records a boot as a trace for the tests that need no guest (../data/README.md).

    record_trace.py TRACE SERIES SCENARIO...

Boots Linux SERIES with the scenarios, behind `gateway`, and writes ../data/traces/TRACE.
"""

import json
import shutil
import sys

import guest
import kernel_test
import truth

TRACES = guest.SOURCE / "tests/data/traces"


def peers(boot):
    """By kernel id: those of the guest's own namespace."""
    return [{"load": load, "interface": step["interface"], "id": number, "public_key": step["key"]}
            for (load, number), step in boot.peers.items() if step["namespace"] == "server"]


def handshakes(boot):
    seen = set()
    for row in boot.rows:
        facts = row["interface"], row.get("key"), row.get("handshake")
        if row.get("handshake") and facts not in seen:
            seen.add(facts)
            yield {"t_us": row["handshake"] // 1000, "seen_us": row["t"],
                   "interface": row["interface"], "public_key": row["key"],
                   "endpoint": row["endpoint"]}


def story(boot):
    for step in boot.story:
        if step["do"] != "id":
            words = [f"{name} {value}" for name, value in step.items() if name not in ("t", "do")]
            yield {"t_us": step["t"], "event": step["do"], "text": ", ".join(words)}


def truth_of(boot, plan, kernel):
    return {"run": f"scenarios={','.join(plan.scenarios)} kernel={kernel.version}",
            "peers": peers(boot),
            "names": {step["key"]: step["name"] for step in boot.did("id")},
            "handshakes": list(handshakes(boot)),
            "story": list(story(boot))}


def main(trace, series, *scenarios):
    plan = kernel_test.Plan("trace", series, ["gateway", *scenarios, "stop"], time_limit=500,
                            recorder="recorder")
    kernel = guest.Kernel(series, kernel_test.FOLDER)
    results = kernel_test.run(plan)
    folder = TRACES / trace
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("datagrams.jsonl", "dumps.jsonl"):
        shutil.copy(results / name, folder / name)
    boot = truth.Boot(results, "journal")
    (folder / "truth.json").write_text(json.dumps(truth_of(boot, plan, kernel), indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
