# bash completion of wgaudit(8)

_wgaudit_settings="--listen --user --journal --log-path --interval --threshold --grace \
  --stats-interval --interface --patterns --names --wg --on-change-script --hook-actions \
  --hook-time-limit --hook-concurrency --listen-unix --require-mark --receive-buffer --segment-bytes \
  --segment-age --events-bytes --journal-bytes --journal-days --seal-syslog --status-socket --metrics \
  --metrics-textfile --metrics-wireguard-exporter --log-format --compat --debug"

_wgaudit_filters="--peer --kind --interface --source --since --until"

_wgaudit_flags() {
  case $1 in
    run) echo "$_wgaudit_settings" --config --check-config --help ;;
    status) echo --config --json --watch --help ;;
    doctor) echo "$_wgaudit_settings" --config --json --help ;;
    follow) echo --journal "$_wgaudit_filters" --json --raw --help ;;
    classify) echo --patterns "$_wgaudit_filters" --text --raw --help ;;
    replay) echo --interval --threshold --grace --names --patterns --explain --help ;;
    verify) echo --journal --key --held --help ;;
    export) echo --journal --pseudonyms --help ;;
    names) echo --help ;;
  esac
}

_wgaudit() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(
      compgen -W "run status follow classify replay doctor verify export names --help --version" -- "$word"
    )
    return
  fi
  case $before in
    --journal | --patterns) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    --interface) mapfile -t COMPREPLY < <(compgen -W "$(wg show interfaces 2>/dev/null)" -- "$word") ;;
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_wgaudit_flags "${COMP_WORDS[1]}")" -- "$word")
      fi
      ;;
  esac
}

# File names complete what no word of wgaudit fits.
complete -o default -F _wgaudit wgaudit
