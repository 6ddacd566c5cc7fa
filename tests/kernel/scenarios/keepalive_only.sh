# shellcheck shell=sh
# A peer that never sends a packet of its own.

add_peer wg0 carol
client east wgc3 carol 40003
dial east wgc3 10.1.0.1:51820 persistent-keepalive 2
settle 3
hang_up east wgc3
sessions 1
