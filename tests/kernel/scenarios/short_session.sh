# shellcheck shell=sh
# A session of three seconds, between two dumps of the interval.

add_peer wg0 bob
client west wgc2 bob 40002
dial west wgc2 10.2.0.1:51820
reach west wgc2
sleep 3
hang_up west wgc2
sessions 1
