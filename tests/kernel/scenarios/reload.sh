# shellcheck shell=sh
# The module is unloaded and loaded: ids count from 1 again, and README's file in modprobe.d has debug on
# from the start.

for interface in $(wg show interfaces); do ip link del "$interface"; done
for namespace in $(ip netns | cut -d" " -f1); do ip netns del "$namespace"; done
settle 2
rmmod wireguard
module_loaded
modprobe wireguard
serve wg0 51820 10.200.0.1/16
settle
add_namespace east 1
add_peer wg0 alice
add_peer wg0 bob
settle
client east wgc1 bob 40001
dial east wgc1 10.1.0.1:51820
reach east wgc1
settle 2
# Of an interface that went to another namespace the end was not seen.
may identity_contradicted module_loaded
sessions 1
