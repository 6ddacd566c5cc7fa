# shellcheck shell=sh
# The crowd connects anew, and the kernel may print as much as it wants (net.core.message_cost=0).

sysctl -w net.core.message_cost=0
for name in ${crowd:?}; do echo "link set $name up"; done > /tmp/links
ip -n crowd -batch /tmp/links
settle 10
for name in $crowd; do echo "link set $name down"; done > /tmp/links
ip -n crowd -batch /tmp/links
sysctl -w net.core.message_cost=5
sessions "${crowd_size:?}"
