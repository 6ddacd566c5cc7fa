# shellcheck shell=sh
# A flood of initiations from one place. Under load the server answers with cookies; a client that
# dials meanwhile gets one too, and comes through with it at its next try. The kernel may print as much
# as it wants.

# It tries until then: the server can be through with the flood for a moment.
gets_a_cookie() {
  dmesg | grep -q 'wgc16: Receiving cookie' && return
  ip -n east link set wgc16 down
  ip -n east link set wgc16 up
  settle 0.2
  false
}

sysctl -w net.core.message_cost=0
add_peer wg0 trent
client east wgc16 trent 40016
ip netns exec west packets flood 40078 10.2.0.1:51820 30 & # not `at`: it is this that is killed
flood=$!
client west wgc15 mallory 40015
settle 2
dial west wgc15 10.2.0.2:40078 persistent-keepalive 25
settle 0.5
dial east wgc16 10.1.0.1:51820 persistent-keepalive 10
wait_until gets_a_cookie
kill $flood
hang_up west wgc15
printed cookie_sent wg0
printed cookie_received wgc16
attempt cookie_sent wg0 10.2.0.2:40078
attempt cookie_sent wg0 10.1.0.2:40016
settle 6
sysctl -w net.core.message_cost=5
sessions 1
