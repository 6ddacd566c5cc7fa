# shellcheck shell=sh
# The words that scenarios are written in. Each notes in story.jsonl what it did, when: with the
# watcher's files that is all the checker goes by.
#
# The server is the guest's own network namespace. Clients live in namespaces `east` and `west`, each
# behind a link of its own: 10.1.0.2 and fd00:1::2, 10.2.0.2 and fd00:2::2; the server's end has .1.
# Peers have names, for which there are key files, and a number, for their address in the tunnel.

: "${out:?}"

# note WHAT [FIELD VALUE]...
note() {
  line="{\"t\":$(date +%s%6N),\"do\":\"$1\""
  shift
  while [ $# -gt 0 ]; do
    line="$line,\"$1\":\"$2\""
    shift 2
  done
  printf '%s}\n' "$line" >> "$out/story.jsonl"
}

begin() {
  note scenario name "$1"
  echo "== $1 at $(cut -d' ' -f1 /proc/uptime) s" | tee -a "$out/scenarios.txt" > /dev/console
}

# Long enough for wgaudit to have looked at what happened before the next thing happens.
settle() { sleep "${1:-1}"; }

key() { cat "/test/keys/$1.pub"; }
address() { echo "10.200.$(($(cat "/test/keys/$1.number") / 250)).$(($(cat "/test/keys/$1.number") % 250 + 2))"; }
at() { ip netns exec "$@"; }

# --- The kernel's numbers of peers ------------------------------------------------------------------
#
# They count up from 1 when the module is loaded, over all namespaces, and every peer is created by
# one of the words below.

load=1
last_id=0

# created NAMESPACE INTERFACE NAME...
created() {
  where=$1 interface=$2
  shift 2
  for name in "$@"; do
    last_id=$((last_id + 1))
    note id load $load id $last_id namespace "$where" interface "$interface" key "$(key "$name")" name "$name"
  done
}

# --- The server -------------------------------------------------------------------------------------

# serve INTERFACE PORT ADDRESS [NAME]
serve() {
  ip link add "$1" type wireguard
  wg set "$1" private-key "/test/keys/${4:-server}" listen-port "$2"
  ip addr add "$3" dev "$1"
  ip link set "$1" up
}

# add_peer INTERFACE NAME [what wg takes]...
add_peer() {
  to=$1 who=$2
  shift 2
  created server "$to" "$who"
  wg set "$to" peer "$(key "$who")" allowed-ips "$(address "$who")/32" "$@"
}

remove_peer() { wg set "$1" peer "$(key "$2")" remove; }

# peers_file NAME...: a configuration of wg0 with these, for setconf and syncconf.
peers_file() {
  printf '[Interface]\nPrivateKey = %s\nListenPort = 51820\n' "$(cat /test/keys/server)"
  for name in "$@"; do
    printf '[Peer]\nPublicKey = %s\nAllowedIPs = %s/32\n' "$(key "$name")" "$(address "$name")"
  done
}

# --- Clients ----------------------------------------------------------------------------------------

# add_namespace NAME NUMBER
add_namespace() {
  ip netns add "$1"
  ip link add "to-$1" type veth peer name eth0 netns "$1"
  ip addr add "10.$2.0.1/24" dev "to-$1"
  ip addr add "fd00:$2::1/64" dev "to-$1" nodad
  ip link set "to-$1" up
  ip -n "$1" addr add "10.$2.0.2/24" dev eth0
  ip -n "$1" addr add "fd00:$2::2/64" dev eth0 nodad
  ip -n "$1" link set lo up
  ip -n "$1" link set eth0 up
}

# client NAMESPACE INTERFACE NAME PORT: an interface that knows nobody yet.
client() {
  ip -n "$1" link add "$2" type wireguard
  at "$1" wg set "$2" private-key "/test/keys/$3" listen-port "$4"
  ip -n "$1" addr add "$(address "$3")/16" dev "$2"
  ip -n "$1" link set "$2" up
}

# dial NAMESPACE INTERFACE ENDPOINT [what wg takes]...: it knows the server. `server=NAME` before it:
# takes another's key for the server's.
dial() {
  from=$1 through=$2 target=$3
  shift 3
  created "$from" "$through" "${server:-server}"
  at "$from" wg set "$through" peer "$(key "${server:-server}")" endpoint "$target" \
    allowed-ips 10.200.0.1/32 "$@"
}

# redial NAMESPACE INTERFACE [what wg takes]...: other settings of the server.
redial() {
  from=$1 through=$2
  shift 2
  at "$from" wg set "$through" peer "$(key server)" "$@"
}

# reach NAMESPACE INTERFACE: one packet through the tunnel, and its answer.
reach() { at "$1" ping -q -c 1 -W 1 -I "$2" 10.200.0.1; }

hang_up() { ip -n "$1" link del "$2"; }

# --- wgaudit and rsyslog ----------------------------------------------------------------------------

# is_bound PORT (hexadecimal): whether somebody has that UDP port.
is_bound() { grep -q "0100007F:$1" /proc/net/udp; }

# wait_until COMMAND...: without an end only the test's time limit would tell.
wait_until() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    if [ $tries -eq 150 ]; then
      note gave_up waiting_for "$*"
      return
    fi
    sleep 0.1
  done
}

# start_wgaudit [FLAG]...: as a service would, with one capability and nothing else.
start_wgaudit() {
  note daemon_start
  setpriv --reuid wgaudit --regid wgaudit --clear-groups --no-new-privs --bounding-set -all,+net_admin \
    --inh-caps -all,+net_admin --ambient-caps -all,+net_admin \
    "${program:-wgaudit}" run --journal "${journal:-$out/journal}" \
    --log-path "${journal:-$out/journal}/audit.log" "$@" >> "$out/wgaudit.txt" 2>&1 &
  wgaudit=$!
  wait_until is_bound 270F
  note daemon_up
}

# stop_wgaudit SIGNAL
stop_wgaudit() {
  note daemon_stop signal "$1"
  kill "-$1" "$wgaudit"
  wait "$wgaudit"
  note daemon_down
}

start_rsyslogd() {
  rsyslogd -n >> "$out/rsyslogd.txt" 2>&1 &
  rsyslogd=$!
  wait_until test -S /dev/log
}

stop_rsyslogd() {
  kill "$rsyslogd"
  wait "$rsyslogd"
  rm -f /dev/log
}

# attempt CAUSE INTERFACE ENDPOINT: somebody tried and failed, and wgaudit has to say so.
attempt() { note attempt cause "$1" interface "$2" endpoint "$3"; }
