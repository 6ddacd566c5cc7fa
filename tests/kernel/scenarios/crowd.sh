# shellcheck shell=sh
# Many peers connect, all at once, under the kernel's default limit of ten messages in five seconds: nearly
# none of their handshakes is printed. $crowd_size says how many.

crowd=$(for number in $(seq "${crowd_size:?}"); do echo "crowd$number"; done)
serve wg8 51828 10.208.0.1/16
# shellcheck disable=SC2086  # a list
peers $crowd > /tmp/peers
# shellcheck disable=SC2086
created server wg8 $crowd
wg addconf wg8 /tmp/peers

ip netns add crowd
ip link add to-crowd type veth peer name eth0 netns crowd
ip addr add 10.3.0.1/24 dev to-crowd
ip link set to-crowd up
ip -n crowd addr add 10.3.0.2/24 dev eth0
ip -n crowd link set eth0 up

for name in $crowd; do echo "link add $name type wireguard"; done > /tmp/links
ip -n crowd -batch /tmp/links
server_key=$(key server)
# shellcheck disable=SC2086
dialled crowd $crowd
for name in $crowd; do
  echo "wg set $name private-key /test/keys/$name peer $server_key endpoint 10.3.0.1:51828 allowed-ips 10.208.0.1/32 persistent-keepalive 25"
done > /tmp/settings
at crowd sh /tmp/settings

sysctl -w net.core.message_burst=10
for name in $crowd; do echo "link set $name up"; done > /tmp/links
ip -n crowd -batch /tmp/links
settle $((${interval:?} + 2))
for name in $crowd; do echo "link set $name down"; done > /tmp/links
ip -n crowd -batch /tmp/links
/test/readme/more_lines
sessions "$crowd_size"
