# shellcheck shell=sh
# Who has a key that the server does not know, or takes another key for the server's.

client west wgc7 mallory 40007
dial west wgc7 10.2.0.1:51820
reach west wgc7
attempt initiation_invalid wg0 10.2.0.2:40007
hang_up west wgc7

client west wgc7 alice 40017
server=other dial west wgc7 10.2.0.1:51820
reach west wgc7
attempt mac_invalid wg0 10.2.0.2:40017
hang_up west wgc7
sessions 0
