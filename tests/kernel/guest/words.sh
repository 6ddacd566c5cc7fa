# shellcheck shell=sh
# The words that scenarios are written in. Each notes in story.jsonl what it did, when: with the
# watcher's files that is all the checker goes by.
#
# The server is the guest's own network namespace. Clients live in namespaces `east` and `west`, each
# behind a link of its own: 10.1.0.2 and fd00:1::2, 10.2.0.2 and fd00:2::2; the server's end has .1.
# Peers have names, for which there are key files, and a number, for their address in the tunnel.

: "${out:?}" "${flags:=}" "${interval:=}" "${threshold:=}" "${crowd_size:=}"

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

# Long enough for wgaudit to have looked at what happened before the next thing happens: some time,
# and some of the work that it has, which takes longer where the machine has others to serve.
settle() {
  sleep "${1:-1}"
  for _ in 1 2 3 4 5; do wg show all dump > /dev/null; done
}

key() { read -r line < "/test/keys/$1.pub" && echo "$line"; }
address() { read -r line < "/test/keys/$1.address" && echo "$line"; }
at() { ip netns exec "$@"; }

# --- The kernel's numbers of peers ------------------------------------------------------------------
#
# They count up from 1 when the module is loaded, over all namespaces, and every peer is created by
# one of the words below.

load=1
last_id=0

module_loaded() {
  note module_loaded
  load=$((load + 1))
  last_id=0
}

# created NAMESPACE INTERFACE NAME...: these are about to be, in this order.
created() {
  head="{\"t\":$(date +%s%6N),\"do\":\"id\",\"load\":$load,\"namespace\":\"$1\""
  interface=$2
  shift 2
  for name in "$@"; do count "$interface" "$name"; done >> "$out/story.jsonl"
}

# dialled NAMESPACE INTERFACE...: each of these is about to know the server.
dialled() {
  head="{\"t\":$(date +%s%6N),\"do\":\"id\",\"load\":$load,\"namespace\":\"$1\""
  shift
  for interface in "$@"; do count "$interface" server; done >> "$out/story.jsonl"
}

count() {
  last_id=$((last_id + 1))
  printf '%s,"interface":"%s","id":%s,"name":"%s","key":"%s"}\n' "$head" "$1" $last_id "$2" "$(key "$2")"
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

# configuration PORT NAME...: an interface with these peers, for setconf and syncconf.
configuration() {
  printf '[Interface]\nPrivateKey = %s\nListenPort = %s\n' "$(cat /test/keys/server)" "$1"
  shift
  peers "$@"
}

peers() {
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

# wait_until COMMAND...: without an end only the test's time limit would tell.
wait_until() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    if [ $tries -eq 600 ]; then
      note gave_up waiting_for "$*"
      return
    fi
    sleep 0.1
  done
}

# has_started TEXT COUNT: whether a daemon said so, that often.
has_started() { [ "$(grep -c 'Monitor started' "$1")" -ge "$2" ]; }

# status_of FIELD: the daemon's.
status_of() { sed -n "s/^$1:.\([0-9a-f]*\).*/\1/p" "/proc/$wgaudit/status"; }

# start_wgaudit [FLAG]...: as a service would, with one capability and nothing else. $flags are those of
# the whole boot. `journal=FOLDER` before it, below $out: another than `journal`; `program=FILE`: another
# than what is installed.
start_wgaudit() {
  folder=${journal:-journal}
  touch "$out/$folder.txt"
  starts=$(grep -c 'Monitor started' "$out/$folder.txt")
  mkdir -p "$out/$folder"
  chown wgaudit "$out/$folder"
  # shellcheck disable=SC2086  # $flags is a list
  setpriv --reuid wgaudit --regid wgaudit --clear-groups --no-new-privs --bounding-set -all,+net_admin \
    --inh-caps -all,+net_admin --ambient-caps -all,+net_admin \
    "${program:-wgaudit}" run --journal "$out/$folder" --log-path "$out/$folder/audit.log" \
    $flags "$@" >> "$out/$folder.txt" 2>&1 &
  wgaudit=$!
  wait_until has_started "$out/$folder.txt" $((starts + 1))
  note daemon_up journal "$folder" uid "$(status_of Uid)" capabilities "$(status_of CapEff)"
}

# stop_wgaudit SIGNAL
stop_wgaudit() {
  note daemon_stop journal "${journal:-journal}" signal "$1"
  kill "-$1" "$wgaudit"
  wait "$wgaudit"
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

# --- What has to follow -----------------------------------------------------------------------------

# sessions COUNT: so many began in this scenario; else it did not do what it was written for.
sessions() { note sessions count "$1"; }

# handshakes INTERFACE NAME COUNT: so many were in the session that began in this scenario.
handshakes() { note handshakes interface "$1" key "$(key "$2")" count "$3"; }

# printed KIND INTERFACE: the kernel printed such a line in this scenario, or it did not do either.
printed() { note printed kind "$1" interface "$2"; }

# attempt CAUSE INTERFACE ENDPOINT: somebody tried and failed, and wgaudit has to say so.
attempt() { note attempt cause "$1" interface "$2" endpoint "$3"; }

# config FIELD INTERFACE NAME: a setting that the watcher does not watch was changed.
config() { note config field "$1" interface "$2" key "$(key "$3")"; }

# may ACTION REASON: a record that depends on what came first, and may be there or not.
may() { note may action "$1" reason "$2"; }

# may_stay_open [NAME]: of the peers that this scenario created not all, or not this one, can be
# identified.
may_stay_open() { note may_stay_open name "${1:-}"; }
