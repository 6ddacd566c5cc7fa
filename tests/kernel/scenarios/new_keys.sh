# shellcheck shell=sh
# A client forgets its keys and shakes hands anew, while its session goes on: one session, two handshakes.

add_peer wg0 heidi
settle
client east wgc19 heidi 40020
dial east wgc19 10.1.0.1:51820
reach east wgc19
settle 4
ip -n east link set wgc19 down
ip -n east link set wgc19 up
reach east wgc19
settle
handshakes wg0 heidi 2
hang_up east wgc19
sessions 1
