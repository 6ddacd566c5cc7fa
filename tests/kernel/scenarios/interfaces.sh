# shellcheck shell=sh
# An interface with a connected peer goes down and up, keeps its session under another name, moves to
# another namespace, and is created again under its old name and deleted.

serve wg2 51822 10.202.0.1/16
settle
add_peer wg2 olivia
client west wgc10 olivia 40010
dial west wgc10 10.2.0.1:51822
reach west wgc10
settle

ip link set wg2 down
settle
ip link set wg2 up
settle

ip link set wg2 down
ip link set wg2 name office
ip link set office up
settle 2

ip link set office netns east
settle 2

serve wg2 51823 10.202.0.1/16
settle
add_peer wg2 peggy
settle 2
ip link del wg2
settle 2
hang_up west wgc10
# A dump that asks for an interface just as it goes finds it unreadable.
may evidence_lost interface_unreadable
may evidence_lost interface_outage
sessions 1
