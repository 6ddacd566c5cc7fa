# shellcheck shell=sh
# Dynamic debug is off while peers are created and one connects, which dumps alone tell; then it is
# switched on as README says.

echo 'module wireguard -p' > /proc/dynamic_debug/control
note debug_off
settle
serve wg3 51824 10.203.0.1/16
add_peer wg3 rupert
add_peer wg3 sybil
add_peer wg3 trent
client east wgc11 rupert 40011
dial east wgc11 10.1.0.1:51824
reach east wgc11
settle $((${interval:?} + 1))

/test/readme/debug_now
note debug_on
client east wgc12 sybil 40012
dial east wgc12 10.1.0.1:51824
reach east wgc12
settle 2
add_peer wg3 victor
settle 2
# Of one that lines never name nothing can be said.
may_stay_open trent
may_stay_open rupert
# What was proven before is not any more: the log has a gap.
may identity_contradicted more_rows_than_ids
sessions 2
