# shellcheck shell=sh
# A peer moves from IPv4 to IPv6 and back, within one session. The kernel says nothing of it; the next
# keepalive shows where it is.

add_peer wg0 dave
client east wgc4 dave 40004
dial east wgc4 10.1.0.1:51820 persistent-keepalive 1
settle 2
redial east wgc4 endpoint '[fd00:1::1]:51820'
settle 2
redial east wgc4 endpoint 10.1.0.1:51820
settle 2
hang_up east wgc4
sessions 1
