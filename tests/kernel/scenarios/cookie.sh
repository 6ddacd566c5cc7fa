# shellcheck shell=sh
# A flood of initiations from one place. Under load the server answers with cookies, and the kernel
# prints a thousand of them in five seconds; a client that dials meanwhile comes through all the same.

add_peer wg0 trent
client east wgc16 trent 40016
client west wgc15 mallory 40015
at west packets flood 40078 10.2.0.1:51820 4 &
flood=$!
settle 2
dial west wgc15 10.2.0.2:40078 persistent-keepalive 25
settle
dial east wgc16 10.1.0.1:51820 persistent-keepalive 10
wait $flood
hang_up west wgc15
attempt cookie_sent wg0 10.2.0.2:40078
settle 6
hang_up east wgc16
sessions 1
