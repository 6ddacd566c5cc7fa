# shellcheck shell=sh
# Nothing happens, until whoever is still online has timed out.

sleep $((${threshold:?} + 5))
