# shellcheck shell=sh
# Clients in two other namespaces use the names of the server's interfaces: their lines look the same.

add_peer wg0 walter
add_peer wg0 wendy
settle
client west wg0 walter 40013
dial west wg0 10.2.0.1:51820
reach west wg0
client east wg1 wendy 40019
dial east wg1 10.1.0.1:51820
reach east wg1
settle 2
hang_up west wg0
hang_up east wg1
settle
# Whose line it is that one of them went is not said, and so not whose ids the others are.
may_stay_open
sessions 2
