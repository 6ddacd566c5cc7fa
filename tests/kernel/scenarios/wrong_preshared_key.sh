# shellcheck shell=sh
# The server has a preshared key for the peer, which does not know it: it cannot read the response, so
# the handshake is never confirmed.

add_peer wg0 grace preshared-key /test/keys/psk
client west wgc8 grace 40008
dial west wgc8 10.2.0.1:51820
reach west wgc8
attempt unconfirmed wg0 10.2.0.2:40008
settle 6
hang_up west wgc8
sessions 0
