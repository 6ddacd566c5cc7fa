# shellcheck shell=sh
# rsyslogd is restarted while somebody connects, wgaudit is stopped and started, and killed and started,
# while somebody is online. Nobody is announced twice.

stop_rsyslogd
add_peer wg0 niaj
client west wgc14 niaj 40014
dial west wgc14 10.2.0.1:51820 persistent-keepalive 2
reach west wgc14
settle 2
start_rsyslogd
settle 4

stop_wgaudit TERM
settle 2
start_wgaudit
settle 2
stop_wgaudit KILL
settle 2
start_wgaudit
settle 2
hang_up west wgc14
sessions 1
