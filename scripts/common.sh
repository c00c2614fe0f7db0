# Sourced by the scripts here.
export SLIPWAY_HOME=${SLIPWAY_HOME:-$HOME/.local/share/slipway}
ADMIN=$SLIPWAY_HOME/admin.kubeconfig
CACHE=${SLIPWAY_CACHE:-$HOME/.cache/slipway}
export PATH=$CACHE/bin:$PATH # setup-host.sh and the bundle put there what the system lacks, kubectl too
slipway() { uv run --no-sync slipway "$@"; }
say() { printf '\n== %s\n' "$*"; }
