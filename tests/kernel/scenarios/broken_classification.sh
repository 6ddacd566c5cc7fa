# shellcheck shell=sh
# Not wgaudit is tried here but the checker: with patterns that take a keepalive that was received for one
# that was sent, wgaudit must be found wrong.

mkdir -p /broken/sbin /broken/share/wgaudit/patterns
cp /usr/sbin/wgaudit /broken/sbin
sed 's/^keepalive_sent /other /; s/^keepalive_received /keepalive_sent /; s/^other /keepalive_received /' \
  /usr/share/wgaudit/patterns/wireguard.patterns > /broken/share/wgaudit/patterns/wireguard.patterns
program=/broken/sbin/wgaudit journal=broken_classification start_wgaudit
serve wg5 51826 10.205.0.1/16
settle
add_peer wg5 erin
client east wgc18 erin 40018
dial east wgc18 10.1.0.1:51826 persistent-keepalive 1
settle 3
journal=broken_classification stop_wgaudit TERM
