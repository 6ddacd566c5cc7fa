# shellcheck shell=sh
# From a machine on which nothing is set up to one on which all is, by what `wgaudit doctor` prints and
# nothing else; then one link after another is broken, found and mended. doctor_test.py reads $doctor.

doctor=${out:?}/doctor
mkdir -p "$doctor" /etc/sysctl.d # which Debian has
modprobe udp_diag                # which it loads when it is asked for
mount -t tmpfs -o size=400m tmpfs /var/log
rm /etc/rsyslog.d/*.conf

# examine NAME: what doctor says now, and what it ends with.
examine() {
  wgaudit doctor > "$doctor/$1"
  echo "exit code $?" >> "$doctor/$1"
}

# health_of NAME LINK
health_of() { sed -n "s/^\(.\{11\}\) $2 .*/\1/p" "$doctor/$1"; }

# cure_of NAME LINK: the lines below the link's.
cure_of() {
  awk -v link="$2" '
    /^ / { if (found) print; next }
    { found = index($0, link " ") == 13 }' "$doctor/$1"
}

# mended NAME LINK: whether it is.
mended() {
  examine "$1-mended"
  case $(health_of "$1-mended" "$2") in ok*) ;; *) return 1 ;; esac
}

# whole NAME: what doctor says when what was mended has begun to work.
whole() {
  for _ in 1 2 3 4 5; do
    examine "$1"
    case $(health_of "$1" probe) in ok*) break ;; esac
    sleep 1
  done
}

# broken NAME LINK: runs what is printed for the link, as it is printed.
broken() {
  examine "$1"
  cure_of "$1" "$2" > "$doctor/$1.sh"
  sh "$doctor/$1.sh" &
  for _ in 1 2 3 4 5; do
    if mended "$1" "$2"; then break; fi
    sleep 1
  done
}

end_of() {
  kill "$(pidof "$1")"
  wait_until not_running "$1"
}
not_running() { ! pidof "$1"; }

broken module module
broken debug 'dynamic debug'
broken load 'debug at load'
broken limit 'rate limit'
broken rsyslog rsyslog
broken rule rule
broken port port
broken space 'free space'
serve wg0 51820 10.200.0.1/16
whole all

echo 'func wg_xmit -p' > /proc/dynamic_debug/control
broken sites 'dynamic debug'

echo N > /sys/module/printk/parameters/time
broken stamps 'kernel stamps'

end_of rsyslogd
broken rsyslog_again rsyslog

# It has not read the rule that is there.
mv /etc/rsyslog.d/10-wgaudit.conf /rule
end_of rsyslogd
rsyslogd
mv /rule /etc/rsyslog.d/10-wgaudit.conf
broken probe probe

end_of wgaudit
broken port_again port

ip link del wg0
rmmod wireguard
broken module_again module

serve wg0 51820 10.200.0.1/16
whole end
setpriv --reuid wgaudit --regid wgaudit --clear-groups wgaudit doctor > "$doctor/unprivileged"
echo "exit code $?" >> "$doctor/unprivileged"
end_of wgaudit
mkdir "$out/journal"
cp /var/log/wgaudit/*.jsonl "$out/journal"
