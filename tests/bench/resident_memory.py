#!/usr/bin/python3
"""Prints the resident memory of the daemon at 10, 1,000 and 10,000 peers.

    resident_memory.py PROGRAM

The wg it runs is a stand-in that prints a dump made here. Before it is measured, the daemon has
recorded every peer and 20,000 kernel lines.
"""
import base64
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

MARKS = {10: 20, 1_000: 20, 10_000: 25}


def key(random_):
    return base64.b64encode(random_.randbytes(31) + b"\0").decode()


def dump(peers):
    random_ = random.Random(1)
    lines = [f"wg0\t{key(random_)}\t{key(random_)}\t51820\toff"]
    handshake = int(time.time())
    for i in range(peers):
        lines.append(f"wg0\t{key(random_)}\t{key(random_)}\t203.0.113.{i % 250}:{i + 1000}\t"
                     f"10.0.{i // 250}.{i % 250}/32\t{handshake}\t{i}\t{i}\t25")
    return "\n".join(lines) + "\n"


def wait_until(condition):
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            sys.exit("the daemon did not get so far within 60 s")
        time.sleep(0.01)


def lines_in(folder, stream):
    return sum(path.read_bytes().count(b"\n") for path in folder.glob(f"{stream}-*.jsonl"))


def send_lines(port, count):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for i in range(count):
            text = f"<7>Nov 21 07:00:00 gw kernel: wireguard: wg0: Keypair {i} created for peer 1"
            sender.sendto(text.encode(), ("127.0.0.1", port))
            if i % 100 == 0:
                time.sleep(0.002)


def resident_mb(program, peers):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "dump").write_text(dump(peers))
        wg = folder / "wg"
        wg.write_text(f"#!/bin/sh\nexec cat {folder}/dump\n")
        wg.chmod(0o755)
        errors = open(folder / "stderr", "w+")
        daemon = subprocess.Popen([program, "run", "--config", "/dev/null", "--listen", "127.0.0.1:0",
                                   "--wg", wg, "--journal", folder, "--log-path", folder / "log"],
                                  stderr=errors)
        try:
            told = lambda: (folder / "stderr").read_text()
            wait_until(lambda: re.search(r"listening on 127.0.0.1:(\d+)", told()))
            port = int(re.search(r"listening on 127.0.0.1:(\d+)", told())[1])
            wait_until(lambda: lines_in(folder, "journal") >= 2 * peers + 1)
            send_lines(port, 20_000)
            wait_until(lambda: lines_in(folder, "events") >= 20_000)
            time.sleep(4)  # what the start took is given back by then
            status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
            return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()


def main(program):
    for peers, mark in MARKS.items():
        print(f"{peers:7,} peers: {resident_mb(program, peers):.1f} MB resident (mark {mark} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
