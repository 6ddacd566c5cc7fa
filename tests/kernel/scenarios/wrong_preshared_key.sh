# shellcheck shell=sh
# The server has a preshared key for the peer, which does not know it: it cannot read the response, so
# the handshake is never confirmed. Then the server gives that key up.

add_peer wg0 grace preshared-key /test/keys/psk
client west wgc8 grace 40008
dial west wgc8 10.2.0.1:51820
reach west wgc8
attempt unconfirmed wg0 10.2.0.2:40008
settle 6
hang_up west wgc8
wg set wg0 peer "$(key grace)" preshared-key /dev/null
config preshared_key wg0 grace
settle 2
sessions 0
