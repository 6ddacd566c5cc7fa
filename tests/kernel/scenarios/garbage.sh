# shellcheck shell=sh
# Datagrams that are no WireGuard's: with type and length of an initiation, a response, a cookie and data,
# and of a type that there is not.

at west packets garbage 40077 10.2.0.1:51820 1 148
at west packets garbage 40077 10.2.0.1:51820 2 92
at west packets garbage 40077 10.2.0.1:51820 3 64
at west packets garbage 40077 10.2.0.1:51820 4 32
at west packets garbage 40077 10.2.0.1:51820 71 20
attempt mac_invalid wg0 10.2.0.2:40077
sessions 0
