# shellcheck shell=sh
# Peers are removed and added again, one by one, by syncconf (which touches what differs) and by setconf
# (which creates all of them anew, so that who is connected is no longer).

serve wg1 51821 10.201.0.1/16
settle
created server wg1 heidi ivan judy
peers heidi ivan judy > /tmp/peers
wg addconf wg1 /tmp/peers
client west wgc9 heidi 40009
dial west wgc9 10.2.0.1:51821
reach west wgc9
settle

remove_peer wg1 ivan
settle
add_peer wg1 ivan
settle

created server wg1 niaj
configuration 51821 ivan niaj heidi > /tmp/configuration
wg syncconf wg1 /tmp/configuration
settle 2

created server wg1 heidi ivan niaj
configuration 51821 heidi ivan niaj > /tmp/configuration
wg setconf wg1 /tmp/configuration
settle 2
hang_up west wgc9
sessions 1
