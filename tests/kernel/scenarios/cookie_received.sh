# shellcheck shell=sh
# A client that dials under a flood gets a cookie, and comes through with it at its next try. What the
# kernel has to say of the flood itself, thousands of lines, is switched off for this.

# It tries until then: the server can be through with the flood for a moment.
gets_a_cookie() {
  dmesg | grep -q 'wgc21: Receiving cookie' && return
  ip -n east link set wgc21 down
  ip -n east link set wgc21 up
  settle 0.5
  false
}

add_peer wg0 sybil
client east wgc21 sybil 40021
client west wgc22 mallory 40022
ip netns exec west packets flood 40079 10.2.0.1:51820 60 & # not `at`: it is this that is killed
flood=$!
settle
echo 'format "Sending cookie response" -p' > /proc/dynamic_debug/control
echo 'format "Invalid handshake initiation" -p' > /proc/dynamic_debug/control
dial west wgc22 10.2.0.2:40079 persistent-keepalive 25
settle 0.5
dial east wgc21 10.1.0.1:51820 persistent-keepalive 10
wait_until gets_a_cookie
kill $flood
hang_up west wgc22
settle
/test/readme/debug_now
settle 6
hang_up east wgc21
printed cookie_received wgc21
attempt cookie_received wgc21 10.1.0.1:51820
sessions 1
