"""Sends N lines of the kernel's, RATE a second, each with a peer id of its own, to a port, and at
some of them does what is to be survived: flood.py PORT N RATE [AT:COMMAND...]."""

import socket
import subprocess
import sys
import time

port, count, rate = map(int, sys.argv[1:4])
actions = dict(word.split(":", 1) for word in sys.argv[4:])
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
start = time.monotonic()
for number in range(1, count + 1):
    if str(number) in actions:
        command = actions[str(number)].split()
        # What the daemon has read and not written yet is in its memory, and dies with it: of that,
        # this is no test.
        if "KILL" in command:
            time.sleep(0.1)
        subprocess.Popen(command)
    line = f"<7>Nov 21 07:00:00 gw kernel: [{number:12.6f}] wireguard: wg0: Peer {number} created"
    sender.sendto(line.encode(), ("127.0.0.1", port))
    ahead = start + number / rate - time.monotonic()
    if ahead > 0.002:
        time.sleep(ahead)
