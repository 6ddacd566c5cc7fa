"""Sends lines of the kernel's, RATE a second, each with a peer id of its own, to a port: COUNT, or fewer
if it is terminated. Says how many. Before each of PAUSES it stops, until it is continued:
flood.py PORT COUNT RATE [PAUSE...]."""

import os
import signal
import socket
import sys
import time


def end(*_):
    global count
    count = 0


port, count, rate, *pauses = map(int, sys.argv[1:])
signal.signal(signal.SIGTERM, end)
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
start = time.monotonic()
number = 0
while number < count:
    number += 1
    if number in pauses:
        before = time.monotonic()
        os.kill(os.getpid(), signal.SIGSTOP)
        start += time.monotonic() - before
    line = f"<7>Nov 21 07:00:00 gw kernel: [{number:12.6f}] wireguard: wg0: Peer {number} created"
    sender.sendto(line.encode(), ("127.0.0.1", port))
    ahead = start + number / rate - time.monotonic()
    if ahead > 0.002:
        time.sleep(ahead)
print(number)
