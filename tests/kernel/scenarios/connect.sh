# shellcheck shell=sh
# A peer connects for the first time, stays until its handshake is too old, and is offline then.

add_peer wg0 alice
settle
client east wgc1 alice 40001
dial east wgc1 10.1.0.1:51820
reach east wgc1
settle
sessions 1
