# shellcheck shell=bash
# Sourced by run and test: what both need before they can build.

# shellcheck disable=SC2034  # by those who source this
build_packages=(
  cmake g++ libbenchmark-dev libboost-dev libboost-iostreams-dev libexpected-dev
  libfmt-dev libgmock-dev libgtest-dev libre2-dev libseccomp-dev libssl-dev libsystemd-dev
  libtomlplusplus-dev ninja-build nlohmann-json3-dev pkg-config python3
)

say() { printf '%s\n' "$*"; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Asks the network for nothing where nothing is missing.
install_packages() {
  local package missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  say "Installing: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    "${missing[@]}"
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  cmake --preset "$preset" >/dev/null
  if [ $# -eq 0 ]; then cmake --build --preset "$preset"; else
    cmake --build --preset "$preset" --target "$@"
  fi
}
