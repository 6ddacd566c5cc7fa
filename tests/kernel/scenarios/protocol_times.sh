# shellcheck shell=sh
# What takes WireGuard's own times: a session that is rekeyed every 120 seconds and stays one session; a
# session that ends without a word; a peer that is called in vain until the kernel gives up, after twenty
# tries; and its keys, which the kernel forgets after 540 seconds.

add_peer wg0 alice
add_peer wg0 bob
add_peer wg0 carol
settle
client east wgc1 alice 40001
client east wgc2 bob 40002
client west wgc3 carol 40003
dial east wgc1 10.1.0.1:51820 persistent-keepalive 25
dial east wgc2 10.1.0.1:51820
dial west wgc3 10.2.0.1:51820
reach east wgc2
reach west wgc3
settle
hang_up east wgc2
hang_up west wgc3
ping -q -c 1 -W 1 "$(address carol)"
attempt handshake_abandoned wg0 10.2.0.2:40003
sleep 600
hang_up east wgc1
sessions 3
