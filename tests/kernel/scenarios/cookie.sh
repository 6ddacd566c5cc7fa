# shellcheck shell=sh
# A flood of initiations from one place. Under load the server answers with cookies; a client that
# dials meanwhile gets one too, and comes through with it at its next try.

add_peer wg0 trent
client east wgc16 trent 40016
settle 2

at west packets flood 40078 10.2.0.1:51820 8 &
flood=$!
client west wgc15 mallory 40015
dial west wgc15 10.2.0.2:40078
reach west wgc15
hang_up west wgc15
settle
dial east wgc16 10.1.0.1:51820 persistent-keepalive 10
wait $flood
attempt cookie_sent wg0 10.2.0.2:40078
settle 2
sessions 1
