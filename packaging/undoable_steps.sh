# shellcheck shell=bash
# shellcheck disable=SC2154  # the script that sources this sets root, mode, work and state
# Changes of files that can be undone.
#
# Everything that will be changed is first written to a folder, which is renamed into its place when it
# is complete: what each path is, and what it will be. From then on every step may be repeated, so that a
# run that was killed can be continued or undone.
#
# In that folder, `steps` has a line ACTION PATH WHY for each path, separated by tabs; `before` and `after`
# contain the files under the line's number. The folder is made at `work` and renamed to `state`.

count=0

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# has PATH: a file or a link, dangling or not.
has() {
  [ -e "$root$1" ] || [ -L "$root$1" ]
}

# owner FIELD: of the user wgaudit in passwd(5); 3: its number, 4: its group's.
owner() {
  awk -F: -v field="$1" '$1 == "wgaudit" { print $field }' "$root/etc/passwd" 2>/dev/null
}

# ---- Planning

# step ACTION PATH WHY: notes what is at PATH now.
step() {
  count=$((count + 1))
  printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$work/steps"
  if has "$2" && [ "$1" != folder ]; then
    if [ "$1" = own ]; then
      stat -c '%u:%g %a' "$root$2" >"$work/before/$count"
    else
      cp -a -- "$root$2" "$work/before/$count"
    fi
  fi
}

# folder_of PATH: there will be one.
folder_of() {
  local folder
  folder=$(dirname "$1")
  if [ -d "$root$folder" ] || grep -qxF "folder"$'\t'"$folder"$'\t'"is made" "$work/steps"; then return; fi
  folder_of "$folder"
  step folder "$folder" "is made"
}

# put PATH WHY [MODE]: a file that is to have what is on standard input.
put() {
  folder_of "$1"
  step put "$1" "$2"
  cat >"$work/after/$count"
  chmod "${3:-644}" "$work/after/$count"
}

# point PATH TARGET WHY: a link.
point() {
  if [ -L "$root$1" ] && [ "$(readlink "$root$1")" = "$2" ]; then return; fi
  folder_of "$1"
  step put "$1" "$3"
  ln -s -- "$2" "$work/after/$count"
}

# only_roots PATH: whoever may change a folder on the way could have root change another's file, and
# what nobody may pass the daemon's user cannot get at.
only_roots() {
  local path=$1
  if has "$path" && { [ -L "$root$path" ] || ! [ -f "$root$path" ]; }; then
    fail "$root$path: is no file; name a file, or put one there"
  fi
  while path=$(dirname "$path") && [ "$path" != / ]; do
    if [ ! -d "$root$path" ]; then continue; fi
    if [ "$(stat -Lc %u "$root$path")" != 0 ] || [ $((8#$(stat -Lc %a "$root$path") & 2)) -ne 0 ]; then
      fail "$root$path: others could put links there; chown root $root$path; chmod o-w $root$path"
    fi
    [ $((8#$(stat -Lc %a "$root$path") & 1)) -ne 0 ] ||
      fail "$root$path: the user wgaudit cannot pass it; chmod o+x $root$path"
  done
}

# own PATH WHY: belongs to the user wgaudit, an empty file where there is none.
own() {
  only_roots "$1"
  folder_of "$1"
  step own "$1" "$2"
}

# let_read PATH WHY: can be read by the user wgaudit.
let_read() {
  only_roots "$1"
  if [ $((8#$(stat -c %a "$root$1") & 4)) -ne 0 ]; then return; fi
  step read "$1" "$2"
}

show_steps() {
  local number action path why
  while IFS=$'\t' read -r number action path why; do
    case $action in
      put) echo "$number. $root$path: $why"$'\n'"$(new_text "$number")" ;;
      remove) echo "$number. $root$path: goes; it $why" ;;
      *) echo "$number. $root$path: $why" ;;
    esac
  done < <(awk -v OFS='\t' '{ print NR, $0 }' "$work/steps")
}

new_text() {
  if [ -L "$work/after/$1" ]; then
    echo "     -> $(readlink "$work/after/$1")"
  else
    sed 's/^/     | /' "$work/after/$1"
  fi
}

# ---- Taking steps, and taking them back

# same A B: both are the same file or link.
same() {
  if [ -L "$1" ] || [ -L "$2" ]; then
    [ -L "$1" ] && [ -L "$2" ] && [ "$(readlink "$1")" = "$(readlink "$2")" ]
  else
    [ -e "$1" ] && [ -e "$2" ] && cmp -s -- "$1" "$2" &&
      [ "$(stat -c '%u %g %a' "$1")" = "$(stat -c '%u %g %a' "$2")" ]
  fi
}

# is_as WHICH NUMBER PATH: whether PATH is as it was (before) or shall be (after).
is_as() {
  if [ -e "$state/$1/$2" ] || [ -L "$state/$1/$2" ]; then
    same "$state/$1/$2" "$root$3"
  elif has "$3"; then
    return 1
  fi
}

# each FUNCTION: calls it with number, action and path of each step; the last one first to undo.
each() {
  local number action path list
  if [ "$mode" = undo ]; then list="tac"; else list="cat"; fi
  while IFS=$'\t' read -r number action path _; do
    "$1" "$number" "$action" "$path"
  done < <(awk -v OFS='\t' '{ print NR, $0 }' "$state/steps" | $list)
}

# refuse_changed SINCE CURE: where somebody else changed what a step is to change.
refuse_changed() {
  local changed=""
  each note_changed
  [ -z "$changed" ] || fail "changed since it was $1:$changed; $2"
}

note_changed() {
  case $2 in
    put | remove) is_as before "$1" "$3" || is_as after "$1" "$3" || changed+=" $root$3" ;;
  esac
}

# bring WHICH NUMBER PATH: in one go, so that there is never half a file.
bring() {
  if is_as "$1" "$2" "$3"; then return; fi
  rm -f -- "$root$3.wgaudit-new"
  if [ -e "$state/$1/$2" ] || [ -L "$state/$1/$2" ]; then
    cp -a -- "$state/$1/$2" "$root$3.wgaudit-new"
    mv -fT -- "$root$3.wgaudit-new" "$root$3"
  else
    rm -f -- "$root$3"
  fi
}

take() {
  case $2 in
    put | remove) bring after "$1" "$3" ;;
    folder) mkdir -p -- "$root$3" ;;
    own)
      if ! has "$3"; then install -m 640 /dev/null "$root$3"; fi
      chown -h "$(owner 3):$(owner 4)" "$root$3"
      ;;
    read) chgrp "$(owner 4)" "$root$3" && chmod g+r "$root$3" ;;
  esac
}

take_back() {
  rm -f -- "$root$3.wgaudit-new"
  case $2 in
    put | remove) bring before "$1" "$3" ;;
    folder) rmdir -- "$root$3" 2>/dev/null || true ;;
    own) disown_file "$1" "$3" ;;
    read)
      if ! has "$3"; then return; fi
      chown --reference="$state/before/$1" "$root$3"
      chmod --reference="$state/before/$1" "$root$3"
      ;;
  esac
}

# What was written meanwhile stays.
disown_file() {
  local was mode_was
  if [ -e "$state/before/$1" ]; then
    read -r was mode_was <"$state/before/$1"
    if has "$2"; then chown -h "$was" "$root$2" && chmod "$mode_was" "$root$2"; fi
  elif [ ! -s "$root$2" ]; then
    rm -f -- "$root$2"
  fi
}
