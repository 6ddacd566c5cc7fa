# shellcheck shell=sh
# wgaudit is stopped as a service is.

stop_wgaudit TERM
