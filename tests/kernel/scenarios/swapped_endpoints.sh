# shellcheck shell=sh
# Two peers behind one address take each other's port. Between the two packets both rows of the kernel
# show one endpoint, and no line is printed: the next dump of the interval tells.

add_peer wg0 erin
add_peer wg0 frank
client east wgc5 erin 40005
client east wgc6 frank 40006
dial east wgc5 10.1.0.1:51820
dial east wgc6 10.1.0.1:51820
reach east wgc5
reach east wgc6
settle
at east wg set wgc5 listen-port 40055
at east wg set wgc6 listen-port 40005
at east wg set wgc5 listen-port 40006
reach east wgc5
reach east wgc6
settle $((${interval:?} + 1))
sessions 2
