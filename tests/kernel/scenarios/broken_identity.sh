# shellcheck shell=sh
# Not wgaudit is tried here but the checker: with a wg that gives each peer the next one's key, wgaudit
# must be found wrong.

mkdir -p /broken
cat > /broken/wg <<'SCRIPT'
#!/bin/sh
wg "$@" | awk -F '\t' -v OFS='\t' '
  NF == 9 { rows[++count] = $0; keys[count] = $2; next }
  { line = $0; flush_rows(); print line }
  END { flush_rows() }
  function flush_rows(  i) {
    for (i = 1; i <= count; i++) {
      $0 = rows[i]
      $2 = keys[i % count + 1]
      print
    }
    count = 0
  }'
SCRIPT
chmod 755 /broken/wg
journal=broken_identity start_wgaudit --wg /broken/wg
serve wg4 51825 10.204.0.1/16
settle
add_peer wg4 carol
add_peer wg4 dave
settle
client east wgc17 dave 40017
dial east wgc17 10.1.0.1:51825 persistent-keepalive 1
settle 12
journal=broken_identity stop_wgaudit TERM
