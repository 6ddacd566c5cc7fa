# shellcheck shell=sh
# What every boot begins with: a gateway as README sets one up.

/test/readme/debug_at_load
/test/readme/more_lines
modprobe wireguard
start_rsyslogd

start_wgaudit

add_namespace east 1
add_namespace west 2
serve wg0 51820 10.200.0.1/16
settle
