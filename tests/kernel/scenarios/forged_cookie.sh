# shellcheck shell=sh
# The gateway calls somebody who answers with a cookie that is none.

at west packets cookie 40079 &
answer=$!
add_peer wg0 trent endpoint 10.2.0.2:40079
ping -q -c 1 -W 1 "$(address trent)"
wait $answer
printed cookie_received wg0
printed cookie_invalid wg0
attempt cookie_received wg0 10.2.0.2:40079
attempt cookie_invalid wg0 ''
settle
remove_peer wg0 trent
settle
sessions 0
